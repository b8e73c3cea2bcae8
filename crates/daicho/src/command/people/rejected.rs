//! The rejected rows as a CSV file: where and why, never what stood there.

use crate::said::Said;
use connect::people::Rejected;
use policy::Language;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// The file, when one was asked for.
pub(super) struct RejectedList(Option<(PathBuf, BufWriter<std::fs::File>)>);

impl RejectedList {
    pub(super) fn open(path: Option<&Path>) -> Result<Self, Said> {
        let Some(path) = path else { return Ok(Self(None)) };
        let file = std::fs::File::create(path).map_err(|why| Said::not_written(path, &why))?;
        let mut list = Self(Some((path.to_owned(), BufWriter::new(file))));
        // With a mark of its encoding, so that a spreadsheet opens it as it is.
        list.write("\u{FEFF}line,sheet,column,element,rule,why\r\n")?;
        Ok(list)
    }

    pub(super) fn add(&mut self, row: &Rejected, language: Language) -> Result<(), Said> {
        if self.0.is_none() {
            return Ok(());
        }
        for fault in &row.faults {
            let cells = [
                row.line.to_string(),
                row.sheet.clone().unwrap_or_default(),
                fault.column.clone().unwrap_or_default(),
                fault.element.as_ref().map(ToString::to_string).unwrap_or_default(),
                fault.why.key().to_owned(),
                fault.why.told(language),
            ];
            let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
            self.write(&format!("{}\r\n", cells.join(",")))?;
        }
        Ok(())
    }

    pub(super) fn close(mut self) -> Result<(), Said> {
        match &mut self.0 {
            Some((path, file)) => file.flush().map_err(|why| Said::not_written(path, &why)),
            None => Ok(()),
        }
    }

    fn write(&mut self, text: &str) -> Result<(), Said> {
        match &mut self.0 {
            Some((path, file)) => file.write_all(text.as_bytes()).map_err(|why| Said::not_written(path, &why)),
            None => Ok(()),
        }
    }
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\r', '\n']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}
