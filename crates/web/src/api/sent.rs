//! What was sent in a body: read once, at the edge, and what was wrong with it named by its place.

use access::Mistake;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use std::sync::LazyLock;
use utoipa::ToSchema;

use super::problem::{Halt, Why};
use super::sort::Sort;
use super::spelled::{BAD_ORIGIN, BAD_TIME, CONTROL, EMPTY, LONG};
use crate::arrival::{Broken, broken};

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
    bounded(body, usize::MAX).await
}

/// The body, if it is no longer than this.
pub(crate) async fn bounded(body: Body, most: usize) -> Result<Bytes, Halt> {
    to_bytes(body, most).await.map_err(|error| cut(&error, most))
}

/// Why a body did not arrive whole.
fn cut(error: &axum::Error, most: usize) -> Halt {
    match broken(error) {
        Broken::TooLong => too_large(most),
        Broken::TooSlow => Sort::Slow.into(),
        Broken::Off => Why::Wrong(Sort::Unreadable, Box::new(broken_off())).into(),
    }
}

/// The no to a body longer than this.
pub(crate) fn too_large(most: usize) -> Halt {
    let kib = most / 1024;
    let mistake = Mistake::new(
        "body",
        format!("本文は{kib} KiBまでです。分けて送ってください。"),
        format!("A body has at most {kib} KiB here. Send it in parts."),
        format!("Nội dung tối đa {kib} KiB. Hãy gửi thành nhiều phần."),
    );
    Why::Wrong(Sort::TooLarge, Box::new(mistake)).into()
}

fn broken_off() -> Mistake {
    Mistake::new(
        "body",
        "本文が途中で途切れました。もう一度送ってください。",
        "The body broke off. Send it again.",
        "Nội dung bị ngắt giữa chừng. Hãy gửi lại.",
    )
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

/// What serde says of a field, as a mistake. Its words quote what was sent; ours do not: a place is told by the names of the
/// description, and whatever else stands where a name belongs is told as `*`.
pub(crate) fn mistaken(path: &str, said: &str) -> Mistake {
    let quoted = |after: &str| said.strip_prefix(after).and_then(|rest| rest.split('`').next());
    let path = if path == "." || path == "?" { "" } else { path };
    if let Some(name) = quoted("unknown field `") {
        let around = path.strip_suffix(name).map_or(path, |around| around.trim_end_matches('.'));
        let around = if around.is_empty() { "body".to_owned() } else { told_place(around) };
        let known: Vec<&str> = said.split('`').skip(3).step_by(2).collect();
        let known = known.join(", ");
        return Mistake::new(
            around,
            format!("知らない項目があります。使えるのは次の項目です: {known}"),
            format!("There is a field in it that is not known here. Known are: {known}"),
            format!("Có trường không được biết. Các trường dùng được: {known}"),
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
    let field = if path.is_empty() { "body".to_owned() } else { told_place(path) };
    let [ja, en, vi] = rule(said);
    Mistake::new(field, ja, en, vi)
}

/// The rule that was broken, by what the reader says.
fn rule(said: &str) -> [&'static str; 3] {
    match said {
        CONTROL => {
            ["制御文字は使えません。", "It may not hold control characters.", "Không được chứa ký tự điều khiển."]
        }
        LONG => ["長すぎます。", "It is too long.", "Quá dài."],
        EMPTY => ["空にはできません。", "It may not be empty.", "Không được để trống."],
        BAD_ORIGIN => [
            "どこから得たかを一語で書いてください。使えるのは英数字と . _ : / - で、100文字までです（例 career-site/form-2）。個人情報は書けません。",
            "Say in one word where they came from: English letters, digits and . _ : / - only, at most 100, such as career-site/form-2. No personal data.",
            "Hãy ghi nguồn bằng một từ: chỉ chữ cái không dấu, chữ số và . _ : / -, tối đa 100 ký tự, ví dụ career-site/form-2. Không ghi dữ liệu cá nhân.",
        ],
        BAD_TIME => [
            "日時は 2026-11-22T09:00:00+07:00 の形で書いてください。",
            "Write a moment as 2026-11-22T09:00:00+07:00.",
            "Hãy ghi thời điểm theo dạng 2026-11-22T09:00:00+07:00.",
        ],
        _ if said.starts_with("not a WorkId") => NO_WORK_ID,
        _ if said.starts_with("not a PersonId") || said.starts_with("not a ActorId") => NO_ID,
        _ if said.starts_with("not a ") => NO_SLUG,
        _ => [
            "値の形が合いません。APIの説明を確かめてください。",
            "The value does not have the form this field takes. See the API description.",
            "Giá trị không đúng dạng của trường này. Hãy xem mô tả API.",
        ],
    }
}

/// The rule of the id of a work record.
pub(crate) const NO_WORK_ID: [&str; 3] = [
    "作業記録のIDは16進数の小文字32桁です（GET /api/v1/work の work）。会社の作業番号（code）ではありません。",
    "The id of a work record has 32 hexadecimal digits in small letters: `work` in GET /api/v1/work. It is not the number the company gives it (`code`).",
    "Mã định danh hồ sơ công việc gồm 32 chữ số thập lục phân viết thường (`work` trong GET /api/v1/work), không phải số do công ty đặt (`code`).",
];
/// The rule of an id.
pub(crate) const NO_ID: [&str; 3] = [
    "IDは16進数の小文字32桁です。",
    "An id has 32 hexadecimal digits in small letters.",
    "Mã định danh gồm 32 chữ số thập lục phân viết thường.",
];
/// The rule of a name of the policy or the handling ledger.
pub(crate) const NO_SLUG: [&str; 3] = [
    "名前は英小文字・数字を「.」か「-」でつないだ64文字までです（例 hr.recruit）。",
    "A name is small letters and digits, joined by '.' or '-', of at most 64 characters, such as hr.recruit.",
    "Tên gồm chữ thường và chữ số nối bằng '.' hoặc '-', tối đa 64 ký tự, ví dụ hr.recruit.",
];

fn place(path: &str, name: &str) -> String {
    let ends = path == name || path.strip_suffix(name).is_some_and(|before| before.ends_with('.'));
    match (path, ends) {
        ("", _) => name.to_owned(),
        (_, true) => told_place(path),
        _ => format!("{}.{name}", told_place(path)),
    }
}

/// A place, by names that the description knows. Keys that callers choose may be anything, also somebody's name.
fn told_place(path: &str) -> String {
    let told = path.split('.').map(|part| {
        let (name, index) = part.split_once('[').map_or((part, ""), |(name, index)| (name, index));
        let index = index.strip_suffix(']').filter(|n| n.bytes().all(|b| b.is_ascii_digit() || b == b'[' || b == b']'));
        let name = if is_declared(name) { name } else { "*" };
        index.map_or_else(|| name.to_owned(), |index| format!("{name}[{index}]"))
    });
    let mut parts: Vec<String> = told.collect();
    // A key with a full stop in it is one key.
    parts.dedup_by(|a, b| a == "*" && b == "*");
    parts.join(".")
}

/// Whether a name stands in the description of the API, or heads a column of the handling ledger.
fn is_declared(name: &str) -> bool {
    static DECLARED: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
        let mut names = BTreeSet::new();
        let description = serde_json::to_value(super::openapi()).unwrap_or_default();
        declare(&description, &mut names);
        names.extend(policy::register::COLUMNS.iter().map(|column| column.id.to_owned()));
        names
    });
    DECLARED.contains(name)
}

/// The names of all properties and parameters.
fn declare(value: &serde_json::Value, names: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::Object(object) => {
            if let Some(serde_json::Value::Object(properties)) = object.get("properties") {
                names.extend(properties.keys().cloned());
            }
            if let (Some(serde_json::Value::String(name)), true) = (object.get("name"), object.contains_key("in")) {
                names.insert(name.clone());
            }
            object.values().for_each(|value| declare(value, names));
        }
        serde_json::Value::Array(values) => values.iter().for_each(|value| declare(value, names)),
        _ => {}
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
        columns: Vec<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "read only to be refused")]
    struct Inner {
        version: u32,
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
            (br#"{"name":"a","columns":[],"extra":1}"#, 422, "body"),
            (br#"{"name":"a","columns":[{"version":1,"more":2}]}"#, 422, "columns[0]"),
            (br#"{"name":"a"}"#, 422, "columns"),
            (br#"{"name":"a","columns":[{}]}"#, 422, "columns[0].version"),
            (br#"{"name":null,"columns":[]}"#, 422, "name"),
            (br#"{"name":"a","columns":[{"version":-1}]}"#, 422, "columns[0].version"),
            (br#"{"name":"a","columns":[{"version":1e400}]}"#, 400, "body"),
            (br#"{"name":"a","columns":[{"version":99999999999999999999999}]}"#, 422, "columns[0].version"),
            (br#"{"name":"a","name":"b","columns":[]}"#, 422, "name"),
            (br#"[]"#, 422, "body"),
            (br#"null"#, 422, "body"),
            (br#"{"name":"a","columns":[]} {}"#, 400, "body"),
            (b"{\"name\":\"\xff\",\"columns\":[]}", 400, "body"),
            (b"", 400, "body"),
        ];
        for (json, status, field) in cases {
            assert_eq!(refused(json), (status, field.to_owned()), "{}", String::from_utf8_lossy(json));
        }
        let deep = [vec![b'['; 100_000], vec![b']'; 100_000]].concat();
        assert_eq!(refused(&[br#"{"name":"a","columns":"#.as_slice(), &deep, b"}"].concat()).0, 422);
    }

    #[test]
    fn the_words_do_not_quote_what_was_sent() {
        for json in [
            r#"{"name":{"花子":1},"columns":[]}"#,
            r#"{"花子":1}"#,
            r#"{"name":"a","columns":[{"花子":1}]}"#,
            r#"{"name":"a","columns":[],"花子.x":1}"#,
        ] {
            let Err(halt) = read::<Outer>(json.as_bytes()) else { panic!("accepted") };
            let Why::No(No::Mistake(mistake)) = halt.into_why() else { panic!("another answer") };
            assert!(mistake.texts.iter().all(|(_, text)| !text.contains("花子")), "{json}");
            assert!(!mistake.field.contains("花子"), "{json}");
        }
        let map = read::<std::collections::BTreeMap<String, u32>>(r#"{"花子":"a"}"#.as_bytes());
        let Err(Why::No(No::Mistake(mistake))) = map.map_err(Halt::into_why) else { panic!("another answer") };
        assert_eq!(mistake.field, "*");
    }

    #[test]
    fn a_known_field_is_offered_for_an_unknown_one() {
        let Err(halt) = read::<Outer>(br#"{"name":"a","columns":[],"extra":1}"#) else { panic!("accepted") };
        let Why::No(No::Mistake(mistake)) = halt.into_why() else { panic!("another answer") };
        assert!(mistake.texts.get(policy::Language::En).ends_with("name, columns"), "{mistake}");
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
