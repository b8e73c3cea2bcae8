//! E-mail addresses as typed in forms and lists.

use std::fmt;

use super::Reason;
use super::fold::is_hyphen;
use unicode_normalization::UnicodeNormalization;

/// One address: the mailbox as written, the domain in its comparable form.
#[derive(Clone, PartialEq, Eq)]
pub struct Email {
    /// The part before the `@`, letter case as written.
    pub mailbox: String,
    /// The part after the `@`: A-labels (RFC 5891), lower case.
    pub domain: String,
}

impl Email {
    /// The address with its mailbox as written: what the receiving server is entitled to tell apart (RFC 5321 2.4).
    #[must_use]
    pub fn exact(&self) -> String {
        format!("{}@{}", self.mailbox, self.domain)
    }

    /// The address in lower case throughout: what people mean by the same address.
    #[must_use]
    pub fn loose(&self) -> String {
        format!("{}@{}", self.mailbox.to_ascii_lowercase(), self.domain)
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(..)")
    }
}

/// Reads one address. Full-width letters, `mailto:`, `Name <address>` and quoted mailboxes are understood;
/// mailboxes with `..` or a dot at an end are accepted, because Japanese carriers gave them out for years.
///
/// # Errors
/// The part that is wrong, as a [`Reason`].
pub fn read(text: &str) -> Result<Email, Reason> {
    if text.len() > 1_000 {
        return Err(Reason::Long);
    }
    let wide: String;
    let text = if text.is_ascii() {
        text
    } else {
        wide = text.nfkc().collect();
        &wide
    };
    let address = bare(text);
    let (mailbox, domain) = address.rsplit_once('@').ok_or(Reason::EmailForm)?;
    let mailbox = mailbox.trim();
    let mailbox = mailbox.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(mailbox);
    if mailbox.is_empty() || domain.is_empty() || mailbox.contains('@') {
        return Err(Reason::EmailForm);
    }
    if mailbox.len() > 64 || !mailbox.bytes().all(is_mailbox_byte) {
        return Err(Reason::EmailMailbox);
    }
    Ok(Email { mailbox: mailbox.to_owned(), domain: read_domain(domain)? })
}

/// The addresses of a cell that holds several, parted by `;`, `,`, `、`, a slash or a line break.
///
/// # Errors
/// The first [`Reason`] why a part is no address; [`Reason::Empty`] when there is none.
pub fn read_all(text: &str) -> Result<Vec<Email>, Reason> {
    let parts =
        text.split([';', ',', '、', '，', '；', '/', '／', '\n']).map(str::trim).filter(|part| !part.is_empty());
    let read: Vec<Email> = parts.map(read).collect::<Result<_, _>>()?;
    if read.is_empty() { Err(Reason::Empty) } else { Ok(read) }
}

fn bare(text: &str) -> &str {
    let text = text.trim();
    let text = match (text.rfind('<'), text.strip_suffix('>')) {
        (Some(open), Some(inside)) => inside.get(open + 1..).unwrap_or(text),
        _ => text,
    };
    let text = text.trim();
    match text.get(..7) {
        Some(head) if head.eq_ignore_ascii_case("mailto:") => text.get(7..).unwrap_or(text),
        _ => text,
    }
}

fn is_mailbox_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte)
}

fn read_domain(domain: &str) -> Result<String, Reason> {
    let domain = domain.trim();
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    let domain = if domain.is_ascii() && !has_a_label(domain) {
        domain.to_ascii_lowercase()
    } else {
        let dashed: String = domain.chars().map(|c| if is_hyphen(c) && c != 'ー' { '-' } else { c }).collect();
        idna::domain_to_ascii_strict(&dashed).map_err(|_| Reason::EmailDomain)?
    };
    let labels: Vec<&str> = domain.split('.').collect();
    let top_is_a_word =
        labels.last().is_some_and(|top| top.len() >= 2 && !top.bytes().all(|byte| byte.is_ascii_digit()));
    let fits = domain.len() <= 253 && labels.len() >= 2 && top_is_a_word && labels.iter().all(|label| is_label(label));
    if fits { Ok(domain) } else { Err(Reason::EmailDomain) }
}

/// Whether some label claims to be punycode already and must therefore be checked as such.
fn has_a_label(domain: &str) -> bool {
    domain.split('.').any(|label| label.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("xn--")))
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}
