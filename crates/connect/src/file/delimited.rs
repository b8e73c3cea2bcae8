//! Text tables: which sign parts their fields, and their records one at a time.

use std::io::{Chain, Read};

use encoding_rs::Encoding;

use super::cell::{COLUMNS_READ, Cell, CellFault, Row};
use super::encoding::Decoded;
use super::origin::{Limited, Origin, ReadSeek};
use super::unreadable::{Trouble, Unreadable};

/// The signs that part fields, likeliest first.
const SIGNS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// How many bytes are looked at to find the sign.
const LOOK: usize = 128 << 10;

/// The sign that parts the fields of a text file: the one by which most lines have the same number of fields.
pub(crate) fn sign(origin: &Origin, encoding: &'static Encoding) -> Result<u8, Unreadable> {
    let mut head = String::new();
    let reader = Decoded::new(origin.reader()?, encoding).take(LOOK as u64);
    let mut bytes = Vec::new();
    { reader }.read_to_end(&mut bytes)?;
    head.push_str(&String::from_utf8_lossy(&bytes));
    let best = SIGNS
        .into_iter()
        .map(|sign| (evenness(&head, sign), sign))
        .max_by_key(|(evenness, sign)| (*evenness, std::cmp::Reverse(SIGNS.iter().position(|known| known == sign))));
    Ok(best.filter(|(evenness, _)| *evenness > 0).map_or(b',', |(_, sign)| sign))
}

/// How evenly this sign parts the first lines: lines with the commonest number of fields, times those fields.
fn evenness(head: &str, sign: u8) -> usize {
    let mut counts: Vec<usize> = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(sign)
        .from_reader(head.as_bytes())
        .records()
        .take(60)
        .map_while(Result::ok)
        .map(|record| record.len())
        .filter(|fields| *fields > 1)
        .collect();
    counts.sort_unstable();
    counts
        .chunk_by(|one, other| one == other)
        .map(|same| same.len() * (same.first().unwrap_or(&1) - 1).min(12))
        .max()
        .unwrap_or(0)
}

/// Put behind every file as a record of its own: where it comes inside another record, a quotation mark was opened and never closed,
/// and all that stood behind it was taken for one cell.
const END: &[u8] = b"\n\x02the end of the table\x03";
const MARK: &[u8] = b"\x02the end of the table\x03";

/// The text of a file, and the mark behind it.
type Source = Chain<Limited<Decoded<Box<dyn ReadSeek>>>, &'static [u8]>;

/// The records of a text file, as they stand.
pub(crate) struct Records {
    reader: csv::Reader<Source>,
    record: csv::ByteRecord,
    /// The line after the record that was read last, and a record that waits until the empty lines before it are told.
    next_line: u64,
    ends_at: u64,
    waiting: Option<Row>,
    broken: bool,
}

impl Records {
    pub(crate) fn open(origin: &Origin, encoding: &'static Encoding, sign: u8) -> Result<Self, Unreadable> {
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(sign)
            .buffer_capacity(64 << 10)
            .from_reader(Limited::new(Decoded::new(origin.reader()?, encoding)).chain(END));
        Ok(Self { reader, record: csv::ByteRecord::new(), next_line: 1, ends_at: 0, waiting: None, broken: false })
    }

    /// The row, or an empty one for each empty line before it: the reader of records passes over them.
    fn after_empty_lines(&mut self, row: Row) -> Row {
        let line = self.next_line;
        if line < row.line {
            self.next_line += 1;
            self.waiting = Some(row);
            return Row { line, ..Row::default() };
        }
        self.next_line = self.ends_at + 1;
        row
    }

    /// How many bytes of the record buffer are in use: what is held of the file at one time.
    pub(crate) fn held_bytes(&self) -> usize {
        self.record.as_slice().len()
    }
}

impl Iterator for Records {
    type Item = Result<Row, Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(row) = self.waiting.take() {
            return Some(Ok(self.after_empty_lines(row)));
        }
        if self.broken {
            return None;
        }
        self.reader.get_mut().get_mut().0.next_record();
        let line = self.reader.position().line();
        match self.reader.read_byte_record(&mut self.record) {
            Ok(false) => None,
            Ok(true) => {
                if self.record.as_slice().ends_with(MARK) {
                    self.broken = true;
                    let is_alone = self.record.len() == 1 && self.record.as_slice() == MARK;
                    return (!is_alone).then(|| Err(Unreadable::at(Trouble::Record, line.max(self.next_line))));
                }
                let within = self.record.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64;
                let line = self.reader.position().line().saturating_sub(within + 1);
                if self.record.iter().skip(COLUMNS_READ).any(|field| !field.is_empty()) {
                    self.broken = true;
                    return Some(Err(Unreadable::at(Trouble::Columns, line)));
                }
                let mut cells = Vec::with_capacity(self.record.len().min(COLUMNS_READ));
                cells.extend(self.record.iter().take(COLUMNS_READ).map(cell));
                self.ends_at = line + within;
                Some(Ok(self.after_empty_lines(Row { line, cells, hidden: false, merged: Vec::new() })))
            }
            Err(error) => {
                self.broken = true;
                Some(Err(match error.into_kind() {
                    csv::ErrorKind::Io(error) if error.kind() == std::io::ErrorKind::FileTooLarge => {
                        Unreadable::at(Trouble::Record, line)
                    }
                    csv::ErrorKind::Io(error) => Unreadable { line: Some(line), ..Unreadable::of_io(&error) },
                    _ => Unreadable::at(Trouble::Damaged, line),
                }))
            }
        }
    }
}

fn cell(field: &[u8]) -> Cell {
    if field.is_empty() {
        return Cell::Empty;
    }
    match std::str::from_utf8(field) {
        Ok(text) if text.contains('\u{FFFD}') => Cell::Fault(CellFault::Encoding),
        Ok(text) => Cell::Text(unwrapped(text).to_owned()),
        Err(_) => Cell::Fault(CellFault::Encoding),
    }
}

/// `="0901234"` and `'0901234`: how people keep a spreadsheet from eating leading zeros, and programs from sending formulas.
fn unwrapped(text: &str) -> &str {
    if let Some(rest) = text.strip_prefix('\'') {
        let is_mark =
            rest.starts_with(|letter: char| letter.is_ascii_digit() || matches!(letter, '+' | '-' | '=' | '@'));
        return if is_mark { rest } else { text };
    }
    text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::UTF_8;

    fn rows(text: &str) -> Vec<(u64, Vec<String>)> {
        let origin = Origin::bytes(text.as_bytes());
        let sign = sign(&origin, UTF_8).unwrap();
        Records::open(&origin, UTF_8, sign)
            .unwrap()
            .map(|row| row.unwrap())
            .map(|row| (row.line, row.cells.iter().map(Cell::text).collect()))
            .collect()
    }

    #[test]
    fn fields_part_at_the_sign_the_file_uses() {
        for sign in [",", "\t", ";", "|"] {
            let text = format!("社員名簿\n氏名{sign}電話\n山田{sign}090\n鈴木{sign}080\n");
            assert_eq!(rows(&text).last().unwrap().1, ["鈴木", "080"], "{sign:?}");
        }
        assert_eq!(rows("氏名\n山田 太郎\n").last().unwrap().1, ["山田 太郎"]);
    }

    #[test]
    fn a_row_knows_the_line_it_began_on() {
        let read = rows("a,b\r\n\"x\r\ny\",1\r\n\r\nz,2\r\n");
        let lines: Vec<u64> = read.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [1, 2, 4, 5], "line 4 is empty");
        assert_eq!(read.get(1).unwrap().1, ["x\ny", "1"]);
    }

    #[test]
    fn a_quotation_mark_never_closed_is_told_with_its_line() {
        let text = format!("a,b\n\"{}", "x,y\n".repeat(4 << 20));
        let origin = Origin::bytes(text.into_bytes());
        let last = Records::open(&origin, UTF_8, b',').unwrap().last().unwrap();
        assert_eq!(last.unwrap_err().trouble, Trouble::Record);
    }

    #[test]
    fn whatever_a_quotation_mark_swallows_at_the_end_is_refused_and_what_is_closed_is_not() {
        for (text, line) in
            [("a,b\n\"x,1\ny,2\n", 2), ("a,b\nz,1\n\"x,1", 3), ("a,b\nz,\"1", 2), ("a,b\nz,\"1\n\n\n", 2)]
        {
            let origin = Origin::bytes(text.as_bytes());
            let last = Records::open(&origin, UTF_8, b',').unwrap().last().unwrap().unwrap_err();
            assert_eq!((last.trouble, last.line), (Trouble::Record, Some(line)), "{text:?}");
        }
        for text in ["a,b\n\"x\",\"1\"", "a,b\nx,1", "a,b\nx,1\n\n", "a,b\nx,\"1\"\n"] {
            assert_eq!(rows(text).get(1).unwrap().1, ["x", "1"], "{text:?}");
        }
    }

    #[test]
    fn zeros_kept_by_a_formula_are_kept() {
        assert_eq!(rows("a,b\n=\"0901\",2\n").last().unwrap().1, ["0901", "2"]);
        assert_eq!(rows("a,b\n'0901,'t Hooft\n").last().unwrap().1, ["0901", "'t Hooft"]);
    }
}
