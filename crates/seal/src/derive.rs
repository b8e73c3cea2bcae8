//! Deriving one key from another: HKDF-SHA256 (RFC 5869) without salt, for 32 bytes.

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use zeroize::{Zeroize, Zeroizing};

/// `HKDF(salt = none, key, info = "daicho/" ‖ label, 32 bytes)`.
pub(crate) fn derive(key: &[u8; 32], label: &str) -> Zeroizing<[u8; 32]> {
    let extracted = mac(&[0; 32], &[key]);
    // One block of output: T(1) = HMAC(PRK, info ‖ 0x01).
    mac(&extracted, &[b"daicho/", label.as_bytes(), &[1]])
}

/// HMAC-SHA256.
fn mac(key: &[u8; 32], parts: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    let mut message = parts.concat();
    let tag = sign(&Key::new(HMAC_SHA256, key), &message);
    message.zeroize();
    let mut output = Zeroizing::new([0; 32]);
    output.iter_mut().zip(tag.as_ref()).for_each(|(place, byte)| *place = *byte);
    output
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};

    #[test]
    fn it_is_hkdf_as_the_library_has_it() {
        for (key, label) in [([7; 32], "field/v1"), ([0xff; 32], ""), ([1; 32], "index/v1/email")] {
            let info = format!("daicho/{label}");
            let prk = Salt::new(HKDF_SHA256, &[]).extract(&key);
            let mut expected = [0; 32];
            prk.expand(&[info.as_bytes()], HKDF_SHA256).unwrap().fill(&mut expected).unwrap();
            assert_eq!(*derive(&key, label), expected);
        }
    }
}
