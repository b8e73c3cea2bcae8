//! The table of `cases.toml`, row by row, and properties of every form.

use std::fmt::Debug;

use proptest::prelude::*;
use serde::Deserialize;

use super::*;
use crate::{Class, Language, Shape};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    name: Vec<Forms>,
    kana: Vec<Forms>,
    email: Vec<EmailCase>,
    phone: Vec<PhoneCase>,
    date: Vec<DateCase>,
    address: Vec<AddressCase>,
    same_address: Vec<SameAddress>,
    postal: Vec<PostalCase>,
    identifier: Vec<IdentifierCase>,
    search: Vec<SearchCase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Forms {
    value: String,
    exact: String,
    loose: String,
    bag: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EmailCase {
    text: String,
    exact: Option<String>,
    loose: Option<String>,
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PhoneCase {
    text: String,
    e164: Option<Vec<String>>,
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DateCase {
    text: String,
    order: Option<String>,
    iso: Option<String>,
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AddressCase {
    text: String,
    postal: Option<String>,
    prefecture: Option<String>,
    municipality: Option<String>,
    rest: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SameAddress {
    texts: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PostalCase {
    text: String,
    digits: Option<String>,
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IdentifierCase {
    text: String,
    is: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SearchCase {
    shape: Shape,
    kept: String,
    typed: Vec<String>,
    not: Vec<String>,
}

fn table() -> Table {
    toml::from_str(include_str!("cases.toml")).unwrap()
}

/// Compares what came out with what was promised; the reason's code where it was refused.
fn same<T: Debug + PartialEq>(text: &str, got: Result<T, Reason>, promised: Option<T>, reason: Option<&str>) {
    match (got, promised, reason) {
        (Ok(got), Some(promised), None) => assert_eq!(got, promised, "{text}"),
        (Err(got), None, Some(promised)) => assert_eq!(got.code(), promised, "{text}"),
        (got, promised, reason) => panic!("{text}: got {got:?}, promised {promised:?} {reason:?}"),
    }
}

#[test]
fn names_have_their_forms() {
    for case in table().name {
        assert_eq!(name::exact(&case.value), case.exact, "{}", case.value);
        assert_eq!(name::loose(&case.value), case.loose, "{}", case.value);
        assert_eq!(name::bag(&case.value), case.bag, "{}", case.value);
    }
}

#[test]
fn readings_have_their_forms() {
    for case in table().kana {
        let texts: Vec<String> = tokens(Shape::Kana, &case.value).into_iter().take(2).map(|token| token.text).collect();
        assert_eq!(texts, [case.exact, case.loose], "{}", case.value);
    }
}

#[test]
fn mail_addresses_are_read_or_refused_with_the_part_that_is_wrong() {
    for case in table().email {
        let got = email::read(&case.text).map(|email| (email.exact(), email.loose()));
        same(&case.text, got, case.exact.zip(case.loose), case.reason.as_deref());
    }
}

#[test]
fn telephone_numbers_are_read_or_refused() {
    for case in table().phone {
        let got = phone::read(&case.text).map(|phone| phone.readings().to_vec());
        same(&case.text, got, case.e164, case.reason.as_deref());
    }
}

#[test]
fn dates_are_read_or_refused() {
    for case in table().date {
        let order = match case.order.as_deref() {
            Some("day") => DateOrder::DayFirst,
            Some("month") => DateOrder::MonthFirst,
            _ => DateOrder::Unsettled,
        };
        same(&case.text, date::read(&case.text, order).map(Dated::iso), case.iso, case.reason.as_deref());
    }
}

#[test]
fn addresses_part_and_meet() {
    let table = table();
    for case in table.address {
        let got = address::split(&case.text);
        assert_eq!(got.postal, case.postal, "{}", case.text);
        assert_eq!(got.prefecture, case.prefecture.as_deref(), "{}", case.text);
        assert_eq!(got.municipality, case.municipality, "{}", case.text);
        assert_eq!(got.rest, case.rest, "{}", case.text);
    }
    for case in table.same_address {
        let forms: Vec<String> = case.texts.iter().map(|text| address::comparable(text)).collect();
        assert!(forms.iter().all(|form| Some(form) == forms.first()), "{forms:?}");
    }
}

#[test]
fn postal_codes_are_read_or_refused() {
    for case in table().postal {
        same(&case.text, postal::read(&case.text), case.digits, case.reason.as_deref());
    }
}

#[test]
fn identifiers_are_recognised_by_format_and_check_digit() {
    for case in table().identifier {
        let got: Vec<&str> = identifier::recognise(&case.text)
            .into_iter()
            .filter(|identifier| identifier.speaks_for_itself())
            .map(Identifier::code)
            .collect();
        assert_eq!(got, case.is, "{}", case.text);
    }
}

/// The pass rates by which columns are judged are measured here, on numbers from a fixed sequence.
#[test]
fn random_numbers_pass_as_seldom_as_each_identifier_says() {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for (identifier, digits) in [
        (Identifier::MyNumber, 12),
        (Identifier::CorporateNumber, 13),
        (Identifier::DrivingLicence, 12),
        (Identifier::Insurer, 6),
        (Identifier::Cccd, 12),
        (Identifier::TaxCodeVn, 10),
    ] {
        let passes = (0..20_000)
            .map(|_| format!("{:020}", next()))
            .filter(|number| identifier.fits(number.get(20 - digits..).unwrap()))
            .count();
        let share = f64::from(u32::try_from(passes).unwrap()) / 20_000.0;
        assert!((share - identifier.random_pass()).abs() < 0.012, "{identifier}: {share}");
    }
}

#[test]
fn my_numbers_are_special_and_company_numbers_are_not() {
    assert_eq!(Identifier::MyNumber.class(), Class::IdentificationCode);
    assert_eq!(Identifier::CorporateNumber.class(), Class::Ordinary);
    assert!(
        Identifier::CorporateNumber.fits("7000012050002"),
        "the number the ordinance's ministry publishes as its own"
    );
}

#[test]
fn what_is_typed_finds_what_is_kept() {
    for case in table().search {
        let kept = tokens(case.shape, &case.kept);
        let finds = |typed: &str| {
            query_tokens(typed).iter().any(|wanted| wanted.shape == case.shape && kept.contains(&wanted.token))
        };
        for typed in &case.typed {
            assert!(finds(typed), "{typed} should find {}", case.kept);
        }
        for typed in &case.not {
            assert!(!finds(typed), "{typed} should not find {}", case.kept);
        }
    }
}

#[test]
fn spreadsheet_days_become_dates() {
    for (serial, from_1904, iso) in [
        (45356.0, false, Some("2024-03-05")),
        (45356.75, false, Some("2024-03-05")),
        (1.0, false, Some("1900-01-01")),
        (59.0, false, Some("1900-02-28")),
        (60.0, false, None),
        (61.0, false, Some("1900-03-01")),
        (43894.0, true, Some("2024-03-05")),
        (0.0, false, None),
        (-5.0, false, None),
        (1e12, false, None),
        (f64::NAN, false, None),
        (f64::INFINITY, true, None),
    ] {
        assert_eq!(date::of_serial(serial, from_1904).ok().map(|day| day.to_string()).as_deref(), iso, "{serial}");
    }
}

#[test]
fn a_column_tells_the_order_of_day_and_month() {
    let order = |texts: &[&str]| {
        let mut evidence = date::Evidence::default();
        texts.iter().for_each(|text| evidence.add(text));
        evidence.order(DateOrder::Unsettled)
    };
    assert_eq!(order(&["05/03/2024", "25/03/2024"]), DateOrder::DayFirst);
    assert_eq!(order(&["05/03/2024", "03/25/2024"]), DateOrder::MonthFirst);
    assert_eq!(order(&["25/03/2024", "03/25/2024"]), DateOrder::Unsettled);
    assert_eq!(order(&["05/03/2024", "2024-03-05"]), DateOrder::Unsettled);
}

#[test]
fn every_kind_of_token_is_declared_and_used() {
    for (shape, value) in [
        (Shape::Name, "山田 太郎"),
        (Shape::Kana, "やまだ"),
        (Shape::Email, "a@example.jp"),
        (Shape::Phone, "090-1234-5678"),
        (Shape::Date, "2024-03-05"),
        (Shape::Number, "E-1"),
        (Shape::Address, "東京都"),
        (Shape::Postal, "100-0001"),
        (Shape::Text, "x"),
    ] {
        let mut made: Vec<&str> = tokens(shape, value).iter().map(|token| token.kind).collect();
        made.dedup();
        assert_eq!(made, kinds(shape), "{shape}");
    }
}

#[test]
fn what_is_kept_is_what_was_written() {
    for (shape, value, kept) in [
        (Shape::Name, " 髙橋　花子 ", "髙橋　花子"),
        (Shape::Email, "Taro@Example.JP", "Taro@Example.JP"),
        (Shape::Phone, "０９０－１２３４－５６７８", "０９０－１２３４－５６７８"),
        (Shape::Date, "令和6年3月5日", "2024-03-05"),
        (Shape::Date, "昭和五十年", "昭和五十年"),
        (Shape::Text, "神", "神"),
    ] {
        assert_eq!(accept(shape, value, DateOrder::Unsettled).as_deref(), Ok(kept));
    }
    for (shape, value, reason) in [
        (Shape::Name, " \u{3000}", Reason::Empty),
        (Shape::Name, "123", Reason::NameLetters),
        (Shape::Name, "a\0b", Reason::Control),
        (Shape::Kana, "山田", Reason::KanaKanji),
        (Shape::Kana, "---", Reason::KanaLetters),
        (Shape::Date, "05/03/2024", Reason::DateOrder),
        (Shape::Number, "\u{7}", Reason::Control),
    ] {
        assert_eq!(accept(shape, value, DateOrder::Unsettled), Err(reason));
    }
    let long = "あ".repeat(500);
    assert_eq!(accept(Shape::Name, &long, DateOrder::Unsettled), Err(Reason::Long));
}

#[test]
fn reasons_are_said_in_every_language() {
    for reason in Reason::ALL {
        for language in Language::ALL {
            assert!(!reason.told(*language).is_empty());
        }
        assert_ne!(reason.told(Language::Ja), reason.told(Language::En));
        assert_ne!(reason.told(Language::En), reason.told(Language::Vi));
    }
}

#[test]
fn nothing_printed_for_a_programmer_holds_a_value() {
    let token = tokens(Shape::Name, "山田太郎");
    let phone = phone::read("090-1234-5678").unwrap();
    let mail = email::read("taro@example.jp").unwrap();
    let printed =
        format!("{token:?} {phone:?} {mail:?} {:?} {:?}", address::split("東京都千代田区1"), query_tokens("山田"));
    for value in ["山田", "1234", "5678", "taro", "example", "千代田"] {
        assert!(!printed.contains(value), "{printed}");
    }
}

fn any_shape() -> impl Strategy<Value = Shape> {
    (0..Shape::ALL.len()).prop_map(|at| Shape::ALL.get(at).copied().unwrap())
}

/// Texts that look like the data, and texts that look like nothing.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,40}",
        "[0-9０-９+()（）. ー－‐/-]{0,24}",
        "[0-9元一二三四五六七八九十百千〇年月日令和平成昭和RHSrhs./: -]{0,16}",
        "[a-zA-Z0-9.@\"<>_+-]{0,30}",
        "[ぁ-んァ-ヶー一-龠々 　・様]{0,20}",
        "[A-Za-zÀ-ỹđĐ ]{0,30}",
        "[東京都道府県市区町村郡0-9一二三丁目番地号の-]{0,24}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn nothing_typed_makes_any_form_fall(shape in any_shape(), text in any_text()) {
        let made = tokens(shape, &text);
        for token in &made {
            prop_assert!(kinds(shape).contains(&token.kind));
            prop_assert!(!token.text.is_empty());
        }
        prop_assert_eq!(&tokens(shape, &text), &made);
        let _ = query_tokens(&text);
        let _ = is_typical(shape, &text);
        let _ = identifier::recognise(&text);
        let _ = address::comparable(&text);
        let parts = address::split(&text);
        prop_assert!(parts.rest.len() <= text.len());
        if let Ok(kept) = accept(shape, &text, DateOrder::DayFirst) {
            prop_assert_eq!(accept(shape, &kept, DateOrder::DayFirst), Ok(kept.clone()), "what is kept would be accepted again");
        }
    }

    #[test]
    fn every_day_survives_every_writing(days in 0_i32..80_000) {
        let day = jiff::civil::date(1900, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
        let (year, month, of_month) = (day.year(), day.month(), day.day());
        for text in [
            format!("{year}年{month}月{of_month}日"),
            format!("{year}/{month}/{of_month}"),
            format!("{year:04}{month:02}{of_month:02}"),
            format!("ngày {of_month} tháng {month} năm {year}"),
        ] {
            prop_assert_eq!(date::read(&text, DateOrder::Unsettled), Ok(Dated::Day(day)), "{}", text);
        }
        prop_assert_eq!(date::read(&format!("{of_month:02}/{month:02}/{year}"), DateOrder::DayFirst), Ok(Dated::Day(day)));
        prop_assert_eq!(date::read(&format!("{month}/{of_month}/{year}"), DateOrder::MonthFirst), Ok(Dated::Day(day)));
    }

    #[test]
    fn every_mobile_number_survives_every_writing(body in 10_000_000_u32..99_999_999, head in prop_oneof![Just("060"), Just("070"), Just("080"), Just("090")]) {
        let body = body.to_string();
        let (first, last) = body.split_at(4);
        let number = format!("+81{}{body}", head.trim_start_matches('0'));
        for text in [
            format!("{head}{body}"),
            format!("{head}-{first}-{last}"),
            format!("({head}) {first} {last}"),
            format!("+81 (0){}-{first}-{last}", head.trim_start_matches('0')),
        ] {
            let phone = phone::read(&text).unwrap();
            prop_assert_eq!(phone.readings(), std::slice::from_ref(&number));
            prop_assert_eq!(phone.last_four(), last);
        }
    }
}
