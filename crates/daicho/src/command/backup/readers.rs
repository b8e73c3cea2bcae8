//! Who can read a backup: recipients of age, and the identities that open what was sealed for them.

use crate::said::Said;
use age::secrecy::ExposeSecret;
use age::x25519;
use policy::Texts;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// How an age file begins.
const AGE: &[u8] = b"age-encryption.org/";

/// Who can read what is written.
#[derive(Clone)]
pub(super) struct Readers(Vec<x25519::Recipient>);

impl Readers {
    /// These, each in the form `age1…`.
    pub(super) fn named(recipients: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self, Said> {
        let read = |text: &str| text.trim().parse().map_err(|_| no_recipient());
        Ok(Self(recipients.into_iter().map(|text| read(text.as_ref())).collect::<Result<_, _>>()?))
    }

    /// Everybody: nothing is encrypted.
    pub(super) const fn everybody() -> Self {
        Self(Vec::new())
    }

    /// Whether anybody in particular is named.
    pub(super) fn are_named(&self) -> bool {
        !self.0.is_empty()
    }

    /// What seals one file for them.
    pub(super) fn seal(&self) -> Result<Option<age::Encryptor>, Said> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let recipients = self.0.iter().map(|one| one as &dyn age::Recipient);
        age::Encryptor::with_recipients(recipients).map(Some).map_err(Said::fault)
    }
}

/// Whether a text is a recipient that backups can be encrypted for.
pub(crate) fn is_recipient(text: &str) -> bool {
    text.trim().parse::<x25519::Recipient>().is_ok()
}

/// What opens what was sealed.
pub(super) struct Identities(Vec<x25519::Identity>);

impl Identities {
    /// Reads files as `age-keygen` writes them.
    pub(super) fn read(files: &[PathBuf]) -> Result<Self, Said> {
        let mut all = Vec::new();
        for path in files {
            let file = File::open(path).map_err(|why| Said::no_file(path, &why))?;
            for line in BufReader::new(file.take(1 << 20)).lines() {
                let line = line.map_err(|why| Said::no_file(path, &why))?;
                let line = line.trim();
                if !line.is_empty() && !line.starts_with('#') {
                    all.push(line.parse().map_err(|_| no_identity(path))?);
                }
            }
        }
        Ok(Self(all))
    }

    /// One that nobody else has, and who can read for it.
    pub(super) fn fresh() -> (Self, Readers) {
        let identity = x25519::Identity::generate();
        let readers = Readers(vec![identity.to_public()]);
        (Self(vec![identity]), readers)
    }

    /// Opens a part, sealed or not.
    pub(super) fn open(&self, path: &Path) -> Result<Box<dyn Read>, Said> {
        let file = File::open(path).map_err(|why| Said::no_file(path, &why))?;
        let mut reader = BufReader::with_capacity(1 << 16, file);
        if !reader.fill_buf()?.starts_with(AGE) {
            return Ok(Box::new(reader));
        }
        if self.0.is_empty() {
            return Err(locked(path));
        }
        let sealed = age::Decryptor::new_buffered(reader).map_err(|_| damaged(path))?;
        let identities = self.0.iter().map(|one| one as &dyn age::Identity);
        match sealed.decrypt(identities) {
            Ok(reader) => Ok(Box::new(reader)),
            Err(age::DecryptError::NoMatchingKeys) => Err(locked(path)),
            Err(_) => Err(damaged(path)),
        }
    }
}

/// Makes an identity as `age-keygen` does, in a file that only its owner can read; its recipient.
pub(super) fn make(path: &Path) -> Result<String, Said> {
    let identity = x25519::Identity::generate();
    let recipient = identity.to_public().to_string();
    let text = format!("# public key: {recipient}\n{}\n", identity.to_string().expose_secret());
    crate::keyring::write_new(path, &text).map_err(|_| ask_for_another(path))?;
    Ok(recipient)
}

fn ask_for_another(path: &Path) -> Said {
    let path = path.display();
    Said::mistake(Texts::new(
        format!("{path} に書けないか、すでにあります。別のファイルを指定してください。"),
        format!("{path} is there already or cannot be written. Name another file."),
        format!("{path} đã có hoặc không ghi được. Hãy chọn tệp khác."),
    ))
}

fn no_recipient() -> Said {
    Said::mistake(Texts::new(
        "受取人は age1… の形です。`daicho backup key FILE` で作れます。",
        "A recipient is such as age1…: `daicho backup key FILE` makes one.",
        "Người nhận có dạng age1…: tạo bằng `daicho backup key FILE`.",
    ))
}

fn no_identity(path: &Path) -> Said {
    let path = path.display();
    Said::mistake(Texts::new(
        format!("{path} には AGE-SECRET-KEY-… の行だけを書いてください。"),
        format!("{path} holds something else than lines such as AGE-SECRET-KEY-…"),
        format!("{path} chứa dòng không phải dạng AGE-SECRET-KEY-…"),
    ))
}

fn locked(path: &Path) -> Said {
    let path = path.display();
    Said::Words(
        crate::said::REFUSED,
        Texts::new(
            format!("{path} は暗号化されています。開ける鍵のファイルを --identity で指定してください。"),
            format!("{path} is encrypted. Name the file of a key that opens it with --identity."),
            format!("{path} đã được mã hóa. Hãy chỉ định tệp khóa mở được bằng --identity."),
        ),
    )
}

/// A file of a backup that is not what was written.
pub(super) fn damaged(path: &Path) -> Said {
    let path = path.display();
    Said::Words(
        crate::said::REFUSED,
        Texts::new(
            format!("バックアップの {path} が作成時と違います。別のバックアップを使ってください。"),
            format!("{path} of this backup is not what was backed up. Use another backup."),
            format!("{path} của bản sao lưu này khác lúc tạo. Hãy dùng bản sao lưu khác."),
        ),
    )
}
