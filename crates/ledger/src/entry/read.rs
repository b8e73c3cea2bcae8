//! Reading canonical bytes, strictly: nothing is accepted that the writer would not have written.

use super::{Entry, EntryKind, MAX_BYTES, MAX_SAFE};
use crate::names::{ActId, Commitment, Moment, NameRule, PolicyDigest, WorkId, check_slug, read_hex};

/// Bytes that are not a canonical entry: where they stop being one, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an entry from byte {at}: {what}")]
pub struct BadEntry {
    /// The byte, counted from 0, from which the text is wrong.
    pub at: usize,
    /// What is wrong.
    pub what: EntryFault,
}

/// What can be wrong with the bytes of an entry. Keys are those of the [module](super).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryFault {
    /// More than [`MAX_BYTES`].
    #[error("it has {bytes} bytes; an entry has at most 2048")]
    TooLong {
        /// How many there are.
        bytes: usize,
    },
    /// Not flat JSON without spaces.
    #[error("it is not canonical JSON")]
    Syntax,
    /// A key entries do not have.
    #[error("this key is unknown")]
    UnknownKey,
    /// A key that stands in the wrong place, or twice.
    #[error("this key is repeated or out of order")]
    Order,
    /// A key that has to be there.
    #[error("the key {0} is missing")]
    Missing(&'static str),
    /// An id, digest or slug that is none.
    #[error("the value of {key} is wrong: {rule}")]
    Name {
        /// The key.
        key: &'static str,
        /// The rule its value breaks; positions count from the start of the value.
        rule: NameRule,
    },
    /// A number that is not canonical or beyond its limits.
    #[error("the number of {0} is not canonical or out of range")]
    Number(&'static str),
    /// A list that is empty, not sorted, or repeats itself.
    #[error("the list of {0} is empty, unsorted or repeats itself")]
    List(&'static str),
    /// A word that is no [`EntryKind`].
    #[error("this word is no kind of entry")]
    Kind,
    /// A version this program cannot read.
    #[error("this version of the format is unknown")]
    Version,
    /// `sc` without `n`.
    #[error("a commitment to people stands without their number")]
    Uncounted,
    /// Bytes after the end.
    #[error("bytes follow after the end")]
    Trailing,
}

/// Every key, in canonical order.
const KEYS: [&str; 16] = ["ac", "act", "cl", "dc", "f", "k", "n", "node", "ok", "p", "pv", "r", "sc", "t", "v", "w"];

/// An entry read but not yet copied: slugs still lie in the bytes they came from.
pub(crate) struct Fields<'a> {
    actor: Option<[u8; 32]>,
    act: [u8; 16],
    clauses: &'a str,
    detail: Option<[u8; 32]>,
    elements: &'a str,
    kind: EntryKind,
    people: u32,
    node: u32,
    refused: bool,
    purpose: Option<&'a str>,
    policy: Option<[u8; 32]>,
    row: Option<&'a str>,
    subjects: Option<[u8; 32]>,
    moment: i64,
    work: Option<[u8; 16]>,
}

impl<'a> Fields<'a> {
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, BadEntry> {
        if bytes.len() > MAX_BYTES {
            return Err(BadEntry { at: MAX_BYTES, what: EntryFault::TooLong { bytes: bytes.len() } });
        }
        let mut reader = Reader { bytes, at: 0 };
        let fields = reader.fields()?;
        reader.end()?;
        Ok(fields)
    }

    pub(crate) const fn moment(&self) -> Moment {
        Moment(self.moment)
    }

    pub(crate) const fn kind(&self) -> EntryKind {
        self.kind
    }

    /// The owned entry. The names were checked while reading, so this cannot fail; it says so by
    /// checking again rather than by promising.
    pub(super) fn entry(&self) -> Result<Entry, BadEntry> {
        Ok(Entry {
            kind: self.kind,
            act: ActId::from_bytes(self.act),
            moment: Moment(self.moment),
            node: self.node,
            actor: self.actor.map(Commitment),
            purpose: self.purpose.map(|text| name("p", text)).transpose()?,
            policy: self.policy.map(PolicyDigest),
            refused: self.refused,
            clauses: names("cl", self.clauses)?,
            elements: names("f", self.elements)?,
            row: self.row.map(|text| name("r", text)).transpose()?,
            work: self.work.map(WorkId::from_bytes),
            people: self.people,
            subjects: self.subjects.map(Commitment),
            detail: self.detail,
        })
    }
}

fn name<T: std::str::FromStr<Err = crate::names::BadName>>(key: &'static str, text: &str) -> Result<T, BadEntry> {
    text.parse()
        .map_err(|bad: crate::names::BadName| BadEntry { at: 0, what: EntryFault::Name { key, rule: bad.rule } })
}

/// The names in the inside of a list: `a","b","c`.
fn names<T: std::str::FromStr<Err = crate::names::BadName>>(
    key: &'static str,
    inside: &str,
) -> Result<Vec<T>, BadEntry> {
    if inside.is_empty() {
        return Ok(Vec::new());
    }
    inside.split("\",\"").map(|text| name(key, text)).collect()
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn fields(&mut self) -> Result<Fields<'a>, BadEntry> {
        let actor = self.optional("ac", Self::hex)?;
        let act = self.required("act", Self::hex)?;
        let clauses = self.optional("cl", Self::list)?.unwrap_or_default();
        let detail = self.optional("dc", Self::hex)?;
        let elements = self.optional("f", Self::list)?.unwrap_or_default();
        let kind = self.required("k", Self::kind)?;
        let people = self.optional("n", Self::people)?.unwrap_or_default();
        let node = self.required("node", Self::small)?;
        let ok = self.required("ok", Self::boolean)?;
        let purpose = self.optional("p", Self::slug)?;
        let policy = self.optional("pv", Self::hex)?;
        let row = self.optional("r", Self::slug)?;
        let before_subjects = self.at;
        let subjects = self.optional("sc", Self::hex)?;
        if subjects.is_some() && people == 0 {
            return Err(BadEntry { at: before_subjects, what: EntryFault::Uncounted });
        }
        let moment = self.required("t", Self::integer)?;
        self.required("v", Self::version)?;
        let work = self.optional("w", Self::hex)?;
        Ok(Fields {
            actor,
            act,
            clauses,
            detail,
            elements,
            kind,
            people,
            node,
            refused: !ok,
            purpose,
            policy,
            row,
            subjects,
            moment,
            work,
        })
    }

    fn end(&mut self) -> Result<(), BadEntry> {
        if !self.take(b"}") {
            return Err(self.lost(None));
        }
        if self.rest().is_empty() { Ok(()) } else { Err(self.bad(EntryFault::Trailing)) }
    }

    fn optional<T>(
        &mut self,
        key: &'static str,
        value: impl FnOnce(&mut Self, &'static str) -> Result<T, BadEntry>,
    ) -> Result<Option<T>, BadEntry> {
        if self.key(key) { value(self, key).map(Some) } else { Ok(None) }
    }

    fn required<T>(
        &mut self,
        key: &'static str,
        value: impl FnOnce(&mut Self, &'static str) -> Result<T, BadEntry>,
    ) -> Result<T, BadEntry> {
        if self.key(key) { value(self, key) } else { Err(self.lost(Some(key))) }
    }

    /// Steps over `{"key":` or `,"key":` if that is what comes.
    fn key(&mut self, key: &str) -> bool {
        let comes = self
            .rest()
            .strip_prefix(if self.at == 0 { b"{\"" } else { b",\"" })
            .and_then(|rest| rest.strip_prefix(key.as_bytes()))
            .is_some_and(|rest| rest.starts_with(b"\":"));
        if comes {
            self.at += key.len() + 4;
        }
        comes
    }

    /// What to say when something other than the expected key, or the end, comes.
    fn lost(&self, expected: Option<&'static str>) -> BadEntry {
        let ahead = self.rest().strip_prefix(if self.at == 0 { b"{\"" } else { b",\"" });
        let Some(ahead) = ahead else {
            let ended = matches!(self.rest(), b"}" | b"{}");
            return match expected {
                Some(key) if ended => self.bad(EntryFault::Missing(key)),
                _ => self.bad(EntryFault::Syntax),
            };
        };
        let place = |key: &str| KEYS.iter().position(|known| *known == key);
        let word = ahead.split(|byte| *byte == b'"').next().unwrap_or_default();
        let found = std::str::from_utf8(word).ok().and_then(place);
        match (found, expected) {
            (None, _) => self.bad(EntryFault::UnknownKey),
            (found, Some(key)) if found > place(key) => self.bad(EntryFault::Missing(key)),
            _ => self.bad(EntryFault::Order),
        }
    }

    fn hex<const N: usize>(&mut self, key: &'static str) -> Result<[u8; N], BadEntry> {
        let start = self.at + 1;
        let word = self.quoted()?;
        read_hex(word.as_bytes()).map_err(|rule| bad_name(start, key, rule))
    }

    fn slug(&mut self, key: &'static str) -> Result<&'a str, BadEntry> {
        let start = self.at + 1;
        let word = self.quoted()?;
        check_slug(word.as_bytes()).map_err(|rule| bad_name(start, key, rule))?;
        Ok(word)
    }

    fn kind(&mut self, _: &'static str) -> Result<EntryKind, BadEntry> {
        let at = self.at;
        self.quoted()?.parse().map_err(|_| BadEntry { at, what: EntryFault::Kind })
    }

    /// The inside of a list of slugs, checked to be sorted and without repetition.
    fn list(&mut self, key: &'static str) -> Result<&'a str, BadEntry> {
        if !self.take(b"[") {
            return Err(self.bad(EntryFault::Syntax));
        }
        if self.rest().starts_with(b"]") {
            return Err(self.bad(EntryFault::List(key)));
        }
        let inside = self.at + 1;
        let mut before = "";
        loop {
            let at = self.at;
            let word = self.slug(key)?;
            if word <= before {
                return Err(BadEntry { at, what: EntryFault::List(key) });
            }
            before = word;
            if self.take(b"]") {
                let text = self.bytes.get(inside..self.at - 2).unwrap_or_default();
                return std::str::from_utf8(text).map_err(|_| self.bad(EntryFault::Syntax));
            }
            if !self.take(b",") {
                return Err(self.bad(EntryFault::Syntax));
            }
        }
    }

    fn people(&mut self, key: &'static str) -> Result<u32, BadEntry> {
        let at = self.at;
        match self.small(key)? {
            0 => Err(BadEntry { at, what: EntryFault::Number(key) }),
            people => Ok(people),
        }
    }

    fn small(&mut self, key: &'static str) -> Result<u32, BadEntry> {
        let at = self.at;
        u32::try_from(self.integer(key)?).map_err(|_| BadEntry { at, what: EntryFault::Number(key) })
    }

    fn version(&mut self, key: &'static str) -> Result<(), BadEntry> {
        let at = self.at;
        if self.small(key)? == super::VERSION {
            return Ok(());
        }
        Err(BadEntry { at, what: EntryFault::Version })
    }

    fn boolean(&mut self, _: &'static str) -> Result<bool, BadEntry> {
        if self.take(b"true") {
            Ok(true)
        } else if self.take(b"false") {
            Ok(false)
        } else {
            Err(self.bad(EntryFault::Syntax))
        }
    }

    fn integer(&mut self, key: &'static str) -> Result<i64, BadEntry> {
        let bad = self.bad(EntryFault::Number(key));
        let negative = self.take(b"-");
        let digits = self.rest().iter().take_while(|byte| byte.is_ascii_digit());
        let (mut number, mut count, mut leading_zero) = (0_i64, 0_usize, false);
        for digit in digits {
            leading_zero |= count == 0 && *digit == b'0';
            count += 1;
            // Sixteen digits hold every safe number and cannot overflow.
            if count > 16 {
                return Err(bad);
            }
            number = number * 10 + i64::from(digit - b'0');
        }
        let canonical = count > 0 && !(leading_zero && (count > 1 || negative));
        if !canonical || number > MAX_SAFE {
            return Err(bad);
        }
        self.at += count;
        Ok(if negative { -number } else { number })
    }

    /// A quoted word of the characters values are made of; anything else is not canonical here.
    fn quoted(&mut self) -> Result<&'a str, BadEntry> {
        let word = self.rest().strip_prefix(b"\"").and_then(|rest| {
            let length = rest.iter().position(|byte| *byte == b'"')?;
            std::str::from_utf8(rest.get(..length)?).ok()
        });
        let word = word.ok_or(self.bad(EntryFault::Syntax))?;
        self.at += word.len() + 2;
        Ok(word)
    }

    fn take(&mut self, literal: &[u8]) -> bool {
        let comes = self.rest().starts_with(literal);
        if comes {
            self.at += literal.len();
        }
        comes
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    const fn bad(&self, what: EntryFault) -> BadEntry {
        BadEntry { at: self.at, what }
    }
}

const fn bad_name(start: usize, key: &'static str, rule: NameRule) -> BadEntry {
    let within = match rule {
        NameRule::Character { at } | NameRule::Separator { at } | NameRule::HexDigit { at } => at,
        NameRule::Empty | NameRule::TooLong { .. } | NameRule::HexLength { .. } => 0,
    };
    BadEntry { at: start + within, what: EntryFault::Name { key, rule } }
}
