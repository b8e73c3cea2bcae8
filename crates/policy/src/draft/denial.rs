//! What a sentence denies: "we do not sell", 提供しません, "không bán".
//!
//! Only the main clause counts. What stands behind "if", "which" or "mà" does not turn the sentence, nor does
//! a denial with a way out ("not without consent", 同意なく…しません): that one says what must hold.

use std::ops::Range;

use super::normal::{Spelling, Spoken};

/// What is denied in a sentence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Denial {
    /// The stretches denied, counted in words or, for Japanese, in characters as spelled.
    pub(super) spans: Vec<Range<usize>>,
    /// Whether it says under which condition it would not be denied.
    pub(super) unless: bool,
}

impl Denial {
    /// Whether anything is denied.
    pub(super) const fn is_any(&self) -> bool {
        !self.spans.is_empty()
    }

    /// Whether this place of the sentence is denied.
    pub(super) fn covers(&self, at: usize) -> bool {
        self.spans.iter().any(|span| span.contains(&at))
    }
}

/// What a text denies.
pub(super) fn denial(text: &str, spoken: &Spoken, spelling: Spelling) -> Denial {
    match spoken {
        Spoken::Run(run) => japanese(run),
        Spoken::Words(_) => worded(text, spelling),
    }
}

/// Ends of a Japanese predicate that deny it.
const ENDS: [&str; 12] = [
    "ません",
    "ないものとします",
    "ないものとする",
    "ないこととします",
    "ないこととする",
    "ないこととしております",
    "ないようにします",
    "ないようにしています",
    "ないよう努めます",
    "ない",
    "ませんでした",
    "ぬ",
];
/// Ends that look like a denial and are none.
const NO_DENIAL: [&str; 9] = [
    "ければなりません",
    "ければならない",
    "かもしれません",
    "とは限りません",
    "とは限らない",
    "にほかなりません",
    "にほかならない",
    "問いません",
    "ではありません",
];
/// A condition under which it would not be denied.
const UNLESS: [&str; 24] = [
    "除き",
    "除いて",
    "除く",
    "限り",
    "なく",
    "なしに",
    "なしで",
    "ないで",
    "得ずに",
    "以外",
    "超えて",
    "範囲外",
    "でなければ",
    "のほか",
    "前に",
    "より多く",
    "の者",
    "同意がない",
    "まま",
    "必要以上",
    "期間を",
    "上回",
    "だけで",
    "用いずに",
];

fn japanese(run: &[char]) -> Denial {
    let mut found = Denial::default();
    let mut from = 0;
    let mut depth = 0_usize;
    let mut segments: Vec<Range<usize>> = Vec::new();
    for (at, c) in run.iter().enumerate() {
        match c {
            '(' | '「' | '『' => depth += 1,
            ')' | '」' | '』' => depth = depth.saturating_sub(1),
            '、' | '。' if depth == 0 => {
                segments.push(from..at);
                from = at + 1;
            }
            _ => {}
        }
    }
    segments.push(from..run.len());
    segments.retain(|segment| !segment.is_empty());
    let last = segments.len().saturating_sub(1);
    for (place, segment) in segments.iter().enumerate() {
        let words: String = run.get(segment.clone()).unwrap_or(&[]).iter().collect();
        let words = words.trim_end_matches(|c: char| !c.is_alphanumeric());
        let passing = ["せず", "おらず", "行わず"].iter().any(|end| words.ends_with(end));
        let ends = ENDS.iter().any(|end| words.ends_with(end)) && !NO_DENIAL.iter().any(|end| words.ends_with(end));
        if (ends && place == last) || (passing && place < last) {
            found.spans.push(segment.clone());
        }
    }
    if found.is_any() {
        let all: String = run.iter().collect();
        found.unless = UNLESS.iter().any(|word| all.contains(word));
    }
    found
}

/// What a language that parts its words says of denials.
struct Words {
    not: &'static [&'static str],
    /// Words after which a denial belongs to a subordinate clause.
    under: &'static [&'static str],
    /// Words after the denial that take it back.
    but: &'static [&'static str],
    unless: &'static [&'static str],
}

const ENGLISH: Words = Words {
    not: &[
        "not", "never", "wont", "dont", "doesnt", "cannot", "cant", "shant", "neither", "nor", "nobody", "none", "no",
    ],
    under: &[
        "if", "when", "where", "unless", "who", "whom", "whose", "which", "that", "because", "whether", "until", "so",
        "although", "though", "once", "after",
    ],
    but: &["only", "limited", "yet"],
    unless: &[
        "unless",
        "except",
        "without",
        "only",
        "other",
        "beyond",
        "until",
        "before",
        "more",
        "longer",
        "outside",
        "incompatible",
        "than",
        "exceed",
    ],
};

const VIETNAMESE: Words = Words {
    not: &["không", "chưa", "chẳng", "khong", "chua"],
    under: &["khi", "nếu", "hợp", "mà", "nhằm", "trừ", "để", "việc", "neu", "hop", "nham", "tru", "viec"],
    but: &["những", "chỉ", "thể", "còn", "quá", "nhung", "chi", "the", "con", "qua"],
    unless: &["trừ", "ngoài", "chỉ", "nếu", "khi", "trước", "vượt", "khác", "tru", "ngoai", "truoc", "vuot", "khac"],
};

fn worded(text: &str, spelling: Spelling) -> Denial {
    let known = if spelling == Spelling::English { ENGLISH } else { VIETNAMESE };
    let mut found = Denial::default();
    let mut from = 0;
    for segment in segments(text) {
        let Spoken::Words(spelled) = spelling.spell(segment) else { continue };
        let folded = segment.to_lowercase().replace(['\'', '’', '‘'], "");
        let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        if let Some(at) = denied_from(&words, &known) {
            found.spans.push(from + at.min(spelled.len())..from + spelled.len());
        }
        from += spelled.len();
    }
    if found.is_any() {
        let folded = text.to_lowercase();
        let mut words = folded.split(|c: char| !c.is_alphanumeric());
        found.unless = words.any(|word| known.unless.contains(&word));
    }
    found
}

/// The word from which on a segment is denied.
fn denied_from(words: &[&str], known: &Words) -> Option<usize> {
    let at = words.iter().position(|word| known.not.contains(word))?;
    // "No" denies what it stands before; "không" also asks.
    if words.get(at) == Some(&"no") && (at > 1 || words.get(at + 1).is_some_and(|next| *next == "longer")) {
        return None;
    }
    let before = words.get(..at).unwrap_or(&[]);
    let subordinate = before.iter().any(|word| known.under.contains(word));
    let taken_back = words.get(at + 1).is_some_and(|next| known.but.contains(next));
    (!subordinate && !taken_back).then_some(at)
}

/// The parts of a sentence between its signs, and before "but".
fn segments(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for part in text.split_inclusive([',', ';', ':', '.', '(', ')', '–', '—']) {
        let mut rest = part;
        while let Some(at) =
            [" but ", " and we ", " and will ", " nhưng ", " và sẽ "].iter().filter_map(|word| rest.find(word)).min()
        {
            let Some((before, after)) = rest.split_at_checked(at + 1) else { break };
            found.push(before);
            rest = after;
        }
        found.push(rest);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, spelling: Spelling) -> (bool, bool) {
        let found = denial(text, &spelling.spell(text), spelling);
        (found.is_any(), found.unless)
    }

    #[test]
    fn denials_are_heard_in_three_languages() {
        for (text, spelling) in [
            ("We will not change this policy.", Spelling::English),
            ("We won’t use your boards to train models.", Spelling::English),
            ("No advertising cookies are set.", Spelling::English),
            ("Staff never write passwords down.", Spelling::English),
            ("当社は個人情報を販売しません。", Spelling::Japanese),
            ("不利な取扱いをしない。", Spelling::Japanese),
            ("当社は、漏えいを放置せず、直ちに対応します。", Spelling::Japanese),
            ("Chúng tôi không bán dữ liệu cá nhân.", Spelling::Vietnamese),
        ] {
            assert!(of(text, spelling).0, "{text}");
        }
    }

    #[test]
    fn what_is_only_conditional_is_no_denial() {
        for (text, spelling) in [
            ("If we do not hold the data, we tell you.", Spelling::English),
            ("We erase data that is not needed.", Spelling::English),
            ("We use it not only for shipping.", Spelling::English),
            ("Data we no longer need is erased.", Spelling::English),
            ("開示しない場合は、理由を通知します。", Spelling::Japanese),
            ("同意を得なければなりません。", Spelling::Japanese),
            ("Khi không thể thực hiện, chúng tôi thông báo lý do.", Spelling::Vietnamese),
            ("Không chỉ nhân viên, đối tác cũng ký cam kết.", Spelling::Vietnamese),
        ] {
            assert!(!of(text, spelling).0, "{text}");
        }
    }

    #[test]
    fn a_way_out_is_noticed() {
        assert_eq!(of("We do not share it without consent.", Spelling::English), (true, true));
        assert_eq!(of("ご本人の同意なく提供しません。", Spelling::Japanese), (true, true));
        assert_eq!(of("Chúng tôi không cung cấp, trừ khi có sự đồng ý.", Spelling::Vietnamese), (true, true));
    }

    #[test]
    fn a_denial_covers_only_its_part() {
        let text = "We train staff, and we do not sell data.";
        let found = denial(text, &Spelling::English.spell(text), Spelling::English);
        assert!(!found.covers(1) && found.covers(6));
    }
}
