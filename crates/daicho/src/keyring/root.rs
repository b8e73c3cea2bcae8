//! How the root key is had: one file in the key folder says it, and holds no more than that kind of protection lets it.
//!
//! | file | the root key | who starts the program |
//! |---|---|---|
//! | `root.age` | in an age file under a passphrase; any age tool opens it | types the passphrase, or hands it in (`DAICHO_PASSPHRASE`, a systemd credential) |
//! | `root.key` | as it is, readable by its owner | needs nothing |
//! | `root.credential` | not here: in a systemd credential or a file descriptor | hands it in |
//! | `root.pkcs11` | wrapped by a key of a token that it never leaves ([`token`]) | types its PIN, or hands it in (`DAICHO_PIN`, …) |
//! | `root.transit` | wrapped by a service ([`transit`]) | hands its token in (`DAICHO_TRANSIT_TOKEN`, …), or types it |

use super::{absent, chance, damaged, write_new};
use crate::ask::{self, Secret};
use crate::said::Said;
use age::secrecy::SecretString;
use policy::Texts;
use seal::RootKey;
use std::fs::OpenOptions;
use std::io::Read;
use std::path::{Path, PathBuf};
use zeroize::{Zeroize, Zeroizing};

mod how;
mod lines;
mod token;
mod transit;

pub(crate) use how::How;

/// What a file with the root key in it begins with.
const KIND: &str = "daicho-root-key-1";
/// What says that the root key is handed in.
const CREDENTIAL_KIND: &str = "daicho-root-credential-1";
/// The systemd credential with the root key.
const CREDENTIAL: &str = "daicho-root";
/// Work of scrypt for a passphrase, as a power of two: about a second.
const WORK: u8 = 18;

/// The kinds of protection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kind {
    /// An age file under a passphrase.
    Passphrase,
    /// A file in the open, readable by its owner alone.
    File,
    /// Handed in at the start: a systemd credential or a file descriptor.
    Credential,
    /// Wrapped by a key that never leaves a PKCS#11 token.
    Pkcs11,
    /// Wrapped by the transit engine of OpenBao or Vault.
    Transit,
}

impl Kind {
    pub(crate) const ALL: [Self; 5] = [Self::Passphrase, Self::File, Self::Credential, Self::Pkcs11, Self::Transit];

    /// The file that says so.
    pub(crate) const fn file(self) -> &'static str {
        match self {
            Self::Passphrase => "root.age",
            Self::File => "root.key",
            Self::Credential => "root.credential",
            Self::Pkcs11 => "root.pkcs11",
            Self::Transit => "root.transit",
        }
    }

    /// Its word.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Passphrase => "passphrase",
            Self::File => "file",
            Self::Credential => "credential",
            Self::Pkcs11 => "pkcs11",
            Self::Transit => "transit",
        }
    }
}

/// A protection, with what it needs.
pub(crate) enum Protection {
    /// A passphrase.
    Passphrase(SecretString),
    /// Nothing.
    File,
    /// Whoever starts the program hands the key in.
    Credential,
    /// A key in a token, and its PIN.
    Pkcs11(token::Token, token::Pin),
    /// A key of a service, and what lets this program use it.
    Transit(transit::Service, SecretString),
}

impl Protection {
    pub(crate) const fn kind(&self) -> Kind {
        match self {
            Self::Passphrase(_) => Kind::Passphrase,
            Self::File => Kind::File,
            Self::Credential => Kind::Credential,
            Self::Pkcs11(..) => Kind::Pkcs11,
            Self::Transit(..) => Kind::Transit,
        }
    }
}

/// Which protections there are files of, the first of them in use.
pub(crate) fn kinds(folder: &Path) -> Vec<Kind> {
    Kind::ALL.into_iter().filter(|kind| folder.join(kind.file()).exists()).collect()
}

/// Whether there is a root key.
pub(crate) fn stands(folder: &Path) -> bool {
    !kinds(folder).is_empty()
}

/// Whether the root key can be opened without asking anybody, as far as what was handed in tells: for those who check, and may do
/// without it.
pub(crate) fn at_hand(folder: &Path) -> bool {
    match kinds(folder).first() {
        Some(Kind::Passphrase) => Secret::Passphrase.at_hand(),
        Some(Kind::Pkcs11) => Secret::Pin.at_hand(),
        Some(Kind::Transit) => Secret::TransitToken.at_hand(),
        Some(Kind::Credential) => ask::var("DAICHO_ROOT_FD").or_else(|| ask::var("CREDENTIALS_DIRECTORY")).is_some(),
        Some(Kind::File) => true,
        // That there is none is something to say.
        None => true,
    }
}

/// Opens the root key, whose mark must be this one. A renewal of the root key that was cut off is brought to its end. Every file there
/// is is tried: one that does not open, or is of another root key, keeps none of the others from being opened.
pub(crate) async fn open(folder: &Path, mark: Option<&[u8; 8]>) -> Result<RootKey, Said> {
    let mut trouble = None;
    for kind in kinds(folder) {
        let path = folder.join(kind.file());
        let next = next(&path);
        // The new root key is kept before the keyring is wrapped by it, and takes its name afterwards.
        for place in [&path, &next] {
            if place == &next && !next.exists() {
                continue;
            }
            // Where the file says itself that it is about another one, nobody is asked to open it.
            if mark.is_some_and(|mark| told_mark(kind, place).is_some_and(|told| told != *mark)) {
                trouble.get_or_insert_with(|| another(&path));
                continue;
            }
            match opened(kind, place).await {
                Ok(root) if mark.is_none_or(|mark| root.mark() == *mark) => {
                    if place == &next {
                        std::fs::rename(&next, &path)?;
                    }
                    return Ok(root);
                }
                Ok(_) => drop(trouble.get_or_insert_with(|| another(&path))),
                Err(said) => drop(trouble.get_or_insert(said)),
            }
        }
    }
    Err(trouble.unwrap_or_else(|| absent(&folder.join(Kind::Passphrase.file()))))
}

/// Whether an installation can begin with this kind of protection: a root key that is to be handed in must be there already.
pub(crate) fn ready_to_begin(kind: Kind) -> Result<(), Said> {
    let handed = || handed_in(Path::new(kind.file())).ok().and_then(|text| parse(&text));
    if kind == Kind::Credential && handed().is_none() {
        return Err(protect_later());
    }
    Ok(())
}

/// A root key for a new installation, kept under a protection. One that is handed in is the one handed in.
pub(crate) async fn make(folder: &Path, protection: &Protection) -> Result<RootKey, Said> {
    let path = folder.join(protection.kind().file());
    let root = match protection {
        Protection::Credential => parse(&handed_in(&path)?).ok_or_else(|| not_handed_in(&path))?,
        _ => RootKey::new(chance().bytes()),
    };
    write(&path, &root, protection).await?;
    Ok(root)
}

/// Keeps the root key under a protection, in place of every other.
pub(crate) async fn put(folder: &Path, root: &RootKey, protection: &Protection) -> Result<(), Said> {
    let kind = protection.kind();
    let path = folder.join(kind.file());
    let fresh = path.with_extension("fresh");
    super::ring::discard(&fresh)?;
    write(&fresh, root, protection).await?;
    let before = OpenOptions::new().write(true).open(&path).ok();
    std::fs::rename(&fresh, &path)?;
    std::fs::File::open(folder)?.sync_all()?;
    if let Some(before) = before {
        super::ring::overwrite(before)?;
    }
    for other in kinds(folder).into_iter().filter(|other| *other != kind) {
        remove(folder, other)?;
    }
    Ok(())
}

/// Where a new root key is kept until the keyring is wrapped by it.
fn next(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{name}.next"))
}

/// Writes a root key under a protection.
async fn write(path: &Path, root: &RootKey, protection: &Protection) -> Result<(), Said> {
    let text = text(root);
    match protection {
        Protection::File => write_new(path, &text),
        Protection::Passphrase(passphrase) => {
            let mut recipient = age::scrypt::Recipient::new(passphrase.clone());
            recipient.set_work_factor(WORK);
            let sealed = age::encrypt_and_armor(&recipient, text.as_bytes()).map_err(Said::fault)?;
            write_new(path, &sealed)
        }
        Protection::Credential => write_new(path, &format!("{CREDENTIAL_KIND} {}\n", hex::encode(root.mark()))),
        Protection::Pkcs11(token, pin) => write_new(path, &token.wrap(root, pin).await?),
        Protection::Transit(service, token) => write_new(path, &service.wrap(root, token).await?),
    }
}

/// A root key as a file, a credential and an age file have it.
pub(crate) fn text(root: &RootKey) -> Zeroizing<String> {
    let mut digits = hex::encode(root.secret().expose());
    let text = Zeroizing::new(format!("{KIND} {digits}\n"));
    digits.zeroize();
    text
}

/// Takes a protection's file away, and what it held.
fn remove(folder: &Path, kind: Kind) -> Result<(), Said> {
    super::ring::discard(&folder.join(kind.file()))
}

/// Which root key a file is about, where it says so.
fn told_mark(kind: Kind, path: &Path) -> Option<[u8; 8]> {
    match kind {
        Kind::Pkcs11 => token::mark(path).ok(),
        Kind::Transit => transit::mark(path).ok(),
        _ => None,
    }
}

async fn opened(kind: Kind, path: &Path) -> Result<RootKey, Said> {
    match kind {
        Kind::File => parse(&Zeroizing::new(read(path)?)).ok_or_else(|| damaged(path)),
        Kind::Passphrase => {
            let sealed = read(path)?;
            let mut trouble = None;
            for passphrase in Secret::Passphrase.ask_either()? {
                match age::decrypt(&age::scrypt::Identity::new(passphrase), &sealed) {
                    Ok(text) => return parse(&Zeroizing::new(text)).ok_or_else(|| damaged(path)),
                    Err(age::DecryptError::DecryptionFailed) => trouble = Some(wrong_passphrase(path)),
                    Err(_) => return Err(damaged(path)),
                }
            }
            Err(trouble.unwrap_or_else(|| wrong_passphrase(path)))
        }
        Kind::Credential => parse(&handed_in(path)?).ok_or_else(|| not_handed_in(path)),
        Kind::Pkcs11 => token::open(path).await,
        Kind::Transit => transit::open(path).await,
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Said> {
    let mut bytes = Vec::new();
    std::fs::File::open(path).map_err(|_| absent(path))?.take(64 << 10).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A root key from its text.
fn parse(bytes: &[u8]) -> Option<RootKey> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut root = [0; 32];
    hex::decode_to_slice(text.trim().strip_prefix(KIND)?.trim(), &mut root).ok()?;
    let key = RootKey::new(root);
    root.zeroize();
    Some(key)
}

/// The root key that whoever started the program hands in.
fn handed_in(path: &Path) -> Result<Zeroizing<Vec<u8>>, Said> {
    let place = match (ask::var("DAICHO_ROOT_FD"), ask::var("CREDENTIALS_DIRECTORY")) {
        (Some(fd), _) if fd.parse::<u16>().is_ok() => PathBuf::from(format!("/dev/fd/{fd}")),
        (None, Some(folder)) => Path::new(&folder).join(CREDENTIAL),
        _ => return Err(not_handed_in(path)),
    };
    read(&place).map(Zeroizing::new).map_err(|_| not_handed_in(path))
}

fn wrong_passphrase(path: &Path) -> Said {
    let path = path.display();
    Said::mistake(Texts::new(
        format!("パスフレーズが {path} と合いません。"),
        format!("This passphrase does not open {path}."),
        format!("Cụm mật khẩu không mở được {path}."),
    ))
}

fn not_handed_in(path: &Path) -> Said {
    let path = path.display();
    Said::mistake(Texts::new(
        format!(
            "{path} により、ルート鍵は起動時に渡されます。systemd の LoadCredential で「{CREDENTIAL}」を渡すか、DAICHO_ROOT_FD にファイル記述子の番号を設定してください。"
        ),
        format!(
            "{path} says that the root key is handed in. Hand it in as the systemd credential '{CREDENTIAL}', or set DAICHO_ROOT_FD to the number of a file descriptor."
        ),
        format!(
            "Theo {path}, khóa gốc được truyền vào lúc khởi động. Hãy truyền bằng systemd credential '{CREDENTIAL}' hoặc đặt DAICHO_ROOT_FD là số của file descriptor."
        ),
    ))
}

fn protect_later() -> Said {
    Said::mistake(Texts::new(
        "渡されたルート鍵がありません。`daicho init --root file` で始め、`daicho key protect --root credential --out ファイル` で credential に移してください。",
        "No root key is handed in. Begin with `daicho init --root file`, then move it: `daicho key protect --root credential --out FILE`.",
        "Không có khóa gốc nào được truyền vào. Hãy bắt đầu bằng `daicho init --root file`, rồi chuyển bằng `daicho key protect --root credential --out TỆP`.",
    ))
}

fn another(path: &Path) -> Said {
    let path = path.display();
    Said::mistake(Texts::new(
        format!("{path} のルート鍵は、この鍵束のものではありません。同じ日の鍵束とルート鍵を戻してください。"),
        format!(
            "The root key of {path} is not that of this keyring. Put the keyring and the root key of the same day back."
        ),
        format!("Khóa gốc ở {path} không thuộc chùm khóa này. Hãy khôi phục chùm khóa và khóa gốc của cùng một ngày."),
    ))
}

/// Renews the root key: a new one under the same kind of protection, and the keyring wrapped by it. Cut off anywhere, the next start
/// brings it to its end or goes on with the old one.
pub(crate) async fn renew(
    folder: &Path,
    old: &RootKey,
    ring: &super::ring::Ring,
    protection: &Protection,
) -> Result<RootKey, Said> {
    let chance = chance();
    let new = RootKey::new(chance.bytes());
    let path = folder.join(protection.kind().file());
    let next = next(&path);
    // Of a renewal that was cut off before the keyring was wrapped by it.
    super::ring::discard(&next)?;
    let wrapped = ring.under(old, &new, &chance).ok_or_else(|| damaged(&super::ring::Ring::file(folder)))?;
    write(&next, &new, protection).await?;
    wrapped.keep(folder)?;
    let before = OpenOptions::new().write(true).open(&path).ok();
    std::fs::rename(&next, &path)?;
    std::fs::File::open(folder)?.sync_all()?;
    if let Some(before) = before {
        super::ring::overwrite(before)?;
    }
    Ok(new)
}
