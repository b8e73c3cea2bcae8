//! What was asked in an address: the id in its path, the parameters after `?`.

use access::{Mistake, No};
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, MatchedPath, Path, Query};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use std::error::Error;
use std::str::FromStr;
use utoipa::IntoParams;

use super::problem::{Halt, Why};
use super::sent::{NO_ID, NO_SLUG, NO_WORK_ID, mistaken};
use super::sort::Sort;
use super::spelled::{Id, Slug};

/// The id in the path. One that is no id names nothing, and the answer says what an id looks like.
pub(crate) struct Named<T>(pub(crate) T);

impl<T: FromStr, S: Send + Sync> FromRequestParts<S> for Named<T> {
    type Rejection = Halt;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Halt> {
        let text = Path::<String>::from_request_parts(parts, state).await;
        if let Some(id) = text.ok().and_then(|Path(text)| text.parse().ok()) {
            return Ok(Self(id));
        }
        let path = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str).unwrap_or_default();
        Err(no_name(path))
    }
}

/// The no to something in the path that cannot be the name of anything.
fn no_name(path: &str) -> Halt {
    let name = path.split_once('{').and_then(|(_, rest)| rest.split_once('}')).map(|(name, _)| name);
    let (name, [ja, en, vi]) = match name {
        Some("work") => ("work", NO_WORK_ID),
        Some("person") => ("person", NO_ID),
        Some("row") => ("row", NO_SLUG),
        _ => return No::Missing.into(),
    };
    Why::Wrong(Sort::Missing, Box::new(Mistake::new(name, ja, en, vi))).into()
}

/// The parameters after `?`. Unknown ones are refused by name.
pub(crate) struct Asked<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Halt;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Halt> {
        Query::try_from_uri(&parts.uri).map(|Query(asked)| Self(asked)).map_err(|why| wrong(&why).into())
    }
}

fn wrong(why: &QueryRejection) -> Mistake {
    let said = why.source().map(ToString::to_string).unwrap_or_default();
    // The reader puts the parameter before what it says: `limit: invalid digit`.
    let (path, rest) = said.split_once(": ").unwrap_or(("", &said));
    let named = !path.contains(' ');
    let mistake = if named { mistaken(path, rest) } else { mistaken("", &said) };
    if mistake.field == "body" { Mistake { field: "query".into(), ..mistake } } else { mistake }
}

/// A path that names a person.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "described here, read by Named")]
pub(crate) struct PersonPath {
    /// The person.
    #[param(value_type = Id)]
    person: String,
}

/// A path that names a row of the handling ledger.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "described here, read by Named")]
pub(crate) struct RowPath {
    /// The row of the handling ledger.
    #[param(value_type = Slug)]
    row: String,
}

/// A path that names a work record.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "described here, read by Named")]
pub(crate) struct WorkPath {
    /// The work record.
    #[param(value_type = Id)]
    work: String,
}

/// A path that names a ledger entry.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "described here, read by Named")]
pub(crate) struct EntryPath {
    /// The place of the entry in the ledger, from 0.
    #[param(minimum = 0)]
    entry: u64,
}

/// A path that names a token of one's own.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "described here, read by Named")]
pub(crate) struct TokenPath {
    /// The id of the token, as the list shows it.
    #[param(pattern = r"^[0-9a-f]{16}$")]
    token: String,
}

/// A path that names a way of signing in of one's own.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "described here, read by Named")]
pub(crate) struct WayPath {
    /// The id of the way, as the list shows it.
    #[param(value_type = Id)]
    way: String,
}

/// A path that names a session of one's own.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "described here, read by Named")]
pub(crate) struct SessionPath {
    /// The id of the session, as the list shows it.
    #[param(pattern = r"^[0-9a-f]{16}$")]
    session: String,
}

/// A path that names a round of access review.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "described here, read by Named")]
pub(crate) struct RoundPath {
    /// The round, by the entry that began it.
    #[param(minimum = 0)]
    round: u64,
}

/// A path that names a right beyond a role.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "described here, read by Named")]
pub(crate) struct WarrantPath {
    /// The right.
    #[param(value_type = Id)]
    id: String,
}

/// A path that names an account.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "described here, read by Named")]
pub(crate) struct LoginPath {
    /// The login of the account.
    #[param(pattern = r"^[a-z0-9._-]{2,40}$")]
    login: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "read only to be refused")]
    struct Two {
        limit: Option<u32>,
        refused: Option<bool>,
    }

    #[test]
    fn a_mistake_in_an_address_is_named_by_its_parameter() {
        for (query, field) in [
            ("limit=many", "limit"),
            ("limit=-1", "limit"),
            ("x=1", "query"),
            ("limit=1&limit=2", "limit"),
            ("refused=1", "refused"),
        ] {
            let uri = format!("/a?{query}").parse().unwrap();
            let Err(why) = Query::<Two>::try_from_uri(&uri) else { panic!("{query} was accepted") };
            assert_eq!(wrong(&why).field, field, "{query}");
        }
        assert!(Query::<Two>::try_from_uri(&"/a?limit=7".parse().unwrap()).is_ok());
    }
}
