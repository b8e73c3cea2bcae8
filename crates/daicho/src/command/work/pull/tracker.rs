//! What trackers are asked and how they answer, as their makers document it. What an answer has besides is not looked at.

use super::Tracker;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use policy::normal::fold::key;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// How many issues are asked for at once.
const MANY: usize = 100;

/// An open issue.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Issue {
    /// Its number, as the work record carries it.
    pub(super) code: String,
    pub(super) title: String,
    /// Who does it, by every name the tracker gives for them.
    pub(super) who: Vec<String>,
    pub(super) from: Option<String>,
    pub(super) until: Option<String>,
    /// Fields and labels: what each is called, and what it says.
    fields: BTreeMap<String, String>,
}

/// What a field of an issue may be called, in any language.
const CALLED: [(&str, &[&str]); 2] = [
    ("purpose", &["purpose", "利用目的", "目的", "mục đích"]),
    ("rows", &["rows", "row", "台帳の行", "台帳", "dòng sổ", "dòng"]),
];

impl Issue {
    /// What the issue says of something: in a field that is called so, or in a label `purpose:hr.recruit`.
    pub(super) fn said(&self, what: &str) -> Option<&str> {
        let (_, names) = CALLED.iter().find(|(known, _)| *known == what)?;
        names.iter().find_map(|name| self.fields.get(&key(name)).map(String::as_str)).filter(|text| !text.is_empty())
    }
}

/// Which page.
pub(super) enum Page {
    First,
    From(usize),
    Token(String),
}

impl Tracker {
    /// What numbers of this project begin with; none where they do not tell.
    pub(super) fn prefix(self, project: &str) -> Option<String> {
        match self {
            Self::Redmine => Some(format!("redmine-{project}-")),
            Self::Backlog => None,
            Self::Jira | Self::JiraServer => Some(format!("{project}-")),
        }
    }

    /// What is asked for: the path, and the headers.
    pub(super) fn request(
        self,
        prefix: &str,
        project: &str,
        token: &str,
        page: &Page,
    ) -> (String, Vec<(&'static str, String)>) {
        let from = if let Page::From(from) = page { *from } else { 0 };
        let project = encoded(project);
        let json = ("accept", "application/json".to_owned());
        match self {
            Self::Redmine => (
                format!("{prefix}/issues.json?project_id={project}&status_id=open&sort=id&limit={MANY}&offset={from}"),
                vec![json, ("x-redmine-api-key", token.to_owned())],
            ),
            Self::Backlog => {
                let open = "statusId%5B%5D=1&statusId%5B%5D=2&statusId%5B%5D=3";
                let token = encoded(token);
                (
                    format!(
                        "{prefix}/api/v2/issues?apiKey={token}&projectId%5B%5D={project}&{open}&sort=created&order=asc&count={MANY}&offset={from}"
                    ),
                    vec![json],
                )
            }
            Self::Jira => {
                let after = if let Page::Token(token) = page {
                    format!("&nextPageToken={}", encoded(token))
                } else {
                    String::new()
                };
                (
                    format!(
                        "{prefix}/rest/api/3/search/jql?jql={}&fields={FIELDS}&maxResults={MANY}{after}",
                        jql(&project)
                    ),
                    vec![json, ("authorization", format!("Basic {}", BASE64_STANDARD.encode(token)))],
                )
            }
            Self::JiraServer => (
                format!(
                    "{prefix}/rest/api/2/search?jql={}&fields={FIELDS}&maxResults={MANY}&startAt={from}",
                    jql(&project)
                ),
                vec![json, ("authorization", format!("Bearer {token}"))],
            ),
        }
    }

    /// The issues of an answer, and the page after it; none when it is not the answer that is documented.
    pub(super) fn read(self, json: &Json, page: &Page) -> Option<(Vec<Issue>, Option<Page>)> {
        let from = if let Page::From(from) = page { *from } else { 0 };
        let list = match self {
            Self::Backlog => json.as_array()?,
            _ => json.get("issues")?.as_array()?,
        };
        let issues: Vec<Issue> = list.iter().map(|one| self.issue(one)).collect::<Option<_>>()?;
        let next = from.saturating_add(list.len());
        let after = match self {
            Self::Redmine | Self::JiraServer => {
                let name = if self == Self::Redmine { "total_count" } else { "total" };
                let total = usize::try_from(json.get(name)?.as_u64()?).ok()?;
                (next < total && !list.is_empty()).then_some(Page::From(next))
            }
            Self::Backlog => (list.len() == MANY).then_some(Page::From(next)),
            Self::Jira => {
                let token = json.get("nextPageToken").and_then(Json::as_str).filter(|token| !token.is_empty());
                token.filter(|_| !list.is_empty()).map(|token| Page::Token(token.to_owned()))
            }
        };
        Some((issues, after))
    }

    fn issue(self, one: &Json) -> Option<Issue> {
        let text = |json: &Json, name: &str| json.get(name).and_then(Json::as_str).map(str::to_owned);
        let day = |json: &Json, name: &str| text(json, name).map(|day| day.chars().take(10).collect());
        let mut fields = BTreeMap::new();
        let mut who = Vec::new();
        let mut person = |json: Option<&Json>, names: &[&str]| {
            for name in names {
                who.extend(json.and_then(|json| text(json, name)));
            }
        };
        let (code, title, from, until) = match self {
            Self::Redmine => {
                person(one.get("assigned_to"), &["name"]);
                named(&mut fields, one.get("custom_fields"));
                let project = one.get("project").and_then(|p| text(p, "identifier").or_else(|| text(p, "name")));
                let project = project.unwrap_or_default();
                let code = format!("redmine-{project}-{}", one.get("id")?.as_u64()?);
                (code, text(one, "subject")?, day(one, "start_date"), day(one, "due_date"))
            }
            Self::Backlog => {
                person(one.get("assignee"), &["userId", "name", "mailAddress"]);
                named(&mut fields, one.get("customFields"));
                labelled(&mut fields, one.get("category"));
                (text(one, "issueKey")?, text(one, "summary")?, day(one, "startDate"), day(one, "dueDate"))
            }
            Self::Jira | Self::JiraServer => {
                let inside = one.get("fields")?;
                person(inside.get("assignee"), &["name", "displayName", "emailAddress"]);
                labelled(&mut fields, inside.get("labels"));
                (text(one, "key")?, text(inside, "summary")?, None, day(inside, "duedate"))
            }
        };
        // By the name before the sign in an address, as logins often are.
        let local: Vec<String> =
            who.iter().filter_map(|name| name.split_once('@')).map(|(name, _)| name.to_owned()).collect();
        who.extend(local);
        Some(Issue { code, title, who, from, until, fields })
    }
}

const FIELDS: &str = "summary,assignee,duedate,labels";

fn jql(project: &str) -> String {
    format!("project%20%3D%20%22{project}%22%20AND%20statusCategory%20%21%3D%20Done%20ORDER%20BY%20key")
}

/// Fields with a name and a value: a text, or a list of texts.
fn named(fields: &mut BTreeMap<String, String>, list: Option<&Json>) {
    for field in list.and_then(Json::as_array).into_iter().flatten() {
        let Some(name) = field.get("name").and_then(Json::as_str) else { continue };
        let value = match field.get("value") {
            Some(Json::String(text)) => text.clone(),
            Some(Json::Array(list)) => list.iter().filter_map(Json::as_str).collect::<Vec<_>>().join(" "),
            Some(Json::Object(one)) => one.get("name").and_then(Json::as_str).unwrap_or_default().to_owned(),
            _ => continue,
        };
        fields.insert(key(name), value.trim().to_owned());
    }
}

/// Labels such as `purpose:hr.recruit`; several of one name are joined.
fn labelled(fields: &mut BTreeMap<String, String>, list: Option<&Json>) {
    for label in list.and_then(Json::as_array).into_iter().flatten() {
        let text = label.as_str().or_else(|| label.get("name").and_then(Json::as_str)).unwrap_or_default();
        if let Some((name, value)) = text.split_once(':') {
            let known = fields.entry(key(name)).or_default();
            known.push_str(if known.is_empty() { "" } else { " " });
            known.push_str(value.trim());
        }
    }
}

fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}
