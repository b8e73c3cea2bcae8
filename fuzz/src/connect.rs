//! The reader of other people's sheets, given bytes nobody chose.

use connect::file::{Choice, Origin, open};

/// A table that opens can be read to its end, however its rows are.
pub fn connect_table(data: &[u8]) {
    let Ok(table) = open(&Origin::bytes(data.to_vec()), &Choice::default()) else { return };
    assert!(table.headings().len() <= data.len().max(16_384));
    let Ok(rows) = table.rows() else { return };
    for row in rows.take(10_000) {
        if row.is_err() {
            break;
        }
    }
}
