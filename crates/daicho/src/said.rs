//! What the program says on a terminal, and the exit code that goes with it.

use crate::command::Common;
use access::{Enacted, No, Refusal};
use policy::{Language, Policy, Texts};
use serde_json::{Map, Value, json};
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

/// The policy refused, or a check found something wrong.
pub(crate) const REFUSED: u8 = 1;
/// What was typed cannot be used.
pub(crate) const MISTAKE: u8 = 2;
/// There is nothing there.
pub(crate) const MISSING: u8 = 3;
/// A fault of the program or the machine.
pub(crate) const FAULT: u8 = 4;
/// Stopped by whoever started it; what was done stays done.
pub(crate) const STOPPED: u8 = 130;

/// Why a command did not do what was asked.
pub(crate) enum Said {
    /// One of the four answers.
    No(No),
    /// The policy in force refused, and says so in its own words.
    Refused(Box<Refusal>, Arc<Enacted>),
    /// A check found something; it has been printed already.
    Found,
    /// Words of the binary itself.
    Words(u8, Texts),
}

impl Said {
    /// A mistake in what was typed.
    pub(crate) fn mistake(texts: Texts) -> Self {
        Self::Words(MISTAKE, texts)
    }

    /// A file that was named and cannot be read.
    pub(crate) fn no_file(path: &std::path::Path, why: &std::io::Error) -> Self {
        let path = path.display();
        Self::mistake(Texts::new(
            format!("{path} を読めません（{why}）。"),
            format!("Cannot read {path}: {why}."),
            format!("Không đọc được {path}: {why}."),
        ))
    }

    /// A file that was named for its certificates.
    pub(crate) fn no_certificate(path: &std::path::Path) -> Self {
        let path = path.display();
        Self::mistake(Texts::new(
            format!("証明書のファイルが読めません: {path}"),
            format!("The certificate file {path} cannot be read."),
            format!("Không đọc được tệp chứng chỉ {path}."),
        ))
    }

    /// A file that was named and cannot be written.
    pub(crate) fn not_written(path: &std::path::Path, why: &std::io::Error) -> Self {
        let path = path.display();
        Self::mistake(Texts::new(
            format!("{path} に書き込めません（{why}）。"),
            format!("Cannot write {path}: {why}."),
            format!("Không ghi được {path}: {why}."),
        ))
    }

    /// A fault, in the machine's own words.
    pub(crate) fn fault(why: impl std::fmt::Display) -> Self {
        Self::Words(FAULT, Texts::same(why.to_string()))
    }

    /// What it says, in English, for the log. Holds no value of a person.
    pub(crate) fn in_english(&self) -> String {
        match self {
            Self::Found => "something was found".into(),
            Self::Words(_, texts) => texts.get(Language::En).to_owned(),
            Self::Refused(refusal, _) => format!("the policy refuses, entry #{}", refusal.entry),
            Self::No(no) => no.to_string(),
        }
    }

    /// What it says, in every language.
    pub(crate) fn texts(&self) -> Texts {
        Texts::default().map(|language, _| match self {
            Self::Found => self.in_english(),
            Self::Words(_, texts) => texts.get(language).to_owned(),
            Self::Refused(refusal, enacted) => refused(refusal, Some(&enacted.policy), language),
            Self::No(no) => told(no, language).2,
        })
    }

    /// Prints it to standard error, as text or as an RFC 9457 problem, and gives the exit code.
    pub(crate) fn tell(self, common: &Common) -> ExitCode {
        let (code, kind, text) = match &self {
            Self::Found => return ExitCode::from(REFUSED),
            Self::Words(code, texts) => (*code, "said", texts.get(common.lang).to_owned()),
            Self::Refused(refusal, enacted) => {
                (REFUSED, "refusal", refused(refusal, Some(&enacted.policy), common.lang))
            }
            Self::No(no) => told(no, common.lang),
        };
        if !common.json {
            warn(&text);
            return ExitCode::from(code);
        }
        let mut problem = Map::from_iter([
            ("type".to_owned(), Value::from(format!("urn:daicho:{kind}"))),
            ("title".to_owned(), text.lines().next().unwrap_or_default().into()),
            ("exit".to_owned(), code.into()),
        ]);
        match &self {
            Self::Refused(refusal, enacted) => problem.extend(reasons(refusal, Some(&enacted.policy), common.lang)),
            Self::No(No::Refusal(refusal)) => problem.extend(reasons(refusal, None, common.lang)),
            Self::No(No::Mistake(mistake)) => drop(problem.insert("field".into(), mistake.field.as_str().into())),
            _ => {}
        }
        warn(&Value::from(problem).to_string());
        ExitCode::from(code)
    }
}

/// A refusal: each rule that said no, the clause it keeps as the policy reads, and what would change the answer.
fn refused(refusal: &Refusal, policy: Option<&Policy>, language: Language) -> String {
    let head = Texts::new("方針が拒みました。", "The policy refuses this.", "Chính sách từ chối việc này.");
    let mut lines = vec![head.get(language).to_owned()];
    for reason in &refusal.reasons {
        let rule = policy.map_or_else(|| reason.rule.text(language).to_owned(), |p| reason.text(p, language));
        let sentence = policy.and_then(|p| p.clause_text(&reason.clause, language)).unwrap_or_default();
        lines.push(format!("  {rule}"));
        lines.push(format!("    {}: {sentence}", reason.clause));
        lines.extend(policy.map(|p| format!("    → {}", reason.way_on.text(p, language))));
    }
    let entry = refusal.entry;
    let entry = Texts::new(
        format!("記録 #{entry}"),
        format!("Recorded as entry #{entry}"),
        format!("Đã ghi ở bản ghi #{entry}"),
    );
    lines.push(entry.get(language).to_owned());
    lines.join("\n")
}

fn reasons(refusal: &Refusal, policy: Option<&Policy>, language: Language) -> Map<String, Value> {
    let reasons = refusal.reasons.iter().map(|reason| {
        json!({
            "rule": reason.rule.code(), "clause": reason.clause.as_str(),
            "sentence": policy.and_then(|p| p.clause_text(&reason.clause, language)),
            "wayOn": policy.map(|p| reason.way_on.text(p, language)),
        })
    });
    Map::from_iter([
        ("entry".to_owned(), refusal.entry.into()),
        ("clauses".to_owned(), refusal.clauses.iter().map(|c| c.as_str()).collect::<Vec<_>>().into()),
        ("reasons".to_owned(), reasons.collect::<Vec<_>>().into()),
    ])
}

fn told(no: &No, language: Language) -> (u8, &'static str, String) {
    let say = |ja: &str, en: &str, vi: &str| Texts::new(ja, en, vi).get(language).to_owned();
    match no {
        No::Refusal(refusal) => (REFUSED, "refusal", refused(refusal, None, language)),
        No::Mistake(mistake) => (MISTAKE, "mistake", format!("{}: {}", mistake.field, mistake.texts.get(language))),
        No::Missing => (
            MISSING,
            "missing",
            say(
                "見つからないか、知ることができません。",
                "There is nothing here, or you may not know.",
                "Không có, hoặc bạn không được biết.",
            ),
        ),
        No::ProofNeeded { minutes } => (
            REFUSED,
            "proof-needed",
            say(
                &format!("本人確認から{minutes}分を過ぎました。もう一度確認してください。"),
                &format!("The last proof of who you are is older than {minutes} minutes. Prove it again."),
                &format!("Lần xác minh gần nhất đã quá {minutes} phút. Hãy xác minh lại."),
            ),
        ),
        No::Busy { retry_after_seconds } => (
            FAULT,
            "busy",
            say(
                &format!("混み合っています。{retry_after_seconds}秒後にもう一度。"),
                &format!("Too many acts wait. Try again in {retry_after_seconds} s."),
                &format!("Đang quá tải. Thử lại sau {retry_after_seconds} giây."),
            ),
        ),
        No::Fault(access::Fault::Store(fault)) if fault.is_of_the_disk() => {
            (FAULT, "fault", of_the_disk(fault).get(language).to_owned())
        }
        No::Fault(fault) => (FAULT, "fault", fault.to_string()),
    }
}

/// The disk failed: what to look at.
fn of_the_disk(why: &store::Fault) -> Texts {
    Texts::new(
        format!(
            "データのファイルに書き込めません（{why}）。ディスクの空き容量、読み取り専用になっていないか、ファイルの権限を確かめてください。何も失われていません。"
        ),
        format!(
            "The files of the data cannot be written ({why}). See whether the disk has room, is not read-only, and who may write the files. Nothing is lost."
        ),
        format!(
            "Không ghi được tệp dữ liệu ({why}). Hãy kiểm tra dung lượng trống, ổ đĩa có ở chế độ chỉ đọc không và quyền ghi tệp. Không mất dữ liệu nào."
        ),
    )
}

impl From<No> for Said {
    fn from(no: No) -> Self {
        Self::No(no)
    }
}

impl From<access::Fault> for Said {
    fn from(fault: access::Fault) -> Self {
        Self::No(No::Fault(fault))
    }
}

impl From<store::Fault> for Said {
    fn from(fault: store::Fault) -> Self {
        match fault {
            fault if fault.is_of_the_disk() => Self::Words(FAULT, of_the_disk(&fault)),
            store::Fault::Absent => Self::Words(
                MISSING,
                Texts::new(
                    "ここにはデータがありません。`daicho init` で始めるか、--data で場所を指定してください。",
                    "There is no data at this place. Start with `daicho init`, or name the place with --data.",
                    "Không có dữ liệu ở đây. Hãy bắt đầu với `daicho init`, hoặc chỉ định vị trí bằng --data.",
                ),
            ),
            store::Fault::Version(table) => Self::Words(
                FAULT,
                Texts::new(
                    format!(
                        "このデータは別の版の daicho で作られたか、表 {table} が改変されています。作った版で開くか、バックアップを戻してください。"
                    ),
                    format!(
                        "This store was made by another version of daicho, or table {table} was altered. Open it with the version that made it, or put a backup back."
                    ),
                    format!(
                        "Dữ liệu này do phiên bản daicho khác tạo ra, hoặc bảng {table} đã bị sửa. Hãy mở bằng phiên bản đã tạo, hoặc khôi phục bản sao lưu."
                    ),
                ),
            ),
            store::Fault::Present => Self::mistake(Texts::new(
                "ここにはすでに台帳があります。別の --data を指定してください。消えた場合は `daicho restore` で戻してください。",
                "There is a ledger at this place already. Name another --data; if it was lost, put it back with `daicho restore`.",
                "Ở đây đã có sổ ghi. Hãy chọn --data khác; nếu đã mất, hãy khôi phục bằng `daicho restore`.",
            )),
            other => Self::No(No::from(other)),
        }
    }
}

impl From<crate::config::BadConfig> for Said {
    fn from(bad: crate::config::BadConfig) -> Self {
        Self::Words(MISTAKE, bad.texts())
    }
}

impl From<std::io::Error> for Said {
    fn from(error: std::io::Error) -> Self {
        Self::fault(error)
    }
}

/// One line on standard output. A closed pipe is not an error.
pub(crate) fn say(line: impl std::fmt::Display) {
    drop(writeln!(std::io::stdout(), "{line}"));
}

/// One line on standard error.
pub(crate) fn warn(line: &str) {
    drop(writeln!(std::io::stderr(), "{line}"));
}
