//! What is fuzzed in `fuzz/`, run with random bytes and with mangled pieces of real ones.
#![expect(unreachable_pub, reason = "the module is the library of the fuzz targets")]

#[path = "../../../fuzz/src/policy.rs"]
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

const PIECES: [&str; 22] = [
    "[[kind]]\n",
    "id = \"a.b\"\n",
    "label.ja = \"あ\"\n",
    "clause = \"x\"\n",
    "= 1\n",
    "# T {#sec.title}\n",
    "- x {#a.b}\n",
    "<ul><li>",
    "</td>",
    "1. ",
    "（１）",
    "当社は",
    "提供しません。",
    "We shall not ",
    "令和7年4月1日",
    "2025-02-29",
    "+81-3-0000-0000",
    "０３（１２３４）",
    "a@b.example",
    "〒100-0000",
    "\u{feff}",
    "\r\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn folders(data in bytes()) { targets::policy_folder(&data); }

    #[test]
    fn drafts(data in bytes()) { targets::policy_draft(&data); }

    #[test]
    fn canonical_policies(data in bytes()) { targets::policy_canonical(&data); }

    #[test]
    fn values(data in bytes()) { targets::normal_values(&data); }
}
