//! Logs as tables: text files read line by line, and workbooks.

use std::borrow::Cow;
use std::io::Read;

use jiff::civil::Date;
use policy::logs::{LogSort, What};
use policy::normal::DateOrder;

use super::fields::{is_formula, split};
use super::lines::{Line, TextLines, known};
use super::time::{At, Clock, order_of, time_of_day};
use super::{Found, Hands, Role, Settings, Why};
use crate::file::encoding::Decoded;
use crate::file::{Cell, Choice, Format, Origin, Table, Trouble, Unreadable, column_of, open};

/// How much of a text file is looked at to find its columns.
const LOOK: u64 = 256 << 10;

/// Which column holds what.
#[derive(Default)]
struct Columns {
    moment: Option<usize>,
    day: Option<usize>,
    time: Option<usize>,
    who: Vec<usize>,
    place: Option<usize>,
    way: Option<usize>,
    begun: Option<usize>,
    ended: Option<usize>,
    work: Option<usize>,
    /// A line with fewer fields was cut off.
    needs: usize,
}

pub(super) fn read(origin: &Origin, settings: &Settings, hands: &mut Hands<'_>) -> Result<(), Unreadable> {
    let choice = Choice { headings: Role::known(), sheet: settings.sheet.clone(), ..Choice::default() };
    let mut magic = [0; 4];
    let is_text = match origin.reader()?.read(&mut magic)? {
        4 => !matches!(magic, [b'P', b'K', 3, 4] | [0xD0, 0xCF, 0x11, 0xE0]),
        _ => true,
    };
    if !is_text {
        let table = open(origin, &choice)?;
        hands.read.digest = table.about().digest;
        return workbook(&table, settings, hands);
    }
    let (glance, encoding) = known(origin)?;
    hands.read.digest = glance.digest;
    let mut head = Vec::new();
    Decoded::new(origin.reader()?, encoding).take(LOOK).read_to_end(&mut head)?;
    if head.len() as u64 == LOOK {
        let end = head.iter().rposition(|byte| *byte == b'\n').map_or(head.len(), |at| at + 1);
        head.truncate(end);
    }
    // A quotation mark that is never closed is the matter of its line, not of the whole log.
    let head: Vec<u8> = head
        .split_inclusive(|byte| *byte == b'\n')
        .filter(|line| line.iter().filter(|byte| **byte == b'"').count().is_multiple_of(2))
        .flatten()
        .copied()
        .collect();
    let table = open(&Origin::bytes(head), &Choice { encoding: Some("utf-8".to_owned()), ..choice })?;
    let Format::Text { delimiter, .. } = table.about().format else { return Err(Unreadable::whole(Trouble::Kind)) };
    let columns = columns(&table, settings, hands)?;
    let mut clock = Clock::new(&settings.zone, order(&table, settings, &columns));
    let after = table.about().heading_lines.last().copied().unwrap_or(0);
    let heading: Vec<String> = table.headings().iter().map(|heading| heading.text.clone()).collect();
    let mut lines = TextLines::open(origin, encoding)?;
    while let Some(line) = lines.next()? {
        let mut fields: Vec<Cow<'_, str>> = Vec::with_capacity(columns.needs + 8);
        let (number, text) = match line {
            Line::Text(number, _) | Line::Bad(number, _) if number <= after => continue,
            Line::Bad(number, why) => {
                hands.read.lines += 1;
                hands.read.trouble(number, why);
                continue;
            }
            Line::Text(number, text) => (number, text),
        };
        hands.read.lines += 1;
        let done = match split(text, delimiter, &mut fields) {
            Ok(()) if fields.iter().zip(&heading).filter(|(field, of)| !of.is_empty() && *field == *of).count() > 1 => {
                // The heading once more: two files were put behind each other.
                hands.read.nobody += 1;
                Ok(())
            }
            Ok(()) if fields.len() < columns.needs => Err(Why::Torn),
            Ok(()) => {
                let field = |at: usize| fields.get(at).map_or("", Cow::as_ref);
                row(hands, settings.sort, &mut clock, &columns, number, &field)
            }
            Err(why) => Err(why),
        };
        if let Err(why) = done {
            hands.read.trouble(number, why);
        }
    }
    Ok(())
}

fn workbook(table: &Table, settings: &Settings, hands: &mut Hands<'_>) -> Result<(), Unreadable> {
    let columns = columns(table, settings, hands)?;
    let mut clock = Clock::new(&settings.zone, order(table, settings, &columns));
    for found in table.rows()? {
        let found = found?;
        hands.read.lines += 1;
        let cells: Vec<String> = found.cells.iter().map(Cell::text).collect();
        let field = |at: usize| cells.get(at).map_or("", |cell| cell.trim());
        if let Err(why) = row(hands, settings.sort, &mut clock, &columns, found.line, &field) {
            hands.read.trouble(found.line, why);
        }
    }
    Ok(())
}

/// Which column holds what: what a person said wins, then what the headings mean.
fn columns(table: &Table, settings: &Settings, hands: &mut Hands<'_>) -> Result<Columns, Unreadable> {
    let mut roles: Vec<(usize, Role)> = Vec::new();
    for (role, named) in &settings.columns {
        let by_heading = table.headings().iter().find(|heading| heading.text == *named).map(|heading| heading.at);
        let at = by_heading.or_else(|| column_of(named)).ok_or(Unreadable::whole(Trouble::Columns))?;
        roles.push((at, *role));
    }
    for heading in table.headings() {
        if let Some(role) = Role::of(&heading.text)
            && !roles.iter().any(|(at, known)| *at == heading.at || *known == role)
        {
            roles.push((heading.at, role));
        }
    }
    for heading in table.headings() {
        if let Some((_, role)) = roles.iter().find(|(at, _)| *at == heading.at) {
            hands.read.columns.push((heading.text.clone(), *role));
        }
    }
    let of = |role: Role| roles.iter().find(|(_, known)| *known == role).map(|(at, _)| *at);
    // Doors know cards best, attendance knows people, systems know logins.
    let known_by = match settings.sort {
        LogSort::Door => [Role::Card, Role::Employee, Role::User, Role::Name],
        LogSort::Attendance => [Role::Employee, Role::User, Role::Card, Role::Name],
        LogSort::Access | LogSort::Daicho => [Role::User, Role::Employee, Role::Card, Role::Name],
    };
    let mut columns = Columns {
        moment: of(Role::Moment),
        day: of(Role::Day),
        time: of(Role::Time),
        who: known_by.into_iter().filter_map(of).collect(),
        place: of(Role::Place),
        way: of(Role::Way),
        begun: of(Role::Begun),
        ended: of(Role::Ended),
        work: of(Role::Work),
        needs: 0,
    };
    if columns.who.is_empty() || columns.moment.is_none() && columns.day.is_none() {
        return Err(Unreadable::whole(Trouble::Columns));
    }
    let when = [columns.moment, columns.day, columns.time].into_iter().flatten();
    columns.needs = when.chain(columns.who.first().copied()).max().unwrap_or(0) + 1;
    Ok(columns)
}

/// In which order dates write day and month: the sample tells, else what was said, else the language of the headings.
fn order(table: &Table, settings: &Settings, columns: &Columns) -> DateOrder {
    let at = columns.moment.or(columns.day).unwrap_or(0);
    let told = table.sample().iter().filter_map(|row| order_of(&row.cell(at).text())).next();
    let vietnamese =
        table.headings().iter().any(|heading| heading.text.chars().any(|c| "ạảãăắằấầậđểễệịọộờớợứừựỳ".contains(c)));
    match (told, settings.order) {
        (Some(order), _) => order,
        (None, DateOrder::Unsettled) if vietnamese => DateOrder::DayFirst,
        (None, order) => order,
    }
}

/// One row: an event, or two where attendance writes when somebody came and when they left.
fn row<'a>(
    hands: &mut Hands<'_>,
    sort: LogSort,
    clock: &mut Clock,
    columns: &Columns,
    line: u64,
    field: &dyn Fn(usize) -> &'a str,
) -> Result<(), Why> {
    let maybe = |at: Option<usize>| at.map_or("", field);
    let who = columns.who.iter().map(|at| field(*at)).find(|who| !who.is_empty()).unwrap_or("");
    if is_formula(who) {
        return Err(Why::Formula);
    }
    let (place, way) = (maybe(columns.place), maybe(columns.way));
    let (begun, ended) = (maybe(columns.begun), maybe(columns.ended));
    let work = columns.work.map(field);
    if sort == LogSort::Attendance && columns.begun.is_some() && columns.moment.is_none() {
        let day = clock.day(maybe(columns.day))?;
        if who.is_empty() {
            return Err(Why::Who);
        }
        if is_none(begun) && is_none(ended) {
            hands.read.nobody += 1;
            return Ok(());
        }
        return worked(hands, clock, line, (who, place), day, [begun, ended]);
    }
    let at = match (columns.moment, columns.day, columns.time) {
        (Some(moment), _, time) => match (clock.moment(field(moment)), time) {
            (Err(Why::DayOnly), Some(time)) => {
                let day = clock.day(field(moment))?;
                joined(clock, day, field(time))?
            }
            (read, _) => read?,
        },
        (None, Some(day), Some(time)) => {
            let day = clock.day(field(day))?;
            joined(clock, day, field(time))?
        }
        // What is called the day may hold the moment.
        (None, Some(day), None) => match clock.moment(field(day)) {
            Err(Why::DayOnly) if sort == LogSort::Attendance && !who.is_empty() => {
                let day = clock.day(field(day))?;
                let at = clock.local(day, 43_200_000).ok_or(Why::Moment)?;
                hands.event(line, &Found { at, who, place, what: What::Attended, work: None });
                return Ok(());
            }
            read => read?,
        },
        (None, None, _) => return Err(Why::Moment),
    };
    if who.is_empty() {
        // Doors are opened by nobody: from inside, by the fire alarm.
        hands.read.nobody += 1;
        return Ok(());
    }
    let meant = hands.way(way);
    let what = match (sort, meant) {
        (LogSort::Door, Some(what)) => what,
        (LogSort::Door, None) => What::Passed,
        (LogSort::Attendance, Some(What::In)) => What::ClockIn,
        (LogSort::Attendance, Some(What::Out)) => What::ClockOut,
        (LogSort::Attendance, _) => What::Attended,
        (_, Some(What::TurnedAway)) => What::TurnedAway,
        _ => What::Used,
    };
    hands.event(line, &Found { at, who, place, what, work });
    Ok(())
}

fn joined(clock: &mut Clock, day: Date, time: &str) -> Result<At, Why> {
    let millis = time_of_day(time).ok_or(Why::Moment)?;
    clock.local(day, millis).ok_or(Why::Moment)
}

/// A day of somebody's work, as attendance writes it.
fn worked(
    hands: &mut Hands<'_>,
    clock: &mut Clock,
    line: u64,
    (who, place): (&str, &str),
    day: Date,
    [begun, ended]: [&str; 2],
) -> Result<(), Why> {
    let begins = if is_none(begun) { None } else { Some(time_of_day(begun).ok_or(Why::Moment)?) };
    let ends = if is_none(ended) { None } else { Some(time_of_day(ended).ok_or(Why::Moment)?) };
    if let Some(millis) = begins {
        let at = clock.local(day, millis).ok_or(Why::Moment)?;
        hands.event(line, &Found { at, who, place, what: What::ClockIn, work: None });
    }
    if let Some(millis) = ends {
        let over_night = begins.is_some_and(|begins| millis < begins);
        let at = clock.local(day, if over_night { millis + 86_400_000 } else { millis }).ok_or(Why::Moment)?;
        // A night's work ends on the day on which it began.
        let at = At { day, ..at };
        hands.event(line, &Found { at, who, place, what: What::ClockOut, work: None });
    }
    Ok(())
}

/// What attendance writes for no time.
fn is_none(text: &str) -> bool {
    text.is_empty()
        || matches!(text, "-" | "--:--" | "―" | "－" | "/" | "00:00-00:00")
        || text.chars().all(|c| c == '-')
}
