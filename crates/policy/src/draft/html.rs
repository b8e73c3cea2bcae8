//! Web pages, as paragraphs.

use super::entities;
use super::markup::{Piece, Tag, pieces};
use super::text::{Collector, Counted, Grid, Shape, Text};

/// The paragraphs of a page: headings, items, cells and running text, without what is not text.
pub(super) fn lines(page: &str) -> Text {
    let mut reader = Reader::new();
    for piece in pieces(page) {
        match piece {
            Piece::Open(tag) => reader.open(tag),
            Piece::Close(name) => reader.close(&name.to_ascii_lowercase()),
            Piece::Text(text) => reader.text(text),
        }
    }
    reader.end_block();
    reader.out.finish()
}

/// Parts of a page that are not its text.
const HIDDEN: [&str; 12] = [
    "nav", "head", "noscript", "template", "svg", "select", "button", "iframe", "object", "canvas", "textarea",
    "datalist",
];

/// Elements that end the paragraph before them and their own.
const BLOCKS: [&str; 34] = [
    "p",
    "div",
    "section",
    "article",
    "main",
    "header",
    "footer",
    "aside",
    "address",
    "blockquote",
    "pre",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "table",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "td",
    "th",
    "caption",
    "figure",
    "figcaption",
    "form",
    "fieldset",
    "legend",
    "details",
    "summary",
    "hr",
    "body",
];

struct Reader {
    out: Collector,
    block: String,
    number: usize,
    shape: Shape,
    lists: usize,
    cell: usize,
    grid: Grid,
    in_definition: bool,
    bold: Bold,
    hidden: Vec<String>,
}

/// Whether all words of a block so far stand in bold type.
#[derive(Default)]
struct Bold {
    open: usize,
    all: bool,
}

impl Reader {
    fn new() -> Self {
        Self {
            out: Collector::new(Counted::Paragraphs),
            block: String::new(),
            number: 0,
            shape: Shape::Plain,
            lists: 0,
            cell: 0,
            grid: Grid::default(),
            in_definition: false,
            bold: Bold { open: 0, all: true },
            hidden: Vec::new(),
        }
    }

    fn open(&mut self, tag: Tag<'_>) {
        let name = tag.name.to_ascii_lowercase();
        if !self.hidden.is_empty() || (HIDDEN.contains(&name.as_str()) && !tag.closed) {
            if !tag.closed && (self.hidden.is_empty() || self.hidden.last() == Some(&name)) {
                self.hidden.push(name);
            }
            return;
        }
        match name.as_str() {
            "br" => return self.end_line(),
            "b" | "strong" => self.bold.open += 1,
            "wbr" => {}
            _ if !is_block(&name) => {}
            _ => self.end_block(),
        }
        match name.as_str() {
            "ul" | "ol" => self.lists += 1,
            "li" => self.shape = Shape::Item,
            "dt" => {
                self.in_definition = false;
                self.shape = Shape::Item;
            }
            "dd" => {
                self.in_definition = true;
                self.shape = Shape::Item;
            }
            "table" => self.grid.table(),
            "tr" => {
                self.cell = 0;
                self.grid.row();
            }
            "td" | "th" => {
                self.cell += 1;
                self.grid.cell();
                self.shape = Shape::Item;
            }
            _ => {
                if let Some(level) = heading(&name) {
                    self.shape = Shape::Heading(level);
                }
            }
        }
    }

    fn close(&mut self, name: &str) {
        if let Some(open) = self.hidden.last() {
            if open == name {
                self.hidden.pop();
            }
            return;
        }
        if name == "b" || name == "strong" {
            self.bold.open = self.bold.open.saturating_sub(1);
            return;
        }
        if !is_block(name) {
            return;
        }
        self.end_block();
        match name {
            "ul" | "ol" => self.lists = self.lists.saturating_sub(1),
            "tr" => self.cell = 0,
            "table" => {
                self.cell = 0;
                self.grid.end();
            }
            "dl" | "dd" => self.in_definition = false,
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if !self.hidden.is_empty() {
            return;
        }
        let text = entities::resolve(text);
        if self.bold.open == 0 && text.chars().any(char::is_alphanumeric) {
            self.bold.all = false;
        }
        for c in text.chars() {
            let space = matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}');
            if !space {
                self.block.push(c);
            } else if !self.block.ends_with([' ', '\n']) {
                self.block.push(' ');
            }
        }
    }

    fn end_line(&mut self) {
        self.block.push('\n');
    }

    fn end_block(&mut self) {
        let block = std::mem::take(&mut self.block);
        let bold = std::mem::replace(&mut self.bold.all, true);
        let shape = std::mem::replace(&mut self.shape, Shape::Plain);
        let depth = self.lists + self.cell.min(2) + usize::from(self.in_definition);
        let shape = match shape {
            Shape::Plain if bold && is_title(&block) && depth == 0 => Shape::Heading(6),
            shape => shape,
        };
        if block.trim().is_empty() {
            return;
        }
        self.number += 1;
        self.out.part();
        self.out.place(self.grid.open());
        for line in block.split('\n') {
            self.out.push(self.number, depth, shape, line);
        }
    }
}

fn is_block(name: &str) -> bool {
    BLOCKS.contains(&name) || heading(name).is_some()
}

fn heading(name: &str) -> Option<u8> {
    let level = name.strip_prefix('h')?.parse().ok()?;
    (1..=6).contains(&level).then_some(level)
}

fn is_title(block: &str) -> bool {
    let block = block.trim();
    !block.contains('\n') && block.chars().count() <= 60 && !super::text::ends_sentence(block)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(page: &str) -> Vec<(u32, u8, Shape, String)> {
        lines(page).lines.into_iter().map(|line| (line.number, line.depth, line.shape, line.text)).collect()
    }

    #[test]
    fn a_page_becomes_its_paragraphs() {
        let page = "<html><head><title>T</title><style>p{}</style></head><body><nav><ul><li>Home</ul></nav>\
            <h2>Use&nbsp;of data</h2>\n<p>We <b>keep</b>\n it.<br>Always.</p><ul><li>one<ul><li>two</li></ul></li></ul>\
            <table><tr><th>Law</th><td>We obey.</td></tr></table><dl><dt>Who<dd>Us</dl><script>x</script></body></html>";
        assert_eq!(
            told(page),
            [
                (1, 0, Shape::Heading(2), "Use\u{a0}of data".to_owned()),
                (2, 0, Shape::Plain, "We keep it.".to_owned()),
                (2, 0, Shape::Plain, "Always.".to_owned()),
                (3, 1, Shape::Item, "one".to_owned()),
                (4, 2, Shape::Item, "two".to_owned()),
                (5, 1, Shape::Item, "Law".to_owned()),
                (6, 2, Shape::Item, "We obey.".to_owned()),
                (7, 0, Shape::Item, "Who".to_owned()),
                (8, 1, Shape::Item, "Us".to_owned()),
            ]
        );
    }

    #[test]
    fn a_bold_title_is_a_heading() {
        let shapes: Vec<_> =
            told("<p><strong>Cookies</strong></p><p><b>All</b> of it.</p>").into_iter().map(|line| line.2).collect();
        assert_eq!(shapes, [Shape::Heading(6), Shape::Plain]);
    }

    #[test]
    fn unclosed_and_hidden_parts_do_no_harm() {
        assert_eq!(told("<p>a<nav><nav>x</nav>y</nav>b").len(), 1);
        assert!(told("<nav>never closed <p>x").is_empty());
        assert_eq!(told("</ul></td>a").len(), 1);
    }
}
