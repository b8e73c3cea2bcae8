//! `[mail]`: by which server links to one's own page are sent.

use policy::Texts;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// What a reader of the file says of a sender that mail cannot come from.
const BAD_FROM: &str = "not the address of a sender";

/// A server of SMTP. Its password is handed in: `DAICHO_MAIL_PASSWORD`, the file that `DAICHO_MAIL_PASSWORD_FILE` names, or the
/// systemd credential `daicho-mail-password`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MailPart {
    /// Its name or address.
    pub(crate) host: String,
    /// Its port; 587 with STARTTLS, 465 with TLS from the start, 25 without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) port: Option<u16>,
    /// `starttls` (default), `on` (TLS from the start) or `off` (only to this machine itself).
    #[serde(default)]
    pub(crate) tls: MailTls,
    /// PEM file of the authorities its certificate may be signed by; those of this machine by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) authority: Option<PathBuf>,
    /// Who letters come from: `Privacy desk <privacy@company.example>`.
    #[serde(deserialize_with = "from")]
    pub(crate) from: String,
    /// The name of the mailbox, where the server asks who sends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) user: Option<String>,
}

/// How the way to the server is closed to others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MailTls {
    #[default]
    Starttls,
    On,
    Off,
}

impl MailPart {
    /// The port letters are handed over at.
    pub(crate) fn port(&self) -> u16 {
        self.port.unwrap_or(match self.tls {
            MailTls::Starttls => 587,
            MailTls::On => 465,
            MailTls::Off => 25,
        })
    }

    /// Whether nobody reads letters on the way to the server: a link signs in.
    pub(crate) fn is_private(&self) -> bool {
        let host = self.host.trim_matches(['[', ']']);
        self.tls != MailTls::Off
            || host == "localhost"
            || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

fn from<'de, D: serde::Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    match text.parse::<lettre::message::Mailbox>() {
        Ok(_) => Ok(text),
        Err(_) => Err(serde::de::Error::custom(BAD_FROM)),
    }
}

/// The rule that was broken, if it is this one.
pub(super) fn rule(said: &str) -> Option<Texts> {
    (said == BAD_FROM).then(|| {
        Texts::new(
            "mail.from には「窓口 <privacy@company.example>」のような差出人を書いてください。",
            "mail.from is such as Privacy desk <privacy@company.example>",
            "mail.from có dạng Bộ phận tiếp nhận <privacy@company.example>",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, File};
    use policy::Language;

    #[test]
    fn a_mail_server_has_a_name_and_a_sender_and_nothing_is_sent_in_the_open() {
        let read = |more: &str| toml::from_str::<File>(&format!("[mail]\n{more}"));
        let good = "host = \"smtp.example.jp\"\nfrom = \"Desk <desk@example.jp>\"\n";
        let file = read(&format!("{good}user = \"desk\"\ntls = \"on\"")).unwrap();
        let printed = Config { data: "x".into(), file }.printed();
        let again = toml::from_str::<File>(&printed).unwrap().mail.unwrap();
        assert_eq!((again.port(), again.user.as_deref(), again.tls), (465, Some("desk"), MailTls::On));
        let usual = read(good).unwrap().mail.unwrap();
        assert!(usual.port() == 587 && usual.is_private());
        assert!(!read(&format!("{good}tls = \"off\"")).unwrap().mail.unwrap().is_private());
        let here = "host = \"127.0.0.1\"\nfrom = \"desk@example.jp\"\ntls = \"off\"\nport = 2525\n";
        let here = read(here).unwrap().mail.unwrap();
        assert!(here.port() == 2525 && here.is_private());
        for (more, says) in [
            ("from = \"desk@example.jp\"", "host is missing"),
            ("host = \"smtp.example.jp\"", "from is missing"),
            ("host = \"smtp.example.jp\"\nfrom = \"the desk\"", "privacy@company.example"),
            (&format!("{good}password = \"secret\""), "no key password"),
        ] {
            let error = read(more).unwrap_err();
            let said = crate::config::rule(error.message());
            assert!(said.get(Language::En).contains(says), "{more}: {}", error.message());
        }
    }
}
