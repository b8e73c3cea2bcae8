//! Time stamps: each must be of the very bytes of the checkpoint beside it, which the verifier holds against the entries.

use super::Beside;
use super::beside::Unchecked;
use crate::stamp::Kept;
use crate::stamp::token::{self, Stamped, Trust};

/// Reads all of them; those that hold, and what was found.
pub(super) fn look(stamps: &[Kept], trust: Option<&Trust>, beside: &mut Vec<Beside>) -> Vec<(u64, Stamped)> {
    let mut good = Vec::new();
    for stamp in stamps {
        match token::read(&stamp.answer, stamp.note.as_bytes(), trust) {
            Ok(stamped) => good.push((stamp.size, stamped)),
            Err(why) => beside.push(Beside::Stamp { size: stamp.size, why }),
        }
    }
    if trust.is_none() && !stamps.is_empty() {
        beside.push(Beside::NotChecked(Unchecked::StampAuthority));
    }
    good
}
