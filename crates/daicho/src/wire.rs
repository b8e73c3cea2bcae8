//! Wiring: the store, the keys, the office and the vault of one installation.

use crate::config::Config;
use crate::keyring::{Keyring, chance};
use crate::said::Said;
use access::Office;
use ledger::names::Moment;
use ledger::note::{Signer, Vkey};
use std::sync::Arc;
use store::{Keys, Store};
use vault::Vault;

/// One installation, opened.
#[derive(Clone)]
pub(crate) struct House {
    pub(crate) config: Arc<Config>,
    pub(crate) store: Store,
    pub(crate) keys: Keys,
    pub(crate) office: Office,
    pub(crate) vault: Vault,
    pub(crate) signer: Arc<Signer>,
}

/// What verifying needs: the store and the public key. No secret is read for it.
#[derive(Clone)]
pub(crate) struct Evidence {
    pub(crate) config: Arc<Config>,
    pub(crate) store: Store,
    pub(crate) keys: Vec<Vkey>,
}

impl House {
    /// Opens what `daicho init` made.
    pub(crate) async fn open(config: Config) -> Result<Self, Said> {
        let keyring = Keyring::read(&config)?;
        let store = Store::open(&config.store()).await?;
        let keys = Keys::open(&config.keys()).await?;
        Self::with(config, keyring, store, keys).await
    }

    /// Makes the keys and both stores, with an empty ledger.
    pub(crate) async fn make(config: Config) -> Result<Self, Said> {
        crate::keyring::make_folder(&config.data)?;
        let keyring = Keyring::make(&config)?;
        let store = Store::create(&config.store()).await?;
        let keys = Keys::create(&config.keys()).await?;
        Self::with(config, keyring, store, keys).await
    }

    async fn with(config: Config, keyring: Keyring, store: Store, keys: Keys) -> Result<Self, Said> {
        let branch = vault::actor_branch(&keyring.root);
        let vault = Vault::new(keys.clone(), &keyring.root, keyring.wrapping);
        
        let office = Office::open(store.clone(), chance(), branch, config.file.node).await?;
        vault::finish_erasures(&vault, &office, now()).await?;
        Ok(Self { config: Arc::new(config), store, keys, office, vault, signer: Arc::new(keyring.signer) })
    }

    /// What verifying this installation needs.
    pub(crate) fn evidence(&self) -> Evidence {
        Evidence { config: self.config.clone(), store: self.store.clone(), keys: vec![self.signer.vkey().clone()] }
    }

    /// The moment now.
    pub(crate) fn now(&self) -> Moment {
        now()
    }
}

/// The system clock: read in the binary, nowhere else.
#[expect(clippy::disallowed_methods, reason = "the binary hands the clock in")]
pub(crate) fn now() -> Moment {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Moment(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
