//! What the values of a column are, without looking at its heading.

use std::collections::HashSet;

use policy::normal::{self, DateOrder, Identifier, date, fold};
use policy::{Class, Shape};

use super::saying::{is_ditto, is_mark, is_null_word, split_reading};
use crate::file::{Cell, Row};

/// The most distinct values looked at; 30 already decide anything with a check digit.
const VALUES_MAX: usize = 200;

/// The shapes whose values can be told from others.
const TELLING: [Shape; 7] =
    [Shape::Email, Shape::Phone, Shape::Date, Shape::Kana, Shape::Postal, Shape::Name, Shape::Address];

/// What was seen in a column's sample.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    /// How many distinct values were looked at.
    pub(crate) values: usize,
    shares: [f64; TELLING.len()],
    lettered: f64,
    digits: f64,
    serials: f64,
    /// The share of values that only mark a column (○).
    pub(crate) marks: f64,
    /// The share of values that are a name with its reading in brackets.
    pub(crate) readings: f64,
    /// The identifier its values are, when they are one beyond doubt.
    pub(crate) identifier: Option<Identifier>,
    /// The order of day and month its dates are written in, as far as they tell.
    pub(crate) dates: date::Evidence,
}

/// What values say about a shape they are supposed to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Agreement {
    /// There are no values.
    Silent,
    /// They have it.
    Agrees,
    /// They may or may not.
    Unsure,
    /// They have another.
    Contradicts,
}

impl Profile {
    /// Looks at a column of the sample; `heading` lends weight to an identifier it names.
    pub(crate) fn of(sample: &[Row], column: usize, heading: &str) -> Self {
        let mut seen: HashSet<String> = HashSet::new();
        let mut values: Vec<(String, bool)> = Vec::new();
        for cell in sample.iter().map(|row| row.cell(column)).filter(|cell| !cell.is_blank()) {
            let text = cell.text().trim().to_owned();
            if values.len() < VALUES_MAX && !is_null_word(&text) && !is_ditto(&text) && seen.insert(text.clone()) {
                let is_serial = matches!(cell, Cell::Number { value, .. } if (3_000.0..60_000.0).contains(value));
                values.push((text, is_serial));
            }
        }
        let share = |test: &dyn Fn(&str) -> bool| {
            let passed = values.iter().filter(|(text, _)| test(text)).count();
            ratio(passed, values.len())
        };
        let mut dates = date::Evidence::default();
        values.iter().for_each(|(text, _)| dates.add(text));
        Self {
            values: values.len(),
            shares: TELLING.map(|shape| share(&|text| normal::is_typical(shape, text))),
            lettered: share(&|text| {
                text.chars().any(char::is_alphabetic)
                    && !text.chars().any(|letter| letter.is_ascii_digit() || letter == '@')
            }),
            digits: share(&|text| fold::fold(text).chars().any(|letter| letter.is_ascii_digit())),
            serials: ratio(values.iter().filter(|(_, is_serial)| *is_serial).count(), values.len()),
            marks: share(&is_mark),
            readings: share(&|text| split_reading(text).is_some()),
            identifier: identifier(&values, heading),
            dates,
        }
    }

    /// The share of values that have this shape.
    pub(crate) fn share(&self, shape: Shape) -> f64 {
        let found = TELLING.iter().zip(self.shares).find(|(telling, _)| **telling == shape);
        found.map_or(0.0, |(_, share)| share)
    }

    /// The shape nearly all values have, when they have one that cannot be mistaken.
    pub(crate) fn plain_shape(&self) -> Option<Shape> {
        let sure = [Shape::Email, Shape::Kana, Shape::Phone, Shape::Date, Shape::Name, Shape::Address];
        sure.into_iter().find(|shape| {
            let enough = match shape {
                Shape::Name | Shape::Address => 0.5,
                _ => 0.8,
            };
            self.values >= 2 && self.share(*shape) >= enough && self.identifier.is_none()
        })
    }

    /// What the values say about an element of this shape.
    pub(crate) fn agreement(&self, shape: Shape) -> Agreement {
        if self.values == 0 {
            return Agreement::Silent;
        }
        let other = |limit: f64, except: &[Shape]| {
            [Shape::Email, Shape::Phone, Shape::Date, Shape::Kana]
                .into_iter()
                .any(|other| other != shape && !except.contains(&other) && self.share(other) >= limit)
        };
        let agrees = match shape {
            Shape::Email | Shape::Phone | Shape::Postal => self.share(shape) >= 0.5,
            Shape::Date => self.share(shape).max(self.serials) >= 0.5,
            Shape::Kana => self.share(shape) >= 0.5 || (self.lettered >= 0.9 && self.share(Shape::Name) < 0.3),
            Shape::Name => self.lettered >= 0.8 && !other(0.5, &[Shape::Kana]),
            Shape::Address => self.share(shape) >= 0.3 || (!other(0.3, &[]) && self.digits + self.lettered >= 0.5),
            Shape::Number => self.digits >= 0.5 && !other(0.8, &[Shape::Phone, Shape::Date]),
            Shape::Text => !other(0.8, &[Shape::Kana, Shape::Date]),
        };
        match agrees {
            true => Agreement::Agrees,
            false if other(0.8, &[]) => Agreement::Contradicts,
            false => Agreement::Unsure,
        }
    }

    /// Whether the values are codes that identify people and need the care of such.
    pub(crate) fn is_code(&self) -> bool {
        self.identifier.is_some_and(|identifier| identifier.class() == Class::IdentificationCode)
    }

    /// The order of day and month, `otherwise` where the values leave it open.
    pub(crate) fn order(&self, otherwise: DateOrder) -> DateOrder {
        self.dates.order(otherwise)
    }
}

/// The identifier that explains the values: by the odds of its check digit over many values, and by its heading.
fn identifier(values: &[(String, bool)], heading: &str) -> Option<Identifier> {
    let key = fold::key(heading);
    let recognised: Vec<Vec<Identifier>> = values.iter().map(|(text, _)| normal::identifier::recognise(text)).collect();
    let weighed = Identifier::ALL.iter().copied().filter_map(|identifier| {
        let passed = recognised.iter().filter(|found| found.contains(&identifier)).count();
        let is_named = identifier.cues().iter().any(|cue| key.contains(cue));
        let named = if is_named { 5.0 } else { 0.0 };
        let odds = named + log_odds(passed, values.len(), identifier.random_pass());
        let by_heading = is_named && passed * 5 >= values.len() * 4;
        let is_found = passed > 0 && if identifier.speaks_for_itself() { odds >= 7.0 } else { by_heading };
        is_found.then_some((odds, identifier))
    });
    weighed.max_by(|(one, _), (other, _)| one.total_cmp(other)).map(|(_, identifier)| identifier)
}

/// How much likelier the values are as this identifier than as random numbers. Columns mix types, so several
/// shares of true ones are tried.
fn log_odds(passed: usize, all: usize, random: f64) -> f64 {
    let (passed, failed) = (ratio(passed, 1), ratio(all.saturating_sub(passed), 1));
    let tried = [0.5, 0.7, 0.9, 0.97];
    let odds = tried.map(|share: f64| passed * (share / random).ln() + failed * ((1.0 - share) / (1.0 - random)).ln());
    odds.into_iter().fold(f64::NEG_INFINITY, f64::max)
}

fn ratio(part: usize, whole: usize) -> f64 {
    let small = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    if whole == 0 { 0.0 } else { small(part) / small(whole) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(heading: &str, values: &[&str]) -> Profile {
        let rows: Vec<Row> = values
            .iter()
            .map(|value| Row {
                line: 1,
                cells: vec![Cell::Text((*value).to_owned())],
                hidden: false,
                merged: Vec::new(),
            })
            .collect();
        Profile::of(&rows, 0, heading)
    }

    /// Personal numbers with a right check digit; made from a sequence, nobody's.
    fn my_numbers(count: u64) -> Vec<String> {
        (0..count)
            .map(|at| format!("{:011}", 12_345_678_901_u64.wrapping_add(at * 7_919)))
            .filter_map(|body| {
                (0..10).map(|check| format!("{body}{check}")).find(|number| Identifier::MyNumber.fits(number))
            })
            .collect()
    }

    #[test]
    fn values_tell_their_shape() {
        assert_eq!(profile("", &["a@example.jp", "b@example.jp"]).plain_shape(), Some(Shape::Email));
        assert_eq!(profile("", &["ﾔﾏﾀﾞ ﾀﾛｳ", "スズキ ハナコ", "-"]).plain_shape(), Some(Shape::Kana));
        assert_eq!(profile("", &["山田 太郎", "鈴木 花子", "髙橋 一"]).plain_shape(), Some(Shape::Name));
        assert_eq!(profile("", &["営業部", "総務部", "人事課"]).plain_shape(), None);
        assert_eq!(profile("", &["東京都港区芝1-2-3", "大阪府大阪市北区梅田1"]).plain_shape(), Some(Shape::Address));
        assert_eq!(profile("", &["", "なし", "N/A"]).values, 0);
    }

    #[test]
    fn personal_numbers_are_found_under_any_heading() {
        let numbers = my_numbers(8);
        let values: Vec<&str> = numbers.iter().map(String::as_str).collect();
        let found = profile("備考", &values);
        assert_eq!(found.identifier, Some(Identifier::MyNumber));
        assert!(found.is_code());
        let orders: Vec<String> = (0..40_u64).map(|at| (100_000_000_000 + at * 7_919).to_string()).collect();
        let orders: Vec<&str> = orders.iter().map(String::as_str).collect();
        assert_eq!(profile("注文番号", &orders).identifier, None);
        assert_eq!(profile("マイナンバー", &values[..3]).identifier, Some(Identifier::MyNumber));
    }

    #[test]
    fn an_account_is_only_known_by_its_heading() {
        assert_eq!(profile("口座番号", &["1234567", "7654321"]).identifier, Some(Identifier::BankAccount));
        assert_eq!(profile("社員番号", &["1234567", "7654321"]).identifier, None);
    }

    #[test]
    fn values_agree_with_a_shape_or_not() {
        let phones = profile("", &["090-1234-5678", "03-5234-5678", "不明"]);
        assert_eq!(phones.agreement(Shape::Phone), Agreement::Agrees);
        assert_eq!(phones.agreement(Shape::Email), Agreement::Contradicts);
        assert_eq!(phones.agreement(Shape::Name), Agreement::Contradicts);
        assert_eq!(profile("", &[]).agreement(Shape::Name), Agreement::Silent);
        assert_eq!(profile("", &["Zoë Ångström", "Ada"]).agreement(Shape::Name), Agreement::Agrees);
    }
}
