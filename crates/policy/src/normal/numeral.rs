//! Numbers as written in dates and addresses: ASCII digits and kanji numerals.

/// The value of a run of ASCII digits or kanji numerals (`十二`, `五十`, `二〇二四`, `元`), up to 9,999.
#[must_use]
pub fn value(run: &str) -> Option<u16> {
    if run.is_empty() || run.len() > 24 {
        return None;
    }
    if run.bytes().all(|byte| byte.is_ascii_digit()) {
        return run.parse().ok().filter(|number| *number <= 9_999);
    }
    if run == "元" {
        return Some(1);
    }
    if run.chars().all(|letter| digit(letter).is_some()) {
        return positional(run);
    }
    multiplicative(run)
}

/// Whether the letter can stand in a number.
#[must_use]
pub fn is_numeral(letter: char) -> bool {
    letter.is_ascii_digit() || digit(letter).is_some() || power(letter).is_some()
}

fn positional(run: &str) -> Option<u16> {
    let mut number: u16 = 0;
    for letter in run.chars() {
        number = number.checked_mul(10)?.checked_add(digit(letter)?)?;
    }
    Some(number).filter(|number| *number <= 9_999)
}

fn multiplicative(run: &str) -> Option<u16> {
    let (mut number, mut waiting, mut ceiling) = (0_u16, None, u16::MAX);
    for letter in run.chars() {
        if let Some(of) = digit(letter) {
            if waiting.is_some() {
                return None;
            }
            waiting = Some(of);
        } else {
            let times = power(letter)?;
            if times >= ceiling {
                return None;
            }
            ceiling = times;
            number = number.checked_add(waiting.take().unwrap_or(1).checked_mul(times)?)?;
        }
    }
    number.checked_add(waiting.unwrap_or(0)).filter(|number| *number <= 9_999)
}

fn digit(letter: char) -> Option<u16> {
    Some(match letter {
        '〇' | '零' => 0,
        '一' | '壱' => 1,
        '二' | '弐' => 2,
        '三' | '参' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

fn power(letter: char) -> Option<u16> {
    match letter {
        '十' | '拾' => Some(10),
        '百' => Some(100),
        '千' => Some(1_000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_both_writings() {
        for (run, number) in [
            ("五十", Some(50)),
            ("二〇二四", Some(2024)),
            ("二千二十四", Some(2024)),
            ("千九百八十五", Some(1985)),
            ("十二", Some(12)),
            ("三十一", Some(31)),
            ("元", Some(1)),
            ("007", Some(7)),
            ("", None),
            ("十百", None),
            ("二三十", None),
            ("99999", None),
            ("九九九九九", None),
            ("九千千", None),
        ] {
            assert_eq!(value(run), number, "{run}");
        }
    }
}
