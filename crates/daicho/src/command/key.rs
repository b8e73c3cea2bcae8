//! `daicho key`: how the keys are protected and how old they are; renewing them; a way back to a lost root key.

use super::table::Table;
use super::{Common, tell};
use crate::ask;
use crate::epoch::{self, When};
use crate::keyring::chance;
use crate::keyring::ring::Ring;
use crate::keyring::root::{self, How, Kind};
use crate::renewal;
use crate::said::{Said, say};
use crate::succession;
use crate::wire::House;
use access::{At, Desk, No, OfficeAct, permit_office};
use clap::{Args, Subcommand};
use ledger::entry::EntryKind;
use policy::Texts;
use seal::{BadShares, RootKey, Share};
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use zeroize::Zeroizing;

/// The keys: how they are protected, how old they are; renew them, and keep a way back to the root key.
#[derive(Subcommand)]
pub(crate) enum Key {
    /// Tell how the root key is protected, which keys it wraps, and how many people's keys each epoch wraps. Tells no key.
    Show,
    /// Protect the root key in another way, or under another passphrase. The old protection goes away.
    Protect(Protect),
    /// Begin a new epoch now: people's keys are wrapped again, and what a renewal of people left is done. The program does so by itself
    /// each night.
    Turn,
    /// Make a new root key, under the same kind of protection, and wrap all other keys by it; or give people new keys of their own, or
    /// the ledger a new key that signs it.
    Renew(Renew),
    /// Split the root key into shares, of which some together bring it back.
    Split(Split),
    /// Bring the root key back from shares, when its protection is lost.
    Combine(Combine),
}

/// Make new keys.
#[derive(Args)]
pub(crate) struct Renew {
    /// Instead of the root key, renew the keys of all people and the key of the search tokens, while everybody works. Cut off, the same
    /// command goes on where it was; so does the program by itself each night.
    #[arg(long)]
    people: bool,
    /// Instead of the root key, renew the key that signs the ledger. For 30 days both sign; then the program destroys the old one.
    #[arg(long, conflicts_with = "people")]
    signing: bool,
}

/// Protect the root key in another way.
#[derive(Args)]
pub(crate) struct Protect {
    /// How.
    #[arg(long, value_enum, value_name = "KIND")]
    root: Kind,
    /// Where to write the root key for a credential: it is then handed in at each start, and lies here no longer.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    how: How,
}

/// Split the root key into shares.
#[derive(Args)]
pub(crate) struct Split {
    /// How many shares bring it back.
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u8).range(2..=16))]
    needed: u8,
    /// How many shares there are.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(2..=16))]
    of: u8,
    /// A folder for one file each, to be handed to different people; without one they are printed.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Bring the root key back from shares.
#[derive(Args)]
pub(crate) struct Combine {
    /// Files with a share each; without any, shares are read from standard input, one a line.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How the root key is protected from now on.
    #[arg(long, value_enum, default_value_t = Kind::Passphrase, value_name = "KIND")]
    root: Kind,
    #[command(flatten)]
    how: How,
}

pub(super) async fn run(common: &Common, key: Key) -> Result<(), Said> {
    match key {
        Key::Show => show(common).await,
        Key::Protect(asked) => protect(common, asked).await,
        Key::Turn => turn(common).await,
        Key::Renew(Renew { people: true, .. }) => renew_people(common).await,
        Key::Renew(Renew { signing: true, .. }) => renew_signing(common).await,
        Key::Renew(_) => renew(common).await,
        Key::Split(asked) => split(common, asked).await,
        Key::Combine(asked) => combine(common, asked).await,
    }
}

async fn show(common: &Common) -> Result<(), Said> {
    let house = House::open(common.config()?).await?;
    let folder = house.config.key_folder();
    let ring = Ring::read(&folder)?;
    let stock = house.vault.stock().await.map_err(No::from)?;
    let records = vault::generations(&house.store).await.map_err(No::from)?;
    let kinds: Vec<&str> = root::kinds(&folder).into_iter().map(Kind::word).collect();
    let people = |kept: &crate::keyring::ring::Kept| match kept.branch {
        seal::Branch::Wrapping => Some(stock.0.get(&kept.generation()).copied().unwrap_or(0)),
        seal::Branch::Index => Some(records.get(&kept.generation()).copied().unwrap_or(0)),
        _ => None,
    };
    if common.json {
        let keys = ring.keys().iter().map(|kept| {
            serde_json::json!({
                "branch": kept.branch.word(), "generation": kept.generation(), "made": At(kept.made), "people": people(kept),
            })
        });
        say(serde_json::json!({ "root": kinds, "keys": keys.collect::<Vec<_>>() }));
        return Ok(());
    }
    let texts = Texts::new("ルート鍵の守り方", "The root key is protected by", "Khóa gốc được bảo vệ bằng");
    say(format_args!("{}: {}", texts.get(common.lang), kinds.join(", ")));
    let desk = house.office.desk(None, house.now());
    let mut table = Table::bare();
    for kept in ring.keys() {
        let people = people(kept).map(|n| {
            Texts::new(format!("{n}人の鍵"), format!("keys of {n} people"), format!("khóa của {n} người"))
                .get(common.lang)
                .to_owned()
        });
        let day = desk.day(kept.made).to_string();
        table.line([kept.branch.word().to_owned(), kept.generation().to_string(), day, people.unwrap_or_default()]);
    }
    table.print();
    Ok(())
}

/// The key folder, which nobody else changes as long as this is held.
struct Held {
    folder: PathBuf,
    ring: Ring,
    root: Arc<RootKey>,
    _lock: File,
}

impl Held {
    /// Waits for the folder. The root key is the one that the keyring is wrapped by now, also when another process has just renewed it.
    async fn of(house: &House) -> Result<Self, Said> {
        let folder = house.config.key_folder();
        let lock = Ring::lock(&folder).await?;
        let ring = Ring::read(&folder)?;
        let root = house.root.of(&folder, &ring).await?;
        Ok(Self { folder, ring, root, _lock: lock })
    }
}

/// An act on the root key: permitted, and its entry durable, before anything changes.
async fn permitted(house: &House, desk: &Desk, kind: EntryKind, what: &str) -> Result<u64, Said> {
    let permit = tell::settled(house, permit_office(desk, OfficeAct::ManageKeys).await).await?;
    let act = desk.act_with_detail(permit.entry(desk, kind), &serde_json::json!({ "what": what })).map_err(No::from)?;
    Ok(tell::settled(house, desk.commit(act).await).await?.index())
}

async fn protect(common: &Common, asked: Protect) -> Result<(), Said> {
    let house = House::open(common.config()?).await?;
    let out = match (asked.root, &asked.out) {
        (Kind::Credential, None) => return Err(needs_out()),
        (_, out) => out.clone(),
    };
    let desk = ask::desk(&house, common.login.as_deref()).await?;
    let protection = asked.how.protection(asked.root, &house.config.key_folder())?;
    let held = Held::of(&house).await?;
    let entry = permitted(&house, &desk, EntryKind::KeyGuarded, "root-protected").await?;
    if let (Kind::Credential, Some(out)) = (asked.root, out) {
        crate::keyring::write_new(&out, &root::text(&held.root))?;
    }
    root::put(&held.folder, &held.root, &protection).await?;
    let kind = asked.root.word();
    let texts = tell::recorded(
        &format!("ルート鍵の守り方を {kind} にしました。"),
        &format!("The root key is protected by: {kind}."),
        &format!("Khóa gốc được bảo vệ bằng: {kind}."),
        entry,
    );
    tell::done(common, serde_json::json!({ "root": kind, "entry": entry }), &texts)
}

async fn turn(common: &Common) -> Result<(), Said> {
    let house = House::open(common.config()?).await?;
    let desk = ask::desk(&house, common.login.as_deref()).await?;
    let permit = tell::settled(&house, permit_office(&desk, OfficeAct::ManageKeys).await).await?;
    let turned = epoch::turn(&house, &desk, When::AtOnce, |desk| permit.entry(desk, EntryKind::EpochTurned)).await?;
    renewal::nightly(&house).await?;
    succession::nightly(&house).await?;
    crate::tick::sign(&house).await?;
    let Some(turned) = turned else { return Ok(()) };
    let (epoch, wrapped, gone) = (turned.epoch, turned.wrapped, turned.destroyed.len());
    let texts = tell::recorded(
        &format!("第{epoch}世代を始め、{wrapped}人の鍵を暗号化し直し、古い世代{gone}件の鍵を破棄しました。"),
        &format!(
            "Epoch {epoch} has begun; the keys of {wrapped} people were wrapped again and {gone} old epochs destroyed."
        ),
        &format!(
            "Đã bắt đầu thế hệ khóa {epoch}; mã hóa lại khóa của {wrapped} người và hủy khóa của {gone} thế hệ cũ."
        ),
        turned.at,
    );
    let json =
        serde_json::json!({ "epoch": epoch, "wrapped": wrapped, "destroyed": turned.destroyed, "entry": turned.at });
    tell::done(common, json, &texts)
}

async fn renew(common: &Common) -> Result<(), Said> {
    let house = House::open(common.config()?).await?;
    let folder = house.config.key_folder();
    let kind = *root::kinds(&folder).first().ok_or_else(|| crate::keyring::absent(&folder))?;
    if kind == Kind::Credential {
        return Err(handed_in());
    }
    let desk = ask::desk(&house, common.login.as_deref()).await?;
    let protection = How::default().protection(kind, &folder)?;
    let held = Held::of(&house).await?;
    if Ring::proposed(&held.folder).is_some() {
        return Err(turn_first());
    }
    let entry = permitted(&house, &desk, EntryKind::KeyRotated, "root-renewed").await?;
    let new = root::renew(&held.folder, &held.root, &held.ring, &protection).await?;
    Ring::read(&held.folder)?.wrapping(&new).ok_or_else(|| crate::keyring::damaged(&Ring::file(&held.folder)))?;
    let texts = tell::recorded(
        "ルート鍵を新しくしました。シェアを作り直してください。パスフレーズを手で入力して動かしているプログラムは再起動してください。",
        "The root key is a new one. Split it into shares again, and restart the program where somebody typed the passphrase.",
        "Khóa gốc đã được thay mới. Hãy chia lại thành các phần và khởi động lại chương trình nào được nhập cụm mật khẩu bằng tay.",
        entry,
    );
    tell::done(common, serde_json::json!({ "root": kind.word(), "entry": entry }), &texts)
}

async fn renew_people(common: &Common) -> Result<(), Said> {
    let house = House::open(common.config()?).await?;
    let desk = ask::desk(&house, common.login.as_deref()).await?;
    let permit = tell::settled(&house, permit_office(&desk, OfficeAct::ManageKeys).await).await?;
    let begun = renewal::begin(&house, &desk, permit.entry(&desk, EntryKind::KeyRotated)).await?;
    let actor = desk.maybe_actor().cloned();
    let people = renewal::go_on(&house, || house.office.desk(actor.clone(), house.now())).await?;
    crate::tick::sign(&house).await?;
    let (generation, entry) = (begun.generation, begun.at);
    let texts = tell::recorded(
        &format!("{people}人の鍵と検索用の印を第{generation}世代に更新しました。"),
        &format!("{people} people have new keys and search tokens, of generation {generation}."),
        &format!("Đã thay khóa và mã tìm kiếm của {people} người sang thế hệ {generation}."),
        entry,
    );
    let json = serde_json::json!({
        "generation": generation, "began": begun.began, "people": people, "entry": entry,
    });
    tell::done(common, json, &texts)
}

async fn renew_signing(common: &Common) -> Result<(), Said> {
    let house = House::open(common.config()?).await?;
    let desk = ask::desk(&house, common.login.as_deref()).await?;
    let permit = tell::settled(&house, permit_office(&desk, OfficeAct::ManageKeys).await).await?;
    let (vkeys, entry) = succession::begin(&house, &desk, permit.entry(&desk, EntryKind::KeyRotated)).await?;
    crate::tick::sign(&house).await?;
    let (vkey, days) = (vkeys.newest(), succession::BOTH_SIGN_DAYS);
    let texts = tell::recorded(
        &format!(
            "台帳に署名する鍵を新しくしました。{days}日間は新旧の鍵で署名します。その間に証人と監査人へ新しい検証鍵を渡してください: {vkey}"
        ),
        &format!(
            "The ledger has a new key that signs it. For {days} days both sign; give witnesses and auditors the new verifier key meanwhile: {vkey}"
        ),
        &format!(
            "Sổ ghi có khóa ký mới. Trong {days} ngày cả hai khóa cùng ký; hãy giao khóa kiểm chứng mới cho nhân chứng và kiểm toán viên: {vkey}"
        ),
        entry,
    );
    let all: Vec<String> = vkeys.all().map(ToString::to_string).collect();
    tell::done(common, serde_json::json!({ "vkey": vkey.to_string(), "vkeys": all, "entry": entry }), &texts)
}

async fn split(common: &Common, asked: Split) -> Result<(), Said> {
    let house = House::open(common.config()?).await?;
    let desk = ask::desk(&house, common.login.as_deref()).await?;
    let held = Held::of(&house).await?;
    let mut random = Zeroizing::new(Vec::new());
    for _ in 1..asked.needed {
        random.extend_from_slice(Zeroizing::new(chance().bytes::<32>()).as_slice());
    }
    let shares = Share::split(held.root.secret().expose(), asked.needed, asked.of, &random).map_err(|_| numbers())?;
    let entry = permitted(&house, &desk, EntryKind::KeyGuarded, "root-split").await?;
    let written: Vec<Zeroizing<String>> = shares.iter().map(|share| Zeroizing::new(share.to_string())).collect();
    if let Some(folder) = &asked.out {
        super::place::empty(folder)?;
        crate::keyring::make_folder(folder)?;
        for (share, text) in shares.iter().zip(&written) {
            crate::keyring::write_new(
                &folder.join(format!("share-{}", share.number())),
                &format!("{}\n", text.as_str()),
            )?;
        }
    }
    let (needed, of) = (asked.needed, asked.of);
    let texts = tell::recorded(
        &format!(
            "ルート鍵を{of}個のシェアに分けました。{needed}個あれば戻せます。別々の人が別々の場所に保管してください。"
        ),
        &format!(
            "The root key was split into {of} shares, of which {needed} bring it back. Let different people keep them in different places."
        ),
        &format!(
            "Khóa gốc đã được chia thành {of} phần; cần {needed} phần để khôi phục. Hãy giao cho những người khác nhau cất ở những nơi khác nhau."
        ),
        entry,
    );
    let shown: Vec<&str> =
        if asked.out.is_some() { Vec::new() } else { written.iter().map(|text| text.as_str()).collect() };
    if !common.json {
        shown.iter().for_each(say);
    }
    tell::done(common, serde_json::json!({ "needed": needed, "of": of, "shares": shown, "entry": entry }), &texts)
}

/// Needs no account: nothing of the office opens before it is done.
async fn combine(common: &Common, asked: Combine) -> Result<(), Said> {
    let folder = common.config()?.key_folder();
    Ring::read(&folder)?;
    let mut text = Zeroizing::new(String::new());
    for file in &asked.files {
        let read = Zeroizing::new(std::fs::read_to_string(file).map_err(|why| Said::no_file(file, &why))?);
        text.push_str(&read);
        text.push('\n');
    }
    if asked.files.is_empty() {
        std::io::stdin().lock().take(64 << 10).read_to_string(&mut text)?;
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let shares: Vec<Share> =
        lines.enumerate().map(|(at, line)| line.parse().map_err(|_| no_share(at + 1))).collect::<Result<_, _>>()?;
    let secret = Share::combine(&shares).map_err(|why| not_combined(why, &shares))?;
    let key = RootKey::new(*secret.expose());
    let protection = asked.how.protection(asked.root, &folder)?;
    let _lock = Ring::lock(&folder).await?;
    if key.mark() != *Ring::read(&folder)?.mark() {
        return Err(another_keyring());
    }
    root::put(&folder, &key, &protection).await?;
    let kind = asked.root.word();
    let texts = Texts::new(
        format!("ルート鍵を戻しました。守り方は {kind} です。"),
        format!("The root key is back, protected by: {kind}."),
        format!("Đã khôi phục khóa gốc, được bảo vệ bằng: {kind}."),
    );
    tell::done(common, serde_json::json!({ "root": kind }), &texts)
}

fn needs_out() -> Said {
    Said::mistake(Texts::new(
        "`--out ファイル` を指定してください。ルート鍵をそこに書き、以後は起動時に渡します。渡す仕組みに移したら消してください。",
        "Name a file with --out: the root key is written there, to be handed in from now on. Delete it once it is where it is handed in from.",
        "Hãy chỉ định tệp bằng --out: khóa gốc được ghi vào đó để truyền vào khi khởi động. Hãy xóa tệp sau khi đã chuyển đi.",
    ))
}

fn handed_in() -> Said {
    Said::mistake(Texts::new(
        "ルート鍵は起動時に渡されるものなので、ここでは更新できません。`daicho key protect --root passphrase` のあとで更新し、もう一度 credential にしてください。",
        "The root key is handed in, so it cannot be renewed here. Run `daicho key protect --root passphrase`, renew it, and protect it by credential again.",
        "Khóa gốc được truyền vào từ bên ngoài nên không thể thay tại đây. Hãy chạy `daicho key protect --root passphrase`, thay khóa, rồi đặt lại credential.",
    ))
}

fn turn_first() -> Said {
    Said::mistake(Texts::new(
        "鍵の世代の更新が途中です。先に `daicho key turn` で終えてください。",
        "A turn of the epoch was cut off. Bring it to its end first: `daicho key turn`.",
        "Việc đổi thế hệ khóa đang dở dang. Hãy hoàn tất trước bằng `daicho key turn`.",
    ))
}

fn numbers() -> Said {
    Said::mistake(Texts::new(
        "--needed は2以上、--of 以下にしてください（最大16）。",
        "--needed is at least 2 and at most --of, which is at most 16.",
        "--needed từ 2 đến --of; --of tối đa 16.",
    ))
}

fn no_share(line: usize) -> Said {
    Said::mistake(Texts::new(
        format!("{line}個目はシェアではないか、打ち間違いがあります。"),
        format!("Share {line} is none, or was mistyped."),
        format!("Phần thứ {line} không đúng hoặc bị gõ sai."),
    ))
}

fn not_combined(why: BadShares, shares: &[Share]) -> Said {
    let needed = shares.first().map_or(2, Share::needed);
    Said::mistake(match why {
        BadShares::Unlike => Texts::new(
            "同じルート鍵のシェアではありません。",
            "These are not shares of one root key.",
            "Các phần này không thuộc cùng một khóa gốc.",
        ),
        _ => Texts::new(
            format!("シェアが足りません。異なるシェアが{needed}個要ります。"),
            format!("There are too few: {needed} different shares are needed."),
            format!("Chưa đủ: cần {needed} phần khác nhau."),
        ),
    })
}

fn another_keyring() -> Said {
    Said::mistake(Texts::new(
        "このシェアのルート鍵は、この鍵束のものではありません。",
        "The root key of these shares is not that of this keyring.",
        "Khóa gốc của các phần này không thuộc chùm khóa này.",
    ))
}
