//! Time stamps: an authority outside the house says that a signed checkpoint was there at a time (RFC 3161). Each is kept as its
//! answer, beside the checkpoint it stamps, in a folder beside the last signed one: `41.tsr` and `41.checkpoint` for 41 entries.
//! The hash of a checkpoint is all that leaves.

use crate::config::Config;
use crate::said::{FAULT, Said};
use crate::tick::{self, Outside};
use crate::wire;
use der::asn1::ObjectIdentifier;
use ledger::export::STAMPS;
use ledger::keys::Vkeys;
use policy::Texts;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use token::{BadStamp, Stamped, Trust};

mod post;
pub(crate) mod token;

/// So far the authority's clock and this one may be apart, in milliseconds.
const APART: i64 = 300_000;

/// A time stamp that was kept, unread.
pub(crate) struct Kept {
    /// How many entries the checkpoint has.
    pub(crate) size: u64,
    /// The signed checkpoint; nothing if it is gone.
    pub(crate) note: String,
    /// What the authority answered.
    pub(crate) answer: Vec<u8>,
}

/// How the authority stood when it was asked last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Standing {
    /// When it stamped last, in milliseconds since 1970.
    pub(crate) stamped_at: Option<i64>,
    /// How many entries it stamped then.
    pub(crate) size: u64,
    /// What went wrong since.
    pub(crate) trouble: Option<BadStamp>,
}

/// The folder of the time stamps.
pub(crate) fn folder(config: &Config) -> PathBuf {
    config.checkpoint().with_extension(STAMPS)
}

/// All time stamps in a folder, by size. One without its answer was not finished, and is none.
pub(crate) fn kept(folder: &Path) -> std::io::Result<Vec<Kept>> {
    let items = match std::fs::read_dir(folder) {
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        items => items?,
    };
    let mut kept = Vec::new();
    for item in items {
        let path = item?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some(size) = name.strip_suffix(".tsr").and_then(|size| size.parse().ok()) else { continue };
        let note = std::fs::read(path.with_extension("checkpoint")).unwrap_or_default();
        kept.push(Kept { size, note: String::from_utf8_lossy(&note).into_owned(), answer: std::fs::read(&path)? });
    }
    kept.sort_unstable_by_key(|stamp| stamp.size);
    Ok(kept)
}

/// The files of a time stamp, and the bytes of each.
pub(crate) fn files(stamp: Kept) -> [(String, Vec<u8>); 2] {
    let size = stamp.size;
    [(format!("{size}.checkpoint"), stamp.note.into_bytes()), (format!("{size}.tsr"), stamp.answer)]
}

/// Whether a file of this name belongs to a time stamp.
pub(crate) fn is_one_of(name: &str) -> bool {
    let size = name.strip_suffix(".tsr").or_else(|| name.strip_suffix(".checkpoint"));
    size.is_some_and(|size| size.parse::<u64>().is_ok_and(|number| number.to_string() == size))
}

/// Keeps a time stamp: the checkpoint first, so that there is no answer without it.
pub(crate) fn keep(folder: &Path, stamp: &Kept) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let file = folder.join(format!("{}.tsr", stamp.size));
    tick::replace(&file.with_extension("checkpoint"), stamp.note.as_bytes())?;
    tick::replace(&file, &stamp.answer)
}

/// Puts those aside that are of more entries than a ledger has that was adopted.
pub(crate) fn set_aside(config: &Config, size: u64) -> std::io::Result<()> {
    let folder = folder(config);
    for lost in kept(&folder)?.iter().filter(|stamp| stamp.size > size) {
        for kind in ["tsr", "checkpoint"] {
            let name = format!("{}.{kind}", lost.size);
            std::fs::rename(folder.join(&name), folder.join(format!("{name}.lost")))?;
        }
    }
    Ok(())
}

/// How the authority stood when it was asked last.
pub(crate) fn standing(config: &Config) -> Standing {
    serde_json::from_str(&std::fs::read_to_string(standing_file(config)).unwrap_or_default()).unwrap_or_default()
}

fn keep_standing(config: &Config, standing: &Standing) -> std::io::Result<()> {
    tick::replace(&standing_file(config), serde_json::to_string(standing)?.as_bytes())
}

fn standing_file(config: &Config) -> PathBuf {
    config.checkpoint().with_extension("timestamp")
}

/// Whose time stamps the configuration takes; nobody's without an authority.
///
/// # Errors
/// [`Said::Words`] when its certificates cannot be read.
pub(crate) fn trust(config: &Config) -> Result<Option<Trust>, Said> {
    let Some(part) = &config.file.ledger.timestamp else { return Ok(None) };
    let policy = part.policy.as_ref().and_then(|policy| ObjectIdentifier::new(policy).ok());
    Ok(Some(Trust { certificates: certificates(&part.authority)?, policy }))
}

/// The certificates in a PEM file.
pub(crate) fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, Said> {
    let read = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    read.ok().filter(|found| !found.is_empty()).ok_or_else(|| {
        let file = file.display();
        Said::mistake(Texts::new(
            format!("{file} から時刻認証局の証明書（PEM）を読めません。"),
            format!("No certificates of a time stamping authority can be read from {file} (PEM)."),
            format!("Không đọc được chứng chỉ (PEM) của cơ quan cấp dấu thời gian từ {file}."),
        ))
    })
}

/// Has the checkpoint that was signed last stamped, and keeps what comes back if it holds. The nonce is `chance`.
///
/// # Errors
/// [`Said::Words`] when there is no authority or no checkpoint, and when what came back is no time stamp of it.
pub(crate) async fn ask(config: &Config, keys: &Vkeys, chance: [u8; 8]) -> Result<(u64, Stamped), Said> {
    let (Some(part), Some(trust)) = (&config.file.ledger.timestamp, trust(config)?) else {
        return Err(nobody());
    };
    let Outside::Signed(checkpoint, note) = tick::outside(config, keys) else { return Err(tick::unknown(config)) };
    let nonce = token::positive(chance);
    let question = token::request(note.as_bytes(), nonce, trust.policy).map_err(no_stamp)?;
    let answered = match post::post(&part.url, question).await {
        Ok(answer) => read_now(&answer, &note, &trust, nonce).map(|stamped| (answer, stamped)),
        Err(why) => {
            tracing::warn!(why, "the time stamping authority did not answer");
            Err(BadStamp::NoAnswer)
        }
    };
    let before = standing(config);
    let (answer, stamped) = match answered {
        Ok(stamped) => stamped,
        Err(why) => {
            keep_standing(config, &Standing { trouble: Some(why), ..before })?;
            return Err(no_stamp(why));
        }
    };
    let size = checkpoint.size();
    keep(&folder(config), &Kept { size, note, answer: answer.to_vec() })?;
    keep_standing(config, &Standing { stamped_at: Some(stamped.at.0), size, trouble: None })?;
    Ok((size, stamped))
}

/// An answer that was just given: to this question, and now.
fn read_now(answer: &[u8], note: &str, trust: &Trust, nonce: [u8; 8]) -> Result<Stamped, BadStamp> {
    let stamped = token::read(answer, note.as_bytes(), Some(trust))?;
    if stamped.nonce.as_deref() != Some(nonce.as_slice()) {
        return Err(BadStamp::Nonce);
    }
    if (stamped.at.0 - wire::now().0).abs() > APART {
        return Err(BadStamp::Time);
    }
    Ok(stamped)
}

/// The newest time stamp of at most so many entries of the ledger with these keys.
pub(crate) fn newest(config: &Config, keys: &Vkeys, size: u64) -> Option<Kept> {
    let kept = kept(&folder(config)).unwrap_or_default();
    kept.into_iter().rfind(|stamp| stamp.size <= size && keys.open(&stamp.note).is_ok())
}

fn no_stamp(why: BadStamp) -> Said {
    let texts = why.texts().map(|language, why| match language {
        policy::Language::Ja => format!("タイムスタンプを得られませんでした：{why}。"),
        policy::Language::En => format!("There is no time stamp: {why}."),
        policy::Language::Vi => format!("Không có dấu thời gian: {why}."),
    });
    Said::Words(FAULT, texts)
}

fn nobody() -> Said {
    Said::mistake(Texts::new(
        "時刻認証局が設定されていません。daicho.toml に [ledger.timestamp] の url と authority を書いてください。",
        "No time stamping authority is configured. Write url and authority under [ledger.timestamp] in daicho.toml.",
        "Chưa cấu hình cơ quan cấp dấu thời gian. Hãy ghi url và authority trong [ledger.timestamp] của daicho.toml.",
    ))
}
