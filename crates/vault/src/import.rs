//! Import: many people at once, each under a key of their own, one entry for the batch.

use crate::bound;
use crate::index::{self, FoundBy};
use crate::lock::{Vault, places, places_from};
use access::{Ask, Desk, Fault, Mistake, No, Subjects, permit_in, situation};
use ledger::entry::EntryKind;
use ledger::names::{ElementId, KindId, Moment, PersonId, PurposeId, RowId};
use policy::normal::{Token, kinds, tokens};
use policy::{ActKind, Policy, Shape, Term, Trigger};
use seal::{Nonce, Place, Sheet};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use store::{Change, Value};

/// One person to take in. Values are already read and checked at the edge.
#[derive(Clone)]
pub struct NewPerson {
    /// Element by element, at most one value each.
    pub values: Vec<(ElementId, String)>,
}

/// People to take in together.
pub struct Batch {
    /// The row of the handling ledger they belong to.
    pub row: RowId,
    /// The notified purpose they are taken in for.
    pub purpose: PurposeId,
    /// Where they came from, for the record: a file's digest, a form. No personal data.
    pub source: String,
    /// When their information was acquired.
    pub acquired_at: Moment,
    /// What whoever takes them in attests has happened with each of them, by the names of milestones the policy's purposes ask for:
    /// an offer accepted, a consent given. It is recorded of each.
    pub attested: BTreeSet<String>,
    /// What becomes of somebody who looks like a person held under the row already.
    pub alike: Alike,
    /// The people, at most [`Batch::MOST`].
    pub people: Vec<NewPerson>,
}

/// What becomes of somebody whose e-mail address or number a person held under the row has already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Alike {
    /// Taken in all the same, and told.
    #[default]
    TakeIn,
    /// Left out, and told.
    LeaveOut,
}

impl Batch {
    /// People in one batch at most: one entry, which numbers a record for each.
    pub const MOST: usize = Value::MADE_BY_ONE as usize;
}

/// What a batch did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// People taken in.
    pub new: u32,
    /// Lines that were taken in before and were passed over.
    pub known: u32,
    /// Places in [`Batch::people`] of those who look like a person held under the row already.
    pub alike: Vec<usize>,
    /// The ledger entry, when anybody was new.
    pub entry: Option<u64>,
    /// The people taken in, in order.
    pub people: Vec<PersonId>,
}

/// Takes people in. A line taken in before is passed over, so an import that was cut off is simply run again.
///
/// # Errors
/// [`No::Refusal`] when the row or the purpose does not allow it, [`No::Mistake`] when the batch is too large.
pub async fn import(vault: &Vault, desk: &Desk, batch: Batch) -> Result<Imported, No> {
    if batch.people.len() > Batch::MOST {
        return Err(Mistake::new(
            "people",
            format!("一度に取り込めるのは{}人までです。", Batch::MOST),
            format!("At most {} people are taken in at once.", Batch::MOST),
            format!("Mỗi lần chỉ nhập tối đa {} người.", Batch::MOST),
        )
        .into());
    }
    let elements: BTreeSet<ElementId> =
        batch.people.iter().flat_map(|p| p.values.iter().map(|(e, _)| e.clone())).collect();
    let ask = Ask {
        act: ActKind::Import,
        person: None,
        row: batch.row.clone(),
        elements: elements.into_iter().collect(),
        purpose: batch.purpose.clone(),
        work: None,
    };
    let mut situation = situation(desk, &ask).await?;
    let policy = desk.policy()?;
    attest(policy, &batch.attested)?;
    situation.facts.milestones.extend(batch.attested.iter().cloned());
    // Judged before anything is looked up or made: a refusal says nothing of who is held, and leaves no keys behind.
    if !policy.judge(&situation.question(&ask), &situation.facts).is_yes() {
        permit_in(desk, ask, Subjects::Nobody, &situation).await?.ask();
        return Err(No::Fault(Fault::Damaged("a refusal that was none")));
    }
    let due = due(desk, policy, &situation.kind, &batch.purpose, batch.acquired_at);
    let place = Holding { row: &batch.row, kind: &situation.kind, acquired_at: batch.acquired_at, due };
    let shapes: BTreeMap<&ElementId, Shape> = policy.elements().iter().map(|e| (&e.id, e.shape)).collect();
    let lines: Vec<[u8; 16]> = batch.people.iter().map(|p| vault.mark(&line(&batch.row, p))).collect();
    let known = known(desk, &lines).await?;
    let mut seen = HashSet::new();
    let mut fresh: Vec<(usize, (NewPerson, [u8; 16]))> = batch.people.into_iter().zip(lines).enumerate().collect();
    let all = fresh.len();
    // The same line twice in one batch is known the second time.
    fresh.retain(|(_, (_, mark))| !known.contains(mark) && seen.insert(*mark));
    let known = all - fresh.len();
    let alike = alike(vault, desk, &batch.row, &shapes, &fresh).await?;
    if batch.alike == Alike::LeaveOut {
        fresh.retain(|(at, _)| !alike.contains(at));
    }
    let told = Imported {
        known: u32::try_from(known).unwrap_or(u32::MAX),
        alike: alike.into_iter().collect(),
        ..Imported::default()
    };
    if fresh.is_empty() {
        return Ok(told);
    }
    let Rows { subjects, people, records, mut tokens, marks, ids, .. } =
        sealed(vault, desk, &place, &shapes, &fresh).await?;
    let happened = happened(desk, &batch.attested, &ids);
    // In the order of their table, so that what lies together is written together.
    tokens.sort_unstable();
    let tokens = tokens.into_iter().map(|(token, made)| vec![token.into(), Value::MadeByEntry(made)]).collect();
    let details = bound::import(&batch.source, &place, &batch.attested, &records, &subjects, &marks);
    let permit = permit_in(desk, ask, Subjects::People(subjects), &situation).await?;
    let (entry, side) = permit.spend(desk, EntryKind::Imported);
    let act = desk
        .act_with_detail(entry, &details)?
        .with(side)
        .with(Change::many("INSERT INTO person (id, state, created_at, changed_at) VALUES ($1, 'active', $2, $2)", people))
        .with(Change::many(
            "INSERT INTO record (n, person, register_row, kind, version, acquired_at, due_at, sheet, found_by, idx) VALUES ($1, $2, $3, $4, 1, $5, $6, $7, $8, $9)",
            records,
        ))
        .with(Change::many(index::ADD, tokens))
        .with(Change::many("INSERT INTO milestone (person, name, at, due, salt, idx) VALUES ($1, $2, $3, '', $4, $5)", happened))
        .with(Change::many("INSERT INTO import_mark (mark, person, idx) VALUES ($1, $2, $3)", marks));
    let receipt = desk.commit(act).await?;
    let new = u32::try_from(ids.len()).unwrap_or(u32::MAX);
    Ok(Imported { new, entry: Some(receipt.index()), people: ids, ..told })
}

/// How often people are sealed again because an epoch began just then.
const TRIES: u32 = 5;

/// The rows of new people, whose keys are kept already.
async fn sealed(
    vault: &Vault,
    desk: &Desk,
    place: &Holding<'_>,
    shapes: &BTreeMap<&ElementId, Shape>,
    fresh: &[(usize, (NewPerson, [u8; 16]))],
) -> Result<Rows, No> {
    for _ in 0..TRIES {
        vault.newest_epoch().await?;
        let mut rows = Rows::default();
        for (_, (person, mark)) in fresh {
            rows.add(vault, desk, place, shapes, person, *mark)?;
        }
        if vault.keep(std::mem::take(&mut rows.keys)).await? {
            return Ok(rows);
        }
    }
    Err(No::Fault(Fault::Crypto("the wrapping key of the newest epoch is not there")))
}

/// What is attested must be something that a purpose of the policy asks for. What was written may be anything and is not repeated.
fn attest(policy: &Policy, attested: &BTreeSet<String>) -> Result<(), No> {
    let asked: BTreeSet<&str> =
        policy.purposes().iter().flat_map(|p| p.needs.values()).map(|c| c.milestone.as_str()).collect();
    if attested.iter().all(|name| asked.contains(name.as_str())) {
        return Ok(());
    }
    let choice = asked.into_iter().collect::<Vec<_>>().join(", ");
    Err(Mistake::new(
        "attested",
        format!("どの利用目的の条件にもなっていません。選べるのは {choice} です。"),
        format!("No purpose of the policy asks for this. Choose among: {choice}."),
        format!("Không mục đích nào của chính sách cần điều này. Hãy chọn trong: {choice}."),
    )
    .into())
}

/// The milestones of everybody. The import's own details bind them, so they need no salt.
fn happened(desk: &Desk, attested: &BTreeSet<String>, people: &[PersonId]) -> Vec<Vec<Value>> {
    let each = |person: &PersonId| {
        let row = |name: &String| {
            vec![(*person).into(), name.as_str().into(), desk.now().into(), [0; 32].into(), Value::EntryIndex]
        };
        attested.iter().map(row).collect::<Vec<_>>()
    };
    people.iter().flat_map(each).collect()
}

/// Places of those whose e-mail address or number somebody held under the row has already, or somebody before them in the batch.
async fn alike(
    vault: &Vault,
    desk: &Desk,
    row: &RowId,
    shapes: &BTreeMap<&ElementId, Shape>,
    fresh: &[(usize, (NewPerson, [u8; 16]))],
) -> Result<BTreeSet<usize>, No> {
    let (mut whose, mut alike) = (BTreeMap::<i64, Vec<usize>>::new(), BTreeSet::new());
    for (at, (person, _)) in fresh {
        for (element, value) in &person.values {
            let shape = shapes.get(element).copied().unwrap_or(Shape::Text);
            // What people mean by the same address or number.
            let (Shape::Email | Shape::Number, [.., same]) = (shape, kinds(shape)) else { continue };
            let meant: Vec<Token> = tokens(shape, value).into_iter().filter(|t| t.kind == *same).collect();
            for token in vault.tokens(element, &meant) {
                let before = whose.entry(token).or_default();
                if !before.is_empty() {
                    alike.insert(*at);
                }
                before.push(*at);
            }
        }
    }
    let sought: Vec<i64> = whose.keys().copied().collect();
    for some in sought.chunks(500) {
        let places = places_from(2, some.len());
        let sql = format!(
            "SELECT DISTINCT t.token FROM token t JOIN record c ON c.n = t.record WHERE c.register_row = $1 AND t.token IN ({places}) \
             AND c.person NOT IN (SELECT id FROM person WHERE erase_at IS NOT NULL)"
        );
        let values = std::iter::once(row.as_str().into()).chain(some.iter().map(|t| (*t).into())).collect();
        for found in desk.store().read(&sql, values).await? {
            alike.extend(whose.get(&found.int(0)?).into_iter().flatten());
        }
    }
    Ok(alike)
}

/// What a line says, so that the same line is known again: the row and every value, in the order of the elements.
fn line(row: &RowId, person: &NewPerson) -> String {
    let mut values: Vec<&(ElementId, String)> = person.values.iter().collect();
    values.sort();
    let mut line = row.to_string();
    for (element, value) in values {
        line.push('\u{1f}');
        line.push_str(element.as_str());
        line.push('\u{1e}');
        line.push_str(value);
    }
    line
}

async fn known(desk: &Desk, marks: &[[u8; 16]]) -> Result<HashSet<[u8; 16]>, No> {
    let mut known = HashSet::new();
    for some in marks.chunks(500) {
        let sql = format!("SELECT mark FROM import_mark WHERE mark IN ({})", places(some.len()));
        for row in desk.store().read(&sql, some.iter().map(|m| (*m).into()).collect()).await? {
            known.insert(row.array(0)?);
        }
    }
    Ok(known)
}

/// When the records fall due, if their term starts with their acquisition.
fn due(desk: &Desk, policy: &Policy, kind: &KindId, purpose: &PurposeId, acquired_at: Moment) -> Option<Moment> {
    let term: &Term = policy.term_for(kind, purpose)?;
    (term.from == Trigger::Acquired).then(|| desk.start_of(term.due(desk.day(acquired_at))))
}

pub(crate) struct Holding<'a> {
    row: &'a RowId,
    pub(crate) kind: &'a KindId,
    pub(crate) acquired_at: Moment,
    pub(crate) due: Option<Moment>,
}

#[derive(Default)]
struct Rows {
    keys: Vec<Vec<Value>>,
    subjects: Vec<(PersonId, [u8; 32])>,
    people: Vec<Vec<Value>>,
    records: Vec<Vec<Value>>,
    tokens: Vec<(i64, u16)>,
    marks: Vec<Vec<Value>>,
    ids: Vec<PersonId>,
}

impl Rows {
    fn add(
        &mut self,
        vault: &Vault,
        desk: &Desk,
        holding: &Holding<'_>,
        shapes: &BTreeMap<&ElementId, Shape>,
        person: &NewPerson,
        mark: [u8; 16],
    ) -> Result<(), No> {
        let id = PersonId::from_bytes(desk.chance().id(desk.now()));
        let (opened, key) = vault.new_person(desk.chance(), id)?;
        let mut sheet = Sheet::new();
        let mut found_by = FoundBy::default();
        let made = u16::try_from(self.ids.len()).map_err(|_| Fault::Damaged("the number of people in a batch"))?;
        for (element, value) in &person.values {
            let place =
                Place { subject: *id.as_bytes(), row: holding.row.as_str(), field: element.as_str(), version: 1 };
            let sealed = opened.lock.seal(&place, value.as_bytes(), Nonce::from_random(desk.chance().bytes()));
            let sealed = sealed.map_err(|_| Fault::Crypto("sealing"))?;
            sheet.insert(element.as_str(), sealed).map_err(|_| twice(element))?;
            let shape = shapes.get(element).copied().unwrap_or(Shape::Text);
            self.tokens.extend(found_by.set(vault, element, shape, value)?.into_iter().map(|token| (token, made)));
        }
        let due = holding.due.map_or(Value::Null(store::Kind::Int), Value::from);
        self.records.push(vec![
            Value::MadeByEntry(made),
            id.into(),
            holding.row.as_str().into(),
            holding.kind.as_str().into(),
            holding.acquired_at.into(),
            due,
            sheet.to_bytes().into(),
            found_by.to_bytes().into(),
            Value::EntryIndex,
        ]);
        self.keys.push(key);
        self.subjects.push((id, opened.ledger));
        self.people.push(vec![id.into(), desk.now().into()]);
        self.marks.push(vec![mark.into(), id.into(), Value::EntryIndex]);
        self.ids.push(id);
        Ok(())
    }
}

fn twice(element: &ElementId) -> No {
    Mistake::new(
        element.as_str(),
        "同じ項目が一人に二つあります。どちらか一つにしてください。",
        "The same element stands twice for one person. Keep one of them.",
        "Một mục xuất hiện hai lần cho cùng một người. Hãy giữ lại một.",
    )
    .into()
}
