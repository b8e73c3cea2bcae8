//! Search tokens: the comparable texts whose keyed hashes make sealed values findable.

use std::fmt;

use super::date::Dated;
use super::fold::{closed, fold, is_east_asian, is_hyphen, is_kana, words};
use super::{date, email, kana, name, phone};
use crate::Shape;

/// A comparable text of one kind. Two values meet when they share a token of the same kind.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token {
    /// How the text was made; one of [`kinds`]. Part of the key under which it is hashed.
    pub kind: &'static str,
    /// The comparable text.
    pub text: String,
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({}, ..)", self.kind)
    }
}

/// A token that would find what somebody typed, in the elements of one shape.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Wanted {
    /// The shape of the elements to look in.
    pub shape: Shape,
    /// What to look for.
    pub token: Token,
}

const NAME_EXACT: &str = "name.exact";
const NAME_LOOSE: &str = "name.loose";
const NAME_BAG: &str = "name.bag";
const NAME_PART: &str = "name.part";
const KANA_EXACT: &str = "kana.exact";
const KANA_LOOSE: &str = "kana.loose";
const KANA_PART: &str = "kana.part";
const EMAIL_EXACT: &str = "email.exact";
const EMAIL_LOOSE: &str = "email.loose";
const PHONE_FULL: &str = "phone.e164";
const PHONE_LAST: &str = "phone.last-4";
const DATE_ISO: &str = "date.iso";
const NUMBER_EXACT: &str = "number.exact";

/// The kinds of token an element of this shape has, strictest first; none for what is not searched by value.
#[must_use]
pub const fn kinds(shape: Shape) -> &'static [&'static str] {
    match shape {
        Shape::Name => &[NAME_EXACT, NAME_LOOSE, NAME_BAG, NAME_PART],
        Shape::Kana => &[KANA_EXACT, KANA_LOOSE, KANA_PART],
        Shape::Email => &[EMAIL_EXACT, EMAIL_LOOSE],
        Shape::Phone => &[PHONE_FULL, PHONE_LAST],
        Shape::Date => &[DATE_ISO],
        Shape::Number => &[NUMBER_EXACT],
        Shape::Address | Shape::Postal | Shape::Text => &[],
    }
}

/// The tokens of a value. A value that is not of its shape has no tokens, or fewer; nothing is guessed.
#[must_use]
pub fn tokens(shape: Shape, value: &str) -> Vec<Token> {
    let mut found = match shape {
        Shape::Name => {
            let forms = name::forms(value);
            let parts = forms.parts.iter().map(|text| Token { kind: NAME_PART, text: text.clone() }).collect();
            [name_tokens(forms), parts].concat()
        }
        Shape::Kana => {
            let folded = fold(value);
            let mut tokens = kana_tokens(&folded);
            let loose = words(&folded).map(|word| kana::loose(&super::latin::bare(word)));
            tokens.extend(loose.map(|text| Token { kind: KANA_PART, text }));
            tokens
        }
        Shape::Email => email_tokens(value),
        Shape::Phone => phone_tokens(value),
        Shape::Date => date_tokens(value),
        Shape::Number => number_tokens(value),
        Shape::Address | Shape::Postal | Shape::Text => Vec::new(),
    };
    found.retain(|token| !token.text.is_empty());
    found
}

/// What somebody who types this into a search box can mean: an e-mail address, a telephone number or its
/// last four digits, a date, a number, or a name in kanji, kana or Latin letters.
#[must_use]
pub fn query_tokens(text: &str) -> Vec<Wanted> {
    let folded = fold(text);
    if folded.is_empty() || folded.len() > 1_000 {
        return Vec::new();
    }
    let mut meant = Vec::new();
    let mut look = |shape: Shape, tokens: Vec<Token>| {
        meant.extend(tokens.into_iter().filter(|token| !token.text.is_empty()).map(|token| Wanted { shape, token }));
    };
    if folded.contains('@') {
        look(Shape::Email, email_tokens(text));
        return meant;
    }
    if folded.chars().any(|letter| letter.is_ascii_digit()) || folded.contains('年') {
        look(Shape::Date, date_tokens(text));
        look(Shape::Number, number_tokens(text));
    }
    if is_mostly_digits(&folded) {
        look(Shape::Phone, phone_tokens(text));
        if folded.len() == 4 && folded.bytes().all(|byte| byte.is_ascii_digit()) {
            look(Shape::Phone, vec![Token { kind: PHONE_LAST, text: folded }]);
        }
        return meant;
    }
    // One word may be a family name; several are a whole name, and would find too many strangers one by one.
    let alone = words(&folded).count() == 1;
    let forms = name::forms(text);
    if alone {
        look(Shape::Name, vec![Token { kind: NAME_PART, text: forms.loose.clone() }]);
    }
    look(Shape::Name, name_tokens(forms));
    if folded.chars().any(is_kana) {
        look(Shape::Kana, kana_tokens(&folded));
        if alone {
            look(Shape::Kana, vec![Token { kind: KANA_PART, text: kana::loose(&super::latin::bare(&folded)) }]);
        }
    }
    meant
}

fn name_tokens(forms: name::Forms) -> Vec<Token> {
    let mut tokens = vec![Token { kind: NAME_EXACT, text: forms.exact }, Token { kind: NAME_LOOSE, text: forms.loose }];
    tokens.extend(forms.bag.map(|text| Token { kind: NAME_BAG, text }));
    tokens
}

fn kana_tokens(folded: &str) -> Vec<Token> {
    let closed = if is_east_asian(folded) { closed(folded) } else { words(folded).collect::<Vec<_>>().join(" ") };
    vec![
        Token { kind: KANA_EXACT, text: kana::katakana(&closed) },
        Token { kind: KANA_LOOSE, text: kana::loose(&super::latin::bare(&closed)) },
    ]
}

fn email_tokens(value: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    for address in email::read_all(value).unwrap_or_default() {
        tokens.push(Token { kind: EMAIL_EXACT, text: address.exact() });
        tokens.push(Token { kind: EMAIL_LOOSE, text: address.loose() });
    }
    tokens
}

fn phone_tokens(value: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    for number in phone::read_all(value).unwrap_or_default() {
        tokens.extend(number.readings().iter().map(|reading| Token { kind: PHONE_FULL, text: reading.clone() }));
        tokens.push(Token { kind: PHONE_LAST, text: number.last_four().to_owned() });
    }
    tokens
}

fn date_tokens(value: &str) -> Vec<Token> {
    let readings = date::readings(value).unwrap_or_default();
    readings.into_iter().map(|date| Token { kind: DATE_ISO, text: Dated::iso(date) }).collect()
}

fn number_tokens(value: &str) -> Vec<Token> {
    let plain: String = fold(value).chars().filter(|letter| !letter.is_whitespace() && !is_hyphen(*letter)).collect();
    vec![Token { kind: NUMBER_EXACT, text: plain }]
}

fn is_mostly_digits(folded: &str) -> bool {
    let digits = folded.bytes().filter(u8::is_ascii_digit).count();
    digits >= 4
        && folded
            .chars()
            .all(|letter| letter.is_ascii_digit() || is_hyphen(letter) || matches!(letter, '+' | '(' | ')' | '.' | ' '))
}
