//! Files and elements for the other tests. Everybody in them is invented.

use connect::columns::{Column, Mapping, matching};
use connect::file::{Choice, Origin, Table, Trouble, open};
use connect::people::{self, PersonRow, Rejected, Rules};
use policy::{Class, Element, Shape, Texts};

pub(crate) fn element(id: &str, shape: Shape, headers: &[&str]) -> Element {
    Element {
        id: id.parse().unwrap(),
        class: if id == "my-number" { Class::IdentificationCode } else { Class::Ordinary },
        shape,
        label: Texts::new(headers[0], id, id),
        headers: headers.iter().map(|header| (*header).to_owned()).collect(),
    }
}

/// The elements of an ordinary policy.
pub(crate) fn elements() -> Vec<Element> {
    vec![
        element("name", Shape::Name, &["氏名", "Name", "Họ và tên"]),
        element("name-kana", Shape::Kana, &["フリガナ", "氏名カナ"]),
        element("birth-date", Shape::Date, &["生年月日", "Date of birth", "Ngày sinh"]),
        element("email", Shape::Email, &["メールアドレス", "E-mail", "Email"]),
        element("phone", Shape::Phone, &["電話番号", "Phone", "Số điện thoại"]),
        element("postal-code", Shape::Postal, &["郵便番号", "〒"]),
        element("address", Shape::Address, &["住所", "Address", "Địa chỉ"]),
        element("employee-number", Shape::Number, &["社員番号", "Employee ID", "Mã nhân viên"]),
        element("department", Shape::Text, &["部署", "Department", "Phòng ban"]),
        element("my-number", Shape::Number, &["個人番号", "マイナンバー"]),
        element("note", Shape::Text, &["備考", "Note", "Ghi chú"]),
    ]
}

pub(crate) fn table(bytes: impl Into<Vec<u8>>) -> Table {
    open(&Origin::bytes(bytes.into()), &Choice::default()).unwrap()
}

pub(crate) fn trouble(bytes: impl Into<Vec<u8>>) -> Trouble {
    open(&Origin::bytes(bytes.into()), &Choice::default()).unwrap_err().trouble
}

pub(crate) fn matched(table: &Table) -> Vec<Column> {
    matching(table.headings(), table.sample(), &elements(), &Mapping::default())
}

/// `heading=element` for every column, `:part` where it is one, `-` where nothing was found.
pub(crate) fn summary(columns: &[Column]) -> Vec<String> {
    let one = |column: &Column| {
        let element = column.element.as_ref().map_or("-", |element| element.as_str());
        let part = if column.part.code() == "whole" { String::new() } else { format!(":{}", column.part.code()) };
        format!("{}={element}{part} {}", column.heading.text, column.standing.code())
    };
    columns.iter().map(one).collect()
}

pub(crate) fn read(table: &Table) -> Vec<Result<PersonRow, Rejected>> {
    read_with(table, &Mapping::default())
}

pub(crate) fn read_with(table: &Table, mapping: &Mapping) -> Vec<Result<PersonRow, Rejected>> {
    let elements = elements();
    let columns = matching(table.headings(), table.sample(), &elements, mapping);
    let rules = Rules::usual(&columns, &elements);
    people::read(table, &columns, &elements, &rules).unwrap().collect()
}

/// `line: element=value; element=value`, or `line: column key` for a rejected row.
pub(crate) fn told(rows: &[Result<PersonRow, Rejected>]) -> Vec<String> {
    let one = |row: &Result<PersonRow, Rejected>| match row {
        Ok(person) => {
            let values: Vec<String> =
                person.values.iter().map(|(element, value)| format!("{element}={value}")).collect();
            format!("{}: {}", person.line, values.join("; "))
        }
        Err(rejected) => {
            let faults: Vec<String> = rejected
                .faults
                .iter()
                .map(|fault| format!("{} {}", fault.column.as_deref().unwrap_or("row"), fault.why.key()))
                .collect();
            format!("{}: {}", rejected.line, faults.join(", "))
        }
    };
    rows.iter().map(one).collect()
}
