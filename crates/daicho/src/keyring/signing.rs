//! What signs the ledger, as the keyring has it now: another process may renew the key that signs while this one runs.

use super::ring::{Identity, Ring};
use super::{Root, VKEY, damaged, written_vkeys};
use crate::config::Config;
use crate::said::Said;
use ledger::checkpoint::{BadCheckpoint, Checkpoint};
use ledger::keys::{Signers, Vkeys};
use policy::Texts;
use seal::{Branch, RootKey};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// The keys that sign, and all that ever did.
pub(crate) struct Signing {
    folder: PathBuf,
    origin: String,
    root: Arc<Root>,
    now: RwLock<Arc<Now>>,
    /// Which keyring was looked at last.
    looked: Mutex<Option<Identity>>,
}

/// As the keyring had it when it was looked at last.
struct Now {
    generations: Vec<u32>,
    signers: Signers,
    vkeys: Arc<Vkeys>,
}

impl Signing {
    pub(super) fn new(config: &Config, root: Arc<Root>, ring: &Ring) -> Result<Self, Said> {
        let (folder, origin) = (config.key_folder(), config.file.origin.clone());
        let now = Now::of(&folder, &origin, ring, &root.now())?;
        // Not known yet which file that was: the first look reads it again.
        Ok(Self { folder, origin, root, now: RwLock::new(Arc::new(now)), looked: Mutex::default() })
    }

    /// Every key that ever signed, the newest first.
    pub(crate) fn vkeys(&self) -> Arc<Vkeys> {
        self.now().vkeys.clone()
    }

    /// Follows a renewal by another process. A new root key that cannot be opened here matters only where the keys that sign are others.
    pub(crate) async fn follow(&self) -> Result<(), Said> {
        let looked = || self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        let identity = Ring::identity(&self.folder);
        if identity.is_some() && identity == *looked() {
            return Ok(());
        }
        let ring = match Ring::read(&self.folder) {
            Ok(ring) => ring,
            // The folder may be away for a while; what signs is in memory.
            Err(_) if identity.is_none() => return Ok(()),
            Err(said) => return Err(said),
        };
        if ring.generations(Branch::Signing) != self.now().generations {
            let root = self.root.of(&self.folder, &ring).await?;
            let now = Now::of(&self.folder, &self.origin, &ring, &root)?;
            *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(now);
        }
        *looked() = identity;
        Ok(())
    }

    /// The signed note.
    pub(crate) fn sign(&self, checkpoint: &Checkpoint) -> Result<String, BadCheckpoint> {
        self.now().signers.sign(checkpoint)
    }

    fn now(&self) -> Arc<Now> {
        self.now.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Now {
    fn of(folder: &Path, origin: &str, ring: &Ring, root: &RootKey) -> Result<Self, Said> {
        let signers = ring.signers(origin, root).ok_or_else(|| match Checkpoint::new(origin, 0, [0; 32]) {
            Ok(_) => damaged(&Ring::file(folder)),
            Err(_) => bad_origin(),
        })?;
        let now = signers.vkeys();
        let older = written_vkeys(folder).into_iter().flat_map(|keys| keys.all().cloned().collect::<Vec<_>>());
        let others = now.all().skip(1).cloned().chain(older);
        let vkeys = Vkeys::new(now.newest().clone(), others).map_err(|_| bad_origin())?;
        Ok(Self { generations: ring.generations(Branch::Signing), signers, vkeys: Arc::new(vkeys) })
    }
}

/// Writes the public keys down, beside the keys and beside the data.
pub(crate) fn publish(config: &Config, vkeys: &Vkeys) -> Result<(), Said> {
    let text = format!("{vkeys}\n");
    crate::tick::replace(&config.key_folder().join(VKEY), text.as_bytes())?;
    Ok(crate::tick::replace(&config.data.join(VKEY), text.as_bytes())?)
}

fn bad_origin() -> Said {
    Said::mistake(Texts::new(
        "設定の origin が使えません。空白と「+」を含まない名前にしてください。",
        "The setting `origin` cannot be used: a name without spaces and '+'.",
        "Thiết lập `origin` không dùng được: tên không có khoảng trắng và dấu '+'.",
    ))
}
