//! Find: people by blind index. The names shown were opened by the entry of the search.

use crate::held::Held;
use crate::lock::{Opened, Vault, damaged, places};
use crate::reveal::{could_not_open, value};
use access::{Desk, Fault, Mistake, No, Search, Subjects, plan};
use ledger::entry::EntryKind;
use ledger::names::{ElementId, KindId, Moment, PersonId, PurposeId, RowId, WorkId};
use policy::normal::{Token, kinds, query_tokens};
use policy::{Policy, Shape};
use seal::{Secret, Sheet};
use std::collections::{BTreeMap, BTreeSet};

/// What to look for.
#[derive(Clone)]
pub struct Find {
    /// What somebody typed: a name, a kana reading, an e-mail address, a telephone number, a date of birth.
    pub text: String,
    /// For which notified purpose.
    pub purpose: PurposeId,
    /// Under which work record.
    pub work: Option<WorkId>,
    /// How many hits at most, up to 50.
    pub limit: u32,
}

/// Somebody found.
pub struct Hit {
    /// Who.
    pub person: PersonId,
    /// Under which row.
    pub row: RowId,
    /// What kind of person.
    pub kind: KindId,
    /// The name, opened by this search; absent when the row holds none.
    pub name: Option<Secret<String>>,
    /// When the record was acquired.
    pub acquired_at: Moment,
}

/// What a search found.
pub struct Found {
    /// The ledger entry of the search.
    pub entry: u64,
    /// The people, best match first.
    pub hits: Vec<Hit>,
    /// Whether there were more than `limit`.
    pub more: bool,
}

struct Candidate {
    person: PersonId,
    row: RowId,
    kind: KindId,
    version: u32,
    sheet: Sheet,
    acquired_at: Moment,
}

/// Finds people. The search is an act: it has a purpose and a work record, and leaves an entry that names whom it found.
///
/// # Errors
/// [`No::Refusal`] when no row may be searched; [`No::Mistake`] when there is nothing to look for.
pub async fn find(vault: &Vault, desk: &Desk, asked: Find) -> Result<Found, No> {
    let wanted = wanted(&asked.text);
    if wanted.is_empty() {
        return Err(nothing_to_look_for());
    }
    let tokens = vault.tokens(&wanted);
    let limit = usize::try_from(asked.limit.clamp(1, 50)).unwrap_or(50);
    let elements = searchable(desk.policy()?);
    let plan = plan(desk, Search { purpose: asked.purpose, work: asked.work, elements }).await?;
    let mut candidates = look(desk, &tokens, &plan.rows).await?;
    let more = candidates.len() > limit;
    candidates.truncate(limit);
    let people: BTreeSet<PersonId> = candidates.iter().map(|c| c.person).collect();
    let people: Vec<PersonId> = people.into_iter().collect();
    let keys: BTreeMap<PersonId, Opened> = vault.people(&people).await?.into_iter().collect();
    candidates.retain(|c| keys.contains_key(&c.person));
    let subjects = keys.iter().map(|(person, opened)| (*person, opened.ledger)).collect();
    let names = names(desk.policy()?);
    let allowed = plan.rows.clone();
    let permit = plan.permit(desk, Subjects::People(subjects)).await?;
    let opened: Result<Vec<Option<Secret<String>>>, Fault> =
        candidates.iter().map(|c| name(c, &keys, &names, &allowed)).collect();
    let (held, named) = match opened {
        Ok(opened) => {
            let named: Vec<bool> = opened.iter().map(Option::is_some).collect();
            (Held::new(permit.act(), opened.into_iter().flatten().collect()), named)
        }
        Err(fault) => return Err(could_not_open(desk, permit, fault).await),
    };
    let (entry, side) = permit.spend(desk, EntryKind::Found);
    let receipt = desk.commit(desk.act(&entry)?.with(side)).await?;
    let mut names = held.release(&receipt)?.into_iter();
    let hits = candidates
        .into_iter()
        .zip(named)
        .map(|(c, named)| Hit {
            person: c.person,
            row: c.row,
            kind: c.kind,
            name: if named { names.next() } else { None },
            acquired_at: c.acquired_at,
        })
        .collect();
    Ok(Found { entry: receipt.index(), hits, more })
}

fn nothing_to_look_for() -> No {
    Mistake::new(
        "text",
        "氏名・かな・メール・電話番号・生年月日のどれかを入力してください。",
        "Type a name, a kana reading, an e-mail address, a telephone number or a date of birth.",
        "Hãy nhập họ tên, kana, thư điện tử, số điện thoại hoặc ngày sinh.",
    )
    .into()
}

/// What is looked for. A whole telephone number is not also looked for by its last four digits: others share them.
fn wanted(text: &str) -> Vec<Token> {
    let mut wanted: Vec<Token> = query_tokens(text).into_iter().map(|w| w.token).collect();
    let [whole, ends, ..] = kinds(Shape::Phone) else { return wanted };
    if wanted.iter().any(|t| t.kind == *whole) {
        wanted.retain(|t| t.kind != *ends);
    }
    wanted
}

/// The elements a person can be found by.
fn searchable(policy: &Policy) -> BTreeSet<ElementId> {
    let by = [Shape::Name, Shape::Kana, Shape::Email, Shape::Phone, Shape::Date];
    policy.elements().iter().filter(|e| by.contains(&e.shape)).map(|e| e.id.clone()).collect()
}

/// The elements that name a person, best first.
fn names(policy: &Policy) -> Vec<ElementId> {
    policy.elements().iter().filter(|e| e.shape == Shape::Name).map(|e| e.id.clone()).collect()
}

fn name(
    c: &Candidate,
    keys: &BTreeMap<PersonId, Opened>,
    names: &[ElementId],
    allowed: &BTreeMap<RowId, BTreeSet<ElementId>>,
) -> Result<Option<Secret<String>>, Fault> {
    let Some(opened) = keys.get(&c.person) else { return Ok(None) };
    let here = |e: &&ElementId| allowed.get(&c.row).is_some_and(|a| a.contains(*e)) && c.sheet.get(e.as_str()).is_some();
    let Some(element) = names.iter().find(here) else { return Ok(None) };
    let sealed = c.sheet.get(element.as_str()).ok_or(Fault::Damaged("record.sheet"))?;
    value(opened, c.person, &c.row, c.version, element, sealed).map(Some)
}

async fn look(
    desk: &Desk,
    tokens: &[[u8; 16]],
    rows: &BTreeMap<RowId, BTreeSet<ElementId>>,
) -> Result<Vec<Candidate>, No> {
    let places = places(tokens.len());
    let sql = format!(
        "SELECT t.person, t.register_row, t.element, c.kind, c.version, c.sheet, c.acquired_at \
         FROM token t JOIN record c ON c.person = t.person AND c.register_row = t.register_row \
         WHERE t.token IN ({places}) LIMIT 2000"
    );
    let mut found: BTreeMap<(PersonId, RowId), (usize, Candidate)> = BTreeMap::new();
    for row in desk.store().read(&sql, tokens.iter().map(|t| (*t).into()).collect()).await? {
        let element: ElementId = row.text(2)?.parse().map_err(|_| damaged("token.element"))?;
        let held: RowId = row.text(1)?.parse().map_err(|_| damaged("token.register_row"))?;
        if !rows.get(&held).is_some_and(|allowed| allowed.contains(&element)) {
            continue;
        }
        let person = PersonId::from_bytes(row.array(0)?);
        if let Some((score, _)) = found.get_mut(&(person, held.clone())) {
            *score += 1;
            continue;
        }
        let candidate = Candidate {
            person,
            row: held.clone(),
            kind: row.text(3)?.parse().map_err(|_| damaged("record.kind"))?,
            version: u32::try_from(row.int(4)?).map_err(|_| damaged("record.version"))?,
            sheet: Sheet::from_bytes(row.bytes(5)?).map_err(|_| damaged("record.sheet"))?,
            acquired_at: row.moment(6)?,
        };
        found.insert((person, held), (1, candidate));
    }
    let mut found: Vec<(usize, Candidate)> = found.into_values().collect();
    found.sort_by(|(a, x), (b, y)| b.cmp(a).then(y.acquired_at.cmp(&x.acquired_at)).then(x.person.cmp(&y.person)));
    Ok(found.into_iter().map(|(_, c)| c).collect())
}
