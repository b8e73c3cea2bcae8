//! What the witnesses of this ledger have said, in two files beside the last signed checkpoint: the last one that they have cosigned,
//! and how each of them stands. Both can be made anew by asking again.

use crate::config::Config;
use crate::keyring::Signing;
use crate::tick;
use crate::wire;
use ledger::checkpoint::Checkpoint;
use ledger::keys::Vkeys;
use policy::Texts;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

/// So long a checkpoint that was cosigned is served, although a younger one was signed that may still be cosigned.
const FRESH: Duration = Duration::from_secs(10);

/// How one witness stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Standing {
    /// When it cosigned last, in milliseconds since 1970.
    pub(crate) cosigned_at: Option<i64>,
    /// How many entries it cosigned then.
    pub(crate) size: u64,
    /// What is wrong now.
    pub(crate) trouble: Option<Trouble>,
}

/// Why a witness does not cosign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Trouble {
    /// It does not answer, or with a fault of its own.
    Unreachable,
    /// It was not told to trust this ledger's key.
    Unknown,
    /// It answers with something that is no cosignature by its key.
    BadAnswer,
    /// It has cosigned so many entries, which is more than the ledger has: the ledger was rolled back.
    Ahead(u64),
    /// What it has cosigned is not the beginning of this ledger.
    Forked,
}

impl Trouble {
    /// The word for it in metrics and logs.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Unknown => "unknown",
            Self::BadAnswer => "bad-answer",
            Self::Ahead(_) => "ahead",
            Self::Forked => "forked",
        }
    }

    /// Whether the witness says that this ledger is not the one it knew.
    pub(crate) const fn is_alarm(self) -> bool {
        matches!(self, Self::Ahead(_) | Self::Forked)
    }

    /// What to tell people, and the way on.
    pub(crate) fn texts(self, witness: &str) -> Texts {
        match self {
            Self::Unreachable => Texts::new(
                format!("証人 {witness} が応答しません。設定 ledger.witness の url と相手の状態を確かめてください。"),
                format!(
                    "The witness {witness} does not answer. Look at its url in ledger.witness, and whether it runs."
                ),
                format!(
                    "Nhân chứng {witness} không trả lời. Hãy kiểm tra url trong ledger.witness và xem nó có đang chạy không."
                ),
            ),
            Self::Unknown => Texts::new(
                format!(
                    "証人 {witness} はこの台帳を知りません。相手で `daicho witness trust` を実行し、この台帳の検証鍵を登録してください。"
                ),
                format!(
                    "The witness {witness} does not know this ledger. Have `daicho witness trust` run there with this ledger's verifier key."
                ),
                format!(
                    "Nhân chứng {witness} không biết sổ ghi này. Hãy chạy `daicho witness trust` ở đó với khóa kiểm chứng của sổ này."
                ),
            ),
            Self::BadAnswer => Texts::new(
                format!("証人 {witness} の連署が検証鍵に合いません。設定 ledger.witness の vkey を確かめてください。"),
                format!(
                    "What the witness {witness} answers is not signed by its key. Look at its vkey in ledger.witness."
                ),
                format!(
                    "Câu trả lời của nhân chứng {witness} không khớp khóa. Hãy kiểm tra vkey trong ledger.witness."
                ),
            ),
            Self::Ahead(size) => Texts::new(
                format!(
                    "証人 {witness} はこの台帳を{size}件まで連署しましたが、台帳にはそれだけの記録がありません。台帳が古い写しに戻されています。最新のバックアップを戻してください。"
                ),
                format!(
                    "The witness {witness} has cosigned {size} entries, and the ledger has fewer: it was rolled back to an earlier copy. Put the newest backup back."
                ),
                format!(
                    "Nhân chứng {witness} đã đồng ký {size} bản ghi nhưng sổ có ít hơn: sổ đã bị quay về bản cũ. Hãy khôi phục bản sao lưu mới nhất."
                ),
            ),
            Self::Forked => Texts::new(
                format!(
                    "証人 {witness} が連署した台帳は、この台帳の始まりではありません。台帳が書き換えられたか、古い写しから続けられています。`daicho verify` で確かめ、最新のバックアップを戻してください。"
                ),
                format!(
                    "What the witness {witness} has cosigned is not the beginning of this ledger: it was rewritten, or went on from an earlier copy. Run `daicho verify`, and put the newest backup back."
                ),
                format!(
                    "Những gì nhân chứng {witness} đã đồng ký không phải phần đầu của sổ này: sổ đã bị sửa hoặc ghi tiếp từ bản cũ. Hãy chạy `daicho verify` và khôi phục bản sao lưu mới nhất."
                ),
            ),
        }
    }
}

/// How each witness stands, by its verifier key.
pub(crate) type Standings = BTreeMap<String, Standing>;

/// How the witnesses stood when they were asked last.
pub(crate) fn standings(config: &Config) -> Standings {
    let text = std::fs::read_to_string(standings_file(config)).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// Writes down how they stand.
pub(crate) fn keep_standings(config: &Config, standings: &Standings) -> std::io::Result<()> {
    tick::replace(&standings_file(config), serde_json::to_string(standings)?.as_bytes())
}

/// Whether a witness that is configured says that this ledger is not the one it knew.
pub(crate) fn alarm(config: &Config) -> bool {
    let standings = standings(config);
    let mut known = config.file.ledger.witness.iter().filter_map(|witness| standings.get(&witness.vkey));
    known.any(|standing| standing.trouble.is_some_and(Trouble::is_alarm))
}

/// The last checkpoint that was cosigned, with all cosignatures. They are not checked: whoever gets it will.
pub(crate) fn cosigned(config: &Config, keys: &Vkeys) -> Option<(Checkpoint, String)> {
    let note = std::fs::read_to_string(cosigned_file(config)).ok()?;
    Some((keys.open(&note).ok()?, note))
}

/// Keeps a checkpoint with its cosignatures.
pub(crate) fn keep_cosigned(config: &Config, note: &str) -> std::io::Result<()> {
    tick::replace(&cosigned_file(config), note.as_bytes())
}

/// The notes of this ledger, for whoever asks from outside. Files are read and signatures checked on threads that may wait, and the
/// same text is checked once. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Notes {
    config: Arc<Config>,
    signing: Arc<Signing>,
    /// What was found signed last: the checkpoint, and with its cosignatures.
    opened: Arc<Mutex<[Option<Opened>; 2]>>,
}

/// A checkpoint, and the note it was opened from.
type Opened = (Checkpoint, String);

impl Notes {
    pub(crate) fn new(config: Arc<Config>, signing: Arc<Signing>) -> Self {
        Self { config, signing, opened: Arc::default() }
    }

    /// The last checkpoint that was signed. `None` if it is not there: what the database has in its place proves nothing.
    pub(crate) async fn signed(&self) -> Option<Opened> {
        self.both().await.map(|(signed, _)| signed)
    }

    /// The checkpoint to show: the last one that was signed, with its cosignatures; while they are on the way, the one before.
    pub(crate) async fn shown(&self) -> Option<Opened> {
        let notes = self.clone();
        let read = tokio::task::spawn_blocking(move || {
            let (signed, cosigned) = notes.read()?;
            let shown = cosigned
                .filter(|(known, _)| *known == signed.0 || (known.size() < signed.0.size() && is_fresh(&notes.config)));
            Some(shown.unwrap_or(signed))
        });
        read.await.ok().flatten()
    }

    /// What was signed last and what was cosigned last.
    pub(crate) async fn both(&self) -> Option<(Opened, Option<Opened>)> {
        let notes = self.clone();
        tokio::task::spawn_blocking(move || notes.read()).await.ok().flatten()
    }

    fn read(&self) -> Option<(Opened, Option<Opened>)> {
        let texts =
            [self.config.checkpoint(), cosigned_file(&self.config)].map(|file| std::fs::read_to_string(file).ok());
        let keys = self.signing.vkeys();
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        for (known, text) in opened.iter_mut().zip(texts) {
            let same = known.as_ref().map(|(_, note)| note) == text.as_ref();
            if !same {
                *known = text.and_then(|note| Some((keys.open(&note).ok()?, note)));
            }
        }
        let [signed, cosigned] = opened.clone();
        signed.map(|signed| (signed, cosigned))
    }
}

fn is_fresh(config: &Config) -> bool {
    let written = std::fs::metadata(cosigned_file(config)).and_then(|file| file.modified()).ok();
    let written = written.and_then(|at| at.duration_since(UNIX_EPOCH).ok()).map_or(0, |since| since.as_millis());
    u128::try_from(wire::now().0).is_ok_and(|now| now < written.saturating_add(FRESH.as_millis()))
}

fn cosigned_file(config: &Config) -> PathBuf {
    config.checkpoint().with_extension("cosigned")
}

fn standings_file(config: &Config) -> PathBuf {
    config.checkpoint().with_extension("witnesses")
}
