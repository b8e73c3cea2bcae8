//! Turns `text/{ja,en,vi}.toml` into one method for each text, so that a text that is missing in one language, or that
//! speaks of something another language does not, stops the build.

#[path = "build/texts.rs"]
mod texts;

use std::io::Write as _;
use std::path::Path;

#[expect(clippy::disallowed_methods, reason = "cargo tells a build script where to write")]
fn main() {
    for watched in ["build.rs", "build", "text"] {
        say(&format!("cargo::rerun-if-changed={watched}"));
    }
    let sources = ["ja", "en", "vi"].map(|code| {
        let path = format!("text/{code}.toml");
        std::fs::read_to_string(&path).unwrap_or_else(|why| stop(&[format!("{path}: {why}")]))
    });
    let module = texts::module(&sources).unwrap_or_else(|problems| stop(&problems));
    let out = std::env::var("OUT_DIR").unwrap_or_else(|why| stop(&[why.to_string()]));
    if let Err(why) = std::fs::write(Path::new(&out).join("texts.rs"), module) {
        stop(&[why.to_string()]);
    }
}

fn stop(problems: &[String]) -> ! {
    for problem in problems {
        say(&format!("cargo::error={problem}"));
    }
    std::process::exit(1)
}

/// Cargo reads what a build script prints.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
