//! What every page has around its own matter: title, doors, language, who is signed in.

use access::session::Reach;
use askama::Template;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use policy::{Language, Role};
use std::borrow::Borrow;

use crate::asset;
use crate::visit::encoded;
use crate::words::Words;

/// A place of the office that has a door in the head of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Policy,
    Register,
    People,
    Work,
    Records,
    /// No door: reached from the menu or from elsewhere.
    Other,
}

impl Place {
    fn label(self, w: Words) -> &'static str {
        match self {
            Self::Policy => w.door_policy(),
            Self::Register => w.door_register(),
            Self::People => w.door_people(),
            Self::Work => w.door_work(),
            Self::Records => w.door_records(),
            Self::Other => w.door_accounts(),
        }
    }

    fn href(self) -> &'static str {
        match self {
            Self::Policy => "/",
            Self::Register => "/register",
            Self::People => "/people",
            Self::Work => "/work",
            Self::Records => "/records",
            Self::Other => "/accounts",
        }
    }
}

/// Who is signed in.
#[derive(Clone)]
pub(crate) struct Who {
    pub(crate) name: String,
    pub(crate) role: Role,
    /// Whether the list of accounts is theirs to see.
    pub(crate) sees_accounts: bool,
    /// Whether they may meet people's records at all.
    pub(crate) meets_people: bool,
    /// How far they come.
    pub(crate) reach: Reach,
}

/// What every page shows besides its own matter.
pub(crate) struct Page {
    pub(crate) w: Words,
    pub(crate) title: String,
    pub(crate) who: Option<Who>,
    place: Option<Place>,
    path: String,
}

impl Page {
    pub(crate) fn new(w: Words, place: Option<Place>, title: String, who: Option<Who>, path: String) -> Self {
        Self { w, title, who, place, path }
    }

    /// The same page, whose language links lead to `path`: for answers to forms.
    pub(crate) fn at(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    pub(crate) fn style(&self) -> String {
        asset::style()
    }

    pub(crate) fn script(&self) -> String {
        asset::script()
    }

    pub(crate) fn passkey_script(&self) -> String {
        asset::passkey_script()
    }

    pub(crate) fn seal(&self) -> String {
        asset::seal()
    }

    /// The doors this person has: address, name, whether it is the one one stands at.
    pub(crate) fn doors(&self) -> Vec<(&'static str, &'static str, bool)> {
        let Some(who) = self.who.as_ref().filter(|who| who.reach == Reach::Role) else { return Vec::new() };
        [Place::Policy, Place::Register, Place::People, Place::Work, Place::Records]
            .into_iter()
            .filter(|place| *place != Place::People || who.meets_people)
            .map(|place| (place.href(), place.label(self.w), self.place == Some(place)))
            .collect()
    }

    /// This page in every language: its name, its address, whether it is the one being read.
    pub(crate) fn languages(&self) -> Vec<(Language, String, bool)> {
        let join = if self.path.contains('?') { '&' } else { '?' };
        Language::ALL.iter().map(|l| (*l, format!("{}{join}lang={}", self.path, l.code()), *l == self.w.0)).collect()
    }

    /// Whether the head of the page has the search box; the page of the search has its own.
    pub(crate) fn has_search(&self) -> bool {
        self.who.as_ref().is_some_and(|who| who.reach == Reach::Role) && self.path != "/find"
    }

    /// Where the name of the program leads.
    pub(crate) fn home(&self) -> &'static str {
        match &self.who {
            Some(who) if who.reach != Reach::Role => "/turn",
            _ => "/",
        }
    }

    /// Whether the page of one's own account opens.
    pub(crate) fn has_account(&self) -> bool {
        self.who.as_ref().is_some_and(|who| who.reach != Reach::OwnPage)
    }

    /// What the role is called.
    pub(crate) fn role(&self, role: impl Borrow<Role>) -> &'static str {
        role_name(self.w, *role.borrow())
    }
}

/// What a role is called.
pub(crate) fn role_name(w: Words, role: Role) -> &'static str {
    match role {
        Role::Officer => w.role_officer(),
        Role::Handler => w.role_handler(),
        Role::Auditor => w.role_auditor(),
        Role::Administrator => w.role_administrator(),
        Role::Staff => w.role_staff(),
    }
}

/// A page as an answer.
pub(crate) fn html(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(text) => (status, [(CONTENT_TYPE, "text/html; charset=utf-8")], text).into_response(),
        Err(why) => {
            tracing::error!(%why, "a template could not be written out");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// A page that was found.
pub(crate) fn ok(template: &impl Template) -> Response {
    html(StatusCode::OK, template)
}

/// An address on this site, if it is one: never another site's.
pub(crate) fn inside(path: &str) -> Option<&str> {
    let mut letters = path.chars();
    let safe = letters.next() == Some('/')
        && !matches!(letters.next(), Some('/' | '\\'))
        && !path.chars().any(char::is_control);
    safe.then_some(path)
}

/// The address of a clause's drawer on the policy page.
pub(crate) fn clause_href(clause: &str) -> String {
    let clause = encoded(clause);
    format!("/?clause={clause}#c-{clause}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_back_never_leads_elsewhere() {
        assert_eq!(inside("/work?x=1"), Some("/work?x=1"));
        for elsewhere in ["", "work", "//evil.test", "/\\evil.test", "https://evil.test", "/a\r\nSet-Cookie: b"] {
            assert_eq!(inside(elsewhere), None, "{elsewhere}");
        }
    }
}
