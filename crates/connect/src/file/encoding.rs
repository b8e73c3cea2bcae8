//! Which encoding a text file is in, found by reading it through once, and the same file as UTF-8.

use std::io::{self, Read};

use encoding_rs::{DecoderResult, EUC_JP, Encoding, ISO_2022_JP, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};
use sha2::{Digest, Sha256};

use super::origin::Origin;
use super::unreadable::{Trouble, Unreadable};

const CHUNK: usize = 64 << 10;

/// What one pass over the bytes tells.
#[derive(Clone)]
pub(crate) struct Glance {
    /// SHA-256 of the file.
    pub(crate) digest: [u8; 32],
    /// Its length in bytes.
    pub(crate) bytes: u64,
    /// Its first bytes.
    pub(crate) head: Vec<u8>,
    /// How many bytes are no UTF-8, and how many letters of the Japanese scripts there are if it is.
    utf8_errors: u32,
    utf8_wide: u32,
    zeros: u64,
}

/// Reads the file through once: digest, length, and whether it is UTF-8.
pub(crate) fn glance(origin: &Origin) -> Result<Glance, Unreadable> {
    let mut reader = origin.reader()?;
    let (mut hash, mut bytes, mut head, mut zeros) = (Sha256::new(), 0_u64, Vec::new(), 0_u64);
    let mut check = Check::new(UTF_8);
    let mut buffer = vec![0; CHUNK];
    loop {
        let read = read_full(&mut reader, &mut buffer)?;
        let chunk = buffer.get(..read).unwrap_or(&[]);
        hash.update(chunk);
        bytes += chunk.len() as u64;
        zeros += chunk.iter().filter(|byte| **byte == 0).count() as u64;
        if head.is_empty() {
            head = chunk.to_vec();
        }
        check.add(chunk, read < CHUNK);
        if read < CHUNK {
            break;
        }
    }
    Ok(Glance { digest: hash.finalize().into(), bytes, head, utf8_errors: check.errors, utf8_wide: check.wide, zeros })
}

/// The encoding of a text file; `named` by a person wins over every guess.
pub(crate) fn detect(
    origin: &Origin,
    glance: &Glance,
    named: Option<&'static Encoding>,
) -> Result<&'static Encoding, Unreadable> {
    if let Some(named) = named {
        return Ok(named);
    }
    if let Some((encoding, _)) = Encoding::for_bom(&glance.head) {
        return Ok(encoding);
    }
    if glance.zeros > 0
        && let Some(encoding) = utf16_without_mark(&glance.head)
    {
        return Ok(encoding);
    }
    // A text has no zero bytes; a few are damage that the rows will show, many are another kind of file.
    if glance.zeros.saturating_mul(50) > glance.bytes {
        return Err(Unreadable::whole(Trouble::Kind));
    }
    // ISO-2022-JP, the old encoding of mail, looks like ASCII with escapes.
    if glance.head.windows(3).any(|bytes| matches!(bytes, b"\x1b$B" | b"\x1b$@")) {
        return Ok(ISO_2022_JP);
    }
    if glance.utf8_errors == 0 {
        return Ok(UTF_8);
    }
    japanese(origin, glance)
}

/// The file as UTF-8, every line ended by one line feed, the last one too, so that lines can be counted.
/// Bytes that are no text become U+FFFD, which no row is accepted with.
pub(crate) struct Decoded<R> {
    inner: R,
    decoder: encoding_rs::Decoder,
    input: Vec<u8>,
    input_at: usize,
    input_end: usize,
    output: Vec<u8>,
    output_at: usize,
    output_end: usize,
    ended: bool,
    finished: bool,
    after_return: bool,
    last: u8,
}

impl<R: Read> Decoded<R> {
    pub(crate) fn new(inner: R, encoding: &'static Encoding) -> Self {
        Self {
            inner,
            decoder: encoding.new_decoder_with_bom_removal(),
            input: vec![0; CHUNK],
            input_at: 0,
            input_end: 0,
            output: vec![0; CHUNK],
            output_at: 0,
            output_end: 0,
            ended: false,
            finished: false,
            after_return: false,
            last: b'\n',
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        if self.input_at == self.input_end && !self.ended {
            self.input_end = read_full(&mut self.inner, &mut self.input)?;
            self.input_at = 0;
            self.ended = self.input_end < self.input.len();
        }
        let input = self.input.get(self.input_at..self.input_end).unwrap_or(&[]);
        let (result, read, written, _) = self.decoder.decode_to_utf8(input, &mut self.output, self.ended);
        self.input_at += read;
        (self.output_at, self.output_end) = (0, self.with_line_feeds(written));
        self.finished = self.ended && matches!(result, encoding_rs::CoderResult::InputEmpty);
        Ok(())
    }

    /// Makes every line end one line feed in what was just written; returns its new length.
    fn with_line_feeds(&mut self, written: usize) -> usize {
        let Some(text) = self.output.get_mut(..written) else { return written };
        let mut end = written;
        if self.after_return || text.contains(&b'\r') {
            end = 0;
            for at in 0..text.len() {
                let Some(byte) = text.get(at).copied() else { break };
                let after_return = std::mem::replace(&mut self.after_return, byte == b'\r');
                if after_return && byte == b'\n' {
                    continue;
                }
                if let Some(place) = text.get_mut(end) {
                    *place = if byte == b'\r' { b'\n' } else { byte };
                }
                end += 1;
            }
        }
        self.last = text.get(..end).and_then(<[u8]>::last).copied().unwrap_or(self.last);
        end
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.output_at == self.output_end && !self.finished {
            self.refill()?;
        }
        if self.output_at == self.output_end && self.last != b'\n' {
            self.last = b'\n';
            (self.output_at, self.output_end) = (0, 1);
            self.output.fill(b'\n');
        }
        let ready = self.output.get(self.output_at..self.output_end).unwrap_or(&[]);
        let count = ready.len().min(buffer.len());
        if let (Some(from), Some(to)) = (ready.get(..count), buffer.get_mut(..count)) {
            to.copy_from_slice(from);
        }
        self.output_at += count;
        Ok(count)
    }
}

/// UTF-16 without its mark: line ends or commas stand at even places with a zero beside them.
fn utf16_without_mark(head: &[u8]) -> Option<&'static Encoding> {
    let (mut little, mut big) = (0_u32, 0_u32);
    for pair in head.chunks_exact(2) {
        match pair {
            [b'\n' | b'\r' | b',' | b'\t' | b'0'..=b'9' | b'-' | b' ', 0] => little += 1,
            [0, b'\n' | b'\r' | b',' | b'\t' | b'0'..=b'9' | b'-' | b' '] => big += 1,
            _ => {}
        }
    }
    match (little, big) {
        (3.., _) if little > big.saturating_mul(4) => Some(UTF_16LE),
        (_, 3..) if big > little.saturating_mul(4) => Some(UTF_16BE),
        _ => None,
    }
}

/// Shift_JIS (as Windows writes it, CP932) or EUC-JP, by which of them the bytes are text in; or UTF-8, when a few lines of
/// it came from another file.
fn japanese(origin: &Origin, glance: &Glance) -> Result<&'static Encoding, Unreadable> {
    let mut reader = origin.reader()?;
    let (mut shift_jis, mut euc) = (Check::new(SHIFT_JIS), Check::new(EUC_JP));
    let mut buffer = vec![0; CHUNK];
    loop {
        let read = read_full(&mut reader, &mut buffer)?;
        let chunk = buffer.get(..read).unwrap_or(&[]);
        shift_jis.add(chunk, read < CHUNK);
        euc.add(chunk, read < CHUNK);
        if read < CHUNK {
            break;
        }
    }
    // EUC-JP read as Shift_JIS is a rain of half-width kana, seldom with errors.
    let (best, check) = match (shift_jis.errors, euc.errors) {
        (s, e) if e < s || (e == s && shift_jis.half_width > shift_jis.wide) => (EUC_JP, euc),
        _ => (SHIFT_JIS, shift_jis),
    };
    let is_few = |errors: u32| u64::from(errors).saturating_mul(200) <= glance.bytes;
    if glance.utf8_errors.saturating_mul(20) <= glance.utf8_wide {
        return Ok(UTF_8);
    }
    if !is_few(check.errors) || check.wide + check.half_width == 0 {
        return Err(Unreadable::whole(Trouble::Encoding));
    }
    Ok(best)
}

/// Counts what is no text when bytes are read in one encoding.
struct Check {
    decoder: encoding_rs::Decoder,
    output: Vec<u8>,
    errors: u32,
    half_width: u32,
    wide: u32,
}

impl Check {
    fn new(encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_without_bom_handling();
        Self { decoder, output: vec![0; CHUNK * 3 + 16], errors: 0, half_width: 0, wide: 0 }
    }

    fn add(&mut self, chunk: &[u8], last: bool) {
        let mut rest = chunk;
        loop {
            let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(rest, &mut self.output, last);
            let said = self.output.get(..written).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or("");
            for letter in said.chars() {
                match letter {
                    '\u{FF61}'..='\u{FF9F}' => self.half_width = self.half_width.saturating_add(1),
                    '\u{3040}'..='\u{9FFF}' => self.wide = self.wide.saturating_add(1),
                    _ => {}
                }
            }
            rest = rest.get(read..).unwrap_or(&[]);
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => self.errors = self.errors.saturating_add(1),
            }
        }
    }
}

/// Reads until the buffer is full or the file ends.
fn read_full(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match reader.read(rest) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detected(bytes: &[u8]) -> Result<&'static str, Trouble> {
        let origin = Origin::bytes(bytes);
        let glance = glance(&origin).unwrap();
        detect(&origin, &glance, None).map(Encoding::name).map_err(|unreadable| unreadable.trouble)
    }

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    const TEXT: &str = "氏名,フリガナ,電話番号\r\n髙橋　花子,ﾀｶﾊｼ ﾊﾅｺ,090-1234-5678\r\n";

    #[test]
    fn the_encodings_companies_use_are_found() {
        assert_eq!(detected(TEXT.as_bytes()), Ok("UTF-8"));
        assert_eq!(detected(format!("\u{FEFF}{TEXT}").as_bytes()), Ok("UTF-8"));
        assert_eq!(detected(&SHIFT_JIS.encode(TEXT).0), Ok("Shift_JIS"));
        assert_eq!(detected(&EUC_JP.encode(&TEXT.replace('髙', "高")).0), Ok("EUC-JP"));
        assert_eq!(
            detected(&ISO_2022_JP.encode(&TEXT.replace(['髙', 'ﾀ', 'ｶ', 'ﾊ', 'ｼ', 'ﾅ', 'ｺ'], "高")).0),
            Ok("ISO-2022-JP")
        );
        for big in [false, true] {
            let name = if big { "UTF-16BE" } else { "UTF-16LE" };
            assert_eq!(detected(&utf16(&format!("\u{FEFF}{TEXT}"), big)), Ok(name));
            assert_eq!(detected(&utf16(TEXT, big)), Ok(name));
        }
        assert_eq!(detected(b"name,tel\na,1\n"), Ok("UTF-8"));
    }

    #[test]
    fn the_first_wide_letter_may_come_late() {
        let mut text = "a,b\n".repeat(50_000);
        text.push_str("山田,1\n");
        assert_eq!(detected(&SHIFT_JIS.encode(&text).0), Ok("Shift_JIS"));
        assert_eq!(detected(text.as_bytes()), Ok("UTF-8"));
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert_eq!(detected(&[0_u8; 4_000]), Err(Trouble::Kind));
        let noise: Vec<u8> =
            (0..9_000_u32).map(|at| u8::try_from(at.wrapping_mul(2_654_435_761) >> 24).unwrap()).collect();
        assert!(detected(&noise).is_err());
    }

    #[test]
    fn decoding_is_the_same_in_any_step() {
        let bytes = SHIFT_JIS.encode(TEXT).0.into_owned();
        let mut whole = String::new();
        Decoded::new(bytes.as_slice(), SHIFT_JIS).read_to_string(&mut whole).unwrap();
        assert_eq!(whole, TEXT.replace("\r\n", "\n"));
        let mut stepped = Vec::new();
        let mut decoded = Decoded::new(bytes.as_slice(), SHIFT_JIS);
        let mut one = [0_u8; 1];
        while decoded.read(&mut one).unwrap() == 1 {
            stepped.extend_from_slice(&one);
        }
        assert_eq!(stepped, whole.as_bytes());
    }

    #[test]
    fn every_line_ends_with_one_line_feed_in_any_step() {
        for (written, meant) in [
            ("a\r\nb\rc\nd", "a\nb\nc\nd\n"),
            ("a\r\n\r\nb\n", "a\n\nb\n"),
            ("\r\r\n\n", "\n\n\n"),
            ("", ""),
            ("x\r", "x\n"),
        ] {
            let mut whole = String::new();
            Decoded::new(written.as_bytes(), UTF_8).read_to_string(&mut whole).unwrap();
            assert_eq!(whole, meant, "{written:?}");
            let mut decoded = Decoded::new(written.as_bytes(), UTF_8);
            decoded.input = vec![0; 1];
            let mut stepped = String::new();
            decoded.read_to_string(&mut stepped).unwrap();
            assert_eq!(stepped, meant, "{written:?} byte by byte");
        }
    }
}
