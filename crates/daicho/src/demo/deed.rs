//! What is done in the year: acts of the product, planned as plain data before any of them takes place.

use super::staff::Who;
use access::organisation::{Edit, PartId};
use duties::occasion::OccasionKind;
use jiff::civil::Date;
use ledger::names::Moment;
use std::ops::Range;

/// One act: when, by whom, what.
#[derive(Clone, Debug)]
pub(crate) struct Deed {
    pub(crate) at: Moment,
    /// Nobody where the program itself acts.
    pub(crate) by: Option<Who>,
    pub(crate) what: What,
    pub(crate) answer: Answer,
}

/// How an act is expected to be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Yes,
    /// Refused, or answered as if there were nothing; the attempt is on record either way.
    No,
}

/// A policy version of the demo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    Before,
    Current,
}

/// What is done. Rows, people, work records and occasions are named by their places in the story.
#[derive(Clone, Debug)]
pub(crate) enum What {
    Grant(Who),
    Revoke(Who),
    Enact(Version, Moment),
    Publish,
    ReviewAccess,
    SignIn(Who),
    Checkpoint,
    Write(usize),
    Move(usize),
    Approve(usize),
    Review(usize),
    End(usize),
    TakeIn {
        row: usize,
        people: Range<usize>,
    },
    Open(usize),
    Close(usize),
    Find {
        text: String,
        work: usize,
    },
    Reveal {
        person: usize,
        elements: Vec<&'static str>,
        purpose: &'static str,
        work: Option<usize>,
    },
    Correct {
        person: usize,
        element: &'static str,
        value: String,
        purpose: &'static str,
        work: usize,
    },
    Suspend {
        person: usize,
        purpose: &'static str,
    },
    Resume {
        person: usize,
        purpose: &'static str,
    },
    Erase {
        person: usize,
        purpose: &'static str,
    },
    Export {
        person: usize,
        work: usize,
    },
    /// The program erases whose wait is over.
    EraseWaited,
    Reach {
        person: usize,
        milestone: &'static str,
    },
    Record {
        occasion: usize,
        new: Record,
    },
    Settle {
        occasion: usize,
        outcome: &'static str,
    },
    Probe(&'static str),
    /// Parts of the organisation are written in one act.
    Organise(Vec<Edit>),
    Adopt(PartId),
    ApproveRules(PartId),
    Acknowledge(PartId, Vec<PartId>),
    BeginProject(PartId),
    ReviewZones,
    /// Somebody leaves with this last day.
    Leave(PartId, Date),
    /// A card comes back on this day.
    Return(PartId, Date),
    /// The logs of a week, so many weeks ago, were read from one day to another.
    Logs {
        first: jiff::civil::Date,
        last: jiff::civil::Date,
        ago: i64,
    },
}

/// An occasion to record.
#[derive(Clone, Debug, Default)]
pub(crate) struct Record {
    pub(crate) kind: OccasionKind,
    pub(crate) subject: String,
    /// The person it is about, instead of a subject.
    pub(crate) person: Option<usize>,
    pub(crate) outcome: &'static str,
    pub(crate) note: String,
    pub(crate) due: Option<Moment>,
}

/// A work record, planned.
#[derive(Clone, Debug)]
pub(crate) struct Work {
    pub(crate) code: String,
    pub(crate) title: String,
    pub(crate) purpose: &'static str,
    pub(crate) who: Vec<Who>,
    pub(crate) about: About,
    pub(crate) from: Moment,
    pub(crate) until: Moment,
}

/// Whom a work record is about.
#[derive(Clone, Debug)]
pub(crate) enum About {
    Rows(Vec<usize>),
    Person(usize),
    Everybody,
}

/// Somebody who is taken in, planned.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) row: usize,
    pub(crate) values: super::people::Values,
    pub(crate) arrives: Moment,
    /// When everything held of them is erased.
    pub(crate) leaves: Option<Moment>,
    /// When they asked that use be stopped, and it was.
    pub(crate) stopped: Option<Moment>,
}

impl Person {
    /// Whether somebody may be asked about at a moment as a matter of course.
    pub(crate) fn is_there(&self, at: Moment) -> bool {
        self.arrives.0.saturating_add(3_600_000) < at.0
            && self.leaves.is_none_or(|l| at.0.saturating_add(3_600_000) < l.0)
            && self.stopped.is_none_or(|s| at < s)
    }

    /// What a list says under an element.
    pub(crate) fn value(&self, element: &str) -> Option<&str> {
        self.values.iter().find(|(id, _)| *id == element).map(|(_, value)| value.as_str())
    }
}
