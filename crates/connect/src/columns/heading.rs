//! How headings are built: groups over them, remarks in brackets, parts of a date or of an address.

use policy::Shape;

use super::words::{Concept, Part, key, of_key};

/// What a date column's heading names (the date, as a concept) and which part of it: 生年月日 / 年, 入社日（月）.
pub(crate) fn date_part(heading: &str) -> Option<(&'static Concept, Part)> {
    let key = key(heading);
    DATE_PARTS.iter().find_map(|(tail, part)| {
        let date = key.strip_suffix(tail).and_then(of_key).filter(|concept| concept.shape == Some(Shape::Date))?;
        Some((date, *part))
    })
}

/// The group a heading belongs to and what it is in it: 性別 / 男, 性別（男）.
pub(crate) fn grouped(heading: &str) -> Option<(&str, &str)> {
    heading.rsplit_once(" / ").or_else(|| bracketed(heading))
}

/// What stands before the brackets at the end of a heading, and in them.
pub(crate) fn bracketed(heading: &str) -> Option<(&str, &str)> {
    let open = heading.trim_end().strip_suffix([')', '）', ']', '］', '】'])?;
    let (before, remark) = open.split_once(['(', '（', '[', '［', '【'])?;
    (!before.trim().is_empty() && !remark.trim().is_empty()).then(|| (before.trim(), remark.trim()))
}

/// Whether a remark says that the reading is meant.
pub(super) fn is_of_reading(remark: &str) -> bool {
    let key = key(remark);
    ["カナ", "かな", "フリガナ", "ふりがな", "ヨミ", "よみ", "読み", "kana", "furigana"]
        .iter()
        .any(|word| key.contains(word))
}

/// Whose address a piece of one is of: 住民票の住所・都道府県 is not of the same as 現住所・都道府県.
pub(crate) fn piece_group(heading: &str) -> String {
    if let Some((parent, _)) = heading.rsplit_once(" / ") {
        return key(parent);
    }
    let key = key(heading);
    let begins =
        ["都道府県", "市区町村", "市町村", "市区郡", "町名", "町域", "丁目", "番地", "建物", "マンション", "部屋番号"];
    let at = begins.iter().filter_map(|piece| key.find(piece)).min();
    at.and_then(|at| key.get(..at)).unwrap_or_default().to_owned()
}

/// Without what stands in brackets and after ※ or *.
pub(super) fn without_remarks(heading: &str) -> String {
    let mut depth = 0_u32;
    let mut plain = String::new();
    for letter in heading.chars() {
        match letter {
            '(' | '（' | '[' | '［' | '【' | '〔' | '<' | '＜' => depth += 1,
            ')' | '）' | ']' | '］' | '】' | '〕' | '>' | '＞' => depth = depth.saturating_sub(1),
            '※' => break,
            _ if depth == 0 => plain.push(letter),
            _ => {}
        }
    }
    plain.trim().to_owned()
}

/// How headings of parts of a date end, as [`key`] writes them.
const DATE_PARTS: [(&str, Part); 16] = [
    ("元号", Part::Era),
    ("年号", Part::Era),
    ("和暦", Part::Era),
    ("era", Part::Era),
    ("西暦年", Part::Year),
    ("年", Part::Year),
    ("year", Part::Year),
    ("yyyy", Part::Year),
    ("năm", Part::Year),
    ("月", Part::Month),
    ("month", Part::Month),
    ("mm", Part::Month),
    ("tháng", Part::Month),
    ("日", Part::Day),
    ("day", Part::Day),
    ("ngày", Part::Day),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_parts_of_a_date_are_known() {
        for (heading, meant) in [
            ("生年月日 / 元号", Some(("birth", Part::Era))),
            ("生年月日（年）", Some(("birth", Part::Year))),
            ("入社日 / 月", Some(("joined", Part::Month))),
            ("Ngày sinh / Tháng", Some(("birth", Part::Month))),
            ("生年月日", None),
            ("年", None),
        ] {
            assert_eq!(date_part(heading).map(|(concept, part)| (concept.id, part)), meant, "{heading}");
        }
    }

    #[test]
    fn a_heading_is_parted_from_its_group_and_its_remark() {
        for (heading, parted) in [
            ("性別 / 男", Some(("性別", "男"))),
            ("性別（女）", Some(("性別", "女"))),
            ("（必須）", None),
            ("氏名", None),
        ] {
            assert_eq!(grouped(heading), parted, "{heading}");
        }
        assert_eq!(piece_group("現住所・丁目・番地"), piece_group("現住所・都道府県"));
        assert_ne!(piece_group("住民票の住所・都道府県"), piece_group("現住所・都道府県"));
    }
}
