//! Whether a sentence binds the house to anything, whatever it is about.
//!
//! Every predicate counts as an undertaking unless it is one that only tells: what something is called,
//! what readers may or should do, what may happen, where something stands.

use super::sentence;
use super::text::{ends_sentence, is_space};
use crate::Language;

/// What a sentence stands among; see [`binds`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// Under a heading of safety, sharing, entrustment, requests, incidents or the like: what stands there is
    /// meant as a measure.
    pub(super) measures: bool,
    /// Under a heading of safety measures: what is listed there is done.
    pub(super) safety: bool,
    /// A list item or a cell.
    pub(super) listed: bool,
    /// Before the first heading below the title, or without any.
    pub(super) opening: bool,
    /// The sentence speaks of information or its keeping.
    pub(super) of_information: bool,
}

/// Whether a sentence undertakes something.
pub(super) fn binds(text: &str, language: Language, place: Place) -> bool {
    let whole = ends_sentence(text);
    if sentence::leads_in(text) && !text.contains("ものとします") {
        return false;
    }
    match language {
        Language::Ja => japanese(text, whole, place),
        Language::En => english(text, whole, place),
        Language::Vi => vietnamese(text, whole, place),
    }
}

/// Ends of Japanese predicates that tell, ask or allow.
const TELLS: [&str; 58] = [
    "をいう",
    "をいいます",
    "という",
    "といいます",
    "です",
    "である",
    "であります",
    "とおり",
    "通り",
    "ください",
    "下さい",
    "お願いします",
    "お願いいたします",
    "お願い致します",
    "お願い申し上げます",
    "お願いしております",
    "できます",
    "ができる",
    "ことがあります",
    "ことがある",
    "場合があります",
    "場合がある",
    "場合がございます",
    "ことがございます",
    "なります",
    "となる",
    "考えます",
    "考えています",
    "考えております",
    "考える",
    "認識しています",
    "認識しております",
    "認識する",
    "ございます",
    "あります",
    "がある",
    "称します",
    "称する",
    "指します",
    "指す",
    "施行する",
    "施行します",
    "含みます",
    "含む",
    "含まれます",
    "含まれる",
    "異なります",
    "おそれがあります",
    "適用します",
    "適用する",
    "適用されます",
    "基づきます",
    "よります",
    "該当します",
    "該当する",
    "限りません",
    "負いません",
    "致しかねます",
];

/// Ends that tell what the house does in general; they bind where information is spoken of.
const GOING_ON: [&str; 4] = ["ています", "ております", "ている", "ておる"];

fn japanese(text: &str, whole: bool, place: Place) -> bool {
    let words = text
        .trim_end_matches(|c: char| is_space(c) || matches!(c, '。' | '．' | '！' | '」' | '』' | '）' | ')' | '.'));
    // A remark in brackets at the end is not the predicate.
    let words = if text.trim_end().ends_with(['）', ')']) {
        words.rsplit_once(['（', '(']).map_or(words, |(before, _)| before)
    } else {
        words
    };
    let words = words.trim_end_matches(['。', ' ', '　']);
    if TELLS.iter().any(|end| words.ends_with(end)) {
        return false;
    }
    let predicate = ["ます", "ません", "ました", "しない", "せない", "ものとする", "こととする", "する", "ない"]
        .iter()
        .any(|end| words.ends_with(end))
        || (whole && words.ends_with(['る', 'う', 'く', 'す', 'つ', 'ぬ', 'ぶ', 'む', 'ぐ', 'い']));
    if !predicate {
        return !whole && place.safety && place.listed && action(words);
    }
    let going_on = GOING_ON.iter().any(|end| words.ends_with(end)) || words.ends_with("ました");
    !(going_on && place.opening && !place.of_information)
}

/// Whether a listed fragment names something done: `入退室の管理`, `誓約書の取得`.
fn action(words: &str) -> bool {
    words.chars().count() >= 6
        && !words.ends_with(['：', ':', '場', '者', '人'])
        && !words.ends_with("場合")
        && !words.ends_with("とき")
        && !words.ends_with("措置")
}

/// Sentences about readers, about the text itself, and the like.
const ABOUT_OTHERS: [&str; 16] = [
    "you ",
    "your ",
    "please",
    "this policy",
    "this page",
    "this notice",
    "this statement",
    "this document",
    "users ",
    "users’",
    "the user",
    "if you",
    "by using",
    "note that",
    "for more",
    "see ",
];
/// What the house does that binds it to nothing.
const ENGLISH_TELLS: [&str; 34] = [
    "are",
    "were",
    "was",
    "may",
    "might",
    "can",
    "could",
    "believe",
    "recommend",
    "mean",
    "would",
    "operate",
    "offer",
    "make",
    "makes",
    "value",
    "recognise",
    "recognize",
    "call",
    "refer",
    "want",
    "hope",
    "understand",
    "encourage",
    "collect",
    "obtain",
    "get",
    "gather",
    "run",
    "runs",
    "think",
    "consider",
    "ask",
    "have",
];
const ENGLISH_TOLD: [&str; 17] = [
    "described",
    "defined",
    "listed",
    "called",
    "located",
    "based",
    "collected",
    "referred",
    "known",
    "considered",
    "deemed",
    "explained",
    "mentioned",
    "made",
    "required",
    "involved",
    "established",
];
const BINDING: [&str; 16] = [
    "shall",
    "will",
    "must",
    "wont",
    "undertake",
    "undertakes",
    "commit",
    "ensure",
    "ensures",
    "never",
    "dont",
    "doesnt",
    "strive",
    "prohibited",
    "endeavour",
    "endeavor",
];

fn english(text: &str, whole: bool, place: Place) -> bool {
    let folded = text.to_lowercase().replace(['\'', '’', '‘'], "");
    let folded = folded.trim_start_matches(|c: char| !c.is_alphanumeric());
    let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if ABOUT_OTHERS.iter().any(|start| folded.starts_with(start)) {
        if folded.starts_with("this ") {
            return false;
        }
        let itself = folded.starts_with("you") || folded.starts_with("if you") || folded.starts_with("by using");
        // "If you ask, we will answer" binds; "You can ask" does not, but under "Your rights" it grants.
        let ours = folded.contains(" we will ") || folded.contains(", we ");
        return ours
            || (itself
                && place.measures
                && whole
                && (folded.contains("right to") || folded.contains("you can") || folded.contains("you may")));
    }
    let relative = |at: usize| {
        words
            .get(at.saturating_sub(3)..at)
            .unwrap_or(&[])
            .iter()
            .any(|word| matches!(*word, "what" | "how" | "why" | "you" | "which"))
    };
    let bound = words.iter().enumerate().any(|(at, word)| {
        let not = matches!(*word, "do" | "does" | "may" | "are" | "is")
            && matches!(words.get(at + 1), Some(&"not" | &"only"));
        (BINDING.contains(word) || not) && !relative(at)
    });
    if bound {
        return true;
    }
    let subject = words.iter().position(|word| matches!(*word, "we" | "company" | "staff" | "employees"));
    let does = subject.filter(|at| !relative(*at)).and_then(|at| words.get(at + 1)).is_some_and(|verb| {
        !ENGLISH_TELLS.contains(verb)
            && verb.len() > 1
            && !matches!(*verb, "and" | "or" | "of" | "in" | "to" | "who" | "with" | "s")
    });
    let passive = words.windows(2).any(|pair| {
        let participle = pair.last().is_some_and(|word| {
            (word.ends_with("ed")
                || matches!(*word, "kept" | "given" | "held" | "put" | "taken" | "sent" | "done" | "told" | "bound"))
                && !ENGLISH_TOLD.contains(word)
        });
        pair.first().is_some_and(|word| matches!(*word, "is" | "are" | "be" | "been")) && participle
    });
    if whole {
        does && (place.measures || place.of_information || !place.opening)
            || (passive && !place.opening)
            || (place.safety && !folded.starts_with("no ") && words.len() >= 4 && !telling(&words))
    } else {
        (does || passive) && words.len() >= 5 || (place.safety && place.listed && words.len() >= 3)
    }
}

/// `Our servers are in Ireland`: a plain statement of what is.
fn telling(words: &[&str]) -> bool {
    words
        .iter()
        .any(|word| matches!(*word, "are" | "is" | "was" | "stand" | "means" | "include" | "includes" | "may" | "can"))
}

const VIETNAMESE_BINDS: [&str; 22] = [
    "sẽ",
    "phải",
    "cam kết",
    "bảo đảm",
    "đảm bảo",
    "nghiêm cấm",
    "có trách nhiệm",
    "chịu trách nhiệm",
    "không được",
    "chỉ",
    "được mã hóa",
    "được lưu",
    "được xóa",
    "bị xóa",
    "bị hủy",
    "được hủy",
    "được giữ",
    "được bảo",
    "được kiểm",
    "được miễn",
    "tuân thủ",
    "áp dụng",
];
const VIETNAMESE_TELLS: [&str; 16] = [
    "có thể",
    "là",
    "thu thập",
    "hiểu",
    "mong",
    "khuyến",
    "tin",
    "nhận thấy",
    "cung cấp",
    "xin",
    "có",
    "coi",
    "nhận thức",
    "thuộc",
    "hoạt",
    "gọi",
];
const VIETNAMESE_OTHERS: [&str; 9] = [
    "bạn",
    "khách hàng có",
    "khách hàng cần",
    "quý khách",
    "người dùng có",
    "người dùng cần",
    "vui lòng",
    "chính sách này",
    "thông báo này",
];

fn vietnamese(text: &str, whole: bool, place: Place) -> bool {
    let folded = text.to_lowercase();
    let folded = folded.trim_start_matches(|c: char| !c.is_alphanumeric());
    // "Địa chỉ" is an address, "chỉ định" an appointment; "chỉ" alone binds.
    let padded = format!(" {} ", folded.replace([',', '.', ';', ':', '(', ')'], " "))
        .replace("địa chỉ", "địachỉ")
        .replace("chỉ định", "chỉđịnh");
    let bare = folded.is_ascii();
    let says = |words: &str| {
        let words: String = if bare { plain(words) } else { words.to_owned() };
        padded.contains(&format!(" {words} "))
    };
    if VIETNAMESE_OTHERS.iter().any(|start| folded.starts_with(start)) && !says("chúng tôi sẽ") {
        return place.measures && whole && (says("có quyền") || says("có thể"));
    }
    if !whole {
        return VIETNAMESE_BINDS.iter().any(|words| says(words)) && place.measures
            || (place.safety && place.listed && folded.split_whitespace().count() >= 3);
    }
    let denies = says("không") && !says("không phải là") && !says("không thể") && !says("hay không");
    if denies || VIETNAMESE_BINDS.iter().any(|words| says(words)) {
        return true;
    }
    let verb = ["chúng tôi ", "công ty "]
        .iter()
        .find_map(|subject| folded.split_once(subject))
        .map(|(_, verb)| verb.trim_start());
    let does = verb.is_some_and(|verb| !VIETNAMESE_TELLS.iter().any(|tell| verb.starts_with(tell)));
    does && (place.measures || place.of_information) || (place.safety && place.listed && !says("là"))
}

/// The words as they are typed without marks.
fn plain(words: &str) -> String {
    use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
    words.nfd().filter(|c| !is_combining_mark(*c)).map(|c| if c == 'đ' { 'd' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Place = Place { measures: false, safety: false, listed: false, opening: false, of_information: true };

    #[test]
    fn undertakings_are_heard() {
        for (text, language) in [
            ("The records shall be kept for a year.", Language::En),
            ("We will never sell personal data.", Language::En),
            ("Teachers must not keep phone numbers.", Language::En),
            ("Invoices are kept for seven years.", Language::En),
            ("当社は個人情報を売りません。", Language::Ja),
            ("持ち出しの都度、上長の許可を得るものとします。", Language::Ja),
            ("利用期間は二年間とし、その後消去する。", Language::Ja),
            ("Chúng tôi sẽ hỏi lại trước.", Language::Vi),
            ("Nhân viên phải khóa màn hình.", Language::Vi),
            ("Công ty cam kết giữ bí mật.", Language::Vi),
            ("Mẫu khuôn mặt được mã hóa.", Language::Vi),
        ] {
            assert!(binds(text, language, HERE), "{text}");
        }
    }

    #[test]
    fn what_only_tells_is_no_undertaking() {
        for (text, language) in [
            ("This page says what we will do with data.", Language::En),
            ("Personal data means information about a person.", Language::En),
            ("You must enter your name.", Language::En),
            ("We may update this page.", Language::En),
            ("個人情報とは、生存する個人に関する情報をいいます。", Language::Ja),
            ("下記までご連絡ください。", Language::Ja),
            ("お答えできないことがあります。", Language::Ja),
            ("利用目的は次のとおりです。", Language::Ja),
            ("Bạn phải điền họ tên.", Language::Vi),
            ("Chúng tôi có thể cập nhật thông báo này.", Language::Vi),
            ("Dữ liệu cá nhân là thông tin về một người.", Language::Vi),
        ] {
            assert!(!binds(text, language, HERE), "{text}");
        }
    }

    #[test]
    fn what_is_listed_as_a_measure_binds() {
        let place = Place { measures: true, safety: true, listed: true, ..HERE };
        assert!(binds("Mã hóa dữ liệu trên thiết bị;", Language::Vi, place));
        assert!(binds("入退室の記録と管理", Language::Ja, place));
        assert!(binds("Annual penetration tests", Language::En, place));
        assert!(!binds("入退室の記録と管理", Language::Ja, HERE));
    }
}
