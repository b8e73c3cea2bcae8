//! Once a day the checkpoint that was signed last is stamped with the time by the authority that is configured. Nobody waits for it;
//! one that fails is asked again later, and what went wrong is logged, counted and kept for `daicho doctor`.

use crate::said::Said;
use crate::stamp;
use crate::tick::{self, Outside};
use crate::wire::House;
use ledger::names::Moment;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// How often it looks whether it is time.
const LOOK: Duration = Duration::from_secs(60);
/// How long the authority is left alone after a failure.
const PAUSE: Duration = Duration::from_secs(600);
/// A day in milliseconds.
const DAY: u64 = 86_400_000;

/// Runs until told to stop.
pub(super) async fn run(house: House, mut stop: watch::Receiver<bool>) {
    if house.config.file.ledger.timestamp.is_none() {
        return;
    }
    let mut look = tokio::time::interval(LOOK);
    let mut next = Instant::now();
    loop {
        tokio::select! {
            _ = look.tick() => {}
            _ = stop.changed() => return,
        }
        if Instant::now() < next || !is_due(&house) {
            continue;
        }
        let keys = house.signing.vkeys();
        let asked = tokio::select! {
            asked = stamp::ask(&house.config, &keys, house.office.chance().bytes()) => asked,
            _ = stop.changed() => return,
        };
        let outcome = match asked {
            Ok((size, stamped)) => {
                tracing::info!(entries = size, by = stamped.by, "the ledger was stamped with the time");
                "stamped"
            }
            Err(said) => {
                next = Instant::now() + PAUSE;
                told(&house, &said)
            }
        };
        metrics::counter!("daicho_timestamps_total", "outcome" => outcome).increment(1);
    }
}

fn told(house: &House, said: &Said) -> &'static str {
    tracing::error!(why = said.in_english(), "the ledger was not stamped with the time");
    stamp::standing(&house.config).trouble.map_or("failed", stamp::token::BadStamp::code)
}

/// Whether a day has passed since the last time stamp, and entries have come.
fn is_due(house: &House) -> bool {
    let Outside::Signed(signed, _) = tick::outside(&house.config, &house.signing.vkeys()) else { return false };
    let Some(Moment(last)) = stamp::standing(&house.config).stamped_at.map(Moment) else { return true };
    house.now().0.abs_diff(last) >= DAY && signed.size() > stamp::standing(&house.config).size
}
