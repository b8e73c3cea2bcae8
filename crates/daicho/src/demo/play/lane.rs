//! One act under way.
//!
//! Acts begin in turn: the next when the one before has handed its entry to the writer, which keeps the order. What they then wait for
//! together is the disk.

use super::Streams;
use super::act::Done;
use crate::demo::dice::Dice;
use access::No;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// How an act reaches the ledger, as far as its order is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// It reads, is permitted (and draws its id), and commits without waiting in between.
    Permitted,
    /// It is permitted, may read, draws a salt and commits without waiting in between.
    Office,
    /// It makes keys and has them kept; then it is permitted and commits without waiting in between.
    Intake,
    /// It reads after it has drawn, so only its answer says that it has reached the ledger.
    Answered,
    /// It does several things; nothing else goes on meanwhile.
    Alone,
}

/// What acts depend on and change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Row(usize),
    Person(usize),
    Work(usize),
    Occasion(usize),
    Everything,
}

type Answer = Result<Done, No>;

/// One act under way.
pub(super) struct Lane {
    pub(super) number: usize,
    pub(super) manner: Manner,
    pub(super) writes: Vec<Key>,
    future: Pin<Box<dyn Future<Output = Answer>>>,
    dice: Dice,
    begun: bool,
    polls_that_drew: u8,
    submitted: bool,
    answer: Option<Answer>,
}

impl Lane {
    pub(super) fn new(
        number: usize,
        manner: Manner,
        writes: Vec<Key>,
        future: Pin<Box<dyn Future<Output = Answer>>>,
        seed: u64,
    ) -> Self {
        let dice = Dice::new(seed, 1_000_000 + u64::try_from(number).unwrap_or(0));
        Self { number, manner, writes, future, dice, begun: false, polls_that_drew: 0, submitted: false, answer: None }
    }

    /// Whether its entry has been handed to the writer, so that the next may follow.
    pub(super) fn is_submitted(&self) -> bool {
        self.submitted || self.answer.is_some()
    }

    pub(super) fn is_done(&self) -> bool {
        self.answer.is_some()
    }

    pub(super) fn into_answer(self) -> Option<Answer> {
        self.answer
    }

    /// Goes on with the act whose turn it is: draws come from its stream until it is submitted.
    pub(super) fn take_turn(&mut self, streams: &Streams, cx: &mut Context<'_>) {
        if !self.begun {
            self.begun = true;
            streams.exchange(&mut self.dice);
        }
        let future = &mut self.future;
        let (polled, drawn) = streams.watch(|| future.as_mut().poll(cx));
        self.polls_that_drew = self.polls_that_drew.saturating_add(u8::from(drawn.any));
        self.submitted |= match self.manner {
            Manner::Permitted => self.polls_that_drew > 0,
            Manner::Office => drawn.salt,
            Manner::Intake => self.polls_that_drew > 1,
            Manner::Answered | Manner::Alone => false,
        };
        self.hear(polled);
        if self.is_submitted() {
            streams.exchange(&mut self.dice);
        }
    }

    /// Asks an act that was submitted for its answer.
    pub(super) fn wait(&mut self, cx: &mut Context<'_>) {
        if self.answer.is_none() {
            let polled = self.future.as_mut().poll(cx);
            self.hear(polled);
        }
    }

    fn hear(&mut self, polled: Poll<Answer>) {
        if let Poll::Ready(answer) = polled {
            self.answer = Some(answer);
        }
    }
}
