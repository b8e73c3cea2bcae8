//! What entries say that tables must hold: one pass over the entries, in their order, with the details kept beside them.

use super::side::Link;
use ledger::entry::{Entry, EntryKind};
use ledger::names::ActId;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// An id as it lies in a column.
pub(super) type Id = [u8; 16];

/// What the entries add up to.
#[derive(Default)]
pub(super) struct Replay {
    /// The act and the moment of each entry.
    pub(super) acts: Vec<(ActId, i64)>,
    pub(super) accounts: BTreeMap<Id, Account>,
    /// When all accounts that were open then were reviewed: the entry and the moment.
    pub(super) reviews: Vec<(i64, i64)>,
    /// What opens accounts besides passwords.
    pub(super) credentials: BTreeMap<Id, Credential>,
    /// API tokens by the digits they are known by.
    pub(super) tokens: BTreeMap<String, Token>,
    pub(super) works: BTreeMap<Id, Work>,
    /// Digests of the parts of the organisation, and of assents, that an entry wrote.
    pub(super) parts: BTreeMap<i64, Vec<u8>>,
    pub(super) assents: BTreeMap<i64, Vec<u8>>,
    /// Proposals, emergencies and rights beyond a role, by the act that asked for each.
    pub(super) warrants: BTreeMap<Id, Warrant>,
    /// Enactments: the digest, from when, who approved.
    pub(super) policies: BTreeMap<i64, Enactment>,
    /// Permitted entries that wrote a version of a row of the handling ledger: the row and the moment.
    pub(super) versions: BTreeMap<i64, (String, i64)>,
    /// What closed an occasion, by the entry that recorded it.
    pub(super) closings: BTreeMap<i64, Closing>,
    /// Entries that a milestone belongs to, with the digest of it.
    pub(super) milestones: BTreeMap<i64, (String, i64)>,
    pub(super) imports: BTreeMap<i64, Batch>,
    /// Corrections: the row of the handling ledger and the digest of the record.
    pub(super) corrections: BTreeMap<i64, (String, String)>,
    /// Renewals of people: the generation they are of since then and the digests of their records.
    pub(super) renewals: BTreeMap<i64, (i64, Vec<u8>)>,
    pub(super) people: HashMap<Id, Person>,
    pub(super) erased: BTreeMap<Id, (i64, i64)>,
    /// How many links, milestones, people of work records and holds all erasures have cut.
    pub(super) cut: Cut,
    /// Links that belong to nobody from the start.
    pub(super) unlinked: i64,
    /// What entries say of logs.
    pub(super) logs: super::logs::Logs,
    /// Entries with a digest whose details do not lie in `detail`: something else keeps them, or they are gone.
    pub(super) bare: BTreeMap<i64, (EntryKind, [u8; 32])>,
}

/// What erasures have cut.
#[derive(Default, Clone, Copy)]
pub(super) struct Cut {
    pub(super) entries: i64,
    pub(super) milestones: i64,
    pub(super) works: i64,
    pub(super) holds: i64,
}

/// An account as its entries tell of it.
pub(super) struct Account {
    pub(super) idx: i64,
    pub(super) at: i64,
    pub(super) told: Json,
    pub(super) password: String,
    /// Until when it may go on without a second factor.
    pub(super) second_by: Option<i64>,
    pub(super) revoked: Option<(i64, i64)>,
    /// Until when, as it was granted or as somebody's last day moved it.
    pub(super) until: Option<i64>,
}

/// A credential as its entries tell of it.
pub(super) struct Credential {
    pub(super) idx: i64,
    pub(super) at: i64,
    /// The digest of its columns.
    pub(super) row: String,
    pub(super) ended: Option<i64>,
}

/// A token as its entries tell of it.
pub(super) struct Token {
    pub(super) idx: i64,
    pub(super) at: i64,
    pub(super) told: Json,
    pub(super) revoked: Option<i64>,
}

/// A work record as its entries tell of it.
pub(super) struct Work {
    pub(super) idx: i64,
    pub(super) purpose: String,
    pub(super) told: Json,
    pub(super) closed: Option<i64>,
}

/// A warrant as its entries tell of it.
pub(super) struct Warrant {
    pub(super) idx: i64,
    pub(super) at: i64,
    pub(super) kind: EntryKind,
    pub(super) told: Json,
    pub(super) answer: Option<Said>,
    pub(super) ended: Option<i64>,
}

/// What a second person said of a warrant.
pub(super) struct Said {
    pub(super) word: String,
    pub(super) by: String,
    pub(super) at: i64,
}

/// An enactment.
pub(super) struct Enactment {
    pub(super) digest: Option<[u8; 32]>,
    pub(super) told: Json,
}

/// What closed an occasion.
pub(super) struct Closing {
    pub(super) at: i64,
    /// The digest of how it came out.
    pub(super) outcome: String,
}

/// People taken in together.
pub(super) struct Batch {
    pub(super) row: String,
    pub(super) kind: String,
    pub(super) acquired: i64,
    pub(super) due: Option<i64>,
    /// Of their keys, and of the index key.
    pub(super) generation: i64,
    pub(super) records: Vec<u8>,
    pub(super) marks: Vec<u8>,
    /// Milestones attested of everybody in it.
    pub(super) attested: BTreeSet<String>,
    /// When, and how many people.
    pub(super) at: i64,
    pub(super) people: i64,
}

/// A person as the entries linked to them tell.
#[derive(Default)]
pub(super) struct Person {
    /// When they were taken in: the entry and the place in it.
    pub(super) imports: Vec<(i64, i64)>,
    pub(super) created: i64,
    pub(super) changed: i64,
    suspended: bool,
    /// Until when an erasure waits.
    pub(super) waits: Option<i64>,
    /// Whether one was ever withdrawn.
    pub(super) withdrawn: bool,
    pub(super) corrections: Vec<i64>,
    /// When they were renewed: the entry and the place in it.
    pub(super) renewals: Vec<(i64, i64)>,
    /// The first entry that is linked to them.
    pub(super) first: i64,
    /// Milestones and holds: entries that are linked without a commitment.
    pub(super) counted: BTreeSet<i64>,
}

impl Replay {
    /// The next entry, the details kept beside it where they hold, and its links.
    pub(super) fn entry(&mut self, idx: i64, entry: &Entry, details: Option<&[u8]>, links: &[Link]) {
        let at = entry.moment().0;
        while self.acts.len() < usize::try_from(idx).unwrap_or(0) {
            // A gap was told of already.
            self.acts.push((ActId::from_bytes([0; 16]), 0));
        }
        self.acts.push((entry.act(), at));
        let told = details.and_then(|body| serde_json::from_slice::<Json>(body).ok()).unwrap_or_default();
        if let (None, Some(digest)) = (details, entry.detail_digest()) {
            self.bare.insert(idx, (entry.kind(), digest));
        }
        if entry.is_refused() {
            if told.get("linked") == Some(&Json::Bool(false)) {
                self.unlinked += i64::from(entry.people());
            }
            return;
        }
        if text(&told, "what") == "milestone" {
            self.milestones.insert(idx, (text(&told, "row").to_owned(), at));
        } else if let Some(of) = told.get("of").and_then(Json::as_i64) {
            self.closings.insert(of, Closing { at, outcome: text(&told, "outcome").to_owned() });
        }
        let until = told.get("until").and_then(Json::as_i64);
        match entry.kind() {
            EntryKind::AccessGranted => self.granted(idx, at, told),
            EntryKind::AccessRevoked => self.revoked(idx, at, &told),
            EntryKind::LogsRead | EntryKind::LogsAnswered | EntryKind::LogsReviewed => self.logs.told(idx, at, told),
            EntryKind::OrganisationChanged => self.organised(idx, at, &told),
            EntryKind::PolicyAdopted
            | EntryKind::RulesApproved
            | EntryKind::RulesAcknowledged
            | EntryKind::ZonesReviewed => {
                self.assents.insert(idx, hex::decode(text(&told, "assents")).unwrap_or_default());
            }
            EntryKind::AccessReviewed => self.reviews.push((idx, at)),
            EntryKind::CredentialAdded | EntryKind::CredentialEnded | EntryKind::SignedIn | EntryKind::ProofGiven => {
                self.credentials(idx, at, &told)
            }
            EntryKind::WorkOpened | EntryKind::WorkClosed => self.worked(idx, at, entry, told),
            EntryKind::Proposed | EntryKind::GlassBroken | EntryKind::RightGiven => {
                let new = Warrant { idx, at, kind: entry.kind(), told, answer: None, ended: None };
                self.warrants.insert(*entry.act().as_bytes(), new);
            }
            EntryKind::WarrantAnswered | EntryKind::WarrantEnded => self.warranted(at, entry.kind(), &told),
            EntryKind::PolicyEnacted => {
                let digest = entry.policy_digest().map(|digest| digest.0);
                self.policies.insert(idx, Enactment { digest, told });
            }
            EntryKind::RegisterChanged | EntryKind::RegisterReviewed => {
                let row = entry.row_id().map_or_else(String::new, ToString::to_string);
                self.versions.insert(idx, (row, at));
            }
            EntryKind::Erased => self.erased(idx, at, &told),
            EntryKind::Imported => {
                self.imports.insert(idx, Batch::read(entry, &told));
            }
            EntryKind::Corrected => {
                let row = entry.row_id().map_or_else(String::new, ToString::to_string);
                self.corrections.insert(idx, (row, text(&told, "record").to_owned()));
            }
            EntryKind::KeyRotated if text(&told, "what") == "people-renewed" => {
                let records = hex::decode(text(&told, "records")).unwrap_or_default();
                self.renewals.insert(idx, (number(&told, "generation"), records));
            }
            _ => {}
        }
        for link in links {
            self.linked(idx, at, entry, until, link);
        }
    }

    /// Of which generation a person's record is.
    pub(super) fn generation(&self, person: &Person) -> Option<i64> {
        let renewed = person.renewals.last().and_then(|(entry, _)| self.renewals.get(entry)).map(|(of, _)| *of);
        let taken_in = || person.imports.first().and_then(|(entry, _)| self.imports.get(entry)).map(|b| b.generation);
        renewed.or_else(taken_in)
    }

    fn granted(&mut self, idx: i64, at: i64, told: Json) {
        let password = text(&told, "password").to_owned();
        if !text(&told, "token").is_empty() {
            self.tokens.insert(text(&told, "token").to_owned(), Token { idx, at, told, revoked: None });
        } else if let Some(id) = id(text(&told, "actor")) {
            match self.accounts.get_mut(&id) {
                Some(account) => account.password = password,
                None => {
                    let until = told.get("until").and_then(Json::as_i64);
                    let account = Account { idx, at, told, password, second_by: None, revoked: None, until };
                    self.accounts.insert(id, account);
                }
            }
        }
    }

    fn credentials(&mut self, idx: i64, at: i64, told: &Json) {
        let all = |key: &str| told.get(key).and_then(Json::as_array).into_iter().flatten();
        for made in all("made") {
            if let Some(id) = id(text(made, "id")) {
                self.credentials.insert(id, Credential { idx, at, row: text(made, "row").to_owned(), ended: None });
            }
        }
        for ended in all("ended").filter_map(Json::as_str).filter_map(id) {
            if let Some(credential) = self.credentials.get_mut(&ended) {
                credential.ended.get_or_insert(at);
            }
        }
        let Some(account) = id(text(told, "actor")).and_then(|id| self.accounts.get_mut(&id)) else { return };
        if let Some(until) = told.get("second-by").and_then(Json::as_i64) {
            account.second_by = Some(until);
        } else if told.get("reset") == Some(&Json::Bool(true)) {
            account.second_by = None;
        }
    }

    fn revoked(&mut self, idx: i64, at: i64, told: &Json) {
        if let Some(token) = self.tokens.get_mut(text(told, "token")) {
            token.revoked.get_or_insert(at);
        }
        self.account_revoked(idx, at, text(told, "actor"));
    }

    fn account_revoked(&mut self, idx: i64, at: i64, actor: &str) {
        if let Some(account) = id(actor).and_then(|id| self.accounts.get_mut(&id)) {
            account.revoked.get_or_insert((idx, at));
            for token in self.tokens.values_mut().filter(|token| text(&token.told, "of") == actor) {
                token.revoked.get_or_insert(at);
            }
        }
    }

    fn warranted(&mut self, at: i64, kind: EntryKind, told: &Json) {
        let Some(one) = id(text(told, "warrant")).and_then(|id| self.warrants.get_mut(&id)) else { return };
        if kind == EntryKind::WarrantEnded {
            one.ended.get_or_insert(at);
        } else if one.answer.is_none() {
            one.answer = Some(Said { word: text(told, "answer").to_owned(), by: text(told, "by").to_owned(), at });
        }
    }

    /// Parts of the organisation were written, and with them accounts of leavers ended.
    fn organised(&mut self, idx: i64, at: i64, told: &Json) {
        self.parts.insert(idx, hex::decode(text(told, "parts")).unwrap_or_default());
        for actor in told.get("revoked").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str) {
            self.account_revoked(idx, at, actor);
        }
        for (actor, until) in told.get("ends").and_then(Json::as_object).into_iter().flatten() {
            if let Some(account) = id(actor).and_then(|id| self.accounts.get_mut(&id)) {
                account.until = until.as_i64();
            }
        }
    }

    fn worked(&mut self, idx: i64, at: i64, entry: &Entry, told: Json) {
        let Some(work) = entry.work_id() else { return };
        if entry.kind() == EntryKind::WorkOpened {
            let purpose = entry.purpose_id().map_or_else(String::new, ToString::to_string);
            self.works.insert(*work.as_bytes(), Work { idx, purpose, told, closed: None });
        } else if let Some(work) = self.works.get_mut(work.as_bytes()) {
            work.closed.get_or_insert(at);
        }
    }

    fn erased(&mut self, idx: i64, at: i64, told: &Json) {
        let Some(person) = id(text(told, "person")) else { return };
        let count = |key: &str| told.get(key).and_then(Json::as_i64).unwrap_or(0);
        self.cut.entries += count("entries");
        self.cut.milestones += count("milestones");
        self.cut.works += count("works");
        self.cut.holds += count("holds");
        self.erased.insert(person, (idx, at));
    }

    fn linked(&mut self, idx: i64, at: i64, entry: &Entry, until: Option<i64>, link: &Link) {
        if link.is_nobodys() {
            return;
        }
        let person = self.people.entry(link.person).or_insert_with(|| Person { first: idx, ..Person::default() });
        match entry.kind() {
            EntryKind::Imported => {
                person.imports.push((idx, link.place));
                if person.imports.len() == 1 {
                    (person.created, person.changed) = (at, at);
                }
            }
            EntryKind::Corrected => person.corrections.push(idx),
            EntryKind::KeyRotated => person.renewals.push((idx, link.place)),
            EntryKind::Suspended => (person.suspended, person.changed) = (true, at),
            EntryKind::Resumed => (person.suspended, person.changed) = (false, at),
            EntryKind::ErasureDecided => (person.waits, person.changed) = (until, at),
            EntryKind::ErasureWithdrawn => {
                (person.waits, person.withdrawn, person.changed) = (None, true, at);
            }
            _ if entry.subject_commitment().is_none() => drop(person.counted.insert(idx)),
            _ => {}
        }
    }
}

impl Person {
    /// The word for how their information stands.
    pub(super) fn state(&self) -> &'static str {
        match (self.waits.is_some(), self.suspended) {
            (true, true) => "waiting-suspended",
            (true, false) => "waiting",
            (false, true) => "suspended",
            (false, false) => "active",
        }
    }
}

impl Batch {
    fn read(entry: &Entry, told: &Json) -> Self {
        let bytes = |key: &str| hex::decode(text(told, key)).unwrap_or_default();
        Self {
            row: entry.row_id().map_or_else(String::new, ToString::to_string),
            kind: text(told, "kind").to_owned(),
            acquired: number(told, "acquired"),
            due: told.get("due").and_then(Json::as_i64),
            generation: number(told, "generation"),
            records: bytes("records"),
            marks: bytes("marks"),
            attested: told
                .get("attested")
                .and_then(Json::as_array)
                .map_or_else(BTreeSet::new, |names| names.iter().filter_map(Json::as_str).map(str::to_owned).collect()),
            at: entry.moment().0,
            people: i64::from(entry.people()),
        }
    }

    /// The digest at a place of one of the lists.
    pub(super) fn at(list: &[u8], place: i64) -> Option<&[u8]> {
        let from = usize::try_from(place).ok()?.checked_mul(32)?;
        list.get(from..from.checked_add(32)?)
    }
}

/// A number of the details; one that stands nowhere where there is none.
fn number(told: &Json, key: &str) -> i64 {
    told.get(key).and_then(Json::as_i64).unwrap_or(i64::MIN)
}

/// A text of the details, empty where there is none.
pub(super) fn text<'a>(told: &'a Json, key: &str) -> &'a str {
    told.get(key).and_then(Json::as_str).unwrap_or_default()
}

/// An id in 32 hexadecimal digits.
pub(super) fn id(text: &str) -> Option<Id> {
    hex::decode(text).ok()?.try_into().ok()
}
