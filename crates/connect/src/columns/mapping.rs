//! What a person decided about columns: kept as a small file, stronger than every guess.

use policy::Element;
use policy::Language;
use policy::names::ElementId;
use serde::{Deserialize, Serialize};

use super::words::{self, Part};
use super::{Column, Standing};
use crate::file::{Heading, column_of};

/// A person's decisions about columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    heading: String,
    target: Target,
}

/// What a column is taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// An element, or a part of it.
    Element(ElementId, Part),
    /// Nothing: it is not imported.
    Ignored,
}

/// A decision that cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MapProblem {
    /// Not written as `heading=element`.
    Form,
    /// The file is not a mapping, or of a newer version.
    File,
    /// The part after the colon is not one of the known parts.
    Part,
    /// The policy has no such element.
    Element(ElementId),
    /// The table has no such column.
    Column(String),
    /// Two columns were given to one element as a whole.
    Twice(ElementId),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    version: u32,
    #[serde(default)]
    column: Vec<StoredColumn>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredColumn {
    heading: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    element: Option<ElementId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    part: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    ignore: bool,
}

impl Target {
    const fn part(&self) -> Option<Part> {
        match self {
            Self::Element(_, part) => Some(*part),
            Self::Ignored => None,
        }
    }
}

impl Mapping {
    /// Adds a decision: the heading as it stands in the file, or the letters of its column.
    pub fn set(&mut self, heading: impl Into<String>, target: Target) {
        let heading = heading.into();
        // A cell with a name and its reading holds two elements; any other holds one.
        let of_two = |target: &Target| matches!(target, Target::Element(_, Part::Outside | Part::Inside));
        let is_beside = |other: &Target| of_two(&target) && of_two(other) && target.part() != other.part();
        self.entries.retain(|entry| entry.heading != heading || is_beside(&entry.target));
        self.entries.push(Entry { heading, target });
    }

    /// Adds a decision as written on a command line: `お電話番号=phone`, `姓=name:family`, `D=email`, `備考=-`.
    ///
    /// # Errors
    /// [`MapProblem`] when it is not written so.
    pub fn add(&mut self, written: &str) -> Result<(), MapProblem> {
        let (heading, target) = written.rsplit_once('=').ok_or(MapProblem::Form)?;
        let (heading, target) = (heading.trim(), target.trim());
        if heading.is_empty() {
            return Err(MapProblem::Form);
        }
        if target == "-" {
            self.set(heading, Target::Ignored);
            return Ok(());
        }
        let (element, part) = match target.split_once(':') {
            Some((element, part)) => (element, Part::of_code(part).ok_or(MapProblem::Part)?),
            None => (target, Part::Whole),
        };
        let element = element.parse().map_err(|_| MapProblem::Form)?;
        self.set(heading, Target::Element(element, part));
        Ok(())
    }

    /// Reads a mapping that was saved.
    ///
    /// # Errors
    /// [`MapProblem::File`] when it is no mapping; [`MapProblem::Part`] for an unknown part.
    pub fn from_toml(text: &str) -> Result<Self, MapProblem> {
        let stored: Stored = toml::from_str(text).map_err(|_| MapProblem::File)?;
        if stored.version != 1 {
            return Err(MapProblem::File);
        }
        let mut mapping = Self::default();
        for column in stored.column {
            let target = match (column.element, column.ignore) {
                (Some(element), false) => {
                    let part = column.part.as_deref().map_or(Some(Part::Whole), Part::of_code);
                    Target::Element(element, part.ok_or(MapProblem::Part)?)
                }
                (None, true) => Target::Ignored,
                _ => return Err(MapProblem::File),
            };
            mapping.set(column.heading, target);
        }
        Ok(mapping)
    }

    /// The mapping as a file.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let column = self.entries.iter().map(|entry| match &entry.target {
            Target::Element(element, part) => StoredColumn {
                heading: entry.heading.clone(),
                element: Some(element.clone()),
                part: Some(part.code().to_owned()).filter(|_| *part != Part::Whole),
                ignore: false,
            },
            Target::Ignored => StoredColumn { heading: entry.heading.clone(), element: None, part: None, ignore: true },
        });
        // Strings and booleans always have a form in TOML.
        toml::to_string(&Stored { version: 1, column: column.collect() }).unwrap_or_default()
    }

    /// What was settled about these columns, to be saved and used for the next file of the same kind.
    #[must_use]
    pub fn of(columns: &[Column]) -> Self {
        let mut mapping = Self::default();
        for column in columns {
            let name = if column.heading.text.is_empty() { &column.heading.letters } else { &column.heading.text };
            match &column.element {
                Some(element) if column.standing != Standing::Unconfirmed => {
                    mapping.set(name, Target::Element(element.clone(), column.part));
                }
                _ => mapping.set(name, Target::Ignored),
            }
        }
        mapping
    }

    /// What was decided about a column: by its heading, or, where no heading is meant, by its letters. Two targets are the name
    /// and the reading that stand in one cell.
    #[must_use]
    pub fn targets(&self, heading: &Heading) -> Vec<&Target> {
        let key = words::key(&heading.text);
        let those = |test: &dyn Fn(&Entry) -> bool| -> Vec<&Target> {
            self.entries.iter().filter(|entry| test(entry)).map(|entry| &entry.target).take(2).collect()
        };
        let by_heading = those(&|entry| entry.heading == heading.text);
        if !by_heading.is_empty() {
            return by_heading;
        }
        let by_key = those(&|entry| !key.is_empty() && words::key(&entry.heading) == key);
        if !by_key.is_empty() {
            return by_key;
        }
        those(&|entry| column_of(&entry.heading) == Some(heading.at))
    }

    /// Every decision that cannot be followed in this table and under this policy.
    #[must_use]
    pub fn problems(&self, headings: &[Heading], elements: &[Element]) -> Vec<MapProblem> {
        let mut problems = Vec::new();
        let mut whole: Vec<&ElementId> = Vec::new();
        for entry in &self.entries {
            let alone = Self { entries: vec![entry.clone()] };
            if !headings.iter().any(|heading| !alone.targets(heading).is_empty()) {
                problems.push(MapProblem::Column(entry.heading.clone()));
            }
            if let Target::Element(id, part) = &entry.target {
                if !elements.iter().any(|element| element.id == *id) {
                    problems.push(MapProblem::Element(id.clone()));
                }
                if *part == Part::Whole && whole.contains(&id) {
                    problems.push(MapProblem::Twice(id.clone()));
                }
                whole.extend(Some(id).filter(|_| *part == Part::Whole));
            }
        }
        problems
    }
}

impl MapProblem {
    /// What is wrong and what to write instead.
    #[must_use]
    pub fn told(&self, language: Language) -> String {
        let [ja, en, vi] = match self {
            Self::Form => [
                "「見出し=データ項目」の形で書いてください（取り込まない列は「見出し=-」）".to_owned(),
                "write it as heading=element (heading=- leaves the column out)".to_owned(),
                "hãy viết theo dạng tiêu-đề=mục-dữ-liệu (tiêu-đề=- để bỏ qua cột)".to_owned(),
            ],
            Self::File => [
                "列の対応表として読めません（version = 1）".to_owned(),
                "the file is not a mapping of columns (version = 1)".to_owned(),
                "tệp không phải là bảng ánh xạ cột (version = 1)".to_owned(),
            ],
            Self::Part => {
                let all: Vec<&str> = Part::ALL.iter().map(|part| part.code()).collect();
                let all = all.join(", ");
                [
                    format!("部分は次のいずれかです: {all}"),
                    format!("a part is one of {all}"),
                    format!("phần phải là một trong {all}"),
                ]
            }
            Self::Element(id) => [
                format!("データ項目 {id} は方針にありません"),
                format!("the policy has no element {id}"),
                format!("chính sách không có mục dữ liệu {id}"),
            ],
            Self::Column(heading) => [
                format!("「{heading}」という列はありません"),
                format!("there is no column \"{heading}\""),
                format!("không có cột \"{heading}\""),
            ],
            Self::Twice(id) => [
                format!("データ項目 {id} に2つの列が割り当てられています"),
                format!("two columns are given to the element {id}"),
                format!("có hai cột được gán cho mục dữ liệu {id}"),
            ],
        };
        match language {
            Language::Ja => ja,
            Language::En => en,
            Language::Vi => vi,
        }
    }
}
