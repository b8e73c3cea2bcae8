//! A list of staff, departments, zones or cards as companies keep it, as lines that can be laid against the organisation. Lent to the
//! pages, which may not know how foreign files are read.

use access::Mistake;
use access::organisation::{Field, Line, PartKind};
use connect::file::{Cell, Choice, Heading, Origin, Skipped, Unreadable, open};
use connect::people::Why;
use policy::normal::fold::key;
use policy::{Language, Texts};
use std::collections::BTreeMap;
use web::OrganisationFile;

/// Headings of the column that holds the id, by the kind of list.
const IDS: &[(&[PartKind], &[&str])] = &[
    (
        &[PartKind::Staff],
        &[
            "社員番号",
            "社員コード",
            "従業員番号",
            "従業員コード",
            "社員ID",
            "社員No",
            "職員番号",
            "Employee number",
            "Employee ID",
            "Employee no",
            "Staff ID",
            "Staff number",
            "Mã nhân viên",
            "Mã NV",
            "Mã số nhân viên",
        ],
    ),
    (
        &[PartKind::Department],
        &["部署コード", "部門コード", "組織コード", "Department code", "Department ID", "Mã phòng ban"],
    ),
    (&[PartKind::Project], &["プロジェクトコード", "案件番号", "案件コード", "Project code", "Project ID", "Mã dự án"]),
    (&[PartKind::Zone], &["区域番号", "区域コード", "Zone code", "Zone ID", "Mã khu vực"]),
    (&[PartKind::Card], &["管理番号", "Card register no"]),
    (&[PartKind::Terminal], &["端末番号", "資産番号", "PC番号", "Asset number", "Asset tag", "Mã tài sản"]),
    (PartKind::ALL, &["ID", "コード", "番号", "No", "Code", "Mã", "STT"]),
];

/// A column and the field it is taken for.
pub(crate) struct Column {
    /// Where it is and what it is called.
    pub(crate) heading: Heading,
    /// The field, by its name; `id` too.
    pub(crate) field: Option<&'static str>,
}

/// A list as it was read.
pub(crate) struct Looked {
    pub(crate) file: OrganisationFile,
    pub(crate) columns: Vec<Column>,
    /// Rows that say nothing.
    pub(crate) skipped: Skipped,
}

/// Reads a list of parts of a kind from a workbook or a CSV file.
///
/// # Errors
/// Why the file as a whole cannot be read, with a way on.
pub(crate) fn read(kind: PartKind, bytes: &[u8]) -> Result<OrganisationFile, Texts> {
    look(kind, bytes).map(|looked| looked.file)
}

/// As [`read`], with what its columns were taken for.
pub(crate) fn look(kind: PartKind, bytes: &[u8]) -> Result<Looked, Texts> {
    let headings = known(kind).map(|(_, heading)| heading.to_owned()).collect();
    let table = open(&Origin::bytes(bytes), &Choice { headings, ..Choice::default() }).map_err(|why| told(&why))?;
    let columns = columns(kind, table.headings());
    let must = Field::of(kind).find(|field| field.required && field.id != "within").map_or("id", |field| field.id);
    if !columns.iter().any(|column| column.field == Some(must)) {
        let label = |language| Field::find(kind, must).map_or(must, |field| field.label(language));
        return Err(Texts::new(
            format!("「{}」の列が見つかりません。見出しを付けてください。", label(Language::Ja)),
            format!("No column is headed '{}'. Head it so.", label(Language::En)),
            format!("Không tìm thấy cột '{}'. Hãy đặt tiêu đề cho cột này.", label(Language::Vi)),
        ));
    }
    let mut file = OrganisationFile::default();
    let mut rows = table.rows().map_err(|why| told(&why))?;
    for row in rows.by_ref() {
        let row = row.map_err(|why| told(&why))?;
        let line = u32::try_from(row.line).unwrap_or(u32::MAX);
        let (mut cells, mut faults) = (BTreeMap::new(), Vec::new());
        for (heading, field) in columns.iter().filter_map(|column| Some((&column.heading, column.field?))) {
            if let Cell::Fault(fault) = row.cell(heading.at) {
                let why = Why::of_cell(*fault);
                let [ja, en, vi] = [Language::Ja, Language::En, Language::Vi].map(|language| why.told(language));
                faults.push((line, Mistake::new(field, ja, en, vi)));
            }
            let text = row.cell(heading.at).text().trim().to_owned();
            if !text.is_empty() {
                cells.insert(field.to_owned(), text);
            }
        }
        if !faults.is_empty() {
            file.rejected.extend(faults);
        } else if !cells.is_empty() {
            file.lines.push(Line { line, cells });
        }
    }
    let skipped = rows.skipped().clone();
    Ok(Looked { file, columns, skipped })
}

/// Every heading of a kind, with the field it is of.
fn known(kind: PartKind) -> impl Iterator<Item = (&'static str, &'static str)> {
    let ids = IDS.iter().filter(move |(kinds, _)| kinds.contains(&kind));
    let ids = ids.flat_map(|(_, headings)| headings.iter().map(|heading| ("id", *heading)));
    // The department of somebody is asked for before their name: both are called 部署名 somewhere.
    let within = Field::of(kind).filter(|field| field.id == "within");
    let fields = within.chain(Field::of(kind).filter(|field| field.id != "within")).flat_map(|field| {
        let labels = Language::ALL.iter().map(|language| field.label(*language));
        labels.chain(field.headings.iter().copied()).map(|heading| (field.id, heading))
    });
    let names = fields.chain(Field::of(kind).map(|field| (field.id, field.id)));
    ids.chain(names)
}

/// What the columns are taken for: those with a known heading first, then those whose heading has one in it. None is taken twice.
fn columns(kind: PartKind, headings: &[Heading]) -> Vec<Column> {
    let mut columns: Vec<Column> = headings
        .iter()
        .filter(|heading| !heading.text.is_empty() && !heading.reached)
        .map(|heading| Column { heading: heading.clone(), field: None })
        .collect();
    let mut taken: Vec<&'static str> = Vec::new();
    let exact =
        |heading: &str| known(kind).filter(|(_, known)| key(known) == heading).map(|(field, _)| field).collect();
    let near = |heading: &str| {
        let mut within: Vec<(usize, &'static str)> = known(kind)
            .map(|(field, known)| (field, key(known)))
            .filter(|(_, known)| known.chars().count() >= 2 && heading.contains(known.as_str()))
            .map(|(field, known)| (known.len(), field))
            .collect();
        within.sort_by_key(|(length, _)| std::cmp::Reverse(*length));
        within.into_iter().map(|(_, field)| field).collect()
    };
    type Way<'a> = &'a dyn Fn(&str) -> Vec<&'static str>;
    let ways: [Way<'_>; 2] = [&exact, &near];
    for way in ways {
        for column in columns.iter_mut().filter(|column| column.field.is_none()) {
            let found = way(&key(&column.heading.text)).into_iter().find(|field| !taken.contains(field));
            taken.extend(found);
            column.field = found;
        }
    }
    columns
}

fn told(why: &Unreadable) -> Texts {
    Texts::new(why.told(Language::Ja), why.told(Language::En), why.told(Language::Vi))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(kind: PartKind, file: &str) -> Vec<Option<&'static str>> {
        look(kind, file.as_bytes()).unwrap().columns.into_iter().map(|column| column.field).collect()
    }

    #[test]
    fn columns_are_matched_by_meaning_in_three_languages() {
        let ja =
            "社員番号,氏名,所属部署,入社日,退職日,メールアドレス,備考\nE1,森 彩,人事部,2020-04-01,,a@example.com,x\n";
        let expected = [Some("id"), Some("name"), Some("within"), Some("from"), Some("until"), Some("email"), None];
        assert_eq!(fields(PartKind::Staff, ja), expected);
        let en = "Employee ID;Full name;Department;Hire date;Leaving date;Email;Shoe size\nE1;Mori;HR;2020-04-01;;a@example.com;42\n";
        assert_eq!(fields(PartKind::Staff, en), expected);
        let vi = "Mã NV,Họ và tên,Phòng ban,Ngày vào làm,Ngày nghỉ việc,Thư điện tử,Ghi chú\nE1,Lan,HR,2020-04-01,,a@example.com,x\n";
        assert_eq!(fields(PartKind::Staff, vi), expected);
        let cards = "カード番号,社員番号,貸与日,返却日,状態\n0123,E1,2020-04-01,,貸与中\n";
        let of_cards = [Some("number"), Some("within"), Some("from"), Some("until"), Some("status")];
        assert_eq!(fields(PartKind::Card, cards), of_cards);
        let departments = "部署コード,部署名,会社,部署長\nHR,人事部,hanoi,E1\n";
        assert_eq!(fields(PartKind::Department, departments), [Some("id"), Some("name"), Some("within"), Some("head")]);
        assert!(look(PartKind::Staff, b"a,b\n1,2\n").is_err());
    }
}
