//! What was sent in a body: read once, at the edge, and what was wrong with it named by its place.

use access::Mistake;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

use super::problem::{Halt, Why};
use super::sort::Sort;
use super::spelled::{BAD_TIME, CONTROL, EMPTY, LONG};

/// A JSON body, read. Unknown and missing fields, wrong types and texts that no text may hold are named by their place.
pub(crate) struct Sent<T>(pub(crate) T);

/// The body of an act that needs no words: nothing, or an empty object.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Sent<T> {
    type Rejection = Halt;

    async fn from_request(request: Request, _: &S) -> Result<Self, Halt> {
        let (parts, body) = request.into_parts();
        if !is_json(&parts.headers) {
            return Err(Sort::Media.into());
        }
        read(&whole(body).await?).map(Self)
    }
}

impl<S: Send + Sync> FromRequest<S> for Nothing {
    type Rejection = Halt;

    async fn from_request(request: Request, _: &S) -> Result<Self, Halt> {
        let (parts, body) = request.into_parts();
        let bytes = whole(body).await?;
        if bytes.is_empty() {
            return Ok(Self {});
        }
        if !is_json(&parts.headers) {
            return Err(Sort::Media.into());
        }
        read(&bytes)
    }
}

/// The body, whose length the way in has already bounded.
pub(crate) async fn whole(body: Body) -> Result<Bytes, Halt> {
    to_bytes(body, usize::MAX).await.map_err(|_| Sort::TooLarge.into())
}

/// Whether the body says it is JSON in UTF-8 (RFC 8259, section 8.1).
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    let (essence, charset) = media(headers);
    let json = essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"));
    json && matches!(charset.as_deref(), None | Some("utf-8"))
}

/// The media type of the body, in small letters, and its charset.
pub(crate) fn media(headers: &HeaderMap) -> (String, Option<String>) {
    let text = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    let mut parts = text.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_owned();
    let charset = parts.find_map(|part| part.strip_prefix("charset=")).map(|c| c.trim_matches('"').to_owned());
    (essence, charset)
}

/// Reads JSON.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Halt> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let read = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        wrong(&path, error.inner())
    })?;
    json.end().map_err(|error| wrong("", &error))?;
    Ok(read)
}

fn wrong(path: &str, error: &serde_json::Error) -> Halt {
    let said = error.to_string();
    let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(said, _)| said);
    if !error.is_data() {
        let (line, column) = (error.line(), error.column());
        let mistake = Mistake::new(
            "body",
            format!("{line}行{column}文字目でJSONとして読めなくなります。"),
            format!("It stops being JSON at line {line}, column {column}."),
            format!("Không còn là JSON từ dòng {line}, cột {column}."),
        );
        return Why::Wrong(Sort::Unreadable, Box::new(mistake)).into();
    }
    mistaken(path, said).into()
}

/// What serde says of a field, as a mistake. Its words quote what was sent; ours do not.
pub(crate) fn mistaken(path: &str, said: &str) -> Mistake {
    let quoted = |after: &str| said.strip_prefix(after).and_then(|rest| rest.split('`').next());
    let path = if path == "." || path == "?" { "" } else { path };
    if let Some(name) = quoted("unknown field `") {
        return Mistake::new(
            place(path, name),
            "知らない項目です。綴りを確かめるか、取り除いてください。",
            "This field is not known here. Check its spelling or leave it out.",
            "Không biết trường này. Hãy kiểm tra chính tả hoặc bỏ đi.",
        );
    }
    if let Some(name) = quoted("missing field `") {
        return Mistake::new(
            place(path, name),
            "この項目は必須です。",
            "This field is required.",
            "Trường này là bắt buộc.",
        );
    }
    if let Some(name) = quoted("duplicate field `") {
        return Mistake::new(
            place(path, name),
            "同じ項目が二つあります。一つにしてください。",
            "This field stands twice. Send it once.",
            "Trường này xuất hiện hai lần. Chỉ gửi một lần.",
        );
    }
    let field = if path.is_empty() { "body" } else { path };
    let [ja, en, vi] = match said {
        CONTROL => {
            ["制御文字は使えません。", "It may not hold control characters.", "Không được chứa ký tự điều khiển."]
        }
        LONG => ["長すぎます。", "It is too long.", "Quá dài."],
        EMPTY => ["空にはできません。", "It may not be empty.", "Không được để trống."],
        BAD_TIME => [
            "日時は 2026-11-22T09:00:00+07:00 の形で書いてください。",
            "Write a moment as 2026-11-22T09:00:00+07:00.",
            "Hãy ghi thời điểm theo dạng 2026-11-22T09:00:00+07:00.",
        ],
        _ => [
            "値の形が合いません。APIの説明を確かめてください。",
            "The value does not have the form this field takes. See the API description.",
            "Giá trị không đúng dạng của trường này. Hãy xem mô tả API.",
        ],
    };
    Mistake::new(field, ja, en, vi)
}

fn place(path: &str, name: &str) -> String {
    let ends = path == name || path.strip_suffix(name).is_some_and(|before| before.ends_with('.'));
    match (path, ends) {
        ("", _) => name.to_owned(),
        (_, true) => path.to_owned(),
        _ => format!("{path}.{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use access::No;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "read only to be refused")]
    struct Outer {
        name: String,
        inner: Vec<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "read only to be refused")]
    struct Inner {
        many: u32,
    }

    /// The status and the field of what is wrong.
    fn refused(json: &[u8]) -> (u16, String) {
        let Err(halt) = read::<Outer>(json) else { panic!("accepted") };
        match halt.into_why() {
            Why::No(No::Mistake(mistake)) => (422, mistake.field.clone()),
            Why::Wrong(sort, mistake) => (sort.status().as_u16(), mistake.field.clone()),
            _ => panic!("another answer"),
        }
    }

    #[test]
    fn a_mistake_in_json_is_named_by_its_place() {
        let cases: [(&[u8], u16, &str); 14] = [
            (br#"{"name":"a","inner":[],"extra":1}"#, 422, "extra"),
            (br#"{"name":"a","inner":[{"many":1,"more":2}]}"#, 422, "inner[0].more"),
            (br#"{"name":"a"}"#, 422, "inner"),
            (br#"{"name":"a","inner":[{}]}"#, 422, "inner[0].many"),
            (br#"{"name":null,"inner":[]}"#, 422, "name"),
            (br#"{"name":"a","inner":[{"many":-1}]}"#, 422, "inner[0].many"),
            (br#"{"name":"a","inner":[{"many":1e400}]}"#, 400, "body"),
            (br#"{"name":"a","inner":[{"many":99999999999999999999999}]}"#, 422, "inner[0].many"),
            (br#"{"name":"a","name":"b","inner":[]}"#, 422, "name"),
            (br#"[]"#, 422, "body"),
            (br#"null"#, 422, "body"),
            (br#"{"name":"a","inner":[]} {}"#, 400, "body"),
            (b"{\"name\":\"\xff\",\"inner\":[]}", 400, "body"),
            (b"", 400, "body"),
        ];
        for (json, status, field) in cases {
            assert_eq!(refused(json), (status, field.to_owned()), "{}", String::from_utf8_lossy(json));
        }
        let deep = [vec![b'['; 100_000], vec![b']'; 100_000]].concat();
        assert_eq!(refused(&[br#"{"name":"a","inner":"#.as_slice(), &deep, b"}"].concat()).0, 422);
    }

    #[test]
    fn the_words_do_not_quote_what_was_sent() {
        let Err(halt) = read::<Outer>(r#"{"name":{"花子":1},"inner":[]}"#.as_bytes()) else { panic!("accepted") };
        let Why::No(No::Mistake(mistake)) = halt.into_why() else { panic!("another answer") };
        assert!(mistake.texts.iter().all(|(_, text)| !text.contains("花子")));
    }

    #[test]
    fn only_json_in_utf_8_is_json() {
        let json = |value: &'static str| is_json(&HeaderMap::from_iter([(CONTENT_TYPE, value.parse().unwrap())]));
        assert!(
            json("application/json") && json("Application/JSON; charset=UTF-8") && json("application/merge-patch+json")
        );
        assert!(!json("text/plain") && !json("application/json; charset=shift_jis") && !is_json(&HeaderMap::new()));
    }
}
