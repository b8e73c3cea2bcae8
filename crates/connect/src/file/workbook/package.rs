//! The archive a workbook is, and its parts as streams.

use std::borrow::Cow;
use std::io::{BufReader, Read, Seek, SeekFrom};

use flate2::read::DeflateDecoder;
use quick_xml::Reader;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};
use zip::{CompressionMethod, ZipArchive};

use crate::file::origin::{Limited, Origin, ReadSeek, WHOLE_MAX};
use crate::file::unreadable::{Trouble, Unreadable};

/// The archive's directory: where each part begins and how it is packed.
pub(super) struct Package {
    origin: Origin,
    archive: ZipArchive<Box<dyn ReadSeek>>,
}

impl Package {
    pub(super) fn open(origin: &Origin) -> Result<Self, Unreadable> {
        let archive = ZipArchive::new(origin.reader()?).map_err(|_| Unreadable::whole(Trouble::Damaged))?;
        Ok(Self { origin: origin.clone(), archive })
    }

    /// Whether a part of this name exists, in any case.
    pub(super) fn has(&self, name: &str) -> bool {
        self.index(name).is_some()
    }

    /// The XML of a part; nothing when there is no such part.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<Part>, Unreadable> {
        let Some(index) = self.index(name) else { return Ok(None) };
        let damaged = |_| Unreadable::whole(Trouble::Damaged);
        let file = self.archive.by_index_raw(index).map_err(damaged)?;
        if file.encrypted() {
            return Err(Unreadable::whole(Trouble::Password));
        }
        let start = file.data_start().ok_or(Unreadable::whole(Trouble::Damaged))?;
        let (packed_size, method) = (file.compressed_size(), file.compression());
        drop(file);
        let mut bytes = self.origin.reader()?;
        bytes.seek(SeekFrom::Start(start))?;
        let packed = BufReader::with_capacity(64 << 10, bytes.take(packed_size));
        let unpacked: Box<dyn Read + Send> = match method {
            CompressionMethod::Stored => Box::new(packed),
            CompressionMethod::Deflated => Box::new(DeflateDecoder::new(packed)),
            _ => return Err(Unreadable::whole(Trouble::Format)),
        };
        Ok(Some(Part::new(unpacked, packed_size)))
    }

    fn index(&self, name: &str) -> Option<usize> {
        let name = name.trim_start_matches('/');
        self.archive.index_for_name(name).or_else(|| {
            (0..self.archive.len()).find(|index| {
                let known = self.archive.name_for_index(*index).and_then(Result::ok);
                known.is_some_and(|known| known.replace('\\', "/").eq_ignore_ascii_case(name))
            })
        })
    }
}

/// How many times its packed size an honest sheet unpacks to at the most; lists of people come to about twenty.
const RATIO_MAX: u64 = 200;

/// What any part may unpack to, however small it is packed.
const UNPACKED_MIN: u64 = 256 << 20;

/// One part, event by event. No event may take more bytes than an honest cell does.
pub(super) struct Part {
    reader: Reader<BufReader<Limited<Box<dyn Read + Send>>>>,
    buffer: Vec<u8>,
}

impl Part {
    fn new(bytes: Box<dyn Read + Send>, packed: u64) -> Self {
        let most = packed.saturating_mul(RATIO_MAX).clamp(UNPACKED_MIN, WHOLE_MAX);
        let mut reader = Reader::from_reader(BufReader::with_capacity(64 << 10, Limited::within(bytes, most)));
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_dangling_amp = true;
        Self { reader, buffer: Vec::with_capacity(1 << 10) }
    }

    /// The next event.
    pub(super) fn next(&mut self) -> Result<Event<'_>, Unreadable> {
        self.buffer.clear();
        if self.buffer.capacity() > 1 << 20 {
            self.buffer.shrink_to(1 << 10);
        }
        self.reader.get_mut().get_mut().next_record();
        self.reader.read_event_into(&mut self.buffer).map_err(|error| match error {
            quick_xml::Error::Io(error) => Unreadable::of_io(&error),
            _ => Unreadable::whole(Trouble::Damaged),
        })
    }
}

/// The value of an attribute by its local name, entities resolved.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element
        .attributes()
        .with_checks(false)
        .flatten()
        .find(|attribute| attribute.key.local_name().as_ref() == name.as_bytes())?;
    value(&found)
}

/// The value of an attribute, entities resolved.
pub(super) fn value(attribute: &Attribute<'_>) -> Option<String> {
    let text = std::str::from_utf8(&attribute.value).ok()?;
    quick_xml::escape::unescape(text).ok().map(Cow::into_owned)
}

/// The text of an event; a workbook whose text is no text is damaged.
pub(super) fn plain<E>(content: Result<Cow<'_, str>, E>) -> Result<Cow<'_, str>, Unreadable> {
    content.map_err(|_| Unreadable::whole(Trouble::Damaged))
}

/// What an entity in a text stands for; nothing for one that XML does not define.
pub(super) fn resolve(reference: &quick_xml::events::BytesRef<'_>) -> Option<char> {
    if let Ok(Some(letter)) = reference.resolve_char_ref() {
        return Some(letter);
    }
    match &**reference {
        b"amp" => Some('&'),
        b"lt" => Some('<'),
        b"gt" => Some('>'),
        b"quot" => Some('"'),
        b"apos" => Some('\''),
        _ => None,
    }
}
