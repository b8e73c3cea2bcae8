//! `daicho completions` and `daicho man`: both are read off the declaration of the commands.

use super::Arguments;
use crate::said::Said;
use clap::{Args, CommandFactory};
use clap_complete::Shell;
use std::io::Write;
use std::path::PathBuf;

/// Print shell completions.
///
/// For bash: `daicho completions bash > /usr/share/bash-completion/completions/daicho`.
#[derive(Args)]
pub(crate) struct Completions {
    /// The shell.
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// Print the manual page, or write one page for every command into a folder.
#[derive(Args)]
pub(crate) struct Man {
    /// The folder, such as /usr/local/share/man/man1.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) fn completions(asked: &Completions) -> Result<(), Said> {
    let mut script = Vec::new();
    clap_complete::generate(asked.shell, &mut Arguments::command(), "daicho", &mut script);
    // A pipe that was closed has read enough.
    drop(std::io::stdout().write_all(&script));
    Ok(())
}

pub(super) fn man(asked: &Man) -> Result<(), Said> {
    if let Some(folder) = &asked.out {
        std::fs::create_dir_all(folder)?;
        return Ok(clap_mangen::generate_to(Arguments::command(), folder)?);
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(Arguments::command()).render(&mut page)?;
    drop(std::io::stdout().write_all(&page));
    Ok(())
}
