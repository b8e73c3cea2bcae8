//! Whether the notices agree with each other and with `clauses.toml`.

use super::{Places, Thing};
use crate::policy::Book;
use crate::problem::Flaw;
use crate::{Block, Clause, Language, Notice, Problem};

pub(super) fn agree(book: &Book, places: &Places, problems: &mut Vec<Problem>) {
    let Some(original) = book.notices.get(&Language::ORIGINAL) else { return };
    for notice in book.notices.values() {
        listed(book, notice, places, problems);
    }
    for language in Language::TRANSLATIONS {
        if let Some(translation) = book.notices.get(language) {
            complete(original, translation, places, problems);
            same_shape(original, translation, places, problems);
        }
    }
    for clause in book.clauses.all() {
        match original.block(&clause.id) {
            Some(block) => current(book, clause, block, places, problems),
            None => {
                let place = places.of(Thing::Clause, clause.id.as_str());
                problems.push(Flaw::ClauseWithoutText.at(&place.file, place.line, &[clause.id.as_str()]));
            }
        }
    }
}

/// Every block is a clause somebody stands behind.
fn listed(book: &Book, notice: &Notice, places: &Places, problems: &mut Vec<Problem>) {
    for block in notice.blocks.iter().filter(|block| !book.clauses.has(block.id.as_str())) {
        let place = places.of(Thing::Block, &name(notice.language, block));
        problems.push(Flaw::ClauseUnlisted.at(&place.file, place.line, &[block.id.as_str()]));
    }
}

/// Every clause is said in both languages.
fn complete(original: &Notice, translation: &Notice, places: &Places, problems: &mut Vec<Problem>) {
    for (here, there) in [(original, translation), (translation, original)] {
        for block in here.blocks.iter().filter(|block| there.block(&block.id).is_none()) {
            let place = places.of(Thing::Block, &name(here.language, block));
            let missing_in = format!("notice/{}.md", there.language);
            problems.push(Flaw::NoticeBlockMissing.at(&place.file, place.line, &[block.id.as_str(), &missing_in]));
        }
    }
}

/// The clauses both have stand in the same order and form. The first that does not is named.
fn same_shape(original: &Notice, translation: &Notice, places: &Places, problems: &mut Vec<Problem>) {
    let ours = original.blocks.iter().filter(|block| translation.block(&block.id).is_some());
    let theirs = translation.blocks.iter().filter(|block| original.block(&block.id).is_some());
    let same = |a: &Block, b: &Block| a.id == b.id && a.depth == b.depth && a.kind == b.kind;
    if let Some((_, block)) = ours.zip(theirs).find(|(a, b)| !same(a, b)) {
        let place = places.of(Thing::Block, &name(translation.language, block));
        problems.push(Flaw::NoticeShape.at(&place.file, place.line, &[block.id.as_str()]));
    }
}

/// The translations were made from the original as it stands.
fn current(book: &Book, clause: &Clause, block: &Block, places: &Places, problems: &mut Vec<Problem>) {
    let now = block.fingerprint();
    let place = places.of(Thing::Clause, clause.id.as_str());
    for language in Language::TRANSLATIONS {
        let said = book.notices.get(language).is_some_and(|notice| notice.block(&clause.id).is_some());
        let flaw = match clause.translated.get(language) {
            None => Flaw::TranslationUnmarked,
            Some(then) if *then != now => Flaw::TranslationStale,
            Some(_) => continue,
        };
        if said {
            problems.push(flaw.at(&place.file, place.line, &[clause.id.as_str(), language.code(), &now]));
        }
    }
}

fn name(language: Language, block: &Block) -> String {
    format!("{language}/{}", block.id)
}
