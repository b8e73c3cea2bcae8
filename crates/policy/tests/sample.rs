//! The sample policy: settled, complete, and told in three languages.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/sample")
}

fn files() -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for place in ["", "notice", "products"] {
        for entry in std::fs::read_dir(folder().join(place)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = path.file_name().unwrap().to_str().unwrap();
                let name = if place.is_empty() { name.to_owned() } else { format!("{place}/{name}") };
                files.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    files
}

#[test]
fn it_settles_without_a_single_problem() {
    let checked = policy::check(&files());
    let said: Vec<String> = checked.problems.iter().map(ToString::to_string).collect();
    assert!(said.is_empty(), "{}", said.join("\n"));
    assert!(checked.policy.is_some());
}
