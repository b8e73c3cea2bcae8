//! What was typed into a form or an address, read by name, and what was wrong with it.

use access::{Mistake, No};
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::response::Response;
use jiff::civil::Date;
use policy::Language;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use crate::answer::{self, Halt};
use crate::arrival::broken_as;
use crate::words::Words;

/// The fields of a form, or of an address after `?`, in the order they were sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields(pub(crate) Vec<(String, String)>);

impl Fields {
    /// What the field says, without the spaces around it; empty when it was not sent.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.trim())
    }

    /// What the field says as it was typed: a password may begin with a space.
    pub(crate) fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// What the field says, if it says anything.
    pub(crate) fn some(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// Everything sent under a name, such as the boxes that were ticked.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(known, _)| known == name)
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// Whether this value was sent under this name.
    pub(crate) fn has(&self, name: &str, value: &str) -> bool {
        self.all(name).any(|known| known == value)
    }

    /// A parsed value; nothing when the field is empty or was tampered with. For addresses.
    pub(crate) fn maybe<T: FromStr>(&self, name: &str) -> Option<T> {
        self.text(name).parse().ok()
    }

    /// A name from a list the page offered.
    pub(crate) fn chosen<T: FromStr>(&self, name: &str) -> Result<T, No> {
        self.text(name).parse().map_err(|_| unreadable(name))
    }

    /// Every name of this field, from lists the page offered.
    pub(crate) fn chosen_all<T: FromStr>(&self, name: &str) -> Result<Vec<T>, No> {
        self.all(name).map(|text| text.parse().map_err(|_| unreadable(name))).collect()
    }

    /// A day.
    pub(crate) fn day(&self, name: &str) -> Result<Date, No> {
        self.text(name).parse().map_err(|_| {
            Mistake::new(
                name,
                "日付を年-月-日の形で入力してください（例 2026-11-22）。",
                "Give a day as year-month-day, such as 2026-11-22.",
                "Hãy nhập ngày theo dạng năm-tháng-ngày, ví dụ 2026-11-22.",
            )
            .into()
        })
    }
}

fn unreadable(name: &str) -> No {
    Mistake::new(name, "一覧から選んでください。", "Choose one from the list.", "Hãy chọn một mục trong danh sách.")
        .into()
}

/// What was wrong with a form, so that it can be shown again with the field marked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wrong {
    field: String,
    text: String,
}

impl Wrong {
    pub(crate) fn new(mistake: &Mistake, words: Words) -> Self {
        Self { field: mistake.field.clone(), text: mistake.texts.get(words.0).to_owned() }
    }

    /// The rule and the way on, if it was this field.
    pub(crate) fn with(&self, field: &str) -> Option<&str> {
        (!self.text.is_empty() && self.field == field).then_some(self.text.as_str())
    }

    /// The text, when it is about none of these fields.
    pub(crate) fn beside<'a>(&self, fields: impl AsRef<[&'a str]>) -> Option<&str> {
        (!self.text.is_empty() && !fields.as_ref().contains(&self.field.as_str())).then_some(self.text.as_str())
    }

    pub(crate) fn any(&self) -> Option<&str> {
        self.beside([])
    }
}

/// The fields of a form on their way: kept beside the request, in case it must be sent again once somebody has proved who they are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Carried(Arc<Mutex<Option<Fields>>>);

impl Carried {
    fn put(&self, fields: &Fields) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(fields.clone());
    }

    /// What was sent, if it was a form.
    pub(crate) fn take(&self) -> Option<Fields> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let carried = request.extensions().get::<Carried>().cloned();
        let read = Form::<Vec<(String, String)>>::from_request(request, state).await;
        let fields = read.map(|Form(fields)| Self(fields));
        if let (Some(carried), Ok(fields)) = (carried, &fields) {
            carried.put(fields);
        }
        fields.map_err(|why| match why {
            FormRejection::BytesRejection(why) => answer::cut(broken_as(why.status(), &why)),
            _ => Halt::response(unreadable_form()),
        })
    }
}

/// The fields of an address.
pub(crate) struct Asked(pub(crate) Fields);

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let read = Query::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        Ok(Self(Fields(read.map(|Query(fields)| fields).unwrap_or_default())))
    }
}

fn unreadable_form() -> No {
    Mistake::new(
        "form",
        "送信された内容を読み取れません。前の画面に戻り、もう一度お試しください。",
        "What was sent cannot be read. Go back and try again.",
        "Không đọc được nội dung đã gửi. Hãy quay lại và thử lại.",
    )
    .into()
}

/// The language asked for in an address.
pub(crate) fn language(fields: &Fields) -> Option<Language> {
    fields.maybe("lang")
}
