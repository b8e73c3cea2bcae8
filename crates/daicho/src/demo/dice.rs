//! Chance that can be thrown again: the same seed gives the same company.
//!
//! This is not the chance a real office runs on. What is sealed with it is made up, and the keys that everything hangs on
//! come from the machine unless the demo is told otherwise.

use jiff::ToSpan;
use jiff::civil::Date;

/// A stream of numbers: xoshiro256** of Blackman and Vigna, seeded by SplitMix64, both in the public domain.
#[derive(Clone, Debug)]
pub(crate) struct Dice([u64; 4]);

impl Dice {
    /// The stream of this number under a seed. Streams of different numbers have nothing to do with each other.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut mix = seed ^ stream.wrapping_mul(0xd6e8_feb8_6659_fd93);
        let mut next = || {
            mix = mix.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let z = (mix ^ (mix >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        };
        Self([next(), next(), next(), next()])
    }

    /// The next number.
    pub(crate) fn next(&mut self) -> u64 {
        let [a, b, c, d] = self.0;
        let result = b.wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let (c, d) = (c ^ a, d ^ b);
        self.0 = [a ^ d, b ^ c, c ^ (b << 17), d.rotate_left(45)];
        result
    }

    /// Fills bytes.
    pub(crate) fn fill(&mut self, bytes: &mut [u8]) {
        for some in bytes.chunks_mut(8) {
            for (to, from) in some.iter_mut().zip(self.next().to_le_bytes()) {
                *to = from;
            }
        }
    }

    /// A number below `end`; 0 when there is none.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let end = u128::try_from(end).unwrap_or(1).max(1);
        usize::try_from((u128::from(self.next()) * end) >> 64).unwrap_or(0)
    }

    /// A number from `least` to `most`, both among them.
    pub(crate) fn between(&mut self, least: i64, most: i64) -> i64 {
        let width = usize::try_from(most.saturating_sub(least).saturating_add(1)).unwrap_or(1);
        least.saturating_add(i64::try_from(self.below(width)).unwrap_or(0))
    }

    /// Yes in so many cases of a hundred.
    pub(crate) fn chance(&mut self, of_hundred: u32) -> bool {
        self.below(100) < usize::try_from(of_hundred).unwrap_or(0)
    }

    /// One of them; the empty value when there is none.
    pub(crate) fn pick<T: Copy + Default>(&mut self, from: &[T]) -> T {
        from.get(self.below(from.len())).copied().unwrap_or_default()
    }

    /// A place in a list of this length, when it has one.
    pub(crate) fn place(&mut self, length: usize) -> Option<usize> {
        (length > 0).then(|| self.below(length))
    }

    /// So many decimal digits.
    pub(crate) fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0'.saturating_add(u8::try_from(self.below(10)).unwrap_or(0)))).collect()
    }

    /// A day of some year up to this many years before, and at least so many.
    pub(crate) fn birth(&mut self, today: Date, least_years: i64, most_years: i64) -> Date {
        let days = self.between(least_years.saturating_mul(365), most_years.saturating_mul(365));
        today.checked_sub(days.days()).unwrap_or(today)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_throws_the_same_and_another_stream_does_not() {
        let throw = |seed, stream| {
            let mut dice = Dice::new(seed, stream);
            (0..8).map(|_| dice.next()).collect::<Vec<_>>()
        };
        assert_eq!(throw(1, 2), throw(1, 2));
        assert_ne!(throw(1, 2), throw(1, 3));
        assert_ne!(throw(1, 2), throw(2, 2));
    }

    #[test]
    fn numbers_stay_within_their_bounds_and_reach_both() {
        let mut dice = Dice::new(7, 7);
        let thrown: Vec<i64> = (0..1_000).map(|_| dice.between(-2, 3)).collect();
        assert!(thrown.iter().all(|n| (-2..=3).contains(n)));
        assert!((-2..=3).all(|n| thrown.contains(&n)));
        assert_eq!(dice.below(0), 0);
        assert_eq!(dice.pick::<u8>(&[]), 0);
        assert_eq!(dice.digits(5).len(), 5);
    }
}
