//! Files that are broken, or made to break what reads them.

use std::io::{Cursor, Write};

use connect::columns::{Mapping, matching};
use connect::file::{Choice, Origin, Trouble, open};
use connect::people::{self, Rules};
use connect::sheet;
use proptest::prelude::*;
use rust_xlsxwriter::Workbook;
use zip::write::SimpleFileOptions;

use super::made::{elements, read, table, told, trouble};

const PARTS: [(&str, &str); 4] = [
    (
        "_rels/.rels",
        "<Relationships><Relationship Id=\"r\" Type=\"http://x/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>",
    ),
    ("xl/workbook.xml", "<workbook><sheets><sheet name=\"社員\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"),
    (
        "xl/_rels/workbook.xml.rels",
        "<Relationships><Relationship Id=\"rId1\" Type=\"http://x/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"http://x/relationships/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>",
    ),
    ("xl/worksheets/sheet1.xml", "<worksheet><sheetData/></worksheet>"),
];

/// A workbook of the least parts, some of them replaced.
pub(crate) fn workbook_of(replaced: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut names: Vec<&str> = PARTS.iter().chain(replaced).map(|(name, _)| *name).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let (_, text) = replaced.iter().chain(&PARTS).find(|(part, _)| *part == name).unwrap();
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn sheet_of(rows: &str) -> Vec<u8> {
    workbook_of(&[("xl/worksheets/sheet1.xml", &format!("<worksheet>{rows}</worksheet>"))])
}

fn cell(text: &str) -> String {
    format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

fn good() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in
        [["氏名", "電話番号"], ["山田", "090-1234-5678"], ["鈴木", "080-1234-5678"]].into_iter().enumerate()
    {
        for (column, text) in cells.into_iter().enumerate() {
            sheet.write(u32::try_from(row).unwrap(), u16::try_from(column).unwrap(), text).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn files_of_another_kind_are_told_as_such() {
    for (bytes, expected) in [
        (b"%PDF-1.7 some".to_vec(), Trouble::Kind),
        (b"\x89PNG\r\n\x1a\n0000".to_vec(), Trouble::Kind),
        (b"<!DOCTYPE html><table><tr><td>x".to_vec(), Trouble::Kind),
        (b"PK\x03\x04broken".to_vec(), Trouble::Damaged),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1broken".to_vec(), Trouble::Damaged),
        (vec![0; 10_000], Trouble::Kind),
        (workbook_of(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet")]), Trouble::Format),
        (workbook_of(&[("xl/workbook.bin", "")]), Trouble::Format),
        (workbook_of(&[("xl/workbook.xml", "<workbook/>")]), Trouble::Empty),
        (workbook_of(&[]), Trouble::Empty),
    ] {
        assert_eq!(trouble(bytes.clone()), expected, "{:?}", String::from_utf8_lossy(&bytes[..bytes.len().min(20)]));
    }
    let locked: Vec<u8> = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]
        .into_iter()
        .chain([0; 600])
        .chain("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    assert_eq!(trouble(locked), Trouble::Password);
    assert_eq!(open(&Origin::path("/no/such/file.csv"), &Choice::default()).unwrap_err().trouble, Trouble::Closed);
}

#[test]
fn a_workbook_cut_off_anywhere_is_damaged_or_tells_where() {
    let whole = good();
    for end in (0..whole.len()).step_by(97) {
        let opened = open(&Origin::bytes(&whole[..end]), &Choice::default());
        assert!(opened.is_err(), "cut at {end}");
    }
    let cut = sheet_of("<sheetData><row><c t=\"inlineStr\"><is><t>氏名</t></is></c></row><row><c><v>1</v>");
    assert_eq!(trouble(cut), Trouble::Damaged);
}

#[test]
fn sizes_that_a_file_claims_reserve_nothing() {
    let heading = format!("<row r=\"1\">{}</row>", cell("氏名"));
    let huge = format!(
        "<dimension ref=\"A1:XFD1048576\"/><sheetData>{heading}<row r=\"1048576\">{}</row></sheetData>",
        cell("山田")
    );
    assert_eq!(told(&read(&table(sheet_of(&huge)))), ["1048576: name=山田"]);
    let claimed = workbook_of(&[
        (
            "xl/sharedStrings.xml",
            "<sst count=\"18446744073709551615\" uniqueCount=\"18446744073709551615\"><si><t>氏名</t></si><si><t>山田</t></si></sst>",
        ),
        (
            "xl/worksheets/sheet1.xml",
            "<worksheet><sheetData><row><c t=\"s\"><v>0</v></c></row><row><c t=\"s\"><v>1</v></c></row><row><c t=\"s\"><v>99999999999</v></c></row></sheetData></worksheet>",
        ),
    ]);
    assert_eq!(told(&read(&table(claimed))), ["2: name=山田"]);
    let beyond = format!(
        "<sheetData>{heading}<row r=\"99999999999\"><c r=\"ZZZZ9\" t=\"inlineStr\"><is><t>山田</t></is></c></row></sheetData><mergeCells><mergeCell ref=\"A1:XFD1048576\"/><mergeCell ref=\"zz\"/></mergeCells>"
    );
    let _ = open(&Origin::bytes(sheet_of(&beyond)), &Choice::default());
}

#[test]
fn an_archive_that_unpacks_without_end_is_given_up() {
    // 64 MB of one letter pack into 64 kB; as one cell it is longer than any record may be.
    let letters = "a".repeat(64 << 20);
    assert_eq!(trouble(sheet_of(&format!("<sheetData><row>{}</row></sheetData>", cell(&letters)))), Trouble::Size);
    let shared = format!("<sst><si><t>{letters}</t></si></sst>");
    assert_eq!(trouble(workbook_of(&[("xl/sharedStrings.xml", &shared)])), Trouble::Size);
}

#[test]
fn odd_rows_are_read_or_rejected_one_by_one() {
    let wide: Vec<String> = (0..300).map(|at| format!("列{at}")).collect();
    let values: Vec<String> = (0..300).map(|at| format!("値{at}")).collect();
    let text = format!("氏名,{}\n山田,{}\n", wide.join(","), values.join(","));
    assert_eq!(table(text.clone()).headings().len(), 301);
    assert_eq!(told(&read(&table(text))), ["2: name=山田"]);

    let huge = "x".repeat(3 << 20);
    let text = format!("氏名,備考\n山田,\"{huge}\"\n鈴木,y\n");
    assert_eq!(told(&read(&table(text))), ["2: B value.long", "3: name=鈴木; note=y"]);

    let text = "氏名,備考\n山\0田,x\n鈴木,y\n佐藤,\u{7}\n伊藤,z\n加藤,w\n木村,v\n";
    assert_eq!(
        told(&read(&table(text))),
        [
            "2: A value.control",
            "3: name=鈴木; note=y",
            "4: B value.control",
            "5: name=伊藤; note=z",
            "6: name=加藤; note=w",
            "7: name=木村; note=v"
        ]
    );

    // One letter cut in half in a long Shift_JIS file: that row is told, the others are read.
    let mut bytes =
        encoding_rs::SHIFT_JIS.encode(&format!("氏名,備考\n山田,x\n{}", "鈴木,東京都\n".repeat(200))).0.into_owned();
    let at = bytes.windows(2).position(|pair| pair == [0x93, 0x63]).unwrap();
    bytes[at + 1] = b'\x01';
    let rows = read(&table(bytes));
    assert_eq!(told(&rows)[0], "2: A cell.encoding");
    assert_eq!(rows.len(), 201);
}

#[test]
fn a_formula_that_was_never_calculated_is_told() {
    let rows = format!(
        "<sheetData><row>{}{}</row><row>{}<c><f>A1</f></c></row><row>{}<c t=\"str\"><f>A1</f><v></v></c></row></sheetData>",
        cell("氏名"),
        cell("電話番号"),
        cell("山田"),
        cell("鈴木")
    );
    assert_eq!(told(&read(&table(sheet_of(&rows)))), ["2: B cell.uncalculated", "3: name=鈴木"]);
}

#[test]
fn a_text_file_that_ends_in_the_middle_tells_the_line() {
    let text = format!("氏名,備考\n山田,x\n鈴木,\"{}", "y,z\n".repeat(4 << 20));
    let unreadable = open(&Origin::bytes(text.into_bytes()), &Choice::default()).unwrap_err();
    assert_eq!((unreadable.trouble, unreadable.line), (Trouble::Record, Some(3)));
}

/// Opens, matches and reads whatever it is, in both ways. Only that it ends without falling is asserted.
fn read_anything(bytes: Vec<u8>) {
    let origin = Origin::bytes(bytes);
    if let Ok(table) = open(&origin, &Choice::default()) {
        let elements = elements();
        let columns = matching(table.headings(), table.sample(), &elements, &Mapping::default());
        let rules = Rules::usual(&columns, &elements);
        let rows = people::read(&table, &columns, &elements, &rules).map(Iterator::count);
        assert!(rows.is_ok());
    }
    if let Ok(table) = sheet::open_register(&origin, None) {
        let columns = sheet::columns(&table);
        assert!(sheet::rows(&table, &columns).map(Iterator::count).is_ok());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn no_bytes_make_reading_fall(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        read_anything(bytes);
    }

    #[test]
    fn no_text_makes_reading_fall(text in "([氏名電話a-z0-9@\"',;\\t\\r\\n /合計※ 年月日\\-]{0,12}[,\\n\"]){0,30}") {
        read_anything(text.clone().into_bytes());
        read_anything(encoding_rs::SHIFT_JIS.encode(&text).0.into_owned());
        read_anything(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
    }

    #[test]
    fn no_altered_workbook_makes_reading_fall(changes in proptest::collection::vec((any::<u16>(), any::<u8>()), 1..6)) {
        let mut bytes = good();
        for (at, byte) in changes {
            let length = bytes.len();
            bytes[usize::from(at) % length] = byte;
        }
        read_anything(bytes);
    }

    #[test]
    fn no_sheet_makes_reading_fall(inside in "(<row( r=\"[0-9]{1,9}\")?>|</row>|<c( r=\"[A-Z]{1,4}[0-9]{1,3}\")?( t=\"(s|n|b|e|d|str|inlineStr)\")?( s=\"[0-9]{1,2}\")?>|</c>|<v>|</v>|<is><t>|</t></is>|<f>|</f>|氏名|山田|[0-9.eE+-]{1,6}|&amp;|&#x0;|&x;|<mergeCell ref=\"[A-C][1-9]:[A-C][1-9]\"/>){0,40}") {
        read_anything(sheet_of(&format!("<sheetData>{inside}</sheetData>")));
        read_anything(sheet_of(&format!("<sheetData><row>{}</row><row>{}</row></sheetData><mergeCells>{inside}</mergeCells>", cell("氏名"), cell("山田"))));
    }
}
