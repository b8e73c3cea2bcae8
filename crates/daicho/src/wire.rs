//! Wiring: the store, the keys, the office and the vault of one installation.

use crate::config::Config;
use crate::keyring::{Keyring, chance, written_vkey};
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

impl Evidence {
    /// Opens the store and finds the public key: the one given, else the one beside the secret key, else the one in the data
    /// folder. Nothing is made, and no secret is read.
    pub(crate) async fn open(config: Config, given: Option<Vkey>) -> Result<Self, Said> {
        let known = || written_vkey(&config.key_folder()).or_else(|| written_vkey(&config.data));
        let keys = given.or_else(known).into_iter().collect();
        let store = Store::open(&config.store()).await?;
        Ok(Self { config: Arc::new(config), store, keys })
    }
}

impl House {
    /// Opens what `daicho init` made.
    pub(crate) async fn open(config: Config) -> Result<Self, Said> {
        let keyring = Keyring::read(&config)?;
        let store = Store::open(&config.store()).await?;
        let keys = Keys::open(&config.keys()).await?;
        Self::with(config, keyring, store, keys).await
    }

    /// Makes the keys and both stores, with an empty ledger. What an interrupted attempt made is taken up again; a place where
    /// a checkpoint was ever signed is not.
    pub(crate) async fn make(config: Config) -> Result<Self, Said> {
        if config.checkpoint().exists() {
            return Err(store::Fault::Present.into());
        }
        crate::keyring::make_folder(&config.data)?;
        let keyring = Keyring::make(&config)?;
        let store = match Store::create(&config.store()).await {
            Err(store::Fault::Present) => Store::open(&config.store()).await?,
            made => made?,
        };
        let keys = match Keys::create(&config.keys()).await {
            Err(store::Fault::Present) => Keys::open(&config.keys()).await?,
            made => made?,
        };
        Self::with(config, keyring, store, keys).await
    }

    async fn with(config: Config, keyring: Keyring, store: Store, keys: Keys) -> Result<Self, Said> {
        let branch = vault::actor_branch(&keyring.root);
        let vault = Vault::new(keys.clone(), &keyring.root, keyring.wrapping);

        let office = Office::open(store.clone(), chance(), *branch.expose(), config.file.node).await?;
        vault::finish_erasures(&vault, &office).await?;
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
