//! C2SP signed notes: a text, a blank line, and signatures, all of it readable text.
//!
//! Only Ed25519 signatures (type `0x01`) are made and checked here; signatures of other types and other keys
//! are carried along unread, as <https://c2sp.org/signed-note> demands, so that witnesses can add theirs
//! ([`crate::cosignature`]).
//!
//! ```
//! use ledger::note::{Note, Signer};
//!
//! let signer = Signer::new("example.com/office", &[7; 32])?;
//! let text = Note::new("The text.\n")?.signed_by(&signer).to_string();
//!
//! let vkey = signer.vkey().to_string().parse::<ledger::note::Vkey>()?;
//! assert_eq!(vkey.open(&text)?.text(), "The text.\n");
//! assert!(vkey.open(&text.replace("The", "A")).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, ParsedPublicKey};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use sha2::{Digest, Sha256};

/// The signature type of a plain Ed25519 signature.
const ED25519_TYPE: u8 = 0x01;

/// The most signatures a note is read with. The specification asks for at least 16.
const MAX_SIGNATURES: usize = 64;

/// The most bytes a note may have; post-quantum signatures of witnesses have several thousand each.
const MAX_NOTE_BYTES: usize = 1 << 20;

const DASH: &str = "\u{2014} ";

/// Why a note or key cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadNote {
    /// Not a text, a blank line and signature lines, or it has control characters.
    #[error("this is not a signed note")]
    Form,
    /// A note text ends in a newline and has no control characters but newlines.
    #[error("a note text ends in a newline and has no control characters")]
    Text,
    /// More signatures or bytes than are read.
    #[error("the note is longer than is read")]
    TooLong,
    /// A key name is empty, or has a space, a plus sign or a control character.
    #[error("a key name is not empty and has no space, plus sign or control character")]
    Name,
    /// A verifier key that is not `name+hash+base64`, or whose hash does not fit.
    #[error("this is not a verifier key")]
    Vkey,
    /// A verifier key of a type other than Ed25519.
    #[error("this type of key is not known here")]
    KeyType,
    /// No signature is by this key.
    #[error("the note has no signature by this key")]
    Unsigned,
    /// A signature claims to be by this key and is not.
    #[error("the signature does not belong to this text and key")]
    Signature,
    /// A time that no cosignature can have.
    #[error("the time of a cosignature is at most 2^63 - 1 seconds")]
    Time,
}

/// A text with the signatures it came with, none of them checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<Signature>,
}

/// One signature line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    name: String,
    id: u32,
    bytes: Vec<u8>,
}

impl Signature {
    /// The name of the key.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The id of the key.
    #[must_use]
    pub const fn id(&self) -> u32 {
        self.id
    }

    /// What follows the id of the key.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn new(name: &str, id: u32, bytes: Vec<u8>) -> Self {
        Self { name: name.to_owned(), id, bytes }
    }

    fn parse(line: &str) -> Result<Self, BadNote> {
        let (name, encoded) = line.strip_prefix(DASH).and_then(|rest| rest.split_once(' ')).ok_or(BadNote::Form)?;
        let decoded = BASE64.decode(encoded).map_err(|_| BadNote::Form)?;
        let (id, bytes) = decoded.split_first_chunk::<4>().ok_or(BadNote::Form)?;
        if !is_key_name(name) || bytes.is_empty() {
            return Err(BadNote::Form);
        }
        Ok(Self { name: name.to_owned(), id: u32::from_be_bytes(*id), bytes: bytes.to_vec() })
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [self.id.to_be_bytes().as_slice(), &self.bytes].concat();
        writeln!(f, "{DASH}{} {}", self.name, BASE64.encode(bytes))
    }
}

impl Note {
    /// A text without signatures yet.
    ///
    /// # Errors
    /// [`BadNote::Text`] unless it ends in a newline and has no other control character.
    pub fn new(text: impl Into<String>) -> Result<Self, BadNote> {
        let text = text.into();
        if text.ends_with('\n') && is_plain(&text) {
            Ok(Self { text, signatures: Vec::new() })
        } else {
            Err(BadNote::Text)
        }
    }

    /// The text, which is to be ignored until a key has [opened](Vkey::open) it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signatures, in the order of the note.
    #[must_use]
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// The note with one more signature.
    #[must_use]
    pub fn signed_by(self, signer: &Signer) -> Self {
        let bytes = signer.pair.sign(self.text.as_bytes()).as_ref().to_vec();
        let signature = Signature::new(&signer.vkey.name, signer.vkey.id, bytes);
        self.with(signature)
    }

    /// The note with a signature that was made elsewhere, which is not checked.
    #[must_use]
    pub fn with(mut self, signature: Signature) -> Self {
        self.signatures.push(signature);
        self
    }

    /// The note without the signatures that do not please.
    #[must_use]
    pub fn only(mut self, pleases: impl Fn(&Signature) -> bool) -> Self {
        self.signatures.retain(pleases);
        self
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| write!(f, "{signature}"))
    }
}

impl FromStr for Note {
    type Err = BadNote;

    /// Reads a note without checking any signature.
    fn from_str(note: &str) -> Result<Self, BadNote> {
        if note.len() > MAX_NOTE_BYTES {
            return Err(BadNote::TooLong);
        }
        if !is_plain(note) {
            return Err(BadNote::Form);
        }
        let (text, lines) = note.rsplit_once("\n\n").ok_or(BadNote::Form)?;
        let lines = lines.strip_suffix('\n').ok_or(BadNote::Form)?;
        if lines.split('\n').count() > MAX_SIGNATURES {
            return Err(BadNote::TooLong);
        }
        let signatures = lines.split('\n').map(Signature::parse).collect::<Result<_, _>>()?;
        Ok(Self { text: format!("{text}\n"), signatures })
    }
}

/// A verifier key: a name and a public key, written `name+hash+base64`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vkey {
    name: String,
    id: u32,
    public: [u8; 32],
}

impl Vkey {
    /// The key with this name.
    ///
    /// # Errors
    /// [`BadNote::Name`] if the name is none.
    pub fn new(name: &str, public: [u8; 32]) -> Result<Self, BadNote> {
        if !is_key_name(name) {
            return Err(BadNote::Name);
        }
        Ok(Self { name: name.to_owned(), id: key_id(name, ED25519_TYPE, &public), public })
    }

    /// The name of the key; for a ledger's key, its origin.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The id of the key.
    #[must_use]
    pub const fn id(&self) -> u32 {
        self.id
    }

    /// The public key.
    #[must_use]
    pub const fn public(&self) -> &[u8; 32] {
        &self.public
    }

    /// Reads a note and checks the signatures made by this key.
    ///
    /// # Errors
    /// [`BadNote::Unsigned`] if there is none, [`BadNote::Signature`] if one of them does not hold, and
    /// what reading a note can say.
    pub fn open(&self, note: &str) -> Result<Note, BadNote> {
        let note: Note = note.parse()?;
        let mut ours = note.signatures.iter().filter(|one| one.name == self.name && one.id == self.id);
        let first = ours.next().ok_or(BadNote::Unsigned)?;
        for signature in std::iter::once(first).chain(ours) {
            check(&self.public, note.text.as_bytes(), &signature.bytes)?;
        }
        Ok(note)
    }
}

impl fmt::Display for Vkey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", key_text(&self.name, ED25519_TYPE, &self.public))
    }
}

impl FromStr for Vkey {
    type Err = BadNote;

    fn from_str(text: &str) -> Result<Self, BadNote> {
        let (name, public) = read_key(text, ED25519_TYPE)?;
        Self::new(name, public)
    }
}

/// The id of a key: the beginning of SHA-256 of its name, a newline, its type and its bytes.
pub(crate) fn key_id(name: &str, kind: u8, public: &[u8; 32]) -> u32 {
    let hash: [u8; 32] =
        Sha256::new().chain_update(name).chain_update([b'\n', kind]).chain_update(public).finalize().into();
    hash.first_chunk::<4>().map_or(0, |id| u32::from_be_bytes(*id))
}

/// A verifier key of a type, as it is written.
pub(crate) fn key_text(name: &str, kind: u8, public: &[u8; 32]) -> String {
    let key = [[kind].as_slice(), public].concat();
    format!("{name}+{:08x}+{}", key_id(name, kind, public), BASE64.encode(key))
}

/// The name and bytes of a verifier key of a type with 32 bytes.
pub(crate) fn read_key(text: &str, wanted: u8) -> Result<(&str, [u8; 32]), BadNote> {
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(_), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(BadNote::Vkey);
    };
    let key = BASE64.decode(key).map_err(|_| BadNote::Vkey)?;
    let (kind, public) = key.split_first().ok_or(BadNote::Vkey)?;
    if *kind != wanted {
        return Err(BadNote::KeyType);
    }
    let public = <[u8; 32]>::try_from(public).map_err(|_| BadNote::Vkey)?;
    if !is_key_name(name) {
        return Err(BadNote::Name);
    }
    if key_text(name, wanted, &public) == text { Ok((name, public)) } else { Err(BadNote::Vkey) }
}

/// Whether an Ed25519 signature over these bytes holds.
pub(crate) fn check(public: &[u8; 32], message: &[u8], signature: &[u8]) -> Result<(), BadNote> {
    let key = ParsedPublicKey::new(&ED25519, public).map_err(|_| BadNote::Signature)?;
    key.verify_sig(message, signature).map_err(|_| BadNote::Signature)
}

/// A key that signs notes.
pub struct Signer {
    pair: Ed25519KeyPair,
    vkey: Vkey,
}

impl Signer {
    /// The signer with this name and 32-byte Ed25519 seed (RFC 8032, section 5.1.5).
    ///
    /// # Errors
    /// [`BadNote::Name`] if the name is none.
    pub fn new(name: &str, seed: &[u8; 32]) -> Result<Self, BadNote> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| BadNote::Signature)?;
        let public = <[u8; 32]>::try_from(pair.public_key().as_ref()).map_err(|_| BadNote::Vkey)?;
        Ok(Self { pair, vkey: Vkey::new(name, public)? })
    }

    /// The key that verifies what this one signs.
    #[must_use]
    pub const fn vkey(&self) -> &Vkey {
        &self.vkey
    }
}

/// Says whose signer it is, never the key.
impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.vkey)
    }
}

pub(crate) fn is_key_name(name: &str) -> bool {
    let allowed = |letter: char| !letter.is_whitespace() && !letter.is_control() && letter != '+';
    !name.is_empty() && name.chars().all(allowed)
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte >= b' ' || byte == b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Notes made by other people's programs.
    #[test]
    fn notes_made_elsewhere_open() {
        let key: Vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW".parse().unwrap();
        let note = "If you think cryptography is the answer to your problem,\n\
                    then you don't know what your problem is.\n\n\
                    — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
        assert_eq!(key.open(note).unwrap().to_string(), note);
        let key: Vkey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k".parse().unwrap();
        let note = "This is an example message.\n\n\
                    — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
        assert_eq!(key.open(note).unwrap().text(), "This is an example message.\n");
    }

    /// Ed25519 is deterministic: the same seed, name and text make the same bytes for ever. The seed is
    /// the one published for the example above.
    #[test]
    fn notes_made_here_are_those_made_elsewhere() {
        let skey = BASE64.decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz").unwrap();
        let seed = <[u8; 32]>::try_from(&skey[1..]).unwrap();
        let signer = Signer::new("PeterNeumann", &seed).unwrap();
        assert_eq!(signer.vkey().to_string(), "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
        let text = "If you think cryptography is the answer to your problem,\n\
                    then you don't know what your problem is.\n";
        let note = Note::new(text).unwrap().signed_by(&signer).to_string();
        assert_eq!(
            note,
            format!(
                "{text}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
            )
        );
    }

    #[test]
    fn a_text_may_have_empty_lines_and_a_note_many_signatures() {
        let signers: Vec<_> = (0..20_u8).map(|n| Signer::new(&format!("example.com/{n}"), &[n; 32]).unwrap()).collect();
        let note = signers.iter().fold(Note::new("One.\n\nTwo.\n").unwrap(), Note::signed_by).to_string();
        for signer in &signers {
            let opened = signer.vkey().open(&note).unwrap();
            assert_eq!(opened.text(), "One.\n\nTwo.\n");
            assert_eq!(opened.signatures().len(), 20);
        }
        let stranger = Signer::new("example.com/0", &[99; 32]).unwrap();
        assert_eq!(stranger.vkey().open(&note), Err(BadNote::Unsigned));
    }

    #[test]
    fn every_changed_byte_of_a_note_is_noticed() {
        let signer = Signer::new("example.com/office", &[3; 32]).unwrap();
        let note = Note::new("example.com/office\n7\nroot\n").unwrap().signed_by(&signer).to_string();
        for place in 0..note.len() {
            for bit in 0..8 {
                let mut bytes = note.clone().into_bytes();
                bytes[place] ^= 1 << bit;
                let opened = String::from_utf8(bytes).ok().and_then(|text| signer.vkey().open(&text).ok());
                assert_eq!(opened, None, "byte {place} bit {bit}");
            }
        }
    }

    #[test]
    fn a_false_signature_by_a_known_key_spoils_the_note_even_beside_a_good_one() {
        let signer = Signer::new("example.com/office", &[3; 32]).unwrap();
        let good = Note::new("a\n").unwrap().signed_by(&signer);
        let other = Note::new("b\n").unwrap().signed_by(&signer);
        let both = format!("{good}{}", other.signatures()[0]);
        assert_eq!(signer.vkey().open(&both), Err(BadNote::Signature));
    }

    #[test]
    fn what_is_no_note_or_key_is_refused() {
        for bad in ["", "a\n", "a\n\n", "a\n\n— b\n", "a\n\n— b AAAA", "a\n\n— b AAAA\n", "a\r\n\n— b AAAAAAA=\n"]
        {
            assert!(matches!(bad.parse::<Note>(), Err(BadNote::Form)), "{bad:?}");
        }
        for bad in ["", "a b", "a+b", "a\nb", "a\u{3000}b"] {
            assert_eq!(Signer::new(bad, &[0; 32]).map(|_| ()), Err(BadNote::Name), "{bad:?}");
        }
        assert_eq!(Note::new("no newline"), Err(BadNote::Text));
        let vkey = Signer::new("a", &[1; 32]).unwrap().vkey().to_string();
        for place in 0..vkey.len() {
            for bit in 0..8 {
                let mut bytes = vkey.clone().into_bytes();
                bytes[place] ^= 1 << bit;
                let read = String::from_utf8(bytes).ok().and_then(|text| text.parse::<Vkey>().ok());
                assert_eq!(read, None, "byte {place} bit {bit}");
            }
        }
    }
}
