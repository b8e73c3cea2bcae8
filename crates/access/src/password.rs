//! Passwords: Argon2id in PHC strings.

use crate::answer::{Fault, No};
use crate::desk::Desk;
use crate::sign_in::ways;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use policy::Language;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

mod rules;

/// 19 MiB, two passes, one lane: the first choice of the OWASP password storage sheet.
fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default())
}

/// Whoever has waited this long for a turn is turned away.
const PATIENCE: Duration = Duration::from_secs(3);
/// …and asked to come back after so many seconds.
const COME_BACK_SECONDS: u32 = 5;

/// Hashing takes a core and 19 MiB for some ten milliseconds: at most one at a time for each core, whoever asks.
#[derive(Clone)]
pub(crate) struct Turns {
    free: Arc<Semaphore>,
    turned_away: Arc<AtomicU64>,
}

impl Default for Turns {
    fn default() -> Self {
        Self::new(std::thread::available_parallelism().map_or(1, usize::from))
    }
}

impl Turns {
    fn new(at_once: usize) -> Self {
        Self { free: Arc::new(Semaphore::new(at_once)), turned_away: Arc::default() }
    }

    /// How many were turned away since the start.
    pub(crate) fn turned_away(&self) -> u64 {
        self.turned_away.load(Ordering::Relaxed)
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// [`No::Busy`] when others have not finished in time.
    pub(crate) async fn next(&self) -> Result<Turn, No> {
        match tokio::time::timeout(PATIENCE, self.free.clone().acquire_owned()).await {
            Ok(Ok(held)) => Ok(Turn { _held: held }),
            _ => {
                self.turned_away.fetch_add(1, Ordering::Relaxed);
                Err(No::Busy { retry_after_seconds: COME_BACK_SECONDS })
            }
        }
    }
}

/// The right to hash one password. It lasts until the hashing ends, also when whoever asked has gone.
pub(crate) struct Turn {
    _held: OwnedSemaphorePermit,
}

impl Turn {
    /// Whether a password belongs to a PHC string.
    pub(crate) async fn matches(self, password: &str, phc: &str) -> bool {
        let (password, phc) = (rules::normal(password), phc.to_owned());
        let checked = tokio::task::spawn_blocking(move || {
            let good = argon2().verify_password(password.as_bytes(), phc.as_str()).is_ok();
            drop(self);
            good
        });
        checked.await.unwrap_or(false)
    }
}

/// The PHC string of a new password of somebody of whom this is known, made where it keeps nobody waiting.
///
/// # Errors
/// [`No::Mistake`] on `field` when it is too short, too long or easily guessed, [`No::Busy`] when too many are hashed already.
pub(crate) async fn hash(desk: &Desk, field: &str, password: &str, known: &[&str]) -> Result<String, No> {
    let office = desk.office();
    let least = ways::rules(office, desk.now()).password_characters;
    let organisation = desk.enacted().ok().map(|enacted| enacted.policy.organisation().clone());
    let names =
        organisation.iter().flat_map(|of| Language::ALL.iter().flat_map(|l| [of.name.get(*l), of.short.get(*l)]));
    let known: Vec<&str> = known.iter().copied().chain(names).collect();
    let password = rules::normal(password);
    rules::check(field, &password, least, &known)?;
    let turn = office.turns.next().await?;
    let salt = office.chance().bytes::<16>();
    let made = tokio::task::spawn_blocking(move || {
        let hashed = argon2().hash_password_with_salt(password.as_bytes(), &salt).map(|phc| phc.to_string());
        drop(turn);
        hashed
    });
    let made = made.await.map_err(|_| Fault::Crypto("argon2"))?;
    Ok(made.map_err(|_| Fault::Crypto("argon2"))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_too_long_for_a_turn_is_turned_away_and_counted() {
        let turns = Turns::new(1);
        let turn = turns.next().await.unwrap();
        assert!(matches!(turns.next().await, Err(No::Busy { retry_after_seconds: COME_BACK_SECONDS })));
        assert_eq!(turns.turned_away(), 1);
        drop(turn);
        assert!(turns.next().await.is_ok());
        assert_eq!(turns.turned_away(), 1);
    }
}
