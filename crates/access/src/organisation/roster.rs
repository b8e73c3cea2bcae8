//! The organisation as it stands, or as it stood: every part, by its type.

use super::part::{self, Card, Department, Entity, Part, Project, Reader, Site, Staff, Terminal, Zone};
use super::{PartId, PartKind};
use crate::answer::Fault;
use crate::desk::Office;
use jiff::civil::Date;
use ledger::names::Moment;
use std::collections::BTreeMap;
use store::Row;

/// The parts of the organisation, ended ones included, in order of their ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster {
    /// Legal entities.
    pub entities: Vec<Entity>,
    /// Departments.
    pub departments: Vec<Department>,
    /// Sites.
    pub sites: Vec<Site>,
    /// Zones.
    pub zones: Vec<Zone>,
    /// Projects.
    pub projects: Vec<Project>,
    /// Employees and contractors, those who left too.
    pub staff: Vec<Staff>,
    /// IC cards.
    pub cards: Vec<Card>,
    /// Terminals.
    pub terminals: Vec<Terminal>,
    /// Door readers.
    pub readers: Vec<Reader>,
    /// The newest entry that wrote a part; -1 when there is none.
    pub(super) last: i64,
    parts: BTreeMap<(PartKind, PartId), Part>,
}

/// The organisation as it was known at `as_of`, or as it is known now.
///
/// # Errors
/// [`Fault`].
pub async fn roster(office: &Office, as_of: Option<Moment>) -> Result<Roster, Fault> {
    let at = as_of.unwrap_or(Moment(i64::MAX));
    let sql = format!(
        "{COLUMNS} JOIN (SELECT kind, id, MAX(version) AS last FROM part WHERE at <= $1 GROUP BY kind, id) m \
         ON m.kind = p.kind AND m.id = p.id AND m.last = p.version"
    );
    let rows = office.store().read(&sql, vec![at.into()]).await?;
    Ok(Roster::of(rows.iter().map(read).collect::<Result<Vec<_>, _>>()?))
}

/// Every version of a part, newest first.
///
/// # Errors
/// [`Fault`].
pub async fn versions(office: &Office, kind: PartKind, id: &PartId) -> Result<Vec<Part>, Fault> {
    let sql = format!("{COLUMNS} WHERE p.kind = $1 AND p.id = $2 ORDER BY p.version DESC");
    let rows = office.store().read(&sql, vec![kind.code().into(), id.as_str().into()]).await?;
    rows.iter().map(read).collect()
}

/// Since when each staff member has been a member of each project of theirs without a break, as it was known at `as_of` or is now.
///
/// # Errors
/// [`Fault`].
pub async fn members_since(
    office: &Office,
    as_of: Option<Moment>,
) -> Result<BTreeMap<(PartId, PartId), Moment>, Fault> {
    let at = as_of.unwrap_or(Moment(i64::MAX));
    let sql = format!("{COLUMNS} WHERE p.kind = 'staff' AND p.at <= $1 ORDER BY p.id, p.version");
    let mut since: BTreeMap<(PartId, PartId), Moment> = BTreeMap::new();
    for row in office.store().read(&sql, vec![at.into()]).await? {
        let part = read(&row)?;
        let projects = part.parts("projects");
        since.retain(|(staff, project), _| *staff != part.id || projects.contains(project));
        for project in projects {
            since.entry((part.id.clone(), project)).or_insert(part.changed_at);
        }
    }
    Ok(since)
}

const COLUMNS: &str = "SELECT p.kind, p.id, p.version, p.sheet, p.at, p.idx FROM part p";

fn read(row: &Row) -> Result<Part, Fault> {
    let bad = |_| Fault::Damaged("part");
    let sheet = part::from_json(row.text(3).map_err(bad)?)?;
    let day = |field: &str| sheet.get(field).map(|text| text.parse::<Date>()).transpose();
    Ok(Part {
        kind: row.text(0).map_err(bad)?.parse().map_err(|_| Fault::Damaged("part.kind"))?,
        id: row.text(1).map_err(bad)?.parse().map_err(|_| Fault::Damaged("part.id"))?,
        version: u32::try_from(row.int(2).map_err(bad)?).map_err(|_| Fault::Damaged("part.version"))?,
        from: day("from").ok().flatten().ok_or(Fault::Damaged("part.sheet: from"))?,
        until: day("until").map_err(|_| Fault::Damaged("part.sheet: until"))?,
        sheet,
        changed_at: row.moment(4).map_err(bad)?,
        entry: u64::try_from(row.int(5).map_err(bad)?).map_err(|_| Fault::Damaged("part.idx"))?,
    })
}

impl Roster {
    /// A roster of these parts.
    #[must_use]
    pub fn of(parts: impl IntoIterator<Item = Part>) -> Self {
        let parts: BTreeMap<(PartKind, PartId), Part> =
            parts.into_iter().map(|part| ((part.kind, part.id.clone()), part)).collect();
        let mut roster = Self {
            last: parts.values().map(|part| i64::try_from(part.entry).unwrap_or(i64::MAX)).max().unwrap_or(-1),
            ..Self::default()
        };
        for part in parts.values() {
            match part.kind {
                PartKind::Entity => roster.entities.push(Entity::read(part)),
                PartKind::Department => roster.departments.push(Department::read(part)),
                PartKind::Site => roster.sites.push(Site::read(part)),
                PartKind::Zone => roster.zones.push(Zone::read(part)),
                PartKind::Project => roster.projects.push(Project::read(part)),
                PartKind::Staff => roster.staff.push(Staff::read(part)),
                PartKind::Card => roster.cards.push(Card::read(part)),
                PartKind::Terminal => roster.terminals.push(Terminal::read(part)),
                PartKind::Reader => roster.readers.push(Reader::read(part)),
            }
        }
        roster.parts = parts;
        roster
    }

    /// This roster with other versions of some parts, or further parts.
    #[must_use]
    pub(super) fn with(&self, parts: impl IntoIterator<Item = Part>) -> Self {
        Self { last: self.last, ..Self::of(self.parts.values().cloned().chain(parts)) }
    }

    /// Every part of a kind.
    pub fn parts(&self, kind: PartKind) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(move |((of, _), _)| *of == kind).map(|(_, part)| part)
    }

    /// Every part.
    pub fn all(&self) -> impl Iterator<Item = &Part> {
        self.parts.values()
    }

    /// The part of a kind with this id.
    #[must_use]
    pub fn part(&self, kind: PartKind, id: &PartId) -> Option<&Part> {
        self.parts.get(&(kind, id.clone()))
    }

    /// What a part is called; its id where it is not there.
    #[must_use]
    pub fn name<'a>(&'a self, kind: PartKind, id: &'a PartId) -> &'a str {
        self.part(kind, id).map_or(id.as_str(), Part::name)
    }

    /// The staff member with this id.
    #[must_use]
    pub fn staff_member(&self, id: &PartId) -> Option<&Staff> {
        self.staff.iter().find(|staff| staff.id == *id)
    }

    /// The staff member who uses this login; of several who did one after another, the one who is there on this day or came last.
    #[must_use]
    pub fn by_login(&self, login: &str, day: Date) -> Option<&Staff> {
        let with = self.staff.iter().filter(|staff| staff.login.as_deref() == Some(login));
        with.max_by_key(|staff| (staff.is_open(day), staff.from))
    }

    /// The card with this number that is there on this day.
    #[must_use]
    pub fn card_by_number(&self, number: &str, day: Date) -> Option<&Card> {
        let with = self.cards.iter().filter(|card| card.number == number);
        with.max_by_key(|card| (card.is_open(day), card.from))
    }

    /// The members of a project who are there on this day.
    pub fn members<'a>(&'a self, project: &'a PartId, day: Date) -> impl Iterator<Item = &'a Staff> {
        self.staff.iter().filter(move |staff| staff.is_open(day) && staff.projects.contains(project))
    }

    /// Who leads somebody on this day: the head of their department; the responsible person of the legal entity where they are that
    /// head themselves, or there is none.
    #[must_use]
    pub fn manager(&self, staff: &Staff, day: Date) -> Option<&Staff> {
        let department = self.departments.iter().find(|d| Some(&d.id) == staff.department.as_ref())?;
        let entity = self.entities.iter().find(|e| Some(&e.id) == department.entity.as_ref());
        let above = [department.head.as_ref(), entity.and_then(|entity| entity.responsible.as_ref())];
        let known = above.into_iter().flatten().filter_map(|id| self.staff_member(id));
        known.into_iter().find(|one| one.id != staff.id && one.is_open(day))
    }

    /// The legal entity somebody works for.
    #[must_use]
    pub fn entity_of(&self, staff: &Staff) -> Option<&Entity> {
        let department = self.departments.iter().find(|d| Some(&d.id) == staff.department.as_ref())?;
        self.entities.iter().find(|entity| Some(&entity.id) == department.entity.as_ref())
    }
}
