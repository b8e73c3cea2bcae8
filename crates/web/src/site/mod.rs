//! The public site: what anybody may read.

pub(crate) mod notice;

use access::No;

use crate::answer::Answer;

/// Any other address.
pub(crate) async fn nowhere() -> Answer {
    Err(No::Missing.into())
}
