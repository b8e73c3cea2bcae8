//! What did not fit, gathered so that one cause is one question.

use std::collections::HashMap;

use super::{LogCheck, Week};

/// Who a question is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Subject {
    /// Somebody who is known, by their place in the facts.
    Person(u32),
    /// A card or an account nobody is known by: the log and the place in its names.
    Name(u32),
    /// A zone, and nobody in particular.
    Nobody,
}

/// What one question is asked of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Cause {
    pub(super) check: LogCheck,
    pub(super) source: u32,
    pub(super) subject: Subject,
    /// The zone, where it is about one.
    pub(super) zone: Option<u32>,
    pub(super) week: Week,
}

/// How often it happened.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    pub(super) events: u32,
    pub(super) first: i64,
    pub(super) last: i64,
    pub(super) line: u32,
    /// The place where it happened first, in the names of the log.
    pub(super) place: Option<u32>,
    /// The first time somebody got in, and not only tried.
    pub(super) entered: bool,
}

/// Everything that did not fit.
#[derive(Debug, Default)]
pub(super) struct Tallies(HashMap<Cause, Times>);

impl Tallies {
    pub(super) fn add(&mut self, cause: Cause, at: i64, line: u32, place: Option<u32>, entered: bool) {
        let times = self.0.entry(cause).or_insert(Times { events: 0, first: at, last: at, line, place, entered });
        times.events = times.events.saturating_add(1);
        if at < times.first {
            (times.first, times.line, times.place) = (at, line, place);
        }
        times.last = times.last.max(at);
        times.entered |= entered;
    }

    /// In an order that depends on what was found only.
    pub(super) fn sorted(self) -> Vec<(Cause, Times)> {
        let mut all: Vec<_> = self.0.into_iter().collect();
        all.sort_unstable_by_key(|(cause, times)| (cause.week, times.first, *cause));
        all
    }
}
