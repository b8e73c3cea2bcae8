//! Elements that several columns make up, and columns that hold two elements.

use policy::Shape;

use super::because::{Because, HeadingMatch};
use super::content::Agreement;
use super::heading;
use super::matching::{Known, Seen, Taken, because, is_vietnamese};
use super::words::{self, Concept, Part};
use super::{Column, Standing};

/// Gives the columns that are parts of an element to it.
pub(super) fn give(seen: &[Seen<'_>], known: &[Known<'_>], columns: &mut [Option<Column>], taken: &mut Taken) {
    give_names_and_addresses(seen, known, columns, taken);
    for known in known.iter().filter(|known| known.element.shape == Shape::Date) {
        if taken.has(known.element) {
            continue;
        }
        let free: Vec<usize> = (0..seen.len()).filter(|at| columns.get(*at).is_some_and(Option::is_none)).collect();
        let given = date_parts(seen, known, &free);
        put(seen, known, columns, taken, (given, Standing::Confirmed));
    }
    for known in known.iter().filter(|known| known.element.shape == Shape::Text) {
        if taken.has(known.element) {
            continue;
        }
        let marked = |at: &usize| seen.get(*at).is_some_and(|seen| is_marked(seen, known));
        let free = (0..seen.len()).filter(|at| columns.get(*at).is_some_and(Option::is_none));
        let given: Vec<(usize, Part)> = free.filter(marked).map(|at| (at, Part::Mark)).collect();
        if given.len() >= 2 {
            put(seen, known, columns, taken, (given, Standing::Confirmed));
        }
    }
}

/// 「山田太郎（ヤマダタロウ）」: where no column holds the readings and names have theirs beside them, the column holds both.
pub(super) fn give_readings(
    seen: &[Seen<'_>],
    known: &[Known<'_>],
    columns: &mut [Option<Column>],
    seconds: &mut [Option<Column>],
    taken: &mut Taken,
) {
    let Some(kana) = known.iter().find(|known| known.concepts.contains("kana") && !taken.has(known.element)) else {
        return;
    };
    let is_name = |column: &Column| {
        let element = known.iter().find(|known| Some(&known.element.id) == column.element.as_ref());
        column.part == Part::Whole
            && column.because.heading != HeadingMatch::Person
            && element.is_some_and(|known| known.element.shape == Shape::Name && known.concepts.contains("name"))
    };
    for ((seen, place), second) in seen.iter().zip(columns).zip(seconds) {
        let Some(column) = place.as_mut().filter(|column| is_name(column) && seen.profile.readings > 0.0) else {
            continue;
        };
        column.part = Part::Outside;
        let standing = if seen.profile.readings >= 0.5 { Standing::Confirmed } else { Standing::Inferred };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share between 0 and 1")]
        let share = (seen.profile.readings * 100.0) as u8;
        let because = Because {
            values: Some((Shape::Kana, share, seen.profile.values)),
            ..because(seen, kana.element, HeadingMatch::Nothing)
        };
        *second = Some(seen.column(Some(kana.element), Part::Inside, standing, because));
        taken.take(kana.element);
        return;
    }
}

/// The columns of one date: 元号, 年, 月, 日 under its heading or after it; or a heading merged over them and no more said.
fn date_parts(seen: &[Seen<'_>], known: &Known<'_>, free: &[usize]) -> Vec<(usize, Part)> {
    let part = |at: usize| {
        let (concept, part) = heading::date_part(&seen.get(at)?.heading.text)?;
        known.concepts.contains(concept.id).then_some((at, part))
    };
    let mut named: Vec<(usize, Part)> = Vec::new();
    for (at, part) in free.iter().filter_map(|at| part(*at)) {
        if named.iter().all(|(_, other)| *other != part) {
            named.push((at, part));
        }
    }
    if named.len() >= 2 && named.iter().any(|(_, part)| *part == Part::Year) {
        return named;
    }
    let under: Vec<usize> =
        free.iter().copied().filter(|at| seen.get(*at).is_some_and(|seen| is_under(seen, known))).collect();
    if under.len() == 2 && is_beside(seen, &under) {
        // Vietnamese lists have the date of birth under Nam or under Nữ.
        return under.into_iter().map(|at| (at, Part::Piece)).collect();
    }
    let of_date = |at: &usize| {
        let is_it = |concept: &Concept| known.concepts.contains(concept.id) && concept.part == Part::Whole;
        seen.get(*at).is_some_and(|seen| seen.concept.is_some_and(is_it) && seen.profile.share(Shape::Date) < 0.5)
    };
    let merged: Vec<usize> = free.iter().copied().filter(of_date).collect();
    if !is_beside(seen, &merged) || !is_called_the_same(seen, &merged) {
        return Vec::new();
    }
    let day_first = merged.first().and_then(|at| seen.get(*at)).is_some_and(|seen| is_vietnamese(&seen.heading.text));
    match (merged.as_slice(), day_first) {
        ([day, month, year], true) => vec![(*day, Part::Day), (*month, Part::Month), (*year, Part::Year)],
        ([year, month, day], false) => vec![(*year, Part::Year), (*month, Part::Month), (*day, Part::Day)],
        ([era, year, month, day], false) => {
            vec![(*era, Part::Era), (*year, Part::Year), (*month, Part::Month), (*day, Part::Day)]
        }
        _ => Vec::new(),
    }
}

/// Whether the column stands under the element's heading by man and woman, and holds dates.
fn is_under(seen: &Seen<'_>, known: &Known<'_>) -> bool {
    let Some((parent, last)) = heading::grouped(&seen.heading.text) else { return false };
    let is_it = words::concept(parent).is_some_and(|concept| known.concepts.contains(concept.id));
    let is_sex = matches!(words::key(last).as_str(), "nam" | "nữ" | "男" | "女" | "男性" | "女性" | "male" | "female");
    is_it && is_sex && seen.profile.share(Shape::Date) >= 0.5
}

/// Whether the column is only marked, under a heading of the element: 性別 / 男.
fn is_marked(seen: &Seen<'_>, known: &Known<'_>) -> bool {
    let Some((parent, _)) = heading::grouped(&seen.heading.text) else { return false };
    let is_it = words::concept(parent).is_some_and(|concept| known.concepts.contains(concept.id));
    is_it && seen.profile.values > 0 && seen.profile.marks >= 0.99
}

fn is_beside(seen: &[Seen<'_>], columns: &[usize]) -> bool {
    columns.windows(2).all(|pair| match pair {
        [one, other] => match (seen.get(*one), seen.get(*other)) {
            (Some(one), Some(other)) => one.heading.at + 1 == other.heading.at,
            _ => false,
        },
        _ => true,
    })
}

fn is_called_the_same(seen: &[Seen<'_>], columns: &[usize]) -> bool {
    let mut names = columns.iter().filter_map(|at| seen.get(*at)).map(|seen| seen.heading.text.as_str());
    let first = names.next();
    names.all(|name| Some(name) == first)
}

fn put(
    seen: &[Seen<'_>],
    known: &Known<'_>,
    columns: &mut [Option<Column>],
    taken: &mut Taken,
    (given, surest): (Vec<(usize, Part)>, Standing),
) {
    for (at, part) in given {
        if let (Some(seen), Some(place)) = (seen.get(at), columns.get_mut(at)) {
            let because = because(seen, known.element, HeadingMatch::Synonym);
            let standing = if seen.profile.values > 0 && because.agreement != Agreement::Contradicts {
                Standing::Confirmed
            } else {
                Standing::Inferred
            };
            *place = Some(seen.column(Some(known.element), part, standing.max(surest), because));
            taken.take(known.element);
        }
    }
}

/// The pieces of the first of several addresses, by whose they are: 現住所・都道府県 and 住民票の住所・都道府県 are two.
fn of_one_address(seen: &[Seen<'_>], parts: &[usize]) -> Vec<usize> {
    let group = |at: &usize| seen.get(*at).map(|seen| heading::piece_group(&seen.heading.text)).unwrap_or_default();
    let first = parts.first().map(group).unwrap_or_default();
    let of_first: Vec<usize> = parts.iter().copied().filter(|at| group(at) == first).collect();
    if of_first.len() >= 2 { of_first } else { parts.to_vec() }
}

/// 姓 and 名 into the name, 都道府県 and 市区町村 into the address, a heading merged over several columns into all of them.
fn give_names_and_addresses(seen: &[Seen<'_>], known: &[Known<'_>], columns: &mut [Option<Column>], taken: &mut Taken) {
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
        let mut surest = Standing::Confirmed;
        let given: Vec<(usize, Part)> = match (wholes.as_slice(), whole) {
            (_, "address") if parts.len() >= 2 || (parts.len() == 1 && wholes.len() == 1) => {
                let of_one = of_one_address(seen, &parts);
                if of_one.len() < parts.len() {
                    surest = Standing::Inferred;
                }
                let mut pieces: Vec<usize> = of_one.iter().chain(wholes.iter().take(1)).copied().collect();
                pieces.sort_unstable();
                pieces.into_iter().map(|at| (at, Part::Piece)).collect()
            }
            ([_, _, ..], "address") if is_beside(seen, &wholes) && is_called_the_same(seen, &wholes) => {
                wholes.iter().map(|at| (*at, Part::Piece)).collect()
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
        put(seen, known, columns, taken, (given, surest));
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
