//! Codes of an app: RFC 6238 with SHA-1, six digits, thirty seconds, as every app reads it. The secret lies sealed.

use super::question::{self, What};
use super::ways::{self, New};
use crate::answer::{Fault, Mistake, No};
use crate::desk::{Desk, Office};
use aws_lc_rs::hmac;
use ledger::names::{ActorId, Moment};
use policy::Way;
use store::Change;

/// The length of a secret: as long as the hash, as RFC 4226, section 4, asks.
const SECRET_BYTES: usize = 20;
/// The length of a step.
const STEP_MILLIS: i64 = 30_000;
/// Clocks of telephones are right; people are slow. One step to either side (RFC 6238, section 5.2).
const STEPS_BESIDE: i64 = 1;

/// A secret to be put into an app. It is shown once.
#[derive(Debug, Clone)]
pub struct Offered {
    /// What must come back with the first code.
    pub ticket: String,
    /// The secret in base 32, in groups of four.
    pub secret: String,
    /// The same as apps scan it.
    pub uri: String,
}

/// Offers whoever is at the desk a secret for their app.
///
/// # Errors
/// [`No::Mistake`] where the policy does not allow codes; [`No::ProofNeeded`].
pub async fn offer(desk: &Desk, issuer: &str) -> Result<Offered, No> {
    ways::must_be_allowed(desk, Way::Totp)?;
    desk.fresh()?;
    let actor = desk.actor()?;
    let secret: [u8; SECRET_BYTES] = desk.chance().bytes();
    let sealed = super::sealed::seal(desk.office(), actor.id, &secret)?;
    let ticket = question::ask(desk.office(), desk.now(), What::NewTotp, Some(actor.id), sealed).await?;
    let letters = base32(&secret);
    let label = format!("{}:{}", encoded(issuer), encoded(&actor.login));
    let uri =
        format!("otpauth://totp/{label}?secret={letters}&issuer={}&algorithm=SHA1&digits=6&period=30", encoded(issuer));
    Ok(Offered { ticket, secret: grouped(&letters), uri })
}

/// Adds the app that gave this code.
///
/// # Errors
/// [`No::Mistake`] on `code` when it is not the app's, on `answer` when it took too long.
pub async fn add(desk: &Desk, ticket: &str, code: &str, label: &str) -> Result<u64, No> {
    ways::must_be_allowed(desk, Way::Totp)?;
    desk.fresh()?;
    let actor = desk.actor()?;
    let (whose, sealed) = question::read(desk.office(), desk.now(), What::NewTotp, ticket).await?;
    if whose != Some(actor.id) {
        return Err(No::Missing);
    }
    let secret = super::sealed::open(desk.office(), actor.id, &sealed)?;
    let step = step_of(&secret, desk.now(), code, i64::MIN).ok_or_else(|| {
        No::from(Mistake::new(
            "code",
            "コードが一致しません。端末の時刻が合っているか確かめ、新しいコードを入力してください。",
            "This is not the code. See that the clock of the device is right, and type a new one.",
            "Mã không đúng. Hãy kiểm tra giờ của thiết bị và nhập mã mới.",
        ))
    })?;
    question::take(desk.office(), desk.now(), What::NewTotp, ticket).await?;
    let known_by = desk.office().keyed(&[b"totp", &sealed]).to_vec();
    let new = New::of(desk, Way::Totp, label, known_by, sealed)?;
    let id = new.id;
    let index = ways::add(desk, vec![new], Vec::new()).await?;
    // The code that was just shown opens nothing more.
    used(desk.office(), id, step, desk.now()).await?;
    Ok(index)
}

/// The credential whose code this is, if it is one of this account that was not used before.
pub(crate) async fn check(office: &Office, now: Moment, actor: ActorId, code: &str) -> Result<Option<[u8; 16]>, No> {
    for (id, sealed) in ways::matters(office, actor, Way::Totp).await? {
        let secret = super::sealed::open(office, actor, &sealed)?;
        let Some(step) = step_of(&secret, now, code, i64::MIN) else { continue };
        // Each code counts once (RFC 6238, section 5.2), also when two come at once.
        if used(office, id, step, now).await? {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// Remembers the step of a code; `false` when it, or a later one, was used before.
async fn used(office: &Office, id: [u8; 16], step: i64, now: Moment) -> Result<bool, Fault> {
    let sql = "INSERT INTO credential_use (credential, count, at) VALUES ($1, $2, $3) \
               ON CONFLICT (credential) DO UPDATE SET count = $2, at = $3 WHERE credential_use.count < $2";
    let values = vec![id.into(), step.into(), now.into()];
    Ok(office.store().scratch(vec![Change::new(sql, values).exactly(1)]).await?)
}

/// The step whose code this is, if it is near now and after `last`.
fn step_of(secret: &[u8], now: Moment, code: &str, last: i64) -> Option<i64> {
    let code = code.trim().replace([' ', '\u{3000}'], "");
    let current = now.0.div_euclid(STEP_MILLIS);
    // Every step is tried, so that the time taken says nothing.
    (current - STEPS_BESIDE..=current + STEPS_BESIDE).fold(None, |found, step| {
        let same = aws_lc_rs::constant_time::verify_slices_are_equal(at(secret, step).as_bytes(), code.as_bytes());
        if same.is_ok() && step > last { Some(step) } else { found }
    })
}

/// The code of a step (RFC 4226, section 5.3).
fn at(secret: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let bytes = tag.as_ref();
    let offset = usize::from(bytes.last().copied().unwrap_or(0) & 0x0f);
    let four = bytes.get(offset..).unwrap_or_default().iter().take(4);
    let number = four.fold(0_u32, |number, byte| (number << 8) | u32::from(*byte)) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

/// RFC 4648, section 6, without padding.
pub(crate) fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut out, mut held, mut bits) = (String::new(), 0_u32, 0_u32);
    let letter = |five: u32| LETTERS.get(usize::try_from(five & 31).unwrap_or(0)).map_or('A', |byte| char::from(*byte));
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(letter(held >> bits));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        out.push(letter(held << (5 - bits)));
    }
    out
}

/// Letters in groups of four.
pub(crate) fn grouped(letters: &str) -> String {
    let letters: Vec<char> = letters.chars().collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// A text as it stands in an address.
fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, cut to six digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = b"12345678901234567890";
        let cases = [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ];
        for (seconds, code) in cases {
            assert_eq!(at(secret, seconds * 1000 / STEP_MILLIS), code);
            let now = Moment(seconds * 1000);
            let step = seconds * 1000 / STEP_MILLIS;
            assert_eq!(step_of(secret, now, code, i64::MIN), Some(step));
            let spaced = format!(" {} {}", code.get(..3).unwrap(), code.get(3..).unwrap());
            assert_eq!(step_of(secret, now, &spaced, i64::MIN), Some(step));
            assert_eq!(step_of(secret, Moment(now.0 + STEP_MILLIS), code, i64::MIN), Some(step), "one step late");
            assert_eq!(step_of(secret, Moment(now.0 + 2 * STEP_MILLIS), code, i64::MIN), None, "too late");
            assert_eq!(step_of(secret, now, code, step), None, "used before");
        }
        for wrong in ["", "28708", "2870820", "２８７０８２", "abcdef"] {
            assert_eq!(step_of(secret, Moment(59_000), wrong, i64::MIN), None, "{wrong}");
        }
    }

    /// RFC 4648, section 10.
    #[test]
    fn base_32_is_that_of_the_standard() {
        let cases = [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ];
        for (bytes, letters) in cases {
            assert_eq!(base32(bytes.as_bytes()), letters);
        }
        assert_eq!(grouped("MZXW6YTBOI"), "MZXW 6YTB OI");
    }
}
