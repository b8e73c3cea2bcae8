//! `daicho doctor`: how the installation stands, and the settings in force.

use super::Common;
use super::check::{self, Depth};
use crate::config::{Config, TlsMode};
use crate::keyring::written_vkeys;
use crate::said::{Said, say};
use crate::wire::{self, House};
use access::actor;
use clap::Args;
use ledger::checkpoint::Checkpoint;
use ledger::keys::Vkeys;
use policy::{Role, Texts};
use std::path::Path;
use store::{Place, Store};

mod backups;
mod clock;
mod durability;
mod keyring;
mod stamps;
mod witnesses;

/// Look over the installation and print the settings in force.
///
/// Each line is ○ well, △ could be better, or × wrong, with a way on. Exit code 1 means at least one ×. Changes nothing.
#[derive(Args)]
pub(crate) struct Doctor {}

/// How a part of the installation stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    Well,
    Better,
    Wrong,
}

struct Finding {
    part: &'static str,
    standing: Standing,
    texts: Texts,
}

/// What was found so far.
#[derive(Default)]
struct Findings(Vec<Finding>);

pub(super) async fn run(common: &Common, _: Doctor) -> Result<(), Said> {
    let config = common.config()?;
    let mut findings = Findings::default();
    findings.keys(&config);
    findings.tls(&config);
    findings.clock();
    findings.store(&config).await;
    findings.key_store(&config).await;
    findings.ledger(common).await?;
    findings.witnesses(&config);
    findings.stamps(&config);
    match House::open_as_it_is(config.clone()).await {
        Ok(house) => findings.office(&house).await?,
        Err(said) => findings.wrong("house", said.texts()),
    }
    let wrong = findings.0.iter().any(|finding| finding.standing == Standing::Wrong);
    if common.json {
        let json = findings.0.iter().map(|finding| {
            serde_json::json!({ "part": finding.part, "standing": finding.standing.word(), "text": finding.texts.get(common.lang) })
        });
        say(serde_json::json!({ "well": !wrong, "findings": json.collect::<Vec<_>>(), "settings": config.printed() }));
    } else {
        for finding in &findings.0 {
            say(format_args!("{} {}", finding.standing.sign(), finding.texts.get(common.lang)));
        }
        let file = config.data.join(crate::config::FILE);
        say(format_args!("\n# {}", file.display()));
        say(config.printed());
    }
    if wrong { Err(Said::Found) } else { Ok(()) }
}

impl Standing {
    const fn sign(self) -> &'static str {
        match self {
            Self::Well => "○",
            Self::Better => "△",
            Self::Wrong => "×",
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Well => "well",
            Self::Better => "could-be-better",
            Self::Wrong => "wrong",
        }
    }
}

impl Findings {
    fn add(&mut self, part: &'static str, standing: Standing, texts: Texts) {
        self.0.push(Finding { part, standing, texts });
    }

    fn well(&mut self, part: &'static str, texts: Texts) {
        self.add(part, Standing::Well, texts);
    }

    fn better(&mut self, part: &'static str, texts: Texts) {
        self.add(part, Standing::Better, texts);
    }

    fn wrong(&mut self, part: &'static str, texts: Texts) {
        self.add(part, Standing::Wrong, texts);
    }

    /// The key folder: who can read it, and whether it lies apart from the data.
    fn keys(&mut self, config: &Config) {
        let folder = config.key_folder();
        let place = folder.display();
        match open_to_others(&folder) {
            Err(_) => {
                return self.wrong(
                    "keys",
                    Texts::new(
                        format!("鍵のフォルダー {place} がありません。`daicho init` で始めるか、バックアップを戻してください。"),
                        format!("There is no key folder {place}. Start with `daicho init`, or put its backup back."),
                        format!("Không có thư mục khóa {place}. Hãy bắt đầu với `daicho init` hoặc khôi phục bản sao lưu."),
                    ),
                );
            }
            Ok(Some(open)) => self.wrong(
                "keys",
                Texts::new(
                    format!("{open} を他の利用者が読めます。`chmod -R go= {place}` を実行してください。"),
                    format!("Others can read {open}. Run `chmod -R go= {place}`."),
                    format!("Người dùng khác đọc được {open}. Hãy chạy `chmod -R go= {place}`."),
                ),
            ),
            Ok(None) => self.well(
                "keys",
                Texts::new(
                    format!("鍵のフォルダー {place} は所有者だけが読めます。"),
                    format!("Only its owner can read the key folder {place}."),
                    format!("Chỉ chủ sở hữu đọc được thư mục khóa {place}."),
                ),
            ),
        }
        let beside = matches!(config.store(), Place::Sqlite(_)) && folder.starts_with(&config.data);
        if beside {
            self.better(
                "keys-beside-data",
                Texts::new(
                    "鍵がデータと同じフォルダーにあります。設定 keys.folder で別のディスクに移すと、データだけが盗まれても読めません。",
                    "The keys lie beside the data. Move them to another disk with the setting keys.folder: then stolen data alone is unreadable.",
                    "Khóa nằm cùng thư mục với dữ liệu. Hãy chuyển sang đĩa khác bằng thiết lập keys.folder.",
                ),
            );
        }
        let [beside_data, beside_keys] = [&config.data, &folder].map(|folder| written_vkeys(folder));
        // Beside the data they may be those of before a renewal.
        let strange = |data: &Vkeys| beside_keys.as_ref().is_none_or(|keys| !data.all().all(|key| keys.contains(key)));
        if beside_data.as_ref().map_or(beside_keys.is_some(), strange) {
            self.wrong(
                "vkey",
                Texts::new(
                    "データと鍵のフォルダーの検証鍵が違います。別の台帳の鍵です。正しい鍵を戻してください。",
                    "The verifier keys in the data folder and the key folder differ: the keys are those of another ledger. Put the right ones back.",
                    "Khóa kiểm chứng ở thư mục dữ liệu và thư mục khóa khác nhau. Hãy khôi phục đúng khóa.",
                ),
            );
        }
    }

    fn tls(&mut self, config: &Config) {
        let listen = config.file.listen;
        if config.tls() {
            let own = config.file.tls.certificate.is_some();
            return match own {
                true => self.well(
                    "tls",
                    Texts::new(
                        format!("{listen} は会社の証明書によるTLSです。"),
                        format!("{listen} is served with TLS and the company's certificate."),
                        format!("{listen} dùng TLS với chứng chỉ của công ty."),
                    ),
                ),
                false => self.better(
                    "tls",
                    Texts::new(
                        format!("{listen} は自己生成の証明書によるTLSです。tls.certificate と tls.key に会社の証明書を指定してください。"),
                        format!("{listen} is served with TLS and a certificate made here. Name the company's in tls.certificate and tls.key."),
                        format!("{listen} dùng TLS với chứng chỉ tự tạo. Hãy đặt chứng chỉ của công ty ở tls.certificate và tls.key."),
                    ),
                ),
            };
        }
        if config.file.tls.mode == TlsMode::Off && !listen.ip().is_loopback() {
            return self.better(
                "tls",
                Texts::new(
                    format!("{listen} はTLSなしです。TLSを話すプロキシの後ろだけで使ってください。"),
                    format!("{listen} is served without TLS. Use it only behind a proxy that speaks TLS."),
                    format!("{listen} không dùng TLS. Chỉ dùng sau proxy có TLS."),
                ),
            );
        }
        self.well(
            "tls",
            Texts::new(
                format!("{listen} はこの機械の中だけです。"),
                format!("{listen} is reached from this machine only."),
                format!("{listen} chỉ truy cập được từ máy này."),
            ),
        );
    }

    /// The store: its kind, how durable its commits are, its pages, and whether time ran backwards since the last entry.
    async fn store(&mut self, config: &Config) {
        let store = match Store::open(&config.store()).await {
            Ok(store) => store,
            Err(fault) => {
                let why = Said::from(fault).in_english();
                return self.wrong(
                    "store",
                    Texts::new(
                        format!("データを開けません: {why}"),
                        format!("The data cannot be opened: {why}"),
                        format!("Không mở được dữ liệu: {why}"),
                    ),
                );
            }
        };
        self.durable(&store).await;
        let newest = store.read("SELECT COALESCE(MAX(at), 0) FROM entry", vec![]).await;
        let newest = newest.ok().and_then(|rows| rows.first().and_then(|row| row.int(0).ok())).unwrap_or(0);
        if newest > wire::now().0.saturating_add(60_000) {
            self.wrong(
                "clock-backwards",
                Texts::new(
                    "最新の記録が今より先の時刻です。時計を直してから使ってください。",
                    "The newest entry is later than now: the clock was wrong then, or is now. Set it right before going on.",
                    "Bản ghi mới nhất ở tương lai. Hãy chỉnh đồng hồ trước khi dùng tiếp.",
                ),
            );
        }
        let pages = tokio::task::spawn_blocking(move || store.page_check()).await;
        match pages {
            Ok(Ok(lines)) if lines.is_empty() => {
                self.well(
                    "pages",
                    Texts::new(
                        "データベースのページは正常です。",
                        "The database's pages are whole.",
                        "Các trang của cơ sở dữ liệu nguyên vẹn.",
                    ),
                );
            }
            _ => self.wrong(
                "pages",
                Texts::new(
                    "データベースのページに異常があります。`daicho verify` で確かめ、バックアップを戻してください。",
                    "The database's pages are damaged. See `daicho verify`, and put a backup back.",
                    "Trang của cơ sở dữ liệu bị hỏng. Hãy xem `daicho verify` và khôi phục bản sao lưu.",
                ),
            ),
        }
    }

    /// The ledger and all that lies beside it, as `daicho verify` looks at them; before the house is opened, which finishes what
    /// was begun.
    async fn ledger(&mut self, common: &Common) -> Result<(), Said> {
        let checked = match check::in_place(common, None, Depth::Everything).await {
            Ok(checked) => checked,
            // That there is no store was told above.
            Err(_) => return Ok(()),
        };
        let (entries, faults) = (checked.report.entries, checked.faults());
        if checked.is_sound() {
            self.well(
                "ledger",
                Texts::new(
                    format!("台帳{entries}件と付随する表はすべて正しい。"),
                    format!("All {entries} entries and everything beside them are as they were written."),
                    format!("Cả {entries} bản ghi và các bảng đi kèm đều nguyên vẹn."),
                ),
            );
        }
        for (texts, more) in faults.iter().zip(1_usize..).take(20) {
            let last = (more == 20).then(|| faults.len().saturating_sub(20)).filter(|left| *left > 0);
            self.wrong("ledger", texts.clone());
            if let Some(left) = last {
                self.wrong(
                    "ledger",
                    Texts::new(
                        format!("ほか{left}件。`daicho verify` で確かめてください。"),
                        format!("And {left} more: see `daicho verify`."),
                        format!("Và {left} phát hiện khác: xem `daicho verify`."),
                    ),
                );
            }
        }
        Ok(())
    }

    /// What the office has: a policy, keys that are renewed, an officer, a recent signature, a recent backup.
    async fn office(&mut self, house: &House) -> Result<(), Said> {
        let desk = house.office.desk(None, house.now());
        match desk.enacted() {
            Ok(enacted) => {
                let (version, day) = (enacted.policy.version(), desk.day(enacted.in_force_from));
                self.well(
                    "policy",
                    Texts::new(
                        format!("方針 第{version}版が {day} から有効です。"),
                        format!("Policy version {version} is in force since {day}."),
                        format!("Chính sách phiên bản {version} có hiệu lực từ {day}."),
                    ),
                );
            }
            Err(_) => self.wrong(
                "policy",
                Texts::new(
                    "有効な方針がありません。`daicho policy enact` で制定してください。",
                    "No policy is in force. Enact one with `daicho policy enact`.",
                    "Chưa có chính sách nào có hiệu lực. Hãy ban hành bằng `daicho policy enact`.",
                ),
            ),
        }
        self.keyring(house);
        self.officers(house).await?;
        self.signed(house).await?;
        self.backups(house).await
    }

    async fn officers(&mut self, house: &House) -> Result<(), Said> {
        let now = house.now();
        let accounts = actor::list(&house.office).await?;
        let open = |a: &&actor::Account| a.revoked_at.is_none() && a.ends_at.is_none_or(|end| end > now);
        let officers = accounts.iter().filter(open).filter(|a| a.actor.role == Role::Officer).count();
        if officers == 0 {
            self.better(
                "officer",
                Texts::new(
                    "個人情報保護管理者のアカウントがありません。`daicho account add --role officer` で作ってください。",
                    "Nobody has an officer's account. Make one with `daicho account add --role officer`.",
                    "Chưa có tài khoản người phụ trách bảo vệ dữ liệu cá nhân. Hãy tạo bằng `daicho account add --role officer`.",
                ),
            );
        }
        Ok(())
    }

    async fn signed(&mut self, house: &House) -> Result<(), Said> {
        let head = house.store.head().await?;
        let note = std::fs::read_to_string(house.config.checkpoint()).ok();
        let known = note.and_then(|note| house.signing.vkeys().open(&note).ok());
        let size = known.as_ref().map_or(0, Checkpoint::size);
        let place = house.config.checkpoint();
        let place = place.display();
        if known.is_none() || size > head.size {
            self.wrong(
                "checkpoint",
                Texts::new(
                    format!(
                        "署名済みのチェックポイント {place} が台帳と合いません。`daicho verify` で確かめてください。"
                    ),
                    format!("The signed checkpoint {place} does not fit the ledger. See `daicho verify`."),
                    format!("Điểm xác nhận đã ký {place} không khớp sổ ghi. Hãy xem `daicho verify`."),
                ),
            );
            return Ok(());
        }
        let behind = head.size.saturating_sub(size);
        let texts = Texts::new(
            format!("台帳{}件のうち{size}件まで署名済みです。", head.size),
            format!("{size} of {} entries are covered by the signed checkpoint.", head.size),
            format!("{size} trong {} bản ghi đã có điểm xác nhận ký.", head.size),
        );
        if behind == 0 {
            self.well("checkpoint", texts)
        } else {
            self.better("checkpoint", texts)
        }
        Ok(())
    }
}

/// The first file or folder that somebody else than its owner can enter or read.
#[cfg(unix)]
fn open_to_others(folder: &Path) -> std::io::Result<Option<String>> {
    use std::os::unix::fs::PermissionsExt;
    let open = |path: &Path| Ok::<_, std::io::Error>(std::fs::metadata(path)?.permissions().mode() & 0o077 != 0);
    if !open(folder)? {
        // Nobody else gets as far as the files.
        return Ok(None);
    }
    for item in std::fs::read_dir(folder)? {
        let path = item?.path();
        if path.extension().is_some_and(|kind| kind == "key" || kind == "db") && open(&path)? {
            return Ok(Some(path.display().to_string()));
        }
    }
    Ok(Some(folder.display().to_string()))
}

#[cfg(not(unix))]
fn open_to_others(folder: &Path) -> std::io::Result<Option<String>> {
    std::fs::metadata(folder).map(|_| None)
}
