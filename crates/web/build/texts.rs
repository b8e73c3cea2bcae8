//! Reads the three text files and writes the module of texts. Shared by the build script and by the tests of this crate.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

const LANGUAGES: [&str; 3] = ["ja", "en", "vi"];

/// What one language says under one key: a sentence, or two when it tells one from many.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Said {
    one: Option<String>,
    other: String,
}

impl Said {
    fn holes(&self) -> Vec<String> {
        let mut holes = holes(&self.other);
        for hole in self.one.iter().flat_map(|one| self::holes(one)) {
            if !holes.contains(&hole) {
                holes.push(hole);
            }
        }
        holes
    }
}

/// The Rust module for the texts in Japanese, English and Vietnamese, in that order, or every problem at once.
pub(crate) fn module(sources: &[String; 3]) -> Result<String, Vec<String>> {
    let mut problems = Vec::new();
    let mut said: Vec<BTreeMap<String, Said>> = Vec::new();
    for (language, source) in LANGUAGES.iter().zip(sources) {
        match source.parse::<toml::Table>() {
            Ok(table) => said.push(flatten(language, &table, &mut problems)),
            Err(why) => problems.push(format!("text/{language}.toml: {why}")),
        }
    }
    let [ja, en, vi] = said.as_slice() else { return Err(problems) };
    let keys: BTreeSet<&String> = ja.keys().chain(en.keys()).chain(vi.keys()).collect();
    let mut out = String::from("impl Words {\n");
    for key in keys {
        let (Some(j), Some(e), Some(v)) = (ja.get(key), en.get(key), vi.get(key)) else {
            let lacking = LANGUAGES.iter().zip([ja, en, vi]).filter(|(_, texts)| !texts.contains_key(key));
            problems.extend(lacking.map(|(language, _)| format!("text/{language}.toml: {key} is missing")));
            continue;
        };
        check_holes(key, [j, e, v], &mut problems);
        method(key, [j, e, v], &mut out);
    }
    out.push_str("}\n");
    if problems.is_empty() { Ok(out) } else { Err(problems) }
}

fn flatten(language: &str, table: &toml::Table, problems: &mut Vec<String>) -> BTreeMap<String, Said> {
    let mut flat = BTreeMap::new();
    for (section, texts) in table {
        let Some(texts) = texts.as_table() else {
            problems.push(format!("text/{language}.toml: {section} stands outside a section"));
            continue;
        };
        for (name, text) in texts {
            let key = format!("{section}_{name}");
            match read(text) {
                Some(said) if !said.other.trim().is_empty() => drop(flat.insert(key, said)),
                _ => problems.push(format!("text/{language}.toml: {key} is neither a text nor {{ one, other }}")),
            }
        }
    }
    flat
}

fn read(text: &toml::Value) -> Option<Said> {
    match text {
        toml::Value::String(other) => Some(Said { one: None, other: other.clone() }),
        toml::Value::Table(forms) => {
            let form = |name: &str| forms.get(name).and_then(toml::Value::as_str).map(str::to_owned);
            (forms.len() == 2).then_some(Said { one: Some(form("one")?), other: form("other")? })
        }
        _ => None,
    }
}

/// The same things must be spoken of in every language. Only `n` may be left out of the form for one.
fn check_holes(key: &str, said: [&Said; 3], problems: &mut Vec<String>) {
    let sets = said.map(|text| text.holes().into_iter().collect::<BTreeSet<_>>());
    for (language, set) in LANGUAGES.iter().zip(&sets) {
        if *set != sets[1] {
            problems.push(format!("text/{language}.toml: {key} speaks of {set:?}, English of {:?}", sets[1]));
        }
    }
    for (language, text) in LANGUAGES.iter().zip(said) {
        if text.one.is_some() && !text.other.contains("{n}") {
            problems.push(format!("text/{language}.toml: {key} has a form for one but counts no {{n}}"));
        }
    }
}

fn method(key: &str, said: [&Said; 3], out: &mut String) {
    // The order of the arguments is the order of the English sentence.
    let holes = said[1].holes();
    let arguments: String = holes.iter().fold(String::new(), |mut list, hole| {
        let kind = if hole == "n" { "impl Into<Count>" } else { "impl std::fmt::Display" };
        let _ = write!(list, ", {hole}: {kind}");
        list
    });
    let _ = writeln!(out, "    /// {}", said[1].other.lines().next().unwrap_or_default());
    if holes.is_empty() {
        let _ = writeln!(out, "    pub(crate) fn {key}(self) -> &'static str {{");
        let _ = writeln!(out, "        match self.0 {{");
        for (variant, text) in ["Ja", "En", "Vi"].iter().zip(said) {
            let _ = writeln!(out, "            Language::{variant} => {:?},", text.other);
        }
    } else {
        let _ = writeln!(out, "    pub(crate) fn {key}(self{arguments}) -> String {{");
        if holes.iter().any(|hole| hole == "n") {
            let _ = writeln!(out, "        let Count(count) = n.into();");
            let _ = writeln!(out, "        let n = self.number(count);");
        }
        let _ = writeln!(out, "        match self.0 {{");
        for (variant, text) in ["Ja", "En", "Vi"].iter().zip(said) {
            if let Some(one) = &text.one {
                let _ = writeln!(out, "            Language::{variant} if count == 1 => format!({one:?}),");
            }
            let _ = writeln!(out, "            Language::{variant} => format!({:?}),", text.other);
        }
    }
    let _ = writeln!(out, "        }}\n    }}");
}

/// The names in braces, in order, each once.
fn holes(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for part in text.split('{').skip(1) {
        if let Some((name, _)) = part.split_once('}')
            && !found.iter().any(|known| known == name)
        {
            found.push(name.to_owned());
        }
    }
    found
}
