//! The notice: the text in its own words, one clause to a block, each with its name.

use super::super::clause::Clause;
use super::Draft;
use super::names::TITLE;
use crate::Language;

/// The deepest heading a notice has.
const DEEPEST: usize = 3;

pub(super) fn notice(draft: &Draft<'_>) -> String {
    let mut out = String::new();
    if !draft.clauses.first().is_some_and(|clause| clause.heading) {
        out.push_str(&format!("# {} {{#{TITLE}}}\n", untitled(draft.language)));
    }
    let mut paragraph = None;
    for (at, clause) in draft.clauses.iter().enumerate() {
        let goes_on = paragraph == Some(clause.paragraph);
        paragraph = Some(clause.paragraph);
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&opening(draft.clauses, at, goes_on));
        let with_marker =
            if goes_on || (!clause.heading && is_list_mark(&clause.marker)) { String::new() } else { marker(clause) };
        out.push_str(&plain(&format!("{with_marker}{}", clause.text)));
        out.push_str(&format!(" {{#{}}}\n", draft.name(at)));
    }
    out
}

/// The title of a text that has none.
pub(super) const fn untitled(language: Language) -> &'static str {
    match language {
        Language::Ja => "個人情報の取扱いについて",
        Language::En => "Handling of personal information",
        Language::Vi => "Chính sách xử lý dữ liệu cá nhân",
    }
}

/// What stands before the words: signs of a heading, a list mark, or indentation.
fn opening(clauses: &[Clause], at: usize, goes_on: bool) -> String {
    let Some(clause) = clauses.get(at) else { return String::new() };
    if clause.heading {
        return format!("{} ", "#".repeat(heading_level(clauses, at)));
    }
    let depth = usize::from(clause.depth);
    if depth == 0 {
        return String::new();
    }
    if goes_on {
        return "  ".repeat(depth);
    }
    let mark = clause.marker.strip_suffix(['.', '．', ')', '）']).and_then(|number| number.parse::<u32>().ok());
    let mark = mark.map_or_else(|| "- ".to_owned(), |number| format!("{number}. "));
    format!("{}{mark}", "  ".repeat(depth - 1))
}

/// The title is level 1; all else is as deep as the headings it stands under, 3 at most.
fn heading_level(clauses: &[Clause], at: usize) -> usize {
    if at == 0 {
        return 1;
    }
    let mut level = 2;
    let mut next = clauses.get(at).and_then(|clause| clause.above);
    while let Some(above) = next.filter(|above| *above > 0) {
        level += 1;
        next = clauses.get(above).and_then(|clause| clause.above);
    }
    level.min(DEEPEST)
}

/// Marks that the notice's own list marks stand for.
fn is_list_mark(marker: &str) -> bool {
    let number = marker.trim_end_matches(['.', '．', ')', '）']);
    marker.chars().all(|c| !c.is_alphanumeric() && !matches!(c, '※' | '(' | '（' | '①'..='⑳'))
        || (number.len() < marker.len() && number.parse::<u32>().is_ok())
}

/// The mark with the space it is usually written with.
fn marker(clause: &Clause) -> String {
    let wide = clause.marker.ends_with(super::super::text::is_wide) || clause.text.starts_with(['（', '「', '【', '(']);
    if clause.marker.is_empty()
        || (wide && !clause.marker.ends_with(char::is_alphanumeric) || clause.text.starts_with('（'))
    {
        clause.marker.clone()
    } else {
        format!("{} ", clause.marker)
    }
}

/// The words, kept from being read as markup.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    for c in text.chars() {
        let c = if c == '\n' || c == '\t' { ' ' } else { c };
        if c == '\\' || c == '[' || (c == '*' && before == '*') {
            out.push('\\');
        }
        out.push(c);
        before = c;
    }
    let digits = out.chars().take_while(char::is_ascii_digit).count();
    let after: String = out.chars().skip(digits).take(2).collect();
    if out.starts_with(['#', '-', '*', '<']) {
        out.insert(0, '\\');
    } else if digits > 0 && matches!(after.as_str(), ". " | ") ") {
        out.insert(digits, '\\');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kept_from_being_markup() {
        assert_eq!(plain("see [x](y) **now**"), "see \\[x](y) *\\*now*\\*");
        assert_eq!(plain("1. one"), "1\\. one");
        assert_eq!(plain("- dash"), "\\- dash");
        assert_eq!(plain("(1) one"), "(1) one");
    }
}
