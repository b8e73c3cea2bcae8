//! Logs that other systems keep, read and laid against what is known here.

use access::{Desk, Mistake};
use connect::file::{Origin, Unreadable};
use connect::logs::{Read, Role, Settings, read};
use policy::logs::{Facts, LogSort, Weigher};
use policy::normal::DateOrder;
use policy::{Language, Texts};
use web::{LogLooked, LogUpload, LogsLooked};

/// What a person may say about a file beforehand.
#[derive(Clone, Debug)]
pub(crate) struct How {
    /// In which order its dates write day and month, where the lines do not tell.
    pub(crate) order: DateOrder,
    /// What columns mean, by their heading or letters.
    pub(crate) columns: Vec<(Role, String)>,
    /// The sheet of a workbook.
    pub(crate) sheet: Option<String>,
}

impl Default for How {
    fn default() -> Self {
        Self { order: DateOrder::Unsettled, columns: Vec::new(), sheet: None }
    }
}

/// What was sent to a page or to the API.
pub(crate) fn uploaded(desk: &Desk, facts: &Facts, files: Vec<LogUpload>) -> Result<LogsLooked, Mistake> {
    let files: Vec<(String, Origin)> = files.into_iter().map(|file| (file.source, Origin::bytes(file.bytes))).collect();
    look(desk, facts, &files, &How::default())
}

/// Reads logs together, each with the name the policy gives it, and lays them against the facts.
pub(crate) fn look(desk: &Desk, facts: &Facts, files: &[(String, Origin)], how: &How) -> Result<LogsLooked, Mistake> {
    let policy = desk.policy().map_err(|_| no_policy())?;
    let mut weigher = Weigher::new(policy.logs(), facts);
    let mut looked = Vec::new();
    for (source, origin) in files {
        let sort = policy.logs().source(source).map(|known| known.sort).filter(|sort| *sort != LogSort::Daicho);
        let sort =
            sort.ok_or_else(|| unknown(&policy.logs().sources().iter().map(|s| s.id.as_str()).collect::<Vec<_>>()))?;
        let settings = Settings {
            sort,
            zone: desk.zone().clone(),
            today: desk.today(),
            order: how.order,
            columns: how.columns.clone(),
            sheet: how.sheet.clone(),
        };
        let log = weigher.log(source, sort);
        let read = read(origin, &settings, |event| weigher.take(log, event)).map_err(|why| of_file(&why))?;
        looked.push(told(source, read));
    }
    Ok(LogsLooked { weighed: weigher.finish(), files: looked })
}

fn told(source: &str, read: Read) -> LogLooked {
    LogLooked {
        source: source.to_owned(),
        form: read.form.code(),
        digest: read.digest,
        lines: read.lines,
        nobody: read.nobody,
        unordered: read.unordered.count,
        unread: read.unread,
        troubles: read
            .troubles
            .into_iter()
            .map(|(line, why)| {
                let [ja, en, vi] = [Language::Ja, Language::En, Language::Vi].map(|language| why.told(language));
                (line, why.code(), Texts::new(ja, en, vi))
            })
            .collect(),
        columns: read.columns.into_iter().map(|(heading, role)| (heading, role.code())).collect(),
    }
}

fn of_file(why: &Unreadable) -> Mistake {
    Mistake::new("file", why.told(Language::Ja), why.told(Language::En), why.told(Language::Vi))
}

fn no_policy() -> Mistake {
    Mistake::new(
        "policy",
        "有効な方針がまだありません。",
        "No policy is in force yet.",
        "Chưa có chính sách nào có hiệu lực.",
    )
}

fn unknown(known: &[&str]) -> Mistake {
    let known = known.join(", ");
    Mistake::new(
        "source",
        format!("方針の logs.toml にあるログの名前を使ってください: {known}"),
        format!("Use the name of a log in the policy's logs.toml: {known}"),
        format!("Hãy dùng tên nhật ký có trong logs.toml của chính sách: {known}"),
    )
}
