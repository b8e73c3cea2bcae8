//! `daicho people import`: a file's people, sealed and taken in batch by batch.
//!
//! The file is read on a thread of its own; while some batches commit, the next are sealed and the ones after them are read. What is
//! held at any time is a few batches. A batch is one entry; whoever runs the same file again finds every line already known.

use super::super::{Common, day::Day, tell};
use super::left_out::{LeftOut, file_json, print_file};
use super::matched::Matched;
use super::progress::Progress;
use super::rejected::RejectedList;
use crate::ask;
use crate::said::{MISTAKE, STOPPED, Said, say};
use crate::tick;
use crate::wire::House;
use access::{Desk, Mistake, No};
use clap::Args;
use connect::columns::{MapProblem, Mapping, matching};
use connect::file::{Choice, Format, Origin, Shown, Table, Trouble, Unreadable, open};
use connect::people::{Rejected, Rules, read};
use duties::register;
use ledger::names::{ElementId, Moment, PurposeId, RowId};
use policy::{Element, Language, Policy, Texts};
use std::collections::{BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use vault::{Alike, Batch, Imported, NewPerson};

/// People in one batch: one entry, one transaction.
const BATCH: usize = 2000;
/// Batches that are sealed or committing at the same time. What waits for the writer commits together, and the fewer commits the
/// fewer times the same page of an index is written.
const UNDER_WAY: usize = 3;
/// Batches that are read ahead.
const AHEAD: usize = 2;
/// Rejected rows that a JSON answer lists; all of them are in the file given with `--rejected`.
const LISTED: usize = 10_000;

/// Take people in from a CSV or XLSX file.
///
/// First shows what each column was taken for, and why. Columns that are only inferred or unconfirmed need --map or --yes. With
/// --dry-run every row is read and every rejected one listed with its cell and reason, and nothing is written. Run the same file
/// again after a stop: lines that were taken in are passed over. Exit code 1 means that rows were rejected.
#[derive(Args)]
pub(crate) struct Import {
    /// The file: CSV or TSV in UTF-8, Shift_JIS or UTF-16, XLSX or XLS.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The row of the handling ledger these people belong to.
    #[arg(long, value_name = "ROW")]
    row: RowId,
    /// The notified purpose they are taken in for.
    #[arg(long, value_name = "PURPOSE")]
    purpose: PurposeId,
    /// What a column holds, by its heading or letters: 'お電話番号=phone', '姓=name:family', 'D=email', '備考=-' for nothing.
    #[arg(long = "map", value_name = "COLUMN=ELEMENT")]
    map: Vec<String>,
    /// Decisions saved with --save-map.
    #[arg(long, value_name = "FILE")]
    use_map: Option<PathBuf>,
    /// Save what was decided about the columns, for the next file of the same kind.
    #[arg(long, value_name = "FILE")]
    save_map: Option<PathBuf>,
    /// The sheet of a workbook.
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// The encoding of a text file, such as shift_jis or utf-16le; found out by default.
    #[arg(long, value_name = "ENCODING")]
    encoding: Option<String>,
    /// Leave out rows and columns that the spreadsheet hides, by hand or by a filter; by default they are read and told.
    #[arg(long)]
    only_shown: bool,
    /// Read everything, list what would be rejected, write nothing.
    #[arg(long)]
    dry_run: bool,
    /// The day the information was acquired; today by default.
    #[arg(long, value_name = "DATE")]
    acquired: Option<Day>,
    /// What you attest has happened with everybody in the file, where the policy asks for it before it lets an element in:
    /// offer-accepted before a health check.
    #[arg(long, value_name = "MILESTONE")]
    attest: Vec<String>,
    /// Leave out whoever has the e-mail address or the number of somebody held under the row already; by default they are taken in
    /// and told.
    #[arg(long)]
    skip_alike: bool,
    /// A CSV file for the rejected rows: where and why, without values.
    #[arg(long, value_name = "FILE")]
    rejected: Option<PathBuf>,
    /// Accept inferred columns, and leave out unconfirmed ones.
    #[arg(long)]
    yes: bool,
}

/// What came of it.
#[derive(Default)]
struct Tally {
    accepted: u64,
    new: u64,
    known: u64,
    /// Lines of those who look like somebody held already.
    alike: Vec<u64>,
    rejected: u64,
    entries: Vec<u64>,
    listed: Vec<serde_json::Value>,
    stopped: bool,
    /// What was left out; known when every row was read.
    left_out: Option<LeftOut>,
}

pub(super) async fn run(common: &Common, house: &House, asked: Import) -> Result<(), Said> {
    let looking = house.office.desk(None, house.now());
    let policy = looking.policy()?;
    let table = opened(&asked)?;
    let matched = matched(house, &looking, &table, &asked).await?;
    let elements: Vec<Element> = policy.elements().to_vec();
    if !common.json {
        print_file(&table, common.lang);
        matched.print(common, policy);
    }
    if let Some(file) = &asked.save_map {
        let written = std::fs::write(file, Mapping::of(&matched.columns).to_toml());
        written.map_err(|why| Said::not_written(file, &why))?;
    }
    if matched.elements().is_empty() {
        return Err(nothing_to_take());
    }
    if matched.undecided() > 0 && !asked.yes && !asked.dry_run {
        if common.json {
            say(serde_json::json!({ "columns": matched.json(common.lang), "undecided": matched.undecided() }));
        }
        matched.ask(common.lang);
        return Err(Said::Words(
            MISTAKE,
            Texts::new("何も取り込んでいません。", "Nothing was taken in.", "Chưa nhập gì."),
        ));
    }
    let rules = Rules::usual(&matched.columns, &elements);
    let people = read(&table, &matched.columns, &elements, &rules).map_err(|why| unreadable(&asked.file, &why))?;
    let list = RejectedList::open(asked.rejected.as_deref())?;
    let bar = Progress::new(common, table.about().rows);
    let told = Told { common, bar: &bar, list };
    let (stop, reader) = reading(people);
    let tally = if asked.dry_run {
        dry_run(told, reader).await?
    } else {
        let desk = ask::desk(house, common.login.as_deref()).await?;
        let source = format!("sha256:{}", hex::encode(table.about().digest));
        let acquired_at = asked.acquired.map_or(desk.now(), |day| day.begins(&desk));
        let alike = if asked.skip_alike { Alike::LeaveOut } else { Alike::TakeIn };
        let attested = asked.attest.iter().cloned().collect();
        let common =
            InCommon { row: asked.row.clone(), purpose: asked.purpose.clone(), source, acquired_at, attested, alike };
        let batches = Batches { house, desk, common: Arc::new(common) };
        let taken = take_in(told, batches, reader, &stop).await;
        tick::sign(house).await?;
        taken?
    };
    bar.finish();
    if let Some(left_out) = tally.left_out.as_ref().filter(|_| !common.json) {
        left_out.print(policy, common.lang);
    }
    // What is known without reading a row: the policy will refuse elements whose condition nobody attests.
    let wanting = if asked.dry_run { wanting(policy, &matched, &asked) } else { Vec::new() };
    if !common.json {
        wanting.iter().for_each(|(_, texts)| say(format_args!("× {}", texts.get(common.lang))));
    }
    summary(common, &table, &matched, tally, (asked.dry_run, &wanting))
}

/// The elements of the file that the policy lets in only when something has happened that is not attested, and what to do.
fn wanting(policy: &Policy, matched: &Matched, asked: &Import) -> Vec<(ElementId, Texts)> {
    let needs = policy.purpose(&asked.purpose).into_iter().flat_map(|purpose| &purpose.needs);
    let elements = matched.elements();
    let open = needs.filter(|(element, need)| elements.contains(*element) && !asked.attest.contains(&need.milestone));
    open.map(|(element, need)| {
        let (milestone, clause) = (&need.milestone, &need.clause);
        let texts = Texts::new(
            format!("{element}: 「{}」が条件です（{clause}）。全員について確かめてあれば --attest {milestone} を付けてください。なければ取込みは拒否されます。", need.label.get(Language::Ja)),
            format!("{element}: the policy asks for \"{}\" first ({clause}). If that holds for everybody in the file, add --attest {milestone}; otherwise the import is refused.", need.label.get(Language::En)),
            format!("{element}: chính sách yêu cầu trước “{}” ({clause}). Nếu đúng với mọi người trong tệp, hãy thêm --attest {milestone}; nếu không, việc nhập sẽ bị từ chối.", need.label.get(Language::Vi)),
        );
        (element.clone(), texts)
    })
    .collect()
}

fn opened(asked: &Import) -> Result<Table, Said> {
    let shown = if asked.only_shown { Shown::OnlyWhatIsShown } else { Shown::Everything };
    let choice = Choice { sheet: asked.sheet.clone(), encoding: asked.encoding.clone(), shown, ..Choice::default() };
    let origin = Origin::path(&asked.file);
    open(&origin, &choice).map_err(|why| match (why.trouble, open(&origin, &Choice::default())) {
        (Trouble::Sheet, Ok(other)) => no_such_sheet(&asked.file, &other),
        _ => unreadable(&asked.file, &why),
    })
}

fn unreadable(file: &Path, why: &Unreadable) -> Said {
    let file = file.display();
    let [ja, en, vi] =
        [Language::Ja, Language::En, Language::Vi].map(|language| format!("{file}: {}", why.told(language)));
    Said::mistake(Texts::new(ja, en, vi))
}

/// There are these sheets.
fn no_such_sheet(file: &Path, table: &Table) -> Said {
    let Format::Workbook { sheet, others } = &table.about().format else {
        return unreadable(file, &Unreadable::whole(Trouble::Sheet));
    };
    let sheets = std::iter::once(sheet).chain(others).map(String::as_str).collect::<Vec<_>>().join(", ");
    let file = file.display();
    Said::mistake(Texts::new(
        format!("{file}: 指定されたシートがありません。シートは {sheets} です。"),
        format!("{file}: there is no such sheet. There are: {sheets}."),
        format!("{file}: không có trang tính này. Các trang tính: {sheets}."),
    ))
}

fn nothing_to_take() -> Said {
    Said::mistake(Texts::new(
        "取り込める列がありません。--map '見出し=項目' で指定してください。項目は `daicho policy show` で確かめられます。",
        "No column can be taken in. Name them with --map 'heading=element'; the elements are those of the policy in force.",
        "Không có cột nào nhập được. Hãy chỉ định bằng --map 'tiêu đề=mục'.",
    ))
}

async fn matched(house: &House, desk: &Desk, table: &Table, asked: &Import) -> Result<Matched, Said> {
    let policy = desk.policy()?;
    let row = register::get(&house.office, &asked.row).await?.ok_or_else(unknown_row)?;
    let purpose = policy.purpose(&asked.purpose).ok_or_else(unknown_purpose)?;
    let mapping = mapping(asked)?;
    if let Some(problem) = mapping.problems(table.headings(), policy.elements()).first() {
        return Err(bad_map(problem));
    }
    let columns = matching(table.headings(), table.sample(), policy.elements(), &mapping);
    let allowed = row.elements.intersection(&purpose.elements).cloned().collect();
    Ok(Matched::new(columns, &allowed))
}

fn unknown_row() -> No {
    Mistake::new(
        "row",
        "個人情報管理台帳にその行がありません。`daicho register list` で確かめてください。",
        "The handling ledger has no such row. See `daicho register list`.",
        "Sổ quản lý không có dòng này. Hãy xem `daicho register list`.",
    )
    .into()
}

fn unknown_purpose() -> No {
    Mistake::new(
        "purpose",
        "その利用目的は方針にありません。`daicho policy show` で確かめてください。",
        "The policy in force has no such purpose. See `daicho policy show`.",
        "Chính sách đang có hiệu lực không có mục đích này. Hãy xem `daicho policy show`.",
    )
    .into()
}

fn mapping(asked: &Import) -> Result<Mapping, Said> {
    let mut mapping = match &asked.use_map {
        Some(file) => Mapping::from_toml(&std::fs::read_to_string(file).map_err(|why| Said::no_file(file, &why))?)
            .map_err(|problem| bad_map(&problem))?,
        None => Mapping::default(),
    };
    for written in &asked.map {
        mapping.add(written).map_err(|problem| bad_map(&problem))?;
    }
    Ok(mapping)
}

fn bad_map(problem: &MapProblem) -> Said {
    let [ja, en, vi] =
        [Language::Ja, Language::En, Language::Vi].map(|language| format!("--map: {}", problem.told(language)));
    Said::mistake(Texts::new(ja, en, vi))
}

/// What the reading thread hands over.
enum Read {
    People(Vec<u64>, Vec<NewPerson>),
    Rejected(Vec<Rejected>),
    /// Every row was read.
    End(LeftOut),
}

/// Reads on a thread of its own, never more than a few batches ahead; ends early when told to stop.
fn reading(mut people: connect::people::People) -> (Arc<AtomicBool>, mpsc::Receiver<Read>) {
    let stop = Arc::new(AtomicBool::new(false));
    let (tell, reader) = mpsc::channel(AHEAD);
    let stopped = stop.clone();
    drop(tokio::task::spawn_blocking(move || {
        let (mut lines, mut batch, mut rejected) = (Vec::with_capacity(BATCH), Vec::with_capacity(BATCH), Vec::new());
        for row in people.by_ref() {
            if stopped.load(Ordering::Relaxed) {
                return;
            }
            match row {
                Ok(person) => {
                    lines.push(person.line);
                    batch.push(NewPerson { values: person.values });
                }
                Err(row) => rejected.push(row),
            }
            if batch.len() == BATCH {
                let read = Read::People(std::mem::take(&mut lines), std::mem::take(&mut batch));
                if tell.blocking_send(read).is_err() {
                    return;
                }
            }
            if rejected.len() == BATCH && tell.blocking_send(Read::Rejected(std::mem::take(&mut rejected))).is_err() {
                return;
            }
        }
        if !rejected.is_empty() {
            drop(tell.blocking_send(Read::Rejected(rejected)));
        }
        if !batch.is_empty() {
            drop(tell.blocking_send(Read::People(lines, batch)));
        }
        drop(tell.blocking_send(Read::End(LeftOut::of(&people))));
    }));
    (stop, reader)
}

/// Where progress and rejected rows are told.
struct Told<'a> {
    common: &'a Common,
    bar: &'a Progress,
    list: RejectedList,
}

impl Told<'_> {
    fn rejected(&mut self, rows: &[Rejected], tally: &mut Tally) -> Result<(), Said> {
        for row in rows {
            tally.rejected += 1;
            self.list.add(row, self.common.lang)?;
            if self.common.json {
                if tally.listed.len() < LISTED {
                    let rules: Vec<_> = row.faults.iter().map(|fault| fault.why.key()).collect();
                    tally.listed.push(
                        serde_json::json!({ "line": row.line, "rules": rules, "why": row.told(self.common.lang) }),
                    );
                }
            } else {
                self.bar.suspend(|| row.told(self.common.lang).iter().for_each(|line| say(format_args!("× {line}"))));
            }
        }
        self.bar.inc(rows.len() as u64);
        Ok(())
    }
}

async fn dry_run(mut told: Told<'_>, mut reader: mpsc::Receiver<Read>) -> Result<Tally, Said> {
    let mut tally = Tally::default();
    while let Some(read) = reader.recv().await {
        match read {
            Read::People(_, people) => {
                tally.accepted += people.len() as u64;
                told.bar.inc(people.len() as u64);
            }
            Read::Rejected(rows) => told.rejected(&rows, &mut tally)?,
            Read::End(left_out) => tally.left_out = Some(left_out),
        }
    }
    told.list.close()?;
    Ok(tally)
}

/// What every batch has in common.
struct Batches<'a> {
    house: &'a House,
    desk: Desk,
    common: Arc<InCommon>,
}

struct InCommon {
    row: RowId,
    purpose: PurposeId,
    source: String,
    acquired_at: Moment,
    attested: BTreeSet<String>,
    alike: Alike,
}

impl InCommon {
    fn batch(&self, people: Vec<NewPerson>) -> Batch {
        Batch {
            row: self.row.clone(),
            purpose: self.purpose.clone(),
            source: self.source.clone(),
            acquired_at: self.acquired_at,
            attested: self.attested.clone(),
            alike: self.alike,
            people,
        }
    }
}

/// A batch that is being taken in, and the lines its people stand on.
struct UnderWay {
    lines: Vec<u64>,
    task: JoinHandle<Result<Imported, No>>,
}

impl Batches<'_> {
    fn begin(&self, lines: Vec<u64>, people: Vec<NewPerson>) -> UnderWay {
        let vault = self.house.vault.clone();
        let (house, actor) = (self.house.clone(), self.desk.maybe_actor().cloned());
        let common = self.common.clone();
        let task = tokio::spawn(async move {
            // A long import is judged batch by batch, each by its own moment.
            let desk = || house.office.desk(actor.clone(), house.now());
            match vault::import(&vault, &desk(), common.batch(people.clone())).await {
                // The same line came in by another way meanwhile, or a policy into force: by now it is known.
                Err(No::Mistake(mistake)) if mistake.field == "version" => {
                    vault::import(&vault, &desk(), common.batch(people)).await
                }
                other => other,
            }
        });
        UnderWay { lines, task }
    }
}

async fn take_in(
    mut told: Told<'_>,
    batches: Batches<'_>,
    mut reader: mpsc::Receiver<Read>,
    stop: &Arc<AtomicBool>,
) -> Result<Tally, Said> {
    let mut tally = Tally::default();
    let mut under_way: VecDeque<UnderWay> = VecDeque::new();
    let interrupted = tokio::signal::ctrl_c();
    tokio::pin!(interrupted);
    loop {
        let read = tokio::select! {
            read = reader.recv() => read,
            _ = &mut interrupted, if !tally.stopped => {
                // What was begun is finished; nothing more is begun.
                tally.stopped = true;
                stop.store(true, Ordering::Relaxed);
                break;
            }
        };
        match read {
            None => break,
            Some(Read::Rejected(rows)) => told.rejected(&rows, &mut tally)?,
            Some(Read::End(left_out)) => tally.left_out = Some(left_out),
            Some(Read::People(lines, people)) => {
                under_way.push_back(batches.begin(lines, people));
                // The first is waited for alone: when the policy refuses, it refuses once.
                let most = if tally.accepted == 0 { 1 } else { UNDER_WAY };
                while under_way.len() >= most {
                    finished(batches.house, &mut under_way, &mut tally, &told).await?;
                }
            }
        }
    }
    while !under_way.is_empty() {
        finished(batches.house, &mut under_way, &mut tally, &told).await?;
    }
    told.list.close()?;
    Ok(tally)
}

async fn finished(
    house: &House,
    under_way: &mut VecDeque<UnderWay>,
    tally: &mut Tally,
    told: &Told<'_>,
) -> Result<(), Said> {
    let Some(oldest) = under_way.pop_front() else { return Ok(()) };
    let imported = oldest.task.await.map_err(Said::fault)?.map_err(|no| tell::in_its_words(house, no))?;
    tally.accepted += oldest.lines.len() as u64;
    tally.new += u64::from(imported.new);
    tally.known += u64::from(imported.known);
    tally.entries.extend(imported.entry);
    for line in imported.alike.iter().filter_map(|at| oldest.lines.get(*at)) {
        tally.alike.push(*line);
        if !told.common.json && tally.alike.len() <= LISTED {
            told.bar.suspend(|| say(format_args!("△ {}", looks_alike(*line).get(told.common.lang))));
        }
    }
    told.bar.inc(oldest.lines.len() as u64);
    Ok(())
}

fn looks_alike(line: u64) -> Texts {
    Texts::new(
        format!("{line}行目: 同じメールアドレスか番号の本人が、この行にすでにいます。"),
        format!("line {line}: somebody held under this row has the same e-mail address or number already."),
        format!("dòng {line}: trong dòng sổ này đã có người cùng thư điện tử hoặc số này."),
    )
}

fn summary(
    common: &Common,
    table: &Table,
    matched: &Matched,
    tally: Tally,
    (dry_run, wanting): (bool, &[(ElementId, Texts)]),
) -> Result<(), Said> {
    let Tally { accepted, new, known, alike, rejected, entries, listed, stopped, left_out } = tally;
    let (left_out, mended) = left_out.map(|left_out| left_out.json()).unzip();
    let json = serde_json::json!({
        "dryRun": dry_run, "wouldBeRefused": wanting.iter().map(|(element, _)| element.as_str()).collect::<Vec<_>>(), "file": file_json(table), "leftOut": left_out, "mended": mended, "columns": matched.json(common.lang), "undecided": matched.undecided(), "accepted": accepted,
        "new": new, "known": known, "alike": alike, "rejected": rejected, "rows": listed, "entries": entries, "stopped": stopped,
    });
    let texts = if dry_run {
        Texts::new(
            format!("試行: 取り込める行{accepted}件、取り込めない行{rejected}件。何も書き込んでいません。"),
            format!("Dry run: {accepted} rows can be taken in, {rejected} are rejected. Nothing was written."),
            format!("Chạy thử: {accepted} dòng nhập được, {rejected} dòng bị từ chối. Chưa ghi gì."),
        )
    } else {
        let last = entries.last().map(|entry| format!(" #{entry}")).unwrap_or_default();
        Texts::new(
            format!(
                "取り込み{new}人、取り込み済み{known}件、同じ人らしい行{}件、取り込めない行{rejected}件{last}",
                alike.len()
            ),
            format!(
                "{new} people taken in, {known} lines known already, {} look like somebody held already, {rejected} rejected{last}",
                alike.len()
            ),
            format!(
                "Đã nhập {new} người, {known} dòng đã có, {} dòng giống người đã có, {rejected} dòng bị từ chối{last}",
                alike.len()
            ),
        )
    };
    tell::done(common, json, &texts)?;
    if dry_run && matched.undecided() > 0 && !common.json {
        matched.ask(common.lang);
    }
    if stopped {
        let words = Texts::new(
            "途中で止めました。同じコマンドで続きから再開します。",
            "Stopped. The same command goes on where it stopped.",
            "Đã dừng. Chạy lại cùng lệnh để tiếp tục.",
        );
        return Err(Said::Words(STOPPED, words));
    }
    if rejected > 0 || !wanting.is_empty() { Err(Said::Found) } else { Ok(()) }
}
