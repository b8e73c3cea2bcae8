//! The Markdown of notices: headings `#` to `###`, paragraphs, nested `-` and `1.` lists, links, `**strong**`,
//! and a clause id `{#id}` at the end of every block. Everything else is text.

use ledger::names::ClauseId;

use super::{Block, BlockKind, Inline, Notice};
use crate::Language;

/// What came of reading a notice.
pub(crate) struct Read {
    pub(crate) notice: Notice,
    /// The line each block begins on.
    pub(crate) lines: Vec<u32>,
    pub(crate) troubles: Vec<Trouble>,
}

/// What can be wrong with a notice by itself.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    NoId { line: u32 },
    BadId { line: u32, id: String },
    BadLink { line: u32, url: String },
    DeepHeading { line: u32 },
    NoTitle,
}

/// A block as its lines stand, before its text is looked into.
struct Raw {
    line: u32,
    depth: u8,
    kind: BlockKind,
    source: String,
}

pub(crate) fn read(language: Language, text: &str) -> Read {
    let mut troubles = Vec::new();
    let mut notice = Notice { language, title: String::new(), blocks: Vec::new() };
    let mut lines = Vec::new();
    let raws = split(text, &mut troubles);
    match raws.first() {
        Some(Raw { kind: BlockKind::Heading(1), .. }) => {}
        _ => troubles.push(Trouble::NoTitle),
    }
    for raw in raws {
        let Some((source, id)) = take_id(&raw.source) else {
            troubles.push(Trouble::NoId { line: raw.line });
            continue;
        };
        let Ok(id) = id.parse::<ClauseId>() else {
            troubles.push(Trouble::BadId { line: raw.line, id: id.to_owned() });
            continue;
        };
        let text = inlines(source);
        for url in bad_links(source) {
            troubles.push(Trouble::BadLink { line: raw.line, url });
        }
        let block =
            Block { id, depth: raw.depth, kind: raw.kind, text, promises: Vec::new(), source: source.to_owned() };
        if notice.title.is_empty() && raw.kind == BlockKind::Heading(1) {
            notice.title = block.plain();
        }
        notice.blocks.push(block);
        lines.push(raw.line);
    }
    Read { notice, lines, troubles }
}

/// Splits the text into blocks by empty lines, headings and list markers.
fn split(text: &str, troubles: &mut Vec<Trouble>) -> Vec<Raw> {
    let mut raws: Vec<Raw> = Vec::new();
    // The indentation of the markers of the lists that are open, outermost first.
    let mut lists: Vec<usize> = Vec::new();
    let mut open = false;
    let mut comment = false;
    for (number, line) in (1_u32..).zip(text.lines()) {
        let indent = line.chars().take_while(|character| matches!(character, ' ' | '\t')).count();
        let words = line.trim();
        if comment || words.starts_with("<!--") {
            comment = !words.ends_with("-->");
            open = false;
            continue;
        }
        if words.is_empty() {
            open = false;
            continue;
        }
        if let Some((level, words)) = heading(words) {
            if level > 3 {
                troubles.push(Trouble::DeepHeading { line: number });
            }
            lists.clear();
            open = false;
            raws.push(Raw { line: number, depth: 0, kind: BlockKind::Heading(level.min(3)), source: words.to_owned() });
        } else if let Some((kind, words)) = item(words) {
            lists.retain(|outer| *outer < indent);
            lists.push(indent);
            open = true;
            let depth = u8::try_from(lists.len()).unwrap_or(u8::MAX);
            raws.push(Raw { line: number, depth, kind, source: words.to_owned() });
        } else if let Some(raw) = raws.last_mut().filter(|_| open) {
            raw.source.push('\n');
            raw.source.push_str(words);
        } else {
            lists.retain(|outer| *outer < indent);
            open = true;
            let depth = u8::try_from(lists.len()).unwrap_or(u8::MAX);
            raws.push(Raw { line: number, depth, kind: BlockKind::Paragraph, source: words.to_owned() });
        }
    }
    raws
}

fn heading(line: &str) -> Option<(u8, &str)> {
    let rest = line.trim_start_matches('#');
    let level = line.len() - rest.len();
    let words = rest.strip_prefix(' ')?;
    (level > 0).then(|| (u8::try_from(level).unwrap_or(u8::MAX), words.trim()))
}

fn item(line: &str) -> Option<(BlockKind, &str)> {
    if let Some(words) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
        return Some((BlockKind::Item, words.trim()));
    }
    let (number, words) = line.split_once(". ").or_else(|| line.split_once(") "))?;
    let digits = number.len() <= 9 && number.bytes().all(|byte| byte.is_ascii_digit());
    let number = number.parse().ok().filter(|_| digits)?;
    Some((BlockKind::Numbered(number), words.trim()))
}

/// The text before `{#id}` at the end, and the id.
fn take_id(source: &str) -> Option<(&str, &str)> {
    let (words, id) = source.trim_end().strip_suffix('}')?.rsplit_once("{#")?;
    Some((words.trim_end(), id))
}

/// The pieces of a block's text. A line break is a space, except between two characters that are written
/// without spaces.
pub(crate) fn inlines(source: &str) -> Vec<Inline> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let joined = join_lines(source);
    let mut rest = joined.as_str();
    while let Some(character) = rest.chars().next() {
        if let Some((piece, after)) = marked(rest, plain.chars().next_back()) {
            flush(&mut plain, &mut pieces);
            pieces.push(piece);
            rest = after;
            continue;
        }
        let mut characters = rest.chars();
        characters.next();
        let escaped = characters.clone().next().filter(|next| character == '\\' && next.is_ascii_punctuation());
        if let Some(next) = escaped {
            characters.next();
            plain.push(next);
        } else {
            plain.push(character);
        }
        rest = characters.as_str();
    }
    flush(&mut plain, &mut pieces);
    pieces
}

fn flush(plain: &mut String, pieces: &mut Vec<Inline>) {
    if !plain.is_empty() {
        pieces.push(Inline::Text(std::mem::take(plain)));
    }
}

/// A link, strong words or a bare address at the start of the text, and what follows.
fn marked(text: &str, before: Option<char>) -> Option<(Inline, &str)> {
    if let Some(rest) = text.strip_prefix("**") {
        let (words, after) =
            until(rest, LONGEST, |character| character == '*').filter(|(words, _)| !words.is_empty())?;
        return Some((Inline::Strong(words.to_owned()), after.strip_prefix("**")?));
    }
    if let Some((words, url, after)) = link(text) {
        return is_good(url).then(|| (Inline::Link { text: words.to_owned(), url: url.to_owned() }, after));
    }
    let at_start = !before.is_some_and(|character| character.is_ascii_alphanumeric());
    if at_start && (text.starts_with("https://") || text.starts_with("http://")) {
        let end = text.find(|character| !is_url(character)).unwrap_or(text.len());
        let (url, _) = text.split_at_checked(end)?;
        let url = url.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\'', '*']);
        let after = text.strip_prefix(url)?;
        return Some((Inline::Link { text: url.to_owned(), url: url.to_owned() }, after));
    }
    None
}

/// `[words](address)` at the start of the text.
fn link(text: &str) -> Option<(&str, &str, &str)> {
    let (words, rest) = until(text.strip_prefix('[')?, LONGEST, |character| matches!(character, '[' | ']'))?;
    let (url, after) = until(rest.strip_prefix("](")?, LONGEST, |character| character == ')')?;
    let whole = !words.is_empty() && !url.is_empty();
    whole.then_some((words, url, after.strip_prefix(')')?))
}

/// How long a marked piece may be, in bytes. Without an end, a text of nothing but brackets would take for ever.
const LONGEST: usize = 2_000;

/// The text before the first such character, and the rest from that character on.
fn until(text: &str, longest: usize, is_end: impl Fn(char) -> bool) -> Option<(&str, &str)> {
    let near = text.char_indices().take_while(|(at, _)| *at <= longest);
    let (at, _) = near.into_iter().find(|(_, character)| is_end(*character))?;
    text.split_at_checked(at)
}

const fn is_url(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || matches!(character, '-' | '.' | '_' | '~' | ':' | '/' | '?' | '#' | '@' | '!' | '$' | '&' | '\'')
        || matches!(character, '*' | '+' | ',' | ';' | '=' | '%' | '(' | ')')
}

/// Whether a link may lead there: never into script.
fn is_good(url: &str) -> bool {
    let begins = ["https://", "http://", "mailto:", "tel:", "#"].iter().any(|begin| url.starts_with(begin));
    let here = url.starts_with('/') && !url.starts_with("//");
    (begins || here) && url.chars().all(is_url)
}

fn bad_links(source: &str) -> Vec<String> {
    let joined = join_lines(source);
    let mut found = Vec::new();
    for (at, _) in joined.match_indices('[') {
        let Some((_, text)) = joined.split_at_checked(at) else { continue };
        if let Some((_, url, _)) = link(text).filter(|(_, url, _)| !is_good(url)) {
            found.push(url.to_owned());
        }
    }
    found
}

fn join_lines(source: &str) -> String {
    let mut joined = String::with_capacity(source.len());
    for line in source.lines() {
        let before = joined.chars().next_back();
        if before.is_some_and(|last| !(is_unspaced(last) && line.chars().next().is_some_and(is_unspaced))) {
            joined.push(' ');
        }
        joined.push_str(line);
    }
    joined
}

/// Characters that are written without spaces between them: Japanese script and its punctuation.
const fn is_unspaced(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

/// Writes one block as [`read`] reads it.
pub(crate) fn print(block: &Block, out: &mut String) {
    let indent = "  ".repeat(usize::from(block.depth.saturating_sub(1)));
    let (marker, follow) = match block.kind {
        BlockKind::Heading(level) => ("#".repeat(usize::from(level)) + " ", String::new()),
        BlockKind::Paragraph => ("  ".repeat(usize::from(block.depth)), "  ".repeat(usize::from(block.depth))),
        BlockKind::Item => (format!("{indent}- "), format!("{indent}  ")),
        BlockKind::Numbered(number) => (format!("{indent}{number}. "), format!("{indent}  ")),
    };
    out.push_str(&marker);
    out.push_str(&block.source.replace('\n', &format!("\n{follow}")));
    out.push_str(&format!(" {{#{}}}\n", block.id));
}
