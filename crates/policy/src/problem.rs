//! Problems of a policy folder: where, what, and what to do about it.

use std::fmt;

use serde::Serialize;

use crate::code::coded;
use crate::{Language, Texts};

mod flaw;

pub(crate) use flaw::Flaw;

coded! {
    /// How grave a problem is.
    Severity {
        /// The policy cannot be settled.
        Error = "error",
        /// The policy can be settled; its author should know.
        Warning = "warning",
    }
}

impl Severity {
    /// What it is called for readers.
    #[must_use]
    pub fn name(self) -> Texts {
        match self {
            Self::Error => Texts::new("誤り", "error", "lỗi"),
            Self::Warning => Texts::new("注意", "warning", "cảnh báo"),
        }
    }
}

/// One problem of a policy folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// The file, by its path in the folder.
    pub file: String,
    /// The line, counted from 1; 0 when the problem is the file as a whole.
    pub line: u32,
    /// How grave it is.
    pub severity: Severity,
    /// The rule, by a key that stays the same: `reference.unknown`. All keys are in `docs/policy-language.md`.
    pub rule: &'static str,
    /// What is wrong.
    pub what: Texts,
    /// What to do about it.
    pub way_on: Texts,
}

impl Problem {
    /// Whether it keeps the policy from being settled.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Every rule key a problem can have, with its severity, what it says and its way on. `{0}` and `{1}`
    /// stand for what differs from case to case.
    pub fn rules() -> impl Iterator<Item = (&'static str, Severity, Texts, Texts)> {
        Flaw::ALL.iter().map(|flaw| (flaw.key(), flaw.severity(), three(flaw.what()), three(flaw.way_on())))
    }

    /// The problem as one line: `purposes.toml:12: ...`.
    #[must_use]
    pub fn line_in(&self, language: Language) -> String {
        let place = if self.line == 0 { self.file.clone() } else { format!("{}:{}", self.file, self.line) };
        let (what, way_on) = (self.what.get(language), self.way_on.get(language));
        let space = if language == Language::Ja { "" } else { " " };
        format!("{place}: {}[{}] {what}{space}{way_on}", self.severity.name().get(language), self.rule)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line_in(Language::En))
    }
}

impl Flaw {
    /// The problem of this sort at this place. The arguments fill `{0}`, `{1}` … in the texts.
    pub(crate) fn at(self, file: &str, line: u32, arguments: &[&str]) -> Problem {
        let arguments: Vec<Texts> = arguments.iter().map(|argument| Texts::same(*argument)).collect();
        self.say(file, line, &arguments)
    }

    /// The same, with arguments that differ from language to language.
    pub(crate) fn say(self, file: &str, line: u32, arguments: &[Texts]) -> Problem {
        let fill = |language, text: &str| {
            let mut text = text.to_owned();
            for (index, argument) in arguments.iter().enumerate() {
                text = text.replace(&format!("{{{index}}}"), argument.get(language));
            }
            text
        };
        Problem {
            file: file.to_owned(),
            line,
            severity: self.severity(),
            rule: self.key(),
            what: three(self.what()).map(fill),
            way_on: three(self.way_on()).map(fill),
        }
    }
}

fn three([ja, en, vi]: [&str; 3]) -> Texts {
    Texts::new(ja, en, vi)
}

/// Puts problems in reading order, each once.
pub(crate) fn sorted(mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.sort();
    problems.dedup();
    problems
}
