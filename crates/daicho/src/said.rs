//! What the program says on a terminal, and the exit code that goes with it.

use crate::command::Common;
use access::No;
use policy::{Language, Texts};
use std::io::Write;
use std::process::ExitCode;

/// The policy refused, or a check found something wrong.
pub(crate) const REFUSED: u8 = 1;
/// What was typed cannot be used.
pub(crate) const MISTAKE: u8 = 2;
/// There is nothing there.
pub(crate) const MISSING: u8 = 3;
/// A fault of the program or the machine.
pub(crate) const FAULT: u8 = 4;

/// Why a command did not do what was asked.
pub(crate) enum Said {
    /// One of the four answers.
    No(No),
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

    /// A fault, in the machine's own words.
    pub(crate) fn fault(why: impl std::fmt::Display) -> Self {
        Self::Words(FAULT, Texts::same(why.to_string()))
    }

    /// Prints it to standard error, as text or as an RFC 9457 problem, and gives the exit code.
    pub(crate) fn tell(self, common: &Common) -> ExitCode {
        let (code, kind, text) = match &self {
            Self::Found => return ExitCode::from(REFUSED),
            Self::Words(code, texts) => (*code, "said", texts.get(common.lang).to_owned()),
            Self::No(no) => told(no, common.lang),
        };
        if common.json {
            let mut problem = serde_json::json!({ "type": format!("urn:daicho:{kind}"), "title": text, "exit": code });
            if let Self::No(No::Refusal(refusal)) = &self {
                problem["entry"] = refusal.entry.into();
                problem["clauses"] = refusal.clauses.iter().map(|c| c.as_str()).collect::<Vec<_>>().into();
                problem["rules"] = refusal.reasons.iter().map(|r| r.rule.code()).collect::<Vec<_>>().into();
            }
            if let Self::No(No::Mistake(mistake)) = &self {
                problem["field"] = mistake.field.as_str().into();
            }
            warn(&problem.to_string());
        } else {
            warn(&text);
        }
        ExitCode::from(code)
    }
}

fn told(no: &No, language: Language) -> (u8, &'static str, String) {
    let say = |ja: &str, en: &str, vi: &str| Texts::new(ja, en, vi).get(language).to_owned();
    match no {
        No::Refusal(refusal) => {
            let mut lines = vec![say("方針が拒みました。", "The policy refuses this.", "Chính sách từ chối việc này.")];
            for reason in &refusal.reasons {
                lines.push(format!("  {} ({})", reason.rule.texts().get(language), reason.clause));
                lines.push(format!("    → {}", reason.way_on.texts().get(language)));
            }
            let entry = say("記録", "Recorded as entry", "Đã ghi ở mục");
            lines.push(format!("{entry} #{}", refusal.entry));
            (REFUSED, "refusal", lines.join("\n"))
        }
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
        No::Busy { retry_after_seconds } => (
            FAULT,
            "busy",
            say(
                &format!("混み合っています。{retry_after_seconds}秒後にもう一度。"),
                &format!("Too many acts wait. Try again in {retry_after_seconds} s."),
                &format!("Đang quá tải. Thử lại sau {retry_after_seconds} giây."),
            ),
        ),
        No::Fault(fault) => (FAULT, "fault", fault.to_string()),
    }
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
        Self::No(No::from(fault))
    }
}

impl From<crate::config::BadConfig> for Said {
    fn from(bad: crate::config::BadConfig) -> Self {
        Self::Words(MISTAKE, Texts::same(bad.to_string()))
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
