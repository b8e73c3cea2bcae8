//! Lists in pages: a limit, an opaque place to go on from, and a link to the next page.

use access::Mistake;
use axum::http::header::LINK;
use axum::http::{HeaderValue, Uri};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::fmt::Write as _;
use std::str::FromStr;
use utoipa::ToSchema;

use super::seen::{Seen, Unkept};
use super::spelled::Cursor;

/// How many items a page has unless asked otherwise.
const USUAL: u32 = 50;
/// How many it has at most.
const MOST: u32 = 200;

/// One page of a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct Page<T> {
    /// The items, in the order of the list.
    items: Vec<T>,
    /// Where the list goes on: the `after` of the next page. Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Cursor>, nullable = false)]
    next: Option<String>,
}

/// Which page was asked for.
pub(crate) struct Paging<K> {
    /// How many items.
    pub(crate) limit: u32,
    /// After which item.
    pub(crate) after: Option<K>,
}

impl<K: FromStr> Paging<K> {
    /// Reads the parameters `limit` and `after`.
    pub(crate) fn read(limit: Option<u32>, after: Option<&str>) -> Result<Self, Mistake> {
        let limit = limit.unwrap_or(USUAL);
        if !(1..=MOST).contains(&limit) {
            return Err(Mistake::new(
                "limit",
                format!("1から{MOST}までの数にしてください。"),
                format!("It is a number from 1 to {MOST}."),
                format!("Hãy dùng số từ 1 đến {MOST}."),
            ));
        }
        let after = match after {
            None => None,
            Some(cursor) => Some(opened(cursor).and_then(|key| key.parse().ok()).ok_or_else(no_cursor)?),
        };
        Ok(Self { limit, after })
    }

    /// How many items to read: one more than the page has, to know whether there is another.
    pub(crate) fn and_one(&self) -> u32 {
        self.limit.saturating_add(1)
    }

    /// The page of the items read, `and_one` at most.
    pub(crate) fn page<T: Serialize>(&self, mut items: Vec<T>, key: impl Fn(&T) -> String, asked: &Uri) -> Response {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(|last| sealed(&key(last)));
        let link = next.as_deref().and_then(|next| HeaderValue::from_str(&link(asked, next)).ok());
        let mut response = Unkept(Seen::new(Page { items, next })).into_response();
        if let Some(link) = link {
            response.headers_mut().insert(LINK, link);
        }
        response
    }
}

fn no_cursor() -> Mistake {
    Mistake::new(
        "after",
        "前のページの next をそのまま送ってください。",
        "Send the 'next' of the page before, unchanged.",
        "Hãy gửi nguyên giá trị 'next' của trang trước.",
    )
}

/// The next page by `Link` (RFC 8288), with everything else that was asked.
fn link(asked: &Uri, next: &str) -> String {
    let rest = asked.query().unwrap_or_default().split('&').filter(|p| !p.is_empty() && !p.starts_with("after="));
    let query: Vec<&str> = rest.collect();
    let join = if query.is_empty() { "" } else { "&" };
    format!("<{}?{}{join}after={next}>; rel=\"next\"", asked.path(), query.join("&"))
}

fn sealed(key: &str) -> String {
    key.bytes().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn opened(cursor: &str) -> Option<String> {
    let digits = cursor.as_bytes();
    if digits.len() > 256 || !digits.len().is_multiple_of(2) {
        return None;
    }
    let digit = |d: u8| char::from(d).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let bytes: Option<Vec<u8>> = digits
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Some(digit(*high)? * 16 + digit(*low)?),
            _ => None,
        })
        .collect();
    String::from_utf8(bytes?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_opened_where_it_was_sealed_and_nowhere_else() {
        assert_eq!(opened(&sealed("r-041")).as_deref(), Some("r-041"));
        for bad in ["x", "zz", "f", "ff", "+1"] {
            assert_eq!(opened(bad), None, "{bad}");
        }
        assert!(Paging::<u64>::read(None, Some("00")).is_err());
        assert!(Paging::<u64>::read(Some(0), None).is_err() && Paging::<u64>::read(Some(201), None).is_err());
        assert_eq!(Paging::<u64>::read(None, Some(&sealed("7"))).unwrap().after, Some(7));
    }

    #[test]
    fn the_next_page_keeps_what_was_asked() {
        let uri: Uri = "/api/v1/ledger/entries?kind=revealed&after=31&limit=2".parse().unwrap();
        assert_eq!(link(&uri, "32"), "</api/v1/ledger/entries?kind=revealed&limit=2&after=32>; rel=\"next\"");
        assert_eq!(link(&"/a".parse().unwrap(), "32"), "</a?after=32>; rel=\"next\"");
    }
}
