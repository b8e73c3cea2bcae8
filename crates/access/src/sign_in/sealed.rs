//! Secrets of accounts that must be had again in the open, such as those of apps: AES-256-GCM under a key of the office, bound to
//! the account. The key follows from the actors' key, which lies in the keyring and never in the store.

use crate::answer::Fault;
use crate::desk::Office;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ledger::names::ActorId;

fn key(office: &Office) -> Result<LessSafeKey, Fault> {
    let bytes = office.keyed(&[b"daicho/credential-secret/v1"]);
    UnboundKey::new(&AES_256_GCM, &bytes).map(LessSafeKey::new).map_err(|_| Fault::Crypto("aes-256-gcm"))
}

/// Seals a secret of an account.
pub(super) fn seal(office: &Office, actor: ActorId, secret: &[u8]) -> Result<Vec<u8>, Fault> {
    let nonce: [u8; NONCE_LEN] = office.chance().bytes();
    let mut body = secret.to_vec();
    key(office)?
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(actor.as_bytes()), &mut body)
        .map_err(|_| Fault::Crypto("aes-256-gcm"))?;
    Ok([&nonce[..], &body].concat())
}

/// Opens it again.
pub(super) fn open(office: &Office, actor: ActorId, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
    let damaged = || Fault::Damaged("credential.matter");
    let (nonce, body) = sealed.split_at_checked(NONCE_LEN).ok_or_else(damaged)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| damaged())?;
    let mut body = body.to_vec();
    let opened =
        key(office)?.open_in_place(nonce, Aad::from(actor.as_bytes()), &mut body).map_err(|_| damaged())?.to_vec();
    Ok(opened)
}
