//! Where one sentence ends and the next begins, in three languages and in careless copies.

use std::ops::Range;

use super::text::{is_space, is_wide};

/// The sentences of a paragraph, as byte ranges without surrounding space.
pub(super) fn sentences(text: &str) -> Vec<Range<usize>> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut ends = Vec::new();
    let mut brackets = Brackets::default();
    for at in 0..chars.len() {
        let Some((_, c)) = chars.get(at).copied() else { continue };
        brackets.pass(c);
        if brackets.inside() {
            continue;
        }
        if let Some(end) = sentence_end(text, &chars, at) {
            ends.push(end);
        } else if runs_together(text, &chars, at) {
            ends.push(chars.get(at + 1).map_or(text.len(), |(next, _)| *next));
        }
    }
    ends.push(text.len());
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut from = 0;
    for end in ends {
        let Some(range) = trimmed(text, from..end) else { continue };
        from = end;
        let words = text.get(range.clone()).unwrap_or("");
        match found.last_mut() {
            // A lone sign or closing quote belongs to what came before.
            Some(last) if !words.chars().any(char::is_alphanumeric) => last.end = range.end,
            _ => found.push(range),
        }
    }
    found
}

/// Whether a text announces what follows it.
pub(super) fn leads_in(text: &str) -> bool {
    let folded = text.to_lowercase();
    let end = folded.trim_end_matches(is_space);
    end.ends_with([':', '：'])
        || [
            "following",
            "as follows",
            "below",
            "以下",
            "次の",
            "次に",
            "下記",
            "つぎの",
            "sau đây",
            "dưới đây",
            "như sau",
        ]
        .iter()
        .any(|cue| folded.contains(cue))
}

/// `Service providers.` before the sentences it heads: a title that stands in its paragraph.
pub(super) fn is_run_in_title(sentence: &str) -> bool {
    let Some(words) = sentence.strip_suffix(['.', ':']) else { return false };
    let speaks = ["We ", "You ", "It ", "This ", "They ", "I ", "Our ", "Chúng tôi "]
        .iter()
        .any(|start| words.starts_with(start));
    // A title has no predicate.
    let predicate = |word: &str| {
        [
            "is", "are", "was", "were", "will", "shall", "must", "may", "can", "do", "does", "has", "have", "được",
            "là", "sẽ", "phải", "không", "có", "bị",
        ]
        .contains(&word)
    };
    let says = words.split_whitespace().any(|word| predicate(&word.to_lowercase()));
    !speaks && !says && words.starts_with(char::is_uppercase) && words.split_whitespace().count() <= 6
}

fn trimmed(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let part = text.get(range.clone())?;
    let start = range.start + part.len() - part.trim_start_matches(is_space).len();
    let end = range.start + part.trim_end_matches(is_space).len();
    (start < end).then_some(start..end)
}

/// Open brackets and quotes; a bracket that never closes is forgotten after a while.
#[derive(Default)]
struct Brackets {
    depth: usize,
    since: usize,
}

impl Brackets {
    const FORGOTTEN_AFTER: usize = 300;

    fn pass(&mut self, c: char) {
        self.since += 1;
        match c {
            '(' | '（' | '「' | '『' | '【' | '［' | '〔' => {
                self.depth += 1;
                self.since = 0;
            }
            ')' | '）' | '」' | '』' | '】' | '］' | '〕' => self.depth = self.depth.saturating_sub(1),
            _ if self.since > Self::FORGOTTEN_AFTER => self.depth = 0,
            _ => {}
        }
    }

    const fn inside(&self) -> bool {
        self.depth > 0
    }
}

/// If a sentence ends with the sign at `at`, the byte where the next one begins.
fn sentence_end(text: &str, chars: &[(usize, char)], at: usize) -> Option<usize> {
    let (_, c) = *chars.get(at)?;
    let mut next = at + 1;
    while chars.get(next).is_some_and(|(_, c)| matches!(c, '”' | '"' | '’' | '»' | '」' | '）' | ')' | '.' | '。'))
    {
        next += 1;
    }
    let after = chars.get(next).copied();
    let byte = after.map_or(text.len(), |(byte, _)| byte);
    match c {
        '。' | '！' | '？' | '．' if c != '．' || !after.is_some_and(|(_, c)| c.is_alphanumeric()) => Some(byte),
        '.' | '!' | '?' => {
            let (_, follows) = after?;
            let glued = !is_space(follows);
            let opens = chars.get(next..)?.iter().map(|(_, c)| *c).find(|c| !is_space(*c))?;
            let fresh = opens.is_uppercase() || is_wide(opens) || matches!(opens, '“' | '"' | '‘' | '(' | '※' | '•');
            let word = last_word(chars, at);
            if glued {
                return (c == '.' && glued_sentence(chars, at, &word)).then_some(byte);
            }
            (fresh && !(c == '.' && is_abbreviation(&word, chars, next))).then_some(byte)
        }
        _ => None,
    }
}

/// No word is longer than this, in characters; what is, is not looked at further.
const WORD_MAX: usize = 64;

/// The run of characters without space that ends before `at`.
fn last_word(chars: &[(usize, char)], at: usize) -> String {
    let before = chars.get(..at).unwrap_or(&[]);
    let mut word: Vec<char> =
        before.iter().rev().map(|(_, c)| *c).take_while(|c| !is_space(*c)).take(WORD_MAX).collect();
    word.reverse();
    word.into_iter().collect()
}

/// `etc.Information`: a word, a full stop and the next sentence without space between them.
fn glued_sentence(chars: &[(usize, char)], at: usize, word: &str) -> bool {
    let tail: String = chars
        .get(at + 1..)
        .unwrap_or(&[])
        .iter()
        .map(|(_, c)| *c)
        .take_while(|c| !is_space(*c))
        .take(WORD_MAX)
        .collect();
    let mut letters = tail.chars();
    let capital = letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase);
    let plain = |part: &str| !part.trim_end_matches(['.', ',', ';']).contains(['.', '@', '/', ':', '_']);
    let clear = word.starts_with(char::is_lowercase) || letters.count() >= 2;
    capital && clear && plain(word) && plain(&tail) && word.chars().filter(|c| c.is_lowercase()).count() >= 2
}

/// `dutiesInformation`: two words run together where a list lost its line break.
fn runs_together(text: &str, chars: &[(usize, char)], at: usize) -> bool {
    let Some((_, c)) = chars.get(at) else { return false };
    let Some((next, follows)) = chars.get(at + 1) else { return false };
    if !c.is_ascii_lowercase() || !follows.is_ascii_uppercase() {
        return false;
    }
    let word = last_word(chars, at + 1);
    let tail: String =
        text.get(*next..).unwrap_or("").chars().take_while(char::is_ascii_alphabetic).take(WORD_MAX).collect();
    let tail_lower = tail.chars().skip(1).take_while(char::is_ascii_lowercase).count();
    word.len() >= 5 && word.chars().all(|c| c.is_ascii_lowercase()) && tail_lower >= 3 && tail_lower + 1 == tail.len()
}

/// Whether the full stop after this word belongs to the word.
fn is_abbreviation(word: &str, chars: &[(usize, char)], next: usize) -> bool {
    let bare = word.trim_start_matches(['(', '（', '“', '"', '‘', '*']);
    let folded = bare.to_lowercase();
    let single = bare.chars().count() == 1 && bare.chars().all(char::is_alphabetic);
    if single || bare.contains('.') && bare.split('.').all(|part| part.chars().count() <= 1) {
        return true;
    }
    if ["inc", "ltd", "co", "corp", "jsc", "llc"].contains(&folded.as_str()) {
        let word: String = chars
            .get(next..)
            .unwrap_or(&[])
            .iter()
            .map(|(_, c)| *c)
            .skip_while(|c| is_space(*c))
            .take_while(|c| c.is_alphabetic())
            .collect();
        return ![
            "The", "We", "This", "It", "In", "Our", "For", "If", "When", "Please", "You", "Your", "Personal", "These",
            "They",
        ]
        .contains(&word.as_str());
    }
    [
        "no", "nos", "art", "arts", "sec", "mr", "mrs", "ms", "dr", "st", "vs", "approx", "tel", "fax", "tp", "ths",
        "ts", "p", "vol", "ext", "dept", "attn",
    ]
    .contains(&folded.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = sentences(text).into_iter().filter_map(|range| text.get(range)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn sentences_end_where_readers_end_them() {
        check("We keep it. You may ask.", &["We keep it.", "You may ask."]);
        check(
            "当社は守ります。開示します（「はい」と言います。以上）。",
            &["当社は守ります。", "開示します（「はい」と言います。以上）。"],
        );
        check("Chúng tôi bảo vệ. Điều này quan trọng.", &["Chúng tôi bảo vệ.", "Điều này quan trọng."]);
        check("Really? Yes! “Good.” Done.", &["Really?", "Yes!", "“Good.”", "Done."]);
    }

    #[test]
    fn abbreviations_and_numbers_do_not_end_one() {
        check(
            "See Google Inc. Analytics, e.g. No. 3 of Example Co., Ltd. at 1.5 km.",
            &["See Google Inc. Analytics, e.g. No. 3 of Example Co., Ltd. at 1.5 km."],
        );
        check("Visit www.example.com. Thanks.", &["Visit www.example.com.", "Thanks."]);
        check("We are Example Inc. We care.", &["We are Example Inc.", "We care."]);
    }

    #[test]
    fn sentences_that_lost_their_space_are_parted() {
        check("seminars, etc.Information about visitors", &["seminars, etc.", "Information about visitors"]);
        check("during entrusted dutiesInformation received", &["during entrusted duties", "Information received"]);
        check("YouTube, JavaScript and iPhone stay", &["YouTube, JavaScript and iPhone stay"]);
        check("See Example.Net and a.Bcd@x.example", &["See Example.Net and a.Bcd@x.example"]);
    }

    #[test]
    fn signs_left_over_stay_with_their_sentence() {
        check("Change the settings. ※", &["Change the settings. ※"]);
        check("お答えします。。", &["お答えします。。"]);
        check("...", &["..."]);
    }

    #[test]
    fn titles_may_run_in() {
        assert!(is_run_in_title("Service providers.") && is_run_in_title("Dữ liệu của bạn."));
        assert!(!is_run_in_title("Waybills are kept for years.") && !is_run_in_title("Dữ liệu được mã hóa."));
        assert!(!is_run_in_title("We care.") && !is_run_in_title("It is kept for as long as needed."));
    }

    #[test]
    fn lead_ins_are_known() {
        assert!(leads_in("The purposes are as follows.") && leads_in("目的は以下のとおりです。") && leads_in("gồm:"));
        assert!(!leads_in("We keep data."));
    }
}
