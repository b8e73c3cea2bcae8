//! Lists as companies have them, with values that stand nowhere else, so that a leak is found.

use rust_xlsxwriter::{Format, Workbook};

/// Values that must not be found anywhere but where they were asked for.
pub(crate) const SECRETS: &[&str] = &[
    "祇園寺",
    "ぎおんじ",
    "ギオンジ",
    "quetzalcoatl-one",
    "quetzalcoatl-two",
    "080-7777-1234",
    "8077771234",
    "08077771234",
    "Xuyến Chi",
    "xuyen chi",
    "1987-06-05",
    "1987/06/05",
    "烏帽子町",
    "070-5555-9876",
];

/// A list of applicants in CSV: a title, two rows nobody is in, a row that cannot be taken in.
pub(crate) fn applicants() -> Vec<u8> {
    let text = "応募者一覧（2026年度）,,,,,\r\n\
        氏名,フリガナ,生年月日,メールアドレス,電話番号,住所\r\n\
        祇園寺　さくら,ギオンジ　サクラ,1987/06/05,quetzalcoatl-one@example.com,080-7777-1234,東京都烏帽子町1-2\r\n\
        ,,,,,\r\n\
        祇園寺　健,ギオンジ　ケン,S62.6.5,ken.bad-address,080-7777-1235,東京都烏帽子町1-3\r\n\
        佐藤　次郎,サトウ　ジロウ,1990/02/03,jiro@example.com,090-1111-2222,大阪府大阪市3\r\n\
        合計,2名,,,,\r\n";
    encode(text)
}

/// Text in CP932, as Japanese spreadsheets save it.
pub(crate) fn encode(text: &str) -> Vec<u8> {
    let (bytes, _, failed) = encoding_rs::SHIFT_JIS.encode(text);
    assert!(!failed);
    bytes.into_owned()
}

/// A list of employees as a workbook: a merged title, a heading over two rows, an empty row, a real date, Vietnamese names.
pub(crate) fn employees() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("社員").unwrap();
    let plain = Format::new();
    let day = Format::new().set_num_format("yyyy/mm/dd");
    sheet.merge_range(0, 0, 0, 4, "社員名簿", &plain).unwrap();
    sheet.merge_range(1, 0, 2, 0, "氏名", &plain).unwrap();
    sheet.merge_range(1, 1, 1, 2, "連絡先", &plain).unwrap();
    sheet.write(2, 1, "メールアドレス").unwrap();
    sheet.write(2, 2, "電話番号").unwrap();
    sheet.merge_range(1, 3, 2, 3, "生年月日", &plain).unwrap();
    sheet.write(3, 0, "Nguyễn Xuyến Chi").unwrap();
    sheet.write(3, 1, "quetzalcoatl-two@example.vn").unwrap();
    sheet.write(3, 2, "070-5555-9876").unwrap();
    let born = rust_xlsxwriter::ExcelDateTime::from_ymd(1987, 6, 5).unwrap();
    sheet.write_with_format(3, 3, &born, &day).unwrap();
    sheet.write(5, 0, "Trần Văn An").unwrap();
    sheet.write(5, 1, "an@example.vn").unwrap();
    sheet.write(5, 2, "+84 90 123 45 67").unwrap();
    book.save_to_buffer().unwrap()
}

/// Applicants in number, each different, with distinct names and numbers.
pub(crate) fn many(count: usize) -> String {
    let families = ["佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村"];
    let given = ["さくら", "健", "次郎", "花子", "翔", "美咲", "陽菜", "大輔", "舞", "蓮"];
    let mut text = String::from("氏名,生年月日,メールアドレス,電話番号\n");
    for n in 0..count {
        let (family, given) = (families[n % families.len()], given[n / families.len() % given.len()]);
        let (year, day) = (1960 + n % 45, 1 + n % 28);
        text.push_str(&format!(
            "{family}　{given},{year}-03-{day:02},a{n}@example.com,090-{:04}-{:04}\n",
            1234 + n / 10_000,
            n % 10_000
        ));
    }
    text
}
