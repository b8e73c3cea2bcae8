//! Postal codes of Japan (7 digits) and Vietnam (6 digits until 2017, 5 since).

use super::Reason;
use super::fold::{fold, is_hyphen};

/// The digits of a postal code. `〒`, hyphens and spaces are understood.
///
/// # Errors
/// [`Reason::PostalForm`].
pub fn read(text: &str) -> Result<String, Reason> {
    if text.len() > 100 {
        return Err(Reason::PostalForm);
    }
    let folded = fold(text);
    let code = folded.trim_start_matches(['〒', ' ']);
    let mut digits = String::new();
    for (at, letter) in code.chars().enumerate() {
        match letter {
            '0'..='9' => digits.push(letter),
            ' ' => {}
            _ if is_hyphen(letter) && at > 0 => {}
            _ => return Err(Reason::PostalForm),
        }
    }
    if (5..=7).contains(&digits.len()) { Ok(digits) } else { Err(Reason::PostalForm) }
}

/// Whether the digits can be a Japanese postal code.
#[must_use]
pub fn is_japanese(digits: &str) -> bool {
    digits.len() == 7
}
