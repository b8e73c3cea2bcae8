//! Wiring: the store, the keys, the office and the vault of one installation.

use crate::command::check::Beside;
use crate::config::Config;
use crate::keyring::root::Protection;
use crate::keyring::{Keyring, Root, Signing, chance, written_vkeys};
use crate::said::Said;
use crate::tree::Tree;
use access::{No, Office};
use ledger::keys::Vkeys;
use ledger::names::Moment;
use ledger::note::Vkey;
use std::sync::Arc;
use store::{Keys, Store};
use vault::{Entered, Vault};

/// One installation, opened.
#[derive(Clone)]
pub(crate) struct House {
    pub(crate) config: Arc<Config>,
    pub(crate) store: Store,
    pub(crate) keys: Keys,
    pub(crate) office: Office,
    pub(crate) vault: Vault,
    /// Proofs about the ledger.
    pub(crate) tree: Tree,
    /// What signs the ledger.
    pub(crate) signing: Arc<Signing>,
    /// Wraps the wrapping keys of new epochs.
    pub(crate) root: Arc<Root>,
    /// The key of all commitments to actors.
    branch: [u8; 32],
}

/// What verifying needs: the store and the public key; the rest as far as it is at hand.
#[derive(Clone)]
pub(crate) struct Evidence {
    pub(crate) config: Arc<Config>,
    pub(crate) store: Store,
    pub(crate) keys: Vec<Vkey>,
    /// What the root key opens.
    pub(crate) locks: Option<Locks>,
    /// People's wrapped keys.
    pub(crate) key_store: Option<Keys>,
    /// What was found on the way.
    pub(crate) trouble: Vec<Beside>,
    /// Whether the checkpoint outside the database is left out of account, because the ledger is to be adopted without it.
    pub(crate) adopting: bool,
}

/// What the root key opens.
#[derive(Clone)]
pub(crate) struct Locks {
    /// The key of all commitments to actors.
    pub(crate) branch: [u8; 32],
    /// What opens people's keys.
    pub(crate) vault: Option<Vault>,
}

impl Evidence {
    /// Opens the store and finds the public key: the one given, else the one beside the secret key, else the one in the data
    /// folder. Nothing is made. Without a key folder, what needs keys is not checked; keys that are there and do not open are
    /// something found.
    pub(crate) async fn open(config: Config, given: Option<Vkey>) -> Result<Self, Said> {
        let (beside_keys, beside_data) = (written_vkeys(&config.key_folder()), written_vkeys(&config.data));
        let mut trouble = Vec::new();
        let mut unreadable = |part: &str, why: String| trouble.push(Beside::Unreadable { part: part.into(), why });
        let stands = |folder: &std::path::Path| folder.join("vkey").exists();
        let unlike = |folder: &std::path::Path, read: &Option<Vkeys>| stands(folder) && read.is_none();
        // What lies beside the data may be of before a renewal; a key that is not known beside the keys is a stranger.
        let strange = |keys: &Vkeys| beside_data.as_ref().is_none_or(|data| !data.all().all(|key| keys.contains(key)));
        if beside_keys.as_ref().is_some_and(strange)
            || unlike(&config.key_folder(), &beside_keys)
            || unlike(&config.data, &beside_data)
        {
            unreadable("vkey", "the public keys beside the keys and beside the data differ".into());
        }
        let written = beside_keys.or(beside_data).map(|keys| keys.all().cloned().collect());
        let keys = given.map(|key| vec![key]).or(written).unwrap_or_default();
        let store = Store::open_as_it_is(&config.store()).await?;
        let there = config.key_folder().is_dir();
        // Who checks needs no secret: nobody is asked for one.
        let at_hand = crate::keyring::root::at_hand(&config.key_folder());
        let read = if there && at_hand { Some(Keyring::read(&config).await) } else { None };
        let ring = match read {
            Some(Err(said)) => {
                unreadable("keys", said.in_english());
                None
            }
            read => read.and_then(Result::ok),
        };
        let key_store = match Keys::open(&config.keys()).await {
            Ok(keys) => Some(keys),
            Err(fault) => {
                if there {
                    unreadable("keys", fault.to_string());
                }
                None
            }
        };
        let locks = ring.map(|ring| {
            let vault = key_store.clone().map(|keys| opened(&ring, keys)).transpose()?;
            Ok::<_, Said>(Locks { branch: *ring.actor()?.expose(), vault })
        });
        let locks = match locks {
            Some(Err(said)) => {
                unreadable("keys", said.in_english());
                None
            }
            opened => opened.and_then(Result::ok),
        };
        Ok(Self { config: Arc::new(config), store, keys, locks, key_store, trouble, adopting: false })
    }
}

impl House {
    /// Opens what `daicho init` made, and brings erasures to their end that were cut off or came back with an older store. That
    /// destroys keys and writes entries, so the ledger is looked at first, and one that was altered is not opened.
    pub(crate) async fn open(config: Config) -> Result<Self, Said> {
        let house = Self::open_as_it_is(config).await?;
        if house.owes_erasures().await? {
            crate::serve::refuse_a_damaged_ledger(&house).await?;
            house.finish_erasures().await?;
        }
        Ok(house)
    }

    /// Opens what `daicho init` made and changes nothing: for those who look, and for those who judge the ledger themselves.
    pub(crate) async fn open_as_it_is(config: Config) -> Result<Self, Said> {
        let keyring = Keyring::read(&config).await?;
        let store = Store::open(&config.store()).await?;
        let keys = Keys::open(&config.keys()).await?;
        Self::with(config, keyring, store, keys).await
    }

    /// Makes the keys and both stores, with an empty ledger. What an interrupted attempt made is taken up again; a place where
    /// a checkpoint was ever signed is not.
    pub(crate) async fn make(config: Config, protection: &Protection) -> Result<Self, Said> {
        if config.checkpoint().exists() {
            return Err(store::Fault::Present.into());
        }
        crate::keyring::make_folder(&config.data)?;
        let keyring = Keyring::make(&config, protection, now()).await?;
        let store = match Store::create(&config.store()).await {
            Err(store::Fault::Present) => Store::open(&config.store()).await?,
            made => made?,
        };
        let keys = match Keys::create(&config.keys()).await {
            Err(store::Fault::Present) => Keys::open(&config.keys()).await?,
            made => made?,
        };
        let house = Self::with(config, keyring, store, keys).await?;
        house.vault.claim_all().await.map_err(No::from)?;
        Ok(house)
    }

    async fn with(config: Config, keyring: Keyring, store: Store, keys: Keys) -> Result<Self, Said> {
        let branch = *keyring.actor()?.expose();
        let vault = opened(&keyring, keys.clone())?;
        if vault.entered().await.map_err(No::from)?.values().any(|whose| *whose == Entered::Anothers) {
            return Err(crate::epoch::another_keyring());
        }
        let office = Office::open(store.clone(), chance(), branch, config.file.node).await?;
        let tree = Tree::new(store.clone());
        let signing = keyring.signing(&config)?;
        let root = keyring.root;
        Ok(Self { config: Arc::new(config), store, keys, office, vault, tree, signing, root, branch })
    }

    /// Whether somebody who was erased is still held, or still has a key: by the list outside the database, and by the entries that
    /// came after the last signature.
    pub(crate) async fn owes_erasures(&self) -> Result<bool, Said> {
        let signed = match crate::tick::outside(&self.config, &self.signing.vkeys()) {
            crate::tick::Outside::Signed(known, _) => known.size(),
            _ => 0,
        };
        let listed = crate::erased::read(&crate::erased::file(&self.config))?;
        let fresh = vault::erasures(&self.store, signed).await.map_err(No::from)?;
        let people = listed.into_keys().chain(fresh.into_iter().map(|erasure| erasure.person)).collect();
        Ok(vault::owes_erasure(&self.vault, &self.office, people).await.map_err(No::from)?)
    }

    /// Erases again who came back with an older store, and destroys keys that outlived their erasure. The ledger must have been
    /// judged sound.
    pub(crate) async fn finish_erasures(&self) -> Result<(), Said> {
        let listed = crate::erased::read(&crate::erased::file(&self.config))?;
        vault::erase_again(&self.vault, &self.office, self.now(), listed.into_keys()).await?;
        vault::finish_erasures(&self.vault, &self.office).await?;
        Ok(())
    }

    /// What verifying this installation needs.
    pub(crate) fn evidence(&self) -> Evidence {
        Evidence {
            config: self.config.clone(),
            store: self.store.clone(),
            keys: self.signing.vkeys().all().cloned().collect(),
            locks: Some(Locks { branch: self.branch, vault: Some(self.vault.clone()) }),
            key_store: Some(self.keys.clone()),
            trouble: Vec::new(),
            adopting: false,
        }
    }

    /// The moment now.
    pub(crate) fn now(&self) -> Moment {
        now()
    }
}

fn opened(keyring: &Keyring, keys: Keys) -> Result<Vault, Said> {
    Ok(Vault::new(keys, keyring.wrapping()?, &keyring.index()?, &keyring.marks()?, keyring.again())
        .map_err(No::from)?)
}

/// The system clock: read in the binary, nowhere else.
#[expect(clippy::disallowed_methods, reason = "the binary hands the clock in")]
pub(crate) fn now() -> Moment {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Moment(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
