//! From bytes to lines.

use super::text::Text;
use super::{docx, headings, html, markdown, plain};

/// The largest file read, in bytes. Published policies have some tens of kilobytes.
const FILE_MAX_BYTES: usize = 20 * 1024 * 1024;
/// The longest text read, in bytes: a Word file may be larger for its pictures.
const TEXT_MAX_BYTES: usize = 4 * 1024 * 1024;

/// The kinds of files a policy may come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Plain text, UTF-8, or UTF-16 with a byte order mark.
    Plain,
    /// Markdown.
    Markdown,
    /// A web page.
    Html,
    /// A Word document (Office Open XML).
    Docx,
}

impl Format {
    /// The format a file is most likely in, by its name and its first bytes.
    #[must_use]
    pub fn guess(name: &str, bytes: &[u8]) -> Self {
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
        if bytes.starts_with(b"PK\x03\x04") || extension == "docx" {
            return Self::Docx;
        }
        match extension.as_str() {
            "md" | "markdown" | "mdown" => Self::Markdown,
            "html" | "htm" | "xhtml" => Self::Html,
            _ if begins_as_html(bytes) => Self::Html,
            _ => Self::Plain,
        }
    }
}

fn begins_as_html(bytes: &[u8]) -> bool {
    let head: String = String::from_utf8_lossy(bytes.get(..512).unwrap_or(bytes)).to_ascii_lowercase();
    let head = head.trim_start_matches('\u{feff}').trim_start();
    ["<!doctype html", "<html", "<head", "<body", "<div", "<section", "<article", "<h1", "<p>"]
        .iter()
        .any(|opening| head.starts_with(opening))
}

/// Why a file could not be read as a policy text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// The file is larger than a policy could be, or unpacks to more than that.
    #[error("larger than {limit_megabytes} MB; a policy text is far smaller")]
    TooLarge {
        /// The largest size read, in megabytes.
        limit_megabytes: usize,
    },
    /// The bytes are not text in an encoding read here.
    #[error("not UTF-8 from byte {at} on, nor UTF-16 with a byte order mark; save it as UTF-8")]
    Encoding {
        /// The first byte that is not UTF-8, from 0.
        at: usize,
    },
    /// The file is of a kind that cannot be read here.
    #[error("{kind} cannot be read; save it as .docx, HTML, Markdown or plain text")]
    Kind {
        /// What the file is.
        kind: &'static str,
    },
    /// The archive of a `.docx` is damaged.
    #[error("the .docx archive is damaged: {why}")]
    Archive {
        /// What is wrong with it.
        why: String,
    },
    /// The archive is sound but holds no document.
    #[error("no word/document.xml inside; this is not a Word document")]
    NoDocument,
    /// There are no words in it.
    #[error("there is no text in it; a scanned page has to be typed or recognised first")]
    Empty,
}

/// Reads a policy text.
///
/// # Errors
/// [`Unreadable`] when the bytes are not a text of that format, hold no words, or are too many.
pub fn read(bytes: &[u8], format: Format) -> Result<Text, Unreadable> {
    if bytes.len() > FILE_MAX_BYTES {
        return Err(Unreadable::TooLarge { limit_megabytes: FILE_MAX_BYTES >> 20 });
    }
    if let Some(kind) = foreign(bytes) {
        return Err(Unreadable::Kind { kind });
    }
    let mut text = match format {
        Format::Docx => docx::lines(bytes)?,
        Format::Plain => plain::lines(&decode(bytes)?),
        Format::Markdown => markdown::lines(&decode(bytes)?),
        Format::Html => html::lines(&decode(bytes)?),
    };
    if text.lines.iter().all(|line| !line.text.chars().any(char::is_alphanumeric)) {
        return Err(Unreadable::Empty);
    }
    if text.lines.iter().map(|line| line.text.len()).sum::<usize>() > TEXT_MAX_BYTES {
        return Err(Unreadable::TooLarge { limit_megabytes: TEXT_MAX_BYTES >> 20 });
    }
    headings::mark(&mut text);
    Ok(text)
}

fn foreign(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"%PDF") {
        Some("a PDF file")
    } else if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        Some("an old Word file (.doc)")
    } else if bytes.starts_with(b"{\\rtf") {
        Some("a rich text file (.rtf)")
    } else {
        None
    }
}

/// The text of a file: UTF-8, or UTF-16 when a byte order mark says so.
fn decode(bytes: &[u8]) -> Result<String, Unreadable> {
    if let Some(rest) = bytes.strip_prefix(&[0xff, 0xfe]) {
        return Ok(utf16(rest, u16::from_le_bytes));
    }
    if let Some(rest) = bytes.strip_prefix(&[0xfe, 0xff]) {
        return Ok(utf16(rest, u16::from_be_bytes));
    }
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.replace("\r\n", "\n").replace('\r', "\n")),
        Err(wrong) => Err(Unreadable::Encoding { at: wrong.valid_up_to() }),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| pair.try_into().map_or(0, unit));
    let text: String = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    text.replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_guessed_by_name_and_content() {
        assert_eq!(Format::guess("policy.txt", b"About us"), Format::Plain);
        assert_eq!(Format::guess("policy.MD", b"# About"), Format::Markdown);
        assert_eq!(Format::guess("policy", b"\xef\xbb\xbf<!DOCTYPE html>"), Format::Html);
        assert_eq!(Format::guess("download", b"PK\x03\x04rest"), Format::Docx);
    }

    #[test]
    fn the_usual_encodings_are_read() {
        let utf16: Vec<u8> =
            [0xff, 0xfe].into_iter().chain("個人情報\r\n方針".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let text = read(&utf16, Format::Plain).unwrap();
        assert_eq!(text.lines[0].text, "個人情報");
        assert_eq!(text.lines[1].number, 2);
        assert_eq!(read(b"\xef\xbb\xbfA policy.", Format::Plain).unwrap().lines[0].text, "A policy.");
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        assert_eq!(read(b"ab\x82\xa0", Format::Plain), Err(Unreadable::Encoding { at: 2 }));
        assert_eq!(read(b" \n\n", Format::Plain), Err(Unreadable::Empty));
        assert!(matches!(read(b"%PDF-1.7", Format::Plain), Err(Unreadable::Kind { .. })));
        assert!(matches!(read(&vec![b'a'; FILE_MAX_BYTES + 1], Format::Plain), Err(Unreadable::TooLarge { .. })));
    }
}
