//! What a row says in each of the columns of the handling ledger.

use super::{Row, Sort, Unit};
use crate::demo::dice::Dice;
use crate::demo::names::Land;
use duties::register::{CellStanding, Sheet};
use jiff::ToSpan;
use jiff::civil::Date;
use policy::{Class, Language, Policy};

/// The sheet of a row as it was first written.
pub(crate) fn sheet(row: &Row, policy: &Policy, today: Date, dice: &mut Dice) -> Sheet {
    let sort = row.sort;
    let (department, manager) = sort.unit.kept_by();
    let special = sort.elements.iter().any(|id| class(policy, id) == Some(Class::SpecialCare));
    let entrusted = sort.kind == "entrusted-subject";
    let mut sheet = Sheet::from_iter([
        ("no", row.number.to_string()),
        ("business", sort.business.to_owned()),
        ("name", row.title.clone()),
        ("category", sort.category().to_owned()),
        ("department", department.to_owned()),
        ("manager", manager.to_owned()),
        ("kinds", kind(policy, sort.kind)),
        ("elements", elements(policy, sort.elements)),
        ("special-care", yes(special)),
        ("my-number", yes(sort.elements.contains(&"individual-number"))),
        ("count", amount(row, dice)),
        ("medium", sort.medium.to_owned()),
        ("source", source(row)),
        ("direct", direct(sort).to_owned()),
        ("shown", shown(sort).to_owned()),
        ("consent", consent(sort, special).to_owned()),
        ("purpose", purposes(policy, sort.purposes)),
        ("use-until", use_until(row, today)),
        ("access", access(sort.unit).to_owned()),
        ("place", place(sort).to_owned()),
        ("method", method(sort).to_owned()),
        ("keep-until", sort.term.to_owned()),
        ("backup", if sort.medium == "紙" { "なし" } else { "毎日（暗号化、30日保持）" }.to_owned()),
        ("country", country(sort).to_owned()),
        ("entrustees", entrustees(sort).to_owned()),
        ("third-party", third_party(sort).to_owned()),
        ("joint-use", if sort.kind == "contract-contact" { "グループ会社（ダナン、東京）" } else { "なし" }.to_owned()),
        ("abroad", abroad(sort).to_owned()),
        ("disposal", if sort.medium.contains('紙') { "溶解処理・鍵の破壊" } else { "鍵の破壊による消去" }.to_owned()),
        ("disposal-record", "台帳の記録".to_owned()),
        ("risk", format!("RA-{:03}", row.number)),
    ]);
    if let Some(client) = &row.client {
        sheet.set("entrusted-by", format!("{} / {}", client.name, sort.business), CellStanding::Confirmed);
    } else if sort.kind == "signatory" {
        sheet.set("entrusted-by", "各契約の相手方（契約書台帳を参照）", CellStanding::Confirmed);
    }
    if entrusted && row.nth > 0 {
        sheet.set("return", "契約終了時に返却又は消去し、報告書を提出", CellStanding::Confirmed);
    }
    guesses(&mut sheet, dice);
    sheet
}

/// The sheet after something was changed in the course of the year.
pub(crate) fn moved(mut sheet: Sheet) -> Sheet {
    sheet.set("place", "社内クラウド（ハノイ・データセンター2）", CellStanding::Confirmed);
    sheet.set("note", "ファイルサーバーから移行済み。", CellStanding::Confirmed);
    sheet
}

/// A few cells of some rows are guesses, as in every ledger that was taken over.
fn guesses(sheet: &mut Sheet, dice: &mut Dice) {
    let guessed = dice.chance(8);
    sheet.set("standing", if guessed { "推定" } else { "確定" }, CellStanding::Confirmed);
    if !guessed {
        return;
    }
    let standing = if dice.chance(60) { CellStanding::Inferred } else { CellStanding::Unconfirmed };
    for _ in 0..2 {
        let column = dice.pick(&["backup", "access", "entrustees", "count", "method", "direct"]);
        let text = sheet.text(column).to_owned();
        sheet.set(column, text, standing);
    }
}

fn class(policy: &Policy, id: &str) -> Option<Class> {
    policy.element(&id.parse().ok()?).map(|element| element.class)
}

fn kind(policy: &Policy, id: &str) -> String {
    let kind = id.parse().ok().and_then(|id| policy.kind(&id).map(|k| k.label.get(Language::Ja).to_owned()));
    kind.unwrap_or_else(|| id.to_owned())
}

fn elements(policy: &Policy, ids: &[&str]) -> String {
    let label = |id: &&str| {
        let known = id.parse().ok().and_then(|id| policy.element(&id).map(|e| e.label.get(Language::Ja).to_owned()));
        known.unwrap_or_else(|| (*id).to_owned())
    };
    ids.iter().map(label).collect::<Vec<_>>().join("、")
}

fn purposes(policy: &Policy, ids: &[&str]) -> String {
    let label = |id: &&str| {
        let known = id.parse().ok().and_then(|id| policy.purpose(&id).map(|p| p.label.get(Language::Ja).to_owned()));
        known.unwrap_or_else(|| (*id).to_owned())
    };
    ids.iter().map(label).collect::<Vec<_>>().join("\n")
}

fn yes(yes: bool) -> String {
    if yes { "有" } else { "無" }.to_owned()
}

/// How much there is: what is held, or what lies elsewhere.
fn amount(row: &Row, dice: &mut Dice) -> String {
    let held = row.people.max(row.gone);
    let count = if held > 0 { held } else { 20 + dice.below(58) * 10 };
    format!("約{}件", count.div_ceil(10) * 10)
}

fn source(row: &Row) -> String {
    let client = row.client.as_ref().map_or("", |c| c.name.as_str());
    row.sort.source.replace("{c}", client)
}

fn direct(sort: &Sort) -> &'static str {
    if sort.source.starts_with("本人") { "直接書面" } else { "それ以外" }
}

fn shown(sort: &Sort) -> &'static str {
    match sort.kind {
        "entrusted-subject" => "委託元が明示",
        "visitor" => "受付に掲示（第7版）",
        "caller" => "公表（ウェブサイト）",
        _ if sort.source.starts_with("本人") => "取得の画面・書面で明示（第7版）",
        _ => "公表（ウェブサイト）",
    }
}

fn consent(sort: &Sort, special: bool) -> &'static str {
    match sort.kind {
        _ if special => "要・同意書を保管（内定承諾後又は受診前に取得）",
        "subscriber" => "要・購読の申込みのときに取得",
        "shareholder" => "法令に基づく作成。事前に通知し、取締役会で承認",
        "entrusted-subject" => "委託元の責任で取得",
        _ => "不要（明示した目的の範囲）",
    }
}

/// Contracts end on a day; everything else is used as long as its purpose lasts.
fn use_until(row: &Row, today: Date) -> String {
    let nth = i64::try_from(row.nth).unwrap_or(0);
    let in_days = |days: i64| today.checked_add(days.days()).unwrap_or(today).to_string();
    match (row.sort.kind, row.nth) {
        ("entrusted-subject", 0) => in_days(18),
        ("entrusted-subject", _) => in_days(60 + nth * 9),
        ("signatory", _) => in_days(120 + nth * 30),
        ("applicant", _) => "選考の終了まで".to_owned(),
        ("employee" | "executive" | "contractor-staff" | "family", _) => "在籍中".to_owned(),
        ("former-employee", _) => "退職後の手続の終了まで".to_owned(),
        _ => "利用目的の達成まで".to_owned(),
    }
}

fn access(unit: Unit) -> &'static str {
    match unit {
        Unit::Recruiting => "採用担当、配属先の面接者",
        Unit::People => "労務担当",
        Unit::Payroll => "給与担当",
        Unit::Safety => "衛生管理者、産業医",
        Unit::Sales => "営業担当",
        Unit::Marketing => "催し・配信の担当",
        Unit::Support => "サポート担当",
        Unit::Affairs => "総務・受付担当",
        Unit::Delivery => "案件の担当者（案件別の規則による）",
        Unit::Finance => "役員、経営企画室",
    }
}

fn place(sort: &Sort) -> &'static str {
    match (sort.medium, sort.land) {
        ("紙", _) => "施錠書庫（管理区域B）",
        ("紙・電子", _) => "施錠書庫・業務システム",
        (_, Land::Vietnam) => "業務システム（ハノイ・データセンター1）",
        (_, Land::Japan) => "業務システム（東京・データセンター）",
    }
}

fn method(sort: &Sort) -> &'static str {
    if sort.medium == "紙" {
        "施錠、持出し記録"
    } else {
        "本人ごとの鍵で暗号化、アクセス制御、記録"
    }
}

fn country(sort: &Sort) -> &'static str {
    match sort.land {
        Land::Japan => "JP",
        Land::Vietnam => "VN",
    }
}

fn entrustees(sort: &Sort) -> &'static str {
    match sort.kind {
        "entrusted-subject" => "クーロン・データ入力社（一部の案件）",
        "subscriber" => "MailPost Cloud",
        "visitor" => "センヴァン警備社",
        _ if sort.purposes.contains(&"hr.payroll") => "蓮台給与計算センター",
        _ if sort.medium == "紙" => "白山文書溶解社（廃棄）",
        _ => "なし",
    }
}

fn third_party(sort: &Sort) -> &'static str {
    if sort.purposes.contains(&"hr.legal") {
        "税務当局・社会保険の機関（法令）"
    } else if sort.purposes.contains(&"hr.benefit") {
        "健康診断の実施機関（同意）"
    } else {
        "なし"
    }
}

fn abroad(sort: &Sort) -> &'static str {
    match sort.kind {
        "subscriber" => "同意（米国）",
        "inquirer" | "contract-contact" => "相当措置（シンガポール）",
        _ => "なし",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::{Scale, book, rules};
    use jiff::civil::date;
    use policy::register::{COLUMNS, Need};

    #[test]
    fn every_mandatory_column_is_filled_except_those_that_approval_fills() {
        let today = date(2026, 11, 22);
        let policy = rules::current(today).unwrap();
        let mut dice = Dice::new(1, 1);
        for row in book::rows(Scale(100), today, &mut dice) {
            let sheet = sheet(&row, &policy, today, &mut dice);
            for column in
                COLUMNS.iter().filter(|c| c.need == Need::Mandatory && !matches!(c.id, "reviewed" | "approved"))
            {
                assert!(!sheet.text(column.id).is_empty(), "{} {}", row.title, column.id);
            }
            assert!(sheet.is_confirmed("source"));
            for id in row.sort.purposes {
                let purpose = policy.purpose(&id.parse().unwrap()).unwrap();
                assert!(
                    purpose.kinds.contains(&row.sort.kind.parse::<ledger::names::KindId>().unwrap()),
                    "{} {id}",
                    row.title
                );
            }
            let label = |t: &policy::Term| t.label.get(Language::Ja) == row.sort.term;
            assert!(policy.terms().iter().any(label), "{}", row.sort.term);
        }
    }
}
