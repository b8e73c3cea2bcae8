//! The texts that cells of a workbook share.

use quick_xml::events::Event;

use super::package::{Part, plain, resolve};
use crate::file::unreadable::{Trouble, Unreadable};

/// The most bytes of shared texts that are held.
const HELD_MAX: usize = 512 << 20;

/// Every shared text, one after another in one piece of memory.
#[derive(Default)]
pub(super) struct Strings {
    text: String,
    ends: Vec<u32>,
}

impl Strings {
    /// Reads them; how many a file claims to have reserves nothing.
    pub(super) fn read(part: &mut Part) -> Result<Self, Unreadable> {
        let mut strings = Self::default();
        let (mut in_text, mut in_reading) = (false, false);
        loop {
            match part.next()? {
                Event::Start(element) => match element.local_name().as_ref() {
                    b"t" => in_text = true,
                    // The furigana a spreadsheet keeps beside a text is not part of it.
                    b"rPh" => in_reading = true,
                    _ => {}
                },
                Event::End(element) => match element.local_name().as_ref() {
                    b"t" => in_text = false,
                    b"rPh" => in_reading = false,
                    b"si" => strings.end_one()?,
                    _ => {}
                },
                Event::Text(text) if in_text && !in_reading => strings.text.push_str(&plain(text.xml10_content())?),
                Event::CData(text) if in_text && !in_reading => strings.text.push_str(&plain(text.xml10_content())?),
                Event::GeneralRef(reference) if in_text && !in_reading => strings.text.extend(resolve(&reference)),
                Event::Eof => return Ok(strings),
                _ => {}
            }
        }
    }

    /// The text of this number; nothing when there is no such text.
    pub(super) fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = match index.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.text.get(start as usize..end as usize)
    }

    fn end_one(&mut self) -> Result<(), Unreadable> {
        let start = self.ends.last().map_or(0, |end| *end as usize);
        if let Some(plain) = self.text.get(start..).and_then(unescaped) {
            self.text.truncate(start);
            self.text.push_str(&plain);
        }
        let end = u32::try_from(self.text.len()).ok().filter(|end| *end as usize <= HELD_MAX);
        self.ends.push(end.ok_or(Unreadable::whole(Trouble::Size))?);
        Ok(())
    }
}

/// `_x000D_`: how workbooks write characters that XML cannot hold. Nothing when there is none.
pub(super) fn unescaped(text: &str) -> Option<String> {
    if !text.contains("_x") {
        return None;
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("_x") {
        plain.push_str(before);
        let code = after.get(..4).filter(|_| after.get(4..5) == Some("_"));
        match code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32) {
            Some(letter) => {
                plain.push(letter);
                rest = after.get(5..).unwrap_or("");
            }
            None => {
                plain.push_str("_x");
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_xml_cannot_hold_are_unescaped() {
        for (written, meant) in [
            ("a_x000D_\nb", Some("a\r\nb")),
            ("_x005F_x0041_", Some("_x0041_")),
            ("my_xylophone", Some("my_xylophone")),
            ("_x00", Some("_x00")),
            ("plain", None),
        ] {
            assert_eq!(unescaped(written).as_deref(), meant);
        }
    }
}
