//! Whether what is lost comes back: how old the newest backup and the newest restore test are, and whether a backup lies where it is
//! lost, or stolen, together with what it is a copy of.

use super::Findings;
use crate::command::backup::remembered::{self, Remembered};
use crate::config::Config;
use crate::said::Said;
use crate::wire::House;
use duties::history::{self, EntryKind, Filter};
use duties::occasion::{self, OccasionKind};
use ledger::names::Moment;
use policy::Texts;
use std::path::Path;

/// A day in milliseconds.
const DAY: i64 = 86_400_000;
/// A backup is older than it should be after so many days, and a restore test after so many.
const BACKUP_DAYS: i64 = 7;
const TEST_DAYS: i64 = 365;

impl Findings {
    pub(super) async fn backups(&mut self, house: &House) -> Result<(), Said> {
        let on_sqlite = house.store.kind() == "SQLite";
        self.newest(house, on_sqlite).await?;
        self.tried(house).await?;
        if on_sqlite {
            self.recipients(&house.config);
            if let Some(last) = remembered::last(&house.config) {
                self.places(&house.config, &last);
            }
        }
        Ok(())
    }

    async fn newest(&mut self, house: &House, on_sqlite: bool) -> Result<(), Said> {
        let filter = Filter { kind: Some(EntryKind::BackedUp), ..Filter::default() };
        let newest = history::recent(&house.office, None, 5, &filter).await?.into_iter().find(|line| !line.refused);
        match newest.map(|line| house.now().0.saturating_sub(line.at.0) / DAY) {
            Some(days) if days <= BACKUP_DAYS => self.well(
                "backup",
                Texts::new(
                    format!("最新のバックアップは{days}日前です。"),
                    format!("The newest backup is {days} days old."),
                    format!("Bản sao lưu mới nhất cách đây {days} ngày."),
                ),
            ),
            Some(days) => self.better(
                "backup",
                Texts::new(
                    format!("最新のバックアップは{days}日前です。`daicho backup` を実行してください。"),
                    format!("The newest backup is {days} days old. Run `daicho backup`."),
                    format!("Bản sao lưu mới nhất cách đây {days} ngày. Hãy chạy `daicho backup`."),
                ),
            ),
            None if on_sqlite => self.better(
                "backup",
                Texts::new(
                    "まだバックアップがありません。`daicho backup` を実行してください。",
                    "There is no backup yet. Run `daicho backup`.",
                    "Chưa có bản sao lưu. Hãy chạy `daicho backup`.",
                ),
            ),
            None => {}
        }
        Ok(())
    }

    /// The newest restore test, and whether it went well.
    async fn tried(&mut self, house: &House) -> Result<(), Said> {
        let tests = occasion::list(&house.office, Some(OccasionKind::RestoreTest), Moment(0)).await?;
        let newest = tests.first();
        let days = newest.map(|test| house.now().0.saturating_sub(test.at.0) / DAY);
        match (newest.map(|test| test.outcome == "ok"), days) {
            (Some(true), Some(days)) if days <= TEST_DAYS => self.well(
                "drill",
                Texts::new(
                    format!("最新の復元試験は{days}日前で、成功しました。"),
                    format!("The newest restore test is {days} days old, and went well."),
                    format!("Lần thử khôi phục mới nhất cách đây {days} ngày và thành công."),
                ),
            ),
            (Some(true), Some(days)) => self.better(
                "drill",
                Texts::new(
                    format!("最新の復元試験は{days}日前です。`daicho backup drill` を実行してください。"),
                    format!("The newest restore test is {days} days old. Run `daicho backup drill`."),
                    format!("Lần thử khôi phục mới nhất cách đây {days} ngày. Hãy chạy `daicho backup drill`."),
                ),
            ),
            (Some(false), _) => self.better(
                "drill",
                Texts::new(
                    "最新の復元試験は失敗しました。原因を直し、`daicho backup drill` をもう一度実行してください。",
                    "The newest restore test failed. Mend what it found, and run `daicho backup drill` again.",
                    "Lần thử khôi phục mới nhất thất bại. Hãy sửa nguyên nhân rồi chạy lại `daicho backup drill`.",
                ),
            ),
            _ => self.better(
                "drill",
                Texts::new(
                    "復元を試したことがありません。`daicho backup drill` を実行してください。",
                    "No backup was ever put back to see that it can be. Run `daicho backup drill`.",
                    "Chưa từng thử khôi phục. Hãy chạy `daicho backup drill`.",
                ),
            ),
        }
        Ok(())
    }

    fn recipients(&mut self, config: &Config) {
        if config.file.backup.recipients.is_empty() {
            self.better(
                "backup-recipients",
                Texts::new(
                    "バックアップを誰のために暗号化するかが設定にありません。`daicho backup key FILE` で鍵を作り、backup.recipients に書いてください。",
                    "The settings do not say for whom backups are encrypted. Make a key with `daicho backup key FILE`, and name it in backup.recipients.",
                    "Thiết lập chưa nêu bản sao lưu được mã hóa cho ai. Hãy tạo khóa bằng `daicho backup key FILE` và ghi vào backup.recipients.",
                ),
            );
        }
    }

    /// Where the last backup lies, as far as it still lies there: what was carried away is where it should be.
    fn places(&mut self, config: &Config, last: &Remembered) {
        let (folder, data) = (config.key_folder(), &config.data);
        let parts = [&last.data, &last.keys, &last.ring];
        if !parts.iter().any(|part| part.is_file()) {
            return self.well(
                "backup-place",
                Texts::new(
                    "最後のバックアップはこの機械にはもうありません。",
                    "The last backup does not lie on this machine any more.",
                    "Bản sao lưu cuối không còn nằm trên máy này.",
                ),
            );
        }
        let before = self.0.len();
        if !last.sealed {
            self.better(
                "backup-plain",
                Texts::new(
                    "最後のバックアップは暗号化されていません。--plain を付けずに取り直し、古いものを消してください。",
                    "The last backup is not encrypted. Make one without --plain, and destroy the old one.",
                    "Bản sao lưu cuối không được mã hóa. Hãy tạo lại không dùng --plain và hủy bản cũ.",
                ),
            );
        }
        let secret = [&last.keys, &last.ring];
        if let Some(part) = secret.iter().find(|part| is_within(part, &folder) || is_within(part, data)) {
            let place = part.display();
            self.wrong(
                "backup-in-place",
                Texts::new(
                    format!("鍵のバックアップ {place} が、元の鍵やデータと同じフォルダーにあります。失うときも盗まれるときも一緒です。--keys-out と --ring-out で別の場所に置いてください。"),
                    format!("The backup of keys {place} lies in the folder of the keys or of the data themselves: it is lost and stolen with them. Put it elsewhere with --keys-out and --ring-out."),
                    format!("Bản sao lưu khóa {place} nằm trong chính thư mục khóa hoặc dữ liệu: mất và bị lấy cùng nhau. Hãy đặt nơi khác bằng --keys-out và --ring-out."),
                ),
            );
        } else if let Some(part) = parts.iter().find(|part| same_disk(part, &folder)) {
            let place = part.display();
            self.better(
                "backup-disk",
                Texts::new(
                    format!("バックアップ {place} が、元の鍵と同じファイルシステムにあります。ディスクが壊れると両方を失います。別の機械に移してください。"),
                    format!("The backup {place} lies on the file system of the keys themselves: one broken disk takes both. Carry it to another machine."),
                    format!("Bản sao lưu {place} nằm cùng hệ thống tệp với khóa gốc: hỏng một đĩa là mất cả hai. Hãy chuyển sang máy khác."),
                ),
            );
        }
        let together = |one: &Path, other: &Path| one.is_file() && other.is_file() && one.parent() == other.parent();
        if together(&last.keys, &last.data) || together(&last.ring, &last.data) {
            self.better(
                "backup-together",
                Texts::new(
                    "バックアップのデータと鍵が同じフォルダーにあります。両方を手にした者はすべてを開けます。--keys-out と --ring-out で分けてください。",
                    "The data and the keys of the last backup lie in one folder: whoever takes it has both. Part them with --keys-out and --ring-out.",
                    "Dữ liệu và khóa của bản sao lưu cuối nằm cùng thư mục: ai lấy được là có cả hai. Hãy tách bằng --keys-out và --ring-out.",
                ),
            );
        }
        if self.0.len() == before {
            self.well(
                "backup-place",
                Texts::new(
                    "最後のバックアップは暗号化され、元とは別の場所に、データと鍵を分けて置かれています。",
                    "The last backup is encrypted, away from what it is a copy of, its data and keys apart.",
                    "Bản sao lưu cuối được mã hóa, nằm xa bản gốc, dữ liệu và khóa tách nhau.",
                ),
            );
        }
    }
}

/// Whether a file lies in a folder or below it.
fn is_within(file: &Path, folder: &Path) -> bool {
    let whole = |path: &Path| path.canonicalize().ok();
    file.is_file() && whole(file).zip(whole(folder)).is_some_and(|(file, folder)| file.starts_with(folder))
}

#[cfg(unix)]
fn same_disk(file: &Path, folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let disk = |path: &Path| std::fs::metadata(path).ok().map(|of| of.dev());
    file.is_file() && disk(file).is_some() && disk(file) == disk(folder)
}

#[cfg(not(unix))]
fn same_disk(_: &Path, _: &Path) -> bool {
    false
}
