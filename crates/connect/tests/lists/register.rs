//! Handling ledgers as companies keep them.

use connect::columns::Standing;
use connect::file::Origin;
use connect::sheet;

fn read(text: &str) -> (Vec<String>, Vec<sheet::RegisterRow>) {
    let table = sheet::open_register(&Origin::bytes(text.as_bytes()), None).unwrap();
    let columns = sheet::columns(&table);
    let summary = columns
        .iter()
        .map(|column| {
            format!(
                "{}={} {}",
                column.heading.text,
                column.column.map_or("-", |column| column.id),
                column.standing.code()
            )
        })
        .collect();
    (summary, sheet::rows(&table, &columns).unwrap().map(Result::unwrap).collect())
}

#[test]
fn the_simple_form_is_understood() {
    let (columns, rows) = read(
        "個人情報管理台帳\n\nNo,種類,利用目的,管理部門,取得方法,保存場所,管理責任者,委託先,保存期間,廃棄方法,備考\n\
         1,履歴書,採用選考,人事部,本人から,人事部キャビネット,人事部長,なし,選考終了後6か月,シュレッダー,\n\
         2,社員名簿,雇用管理,人事部,本人から,要確認,人事部長,給与計算会社,退職後3年,消去,\n3,,,,,,,,,,\n4,,,,,,,,,,\n",
    );
    assert_eq!(
        columns,
        [
            "No=no confirmed",
            "種類=name confirmed",
            "利用目的=purpose confirmed",
            "管理部門=department confirmed",
            "取得方法=source confirmed",
            "保存場所=place confirmed",
            "管理責任者=manager confirmed",
            "委託先=entrustees confirmed",
            "保存期間=keep-until confirmed",
            "廃棄方法=disposal confirmed",
            "備考=note confirmed",
        ]
    );
    assert_eq!(rows.len(), 2, "rows numbered in advance are empty");
    assert_eq!((rows[0].line, rows[0].cells.len()), (4, 10));
    let place = rows[1].cells.iter().find(|cell| cell.column.id == "place").unwrap();
    assert_eq!((place.letters.as_str(), place.standing), ("F", Standing::Unconfirmed));
    assert_eq!(rows[1].cells[1].text, "社員名簿");
}

#[test]
fn english_and_vietnamese_ledgers_are_understood() {
    let (columns, rows) = read(
        "No.,Name of the personal information,Purpose of use,Responsible manager,Retention period,Status\n1,CVs,Hiring,HR lead,6 months,inferred\n",
    );
    assert_eq!(
        columns,
        [
            "No.=no confirmed",
            "Name of the personal information=name confirmed",
            "Purpose of use=purpose confirmed",
            "Responsible manager=manager confirmed",
            "Retention period=keep-until confirmed",
            "Status=standing confirmed",
        ]
    );
    assert!(
        rows[0].cells.iter().all(|cell| cell.standing == Standing::Inferred),
        "the row's own standing holds for its cells"
    );
    let (columns, _) =
        read("STT,Tên dữ liệu,Mục đích sử dụng,Người phụ trách,Nơi lưu trữ\n1,Hồ sơ,Tuyển dụng,Trưởng phòng,Tủ\n");
    assert_eq!(
        columns,
        [
            "STT=no confirmed",
            "Tên dữ liệu=name confirmed",
            "Mục đích sử dụng=purpose confirmed",
            "Người phụ trách=manager confirmed",
            "Nơi lưu trữ=place confirmed",
        ]
    );
}

#[test]
fn longer_headings_are_inferred_and_no_column_is_taken_twice() {
    let (columns, _) =
        read("No,個人情報の名称,利用目的（具体的に記入）,主な利用目的の補足,件数（概数）,謎\n1,名簿,連絡,x,100,y\n");
    assert_eq!(
        columns,
        [
            "No=no confirmed",
            "個人情報の名称=name confirmed",
            "利用目的（具体的に記入）=purpose confirmed",
            "主な利用目的の補足=- unconfirmed",
            "件数（概数）=count confirmed",
            "謎=- unconfirmed",
        ]
    );
    let (columns, _) = read("No,名称,当社における利用目的,保管場所(キャビネット等)\n1,名簿,連絡,1F\n");
    assert_eq!(columns[2..], ["当社における利用目的=purpose inferred", "保管場所(キャビネット等)=place confirmed"]);
}

#[test]
fn a_heading_that_begins_politely_is_read_as_it_stands() {
    let (columns, _) = read("No,種類,本人の種類,利用目的\n1,履歴書,応募者,採用\n");
    assert_eq!(columns[1..3], ["種類=name confirmed", "本人の種類=kinds confirmed"]);
}

#[test]
fn cells_that_cannot_be_read_are_told_and_numbers_alone_are_counted() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in [["No", "個人情報の名称", "利用目的"], ["1", "名簿", ""], ["2", "", ""]].into_iter().enumerate()
    {
        for (column, text) in cells.into_iter().enumerate().filter(|(_, text)| !text.is_empty()) {
            sheet.write(u32::try_from(row).unwrap(), u16::try_from(column).unwrap(), text).unwrap();
        }
    }
    sheet.write_formula(1, 2, rust_xlsxwriter::Formula::new("=A9").set_result("#REF!")).unwrap();
    let table = sheet::open_register(&Origin::bytes(book.save_to_buffer().unwrap()), None).unwrap();
    let columns = sheet::columns(&table);
    let mut rows = sheet::rows(&table, &columns).unwrap();
    let row = rows.next().unwrap().unwrap();
    let faults: Vec<(&str, &str)> = row.faults.iter().map(|(column, why)| (column.id, why.key())).collect();
    assert_eq!(faults, [("purpose", "cell.error")]);
    assert!(rows.next().is_none());
    assert_eq!(rows.skipped().blank.first, [3]);
}
