//! What took place: entries of the ledger as lines people can read, and one entry told in plain words.

mod explain;
mod logs;
mod words;

pub use explain::{Explanation, explain, tell};
pub use ledger::EntryKind;

use access::{Fault, Office};
use ledger::Entry;
use ledger::names::{ActorId, ClauseId, ElementId, Moment, PersonId, PolicyDigest, PurposeId, RowId, WorkId};
use std::collections::{BTreeMap, BTreeSet};
use store::{Row, Value};

/// One entry, with the names that lie beside the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its place in the ledger.
    pub entry: u64,
    /// When.
    pub at: Moment,
    /// What kind of act.
    pub kind: EntryKind,
    /// Whether the policy refused it.
    pub refused: bool,
    /// What for.
    pub purpose: Option<PurposeId>,
    /// Which elements.
    pub elements: Vec<ElementId>,
    /// Who, by the name of the account; none for the program itself and where the account was erased.
    pub actor: Option<String>,
    /// Under which work record, by its number.
    pub work: Option<String>,
    /// About how many people.
    pub people: u32,
    /// Under which row of the handling ledger.
    pub row: Option<RowId>,
    /// The clauses the decision rests on.
    pub clauses: Vec<ClauseId>,
    /// The policy version it was judged by; for an enactment, the version enacted.
    pub policy: Option<PolicyDigest>,
}

impl Line {
    /// What the entry itself says, with the name that was found for who acted.
    fn new(index: u64, entry: &Entry, actor: Option<String>) -> Self {
        Self {
            entry: index,
            at: entry.moment(),
            kind: entry.kind(),
            refused: entry.is_refused(),
            purpose: entry.purpose_id().cloned(),
            elements: entry.element_ids().to_vec(),
            actor,
            work: None,
            people: entry.people(),
            row: entry.row_id().cloned(),
            clauses: entry.clause_ids().to_vec(),
            policy: entry.policy_digest(),
        }
    }
}

/// Which lines are wanted. The default wants all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only this kind of act.
    pub kind: Option<EntryKind>,
    /// Only this purpose.
    pub purpose: Option<PurposeId>,
    /// Only acts of the account with this login.
    pub actor: Option<String>,
    /// Only refusals.
    pub refused: bool,
}

const COLUMNS: &str = "SELECT e.idx, e.body, a.name FROM";

/// The newest lines, or those before an entry when paging; at most `limit`.
///
/// # Errors
/// [`Fault`].
pub async fn recent(office: &Office, before: Option<u64>, limit: u32, filter: &Filter) -> Result<Vec<Line>, Fault> {
    let before = before.and_then(|b| i64::try_from(b).ok()).unwrap_or(i64::MAX);
    let mut sql = format!("{COLUMNS} entry e LEFT JOIN actor a ON a.id = e.actor WHERE e.idx < $1");
    let mut values: Vec<Value> = vec![before.into()];
    let mut only = |column: &str, value: Value| {
        values.push(value);
        sql.push_str(&format!(" AND {column} = ${}", values.len()));
    };
    if let Some(kind) = filter.kind {
        only("e.kind", kind.word().into());
    }
    if let Some(purpose) = &filter.purpose {
        only("e.purpose", purpose.as_str().into());
    }
    if let Some(login) = &filter.actor {
        only("a.login", login.as_str().into());
    }
    if filter.refused {
        only("e.ok", 0_i64.into());
    }
    values.push(limit.into());
    sql.push_str(&format!(" ORDER BY e.idx DESC LIMIT ${}", values.len()));
    read(office, &sql, values).await
}

/// Every line about one person, newest first. None is left once the person was erased, and none is
/// told while an erasure waits.
///
/// # Errors
/// [`Fault`].
pub async fn of_person(office: &Office, person: PersonId) -> Result<Vec<Line>, Fault> {
    let sql = format!(
        "{COLUMNS} side s JOIN entry e ON e.idx = s.idx LEFT JOIN actor a ON a.id = e.actor WHERE s.person = $1 \
         AND NOT EXISTS (SELECT 1 FROM person p WHERE p.id = s.person AND p.erase_at IS NOT NULL) ORDER BY e.idx DESC"
    );
    read(office, &sql, vec![person.into()]).await
}

/// What an account did with people's information since a moment, oldest first, refusals too. The longest history is cut at its oldest.
///
/// # Errors
/// [`Fault`].
pub async fn with_people(office: &Office, actor: ActorId, since: Moment) -> Result<Vec<Line>, Fault> {
    let kinds: Vec<String> = WITH_PEOPLE.iter().map(|kind| format!("'{}'", kind.word())).collect();
    let sql = format!(
        "{COLUMNS} entry e LEFT JOIN actor a ON a.id = e.actor WHERE e.actor = $1 AND e.at >= $2 AND e.kind IN ({}) \
         ORDER BY e.idx DESC LIMIT $3",
        kinds.join(", ")
    );
    let mut lines = read(office, &sql, vec![actor.into(), since.into(), MOST_WITH_PEOPLE.into()]).await?;
    lines.reverse();
    Ok(lines)
}

/// Acts with people's information.
const WITH_PEOPLE: &[EntryKind] = &[
    EntryKind::Found,
    EntryKind::Revealed,
    EntryKind::Exported,
    EntryKind::Corrected,
    EntryKind::Suspended,
    EntryKind::Resumed,
    EntryKind::ErasureDecided,
    EntryKind::ErasureWithdrawn,
    EntryKind::Erased,
    EntryKind::Imported,
];
/// So many are read of one account.
const MOST_WITH_PEOPLE: u32 = 20_000;

/// One entry.
///
/// # Errors
/// [`Fault`].
pub async fn entry(office: &Office, index: u64) -> Result<Option<Line>, Fault> {
    let Ok(index) = i64::try_from(index) else { return Ok(None) };
    let sql = format!("{COLUMNS} entry e LEFT JOIN actor a ON a.id = e.actor WHERE e.idx = $1");
    Ok(read(office, &sql, vec![index.into()]).await?.pop())
}

async fn read(office: &Office, sql: &str, values: Vec<Value>) -> Result<Vec<Line>, Fault> {
    let rows = office.store().read(sql, values).await?;
    let read = rows.iter().map(line).collect::<Result<Vec<_>, Fault>>()?;
    let wanted: BTreeSet<WorkId> = read.iter().filter_map(|(_, work)| *work).collect();
    let codes = codes(office, wanted).await?;
    Ok(read
        .into_iter()
        .map(|(line, work)| Line { work: work.and_then(|id| codes.get(&id).cloned()), ..line })
        .collect())
}

fn line(row: &Row) -> Result<(Line, Option<WorkId>), Fault> {
    let bad = |_| Fault::Damaged("entry");
    let entry = Entry::parse(row.bytes(1).map_err(bad)?).map_err(|_| Fault::Damaged("entry.body"))?;
    let index = u64::try_from(row.int(0).map_err(bad)?).map_err(|_| Fault::Damaged("entry.idx"))?;
    let actor = row.maybe_text(2).map_err(bad)?.map(str::to_owned);
    Ok((Line::new(index, &entry, actor), entry.work_id()))
}

/// The numbers of work records, some hundred at a time.
async fn codes(office: &Office, wanted: BTreeSet<WorkId>) -> Result<BTreeMap<WorkId, String>, Fault> {
    let bad = |_| Fault::Damaged("work");
    let wanted: Vec<WorkId> = wanted.into_iter().collect();
    let mut codes = BTreeMap::new();
    for some in wanted.chunks(200) {
        let places: Vec<String> = (1..=some.len()).map(|n| format!("${n}")).collect();
        let sql = format!("SELECT id, code FROM work WHERE id IN ({})", places.join(", "));
        for row in office.store().read(&sql, some.iter().map(|id| (*id).into()).collect()).await? {
            codes.insert(WorkId::from_bytes(row.array(0).map_err(bad)?), row.text(1).map_err(bad)?.to_owned());
        }
    }
    Ok(codes)
}
