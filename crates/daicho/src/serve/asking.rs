//! The ledger asks its witnesses to cosign what it has signed (C2SP tlog-witness): in rounds, at most one a second, beside everything
//! else. Nobody waits for a witness, and one that fails is asked again later; what it says is logged, counted and kept for
//! `daicho doctor`.

mod post;

use crate::config::WitnessPart;
use crate::tick::{self, Outside};
use crate::tree::NoProof;
use crate::wire::House;
use crate::witnesses::{self, Standing, Standings, Trouble};
use hyper::StatusCode;
use ledger::checkpoint::Checkpoint;
use ledger::cosignature::WitnessKey;
use ledger::note::{Note, Signature};
use ledger::witness::Request;
use post::Way;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// How often a checkpoint that stays the last one is cosigned anew, so that its time shows that the witness is still there.
const AGAIN: Duration = Duration::from_secs(600);
/// The longest pause after failures.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// A size is asked from at most so many times before the witness counts as confused.
const TRIES: u32 = 4;

/// One witness, and how it stands.
struct Asked {
    key: WitnessKey,
    way: Way,
    standing: Standing,
    /// The checkpoint it was asked about last, and what it said of it.
    note: String,
    cosignature: Option<Signature>,
    failures: u32,
    /// Not before this moment again.
    next: Instant,
}

/// What came of asking.
enum Told {
    Cosigned(Signature),
    /// Nothing: another node has brought a larger checkpoint of the same ledger.
    Passed,
    Trouble(Trouble, String),
}

/// Asks until told to stop.
pub(super) async fn run(house: House, mut stop: watch::Receiver<bool>) {
    let standings = witnesses::standings(&house.config);
    let mut asked: Vec<Asked> =
        house.config.file.ledger.witness.iter().filter_map(|part| Asked::new(part, &standings)).collect();
    if asked.is_empty() {
        return;
    }
    let mut second = tokio::time::interval(Duration::from_secs(1));
    second.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = second.tick() => {}
            _ = stop.changed() => return,
        }
        let Outside::Signed(checkpoint, note) = tick::outside(&house.config, house.signer.vkey()) else { continue };
        if !asked.iter().any(|one| one.is_due(&note)) {
            continue;
        }
        asked = tokio::select! {
            asked = round(&house, asked, &checkpoint, &note) => asked,
            _ = stop.changed() => return,
        };
        if let Err(why) = keep(&house, &asked, &note) {
            tracing::error!(error = %why, "what the witnesses said cannot be kept");
        }
    }
}

/// Asks everybody whose turn it is, all at once.
async fn round(house: &House, asked: Vec<Asked>, checkpoint: &Checkpoint, note: &str) -> Vec<Asked> {
    let mut set = JoinSet::new();
    for (place, mut one) in asked.into_iter().enumerate() {
        let (house, checkpoint, note) = (house.clone(), checkpoint.clone(), note.to_owned());
        set.spawn(async move {
            if one.is_due(&note) {
                one.ask(&house, &checkpoint, &note).await;
            }
            (place, one)
        });
    }
    let mut asked = set.join_all().await;
    asked.sort_by_key(|(place, _)| *place);
    asked.into_iter().map(|(_, one)| one).collect()
}

/// Keeps the checkpoint with the cosignatures it has, and how the witnesses stand.
fn keep(house: &House, asked: &[Asked], note: &str) -> std::io::Result<()> {
    let lines: String = asked
        .iter()
        .filter(|one| one.note == note)
        .filter_map(|one| one.cosignature.as_ref())
        .map(ToString::to_string)
        .collect();
    if !lines.is_empty() {
        witnesses::keep_cosigned(&house.config, &format!("{note}{lines}"))?;
    }
    let standings: Standings = asked.iter().map(|one| (one.key.to_string(), one.standing.clone())).collect();
    witnesses::keep_standings(&house.config, &standings)
}

impl Asked {
    fn new(part: &WitnessPart, standings: &Standings) -> Option<Self> {
        Some(Self {
            key: part.vkey.parse().ok()?,
            way: Way::new(&part.url)?,
            standing: standings.get(&part.vkey).cloned().unwrap_or_default(),
            note: String::new(),
            cosignature: None,
            failures: 0,
            next: Instant::now(),
        })
    }

    /// Whether there is something to ask about this checkpoint now.
    fn is_due(&self, note: &str) -> bool {
        Instant::now() >= self.next || (self.failures == 0 && self.note != note)
    }

    async fn ask(&mut self, house: &House, checkpoint: &Checkpoint, note: &str) {
        let told = self.told(house, checkpoint, note).await;
        let name = self.key.name().to_owned();
        note.clone_into(&mut self.note);
        self.cosignature = None;
        match told {
            Told::Cosigned(cosignature) => {
                if self.standing.trouble.is_some() {
                    tracing::info!(witness = name, "the witness cosigns again");
                }
                self.standing = Standing { cosigned_at: Some(house.now().0), size: checkpoint.size(), trouble: None };
                self.cosignature = Some(cosignature);
                self.rest();
                metrics::counter!("daicho_witness_cosignatures_total", "witness" => name).increment(1);
            }
            Told::Passed => self.rest(),
            Told::Trouble(trouble, why) => {
                let code = trouble.code();
                if trouble.is_alarm() {
                    let words = trouble.texts(&name);
                    tracing::error!(witness = name, trouble = code, why, "{}", words.get(policy::Language::En));
                } else if self.standing.trouble != Some(trouble) {
                    tracing::warn!(witness = name, trouble = code, why, "the witness does not cosign");
                }
                self.standing.trouble = Some(trouble);
                self.failures = self.failures.saturating_add(1);
                let pause = Duration::from_secs(1 << self.failures.min(6)).min(LONGEST_PAUSE);
                self.next = Instant::now() + pause;
                metrics::counter!("daicho_witness_failures_total", "witness" => name, "why" => code).increment(1);
            }
        }
    }

    fn rest(&mut self) {
        self.failures = 0;
        self.next = Instant::now() + AGAIN;
    }

    /// Asks from the size that the witness has, as far as it is known; if it says another, from that.
    async fn told(&mut self, house: &House, checkpoint: &Checkpoint, note: &str) -> Told {
        let size = checkpoint.size();
        let mut old = self.standing.size.min(size);
        for _ in 0..TRIES {
            let proof = match house.tree.consistency(old, size).await {
                Ok(proof) => proof,
                Err(NoProof::Store(fault)) => return unread(&fault),
                Err(NoProof::Proof(why)) => return Told::Trouble(Trouble::Forked, why.to_string()),
            };
            let answer = match self.way.post(&Request::write(old, &proof.path, note)).await {
                Ok(answer) => answer,
                Err(why) => return Told::Trouble(Trouble::Unreachable, why),
            };
            let body = String::from_utf8_lossy(&answer.body).into_owned();
            let kept = match answer.status {
                StatusCode::OK => return self.cosigned(note, &body),
                StatusCode::CONFLICT => body.strip_suffix('\n').and_then(|size| size.parse::<u64>().ok()),
                StatusCode::UNPROCESSABLE_ENTITY => return Told::Trouble(Trouble::Forked, said(&body)),
                StatusCode::NOT_FOUND | StatusCode::FORBIDDEN => return Told::Trouble(Trouble::Unknown, said(&body)),
                other => return Told::Trouble(Trouble::Unreachable, format!("{other} {}", said(&body))),
            };
            match kept {
                None => return Told::Trouble(Trouble::BadAnswer, said(&body)),
                // It has this very size, with another root.
                Some(kept) if kept == old => return Told::Trouble(Trouble::Forked, format!("at {kept} entries")),
                Some(kept) if kept > size => return ahead(house, kept).await,
                Some(kept) => old = kept,
            }
        }
        Told::Trouble(Trouble::BadAnswer, "another size every time".into())
    }

    fn cosigned(&self, note: &str, lines: &str) -> Told {
        let cosigned = format!("{note}{lines}").parse::<Note>().ok();
        let cosigned = cosigned.filter(|cosigned| self.key.check(cosigned).is_ok());
        let ours =
            cosigned.and_then(|cosigned| cosigned.signatures().iter().rfind(|one| self.key.is_named_by(one)).cloned());
        ours.map_or_else(|| Told::Trouble(Trouble::BadAnswer, said(lines)), Told::Cosigned)
    }
}

/// A witness that has more than was signed here may have it from another node. One that has more than there is in the store cannot.
async fn ahead(house: &House, kept: u64) -> Told {
    match house.store.head().await {
        Ok(head) if head.size < kept => {
            Told::Trouble(Trouble::Ahead(kept), format!("{kept} entries are cosigned, {} are here", head.size))
        }
        Ok(_) => Told::Passed,
        Err(fault) => unread(&fault),
    }
}

/// The store cannot be read: nothing is known of the witness.
fn unread(fault: &store::Fault) -> Told {
    tracing::error!(error = %fault, "the ledger could not be read to ask a witness");
    Told::Passed
}

/// The beginning of what a witness said, fit for a log.
fn said(body: &str) -> String {
    body.chars().filter(|letter| !letter.is_control()).take(120).collect()
}
