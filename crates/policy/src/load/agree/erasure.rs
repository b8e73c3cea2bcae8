//! How long an erasure takes is stated, and the notice says the same in every language.

use super::super::{Places, Thing, Unread};
use crate::policy::Book;
use crate::problem::Flaw;
use crate::{Language, Problem, Texts};

pub(super) fn agree(book: &Book, unread: &Unread, places: &Places, problems: &mut Vec<Problem>) {
    if !places.has(Thing::Erasure, "erasure") {
        problems.push(Flaw::ErasureMissing.at("policy.toml", 0, &[]));
        return;
    }
    // What could not be read is told where it stands.
    let Some(clause) = &book.erasure_told else { return };
    let times = [("wait_hours", book.erasure.wait_hours), ("backups_days", book.erasure.backups_days)];
    for language in Language::ALL {
        if unread.is(&format!("notice/{}.md", language.code())) {
            continue;
        }
        let blocks = book.notices.get(language).into_iter().flat_map(|notice| &notice.blocks);
        let Some(block) = blocks.into_iter().find(|block| block.id == *clause) else { continue };
        let said = numbers(&block.plain());
        // What is done at once needs no number.
        for (key, time) in times.into_iter().filter(|(_, time)| *time > 0) {
            if !said.contains(&u32::from(time)) {
                let place = places.of(Thing::Erasure, key);
                let arguments =
                    [Texts::same(clause.as_str()), language.name(), Texts::same(time.to_string()), Texts::same(key)];
                problems.push(Flaw::ErasureUntold.say(&place.file, place.line, &arguments));
            }
        }
    }
}

/// The whole numbers a sentence names: `72`, `７２`.
fn numbers(sentence: &str) -> Vec<u32> {
    let plain = |character: char| match character {
        '０'..='９' => char::from_digit(u32::from(character) - u32::from('０'), 10).unwrap_or(character),
        other => other,
    };
    let plain: String = sentence.chars().map(plain).collect();
    plain.split(|character: char| !character.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_whole_in_either_width() {
        assert_eq!(numbers("消去を決めてから７２時間、バックアップには30日以内"), [72, 30]);
        assert_eq!(numbers("sau 172 giờ"), [172]);
        assert!(numbers("at once").is_empty());
    }
}
