//! Erasures that were decided and whose wait is over: done for good, at the start and whenever the program looks.

use crate::wire::House;
use vault::Waited;

/// Does what is due. What cannot be done now is tried again at the next look.
pub(super) async fn once(house: &House) {
    match vault::erase_waited(&house.vault, &house.office, house.now()).await {
        Ok(Waited { erased: 0, held: 0 }) => {}
        Ok(Waited { erased, held }) => tracing::info!(erased, held, "erasures whose wait was over"),
        Err(no) => tracing::error!(error = %no, "erasures whose wait is over could not be done"),
    }
}
