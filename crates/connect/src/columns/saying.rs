//! What cells say besides their value: that there is nothing, that it is as above, that this is the one; a name's reading.

use policy::Shape;
use policy::normal::{fold, is_typical};

/// Whether the text is one of the words people write where nothing is known.
pub(crate) fn is_null_word(text: &str) -> bool {
    let Some(first) = text.chars().next() else { return true };
    if text.len() > 24 || !may_begin_a_null_word(first) {
        return false;
    }
    let folded = fold::fold(text);
    if folded
        .chars()
        .all(|letter| fold::is_hyphen(letter) || matches!(letter, '/' | '.' | '・' | '…' | '*' | '×' | '✕' | ' '))
    {
        return true;
    }
    matches!(
        folded.trim_end_matches(['.', '。']),
        "なし"
            | "ナシ"
            | "無し"
            | "無"
            | "無い"
            | "ない"
            | "該当なし"
            | "該当無し"
            | "該当せず"
            | "未登録"
            | "未記入"
            | "未入力"
            | "未取得"
            | "未定"
            | "未確認"
            | "未設定"
            | "不明"
            | "空欄"
            | "空白"
            | "非公開"
            | "n/a"
            | "na"
            | "null"
            | "none"
            | "nil"
            | "(null)"
            | "unknown"
            | "tbd"
            | "không"
            | "không có"
            | "không rõ"
            | "ko có"
            | "chưa có"
            | "chưa rõ"
            | "chưa cập nhật"
            | "trống"
            | "#n/a"
            | "?"
            | "??"
            | "???"
    )
}

/// The letters such words begin with, in every width: folding each cell of a file only to find that it says something would
/// take longer than all the rest.
const fn may_begin_a_null_word(first: char) -> bool {
    matches!(
        first,
        '-' | '/' | '.' | '(' | '?' | '*' | '#' | '×' | '✕' | '…' | '・' | '･' | '~' | 'N' | 'n' | 'U' | 'u' | 'T' | 't' | 'K'
            | 'k' | 'C' | 'c' | 'な' | 'ナ' | 'ﾅ' | '無' | '該' | '未' | '不' | '空' | '非' | '−' | '─' | 'ー' | 'ｰ' | '〜'
            | '\u{2010}'..='\u{2015}' | '\u{FF01}'..='\u{FF5E}' | '\u{FE63}'
    )
}

/// Whether the text says "as above".
pub(crate) fn is_ditto(text: &str) -> bool {
    let Some(first) = text.chars().next() else { return false };
    text.len() <= 24
        && matches!(first, '〃' | '〻' | '″' | '”' | '“' | '"' | '同' | '上' | '々' | 'n' | 'N' | 'd' | 'D')
        && matches!(
            fold::fold(text).as_str(),
            "〃" | "〻"
                | "″"
                | "′′"
                | "”"
                | "“"
                | "\""
                | "々"
                | "同上"
                | "同じ"
                | "同左"
                | "上に同じ"
                | "上記と同じ"
                | "ditto"
                | "như trên"
        )
}

/// Whether the text is a mark by which one of several columns is chosen.
pub(crate) fn is_mark(text: &str) -> bool {
    matches!(
        text,
        "○" | "〇"
            | "◯"
            | "●"
            | "◎"
            | "⚪"
            | "✓"
            | "✔"
            | "☑"
            | "レ"
            | "ﾚ"
            | "■"
            | "x"
            | "X"
            | "v"
            | "V"
            | "1"
    )
}

/// A name and its reading that stand in one cell: 「山田太郎（ヤマダタロウ）」, or one under the other.
pub(crate) fn split_reading(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    let closed = text.strip_suffix([')', '）', ']', '］', '】', '〕', '>', '＞', '》', '」']);
    let parted = match closed {
        Some(open) => open.rsplit_once(['(', '（', '[', '［', '【', '〔', '<', '＜', '《', '「']),
        None => text.split_once('\n'),
    };
    let (outside, inside) = parted.map(|(outside, inside)| (outside.trim(), inside.trim()))?;
    let is_name = outside.chars().any(char::is_alphabetic) && !is_typical(Shape::Kana, outside);
    (is_name && is_typical(Shape::Kana, inside)).then_some((outside, inside))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_said_in_many_words() {
        for text in [
            "",
            "-",
            "－",
            "ー",
            "――",
            "なし",
            "ﾅｼ",
            "無し",
            "N/A",
            "n/a",
            "×",
            "未定",
            "không",
            "KHÔNG CÓ",
            "＊",
            "…",
            "Ｎ／Ａ",
        ] {
            assert!(is_null_word(text), "{text}");
        }
        for text in ["梨", "無量", "Nam", "Ko Itto", "未央", "x", "0", "-1", "なしこ", "1-2"] {
            assert!(!is_null_word(text), "{text}");
        }
    }

    #[test]
    fn as_above_is_known() {
        assert!(["〃", "同上", "\"", "Như trên", "々"].into_iter().all(is_ditto));
        assert!(!["同志社", "上田", "Nam", "々木", ""].into_iter().any(is_ditto));
    }

    #[test]
    fn a_reading_beside_its_name_is_told_apart() {
        for (text, parts) in [
            ("山田太郎（ヤマダタロウ）", Some(("山田太郎", "ヤマダタロウ"))),
            ("鈴木　花子 (すずき　はなこ)", Some(("鈴木　花子", "すずき　はなこ"))),
            ("加藤 四郎\nｶﾄｳ ｼﾛｳ", Some(("加藤 四郎", "ｶﾄｳ ｼﾛｳ"))),
            ("Nguyễn Văn An（グエン ヴァン アン）", Some(("Nguyễn Văn An", "グエン ヴァン アン"))),
            ("伊藤 三子（旧姓：田中）", None),
            ("ヤマダ（タロウ）", None),
            ("（ヤマダ）", None),
            ("山田太郎", None),
        ] {
            assert_eq!(split_reading(text), parts, "{text}");
        }
    }
}
