//! What opens the root key, from whoever starts the program: handed in, or typed at the terminal without an echo.

use super::{prompted, var};
use crate::said::Said;
use age::secrecy::{ExposeSecret, SecretString};
use policy::Texts;
use std::path::PathBuf;
use zeroize::Zeroizing;

/// Characters of a passphrase: whoever has the file can try as many as they like.
const LEAST_PASSPHRASE: usize = 16;
/// Nothing of the kind is longer.
const MOST_BYTES: u64 = 64 << 10;

/// A secret that opens the root key. It is handed in by a variable (`DAICHO_PIN`), in the file that a variable names
/// (`DAICHO_PIN_FILE`), or as a systemd credential (`daicho-pin`); else it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Secret {
    /// Of the age file.
    Passphrase,
    /// Of the user of a PKCS#11 token.
    Pin,
    /// For the transit service.
    TransitToken,
    /// Of the mailbox that letters are sent from. It opens no key.
    MailPassword,
}

impl Secret {
    const fn word(self) -> &'static str {
        match self {
            Self::Passphrase => "PASSPHRASE",
            Self::Pin => "PIN",
            Self::TransitToken => "TRANSIT_TOKEN",
            Self::MailPassword => "MAIL_PASSWORD",
        }
    }

    const fn credential(self) -> &'static str {
        match self {
            Self::Passphrase => "daicho-passphrase",
            Self::Pin => "daicho-pin",
            Self::TransitToken => "daicho-transit-token",
            Self::MailPassword => "daicho-mail-password",
        }
    }

    /// The variable it is handed in by.
    pub(crate) fn variable(self) -> String {
        format!("DAICHO_{}", self.word())
    }

    /// The secret of the protection in use: handed in, or typed.
    pub(crate) fn ask(self) -> Result<SecretString, Said> {
        match self.handed()? {
            Some(handed) => Ok(handed),
            None => self.typed(),
        }
    }

    /// The secret of the protection in use and the one that is to take its place (`DAICHO_NEW_…`): a change may have been cut off
    /// between the two.
    pub(crate) fn ask_either(self) -> Result<Vec<SecretString>, Said> {
        let new = var(&format!("DAICHO_NEW_{}", self.word())).map(SecretString::from);
        Ok(std::iter::once(self.ask()?).chain(new).collect())
    }

    /// Whether it was handed in, or should have been: then nobody needs to be asked.
    pub(crate) fn at_hand(self) -> bool {
        !matches!(self.handed(), Ok(None))
    }

    /// What was handed in.
    pub(crate) fn handed(self) -> Result<Option<SecretString>, Said> {
        if let Some(secret) = var(&self.variable()) {
            return Ok(Some(secret.into()));
        }
        let named = var(&format!("{}_FILE", self.variable())).map(PathBuf::from);
        let credential = || var("CREDENTIALS_DIRECTORY").map(|folder| PathBuf::from(folder).join(self.credential()));
        let Some(path) = named.or_else(|| credential().filter(|path| path.exists())) else { return Ok(None) };
        let mut text = Zeroizing::new(String::new());
        let read = std::fs::File::open(&path)
            .and_then(|file| std::io::Read::read_to_string(&mut std::io::Read::take(file, MOST_BYTES), &mut text));
        read.map_err(|why| Said::no_file(&path, &why))?;
        Ok(Some(text.trim_end_matches(['\r', '\n']).into()))
    }

    /// The secret, typed.
    pub(crate) fn typed(self) -> Result<SecretString, Said> {
        let prompt = match self {
            Self::Passphrase => {
                Texts::new("ルート鍵のパスフレーズ: ", "Passphrase of the root key: ", "Cụm mật khẩu của khóa gốc: ")
            }
            Self::Pin => Texts::new("トークンの PIN: ", "PIN of the token: ", "PIN của token: "),
            Self::TransitToken => Texts::new(
                "transit サービスのトークン: ",
                "Token for the transit service: ",
                "Mã truy cập của dịch vụ transit: ",
            ),
            Self::MailPassword => Texts::new("メールのパスワード: ", "Password of the mailbox: ", "Mật khẩu hộp thư: "),
        };
        // A copy of the very length: a text that is made shorter to fit leaves what it held behind.
        Ok(Zeroizing::new(prompted(&prompt, &self.variable())?).as_str().into())
    }

    /// The secret of a new protection: from `DAICHO_NEW_…`, from where that of the present one comes, or typed; a new passphrase
    /// is typed twice.
    pub(crate) fn ask_new(self) -> Result<SecretString, Said> {
        let new = var(&format!("DAICHO_NEW_{}", self.word())).map(SecretString::from);
        let secret = match (new, self) {
            (Some(new), _) => new,
            (None, Self::Passphrase) => self.handed()?.map_or_else(passphrase_twice, Ok)?,
            (None, _) => self.ask()?,
        };
        if self == Self::Passphrase && secret.expose_secret().chars().count() < LEAST_PASSPHRASE {
            return Err(Said::mistake(Texts::new(
                format!("パスフレーズは{LEAST_PASSPHRASE}文字以上にしてください。"),
                format!("A passphrase has {LEAST_PASSPHRASE} characters or more."),
                format!("Cụm mật khẩu phải có từ {LEAST_PASSPHRASE} ký tự."),
            )));
        }
        Ok(secret)
    }
}

fn passphrase_twice() -> Result<SecretString, Said> {
    let variable = Secret::Passphrase.variable();
    let prompt = Texts::new(
        "ルート鍵の新しいパスフレーズ（16文字以上。失うとデータは開けません）: ",
        "New passphrase of the root key (16 characters or more; without it nothing opens): ",
        "Cụm mật khẩu mới của khóa gốc (từ 16 ký tự; mất nó thì không mở được dữ liệu): ",
    );
    // Without a terminal there are other ways to protect the root key; say them all.
    let first = prompted(&prompt, &variable).map(Zeroizing::new).map_err(|_| {
        Said::mistake(Texts::new(
            "ルート鍵をパスフレーズで守ります。端末がないため、DAICHO_PASSPHRASE を設定するか、`--root file` などほかの守り方を選んでください。",
            "The root key is protected by a passphrase, and there is no terminal to ask for one. Set DAICHO_PASSPHRASE, or choose another protection such as `--root file`.",
            "Khóa gốc được bảo vệ bằng cụm mật khẩu nhưng không có cửa sổ dòng lệnh để hỏi. Hãy đặt DAICHO_PASSPHRASE hoặc chọn cách khác như `--root file`.",
        ))
    })?;
    let again = Texts::new("もう一度: ", "The same again: ", "Nhập lại: ");
    if Zeroizing::new(prompted(&again, &variable)?) == first {
        return Ok(first.as_str().into());
    }
    Err(Said::mistake(Texts::new(
        "二つのパスフレーズが違います。もう一度実行してください。",
        "The two passphrases differ. Run the command again.",
        "Hai cụm mật khẩu không giống nhau. Hãy chạy lại lệnh.",
    )))
}
