//! Names of people, as far as two writings of one name can be made equal.

use super::fold::{closed, fold, is_east_asian, is_kana, words};
use super::{kana, latin, variants};

/// The name with width and case made equal. Between kanji or kana, white space does not count.
#[must_use]
pub fn exact(text: &str) -> String {
    let folded = fold(text);
    join(without_honorific(&folded))
}

/// A looser form: kanji variants, hiragana and katakana, long vowels, marks of Latin letters made equal.
#[must_use]
pub fn loose(text: &str) -> String {
    let folded = fold(text);
    join(&loosened(without_honorific(&folded)))
}

/// The words of the loose form in alphabetical order, so that family name first or last is one;
/// nothing for a name of one word.
#[must_use]
pub fn bag(text: &str) -> Option<String> {
    let folded = fold(text);
    let loosened = loosened(without_honorific(&folded));
    let mut sorted: Vec<&str> = words(&loosened).collect();
    if sorted.len() < 2 {
        return None;
    }
    sorted.sort_unstable();
    Some(sorted.join(" "))
}

/// The words of the loose form, when there are several: the family name alone finds a person. A Japanese name written
/// without a space gives its family name where it is a common one.
#[must_use]
pub fn parts(text: &str) -> Vec<String> {
    let folded = fold(text);
    parts_of(&loosened(without_honorific(&folded)))
}

fn parts_of(loosened: &str) -> Vec<String> {
    let mut found: Vec<String> = words(loosened).map(str::to_owned).collect();
    if found.len() < 2 {
        let whole = found.pop().unwrap_or_default();
        let longest = JAPANESE_SURNAMES
            .split_whitespace()
            .filter(|surname| whole.starts_with(surname) && whole.len() > surname.len())
            .max_by_key(|surname| surname.len());
        found.extend(longest.map(str::to_owned));
    }
    found
}

/// Every form of one name.
pub(super) struct Forms {
    pub(super) exact: String,
    pub(super) loose: String,
    pub(super) bag: Option<String>,
    pub(super) parts: Vec<String>,
}

/// Every form at once, folding once.
pub(super) fn forms(text: &str) -> Forms {
    let folded = fold(text);
    let plain = without_honorific(&folded);
    let loosened = loosened(plain);
    let mut sorted: Vec<&str> = words(&loosened).collect();
    sorted.sort_unstable();
    let bag = (sorted.len() >= 2).then(|| sorted.join(" "));
    Forms { exact: join(plain), loose: join(&loosened), bag, parts: parts_of(&loosened) }
}

/// Whether the text looks like somebody's name, for telling columns apart. Strict where a name is certain,
/// for a company's departments and towns look alike.
#[must_use]
pub fn is_likely(text: &str) -> bool {
    let folded = fold(text);
    let name = without_honorific(&folded);
    let letters = name.chars().filter(|letter| letter.is_alphabetic()).count();
    if name.chars().any(|letter| letter.is_numeric() || matches!(letter, '@' | '/' | ':' | '_' | '&')) || letters < 2 {
        return false;
    }
    if is_east_asian(name) {
        return is_likely_japanese(name, letters);
    }
    let plain = latin::bare(name);
    let mut parts = words(&plain);
    let count = words(&plain).count();
    let is_vietnamese = parts.next().is_some_and(|first| VIETNAMESE_SURNAMES.contains(&first))
        || words(&plain).last().is_some_and(|last| VIETNAMESE_SURNAMES.contains(&last));
    (is_vietnamese && (2..=6).contains(&count))
        || words(&plain).any(|word| JAPANESE_IN_LATIN.contains(&word)) && (2..=3).contains(&count)
}

fn is_likely_japanese(name: &str, letters: usize) -> bool {
    let first: String = closed(name).chars().map(variants::common).collect();
    let known = JAPANESE_SURNAMES
        .split_whitespace()
        .any(|surname| first.starts_with(surname) && (letters <= 4 || surname.chars().nth(1).is_some()));
    let ends_like_office = ["部", "課", "室", "係", "店", "社", "県", "市", "区", "町", "村", "長", "所", "校"]
        .iter()
        .any(|end| name.ends_with(end));
    let parted = words(name).count() == 2;
    let all_kana = name.chars().filter(|letter| letter.is_alphabetic()).all(is_kana);
    !ends_like_office && (2..=12).contains(&letters) && (known || (parted && letters <= 8 && !all_kana))
}

fn loosened(plain: &str) -> String {
    let mut before = ' ';
    let unified: String = plain
        .chars()
        .filter(|letter| !matches!(letter, '\'' | '\u{2019}' | '`'))
        .map(|letter| {
            let letter = match letter {
                '々' => before,
                '-' => ' ',
                other => variants::common(other),
            };
            before = letter;
            letter
        })
        .collect();
    let unified = latin::bare(&unified);
    if unified.chars().any(is_kana) { kana::loose(&unified) } else { unified }
}

fn join(text: &str) -> String {
    if is_east_asian(text) { closed(text) } else { words(text).collect::<Vec<_>>().join(" ") }
}

/// Cuts 様, 殿, さん at the end, when a name is left.
fn without_honorific(folded: &str) -> &str {
    let cut = ["様", "殿", "さん", "さま"].iter().find_map(|honour| folded.strip_suffix(honour)).map(str::trim_end);
    cut.filter(|rest| rest.chars().count() >= 2).unwrap_or(folded)
}

/// Surnames common enough to tell a column of names; in common forms, as [`variants::common`] writes them.
const JAPANESE_SURNAMES: &str = "
    佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐佐木 佐々木 山口 松本 井上 木村 林 斉藤 清水 山崎 森 池田
    橋本 阿部 石川 山下 中島 石井 小川 前田 岡田 長谷川 藤田 後藤 近藤 村上 遠藤 青木 坂本 福田 太田 西村 藤井 金子 岡本
    藤原 中野 三浦 原田 中川 松田 竹内 小野 田村 中山 和田 石田 森田 上田 内田 柴田 酒井 宮崎 横山 高木 安藤 宮本 大野
    小島 谷口 今井 工藤 高田 増田 丸山 杉山 村田 大塚 新井 小山 平野 藤本 河野 上野 野口 武田 松井 千葉 菅原 岩崎 久保 木下
    佐野 野村 松尾 市川 菊地 菊池 杉本 古川 大西 島田 水野 桜井 渡部 高野 山内 西田 西川 五十嵐 北村 安田 中田 川口 平田
    川崎 飯田 吉川 本田 沢田 久保田 辻 関 浜田 荒木 浅野 広瀬 富田 浅井 栗原 黒田 大久保 永井 高山 土屋 星野 堀 樋口
    国分 黒沢 白石 小松 望月 永田 松岡 須藤 川村 中西 熊谷 大島 服部 福島 西山 馬場 秋山 片山 矢野 松下 内藤 早川 小池";

const VIETNAMESE_SURNAMES: [&str; 40] = [
    "nguyen", "tran", "le", "pham", "hoang", "huynh", "phan", "vu", "vo", "dang", "bui", "do", "ho", "ngo", "duong",
    "ly", "dinh", "truong", "trinh", "mai", "dao", "lam", "luong", "luu", "cao", "chu", "chau", "ta", "ha", "quach",
    "thai", "doan", "to", "tang", "kieu", "la", "nghiem", "vuong", "tong", "trieu",
];

const JAPANESE_IN_LATIN: [&str; 30] = [
    "sato",
    "suzuki",
    "takahashi",
    "tanaka",
    "ito",
    "watanabe",
    "yamamoto",
    "nakamura",
    "kobayashi",
    "kato",
    "yoshida",
    "yamada",
    "sasaki",
    "yamaguchi",
    "matsumoto",
    "inoue",
    "kimura",
    "hayashi",
    "saito",
    "shimizu",
    "yamazaki",
    "mori",
    "ikeda",
    "hashimoto",
    "abe",
    "ishikawa",
    "yamashita",
    "nakajima",
    "ogawa",
    "maeda",
];
