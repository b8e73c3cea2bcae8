//! A policy as lines, whatever file it came in.

/// A policy text as read: its lines in order, none of them empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// What [`Line::number`] counts.
    pub counted: Counted,
    /// The lines.
    pub lines: Vec<Line>,
}

/// What a line number counts, so that a person can find the place again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Lines of the file, from 1, empty ones included.
    Lines,
    /// Paragraphs of the document, from 1, as HTML and Word hold no lines.
    Paragraphs,
}

/// One line of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its line or paragraph number, from 1; lines of one paragraph share it.
    pub number: u32,
    /// How far it is indented or nested in lists, in steps from 0. Only the order of depths means
    /// anything.
    pub depth: u8,
    /// What it is, as far as the file says.
    pub shape: Shape,
    /// Whether an empty line or another break stands before it.
    pub apart: bool,
    /// Whether it goes on with the sentence or paragraph of the line before it.
    pub joins: bool,
    /// Where it stands in a table, if it is a cell or a part of one.
    pub cell: Option<Cell>,
    /// The wording, without surrounding space; list marks typed by hand are still in it.
    pub text: String,
}

/// A place in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Which table of the text, from 1.
    pub table: u32,
    /// Which row of it, from 1.
    pub row: u32,
    /// Which cell of the row, from 1.
    pub column: u32,
}

/// Counts tables, rows and cells while a file is read.
#[derive(Debug, Default)]
pub(super) struct Grid {
    tables: u32,
    now: Option<Cell>,
}

impl Grid {
    /// A table begins.
    pub(super) const fn table(&mut self) {
        self.tables = self.tables.saturating_add(1);
        self.now = Some(Cell { table: self.tables, row: 0, column: 0 });
    }

    /// A row begins; one outside a table begins a table.
    pub(super) const fn row(&mut self) {
        if self.now.is_none() {
            self.table();
        }
        if let Some(cell) = &mut self.now {
            cell.row = cell.row.saturating_add(1);
            cell.column = 0;
        }
    }

    /// A cell begins.
    pub(super) const fn cell(&mut self) {
        if let Some(cell) = &mut self.now {
            cell.column = cell.column.saturating_add(1);
        }
    }

    /// The table is over.
    pub(super) const fn end(&mut self) {
        self.now = None;
    }

    /// The cell that is open.
    pub(super) fn open(&self) -> Option<Cell> {
        self.now.filter(|cell| cell.column > 0)
    }
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Running text, or anything the file does not mark.
    Plain,
    /// A heading and its level, 1 the highest.
    Heading(u8),
    /// A list item, or a cell of a table.
    Item,
}

/// Collects lines while a file is read.
#[derive(Debug)]
pub(super) struct Collector {
    counted: Counted,
    lines: Vec<Line>,
    apart: bool,
    cell: Option<Cell>,
}

impl Collector {
    pub(super) const fn new(counted: Counted) -> Self {
        Self { counted, lines: Vec::new(), apart: true, cell: None }
    }

    /// The next line stands apart from what came before.
    pub(super) const fn part(&mut self) {
        self.apart = true;
    }

    /// The lines that follow stand in this cell, or in none.
    pub(super) const fn place(&mut self, cell: Option<Cell>) {
        self.cell = cell;
    }

    /// Adds a line unless it is empty.
    pub(super) fn push(&mut self, number: usize, depth: usize, shape: Shape, text: &str) {
        let text = text.trim_matches(is_space);
        if text.is_empty() {
            return;
        }
        self.lines.push(Line {
            number: u32::try_from(number).unwrap_or(u32::MAX),
            depth: u8::try_from(depth).unwrap_or(u8::MAX),
            shape,
            apart: self.apart,
            joins: false,
            cell: self.cell,
            text: text.to_owned(),
        });
        self.apart = false;
    }

    /// The next line goes on with the last one, if that one and this are text.
    pub(super) fn join(&mut self, number: usize, text: &str) -> bool {
        let open = !self.apart && self.lines.last().is_some_and(|line| !matches!(line.shape, Shape::Heading(_)));
        if open {
            let depth = self.lines.last().map_or(0, |line| line.depth.into());
            self.push(number, depth, Shape::Plain, text);
            if let Some(line) = self.lines.last_mut() {
                line.joins = true;
            }
        }
        open
    }

    /// The line before.
    pub(super) fn last(&self) -> Option<&Line> {
        self.lines.last()
    }

    /// The lines so far.
    pub(super) fn lines_mut(&mut self) -> &mut [Line] {
        &mut self.lines
    }

    pub(super) fn finish(self) -> Text {
        Text { counted: self.counted, lines: self.lines }
    }
}

/// White space as editors leave it behind: the invisible joiners too.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// How wide a text stands in a fixed-width file, in columns: ideographs and kana take two.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

/// Kana, ideographs and full-width forms.
pub(super) fn is_wide(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}'
        | '\u{20000}'..='\u{3fffd}')
}

/// Whether a text ends as a sentence ends.
pub(super) fn ends_sentence(text: &str) -> bool {
    text.trim_end_matches(|c: char| is_space(c) || matches!(c, ')' | '）' | '」' | '』' | '”' | '"' | '’'))
        .ends_with(['.', '。', '．', '!', '！', '?', '？', ';', '；', '…'])
}
