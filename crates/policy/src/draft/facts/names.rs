//! Names of houses and of trackers, and how often people are trained.

use unicode_normalization::UnicodeNormalization;

use super::super::text::is_wide;

/// The first organisation named in full.
pub(super) fn organisation(text: &str) -> Option<String> {
    japanese(text).or_else(|| vietnamese(text)).or_else(|| english(text))
}

fn japanese(text: &str) -> Option<String> {
    let forms = ["株式会社", "有限会社", "合同会社", "一般社団法人", "医療法人", "学校法人"];
    let (at, form) = forms.iter().filter_map(|form| text.find(form).map(|at| (at, *form))).min()?;
    let name = |c: &char| {
        is_wide(*c) && !matches!(c, '（' | '）' | '「' | '」' | '、' | '。' | '　' | '：' | '／' | '・' | '】' | '【')
            || c.is_ascii_alphanumeric()
    };
    let kana = |c: char| matches!(c, '\u{30a1}'..='\u{30fa}' | 'ー');
    let stops = |name: String| -> String {
        let end = ["および", "及び", "ならびに", "並びに", "では", "とその", "または"]
            .iter()
            .filter_map(|word| name.find(word))
            .min();
        let name = end.and_then(|end| name.get(..end)).unwrap_or(&name);
        name.trim_end_matches(['は', 'が', 'の', 'と', 'を', 'に', 'で', 'も']).to_owned()
    };
    let after: String = text.get(at + form.len()..)?.chars().take_while(|c| name(c)).take(24).collect();
    // A dot joins words in katakana: `フォレスト・リンク合同会社`.
    let mut then = ' ';
    let mut joined = |c: &char| {
        let fits = name(c) && !matches!(c, 'は' | 'が' | 'の' | 'を') || (*c == '・' && kana(then));
        then = *c;
        fits
    };
    let before: String = text.get(..at)?.chars().rev().take_while(|c| joined(c)).take(20).collect();
    let before: String = before.chars().rev().collect::<String>().trim_start_matches('・').to_owned();
    let after = stops(after);
    let own = |part: &str| !part.is_empty() && !part.starts_with(['等', 'な', 'で', 'の']);
    // `見本精機工業株式会社` and `株式会社見本ストア` are both written; a name stands on one side.
    if own(&before) { Some(format!("{before}{form}")) } else { own(&after).then(|| format!("{form}{after}")) }
}

fn vietnamese(text: &str) -> Option<String> {
    let at = ["Công ty TNHH", "Công ty Cổ phần", "Công ty cổ phần", "CÔNG TY TNHH", "CÔNG TY CỔ PHẦN", "Công ty CP"]
        .iter()
        .filter_map(|form| text.find(form))
        .min()?;
    let words: Vec<&str> = text.get(at..)?.split(' ').collect();
    let bare = |word: &str| word.trim_end_matches([',', '.', ';', ')', '”', '"', '*']).to_owned();
    let capital = |word: &str| word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
    let form = if words.get(2).is_some_and(|word| word.eq_ignore_ascii_case("TNHH") || *word == "CP") { 3 } else { 4 };
    let mut taken: Vec<String> = Vec::new();
    for (place, word) in words.iter().enumerate().take(14) {
        // A second syllable is often small: it belongs to the name if a capital follows.
        let goes_on = capital(word) || words.get(place + 1).is_some_and(|next| capital(next));
        if place >= form && (!goes_on || word.starts_with(['(', '"', '“'])) {
            break;
        }
        taken.push(bare(word));
        if bare(word).len() != word.len() {
            break;
        }
    }
    (taken.len() > form).then(|| taken.join(" "))
}

fn english(text: &str) -> Option<String> {
    let forms = [
        "Joint Stock Company",
        "Co., Ltd",
        "Corporation",
        "Limited",
        "Inc",
        "Ltd",
        "LLC",
        "JSC",
        "GmbH",
        "K.K",
        "PLC",
        "Corp",
    ];
    let (at, form) = forms
        .iter()
        .filter_map(|form| {
            let at = text.find(&format!(" {form}"))?;
            let after = text.get(at + 1 + form.len()..)?.chars().next();
            (!after.is_some_and(char::is_alphanumeric)).then_some((at, *form))
        })
        .min()?;
    let mut name: Vec<&str> = Vec::new();
    for word in text.get(..at)?.rsplit(' ') {
        let bare = word.trim_start_matches(['(', '“', '"']);
        let fits = bare.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
            && !bare.ends_with(['.', ':', ';'])
            || bare == "&";
        if !fits || matches!(bare, "The" | "We" | "At" | "By" | "This") {
            break;
        }
        name.push(bare.trim_end_matches(','));
        if bare.len() != word.len() {
            break;
        }
    }
    name.reverse();
    let dot = text.get(at + 1 + form.len()..).is_some_and(|after| after.starts_with('.')) && form != "Limited";
    (!name.is_empty()).then(|| format!("{} {form}{}", name.join(" "), if dot { "." } else { "" }))
}

/// A desk or department on a line of its own.
pub(super) fn desk(text: &str) -> Option<String> {
    let folded = text.to_lowercase();
    let named = [
        "窓口",
        "相談室",
        "事務局",
        "総務部",
        "総務課",
        "人事部",
        "管理部",
        "個人情報担当",
        "お客様センター",
        "お客様相談",
        "係",
        "privacy office",
        "privacy team",
        "data protection officer",
        "customer support",
        "legal department",
        "bộ phận",
        "phòng ",
        "ban ",
    ]
    .iter()
    .any(|word| folded.contains(word));
    let short = text.chars().count() <= 60
        && !super::super::text::ends_sentence(text)
        && !text.contains(['@', '：', ':', '〒']);
    let heads = folded.contains("お問い合わせ先") || folded.contains("問い合わせ窓口") && text.chars().count() <= 12;
    (named && short && !heads && !text.chars().any(|c| c.is_ascii_digit())).then(|| text.to_owned())
}

/// Tools that watch visitors or readers, by the name they are published under.
const TRACKERS: [(&str, &str); 19] = [
    ("google analytics", "Google Analytics"),
    ("googleアナリティクス", "Google Analytics"),
    ("google アナリティクス", "Google Analytics"),
    ("googleタグマネージャ", "Google Tag Manager"),
    ("google tag manager", "Google Tag Manager"),
    ("google ads", "Google Ads"),
    ("google広告", "Google Ads"),
    ("vtiger", "Vtiger"),
    ("hubspot", "HubSpot"),
    ("mailchimp", "Mailchimp"),
    ("sendgrid", "SendGrid"),
    ("hotjar", "Hotjar"),
    ("microsoft clarity", "Microsoft Clarity"),
    ("facebook pixel", "Meta Pixel"),
    ("meta pixel", "Meta Pixel"),
    ("metaピクセル", "Meta Pixel"),
    ("matomo", "Matomo"),
    ("marketo", "Marketo"),
    ("adobe analytics", "Adobe Analytics"),
];

/// The trackers a text names.
pub(super) fn trackers(text: &str) -> Vec<&'static str> {
    let folded: String =
        text.nfkc().flat_map(char::to_lowercase).map(|c| if c == '\u{a0}' { ' ' } else { c }).collect();
    TRACKERS.iter().filter(|(word, _)| folded.contains(word)).map(|(_, name)| *name).collect()
}

/// How many times a year a text says everybody is trained.
pub(super) fn trainings(text: &str) -> Option<u32> {
    let folded: String = text.nfkc().flat_map(char::to_lowercase).collect();
    let says = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    if !says(&["教育", "研修", "訓練", "train", "education", "e-learning", "eラーニング", "đào tạo", "tập huấn"])
    {
        return None;
    }
    if says(&["四半期", "quarter", "hàng quý", "hằng quý", "mỗi quý"]) {
        return Some(4);
    }
    let counts: [(&str, u32); 12] = [
        ("once", 1),
        ("twice", 2),
        ("three times", 3),
        ("four times", 4),
        ("一回", 1),
        ("二回", 2),
        ("四回", 4),
        ("một lần", 1),
        ("hai lần", 2),
        ("bốn lần", 4),
        ("毎年", 1),
        ("every year", 1),
    ];
    let yearly = says(&["年", "a year", "per year", "annual", "every year", "năm"]);
    let number = number_before(&folded, &["回", " times", " lần"]);
    number.or_else(|| counts.iter().find(|(word, _)| folded.contains(word)).map(|(_, count)| *count)).filter(|_| yearly)
}

fn number_before(text: &str, words: &[&str]) -> Option<u32> {
    words.iter().find_map(|word| {
        let (before, _) = text.split_once(word)?;
        let digits: String = before.chars().rev().take_while(char::is_ascii_digit).collect();
        digits.chars().rev().collect::<String>().parse().ok().filter(|count| (1..=52).contains(count))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn houses_are_named_in_full() {
        for (text, name) in [
            ("株式会社見本ストア（以下「当店」）は", "株式会社見本ストア"),
            ("見本精機工業株式会社およびその子会社は", "見本精機工業株式会社"),
            ("フォレスト・リンク合同会社（以下", "フォレスト・リンク合同会社"),
            ("Sample Savings Bank Ltd and its group", "Sample Savings Bank Ltd"),
            ("This is Example Cloud Inc. (\"we\")", "Example Cloud Inc."),
            ("Sample Software Joint Stock Company and our", "Sample Software Joint Stock Company"),
            ("Công ty Cổ phần Phần mềm Mẫu phát triển", "Công ty Cổ phần Phần mềm Mẫu"),
        ] {
            assert_eq!(organisation(text).as_deref(), Some(name), "{text}");
        }
        for text in ["当社は株式会社です", "limited to what is needed", "We are a company", "the Inc"] {
            assert_eq!(organisation(text), None, "{text}");
        }
    }

    #[test]
    fn trainings_are_counted() {
        assert_eq!(trainings("education for all members four times a year"), Some(4));
        assert_eq!(trainings("年2回の教育を行います"), Some(2));
        assert_eq!(trainings("training every quarter"), Some(4));
        assert_eq!(trainings("tập huấn cho toàn thể nhân viên bốn lần một năm"), Some(4));
        assert_eq!(trainings("audits four times a year"), None);
    }
}
