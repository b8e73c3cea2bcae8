//! Word documents: the paragraphs of `word/document.xml`.

use std::collections::HashMap;
use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::entities;
use super::markup::{Piece, Tag, pieces};
use super::read::Unreadable;
use super::text::{Collector, Counted, Grid, Shape, Text};

/// The most bytes one part of the archive may unpack to.
const PART_MAX_BYTES: usize = 20 * 1024 * 1024;

/// The paragraphs of a Word document. Heading styles, list levels and table cells keep their shape.
pub(super) fn lines(bytes: &[u8]) -> Result<Text, Unreadable> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let document = part(&mut archive, "word/document.xml")?.ok_or(Unreadable::NoDocument)?;
    let styles = part(&mut archive, "word/styles.xml")?.unwrap_or_default();
    let mut reader = Reader::new(heading_styles(&styles));
    for piece in pieces(&document) {
        match piece {
            Piece::Open(tag) => reader.open(tag),
            Piece::Close(name) => reader.close(local(name)),
            Piece::Text(text) => reader.text(text),
        }
    }
    reader.end_paragraph();
    Ok(reader.out.finish())
}

/// One part of the archive as text, never more of it than [`PART_MAX_BYTES`].
fn part(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Result<Option<String>, Unreadable> {
    let file = match archive.by_name(name) {
        Ok(file) => file,
        Err(ZipError::FileNotFound) => return Ok(None),
        Err(wrong) => return Err(damaged(wrong)),
    };
    let mut bytes = Vec::new();
    let limit = u64::try_from(PART_MAX_BYTES).unwrap_or(u64::MAX);
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|wrong| Unreadable::Archive { why: wrong.to_string() })?;
    if bytes.len() > PART_MAX_BYTES {
        return Err(Unreadable::TooLarge { limit_megabytes: PART_MAX_BYTES >> 20 });
    }
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

#[expect(clippy::needless_pass_by_value, reason = "used as the argument of map_err")]
fn damaged(wrong: ZipError) -> Unreadable {
    Unreadable::Archive { why: wrong.to_string() }
}

/// Which paragraph styles are headings, and of which level.
fn heading_styles(styles: &str) -> HashMap<String, u8> {
    let mut found = HashMap::new();
    let mut current = None;
    for piece in pieces(styles) {
        let Piece::Open(tag) = piece else { continue };
        match local(tag.name) {
            "style" => current = value(&tag, "styleId"),
            "name" => {
                let level = value(&tag, "val").and_then(|name| heading_name(&name));
                if let (Some(id), Some(level)) = (&current, level) {
                    found.insert(id.clone(), level);
                }
            }
            "outlineLvl" => {
                if let (Some(id), Some(level)) = (&current, level(&tag)) {
                    found.entry(id.clone()).or_insert(level);
                }
            }
            _ => {}
        }
    }
    found
}

/// `heading 2`, `Heading2`, `見出し 2`, `Title`.
fn heading_name(name: &str) -> Option<u8> {
    let folded = name.to_lowercase();
    if folded == "title" || folded == "表題" {
        return Some(1);
    }
    let rest = folded.strip_prefix("heading").or_else(|| folded.strip_prefix("見出し"))?;
    rest.trim().parse().ok().filter(|level| (1..=9).contains(level))
}

fn level(tag: &Tag<'_>) -> Option<u8> {
    value(tag, "val")?.parse::<u8>().ok().filter(|level| *level < 9).map(|level| level + 1)
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

fn value(tag: &Tag<'_>, name: &str) -> Option<String> {
    let prefix = tag.name.rsplit_once(':').map_or("", |(prefix, _)| prefix);
    tag.attribute(&format!("{prefix}:{name}")).or_else(|| tag.attribute(name)).map(|value| value.into_owned())
}

struct Reader {
    out: Collector,
    headings: HashMap<String, u8>,
    number: usize,
    paragraph: String,
    shape: Shape,
    list: Option<usize>,
    cell: usize,
    grid: Grid,
    taking: bool,
    passing: usize,
}

impl Reader {
    fn new(headings: HashMap<String, u8>) -> Self {
        Self {
            out: Collector::new(Counted::Paragraphs),
            headings,
            number: 0,
            paragraph: String::new(),
            shape: Shape::Plain,
            list: None,
            cell: 0,
            grid: Grid::default(),
            taking: false,
            passing: 0,
        }
    }

    fn open(&mut self, tag: Tag<'_>) {
        let name = local(tag.name);
        // A fallback repeats what a newer drawing says; a moved-from or deleted run is not the text.
        if matches!(name, "Fallback" | "del" | "moveFrom") && !tag.closed {
            self.passing += 1;
        }
        match name {
            "p" => {
                self.end_paragraph();
                self.number += 1;
            }
            "pStyle" => {
                if let Some(style) = value(&tag, "val") {
                    let level = self.headings.get(&style).copied().or_else(|| heading_name(&style));
                    self.shape = level.map_or(self.shape, Shape::Heading);
                }
            }
            "outlineLvl" => self.shape = level(&tag).map_or(self.shape, Shape::Heading),
            "ilvl" => self.list = value(&tag, "val").and_then(|level| level.parse().ok()),
            "numPr" => self.list = Some(self.list.unwrap_or(0)),
            "tbl" => self.grid.table(),
            "tr" => {
                self.cell = 0;
                self.grid.row();
            }
            "tc" => {
                self.cell += 1;
                self.grid.cell();
            }
            "tab" | "ptab" => self.paragraph.push('\t'),
            "br" | "cr" => self.paragraph.push('\n'),
            "noBreakHyphen" => self.paragraph.push('-'),
            "t" => self.taking = !tag.closed,
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "t" => self.taking = false,
            "p" => self.end_paragraph(),
            "tbl" => {
                self.cell = 0;
                self.grid.end();
            }
            "Fallback" | "del" | "moveFrom" => self.passing = self.passing.saturating_sub(1),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.taking && self.passing == 0 {
            self.paragraph.push_str(&entities::resolve(text));
        }
    }

    fn end_paragraph(&mut self) {
        let paragraph = std::mem::take(&mut self.paragraph);
        let list = self.list.take();
        let shape = std::mem::replace(&mut self.shape, Shape::Plain);
        let shape = match shape {
            Shape::Plain if list.is_some() || self.cell > 0 => Shape::Item,
            shape => shape,
        };
        let depth = list.map_or(0, |level| level + 1) + self.cell.min(2);
        self.out.part();
        self.out.place(self.grid.open());
        for line in paragraph.split('\n') {
            self.out.push(self.number, depth, shape, line);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in parts {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    const STYLES: &str = r#"<w:styles xmlns:w="x"><w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style>
        <w:style w:styleId="Own"><w:name w:val="House title"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style></w:styles>"#;

    #[test]
    fn paragraphs_keep_their_shape() {
        let document = r#"<?xml version="1.0"?><w:document xmlns:w="x"><w:body>
            <w:p><w:pPr><w:pStyle w:val="1"/></w:pPr><w:r><w:t>個人情報</w:t></w:r><w:r><w:t>保護方針</w:t></w:r></w:p>
            <w:p/>
            <w:p><w:pPr><w:pStyle w:val="Own"/></w:pPr><w:r><w:t>Use</w:t></w:r></w:p>
            <w:p><w:r><w:t xml:space="preserve">We </w:t><w:delText>never </w:delText><w:t>keep R&amp;D</w:t><w:br/><w:t>data.</w:t></w:r>
              <w:del><w:r><w:t>gone</w:t></w:r></w:del></w:p>
            <w:p><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="3"/></w:numPr></w:pPr><w:r><w:t>item</w:t></w:r></w:p>
            <w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
            </w:body></w:document>"#;
        let bytes = archive(&[("word/document.xml", document.as_bytes()), ("word/styles.xml", STYLES.as_bytes())]);
        let text = lines(&bytes).unwrap();
        let told: Vec<_> =
            text.lines.iter().map(|line| (line.number, line.depth, line.shape, line.text.as_str())).collect();
        assert_eq!(
            told,
            [
                (1, 0, Shape::Heading(1), "個人情報保護方針"),
                (3, 0, Shape::Heading(2), "Use"),
                (4, 0, Shape::Plain, "We keep R&D"),
                (4, 0, Shape::Plain, "data."),
                (5, 2, Shape::Item, "item"),
                (6, 1, Shape::Item, "a"),
                (7, 2, Shape::Item, "b"),
            ]
        );
    }

    #[test]
    fn what_is_no_word_document_says_so() {
        assert_eq!(lines(&archive(&[("mimetype", b"x")])), Err(Unreadable::NoDocument));
        assert!(matches!(lines(b"PK\x03\x04broken"), Err(Unreadable::Archive { .. })));
        let mut cut = archive(&[("word/document.xml", b"<w:p/>")]);
        cut.truncate(cut.len() / 2);
        assert!(matches!(lines(&cut), Err(Unreadable::Archive { .. })));
    }

    #[test]
    fn an_archive_that_swells_is_refused() {
        let zeros = vec![b' '; PART_MAX_BYTES + 1];
        let bomb = archive(&[("word/document.xml", &zeros)]);
        assert!(bomb.len() < 100_000);
        assert_eq!(lines(&bomb), Err(Unreadable::TooLarge { limit_megabytes: 20 }));
        assert_eq!(bomb[0], b'P');
    }
}
