//! `daicho policy`: check, draft, compare and enact policies.

use super::day::{Day, printed};
use super::table::Table;
use super::{Common, place, tell};
use crate::ask;
use crate::said::{REFUSED, Said, say, warn};
use crate::wire::House;
use access::{Actor, At, Desk, Enacted, No};
use clap::{Args, Subcommand};
use jiff::tz::TimeZone;
use ledger::names::Moment;
use policy::{Diff, Found, How, Language, Policy as Settled, Problem, Role, RuleSort, Severity, Texts, check_found};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

mod draft;

/// Check, draft, compare and enact policies.
#[derive(Subcommand)]
pub(crate) enum Policy {
    /// Settle a policy folder, or list every problem of it with file, line and way on.
    Check(Check),
    /// Turn an existing policy text into a folder: wording kept, promises recognised, the rest marked.
    Draft(draft::Draft),
    /// Tell which promises and clauses were added, changed and dropped.
    Diff(Compare),
    /// Bring a version into force. Two people approve, one of them an officer.
    Enact(Enact),
    /// Show the versions, or write the files of the one in force.
    Show(Show),
}

/// Settle a policy folder.
#[derive(Args)]
pub(crate) struct Check {
    /// The folder.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// List every promise of the catalogue that no clause makes, each on its own line.
    #[arg(long)]
    all: bool,
}

/// Compare two versions.
#[derive(Args)]
pub(crate) struct Compare {
    /// The folder of the newer version.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The folder of the older version; by default the version in force.
    #[arg(long, value_name = "DIR")]
    against: Option<PathBuf>,
}

/// Bring a version into force.
#[derive(Args)]
pub(crate) struct Enact {
    /// The folder.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Who approves: two logins. Each password is asked for, or taken from `DAICHO_PASSWORD_<LOGIN>`.
    #[arg(long = "approve", value_name = "LOGIN", required = true)]
    approve: Vec<String>,
    /// The day from which it is in force; now by default. It never acts backwards.
    #[arg(long, value_name = "DATE")]
    from: Option<Day>,
}

/// Show the versions.
#[derive(Args)]
pub(crate) struct Show {
    /// Write the files of the version in force into this empty folder.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) async fn run(common: &Common, policy: Policy) -> Result<(), Said> {
    match policy {
        Policy::Check(asked) => checked(common, &asked),
        Policy::Draft(asked) => draft::run(common, &asked),
        Policy::Diff(asked) => compare(common, asked).await,
        Policy::Enact(asked) => enact(common, asked).await,
        Policy::Show(asked) => show(common, asked).await,
    }
}

/// The files of a folder by their path in it. What is no text, or a folder where a file belongs, is told as a problem of its own.
fn files(folder: &Path) -> Result<BTreeMap<String, Found>, Said> {
    let place = folder.display();
    if !folder.exists() {
        return Err(Said::mistake(Texts::new(
            format!(
                "{place} というフォルダーはありません。方針のフォルダーを指定するか、`daicho policy draft` で作ってください。"
            ),
            format!(
                "There is no folder {place}. Name the folder of the policy, or make one with `daicho policy draft`."
            ),
            format!("Không có thư mục {place}. Hãy chỉ ra thư mục chính sách, hoặc tạo bằng `daicho policy draft`."),
        )));
    }
    if !folder.is_dir() {
        return Err(Said::mistake(Texts::new(
            format!(
                "{place} はフォルダーではなくファイルです。方針のフォルダーを指定してください。文書から作るには `daicho policy draft {place} --out フォルダー`。"
            ),
            format!(
                "{place} is a file. Name the folder of the policy; to make one of a text: `daicho policy draft {place} --out DIR`."
            ),
            format!(
                "{place} là tệp. Hãy chỉ ra thư mục chính sách; để tạo từ văn bản: `daicho policy draft {place} --out THƯ_MỤC`."
            ),
        )));
    }
    let mut files = BTreeMap::new();
    collect(folder, "", &mut files)?;
    Ok(files)
}

/// A folder that is named like a file of the policy language is told as such; any other is looked into.
fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Found>) -> Result<(), Said> {
    for item in std::fs::read_dir(folder).map_err(|why| unreadable(folder, &why))? {
        let item = item?;
        let name = item.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let path = format!("{prefix}{name}");
        if !item.path().is_dir() {
            let bytes = std::fs::read(item.path()).map_err(|why| unreadable(&item.path(), &why))?;
            files.insert(path, String::from_utf8(bytes).map_or(Found::NotText, Found::Text));
        } else if name.ends_with(".toml") || name.ends_with(".md") {
            files.insert(path, Found::Folder);
        } else {
            collect(&item.path(), &format!("{path}/"), files)?;
        }
    }
    Ok(())
}

fn unreadable(path: &Path, why: &std::io::Error) -> Said {
    let place = path.display();
    Said::mistake(Texts::new(
        format!("{place} を開けません（{why}）。権限を確かめてください。"),
        format!("{place} cannot be opened ({why}). Check its permissions."),
        format!("Không mở được {place} ({why}). Hãy kiểm tra quyền đọc."),
    ))
}

fn checked(common: &Common, asked: &Check) -> Result<(), Said> {
    let checked = check_found(&files(&asked.folder)?);
    let errors = checked.problems.iter().filter(|problem| problem.is_error()).count();
    let warnings = checked.problems.len() - errors;
    if common.json {
        say(serde_json::json!({
            "settled": checked.policy.is_some(), "digest": checked.policy.as_ref().map(|p| p.digest().to_string()),
            "version": checked.policy.as_ref().map(|p| p.version().to_owned()), "problems": problems(&checked.problems, common.lang),
        }));
    } else {
        told(&checked.problems, asked, common.lang).iter().for_each(say);
        match &checked.policy {
            Some(policy) => say(settled(policy, warnings).get(common.lang)),
            None => say(Texts::new(
                format!("× 誤り{errors}件、注意{warnings}件。制定できません。"),
                format!("× {errors} errors, {warnings} warnings. It cannot be enacted."),
                format!("× {errors} lỗi, {warnings} cảnh báo. Chưa thể ban hành."),
            )
            .get(common.lang)),
        }
    }
    if checked.policy.is_some() { Ok(()) } else { Err(Said::Found) }
}

/// The problems as lines: errors, then warnings, and the promises nobody makes in one line unless all are asked for.
fn told(problems: &[Problem], asked: &Check, language: Language) -> Vec<String> {
    let folds = |problem: &&Problem| !asked.all && problem.rule == UNMADE;
    let line = |problem: &Problem| problem.line_in(language);
    let mut lines: Vec<String> = problems.iter().filter(|problem| problem.is_error()).map(line).collect();
    lines.extend(problems.iter().filter(|problem| !problem.is_error() && !folds(problem)).map(line));
    let unmade = problems.iter().filter(folds).count();
    if unmade > 0 {
        let (name, dir) = (Severity::Warning.name(), asked.folder.display());
        let texts = Texts::new(
            format!("目録の約束{unmade}件をする条項がありません。一覧: daicho policy check {dir} --all"),
            format!(
                "No clause makes {unmade} promises of the catalogue. To list them: daicho policy check {dir} --all"
            ),
            format!(
                "Không điều khoản nào đưa ra {unmade} cam kết của danh mục. Để liệt kê: daicho policy check {dir} --all"
            ),
        );
        lines.push(format!("clauses.toml: {}[{UNMADE}] {}", name.get(language), texts.get(language)));
    }
    lines
}

/// The rule of a promise of the catalogue that no clause makes.
const UNMADE: &str = "promise.unmade";

fn settled(policy: &Settled, warnings: usize) -> Texts {
    let (version, digest) = (policy.version(), policy.digest());
    let (promises, clauses, cases) = (policy.promises().count(), policy.clauses().len(), policy.cases().len());
    Texts::new(
        format!("○ 第{version}版: 条項{clauses}、約束{promises}、例{cases}すべて成立。注意{warnings}件。{digest}"),
        format!(
            "○ Version {version} is settled: {clauses} clauses, {promises} promises, all {cases} cases as they say; {warnings} warnings. {digest}"
        ),
        format!(
            "○ Phiên bản {version} hoàn chỉnh: {clauses} điều khoản, {promises} cam kết, {cases} ví dụ đều đúng; {warnings} cảnh báo. {digest}"
        ),
    )
}

fn problems(problems: &[Problem], language: Language) -> Vec<serde_json::Value> {
    let one = |problem: &Problem| {
        serde_json::json!({
            "file": problem.file, "line": problem.line, "severity": problem.severity.code(), "rule": problem.rule,
            "what": problem.what.get(language), "wayOn": problem.way_on.get(language),
        })
    };
    problems.iter().map(one).collect()
}

/// What was asked for is understood, and the answer is no.
fn refused(texts: Texts) -> Said {
    Said::Words(REFUSED, texts)
}

/// The settled policy of a folder; otherwise its problems are told.
fn load(common: &Common, folder: &Path) -> Result<Settled, Said> {
    let checked = check_found(&files(folder)?);
    if let Some(policy) = checked.policy {
        return Ok(policy);
    }
    checked
        .problems
        .iter()
        .filter(|problem| problem.is_error())
        .for_each(|problem| warn(&problem.line_in(common.lang)));
    let place = folder.display();
    Err(refused(Texts::new(
        format!("この方針は成立していません。`daicho policy check {place}` の指摘を直してください。"),
        format!("This policy is not settled. Mend what `daicho policy check {place}` lists."),
        format!("Chính sách chưa hoàn chỉnh. Hãy sửa các điểm mà `daicho policy check {place}` nêu."),
    )))
}

async fn compare(common: &Common, asked: Compare) -> Result<(), Said> {
    let newer = load(common, &asked.folder)?;
    let diff = match &asked.against {
        Some(folder) => newer.diff(&load(common, folder)?),
        None => {
            let house = House::open(common.config()?).await?;
            duties::enact::diff(&house.office, &newer)
        }
    };
    if common.json {
        let mut json = serde_json::to_value(&diff).unwrap_or_default();
        if let Some(object) = json.as_object_mut() {
            object.insert("droppedWithoutAWord".into(), serde_json::json!(diff.needs_word()));
        }
        say(json);
    } else {
        print_diff(&diff, common.lang);
    }
    if diff.needs_word().is_empty() { Ok(()) } else { Err(Said::Found) }
}

fn print_diff(diff: &Diff, language: Language) {
    let line =
        |sign: &str, what: Texts, id: &dyn std::fmt::Display| say(format_args!("{sign} {} {id}", what.get(language)));
    let promise = || Texts::new("約束", "promise", "cam kết");
    let clause = || Texts::new("条項", "clause", "điều khoản");
    diff.promises_added.iter().for_each(|id| line("+", promise(), id));
    diff.promises_changed.iter().for_each(|id| line("~", promise(), id));
    diff.promises_dropped.iter().for_each(|id| line("-", promise(), id));
    diff.clauses_added.iter().for_each(|id| line("+", clause(), id));
    for change in &diff.clauses_changed {
        let languages: Vec<&str> = change.languages.iter().map(|language| language.code()).collect();
        line("~", clause(), &format!("{} ({})", change.clause, languages.join(" ")));
    }
    diff.clauses_dropped.iter().for_each(|id| line("-", clause(), id));
    for rule in &diff.rules {
        let sign = match rule.how {
            How::Added => "+",
            How::Changed => "~",
            How::Dropped => "-",
        };
        line(sign, sort_name(rule.sort), &rule.id);
    }
    if diff.is_empty() {
        say(Texts::new(
            "約束と条項に違いはありません。",
            "No promise and no clause differs.",
            "Không có khác biệt về cam kết và điều khoản.",
        )
        .get(language));
    }
    let silent = diff.needs_word().len();
    if silent > 0 {
        say(Texts::new(
            format!("× {silent}件の約束が理由なく消えています。policy.toml の [[dropped]] に理由を書いてください。"),
            format!("× {silent} promises are dropped in silence. Give the reasons under [[dropped]] in policy.toml."),
            format!("× {silent} cam kết bị bỏ mà không nêu lý do. Hãy ghi lý do ở [[dropped]] trong policy.toml."),
        )
        .get(language));
    }
}

/// What a sort of rules is called.
fn sort_name(sort: RuleSort) -> Texts {
    let [ja, en, vi] = match sort {
        RuleSort::Kind => ["本人の種類", "kind of people", "loại chủ thể"],
        RuleSort::Element => ["項目", "data element", "mục dữ liệu"],
        RuleSort::Purpose => ["利用目的", "purpose", "mục đích"],
        RuleSort::Term => ["保管期間", "retention term", "thời hạn lưu giữ"],
        RuleSort::Recipient => ["提供先", "recipient", "bên nhận"],
        RuleSort::OptOut => ["オプトアウト", "opt-out", "từ chối cung cấp"],
        RuleSort::JointUse => ["共同利用", "joint use", "sử dụng chung"],
        RuleSort::Measure => ["安全管理措置", "safety measure", "biện pháp an toàn"],
        RuleSort::Tracker => ["外部送信", "tracker", "công cụ theo dõi"],
        RuleSort::Logs => ["ログの突合せ", "reconciling of logs", "đối chiếu nhật ký"],
        RuleSort::Product => ["製品の規定", "product terms", "quy định sản phẩm"],
        RuleSort::Erasure => ["消去にかかる時間", "time of an erasure", "thời gian xóa"],
        RuleSort::Right => ["権限", "right", "quyền"],
        RuleSort::SignIn => ["サインイン", "signing in", "đăng nhập"],
    };
    Texts::new(ja, en, vi)
}

async fn enact(common: &Common, asked: Enact) -> Result<(), Said> {
    if asked.approve.iter().all(|login| Some(login) == asked.approve.first()) {
        return Err(Said::mistake(Texts::new(
            "承認する2人を --approve A --approve B と指定してください。",
            "Name the two people who approve: --approve A --approve B.",
            "Hãy nêu hai người phê duyệt: --approve A --approve B.",
        )));
    }
    let policy = load(common, &asked.folder)?;
    let house = House::open(common.config()?).await?;
    let mut approvals = Vec::new();
    for login in &asked.approve {
        if !approvals.iter().any(|known: &Actor| known.login == *login) {
            approvals.push(ask::actor(&house, login).await?);
        }
    }
    let desk = enacting(common, &house, &approvals).await?;
    let from = asked.from.map_or(desk.now(), |day| first_moment(&policy, &desk, day));
    let (version, digest) = (policy.version().to_owned(), policy.digest());
    let enacted = duties::enact::enact(&desk, policy, from, &approvals).await;
    let entry = tell::settled(&house, enacted).await.map_err(no_enactment)?;
    let desk = house.office.desk(None, house.now());
    let day = printed(&desk, from);
    let json =
        serde_json::json!({ "version": version, "digest": digest.to_string(), "from": At(from), "entry": entry });
    let texts = Texts::new(
        format!("第{version}版を制定しました。{day} から有効です（記録 #{entry}）\n{digest}"),
        format!("Version {version} is enacted, in force from {day} (entry #{entry})\n{digest}"),
        format!("Đã ban hành phiên bản {version}, hiệu lực từ {day} (bản ghi #{entry})\n{digest}"),
    );
    tell::done(common, json, &texts)
}

/// A version that may not come into force is refused: what was typed is in order. Only its date is typed.
fn no_enactment(said: Said) -> Said {
    match said {
        Said::No(No::Mistake(mistake)) if mistake.field != "from" => refused(mistake.texts),
        other => other,
    }
}

/// Whoever is named with --as enacts, else the officer among those who approve.
async fn enacting(common: &Common, house: &House, approvals: &[Actor]) -> Result<Desk, Said> {
    let named = approvals.iter().find(|actor| common.login.as_deref() == Some(actor.login.as_str()));
    let officer = || approvals.iter().find(|actor| actor.role == Role::Officer);
    match (&common.login, named) {
        (Some(login), None) => ask::desk(house, Some(login)).await,
        (_, Some(actor)) => Ok(house.office.desk(Some(actor.clone()), house.now())),
        (None, None) => Ok(house.office.desk(officer().or(approvals.first()).cloned(), house.now())),
    }
}

/// The first moment of the day in the zone of the new policy; today means now.
fn first_moment(policy: &Settled, desk: &Desk, day: Day) -> Moment {
    let zone = TimeZone::get(policy.zone()).unwrap_or(TimeZone::UTC);
    let today = jiff::Timestamp::from_millisecond(desk.now().0).unwrap_or_default().to_zoned(zone.clone()).date();
    match day {
        Day::Whole(day) if day == today => desk.now(),
        Day::Whole(day) => Moment(day.to_zoned(zone).map_or(0, |zoned| zoned.timestamp().as_millisecond())),
        Day::Minute(minute) => Moment(minute.to_zoned(zone).map_or(0, |zoned| zoned.timestamp().as_millisecond())),
    }
}

async fn show(common: &Common, asked: Show) -> Result<(), Said> {
    let house = House::open(common.config()?).await?;
    let desk = house.office.desk(None, house.now());
    if let Some(out) = &asked.out {
        return write(common, desk.policy()?, out);
    }
    let versions = house.office.versions();
    if versions.is_empty() {
        desk.enacted()?;
    }
    let in_force = desk.enacted().map(|enacted| enacted.digest).ok();
    let state = |version: &Arc<Enacted>| match () {
        () if Some(version.digest) == in_force => "in-force",
        () if version.in_force_from > desk.now() => "waits",
        () => "past",
    };
    if common.json {
        let json = versions.iter().map(|version| {
            serde_json::json!({
                "version": version.policy.version(), "digest": version.digest.to_string(), "state": state(version),
                "from": At(version.in_force_from), "entry": version.entry, "approvals": version.approvals,
                "promises": version.policy.promises().count(), "clauses": version.policy.clauses().len(),
                "purposes": version.policy.purposes().iter().map(|p| p.id.as_str()).collect::<Vec<_>>(),
                "elements": version.policy.elements().iter().map(|e| e.id.as_str()).collect::<Vec<_>>(),
            })
        });
        say(serde_json::Value::from(json.collect::<Vec<_>>()));
        return Ok(());
    }
    let heading = match common.lang {
        Language::Ja => ["", "版", "施行", "承認", "記録", "要約値"],
        Language::En => ["", "version", "in force from", "approved by", "entry", "digest"],
        Language::Vi => ["", "phiên bản", "hiệu lực từ", "người duyệt", "bản ghi", "giá trị băm"],
    };
    let mut table = Table::new(heading);
    for version in versions.iter().rev() {
        let sign = if Some(version.digest) == in_force { "○" } else { "" };
        table.line([
            sign.into(),
            version.policy.version().to_owned(),
            printed(&desk, version.in_force_from),
            version.approvals.join(" "),
            format!("#{}", version.entry),
            version.digest.to_string(),
        ]);
    }
    table.print();
    if let Ok(policy) = desk.policy() {
        names(policy, common.lang);
    }
    Ok(())
}

/// The purposes and elements by the ids that commands take.
fn names(policy: &Settled, language: Language) {
    let heading = match language {
        Language::Ja => ["利用目的", ""],
        Language::En => ["purpose", ""],
        Language::Vi => ["mục đích", ""],
    };
    let mut table = Table::new(heading);
    for purpose in policy.purposes() {
        table.line([purpose.id.to_string(), purpose.label.get(language).to_owned()]);
    }
    say("");
    table.print();
    let heading = match language {
        Language::Ja => ["項目", ""],
        Language::En => ["element", ""],
        Language::Vi => ["mục dữ liệu", ""],
    };
    let mut table = Table::new(heading);
    for element in policy.elements() {
        table.line([element.id.to_string(), element.label.get(language).to_owned()]);
    }
    say("");
    table.print();
}

fn write(common: &Common, policy: &Settled, out: &Path) -> Result<(), Said> {
    place::empty(out)?;
    write_files(policy.files(), out)?;
    let (version, place) = (policy.version(), out.display());
    let texts = Texts::new(
        format!("第{version}版を {place} に書き出しました。"),
        format!("Wrote version {version} to {place}."),
        format!("Đã ghi phiên bản {version} ra {place}."),
    );
    tell::done(common, serde_json::json!({ "out": out, "version": version }), &texts)
}

/// Writes a policy folder.
fn write_files(files: &BTreeMap<String, String>, out: &Path) -> Result<(), Said> {
    for (path, text) in files {
        let file = out.join(path);
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(file, text)?;
    }
    Ok(())
}
