//! How the API writes ids, times and the words of closed lists; and the texts it takes, with what no text may hold.

pub(crate) use access::At;
use access::names::Moment;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, de};
use std::borrow::Cow;
use utoipa::openapi::schema::{AnyOfBuilder, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{KnownFormat, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Declares how something is written: a name in the description, its schema, nothing else.
macro_rules! spelled {
    ($(#[doc = $doc:literal] $name:ident => $schema:expr;)+) => {$(
        #[doc = $doc]
        pub(crate) enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                $schema.description(Some($doc.trim())).build().into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                stringify!($name).into()
            }
        }
    )+};
}

spelled! {
    /// The id of a person, an account or a work record.
    Id => text(r"^[0-9a-f]{32}$").examples(["0198f0c2a4b87d3e9c5a1f2b3c4d5e6f"]);
    /// A name of the policy or of the handling ledger: a clause, a purpose, an element, a row.
    Slug => text(r"^[a-z0-9]+([.-][a-z0-9]+)*$").min_length(Some(1)).max_length(Some(64)).examples(["hr.recruit"]);
    /// Where people came from, as one word: letters and digits of English, and `.` `_` `:` `/` `-`.
    Source => text(r"^[A-Za-z0-9._:/-]+$").min_length(Some(1)).max_length(Some(ORIGIN)).examples(["career-site/form-2"]);
    /// Something that happened, as the policy names it.
    Milestone => text(r"^[^\u0000-\u001f\u007f-\u009f]+$").min_length(Some(1)).max_length(Some(64)).examples(["offer-accepted"]);
    /// A SHA-256 digest.
    Digest => text(r"^[0-9a-f]{64}$");
    /// The opaque place after which a list goes on.
    Cursor => text(r"^([0-9a-f]{2})+$").max_length(Some(256));
    /// A moment: RFC 3339, with an offset from UTC.
    Time => ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)));
    /// A day where the company is.
    Day => ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)));
    /// A language people read.
    LanguageCode => listed(policy::Language::ALL.iter().map(|l| l.code()));
    /// What an account may do.
    RoleCode => listed(policy::Role::ALL.iter().map(|r| r.code()));
    /// A way of signing in, as `[sign-in]` of the policy names it.
    WayCode => listed(policy::Way::ALL.iter().map(|w| w.code()));
    /// An act of the office, as `rights.toml` names it.
    OfficeActCode => listed(policy::OfficeAct::ALL.iter().map(|a| a.code()));
    /// An act, as `rights.toml` names it.
    ActCode => listed(policy::Act::all().map(policy::Act::code));
    /// A week as ISO 8601 counts them.
    WeekCode => text(r"^[0-9]{4}-W[0-9]{2}$").examples(["2026-W47"]);
    /// A check that is made of logs, as `logs.toml` names it.
    LogCheckCode => listed(policy::logs::LogCheck::ALL.iter().map(|c| c.code()));
    /// A kind of part of the organisation.
    PartKindCode => listed(access::organisation::PartKind::ALL.iter().map(|k| k.code()));
    /// The id of a part of the organisation: an employee number, the code of a department.
    PartCode => text(r"^[A-Za-z0-9][A-Za-z0-9._-]*$").min_length(Some(1)).max_length(Some(64));
    /// How much care an element asks for.
    ClassCode => listed(policy::Class::ALL.iter().map(|c| c.code()));
    /// How an element is written and compared.
    ShapeCode => listed(policy::Shape::ALL.iter().map(|s| s.code()));
    /// How a row of the handling ledger stands.
    RowStateCode => listed(policy::RowState::ALL.iter().map(|s| s.code()));
    /// How a person's information stands.
    PersonState => listed([vault::State::Active.word(), vault::State::Suspended.word(), vault::State::Waiting.word()]);
    /// What kind of act an entry records.
    EntryKindCode => listed(duties::history::EntryKind::ALL.iter().map(|k| k.word()));
    /// How a promise stands, worst first.
    StandingCode => listed(duties::watch::Standing::ALL.iter().map(|s| s.code()));
    /// How sure it is that a cell of the handling ledger is right.
    CellStandingCode => listed(["confirmed", "inferred", "unconfirmed"]);
}

fn text(pattern: &str) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).pattern(Some(pattern))
}

fn listed<'a>(codes: impl IntoIterator<Item = &'a str>) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(codes))
}

/// A moment or a whole day.
pub(crate) enum TimeOrDay {
    Time(Moment),
    Day(Date),
}

impl PartialSchema for TimeOrDay {
    fn schema() -> RefOr<Schema> {
        let either = AnyOfBuilder::new().item(Time::schema()).item(Day::schema());
        let either = either.description(Some("A moment, or a day where the company is.")).build();
        RefOr::T(Schema::AnyOf(either))
    }
}

impl ToSchema for TimeOrDay {}

impl TimeOrDay {
    /// When it begins.
    pub(crate) fn start(&self, desk: &access::Desk) -> Moment {
        match self {
            Self::Time(moment) => *moment,
            Self::Day(day) => desk.start_of(*day),
        }
    }

    /// When it is over; a day lasts to its midnight.
    pub(crate) fn end(&self, desk: &access::Desk) -> Moment {
        match self {
            Self::Time(moment) => *moment,
            Self::Day(day) => desk.start_of(day.tomorrow().unwrap_or(*day)),
        }
    }
}

impl std::str::FromStr for TimeOrDay {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if text.len() == 10 {
            return text.parse().map(Self::Day).map_err(|_| ());
        }
        text.parse().map(|At(at)| Self::Time(at)).map_err(|_| ())
    }
}

impl<'de> Deserialize<'de> for TimeOrDay {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        <Cow<'de, str>>::deserialize(from)?.parse().map_err(|()| de::Error::custom(BAD_TIME))
    }
}

/// A line of text: 1 to `MOST` characters, none of them a control character.
pub(crate) struct Line<const MOST: usize>(pub(crate) String);

/// A text of some lines: up to `MOST` characters, no control characters but tabs and line breaks.
pub(crate) struct Prose<const MOST: usize>(pub(crate) String);

/// One word of where people came from: see [`Source`]. It outlives them, so it has no room for a sentence about them.
pub(crate) struct Origin(pub(crate) String);

/// Characters of an [`Origin`] at most.
const ORIGIN: usize = 100;

/// What a reader of JSON says when a text holds what no text may hold. [`super::sent`] has the words for people.
pub(crate) const CONTROL: &str = "a control character";
/// …when it is too long.
pub(crate) const LONG: &str = "too long";
/// …when it is empty.
pub(crate) const EMPTY: &str = "empty";
/// …when it is no [`Origin`].
pub(crate) const BAD_ORIGIN: &str = "not one word of where";
/// …when it is no moment, as [`access::NotAMoment`] says it.
pub(crate) const BAD_TIME: &str = "not a moment";

impl<'de, const MOST: usize> Deserialize<'de> for Line<MOST> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let wrong = if text.is_empty() {
            Some(EMPTY)
        } else if text.chars().any(char::is_control) {
            Some(CONTROL)
        } else {
            (text.chars().count() > MOST).then_some(LONG)
        };
        wrong.map_or(Ok(Self(text)), |wrong| Err(de::Error::custom(wrong)))
    }
}

impl<'de> Deserialize<'de> for Origin {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b"._:/-".contains(&byte);
        if (1..=ORIGIN).contains(&text.len()) && text.bytes().all(known) {
            return Ok(Self(text));
        }
        Err(de::Error::custom(BAD_ORIGIN))
    }
}

impl<'de, const MOST: usize> Deserialize<'de> for Prose<MOST> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let control = |letter: char| letter.is_control() && !matches!(letter, '\t' | '\n' | '\r');
        let wrong =
            if text.chars().any(control) { Some(CONTROL) } else { (text.chars().count() > MOST).then_some(LONG) };
        wrong.map_or(Ok(Self(text)), |wrong| Err(de::Error::custom(wrong)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_hold_no_control_characters() {
        let line = |json: &str| serde_json::from_str::<Line<5>>(json).map(|l| l.0).map_err(|e| e.to_string());
        assert_eq!(line(r#""選考 1""#).unwrap(), "選考 1");
        assert!(line(r#""a\u0000b""#).unwrap_err().starts_with(CONTROL));
        assert!(line(r#""a\nb""#).unwrap_err().starts_with(CONTROL));
        assert!(line(r#""123456""#).unwrap_err().starts_with(LONG));
        assert!(line(r#""""#).unwrap_err().starts_with(EMPTY));
        assert_eq!(serde_json::from_str::<Prose<5>>(r#""a\nb""#).unwrap().0, "a\nb");
        assert!(serde_json::from_str::<Prose<5>>(r#""a\u0000""#).is_err());
    }

    #[test]
    fn where_people_came_from_is_one_word() {
        let read =
            |text: &str| serde_json::from_value::<Origin>(text.into()).map(|word| word.0).map_err(|e| e.to_string());
        let longest = "a".repeat(ORIGIN);
        for word in ["form-2", "https://careers.example.jp/form_2", "sha256:0a1B", &longest] {
            assert_eq!(read(word).unwrap(), word);
        }
        for other in ["", "career site", "山田花子", "a@example.jp", "a\n", &format!("{longest}a")] {
            assert_eq!(read(other).unwrap_err(), BAD_ORIGIN, "{other}");
        }
    }

    #[test]
    fn moments_are_rfc_3339() {
        assert!(matches!("2026-11-22".parse(), Ok(TimeOrDay::Day(_))));
        assert!(matches!("2026-11-22T00:00:00Z".parse(), Ok(TimeOrDay::Time(_))));
        assert!("2026-13-22".parse::<TimeOrDay>().is_err());
    }
}
