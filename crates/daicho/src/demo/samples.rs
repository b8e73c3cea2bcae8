//! Files a visitor can play with: lists as companies have them, and both policies as folders.

use super::book;
use super::dice::Dice;
use super::names::{Land, Name};
use super::people::mobile;
use super::rules;
use super::{Plan, Scale};
use crate::said::Said;
use encoding_rs::SHIFT_JIS;
use jiff::civil::Date;
use policy::register::COLUMNS;
use policy::{Language, Policy};
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use std::path::Path;

/// The folder beside the data.
pub(crate) const FOLDER: &str = "samples";
/// Applicants, as somebody exported them from an old system: CP932, a title, an era, half-width kana, mistakes.
pub(crate) const CSV: &str = "applicants-cp932.csv";
/// Applicants in a workbook whose headings lie in merged cells.
pub(crate) const WORKBOOK: &str = "applicants-merged.xlsx";
/// A handling ledger as another company kept it.
pub(crate) const REGISTER: &str = "register.xlsx";
/// Both policies of the demo.
pub(crate) const POLICIES: [&str; 2] = ["policy-before", "policy-current"];

/// Writes them into a folder that is made.
pub(crate) fn write(folder: &Path, plan: &Plan) -> Result<(), Said> {
    std::fs::create_dir_all(folder)?;
    let mut dice = Dice::new(plan.seed, 90);
    std::fs::write(folder.join(CSV), csv(plan.today, &mut dice))?;
    std::fs::write(folder.join(WORKBOOK), workbook(plan.today, &mut dice).map_err(Said::fault)?)?;
    let policies = [rules::before(plan.today), rules::current(plan.today)];
    for (name, policy) in POLICIES.iter().zip(policies) {
        let policy = policy.map_err(Said::fault)?;
        write_policy(&folder.join(name), &policy)?;
        if *name == "policy-current" {
            std::fs::write(folder.join(REGISTER), register(&policy, plan.today, &mut dice).map_err(Said::fault)?)?;
        }
    }
    Ok(())
}

fn write_policy(folder: &Path, policy: &Policy) -> Result<(), Said> {
    for (path, text) in policy.files() {
        let file = folder.join(path);
        if let Some(parent) = file.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(file, text)?;
    }
    Ok(())
}

/// Twenty-four people, two of them with something that cannot be taken over.
fn csv(today: Date, dice: &mut Dice) -> Vec<u8> {
    let mut lines = vec![
        format!("応募者一覧（{}年度・中途）,,,,,,,", today.year()),
        format!("出力日：{},,,,,,,", today),
        String::new(),
        "No.,氏　名,フリガナ,生年月日,Ｅメール,携帯電話,〒,現住所,出身校,備考".to_owned(),
    ];
    for number in 1..=24 {
        let name = spelled(dice);
        let (family, given) = (name.family, name.given);
        let kana = name.kana.unwrap_or_default();
        let kana = if number % 3 == 0 { half_width(&kana) } else { kana };
        let born = born(dice, number);
        let email = match number {
            7 => "（後日）連絡".to_owned(),
            _ => format!("{}{number}@example.jp", name.latin),
        };
        let phone = match number {
            15 => "０９０－１２".to_owned(),
            n if n % 4 == 0 => wide(&mobile(Land::Japan, dice)),
            _ => mobile(Land::Japan, dice),
        };
        let remark = dice.pick(&["", "", "㈱翠嵐精機より紹介", "①面接済", "N2"]);
        lines.push(format!(
            "{number},{family}　{given},{kana},{born},{email},{phone},{}-{},東京都港区蓮台{}－{}－{},蓮台大学,{remark}",
            990 + dice.below(9),
            dice.digits(4),
            1 + dice.below(9),
            1 + dice.below(20),
            1 + dice.below(20),
        ));
        if number % 10 == 0 {
            lines.push(",,,,,,,,,".to_owned());
        }
    }
    lines.push("合計,24名,,,,,,,,".to_owned());
    let text = lines.join("\r\n") + "\r\n";
    SHIFT_JIS.encode(&text).0.into_owned()
}

/// A name that the old system could spell.
fn spelled(dice: &mut Dice) -> Name {
    loop {
        let name = Name::of(Land::Japan, dice);
        if !SHIFT_JIS.encode(&name.written).2 {
            return name;
        }
    }
}

/// A day in one of the ways people write it.
fn born(dice: &mut Dice, number: usize) -> String {
    let (year, month, day) = (1970 + dice.between(0, 32), 1 + dice.below(12), 1 + dice.below(28));
    match number % 4 {
        0 if year > 1989 => format!("平成{}年{month}月{day}日", year - 1988),
        1 if year < 1989 => format!("S{}.{month}.{day}", year - 1925),
        2 => format!("{year}/{month:02}/{day:02}"),
        _ => format!("{year}年{month}月{day}日"),
    }
}

fn wide(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '0'..='9' => char::from_u32(u32::from(c) - u32::from('0') + u32::from('０')).unwrap_or(c),
            '-' => '－',
            other => other,
        })
        .collect()
}

/// Kana as old terminals wrote them.
fn half_width(kana: &str) -> String {
    const WIDE: &str = "ァアィイゥウェエォオカガキギクグケゲコゴサザシジスズセゼソゾタダチヂッツヅテデトドナニヌネノハバパヒビピフブプヘベペホボポマミムメモャヤュユョヨラリルレロワヲンー";
    const NARROW: &[&str] = &[
        "ｧ", "ｱ", "ｨ", "ｲ", "ｩ", "ｳ", "ｪ", "ｴ", "ｫ", "ｵ", "ｶ", "ｶﾞ", "ｷ", "ｷﾞ", "ｸ", "ｸﾞ", "ｹ", "ｹﾞ", "ｺ", "ｺﾞ", "ｻ", "ｻﾞ",
        "ｼ", "ｼﾞ", "ｽ", "ｽﾞ", "ｾ", "ｾﾞ", "ｿ", "ｿﾞ", "ﾀ", "ﾀﾞ", "ﾁ", "ﾁﾞ", "ｯ", "ﾂ", "ﾂﾞ", "ﾃ", "ﾃﾞ", "ﾄ", "ﾄﾞ", "ﾅ", "ﾆ", "ﾇ",
        "ﾈ", "ﾉ", "ﾊ", "ﾊﾞ", "ﾊﾟ", "ﾋ", "ﾋﾞ", "ﾋﾟ", "ﾌ", "ﾌﾞ", "ﾌﾟ", "ﾍ", "ﾍﾞ", "ﾍﾟ", "ﾎ", "ﾎﾞ", "ﾎﾟ", "ﾏ", "ﾐ", "ﾑ", "ﾒ", "ﾓ",
        "ｬ", "ﾔ", "ｭ", "ﾕ", "ｮ", "ﾖ", "ﾗ", "ﾘ", "ﾙ", "ﾚ", "ﾛ", "ﾜ", "ｦ", "ﾝ", "ｰ",
    ];
    let narrow = |c: char| WIDE.chars().position(|w| w == c).and_then(|at| NARROW.get(at)).copied();
    kana.chars().map(|c| narrow(c).map_or_else(|| c.to_string(), str::to_owned)).collect()
}

/// Eighteen people under headings of two rows.
fn workbook(today: Date, dice: &mut Dice) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold();
    let sheet = workbook.add_worksheet().set_name("応募者")?;
    sheet.merge_range(0, 0, 0, 8, &format!("応募者管理表（{today} 現在）"), &bold)?;
    for (first, last, text) in [(1, 2, "氏名"), (3, 4, "フリガナ"), (6, 7, "連絡先")] {
        sheet.merge_range(2, first, 2, last, text, &bold)?;
    }
    for (column, text) in [(0, "No."), (5, "生年月日"), (8, "資格")] {
        sheet.merge_range(2, column, 3, column, text, &bold)?;
    }
    for (column, text) in [(1, "姓"), (2, "名"), (3, "セイ"), (4, "メイ"), (6, "携帯電話"), (7, "メールアドレス")]
    {
        sheet.write_with_format(3, column, text, &bold)?;
    }
    for number in 1..=18_u32 {
        let name = Name::of(Land::Japan, dice);
        let kana = name.kana.unwrap_or_default();
        let (sei, mei) = kana.split_once(' ').unwrap_or_default();
        let born = format!("{}/{}/{}", 1975 + dice.below(27), 1 + dice.below(12), 1 + dice.below(28));
        let phone = mobile(if dice.chance(20) { Land::Vietnam } else { Land::Japan }, dice);
        let email = format!("{}{number}@example.jp", name.latin);
        let qualification = dice.pick(&["日本語能力試験N2", "基本情報技術者", "TOEIC 780", ""]);
        sheet.write(3 + number, 0, number)?;
        for (column, text) in [
            (1, name.family.as_str()),
            (2, name.given.as_str()),
            (3, sei),
            (4, mei),
            (5, born.as_str()),
            (6, &phone),
            (7, &email),
            (8, qualification),
        ] {
            sheet.write(3 + number, column, text)?;
        }
    }
    sheet.autofit();
    workbook.save_to_buffer()
}

/// Six rows, one of which names a purpose that nobody was told of.
fn register(policy: &Policy, today: Date, dice: &mut Dice) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold();
    let sheet = workbook.add_worksheet().set_name("個人情報管理台帳")?;
    sheet.write_with_format(0, 0, "個人情報管理台帳（グループ会社より移管）", &bold)?;
    let columns: Vec<_> = COLUMNS
        .iter()
        .filter(|c| !matches!(c.id, "reviewed" | "approved" | "standing" | "note" | "my-number" | "return"))
        .collect();
    for (at, column) in columns.iter().enumerate() {
        sheet.write_with_format(2, u16::try_from(at).unwrap_or(0), column.label(Language::Ja), &bold)?;
    }
    let rows = book::rows(Scale(100), today, dice);
    let chosen = rows.iter().filter(|row| row.people > 0).step_by(23).take(6);
    for (n, row) in chosen.enumerate() {
        let filled = book::sheet(row, policy, today, dice);
        let line = u32::try_from(n).unwrap_or(0) + 3;
        for (at, column) in columns.iter().enumerate() {
            let text = match column.id {
                "no" => format!("G-{:02}", n + 1),
                "name" => format!("{}（ダナン移管分）", row.title),
                "purpose" if n == 4 => "販売促進のための第三者への提供".to_owned(),
                id => filled.text(id).to_owned(),
            };
            sheet.write(line, u16::try_from(at).unwrap_or(0), text)?;
        }
    }
    workbook.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_list_is_cp932_and_loses_nothing() {
        for seed in 0..40 {
            let bytes = csv(date(2026, 11, 22), &mut Dice::new(seed, 1));
            let (text, _, broken) = SHIFT_JIS.decode(&bytes);
            assert!(!broken && text.contains("氏　名") && text.contains("合計"));
            assert!(!text.contains("&#"), "a letter that CP932 has not was written as a number");
        }
    }

    #[test]
    fn kana_are_narrowed_letter_by_letter() {
        assert_eq!(half_width("タカハシ ジュンコ"), "ﾀｶﾊｼ ｼﾞｭﾝｺ");
        assert_eq!(wide("060-9"), "０６０－９");
    }
}
