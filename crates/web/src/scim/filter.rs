//! Filters (RFC 7644, section 3.4.2.2): `eq` and `pr`, joined by `and`. What is not answered is said to be so.

use serde_json::Value as Json;

use super::{Answer, bad};

/// A filter, read.
#[derive(Debug, PartialEq)]
pub(super) struct Filter(Vec<Term>);

/// One comparison.
#[derive(Debug, PartialEq)]
struct Term {
    /// The path of the attribute in small letters, apart by points.
    path: Vec<String>,
    /// What it equals; none asks only whether it is there.
    equals: Option<Json>,
}

/// Reads a filter.
pub(super) fn read(text: &str) -> Answer<Filter> {
    if text.len() > 1_000 {
        return Err(bad("tooMany", "The filter is longer than 1,000 characters."));
    }
    let mut words = words(text)?.into_iter().peekable();
    let mut terms = Vec::new();
    loop {
        let (Some(Word::Plain(path)), Some(Word::Plain(operator))) = (words.next(), words.next()) else {
            return Err(unread());
        };
        let equals = match operator.to_ascii_lowercase().as_str() {
            "pr" => None,
            "eq" => Some(match words.next() {
                Some(Word::Quoted(text)) => Json::String(text),
                Some(Word::Plain(word)) => serde_json::from_str(&word.to_ascii_lowercase()).map_err(|_| unread())?,
                None => return Err(unread()),
            }),
            _ => return Err(unread()),
        };
        terms.push(Term { path: parts(&path), equals });
        match words.next() {
            None => return Ok(Filter(terms)),
            Some(Word::Plain(word)) if word.eq_ignore_ascii_case("and") => {}
            Some(_) => return Err(unread()),
        }
    }
}

/// The parts of the path of an attribute, its schema left out: schemas have colons and points.
pub(super) fn parts(path: &str) -> Vec<String> {
    let short = match path.rsplit_once(':') {
        Some((schema, rest)) if schema.to_ascii_lowercase().starts_with("urn:") => rest,
        _ => path,
    };
    short.split('.').map(str::to_ascii_lowercase).collect()
}

fn unread() -> super::Stop {
    bad("invalidFilter", "Filters compare attributes by 'eq' or ask by 'pr' whether they are there, joined by 'and'.")
}

enum Word {
    Plain(String),
    Quoted(String),
}

fn words(text: &str) -> Answer<Vec<Word>> {
    let mut words = Vec::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            ' ' => {}
            '"' => {
                let mut quoted = String::new();
                loop {
                    match letters.next() {
                        Some('"') => break,
                        Some('\\') => quoted.push(letters.next().ok_or_else(unread)?),
                        Some(letter) => quoted.push(letter),
                        None => return Err(unread()),
                    }
                }
                words.push(Word::Quoted(quoted));
            }
            first => {
                let mut plain = String::from(first);
                while let Some(letter) = letters.next_if(|letter| !matches!(letter, ' ' | '"')) {
                    plain.push(letter);
                }
                words.push(Word::Plain(plain));
            }
        }
    }
    Ok(words)
}

impl Filter {
    /// What this attribute must equal, where the filter asks for nothing else.
    pub(super) fn only(&self, name: &str) -> Option<String> {
        match self.0.as_slice() {
            [Term { path, equals: Some(Json::String(text)) }] if path.as_slice() == [name] => Some(text.clone()),
            _ => None,
        }
    }

    /// Whether a resource passes.
    pub(super) fn passes(&self, resource: &Json) -> bool {
        self.0.iter().all(|term| {
            let mut values = Vec::new();
            collect(resource, &term.path, &mut values);
            match &term.equals {
                None => !values.is_empty(),
                Some(wanted) => values.iter().any(|value| same(value, wanted)),
            }
        })
    }
}

/// The values at a path; of an attribute with several values each, and of a complex one without a sub-attribute its `value`.
fn collect<'a>(at: &'a Json, path: &[String], values: &mut Vec<&'a Json>) {
    match (at, path.split_first()) {
        (Json::Array(all), _) => all.iter().for_each(|one| collect(one, path, values)),
        (Json::Object(fields), Some((name, rest))) => {
            let direct = fields.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
            direct.for_each(|(_, value)| collect(value, rest, values));
            // Attributes of an extension stand below its schema.
            for (_, value) in fields.iter().filter(|(known, _)| known.starts_with("urn:")) {
                collect(value, path, values);
            }
        }
        (Json::Object(fields), None) => values.extend(fields.get("value")),
        (_, None) => values.push(at),
        _ => {}
    }
}

/// Texts are compared as directories do, without regard to case.
fn same(value: &Json, wanted: &Json) -> bool {
    match (value, wanted) {
        (Json::String(one), Json::String(other)) => one.to_lowercase() == other.to_lowercase(),
        _ => value == wanted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn filters_are_read_and_what_is_not_answered_is_said() {
        let user = json!({
            "userName": "Mori@example.com", "active": true, "emails": [{"value": "m@example.com", "type": "work"}],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "HR"},
        });
        for (filter, passes) in [
            (r#"userName eq "mori@EXAMPLE.com""#, true),
            (r#"username EQ "x""#, false),
            ("active eq true", true),
            ("active eq False", false),
            (r#"emails.value eq "m@example.com" and active eq true"#, true),
            (r#"emails eq "m@example.com""#, true),
            (r#"urn:ietf:params:scim:schemas:core:2.0:User:userName eq "mori@example.com""#, true),
            (r#"department eq "hr""#, true),
            ("externalId pr", false),
            ("userName pr", true),
        ] {
            assert_eq!(read(filter).unwrap().passes(&user), passes, "{filter}");
        }
        for wrong in [
            "",
            "userName",
            "userName co \"a\"",
            "userName eq",
            "a eq \"b",
            "a eq b or c eq d",
            "(a eq 1)",
            "a eq {",
            &"x".repeat(1_001),
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
