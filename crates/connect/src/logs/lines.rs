//! A log line by line. A line ends where it ends, whatever stands on it.

use std::io::{BufRead, BufReader, Read};

use encoding_rs::Encoding;

use super::time::Clock;
use super::{Form, Hands, Settings, Why, time};
use crate::file::encoding::{Decoded, Glance, detect, glance};
use crate::file::{Origin, ReadSeek, Trouble, Unreadable};

/// The most bytes of a line.
const LINE: u64 = 64 << 10;

/// The lines of a text file, as UTF-8.
pub(super) struct TextLines {
    reader: BufReader<Decoded<Box<dyn ReadSeek>>>,
    line: Vec<u8>,
    number: u64,
}

/// One line as it was read.
pub(super) enum Line<'a> {
    Text(u64, &'a str),
    Bad(u64, Why),
}

impl TextLines {
    pub(super) fn open(origin: &Origin, encoding: &'static Encoding) -> Result<Self, Unreadable> {
        let reader = BufReader::with_capacity(256 << 10, Decoded::new(origin.reader()?, encoding));
        Ok(Self { reader, line: Vec::new(), number: 0 })
    }

    /// The next line that is not empty.
    pub(super) fn next(&mut self) -> Result<Option<Line<'_>>, Unreadable> {
        loop {
            self.line.clear();
            self.number += 1;
            let read = self.reader.by_ref().take(LINE + 1).read_until(b'\n', &mut self.line)?;
            if read == 0 {
                return Ok(None);
            }
            if self.line.last() != Some(&b'\n') && read as u64 > LINE {
                while self.line.last() != Some(&b'\n') {
                    self.line.clear();
                    if self.reader.by_ref().take(LINE).read_until(b'\n', &mut self.line)? == 0 {
                        break;
                    }
                }
                return Ok(Some(Line::Bad(self.number, Why::TooLong)));
            }
            if self.line.last() == Some(&b'\n') {
                self.line.pop();
            }
            if !self.line.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) {
                break;
            }
        }
        match std::str::from_utf8(&self.line) {
            Ok(text) if !text.contains('\u{FFFD}') => Ok(Some(Line::Text(self.number, text))),
            _ => Ok(Some(Line::Bad(self.number, Why::Encoding))),
        }
    }
}

/// How a log is written, by how it begins.
pub(super) fn form(origin: &Origin) -> Result<Form, Unreadable> {
    let mut head = Vec::new();
    origin.reader()?.take(4096).read_to_end(&mut head)?;
    let head: Vec<u8> = match Encoding::for_bom(&head) {
        Some((encoding, _)) => encoding.decode(&head).0.into_owned().into_bytes(),
        None => head,
    };
    let start = head.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(0);
    let head = head.get(start..).unwrap_or(&[]);
    Ok(match head {
        [b'{', ..] => Form::JsonLines,
        [b'<', digit, ..] if digit.is_ascii_digit() => Form::Syslog,
        [_, _, _, b' ', digit, ..] if time::month(head).is_some() && (digit.is_ascii_digit() || *digit == b' ') => {
            Form::Syslog
        }
        _ => Form::Table,
    })
}

/// The file looked through once, and its encoding.
pub(super) fn known(origin: &Origin) -> Result<(Glance, &'static Encoding), Unreadable> {
    let glance = glance(origin)?;
    if glance.bytes == 0 {
        return Err(Unreadable::whole(Trouble::Empty));
    }
    let encoding = detect(origin, &glance, None)?;
    Ok((glance, encoding))
}

/// Reads each line with `read`.
pub(super) fn each(
    origin: &Origin,
    hands: &mut Hands<'_>,
    mut read: impl FnMut(&mut Hands<'_>, u64, &str, &mut Clock) -> Result<(), Why>,
    settings: &Settings,
) -> Result<(), Unreadable> {
    let (glance, encoding) = known(origin)?;
    hands.read.digest = glance.digest;
    let mut lines = TextLines::open(origin, encoding)?;
    let mut clock = Clock::new(&settings.zone, settings.order);
    while let Some(line) = lines.next()? {
        hands.read.lines += 1;
        match line {
            Line::Bad(number, why) => hands.read.trouble(number, why),
            Line::Text(number, text) => {
                if let Err(why) = read(hands, number, text, &mut clock) {
                    hands.read.trouble(number, why);
                }
            }
        }
    }
    Ok(())
}
