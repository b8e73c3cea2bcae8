//! site.

use super::Watch;

pub(super) const WATCHES: &[(&str, Watch)] = &[];
