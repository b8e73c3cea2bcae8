//! Tags and text, told apart without trusting the document to be well formed.
//!
//! One tokeniser serves HTML as browsers meet it and the XML inside a `.docx`. It never fails: what
//! is not a tag is text.

use std::borrow::Cow;

use super::entities;

/// One piece of a marked-up document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// `<name attributes>` or `<name attributes/>`.
    Open(Tag<'a>),
    /// `</name>`.
    Close(&'a str),
    /// Text as written, entities and all.
    Text(&'a str),
}

/// An opening tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// The name as written, with its prefix (`w:p`).
    pub(super) name: &'a str,
    /// Everything between the name and the end of the tag.
    pub(super) attributes: &'a str,
    /// Whether it closes itself.
    pub(super) closed: bool,
}

impl<'a> Tag<'a> {
    /// The value of one attribute, entities resolved.
    pub(super) fn attribute(&self, name: &str) -> Option<Cow<'a, str>> {
        let mut rest = self.attributes;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            let end = rest.find(|c: char| c.is_whitespace() || c == '=' || c == '/');
            let key = rest.get(..end.unwrap_or(rest.len()))?;
            if key.is_empty() && !rest.starts_with('=') {
                return None;
            }
            rest = rest.get(key.len()..)?.trim_start();
            let value = match rest.strip_prefix('=') {
                None => "",
                Some(after) => {
                    let (value, after) = quoted(after.trim_start())?;
                    rest = after;
                    value
                }
            };
            if key.eq_ignore_ascii_case(name) {
                return Some(entities::resolve(value));
            }
        }
    }
}

fn quoted(text: &str) -> Option<(&str, &str)> {
    for quote in ['"', '\''] {
        if let Some(inside) = text.strip_prefix(quote) {
            return inside.split_once(quote).or(Some((inside, "")));
        }
    }
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    text.split_at_checked(end)
}

/// The pieces of a document, in order. Comments, declarations and the insides of scripts and style
/// sheets are passed over.
pub(super) struct Pieces<'a> {
    rest: &'a str,
}

/// Reads a document piece by piece.
pub(super) fn pieces(document: &str) -> Pieces<'_> {
    Pieces { rest: document }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            let Some(inside) = self.rest.strip_prefix('<') else {
                return Some(self.text());
            };
            if let Some(comment) = inside.strip_prefix("!--") {
                self.rest = comment.split_once("-->").map_or("", |(_, after)| after);
            } else if let Some(data) = inside.strip_prefix("![CDATA[") {
                let (text, after) = data.split_once("]]>").unwrap_or((data, ""));
                self.rest = after;
                return Some(Piece::Text(text));
            } else if inside.starts_with(['!', '?']) {
                self.rest = inside.split_once('>').map_or("", |(_, after)| after);
            } else if let Some(name) = inside.strip_prefix('/').filter(|at| starts_name(at)) {
                let (tag, after) = name.split_once('>').unwrap_or((name, ""));
                self.rest = after;
                return Some(Piece::Close(tag.trim()));
            } else if starts_name(inside) {
                return Some(self.open(inside));
            } else {
                return Some(self.text());
            }
        }
    }
}

impl<'a> Pieces<'a> {
    /// Text up to the next tag; the first character is text whatever it is.
    fn text(&mut self) -> Piece<'a> {
        let first = self.rest.chars().next().map_or(0, char::len_utf8);
        let tail = self.rest.get(first..).unwrap_or("");
        let end = tail.find('<').map_or(self.rest.len(), |at| first + at);
        let (text, after) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = after;
        Piece::Text(text)
    }

    fn open(&mut self, inside: &'a str) -> Piece<'a> {
        let (tag, after) = inside.split_at_checked(tag_end(inside)).unwrap_or((inside, ""));
        self.rest = after.strip_prefix('>').unwrap_or(after);
        let closed = tag.ends_with('/');
        let tag = tag.strip_suffix('/').unwrap_or(tag);
        let end = tag.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(tag.len());
        let (name, attributes) = tag.split_at_checked(end).unwrap_or((tag, ""));
        if !closed && ["script", "style"].iter().any(|raw| name.eq_ignore_ascii_case(raw)) {
            self.skip_raw(name);
        }
        Piece::Open(Tag { name, attributes, closed })
    }

    /// Leaves the insides of a script or style sheet behind, up to its closing tag.
    fn skip_raw(&mut self, name: &str) {
        let mut from = self.rest;
        while let Some((_, after)) = from.split_once("</") {
            if after.get(..name.len()).is_some_and(|at| at.eq_ignore_ascii_case(name)) {
                self.rest = after.split_once('>').map_or("", |(_, after)| after);
                return;
            }
            from = after;
        }
        self.rest = "";
    }
}

fn starts_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// Where the tag ends, quoted attribute values respected.
fn tag_end(tag: &str) -> usize {
    let mut quote = None;
    let mut after_equals = false;
    for (at, c) in tag.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '>' => return at,
            None if after_equals && (c == '"' || c == '\'') => quote = Some(c),
            None => {}
        }
        after_equals = c == '=' || (after_equals && c.is_whitespace());
    }
    tag.find('>').unwrap_or(tag.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(document: &str) -> Vec<String> {
        pieces(document)
            .map(|piece| match piece {
                Piece::Open(tag) => format!("<{}{}", tag.name, if tag.closed { "/" } else { "" }),
                Piece::Close(name) => format!("/{name}"),
                Piece::Text(text) => text.to_owned(),
            })
            .collect()
    }

    #[test]
    fn tags_and_text_are_told_apart() {
        assert_eq!(told("a<p class='x>y'>b</p>c"), ["a", "<p", "b", "/p", "c"]);
        assert_eq!(told("<!-- <p> -->1 < 2<br/>"), ["1 ", "< 2", "<br/"]);
        assert_eq!(told("<![CDATA[<x>]]>"), ["<x>"]);
    }

    #[test]
    fn scripts_leave_nothing_behind() {
        assert_eq!(told("<script>if (a<b) '<p>'</SCRIPT>x"), ["<script", "x"]);
        assert_eq!(told("<style>never closed"), ["<style"]);
    }

    #[test]
    fn attributes_are_found_however_they_are_quoted() {
        let found = |tag: &str, name: &str| match pieces(tag).next().unwrap() {
            Piece::Open(tag) => tag.attribute(name).map(|value| value.into_owned()),
            _ => None,
        };
        assert_eq!(found(r#"<a href="x?a&amp;b" id=y>"#, "href").unwrap(), "x?a&b");
        assert_eq!(found("<a href='x' id=y>", "ID").unwrap(), "y");
        assert_eq!(found("<a hidden id=y>", "id").unwrap(), "y");
        assert_eq!(found("<a ==>", "id"), None);
    }

    #[test]
    fn broken_markup_ends() {
        for broken in ["<", "<a", "<a b=\"", "</", "<!--", "<![CDATA[", "<a =", "<a/ /b", "\u{7f}<é"] {
            assert!(pieces(broken).count() <= broken.len() + 1);
            for piece in pieces(broken) {
                if let Piece::Open(tag) = piece {
                    assert_eq!(tag.attribute("missing"), None);
                }
            }
        }
    }
}
