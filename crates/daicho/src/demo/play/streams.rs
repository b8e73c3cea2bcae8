//! Chance for the acts of the story: each draws from a stream of its own, so that what it draws does not depend on what is under way
//! beside it.

use crate::demo::dice::Dice;
use access::Chance;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;

/// The stream that is drawn from now, and what was drawn.
#[derive(Clone)]
pub(crate) struct Streams(Arc<Mutex<Current>>);

struct Current {
    dice: Dice,
    /// Who is going on with the act whose turn it is, while somebody is.
    poller: Option<ThreadId>,
    drawn: Drawn,
}

/// What an act drew while it was polled once. An act that stops to wait right after it has drawn has handed itself to the ledger:
/// a permit draws the act's id, what lies beside the ledger draws its salt, and nothing is waited for in between. What an act draws
/// in a task of its own is not seen here; such an act is waited for.
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
        let dice = Dice::new(seed, u64::MAX);
        Self(Arc::new(Mutex::new(Current { dice, poller: None, drawn: Drawn::default() })))
    }

    /// Chance that draws from whichever stream is current.
    pub(crate) fn chance(&self) -> Chance {
        let streams = self.clone();
        Chance::new(move |bytes| {
            let mut current = streams.current();
            if current.poller == Some(std::thread::current().id()) {
                current.drawn.any = true;
                current.drawn.salt |= bytes.len() == 32;
            }
            current.dice.fill(bytes);
        })
    }

    /// Makes a stream the current one, or takes it back: the two are exchanged.
    pub(crate) fn exchange(&self, dice: &mut Dice) {
        std::mem::swap(&mut self.current().dice, dice);
    }

    /// Goes on with the act whose turn it is, and tells what it drew meanwhile.
    pub(crate) fn watch<T>(&self, act: impl FnOnce() -> T) -> (T, Drawn) {
        self.current().poller = Some(std::thread::current().id());
        let done = act();
        let mut current = self.current();
        current.poller = None;
        (done, std::mem::take(&mut current.drawn))
    }

    fn current(&self) -> MutexGuard<'_, Current> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stream_draws_for_itself_and_only_its_own_thread_is_seen() {
        let streams = Streams::new(1);
        let (here, elsewhere) = (streams.chance(), streams.chance());
        let mut one = Dice::new(1, 5);
        let mut alone = one.clone();
        here.fill(&mut [0; 8]);
        streams.exchange(&mut one);
        let ((), first) = streams.watch(|| here.fill(&mut [0; 16]));
        let ((), second) = streams.watch(|| std::thread::spawn(move || elsewhere.fill(&mut [0; 32])).join().unwrap());
        let ((), third) = streams.watch(|| here.fill(&mut [0; 32]));
        streams.exchange(&mut one);
        here.fill(&mut [0; 8]);
        assert_eq!([first, second, third].map(|d| (d.any, d.salt)), [(true, false), (false, false), (true, true)]);
        alone.fill(&mut [0; 80]);
        assert_eq!(one.next(), alone.next());
    }
}
