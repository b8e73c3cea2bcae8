//! What the columns of a file were taken for, shown before anything is taken in.

use super::super::Common;
use super::super::table::Table;
use crate::said::{say, warn};
use connect::columns::{Column, HeadingMatch, Standing};
use ledger::names::ElementId;
use policy::{Language, Policy, Texts};
use std::collections::BTreeSet;

/// The columns, and those whose element the row of the handling ledger does not hold.
pub(super) struct Matched {
    pub(super) columns: Vec<Column>,
    left_out: Vec<(String, ElementId)>,
}

impl Matched {
    /// Leaves out what the row or the purpose does not name: no more is taken in than was notified. What somebody asked for by
    /// name stays, so that the policy can refuse it.
    pub(super) fn new(mut columns: Vec<Column>, allowed: &BTreeSet<ElementId>) -> Self {
        let mut left_out = Vec::new();
        for column in &mut columns {
            let asked_for = column.because.heading == HeadingMatch::Person;
            if let Some(element) = column.element.take_if(|element| !asked_for && !allowed.contains(element)) {
                left_out.push((column.heading.letters.clone(), element));
                column.standing = Standing::Confirmed;
            }
        }
        Self { columns, left_out }
    }

    /// The columns that somebody should decide on.
    pub(super) fn undecided(&self) -> usize {
        self.columns.iter().filter(|column| column.standing != Standing::Confirmed).count()
    }

    /// The elements that are taken in.
    pub(super) fn elements(&self) -> BTreeSet<ElementId> {
        self.columns.iter().filter_map(|column| column.element.clone()).collect()
    }

    fn left_out(&self, column: &Column) -> Option<&ElementId> {
        self.left_out.iter().find(|(letters, _)| *letters == column.heading.letters).map(|(_, element)| element)
    }

    /// As JSON.
    pub(super) fn json(&self, language: Language) -> serde_json::Value {
        let columns = self.columns.iter().map(|column| {
            serde_json::json!({
                "column": column.heading.letters, "heading": column.heading.text,
                "element": column.element.as_ref().map(|e| e.as_str()), "part": column.part.code(),
                "standing": column.standing.code(), "because": column.because.told(language),
                "also": column.also.iter().map(|e| e.as_str()).collect::<Vec<_>>(),
                "notOfThisRow": self.left_out(column).map(|e| e.as_str()),
            })
        });
        serde_json::Value::from(columns.collect::<Vec<_>>())
    }

    /// As a table on standard output.
    pub(super) fn print(&self, common: &Common, policy: &Policy) {
        let language = common.lang;
        let heading = match language {
            Language::Ja => ["", "列", "見出し", "項目", "判定", "理由"],
            Language::En => ["", "column", "heading", "element", "standing", "because"],
            Language::Vi => ["", "cột", "tiêu đề", "mục dữ liệu", "đánh giá", "lý do"],
        };
        let mut table = Table::new(heading);
        for column in &self.columns {
            let label =
                |id: &ElementId| policy.element(id).map_or(id.to_string(), |e| e.label.get(language).to_owned());
            let (element, because) = match (&column.element, self.left_out(column)) {
                (Some(element), _) => {
                    (format!("{} ({})", label(element), of_part(element, column)), column.because.told(language))
                }
                (None, Some(element)) => (format!("– ({element})"), not_of_this_row().get(language).to_owned()),
                (None, None) => ("–".to_owned(), column.because.told(language)),
            };
            let (sign, standing) = match column.standing {
                Standing::Confirmed if column.element.is_none() => ("–", ""),
                Standing::Confirmed => ("○", column.standing.told(language)),
                Standing::Inferred => ("△", column.standing.told(language)),
                Standing::Unconfirmed => ("□", column.standing.told(language)),
            };
            table.line([
                sign.into(),
                column.heading.letters.clone(),
                column.heading.text.replace('\n', " "),
                element,
                standing.to_owned(),
                because,
            ]);
        }
        table.print();
        say("");
    }

    /// Says what to do about columns nobody has decided on.
    pub(super) fn ask(&self, language: Language) {
        let examples =
            self.columns.iter().filter(|column| column.standing != Standing::Confirmed).take(3).map(|column| {
                let name = if column.heading.text.is_empty() { &column.heading.letters } else { &column.heading.text };
                let likeliest = column.element.as_ref().or(column.also.first());
                let element = likeliest.map_or_else(|| "-".to_owned(), |element| of_part(element, column));
                format!("--map '{}={element}'", name.replace('\n', " "))
            });
        let examples = examples.collect::<Vec<_>>().join(" ");
        let texts = Texts::new(
            format!(
                "推定・未確認の列があります。よければ --yes、違えば {examples} のように指定してください（取り込まない列は「=-」）。"
            ),
            format!(
                "Some columns are only inferred or unconfirmed. Accept them with --yes, or decide with {examples} ('=-' leaves a column out)."
            ),
            format!(
                "Có cột chỉ suy đoán hoặc chưa xác nhận. Chấp nhận bằng --yes, hoặc chỉ định bằng {examples} ('=-' để bỏ cột)."
            ),
        );
        warn(texts.get(language));
    }
}

/// The element, with the part of it that the column holds: `name:family`, as `--map` takes it.
fn of_part(element: &ElementId, column: &Column) -> String {
    match column.part.code() {
        "whole" => element.to_string(),
        part => format!("{element}:{part}"),
    }
}

fn not_of_this_row() -> Texts {
    Texts::new(
        "この台帳の行と利用目的にない項目のため取り込みません",
        "neither this row nor the purpose names it, so it is not taken in",
        "dòng sổ và mục đích không nêu mục này nên không nhập",
    )
}
