//! The keys of an installation: files that only their owner can read, made once and never overwritten.

use crate::config::Config;
use crate::said::Said;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use ledger::note::{Signer, Vkey};
use policy::Texts;
use seal::{Kek, Nonce, RootKey, WrappedKey};
use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

const ROOT: &str = "root.key";
const LEDGER: &str = "ledger.key";
/// The public half of the ledger's key. It stands beside the secret half, and in the data folder for whoever may only read that.
pub(crate) const VKEY: &str = "vkey";
const WRAPPING: &str = "wrapping.key";
const FIRST_EPOCH: u32 = 1;

const ROOT_KIND: &str = "daicho-root-key-1";
const LEDGER_KIND: &str = "daicho-ledger-key-1";
const WRAPPING_KIND: &str = "daicho-wrapping-key-1";

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
    /// Makes fresh keys in the key folder; keys that an interrupted `init` made are kept.
    pub(crate) fn make(config: &Config) -> Result<Self, Said> {
        let folder = config.key_folder();
        make_folder(&folder)?;
        let chance = chance();
        if !folder.join(WRAPPING).exists() {
            let root: [u8; 32] = match folder.join(ROOT).exists() {
                true => secret(&folder.join(ROOT), ROOT_KIND)?,
                false => chance.bytes(),
            };
            let wrapping = Kek::new(FIRST_EPOCH, chance.bytes());
            let nonce = Nonce::from_random(chance.bytes());
            let wrapped = RootKey::new(root).wrap_kek(&wrapping, nonce).map_err(Said::fault)?;
            if !folder.join(ROOT).exists() {
                write_new(&folder.join(ROOT), &secret_text(ROOT_KIND, &root))?;
            }
            write_new(&folder.join(WRAPPING), &format!("{WRAPPING_KIND} {}\n", hex::encode(wrapped.as_bytes())))?;
        }
        if !folder.join(LEDGER).exists() {
            write_new(&folder.join(LEDGER), &secret_text(LEDGER_KIND, &chance.bytes()))?;
        }
        let vkey = format!("{}\n", signer(config)?.vkey());
        crate::tick::replace(&folder.join(VKEY), vkey.as_bytes())?;
        crate::tick::replace(&config.data.join(VKEY), vkey.as_bytes())?;
        Self::read(config)
    }

    /// Reads the keys.
    pub(crate) fn read(config: &Config) -> Result<Self, Said> {
        let folder = config.key_folder();
        let root = RootKey::new(secret(&folder.join(ROOT), ROOT_KIND)?);
        let signer = signer(config)?;
        let place = folder.join(WRAPPING);
        let wrapped = WrappedKey::from_bytes(&hidden(&place, WRAPPING_KIND)?).map_err(|_| damaged(&place))?;
        let wrapping = root.unwrap_kek(&wrapped).map_err(|_| damaged(&place))?;
        match written_vkey(&folder) {
            Some(born) if born != *signer.vkey() => Err(other_origin(&born)),
            _ => Ok(Self { root, wrapping, signer }),
        }
    }
}

/// What signs checkpoints, without any other key.
pub(crate) fn signer(config: &Config) -> Result<Signer, Said> {
    let seed = secret(&config.key_folder().join(LEDGER), LEDGER_KIND)?;
    Signer::new(&config.file.origin, &seed).map_err(|_| {
        Said::mistake(Texts::new(
            "設定の origin が使えません。空白と「+」を含まない名前にしてください。",
            "The setting `origin` cannot be used: a name without spaces and '+'.",
            "Thiết lập `origin` không dùng được: tên không có khoảng trắng và dấu '+'.",
        ))
    })
}

/// The public key in a folder.
pub(crate) fn written_vkey(folder: &Path) -> Option<Vkey> {
    std::fs::read_to_string(folder.join(VKEY)).ok()?.trim().parse().ok()
}

fn other_origin(born: &Vkey) -> Said {
    let name = born.name();
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
