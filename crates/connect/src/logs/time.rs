//! Moments as logs write them.

use std::collections::HashMap;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use policy::normal::DateOrder;

use super::Why;

/// A moment: when, and which second of which day that is where the company is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct At {
    pub(super) millis: i64,
    pub(super) day: Date,
    pub(super) second: u32,
}

/// Turns what a log writes into moments. Days are looked up in the time zone once.
pub(super) struct Clock {
    zone: TimeZone,
    order: DateOrder,
    days: HashMap<Date, Option<i64>>,
    newest: Option<(Date, Option<i64>)>,
}

const DAY: i64 = 86_400_000;

impl Clock {
    pub(super) fn new(zone: &TimeZone, order: DateOrder) -> Self {
        Self { zone: zone.clone(), order, days: HashMap::new(), newest: None }
    }

    /// The first millisecond of a day, where the clock runs through it evenly.
    fn start(&mut self, day: Date) -> Option<i64> {
        if let Some((known, start)) = self.newest
            && known == day
        {
            return start;
        }
        let zone = &self.zone;
        let start = *self.days.entry(day).or_insert_with(|| {
            let begin = |day: Date| Some(day.to_zoned(zone.clone()).ok()?.timestamp().as_millisecond());
            let (start, end) = (begin(day)?, begin(day.tomorrow().ok()?)?);
            (end - start == DAY).then_some(start)
        });
        self.newest = Some((day, start));
        start
    }

    /// A day and a time where the company is. Hours after midnight may be counted on, as 25:30.
    pub(super) fn local(&mut self, day: Date, millis: i64) -> Option<At> {
        let (day, millis) = if millis >= DAY { (day.tomorrow().ok()?, millis - DAY) } else { (day, millis) };
        if !(0..DAY).contains(&millis) {
            return None;
        }
        let second = u32::try_from(millis / 1000).ok()?;
        if let Some(start) = self.start(day) {
            return Some(At { millis: start + millis, day, second });
        }
        let time = Time::midnight().checked_add(SignedDuration::from_millis(millis)).ok()?;
        let zoned = DateTime::from_parts(day, time).to_zoned(self.zone.clone()).ok()?;
        Some(At { millis: zoned.timestamp().as_millisecond(), day, second })
    }

    /// A moment that says itself how far it is from UTC.
    pub(super) fn at(&mut self, millis: i64) -> Option<At> {
        let timestamp = Timestamp::from_millisecond(millis).ok()?;
        if let Some((day, Some(start))) = self.newest
            && (start..start + DAY).contains(&millis)
        {
            return Some(At { millis, day, second: u32::try_from((millis - start) / 1000).ok()? });
        }
        let zoned = timestamp.to_zoned(self.zone.clone());
        let day = zoned.date();
        let start = self.start(day);
        let second = match start {
            Some(start) => u32::try_from((millis - start) / 1000).ok()?,
            None => seconds(zoned.time()),
        };
        Some(At { millis, day, second })
    }

    /// A text with day and time.
    pub(super) fn moment(&mut self, text: &str) -> Result<At, Why> {
        let text = text.trim();
        if let Some(number) = epoch(text) {
            return self.at(number).ok_or(Why::Moment);
        }
        let ascii;
        let text = if text.is_ascii() {
            text
        } else {
            ascii = plain(text);
            &ascii
        };
        let (day, rest) = day_of(text.as_bytes(), self.order)?;
        let rest = trimmed(rest);
        if rest.is_empty() {
            return Err(Why::DayOnly);
        }
        let (millis, rest) = time_of(rest).ok_or(Why::Moment)?;
        match offset_of(trimmed(rest)).ok_or(Why::Moment)? {
            None => self.local(day, millis).ok_or(Why::Moment),
            Some(offset) => {
                let midnight = Offset::UTC.to_timestamp(day.at(0, 0, 0, 0)).map_err(|_| Why::Moment)?;
                self.at(midnight.as_millisecond() + millis - i64::from(offset) * 60_000).ok_or(Why::Moment)
            }
        }
    }

    /// A text that is a day.
    pub(super) fn day(&self, text: &str) -> Result<Date, Why> {
        let text = plain(text.trim());
        let (day, _) = day_of(text.as_bytes(), self.order)?;
        Ok(day)
    }
}

/// A time of day in milliseconds; a spreadsheet writes the part of a day that has passed.
pub(super) fn time_of_day(text: &str) -> Option<i64> {
    let text = plain(text.trim());
    if let Some(fraction) =
        text.parse::<f64>().ok().filter(|n| (0.0..2.0).contains(n) && text.contains('.') && !text.contains(':'))
    {
        #[expect(clippy::cast_possible_truncation, reason = "less than two days in milliseconds")]
        return Some((fraction * 86_400.0).round() as i64 * 1000);
    }
    let (millis, rest) = time_of(text.as_bytes())?;
    trimmed(rest).is_empty().then_some(millis)
}

fn seconds(time: Time) -> u32 {
    let part = |n: i8| u32::try_from(n).unwrap_or(0);
    part(time.hour()) * 3600 + part(time.minute()) * 60 + part(time.second())
}

/// One width; 年月日時分秒 and 午前午後 as signs and words.
fn plain(text: &str) -> String {
    let text = policy::normal::fold::fold(text);
    let afternoon = text.contains("午後") || text.contains(" ch");
    let mut out = String::with_capacity(text.len());
    for letter in text.replace("午前", " ").replace("午後", " ").chars() {
        match letter {
            '年' | '月' => out.push('-'),
            '日' => out.push(' '),
            '時' | '分' => out.push(':'),
            '秒' => {}
            letter => out.push(letter),
        }
    }
    if afternoon {
        out.push_str(" pm");
    }
    out
}

/// Seconds or milliseconds since 1970, as programs write them.
fn epoch(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !whole.bytes().all(|byte| byte.is_ascii_digit()) || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    match whole.len() {
        10 => {
            let millis: String = fraction.chars().chain("000".chars()).take(3).collect();
            Some(number * 1000 + millis.parse::<i64>().ok()?)
        }
        13 => Some(number),
        16 => Some(number / 1000),
        _ => None,
    }
}

fn trimmed(mut rest: &[u8]) -> &[u8] {
    while let [b' ' | b'T' | b't' | b',' | b'_', after @ ..] = rest {
        rest = after;
    }
    rest
}

fn number(text: &[u8], most: usize) -> Option<(u32, usize, &[u8])> {
    let digits = text.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
    let (digits_of, rest) = text.split_at_checked(digits)?;
    if digits == 0 {
        return None;
    }
    let value = digits_of.iter().fold(0_u32, |value, byte| value * 10 + u32::from(byte - b'0'));
    Some((value, digits, rest))
}

const MONTHS: [&[u8]; 12] =
    [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"];

pub(super) fn month(text: &[u8]) -> Option<u32> {
    let three = text.get(..3)?.to_ascii_lowercase();
    MONTHS.iter().position(|month| *month == three.as_slice()).and_then(|at| u32::try_from(at + 1).ok())
}

/// The day a text begins with, and what stands behind it.
fn day_of(text: &[u8], order: DateOrder) -> Result<(Date, &[u8]), Why> {
    // [22/Nov/2026:10:00:00 +0700] is what web servers write.
    let text = text.strip_prefix(b"[").unwrap_or(text);
    let (first, digits, rest) = number(text, 8).ok_or(Why::Moment)?;
    let day = |year: u32, month: u32, day: u32| -> Result<Date, Why> {
        let part = |n: u32| i8::try_from(n).map_err(|_| Why::Moment);
        Date::new(i16::try_from(year).map_err(|_| Why::Moment)?, part(month)?, part(day)?).map_err(|_| Why::Moment)
    };
    if digits == 8 {
        return Ok((day(first / 10_000, first / 100 % 100, first % 100)?, rest));
    }
    let [sign @ (b'-' | b'/' | b'.'), rest @ ..] = rest else { return Err(Why::Moment) };
    if digits <= 2
        && let Some(named) = month(rest)
    {
        let rest = rest.get(3..).and_then(|rest| rest.strip_prefix(&[*sign])).ok_or(Why::Moment)?;
        let (year, _, rest) = number(rest, 4).ok_or(Why::Moment)?;
        return Ok((day(year, named, first)?, rest.strip_prefix(b":").unwrap_or(rest)));
    }
    let (second, _, rest) = number(rest, 2).ok_or(Why::Moment)?;
    let rest = rest.strip_prefix(&[*sign]).ok_or(Why::Moment)?;
    let (third, third_digits, rest) = number(rest, 4).ok_or(Why::Moment)?;
    if digits == 4 {
        return Ok((day(first, second, third)?, rest));
    }
    if third_digits != 4 {
        return Err(Why::Moment);
    }
    match (first > 12, second > 12, order) {
        (true, false, _) | (false, false, DateOrder::DayFirst) => Ok((day(third, second, first)?, rest)),
        (false, true, _) | (false, false, DateOrder::MonthFirst) => Ok((day(third, first, second)?, rest)),
        (false, false, DateOrder::Unsettled) if first == second => Ok((day(third, first, second)?, rest)),
        (false, false, DateOrder::Unsettled) => Err(Why::Order),
        (true, true, _) => Err(Why::Moment),
    }
}

/// Whether a text shows in which order it writes day and month.
pub(super) fn order_of(text: &str) -> Option<DateOrder> {
    let mut parts = text.trim().split(['/', '-', '.', ' ']).map(str::parse::<u32>);
    match (parts.next(), parts.next()) {
        (Some(Ok(13..=31)), Some(Ok(1..=12))) => Some(DateOrder::DayFirst),
        (Some(Ok(1..=12)), Some(Ok(13..=31))) => Some(DateOrder::MonthFirst),
        _ => None,
    }
}

/// The time of day a text begins with, in milliseconds.
fn time_of(text: &[u8]) -> Option<(i64, &[u8])> {
    let (first, digits, rest) = number(text, 6)?;
    let (mut hours, mut minutes, mut seconds, mut rest) = match digits {
        6 => (first / 10_000, first / 100 % 100, first % 100, rest),
        3 | 4 if !rest.starts_with(b":") => (first / 100, first % 100, 0, rest),
        1 | 2 => {
            let rest = rest.strip_prefix(b":")?;
            let (minutes, _, rest) = number(rest, 2)?;
            (first, minutes, 0, rest)
        }
        _ => return None,
    };
    if digits <= 2
        && let Some(after) = rest.strip_prefix(b":")
        && let Some((value, _, after)) = number(after, 2)
    {
        (seconds, rest) = (value, after);
    }
    rest = rest.strip_prefix(b":").unwrap_or(rest);
    let mut millis = 0;
    if let Some(after) = rest.strip_prefix(b".").or_else(|| rest.strip_prefix(b","))
        && let Some((_, digits, behind)) = number(after, 9)
    {
        let mut scale = 100;
        for byte in after.iter().take(digits.min(3)) {
            millis += i64::from(byte - b'0') * scale;
            scale /= 10;
        }
        rest = behind;
    }
    let lower = trimmed(rest).get(..2).map(<[u8]>::to_ascii_lowercase);
    if let Some(half @ (b"am" | b"pm")) = lower.as_deref() {
        if hours > 12 && half == b"am" {
            return None;
        }
        hours = hours % 12 + if half == b"pm" { 12 } else { 0 };
        rest = trimmed(rest).get(2..)?;
    }
    if hours > 47 || minutes > 59 || seconds > 60 {
        return None;
    }
    minutes += hours * 60;
    Some((i64::from(minutes * 60 + seconds.min(59)) * 1000 + millis, rest))
}

/// Minutes east of UTC; none where the text does not say.
#[expect(clippy::option_option, reason = "unreadable, unsaid, said")]
fn offset_of(text: &[u8]) -> Option<Option<i32>> {
    let text = text.strip_suffix(b"]").unwrap_or(text);
    match text {
        b"" => Some(None),
        b"Z" | b"z" | b"UTC" | b"utc" | b"GMT" => Some(Some(0)),
        [sign @ (b'+' | b'-'), rest @ ..] => {
            let (hours, digits, rest) = number(rest, 4)?;
            let (hours, minutes) = match digits {
                4 => (hours / 100, hours % 100),
                1 | 2 => match rest.strip_prefix(b":").and_then(|rest| number(rest, 2)) {
                    Some((minutes, _, b"")) => (hours, minutes),
                    None if rest.is_empty() => (hours, 0),
                    _ => return None,
                },
                _ => return None,
            };
            let minutes = i32::try_from(hours * 60 + minutes).ok().filter(|minutes| *minutes <= 18 * 60)?;
            Some(Some(if *sign == b'-' { -minutes } else { minutes }))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(order: DateOrder) -> Clock {
        Clock::new(&TimeZone::get("Asia/Ho_Chi_Minh").unwrap(), order)
    }

    #[test]
    fn moments_are_read_as_systems_write_them() {
        let mut clock = clock(DateOrder::DayFirst);
        let nine = clock.moment("2026-11-22 09:05:07").unwrap();
        assert_eq!((nine.day.to_string(), nine.second), ("2026-11-22".to_owned(), 32_707));
        assert_eq!(Timestamp::from_millisecond(nine.millis).unwrap().to_string(), "2026-11-22T02:05:07Z");
        for same in [
            "2026/11/22 9:05:07",
            "2026-11-22T02:05:07Z",
            "2026-11-22T09:05:07+07:00",
            "2026-11-22T09:05:07.000+0700",
            "20261122 090507",
            "２０２６年１１月２２日　９時５分７秒",
            "2026年11月22日 午前9:05:07",
            "22/11/2026 09:05:07",
            "22/Nov/2026:09:05:07 +0700",
            "[22/Nov/2026:09:05:07 +0700]",
            "11/22/2026 9:05:07 AM",
            "1795313107",
            "1795313107000",
        ] {
            assert_eq!(clock.moment(same), Ok(nine), "{same}");
        }
        assert_eq!(clock.moment("2026-11-22 21:05:07"), clock.moment("2026-11-22 9:05:07 PM"));
        for (wrong, why) in [
            ("", Why::Moment),
            ("2026-11-22", Why::DayOnly),
            ("2026-13-22 09:05", Why::Moment),
            ("2026-11-31 09:05", Why::Moment),
            ("2026-11-22 09:61", Why::Moment),
            ("2026-11-22 48:00", Why::Moment),
            ("2026-11-22 09:05 tomorrow", Why::Moment),
            ("nine o'clock", Why::Moment),
        ] {
            assert_eq!(clock.moment(wrong), Err(why), "{wrong}");
        }
        let mut unsettled = super::tests::clock(DateOrder::Unsettled);
        assert_eq!(unsettled.moment("05/03/2026 09:05"), Err(Why::Order));
        assert_eq!(unsettled.moment("25/03/2026 09:05").unwrap().day.to_string(), "2026-03-25");
        assert_eq!(unsettled.moment("03/03/2026 09:05").unwrap().day.to_string(), "2026-03-03");
    }

    #[test]
    fn a_day_may_go_on_after_midnight_and_a_spreadsheet_counts_parts_of_it() {
        assert_eq!(time_of_day("25:30"), Some(91_800_000));
        assert_eq!(time_of_day("0.375"), Some(32_400_000));
        assert_eq!(time_of_day("9:05"), Some(32_700_000));
        assert_eq!(time_of_day("９：０５"), Some(32_700_000));
        for wrong in ["", "9", "25:30:99", "-", "9:05x"] {
            assert_eq!(time_of_day(wrong), None, "{wrong}");
        }
        let mut clock = clock(DateOrder::DayFirst);
        let late = clock.local("2026-11-22".parse().unwrap(), 91_800_000).unwrap();
        assert_eq!((late.day.to_string(), late.second), ("2026-11-23".to_owned(), 5_400));
    }

    #[test]
    fn a_day_with_a_leap_of_the_clock_is_still_read() {
        let mut berlin = Clock::new(&TimeZone::get("Europe/Berlin").unwrap(), DateOrder::DayFirst);
        let at = berlin.moment("2026-03-29 12:00:00").unwrap();
        assert_eq!(Timestamp::from_millisecond(at.millis).unwrap().to_string(), "2026-03-29T10:00:00Z");
        assert_eq!(at.second, 43_200);
        let order = [
            ("22/11/2026", Some(DateOrder::DayFirst)),
            ("11/22/2026", Some(DateOrder::MonthFirst)),
            ("5/3/2026", None),
        ];
        for (text, expected) in order {
            assert_eq!(order_of(text), expected);
        }
    }
}
