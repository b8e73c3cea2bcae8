//! Counting what is found, wrongly found and missed.

use policy::draft::Recognised;

/// What was found in some texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Score {
    pub(crate) found: usize,
    pub(crate) wrong: usize,
    pub(crate) missed: usize,
}

impl Score {
    pub(crate) fn add(&mut self, other: Self) {
        self.found += other.found;
        self.wrong += other.wrong;
        self.missed += other.missed;
    }

    /// How much of what was recognised is there.
    pub(crate) fn precision(self) -> f64 {
        share(self.found, self.found + self.wrong)
    }

    /// How much of what is there was recognised.
    pub(crate) fn recall(self) -> f64 {
        share(self.found, self.found + self.missed)
    }

    pub(crate) fn tell(self, name: &str) {
        let Self { found, wrong, missed } = self;
        let (precision, recall) = (self.precision(), self.recall());
        println!(
            "{name}: found {found}, wrongly found {wrong}, missed {missed}; precision {precision:.3}, recall {recall:.3}"
        );
    }
}

fn share(part: usize, whole: usize) -> f64 {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap());
    if whole == 0 { 1.0 } else { number(part) / number(whole) }
}

/// What a promise was recognised by, for printing.
pub(crate) fn because(one: &Recognised) -> String {
    let told = one.because.iter().map(|found| {
        let far = if found.here { "" } else { "^" };
        format!("{far}{} {:?}", found.concept, found.words)
    });
    told.collect::<Vec<_>>().join(", ")
}
