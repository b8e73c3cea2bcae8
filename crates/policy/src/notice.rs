//! The notice: the text people read, block by block, each block one clause.

use ledger::names::{ClauseId, PromiseId};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::Language;

pub(crate) mod markdown;

/// The notice in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// Its language.
    pub language: Language,
    /// Its first heading, without markup.
    pub title: String,
    /// Its blocks, in reading order.
    pub blocks: Vec<Block>,
}

/// One heading, paragraph or list item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Block {
    /// The clause it is.
    pub id: ClauseId,
    /// How deep it lies in lists: 0 outside, 1 in a list, 2 in a list in a list.
    pub depth: u8,
    /// What it is.
    pub kind: BlockKind,
    /// What it says.
    pub text: Vec<Inline>,
    /// The catalogue promises it makes.
    pub promises: Vec<PromiseId>,
    /// What it says, as written in the file: markup kept, marker and id left out.
    pub source: String,
}

impl Block {
    /// What it says, without markup.
    #[must_use]
    pub fn plain(&self) -> String {
        self.text.iter().map(Inline::as_str).collect()
    }

    /// The first twelve hexadecimal digits of the SHA-256 of [`Block::source`]. A translation notes the one of
    /// the original it was made from, so that a changed original shows.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let digest = Sha256::digest(self.source.as_bytes());
        hex::encode(digest).chars().take(12).collect()
    }
}

/// What a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BlockKind {
    /// A heading of level 1 to 3.
    Heading(u8),
    /// A paragraph.
    Paragraph,
    /// A list item with a bullet.
    Item,
    /// A list item with a number.
    Numbered(u32),
}

/// A piece of a block's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Inline {
    /// Words.
    Text(String),
    /// Words that stand out.
    Strong(String),
    /// Words that lead to an address: `https:`, `http:`, `mailto:`, `tel:`, or a place on this site.
    Link {
        /// The words.
        text: String,
        /// The address.
        url: String,
    },
}

impl Inline {
    /// The words.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Text(text) | Self::Strong(text) | Self::Link { text, .. } => text,
        }
    }
}

impl Notice {
    /// The block that is this clause.
    #[must_use]
    pub fn block(&self, clause: &ClauseId) -> Option<&Block> {
        self.blocks.iter().find(|block| block.id == *clause)
    }

    /// The notice as Markdown. Reading it again gives the same blocks.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut out = String::new();
        for block in &self.blocks {
            if !out.is_empty() {
                out.push('\n');
            }
            markdown::print(block, &mut out);
        }
        out
    }
}
