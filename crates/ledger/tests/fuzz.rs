//! What is fuzzed in `fuzz/`, run with random bytes and with mangled pieces of real ones.
#![expect(unreachable_pub, reason = "the module is the library of the fuzz targets")]

#[path = "../../../fuzz/src/ledger.rs"]
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

const PIECES: [&str; 21] = [
    "c2sp.org/tlog-proof@v1\n",
    "index 0\n",
    "old 0\n",
    "{\"v\":1,",
    "\"kind\":\"policy-enacted\"",
    "}",
    "daicho.example\n",
    "1\n",
    "\n\n",
    "— daicho ",
    "AAAA",
    "+",
    "=",
    "tile/0/",
    "x001/",
    "000",
    ".p/1",
    "tile/entries/",
    "checkpoint\t",
    "vkey\t",
    "18446744073709551615",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn entries(data in bytes()) { targets::ledger_entry(&data); }

    #[test]
    fn notes(data in bytes()) { targets::ledger_note(&data); }

    #[test]
    fn checkpoints(data in bytes()) { targets::ledger_checkpoint(&data); }

    #[test]
    fn proofs(data in bytes()) { targets::ledger_proof(&data); }

    #[test]
    fn receipts(data in bytes()) { targets::ledger_receipt(&data); }

    #[test]
    fn tiles(data in bytes()) { targets::ledger_tile(&data); }

    #[test]
    fn exports(data in bytes()) { targets::ledger_export(&data); }
}
