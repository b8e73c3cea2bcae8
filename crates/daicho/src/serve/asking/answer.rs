//! What the answer of a witness means (C2SP tlog-witness).

use crate::witnesses::Trouble;
use hyper::StatusCode;

/// What is to be made of an answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Its body is lines of cosignatures.
    Lines,
    /// The witness has so many entries, and not as many as it was asked from.
    Kept(u64),
    /// Something is wrong, and why.
    Trouble(Trouble, String),
}

/// What it means when a witness answers so, having been asked to go on from `old` to `size` entries.
///
/// [`Trouble::Forked`] is an alarm, and raised only by what no honest witness says of an honest ledger: it has this very size with
/// another root, or the proof from the size it has does not lead here.
pub(super) fn meaning(status: StatusCode, body: &str, old: u64, size: u64) -> Meaning {
    let trouble = |trouble| Meaning::Trouble(trouble, said(body));
    match status {
        StatusCode::OK => Meaning::Lines,
        StatusCode::CONFLICT => match body.strip_suffix('\n').and_then(|kept| kept.parse::<u64>().ok()) {
            Some(kept) if kept != old => Meaning::Kept(kept),
            Some(kept) if kept == size => Meaning::Trouble(Trouble::Forked, format!("at {kept} entries")),
            // It was asked from the size it says it has, and there is no conflict in that; or it says no size.
            _ => trouble(Trouble::BadAnswer),
        },
        // From nothing everything follows.
        StatusCode::UNPROCESSABLE_ENTITY if old == 0 => trouble(Trouble::BadAnswer),
        StatusCode::UNPROCESSABLE_ENTITY => trouble(Trouble::Forked),
        StatusCode::NOT_FOUND | StatusCode::FORBIDDEN => trouble(Trouble::Unknown),
        other => Meaning::Trouble(Trouble::Unreachable, format!("{other} {}", said(body))),
    }
}

/// The beginning of what a witness said, fit for a log.
pub(super) fn said(body: &str) -> String {
    body.chars().filter(|letter| !letter.is_control()).take(120).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_is_raised_by_another_root_or_another_beginning_and_by_nothing_else() {
        let means =
            |status: u16, body: &str, old, size| meaning(StatusCode::from_u16(status).unwrap(), body, old, size);
        let trouble = |meaning| match meaning {
            Meaning::Trouble(trouble, _) => Some(trouble),
            _ => None,
        };
        assert_eq!(means(409, "9\n", 9, 9), Meaning::Trouble(Trouble::Forked, "at 9 entries".into()));
        assert_eq!(trouble(means(422, "", 5, 9)), Some(Trouble::Forked));
        // A conflict over the size that it was asked from, while there is more: the answer is wrong, the ledger is not.
        assert_eq!(trouble(means(409, "5\n", 5, 9)), Some(Trouble::BadAnswer));
        assert_eq!(trouble(means(409, "0\n", 0, 9)), Some(Trouble::BadAnswer));
        assert_eq!(trouble(means(422, "", 0, 9)), Some(Trouble::BadAnswer));
        for nothing in ["", "5", "\n", "-5\n", "five\n"] {
            assert_eq!(trouble(means(409, nothing, 5, 9)), Some(Trouble::BadAnswer), "{nothing:?}");
        }
        for kept in [0, 4, 9, 10] {
            assert_eq!(means(409, &format!("{kept}\n"), 5, 9), Meaning::Kept(kept));
        }
        assert_eq!(means(200, "", 5, 9), Meaning::Lines);
        assert_eq!(trouble(means(404, "", 5, 9)), Some(Trouble::Unknown));
        assert_eq!(trouble(means(403, "", 5, 9)), Some(Trouble::Unknown));
        assert_eq!(trouble(means(503, "", 5, 9)), Some(Trouble::Unreachable));
    }
}
