//! The rules of the house: who may depend on whom, what ARCHITECTURE.md says, what may be linked.

#![expect(clippy::unwrap_used, reason = "tests")]

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

const CRATES: [&str; 11] =
    ["ledger", "policy", "seal", "store", "access", "vault", "duties", "connect", "web", "daicho", "testkit"];

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn metadata() -> Value {
    let out = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .current_dir(top())
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}

/// Direct dependencies, dev-dependencies left out.
fn edges(metadata: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let mut edges = BTreeMap::new();
    for package in metadata["packages"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        if package["source"].is_null() {
            let needs = package["dependencies"].as_array().unwrap().iter();
            let needs = needs.filter(|d| d["kind"].is_null()).map(|d| d["name"].as_str().unwrap().to_owned());
            edges.insert(name.to_owned(), needs.collect());
        }
    }
    edges
}

/// Everything reachable from a crate through the house.
fn reach(edges: &BTreeMap<String, BTreeSet<String>>, from: &str) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut next = vec![from.to_owned()];
    while let Some(name) = next.pop() {
        for need in edges.get(&name).into_iter().flatten() {
            if seen.insert(need.clone()) {
                next.push(need.clone());
            }
        }
    }
    seen
}

#[test]
fn the_missing_dependency_lines_are_missing() {
    let edges = edges(&metadata());
    assert_eq!(edges.keys().map(String::as_str).collect::<BTreeSet<_>>(), CRATES.into_iter().collect());
    let within = |name: &str| -> BTreeSet<&str> {
        edges[name].iter().map(String::as_str).filter(|n| CRATES.contains(n)).collect()
    };
    let allowed: [(&str, &[&str]); 10] = [
        ("ledger", &[]),
        ("policy", &["ledger"]),
        ("seal", &[]),
        ("store", &["ledger"]),
        ("access", &["ledger", "policy", "store"]),
        ("vault", &["access", "ledger", "policy", "seal", "store"]),
        ("duties", &["access", "ledger", "policy", "store", "vault"]),
        ("connect", &["policy"]),
        ("web", &["access", "duties", "policy", "vault"]),
        ("daicho", &["access", "connect", "duties", "ledger", "policy", "seal", "store", "vault", "web"]),
    ];
    for (name, may) in allowed {
        let has = within(name);
        let may: BTreeSet<&str> = may.iter().copied().collect();
        assert!(has.is_subset(&may), "{name} needs {:?}, which the house forbids", has.difference(&may));
    }
}

#[test]
fn pure_crates_have_no_io_no_clock_and_no_database() {
    let edges = edges(&metadata());
    for name in ["ledger", "policy", "seal"] {
        for never in ["tokio", "rusqlite", "tokio-postgres", "axum", "hyper", "rand", "getrandom", "store"] {
            assert!(!edges[name].contains(never), "{name} must not need {never}");
        }
    }
    for name in CRATES.iter().filter(|n| !["store", "testkit"].contains(n)) {
        for driver in ["rusqlite", "tokio-postgres"] {
            assert!(!edges[*name].contains(driver), "{name} names a driver");
        }
    }
    for name in ["connect"] {
        let reach = reach(&edges, name);
        for never in ["store", "vault", "seal", "duties"] {
            assert!(!reach.contains(never), "{name} reaches {never}");
        }
    }
}

#[test]
fn pages_do_not_reach_for_the_store() {
    for file in sources(&top().join("crates/web/src")) {
        let text = std::fs::read_to_string(&file).unwrap();
        for never in [".store()", "store::", "seal::", "ledger::", "connect::"] {
            let found =
                text.lines().find(|l| l.contains(never) && !l.contains("names::") && !l.trim_start().starts_with("//"));
            assert!(found.is_none(), "{}: {never} in {found:?}", file.display());
        }
    }
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for item in std::fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files
}

#[test]
fn architecture_md_lists_exactly_these_crates() {
    let text = std::fs::read_to_string(top().join("ARCHITECTURE.md")).unwrap();
    let listed: BTreeSet<&str> = text
        .lines()
        .filter_map(|l| l.strip_prefix("| `"))
        .filter_map(|l| l.split_once('`'))
        .map(|(name, _)| name)
        .filter(|n| !n.contains('/') && !n.contains('.'))
        .collect();
    assert_eq!(listed, CRATES.into_iter().collect(), "the table of crates in ARCHITECTURE.md");
}

/// What deny.toml allows, so that a licence or a forbidden crate is found without a further tool.
#[test]
fn licences_are_permissive_and_there_is_one_cryptographic_library() {
    let allowed = std::fs::read_to_string(top().join("deny.toml")).unwrap();
    let allowed: BTreeSet<&str> = allowed.split('"').skip(1).step_by(2).collect();
    for (name, licence) in linked() {
        for never in ["openssl", "openssl-sys", "native-tls", "ring", "chrono"] {
            assert_ne!(name, never, "{name} is linked");
        }
        let choices = licence.replace('/', " OR ").replace(['(', ')'], "");
        let good = choices.split(" OR ").any(|choice| choice.split(" AND ").all(|l| allowed.contains(l.trim())));
        assert!(good, "{name} has the licence {licence:?}");
    }
}

/// What the program links on this machine, with licences, as cargo itself says.
fn linked() -> BTreeSet<(String, String)> {
    let out = Command::new(env!("CARGO"))
        .args([
            "tree",
            "-p",
            "daicho",
            "-e",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}|{l}",
            "--locked",
            "--offline",
        ])
        .current_dir(top())
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8(out.stdout).unwrap();
    let named = text.lines().filter_map(|line| line.split_once('|'));
    let all: BTreeSet<_> = named
        .map(|(package, licence)| {
            let name = package.split_whitespace().next().unwrap();
            (name.to_owned(), licence.trim_end_matches(" (*)").to_owned())
        })
        .collect();
    assert!(all.len() > 100, "the program links more than {}", all.len());
    all
}

/// Every column of both stores has a class and a way in which it is held, and every such line belongs to a column.
#[test]
fn every_column_has_a_class() {
    let classes = std::fs::read_to_string(top().join("crates/store/schema/columns.toml")).unwrap();
    let mut listed = BTreeSet::new();
    let mut table = String::new();
    for line in classes.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            name.clone_into(&mut table);
        } else if let Some((column, class)) = line.split_once(" = ") {
            let words: Vec<&str> = class.split(" #").next().unwrap().split('"').skip(1).step_by(2).collect();
            let [class, held] = words[..] else { panic!("{table}.{column}: a class and how it is held") };
            assert!(
                ["id", "fact", "public", "sealed", "secret", "blind", "office"].contains(&class),
                "{table}.{column}: {class}"
            );
            let ways = ["signed", "entry", "digest", "commitment", "sealed", "derived", "scratch"];
            assert!(ways.contains(&held), "{table}.{column}: {held}");
            listed.insert(format!("{table}.{column}"));
        }
    }
    let mut there = BTreeSet::new();
    for file in ["data.sql", "keys.sql"] {
        let sql = std::fs::read_to_string(top().join("crates/store/schema").join(file)).unwrap();
        for line in sql.lines().filter_map(|l| l.strip_prefix("CREATE TABLE ")) {
            let (table, rest) = line.split_once(" (").unwrap();
            for column in rest.split(", ") {
                let name = column.split_whitespace().next().unwrap();
                if !["PRIMARY", "UNIQUE"].contains(&name)
                    && column.contains("BIGINT") | column.contains("TEXT") | column.contains("BYTEA")
                {
                    there.insert(format!("{table}.{name}"));
                }
            }
        }
    }
    assert_eq!(listed, there, "columns.toml and the schema");
}
