//! The ledger asks its witnesses to cosign what it has signed (C2SP tlog-witness): in rounds, at most one a second, beside everything
//! else. Nobody waits for a witness, and one that fails is asked again later; what it says is logged, counted and kept for
//! `daicho doctor`.

mod answer;

use crate::config::WitnessPart;
use crate::tick::{self, Outside};
use crate::tree::NoProof;
use crate::way::{Limits, Trust, Way};
use crate::wire::House;
use crate::witnesses::{self, Standing, Standings, Trouble};
use answer::{Meaning, meaning, said};
use ledger::checkpoint::Checkpoint;
use ledger::cosignature::WitnessKey;
use ledger::names::Moment;
use ledger::note::{Note, Signature};
use ledger::witness::Request;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// What an answer may take: some lines with signatures are shorter.
const LIMITS: Limits = Limits { patience: Duration::from_secs(5), bytes: 64 << 10 };
const TEXT: (&str, &str) = ("content-type", "text/plain; charset=utf-8");
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
    /// Nothing: the ledger could not be read here to ask. That says nothing of the witness.
    Unread,
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
        let Outside::Signed(checkpoint, note) = tick::outside(&house.config, &house.signing.vkeys()) else { continue };
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
    let fresh: Vec<_> =
        asked.iter().map(|one| (&one.key, one.cosignature.as_ref().filter(|_| one.note == note))).collect();
    let kept = witnesses::cosigned(&house.config, &house.signing.vkeys()).map(|(_, kept)| kept);
    if let Some(cosigned) = together(note, kept.as_deref(), &fresh) {
        witnesses::keep_cosigned(&house.config, &cosigned)?;
    }
    let standings: Standings = asked.iter().map(|one| (one.key.to_string(), one.standing.clone())).collect();
    witnesses::keep_standings(&house.config, &standings)
}

/// The note with what its witnesses have said of it: now, else before, as it was kept. `None` if that is nothing, or is kept already.
fn together(note: &str, kept: Option<&str>, fresh: &[(&WitnessKey, Option<&Signature>)]) -> Option<String> {
    let own = note.parse::<Note>().ok()?.signatures().len();
    let before = kept.filter(|kept| kept.starts_with(note)).and_then(|kept| kept.parse::<Note>().ok());
    let before: Vec<&Signature> = before.iter().flat_map(|before| before.signatures().iter().skip(own)).collect();
    let by = |key: &WitnessKey| before.iter().copied().rfind(|one| key.is_named_by(one));
    let asked = fresh.iter().filter_map(|(key, now)| now.or_else(|| by(key)));
    // Whoever is not asked any more has said it all the same.
    let others = before.iter().copied().filter(|one| !fresh.iter().any(|(key, _)| key.is_named_by(one)));
    let lines: String = asked.chain(others).map(ToString::to_string).collect();
    let cosigned = format!("{note}{lines}");
    (!lines.is_empty() && kept != Some(cosigned.as_str())).then_some(cosigned)
}

impl Asked {
    fn new(part: &WitnessPart, standings: &Standings) -> Option<Self> {
        Some(Self {
            key: part.vkey.parse().ok()?,
            // What is sent and answered is no secret and proves itself by signatures.
            way: Way::new(&part.url, &Trust::Anybody, LIMITS).ok()?,
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
        self.hear(told, checkpoint.size(), note, house.now());
    }

    /// Takes in what came of asking about a note of so many entries.
    fn hear(&mut self, told: Told, size: u64, note: &str, now: Moment) {
        let name = self.key.name().to_owned();
        // What was said of this very note stays said, whatever comes of asking again.
        if self.note != note {
            note.clone_into(&mut self.note);
            self.cosignature = None;
        }
        match told {
            Told::Cosigned(cosignature) => {
                if self.standing.trouble.is_some() {
                    tracing::info!(witness = name, "the witness cosigns again");
                }
                self.standing = Standing { cosigned_at: Some(now.0), size, trouble: None };
                self.cosignature = Some(cosignature);
                self.rest();
                metrics::counter!("daicho_witness_cosignatures_total", "witness" => name).increment(1);
            }
            Told::Passed => self.rest(),
            Told::Unread => self.pause(),
            Told::Trouble(trouble, why) => {
                let code = trouble.code();
                if trouble.is_alarm() {
                    let words = trouble.texts(&name);
                    tracing::error!(witness = name, trouble = code, why, "{}", words.get(policy::Language::En));
                } else if self.standing.trouble != Some(trouble) {
                    tracing::warn!(witness = name, trouble = code, why, "the witness does not cosign");
                }
                self.standing.trouble = Some(trouble);
                self.pause();
                metrics::counter!("daicho_witness_failures_total", "witness" => name, "why" => code).increment(1);
            }
        }
    }

    fn rest(&mut self) {
        self.failures = 0;
        self.next = Instant::now() + AGAIN;
    }

    fn pause(&mut self) {
        self.failures = self.failures.saturating_add(1);
        let pause = Duration::from_secs(1 << self.failures.min(6)).min(LONGEST_PAUSE);
        self.next = Instant::now() + pause;
    }

    /// Asks from the size that the witness has, as far as it is known; if it says another, from that.
    async fn told(&mut self, house: &House, checkpoint: &Checkpoint, note: &str) -> Told {
        let size = checkpoint.size();
        let mut old = self.standing.size.min(size);
        let target = format!("{}/add-checkpoint", self.way.prefix());
        for _ in 0..TRIES {
            let proof = match house.tree.consistency(old, size).await {
                Ok(proof) => proof,
                // Sizes here are in order: what is missing is an entry, here.
                Err(why) => return unread(&why),
            };
            let answer = match self.way.post(&target, &[TEXT], Request::write(old, &proof.path, note)).await {
                Ok(answer) => answer,
                Err(why) => return Told::Trouble(Trouble::Unreachable, why),
            };
            let body = String::from_utf8_lossy(&answer.body);
            match meaning(answer.status, &body, old, size) {
                Meaning::Lines => return self.cosigned(note, &body),
                Meaning::Trouble(trouble, why) => return Told::Trouble(trouble, why),
                Meaning::Kept(kept) if kept > size => return ahead(house, kept).await,
                Meaning::Kept(kept) => old = kept,
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
        Err(fault) => unread(&fault.into()),
    }
}

/// The ledger cannot be read here: nothing is known of the witness.
fn unread(why: &NoProof) -> Told {
    tracing::error!(error = %why, "the ledger could not be read to ask a witness");
    Told::Unread
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::cosignature::Witness;
    use ledger::note::Signer;
    use ledger::tree::{leaf_hash, root};

    const NOW: Moment = Moment(1_790_000_000_000);

    fn note(size: u64) -> String {
        let signer = Signer::new("example.com/ledger", &[7; 32]).unwrap();
        let leaves: Vec<_> = (0..size).map(|at| leaf_hash(&at.to_be_bytes())).collect();
        Checkpoint::new("example.com/ledger", size, root(&leaves)).unwrap().sign(&signer).unwrap()
    }

    fn witness(number: u8) -> Witness {
        Witness::new(&format!("witness.example/w{number}"), &[number; 32]).unwrap()
    }

    fn says(number: u8, note: &str, seconds: u64) -> Signature {
        witness(number).cosign(&note.parse().unwrap(), seconds).unwrap()
    }

    #[test]
    fn what_was_cosigned_stays_so_when_asking_again_fails() {
        let part = WitnessPart { url: "http://127.0.0.1:1".into(), vkey: witness(1).key().to_string() };
        let mut one = Asked::new(&part, &Standings::new()).unwrap();
        let (five, six) = (note(5), note(6));
        let said = says(1, &five, 9);
        one.hear(Told::Cosigned(said.clone()), 5, &five, NOW);
        one.hear(Told::Trouble(Trouble::Unreachable, String::new()), 5, &five, NOW);
        assert_eq!(one.cosignature.as_ref(), Some(&said));
        assert_eq!((one.standing.trouble, one.failures), (Some(Trouble::Unreachable), 1));
        // The ledger unread here is nothing against the witness, and is tried again soon.
        one.standing.trouble = None;
        one.hear(Told::Unread, 5, &five, NOW);
        assert_eq!((one.standing.trouble, one.failures), (None, 2));
        assert_eq!(one.cosignature.as_ref(), Some(&said));
        one.hear(Told::Passed, 6, &six, NOW);
        assert_eq!((one.cosignature, one.failures), (None, 0), "of another note nothing was said");
    }

    #[test]
    fn a_note_is_never_kept_with_fewer_cosignatures_than_before() {
        let five = note(5);
        let keys = [witness(1), witness(2), witness(3)].map(|witness| witness.key().clone());
        let (first, second, third) = (says(1, &five, 9), says(2, &five, 9), says(3, &five, 9));
        let with = |lines: &[&Signature]| five.clone() + &lines.iter().map(ToString::to_string).collect::<String>();
        let kept = with(&[&first, &second, &third]);
        // Two are asked, one answers anew, and the third is not asked any more.
        let again = says(1, &five, 600);
        let asked = [(&keys[0], Some(&again)), (&keys[1], None)];
        assert_eq!(together(&five, Some(&kept), &asked), Some(with(&[&again, &second, &third])));
        // Nothing new, nothing at all, and another note.
        assert_eq!(together(&five, Some(&kept), &[(&keys[0], Some(&first)), (&keys[1], None)]), None);
        assert_eq!(together(&five, None, &asked[1..]), None);
        assert_eq!(together(&note(6), Some(&kept), &asked[1..]), None);
        assert_eq!(together(&five, Some(&note(4)), &asked), Some(with(&[&again])));
    }
}
