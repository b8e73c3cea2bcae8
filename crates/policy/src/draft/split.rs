//! From lines to clauses: sentences, headings and list items, each knowing where it stands.

use super::clause::Clause;
use super::glue::{self, Part};
use super::marks::{self, Style};
use super::sentence;
use super::text::{Cell, Line, Shape, Text, ends_sentence, is_space, is_wide};

/// Splits a text into clauses. The wording is kept; only space around it, and line breaks inside a
/// paragraph, are not.
#[must_use]
pub fn split(text: &Text) -> Vec<Clause> {
    let mut out = Splitter::default();
    let mut carried = None;
    for paragraph in paragraphs(&text.lines) {
        let mut parts = glue::parts(&paragraph.text);
        if let (Some(mark), Some(first)) = (carried.take(), parts.first_mut()) {
            first.mark = first.mark.take().or(Some(mark));
        }
        if let Some(last) = parts.pop_if(|last| is_empty(&paragraph, last)) {
            carried = last.mark;
        }
        for (at, part) in parts.iter().enumerate() {
            out.part(&paragraph, part, at == 0);
        }
    }
    out.clauses
}

fn is_empty(paragraph: &Paragraph, part: &Part) -> bool {
    paragraph.text.get(part.start..part.end).is_none_or(|text| text.trim_matches(is_space).is_empty())
}

/// Lines that belong together.
#[derive(Debug)]
struct Paragraph {
    text: String,
    shape: Shape,
    depth: u8,
    cell: Option<Cell>,
    /// Where each line begins in the text, and its number.
    starts: Vec<(usize, u32)>,
}

impl Paragraph {
    fn line_at(&self, byte: usize) -> u32 {
        let before = self.starts.iter().rev().find(|(start, _)| *start <= byte);
        before.or_else(|| self.starts.first()).map_or(0, |(_, number)| *number)
    }
}

fn paragraphs(lines: &[Line]) -> Vec<Paragraph> {
    let mut found: Vec<Paragraph> = Vec::new();
    for line in lines {
        match found.last_mut().filter(|_| line.joins && line.shape == Shape::Plain) {
            Some(open) => {
                let wide = open.text.ends_with(is_wide) && line.text.starts_with(is_wide);
                if !wide {
                    open.text.push(' ');
                }
                open.starts.push((open.text.len(), line.number));
                open.text.push_str(&line.text);
            }
            None => found.push(Paragraph {
                text: line.text.clone(),
                shape: line.shape,
                depth: line.depth,
                cell: line.cell,
                starts: vec![(0, line.number)],
            }),
        }
    }
    found
}

/// An item that is open: later items may stand under it.
#[derive(Debug)]
struct Open {
    depth: u8,
    style: Style,
    clause: usize,
}

#[derive(Debug, Default)]
struct Splitter {
    clauses: Vec<Clause>,
    headings: Vec<(u8, usize)>,
    items: Vec<Open>,
    lead: Option<usize>,
    lead_used: bool,
    lead_marked: bool,
    paragraphs: usize,
}

impl Splitter {
    fn part(&mut self, paragraph: &Paragraph, part: &Part, first: bool) {
        let Some(body) = paragraph.text.get(part.start..part.end) else { return };
        self.paragraphs += 1;
        let heading = match paragraph.shape {
            Shape::Heading(level) if first => Some(level),
            _ => None,
        };
        let ranges = if heading.is_some() { vec![whole(body)] } else { sentence::sentences(body) };
        let item =
            heading.is_none() && (part.mark.is_some() || paragraph.shape == Shape::Item || self.is_listed(paragraph));
        let above = match heading {
            Some(level) => self.enter_heading(level),
            None if item => self.enter_item(paragraph, part),
            None => self.enter_text(paragraph),
        };
        let mut above = above;
        let several = ranges.len() > 1;
        let mut marker = part.mark.as_ref().map_or(String::new(), |mark| mark.text.clone());
        for range in ranges {
            let Some(words) = body.get(range.clone()) else { continue };
            let from = paragraph.line_at(part.start + range.start);
            let to = paragraph.line_at((part.start + range.end).saturating_sub(1));
            self.clauses.push(Clause {
                lines: (from, to),
                depth: u8::try_from(self.items.len() + usize::from(item)).unwrap_or(u8::MAX),
                heading: heading.is_some(),
                marker: std::mem::take(&mut marker),
                text: words.to_owned(),
                cell: paragraph.cell,
                level: heading.unwrap_or(0),
                above,
                paragraph: self.paragraphs,
            });
            if several && sentence::is_run_in_title(words) && range.start == whole(body).start {
                above = self.clauses.len().checked_sub(1);
            }
        }
        self.leave(paragraph, part, heading, item);
    }

    /// Whether a plain line is an item that lost its mark: a fragment after a lead-in.
    fn is_listed(&self, paragraph: &Paragraph) -> bool {
        self.lead.is_some()
            && !self.lead_marked
            && paragraph.shape == Shape::Plain
            && !ends_sentence(&paragraph.text)
            && !sentence::leads_in(&paragraph.text)
    }

    fn enter_heading(&mut self, level: u8) -> Option<usize> {
        while self.headings.last().is_some_and(|(open, _)| *open >= level) {
            self.headings.pop();
        }
        self.items.clear();
        self.lead = None;
        self.headings.last().map(|(_, clause)| *clause)
    }

    fn enter_item(&mut self, paragraph: &Paragraph, part: &Part) -> Option<usize> {
        let style = style(part);
        while self.items.last().is_some_and(|open| open.depth > paragraph.depth) {
            self.items.pop();
        }
        let sibling = self.items.iter().position(|open| open.depth == paragraph.depth && open.style == style);
        if let Some(sibling) = sibling {
            self.items.truncate(sibling);
        }
        self.lead_used = true;
        self.lead_marked |= part.mark.is_some() || paragraph.shape == Shape::Item;
        self.items.last().map(|open| open.clause).or(self.lead).or_else(|| self.heading())
    }

    fn enter_text(&mut self, paragraph: &Paragraph) -> Option<usize> {
        while self.items.last().is_some_and(|open| open.depth >= paragraph.depth) {
            self.items.pop();
        }
        if self.lead_used {
            self.lead = None;
        }
        self.items.last().map(|open| open.clause).or_else(|| self.heading())
    }

    fn heading(&self) -> Option<usize> {
        self.headings.last().map(|(_, clause)| *clause)
    }

    fn leave(&mut self, paragraph: &Paragraph, part: &Part, heading: Option<u8>, item: bool) {
        let Some(last) = self.clauses.len().checked_sub(1) else { return };
        if let Some(level) = heading {
            self.headings.push((level, last));
        } else if item {
            self.items.push(Open { depth: paragraph.depth, style: style(part), clause: last });
        } else if self.clauses.last().is_some_and(|clause| sentence::leads_in(&clause.text)) {
            self.lead = Some(last);
            self.lead_used = false;
            self.lead_marked = false;
        }
    }
}

fn style(part: &Part) -> Style {
    part.mark.as_ref().map_or(Style::Bullet(' '), |mark: &marks::Mark| mark.style)
}

fn whole(body: &str) -> std::ops::Range<usize> {
    let start = body.len() - body.trim_start_matches(is_space).len();
    start..body.trim_end_matches(is_space).len().max(start)
}
