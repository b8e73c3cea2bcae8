//! The policy that ships, read from `policies/sample`.

use policy::Policy;
use std::collections::BTreeMap;
use std::path::Path;

/// The files of a policy folder of this repository, by their path inside it.
///
/// # Panics
/// If a file cannot be read.
#[must_use]
#[expect(clippy::expect_used, reason = "tests only")]
pub fn files(name: &str) -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies").join(name);
    let mut files = BTreeMap::new();
    let mut next = vec![folder.clone()];
    while let Some(place) = next.pop() {
        for item in std::fs::read_dir(&place).expect("a policy folder") {
            let path = item.expect("a file").path();
            if path.is_dir() {
                next.push(path);
            } else {
                let name = path.strip_prefix(&folder).expect("inside the folder");
                files.insert(name.to_string_lossy().replace('\\', "/"), std::fs::read_to_string(&path).expect("text"));
            }
        }
    }
    files
}

/// The sample policy, settled, except that an erasure waits for nothing: most stories are about what comes after it.
///
/// # Panics
/// If it has a problem.
#[must_use]
pub fn policy() -> Policy {
    settled("wait_hours = 0")
}

/// The sample policy as it is, settled: an erasure waits for 72 hours.
///
/// # Panics
/// If it has a problem.
#[must_use]
pub fn waiting() -> Policy {
    settled("wait_hours = 72")
}

#[expect(clippy::expect_used, reason = "tests only")]
fn settled(wait: &str) -> Policy {
    let mut files = files("sample");
    let head = files.get_mut("policy.toml").expect("its head");
    *head = head.replace("wait_hours = 72", wait);
    policy::check(&files).policy.expect("the sample policy has no problem")
}
