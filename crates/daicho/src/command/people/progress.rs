//! How far an import is: a bar on a terminal, a plain line every few seconds in a log, nothing beside JSON.

use super::super::Common;
use crate::said::warn;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use policy::{Language, Texts};
use std::sync::atomic::{AtomicU64, Ordering};

/// Milliseconds between two plain lines.
const PAUSE: u64 = 3_000;

/// The rows that are done, of all.
pub(super) struct Progress {
    bar: ProgressBar,
    way: Way,
}

enum Way {
    Drawn,
    /// A line at a time, with the moment of the last one in milliseconds since the beginning.
    Plain(Language, AtomicU64),
    Silent,
}

impl Progress {
    pub(super) fn new(common: &Common, rows: u64) -> Self {
        let bar = ProgressBar::new(rows);
        if common.json {
            bar.set_draw_target(ProgressDrawTarget::hidden());
            return Self { bar, way: Way::Silent };
        }
        bar.set_draw_target(ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len}  {per_sec}  {eta}") {
            bar.set_style(style);
        }
        let way = if bar.is_hidden() { Way::Plain(common.lang, AtomicU64::new(0)) } else { Way::Drawn };
        Self { bar, way }
    }

    /// So many more rows are done.
    pub(super) fn inc(&self, rows: u64) {
        self.bar.inc(rows);
        let Way::Plain(language, last) = &self.way else { return };
        let now = u64::try_from(self.bar.elapsed().as_millis()).unwrap_or(u64::MAX);
        if now.saturating_sub(last.load(Ordering::Relaxed)) >= PAUSE {
            last.store(now, Ordering::Relaxed);
            warn(line(self.bar.position(), self.bar.length().unwrap_or(0)).get(*language));
        }
    }

    /// Says something between two drawings of the bar.
    pub(super) fn suspend(&self, saying: impl FnOnce()) {
        self.bar.suspend(saying);
    }

    /// There is no more to come.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

fn line(done: u64, all: u64) -> Texts {
    let percent = done.saturating_mul(100).checked_div(all).unwrap_or(100);
    Texts::new(
        format!("{done} / {all}行（{percent}%）"),
        format!("{done} of {all} rows ({percent}%)"),
        format!("{done} / {all} dòng ({percent}%)"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_far_it_is() {
        assert_eq!(line(500, 2_000).get(Language::En), "500 of 2000 rows (25%)");
        assert_eq!(line(0, 0).get(Language::Ja), "0 / 0行（100%）");
    }
}
