//! Which element each column holds. No element is given to two columns, unless as parts of it.

use std::collections::BTreeSet;

use policy::normal::{DateOrder, fold};
use policy::{Class, Element, Language, Shape};

use super::because::{Because, HeadingMatch};
use super::content::{Agreement, Profile};
use super::mapping::{Mapping, Target};
use super::words::{self, Concept, Part};
use super::{Column, Standing, heading, parts};
use crate::file::{Heading, Row};

/// What each column of a table is taken for. Columns that hold nothing and are called nothing are left out.
///
/// `mapping` holds what a person decided; it wins. The rest is found by headings (the element's own, and what
/// means the same in Japanese, English or Vietnamese) and by up to 200 distinct values of the sample.
#[must_use]
pub fn matching(headings: &[Heading], sample: &[Row], elements: &[Element], mapping: &Mapping) -> Vec<Column> {
    let seen: Vec<Seen<'_>> = headings.iter().map(|heading| Seen::of(heading, sample)).filter(Seen::is_worth).collect();
    let known: Vec<Known<'_>> = elements.iter().map(Known::of).collect();
    let mut taken = Taken::default();
    let decided: Vec<Vec<Column>> = seen.iter().map(|seen| decided(seen, elements, mapping, &mut taken)).collect();
    let (mut columns, mut seconds) = (Vec::with_capacity(seen.len()), Vec::with_capacity(seen.len()));
    for of_one in decided {
        let mut of_one = of_one.into_iter();
        columns.push(of_one.next());
        seconds.push(of_one.next());
    }
    parts::give(&seen, &known, &mut columns, &mut taken);
    give_whole(&seen, &known, &mut columns, &mut taken);
    parts::give_readings(&seen, &known, &mut columns, &mut seconds, &mut taken);
    let day_first = seen.iter().any(|seen| is_vietnamese(&seen.heading.text));
    let otherwise = if day_first { DateOrder::DayFirst } else { DateOrder::Unsettled };
    let mut finished = Vec::with_capacity(seen.len());
    for ((seen, column), second) in seen.iter().zip(columns).zip(seconds) {
        let mut column = column.unwrap_or_else(|| left_over(seen, &known, &taken));
        column.order = seen.profile.order(order_named(&seen.heading.text).unwrap_or(otherwise));
        finished.push(column);
        finished.extend(second);
    }
    finished
}

/// A column as it was looked at.
pub(super) struct Seen<'a> {
    pub(super) heading: &'a Heading,
    forms: Vec<String>,
    pub(super) concept: Option<&'static Concept>,
    pub(super) near: Option<&'static Concept>,
    pub(super) profile: Profile,
}

impl<'a> Seen<'a> {
    fn of(heading: &'a Heading, sample: &[Row]) -> Self {
        let profile = Profile::of(sample, heading.at, &heading.text);
        // 氏名（フリガナ） heads readings, or names with their readings in brackets: the values tell.
        let has_both = profile.readings >= 0.5;
        let text =
            heading::bracketed(&heading.text).filter(|_| has_both).map_or(heading.text.as_str(), |(name, _)| name);
        Self { heading, forms: words::forms(text), concept: words::concept(text), near: words::near(text), profile }
    }

    /// A column that is called nothing of its own and holds nothing is only a trace of merged cells.
    fn is_worth(&self) -> bool {
        self.profile.values > 0 || !(self.heading.reached || self.heading.text.is_empty())
    }

    pub(super) fn column(&self, element: Option<&Element>, part: Part, standing: Standing, because: Because) -> Column {
        Column {
            heading: self.heading.clone(),
            element: element.map(|element| element.id.clone()),
            part,
            standing,
            because,
            also: Vec::new(),
            identifier: self.profile.identifier,
            order: DateOrder::Unsettled,
        }
    }
}

/// An element and the words it is known by.
pub(super) struct Known<'a> {
    pub(super) element: &'a Element,
    keys: BTreeSet<String>,
    pub(super) concepts: BTreeSet<&'static str>,
}

impl<'a> Known<'a> {
    fn of(element: &'a Element) -> Self {
        let labels = Language::ALL.iter().map(|language| element.label.get(*language));
        let id = element.id.as_str();
        let words: Vec<&str> = element.headers.iter().map(String::as_str).chain(labels).chain([id]).collect();
        let keys: BTreeSet<String> = words.iter().map(|word| words::key(word)).filter(|key| !key.is_empty()).collect();
        let meant = keys.iter().filter_map(|key| words::of_key(key));
        let of_shape = meant.filter(|concept| concept.shape.is_none_or(|shape| shape == element.shape));
        let concepts = of_shape.map(|concept| concept.id).collect();
        Self { element, keys, concepts }
    }

    /// What this heading says about the element.
    fn heading_match(&self, seen: &Seen<'_>) -> HeadingMatch {
        if seen.forms.iter().any(|form| self.keys.contains(form)) {
            return HeadingMatch::Known;
        }
        match seen.concept {
            Some(concept) if self.concepts.contains(concept.id) => return HeadingMatch::Synonym,
            Some(concept)
                if concept.part == Part::Whole && concept.broader.is_some_and(|id| self.concepts.contains(id)) =>
            {
                return HeadingMatch::Broader;
            }
            Some(_) => return HeadingMatch::Nothing,
            None => {}
        }
        if seen.near.is_some_and(|concept| self.concepts.contains(concept.id)) {
            return HeadingMatch::Broader;
        }
        let Some(full) = seen.forms.first() else { return HeadingMatch::Nothing };
        let is_of_another =
            words::qualifiers(&seen.heading.text).any(|word| !self.keys.iter().any(|key| key.contains(word)));
        let holds = self.keys.iter().any(|key| {
            let (short, long) = if key.len() <= full.len() { (key, full) } else { (full, key) };
            short.chars().count() >= 2 && long.contains(short.as_str()) && short.len() * 2 >= long.len()
        });
        if holds && !is_of_another { HeadingMatch::Near } else { HeadingMatch::Nothing }
    }
}

/// The elements already given away, whole or in parts.
#[derive(Default)]
pub(super) struct Taken(BTreeSet<String>);

impl Taken {
    pub(super) fn has(&self, element: &Element) -> bool {
        self.0.contains(element.id.as_str())
    }

    pub(super) fn take(&mut self, element: &Element) {
        self.0.insert(element.id.as_str().to_owned());
    }
}

/// What a person decided about the column: two columns where it holds a name and its reading.
fn decided(seen: &Seen<'_>, elements: &[Element], mapping: &Mapping, taken: &mut Taken) -> Vec<Column> {
    let mut columns = Vec::new();
    for target in mapping.targets(seen.heading) {
        match target {
            Target::Ignored => columns.push(seen.column(None, Part::Whole, Standing::Confirmed, Because::person())),
            Target::Element(id, part) => {
                let Some(element) = elements.iter().find(|element| element.id == *id) else { continue };
                if *part == Part::Whole && taken.has(element) {
                    continue;
                }
                taken.take(element);
                columns.push(seen.column(Some(element), *part, Standing::Confirmed, Because::person()));
            }
        }
    }
    columns
}

/// The best pairs of column and element first, each column and each element once.
fn give_whole(seen: &[Seen<'_>], known: &[Known<'_>], columns: &mut [Option<Column>], taken: &mut Taken) {
    let mut pairs: Vec<(i32, usize, usize, Because)> = Vec::new();
    for (at, seen) in seen.iter().enumerate().filter(|(at, _)| columns.get(*at).is_some_and(Option::is_none)) {
        for (index, known) in known.iter().enumerate() {
            let because = because(seen, known.element, known.heading_match(seen));
            let worth = worth(seen, known.element, &because);
            if worth >= WORTH_MIN {
                pairs.push((worth, at, index, because));
            }
        }
    }
    pairs.sort_by_key(|(worth, at, index, _)| (std::cmp::Reverse(*worth), *at, *index));
    for (_, at, index, because) in pairs {
        let (Some(seen), Some(known), Some(place)) = (seen.get(at), known.get(index), columns.get_mut(at)) else {
            continue;
        };
        let standing = standing(&because);
        let is_code_nobody_named = seen.profile.is_code()
            && (known.element.class != Class::IdentificationCode || because.heading == HeadingMatch::Nothing);
        if place.is_some() || taken.has(known.element) || standing == Standing::Unconfirmed || is_code_nobody_named {
            continue;
        }
        taken.take(known.element);
        *place = Some(seen.column(Some(known.element), Part::Whole, standing, because));
    }
    for (place, seen) in columns.iter_mut().zip(seen) {
        if let Some(column) = place.as_mut().filter(|column| column.because.heading != HeadingMatch::Person) {
            column.also = alternatives(seen, known).filter(|id| Some(id) != column.element.as_ref()).take(3).collect();
        }
    }
}

/// A column nothing was given to: what it could have been, and why it is not.
fn left_over(seen: &Seen<'_>, known: &[Known<'_>], taken: &Taken) -> Column {
    let best = known
        .iter()
        .map(|known| (because(seen, known.element, known.heading_match(seen)), known))
        .max_by_key(|(because, known)| worth(seen, known.element, because))
        .filter(|(because, known)| worth(seen, known.element, because) >= WORTH_MIN);
    let mut reason = Because::nothing();
    if let Some((because, known)) = best {
        reason = because;
        reason.taken = taken.has(known.element);
        reason.identifier = seen.profile.identifier.filter(|_| known.element.class != Class::IdentificationCode);
    } else {
        reason.identifier = seen.profile.identifier;
    }
    // Nobody need decide about a column that only counts the rows.
    let counts = seen.concept.is_some_and(|concept| concept.id == "counter") && reason.identifier.is_none();
    let standing = if counts { Standing::Confirmed } else { Standing::Unconfirmed };
    let mut column = seen.column(None, Part::Whole, standing, reason);
    column.also = alternatives(seen, known).take(3).collect();
    column
}

fn alternatives(seen: &Seen<'_>, known: &[Known<'_>]) -> impl Iterator<Item = policy::names::ElementId> {
    let mut ranked: Vec<(i32, &Element)> = known
        .iter()
        .map(|known| {
            (worth(seen, known.element, &because(seen, known.element, known.heading_match(seen))), known.element)
        })
        .filter(|(worth, _)| *worth >= WORTH_MIN)
        .collect();
    ranked.sort_by_key(|(worth, _)| std::cmp::Reverse(*worth));
    ranked.into_iter().map(|(_, element)| element.id.clone()).collect::<Vec<_>>().into_iter()
}

pub(super) fn because(seen: &Seen<'_>, element: &Element, heading: HeadingMatch) -> Because {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share between 0 and 1")]
    let share = (seen.profile.share(element.shape) * 100.0) as u8;
    let tells = !matches!(element.shape, Shape::Number | Shape::Text);
    let values = (tells && seen.profile.values > 0).then_some((element.shape, share, seen.profile.values));
    Because { heading, values, agreement: seen.profile.agreement(element.shape), ..Because::nothing() }
}

const WORTH_MIN: i32 = 25;

/// How well a column and an element go together.
fn worth(seen: &Seen<'_>, element: &Element, because: &Because) -> i32 {
    let heading = match because.heading {
        HeadingMatch::Person | HeadingMatch::Known => 100,
        HeadingMatch::Synonym => 80,
        HeadingMatch::Broader => 60,
        HeadingMatch::Near => 40,
        HeadingMatch::Nothing => 0,
    };
    let values = match because.agreement {
        Agreement::Agrees => 20,
        Agreement::Silent | Agreement::Unsure => 0,
        Agreement::Contradicts => -50,
    };
    // A code with a check digit speaks for an element of codes that is named after it, as an alternative only:
    // nobody's personal number is imported because a program guessed.
    let code = seen.profile.identifier.is_some_and(|identifier| {
        element.class == identifier.class() && identifier.cues().iter().any(|cue| element_has_cue(element, cue))
    });
    if heading == 0 {
        let by_values = seen.concept.is_none()
            && seen.near.is_none()
            && words::qualifiers(&seen.heading.text).next().is_none()
            && seen.profile.plain_shape() == Some(element.shape)
            && element.shape != Shape::Date;
        return if code {
            70
        } else if by_values {
            30
        } else {
            0
        };
    }
    heading + values + if code { 30 } else { 0 }
}

fn element_has_cue(element: &Element, cue: &str) -> bool {
    element.headers.iter().any(|heading| fold::key(heading).contains(cue))
}

fn standing(because: &Because) -> Standing {
    match (because.heading, because.agreement) {
        (HeadingMatch::Person, _) | (HeadingMatch::Known | HeadingMatch::Synonym, Agreement::Agrees) => {
            Standing::Confirmed
        }
        (HeadingMatch::Known | HeadingMatch::Synonym, Agreement::Silent | Agreement::Unsure) => Standing::Inferred,
        (HeadingMatch::Broader | HeadingMatch::Near | HeadingMatch::Nothing, Agreement::Agrees) => Standing::Inferred,
        (HeadingMatch::Broader, Agreement::Silent) => Standing::Inferred,
        _ => Standing::Unconfirmed,
    }
}

/// Whether a heading is written with letters only Vietnamese has; some programs write their marks apart.
pub(super) fn is_vietnamese(heading: &str) -> bool {
    fold::fold(heading).chars().any(|letter| matches!(letter, 'đ' | 'ă' | 'ơ' | 'ư' | '\u{1EA0}'..='\u{1EF9}'))
}

/// The order of day and month that a heading names: `Ngày sinh (dd/mm/yyyy)`.
fn order_named(heading: &str) -> Option<DateOrder> {
    let plain: String = fold::fold(heading).chars().filter(|letter| letter.is_alphanumeric()).collect();
    let has = |words: &[&str]| words.iter().any(|word| plain.contains(word));
    if has(&["ddmmyy", "dmyyyy", "ddmmmyy", "日月年"]) {
        Some(DateOrder::DayFirst)
    } else if has(&["mmddyy", "mdyyyy", "月日年"]) {
        Some(DateOrder::MonthFirst)
    } else {
        None
    }
}
