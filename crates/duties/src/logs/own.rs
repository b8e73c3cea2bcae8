//! The log of this program: the uses in its own ledger, laid against work records like any other log.

use super::facts::{Known, known};
use super::record::{File, Recorded, record, record_by_program};
use crate::watch::USES;
use access::{Desk, Fault, Mistake, No};
use jiff::ToSpan;
use jiff::civil::Date;
use ledger::EntryKind;
use ledger::names::{ActorId, Moment};
use ledger::tree::{Hash, root};
use policy::logs::{Asked, Counted, Event, LogSort, Weigher, What};

/// Entries read at a time.
const PAGE: i64 = 8192;
/// The first reading looks back so many days.
const BACK: i32 = 35;

/// The days of the own log that are over and were not read, both included; none when every day was.
///
/// # Errors
/// [`No::Fault`].
pub async fn unread_days(desk: &Desk) -> Result<Option<(Date, Date)>, No> {
    let Some(own) = desk.policy()?.logs().own() else { return Ok(None) };
    let sql = "SELECT MAX(covers_until) FROM log_reading WHERE source = $1";
    let rows = desk.store().read(sql, vec![own.id.as_str().into()]).await?;
    let read = rows.first().map(|row| row.maybe_moment(0)).transpose()?.flatten();
    let from = match read {
        Some(until) => desk.day(until),
        None => {
            let rows = desk.store().read("SELECT MIN(at) FROM entry", vec![]).await?;
            let Some(first) = rows.first().map(|row| row.maybe_moment(0)).transpose()?.flatten() else {
                return Ok(None);
            };
            desk.day(first).max(desk.today().saturating_sub(BACK.days()))
        }
    };
    let until = desk.today().yesterday().unwrap_or(desk.today());
    Ok((from <= until && until < desk.today()).then_some((from, until)))
}

/// Lays the uses of these days, both included, against work records. Searches that need no work record are left out.
///
/// # Errors
/// [`No::Mistake`] when the policy names no log of this program, or these days were read before.
pub async fn reconcile(desk: &Desk, from: Date, until: Date) -> Result<Recorded, No> {
    let (known, file, counted, asked) = read(desk, from, until).await?;
    record_by_program(desk, &known, &file, &counted, &asked).await
}

/// The same, because somebody asks for it.
///
/// # Errors
/// [`No::Refusal`] by role; [`No::Mistake`] as [`reconcile`].
pub async fn reconcile_by(desk: &Desk, from: Date, until: Date) -> Result<Recorded, No> {
    let (known, file, counted, asked) = read(desk, from, until).await?;
    record(desk, &known, &file, &counted, &asked).await
}

async fn read(desk: &Desk, from: Date, until: Date) -> Result<(Known, File, Counted, Vec<Asked>), No> {
    let policy = desk.policy()?;
    let source = policy.logs().own().ok_or_else(not_named)?;
    let known = known(desk, from, until).await?;
    let mut weigher = Weigher::new(policy.logs(), &known.facts);
    let log = weigher.log(&source.id, LogSort::Daicho);
    let free_search = policy.limits().search_without_work;
    let period = (desk.start_of(from), desk.start_of(until.tomorrow().unwrap_or(until)));
    let words = USES.iter().map(|kind| format!("'{}'", kind.word())).collect::<Vec<_>>().join(", ");
    // The canonical bytes of an entry end with its work record.
    let sql = format!(
        "SELECT idx, leaf, at, actor, kind, substr(body, length(body) - 38, 37) FROM entry \
         WHERE kind IN ({words}) AND ok = 1 AND at >= $1 AND at < $2 AND idx > $3 ORDER BY idx LIMIT $4"
    );
    let (mut after, mut leaves) = (-1_i64, Vec::new());
    let bad = |_| Fault::Damaged("entry");
    loop {
        let values = vec![period.0.into(), period.1.into(), after.into(), PAGE.into()];
        let rows = desk.store().read(&sql, values).await?;
        let Some(last) = rows.last() else { break };
        after = last.int(0).map_err(bad)?;
        for row in &rows {
            leaves.push(row.array(1).map_err(bad)?);
            let tail = std::str::from_utf8(row.bytes(5).map_err(bad)?).ok();
            let work = tail.and_then(|tail| tail.strip_prefix("\"w\":\""));
            if work.is_none() && free_search && row.text(4).map_err(bad)? == EntryKind::Found.word() {
                continue;
            }
            let at = row.moment(2).map_err(bad)?;
            let day = desk.day(at);
            let actor = row.maybe_bytes(3).map_err(bad)?.map(<[u8; 16]>::try_from).transpose();
            let actor = actor.map_err(|_| Fault::Damaged("entry.actor"))?;
            let who = actor.map_or_else(String::new, |id| ActorId::from_bytes(id).to_string());
            let line = u32::try_from(row.int(0).map_err(bad)?).unwrap_or(u32::MAX);
            let second = u32::try_from(at.0.saturating_sub(desk.start_of(day).0) / 1000).unwrap_or(0);
            let work = Some(work.unwrap_or_default());
            weigher.take(log, &Event { line, at: at.0, day, second, who: &who, place: "", what: What::Used, work });
        }
    }
    let weighed = weigher.finish();
    let counted = weighed.counted.into_iter().next().unwrap_or_default();
    let file = File { digest: digest(&leaves, period), lines: leaves.len() as u64, unread: 0, covers: Some(period) };
    Ok((known, file, counted, weighed.asked))
}

/// The RFC 6962 root of the entries' leaf hashes; of no entries, that of the period itself, so that each empty period has its own.
fn digest(leaves: &[Hash], period: (Moment, Moment)) -> [u8; 32] {
    if leaves.is_empty() {
        let told = format!("{} {}", (period.0).0, (period.1).0);
        return ledger::commitment::detail(&[0; 32], told.as_bytes());
    }
    root(leaves)
}

fn not_named() -> Mistake {
    Mistake::new(
        "source",
        "方針の logs.toml に、この台帳のログ（sort = \"daicho\"）がありません。",
        "The policy's logs.toml names no log of this ledger (sort = \"daicho\").",
        "logs.toml của chính sách không nêu nhật ký của sổ này (sort = \"daicho\").",
    )
}
