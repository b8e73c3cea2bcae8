//! Moments as programs read and write them, in the API and in what commands print with `--json`: one form, here.

use jiff::Timestamp;
use ledger::names::Moment;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// A moment as RFC 3339 writes it, with its offset from UTC: written with `Z`, read with any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At(pub Moment);

/// A text that is no moment. It never repeats the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a moment")]
pub struct NotAMoment;

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Timestamp::from_millisecond(self.0.0).unwrap_or_default().fmt(f)
    }
}

impl FromStr for At {
    type Err = NotAMoment;

    fn from_str(text: &str) -> Result<Self, NotAMoment> {
        let at: Timestamp = text.parse().map_err(|_| NotAMoment)?;
        Ok(Self(Moment(at.as_millisecond())))
    }
}

impl Serialize for At {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for At {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        <Cow<'de, str>>::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_rfc_3339_with_an_offset() {
        let at: At = serde_json::from_str(r#""2026-11-22T19:00:00+07:00""#).unwrap();
        assert_eq!(serde_json::to_string(&at).unwrap(), r#""2026-11-22T12:00:00Z""#);
        assert_eq!(At(Moment(1_780_279_200_123)).to_string(), "2026-06-01T02:00:00.123Z");
        for wrong in [r#""2026-11-22""#, r#""2026-11-22T19:00:00""#, r#""now""#, "1", "null"] {
            assert!(serde_json::from_str::<At>(wrong).is_err(), "{wrong}");
        }
    }
}
