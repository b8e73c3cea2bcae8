//! XLS: the least workbook of the old format, made byte by byte ([MS-CFB], [MS-XLS]).

use connect::file::{Format, Trouble};

use super::made::{read, table, told, trouble};

fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap();
    [&kind.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn begin(kind: u16) -> Vec<u8> {
    record(0x0809, &[&0x0600_u16.to_le_bytes()[..], &kind.to_le_bytes(), &[0; 12]].concat())
}

fn label(row: u16, column: u16, text: &str) -> Vec<u8> {
    let length = u16::try_from(text.encode_utf16().count()).unwrap();
    let place = [row.to_le_bytes(), column.to_le_bytes(), [0; 2], length.to_le_bytes()].concat();
    record(0x0204, &[place, vec![1], utf16(text)].concat())
}

fn number(row: u16, column: u16, value: f64) -> Vec<u8> {
    let place = [row.to_le_bytes(), column.to_le_bytes(), [0; 2]].concat();
    record(0x0203, &[place, value.to_le_bytes().to_vec()].concat())
}

/// The stream of a workbook with one sheet.
fn stream(cells: &[Vec<u8>]) -> Vec<u8> {
    let name = utf16("社員");
    let globals = |offset: u32| {
        let sheet = [&offset.to_le_bytes()[..], &[0, 0, 2, 1], &name].concat();
        [begin(5), record(0x0042, &0x04B0_u16.to_le_bytes()), record(0x0085, &sheet), record(0x000A, &[])].concat()
    };
    let offset = u32::try_from(globals(0).len()).unwrap();
    let size = [&0_u32.to_le_bytes()[..], &9_u32.to_le_bytes(), &[0, 0, 9, 0, 0, 0]].concat();
    let mut stream =
        [globals(offset), begin(0x10), record(0x0200, &size), cells.concat(), record(0x000A, &[])].concat();
    stream.resize(stream.len().max(4_096).next_multiple_of(512), 0);
    stream
}

/// A compound file that holds this stream as its workbook.
fn compound(stream: &[u8]) -> Vec<u8> {
    const END: u32 = 0xFFFF_FFFE;
    const FREE: u32 = 0xFFFF_FFFF;
    let mut header = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    header.extend([0; 16]);
    for number in [0x3E_u16, 3, 0xFFFE, 9, 6, 0, 0, 0] {
        header.extend(number.to_le_bytes());
    }
    for number in [0, 1, 1, 0, 4_096, END, 0, END, 0, 0].into_iter().chain([FREE; 108]) {
        header.extend(number.to_le_bytes());
    }
    let sectors = u32::try_from(stream.len() / 512).unwrap();
    let chain = (0..sectors).map(|at| if at + 1 == sectors { END } else { at + 3 });
    let mut table: Vec<u32> = [0xFFFF_FFFD, END].into_iter().chain(chain).collect();
    table.resize(128, FREE);
    let entry = |name: &str, kind: u8, child: u32, start: u32, size: u32| {
        let mut bytes = utf16(name);
        let length = u16::try_from(bytes.len() + 2).unwrap();
        bytes.resize(64, 0);
        bytes.extend(length.to_le_bytes());
        bytes.extend([kind, 1]);
        for number in [FREE, FREE, child] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.resize(116, 0);
        bytes.extend(start.to_le_bytes());
        bytes.extend(size.to_le_bytes());
        bytes.resize(128, 0);
        bytes
    };
    let length = u32::try_from(stream.len()).unwrap();
    let mut directory = [entry("Root Entry", 5, 1, END, 0), entry("Workbook", 2, FREE, 2, length)].concat();
    directory.resize(512, 0);
    [header, table.iter().flat_map(|number| number.to_le_bytes()).collect(), directory, stream.to_vec()].concat()
}

fn list() -> Vec<u8> {
    compound(&stream(&[
        label(0, 0, "社員名簿"),
        label(2, 1, "氏名"),
        label(2, 2, "電話番号"),
        label(2, 3, "生年月日"),
        label(3, 1, "髙橋 花子"),
        number(3, 2, 9_012_345_678.0),
        number(3, 3, 31_111.0),
        label(4, 1, "山田 太郎"),
        label(4, 2, "03-5234-5678"),
        label(4, 3, "S60.3.5"),
    ]))
}

#[test]
fn old_workbooks_are_read() {
    let table = table(list());
    assert_eq!(table.about().format, Format::Workbook { sheet: "社員".into(), others: Vec::new() });
    assert_eq!(
        told(&read(&table)),
        [
            "4: name=髙橋 花子; phone=09012345678; birth-date=1985-03-05",
            "5: name=山田 太郎; phone=03-5234-5678; birth-date=1985-03-05",
        ]
    );
}

#[test]
fn a_cut_or_altered_old_workbook_is_an_answer() {
    let whole = list();
    for end in (8..whole.len()).step_by(131) {
        let cut = whole[..end].to_vec();
        if let Ok(table) = connect::file::open(&connect::file::Origin::bytes(cut), &connect::file::Choice::default()) {
            let _ = read(&table);
        }
    }
    assert_eq!(trouble(whole[..600].to_vec()), Trouble::Damaged);
}
