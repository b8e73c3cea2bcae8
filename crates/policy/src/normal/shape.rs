//! Whether a value is what an element of its shape holds.

use super::date::{DateOrder, Dated};
use super::fold::{fold, is_kanji};
use super::{Reason, address, date, email, name, phone, postal};
use crate::Shape;

/// The text to keep for a value, or why it is no value of this shape.
///
/// What people wrote is kept as written, without white space at the ends. Only a full date becomes ISO 8601:
/// which of `05/03` is the day was decided by its column, and would be lost without it.
///
/// # Errors
/// The rule the value breaks, as a [`Reason`]; it never repeats the value.
pub fn accept(shape: Shape, value: &str, order: DateOrder) -> Result<String, Reason> {
    let value = value.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{FEFF}');
    if value.is_empty() {
        return Err(Reason::Empty);
    }
    if value.chars().any(|letter| letter.is_control() && !matches!(letter, '\t' | '\n' | '\r')) {
        return Err(Reason::Control);
    }
    if value.len() > longest(shape) {
        return Err(Reason::Long);
    }
    match shape {
        Shape::Name => lettered(value, Reason::NameLetters)?,
        Shape::Kana => reading(value)?,
        Shape::Email => email::read_all(value).map(drop)?,
        Shape::Phone => phone::read_all(value).map(drop)?,
        Shape::Postal => postal::read(value).map(drop)?,
        Shape::Date => {
            if let Dated::Day(day) = date::read(value, order)? {
                return Ok(day.to_string());
            }
        }
        Shape::Address | Shape::Number | Shape::Text => {}
    }
    Ok(value.to_owned())
}

/// Whether the value looks like one of this shape among other columns of a list. Stricter than [`accept`]
/// where anything could be meant (a name, an address); never for numbers and free text, which have no look.
#[must_use]
pub fn is_typical(shape: Shape, value: &str) -> bool {
    match shape {
        Shape::Name => name::is_likely(value),
        Shape::Kana => {
            let folded = fold(value);
            let count = folded.chars().count();
            (2..=30).contains(&count)
                && folded.chars().all(|letter| super::fold::is_kana(letter) || letter.is_whitespace() || letter == '・')
        }
        Shape::Email => email::read_all(value).is_ok(),
        Shape::Phone => phone::read_all(value).is_ok(),
        Shape::Date => {
            date::readings(value).is_ok_and(|readings| readings.iter().any(|one| matches!(one, Dated::Day(_))))
        }
        Shape::Address => address::is_likely(value),
        Shape::Postal => postal::read(value).is_ok_and(|digits| postal::is_japanese(&digits)),
        Shape::Number | Shape::Text => false,
    }
}

/// The most bytes a value of this shape may have.
#[must_use]
pub const fn longest(shape: Shape) -> usize {
    match shape {
        Shape::Name | Shape::Kana => 400,
        Shape::Email => 1_000,
        Shape::Phone | Shape::Date => 200,
        Shape::Postal => 100,
        Shape::Address => 2_000,
        Shape::Number => 400,
        Shape::Text => 100_000,
    }
}

fn lettered(value: &str, otherwise: Reason) -> Result<(), Reason> {
    if value.chars().any(char::is_alphabetic) { Ok(()) } else { Err(otherwise) }
}

fn reading(value: &str) -> Result<(), Reason> {
    if value.chars().any(|letter| is_kanji(letter) && !matches!(letter, '々' | '〆' | '〇')) {
        return Err(Reason::KanaKanji);
    }
    lettered(value, Reason::KanaLetters)
}
