//! Books to try watches on: the sample policy in force and published since 1 April 2026, four people with accounts, and nothing
//! else. Each case writes into them what it is about.

use super::books::{Account, Books, Covered, Group, Holding, Tree, Under, Use};
use super::{Finding, Standing, standing};
use crate::logs::{Question, QuestionId, Seen, SignOff};
use crate::occasion::{Occasion, OccasionId, OccasionKind};
use crate::register::{CellStanding, RegisterRow, Sheet};
use access::Enacted;
use access::organisation::{Assent, AssentKind, Part, Roster};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use ledger::EntryKind;
use ledger::names::{ActorId, Moment};
use policy::logs::{Asked, LogCheck, Week};
use policy::{Language, Policy, Role, RowState};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};

/// The day on which the fixture's books are open.
pub(crate) const TODAY: &str = "2026-11-20";

/// One case of a watch: what is written into the books, and what comes out.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) given: fn(&mut Books),
    pub(crate) then: Standing,
    pub(crate) have: u64,
    pub(crate) of: u64,
}

/// A case in one line.
pub(crate) const fn case(name: &'static str, given: fn(&mut Books), then: Standing, have: u64, of: u64) -> Case {
    Case { name, given, then, have, of }
}

/// Tries every case of a promise.
pub(crate) fn check(promise: &str, cases: &[Case]) {
    for case in cases {
        let finding = found(promise, case.given);
        let told = (finding.standing, finding.have, finding.of);
        assert_eq!(told, (case.then, case.have, case.of), "{promise}, {}: {finding:?}", case.name);
        assert!(finding.watched);
        if finding.standing == Standing::Kept {
            assert!(finding.of > 0 && finding.newest.is_some(), "{promise}, {}: kept means counted", case.name);
            assert!(finding.why.is_none() && finding.next.is_none());
            continue;
        }
        let why = finding.why.unwrap_or_else(|| panic!("{promise}, {}: no reason", case.name));
        for language in Language::ALL {
            let text = why.get(*language);
            assert!(!text.trim().is_empty() && !text.contains('{'), "{promise}, {}: {text:?}", case.name);
        }
        if finding.standing != Standing::NothingToProve {
            let next = finding.next.unwrap_or_else(|| panic!("{promise}, {}: no next act", case.name));
            assert!(next.href.starts_with('/'), "{}", next.href);
            assert!(next.label.get(Language::En).chars().count() <= 60, "{:?} is long for a button", next.label);
        }
    }
}

/// What a watch finds in the fixture's books after this was written into them.
pub(crate) fn found(promise: &str, given: impl FnOnce(&mut Books)) -> Finding {
    let mut books = books();
    given(&mut books);
    standing(&books, &promise.parse().unwrap())
}

pub(crate) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// Nine o'clock in the morning of a day in Hanoi.
pub(crate) fn at(text: &str) -> Moment {
    let zoned = day(text).at(9, 0, 0, 0).to_zoned(zone()).unwrap();
    Moment(zoned.timestamp().as_millisecond())
}

fn zone() -> TimeZone {
    TimeZone::get("Asia/Ho_Chi_Minh").unwrap()
}

static SAMPLE: LazyLock<Policy> = LazyLock::new(|| {
    let checked = policy::check(&files());
    checked.policy.unwrap_or_else(|| panic!("the sample policy is settled: {:?}", checked.problems))
});

fn files() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/sample");
    let mut files = BTreeMap::new();
    for place in ["", "notice", "products"] {
        for item in std::fs::read_dir(folder.join(place)).unwrap() {
            let path = item.unwrap().path();
            if path.is_file() {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                let name = if place.is_empty() { name } else { format!("{place}/{name}") };
                files.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    files
}

/// The sample policy with a text of one of its files replaced, as a later program would read it from its canonical bytes.
pub(crate) fn edited(changes: &[(&str, &str, &str)]) -> Policy {
    Policy::from_canonical(&changed(changes)).unwrap()
}

/// The canonical bytes of such a policy, readable or not.
pub(crate) fn changed(changes: &[(&str, &str, &str)]) -> Vec<u8> {
    let mut files = SAMPLE.files().clone();
    for (file, old, new) in changes {
        let text = files.get_mut(*file).unwrap_or_else(|| panic!("{file} is a file of the sample"));
        assert!(text.contains(old), "{file} has no {old:?}");
        *text = text.replace(old, new);
    }
    canonical(&files)
}

/// The sample policy with one of its files taken away, or a notice left with its title only.
pub(crate) fn without(file: &str) -> Policy {
    let mut files = SAMPLE.files().clone();
    files.remove(file).unwrap();
    Policy::from_canonical(&canonical(&files)).unwrap_or_else(|_| {
        files.insert(file.into(), "# - {#sec.title}\n".into());
        Policy::from_canonical(&canonical(&files)).unwrap()
    })
}

fn canonical(files: &BTreeMap<String, String>) -> Vec<u8> {
    let mut bytes = b"daicho policy 1\n".to_vec();
    for (path, text) in files {
        bytes.extend(format!("{path} {}\n{text}", text.len()).into_bytes());
    }
    bytes
}

/// A version in force from a day on.
pub(crate) fn version(policy: Policy, from: &str, entry: u64) -> Arc<Enacted> {
    let from = day(from).to_zoned(zone()).unwrap().timestamp().as_millisecond();
    let approvals = vec!["mori".into(), "kato".into()];
    Arc::new(Enacted { digest: policy.digest(), policy, in_force_from: Moment(from), entry, approvals })
}

/// Puts an edited policy into force instead of the sample, published on the same day.
pub(crate) fn in_force(books: &mut Books, changes: &[(&str, &str, &str)], from: &str) {
    let enacted = version(edited(changes), from, 50);
    publish(books, &enacted, from);
    books.versions = vec![enacted];
}

pub(crate) fn publish(books: &mut Books, version: &Enacted, on: &str) {
    let digest = version.digest.to_string();
    note(books, OccasionKind::NoticePublished, &digest, "published", on);
}

/// The books of [`TODAY`].
pub(crate) fn books() -> Books {
    let mut books = Books {
        as_of: day(TODAY),
        zone: zone(),
        versions: vec![version(SAMPLE.clone(), "2026-04-01", 9)],
        rows: Vec::new(),
        holdings: BTreeMap::new(),
        groups: Vec::new(),
        disposals_with_method: 0,
        month: Vec::new(),
        refused: Vec::new(),
        tree: Tree::default(),
        accounts: [Role::Administrator, Role::Officer, Role::Handler, Role::Auditor].map(account).to_vec(),
        warrants: Vec::new(),
        occasions: Vec::new(),
        roster: Roster::default(),
        members_since: BTreeMap::new(),
        assents: Vec::new(),
        logs: <_>::default(),
    };
    let enacted = books.versions.first().cloned().unwrap();
    publish(&mut books, &enacted, "2026-04-01");
    books
}

/// Somebody's account since 1 July 2026.
pub(crate) fn account(role: Role) -> Account {
    let name = match role {
        Role::Officer => "Mori",
        Role::Handler => "Lan",
        Role::Auditor => "Kato",
        Role::Administrator => "Minh",
        Role::Staff => "Ha",
    };
    Account {
        id: actor(role),
        name: name.into(),
        role,
        has_reason: true,
        granted: day("2026-07-01"),
        until: None,
        ends: None,
        entry: 3,
        second_by: None,
        has_second: false,
    }
}

pub(crate) fn actor(role: Role) -> ActorId {
    ActorId::from_bytes([role as u8 + 1; 16])
}

/// An approved row of applicants, reviewed on 1 October 2026, with every mandatory column filled.
pub(crate) fn row(id: &str) -> RegisterRow {
    let columns = [
        ("no", "1"),
        ("name", "Applications"),
        ("department", "HR"),
        ("manager", "Hoa"),
        ("kinds", "applicant"),
        ("elements", "name"),
        ("count", "10"),
        ("source", "the person, in writing"),
        ("shown", "notice version 7"),
        ("consent", "form R-2"),
        ("purpose", "hr.recruit"),
        ("use-until", "2027-03-31"),
        ("access", "HR"),
        ("place", "Hanoi"),
        ("method", "encrypted"),
        ("keep-until", "hr.recruit"),
        ("risk", "R-1"),
        ("reviewed", "2026-10-01"),
        ("approved", "Mori"),
    ];
    let mut sheet = Sheet::default();
    for (column, text) in columns {
        sheet.set(column, text, CellStanding::Confirmed);
    }
    RegisterRow {
        id: id.parse().unwrap(),
        version: 2,
        state: RowState::Active,
        kind: "applicant".parse().unwrap(),
        purposes: ["hr.recruit".parse().unwrap()].into(),
        elements: ["name".parse().unwrap(), "email".parse().unwrap()].into(),
        term: "hr.recruit".parse().unwrap(),
        manager: "Hoa".into(),
        reviewed_at: at("2026-10-01"),
        changed_at: at("2026-10-01"),
        sheet,
        entry: 100,
        people: 0,
    }
}

/// Puts a row into the books, changed as wanted.
pub(crate) fn put(books: &mut Books, id: &str, change: impl FnOnce(&mut RegisterRow)) {
    let mut row = row(id);
    change(&mut row);
    books.rows.push(row);
}

/// A row of another kind, for another purpose.
pub(crate) fn of(row: &mut RegisterRow, kind: &str, purpose: &str, term: &str) {
    row.kind = kind.parse().unwrap();
    row.purposes = [purpose.parse().unwrap()].into();
    row.term = term.parse().unwrap();
}

/// People held under a row since 1 May 2026.
pub(crate) fn hold(books: &mut Books, id: &str, people: u64) {
    let holding = Holding { people, first: Some(at("2026-05-01")), ..Holding::default() };
    books.holdings.insert(id.parse().unwrap(), holding);
}

/// Records of a row that fell due on a day, with the others of the row.
pub(crate) fn due(books: &mut Books, id: &str, records: u64, on: &str) {
    hold(books, id, 10);
    let days = crate::days::between(day(on), books.as_of);
    let past = |more: i32| if days > more { records } else { 0 };
    let holding = books.holdings.get_mut(id).unwrap();
    holding.overdue = past(0);
    holding.over_week = past(7);
    holding.over_month = past(30);
    holding.oldest = (days > 0).then(|| day(on));
    holding.next = (days <= 0).then(|| day(on));
}

/// Permitted entries of a kind, the last of them on a day.
pub(crate) fn done(books: &mut Books, kind: EntryKind, purpose: &str, count: u64, last: &str) {
    let newest = 1_000 + books.groups.len() as u64;
    let purpose = (!purpose.is_empty()).then(|| purpose.parse().unwrap());
    let last = at(last);
    books.groups.push(Group { kind, ok: true, purpose, count, first: last, last, newest });
}

/// Openings of the last month by somebody of a role, under a work record, on a day.
pub(crate) fn lately(books: &mut Books, role: Role, purpose: &str, count: u64, on: &str) {
    done(books, EntryKind::Revealed, purpose, count, on);
    let Group { purpose, first, last, newest, .. } = books.groups.last().unwrap().clone();
    books.month.push(Use { purpose, actor: Some(actor(role)), under: Under::Work, count, first, last, newest });
}

/// An occasion that was over at once.
pub(crate) fn note(books: &mut Books, kind: OccasionKind, subject: &str, outcome: &str, on: &str) {
    ask(books, kind, subject, on, Some(on));
    books.occasions.first_mut().unwrap().outcome = outcome.into();
}

/// An occasion that stayed open until it was closed on a day, or still is. Later ones come first.
pub(crate) fn ask(books: &mut Books, kind: OccasionKind, subject: &str, on: &str, closed: Option<&str>) {
    let number = books.occasions.len() as u64;
    let occasion = Occasion {
        id: "00".repeat(16).parse::<OccasionId>().unwrap(),
        kind,
        subject: subject.into(),
        outcome: String::new(),
        note: String::new(),
        at: at(on),
        due_at: None,
        closed_at: closed.map(at),
        entry: 500 + number,
    };
    books.occasions.insert(0, occasion);
}

/// A log was read of these days, both included.
pub(crate) fn read(books: &mut Books, source: &str, from: &str, until: &str) {
    let (from, until) = (books.start(day(from)), books.start(day(until).tomorrow().unwrap()));
    read_of(books, source, from, until);
}

/// A log was read of this time.
pub(crate) fn read_of(books: &mut Books, source: &str, from: Moment, until: Moment) {
    let all = books.logs.read.entry(source.to_owned()).or_default();
    all.push(Covered { from, until, entry: 700 + all.len() as u64 });
}

/// A question of a check was asked on a day about the week of that day, and answered on another, so or so.
pub(crate) fn asked(books: &mut Books, check: LogCheck, source: &str, on: &str, answered: Option<(&str, &str)>) {
    let entry = 800 + books.logs.questions.len() as u64;
    let answers = answered.map(|(reason, on)| Seen {
        reason: reason.into(),
        settled: true,
        note: String::new(),
        by: actor(Role::Officer),
        at: at(on),
        entry: entry + 50,
    });
    books.logs.questions.push(Question {
        id: QuestionId::from_bytes([7; 16]),
        check,
        source: source.into(),
        person: "e-1".into(),
        name: String::new(),
        place: "D-01".into(),
        section: "hr".into(),
        week: Week::of(day(on)),
        events: 1,
        first: at(on),
        last: at(on),
        line: 2,
        entered: true,
        asked: None,
        at: at(on),
        entry,
        answers: answers.into_iter().collect(),
    });
}

/// A week was signed off as a whole on a day.
pub(crate) fn signed(books: &mut Books, week: &str, on: &str) {
    done(books, EntryKind::LogsReviewed, "", 1, on);
    let entry = books.groups.last().unwrap().newest;
    let section = Asked::OFFICE.to_owned();
    books.logs.signed.push(SignOff { week: week.parse().unwrap(), section, questions: 0, at: at(on), entry });
}

/// Sets until when the newest occasion runs.
pub(crate) fn until(books: &mut Books, day: &str) {
    books.occasions.first_mut().unwrap().due_at = Some(at(day));
}

/// Puts a part of the organisation into the books, or another version of one. Without a first day it is there since 2020.
pub(crate) fn part(books: &mut Books, kind: &str, id: &str, fields: &[(&str, &str)]) {
    let sheet: BTreeMap<String, String> = fields
        .iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(field, text)| ((*field).to_owned(), (*text).to_owned()))
        .collect();
    let part = Part {
        kind: kind.parse().unwrap(),
        id: id.parse().unwrap(),
        version: 1,
        from: sheet.get("from").map_or(day("2020-01-01"), |text| day(text)),
        until: sheet.get("until").map(|text| day(text)),
        sheet,
        changed_at: at("2026-05-01"),
        entry: 200,
    };
    books.roster = Roster::of(books.roster.all().cloned().chain([part]).collect::<Vec<_>>());
}

/// An assent of a day, after those that are there.
pub(crate) fn assent(books: &mut Books, kind: AssentKind, part: &str, about: &str, staff: &str, on: &str) {
    let entry = 300 + books.assents.len() as u64;
    let (part, about, staff) = (part.to_owned(), about.to_owned(), staff.to_owned());
    books.assents.push(Assent { kind, part, about, staff, note: String::new(), at: at(on), entry });
}
