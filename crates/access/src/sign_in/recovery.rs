//! Recovery codes: a list on paper, each code used once, for those who lost their second factor. Kept as keyed hashes.

use super::totp::base32;
use super::ways::{self, New};
use crate::answer::No;
use crate::desk::{Desk, Office};
use ledger::names::ActorId;
use policy::Way;

/// How many there are on a list.
pub const CODES: usize = 8;
/// 120 bits: more than the 112 above which NIST SP 800-63B-4 lets look-up secrets be kept as plain hashes.
const BYTES: usize = 15;

/// Makes whoever is at the desk a new list; the old one ends. It is shown once.
///
/// # Errors
/// [`No::Mistake`] where the policy does not allow them; [`No::ProofNeeded`].
pub async fn make(desk: &Desk) -> Result<(Vec<String>, u64), No> {
    ways::must_be_allowed(desk, Way::RecoveryCode)?;
    desk.fresh()?;
    let actor = desk.actor()?.id;
    let old = ways::open_ids(desk.office(), actor, Way::RecoveryCode).await?;
    let mut codes = Vec::with_capacity(CODES);
    let mut new = Vec::with_capacity(CODES);
    for _ in 0..CODES {
        let code = base32(&desk.chance().bytes::<BYTES>()).to_ascii_lowercase();
        new.push(New::of(desk, Way::RecoveryCode, "", known_by(desk.office(), actor, &code), Vec::new())?);
        let letters: Vec<char> = code.chars().collect();
        let groups = letters.chunks(6).map(|six| six.iter().collect::<String>());
        codes.push(groups.collect::<Vec<_>>().join("-"));
    }
    let index = ways::add(desk, new, old).await?;
    Ok((codes, index))
}

/// The code this is, if it is one of this account's that was not used.
pub(crate) async fn find(office: &Office, actor: ActorId, code: &str) -> Result<Option<[u8; 16]>, No> {
    let plain = plain(code);
    if plain.len() != BYTES * 8 / 5 {
        return Ok(None);
    }
    let known_by = known_by(office, actor, &plain);
    let found = ways::known(office, Way::RecoveryCode, &known_by).await?;
    Ok(found.filter(|known| known.actor == actor).map(|known| known.id))
}

/// What was typed, as it was made: people write what they read on paper in their own way.
fn plain(code: &str) -> String {
    let letters = code.chars().filter(char::is_ascii_alphanumeric).map(|c| match c.to_ascii_lowercase() {
        '0' => 'o',
        '1' => 'l',
        '8' => 'b',
        other => other,
    });
    letters.collect()
}

fn known_by(office: &Office, actor: ActorId, code: &str) -> Vec<u8> {
    office.keyed(&[b"recovery-code", actor.as_bytes(), code.as_bytes()]).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_write_it() {
        assert_eq!(plain(" ABCDEF-ghij2k "), "abcdefghij2k");
        assert_eq!(plain("a0 1b"), "aolb");
        assert_eq!(plain("ａｂ"), "");
    }
}
