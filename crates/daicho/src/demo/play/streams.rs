//! Chance for the acts of the story: each draws from a stream of its own, so that what it draws does not depend on what is under way
//! beside it.

use crate::demo::dice::Dice;
use access::Chance;
use std::sync::{Arc, Mutex, PoisonError};

/// The stream that is drawn from now, and what was drawn.
#[derive(Clone)]
pub(crate) struct Streams(Arc<Mutex<Current>>);

struct Current {
    dice: Dice,
    drawn: Drawn,
}

/// What an act drew while it was polled once. An act that stops to wait right after it has drawn has handed itself to the ledger:
/// a permit draws the act's id, what lies beside the ledger draws its salt, and nothing is waited for in between.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Drawn {
    /// Anything at all.
    pub(crate) any: bool,
    /// A salt of 32 bytes.
    pub(crate) salt: bool,
}

impl Streams {
    /// Streams under a seed; the first is drawn from before any act.
    pub(crate) fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(Current { dice: Dice::new(seed, u64::MAX), drawn: Drawn::default() })))
    }

    /// Chance that draws from whichever stream is current.
    pub(crate) fn chance(&self) -> Chance {
        let streams = self.0.clone();
        Chance::new(move |bytes| {
            let mut current = streams.lock().unwrap_or_else(PoisonError::into_inner);
            current.drawn.any = true;
            current.drawn.salt |= bytes.len() == 32;
            current.dice.fill(bytes);
        })
    }

    /// Does something with a stream as the current one, and tells what it drew.
    pub(crate) fn with<T>(&self, dice: &mut Dice, act: impl FnOnce() -> T) -> (T, Drawn) {
        self.swap(dice);
        let done = act();
        let drawn = self.swap(dice);
        (done, drawn)
    }

    fn swap(&self, dice: &mut Dice) -> Drawn {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::swap(&mut current.dice, dice);
        std::mem::take(&mut current.drawn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stream_draws_for_itself() {
        let streams = Streams::new(1);
        let chance = streams.chance();
        let mut one = Dice::new(1, 5);
        let mut alone = one.clone();
        let ((), first) = streams.with(&mut one, || drop(chance.bytes::<16>()));
        chance.bytes::<32>();
        let ((), second) = streams.with(&mut one, || drop(chance.bytes::<32>()));
        let ((), third) = streams.with(&mut one, || ());
        assert_eq!((first.any, first.salt, second.salt, third.any), (true, false, true, false));
        let mut bytes = [0; 48];
        alone.fill(&mut bytes);
        assert_eq!(one.next(), alone.next());
    }
}
