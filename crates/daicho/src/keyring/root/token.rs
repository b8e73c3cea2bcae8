//! The root key wrapped by a key that never leaves a PKCS#11 token: a hardware security module, a smart card, SoftHSM.
//!
//! ```text
//! daicho-root-pkcs11-1
//! module /usr/lib/softhsm/libsofthsm2.so
//! token office                      label or serial number
//! key daicho                        label of the AES key in it
//! mechanism aes-gcm
//! root 5f0c…                        which root key it is
//! nonce 01…
//! wrapped 9e…
//! ```
//!
//! The mechanism is AES-GCM by `C_Encrypt`: every module that does AES at all has it, and it authenticates what the file says beside the
//! wrapped bytes. AES key wrap works on keys in the token only, so that a root key would have to be brought in as an object of the
//! token, and extractable; and modules differ in what they call it (0x210A is RFC 5649 for some and another padding for others).

use super::lines::{Lines, fits};
use super::{damaged, text};
use crate::ask::Secret;
use crate::keyring::chance;
use crate::said::{FAULT, Said};
use age::secrecy::SecretString;
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::aead::GcmParams;
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::{Slot, TokenInfo};
use policy::Texts;
use seal::RootKey;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

const KIND: &str = "daicho-root-pkcs11-1";
const MECHANISM: &str = "aes-gcm";
const NONCE: usize = 12;
const TAG_BITS: u64 = 128;
/// Bytes of the AES key.
const KEY: u64 = 32;

/// A key in a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(super) module: PathBuf,
    pub(super) token: String,
    pub(super) key: String,
}

/// What opens a token, and whether somebody typed it just now.
#[derive(Clone)]
pub(crate) struct Pin {
    text: SecretString,
    typed: bool,
}

impl Pin {
    fn of(typed: impl FnOnce() -> Result<SecretString, Said>, handed: Option<SecretString>) -> Result<Self, Said> {
        match handed {
            Some(text) => Ok(Self { text, typed: false }),
            None => Ok(Self { text: typed()?, typed: true }),
        }
    }

    /// Of the token in use.
    fn in_use() -> Result<Self, Said> {
        Self::of(|| Secret::Pin.typed(), Secret::Pin.handed()?)
    }

    /// Of the token that is to be used.
    pub(super) fn new_one() -> Result<Self, Said> {
        let new = crate::ask::var("DAICHO_NEW_PIN").map(SecretString::from);
        Self::of(|| Secret::Pin.typed(), new.map_or_else(|| Secret::Pin.handed(), |new| Ok(Some(new)))?)
    }
}

/// What the file holds.
struct Kept {
    token: Token,
    mark: [u8; 8],
    nonce: [u8; NONCE],
    wrapped: Vec<u8>,
}

impl Token {
    /// A key in a token of a module.
    pub(super) fn new(module: &Path, token: &str, key: &str) -> Result<Self, Said> {
        // Where a module is looked for must not depend on who starts the program where.
        let module = std::path::absolute(module)?;
        let made = Self { module, token: token.into(), key: key.into() };
        let plain = fits(made.module.to_str().unwrap_or_default()) && fits(token) && fits(key);
        if plain { Ok(made) } else { Err(made.said(&Trouble::Names)) }
    }

    /// The one that a file names.
    pub(super) fn read(path: &Path) -> Result<Self, Said> {
        Ok(Kept::read(path)?.token)
    }

    /// Wraps a root key in the token; the key that wraps it is made if it is not there. Returns what the file is to hold.
    pub(super) async fn wrap(&self, root: &RootKey, pin: &Pin) -> Result<String, Said> {
        let (token, pin, mark, text) = (self.clone(), pin.clone(), root.mark(), text(root));
        let work = move || {
            let mut nonce: [u8; NONCE] = chance().bytes();
            let wrapped = token.at(&pin, Access::Write, |session| {
                let key = match token.find(session)? {
                    Some(key) => key,
                    None => token.make(session)?,
                };
                // Never: a key that was brought in from outside is known outside.
                let stays = [AttributeType::Sensitive, AttributeType::NeverExtractable];
                let has = session.get_attributes(key, &stays)?;
                if !has.contains(&Attribute::Sensitive(true)) || !has.contains(&Attribute::NeverExtractable(true)) {
                    return Err(Trouble::Leaves);
                }
                let about = about(&mark);
                // A token may choose the nonce itself; then it stands here afterwards.
                let wrapped = session.encrypt(&gcm(&mut nonce, &about)?, key, text.as_bytes())?;
                let opened = Zeroizing::new(session.decrypt(&gcm(&mut nonce.clone(), &about)?, key, &wrapped)?);
                if opened.as_slice() == text.as_bytes() { Ok(wrapped) } else { Err(Trouble::Unlike) }
            })?;
            Ok(Kept { token, mark, nonce, wrapped }.write())
        };
        tokio::task::spawn_blocking(work).await.map_err(Said::fault)?
    }

    fn find(&self, session: &Session) -> Result<Option<ObjectHandle>, Trouble> {
        let template = [
            Attribute::Class(ObjectClass::SECRET_KEY),
            Attribute::KeyType(KeyType::AES),
            Attribute::Token(true),
            Attribute::Label(self.key.clone().into_bytes()),
        ];
        match session.find_objects(&template)?.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(*one)),
            _ => Err(Trouble::Keys),
        }
    }

    fn make(&self, session: &Session) -> Result<ObjectHandle, Trouble> {
        let template = [
            Attribute::Class(ObjectClass::SECRET_KEY),
            Attribute::KeyType(KeyType::AES),
            Attribute::ValueLen(KEY.into()),
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Label(self.key.clone().into_bytes()),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Encrypt(true),
            Attribute::Decrypt(true),
            Attribute::Wrap(false),
            Attribute::Unwrap(false),
        ];
        Ok(session.generate_key(&Mechanism::AesKeyGen, &template)?)
    }

    /// Does something at the token, for which its PIN is given once and never again.
    fn at<T>(&self, pin: &Pin, access: Access, act: impl FnOnce(&Session) -> Result<T, Trouble>) -> Result<T, Said> {
        let module = self.load().map_err(|trouble| self.said(&trouble))?;
        let done = self.within(&module, pin, access, act);
        // The module is let go before it is unloaded; that this fails changes nothing.
        drop(module.finalize());
        done
    }

    fn load(&self) -> Result<Pkcs11, Trouble> {
        if !self.module.is_file() {
            return Err(Trouble::NoModule("".into()));
        }
        let module = Pkcs11::new(&self.module).map_err(|why| Trouble::NoModule(why.to_string()))?;
        module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK))?;
        Ok(module)
    }

    fn within<T>(
        &self,
        module: &Pkcs11,
        pin: &Pin,
        access: Access,
        act: impl FnOnce(&Session) -> Result<T, Trouble>,
    ) -> Result<T, Said> {
        let told = |trouble: Trouble| self.said(&trouble);
        let (slot, info) = self.slot(module).map_err(told)?;
        if info.user_pin_locked() {
            return Err(self.said(&Trouble::Locked));
        }
        // Somebody gave a wrong PIN last. What is started again and again with it would lock the token: a person must type it.
        let typed;
        let pin = match info.user_pin_count_low() && !pin.typed {
            true => {
                typed = Secret::Pin.typed().map_err(|_| self.said(&Trouble::Tried))?;
                &typed
            }
            false => &pin.text,
        };
        let session = match access {
            Access::Read => module.open_ro_session(slot),
            Access::Write => module.open_rw_session(slot),
        };
        let session = session.map_err(|why| told(why.into()))?;
        match session.login(UserType::User, Some(pin)) {
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => act(&session).map_err(told),
            Err(why) => Err(told(why.into())),
        }
    }

    fn slot(&self, module: &Pkcs11) -> Result<(Slot, TokenInfo), Trouble> {
        let there = module.get_slots_with_token()?.into_iter();
        let there = there.filter_map(|slot| Some((slot, module.get_token_info(slot).ok()?)));
        let mut named = there.filter(|(_, info)| {
            info.token_initialized() && (info.label() == self.token || info.serial_number() == self.token)
        });
        let (slot, info) = named.next().ok_or(Trouble::NoToken)?;
        if named.next().is_some() {
            return Err(Trouble::Tokens);
        }
        // Some modules tell about mechanisms that they do not list and do not do.
        let listed = module.get_mechanism_list(slot)?.contains(&MechanismType::AES_GCM);
        match module.get_mechanism_info(slot, MechanismType::AES_GCM) {
            Ok(can) if listed && can.encrypt() && can.decrypt() => Ok((slot, info)),
            _ => Err(Trouble::NoMechanism),
        }
    }

    fn said(&self, trouble: &Trouble) -> Said {
        let (module, token, key) = (self.module.display(), &self.token, &self.key);
        let texts = match trouble {
            Trouble::NoModule(why) => Texts::new(
                format!("PKCS#11 モジュール {module} がないか、使えません。{why}"),
                format!("There is no PKCS#11 module at {module}, or it cannot be used. {why}"),
                format!("Không có mô-đun PKCS#11 ở {module}, hoặc không dùng được. {why}"),
            ),
            Trouble::NoToken => Texts::new(
                format!(
                    "{module} にトークン「{token}」がありません。差し込まれているか、ラベルか製造番号が正しいか確かめてください。"
                ),
                format!("{module} has no token '{token}'. Is it plugged in, and is that its label or serial number?"),
                format!("{module} không có token '{token}'. Token đã được cắm chưa, nhãn hoặc số sê-ri có đúng không?"),
            ),
            Trouble::Tokens => Texts::new(
                format!("「{token}」というトークンが複数あります。--token に製造番号を指定してください。"),
                format!("There are several tokens '{token}'. Name its serial number with --token."),
                format!("Có nhiều token '{token}'. Hãy chỉ định số sê-ri bằng --token."),
            ),
            Trouble::WrongPin => Texts::new(
                format!(
                    "トークン「{token}」の PIN が違います。続けて間違えるとトークンは使えなくなります。渡している PIN を直してから、もう一度実行してください。"
                ),
                format!(
                    "That is not the PIN of the token '{token}'. Wrong ones in a row lock it: mend the PIN that is handed in before you try again."
                ),
                format!(
                    "PIN của token '{token}' không đúng. Sai nhiều lần sẽ khóa token: hãy sửa PIN được truyền vào trước khi thử lại."
                ),
            ),
            Trouble::Tried => Texts::new(
                format!(
                    "トークン「{token}」には、直前に誤った PIN が入力されています。使えなくならないよう、渡された PIN は試しません。端末で `daicho key show` を実行し、PIN を入力してください。"
                ),
                format!(
                    "The last PIN given to the token '{token}' was wrong. So as not to lock it, one that is handed in is not tried: run `daicho key show` at a terminal and type it."
                ),
                format!(
                    "PIN nhập gần nhất vào token '{token}' đã sai. Để không khóa token, PIN được truyền vào sẽ không được thử: hãy chạy `daicho key show` ở cửa sổ dòng lệnh và nhập PIN."
                ),
            ),
            Trouble::Locked => Texts::new(
                format!(
                    "トークン「{token}」は PIN の誤りでロックされています。管理者用の PIN（SO PIN）で解除してください。"
                ),
                format!("The token '{token}' is locked by wrong PINs. Its security officer can set a new one."),
                format!("Token '{token}' đã bị khóa do nhập sai PIN. Người quản trị token (SO) có thể đặt PIN mới."),
            ),
            Trouble::NoKey => Texts::new(
                format!("トークン「{token}」に鍵「{key}」がありません。別のトークンか、鍵が消されています。"),
                format!("The token '{token}' has no AES key '{key}': it is another token, or the key was deleted."),
                format!("Token '{token}' không có khóa AES '{key}': đây là token khác, hoặc khóa đã bị xóa."),
            ),
            Trouble::Keys => Texts::new(
                format!("トークン「{token}」に鍵「{key}」が複数あります。--label で別の名前を指定してください。"),
                format!("The token '{token}' has several keys '{key}'. Choose another name with --label."),
                format!("Token '{token}' có nhiều khóa '{key}'. Hãy chọn tên khác bằng --label."),
            ),
            Trouble::Leaves => Texts::new(
                format!(
                    "鍵「{key}」はトークンの外から入れられたか、外に取り出せるため使いません。--label で別の名前を指定すると、取り出せない鍵を作ります。"
                ),
                format!(
                    "The key '{key}' was brought into the token or can be taken out of it, so it is not used. With another --label one is made that never leaves it."
                ),
                format!(
                    "Khóa '{key}' được đưa vào từ ngoài hoặc có thể lấy ra khỏi token nên không dùng. Với --label khác, một khóa không bao giờ rời token sẽ được tạo."
                ),
            ),
            Trouble::NoMechanism => Texts::new(
                format!("トークン「{token}」は AES-GCM に対応していません。"),
                format!("The token '{token}' does not do AES-GCM."),
                format!("Token '{token}' không hỗ trợ AES-GCM."),
            ),
            Trouble::Unlike => Texts::new(
                format!("トークン「{token}」の鍵「{key}」では開けません。鍵が作り直されたか、ファイルが壊れています。"),
                format!(
                    "The key '{key}' of the token '{token}' does not open it: it is another key of that name, or the file is damaged."
                ),
                format!("Khóa '{key}' của token '{token}' không mở được: đó là khóa khác cùng tên, hoặc tệp bị hỏng."),
            ),
            Trouble::Names => Texts::new(
                "モジュール、トークン、鍵の名前は1000文字以内で、改行などを含まないものにしてください。",
                "The names of the module, the token and the key have no line breaks and at most 1000 characters.",
                "Tên mô-đun, token và khóa không chứa ký tự xuống dòng và tối đa 1000 ký tự.",
            ),
            Trouble::Other(why) => {
                return Said::Words(
                    FAULT,
                    Texts::new(
                        format!("PKCS#11 モジュール {module} の障害: {why}"),
                        format!("The PKCS#11 module {module} says: {why}"),
                        format!("Mô-đun PKCS#11 {module} báo: {why}"),
                    ),
                );
            }
        };
        Said::mistake(texts)
    }
}

/// What is done at a token.
#[derive(Clone, Copy)]
enum Access {
    Read,
    Write,
}

/// Why something cannot be done at a token.
enum Trouble {
    NoModule(String),
    NoToken,
    Tokens,
    NoMechanism,
    WrongPin,
    Tried,
    Locked,
    NoKey,
    Keys,
    /// The key could be taken out, or was brought in.
    Leaves,
    /// What was wrapped does not open.
    Unlike,
    Names,
    Other(String),
}

impl From<Error> for Trouble {
    fn from(why: Error) -> Self {
        match why {
            Error::Pkcs11(RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange, _) => Self::WrongPin,
            Error::Pkcs11(RvError::PinLocked, _) => Self::Locked,
            Error::Pkcs11(RvError::EncryptedDataInvalid | RvError::EncryptedDataLenRange, _) => Self::Unlike,
            Error::Pkcs11(RvError::MechanismInvalid | RvError::MechanismParamInvalid, _) => Self::NoMechanism,
            Error::Pkcs11(code, function) => Self::Other(format!("{function}: {code:?}")),
            other => Self::Other(other.to_string()),
        }
    }
}

/// Which root key a file is about.
pub(super) fn mark(path: &Path) -> Result<[u8; 8], Said> {
    Ok(Kept::read(path)?.mark)
}

/// Opens the root key of a file.
pub(super) async fn open(path: &Path) -> Result<RootKey, Said> {
    let kept = Kept::read(path)?;
    let (pin, path) = (Pin::in_use()?, path.to_owned());
    let work = move || {
        let token = &kept.token;
        let text = token.at(&pin, Access::Read, |session| {
            let key = token.find(session)?.ok_or(Trouble::NoKey)?;
            let (mut nonce, about) = (kept.nonce, about(&kept.mark));
            match session.decrypt(&gcm(&mut nonce, &about)?, key, &kept.wrapped) {
                Ok(text) => Ok(Zeroizing::new(text)),
                // Modules have no one word for this.
                Err(Error::Pkcs11(RvError::GeneralError | RvError::FunctionFailed, _)) => Err(Trouble::Unlike),
                Err(why) => Err(why.into()),
            }
        })?;
        super::parse(&text).filter(|root| root.mark() == kept.mark).ok_or_else(|| damaged(&path))
    };
    tokio::task::spawn_blocking(work).await.map_err(Said::fault)?
}

/// What is authenticated beside the root key.
fn about(mark: &[u8; 8]) -> Vec<u8> {
    format!("{KIND} {}", hex::encode(mark)).into_bytes()
}

fn gcm<'a>(nonce: &'a mut [u8; NONCE], about: &'a [u8]) -> Result<Mechanism<'a>, Trouble> {
    Ok(Mechanism::AesGcm(GcmParams::new(nonce, about, TAG_BITS.into())?))
}

impl Kept {
    fn read(path: &Path) -> Result<Self, Said> {
        let bytes = super::read(path)?;
        std::str::from_utf8(&bytes).ok().and_then(Self::parse).ok_or_else(|| damaged(path))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = Lines::read(text, KIND)?;
        let token = Token {
            module: lines.take("module")?.into(),
            token: lines.take("token")?.into(),
            key: lines.take("key")?.into(),
        };
        let known = lines.take("mechanism")? == MECHANISM && token.module.is_absolute();
        let (mark, nonce) = (lines.bytes("root")?, lines.bytes("nonce")?);
        let wrapped = hex::decode(lines.take("wrapped")?).ok()?;
        lines.end()?;
        known.then_some(Self { token, mark, nonce, wrapped })
    }

    fn write(&self) -> String {
        let Token { module, token, key } = &self.token;
        let (mark, nonce, wrapped) = (hex::encode(self.mark), hex::encode(self.nonce), hex::encode(&self.wrapped));
        let module = module.display();
        format!(
            "{KIND}\nmodule {module}\ntoken {token}\nkey {key}\nmechanism {MECHANISM}\nroot {mark}\nnonce {nonce}\nwrapped {wrapped}\n"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_its_text_and_a_torn_or_a_longer_one_is_none() {
        let token = Token { module: "/usr/lib/a module.so".into(), token: "the office".into(), key: "daicho".into() };
        let text = Kept { token: token.clone(), mark: [1; 8], nonce: [2; NONCE], wrapped: vec![3; 20] }.write();
        let read = Kept::parse(&text).unwrap();
        assert_eq!((&read.token, read.write()), (&token, text.clone()));
        // Cut inside the wrapped bytes it may still be a file of fewer bytes, which the token does not open.
        let whole = text.find("wrapped").unwrap();
        assert!((0..whole).all(|end| Kept::parse(text.get(..end).unwrap()).is_none()));
        for (from, to) in
            [("aes-gcm", "aes-cbc"), ("module /", "module "), ("root ", "other "), ("key ", "key a\nkey ")]
        {
            assert!(Kept::parse(&text.replace(from, to)).is_none(), "{from}");
        }
        assert!(Kept::parse(&format!("{text}further word\n")).is_none());
        assert!(Token::new(Path::new("/m.so"), "a\nb", "daicho").is_err());
    }
}
