//! Bytes promised to outsiders. If one of these tests fails, the evidence format has changed: that needs
//! a new version, not a new vector.

use ledger::Entry;
use ledger::entry::BadEntry;
use ledger::tree::{Frontier, leaf_hash};

use crate::story;

/// The leaves and roots that implementations of Certificate Transparency test themselves with.
#[test]
fn the_roots_of_rfc_6962_test_leaves() {
    let leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let mut tree = Frontier::new();
    assert_eq!(hex::encode(tree.root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    for (leaf, root) in leaves.iter().zip(roots) {
        tree.append(leaf_hash(&hex::decode(leaf).unwrap()));
        assert_eq!(hex::encode(tree.root()), root);
    }
}

/// Each line of `entries.txt`: leaf hash, tab, entry. They are entries 0 to 5 of the story.
#[test]
fn entries_are_spelled_as_promised() {
    let mut count = 0;
    for (n, line) in include_str!("../vectors/entries.txt").lines().enumerate() {
        let (hash, text) = line.split_once('\t').unwrap();
        let entry = story::entry(n as u64);
        assert_eq!(std::str::from_utf8(&entry.to_bytes()).unwrap(), text);
        assert_eq!(hex::encode(entry.leaf().unwrap().hash()), hash);
        assert_eq!(Entry::parse(text.as_bytes()).unwrap(), entry);
        count += 1;
    }
    assert_eq!(count, 6);
}

/// Each line of `bad-entries.txt`: byte, what is wrong, text.
#[test]
fn texts_that_are_no_entries_are_refused_at_the_byte_where_they_go_wrong() {
    let lines: Vec<_> = include_str!("../vectors/bad-entries.txt").lines().collect();
    assert!(lines.len() > 20);
    for line in lines {
        let mut parts = line.splitn(3, '\t');
        let (at, what, text) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
        let bad: BadEntry = Entry::parse(text.as_bytes()).unwrap_err();
        assert_eq!((bad.at.to_string().as_str(), bad.what.to_string().as_str()), (at, what), "{text}");
    }
}

/// A whole export, by the hashes of its files: `sha256sum` of each, as any tool prints it.
#[test]
fn an_export_has_the_promised_files() {
    let mut sums = String::new();
    for (path, bytes) in story::export(&story::entries(300)) {
        use sha2::Digest;
        sums += &format!("{}  {path}\n", hex::encode(sha2::Sha256::digest(bytes)));
    }
    assert_eq!(sums, include_str!("../vectors/export-300.sha256"));
}
