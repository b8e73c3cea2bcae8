//! What a change of the organisation must keep to, judged over the whole of it as it would stand.

use super::field::{Field, Holds};
use super::part::Part;
use super::{PartId, PartKind, Roster, Rules};
use crate::answer::Mistake;
use jiff::civil::Date;
use ledger::names::RowId;
use policy::Language;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// What changes are judged on besides the organisation itself.
pub(super) struct Known<'a> {
    pub(super) today: Date,
    /// The rows of the handling ledger.
    pub(super) rows: &'a BTreeSet<RowId>,
    /// The rule sheets of projects, with who has acknowledged them.
    pub(super) rules: &'a Rules,
}

/// What is wrong with a part as it would stand, if anything: the first thing found.
pub(super) fn flaw(before: &Roster, after: &Roster, part: &Part, known: &Known) -> Option<Mistake> {
    let old = before.part(part.kind, &part.id);
    if let Some(field) = part.sheet.keys().find(|field| Field::find(part.kind, field).is_none()) {
        return Some(unknown(field));
    }
    for field in Field::of(part.kind) {
        let text = part.text(field.id);
        if text.is_empty() {
            if field.required {
                return Some(must_be_filled(field));
            }
            continue;
        }
        if let Some(mistake) = written(field, text, known) {
            return Some(mistake);
        }
        if let Some(mistake) = refers(after, part, old, field, known.today) {
            return Some(mistake);
        }
    }
    days(after, part).or_else(|| alone(after, part)).or_else(|| begun(before, after, part, known))
}

/// Whether a text is what its field holds.
fn written(field: &Field, text: &str, known: &Known) -> Option<Mistake> {
    let long = |most: usize| {
        of(
            field,
            &format!("{most}文字以内で書いてください。"),
            &format!("It has at most {most} characters."),
            &format!("Tối đa {most} ký tự."),
        )
    };
    // A spreadsheet that opens an export would run it.
    if text.starts_with(['=', '+', '@']) && !matches!(field.holds, Holds::Day) {
        return Some(of(
            field,
            "「=」「+」「@」で始まる値は数式とみなされるため使えません。",
            "It must not begin with '=', '+' or '@': spreadsheets take that for a formula.",
            "Không được bắt đầu bằng '=', '+' hoặc '@' vì bảng tính sẽ coi là công thức.",
        ));
    }
    if text.chars().any(char::is_control) {
        return Some(of(field, "1行で書いてください。", "Write it on one line.", "Hãy ghi trên một dòng."));
    }
    match field.holds {
        Holds::Text(most) => (text.chars().count() > most).then(|| long(most)),
        Holds::Day => text.parse::<Date>().is_err().then(|| {
            of(
                field,
                "日付は 2026-04-01 の形で書いてください。",
                "Write the day as 2026-04-01.",
                "Hãy ghi ngày theo dạng 2026-04-01.",
            )
        }),
        Holds::Country => (text.len() != 2 || !text.bytes().all(|b| b.is_ascii_uppercase())).then(|| {
            of(
                field,
                "国は JP、VN のような大文字2文字（ISO 3166-1）です。",
                "A country is two capital letters (ISO 3166-1), as JP or VN.",
                "Quốc gia là hai chữ hoa (ISO 3166-1), ví dụ JP, VN.",
            )
        }),
        Holds::Part(_) | Holds::Parts(_) => {
            if text.split_whitespace().all(|word| word.parse::<PartId>().is_ok()) {
                return (text.len() > 8_000).then(|| long(8_000));
            }
            Some(of(
                field,
                "IDは英数字と「.」「_」「-」の64文字以内です。",
                "An id is at most 64 of a-z, A-Z, 0-9, '.', '_' and '-'.",
                "Mã gồm tối đa 64 ký tự a-z, A-Z, 0-9, '.', '_' và '-'.",
            ))
        }
        Holds::Choice(choices) => (!choices.iter().any(|(code, _)| *code == text)).then(|| {
            let listed: Vec<&str> = choices.iter().map(|(code, _)| *code).filter(|code| !code.is_empty()).collect();
            let listed = listed.join(", ");
            of(
                field,
                &format!("次のどれかです: {listed}"),
                &format!("It is one of: {listed}"),
                &format!("Là một trong: {listed}"),
            )
        }),
        Holds::Login => crate::actor::check_login(text).err(),
        Holds::Email => {
            let (name, domain) = text.split_once('@').unwrap_or_default();
            let bad =
                name.is_empty() || !domain.contains('.') || text.contains(char::is_whitespace) || text.len() > 254;
            bad.then(|| {
                of(
                    field,
                    "メールアドレスの形ではありません。",
                    "That is no e-mail address.",
                    "Đây không phải địa chỉ thư điện tử.",
                )
            })
        }
        Holds::Rows => {
            let there = |word: &str| word.parse::<RowId>().is_ok_and(|row| known.rows.contains(&row));
            (!text.split_whitespace().all(there)).then(|| {
                of(
                    field,
                    "台帳にない行があります。行のIDを空白で区切って書いてください。",
                    "A row is not in the handling ledger. Write the ids of its rows, apart by spaces.",
                    "Có dòng không có trong sổ quản lý. Hãy ghi mã các dòng, cách nhau bằng dấu cách.",
                )
            })
        }
        Holds::Addresses => (!text.split_whitespace().all(is_address)).then(|| {
            of(
                field,
                "アドレスは 192.0.2.7 か 192.0.2.0/24 の形で、空白で区切って書いてください。",
                "Write addresses as 192.0.2.7 or 192.0.2.0/24, apart by spaces.",
                "Hãy ghi địa chỉ dạng 192.0.2.7 hoặc 192.0.2.0/24, cách nhau bằng dấu cách.",
            )
        }),
    }
}

fn is_address(word: &str) -> bool {
    let (address, bits) = word.split_once('/').map_or((word, None), |(address, bits)| (address, Some(bits)));
    let Ok(address) = address.parse::<IpAddr>() else { return false };
    let most = if address.is_ipv4() { 32 } else { 128 };
    bits.is_none_or(|bits| bits.parse::<u8>().is_ok_and(|bits| bits <= most))
}

/// Whether the parts a field names are there; one that has ended may only stay where it stood already.
fn refers(after: &Roster, part: &Part, old: Option<&Part>, field: &Field, today: Date) -> Option<Mistake> {
    let (Holds::Part(kind) | Holds::Parts(kind)) = field.holds else { return None };
    let stood = old.map(|old| old.parts(field.id)).unwrap_or_default();
    for id in part.parts(field.id) {
        let label = kind.label();
        let (ja, en, vi) = (label.get(Language::Ja), label.get(Language::En), label.get(Language::Vi));
        match after.part(kind, &id) {
            None => {
                return Some(of(
                    field,
                    &format!("そのIDの{ja}は登録されていません。先に登録してください。"),
                    &format!("No {} has this id. Register it first.", en.to_lowercase()),
                    &format!("Chưa có {} mang mã này. Hãy đăng ký trước.", vi.to_lowercase()),
                ));
            }
            Some(other) if other.has_ended(today) && !stood.contains(&id) && !part.has_ended(today) => {
                return Some(of(
                    field,
                    &format!("その{ja}は終了しています。"),
                    &format!("This {} has ended.", en.to_lowercase()),
                    &format!("{vi} này đã kết thúc."),
                ));
            }
            Some(_) => {}
        }
    }
    None
}

/// The last day is not before the first, and nothing that is still open is within what ends.
fn days(after: &Roster, part: &Part) -> Option<Mistake> {
    let until = part.until?;
    if until < part.from {
        return Some(Mistake::new(
            "until",
            "終了日が開始日より前です。",
            "The last day is before the first.",
            "Ngày kết thúc trước ngày bắt đầu.",
        ));
    }
    // Somebody who leaves may still hold a card: what is out is listed until it is back.
    let holds_on = |other: &&Part| {
        other.kind.within() == Some(part.kind)
            && other.kind != PartKind::Card
            && other.text("within") == part.id.as_str()
            && other.until.is_none_or(|end| end > until)
    };
    let open = after.all().filter(holds_on).count();
    (open > 0).then(|| {
        Mistake::new(
            "until",
            format!("この中に{open}件がまだ続いています。先に移すか終了してください。"),
            format!("{open} parts within it go on. Move or end them first."),
            format!("Còn {open} mục bên trong đang tiếp tục. Hãy chuyển hoặc kết thúc chúng trước."),
        )
    })
}

/// Logins, card numbers and codes of readers belong to one at a time.
fn alone(after: &Roster, part: &Part) -> Option<Mistake> {
    let fields: &[&str] = match part.kind {
        PartKind::Staff => &["login", "username"],
        PartKind::Card => &["number"],
        PartKind::Reader => &["code"],
        _ => return None,
    };
    let at_once = |other: &&Part| {
        other.id != part.id
            && other.until.is_none_or(|until| until >= part.from)
            && part.until.is_none_or(|until| until >= other.from)
    };
    let taken = |field: &&str| {
        let text = part.text(field).to_lowercase();
        !text.is_empty()
            && after.parts(part.kind).any(|other| other.text(field).to_lowercase() == text && at_once(&other))
    };
    fields.iter().find(|field| taken(field)).map(|field| {
        Mistake::new(
            *field,
            "同じ期間に、ほかでも使われています。",
            "Another one has it in the same time.",
            "Đã có mục khác dùng trong cùng thời gian.",
        )
    })
}

/// A project begins once its rule sheet is approved and every member has acknowledged it (regs.project).
fn begun(before: &Roster, after: &Roster, part: &Part, known: &Known) -> Option<Mistake> {
    let is_active = |part: &Part| part.text("state") == "active";
    if part.kind != PartKind::Project || !is_active(part) {
        return None;
    }
    if before.part(part.kind, &part.id).is_some_and(is_active) {
        return None;
    }
    let Some(sheet) = known.rules.of(&part.id) else {
        return Some(Mistake::new(
            "state",
            "規則書が承認されるまで、プロジェクトを開始できません。先に規則書を承認してください。",
            "A project cannot begin until its rule sheet is approved. Approve it first.",
            "Dự án chưa được bắt đầu khi bản quy tắc chưa được duyệt. Hãy duyệt trước.",
        ));
    };
    let left = after.members(&part.id, known.today).filter(|staff| !sheet.acknowledged.contains_key(&staff.id)).count();
    (left > 0).then(|| {
        Mistake::new(
            "state",
            format!("構成員のうち{left}人が、まだ規則書を確認していません。確認を記録してから開始してください。"),
            format!("{left} members have not acknowledged the rule sheet. Record it, then begin."),
            format!("Còn {left} thành viên chưa xác nhận bản quy tắc. Hãy ghi xác nhận rồi bắt đầu."),
        )
    })
}

fn of(field: &Field, ja: &str, en: &str, vi: &str) -> Mistake {
    let label = |language| field.label(language);
    Mistake::new(
        field.id,
        format!("「{}」：{ja}", label(Language::Ja)),
        format!("{}: {en}", label(Language::En)),
        format!("{}: {vi}", label(Language::Vi)),
    )
}

fn must_be_filled(field: &Field) -> Mistake {
    of(field, "必ず記入してください。", "It must be filled.", "Bắt buộc phải điền.")
}

fn unknown(field: &str) -> Mistake {
    // The name of a field that is none may be anything: it is told only where it is a word.
    let word = field.len() <= 40 && field.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    Mistake::new(
        if word { field } else { "sheet" },
        "この種類にない項目です。",
        "This kind has no such field.",
        "Loại này không có mục đó.",
    )
}
