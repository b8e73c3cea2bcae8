//! Data elements: the smallest things a row of the handling ledger can hold about a person.

use ledger::names::ElementId;
use serde::Serialize;

use crate::Texts;
use crate::code::coded;

coded! {
    /// How much care an element asks for.
    Class {
        /// Personal information without further rules (APPI 2(1)).
        Ordinary = "ordinary",
        /// A code that identifies somebody by itself: passport number, CCCD, fingerprint (APPI 2(2)).
        IdentificationCode = "identification-code",
        /// Special care-required personal information (APPI 2(3)): only with consent or a listed ground.
        SpecialCare = "special-care",
    }
}

coded! {
    /// How an element is written, and therefore how it is made comparable for exact search.
    Shape {
        /// A name as written, in any script.
        Name = "name",
        /// The reading of a name (フリガナ).
        Kana = "kana",
        /// An e-mail address.
        Email = "email",
        /// A telephone number, compared as E.164.
        Phone = "phone",
        /// A calendar date.
        Date = "date",
        /// A postal address.
        Address = "address",
        /// A postal code.
        Postal = "postal",
        /// A number or code, compared by its letters and digits.
        Number = "number",
        /// Anything else, compared as text.
        Text = "text",
    }
}

/// One data element, such as a telephone number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Element {
    /// Its name in rules and evidence.
    pub id: ElementId,
    /// How much care it asks for.
    pub class: Class,
    /// How it is written and compared.
    pub shape: Shape,
    /// What people call it.
    pub label: Texts,
    /// Column headings it is known by, in any language, as companies write them.
    pub headers: Vec<String>,
}
