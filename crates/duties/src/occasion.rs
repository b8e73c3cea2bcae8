//! Occasions: small dated records of what the office showed, checked, was asked and answered. They are the evidence that
//! watches count.

mod bound;
mod kind;
mod read;

pub use bound::{Words, bound, ended};
pub use kind::OccasionKind;
pub use read::{Occasion, OccasionId, get, list};

use access::{Desk, Mistake, No, OfficeAct, Refusal, knows, permit_office};
use ledger::entry::{Entry, EntryKind};
use ledger::names::{ClauseId, Moment, PersonId, PromiseId};
use policy::{Language, Reason, Role, Rule, WayOn, catalogue};
use store::{Change, OrNull, Value};

/// A new record.
#[derive(Debug, Clone, Default)]
pub struct New {
    /// What sort of record.
    pub kind: OccasionKind,
    /// What it is about; [`OccasionKind`] says what each sort means by it. No personal data.
    pub subject: String,
    /// How it came out, for what is over at once: one of [`OccasionKind::outcomes`] where they are a closed list. Empty for what stays
    /// open.
    pub outcome: String,
    /// Anything a reader should know: minutes, a file's name, a reason. No personal data.
    pub note: String,
    /// Until when: the day an inquiry must be answered, an exception ends, a roster covers.
    pub due_at: Option<Moment>,
}

/// The subject of a restore test of a backup that was made for the test: it shows that the program can restore, and not that a backup
/// which was kept can be restored.
pub const FRESH_BACKUP: &str = "fresh backup";

/// Of restore tests, newest first, those that tell whether a backup that was kept comes back. Of tests of a backup that was made for the
/// test, these are the failures since one went well: what cannot restore a fresh one restores no other.
pub fn of_kept_backups<'a>(tests: impl IntoIterator<Item = &'a Occasion>) -> Vec<&'a Occasion> {
    let mut passed = false;
    let counts = |test: &&Occasion| {
        let fresh = test.subject.trim().eq_ignore_ascii_case(FRESH_BACKUP);
        passed |= fresh && test.outcome == "ok";
        !fresh || !passed
    };
    tests.into_iter().filter(counts).collect()
}

/// Records that something took place.
///
/// # Errors
/// [`No::Refusal`] by role, [`No::Mistake`] naming the field, [`No::Missing`] when a hold is about nobody.
pub async fn record(desk: &Desk, new: New) -> Result<(OccasionId, u64), No> {
    let permit = permit_office(desk, new.kind.permitted_by()).await?;
    check(desk, &new)?;
    if new.kind.officer_records() && desk.actor()?.role != Role::Officer {
        return Err(refused(desk, new.kind.entry()).await);
    }
    let entry = permit.entry(desk, new.kind.entry());
    write(desk, new, entry).await
}

/// Records what the program itself did or checked: that the notice stands on its site, that a probe was made.
///
/// # Errors
/// [`No::Mistake`] for any other sort, or naming the field.
pub async fn record_by_program(desk: &Desk, new: New) -> Result<(OccasionId, u64), No> {
    if !new.kind.by_program() {
        return Err(Mistake::new(
            "kind",
            "この記録は人が行います。",
            "A person records this.",
            "Việc này phải do người ghi nhận.",
        )
        .into());
    }
    check(desk, &new)?;
    let entry = desk.entry(new.kind.entry(), desk.act_id());
    write(desk, new, entry).await
}

/// Records that the notice in force is published on the program's own site, unless that is on record already.
///
/// # Errors
/// [`No::Mistake`] before the first enactment.
pub async fn publish_notice(desk: &Desk) -> Result<Option<u64>, No> {
    let digest = desk.enacted()?.digest.to_string();
    let known = list(desk.office(), Some(OccasionKind::NoticePublished), Moment(0)).await?;
    if known.iter().any(|occasion| occasion.subject == digest) {
        return Ok(None);
    }
    let new = New {
        kind: OccasionKind::NoticePublished,
        subject: digest,
        outcome: "published".into(),
        note: Language::ALL.iter().map(|l| format!("/notice/{}", l.code())).collect::<Vec<_>>().join(" "),
        due_at: None,
    };
    Ok(Some(record_by_program(desk, new).await?.1))
}

/// Closes what stayed open: an inquiry was answered, a hold lifted, an exception withdrawn.
///
/// # Errors
/// [`No::Missing`] when there is no such open record; [`No::Refusal`] by role; [`No::Mistake`] without an outcome.
pub async fn close(desk: &Desk, id: OccasionId, outcome: &str) -> Result<u64, No> {
    let permit = permit_office(desk, OfficeAct::Record).await?;
    let sql = "SELECT words FROM occasion WHERE id = $1 AND closed_at IS NULL";
    let rows = desk.store().read(sql, vec![id.into()]).await?;
    // Without a salt it was about somebody who came back with an older store and was erased again: nothing is left to be closed.
    let salt = rows.first().and_then(|row| row.bytes(0).ok()?.last_chunk::<64>()?.last_chunk::<32>().copied());
    let (Some(salt), Some(occasion)) = (salt, get(desk.office(), id).await?) else { return Err(No::Missing) };
    if occasion.kind.officer_closes() && desk.actor()?.role != Role::Officer {
        return Err(refused(desk, occasion.kind.closing_entry()).await);
    }
    let outcome = outcome.trim();
    if outcome.is_empty() || outcome.chars().count() > 200 {
        return Err(Mistake::new(
            "outcome",
            "結果を200文字以内で書いてください。",
            "Say in at most 200 characters how it came out.",
            "Hãy ghi kết quả trong 200 ký tự.",
        )
        .into());
    }
    names_nobody("outcome", outcome)?;
    let entry = permit.entry(desk, occasion.kind.closing_entry());
    let sql = "UPDATE occasion SET closed_at = $2, outcome = $3 WHERE id = $1 AND closed_at IS NULL AND subject <> ''";
    let act = desk
        .act_with_detail(
            entry,
            &serde_json::json!({
                "what": occasion.kind.code(), "outcome": ended(&salt, outcome), "of": occasion.entry,
            }),
        )?
        .with(Change::new(sql, vec![id.into(), desk.now().into(), outcome.into()]).exactly(1));
    Ok(desk.commit(act).await?.index())
}

/// The refusal of somebody who is not the officer, durable before it is told.
async fn refused(desk: &Desk, kind: EntryKind) -> No {
    let clause = desk.policy().ok().and_then(|policy| policy.clause_behind("tech.by-role"));
    let clauses: Vec<ClauseId> = clause.into_iter().collect();
    let entry = desk.entry(kind, desk.act_id()).clauses(clauses.clone()).refused();
    let receipt = match desk.act(&entry) {
        Ok(act) => desk.commit(act).await,
        Err(fault) => return fault.into(),
    };
    let reason = |clause: &ClauseId| Reason {
        rule: Rule::RoleMayNot,
        clause: clause.clone(),
        element: None,
        way_on: WayOn::AskOfficer,
    };
    match receipt {
        Ok(receipt) => {
            let reasons = clauses.iter().map(reason).collect();
            No::Refusal(Box::new(Refusal { reasons, clauses, entry: receipt.index() }))
        }
        Err(no) => no,
    }
}

async fn write(desk: &Desk, new: New, mut entry: Entry) -> Result<(OccasionId, u64), No> {
    let id = OccasionId::from_bytes(desk.chance().id(desk.now()));
    let salt: [u8; 32] = desk.chance().bytes();
    let closed_at = (!new.kind.stays_open()).then(|| desk.now());
    let words_salt: [u8; 32] = desk.chance().bytes();
    let words = Words { subject: &new.subject, outcome: &new.outcome, note: &new.note }.digest(&words_salt);
    let due = new.due_at.map(|due| due.0);
    entry = entry.detail(bound(&salt, &id.to_string(), new.kind.code(), desk.now().0, due, &words));
    let mut about = None;
    if new.kind == OccasionKind::Hold {
        let person: PersonId = new.subject.parse().map_err(|_| No::Missing)?;
        let held = desk.store().read("SELECT state FROM person WHERE id = $1", vec![person.into()]).await?;
        // Whose erasure waits is there for the officer alone, who may still hold it.
        let is_there = match held.first().map(|row| row.text(0)).transpose()? {
            Some("active" | "suspended") => true,
            Some("erased") | None => false,
            Some(_) => desk.actor()?.role == Role::Officer,
        };
        if !knows(desk, person).await? || !is_there {
            return Err(No::Missing);
        }
        entry = entry.counted(1);
        about = Some(
            Change::new(
                "INSERT INTO side (idx, person, place, sc) SELECT CAST($1 AS BIGINT), p.id, 0, $3 FROM person p \
                 WHERE p.id = $2 AND p.state <> 'erased'",
                vec![Value::EntryIndex, person.into(), Vec::new().into()],
            )
            .exactly(1),
        );
    }
    let sql = "INSERT INTO occasion (id, kind, subject, outcome, note, at, due_at, closed_at, salt, words, idx) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let values = vec![
        id.into(),
        new.kind.code().into(),
        new.subject.into(),
        new.outcome.into(),
        new.note.into(),
        desk.now().into(),
        new.due_at.or_null(),
        closed_at.or_null(),
        salt.into(),
        [words, words_salt].concat().into(),
        Value::EntryIndex,
    ];
    let mut act = desk.act(&entry)?.with(Change::new(sql, values).exactly(1));
    if let Some(change) = about {
        act = act.with(change);
    }
    Ok((id, desk.commit(act).await?.index()))
}

fn check(desk: &Desk, new: &New) -> Result<(), No> {
    if new.subject.trim().is_empty() || new.subject.chars().count() > 200 {
        return Err(Mistake::new(
            "subject",
            "何についての記録かを200文字以内で書いてください。個人情報は書かないでください。",
            "Say in at most 200 characters what it is about, without personal data.",
            "Hãy ghi nội dung trong 200 ký tự, không ghi dữ liệu cá nhân.",
        )
        .into());
    }
    if new.outcome.chars().count() > 200 || new.note.chars().count() > 4_000 {
        return Err(Mistake::new(
            "note",
            "結果は200文字、備考は4,000文字以内にしてください。",
            "An outcome has at most 200 characters, a note at most 4,000.",
            "Kết quả tối đa 200 ký tự, ghi chú tối đa 4.000 ký tự.",
        )
        .into());
    }
    if new.kind != OccasionKind::Hold {
        names_nobody("subject", &new.subject)?;
    }
    if new.kind.stays_open() && !new.outcome.is_empty() {
        return Err(Mistake::new(
            "outcome",
            "結果は、終わったときに書いてください。",
            "How it came out is said when it is closed.",
            "Kết quả được ghi khi việc này kết thúc.",
        )
        .into());
    }
    names_nobody("outcome", &new.outcome)?;
    names_nobody("note", &new.note)?;
    match new.kind {
        kind if !kind.outcomes().is_empty() && !kind.outcomes().contains(&new.outcome.as_str()) => {
            let known = kind.outcomes().join(", ");
            Err(Mistake::new(
                "outcome",
                format!("結果は次のどれかです: {known}"),
                format!("It comes out as one of: {known}"),
                format!("Kết quả là một trong: {known}"),
            )
            .into())
        }
        OccasionKind::Exception => check_exception(desk, new),
        OccasionKind::Roster if new.subject.parse::<jiff::civil::Date>().is_err() || new.due_at.is_none() => {
            Err(Mistake::new(
                "subject",
                "当番表は最初の日（例 2026-11-23）と最後の日を書いてください。",
                "A roster names its first day, as 2026-11-23, and its last.",
                "Lịch trực ghi ngày đầu (ví dụ 2026-11-23) và ngày cuối.",
            )
            .into())
        }
        _ => Ok(()),
    }
}

/// Only the subject of a hold names a person, and is cut when they are erased: everything else that people write here outlives them.
/// So whatever looks like an id is turned back, whether it is anybody's or not.
fn names_nobody(field: &'static str, text: &str) -> Result<(), Mistake> {
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').map(|word| word.replace('-', ""));
    if !words.any(|word| word.len() == 32 && word.bytes().all(|digit| digit.is_ascii_hexdigit())) {
        return Ok(());
    }
    Err(Mistake::new(
        field,
        "本人のIDは書かないでください。この記録は本人の消去後も残ります。受付番号か作業記録の番号を書いてください。",
        "Write no person's id here: this outlives an erasure. Give the number of the request or of the work record.",
        "Không ghi mã của chủ thể: bản ghi này còn lại sau khi xóa. Hãy ghi số yêu cầu hoặc số bản ghi công việc.",
    ))
}

/// An exception is for one promise, approved with a reason, and ends within a year.
fn check_exception(desk: &Desk, new: &New) -> Result<(), No> {
    let known = new.subject.parse::<PromiseId>().is_ok_and(|id| catalogue::find(&id).is_some());
    let year = desk.now().0.saturating_add(366 * 86_400_000);
    let dated = new.due_at.is_some_and(|due| due > desk.now() && due.0 <= year);
    if known && dated && !new.note.trim().is_empty() {
        return Ok(());
    }
    Err(Mistake::new(
        "subject",
        "例外には約束のID、理由、1年以内の終了日が必要です。",
        "An exception names one promise, a reason, and an end within a year.",
        "Ngoại lệ cần mã cam kết, lý do và ngày kết thúc trong vòng một năm.",
    )
    .into())
}
