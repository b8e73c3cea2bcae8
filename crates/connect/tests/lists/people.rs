//! Text files: encodings, delimiters, headings; people taken over and rows rejected.

use connect::columns::{Mapping, matching};
use connect::file::{Choice, Format, Origin, Trouble, open};
use connect::people::{self, Rules};
use encoding_rs::{EUC_JP, SHIFT_JIS};
use policy::Language;

use super::made::{elements, matched, read, read_with, summary, table, told, trouble};

const LIST: &str = "社員名簿\n作成日,2026年4月1日,,,,\n\n\
No,氏　名,ﾌﾘｶﾞﾅ,生年月日,連絡先,\n,,,,電話,メール\n\
1,髙橋　花子,ﾀｶﾊｼ ﾊﾅｺ,昭和50年3月5日,０９０－１２３４－５６７８,hanako@example.jp\n\
\n\
2,山田 太郎,ヤマダ タロウ,S60.12.1,03-5234-5678,Taro.Y@Example.JP\n\
No,氏　名,ﾌﾘｶﾞﾅ,生年月日,連絡先,\n\
3,Nguyễn Văn Hòa,NGUYEN VAN HOA,1990/3/5,+84 912 345 678,hoa@example.vn\n\
4,,,,,\n\
合計,3名,,,,\n\
※退職者を除く\n";

const PEOPLE: [&str; 3] = [
    "6: name=髙橋　花子; name-kana=ﾀｶﾊｼ ﾊﾅｺ; birth-date=1975-03-05; phone=０９０－１２３４－５６７８; email=hanako@example.jp",
    "8: name=山田 太郎; name-kana=ヤマダ タロウ; birth-date=1985-12-01; phone=03-5234-5678; email=Taro.Y@Example.JP",
    "10: name=Nguyễn Văn Hòa; name-kana=NGUYEN VAN HOA; birth-date=1990-03-05; phone=+84 912 345 678; email=hoa@example.vn",
];

fn utf16(text: &str, big: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

#[test]
fn one_list_reads_the_same_in_every_encoding_delimiter_and_line_end() {
    for delimiter in [",", "\t", ";"] {
        for line_end in ["\n", "\r\n"] {
            let text = LIST.replace(',', delimiter).replace('\n', line_end);
            let marked = format!("\u{FEFF}{text}");
            let mut files = vec![
                ("utf-8", text.clone().into_bytes()),
                ("utf-8 with mark", marked.clone().into_bytes()),
                ("utf-16 le", utf16(&marked, false)),
                ("utf-16 be", utf16(&marked, true)),
                ("utf-16 le without mark", utf16(&text, false)),
            ];
            // The Japanese encodings have no Vietnamese; the rest of the list is the same in them.
            let plain = text.replace("Nguyễn Văn Hòa", "Nguyen Van Hoa");
            files.push(("cp932", SHIFT_JIS.encode(&plain).0.into_owned()));
            files.push(("euc-jp", EUC_JP.encode(&plain.replace('髙', "高")).0.into_owned()));
            for (encoding, bytes) in files {
                let table = table(bytes);
                let got = told(&read(&table));
                let got: Vec<String> = got
                    .iter()
                    .map(|row| row.replace("Nguyen Van Hoa", "Nguyễn Văn Hòa").replace("高橋", "髙橋"))
                    .collect();
                assert_eq!(got, PEOPLE, "{encoding} {delimiter:?} {line_end:?}");
                assert_eq!(table.about().heading_lines, [4, 5]);
                assert_eq!(table.about().rows, 4);
                assert_eq!(table.about().skipped.totals.first, [12]);
                assert_eq!(table.about().skipped.repeated.first, [9]);
                assert_eq!(table.about().skipped.remarks.first, [13]);
            }
        }
    }
}

#[test]
fn the_format_found_is_told() {
    let table = table(SHIFT_JIS.encode("氏名\t電話\r\n山田\t090-1234-5678\r\n").0.into_owned());
    assert_eq!(table.about().format, Format::Text { encoding: "Shift_JIS", delimiter: '\t' });
    assert_eq!(table.sheet(), None);
    assert_eq!(table.about().rows, 1);
    assert_ne!(table.about().digest, [0; 32]);
}

#[test]
fn a_file_can_be_named_its_encoding_and_delimiter() {
    let bytes = EUC_JP.encode("氏名/電話\n山田/090-1234-5678\n").0.into_owned();
    let choice = Choice { encoding: Some("euc-jp".into()), delimiter: Some('/'), ..Choice::default() };
    let table = open(&Origin::bytes(bytes.clone()), &choice).unwrap();
    assert_eq!(told(&read(&table)), ["2: name=山田; phone=090-1234-5678"]);
    let choice = Choice { encoding: Some("klingon".into()), ..Choice::default() };
    assert_eq!(open(&Origin::bytes(bytes), &choice).unwrap_err().trouble, Trouble::Encoding);
}

#[test]
fn every_bad_cell_is_told_with_its_place_and_no_value() {
    let text = "氏名,フリガナ,生年月日,電話番号,メールアドレス,郵便番号\n\
        山田太郎,ヤマダタロウ,1985-02-30,090-12,taro@,100-0001\n\
        ,スズキ,1985-01-01,090-1234-5678,a@example.jp,\n\
        佐藤花子,佐藤花子,不詳です,電話なし,a b@example.jp,〒\n\
        田中一郎,タナカイチロウ,1985-01-01,090-1234-5678,ichiro@example.jp,100-0001\n\
        田中一郎,ﾀﾅｶｲﾁﾛｳ,1985/1/1,090-1234-5678,ICHIRO@example.jp,100-0001\n\
        伊藤,イトウ,なし,-,未登録,不明\n\
        加藤,カトウ,05/03/1985,,,,東京,都\n";
    let table = table(text);
    let rows = read(&table);
    assert_eq!(
        told(&rows),
        [
            "2: C date.impossible, D phone.length, E email.form",
            "3: A row.required",
            "4: B kana.kanji, C date.form, D phone.form, E email.mailbox, F postal.form",
            "5: name=田中一郎; name-kana=タナカイチロウ; birth-date=1985-01-01; phone=090-1234-5678; email=ichiro@example.jp; postal-code=100-0001",
            "6: row row.duplicate",
            "7: name=伊藤; name-kana=イトウ",
            "8: G row.shifted, C date.order",
        ]
    );
    for row in rows.iter().filter_map(|row| row.as_ref().err()) {
        for language in Language::ALL {
            let said = format!("{} {row:?}", row.told(*language).join(" "));
            for value in ["山田", "ヤマダ", "090-12", "taro", "スズキ", "佐藤", "不詳", "ichiro", "05/03", "東京"]
            {
                assert!(!said.contains(value), "{said}");
            }
        }
    }
    let told = rows[0].as_ref().unwrap_err().told(Language::Ja);
    assert_eq!(told[0], "2行目のC列（生年月日）: 暦にない日付です");
    let told = rows[4].as_ref().unwrap_err().told(Language::En);
    assert_eq!(told, ["line 6: the same as line 5"]);
}

#[test]
fn people_are_never_printed() {
    let rows = read(&table("氏名,電話番号\n山田太郎,090-1234-5678\n"));
    let printed = format!("{rows:?}");
    assert!(!printed.contains("山田") && !printed.contains("1234"), "{printed}");
}

#[test]
fn a_column_decides_the_order_of_day_and_month() {
    let text = "Họ và tên,Ngày sinh\nNguyễn Văn An,05/03/1985\nTrần Thị Bình,25/12/1990\n";
    assert_eq!(
        told(&read(&table(text))),
        ["2: name=Nguyễn Văn An; birth-date=1985-03-05", "3: name=Trần Thị Bình; birth-date=1990-12-25",]
    );
    // Without a telling value, a Vietnamese heading tells; an English one does not.
    assert_eq!(
        told(&read(&table("Họ và tên,Ngày sinh\nLê An,05/03/1985\n"))),
        ["2: name=Lê An; birth-date=1985-03-05"]
    );
    assert_eq!(told(&read(&table("Name,Date of birth\nLê An,05/03/1985\n"))), ["2: B date.order"]);
    assert_eq!(
        told(&read(&table("Name,Date of birth\nLê An,05/03/1985\nA B,12/25/1985\n")))[0],
        "2: name=Lê An; birth-date=1985-05-03"
    );
}

#[test]
fn parts_are_joined() {
    let text = "姓,名,セイ,メイ,郵便番号,都道府県,市区町村,番地,建物名,E-mail\n\
        山田,太郎,ヤマダ,タロウ,100-0001,東京都,千代田区,千代田1-1,第一ビル,a@example.jp\n\
        鈴木,,スズキ,,,東京都,港区,芝1-1,,b@example.jp\n";
    assert_eq!(
        told(&read(&table(text))),
        [
            "2: name=山田 太郎; name-kana=ヤマダ タロウ; postal-code=100-0001; address=東京都千代田区千代田1-1第一ビル; email=a@example.jp",
            "3: name=鈴木; name-kana=スズキ; address=東京都港区芝1-1; email=b@example.jp",
        ]
    );
    let text = "Họ,Tên đệm,Tên,Số nhà,Đường,Quận/Huyện,Tỉnh/Thành phố\nNguyễn,Văn,An,12,Nguyễn Huệ,Quận 1,TP.HCM\n";
    assert_eq!(told(&read(&table(text))), ["2: name=Nguyễn Văn An; address=12, Nguyễn Huệ, Quận 1, TP.HCM"]);
}

#[test]
fn a_file_without_heading_is_known_by_its_values_and_by_what_a_person_says() {
    let text = "山田 太郎,090-1234-5678,taro@example.jp\n鈴木 花子,080-1234-5678,hanako@example.jp\n佐藤 次郎,070-1234-5678,jiro@example.jp\n";
    let table = table(text);
    assert!(table.about().heading_lines.is_empty());
    assert_eq!(summary(&matched(&table)), ["=name inferred", "=phone inferred", "=email inferred"]);
    assert_eq!(told(&read(&table))[0], "1: name=山田 太郎; phone=090-1234-5678; email=taro@example.jp");
    let mut mapping = Mapping::default();
    mapping.add("A=name").unwrap();
    mapping.add("B=-").unwrap();
    assert_eq!(told(&read_with(&table, &mapping))[0], "1: name=山田 太郎; email=taro@example.jp");
}

#[test]
fn only_a_heading_is_a_table_without_people_and_nothing_is_no_table() {
    let empty = table("氏名,電話番号\n");
    assert_eq!(empty.about().rows, 0);
    assert!(read(&empty).is_empty());
    assert_eq!(trouble(""), Trouble::Empty);
    assert_eq!(trouble("\n\n,,\n"), Trouble::Empty);
    assert_eq!(trouble("\u{FEFF}"), Trouble::Empty);
}

#[test]
fn a_required_element_without_a_column_is_told_before_reading() {
    let table = table("電話番号\n090-1234-5678\n");
    let elements = elements();
    let columns = matching(table.headings(), table.sample(), &elements, &Mapping::default());
    let rules = Rules { required: ["name".parse().unwrap()].into() };
    assert_eq!(rules.unmapped(&columns).len(), 1);
    assert!(Rules::usual(&columns, &elements).required.is_empty());
}

/// 100,000 people with 12 fields stream through: one record is held at a time, and a sample of a few hundred.
#[test]
fn a_hundred_thousand_people_are_streamed() {
    use std::io::Write;
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let mut writer = std::io::BufWriter::new(file.as_file_mut());
    writeln!(writer, "社員番号,氏名,フリガナ,生年月日,メールアドレス,電話番号,郵便番号,住所,部署,役職,入社日,備考")
        .unwrap();
    for at in 0..100_000 {
        writeln!(
            writer,
            "E{at:06},山田 太郎{at},ヤマダ タロウ,1985/{}/{},taro{at}@example.jp,090-{:04}-{:04},100-0001,東京都千代田区千代田{at},営業部,主任,2010/4/1,\"備考, {at}\"",
            at % 12 + 1,
            at % 28 + 1,
            1_000 + at / 10_000,
            at % 10_000
        )
        .unwrap();
    }
    writer.flush().unwrap();
    drop(writer);
    let table = open(&Origin::path(file.path()), &Choice::default()).unwrap();
    assert_eq!(table.about().rows, 100_000);
    assert!(table.sample().len() <= 400);
    assert!(table.sample().iter().any(|row| row.line > 90_000), "the sample is spread over the whole file");
    let elements = elements();
    let columns = matching(table.headings(), table.sample(), &elements, &Mapping::default());
    let mut people = people::read(&table, &columns, &elements, &Rules::usual(&columns, &elements)).unwrap();
    let (mut count, mut held, mut rejected) = (0_u64, 0, 0_u64);
    while let Some(person) = people.next() {
        held = held.max(people.held_bytes().unwrap());
        match person {
            Ok(person) => {
                count += 1;
                assert_eq!(person.line, count + 1);
            }
            Err(_) => rejected += 1,
        }
    }
    assert_eq!((count, rejected), (100_000, 0));
    assert!(held < 1_000, "one record is held at a time, not {held} bytes");
}
