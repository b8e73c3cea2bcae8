//! `notice/*.md`: the text people read.

use super::Thing;
use super::sheet::Sheet;
use crate::Language;
use crate::notice::markdown;
use crate::policy::Book;
use crate::problem::Flaw;

/// What a block without a name is remembered by.
pub(super) fn nameless(language: Language) -> String {
    format!("{language}/")
}

pub(super) fn notice(sheet: &Sheet<'_>, text: &str, book: &mut Book) {
    let name = sheet.path.strip_prefix("notice/").and_then(|name| name.strip_suffix(".md"));
    let Some(language) = name.and_then(|code| code.parse::<Language>().ok()) else { return };
    let read = markdown::read(language, text);
    for trouble in &read.troubles {
        match trouble {
            markdown::Trouble::NoId { line } => {
                sheet.note(Flaw::NoticeNoId, *line, &[]);
                sheet.define_badly(Thing::Block, &nameless(language), *line);
            }
            markdown::Trouble::BadId { line, id } => {
                sheet.note(Flaw::ValueName, *line, &["{#}", id]);
                sheet.define_badly(Thing::Block, &format!("{language}/{id}"), *line);
            }
            markdown::Trouble::BadLink { line, url } => sheet.note(Flaw::NoticeLink, *line, &[url]),
            markdown::Trouble::DeepHeading { line } => sheet.note(Flaw::NoticeHeading, *line, &[]),
            markdown::Trouble::NoTitle => sheet.note(Flaw::NoticeTitle, 1, &[]),
        }
    }
    let mut notice = read.notice;
    let mut lines = read.lines.into_iter();
    notice.blocks.retain(|block| {
        let name = format!("{language}/{}", block.id);
        sheet.define(Thing::Block, &name, lines.next().unwrap_or_default())
    });
    book.notices.insert(language, notice);
}
