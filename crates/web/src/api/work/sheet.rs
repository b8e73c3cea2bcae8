//! Work records from a sheet: CSV as RFC 4180 has it.

use access::names::WorkId;
use access::{Mistake, No, work};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

use super::WorkToOpen;
use crate::api::caller::Caller;
use crate::api::made::{Made, Once};
use crate::api::problem::Answer;
use crate::api::sent::mistaken;
use crate::api::spelled::Id;

/// Lines in one sheet at most.
const MOST: usize = 500;
/// The columns a sheet may have; those of [`WorkToOpen`].
const COLUMNS: [&str; 9] = ["code", "title", "purpose", "logins", "rows", "people", "everybody", "from", "until"];

/// What became of each line of a sheet.
#[derive(Serialize, ToSchema)]
pub(crate) struct WorkSheet {
    /// The records that were opened.
    opened: Vec<OpenedLine>,
    /// The lines that were not taken.
    rejected: Vec<RejectedLine>,
    /// Whether this answers a request that was answered before.
    replayed: bool,
}

/// A line that was taken.
#[derive(Serialize, ToSchema)]
pub(crate) struct OpenedLine {
    /// The line, from 1; the head is line 1.
    line: u64,
    /// The work record.
    #[schema(value_type = Id)]
    work: WorkId,
    /// Its ledger entry.
    entry: u64,
}

/// A line that was not taken.
#[derive(Serialize, ToSchema)]
pub(crate) struct RejectedLine {
    /// The line, from 1; the head is line 1.
    line: u64,
    /// The column it is about.
    field: String,
    /// What is wrong, and the way on.
    detail: String,
}

impl Once for WorkSheet {
    fn again(&mut self) {
        self.replayed = true;
    }
}

/// Opens the records of a sheet, line by line.
pub(crate) async fn open(caller: &Caller, csv: &[u8]) -> Answer<Made<WorkSheet>> {
    let mut sheet = WorkSheet { opened: Vec::new(), rejected: Vec::new(), replayed: false };
    for (line, read) in lines(csv)? {
        let opened = match read.map_err(No::from).and_then(|new| new.read(&caller.desk)) {
            Ok(new) => work::open(&caller.desk, new).await,
            Err(no) => Err(no),
        };
        match opened {
            Ok((work, entry)) => sheet.opened.push(OpenedLine { line, work, entry }),
            Err(No::Mistake(mistake)) => {
                let detail = mistake.texts.get(caller.language).to_owned();
                sheet.rejected.push(RejectedLine { line, field: mistake.field, detail });
            }
            // What was opened must be told; the rest is reported as not done.
            Err(_) if !sheet.opened.is_empty() => {
                let stopped = stopped();
                let detail = stopped.texts.get(caller.language).to_owned();
                sheet.rejected.push(RejectedLine { line, field: stopped.field, detail });
                break;
            }
            Err(no) => return Err(no.into()),
        }
    }
    Ok(Made::done(sheet))
}

type Read = (u64, Result<WorkToOpen, Mistake>);

fn lines(csv: &[u8]) -> Result<Vec<Read>, Mistake> {
    let csv = csv.strip_prefix(b"\xef\xbb\xbf").unwrap_or(csv);
    // The reader counts a line as begun between its carriage return and its line feed.
    let text = std::str::from_utf8(csv).map_err(|_| not_utf8())?.replace("\r\n", "\n");
    let mut reader = csv::ReaderBuilder::new().flexible(false).trim(csv::Trim::All).from_reader(text.as_bytes());
    let head = reader.headers().map_err(|_| not_csv(1))?.clone();
    if let Some(at) = head.iter().position(|column| !COLUMNS.contains(&column)) {
        return Err(unknown_column(at.saturating_add(1)));
    }
    let mut lines = Vec::new();
    for record in reader.into_records() {
        let record = record.map_err(|why| not_csv(why.position().map_or(0, csv::Position::line)))?;
        if lines.len() == MOST {
            return Err(too_many());
        }
        let line = record.position().map_or(0, csv::Position::line);
        let cells = head.iter().zip(&record).filter(|(_, cell)| !cell.is_empty()).collect();
        lines.push((line, line_read(&cells)));
    }
    Ok(lines)
}

/// A line, read as the same JSON would be.
fn line_read(cells: &BTreeMap<&str, &str>) -> Result<WorkToOpen, Mistake> {
    let mut json = serde_json::Map::new();
    for (column, cell) in cells {
        let value = match *column {
            "logins" | "rows" | "people" => cell.split_whitespace().collect(),
            "everybody" => matches!(*cell, "true" | "yes" | "1" | "○").into(),
            _ => (*cell).into(),
        };
        json.insert((*column).to_owned(), value);
    }
    serde_path_to_error::deserialize(serde_json::Value::Object(json)).map_err(|error| {
        let path = error.path().to_string();
        mistaken(&path, &error.inner().to_string())
    })
}

fn not_utf8() -> Mistake {
    Mistake::new("body", "UTF-8のCSVで送ってください。", "Send the CSV in UTF-8.", "Hãy gửi CSV bằng UTF-8.")
}

fn not_csv(line: u64) -> Mistake {
    Mistake::new(
        "body",
        format!("{line}行目の列の数が見出しと合いません。"),
        format!("Line {line} does not have as many cells as the head."),
        format!("Dòng {line} không có số ô bằng dòng tiêu đề."),
    )
}

fn unknown_column(at: usize) -> Mistake {
    let known = COLUMNS.join(", ");
    Mistake::new(
        "body",
        format!("{at}列目の見出しは知らない項目です。使えるのは次の項目です: {known}"),
        format!("The head of column {at} is not known here. Known are: {known}"),
        format!("Tiêu đề cột {at} không được biết. Các cột dùng được: {known}"),
    )
}

fn too_many() -> Mistake {
    Mistake::new(
        "body",
        format!("一度に{MOST}行までです。"),
        format!("At most {MOST} lines at once."),
        format!("Mỗi lần tối đa {MOST} dòng."),
    )
}

fn stopped() -> Mistake {
    Mistake::new(
        "body",
        "ここで中断しました。この行から先をもう一度送ってください。",
        "It stopped here. Send this line and those after it again.",
        "Đã dừng ở đây. Hãy gửi lại từ dòng này trở đi.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_json_would_be() {
        let csv = "\u{feff}code,title,purpose,logins,rows,from,until\r\n\
                   W-1,\"Recruiting, spring\",hr.recruit,lan minh,r-041,2026-06-01,2026-06-30\r\n\
                   ,No number,hr.recruit,lan,r-041,2026-06-01,2026-06-30\r\n\
                   W-3,Bad day,hr.recruit,lan,r-041,1 June,2026-06-30\r\n";
        let read = lines(csv.as_bytes()).unwrap();
        let fields: Vec<_> = read.iter().map(|(n, r)| (*n, r.as_ref().err().map(|m| m.field.as_str()))).collect();
        assert_eq!(fields, [(2, None), (3, Some("code")), (4, Some("from"))]);
        let first = read[0].1.as_ref().ok().unwrap();
        assert_eq!((first.title.0.as_str(), first.logins.len()), ("Recruiting, spring", 2));
    }

    #[test]
    fn a_sheet_that_is_none_is_one_mistake() {
        let field = |csv: &[u8]| lines(csv).err().map(|m| m.field);
        assert_eq!(field(b"code,colour\n1,red\n").as_deref(), Some("body"));
        assert_eq!(field(b"code,title\n1\n").as_deref(), Some("body"));
        assert_eq!(field(b"code\n\xff\n").as_deref(), Some("body"));
        assert!(lines(b"").unwrap().is_empty());
    }
}
