//! The keys of an installation: files that only their owner can read.
//!
//! `root.key`, `root.age` and their like say how the root key is had ([`root`]); `keyring` holds what it keeps wrapped ([`ring`]):
//! the wrapping keys of the epochs, the keys of the blind indexes, the key of marks of lines, the key of commitments to actors, the key
//! that signs the ledger.

use crate::config::Config;
use crate::said::Said;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use ledger::keys::Vkeys;
use ledger::names::Moment;
use policy::Texts;
use seal::{BlindKey, Branch, Kek, RootKey, Secret};
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::runtime::Handle;

pub(crate) mod ring;
pub(crate) mod root;
mod signing;

use ring::{Identity, Ring};
pub(crate) use signing::{Signing, publish};

/// The public halves of the keys that ever signed this ledger, one a line, the newest first. They stand beside the keys, and in the data
/// folder for whoever may only read that.
pub(crate) const VKEY: &str = "vkey";
const FIRST: u32 = 1;

/// The keys of one installation, opened.
pub(crate) struct Keyring {
    folder: PathBuf,
    /// Opens everything else.
    pub(crate) root: Arc<Root>,
    /// What it keeps wrapped.
    pub(crate) ring: Ring,
}

/// The root key as this process has it. Another may renew it meanwhile; then it is opened again where nobody has to be asked.
pub(crate) struct Root(Mutex<Arc<RootKey>>);

impl Root {
    fn new(root: RootKey) -> Self {
        Self(Mutex::new(Arc::new(root)))
    }

    /// As it was opened last.
    pub(crate) fn now(&self) -> Arc<RootKey> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The one that this keyring is wrapped by.
    pub(crate) async fn of(&self, folder: &Path, ring: &Ring) -> Result<Arc<RootKey>, Said> {
        let now = self.now();
        if now.mark() == *ring.mark() {
            return Ok(now);
        }
        if !root::at_hand(folder) {
            return Err(root_was_renewed());
        }
        let renewed = Arc::new(root::open(folder, Some(ring.mark())).await?);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = renewed.clone();
        Ok(renewed)
    }
}

/// Another process renewed the root key, and nobody is there to hand the new one in.
fn root_was_renewed() -> Said {
    Said::mistake(Texts::new(
        "ほかのプロセスがルート鍵を更新しました。新しいルート鍵を開けないため、鍵の世代を更新できません。このプログラムを再起動してください。",
        "Another process renewed the root key, and the new one cannot be opened here. Restart this program: until then it cannot follow new epochs of keys.",
        "Một tiến trình khác đã thay khóa gốc và chương trình này không mở được khóa mới. Hãy khởi động lại chương trình để theo kịp các thế hệ khóa mới.",
    ))
}

/// The keyring as it lies in its folder right now.
struct Again {
    root: Arc<Root>,
    folder: PathBuf,
    /// The generations of the index key, as the file that bears this mark told them.
    told: Mutex<Option<(Identity, Vec<u32>)>>,
}

impl Again {
    fn opened(&self) -> Option<(Ring, Arc<RootKey>)> {
        let ring = Ring::read(&self.folder).ok()?;
        let opened = match self.root.now() {
            now if now.mark() == *ring.mark() => now,
            // Rarely: the root key was renewed, and whoever waits for this key waits for that to be opened.
            _ => tokio::task::block_in_place(|| Handle::current().block_on(self.root.of(&self.folder, &ring))).ok()?,
        };
        Some((ring, opened))
    }
}

impl vault::Again for Again {
    fn wrapping(&self) -> Option<Vec<Kek>> {
        let (ring, root) = self.opened()?;
        ring.wrapping(&root)
    }

    fn generations(&self) -> Option<Vec<u32>> {
        let stands = Ring::identity(&self.folder);
        let told = || self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = told().as_ref().filter(|(file, _)| Some(*file) == stands) {
            return Some(known.clone());
        }
        let now = Ring::read(&self.folder).ok()?.generations(Branch::Index);
        // The mark was taken before the file was read: what was replaced in between is read again the next time.
        *told() = stands.map(|stands| (stands, now.clone()));
        Some(now)
    }

    fn index(&self) -> Option<Vec<(u32, BlindKey)>> {
        let (ring, root) = self.opened()?;
        ring.index(&root)
    }
}

/// Random bytes of the machine.
pub(crate) fn chance() -> access::Chance {
    let system = SystemRandom::new();
    access::Chance::new(move |bytes| {
        // The machine's generator fails only before it is seeded at boot; without it nothing may be sealed.
        while system.fill(bytes).is_err() {
            std::thread::yield_now();
        }
    })
}

impl Keyring {
    /// Makes fresh keys in the key folder, the root key protected in this way; keys that an interrupted `init` made are kept.
    pub(crate) async fn make(config: &Config, protection: &root::Protection, now: Moment) -> Result<Self, Said> {
        let folder = config.key_folder();
        make_folder(&folder)?;
        let made = match Ring::stands(&folder) {
            true => Self::of(&folder).await?,
            false => Self::fresh(&folder, protection, now).await?,
        };
        publish(config, &made.signing(config)?.vkeys())?;
        Ok(made)
    }

    async fn fresh(folder: &Path, protection: &root::Protection, now: Moment) -> Result<Self, Said> {
        let chance = chance();
        let root = match root::stands(folder) {
            true => root::open(folder, None).await?,
            false => root::make(folder, protection).await?,
        };
        let mut ring = Ring::new(&root);
        for branch in Branch::ALL {
            ring.add(&root, branch, FIRST, &Secret::new(chance.bytes()), &chance, now)?;
        }
        ring.keep(folder)?;
        Ok(Self { folder: folder.to_owned(), root: Arc::new(Root::new(root)), ring })
    }

    /// Reads the keys.
    pub(crate) async fn read(config: &Config) -> Result<Self, Said> {
        let read = Self::of(&config.key_folder()).await?;
        let now = read.ring.signers(&config.file.origin, &read.root.now());
        match (written_vkeys(&read.folder), now) {
            (Some(born), Some(now)) if !now.vkeys().all().all(|key| born.contains(key)) => Err(other_origin(&born)),
            (Some(born), None) if born.newest().name() != config.file.origin => Err(other_origin(&born)),
            _ => Ok(read),
        }
    }

    async fn of(folder: &Path) -> Result<Self, Said> {
        let ring = Ring::read(folder)?;
        let root = Arc::new(Root::new(root::open(folder, Some(ring.mark())).await?));
        Ok(Self { folder: folder.to_owned(), root, ring })
    }

    /// The wrapping keys of the epochs there are.
    pub(crate) fn wrapping(&self) -> Result<Vec<Kek>, Said> {
        self.ring.wrapping(&self.root.now()).ok_or_else(|| damaged(&Ring::file(&self.folder)))
    }

    /// The keys of the blind indexes there are, by generation.
    pub(crate) fn index(&self) -> Result<Vec<(u32, BlindKey)>, Said> {
        self.ring.index(&self.root.now()).ok_or_else(|| damaged(&Ring::file(&self.folder)))
    }

    /// The key of the marks of lines that were taken in.
    pub(crate) fn marks(&self) -> Result<BlindKey, Said> {
        Ok(BlindKey::new(*self.newest(Branch::Marks)?.expose()))
    }

    /// The key of all commitments to actors.
    pub(crate) fn actor(&self) -> Result<Secret<[u8; 32]>, Said> {
        self.newest(Branch::Actor)
    }

    /// What signs checkpoints.
    pub(crate) fn signing(&self, config: &Config) -> Result<Arc<Signing>, Said> {
        Signing::new(config, self.root.clone(), &self.ring).map(Arc::new)
    }

    /// What the vault asks for keys of epochs and generations that another process began.
    pub(crate) fn again(&self) -> Box<dyn vault::Again> {
        Box::new(Again { root: self.root.clone(), folder: self.folder.clone(), told: Mutex::default() })
    }

    fn newest(&self, branch: Branch) -> Result<Secret<[u8; 32]>, Said> {
        self.ring.newest(&self.root.now(), branch).ok_or_else(|| damaged(&Ring::file(&self.folder)))
    }
}

/// The public keys in a folder.
pub(crate) fn written_vkeys(folder: &Path) -> Option<Vkeys> {
    std::fs::read_to_string(folder.join(VKEY)).ok()?.trim().parse().ok()
}

fn other_origin(born: &Vkeys) -> Said {
    let name = born.newest().name();
    Said::mistake(Texts::new(
        format!(
            "設定の origin か台帳の署名鍵が作成時と違います。origin を「{name}」に戻すか、鍵のバックアップを戻してください。"
        ),
        format!(
            "The setting `origin` or the ledger's key is not the one this ledger was made with. Set `origin` to '{name}' again, or put the backup of the keys back."
        ),
        format!(
            "Thiết lập `origin` hoặc khóa của sổ ghi khác lúc khởi tạo. Hãy đặt lại `origin` là '{name}', hoặc khôi phục bản sao lưu khóa."
        ),
    ))
}

/// A folder only its owner can enter.
pub(crate) fn make_folder(folder: &Path) -> Result<(), Said> {
    std::fs::create_dir_all(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// A file only its owner can read, which must not exist yet.
pub(crate) fn write_new(path: &Path, text: &str) -> Result<(), Said> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(())
}

/// There is no such key file.
pub(crate) fn absent(path: &Path) -> Said {
    let path = path.display();
    Said::mistake(Texts::new(
        format!("鍵がありません: {path}。`daicho init` で新しく始めるか、鍵のバックアップを戻してください。"),
        format!("There is no key at {path}. Start anew with `daicho init`, or put the backup of the keys back."),
        format!("Không có khóa ở {path}. Hãy bắt đầu với `daicho init`, hoặc khôi phục bản sao lưu khóa."),
    ))
}

/// A key file does not hold what it should.
pub(crate) fn damaged(path: &Path) -> Said {
    let path = path.display();
    Said::mistake(Texts::new(
        format!("鍵のファイルが壊れています: {path}。バックアップを戻してください。"),
        format!("The key file {path} is damaged. Put its backup back."),
        format!("Tệp khóa {path} bị hỏng. Hãy khôi phục bản sao lưu."),
    ))
}
