//! Lists as strangers keep them: what a spreadsheet took is given back or told, what stands apart is joined, what holds nobody
//! is counted with its lines.

use connect::columns::{Mapping, matching};
use connect::file::{Choice, Origin, Shown, Trouble, open};
use connect::people::{self, Rules};
use policy::Language;
use rust_xlsxwriter::{Format as Style, Workbook, Worksheet};

use super::made::{elements, matched, read, read_with, summary, table, told, trouble};

fn sheet(fill: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(book.add_worksheet());
    book.save_to_buffer().unwrap()
}

fn rows(sheet: &mut Worksheet, from: u32, rows: &[&[&str]]) {
    for (at, cells) in (from..).zip(rows) {
        for (column, text) in (0_u16..).zip(cells.iter()).filter(|(_, text)| !text.is_empty()) {
            sheet.write(at, column, *text).unwrap();
        }
    }
}

#[test]
fn zeros_a_spreadsheet_took_come_back_and_numbers_it_cut_are_refused() {
    let text = "氏名,電話番号,郵便番号,社員番号,住所\n\
        山田 太郎,=\"0312345678\",1000001,001,東京都港区1\n\
        鈴木 花子,'09011112222,600001,'002,\n\
        佐藤 次郎,9012345678,10001,003,北海道札幌市1\n\
        Lê Hoa,912345671,700000,004,\"12 Lê Lợi, Quận 1\"\n\
        伊藤 三郎,9.01E+09,1000002,1.2E+05,\n\
        加藤 四郎,84912345670,1000003,006,\n";
    let table = table(text);
    assert_eq!(
        told(&read(&table)),
        [
            "2: name=山田 太郎; phone=0312345678; postal-code=1000001; employee-number=001; address=東京都港区1",
            "3: name=鈴木 花子; phone=09011112222; postal-code=0600001; employee-number=002",
            "4: name=佐藤 次郎; phone=09012345678; postal-code=0010001; employee-number=003; address=北海道札幌市1",
            "5: name=Lê Hoa; phone=0912345671; postal-code=700000; employee-number=004; address=12 Lê Lợi, Quận 1",
            "6: B cell.shortened, D cell.shortened",
            "7: name=加藤 四郎; phone=84912345670; postal-code=1000003; employee-number=006",
        ]
    );
    let (columns, elements) = (matched(&table), elements());
    let mut people = people::read(&table, &columns, &elements, &Rules::usual(&columns, &elements)).unwrap();
    assert_eq!(people.by_ref().count(), 6);
    let mended: Vec<(String, Vec<u64>)> = people.mended().into_iter().map(|m| (m.column, m.lines.first)).collect();
    assert_eq!(mended, [("B".to_owned(), vec![4, 5]), ("C".to_owned(), vec![3, 4])]);
}

#[test]
fn numbers_too_long_and_house_numbers_that_became_days_are_refused() {
    let book = sheet(|sheet| {
        rows(
            sheet,
            0,
            &[
                &["氏名", "社員番号", "都道府県", "番地"],
                &["山田", "", "東京都"],
                &["鈴木", "", "大阪府"],
                &["佐藤", "", "京都府", "1月2日"],
            ],
        );
        sheet.write(1, 1, 1_234_567_890_123_456_789_f64).unwrap();
        let day = Style::new().set_num_format("yyyy/m/d");
        sheet.write_with_format(2, 3, 36_925, &day).unwrap();
    });
    assert_eq!(told(&read(&table(book))), ["2: B cell.shortened", "3: D cell.date", "4: D cell.date"]);
}

#[test]
fn a_name_and_its_reading_in_one_cell_are_two_values() {
    let text = "氏名（フリガナ）,電話番号\n山田太郎（ヤマダタロウ）,090-1234-5678\n\"加藤 四郎\nカトウ シロウ\",080-1234-5678\n伊藤 三子（旧姓：田中）,070-1234-5678\n";
    let list = table(text);
    assert_eq!(
        summary(&matched(&list)),
        [
            "氏名（フリガナ）=name:outside confirmed",
            "氏名（フリガナ）=name-kana:inside confirmed",
            "電話番号=phone confirmed"
        ]
    );
    // What is said for the reading is how many have one.
    assert!(matched(&list)[1].because.told(Language::En).contains("66% of 3"));
    let people = [
        "2: name=山田太郎; name-kana=ヤマダタロウ; phone=090-1234-5678",
        "3: name=加藤 四郎; name-kana=カトウ シロウ; phone=080-1234-5678",
        "5: name=伊藤 三子（旧姓：田中）; phone=070-1234-5678",
    ];
    assert_eq!(told(&read(&list)), people);
    // What was settled is saved and read again.
    let saved = Mapping::from_toml(&Mapping::of(&matched(&list)).to_toml()).unwrap();
    assert!(saved.problems(list.headings(), &elements()).is_empty());
    assert_eq!(told(&read_with(&list, &saved)), people);
    // With a column of readings, the brackets are part of the name.
    let both = table("氏名,フリガナ\n山田太郎（ヤマダ）,ヤマダタロウ\n");
    assert_eq!(told(&read(&both)), ["2: name=山田太郎（ヤマダ）; name-kana=ヤマダタロウ"]);
    // One in many is a guess that somebody must look at.
    let few = table("氏名\n山田太郎（ヤマダタロウ）\n鈴木花子\n佐藤次郎\n");
    assert_eq!(summary(&matched(&few)), ["氏名=name:outside confirmed", "氏名=name-kana:inside inferred"]);
}

#[test]
fn dates_in_pieces_marks_and_groups_of_one_are_read() {
    let book = sheet(|sheet| {
        let plain = Style::new();
        rows(
            sheet,
            0,
            &[
                &["従業員名簿"],
                &["社員番号", "氏名", "", "生年月日", "", "", "", "備考", "", "連絡先"],
                &["", "漢字", "カナ", "元号", "年", "月", "日", "済", "未", "電話"],
                &["1", "山田 太郎", "ヤマダ タロウ", "昭和", "60", "3", "5", "○", "", "090-1234-5678"],
                &["2", "鈴木 花子", "スズキ ハナコ", "H", "2", "12", "25", "", "○"],
                &["3", "佐藤 次郎", "サトウ ジロウ", "昭和", "", "", "", "○", "○"],
            ],
        );
        for (first, last, text) in [(1, 2, "氏名"), (3, 6, "生年月日"), (7, 8, "備考")] {
            sheet.merge_range(1, first, 1, last, text, &plain).unwrap();
        }
        sheet.merge_range(1, 0, 2, 0, "社員番号", &plain).unwrap();
    });
    assert_eq!(
        told(&read(&table(book))),
        [
            "4: employee-number=1; name=山田 太郎; name-kana=ヤマダ タロウ; birth-date=1985-03-05; note=済; phone=090-1234-5678",
            "5: employee-number=2; name=鈴木 花子; name-kana=スズキ ハナコ; birth-date=1990-12-25; note=未",
            "6: H row.marks",
        ]
    );
}

#[test]
fn a_heading_merged_over_several_columns_is_all_of_them() {
    let book = sheet(|sheet| {
        let plain = Style::new();
        rows(
            sheet,
            1,
            &[
                &["山田", "東京都", "港区", "芝1-1", "1985", "3", "5"],
                &["鈴木", "大阪府", "大阪市", "", "1990", "12", "25"],
            ],
        );
        sheet.write(0, 0, "氏名").unwrap();
        sheet.merge_range(0, 1, 0, 3, "住所", &plain).unwrap();
        sheet.merge_range(0, 4, 0, 6, "生年月日", &plain).unwrap();
    });
    assert_eq!(
        told(&read(&table(book))),
        [
            "2: name=山田; address=東京都港区芝1-1; birth-date=1985-03-05",
            "3: name=鈴木; address=大阪府大阪市; birth-date=1990-12-25"
        ]
    );
    // A date of birth under man or under woman, as Vietnamese lists have it.
    let book = sheet(|sheet| {
        let plain = Style::new();
        rows(sheet, 1, &[&["", "Nam", "Nữ"], &["Lê An", "05/03/1990"], &["Trần Hoa", "", "25/12/1992"]]);
        sheet.merge_range(0, 1, 0, 2, "Ngày sinh", &plain).unwrap();
        sheet.merge_range(0, 0, 1, 0, "Họ và tên", &plain).unwrap();
    });
    assert_eq!(
        told(&read(&table(book))),
        ["3: name=Lê An; birth-date=1990-03-05", "4: name=Trần Hoa; birth-date=1992-12-25"]
    );
}

#[test]
fn a_heading_can_name_the_order_of_day_and_month() {
    let both = "Name,Date of birth (dd/mm/yyyy)\nAda A,05/03/1985\n";
    assert_eq!(told(&read(&table(both))), ["2: name=Ada A; birth-date=1985-03-05"]);
    let american = "Name,Date of birth (MM/DD/YYYY)\nAda A,05/03/1985\n";
    assert_eq!(told(&read(&table(american))), ["2: name=Ada A; birth-date=1985-05-03"]);
    // Marks written apart are the same letters.
    let decomposed = "Ho\u{323} va\u{300} te\u{302}n,Nga\u{300}y sinh\nLe\u{302} An,05/03/1985\n";
    assert_eq!(told(&read(&table(decomposed))), ["2: name=Le\u{302} An; birth-date=1985-03-05"]);
}

#[test]
fn nothing_and_as_above_are_told_apart_from_values() {
    let text = "氏名,電話番号,部署,メールアドレス\n山田,×,営業部,未定\n鈴木,－,〃,ナシ\n佐藤,…,－,N/A\n同上,1,総務,-\n";
    assert_eq!(
        told(&read(&table(text))),
        ["2: name=山田; department=営業部", "3: C cell.ditto", "4: name=佐藤", "5: A cell.ditto, B phone.length"]
    );
}

#[test]
fn rows_that_hold_nobody_are_counted_with_their_lines() {
    let mut text = String::from("社員名簿\nNo,氏名,部署\n");
    for page in 0..30 {
        for at in 0..5 {
            text.push_str(&format!("{at},山田 {page}の{at},営業部\n"));
        }
        text.push_str("営業部計,,5名\n\n社員名簿（続き）\nNo,氏名,部署\n");
    }
    text.push_str("9,,\n総合計：150名\n【以上】\n");
    let table = table(text);
    let (columns, elements) = (matched(&table), elements());
    let mut people = people::read(&table, &columns, &elements, &Rules::usual(&columns, &elements)).unwrap();
    assert_eq!(people.by_ref().filter(Result::is_ok).count(), 150);
    let skipped = people.skipped();
    assert_eq!((skipped.totals.count, skipped.repeated.count, skipped.remarks.count), (31, 30, 1));
    assert_eq!((skipped.totals.first[0], skipped.totals.first[30]), (8, 274));
    assert_eq!(skipped.repeated.first[0], 11);
    assert_eq!(skipped.remarks.first, [275]);
    // Empty lines, the title of each page, and the number that waits for somebody.
    assert_eq!(skipped.blank.count, 61);
    assert_eq!(skipped.blank.first[..3], [9, 10, 18]);
    assert_eq!(skipped.blank.first[60], 273);
}

#[test]
fn what_a_spreadsheet_hides_is_read_and_told_or_left_out() {
    let book = sheet(|sheet| {
        rows(sheet, 0, &[&["氏名", "備考"], &["山田", "x"], &["鈴木", "y"], &["佐藤", "z"]]);
        sheet.set_row_hidden(2).unwrap();
        sheet.set_column_hidden(1).unwrap();
    });
    let all = table(book.clone());
    assert_eq!(told(&read(&all)), ["2: name=山田; note=x", "3: name=鈴木; note=y", "4: name=佐藤; note=z"]);
    assert_eq!(
        (all.about().hidden.first.as_slice(), all.about().hidden_columns.as_slice()),
        (&[3][..], &["B".to_owned()][..])
    );
    let choice = Choice { shown: Shown::OnlyWhatIsShown, ..Choice::default() };
    let shown = open(&Origin::bytes(book), &choice).unwrap();
    assert_eq!(told(&read(&shown)), ["2: name=山田", "4: name=佐藤"]);
    assert_eq!((shown.about().rows, shown.about().skipped.hidden.first.as_slice()), (2, &[3][..]));
}

#[test]
fn files_that_are_no_list_are_told_with_a_way_on() {
    let wide = |columns: usize| format!("氏名{}\n山田{}\n", ",x".repeat(columns), ",1".repeat(columns));
    assert_eq!(trouble(wide(1_024)), Trouble::Columns);
    let form =
        "従業員カード\n氏名,山田 太郎\nフリガナ,ヤマダ タロウ\n生年月日,昭和60年3月5日\n電話番号,090-1234-5678\n";
    assert_eq!(trouble(form), Trouble::Form);
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("list.csv", zip::write::SimpleFileOptions::default()).unwrap();
    assert_eq!(trouble(zip.finish().unwrap().into_inner()), Trouble::Archive);
    // More rows than a sheet can have, however small they are packed.
    let many = "<worksheet><sheetData><row r=\"1\"/><row r=\"1048576\"/><row/></sheetData></worksheet>";
    let many = super::hostile::workbook_of(&[("xl/worksheets/sheet1.xml", many)]);
    let unreadable = open(&Origin::bytes(many), &Choice::default()).unwrap_err();
    assert_eq!((unreadable.trouble, unreadable.line), (Trouble::Rows, Some(1_048_576)));
    assert!(unreadable.told(Language::En).contains("1,048,576"));
}

#[test]
fn a_few_lines_of_another_encoding_are_rejected_and_the_rest_is_read() {
    let mut bytes = "氏名,部署\n".as_bytes().to_vec();
    for at in 0..50 {
        bytes.extend(format!("山田 太郎{at},営業部\n").into_bytes());
    }
    bytes.extend(encoding_rs::SHIFT_JIS.encode("鈴木 花子,総務部\n").0.iter());
    let rows = read(&table(bytes));
    assert_eq!(rows.iter().filter(|row| row.is_ok()).count(), 50);
    assert_eq!(told(&rows)[50], "52: A cell.encoding, B cell.encoding");
}

#[test]
fn a_wide_export_of_which_little_is_known_has_its_heading() {
    let known = ["社員番号", "氏名", "フリガナ", "生年月日", "メールアドレス", "電話番号"];
    let others: Vec<String> = (1_000..1_100).map(|at| format!("手当{at}")).collect();
    let heads: Vec<&str> = known.into_iter().chain(others.iter().map(String::as_str)).collect();
    let values = "1,山田 太郎,ヤマダ タロウ,1985/3/5,t@example.jp,090-1234-5678";
    let text = format!("{}\n{values}{}\n", heads.join(","), ",100".repeat(100));
    let table = table(text);
    assert_eq!(table.about().heading_lines, [1]);
    let (columns, elements) =
        (matching(table.headings(), table.sample(), &elements(), &Mapping::default()), elements());
    assert_eq!(Rules::usual(&columns, &elements).required.len(), 1);
    assert!(told(&read(&table))[0].starts_with("2: employee-number=1; name=山田 太郎; name-kana=ヤマダ タロウ"));
}

#[test]
fn two_addresses_are_not_one() {
    let text = "氏名,現住所・都道府県,現住所・市区町村,現住所・丁目・番地,住民票の住所・都道府県,住民票の住所・市区町村,FAX\n\
        山田,東京都,千代田区,千代田1-1,大阪府,大阪市,03-1111-2222\n鈴木,東京都,渋谷区,神宮前2-2,大阪府,堺市,03-1111-2223\n";
    let list = table(text);
    assert_eq!(
        told(&read(&list)),
        ["2: name=山田; address=東京都千代田区千代田1-1", "3: name=鈴木; address=東京都渋谷区神宮前2-2"]
    );
    // Which of the two was meant is a guess; a FAX number is no telephone number.
    assert_eq!(summary(&matched(&list))[1], "現住所・都道府県=address:piece inferred");
    assert_eq!(summary(&matched(&list))[6], "FAX=- unconfirmed");
}

#[test]
fn remarks_in_brackets_say_what_is_meant() {
    let text = "お名前（漢字）,お名前（全角ヨミガナ）,TEL（自宅）,備考（済）,備考（未）\n山田 太郎,ヤマダ タロウ,03-1234-5678,○,\n鈴木 花子,スズキ ハナコ,03-1234-5679,,○\n";
    assert_eq!(
        told(&read(&table(text))),
        [
            "2: name=山田 太郎; name-kana=ヤマダ タロウ; phone=03-1234-5678; note=済",
            "3: name=鈴木 花子; name-kana=スズキ ハナコ; phone=03-1234-5679; note=未"
        ]
    );
    let text = "姓,名,姓（ヨミガナ）,名（ヨミガナ）\n山田,太郎,ヤマダ,タロウ\n";
    assert_eq!(told(&read(&table(text))), ["2: name=山田 太郎; name-kana=ヤマダ タロウ"]);
}

#[test]
fn a_person_merged_over_two_rows_is_not_two() {
    let book = sheet(|sheet| {
        let plain = Style::new();
        rows(
            sheet,
            0,
            &[
                &["氏名", "電話番号", "部署"],
                &["", "03-1234-5678"],
                &["", "090-1234-5678"],
                &["鈴木", "03-1234-5679"],
                &["集計", "", "3"],
            ],
        );
        sheet.merge_range(1, 0, 2, 0, "山田", &plain).unwrap();
        sheet.merge_range(1, 2, 3, 2, "営業部", &plain).unwrap();
    });
    assert_eq!(
        told(&read(&table(book))),
        [
            "2: name=山田; phone=03-1234-5678; department=営業部",
            "3: A row.merged",
            "4: name=鈴木; phone=03-1234-5679; department=営業部"
        ]
    );
}
