//! What the program checks of itself each day, and records: that the notice in force stands on its site in every language, and
//! that the ledger is whole. Without these records the sentences that promise them stand unproven.

use super::waited;
use crate::command::check;
use crate::epoch::{self, When};
use crate::renewal;
use crate::wire::House;
use crate::witnesses;
use access::{Desk, No, session};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use duties::occasion::{self, New, OccasionKind};
use ledger::entry::EntryKind;
use policy::Language;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt;

/// How often it looks whether the day's checks are done.
const LOOK: Duration = Duration::from_secs(60);
/// A published notice is smaller than this.
const NOTICE_BYTES: usize = 4 << 20;

/// Runs until told to stop.
pub(crate) async fn run(house: House, site: Router, mut stop: watch::Receiver<bool>) {
    let mut look = tokio::time::interval(LOOK);
    let (mut swept, mut renewed) = (None, None);
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
        if renewed != Some(today) && renewing.try_join_next().is_some_and(|done| matches!(done, Ok(true))) {
            renewed = Some(today);
        }
        if renewed != Some(today) && renewing.is_empty() {
            let house = house.clone();
            renewing.spawn(async move { renew(&house).await });
        }
        waited::once(&house).await;
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
    turn_epoch(house, &desk).await;
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
    Ok(())
}

/// A new epoch each night. What keeps it from turning keeps nothing else: it is tried again within a minute.
async fn turn_epoch(house: &House, desk: &Desk) {
    let entry = |desk: &Desk| desk.entry(EntryKind::KeyRotated, desk.act_id());
    match epoch::turn(house, desk, When::Daily, entry).await {
        Ok(Some(turned)) => {
            let (epoch, wrapped, destroyed) = (turned.epoch, turned.wrapped, turned.destroyed.len());
            tracing::info!(epoch, wrapped, destroyed, "an epoch of people's keys began");
        }
        Ok(None) => {}
        Err(said) => tracing::error!(why = said.in_english(), "people's keys could not be wrapped again"),
    }
}

/// Goes on with a renewal of people that was cut off; whether it came to its end.
async fn renew(house: &House) -> bool {
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
