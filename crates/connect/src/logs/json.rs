//! Access logs as one JSON object on each line.

use policy::logs::{LogSort, What};
use serde_json::Value;

use super::time::Clock;
use super::{Found, Hands, Settings, Why};

const WHEN: &[&str] = &[
    "time",
    "timestamp",
    "@timestamp",
    "ts",
    "datetime",
    "date",
    "eventTime",
    "event_time",
    "created_at",
    "createdAt",
    "at",
    "event.created",
    "when",
];
const WHO: &[&str] = &[
    "user",
    "username",
    "user_name",
    "userName",
    "login",
    "account",
    "actor",
    "principal",
    "user.name",
    "user.id",
    "user.email",
    "userIdentity.userName",
    "actor.login",
    "actor.name",
    "email",
    "userId",
    "user_id",
    "employee",
    "employeeId",
    "card",
    "cardNumber",
    "card_no",
    "subject",
    "who",
    "remote_user",
];
const WHERE: &[&str] = &[
    "place",
    "zone",
    "door",
    "reader",
    "host",
    "hostname",
    "service",
    "app",
    "application",
    "system",
    "resource",
    "host.name",
    "service.name",
    "where",
];
const WAY: &[&str] = &[
    "direction",
    "way",
    "result",
    "outcome",
    "status",
    "event.outcome",
    "action",
    "event",
    "event.action",
    "type",
    "method",
];
const WORK: &[&str] = &["work", "workRecord", "work_record", "ticket", "case"];

pub(super) fn read(
    hands: &mut Hands<'_>,
    settings: &Settings,
    line: u64,
    text: &str,
    clock: &mut Clock,
) -> Result<(), Why> {
    let text = text.trim().trim_start_matches('\u{FEFF}');
    let object: Value = serde_json::from_str(text).map_err(|_| Why::Json)?;
    if !object.is_object() {
        return Err(Why::Json);
    }
    let when = find(&object, settings, "moment", WHEN).ok_or(Why::Moment)?;
    let at = clock.moment(&when)?;
    let who = [("user", WHO), ("card", WHO), ("employee", WHO)]
        .into_iter()
        .find_map(|(role, names)| find(&object, settings, role, names))
        .filter(|who| !who.trim().is_empty() && who.trim() != "-");
    let Some(who) = who else {
        hands.read.nobody += 1;
        return Ok(());
    };
    let place = find(&object, settings, "place", WHERE).unwrap_or_default();
    let way = find(&object, settings, "way", WAY).unwrap_or_default();
    let work = find(&object, settings, "work", WORK);
    let what = match (settings.sort, hands.way(&way)) {
        (LogSort::Door, Some(what)) => what,
        (LogSort::Door, None) => What::Passed,
        (LogSort::Attendance, Some(What::In)) => What::ClockIn,
        (LogSort::Attendance, Some(What::Out)) => What::ClockOut,
        (LogSort::Attendance, _) => What::Attended,
        (_, Some(What::TurnedAway)) => What::TurnedAway,
        _ => What::Used,
    };
    hands.event(line, &Found { at, who: who.trim(), place: place.trim(), what, work: work.as_deref() });
    Ok(())
}

/// The first of these fields that is there; what a person named wins.
fn find(object: &Value, settings: &Settings, role: &str, names: &[&str]) -> Option<String> {
    let named = settings.columns.iter().filter(|(known, _)| known.code() == role).map(|(_, name)| name.as_str());
    named.chain(names.iter().copied()).find_map(|name| scalar(at(object, name)?))
}

fn at<'a>(object: &'a Value, name: &str) -> Option<&'a Value> {
    if let Some(value) = object.get(name) {
        return Some(value);
    }
    let (outer, inner) = name.split_once('.')?;
    object.get(outer)?.get(inner)
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
