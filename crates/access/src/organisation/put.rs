//! Writing the organisation: parts are put and ended, one by one or many at once.

use super::check::{self, Known};
use super::leave::{self, Ending};
use super::part::{self, Part, Sheet};
use super::{Field, Holds, PartId, PartKind, Roster, Rules, assents, roster};
use crate::answer::{Fault, Mistake, No};
use crate::desk::Desk;
use crate::permit::{OfficeAct, permit_office};
use jiff::civil::Date;
use ledger::entry::EntryKind;
use ledger::names::RowId;
use std::collections::BTreeSet;
use store::{Change, Value};

/// How often a change is judged anew because somebody changed the organisation meanwhile.
const TRIES: usize = 5;

/// A part as it shall be: everything that is written about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What it is.
    pub kind: PartKind,
    /// Its id.
    pub id: PartId,
    /// What shall be written about it. Without a first day it begins today, or when it began before.
    pub sheet: Sheet,
}

/// What a change came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its entry.
    pub entry: u64,
    /// The versions that were written.
    pub parts: Vec<Part>,
    /// The logins whose account was taken back in the same act.
    pub revoked: Vec<String>,
}

/// Writes one part: a new one, or another version of one that is there.
///
/// # Errors
/// [`No::Refusal`] by role, [`No::Mistake`] naming the field. A change that changes nothing is a mistake on `sheet`.
pub async fn put(desk: &Desk, edit: Edit) -> Result<Written, No> {
    write(desk, |_| Ok(vec![edit.clone()])).await
}

/// Writes one part over the version that was read, or a new one where there was none.
///
/// # Errors
/// As [`put`]; [`No::Mistake`] in `version` when somebody wrote it since.
pub async fn put_over(desk: &Desk, read: Option<u32>, edit: Edit) -> Result<Written, No> {
    write(desk, |roster| {
        if roster.part(edit.kind, &edit.id).map(|part| part.version) != read {
            return Err(store::NotCommitted::Lost.into());
        }
        Ok(vec![edit.clone()])
    })
    .await
}

/// Writes many parts in one act, or none of them.
///
/// # Errors
/// As [`put`], for the first edit that cannot be.
pub async fn put_all(desk: &Desk, edits: &[Edit]) -> Result<Written, No> {
    write(desk, |_| Ok(edits.to_vec())).await
}

/// Ends a part with the last day it is there. A staff member [leaves](super::leave()).
///
/// # Errors
/// As [`put`]; [`No::Missing`] when there is no such part.
pub async fn end(desk: &Desk, kind: PartKind, id: &PartId, last: Date) -> Result<Written, No> {
    change(desk, kind, id, |sheet| {
        sheet.insert("until".into(), last.to_string());
        match kind {
            PartKind::Project => drop(sheet.insert("state".into(), "closed".into())),
            PartKind::Card if sheet.get("status").is_none_or(|status| status != "lost") => {
                drop(sheet.insert("status".into(), "returned".into()));
            }
            _ => {}
        }
    })
    .await
}

/// Changes what is written about a part.
///
/// # Errors
/// As [`put`]; [`No::Missing`] when there is no such part.
pub async fn change(desk: &Desk, kind: PartKind, id: &PartId, with: impl Fn(&mut Sheet)) -> Result<Written, No> {
    write(desk, |roster| {
        let mut sheet = roster.part(kind, id).ok_or(No::Missing)?.sheet.clone();
        with(&mut sheet);
        Ok(vec![Edit { kind, id: id.clone(), sheet }])
    })
    .await
}

/// The parts as these edits would leave them, each with what is wrong with it; nothing is written. What changes nothing is left out.
///
/// # Errors
/// [`Fault`].
pub async fn would_put(desk: &Desk, roster: &Roster, edits: &[Edit]) -> Result<Vec<(Part, Option<Mistake>)>, Fault> {
    let rows = rows(desk).await?;
    let rules = Rules::read(&assents(desk.office(), None).await?);
    let known = Known { today: desk.today(), rows: &rows, rules: &rules };
    Ok(judged(desk, roster, edits, &known).1)
}

/// The organisation after these edits, and each part that differs, with what is wrong with it.
fn judged(desk: &Desk, before: &Roster, edits: &[Edit], known: &Known) -> (Roster, Vec<(Part, Option<Mistake>)>) {
    let all: Vec<(Part, Option<Mistake>)> = edits.iter().filter_map(|edit| next(desk, before, edit)).collect();
    let read = all.iter().filter(|(_, unread)| unread.is_none());
    let after = before.with(read.map(|(part, _)| part.clone()));
    let told = all.into_iter().map(|(part, unread)| {
        let flaw = unread.or_else(|| check::flaw(before, &after, &part, known));
        (part, flaw)
    });
    let told = told.collect();
    (after, told)
}

/// The next version of a part, with what of it cannot be read; none where nothing changes.
fn next(desk: &Desk, before: &Roster, edit: &Edit) -> Option<(Part, Option<Mistake>)> {
    let old = before.part(edit.kind, &edit.id);
    let mut sheet = Sheet::new();
    for (field, text) in &edit.sheet {
        let text = match Field::find(edit.kind, field).map(|field| field.holds) {
            // Sets are kept in order, so that the same set is the same text.
            Some(Holds::Parts(_) | Holds::Rows | Holds::Addresses) => {
                let words: BTreeSet<&str> =
                    text.split([' ', ',', ';', '\n', '、', '\t']).filter(|w| !w.is_empty()).collect();
                words.into_iter().collect::<Vec<_>>().join(" ")
            }
            _ => text.trim().to_owned(),
        };
        if !text.is_empty() {
            sheet.insert(field.clone(), text);
        }
    }
    if !sheet.contains_key("from") {
        sheet.insert("from".into(), old.map_or(desk.today(), |old| old.from).to_string());
    }
    // What came back is nobody's any more.
    if edit.kind == PartKind::Card
        && sheet.get("status").is_some_and(|status| status == "returned")
        && !sheet.contains_key("until")
    {
        sheet.insert("until".into(), desk.today().to_string());
    }
    let day = |field: &str| sheet.get(field).map(|text| text.parse::<Date>());
    let (from, until) = (day("from").and_then(Result::ok), day("until"));
    let part = Part {
        kind: edit.kind,
        id: edit.id.clone(),
        version: old.map_or(1, |old| old.version.saturating_add(1)),
        from: from.unwrap_or(desk.today()),
        until: until.clone().and_then(Result::ok),
        sheet,
        changed_at: desk.now(),
        entry: 0,
    };
    let unread = match (from, until) {
        (None, _) => Some("from"),
        (_, Some(Err(_))) => Some("until"),
        _ => None,
    };
    if unread.is_none() && old.is_some_and(|old| old.sheet == part.sheet) {
        return None;
    }
    Some((part, unread.map(not_a_day)))
}

/// Judges and commits. Every check was made over the organisation as it was read, so it commits only if nobody changed it since;
/// otherwise it is judged anew.
pub(super) async fn write(desk: &Desk, make: impl Fn(&Roster) -> Result<Vec<Edit>, No>) -> Result<Written, No> {
    let mut tries = 0;
    loop {
        let permit = permit_office(desk, OfficeAct::ChangeOrganisation).await?;
        let before = roster(desk.office(), None).await?;
        let edits = make(&before)?;
        let rows = rows(desk).await?;
        let rules = Rules::read(&assents(desk.office(), None).await?);
        let known = Known { today: desk.today(), rows: &rows, rules: &rules };
        let (after, told) = judged(desk, &before, &edits, &known);
        let mut parts = Vec::new();
        for (part, flaw) in told {
            if let Some(mistake) = flaw {
                return Err(mistake.into());
            }
            parts.push(part);
        }
        if parts.is_empty() {
            return Err(nothing_changes());
        }
        let endings = leave::endings(desk, &before, &after, &parts).await?;
        match commit(desk, permit.entry(desk, EntryKind::OrganisationChanged), &before, &mut parts, &endings).await {
            Ok(entry) => {
                if !endings.is_empty() {
                    desk.office().seen.forget();
                }
                let revoked = endings.iter().filter(|one| one.is_revoked()).map(|one| one.login.clone()).collect();
                return Ok(Written { entry, parts, revoked });
            }
            Err(No::Mistake(mistake)) if mistake.field == "version" && tries < TRIES => tries += 1,
            Err(no) => return Err(no),
        }
    }
}

async fn commit(
    desk: &Desk,
    entry: ledger::entry::Entry,
    before: &Roster,
    parts: &mut [Part],
    endings: &[Ending],
) -> Result<u64, No> {
    let (mut rows, mut digests) = (Vec::new(), String::new());
    for (place, part) in (0_i64..).zip(parts.iter()) {
        let salt: [u8; 32] = desk.chance().bytes();
        let sheet = part::to_json(&part.sheet);
        let (kind, id, at) = (part.kind.code(), part.id.as_str(), part.changed_at.0);
        digests.push_str(&hex::encode(part::bound(&salt, kind, id, i64::from(part.version), at, &sheet)));
        rows.push(vec![
            kind.into(),
            id.into(),
            part.version.into(),
            sheet.into(),
            at.into(),
            salt.into(),
            place.into(),
            Value::EntryIndex,
        ]);
    }
    let mut details = serde_json::json!({ "what": "organisation", "parts": digests });
    leave::tell(&mut details, endings);
    let mut act = desk.act_with_detail(entry, &details)?;
    // Nobody has changed the organisation since it was read: then everything that was checked still holds.
    let first = rows.first().cloned().map(|mut first| {
        first.push(before.last.into());
        first
    });
    let sql = "INSERT INTO part (kind, id, version, sheet, at, salt, place, idx) \
               SELECT $1, $2, CAST($3 AS BIGINT), $4, CAST($5 AS BIGINT), $6, CAST($7 AS BIGINT), CAST($8 AS BIGINT) \
               WHERE (SELECT COALESCE(MAX(p.idx), -1) FROM part p) = $9";
    if let Some(first) = first {
        act = act.with(Change::new(sql, first).exactly(1));
    }
    let sql =
        "INSERT INTO part (kind, id, version, sheet, at, salt, place, idx) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    act = act.with(Change::many(sql, rows.split_off(rows.len().min(1))));
    for change in endings.iter().flat_map(|ending| ending.changes(desk)) {
        act = act.with(change);
    }
    let entry = desk.commit(act).await?.index();
    for part in parts {
        part.entry = entry;
    }
    Ok(entry)
}

/// The rows of the handling ledger that have not ended.
async fn rows(desk: &Desk) -> Result<BTreeSet<RowId>, Fault> {
    let rows = desk.store().read("SELECT id FROM register_row WHERE state <> 'ended'", vec![]).await?;
    let bad = |_| Fault::Damaged("register_row.id");
    rows.iter().map(|row| row.text(0).map_err(store::Fault::from)?.parse().map_err(bad)).collect()
}

fn not_a_day(field: &'static str) -> Mistake {
    Mistake::new(
        field,
        "日付は 2026-04-01 の形で書いてください。",
        "Write the day as 2026-04-01.",
        "Hãy ghi ngày theo dạng 2026-04-01.",
    )
}

fn nothing_changes() -> No {
    Mistake::new("sheet", "変更がありません。", "Nothing changes.", "Không có gì thay đổi.").into()
}
