//! Whether the authority that is configured stamps the ledger with the time.

use super::Findings;
use crate::config::Config;
use crate::{stamp, wire};
use policy::Texts;

/// A day in milliseconds.
const DAY: i64 = 86_400_000;

impl Findings {
    /// The time stamps: whether the authority's certificates can be read, and when it stamped last.
    pub(super) fn stamps(&mut self, config: &Config) {
        if config.file.ledger.timestamp.is_none() {
            return;
        }
        if let Err(said) = stamp::trust(config) {
            return self.wrong("timestamp", said.texts());
        }
        let standing = stamp::standing(config);
        let why = standing.trouble.map(stamp::token::BadStamp::texts).unwrap_or_default();
        match standing.stamped_at.map(|at| wire::now().0.saturating_sub(at) / DAY) {
            Some(days) if days < 2 => {
                let size = standing.size;
                self.well(
                    "timestamp",
                    Texts::new(
                        format!("時刻認証局が{days}日前に台帳{size}件のタイムスタンプを発行しました。"),
                        format!("The time stamping authority stamped {size} entries {days} days ago."),
                        format!("Cơ quan cấp dấu thời gian đã đóng dấu {size} bản ghi cách đây {days} ngày."),
                    ),
                );
            }
            _ => self.better(
                "timestamp",
                Texts::new(
                    "2日以上タイムスタンプがありません。`daicho ledger stamp` で確かめてください。",
                    "The ledger has not been stamped with the time for two days. Try `daicho ledger stamp`.",
                    "Đã hơn hai ngày chưa có dấu thời gian. Hãy thử `daicho ledger stamp`.",
                ),
            ),
        }
        if standing.trouble.is_some() {
            self.better(
                "timestamp",
                why.map(|language, why| match language {
                    policy::Language::Ja => format!("前回のタイムスタンプは得られませんでした：{why}。"),
                    policy::Language::En => format!("When it was asked last there was no time stamp: {why}."),
                    policy::Language::Vi => format!("Lần hỏi gần nhất không có dấu thời gian: {why}."),
                }),
            );
        }
    }
}
