//! The keys of an installation: files that only their owner can read, made once and never overwritten.

use crate::config::Config;
use crate::said::Said;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use ledger::note::Signer;
use policy::Texts;
use seal::{Kek, Nonce, RootKey, WrappedKey};
use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

const ROOT: &str = "root.key";
const LEDGER: &str = "ledger.key";
const WRAPPING: &str = "wrapping.key";
const FIRST_EPOCH: u32 = 1;

/// The keys of one installation.
pub(crate) struct Keyring {
    /// Wraps people's keys; the blind indexes and the commitments to actors hang on it.
    pub(crate) root: RootKey,
    /// Wraps people's keys. It was random, and lies here wrapped by the root key: once an epoch's key is destroyed, every
    /// copy of the key store of that epoch is dead, whoever has the root key.
    pub(crate) wrapping: Kek,
    /// Signs the ledger's checkpoints; hangs on nothing.
    pub(crate) signer: Signer,
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
    /// Makes fresh keys in the key folder.
    pub(crate) fn make(config: &Config) -> Result<Self, Said> {
        let folder = config.key_folder();
        make_folder(&folder)?;
        let chance = chance();
        let root: [u8; 32] = chance.bytes();
        write_new(&folder.join(ROOT), &secret_text("daicho-root-key-1", &root))?;
        let wrapping = Kek::new(FIRST_EPOCH, chance.bytes());
        let wrapped = RootKey::new(root).wrap_kek(&wrapping, Nonce::from_random(chance.bytes())).map_err(Said::fault)?;
        write_new(&folder.join(WRAPPING), &format!("daicho-wrapping-key-1 {}\n", hex::encode(wrapped.as_bytes())))?;
        write_new(&folder.join(LEDGER), &secret_text("daicho-ledger-key-1", &chance.bytes()))?;
        Self::read(config)
    }

    /// Reads the keys.
    pub(crate) fn read(config: &Config) -> Result<Self, Said> {
        let folder = config.key_folder();
        let root = RootKey::new(secret(&folder.join(ROOT), "daicho-root-key-1")?);
        let seed = secret(&folder.join(LEDGER), "daicho-ledger-key-1")?;
        let signer = Signer::new(&config.file.origin, &seed).map_err(|_| {
            Said::mistake(Texts::new(
                "設定の origin が使えません。空白と「+」を含まない名前にしてください。",
                "The setting `origin` cannot be used: a name without spaces and '+'.",
                "Thiết lập `origin` không dùng được: tên không có khoảng trắng và dấu '+'.",
            ))
        })?;
        let place = folder.join(WRAPPING);
        let wrapped = WrappedKey::from_bytes(&hidden(&place, "daicho-wrapping-key-1")?).map_err(|_| damaged(&place))?;
        let wrapping = root.unwrap_kek(&wrapped).map_err(|_| damaged(&place))?;
        Ok(Self { root, wrapping, signer })
    }
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

fn secret_text(kind: &str, bytes: &[u8; 32]) -> String {
    format!("{kind} {}\n", hex::encode(bytes))
}

fn secret(path: &Path, kind: &str) -> Result<[u8; 32], Said> {
    hidden(path, kind)?.try_into().map_err(|_| damaged(path))
}

fn hidden(path: &Path, kind: &str) -> Result<Vec<u8>, Said> {
    let mut text = String::new();
    std::fs::File::open(path).map_err(|_| absent(path))?.take(1024).read_to_string(&mut text)?;
    let bytes = text.trim().strip_prefix(kind).and_then(|rest| hex::decode(rest.trim()).ok());
    bytes.ok_or_else(|| damaged(path))
}

fn absent(path: &Path) -> Said {
    let path: PathBuf = path.to_owned();
    let path = path.display();
    Said::mistake(Texts::new(
        format!("鍵がありません: {path}。`daicho init` で新しく始めるか、鍵のバックアップを戻してください。"),
        format!("There is no key at {path}. Start anew with `daicho init`, or put the backup of the keys back."),
        format!("Không có khóa ở {path}. Hãy bắt đầu với `daicho init`, hoặc khôi phục bản sao lưu khóa."),
    ))
}

fn damaged(path: &Path) -> Said {
    let path = path.display();
    Said::mistake(Texts::new(
        format!("鍵のファイルが壊れています: {path}。バックアップを戻してください。"),
        format!("The key file {path} is damaged. Put its backup back."),
        format!("Tệp khóa {path} bị hỏng. Hãy khôi phục bản sao lưu."),
    ))
}
