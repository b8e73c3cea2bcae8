//! The catalogue's own sentences, one by one, out of any context.

use policy::draft::{self, Format};
use policy::{Language, catalogue};

use crate::score::Score;

#[test]
fn the_sentences_of_the_catalogue_are_recognised() {
    for language in Language::ALL {
        let mut score = Score::default();
        for promise in catalogue::all() {
            let words = promise.words(*language).promise.as_str();
            let text = draft::read(words.as_bytes(), Format::Plain).unwrap();
            let said = draft::recognise(&draft::split(&text), *language);
            let own = said.iter().any(|one| one.promise == promise.id);
            score.found += usize::from(own);
            score.missed += usize::from(!own);
            score.wrong += said.iter().filter(|one| one.promise != promise.id).count();
        }
        score.tell(&format!("catalogue, {language}, single sentences"));
        assert!(score.recall() >= 0.94 && score.precision() >= 0.84);
    }
}
