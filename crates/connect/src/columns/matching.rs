//! Which element each column holds. No element is given to two columns, unless as parts of it.

use std::collections::BTreeSet;

use policy::normal::{DateOrder, fold};
use policy::{Class, Element, Language, Shape};

use super::because::{Because, HeadingMatch};
use super::content::{Agreement, Profile};
use super::mapping::{Mapping, Target};
use super::words::{self, Concept, Part};
use super::{Column, Standing};
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
    let mut columns: Vec<Option<Column>> =
        seen.iter().map(|seen| decided(seen, elements, mapping, &mut taken)).collect();
    give_parts(&seen, &known, &mut columns, &mut taken);
    give_whole(&seen, &known, &mut columns, &mut taken);
    let day_first = seen.iter().any(|seen| is_vietnamese(&seen.heading.text));
    let otherwise = if day_first { DateOrder::DayFirst } else { DateOrder::Unsettled };
    let finished = seen.iter().zip(columns).map(|(seen, column)| {
        let mut column = column.unwrap_or_else(|| left_over(seen, &known, &taken));
        column.order = seen.profile.order(otherwise);
        column
    });
    finished.collect()
}

/// A column as it was looked at.
struct Seen<'a> {
    heading: &'a Heading,
    forms: Vec<String>,
    concept: Option<&'static Concept>,
    near: Option<&'static Concept>,
    profile: Profile,
}

impl<'a> Seen<'a> {
    fn of(heading: &'a Heading, sample: &[Row]) -> Self {
        Self {
            heading,
            forms: words::forms(&heading.text),
            concept: words::concept(&heading.text),
            near: words::near(&heading.text),
            profile: Profile::of(sample, heading.at, &heading.text),
        }
    }

    /// A column that is called nothing of its own and holds nothing is only a trace of merged cells.
    fn is_worth(&self) -> bool {
        self.profile.values > 0 || !(self.heading.reached || self.heading.text.is_empty())
    }

    fn column(&self, element: Option<&Element>, part: Part, standing: Standing, because: Because) -> Column {
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
struct Known<'a> {
    element: &'a Element,
    keys: BTreeSet<String>,
    concepts: BTreeSet<&'static str>,
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
struct Taken(BTreeSet<String>);

impl Taken {
    fn has(&self, element: &Element) -> bool {
        self.0.contains(element.id.as_str())
    }

    fn take(&mut self, element: &Element) {
        self.0.insert(element.id.as_str().to_owned());
    }
}

/// What a person decided about the column.
fn decided(seen: &Seen<'_>, elements: &[Element], mapping: &Mapping, taken: &mut Taken) -> Option<Column> {
    match mapping.target(seen.heading)? {
        Target::Ignored => Some(seen.column(None, Part::Whole, Standing::Confirmed, Because::person())),
        Target::Element(id, part) => {
            let element = elements.iter().find(|element| element.id == *id)?;
            if *part == Part::Whole && taken.has(element) {
                return None;
            }
            taken.take(element);
            Some(seen.column(Some(element), *part, Standing::Confirmed, Because::person()))
        }
    }
}

/// 姓 and 名 into the name, 都道府県 and 市区町村 into the address, a heading merged over two columns of names into both.
fn give_parts(seen: &[Seen<'_>], known: &[Known<'_>], columns: &mut [Option<Column>], taken: &mut Taken) {
    for whole in ["name", "kana", "address"] {
        let Some(known) = known.iter().find(|known| known.concepts.contains(whole) && !taken.has(known.element)) else {
            continue;
        };
        let is_free = |at: &usize| columns.get(*at).is_some_and(Option::is_none);
        let with = |test: &dyn Fn(&Concept) -> bool| -> Vec<usize> {
            (0..seen.len())
                .filter(is_free)
                .filter(|at| seen.get(*at).and_then(|seen| seen.concept.or(seen.near)).is_some_and(test))
                .collect()
        };
        let wholes = with(&|concept| concept.id == whole);
        let parts = with(&|concept| concept.broader == Some(whole) && concept.part != Part::Whole);
        let given: Vec<(usize, Part)> = match (wholes.as_slice(), whole) {
            (_, "address") if parts.len() >= 2 || (parts.len() == 1 && wholes.len() == 1) => {
                let mut pieces: Vec<usize> = parts.iter().chain(wholes.iter().take(1)).copied().collect();
                pieces.sort_unstable();
                pieces.into_iter().map(|at| (at, Part::Piece)).collect()
            }
            ([], "name" | "kana") => match name_parts(seen, &parts).as_slice() {
                [] => whole_in_a_part(seen, &parts),
                both => both.to_vec(),
            },
            ([first, second], "name" | "kana") if is_one_heading(seen, *first, *second) => {
                vec![(*first, Part::Family), (*second, Part::Given)]
            }
            _ => Vec::new(),
        };
        for (at, part) in given {
            if let (Some(seen), Some(place)) = (seen.get(at), columns.get_mut(at)) {
                let because = because(seen, known.element, HeadingMatch::Synonym);
                let standing = if seen.profile.values > 0 && because.agreement != Agreement::Contradicts {
                    Standing::Confirmed
                } else {
                    Standing::Inferred
                };
                *place = Some(seen.column(Some(known.element), part, standing, because));
                taken.take(known.element);
            }
        }
    }
}

/// One family name and one given name, with what may stand between. A given name alone is no part of anything.
fn name_parts(seen: &[Seen<'_>], parts: &[usize]) -> Vec<(usize, Part)> {
    let first_of = |part: Part| {
        let is_part =
            |at: &&usize| seen.get(**at).and_then(|seen| seen.concept).is_some_and(|concept| concept.part == part);
        parts.iter().find(is_part).map(|at| (*at, part))
    };
    match (first_of(Part::Family), first_of(Part::Given)) {
        (Some(family), Some(given)) => {
            [Some(family), first_of(Part::Middle), Some(given)].into_iter().flatten().collect()
        }
        _ => Vec::new(),
    }
}

/// A column called Tên that holds whole names, as Vietnamese lists often have it.
fn whole_in_a_part(seen: &[Seen<'_>], parts: &[usize]) -> Vec<(usize, Part)> {
    let holds_whole = |at: &&usize| seen.get(**at).is_some_and(|seen| seen.profile.share(Shape::Name) >= 0.5);
    match parts {
        [_] => parts.iter().find(holds_whole).map(|at| (*at, Part::Whole)).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Two columns side by side under one merged heading, both with values.
fn is_one_heading(seen: &[Seen<'_>], first: usize, second: usize) -> bool {
    match (seen.get(first), seen.get(second)) {
        (Some(one), Some(other)) => {
            one.heading.at + 1 == other.heading.at
                && one.heading.text == other.heading.text
                && one.profile.values > 0
                && other.profile.values > 0
        }
        _ => false,
    }
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
    let mut column = seen.column(None, Part::Whole, Standing::Unconfirmed, reason);
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

fn because(seen: &Seen<'_>, element: &Element, heading: HeadingMatch) -> Because {
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

/// Whether a heading is written with letters only Vietnamese has.
fn is_vietnamese(heading: &str) -> bool {
    heading
        .chars()
        .any(|letter| matches!(letter, 'đ' | 'Đ' | 'ă' | 'ơ' | 'ư' | 'Ă' | 'Ơ' | 'Ư' | '\u{1EA0}'..='\u{1EF9}'))
}
