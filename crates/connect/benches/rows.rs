//! How fast a list is read, made comparable and tokenised: the part of an import that is ours before the vault.
//! The aim is 40,000 rows of 12 fields a second on one core.

#![expect(clippy::panic, clippy::indexing_slicing, reason = "a bench that cannot run says so")]

use std::hint::black_box;

use connect::columns::{Mapping, matching};
use connect::file::{Choice, Origin, Table, open};
use connect::people::{self, Rules};
use divan::Bencher;
use divan::counter::ItemsCount;
use policy::normal;
use policy::{Class, Element, Shape, Texts};

const ROWS: usize = 20_000;

fn main() {
    divan::main();
}

fn elements() -> Vec<Element> {
    let of = |id: &str, shape, heading: &str| {
        id.parse().ok().map(|id| Element {
            id,
            class: Class::Ordinary,
            shape,
            label: Texts::same(heading),
            headers: vec![heading.to_owned()],
        })
    };
    [
        of("employee-number", Shape::Number, "社員番号"),
        of("name", Shape::Name, "氏名"),
        of("name-kana", Shape::Kana, "フリガナ"),
        of("birth-date", Shape::Date, "生年月日"),
        of("email", Shape::Email, "メールアドレス"),
        of("phone", Shape::Phone, "電話番号"),
        of("postal-code", Shape::Postal, "郵便番号"),
        of("address", Shape::Address, "住所"),
        of("department", Shape::Text, "部署"),
        of("job-title", Shape::Text, "役職"),
        of("join-date", Shape::Date, "入社日"),
        of("note", Shape::Text, "備考"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn list() -> String {
    let mut text =
        String::from("社員番号,氏名,フリガナ,生年月日,メールアドレス,電話番号,郵便番号,住所,部署,役職,入社日,備考\r\n");
    for at in 0..ROWS {
        let name = ["髙橋　花子", "山田 太郎", "Nguyễn Văn Hòa", "渡邉 一郎"][at % 4];
        let kana = ["ﾀｶﾊｼ ﾊﾅｺ", "ヤマダ タロウ", "グエン ヴァン ホア", "わたなべ いちろう"][at % 4];
        let phone = ["０９０－１２３４－５６７８", "03-5234-5678", "+84 912 345 678", "0120-123-456"][at % 4];
        let born = ["昭和50年3月5日", "1985/3/5", "25/12/1990", "H2.1.31"][at % 4];
        text.push_str(&format!(
            "E{at:06},{name}{at},{kana},{born},Taro.Y{at}@Example.co.jp,{phone},〒100-0001,東京都千代田区千代田{at}番1号,営業部,主任,2010/4/1,備考欄{at}\r\n"
        ));
    }
    text
}

fn table(bytes: Vec<u8>) -> Table {
    open(&Origin::bytes(bytes), &Choice::default()).unwrap_or_else(|unreadable| panic!("{unreadable}"))
}

fn workbook() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in list().lines().enumerate() {
        for (column, text) in line.split(',').enumerate() {
            let (row, column) = (u32::try_from(row).unwrap_or(0), u16::try_from(column).unwrap_or(0));
            let _ = sheet.write(row, column, text);
        }
    }
    book.save_to_buffer().unwrap_or_default()
}

fn people_of(table: &Table, elements: &[Element]) -> usize {
    let columns = matching(table.headings(), table.sample(), elements, &Mapping::default());
    let rules = Rules::usual(&columns, elements);
    let rows = people::read(table, &columns, elements, &rules).unwrap_or_else(|unreadable| panic!("{unreadable}"));
    rows.filter(Result::is_ok).count()
}

#[divan::bench]
fn open_csv(bencher: Bencher<'_, '_>) {
    let bytes = list().into_bytes();
    bencher.counter(ItemsCount::new(ROWS)).bench(|| black_box(table(bytes.clone()).about().rows));
}

#[divan::bench]
fn open_xlsx(bencher: Bencher<'_, '_>) {
    let bytes = workbook();
    bencher.counter(ItemsCount::new(ROWS)).bench(|| black_box(table(bytes.clone()).about().rows));
}

#[divan::bench]
fn people_from_csv(bencher: Bencher<'_, '_>) {
    let (table, elements) = (table(list().into_bytes()), elements());
    assert_eq!(people_of(&table, &elements), ROWS);
    bencher.counter(ItemsCount::new(ROWS)).bench(|| black_box(people_of(&table, &elements)));
}

#[divan::bench]
fn people_from_xlsx(bencher: Bencher<'_, '_>) {
    let (table, elements) = (table(workbook()), elements());
    assert_eq!(people_of(&table, &elements), ROWS);
    bencher.counter(ItemsCount::new(ROWS)).bench(|| black_box(people_of(&table, &elements)));
}

/// The whole way of an import before sealing: read, accept, and make every search token.
#[divan::bench]
fn people_and_tokens_from_csv(bencher: Bencher<'_, '_>) {
    let (table, elements) = (table(list().into_bytes()), elements());
    let columns = matching(table.headings(), table.sample(), &elements, &Mapping::default());
    let rules = Rules::usual(&columns, &elements);
    bencher.counter(ItemsCount::new(ROWS)).bench(|| {
        let rows =
            people::read(&table, &columns, &elements, &rules).unwrap_or_else(|unreadable| panic!("{unreadable}"));
        let mut made = 0;
        for person in rows.flatten() {
            for (id, value) in &person.values {
                let shape = elements.iter().find(|element| element.id == *id).map(|element| element.shape);
                made += shape.map_or(0, |shape| normal::tokens(shape, value).len());
            }
        }
        black_box(made)
    });
}

#[divan::bench(args = [
    (Shape::Name, "髙橋　花子"),
    (Shape::Name, "Nguyễn Văn Hòa"),
    (Shape::Kana, "ﾀｶﾊｼ ﾊﾅｺ"),
    (Shape::Email, "Taro.Yamada@Example.co.jp"),
    (Shape::Phone, "０９０－１２３４－５６７８"),
    (Shape::Date, "1975-03-05"),
    (Shape::Date, "昭和50年3月5日"),
])]
fn tokens(bencher: Bencher<'_, '_>, (shape, value): (Shape, &str)) {
    bencher.bench(|| normal::tokens(black_box(shape), black_box(value)));
}
