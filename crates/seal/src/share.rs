//! Shamir's secret sharing: a key in `n` shares, of which any `k` make it again and fewer tell nothing.
//!
//! Each byte is the value at 0 of a polynomial of degree `k - 1` over GF(2⁸) (the field of AES, FIPS 197: modulus `0x11b`), whose
//! other coefficients are random; a share is the values at its number. No table is looked up by a secret and nothing branches on one.
//! A share says how many are needed and of which key it is (four bytes of its hash), so that shares of two keys are never mixed.
//!
//! ```
//! use seal::Share;
//!
//! let key = [7; 32];
//! let shares = Share::split(&key, 2, 3, &[9; 32]).unwrap();
//! let written: Vec<String> = shares.iter().map(ToString::to_string).collect();
//! let read: Vec<Share> = written[1..].iter().map(|text| text.parse().unwrap()).collect();
//! assert_eq!(*Share::combine(&read).unwrap().expose(), key);
//! assert!(Share::combine(&read[..1]).is_err());
//! ```

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest::{SHA256, digest};
use zeroize::Zeroize;

use crate::secret::Secret;

/// What the text of a share begins with.
const KIND: &str = "daicho-share-1";

/// Why shares are none, or make no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadShares {
    /// `k` and `n` do not fit: 2 ≤ k ≤ n ≤ 16, with `(k - 1) × 32` random bytes.
    #[error("the numbers of shares do not fit")]
    Numbers,
    /// The text is no share, or was mistyped.
    #[error("this is no share")]
    Form,
    /// There are fewer than are needed, or the same one twice.
    #[error("there are fewer shares than are needed")]
    TooFew,
    /// They are shares of different keys, or one was altered.
    #[error("these are not shares of one key")]
    Unlike,
}

/// One share of a key. Whoever has enough of them has the key.
pub struct Share {
    needed: u8,
    number: u8,
    mark: [u8; 4],
    bytes: [u8; 32],
}

impl Share {
    /// Splits a key into `of` shares, of which `needed` make it again. `random` is `(needed - 1) × 32` bytes from a cryptographic
    /// random number generator.
    ///
    /// # Errors
    /// [`BadShares::Numbers`] unless 2 ≤ needed ≤ of ≤ 16 and `random` is as long as it must be.
    pub fn split(key: &[u8; 32], needed: u8, of: u8, random: &[u8]) -> Result<Vec<Self>, BadShares> {
        let (rows, rest) = random.as_chunks::<32>();
        if needed < 2 || needed > of || of > 16 || !rest.is_empty() || rows.len() + 1 != usize::from(needed) {
            return Err(BadShares::Numbers);
        }
        let mark = mark(key, needed);
        let share = |number: u8| {
            // Horner's rule from the highest coefficient down to the key itself.
            let mut bytes = [0; 32];
            for row in rows.iter().rev().chain([key]) {
                for (value, coefficient) in bytes.iter_mut().zip(row) {
                    *value = product(*value, number) ^ coefficient;
                }
            }
            Self { needed, number, mark, bytes }
        };
        Ok((1..=of).map(share).collect())
    }

    /// Makes the key again.
    ///
    /// # Errors
    /// [`BadShares::TooFew`] when they do not suffice, [`BadShares::Unlike`] when they are not of one key.
    pub fn combine(shares: &[Self]) -> Result<Secret<[u8; 32]>, BadShares> {
        let first = shares.first().ok_or(BadShares::TooFew)?;
        if shares.iter().any(|share| share.mark != first.mark || share.needed != first.needed) {
            return Err(BadShares::Unlike);
        }
        let mut used: Vec<&Self> = Vec::new();
        for share in shares {
            if used.iter().all(|other| other.number != share.number) {
                used.push(share);
            }
        }
        if used.len() < usize::from(first.needed) {
            return Err(BadShares::TooFew);
        }
        let mut key = [0; 32];
        for share in &used {
            // The value at 0 of the polynomial that is 1 at this number and 0 at the others (Lagrange).
            let others = used.iter().filter(|other| other.number != share.number);
            let weight = others
                .fold(1, |weight, other| product(weight, product(other.number, inverse(other.number ^ share.number))));
            for (byte, value) in key.iter_mut().zip(share.bytes) {
                *byte ^= product(weight, value);
            }
        }
        let made = Secret::new(key);
        key.zeroize();
        if mark(made.expose(), first.needed) == first.mark { Ok(made) } else { Err(BadShares::Unlike) }
    }

    /// How many are needed.
    #[must_use]
    pub const fn needed(&self) -> u8 {
        self.needed
    }

    /// Which of them it is, from 1.
    #[must_use]
    pub const fn number(&self) -> u8 {
        self.number
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

/// `daicho-share-1 <needed> <number> <mark> <value> <check>`, as it is written on paper: hexadecimal digits in groups of eight, and
/// four bytes of a hash over all before, so that a mistyped one is found before it is used.
impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = format!("{KIND} {} {} {}", self.needed, self.number, hex::encode(self.mark));
        for group in self.bytes.chunks(4) {
            text.push(' ');
            text.push_str(&hex::encode(group));
        }
        let check = check(&text);
        let written = f.write_fmt(format_args!("{text} {check}"));
        text.zeroize();
        written
    }
}

impl FromStr for Share {
    type Err = BadShares;

    fn from_str(text: &str) -> Result<Self, BadShares> {
        let mut words: Vec<String> = text.split_whitespace().map(str::to_ascii_lowercase).collect();
        let given = words.pop().ok_or(BadShares::Form)?;
        let whole = check(&words.join(" ")) == given;
        let parsed = match words.as_slice() {
            [kind, needed, number, of, value @ ..] if kind == KIND && whole && value.len() == 8 => {
                let bytes = hex::decode(value.concat()).ok().and_then(|bytes| bytes.try_into().ok());
                let mark = hex::decode(of).ok().and_then(|bytes| bytes.try_into().ok());
                needed.parse().ok().zip(number.parse().ok()).zip(mark.zip(bytes))
            }
            _ => None,
        };
        words.iter_mut().for_each(Zeroize::zeroize);
        let ((needed, number), (mark, bytes)) = parsed.ok_or(BadShares::Form)?;
        if number == 0 || number > 16 || !(2..=16).contains(&needed) {
            return Err(BadShares::Form);
        }
        Ok(Self { needed, number, mark, bytes })
    }
}

/// Of which key a share is.
fn mark(key: &[u8; 32], needed: u8) -> [u8; 4] {
    let mut told = [b"daicho/share/v1".as_slice(), &[needed], key].concat();
    let hash = digest(&SHA256, &told);
    told.zeroize();
    hash.as_ref().first_chunk().copied().unwrap_or_default()
}

fn check(text: &str) -> String {
    let hash = digest(&SHA256, text.as_bytes());
    hex::encode(hash.as_ref().first_chunk::<4>().copied().unwrap_or_default())
}

/// The product in GF(2⁸), in the same steps whatever the factors.
fn product(mut a: u8, mut b: u8) -> u8 {
    let mut sum = 0;
    for _ in 0..8 {
        sum ^= a & (b & 1).wrapping_neg();
        a = (a << 1) ^ (0x1b & (a >> 7).wrapping_neg());
        b >>= 1;
    }
    sum
}

/// The inverse in GF(2⁸): a²⁵⁴. Of 0 it is 0.
fn inverse(a: u8) -> u8 {
    let square = |a| product(a, a);
    // 254 = 2 + 4 + 8 + 16 + 32 + 64 + 128
    let mut power = square(a);
    let mut inverse = power;
    for _ in 0..6 {
        power = square(power);
        inverse = product(inverse, power);
    }
    inverse
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_is_that_of_aes() {
        // FIPS 197, 4.2 and 4.2.1.
        assert_eq!(product(0x57, 0x83), 0xc1);
        assert_eq!(product(0x57, 0x13), 0xfe);
        assert_eq!(inverse(0), 0);
        for a in 1..=255 {
            assert_eq!(product(a, inverse(a)), 1, "{a}");
        }
    }
}
