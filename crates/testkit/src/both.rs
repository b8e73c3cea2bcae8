//! The same story on both databases.

use std::sync::atomic::{AtomicU32, Ordering};
use store::{Keys, Place, Store};

/// Fresh ground for one story: an empty data store and an empty key store.
pub struct Ground {
    /// Which database: `SQLite` or `PostgreSQL`.
    pub name: &'static str,
    /// Where the data lie.
    pub data: Place,
    /// Where the keys lie.
    pub keys: Place,
    folder: tempfile::TempDir,
}

static NEXT: AtomicU32 = AtomicU32::new(0);

impl Ground {
    /// Ground on SQLite, in a folder that goes when the story ends.
    ///
    /// # Panics
    /// If no temporary folder can be made.
    #[must_use]
    #[expect(clippy::expect_used, reason = "tests only")]
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = Place::Sqlite(folder.path().join("data.db"));
        let keys = Place::Sqlite(folder.path().join("keys.db"));
        Self { name: "SQLite", data, keys, folder }
    }

    /// Ground on the PostgreSQL server that `DAICHO_TEST_POSTGRES` names, in schemas of its own.
    ///
    /// # Panics
    /// If no temporary folder can be made.
    #[must_use]
    #[expect(clippy::expect_used, reason = "tests only")]
    #[expect(clippy::disallowed_methods, reason = "the test server is named by the environment")]
    pub fn postgres() -> Option<Self> {
        let url = std::env::var("DAICHO_TEST_POSTGRES").ok()?;
        let number = format!("{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let place =
            |what: &str| Place::Postgres { url: url.clone(), schema: format!("t{number}_{what}"), authority: None };
        let folder = tempfile::tempdir().expect("a temporary folder");
        Some(Self { name: "PostgreSQL", data: place("data"), keys: place("keys"), folder })
    }

    /// A folder that goes when the story ends.
    #[must_use]
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Creates both stores.
    ///
    /// # Panics
    /// If the database refuses.
    #[expect(clippy::expect_used, reason = "tests only")]
    pub async fn create(&self) -> (Store, Keys) {
        let data = Store::create(&self.data).await.expect("a data store");
        let keys = Keys::create(&self.keys).await.expect("a key store");
        (data, keys)
    }
}

/// Tells a story on SQLite and, when a server is named, on PostgreSQL.
///
/// # Panics
/// If the story does.
#[expect(clippy::expect_used, reason = "tests only")]
pub fn on_both<F: Future<Output = ()>>(story: impl Fn(std::sync::Arc<Ground>) -> F) {
    for ground in std::iter::once(Ground::sqlite()).chain(Ground::postgres()) {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
        runtime.block_on(story(std::sync::Arc::new(ground)));
    }
}
