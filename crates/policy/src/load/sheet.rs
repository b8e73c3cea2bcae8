//! Reading one TOML file with every problem noted where it stands.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::str::FromStr;

use jiff::civil::Date;
use ledger::names::BadName;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Place, Places, Reference, Thing};
use crate::code::Coded;
use crate::problem::Flaw;
use crate::{Language, Problem, Texts};

/// One file being read: where its lines begin, and what was noted about it so far.
pub(super) struct Sheet<'a> {
    pub(super) path: &'a str,
    starts: Vec<usize>,
    problems: RefCell<Vec<Problem>>,
    references: RefCell<Vec<Reference>>,
    places: RefCell<BTreeMap<(Thing, String), Place>>,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(path: &'a str, text: &str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self {
            path,
            starts: std::iter::once(0).chain(breaks).collect(),
            problems: RefCell::default(),
            references: RefCell::default(),
            places: RefCell::default(),
        }
    }

    pub(super) fn line(&self, offset: usize) -> u32 {
        u32::try_from(self.starts.partition_point(|start| *start <= offset)).unwrap_or(u32::MAX)
    }

    pub(super) fn note(&self, flaw: Flaw, line: u32, arguments: &[&str]) {
        self.problems.borrow_mut().push(flaw.at(self.path, line, arguments));
    }

    pub(super) fn say(&self, flaw: Flaw, line: u32, arguments: &[Texts]) {
        self.problems.borrow_mut().push(flaw.say(self.path, line, arguments));
    }

    pub(super) fn refer(&self, thing: Thing, id: &str, line: u32) {
        let reference = Reference { thing, id: id.to_owned(), file: self.path.to_owned(), line, bad: None };
        self.references.borrow_mut().push(reference);
    }

    /// The same where what is written cannot be a name: a problem of its own, unless that is how the thing
    /// itself is written.
    fn refer_badly(&self, thing: Thing, key: &'static str, written: &str, line: u32) {
        let (id, file) = (written.to_owned(), self.path.to_owned());
        self.references.borrow_mut().push(Reference { thing, id, file, line, bad: Some(key) });
    }

    /// Remembers where something is defined under what cannot be a name, so that this alone is told.
    pub(super) fn define_badly(&self, thing: Thing, written: &str, line: u32) {
        let place = Place { file: self.path.to_owned(), line };
        self.places.borrow_mut().insert((thing, squashed(written)), place);
    }

    /// Notes where something is defined; a name that is taken already is a problem. Says whether it was free.
    pub(super) fn define(&self, thing: Thing, id: &str, line: u32) -> bool {
        let mut places = self.places.borrow_mut();
        if let Some(place) = places.get(&(thing, id.to_owned())) {
            let at = format!("{}:{}", place.file, place.line);
            self.note(Flaw::IdDuplicate, line, &[id, &at]);
            return false;
        }
        places.insert((thing, id.to_owned()), Place { file: self.path.to_owned(), line });
        true
    }

    /// Hands over everything noted: problems, references, places.
    pub(super) fn hand_over(self, problems: &mut Vec<Problem>, references: &mut Vec<Reference>, places: &mut Places) {
        problems.extend(self.problems.into_inner());
        references.extend(self.references.into_inner());
        places.0.extend(self.places.into_inner());
    }
}

/// What is written as a name, without case and signs: `HR Recruit` and `hr.recruit` are one. The sign in
/// front keeps it from being a name itself.
pub(super) fn squashed(written: &str) -> String {
    let letters = written.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
    std::iter::once('?').chain(letters).collect()
}

/// Reads a TOML file with `read`. A file that is not TOML is reported for that alone, and what could be read
/// of it still counts, so that others may refer to it.
pub(super) fn read_toml(sheet: &Sheet<'_>, text: &str, read: impl FnOnce(&Section<'_, '_>)) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let start = table.span().start;
    let section = Section::new(sheet, table.get_ref(), start, sheet.path.to_owned());
    read(&section);
    section.done();
    if errors.is_empty() {
        return;
    }
    sheet.problems.borrow_mut().clear();
    for error in errors {
        let offset = error.span().map_or(0, |span| span.start);
        sheet.note(Flaw::Syntax, sheet.line(offset), &[error.message()]);
    }
}

/// One table of a file being read. Keys nobody asked for are problems in the end.
pub(super) struct Section<'s, 'i> {
    pub(super) sheet: &'s Sheet<'s>,
    table: &'s DeTable<'i>,
    start: usize,
    called: String,
    asked: RefCell<BTreeSet<&'static str>>,
}

type Value<'i> = Spanned<DeValue<'i>>;

impl<'s, 'i> Section<'s, 'i> {
    fn new(sheet: &'s Sheet<'s>, table: &'s DeTable<'i>, start: usize, called: String) -> Self {
        Self { sheet, table, start, called, asked: RefCell::default() }
    }

    pub(super) fn line(&self) -> u32 {
        self.table.get("id").map_or_else(|| self.sheet.line(self.start), |value| self.line_at(&value.span()))
    }

    fn line_at(&self, span: &Range<usize>) -> u32 {
        self.sheet.line(span.start)
    }

    /// The line of a key, or of the table when the key is absent.
    pub(super) fn line_of(&self, key: &str) -> u32 {
        self.table.get(key).map_or_else(|| self.line(), |value| self.line_at(&value.span()))
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    fn ask(&self, key: &'static str) -> Option<&'s Value<'i>> {
        self.asked.borrow_mut().insert(key);
        self.table.get(key)
    }

    fn need(&self, key: &'static str) -> Option<&'s Value<'i>> {
        let value = self.ask(key);
        if value.is_none() {
            self.sheet.note(Flaw::KeyMissing, self.line(), &[key, &self.called]);
        }
        value
    }

    fn wrong_kind(&self, key: &str, value: &Value<'_>, wanted: [&str; 3]) {
        let [ja, en, vi] = wanted;
        self.sheet.say(Flaw::ValueKind, self.line_at(&value.span()), &[Texts::same(key), Texts::new(ja, en, vi)]);
    }

    fn as_text(&self, key: &str, value: &'s Value<'i>) -> Option<&'s str> {
        match value.get_ref() {
            DeValue::String(text) if text.trim().is_empty() => {
                self.sheet.note(Flaw::TextEmpty, self.line_at(&value.span()), &[key]);
                None
            }
            DeValue::String(text) => Some(text.trim()),
            _ => {
                self.wrong_kind(key, value, ["文字列", "a text", "một chuỗi"]);
                None
            }
        }
    }

    /// A text that must be there.
    pub(super) fn text(&self, key: &'static str) -> Option<&'s str> {
        self.need(key).and_then(|value| self.as_text(key, value))
    }

    /// A text that may be there.
    pub(super) fn maybe_text(&self, key: &'static str) -> Option<&'s str> {
        self.ask(key).and_then(|value| self.as_text(key, value))
    }

    /// A text in every language that must be there.
    pub(super) fn texts(&self, key: &'static str) -> Texts {
        self.need(key).map(|value| self.as_texts(key, value, None)).unwrap_or_default()
    }

    /// A text in every language that may be there.
    pub(super) fn maybe_texts(&self, key: &'static str) -> Option<Texts> {
        self.ask(key).map(|value| self.as_texts(key, value, None))
    }

    /// A text in every language whose absence or emptiness is a problem of its own sort.
    pub(super) fn texts_or(&self, key: &'static str, flaw: Flaw, id: &str) -> Texts {
        match self.ask(key) {
            Some(value) => self.as_texts(key, value, None),
            None => {
                self.sheet.note(flaw, self.line(), &[id, key]);
                Texts::default()
            }
        }
    }

    /// The texts with which a product overrides a clause: an empty one is a problem of its own sort.
    pub(super) fn override_texts(&self, key: &'static str, product: &str) -> Texts {
        let clause = self.table.get("clause").and_then(|clause| clause.get_ref().as_str()).unwrap_or_default();
        let value = self.need(key);
        value.map(|value| self.as_texts(key, value, Some([product, clause]))).unwrap_or_default()
    }

    fn as_texts(&self, key: &str, value: &'s Value<'i>, overrides: Option<[&str; 2]>) -> Texts {
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong_kind(
                key,
                value,
                [
                    "三つの言語の文（.ja .en .vi）",
                    "a text in three languages (.ja .en .vi)",
                    "nội dung bằng ba ngôn ngữ (.ja .en .vi)",
                ],
            );
            return Texts::default();
        };
        let line =
            table.values().next().map_or_else(|| self.line_at(&value.span()), |first| self.line_at(&first.span()));
        for (other, _) in table.iter().filter(|(other, _)| other.get_ref().parse::<Language>().is_err()) {
            self.sheet.note(Flaw::KeyUnknown, self.line_at(&other.span()), &[other.get_ref(), key]);
        }
        let read = |language: Language| match table.get(language.code()) {
            None => {
                let arguments = [Texts::same(key), Texts::same(self.called.as_str()), language.name()];
                self.sheet.say(Flaw::TextMissing, line, &arguments);
                String::new()
            }
            Some(value) => {
                let called = format!("{key}.{language}");
                match value.get_ref() {
                    DeValue::String(text) if text.trim().is_empty() => {
                        let line = self.line_at(&value.span());
                        match overrides {
                            Some([product, clause]) => {
                                let arguments = [Texts::same(product), Texts::same(clause), language.name()];
                                self.sheet.say(Flaw::OverrideEmpty, line, &arguments);
                            }
                            None => self.sheet.note(Flaw::TextEmpty, line, &[&called]),
                        }
                        String::new()
                    }
                    _ => self.as_text(&called, value).unwrap_or_default().to_owned(),
                }
            }
        };
        Texts::new(read(Language::Ja), read(Language::En), read(Language::Vi))
    }

    fn as_name<T: FromStr<Err = BadName>>(&self, key: &str, value: &'s Value<'i>) -> Option<(T, u32)> {
        let text = self.as_text(key, value)?;
        let line = self.line_at(&value.span());
        match text.parse() {
            Ok(name) => Some((name, line)),
            Err(BadName { .. }) => {
                self.sheet.note(Flaw::ValueName, line, &[key, text]);
                None
            }
        }
    }

    /// A name that must be there.
    pub(super) fn name<T: FromStr<Err = BadName>>(&self, key: &'static str) -> Option<T> {
        self.need(key).and_then(|value| self.as_name(key, value)).map(|(name, _)| name)
    }

    /// The name under which this table defines something.
    pub(super) fn id<T: FromStr<Err = BadName> + AsRef<str>>(&self, thing: Thing) -> Option<T> {
        let value = self.need("id")?;
        let Some((id, line)) = self.as_name::<T>("id", value) else {
            let written = value.get_ref().as_str().unwrap_or_default();
            self.sheet.define_badly(thing, written, self.line_at(&value.span()));
            return None;
        };
        self.sheet.define(thing, id.as_ref(), line).then_some(id)
    }

    /// The name of something defined elsewhere.
    pub(super) fn reference<T: FromStr<Err = BadName> + AsRef<str>>(
        &self,
        key: &'static str,
        thing: Thing,
    ) -> Option<T> {
        self.need(key).and_then(|value| self.as_reference(key, thing, value))
    }

    fn as_reference<T>(&self, key: &'static str, thing: Thing, value: &'s Value<'i>) -> Option<T>
    where
        T: FromStr<Err = BadName> + AsRef<str>,
    {
        let text = self.as_text(key, value)?;
        let line = self.line_at(&value.span());
        match text.parse::<T>() {
            Ok(id) => {
                self.sheet.refer(thing, id.as_ref(), line);
                Some(id)
            }
            Err(BadName { .. }) => {
                self.sheet.refer_badly(thing, key, text, line);
                None
            }
        }
    }

    /// The name of something defined elsewhere, which may be absent.
    pub(super) fn maybe_reference<T: FromStr<Err = BadName> + AsRef<str>>(
        &self,
        key: &'static str,
        thing: Thing,
    ) -> Option<T> {
        if self.has(key) { self.reference(key, thing) } else { None }
    }

    /// A list of names of things defined elsewhere.
    pub(super) fn references<T>(&self, key: &'static str, thing: Thing) -> Vec<T>
    where
        T: FromStr<Err = BadName> + AsRef<str>,
    {
        let items = self.need(key).map(|value| self.items(key, value)).unwrap_or_default();
        items.into_iter().filter_map(|item| self.as_reference(key, thing, item)).collect()
    }

    /// Such a list, which may be absent.
    pub(super) fn maybe_references<T>(&self, key: &'static str, thing: Thing) -> Vec<T>
    where
        T: FromStr<Err = BadName> + AsRef<str>,
    {
        if self.has(key) { self.references(key, thing) } else { Vec::new() }
    }

    /// Whether a list is `["*"]`: everything there is.
    pub(super) fn is_everything(&self, key: &'static str) -> bool {
        let Some(DeValue::Array(items)) = self.table.get(key).map(Spanned::get_ref) else { return false };
        let star = |item: &Value<'_>| matches!(item.get_ref(), DeValue::String(text) if text == "*");
        let everything = items.len() == 1 && items.iter().all(star);
        if everything {
            self.ask(key);
        }
        everything
    }

    fn items(&self, key: &str, value: &'s Value<'i>) -> Vec<&'s Value<'i>> {
        match value.get_ref() {
            DeValue::Array(items) => items.iter().collect(),
            _ => {
                self.wrong_kind(key, value, ["[ ] で囲んだ一覧", "a list in [ ]", "danh sách trong [ ]"]);
                Vec::new()
            }
        }
    }

    /// A list of texts that may be absent.
    pub(super) fn maybe_list(&self, key: &'static str) -> Vec<String> {
        let items = self.ask(key).map(|value| self.items(key, value)).unwrap_or_default();
        items.into_iter().filter_map(|item| self.as_text(key, item)).map(str::to_owned).collect()
    }

    /// A list of texts that must be there.
    pub(super) fn list(&self, key: &'static str) -> Vec<String> {
        if self.need(key).is_some() { self.maybe_list(key) } else { Vec::new() }
    }

    fn as_word<T: Coded>(&self, key: &str, value: &'s Value<'i>) -> Option<T> {
        let text = self.as_text(key, value)?;
        let word = text.parse().ok();
        if word.is_none() {
            self.sheet.note(Flaw::ValueWord, self.line_at(&value.span()), &[key, text, &T::codes().join(", ")]);
        }
        word
    }

    /// A word of a closed list that must be there.
    pub(super) fn word<T: Coded>(&self, key: &'static str) -> Option<T> {
        self.need(key).and_then(|value| self.as_word(key, value))
    }

    /// A word of a closed list that may be there.
    pub(super) fn maybe_word<T: Coded>(&self, key: &'static str) -> Option<T> {
        self.ask(key).and_then(|value| self.as_word(key, value))
    }

    /// A list of words of a closed list.
    pub(super) fn words<T: Coded>(&self, key: &'static str) -> Vec<T> {
        let items = self.need(key).map(|value| self.items(key, value)).unwrap_or_default();
        items.into_iter().filter_map(|item| self.as_word(key, item)).collect()
    }

    /// A text in a form of its own, with an example for those who miss it.
    pub(super) fn form<T>(&self, key: &'static str, example: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let text = self.text(key)?;
        let value = read(text);
        if value.is_none() {
            self.sheet.note(Flaw::ValueForm, self.line_of(key), &[key, text, example]);
        }
        value
    }

    /// A whole number that may be there.
    pub(super) fn maybe_number(&self, key: &'static str, range: Range<u32>) -> Option<u32> {
        let value = self.ask(key)?;
        let DeValue::Integer(number) = value.get_ref() else {
            self.wrong_kind(key, value, ["整数", "a whole number", "một số nguyên"]);
            return None;
        };
        let read = u32::from_str_radix(&number.as_str().replace('_', ""), number.radix()).ok();
        let within = read.filter(|number| range.contains(number));
        if within.is_none() {
            let allowed = format!("{}–{}", range.start, range.end.saturating_sub(1));
            self.sheet.note(Flaw::ValueRange, self.line_at(&value.span()), &[key, &number.to_string(), &allowed]);
        }
        within
    }

    /// A whole number that must be there.
    pub(super) fn number(&self, key: &'static str, range: Range<u32>) -> Option<u32> {
        self.need(key).and_then(|_| self.maybe_number(key, range))
    }

    /// A yes or no; no when absent.
    pub(super) fn flag(&self, key: &'static str) -> bool {
        match self.ask(key).map(|value| (value, value.get_ref())) {
            None => false,
            Some((_, DeValue::Boolean(flag))) => *flag,
            Some((value, _)) => {
                self.wrong_kind(key, value, ["true 又は false", "true or false", "true hoặc false"]);
                false
            }
        }
    }

    /// A calendar date that may be there.
    pub(super) fn maybe_date(&self, key: &'static str) -> Option<Date> {
        let value = self.ask(key)?;
        let date = match value.get_ref() {
            DeValue::Datetime(toml::value::Datetime { date: Some(date), time: None, offset: None }) => {
                let parts = (i16::try_from(date.year), i8::try_from(date.month), i8::try_from(date.day));
                let (Ok(year), Ok(month), Ok(day)) = parts else { return None };
                Date::new(year, month, day).ok()
            }
            _ => None,
        };
        if date.is_none() {
            self.wrong_kind(
                key,
                value,
                ["日付（例: 2026-04-01）", "a date, such as 2026-04-01", "một ngày, ví dụ 2026-04-01"],
            );
        }
        date
    }

    /// A calendar date that must be there.
    pub(super) fn date(&self, key: &'static str) -> Option<Date> {
        self.need(key).and_then(|_| self.maybe_date(key))
    }

    /// A table that must be there.
    pub(super) fn section(&self, key: &'static str) -> Option<Section<'s, 'i>> {
        let value = self.need(key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(Section::new(self.sheet, table, value.span().start, format!("[{key}]"))),
            _ => {
                self.wrong_kind(key, value, ["表", "a table", "một bảng"]);
                None
            }
        }
    }

    /// A table that may be there.
    pub(super) fn maybe_section(&self, key: &'static str) -> Option<Section<'s, 'i>> {
        self.ask(key).and_then(|_| self.section(key))
    }

    /// The tables of a list of tables, which may be absent.
    pub(super) fn sections(&self, key: &'static str) -> Vec<Section<'s, 'i>> {
        let items = self.ask(key).map(|value| self.items(key, value)).unwrap_or_default();
        let mut sections = Vec::with_capacity(items.len());
        for item in items {
            match item.get_ref() {
                DeValue::Table(table) => {
                    let id = table.get("id").and_then(|id| id.get_ref().as_str()).unwrap_or_default();
                    let called = if id.is_empty() { format!("[[{key}]]") } else { format!("[[{key}]] {id}") };
                    sections.push(Section::new(self.sheet, table, item.span().start, called));
                }
                _ => self.wrong_kind(key, item, ["[[ ]] の表", "a table in [[ ]]", "một bảng trong [[ ]]"]),
            }
        }
        sections
    }

    /// Ends reading: keys nobody asked for are problems.
    pub(super) fn done(&self) {
        let asked = self.asked.borrow();
        for (key, _) in self.table.iter().filter(|(key, _)| !asked.contains(&**key.get_ref())) {
            self.sheet.note(Flaw::KeyUnknown, self.line_at(&key.span()), &[key.get_ref(), &self.called]);
        }
    }
}
