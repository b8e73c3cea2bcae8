//! What is fuzzed in `fuzz/`, run with random bytes and with mangled pieces of real ones.
#![expect(unreachable_pub, reason = "the module is the library of the fuzz targets")]

#[path = "../../../fuzz/src/connect.rs"]
mod targets;

use proptest::prelude::*;

/// Bytes of all sorts: noise, text, and pieces that parsers look for.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..40),
        "[ -~ぁ-んàáạ]{0,20}".prop_map(String::into_bytes),
        prop::sample::select(PIECES.to_vec()).prop_map(|piece: &str| piece.as_bytes().to_vec()),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

const PIECES: [&str; 12] = [
    "氏名,電話番号\n",
    "\"",
    "\"\"",
    ",",
    "\t",
    ";",
    "\r\n",
    "山田 太郎,03-0000-0000\n",
    "PK\u{3}\u{4}",
    "<worksheet>",
    "\u{feff}",
    "合計,\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tables(data in bytes()) { targets::connect_table(&data); }
}
