//! Postal addresses: where a Japanese one parts, and a comparable form for Japanese and Vietnamese ones.

use std::fmt;

use super::fold::{fold, is_east_asian, is_hyphen, is_kanji};
use super::latin::bare;
use super::{numeral, variants};

/// A Japanese address in its parts, each as written.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// The postal code's digits, when the text begins with one.
    pub postal: Option<String>,
    /// One of the 47 prefectures; about one address in seven leaves it out.
    pub prefecture: Option<&'static str>,
    /// City, ward, town or village, with its district (郡) or, in a designated city, its ward.
    pub municipality: Option<String>,
    /// Everything after.
    pub rest: String,
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(..)")
    }
}

/// Parts a Japanese address. What is not recognised stays in `rest`; nothing is lost.
#[must_use]
pub fn split(text: &str) -> Address {
    let text = text.trim();
    let (postal, text) = cut_postal(text);
    let prefecture = PREFECTURES.iter().copied().find(|name| text.starts_with(name));
    let after = prefecture.and_then(|name| text.strip_prefix(name)).unwrap_or(text).trim_start();
    let end = municipality_end(after);
    let (municipality, rest) = after.split_at_checked(end).unwrap_or(("", after));
    Address {
        postal,
        prefecture,
        municipality: Some(municipality.to_owned()).filter(|name| !name.is_empty()),
        rest: rest.trim().to_owned(),
    }
}

/// Whether the text begins like an address: a prefecture, a postal mark, a municipality and a number,
/// or Vietnamese words for street, ward and district.
#[must_use]
pub fn is_likely(text: &str) -> bool {
    let folded = fold(text);
    if is_east_asian(&folded) {
        let parts = split(&folded);
        let has_number = parts.rest.chars().any(numeral::is_numeral);
        return parts.prefecture.is_some()
            || (parts.municipality.is_some() && has_number && parts.rest.chars().count() >= 3);
    }
    let plain = format!(" {} ", comparable(text));
    let cues = [
        " duong ",
        " phuong ",
        " quan ",
        " huyen ",
        " thanh pho ",
        " tinh ",
        " xa ",
        " ngo ",
        " thi tran ",
        " thi xa ",
        " so ",
    ]
    .iter()
    .filter(|cue| plain.contains(**cue))
    .count();
    cues >= 2
        || (cues == 1 && plain.bytes().any(|byte| byte.is_ascii_digit()))
        || (plain.split(' ').filter(|word| !word.is_empty()).count() >= 4
            && plain.bytes().any(|byte| byte.is_ascii_digit())
            && text.contains(','))
}

/// A form in which two writings of one address meet: width, variants, kanji numbers and `丁目番地号` in
/// Japanese; marks and abbreviations (`P.`, `Q.`, `TP.`, `Đ.`) in Vietnamese. For comparison only.
#[must_use]
pub fn comparable(text: &str) -> String {
    let folded = fold(text);
    if is_east_asian(&folded) { japanese(&folded) } else { vietnamese(&bare(&folded)) }
}

fn cut_postal(text: &str) -> (Option<String>, &str) {
    let marked = text.strip_prefix('〒');
    let body = marked.unwrap_or(text).trim_start();
    let end = body
        .char_indices()
        .find(|(_, letter)| !(fold_digit(*letter).is_some() || is_hyphen(*letter)))
        .map_or(body.len(), |(at, _)| at);
    let (head, tail) = body.split_at_checked(end).unwrap_or(("", body));
    let digits: String = head.chars().filter_map(fold_digit).collect();
    let followed = !tail.trim_start().starts_with(['丁', '番', '号']);
    if digits.len() == 7 && followed { (Some(digits), tail.trim_start()) } else { (None, text) }
}

fn fold_digit(letter: char) -> Option<char> {
    match letter {
        '0'..='9' => Some(letter),
        '０'..='９' => char::from_u32(u32::from(letter) - 0xFF10 + 0x30),
        _ => None,
    }
}

/// Where the municipality ends, in bytes: after 市 (and 区), 区, 町 or 村, with names that contain those letters known.
fn municipality_end(text: &str) -> usize {
    if let Some(name) = HOLDING_ITS_OWN_SUFFIX.iter().find(|name| text.starts_with(**name)) {
        return name.len() + ward_end(text.get(name.len()..).unwrap_or(""));
    }
    let mut in_district = false;
    for (count, (at, letter)) in text.char_indices().enumerate() {
        let end = at + letter.len_utf8();
        match letter {
            _ if count > 12 || !(is_kanji(letter) || super::fold::is_kana(letter)) => return 0,
            '郡' if (1..=5).contains(&count) => in_district = true,
            '市' if count >= 1 && !in_district => return end + ward_end(text.get(end..).unwrap_or("")),
            '区' if count >= 1 && !in_district => return end,
            '町' | '村' if count >= 1 && in_district => return end,
            '町' | '村' if (1..=4).contains(&count) && !has_later(text, end, &['市', '区', '郡']) => return end,
            _ => {}
        }
    }
    0
}

/// Whether one of these letters follows within a municipality's length: 大村市 is no village called 大村.
fn has_later(text: &str, from: usize, letters: &[char]) -> bool {
    text.get(from..)
        .unwrap_or("")
        .chars()
        .take(4)
        .take_while(|letter| is_kanji(*letter))
        .any(|letter| letters.contains(&letter))
}

/// The ward of a designated city, when one follows.
fn ward_end(rest: &str) -> usize {
    let mut count = 0;
    for (at, letter) in rest.char_indices() {
        match letter {
            '区' if (1..=4).contains(&count) => return at + letter.len_utf8(),
            _ if count > 4 || !is_kanji(letter) => return 0,
            _ => count += 1,
        }
    }
    0
}

fn japanese(folded: &str) -> String {
    let mut plain = String::with_capacity(folded.len());
    let mut run = String::new();
    let mut letters = folded.chars().filter(|letter| !letter.is_whitespace()).peekable();
    while let Some(letter) = letters.next() {
        if numeral::is_numeral(letter) {
            run.push(letter);
            continue;
        }
        if !run.is_empty() {
            let counted = matches!(letter, '丁' | '番' | '号' | '条' | '線') || is_hyphen(letter);
            push_number(&mut plain, &run, counted);
            run.clear();
        }
        match letter {
            '丁' if letters.peek() == Some(&'目') => {
                letters.next();
                plain.push('-');
            }
            '番' => {
                letters.next_if_eq(&'地');
                letters.next_if_eq(&'の');
                plain.push('-');
            }
            '号' if plain.ends_with(|last: char| last.is_ascii_digit()) => plain.push('-'),
            'の' if plain.ends_with(|last: char| last.is_ascii_digit()) => plain.push('-'),
            _ if is_hyphen(letter) && plain.ends_with(|last: char| last.is_ascii_digit()) => plain.push('-'),
            _ => plain.push(variants::common(letter)),
        }
    }
    push_number(&mut plain, &run, true);
    while plain.contains("--") {
        plain = plain.replace("--", "-");
    }
    plain.trim_end_matches('-').to_owned()
}

/// A run of digits as ASCII; kanji digits only where a number is counted (二丁目), never in a name (三田).
fn push_number(plain: &mut String, run: &str, counted: bool) {
    match numeral::value(run) {
        Some(number) if counted && !run.is_ascii() => plain.push_str(&number.to_string()),
        _ => plain.push_str(run),
    }
}

fn vietnamese(plain: &str) -> String {
    let spaced: String =
        plain.chars().map(|letter| if matches!(letter, '.' | ',' | ';' | '\n' | '-') { ' ' } else { letter }).collect();
    let mut words: Vec<String> = Vec::new();
    for word in spaced.split_whitespace() {
        let turn = word.find(|letter: char| letter.is_ascii_digit()).unwrap_or(word.len());
        let (head, tail) = word.split_at_checked(turn).unwrap_or((word, ""));
        let is_short = matches!(head, "p" | "q" | "d" | "f") && !tail.is_empty();
        if is_short || tail.is_empty() {
            words.push(long_form(head).to_owned());
            words.extend(Some(tail.to_owned()).filter(|tail| !tail.is_empty()));
        } else {
            words.push(word.to_owned());
        }
    }
    let joined = words.join(" ");
    joined.replace("thanh pho hcm", "thanh pho ho chi minh").replace("sai gon", "ho chi minh")
}

fn long_form(word: &str) -> &str {
    match word {
        "p" | "f" => "phuong",
        "q" => "quan",
        "d" => "duong",
        "tp" => "thanh pho",
        "tx" => "thi xa",
        "tt" => "thi tran",
        "h" => "huyen",
        "x" => "xa",
        "t" => "tinh",
        "kp" => "khu pho",
        "kdt" => "khu do thi",
        "tphcm" | "hcmc" => "thanh pho ho chi minh",
        "hn" => "ha noi",
        other => other,
    }
}

/// The prefectures of Japan, north to south.
pub const PREFECTURES: [&str; 47] = [
    "北海道",
    "青森県",
    "岩手県",
    "宮城県",
    "秋田県",
    "山形県",
    "福島県",
    "茨城県",
    "栃木県",
    "群馬県",
    "埼玉県",
    "千葉県",
    "東京都",
    "神奈川県",
    "新潟県",
    "富山県",
    "石川県",
    "福井県",
    "山梨県",
    "長野県",
    "岐阜県",
    "静岡県",
    "愛知県",
    "三重県",
    "滋賀県",
    "京都府",
    "大阪府",
    "兵庫県",
    "奈良県",
    "和歌山県",
    "鳥取県",
    "島根県",
    "岡山県",
    "広島県",
    "山口県",
    "徳島県",
    "香川県",
    "愛媛県",
    "高知県",
    "福岡県",
    "佐賀県",
    "長崎県",
    "熊本県",
    "大分県",
    "宮崎県",
    "鹿児島県",
    "沖縄県",
];

/// Municipalities whose names hold 市, 区, 町, 村 or 郡 before their end.
const HOLDING_ITS_OWN_SUFFIX: [&str; 26] = [
    "四日市市",
    "廿日市市",
    "野々市市",
    "市川市",
    "市原市",
    "八日市場市",
    "余市郡余市町",
    "高市郡高取町",
    "高市郡明日香村",
    "町田市",
    "大町市",
    "十日町市",
    "東村山市",
    "武蔵村山市",
    "村山市",
    "田村市",
    "村上市",
    "大村市",
    "羽村市",
    "郡山市",
    "大和郡山市",
    "郡上市",
    "蒲郡市",
    "小郡市",
    "佐波郡玉村町",
    "杵島郡大町町",
];
