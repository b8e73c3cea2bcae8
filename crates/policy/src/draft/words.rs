//! Finding concepts in a text: many patterns at once, by the way they begin.

use std::collections::HashMap;

use super::denial::Denial;
use super::normal::{Spelling, Spoken};

/// How many words a gap (`..`) may pass over.
const GAP_WORDS: usize = 6;
/// How many characters a gap may pass over in Japanese.
const GAP_CHARS: usize = 16;

/// A concept's place in the list of all.
pub(super) type ConceptAt = usize;

/// A pattern found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    /// What was meant.
    pub(super) concept: ConceptAt,
    /// The words it was said in, as spelled for comparison.
    pub(super) words: String,
    /// Whether it was said only where the sentence denies.
    pub(super) denied: bool,
}

/// All patterns of one spelling.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    words: HashMap<Key, Vec<(Phrase, ConceptAt)>>,
    runs: HashMap<Key, Vec<(Run, ConceptAt)>>,
}

/// A pattern of words.
type Phrase = Vec<Word>;

/// A pattern of Japanese: parts with gaps between them.
type Run = Vec<Vec<char>>;

/// The first two characters, by which patterns are looked up.
type Key = (char, char);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Word {
    Whole(String),
    Beginning(String),
    Gap,
}

impl Patterns {
    /// Adds a pattern: words, `begin*` for a beginning, `..` for a gap.
    pub(super) fn add(&mut self, pattern: &str, spelling: Spelling, concept: ConceptAt) {
        if spelling == Spelling::Japanese {
            let spelled = pattern.split("..").filter_map(|part| match spelling.spell(part) {
                Spoken::Run(run) if !run.is_empty() => Some(run),
                _ => None,
            });
            let parts: Vec<Vec<char>> = spelled.collect();
            if let Some(key) = parts.first().and_then(|part| key(part.iter().copied())) {
                self.runs.entry(key).or_default().push((parts, concept));
            }
            return;
        }
        let words: Vec<Word> = pattern.split_whitespace().flat_map(|word| word_of(word, spelling)).collect();
        let first = words.first().and_then(|word| match word {
            Word::Whole(word) | Word::Beginning(word) => key(word.chars()),
            Word::Gap => None,
        });
        if let Some(key) = first {
            self.words.entry(key).or_default().push((words, concept));
        }
    }

    /// Every concept said in the text, each once, in the order of first mention.
    pub(super) fn find(&self, text: &Spoken, denial: &Denial) -> Vec<Hit> {
        let mut found: Vec<Hit> = Vec::new();
        let mut note = |concept, at: usize, words: &dyn Fn() -> String| match found
            .iter_mut()
            .find(|hit| hit.concept == concept)
        {
            Some(hit) => hit.denied &= denial.covers(at),
            None => found.push(Hit { concept, words: words(), denied: denial.covers(at) }),
        };
        match text {
            Spoken::Words(words) => {
                for (at, word) in words.iter().enumerate() {
                    for (pattern, concept) in self.words_from(word) {
                        let rest = words.get(at..).unwrap_or(&[]);
                        if let Some(length) = match_words(pattern, rest) {
                            note(*concept, at + length.saturating_sub(1), &|| {
                                rest.get(..length).unwrap_or(&[]).join(" ")
                            });
                        }
                    }
                }
            }
            Spoken::Run(run) => {
                for at in 0..run.len() {
                    let rest = run.get(at..).unwrap_or(&[]);
                    for (pattern, concept) in self.runs_from(rest) {
                        let before = at.checked_sub(1).and_then(|before| run.get(before)).copied();
                        if let Some(length) = match_run(pattern, before, rest) {
                            note(*concept, at + length.saturating_sub(1), &|| {
                                rest.get(..length).unwrap_or(&[]).iter().collect()
                            });
                        }
                    }
                }
            }
        }
        found
    }

    fn words_from(&self, word: &str) -> &[(Phrase, ConceptAt)] {
        key(word.chars()).and_then(|key| self.words.get(&key)).map_or(&[], Vec::as_slice)
    }

    fn runs_from(&self, rest: &[char]) -> impl Iterator<Item = &(Run, ConceptAt)> {
        let pair = key(rest.iter().copied());
        let single = rest.first().map(|first| (*first, ' ')).filter(|single| pair != Some(*single));
        [pair, single].into_iter().flatten().filter_map(|key| self.runs.get(&key)).flatten()
    }
}

fn key(mut chars: impl Iterator<Item = char>) -> Option<Key> {
    let first = chars.next()?;
    Some((first, chars.next().unwrap_or(' ')))
}

fn word_of(word: &str, spelling: Spelling) -> Vec<Word> {
    if word == ".." {
        return vec![Word::Gap];
    }
    let (body, beginning) = word.strip_suffix('*').map_or((word, false), |body| (body, true));
    let Spoken::Words(mut words) = spelling.spell(body) else { return Vec::new() };
    let last = words.pop();
    let mut found: Vec<Word> = words.into_iter().map(Word::Whole).collect();
    found.extend(last.map(|last| if beginning { Word::Beginning(last) } else { Word::Whole(last) }));
    found
}

/// How many words the pattern takes up from the start of `text`.
fn match_words(pattern: &[Word], text: &[String]) -> Option<usize> {
    let Some((first, rest)) = pattern.split_first() else { return Some(0) };
    match first {
        Word::Gap => (0..=GAP_WORDS.min(text.len()))
            .find_map(|skipped| match_words(rest, text.get(skipped..)?).map(|length| skipped + length)),
        Word::Whole(word) => {
            (text.first()? == word).then(|| match_words(rest, text.get(1..)?)).flatten().map(|length| length + 1)
        }
        Word::Beginning(word) => text
            .first()?
            .starts_with(word.as_str())
            .then(|| match_words(rest, text.get(1..)?))
            .flatten()
            .map(|length| length + 1),
    }
}

/// How many characters the pattern takes up from the start of `text`; `before` stands before it.
fn match_run(pattern: &[Vec<char>], before: Option<char>, text: &[char]) -> Option<usize> {
    let (first, rest) = pattern.split_first()?;
    if !text.starts_with(first) || cuts_word(before, first.first(), text.get(first.len()), first.last()) {
        return None;
    }
    if rest.is_empty() {
        return Some(first.len());
    }
    (0..=GAP_CHARS).find_map(|skipped| {
        let from = first.len() + skipped;
        let before = from.checked_sub(1).and_then(|before| text.get(before)).copied();
        match_run(rest, before, text.get(from..)?).map(|length| from + length)
    })
}

/// A Latin pattern inside a Latin word does not count.
fn cuts_word(before: Option<char>, first: Option<&char>, after: Option<&char>, last: Option<&char>) -> bool {
    let latin = |c: Option<&char>| c.is_some_and(char::is_ascii_alphanumeric);
    (latin(before.as_ref()) && latin(first)) || (latin(after) && latin(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(pattern: &str, spelling: Spelling, text: &str) -> Option<String> {
        let mut patterns = Patterns::default();
        patterns.add(pattern, spelling, 0);
        patterns.find(&spelling.spell(text), &Denial::default()).into_iter().next().map(|hit| hit.words)
    }

    #[test]
    fn words_beginnings_and_gaps_are_found() {
        assert_eq!(said("outsourc*", Spelling::English, "We may Outsource it"), Some("outsource".to_owned()));
        assert_eq!(
            said("tak* .. back", Spelling::English, "We take the data back."),
            Some("take the data back".to_owned())
        );
        assert_eq!(said("take back", Spelling::English, "We take the data back."), None);
        assert_eq!(said("law", Spelling::English, "a lawn"), None);
        assert_eq!(said("uỷ thác", Spelling::Vietnamese, "được ủy thác"), Some("uy\u{309} thac\u{301}".to_owned()));
    }

    #[test]
    fn japanese_is_found_inside_its_run() {
        assert_eq!(
            said("提供..ません", Spelling::Japanese, "第三者に 提供 することはありません。"),
            Some("提供することはありません".to_owned())
        );
        assert_eq!(said("鍵", Spelling::Japanese, "鍵をかけます"), Some("鍵".to_owned()));
        assert_eq!(said("ic", Spelling::Japanese, "Basic認証"), None);
        assert_eq!(said("icカード", Spelling::Japanese, "ＩＣカードで入室"), Some("icカード".to_owned()));
    }

    #[test]
    fn what_is_only_denied_is_marked() {
        let spelling = Spelling::English;
        let mut patterns = Patterns::default();
        patterns.add("train*", spelling, 0);
        for (text, denied) in [
            ("We train staff.", false),
            ("We do not train models.", true),
            ("We do not train models, we train staff.", false),
        ] {
            let spoken = spelling.spell(text);
            let found = patterns.find(&spoken, &super::super::denial::denial(text, &spoken, spelling));
            assert_eq!(found.first().map(|hit| hit.denied), Some(denied), "{text}");
        }
    }

    #[test]
    fn empty_patterns_find_nothing() {
        for pattern in ["", "..", "*", ".. a"] {
            assert_eq!(said(pattern, Spelling::English, "any a text"), None);
            assert_eq!(said(pattern, Spelling::Japanese, "文"), None);
        }
    }
}
