//! `daicho policy draft`: an existing policy text becomes a folder.

use super::Common;
use crate::said::Said;
use clap::Args;
use policy::Texts;
use std::path::PathBuf;

/// Turn an existing policy text into a folder.
#[derive(Args)]
pub(crate) struct Draft {
    /// The text: plain, Markdown, HTML or .docx; Japanese, English or Vietnamese.
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    /// The folder. It must be empty or not there.
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
}

pub(super) fn run(_: &Common, _: &Draft) -> Result<(), Said> {
    Err(Said::fault(Texts::same("policy::draft is being written").get(policy::Language::En)))
}
