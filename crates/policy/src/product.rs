//! Terms of one product or service that stand before the general ones (product.override).

use std::collections::BTreeMap;

use ledger::names::ClauseId;
use serde::Serialize;

use crate::Texts;

/// One product with sentences of its own. A clause it does not name stays as the general notice has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Product {
    /// Its name.
    pub id: String,
    /// What people call it.
    pub label: Texts,
    /// The clauses it says differently.
    pub overrides: BTreeMap<ClauseId, Texts>,
}
