//! What the program checks of itself each day, and records: that the notice in force stands on its site in every language, and
//! that the ledger is whole. Without these records the sentences that promise them stand unproven.

use super::waited;
use crate::command::check;
use crate::epoch::{self, When};
use crate::renewal;
use crate::succession;
use crate::wire::House;
use crate::witnesses;
use access::{Desk, No, session};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use duties::logs;
use duties::occasion::{self, New, OccasionKind};
use ledger::entry::EntryKind;
use ledger::names::Moment;
use policy::Language;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tower::ServiceExt;

/// How often it looks whether the day's checks are done.
const LOOK: Duration = Duration::from_secs(60);
/// A published notice is smaller than this.
const NOTICE_BYTES: usize = 4 << 20;

/// Runs until told to stop.
pub(crate) async fn run(house: House, site: Router, mut stop: watch::Receiver<bool>) {
    let mut look = tokio::time::interval(LOOK);
    let (mut swept, mut turned, mut renewed) = (None, None, None);
    let (begun, at) = (Instant::now(), house.now());
    // Beside the rest, which does not wait for it. Let go at the stop, it goes on after the next start.
    let mut renewing = JoinSet::new();
    loop {
        tokio::select! {
            _ = look.tick() => {}
            _ = stop.changed() => return,
        }
        let today = house.office.desk(None, house.now()).today();
        if swept != Some(today) {
            match session::sweep(&house.office, house.now()).await {
                Ok(()) => swept = Some(today),
                Err(fault) => tracing::error!(error = %fault, "sessions and tries that have passed could not be swept"),
            }
        }
        if jumped(begun.elapsed(), at, house.now()) {
            // By a clock that jumped, every wait would be over and every epoch old. What cannot be undone waits for a restart.
            tracing::error!(
                "the clock jumped: nothing is erased and no epoch turns until the program is started again"
            );
        } else {
            waited::once(&house).await;
            if turned != Some(today) && turn_epoch(&house).await {
                turned = Some(today);
            }
            if renewed != Some(today) && renewing.try_join_next().is_some_and(|done| matches!(done, Ok(true))) {
                renewed = Some(today);
            }
            if renewed != Some(today) && renewing.is_empty() {
                let house = house.clone();
                renewing.spawn(async move { renew(&house).await });
            }
        }
        match access::review::close_due(&house.office, house.now()).await {
            Ok(None) => {}
            Ok(Some(entry)) => {
                tracing::info!(entry, "a round of access review was due; what nobody answered for has lapsed")
            }
            Err(no) => tracing::error!(error = %no, "a round of access review that is due could not be closed"),
        }
        if let Err(no) = once(&house, &site).await {
            tracing::error!(error = %no, "the checks of the day could not be recorded");
        }
    }
}

/// The checks of the day, as far as they are not done yet. Before a policy is in force there is nothing to check.
pub(crate) async fn once(house: &House, site: &Router) -> Result<(), No> {
    let desk = house.office.desk(None, house.now());
    let Ok(enacted) = desk.enacted() else { return Ok(()) };
    occasion::publish_notice(&desk).await?;
    // An erasure whose key could not be destroyed when it was asked for.
    if house.owes_erasures().await.unwrap_or(true) {
        vault::finish_erasures(&house.vault, &house.office).await?;
    }
    if due(&desk, "notice").await? {
        let mut good = true;
        for language in Language::ALL {
            good &= stands(site, *language, &enacted.digest.to_string()).await;
        }
        probed(&desk, "notice", good).await?;
    }
    if due(&desk, "ledger").await? {
        let whole = check::store(&house.evidence(), check::Depth::Start).await.is_ok_and(|checked| checked.is_sound());
        // A witness knows what this machine cannot: that the ledger was once another.
        let whole = whole && !witnesses::alarm(&house.config);
        probed(&desk, "ledger", whole).await?;
    }
    // Yesterday's uses, laid against work records. A few days at a time, after a pause of the program.
    if let Some((from, until)) = logs::unread_days(&desk).await? {
        logs::reconcile(&desk, from, until).await?;
    }
    Ok(())
}

/// How far the clock may depart from the time that passed: more than a machine sleeps over a night, or a leap makes.
const DEPARTS: Duration = Duration::from_secs(48 * 3600);

/// Whether the clock shows much more or less time than has passed.
fn jumped(passed: Duration, from: Moment, now: Moment) -> bool {
    let shown = now.0.saturating_sub(from.0);
    let passed = i64::try_from(passed.as_millis()).unwrap_or(i64::MAX);
    u128::from(shown.abs_diff(passed)) > DEPARTS.as_millis()
}

/// A new epoch each night; whether that is settled for today. What keeps it from turning keeps nothing else: it is tried again within
/// a minute.
async fn turn_epoch(house: &House) -> bool {
    let desk = house.office.desk(None, house.now());
    if desk.enacted().is_err() {
        return false;
    }
    let entry = |desk: &Desk| desk.entry(EntryKind::EpochTurned, desk.act_id());
    match epoch::turn(house, &desk, When::Daily, entry).await {
        Ok(Some(turned)) => {
            let (epoch, wrapped, destroyed) = (turned.epoch, turned.wrapped, turned.destroyed.len());
            tracing::info!(epoch, wrapped, destroyed, "an epoch of people's keys began");
            true
        }
        Ok(None) => true,
        Err(said) => {
            tracing::error!(why = said.in_english(), "people's keys could not be wrapped again");
            false
        }
    }
}

/// Goes on with a renewal of people that was cut off; whether it came to its end.
async fn renew(house: &House) -> bool {
    if let Err(said) = succession::nightly(house).await {
        tracing::error!(why = said.in_english(), "an old signing key could not be destroyed");
    }
    match renewal::nightly(house).await {
        Ok(()) => true,
        Err(said) => {
            tracing::error!(why = said.in_english(), "people's keys could not be renewed");
            false
        }
    }
}

async fn due(desk: &Desk, subject: &str) -> Result<bool, No> {
    let today = desk.start_of(desk.today());
    let probes = occasion::list(desk.office(), Some(OccasionKind::Probe), today).await?;
    Ok(!probes.iter().any(|probe| probe.subject == subject))
}

async fn probed(desk: &Desk, subject: &str, good: bool) -> Result<(), No> {
    let outcome = if good { "ok" } else { "failed" };
    let new = New {
        kind: OccasionKind::Probe,
        subject: subject.into(),
        outcome: outcome.into(),
        note: String::new(),
        due_at: None,
    };
    occasion::record_by_program(desk, new).await?;
    Ok(())
}

/// Whether the notice answers in this language and is the version in force.
async fn stands(site: &Router, language: Language, digest: &str) -> bool {
    let Ok(request) = Request::get(format!("/notice/{}", language.code())).body(Body::empty()) else { return false };
    let Ok(response) = site.clone().oneshot(request).await;
    if response.status() != StatusCode::OK {
        return false;
    }
    let page = to_bytes(response.into_body(), NOTICE_BYTES).await.unwrap_or_default();
    page.windows(digest.len()).any(|w| w == digest.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_may_sleep_and_be_set_right_but_not_jump() {
        let hour = |hours: i64| Moment(hours * 3_600_000);
        let passed = Duration::from_secs(10 * 3600);
        for (shown, expected) in
            [(10, false), (0, false), (58, false), (59, true), (-38, false), (-39, true), (9_000, true)]
        {
            assert_eq!(jumped(passed, hour(100), hour(100 + shown)), expected, "{shown}");
        }
    }
}
