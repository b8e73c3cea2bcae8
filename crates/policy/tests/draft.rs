//! How well a draft recognises the promises of policies, what it writes, and that nothing hostile stops it.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::panic,
    reason = "tests that print what they measured"
)]

#[path = "draft/catalogue.rs"]
mod catalogue;
#[path = "draft/folder.rs"]
mod folder;
#[path = "draft/forms.rs"]
mod forms;
#[path = "draft/fresh.rs"]
mod fresh;
#[path = "draft/hostile.rs"]
mod hostile;
#[path = "draft/labelled.rs"]
mod labelled;
#[path = "draft/phrases.rs"]
mod phrases;
#[path = "draft/sample.rs"]
mod sample;
#[path = "draft/score.rs"]
mod score;
#[path = "draft/source.rs"]
mod source;
