//! One part of the organisation in one version, and the types by which others read it.

use super::{PartId, PartKind};
use crate::answer::Fault;
use jiff::civil::Date;
use ledger::commitment::detail;
use ledger::names::{Moment, RowId};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

/// What is written about a part, by the names of [`Field`](super::Field). Empty fields are left out.
pub type Sheet = BTreeMap<String, String>;

/// One part of the organisation, in one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// Its id, unique in its kind.
    pub id: PartId,
    /// Its version, from 1.
    pub version: u32,
    /// The first day.
    pub from: Date,
    /// The last day; none while it is open.
    pub until: Option<Date>,
    /// Everything written about it, its days too.
    pub sheet: Sheet,
    /// When this version was made.
    pub changed_at: Moment,
    /// The entry of this version.
    pub entry: u64,
}

impl Part {
    /// A text that is written about it; empty when nothing is.
    #[must_use]
    pub fn text(&self, field: &str) -> &str {
        self.sheet.get(field).map_or("", String::as_str)
    }

    /// What it is called: its name, a card its number, else its id.
    #[must_use]
    pub fn name(&self) -> &str {
        let name = if self.kind == PartKind::Card { self.text("number") } else { self.text("name") };
        if name.is_empty() { self.id.as_str() } else { name }
    }

    /// The id of a part that one of its fields names.
    #[must_use]
    pub fn part(&self, field: &str) -> Option<PartId> {
        self.text(field).parse().ok()
    }

    /// The ids of parts that one of its fields names.
    #[must_use]
    pub fn parts(&self, field: &str) -> BTreeSet<PartId> {
        self.words(field).filter_map(|word| word.parse().ok()).collect()
    }

    /// The words of a field that holds several.
    pub fn words(&self, field: &str) -> impl Iterator<Item = &str> {
        self.text(field).split_whitespace()
    }

    /// Whether it is there on this day.
    #[must_use]
    pub fn is_open(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| until >= day)
    }

    /// Whether it has ended by this day: the day after its last.
    #[must_use]
    pub fn has_ended(&self, day: Date) -> bool {
        self.until.is_some_and(|until| until < day)
    }
}

/// The digest by which the entry that wrote a version of a part binds it.
#[must_use]
pub fn bound(salt: &[u8; 32], kind: &str, id: &str, version: i64, at: i64, sheet: &str) -> [u8; 32] {
    let told = serde_json::json!({ "at": at, "id": id, "kind": kind, "sheet": sheet, "version": version });
    detail(salt, told.to_string().as_bytes())
}

/// The bytes that the digest is taken of: JSON with sorted keys.
pub(super) fn to_json(sheet: &Sheet) -> String {
    let filled: BTreeMap<&String, &String> = sheet.iter().filter(|(_, text)| !text.is_empty()).collect();
    serde_json::json!(filled).to_string()
}

pub(super) fn from_json(text: &str) -> Result<Sheet, Fault> {
    serde_json::from_str(text).map_err(|_| Fault::Damaged("part.sheet"))
}

macro_rules! typed {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty = $read:expr,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Eq)]
            pub struct $name {
                /// What all parts have: id, name, days, version, entry.
                pub part: Part,
                $($(#[$field_doc])* pub $field: $type,)*
            }

            impl $name {
                pub(super) fn read(part: &Part) -> Self {
                    $(
                        let read: fn(&Part) -> $type = $read;
                        let $field = read(part);
                    )*
                    Self { part: part.clone(), $($field,)* }
                }
            }

            impl Deref for $name {
                type Target = Part;

                fn deref(&self) -> &Part {
                    &self.part
                }
            }
        )*
    };
}

typed! {
    /// A legal entity.
    Entity {
        /// Where it is: two capital letters (ISO 3166-1).
        country: String = |p| p.text("country").to_owned(),
        /// Who answers for the policy there.
        responsible: Option<PartId> = |p| p.part("responsible"),
    }
    /// A department.
    Department {
        /// The legal entity it belongs to.
        entity: Option<PartId> = |p| p.part("within"),
        /// Who leads it.
        head: Option<PartId> = |p| p.part("head"),
    }
    /// A site.
    Site {
        /// The legal entity it belongs to.
        entity: Option<PartId> = |p| p.part("within"),
    }
    /// A zone of a site.
    Zone {
        /// The site it is part of.
        site: Option<PartId> = |p| p.part("within"),
        /// Its security level, 1 to 4; none until somebody has set it.
        level: Option<u8> = |p| p.text("level").parse().ok(),
        /// The rows of the handling ledger that are handled there.
        rows: BTreeSet<RowId> = |p| p.words("rows").filter_map(|word| word.parse().ok()).collect(),
    }
    /// A project.
    Project {
        /// The department that runs it.
        department: Option<PartId> = |p| p.part("within"),
        /// Who leads it.
        leader: Option<PartId> = |p| p.part("leader"),
        /// How it stands.
        state: ProjectState = |p| ProjectState::read(p.text("state")),
    }
    /// An employee or a contractor.
    Staff {
        /// Their department.
        department: Option<PartId> = |p| p.part("within"),
        /// The login of their account, where they have one.
        login: Option<String> = |p| Some(p.text("login").to_owned()).filter(|login| !login.is_empty()),
        /// Whether they work under a contract of another kind than employment.
        is_contractor: bool = |p| p.text("employment") == "contractor",
        /// Their e-mail address.
        email: Option<String> = |p| Some(p.text("email").to_owned()).filter(|email| !email.is_empty()),
        /// The projects they are members of.
        projects: BTreeSet<PartId> = |p| p.parts("projects"),
        /// The zones they may enter.
        zones: BTreeSet<PartId> = |p| p.parts("zones"),
    }
    /// An IC card.
    Card {
        /// The number as door logs show it.
        number: String = |p| p.text("number").to_owned(),
        /// Whose it is; nobody's in a drawer, or a visitor's.
        holder: Option<PartId> = |p| p.part("within"),
        /// How it stands.
        status: CardStatus = |p| CardStatus::read(p.text("status")),
    }
    /// A terminal.
    Terminal {
        /// The zone it stands in.
        zone: Option<PartId> = |p| p.part("within"),
        /// Its network addresses: single ones, or ranges as 192.0.2.0/24.
        addresses: Vec<String> = |p| p.words("addresses").map(str::to_owned).collect(),
        /// The fingerprint of its client certificate.
        certificate: Option<String> = |p| Some(p.text("certificate").to_owned()).filter(|text| !text.is_empty()),
        /// Who uses it, where it was given to one person.
        holder: Option<PartId> = |p| p.part("holder"),
    }
    /// A door reader.
    Reader {
        /// The code as door logs show it.
        code: String = |p| p.text("code").to_owned(),
        /// The zone it leads into.
        zone: Option<PartId> = |p| p.part("within"),
        /// The zone it leads from, where that is one.
        outside: Option<PartId> = |p| p.part("outside"),
    }
}

/// How a project stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProjectState {
    /// It has not begun.
    Planned,
    /// People work on it.
    Active,
    /// It is over.
    Closed,
}

impl ProjectState {
    fn read(word: &str) -> Self {
        match word {
            "active" => Self::Active,
            "closed" => Self::Closed,
            _ => Self::Planned,
        }
    }
}

/// How a card stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardStatus {
    /// It opens doors.
    Given,
    /// It was blocked in the door system.
    Blocked,
    /// It came back.
    Returned,
    /// It is lost, and was blocked.
    Lost,
}

impl CardStatus {
    /// The word it is written by.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Blocked => "blocked",
            Self::Returned => "returned",
            Self::Lost => "lost",
        }
    }

    fn read(word: &str) -> Self {
        [Self::Blocked, Self::Returned, Self::Lost].into_iter().find(|s| s.code() == word).unwrap_or(Self::Given)
    }
}
