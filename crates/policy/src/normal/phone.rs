//! Telephone numbers of Japan and Vietnam as people type them, and of other countries when written with `+`.
//!
//! A number typed without its country can belong to both: `0352345678` rings in Tokyo (03-5234-5678) and in
//! Vietnam (035 234 5678). Nothing in the cell decides that, so every reading is kept: a search finds the
//! person by either, and no reading is invented by a setting.

use std::fmt;

use super::Reason;
use super::fold::{fold, is_hyphen};

/// The readings of one number in E.164 (`+81…`), most likely first; never empty, seldom more than one.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone {
    readings: Vec<String>,
}

impl Phone {
    /// The number in E.164, in every way it can be read.
    #[must_use]
    pub fn readings(&self) -> &[String] {
        &self.readings
    }

    /// The last four digits, by which a caller is often looked for.
    #[must_use]
    pub fn last_four(&self) -> &str {
        let number = self.readings.first().map_or("", String::as_str);
        number.get(number.len().saturating_sub(4)..).unwrap_or("")
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(..)")
    }
}

/// Reads one number. An extension (`内線 12`, `ext. 12`) and a label in front (`TEL`, `携帯:`) are left out.
///
/// # Errors
/// Why it is no telephone number, as a [`Reason`].
pub fn read(text: &str) -> Result<Phone, Reason> {
    if text.len() > 200 {
        return Err(Reason::Long);
    }
    let folded = fold(text);
    let number = without_extension(without_label(&folded));
    let dialled = Dialled::parse(number)?;
    let readings = dialled.readings()?;
    Ok(Phone { readings })
}

/// The numbers of a cell that holds several, parted by a slash, a comma, a semicolon or a line break.
///
/// # Errors
/// The first [`Reason`] why a part is no number; [`Reason::Empty`] when there is none.
pub fn read_all(text: &str) -> Result<Vec<Phone>, Reason> {
    let parts =
        text.split(['/', '／', ',', '、', '，', ';', '；', '\n']).map(str::trim).filter(|part| !part.is_empty());
    let read: Vec<Phone> = parts.map(read).collect::<Result<_, _>>()?;
    if read.is_empty() { Err(Reason::Empty) } else { Ok(read) }
}

/// What was dialled: the digits, how they were grouped, and whether a `+` stood in front.
struct Dialled {
    digits: String,
    groups: Vec<usize>,
    abroad: bool,
}

impl Dialled {
    fn parse(number: &str) -> Result<Self, Reason> {
        let (mut digits, mut groups, mut run, mut abroad) = (String::new(), Vec::new(), 0_usize, false);
        for letter in number.chars() {
            match letter {
                '0'..='9' => {
                    digits.push(letter);
                    run += 1;
                    continue;
                }
                '+' if digits.is_empty() => abroad = true,
                ' ' | '.' | '(' | ')' | '[' | ']' | '\u{3000}' => {}
                _ if is_hyphen(letter) => {}
                _ => return Err(Reason::PhoneForm),
            }
            if run > 0 {
                groups.push(std::mem::take(&mut run));
            }
        }
        if run > 0 {
            groups.push(run);
        }
        match digits.len() {
            0 => Err(Reason::PhoneForm),
            1..=6 | 19.. => Err(Reason::PhoneLength),
            _ => Ok(Self { digits, groups, abroad }),
        }
    }

    fn readings(&self) -> Result<Vec<String>, Reason> {
        let digits = self.digits.as_str();
        let international = if self.abroad {
            Some(digits)
        } else {
            // 010 and 00 are how one dials abroad from Japan and from Vietnam.
            digits.strip_prefix("010").filter(|rest| rest.len() > 8).or_else(|| digits.strip_prefix("00"))
        };
        match international {
            Some(number) => international_reading(number).map(|reading| vec![reading]),
            None => self.national_readings(),
        }
    }

    fn national_readings(&self) -> Result<Vec<String>, Reason> {
        let digits = self.digits.as_str();
        let mut readings = Vec::new();
        if let Some(national) = digits.strip_prefix('0') {
            readings.extend(japan(national).filter(|_| !self.is_grouped_as_in_vietnam()));
            readings.extend(vietnam(national).filter(|_| !self.is_grouped_as_in_japan()));
        } else {
            // The + was lost, or a spreadsheet took the number for a number and lost its 0.
            readings.extend(digits.strip_prefix("81").and_then(japan_after_code));
            readings.extend(digits.strip_prefix("84").and_then(vietnam_after_code));
            if readings.is_empty() {
                readings.extend(japan(digits));
                readings.extend(vietnam(digits));
            }
        }
        match (readings.is_empty(), digits.len()) {
            (false, _) => Ok(readings),
            (true, 9..=12) => Err(Reason::PhonePlan),
            (true, _) => Err(Reason::PhoneLength),
        }
    }

    /// 03-5234-5678, 0466-12-3456: nobody writes a Vietnamese number so.
    fn is_grouped_as_in_japan(&self) -> bool {
        matches!(self.groups.as_slice(), [2, 4, 4] | [4, 2, 4] | [5, 1, 4])
    }

    /// 0352 345 678, 035 23 45 678: nobody writes a Japanese number so.
    fn is_grouped_as_in_vietnam(&self) -> bool {
        matches!(self.groups.as_slice(), [4, 3, 3] | [3, 4, 3] | [3, 2, 2, 3] | [2, 2, 2, 2, 2] | [4, 2, 2, 2] | [4, 6])
            && !self.digits.starts_with("0120")
            && !self.digits.starts_with("0570")
    }
}

fn international_reading(number: &str) -> Result<String, Reason> {
    if let Some(rest) = number.strip_prefix("81") {
        return japan_after_code(rest).ok_or(Reason::PhonePlan);
    }
    if let Some(rest) = number.strip_prefix("84") {
        return vietnam_after_code(rest).ok_or(Reason::PhonePlan);
    }
    let parsed = phonenumber::parse(None, format!("+{number}")).map_err(|_| Reason::PhonePlan)?;
    if !phonenumber::is_valid(&parsed) {
        return Err(Reason::PhonePlan);
    }
    Ok(parsed.format().mode(phonenumber::Mode::E164).to_string())
}

/// `+81 (0)90…`: the 0 in brackets is not dialled from abroad.
fn japan_after_code(rest: &str) -> Option<String> {
    japan(rest.strip_prefix('0').unwrap_or(rest))
}

fn vietnam_after_code(rest: &str) -> Option<String> {
    vietnam(rest.strip_prefix('0').unwrap_or(rest))
}

/// A Japanese number without its leading 0, by the numbering plan: 060/070/080/090 mobiles (060 from 2026),
/// 050 internet, 0120 and 0800 free, 0570 and 0990 services, 020 machines, and ten-digit land lines.
fn japan(national: &str) -> Option<String> {
    let bytes = national.as_bytes();
    let fits = match bytes.len() {
        10 => matches!(bytes, [b'5'..=b'9', b'0', b'1'..=b'9', ..] | [b'2', b'0', ..] | [b'8', b'0', b'0', ..]),
        9 => {
            let is_service = matches!(bytes, [b'1', b'2', b'0', ..] | [b'5', b'7', b'0', ..] | [b'9', b'9', b'0', ..]);
            let is_land_line = matches!(
                bytes,
                [b'1' | b'3' | b'6', b'1'..=b'9', ..] | [b'2' | b'4' | b'5' | b'7' | b'8' | b'9', b'2'..=b'9', ..]
            );
            is_service || is_land_line
        }
        _ => false,
    };
    fits.then(|| format!("+81{national}"))
}

/// A Vietnamese number without its leading 0: mobiles, land lines of 2017 and later, and the eleven-digit
/// mobiles of before 2018 under the prefix they were moved to.
fn vietnam(national: &str) -> Option<String> {
    let bytes = national.as_bytes();
    let fits = match bytes.len() {
        9 => matches!(
            bytes,
            [b'3', b'2'..=b'9', ..]
                | [b'5', b'2' | b'5' | b'6' | b'8' | b'9', ..]
                | [b'7', b'0' | b'6'..=b'9', ..]
                | [b'8', b'1'..=b'9', ..]
                | [b'9', ..]
        ),
        10 => bytes.starts_with(b"2"),
        _ => false,
    };
    if fits {
        return Some(format!("+84{national}"));
    }
    let (old, rest) = national.split_at_checked(3).filter(|(_, rest)| rest.len() == 7)?;
    let (_, new) = MOVED.iter().find(|(before, _)| *before == old)?;
    Some(format!("+84{new}{rest}"))
}

/// Mobile prefixes moved from eleven digits to ten in 2018 (Vietnamese ministry plan of 2016 for network codes).
const MOVED: [(&str, &str); 21] = [
    ("120", "70"),
    ("121", "79"),
    ("122", "77"),
    ("126", "76"),
    ("128", "78"),
    ("123", "83"),
    ("124", "84"),
    ("125", "85"),
    ("127", "81"),
    ("129", "82"),
    ("162", "32"),
    ("163", "33"),
    ("164", "34"),
    ("165", "35"),
    ("166", "36"),
    ("167", "37"),
    ("168", "38"),
    ("169", "39"),
    ("186", "56"),
    ("188", "58"),
    ("199", "59"),
];

/// Cuts a label that is not part of the number: `tel:`, `携帯`, `đt.`.
fn without_label(folded: &str) -> &str {
    let start = folded.find(|letter: char| letter.is_ascii_digit() || matches!(letter, '+' | '('));
    let (label, number) = folded.split_at_checked(start.unwrap_or(0)).unwrap_or(("", folded));
    let word = label.trim_matches(|letter: char| !letter.is_alphanumeric());
    if word.is_empty() || LABELS.contains(&word) { number } else { folded }
}

const LABELS: [&str; 16] = [
    "tel",
    "電話",
    "電話番号",
    "携帯",
    "携帯電話",
    "自宅",
    "会社",
    "勤務先",
    "phone",
    "mobile",
    "cell",
    "fax",
    "đt",
    "sđt",
    "dt",
    "điện thoại",
];

/// Cuts an extension: `内線12`, `(ext. 12)`, `x12`.
fn without_extension(number: &str) -> &str {
    let cut = ["内線", "内", "extension", "ext", "x", "#", "máy lẻ"].iter().filter_map(|cue| number.find(cue)).min();
    match cut.and_then(|at| number.get(..at)) {
        Some(head) => {
            head.trim_end_matches(|letter: char| letter.is_whitespace() || matches!(letter, '(' | ',' | ';' | '-'))
        }
        None => number,
    }
}
