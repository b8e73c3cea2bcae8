//! Find: people by blind index. The names shown were opened by the entry of the search.

use crate::held::Held;
use crate::lock::{Indexes, Opened, Vault, damaged, places_from};
use crate::reveal::{could_not_open, value};
use access::{Desk, Fault, Mistake, No, Search, Subjects, plan};
use ledger::entry::EntryKind;
use ledger::names::{ElementId, KindId, Moment, PersonId, PurposeId, RowId, WorkId};
use policy::normal::{Wanted, kinds, query_tokens};
use policy::{Policy, Shape};
use seal::{Secret, Sheet};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use store::{Row, Value};

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
    let limit = usize::try_from(asked.limit.clamp(1, 50)).unwrap_or(50);
    let elements = searchable(desk.policy()?);
    let even_suspended = desk.policy()?.purpose(&asked.purpose).is_some_and(|p| p.every_row);
    let plan = plan(desk, Search { purpose: asked.purpose, work: asked.work, elements }).await?;
    let among: BTreeSet<&ElementId> = plan.rows.values().flatten().collect();
    let mut candidates = loop {
        let indexes = vault.indexes()?;
        let tokens = tokens(&indexes, desk.policy()?, &among, &wanted);
        let looked = Looked { tokens: &tokens, rows: &plan.rows, work: asked.work, even_suspended, limit };
        let candidates = look(desk, &looked).await?;
        // Where people began to be renewed meanwhile, some are found by tokens that were not looked for yet.
        if vault.indexes()?.newest() == indexes.newest() {
            break candidates;
        }
    };
    let more = candidates.len() > limit;
    candidates.truncate(limit);
    let people: BTreeSet<PersonId> = candidates.iter().map(|c| c.person).collect();
    let people: Vec<PersonId> = people.into_iter().collect();
    let mut keys: BTreeMap<PersonId, Opened> = vault.people(&people).await?.into_iter().collect();
    candidates.retain(|c| keys.contains_key(&c.person));
    let subjects = keys.iter().map(|(person, opened)| (*person, opened.ledger)).collect();
    let names = names(desk.policy()?);
    let allowed = plan.rows.clone();
    let permit = plan.permit(desk, Subjects::People(subjects)).await?;
    let opened = match names_of(&candidates, &keys, &names, &allowed) {
        // Keys and records were read apart: whoever was renewed in between is read once more.
        Err(Fault::Crypto(_)) => {
            keys = vault.people(&people).await?.into_iter().collect();
            for known in &mut candidates {
                if let Some(now) = candidate(desk, known.person, known.row.clone()).await? {
                    *known = now;
                }
            }
            names_of(&candidates, &keys, &names, &allowed)
        }
        opened => opened,
    };
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

/// The tokens of what is looked for, in each element that may be searched, of every generation there is.
fn tokens(indexes: &Indexes, policy: &Policy, among: &BTreeSet<&ElementId>, wanted: &[Wanted]) -> Vec<i64> {
    let elements = policy.elements().iter().filter(|e| among.contains(&e.id));
    let each = elements.flat_map(|element| {
        let here = wanted.iter().filter(|w| w.shape == element.shape).map(|w| w.token.clone());
        indexes.tokens(&element.id, &here.collect::<Vec<_>>())
    });
    each.collect()
}

/// What is looked for. A whole telephone number is not also looked for by its last four digits: others share them.
fn wanted(text: &str) -> Vec<Wanted> {
    let mut wanted = query_tokens(text);
    let [whole, ends, ..] = kinds(Shape::Phone) else { return wanted };
    if wanted.iter().any(|w| w.token.kind == *whole) {
        wanted.retain(|w| w.token.kind != *ends);
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

fn names_of(
    candidates: &[Candidate],
    keys: &BTreeMap<PersonId, Opened>,
    names: &[ElementId],
    allowed: &BTreeMap<RowId, BTreeSet<ElementId>>,
) -> Result<Vec<Option<Secret<String>>>, Fault> {
    candidates.iter().map(|c| name(c, keys, names, allowed)).collect()
}

fn name(
    c: &Candidate,
    keys: &BTreeMap<PersonId, Opened>,
    names: &[ElementId],
    allowed: &BTreeMap<RowId, BTreeSet<ElementId>>,
) -> Result<Option<Secret<String>>, Fault> {
    let Some(opened) = keys.get(&c.person) else { return Ok(None) };
    let here =
        |e: &&ElementId| allowed.get(&c.row).is_some_and(|a| a.contains(*e)) && c.sheet.get(e.as_str()).is_some();
    let Some(element) = names.iter().find(here) else { return Ok(None) };
    let sealed = c.sheet.get(element.as_str()).ok_or(Fault::Damaged("record.sheet"))?;
    value(opened, c.person, &c.row, c.version, element, sealed).map(Some)
}

/// Who has these tokens, in the rows that may be searched: best match first, one more than `limit` to say that there are more.
///
/// People whose use was stopped are not found, unless law orders the purpose; and a work record about certain people finds
/// nobody else.
///
/// Of a token that very many records share, such as a common family name, the first are looked at, [`CROWDS`] times as many as are
/// shown: that is enough to say that there are more. Only when too few of these may be shown are all of them looked at.
async fn look(desk: &Desk, asked: &Looked<'_>) -> Result<Vec<Candidate>, No> {
    if asked.rows.is_empty() || asked.tokens.is_empty() {
        return Ok(Vec::new());
    }
    let crowd = asked.limit.saturating_add(1).saturating_mul(CROWDS);
    let near = Near::first(desk, asked.tokens, crowd).await?;
    let found = near.shown(desk, asked).await?;
    if found.len() > asked.limit || !near.crowded {
        return Ok(found);
    }
    let mut found = Vec::new();
    for row in desk.store().read(&of_all(asked), values(asked)).await? {
        let person = PersonId::from_bytes(row.array(0)?);
        let held: RowId = row.text(1)?.parse().map_err(|_| damaged("record.register_row"))?;
        found.extend(candidate(desk, person, held).await?);
    }
    Ok(found)
}

/// How many times as many records of one token as are shown are looked at, before all of them are.
const CROWDS: usize = 4;
/// How many records are read at once, at least: there are few statements, and each is prepared once.
const AT_ONCE: usize = 32;

/// Records that have some of the tokens, and how many each has.
struct Near {
    scores: BTreeMap<i64, usize>,
    /// Whether a token has more records than were looked at.
    crowded: bool,
}

impl Near {
    /// The first records of each token.
    async fn first(desk: &Desk, tokens: &[i64], crowd: usize) -> Result<Self, No> {
        let one = |n: usize| {
            format!(
                "SELECT * FROM (SELECT token, record FROM token WHERE token = ${n} ORDER BY record LIMIT {crowd}) AS t{n}"
            )
        };
        let sql = (1..=tokens.len()).map(one).collect::<Vec<_>>().join(" UNION ALL ");
        let values = tokens.iter().map(|token| (*token).into()).collect();
        let (mut scores, mut each) = (BTreeMap::new(), BTreeMap::new());
        for row in desk.store().read(&sql, values).await? {
            *each.entry(row.int(0)?).or_insert(0_usize) += 1;
            *scores.entry(row.int(1)?).or_insert(0_usize) += 1;
        }
        Ok(Self { scores, crowded: each.into_values().any(|records| records >= crowd) })
    }

    /// Those that may be shown, read by their numbers alone: neither database has to guess how many there are.
    async fn shown(&self, desk: &Desk, asked: &Looked<'_>) -> Result<Vec<Candidate>, No> {
        let numbers: Vec<i64> = self.scores.keys().copied().collect();
        let mut found: Vec<(usize, Candidate)> = Vec::new();
        for some in numbers.chunks(AT_ONCE * CROWDS) {
            let places = if some.len() > AT_ONCE { AT_ONCE * CROWDS } else { AT_ONCE };
            // The same statement for fewer: what is named twice is read once.
            let mut values: Vec<Value> = some.iter().cycle().take(places).map(|n| (*n).into()).collect();
            values.push(asked.work.map_or([0; 16], |w| *w.as_bytes()).into());
            for row in desk.store().read(&by_number(places), values).await? {
                if asked.shows(&row)? {
                    let score = self.scores.get(&row.int(0)?).copied().unwrap_or(0);
                    found.push((score, read(&row)?));
                }
            }
        }
        found.sort_by_key(|(score, c)| (Reverse(*score), Reverse(c.acquired_at), c.person));
        Ok(found.into_iter().map(|(_, candidate)| candidate).take(asked.limit.saturating_add(1)).collect())
    }
}

fn by_number(places: usize) -> String {
    let (numbers, work) = (places_from(1, places), places + 1);
    format!(
        "SELECT c.n, c.person, c.register_row, c.kind, c.version, c.sheet, c.acquired_at, \
           (SELECT p.state FROM person p WHERE p.id = c.person), \
           (SELECT COUNT(*) FROM work_person wp WHERE wp.work = ${work} AND wp.person = c.person), \
           (SELECT COUNT(*) FROM work_person wp WHERE wp.work = ${work}) \
         FROM record c WHERE c.n IN ({numbers})"
    )
}

fn read(row: &Row) -> Result<Candidate, No> {
    Ok(Candidate {
        person: PersonId::from_bytes(row.array(1)?),
        row: row.text(2)?.parse().map_err(|_| damaged("record.register_row"))?,
        kind: row.text(3)?.parse().map_err(|_| damaged("record.kind"))?,
        version: u32::try_from(row.int(4)?).map_err(|_| damaged("record.version"))?,
        sheet: Sheet::from_bytes(row.bytes(5)?).map_err(|_| damaged("record.sheet"))?,
        acquired_at: row.moment(6)?,
    })
}

async fn candidate(desk: &Desk, person: PersonId, row: RowId) -> Result<Option<Candidate>, No> {
    let sql = "SELECT n, person, register_row, kind, version, sheet, acquired_at FROM record WHERE person = $1 AND register_row = $2";
    let rows = desk.store().glance(sql, vec![person.into(), row.as_str().into()]).await?;
    rows.first().map(read).transpose()
}

fn values(asked: &Looked<'_>) -> Vec<Value> {
    let mut values: Vec<Value> = asked.tokens.iter().map(|t| (*t).into()).collect();
    values.extend(asked.rows.keys().map(|r| r.as_str().into()));
    values.push(asked.work.map_or([0; 16], |w| *w.as_bytes()).into());
    values.push(asked.even_suspended.into());
    values.push(Value::Int(i64::try_from(asked.limit).unwrap_or(50).saturating_add(1)));
    values
}

/// The search over all records of all tokens.
///
/// `CROSS JOIN` keeps SQLite to this order: from the records that have a token to the people, never through all records of a row.
fn of_all(asked: &Looked<'_>) -> String {
    let before = asked.tokens.len() + 1;
    let (tokens, rows) = (places_from(1, asked.tokens.len()), places_from(before, asked.rows.len()));
    let work = before + asked.rows.len();
    let (every, most) = (work + 1, work + 2);
    format!(
        "SELECT c.person, c.register_row, COUNT(*) AS score, MAX(c.acquired_at) AS acquired \
         FROM token t CROSS JOIN record c CROSS JOIN person p \
         WHERE t.token IN ({tokens}) AND c.n = t.record AND p.id = c.person AND c.register_row IN ({rows}) \
           AND (p.state = 'active' OR (p.state = 'suspended' AND CAST(${every} AS BIGINT) = 1)) \
           AND (NOT EXISTS (SELECT 1 FROM work_person wp WHERE wp.work = ${work}) \
                OR EXISTS (SELECT 1 FROM work_person wp WHERE wp.work = ${work} AND wp.person = c.person)) \
         GROUP BY c.person, c.register_row ORDER BY score DESC, acquired DESC, c.person LIMIT ${most}"
    )
}

/// What is looked for, and where.
struct Looked<'a> {
    tokens: &'a [i64],
    rows: &'a BTreeMap<RowId, BTreeSet<ElementId>>,
    work: Option<WorkId>,
    even_suspended: bool,
    limit: usize,
}

impl Looked<'_> {
    /// Whether a record that was read by its number may be shown to this search.
    fn shows(&self, row: &Row) -> Result<bool, No> {
        let held: RowId = row.text(2)?.parse().map_err(|_| damaged("record.register_row"))?;
        let there = match row.maybe_text(7)? {
            Some("active") => true,
            Some("suspended") => self.even_suspended,
            _ => false,
        };
        Ok(there && self.rows.contains_key(&held) && (row.int(9)? == 0 || row.int(8)? > 0))
    }
}
