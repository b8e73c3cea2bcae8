//! Workbooks made as people make them.

use connect::file::{Choice, Format, Origin, Trouble, open};
use policy::Language;
use rust_xlsxwriter::{ExcelDateTime, Format as Style, Formula, Workbook};

use super::made::{matched, read, summary, table, told};

fn date(year: u16, month: u8, day: u8) -> ExcelDateTime {
    ExcelDateTime::from_ymd(year, month, day).unwrap()
}

/// A list with a title, a heading of two rows merged across and down, merged departments, dates, padded
/// numbers, a formula, an error, a sum, and other sheets beside it.
fn messy() -> Vec<u8> {
    let mut book = Workbook::new();
    let cover = book.add_worksheet().set_name("表紙").unwrap();
    cover.write(0, 0, "社員名簿").unwrap();
    cover.write(1, 0, "人事部").unwrap();
    let sheet = book.add_worksheet().set_name("社員").unwrap();
    let plain = Style::new();
    let day = Style::new().set_num_format("[$-411]ggge\"年\"m\"月\"d\"日\";@");
    let padded = Style::new().set_num_format("00000");
    sheet.merge_range(0, 0, 0, 7, "社員名簿 2026年度", &plain).unwrap();
    sheet.merge_range(2, 0, 3, 0, "社員番号", &plain).unwrap();
    sheet.merge_range(2, 1, 3, 1, "部署", &plain).unwrap();
    sheet.merge_range(2, 2, 2, 3, "氏名", &plain).unwrap();
    sheet.write(3, 2, "漢字").unwrap();
    sheet.write(3, 3, "カナ").unwrap();
    sheet.merge_range(2, 4, 3, 4, "生年月日", &plain).unwrap();
    sheet.merge_range(2, 5, 2, 6, "連絡先", &plain).unwrap();
    sheet.write(3, 5, "電話").unwrap();
    sheet.write(3, 6, "メール").unwrap();
    let people = [
        ("山田 太郎", "ヤマダ タロウ", "090-1234-5678", "taro@example.jp"),
        ("髙橋 花子", "タカハシ ハナコ", "03-5234-5678", "hanako@example.jp"),
        ("鈴木 次郎", "スズキ ジロウ", "080-1234-5678", "jiro@example.jp"),
    ];
    for (at, (name, kana, phone, mail)) in people.into_iter().enumerate() {
        let row = 4 + u32::try_from(at).unwrap();
        sheet.write_with_format(row, 0, f64::from(row), &padded).unwrap();
        sheet.write(row, 2, name).unwrap();
        sheet.write(row, 3, kana).unwrap();
        sheet.write_with_format(row, 4, date(1985, 3, 5 + u8::try_from(at).unwrap()), &day).unwrap();
        sheet.write(row, 5, phone).unwrap();
        sheet.write(row, 6, mail).unwrap();
    }
    sheet.merge_range(4, 1, 6, 1, "営業部", &plain).unwrap();
    // A number that lost its zero, a day without a date's format, a formula with its result.
    sheet.write(8, 0, 9).unwrap();
    sheet.write(8, 2, "佐藤 三郎").unwrap();
    sheet.write(8, 3, "サトウ サブロウ").unwrap();
    sheet.write(8, 4, 31_111).unwrap();
    sheet.write(8, 5, 9_012_345_678_i64).unwrap();
    sheet.write_formula(8, 6, Formula::new("=\"saburo\"&\"@example.jp\"").set_result("saburo@example.jp")).unwrap();
    sheet.write(9, 0, 10).unwrap();
    sheet.write(9, 2, "伊藤 四郎").unwrap();
    sheet.write(9, 4, "昭和60年13月1日").unwrap();
    sheet.write_formula(9, 6, Formula::new("=NA()").set_result("#N/A")).unwrap();
    sheet.write(10, 0, "合計").unwrap();
    sheet.write_formula(10, 2, Formula::new("=COUNTA(C5:C10)").set_result("5")).unwrap();
    book.add_worksheet().set_name("退職者").unwrap().write(0, 0, "氏名").unwrap();
    let hidden = book.add_worksheet().set_name("旧").unwrap();
    hidden.set_hidden(true);
    for (column, heading) in
        ["氏名", "フリガナ", "電話番号", "メール", "住所", "生年月日", "部署", "備考", "郵便番号"].iter().enumerate()
    {
        hidden.write(0, u16::try_from(column).unwrap(), *heading).unwrap();
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn a_messy_workbook_is_read() {
    let table = table(messy());
    let others = ["表紙", "退職者", "旧"].map(str::to_owned).to_vec();
    assert_eq!(table.about().format, Format::Workbook { sheet: "社員".into(), others });
    assert_eq!(table.about().heading_lines, [3, 4]);
    assert_eq!(
        summary(&matched(&table)),
        [
            "社員番号=employee-number confirmed",
            "部署=department confirmed",
            "氏名 / 漢字=name confirmed",
            "氏名 / カナ=name-kana confirmed",
            "生年月日=birth-date confirmed",
            "連絡先 / 電話=phone confirmed",
            "連絡先 / メール=email confirmed",
        ]
    );
    let rows = read(&table);
    assert_eq!(
        told(&rows),
        [
            "5: employee-number=00004; department=営業部; name=山田 太郎; name-kana=ヤマダ タロウ; birth-date=1985-03-05; phone=090-1234-5678; email=taro@example.jp",
            "6: employee-number=00005; department=営業部; name=髙橋 花子; name-kana=タカハシ ハナコ; birth-date=1985-03-06; phone=03-5234-5678; email=hanako@example.jp",
            "7: employee-number=00006; department=営業部; name=鈴木 次郎; name-kana=スズキ ジロウ; birth-date=1985-03-07; phone=080-1234-5678; email=jiro@example.jp",
            "9: employee-number=9; name=佐藤 三郎; name-kana=サトウ サブロウ; birth-date=1985-03-05; phone=09012345678; email=saburo@example.jp",
            "10: E date.impossible, G cell.error",
        ]
    );
    let told = rows[4].as_ref().unwrap_err().told(Language::Ja);
    assert_eq!(told[0], "シート「社員」のセルE10（生年月日）: 暦にない日付です");
    assert_eq!(told[1], "シート「社員」のセルG10（メールアドレス）: セルがエラーになっています");
    assert_eq!(table.about().rows, 5);
    assert_eq!(table.about().skipped.totals.first, [11]);
}

#[test]
fn a_sheet_can_be_asked_for_by_name() {
    let origin = Origin::bytes(messy());
    let choice = Choice { sheet: Some("旧".into()), ..Choice::default() };
    assert_eq!(open(&origin, &choice).unwrap().headings().len(), 9);
    let choice = Choice { sheet: Some("ない".into()), ..Choice::default() };
    assert_eq!(open(&origin, &choice).unwrap_err().trouble, Trouble::Sheet);
}

#[test]
fn a_heading_merged_over_two_columns_of_names_is_both_parts() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.merge_range(0, 0, 0, 1, "氏名", &Style::new()).unwrap();
    sheet.write(0, 2, "電話番号").unwrap();
    for (row, (family, given)) in [("山田", "太郎"), ("鈴木", "花子")].into_iter().enumerate() {
        let row = u32::try_from(row).unwrap() + 1;
        sheet.write(row, 0, family).unwrap();
        sheet.write(row, 1, given).unwrap();
        sheet.write(row, 2, "090-1234-5678").unwrap();
    }
    let table = table(book.save_to_buffer().unwrap());
    assert_eq!(
        told(&read(&table)),
        ["2: name=山田 太郎; phone=090-1234-5678", "3: name=鈴木 花子; phone=090-1234-5678"]
    );
}

#[test]
fn a_merged_heading_over_one_column_of_values_leaves_no_trace() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "氏名").unwrap();
    sheet.merge_range(0, 1, 0, 3, "住所", &Style::new()).unwrap();
    for (row, name) in (1..4_u32).zip(["山田 太郎", "鈴木 花子", "佐藤 次郎"]) {
        sheet.write(row, 0, name).unwrap();
        sheet.merge_range(row, 1, row, 3, &format!("東京都港区芝{row}-1"), &Style::new()).unwrap();
    }
    let table = table(book.save_to_buffer().unwrap());
    assert_eq!(summary(&matched(&table)), ["氏名=name confirmed", "住所=address confirmed"]);
    assert_eq!(read(&table).len(), 3);
}

#[test]
fn furigana_kept_beside_a_text_is_not_part_of_it() {
    let book = super::hostile::workbook_of(&[
        (
            "xl/sharedStrings.xml",
            "<sst><si><t>氏名</t></si><si><t>山田</t><rPh sb=\"0\" eb=\"2\"><t>ヤマダ</t></rPh></si><si><r><t>太</t></r><r><t xml:space=\"preserve\">郎 &amp; &#x9AD9;_x000D_</t></r></si></sst>",
        ),
        (
            "xl/worksheets/sheet1.xml",
            "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row><row r=\"2\"><c r=\"A2\" t=\"s\"><v>1</v></c></row><row r=\"3\"><c r=\"A3\" t=\"s\"><v>2</v></c></row></sheetData></worksheet>",
        ),
    ]);
    assert_eq!(told(&read(&table(book))), ["2: name=山田", "3: name=太郎 & 髙"]);
}

#[test]
fn days_counted_from_1904_are_the_same_days() {
    let book = super::hostile::workbook_of(&[
        (
            "xl/workbook.xml",
            "<workbook><workbookPr date1904=\"1\"/><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
        ),
        (
            "xl/worksheets/sheet1.xml",
            "<worksheet><sheetData><row><c t=\"inlineStr\"><is><t>氏名</t></is></c><c t=\"inlineStr\"><is><t>生年月日</t></is></c></row><row><c t=\"inlineStr\"><is><t>山田</t></is></c><c><v>29649</v></c></row></sheetData></worksheet>",
        ),
    ]);
    assert_eq!(told(&read(&table(book))), ["2: name=山田; birth-date=1985-03-05"]);
}

/// Programs that delete rows leave merged regions behind that lie over other cells; they are not believed.
#[test]
fn merged_regions_left_over_cells_with_values_are_not_believed() {
    let row = |number: u32, cells: &[&str]| {
        let cells: String = cells.iter().map(|text| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>")).collect();
        format!("<row r=\"{number}\">{cells}</row>")
    };
    let rows = [
        row(1, &["社員番号", "氏名", "", "連絡先", ""]),
        row(2, &["", "漢字", "カナ", "電話", "メール"]),
        row(3, &["1", "山田 太郎", "ヤマダ タロウ", "090-1234-5678", "taro@example.jp"]),
    ]
    .concat();
    let sheet = format!(
        "<worksheet><sheetData>{rows}</sheetData><mergeCells><mergeCell ref=\"A1:E1\"/><mergeCell ref=\"A3:C3\"/></mergeCells></worksheet>"
    );
    let book = super::hostile::workbook_of(&[("xl/worksheets/sheet1.xml", &sheet)]);
    assert_eq!(
        told(&read(&table(book))),
        ["3: employee-number=1; name=山田 太郎; name-kana=ヤマダ タロウ; phone=090-1234-5678; email=taro@example.jp"]
    );
}
