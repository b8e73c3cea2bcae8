//! `daicho witness`: another machine, best another company's, that confirms what a ledger has signed and remembers it.

use super::Common;
use crate::keyring::{chance, make_folder, write_new};
use crate::said::{MISSING, Said, say};
use clap::{Args, Subcommand};
use ledger::cosignature;
use ledger::note::Vkey;
use policy::Texts;
use std::net::SocketAddr;
use std::path::Path;

mod keeper;

pub(crate) use keeper::{Keeper, Not};

/// The secret key and the name of a witness.
const KEY: &str = "witness.key";
const KIND: &str = "daicho-witness-key-1";
/// The public key, and what an office has in its folder too.
const VKEY: &str = "vkey";

/// Confirm, for other companies' ledgers, that they only ever grow.
///
/// A witness keeps nothing of a ledger but its last signed size and root. It cosigns a checkpoint if it follows from the one before,
/// and never one that does not: a ledger that was rolled back or rewritten gets no cosignature any more.
#[derive(Subcommand)]
pub(crate) enum Witness {
    /// Make the key of a witness in a folder of its own (--data).
    Init(Init),
    /// Trust a ledger: cosign it from now on.
    Trust(Trust),
    /// Print the verifier key of this witness, which offices and auditors are given.
    Key(Key),
    /// Print the ledgers that are trusted, and how far each was cosigned.
    Ledgers(Ledgers),
    /// Answer ledgers that ask for cosignatures (C2SP tlog-witness), until it is asked to stop.
    Serve(Serve),
}

/// Make the key of a witness.
#[derive(Args)]
pub(crate) struct Init {
    /// Name of the witness: a host name and path without a scheme, such as witness.example/w1.
    #[arg(long, value_name = "NAME")]
    name: String,
}

/// Trust a ledger.
#[derive(Args)]
pub(crate) struct Trust {
    /// The ledger's verifier key, from somewhere you trust: `daicho init` and the file `vkey` say it.
    #[arg(value_name = "VKEY")]
    vkey: String,
}

/// Print the verifier key.
#[derive(Args)]
pub(crate) struct Key {}

/// Print the ledgers.
#[derive(Args)]
pub(crate) struct Ledgers {}

/// Answer ledgers.
#[derive(Args)]
pub(crate) struct Serve {
    /// Address and port; overrides the configuration file.
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Option<SocketAddr>,
}

pub(super) async fn run(common: &Common, witness: Witness) -> Result<(), Said> {
    match witness {
        Witness::Init(init) => make(common, &init),
        Witness::Trust(trust) => trusts(common, &trust),
        Witness::Key(Key {}) => {
            let key = read(&common.data)?.key().to_string();
            if common.json {
                say(serde_json::json!({ "vkey": key }))
            } else {
                say(key)
            }
            Ok(())
        }
        Witness::Ledgers(Ledgers {}) => ledgers(common),
        Witness::Serve(serve) => crate::serve::witnessing::run(common, serve).await,
    }
}

fn make(common: &Common, init: &Init) -> Result<(), Said> {
    let data = &common.data;
    if data.join(VKEY).exists() || data.join(KEY).exists() || data.join(crate::config::FILE).exists() {
        return Err(Said::mistake(Texts::new(
            "ここにはすでに証人か事務所があります。--data で別のフォルダーを指定してください。",
            "There is a witness or an office at this place already. Name another folder with --data.",
            "Ở đây đã có nhân chứng hoặc văn phòng. Hãy chọn thư mục khác bằng --data.",
        )));
    }
    let seed: [u8; 32] = chance().bytes();
    let witness = cosignature::Witness::new(&init.name, &seed).map_err(|_| {
        Said::mistake(Texts::new(
            "証人の名前が使えません。空白と「+」を含まない名前にしてください（例: witness.example/w1）。",
            "That name cannot be used: a name without spaces and '+', such as witness.example/w1.",
            "Tên không dùng được: tên không có khoảng trắng và dấu '+', ví dụ witness.example/w1.",
        ))
    })?;
    make_folder(data)?;
    write_new(&data.join(KEY), &format!("{KIND} {} {}\n", init.name, hex::encode(seed)))?;
    let key = witness.key().to_string();
    crate::tick::replace(&data.join(VKEY), format!("{key}\n").as_bytes())?;
    if common.json {
        say(serde_json::json!({ "data": data, "vkey": key }));
        return Ok(());
    }
    let place = data.display();
    say(Texts::new(
        format!("作成しました: {place}\n証人の検証鍵: {key}\n次: daicho witness trust（台帳の検証鍵）、daicho witness serve"),
        format!("Made {place}\nThe witness's verifier key: {key}\nNext: daicho witness trust (a ledger's verifier key), daicho witness serve"),
        format!("Đã tạo {place}\nKhóa kiểm chứng của nhân chứng: {key}\nTiếp theo: daicho witness trust (khóa kiểm chứng của sổ), daicho witness serve"),
    ).get(common.lang));
    Ok(())
}

fn trusts(common: &Common, trust: &Trust) -> Result<(), Said> {
    read(&common.data)?;
    let key: Vkey = trust.vkey.trim().parse().map_err(|_| {
        Said::mistake(Texts::new(
            "台帳の検証鍵の形が違います（名前+8桁+base64）。",
            "That is not a ledger's verifier key (name+8 digits+base64).",
            "Đó không phải là khóa kiểm chứng của sổ ghi (tên+8 chữ số+base64).",
        ))
    })?;
    let new = Keeper::new(&common.data).trust(&key)?;
    if common.json {
        say(serde_json::json!({ "origin": key.name(), "new": new }));
        return Ok(());
    }
    let name = key.name();
    let texts = match new {
        true => Texts::new(
            format!("台帳 {name} を信頼します。"),
            format!("The ledger {name} is trusted now."),
            format!("Từ nay tin cậy sổ ghi {name}."),
        ),
        false => Texts::new(
            format!("台帳 {name} はすでに信頼しています。"),
            format!("The ledger {name} was trusted already."),
            format!("Sổ ghi {name} đã được tin cậy từ trước."),
        ),
    };
    say(texts.get(common.lang));
    Ok(())
}

fn ledgers(common: &Common) -> Result<(), Said> {
    read(&common.data)?;
    let ledgers = Keeper::new(&common.data).ledgers()?;
    let name = |ledger: &keeper::Ledger| ledger.keys.first().map(|key| key.name().to_owned()).unwrap_or_default();
    let root = |ledger: &keeper::Ledger| ledger.kept.as_ref().map(|kept| hex::encode(kept.root()));
    let size = |ledger: &keeper::Ledger| ledger.kept.as_ref().map_or(0, ledger::witness::Kept::size);
    if common.json {
        let ledgers = ledgers.iter().map(|ledger| {
            let keys: Vec<_> = ledger.keys.iter().map(ToString::to_string).collect();
            serde_json::json!({ "origin": name(ledger), "vkeys": keys, "entries": size(ledger), "root": root(ledger) })
        });
        say(serde_json::Value::Array(ledgers.collect()));
        return Ok(());
    }
    for ledger in &ledgers {
        let (name, size, root) = (name(ledger), size(ledger), root(ledger).unwrap_or_default());
        let texts = Texts::new(
            format!("{name}  {size}件まで連署  {root}"),
            format!("{name}  {size} entries cosigned  {root}"),
            format!("{name}  đã đồng ký {size} bản ghi  {root}"),
        );
        say(texts.get(common.lang));
    }
    Ok(())
}

/// The witness of a folder.
pub(crate) fn read(data: &Path) -> Result<cosignature::Witness, Said> {
    let absent = || {
        let data = data.display();
        Said::Words(
            MISSING,
            Texts::new(
                format!(
                    "{data} に証人の鍵がありません。`daicho witness init` で作るか、バックアップを戻してください。"
                ),
                format!(
                    "There is no readable key of a witness in {data}. Make one with `daicho witness init`, or put its backup back."
                ),
                format!(
                    "Không có khóa nhân chứng đọc được trong {data}. Hãy tạo bằng `daicho witness init` hoặc khôi phục bản sao lưu."
                ),
            ),
        )
    };
    let text = std::fs::read_to_string(data.join(KEY)).map_err(|_| absent())?;
    let mut words = text.split_whitespace();
    let (Some(KIND), Some(name), Some(seed)) = (words.next(), words.next(), words.next()) else { return Err(absent()) };
    let seed = hex::decode(seed).ok().and_then(|seed| <[u8; 32]>::try_from(seed).ok()).ok_or_else(absent)?;
    cosignature::Witness::new(name, &seed).map_err(|_| absent())
}
