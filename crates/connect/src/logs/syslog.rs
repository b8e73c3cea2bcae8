//! Access logs as syslog: RFC 5424, and RFC 3164 as older systems write it.

use jiff::ToSpan;
use jiff::civil::Date;
use policy::logs::What;

use super::time::{At, Clock, month, time_of_day};
use super::{Found, Hands, Settings, Why};

pub(super) fn read(
    hands: &mut Hands<'_>,
    settings: &Settings,
    line: u64,
    text: &str,
    clock: &mut Clock,
) -> Result<(), Why> {
    let text = text.trim_start_matches('\u{FEFF}').trim();
    let rest = match text.strip_prefix('<') {
        Some(rest) => {
            let (priority, rest) = rest.split_once('>').ok_or(Why::Syslog)?;
            let known = priority.len() <= 3 && priority.parse::<u16>().is_ok_and(|priority| priority <= 191);
            known.then_some(rest).ok_or(Why::Syslog)?
        }
        None => text,
    };
    let (at, host, message) = match rest.strip_prefix("1 ") {
        Some(rest) => new(rest, clock)?,
        None => old(rest, settings.today, clock)?,
    };
    let Some(who) = user(message) else {
        hands.read.nobody += 1;
        return Ok(());
    };
    let lower = message.to_lowercase();
    let refused = ["failed", "failure", "denied", "refused", "invalid user", "拒否", "失敗"];
    let what = if refused.iter().any(|word| lower.contains(word)) { What::TurnedAway } else { What::Used };
    let work = field(message, &["work", "ticket"]);
    hands.event(line, &Found { at, who, place: host, what, work });
    Ok(())
}

/// `TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA MSG` (RFC 5424, section 6).
fn new<'a>(rest: &'a str, clock: &mut Clock) -> Result<(At, &'a str, &'a str), Why> {
    let mut parts = rest.splitn(6, ' ');
    let when = parts.next().ok_or(Why::Torn)?;
    let host = parts.next().ok_or(Why::Torn)?;
    let app = parts.next().ok_or(Why::Torn)?;
    let (Some(_), Some(_), Some(message)) = (parts.next(), parts.next(), parts.next()) else { return Err(Why::Torn) };
    let at = clock.moment(when)?;
    Ok((at, if host == "-" { app } else { host }, message))
}

/// `Mmm dd hh:mm:ss HOSTNAME TAG: MSG` (RFC 3164, section 4.1): it says neither the year nor where its clock is.
fn old<'a>(rest: &'a str, today: Date, clock: &mut Clock) -> Result<(At, &'a str, &'a str), Why> {
    // Newer systems write the whole moment in the old form.
    if rest.starts_with(|c: char| c.is_ascii_digit()) {
        let (when, rest) = rest.split_once(' ').ok_or(Why::Torn)?;
        let (host, message) = rest.split_once(' ').ok_or(Why::Torn)?;
        return Ok((clock.moment(when)?, host, message));
    }
    let month = month(rest.as_bytes()).ok_or(Why::Syslog)?;
    let rest = rest.get(3..).ok_or(Why::Syslog)?.trim_start();
    let (day, rest) = rest.split_once(' ').ok_or(Why::Torn)?;
    let (time, rest) = rest.split_once(' ').ok_or(Why::Torn)?;
    let (host, message) = rest.split_once(' ').ok_or(Why::Torn)?;
    let part = |n: u32| i8::try_from(n).map_err(|_| Why::Moment);
    let day = part(day.parse().map_err(|_| Why::Moment)?)?;
    let on = |year| Date::new(year, part(month)?, day).map_err(|_| Why::Moment);
    // The newest year in which that day is not after tomorrow.
    let tomorrow = today.saturating_add(1.day());
    let day = match on(today.year()) {
        Ok(date) if date <= tomorrow => date,
        _ => on(today.year() - 1)?,
    };
    let millis = time_of_day(time).ok_or(Why::Moment)?;
    Ok((clock.local(day, millis).ok_or(Why::Moment)?, host, message))
}

/// Who, as messages say it: a parameter of structured data, `user=alice`, or `session opened for user alice`.
fn user(message: &str) -> Option<&str> {
    field(message, &["user", "username", "uid", "login", "account", "acct", "suser", "usrName"])
        .or_else(|| {
            word_after(
                message,
                &[
                    "for user ",
                    "for invalid user ",
                    "Accepted password for ",
                    "Accepted publickey for ",
                    "Failed password for ",
                    "by user ",
                    "USER=",
                ],
            )
        })
        .filter(|who| !who.is_empty() && *who != "-")
}

fn field<'a>(message: &'a str, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| {
        let mut from = 0;
        while let Some(at) = message.get(from..)?.find(name) {
            let start = from + at;
            let end = start + name.len();
            let alone = start == 0
                || message
                    .get(..start)
                    .and_then(|before| before.chars().next_back())
                    .is_some_and(|c| !c.is_alphanumeric() && c != '_');
            if alone && let Some(value) = message.get(end..).and_then(|rest| rest.strip_prefix('=')) {
                return Some(match value.strip_prefix('"') {
                    Some(quoted) => quoted.split('"').next().unwrap_or(""),
                    None => value.split([' ', ',', ';', ']', ')', '\t']).next().unwrap_or(""),
                });
            }
            from = end;
        }
        None
    })
}

fn word_after<'a>(message: &'a str, marks: &[&str]) -> Option<&'a str> {
    marks.iter().find_map(|mark| {
        let (_, rest) = message.split_once(mark)?;
        rest.split([' ', '(', ',', ';', ':']).next()
    })
}
