//! `daicho demo`: the product with a year of believable sample data.

use super::Common;
use crate::said::{FAULT, Said};
use clap::Args;
use policy::Texts;

/// Start the product with a year of believable sample data.
#[derive(Args)]
pub(crate) struct Demo {}

pub(super) async fn run(_: &Common, _: Demo) -> Result<(), Said> {
    Err(Said::Words(
        FAULT,
        Texts::new(
            "この版にはデモがまだありません。`daicho init` から始めてください。",
            "This build has no demo yet. Start with `daicho init`.",
            "Bản này chưa có bản trình diễn. Hãy bắt đầu với `daicho init`.",
        ),
    ))
}
