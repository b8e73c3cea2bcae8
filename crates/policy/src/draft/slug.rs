//! Names made of a heading's or a purpose's own words, in small Latin letters as names are written.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The longest name made, in bytes, so that a number and a prefix still fit.
const LONGEST: usize = 40;
/// The most words in a name.
const WORDS: usize = 5;

/// A name of the words of a text; none when no word of it can be written so.
pub(super) fn slug(text: &str) -> Option<String> {
    let mut words: Vec<String> = Vec::new();
    let folded: String = text.nfkc().flat_map(char::to_lowercase).collect();
    let mut rest = folded.as_str();
    while let Some(c) = rest.chars().next() {
        if words.len() >= WORDS {
            break;
        }
        let (word, length) = japanese(rest).or_else(|| katakana(rest)).or_else(|| latin(rest)).unwrap_or_default();
        if !word.is_empty() && words.last() != Some(&word) {
            words.push(word);
        }
        rest = rest.get(length.max(c.len_utf8())..).unwrap_or("");
    }
    let mut name = String::new();
    for word in words {
        if name.len() + word.len() >= LONGEST {
            break;
        }
        if !name.is_empty() {
            name.push('-');
        }
        name.push_str(&word);
    }
    (!name.is_empty()).then_some(name)
}

/// Words of Japanese policies, longer ones before those they begin with.
const JAPANESE: [(&str, &str); 118] = [
    ("個人情報保護方針", "privacy-policy"),
    ("個人情報保護", "privacy"),
    ("個人情報", "personal-information"),
    ("個人データ", "personal-data"),
    ("プライバシーポリシー", "privacy-policy"),
    ("プライバシーマーク", "privacy-mark"),
    ("基本方針", "policy"),
    ("方針", "policy"),
    ("利用目的", "purpose"),
    ("使用目的", "purpose"),
    ("目的", "purpose"),
    ("第三者", "third-party"),
    ("外国", "foreign"),
    ("海外", "foreign"),
    ("提供", "provision"),
    ("共同利用", "joint-use"),
    ("利用停止", "suspension"),
    ("利用", "use"),
    ("再委託", "subcontracting"),
    ("委託", "entrustment"),
    ("開示", "disclosure"),
    ("訂正", "correction"),
    ("削除", "deletion"),
    ("消去", "erasure"),
    ("廃棄", "disposal"),
    ("請求", "request"),
    ("苦情", "complaints"),
    ("相談", "consultation"),
    ("問い合わせ", "contact"),
    ("問合せ", "contact"),
    ("問合わせ", "contact"),
    ("窓口", "contact"),
    ("連絡先", "contact"),
    ("連絡", "contact"),
    ("改定", "revision"),
    ("改訂", "revision"),
    ("改正", "revision"),
    ("変更", "change"),
    ("見直し", "review"),
    ("取得", "acquisition"),
    ("収集", "collection"),
    ("取扱", "handling"),
    ("取り扱", "handling"),
    ("安全管理措置", "security-measures"),
    ("安全管理", "security"),
    ("安全対策", "security"),
    ("セキュリティ", "security"),
    ("組織的", "organisational"),
    ("人的", "human"),
    ("物理的", "physical"),
    ("技術的", "technical"),
    ("外的環境", "external-environment"),
    ("漏えい", "leakage"),
    ("漏洩", "leakage"),
    ("事故", "incident"),
    ("保存期間", "retention"),
    ("保管期間", "retention"),
    ("保存", "keeping"),
    ("保管", "keeping"),
    ("定義", "definition"),
    ("総則", "general"),
    ("適用範囲", "scope"),
    ("範囲", "scope"),
    ("法令", "law"),
    ("遵守", "compliance"),
    ("正確性", "accuracy"),
    ("従業者", "employees"),
    ("従業員", "employees"),
    ("社員", "employees"),
    ("採用", "recruitment"),
    ("応募", "application"),
    ("求職", "job-seekers"),
    ("取引先", "partners"),
    ("顧客", "customers"),
    ("お客様", "customers"),
    ("お客さま", "customers"),
    ("会員", "members"),
    ("患者", "patients"),
    ("株主", "shareholders"),
    ("本人", "person"),
    ("権利", "rights"),
    ("手数料", "fee"),
    ("手続", "procedure"),
    ("責任者", "manager"),
    ("管理者", "manager"),
    ("監査", "audit"),
    ("教育", "training"),
    ("研修", "training"),
    ("要配慮", "special-care"),
    ("仮名加工", "pseudonymised"),
    ("匿名加工", "anonymised"),
    ("アクセス解析", "analytics"),
    ("クッキー", "cookie"),
    ("リンク", "links"),
    ("免責", "disclaimer"),
    ("附則", "supplement"),
    ("言語", "language"),
    ("翻訳", "translation"),
    ("商品", "goods"),
    ("製品", "products"),
    ("発送", "shipping"),
    ("配送", "shipping"),
    ("契約", "contract"),
    ("見積", "quotation"),
    ("代金", "payment"),
    ("給与", "wages"),
    ("勤怠", "attendance"),
    ("健康診断", "health-check"),
    ("福利厚生", "benefits"),
    ("社会保険", "social-insurance"),
    ("案内", "news"),
    ("調査", "survey"),
    ("統計", "statistics"),
    ("紹介", "introduction"),
    ("管理", "management"),
    ("回答", "answer"),
    ("緊急", "emergency"),
    ("業務", "work"),
];

fn japanese(text: &str) -> Option<(String, usize)> {
    JAPANESE.iter().find(|(known, _)| text.starts_with(known)).map(|(known, word)| ((*word).to_owned(), known.len()))
}

/// A word in katakana, by its sounds.
fn katakana(text: &str) -> Option<(String, usize)> {
    let word: String = text.chars().take_while(|c| matches!(c, 'ァ'..='ヺ' | 'ー')).collect();
    if word.chars().count() < 3 {
        return None;
    }
    let mut out = String::new();
    let mut doubled = false;
    for c in word.chars() {
        if c == 'ッ' {
            doubled = true;
            continue;
        }
        let sound = sound(c);
        if matches!(c, 'ャ' | 'ュ' | 'ョ' | 'ァ' | 'ィ' | 'ゥ' | 'ェ' | 'ォ') {
            out.pop();
        }
        if std::mem::take(&mut doubled) {
            out.extend(sound.chars().take(1));
        }
        out.push_str(sound);
    }
    (!out.is_empty()).then_some((out, word.len()))
}

fn sound(c: char) -> &'static str {
    const ROWS: [(&str, [&str; 5]); 15] = [
        ("アイウエオ", ["a", "i", "u", "e", "o"]),
        ("カキクケコ", ["ka", "ki", "ku", "ke", "ko"]),
        ("ガギグゲゴ", ["ga", "gi", "gu", "ge", "go"]),
        ("サシスセソ", ["sa", "shi", "su", "se", "so"]),
        ("ザジズゼゾ", ["za", "ji", "zu", "ze", "zo"]),
        ("タチツテト", ["ta", "chi", "tsu", "te", "to"]),
        ("ダヂヅデド", ["da", "ji", "zu", "de", "do"]),
        ("ナニヌネノ", ["na", "ni", "nu", "ne", "no"]),
        ("ハヒフヘホ", ["ha", "hi", "fu", "he", "ho"]),
        ("バビブベボ", ["ba", "bi", "bu", "be", "bo"]),
        ("パピプペポ", ["pa", "pi", "pu", "pe", "po"]),
        ("マミムメモ", ["ma", "mi", "mu", "me", "mo"]),
        ("ラリルレロ", ["ra", "ri", "ru", "re", "ro"]),
        ("ァィゥェォ", ["a", "i", "u", "e", "o"]),
        ("ヤユヨワン", ["ya", "yu", "yo", "wa", "n"]),
    ];
    for (kana, sounds) in ROWS {
        if let Some(sound) = kana.chars().position(|known| known == c).and_then(|at| sounds.get(at)) {
            return sound;
        }
    }
    match c {
        'ャ' => "ya",
        'ュ' => "yu",
        'ョ' => "yo",
        'ヴ' => "vu",
        _ => "",
    }
}

/// Words that say nothing in a name.
const EMPTY: [&str; 34] = [
    "the", "a", "an", "of", "and", "or", "to", "for", "in", "on", "by", "with", "is", "are", "our", "your", "we",
    "you", "do", "et", "etc", "va", "cua", "cac", "nhung", "cho", "ve", "la", "duoc", "chung", "toi", "ban", "trong",
    "voi",
];

/// A word in Latin letters, without its marks.
fn latin(text: &str) -> Option<(String, usize)> {
    let word: String = text
        .chars()
        .take_while(|c| c.is_alphanumeric() && !super::text::is_wide(*c) || is_combining_mark(*c))
        .collect();
    if word.is_empty() {
        return None;
    }
    let bare: String = word
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .map(|c| if c == 'đ' { 'd' } else { c })
        .filter(char::is_ascii_alphanumeric)
        .collect();
    let kept = if EMPTY.contains(&bare.as_str()) || bare.len() < 2 { String::new() } else { bare };
    Some((kept, word.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_of_the_words() {
        for (text, name) in [
            ("第三者への提供について", "third-party-provision"),
            ("安全管理のために講じた措置", "security"),
            ("クッキーの利用", "cookie-use"),
            ("ポイントサービス", "pointosabisu"),
            ("Who else sees it", "who-else-sees-it"),
            ("How we use your data", "how-use-data"),
            ("Quyền của chủ thể dữ liệu", "quyen-chu-du-lieu"),
            ("Mục đích xử lý", "muc-dich-xu-ly"),
        ] {
            assert_eq!(slug(text).as_deref(), Some(name), "{text}");
        }
    }

    #[test]
    fn every_name_is_one() {
        for text in [
            "",
            "。",
            "１２３",
            "委託",
            "A-b.c_d",
            "Ｆｕｌｌ ｗｉｄｔｈ",
            &"word ".repeat(50),
            &"x".repeat(99),
            "ー",
            "ッッッ",
            "🔒",
        ] {
            if let Some(name) = slug(text) {
                assert!(name.parse::<ledger::names::ClauseId>().is_ok(), "{text}: {name}");
            }
        }
    }
}
