//! The blocks of a notice as nested lists: what opens, what closes, and what stands between.

use policy::{Block, BlockKind};

/// One step through a notice, in reading order.
pub(crate) enum Step<T> {
    /// A heading of level 2 or 3; the notice's own title is level 1.
    Heading(u8, T),
    Paragraph(T),
    /// A list begins; whether its items are numbered.
    Open(bool),
    /// An item begins; its number when it has one. What lies deeper stands inside it.
    Item(Option<u32>, T),
    EndItem,
    Close(bool),
}

/// Walks the blocks; `make` says what to show of each.
pub(crate) fn outline<'a, T>(
    blocks: impl IntoIterator<Item = &'a Block>,
    mut make: impl FnMut(&'a Block) -> T,
) -> Vec<Step<T>> {
    let mut steps = Vec::new();
    let mut lists: Vec<bool> = Vec::new();
    for block in blocks {
        let (depth, number) = match block.kind {
            BlockKind::Heading(_) | BlockKind::Paragraph => (0, None),
            BlockKind::Item => (usize::from(block.depth.max(1)), None),
            BlockKind::Numbered(n) => (usize::from(block.depth.max(1)), Some(n)),
        };
        let numbered = number.is_some();
        // A list cannot begin inside an item that is not there.
        let depth = depth.min(lists.len() + 1);
        while lists.len() > depth {
            close(&mut steps, &mut lists);
        }
        if lists.len() == depth && depth > 0 {
            if lists.last() == Some(&numbered) {
                steps.push(Step::EndItem);
            } else {
                close(&mut steps, &mut lists);
            }
        }
        while lists.len() < depth {
            lists.push(numbered);
            steps.push(Step::Open(numbered));
        }
        let shown = make(block);
        steps.push(match block.kind {
            BlockKind::Heading(level) => Step::Heading(level, shown),
            BlockKind::Paragraph => Step::Paragraph(shown),
            BlockKind::Item | BlockKind::Numbered(_) => Step::Item(number, shown),
        });
    }
    while !lists.is_empty() {
        close(&mut steps, &mut lists);
    }
    steps
}

fn close<T>(steps: &mut Vec<Step<T>>, lists: &mut Vec<bool>) {
    if let Some(numbered) = lists.pop() {
        steps.push(Step::EndItem);
        steps.push(Step::Close(numbered));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use policy::Inline;

    fn block(kind: BlockKind, depth: u8, text: &str) -> Block {
        let text = text.to_owned();
        Block {
            id: "a".parse().unwrap(),
            depth,
            kind,
            text: vec![Inline::Text(text.clone())],
            promises: vec![],
            source: text,
        }
    }

    fn tags(blocks: &[Block]) -> String {
        outline(blocks, Block::plain)
            .iter()
            .map(|step| match step {
                Step::Heading(level, text) => format!("h{level}:{text} "),
                Step::Paragraph(text) => format!("p:{text} "),
                Step::Open(numbered) => if *numbered { "<ol>" } else { "<ul>" }.to_owned(),
                Step::Item(_, text) => format!("<li>{text}"),
                Step::EndItem => "</li>".to_owned(),
                Step::Close(numbered) => if *numbered { "</ol>" } else { "</ul>" }.to_owned(),
            })
            .collect()
    }

    #[test]
    fn lists_open_and_close_around_what_is_in_them() {
        use BlockKind::{Heading, Item, Numbered, Paragraph};
        let blocks = [
            block(Heading(2), 0, "h"),
            block(Item, 1, "a"),
            block(Item, 2, "b"),
            block(Item, 2, "c"),
            block(Item, 1, "d"),
            block(Paragraph, 0, "p"),
            block(Numbered(1), 1, "e"),
            block(Item, 2, "f"),
        ];
        assert_eq!(
            tags(&blocks),
            "h2:h <ul><li>a<ul><li>b</li><li>c</li></ul></li><li>d</li></ul>p:p <ol><li>e<ul><li>f</li></ul></li></ol>"
        );
    }

    #[test]
    fn a_list_of_another_sort_begins_anew_and_none_begins_in_nothing() {
        use BlockKind::{Item, Numbered};
        let blocks = [block(Item, 1, "a"), block(Numbered(1), 1, "b"), block(Item, 2, "c")];
        assert_eq!(tags(&blocks), "<ul><li>a</li></ul><ol><li>b<ul><li>c</li></ul></li></ol>");
        assert_eq!(tags(&[block(Item, 2, "a"), block(Item, 1, "b")]), "<ul><li>a</li><li>b</li></ul>");
    }
}
