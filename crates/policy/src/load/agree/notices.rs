//! Whether the notices agree with each other and with `clauses.toml`.

use std::collections::BTreeMap;

use ledger::names::ClauseId;

use super::super::texts::nameless;
use super::{Places, Thing, Unread};
use crate::policy::Book;
use crate::problem::Flaw;
use crate::{Block, Clause, Language, Notice, Problem, Texts};

/// The blocks of a notice by their clause.
type Blocks<'a> = BTreeMap<&'a ClauseId, &'a Block>;

fn blocks(notice: &Notice) -> Blocks<'_> {
    notice.blocks.iter().map(|block| (&block.id, block)).collect()
}

pub(super) fn agree(book: &Book, unread: &Unread, places: &Places, problems: &mut Vec<Problem>) {
    if !unread.is("clauses.toml") {
        for notice in book.notices.values() {
            listed(book, notice, places, problems);
        }
    }
    let Some(original) = book.notices.get(&Language::ORIGINAL) else { return };
    let ours = blocks(original);
    for translation in Language::TRANSLATIONS.iter().filter_map(|language| book.notices.get(language)) {
        let theirs = blocks(translation);
        missing(original, translation, &theirs, places, problems);
        missing(translation, original, &ours, places, problems);
        same_shape(original, &ours, translation, &theirs, places, problems);
    }
    for clause in book.clauses.all() {
        match ours.get(&clause.id) {
            Some(block) => current(clause, block, places, problems),
            None if places.knows(Thing::Block, &format!("{}/{}", Language::ORIGINAL, clause.id))
                || places.knows(Thing::Block, &nameless(Language::ORIGINAL)) => {}
            None => {
                let place = places.of(Thing::Clause, clause.id.as_str());
                problems.push(Flaw::ClauseWithoutText.at(&place.file, place.line, &[clause.id.as_str()]));
            }
        }
    }
}

/// Every block is a clause somebody stands behind.
fn listed(book: &Book, notice: &Notice, places: &Places, problems: &mut Vec<Problem>) {
    // Told once: of a translation only what the original does not say.
    let original = book.notices.get(&Language::ORIGINAL).filter(|original| original.language != notice.language);
    let told =
        |block: &Block| original.is_some_and(|original| original.blocks.iter().any(|other| other.id == block.id));
    let unlisted = |block: &&Block| !places.knows(Thing::Clause, block.id.as_str()) && !told(block);
    for block in notice.blocks.iter().filter(unlisted) {
        let place = places.of(Thing::Block, &name(notice.language, block));
        problems.push(Flaw::ClauseUnlisted.at(&place.file, place.line, &[block.id.as_str()]));
    }
}

/// Clauses that one language says and the other does not.
fn missing(here: &Notice, there: &Notice, blocks_there: &Blocks<'_>, places: &Places, problems: &mut Vec<Problem>) {
    // A block there whose name is missing or cannot be read may be the one.
    let nameless = places.knows(Thing::Block, &nameless(there.language));
    let misread = |block: &Block| nameless || places.knows(Thing::Block, &name(there.language, block));
    for block in here.blocks.iter().filter(|block| !blocks_there.contains_key(&block.id) && !misread(block)) {
        let place = places.of(Thing::Block, &name(here.language, block));
        let missing_in = format!("notice/{}.md", there.language);
        problems.push(Flaw::NoticeBlockMissing.at(&place.file, place.line, &[block.id.as_str(), &missing_in]));
    }
}

/// The clauses both have stand in the same order and form. The first that does not is named.
fn same_shape(
    original: &Notice,
    ours: &Blocks<'_>,
    translation: &Notice,
    theirs: &Blocks<'_>,
    places: &Places,
    problems: &mut Vec<Problem>,
) {
    let here = original.blocks.iter().filter(|block| theirs.contains_key(&block.id));
    let there = translation.blocks.iter().filter(|block| ours.contains_key(&block.id));
    let same = |a: &Block, b: &Block| a.id == b.id && a.depth == b.depth && a.kind == b.kind;
    if let Some((_, block)) = here.zip(there).find(|(a, b)| !same(a, b)) {
        let place = places.of(Thing::Block, &name(translation.language, block));
        problems.push(Flaw::NoticeShape.at(&place.file, place.line, &[block.id.as_str()]));
    }
}

/// The translations were made from the original as it stands.
fn current(clause: &Clause, block: &Block, places: &Places, problems: &mut Vec<Problem>) {
    let now = block.fingerprint();
    let place = places.of(Thing::Clause, clause.id.as_str());
    for language in Language::TRANSLATIONS {
        let said = places.has(Thing::Block, &format!("{language}/{}", clause.id));
        let flaw = match clause.translated.get(language) {
            None => Flaw::TranslationUnmarked,
            Some(then) if *then != now => Flaw::TranslationStale,
            Some(_) => continue,
        };
        if said {
            let code = language.code();
            let arguments =
                [Texts::same(clause.id.as_str()), language.name(), Texts::same(now.as_str()), Texts::same(code)];
            problems.push(flaw.say(&place.file, place.line, &arguments));
        }
    }
}

fn name(language: Language, block: &Block) -> String {
    format!("{language}/{}", block.id)
}
