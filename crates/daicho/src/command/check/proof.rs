//! `daicho verify --proof`: a receipt, checked far from the office and told in plain words.

use super::{Verify, key};
use crate::command::Common;
use crate::keyring::written_vkeys;
use crate::said::{MISTAKE, Said, say};
use access::At;
use duties::history;
use ledger::checkpoint::BadCheckpoint;
use ledger::cosignature::WitnessKey;
use ledger::names::Moment;
use ledger::note::{BadNote, Vkey};
use ledger::tlog_proof::{BadTlogProof, Proven, TlogProof};
use policy::{Language, Texts};
use std::path::Path;

/// Checks a receipt with the keys that were given; the ledger's own from the data folder, where there is one.
pub(super) fn verify(common: &Common, file: &Path, verify: &Verify) -> Result<(), Said> {
    let logs: Vec<Vkey> = match &verify.vkey {
        Some(given) => vec![key(given)?],
        None => written_vkeys(&common.data).ok_or_else(no_key)?.all().cloned().collect(),
    };
    let witnesses = verify.witness.iter().map(|given| witness(given)).collect::<Result<Vec<_>, _>>()?;
    let quorum = verify.quorum.unwrap_or(witnesses.len());
    if quorum > witnesses.len() {
        return Err(Said::mistake(Texts::new(
            "--quorum が --witness の数より大きくなっています。",
            "--quorum asks for more witnesses than --witness names.",
            "--quorum lớn hơn số nhân chứng nêu ở --witness.",
        )));
    }
    let bytes = std::fs::read(file).map_err(|why| Said::no_file(file, &why))?;
    match read(&bytes).and_then(|proof| proof.verify(&logs, &witnesses, quorum)) {
        Ok(proven) => {
            if common.json {
                say(json(&proven, common.lang));
            } else {
                print(&proven, common.lang);
            }
            Ok(())
        }
        Err(why) => {
            if common.json {
                say(serde_json::json!({ "sound": false, "why": words(&why).get(common.lang) }));
            } else {
                say(format_args!("× {}", words(&why).get(common.lang)));
            }
            Err(Said::Found)
        }
    }
}

fn read(bytes: &[u8]) -> Result<TlogProof, BadTlogProof> {
    let text = std::str::from_utf8(bytes).map_err(|bad| {
        let before = bytes.get(..bad.valid_up_to()).unwrap_or_default();
        BadTlogProof::Line { line: before.iter().filter(|byte| **byte == b'\n').count() + 1 }
    })?;
    text.parse()
}

fn print(proven: &Proven, language: Language) {
    let told = history::tell(proven.index, &proven.entry, language);
    let (index, size, origin) = (proven.index, proven.checkpoint.size(), proven.checkpoint.origin());
    let head = Texts::new(
        format!("○ 台帳 {origin} の{size}件のうち #{index} です。"),
        format!("○ This is entry #{index} of the {size} entries of the ledger {origin}."),
        format!("○ Đây là bản ghi #{index} trong {size} bản ghi của sổ {origin}."),
    );
    say(head.get(language));
    say(format_args!("#{index} {}", told.sentence));
    for (clause, text) in told.clauses {
        say(format_args!("  {clause}: {text}"));
    }
    if let Some(digest) = told.line.policy {
        let texts =
            Texts::new(format!("  方針 {digest}"), format!("  Policy {digest}"), format!("  Chính sách {digest}"));
        say(texts.get(language));
    }
    for one in &proven.cosigned {
        let (witness, at) = (&one.witness, At(moment(one.seconds)));
        let texts = Texts::new(
            format!("○ 証人 {witness} が {at} に連署しました。"),
            format!("○ The witness {witness} cosigned it at {at}."),
            format!("○ Nhân chứng {witness} đã đồng ký lúc {at}."),
        );
        say(texts.get(language));
    }
    if proven.cosigned.is_empty() {
        let texts = Texts::new(
            "△ 証人の連署は確かめていません。--witness で証人の検証鍵を指定できます。",
            "△ No witness was asked about: this is the ledger's word alone. Name witnesses' keys with --witness.",
            "△ Chưa kiểm tra nhân chứng nào: đây chỉ là lời của riêng sổ ghi. Hãy nêu khóa nhân chứng bằng --witness.",
        );
        say(texts.get(language));
    }
}

fn json(proven: &Proven, language: Language) -> serde_json::Value {
    let told = history::tell(proven.index, &proven.entry, language);
    let cosigned =
        proven.cosigned.iter().map(|one| serde_json::json!({ "witness": one.witness, "at": At(moment(one.seconds)) }));
    serde_json::json!({
        "sound": true, "origin": proven.checkpoint.origin(), "entry": proven.index, "entries": proven.checkpoint.size(),
        "root": hex::encode(proven.checkpoint.root()), "at": At(told.line.at), "kind": told.line.kind.word(),
        "refused": told.line.refused, "sentence": told.sentence, "people": told.line.people,
        "clauses": told.line.clauses.iter().map(|clause| clause.as_str()).collect::<Vec<_>>(),
        "policy": told.line.policy.map(|digest| digest.to_string()), "cosigned": cosigned.collect::<Vec<_>>(),
    })
}

/// Why a receipt does not hold.
fn words(why: &BadTlogProof) -> Texts {
    match why {
        BadTlogProof::Line { line } => Texts::new(
            format!("受領証の{line}行目が形式に合いません。"),
            format!("Line {line} of the receipt is not as receipts are written."),
            format!("Dòng {line} của biên nhận không đúng định dạng."),
        ),
        BadTlogProof::NoEntry => Texts::new(
            "受領証に記録そのものが入っていません。",
            "The receipt does not hold the entry itself.",
            "Biên nhận không chứa bản ghi.",
        ),
        BadTlogProof::Checkpoint(BadCheckpoint::Note(BadNote::Unsigned)) => Texts::new(
            "この検証鍵で署名された台帳の受領証ではありません。",
            "This is no receipt of the ledger with this verifier key.",
            "Đây không phải biên nhận của sổ ghi có khóa kiểm chứng này.",
        ),
        BadTlogProof::Checkpoint(_) => Texts::new(
            "チェックポイントか署名が正しくありません。",
            "The checkpoint or its signature does not hold.",
            "Điểm xác nhận hoặc chữ ký không hợp lệ.",
        ),
        BadTlogProof::Proof(_) => Texts::new(
            "この記録は署名された台帳に入っていません。書き換えられています。",
            "The entry is not in the ledger that was signed: something was changed.",
            "Bản ghi không nằm trong sổ đã ký: đã có thay đổi.",
        ),
        BadTlogProof::Entry(_) => Texts::new(
            "証明されているのは、読める記録ではありません。",
            "What is proven is no entry that can be read.",
            "Nội dung được chứng minh không phải bản ghi đọc được.",
        ),
        BadTlogProof::Cosignature { witness } => Texts::new(
            format!("証人 {witness} の連署が正しくありません。"),
            format!("The cosignature of the witness {witness} does not hold."),
            format!("Chữ ký của nhân chứng {witness} không hợp lệ."),
        ),
        BadTlogProof::Quorum { found, wanted } => Texts::new(
            format!("連署した証人は{found}人で、{wanted}人必要です。"),
            format!("{found} of these witnesses have cosigned, and {wanted} must have."),
            format!("Có {found} nhân chứng đã đồng ký, cần {wanted}."),
        ),
    }
}

fn moment(seconds: u64) -> Moment {
    Moment(i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1000))
}

fn witness(text: &str) -> Result<WitnessKey, Said> {
    text.trim().parse().map_err(|_| {
        Said::mistake(Texts::new(
            "証人の検証鍵の形が違います（名前+8桁+base64）。",
            "That is not a witness's verifier key (name+8 digits+base64).",
            "Đó không phải là khóa kiểm chứng của nhân chứng (tên+8 chữ số+base64).",
        ))
    })
}

fn no_key() -> Said {
    Said::Words(
        MISTAKE,
        Texts::new(
            "--vkey で台帳の検証鍵を指定してください。鍵がなければ何も証明されません。",
            "Give the ledger's verifier key with --vkey: without it nothing is proven.",
            "Hãy nêu khóa kiểm chứng của sổ ghi bằng --vkey: không có khóa thì không chứng minh được gì.",
        ),
    )
}
