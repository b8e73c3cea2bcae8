//! Whether the keys are what the policy relies on: the root key protected, wrapping keys renewed each night, and nothing left of a change
//! that was cut off.

use super::Findings;
use crate::config::Config;
use crate::epoch;
use crate::keyring::ring::Ring;
use crate::keyring::root::{self, Kind};
use crate::wire::{self, House};
use policy::Texts;
use seal::Branch;
use std::path::Path;
use std::time::SystemTime;

/// A day in milliseconds.
const DAY: i64 = 86_400_000;
/// A minute in milliseconds: what is younger may be about to get its name.
const MINUTE: u128 = 60_000;
/// Wrapping keys are renewed each night; a newest one of so many days was not.
const RENEWED_DAYS: i64 = 2;

impl Findings {
    /// The keys of a house that opened: so nothing in the key folder is needed but what has its own name.
    pub(super) fn keyring(&mut self, house: &House) {
        self.root(&house.config.key_folder());
        let promised = house.office.desk(None, house.now()).policy().ok().map(|policy| policy.erasure().backups_days);
        match promised {
            Some(days) if !epoch::turns_by_itself(&house.config) => self.not_renewed(days),
            _ => self.renewed(&house.config),
        }
        for name in leftovers(&house.config.key_folder()) {
            let path = house.config.key_folder().join(name);
            let path = path.display();
            self.better(
                "key-leftovers",
                Texts::new(
                    format!("{path} は途中で止まった変更の残りで、鍵を含むことがあります。`shred -u {path}` で消してください。"),
                    format!("{path} is left of a change that was cut off, and may hold a key. Destroy it with `shred -u {path}`."),
                    format!("{path} còn lại từ một thay đổi bị ngắt giữa chừng và có thể chứa khóa. Hãy hủy bằng `shred -u {path}`."),
                ),
            );
        }
    }

    fn root(&mut self, folder: &Path) {
        let kinds = root::kinds(folder);
        if kinds.contains(&Kind::File) {
            let path = folder.join(Kind::File.file());
            let path = path.display();
            return self.better(
                "root",
                Texts::new(
                    format!("ルート鍵がそのまま {path} にあります。鍵のフォルダーを写した者はすべてを開けます。`daicho key protect --root passphrase` で保護してください。"),
                    format!("The root key lies in the open in {path}: whoever copies the key folder opens everything. Protect it with `daicho key protect --root passphrase`."),
                    format!("Khóa gốc nằm nguyên trong {path}: ai sao chép thư mục khóa là mở được tất cả. Hãy bảo vệ bằng `daicho key protect --root passphrase`."),
                ),
            );
        }
        self.well(
            "root",
            Texts::new(
                "ルート鍵は鍵のフォルダーだけでは開けません。",
                "The key folder alone does not open the root key.",
                "Chỉ có thư mục khóa thì không mở được khóa gốc.",
            ),
        );
    }

    fn not_renewed(&mut self, days: u16) {
        self.wrong(
            "epochs",
            Texts::new(
                format!("方針は消去が{days}日以内にバックアップへ及ぶと約束していますが、PostgreSQL では設定 keys.shared = true がないと包む鍵が更新されません。鍵のフォルダーを全ノードで一つにし、設定してください（docs/scale.md）。"),
                format!("The policy promises that an erasure reaches backups within {days} days, but on PostgreSQL wrapping keys are not renewed without keys.shared = true. Let all nodes share one key folder, and set it (docs/scale.md)."),
                format!("Chính sách hứa việc xóa đến được bản sao lưu trong {days} ngày, nhưng trên PostgreSQL khóa bọc không được thay khi chưa đặt keys.shared = true. Hãy cho các nút dùng chung một thư mục khóa rồi đặt thiết lập này (docs/scale.md)."),
            ),
        );
    }

    /// When the newest wrapping key was made.
    fn renewed(&mut self, config: &Config) {
        // A keyring that cannot be read does not open the house.
        let Ok(ring) = Ring::read(&config.key_folder()) else { return };
        let made = ring.keys().iter().filter(|kept| kept.branch == Branch::Wrapping).map(|kept| kept.made.0).max();
        let days = wire::now().0.saturating_sub(made.unwrap_or_default()) / DAY;
        let texts = Texts::new(
            format!("最新の包む鍵は{days}日前のものです。"),
            format!("The newest wrapping key is {days} days old."),
            format!("Khóa bọc mới nhất được tạo cách đây {days} ngày."),
        );
        if days <= RENEWED_DAYS {
            return self.well("epochs", texts);
        }
        self.better(
            "epochs",
            Texts::new(
                format!("最新の包む鍵は{days}日前のものです。`daicho serve` が毎晩更新します。動いているか、ログを確かめてください。"),
                format!("The newest wrapping key is {days} days old. `daicho serve` renews it each night: see that it runs, and what its log says."),
                format!("Khóa bọc mới nhất được tạo cách đây {days} ngày. `daicho serve` thay khóa mỗi đêm: hãy kiểm tra chương trình có chạy và xem nhật ký."),
            ),
        );
    }
}

/// Names of files in the key folder that were to replace another one, and did not within a minute.
fn leftovers(folder: &Path) -> Vec<String> {
    let old = |item: &std::fs::DirEntry| {
        let changed = item.metadata().and_then(|of| of.modified()).ok()?;
        let changed = changed.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_millis();
        u128::try_from(wire::now().0).ok()?.checked_sub(changed).filter(|age| *age > MINUTE)
    };
    let items = std::fs::read_dir(folder).into_iter().flatten().flatten().filter(|item| old(item).is_some());
    let names = items.map(|item| item.file_name().to_string_lossy().into_owned());
    let mut left: Vec<_> =
        names.filter(|name| [".next", ".new", ".fresh"].iter().any(|end| name.ends_with(end))).collect();
    left.sort_unstable();
    left
}
