//! Whether what is answered survives a power cut, in the store of the data and in that of the keys; and whether PostgreSQL keeps a
//! backup of its own.

use super::Findings;
use crate::config::Config;
use crate::wire;
use policy::Texts;
use store::{Keys, Place, Store};

/// A day in milliseconds.
const DAY: i64 = 86_400_000;

/// What PostgreSQL must be set to on.
const SETTINGS: &str = "SELECT current_setting('fsync') || ' ' || current_setting('full_page_writes') || ' ' || \
                        current_setting('synchronous_commit')";
/// How SQLite keeps its file. That each commit is synchronised is said by every connection that writes, and by no setting.
const MODE: &str = "PRAGMA journal_mode";

impl Findings {
    /// How durable the commits of the data are.
    pub(super) async fn durable(&mut self, store: &Store) {
        let kind = store.kind();
        let asked = if kind == "SQLite" { MODE } else { SETTINGS };
        let said = store.read(asked, vec![]).await.ok();
        self.settings("durability", kind, first(said).as_deref());
        if kind != "SQLite" {
            self.archived(store).await;
        }
    }

    /// The same of the keys: where they lie on another server, it has settings of its own.
    pub(super) async fn key_store(&mut self, config: &Config) {
        let (kind, asked) = match config.keys() {
            Place::Sqlite(_) => ("SQLite", MODE),
            Place::Postgres { .. } => ("PostgreSQL", SETTINGS),
        };
        // That it cannot be opened is told with the ledger.
        if let Ok(keys) = Keys::open(&config.keys()).await {
            let said = keys.read(asked, vec![]).await.ok();
            self.settings("keys-durability", kind, first(said).as_deref());
        }
    }

    fn settings(&mut self, part: &'static str, kind: &str, said: Option<&str>) {
        let well = match kind {
            "SQLite" => said == Some("wal"),
            _ => said == Some("on on on"),
        };
        let said = said.unwrap_or("?");
        let (ja, en, vi) = match part {
            "durability" => ("", "", ""),
            _ => ("鍵の", "the keys on ", "kho khóa trên "),
        };
        if well {
            return self.well(
                part,
                Texts::new(
                    format!("{ja}{kind}: 書き込みは確定してから応答します。"),
                    format!("{en}{kind}: what is answered is durable."),
                    format!("{vi}{kind}: chỉ trả lời sau khi đã ghi bền vững."),
                ),
            );
        }
        self.wrong(
            part,
            Texts::new(
                format!("{ja}{kind} の設定（{said}）では停電時に記録が失われます。fsync・full_page_writes・synchronous_commit を on にしてください。"),
                format!("With these settings of {en}{kind} ({said}) a power cut loses entries. Turn fsync, full_page_writes and synchronous_commit on."),
                format!("Với thiết lập {vi}{kind} ({said}), mất điện sẽ làm mất bản ghi. Hãy bật fsync, full_page_writes và synchronous_commit."),
            ),
        );
    }

    /// Whether PostgreSQL archives its write-ahead log, without which a base backup cannot be brought up to the last minute.
    async fn archived(&mut self, store: &Store) {
        let asked = "SELECT CASE WHEN current_setting('archive_mode') = 'off' THEN CAST(-1 AS BIGINT) \
                     ELSE COALESCE((SELECT CAST(EXTRACT(EPOCH FROM last_archived_time) * 1000 AS BIGINT) FROM pg_stat_archiver), 0) END";
        let said = store.read(asked, vec![]).await.ok();
        let at = said.as_ref().and_then(|rows| rows.first()).and_then(|row| row.int(0).ok());
        let days = at.filter(|at| *at > 0).map(|at| wire::now().0.saturating_sub(at) / DAY);
        match (at, days) {
            // An engine that only speaks the protocol has backups of its own.
            (None, _) => {}
            (Some(-1), _) => self.better(
                "archive",
                Texts::new(
                    "PostgreSQL が WAL をアーカイブしていません（archive_mode = off）。docs/backup.md のとおり設定してください。",
                    "PostgreSQL does not archive its write-ahead log (archive_mode = off). Set it up as docs/backup.md says.",
                    "PostgreSQL chưa lưu trữ WAL (archive_mode = off). Hãy thiết lập theo docs/backup.md.",
                ),
            ),
            (Some(_), Some(0..=1)) => self.well(
                "archive",
                Texts::new(
                    "PostgreSQL は WAL をアーカイブしています。",
                    "PostgreSQL archives its write-ahead log.",
                    "PostgreSQL đang lưu trữ WAL.",
                ),
            ),
            (Some(_), Some(days)) => self.better(
                "archive",
                Texts::new(
                    format!("PostgreSQL が最後に WAL をアーカイブしたのは{days}日前です。archive_command を確かめてください。"),
                    format!("PostgreSQL last archived its write-ahead log {days} days ago. See to archive_command."),
                    format!("PostgreSQL lưu trữ WAL lần cuối cách đây {days} ngày. Hãy kiểm tra archive_command."),
                ),
            ),
            (Some(_), None) => self.better(
                "archive",
                Texts::new(
                    "PostgreSQL はまだ一度も WAL をアーカイブしていません。archive_command を確かめてください。",
                    "PostgreSQL has not archived its write-ahead log yet. See to archive_command.",
                    "PostgreSQL chưa lưu trữ WAL lần nào. Hãy kiểm tra archive_command.",
                ),
            ),
        }
    }
}

fn first(said: Option<store::Rows>) -> Option<String> {
    Some(said?.first()?.text(0).ok()?.to_owned())
}
