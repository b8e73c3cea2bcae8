//! Values that were opened and may not be seen yet.

use access::Fault;
use ledger::names::ActId;
use seal::Secret;
use store::Receipt;
use zeroize::Zeroize;

/// Opened values that wait for their receipt. There is no way to look at them before [`release`](Held::release).
pub struct Held<T: Zeroize = String> {
    act: ActId,
    values: Vec<Secret<T>>,
}

impl<T: Zeroize> Held<T> {
    pub(crate) fn new(act: ActId, values: Vec<Secret<T>>) -> Self {
        Self { act, values }
    }

    /// The values, for the receipt of the very act they were opened for.
    ///
    /// # Errors
    /// [`Fault::Damaged`] if the receipt is of another act; the values are wiped.
    pub fn release(self, receipt: &Receipt) -> Result<Vec<Secret<T>>, Fault> {
        if receipt.act() == self.act { Ok(self.values) } else { Err(Fault::Damaged("a receipt of another act")) }
    }
}
