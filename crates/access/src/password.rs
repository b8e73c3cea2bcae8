//! Passwords: Argon2id in PHC strings.

use crate::answer::{Fault, Mistake, No};
use crate::desk::Chance;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

/// Fewer characters than this are refused (NIST SP 800-63B-4 asks for 15 when a password is the only factor and
/// 8 beside a second one; we take 12 until a second factor is there).
pub(crate) const MIN_CHARACTERS: usize = 12;

/// 19 MiB, two passes, one lane: the first choice of the OWASP password storage sheet.
fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default())
}

/// The PHC string of a password.
///
/// # Errors
/// [`No::Mistake`] when it is too short or too long.
pub(crate) fn hash(password: &str, chance: &Chance) -> Result<String, No> {
    let length = password.chars().count();
    if !(MIN_CHARACTERS..=256).contains(&length) {
        return Err(Mistake::new(
            "password",
            "パスワードは12文字以上256文字以下にしてください。",
            "A password has 12 to 256 characters.",
            "Mật khẩu có từ 12 đến 256 ký tự.",
        )
        .into());
    }
    let salt: [u8; 16] = chance.bytes();
    let hashed = argon2().hash_password_with_salt(password.as_bytes(), &salt).map_err(|_| Fault::Crypto("argon2"))?;
    Ok(hashed.to_string())
}

/// Whether a password belongs to a PHC string.
#[must_use]
pub(crate) fn matches(password: &str, phc: &str) -> bool {
    argon2().verify_password(password.as_bytes(), phc).is_ok()
}
