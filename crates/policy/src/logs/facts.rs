//! What logs are held against: people, cards, zones, readers, work records. Whoever asks reads them and hands them in.

use std::collections::BTreeSet;

use jiff::civil::Date;

/// How things stood in the period of the logs.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Everybody who works here or did.
    pub people: Vec<Person>,
    /// Every card there is or was.
    pub cards: Vec<Card>,
    /// The zones.
    pub zones: Vec<Zone>,
    /// The readers at their doors.
    pub readers: Vec<Reader>,
    /// Work records.
    pub works: Vec<Work>,
}

/// Somebody who works here.
#[derive(Clone, Debug, Default)]
pub struct Person {
    /// The name by which questions call them: an employee number.
    pub id: String,
    /// What else logs call them: a login, an address, the name as attendance writes it.
    pub also: Vec<String>,
    /// The section that answers for them: a department.
    pub section: String,
    /// From when.
    pub from: Option<Date>,
    /// Their last day.
    pub until: Option<Date>,
    /// The zones they may enter without a work record that names them.
    pub zones: BTreeSet<String>,
}

/// A card and who had it. A card that is given to somebody else later stands here twice.
#[derive(Clone, Debug, Default)]
pub struct Card {
    /// The number as logs show it.
    pub number: String,
    /// Whose it is, by the id of the person; empty when nobody has it.
    pub holder: String,
    /// From when.
    pub from: Option<Date>,
    /// The last day on which it was good: it was given back or blocked then.
    pub until: Option<Date>,
}

/// A zone.
#[derive(Clone, Debug, Default)]
pub struct Zone {
    /// Its name.
    pub id: String,
    /// How much it is protected, 1 to 4.
    pub level: u8,
}

/// A reader at a door.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    /// The code as logs show it.
    pub code: String,
    /// The zone it leads into.
    pub zone: String,
}

/// A work record.
#[derive(Clone, Debug, Default)]
pub struct Work {
    /// Its number.
    pub code: String,
    /// Who works on it, by the ids of people.
    pub people: BTreeSet<String>,
    /// From when, in milliseconds since 1970.
    pub from: i64,
    /// Until when.
    pub until: i64,
    /// The zones it takes place in; none when it says nothing of them.
    pub zones: BTreeSet<String>,
}
