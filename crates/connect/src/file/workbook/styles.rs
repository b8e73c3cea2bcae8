//! How cells show their numbers: as days, with leading zeros, or plainly.

use std::collections::HashMap;

use quick_xml::events::Event;

use super::package::{Part, attribute};
use crate::file::unreadable::Unreadable;

/// How a cell shows a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// As a number, with at least so many digits before the point (0: as many as it has).
    Number(u8),
    /// As a day.
    Day,
}

/// The looks by the number cells refer to them by.
pub(super) fn read(part: &mut Part) -> Result<Vec<Look>, Unreadable> {
    let mut codes: HashMap<u32, Look> = HashMap::new();
    let mut looks = Vec::new();
    let mut in_cell_formats = false;
    loop {
        match part.next()? {
            Event::Start(element) => match element.local_name().as_ref() {
                b"numFmt" if codes.len() < STYLES_MAX => {
                    let id = attribute(&element, "numFmtId").and_then(|id| id.parse().ok());
                    if let (Some(id), Some(code)) = (id, attribute(&element, "formatCode")) {
                        codes.insert(id, of_code(&code));
                    }
                }
                b"cellXfs" => in_cell_formats = true,
                b"xf" if in_cell_formats && looks.len() < STYLES_MAX => {
                    let id = attribute(&element, "numFmtId").and_then(|id| id.parse().ok()).unwrap_or(0);
                    looks.push(codes.get(&id).copied().unwrap_or_else(|| of_number(id)));
                }
                _ => {}
            },
            Event::End(element) if element.local_name().as_ref() == b"cellXfs" => in_cell_formats = false,
            Event::Eof => return Ok(looks),
            _ => {}
        }
    }
}

/// More styles than any spreadsheet program writes.
const STYLES_MAX: usize = 65_536;

/// The formats every workbook has without naming them (ECMA-376 part 1, 18.8.30); 27 to 58 are the East Asian dates.
const fn of_number(id: u32) -> Look {
    match id {
        14..=17 | 22 | 27..=31 | 34..=36 | 50..=54 | 57..=58 => Look::Day,
        _ => Look::Number(0),
    }
}

/// What a format code shows: day, if it names a year or a day outside quotes; leading zeros, if it is made of zeros.
fn of_code(code: &str) -> Look {
    let first = code.split(';').next().unwrap_or("");
    let mut plain = String::new();
    let mut letters = first.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => drop(letters.by_ref().find(|letter| *letter == '"')),
            '[' => drop(letters.by_ref().find(|letter| *letter == ']')),
            '\\' | '_' | '*' => drop(letters.next()),
            _ => plain.push(letter.to_ascii_lowercase()),
        }
    }
    if plain.contains("general") {
        return Look::Number(0);
    }
    let names_era = plain.contains('g') || (plain.contains('e') && !plain.contains("e+") && !plain.contains("e-"));
    if plain.contains('y') || plain.contains('d') || names_era {
        return Look::Day;
    }
    let zeros = plain.bytes().filter(|byte| *byte == b'0').count();
    let only_zeros = plain.chars().all(|letter| matches!(letter, '0' | '-' | ' ' | '(' | ')'));
    Look::Number(if only_zeros { u8::try_from(zeros).unwrap_or(0) } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_codes_are_understood() {
        for (code, look) in [
            ("General", Look::Number(0)),
            ("yyyy/mm/dd", Look::Day),
            ("[$-411]ggge\"年\"m\"月\"d\"日\";@", Look::Day),
            ("yyyy\"年\"m\"月\"d\"日\"", Look::Day),
            ("dd\\-mm\\-yyyy", Look::Day),
            ("0.00E+00", Look::Number(0)),
            ("#,##0;[Red]\\-#,##0", Look::Number(0)),
            ("00000", Look::Number(5)),
            ("000\\-0000", Look::Number(7)),
            ("0.00", Look::Number(0)),
            ("\"day\" 0", Look::Number(1)),
            ("h:mm", Look::Number(0)),
        ] {
            assert_eq!(of_code(code), look, "{code}");
        }
        assert_eq!(of_number(14), Look::Day);
        assert_eq!(of_number(0), Look::Number(0));
    }
}
