//! How much happened when: columns of one width over the whole time, few enough to be seen.
//!
//! Takes events in any order; gives columns whose width is a time that people count in. Refuses no time: the columns become
//! wider until all of them fit.

use super::tally::{Counts, Event};

/// Columns of the picture: each is some pixels wide on a small screen.
const MAX_COLUMNS: i64 = 96;
/// Widths in seconds; each is a multiple of the one before it, so that columns can be joined.
const WIDTHS: [i64; 12] = [
    1, 5, 15, 60, 300, 900, 3_600, 10_800, 21_600, 43_200, 86_400, 604_800,
];

/// The columns.
#[derive(Debug)]
pub struct Activity {
    /// Seconds of a column.
    pub width: i64,
    /// The first column: its time is this many widths.
    first: i64,
    /// Every column from the first to the last, the empty ones among them.
    columns: Vec<Counts>,
}

impl Activity {
    /// Nothing has happened.
    pub fn new() -> Self {
        Self {
            width: 1,
            first: 0,
            columns: Vec::new(),
        }
    }

    /// Something happened, in seconds since 1970.
    pub fn add(&mut self, at: f64, event: Event) {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "f64 to i64 saturates, and a column more or less is no matter"
        )]
        let at = at as i64;
        while self.count_with(at) > MAX_COLUMNS {
            self.widen();
        }
        let column = at.div_euclid(self.width);
        if self.columns.is_empty() {
            self.first = column;
        }
        while column < self.first {
            self.columns.insert(0, Counts::default());
            self.first -= 1;
        }
        let index = usize::try_from(column - self.first).unwrap_or_default();
        if index >= self.columns.len() {
            self.columns.resize(index + 1, Counts::default());
        }
        if let Some(counts) = self.columns.get_mut(index) {
            counts.add(event);
        }
    }

    /// The first column as a time, and every column from the first to the last, the empty ones among them.
    pub fn columns(&self) -> (i64, &[Counts]) {
        (self.first.saturating_mul(self.width), &self.columns)
    }

    /// How many columns there are once one has this time.
    fn count_with(&self, at: i64) -> i64 {
        let column = at.div_euclid(self.width);
        let Some(more) = self.columns.len().checked_sub(1) else {
            return 1;
        };
        let last = self
            .first
            .saturating_add(i64::try_from(more).unwrap_or(i64::MAX));
        let span = last.max(column).saturating_sub(self.first.min(column));
        span.saturating_add(1)
    }

    fn widen(&mut self) {
        let wider = WIDTHS.into_iter().find(|width| *width > self.width);
        let wider = wider.unwrap_or_else(|| self.width.saturating_mul(2));
        let joined = wider / self.width;
        let first = self.first.div_euclid(joined);
        let mut last = None;
        let mut columns: Vec<Counts> = Vec::new();
        for (column, counts) in (self.first..).zip(&self.columns) {
            let into = column.div_euclid(joined);
            match columns.last_mut() {
                Some(held) if last == Some(into) => *held = held.with(*counts),
                Some(_) | None => columns.push(*counts),
            }
            last = Some(into);
        }
        (self.width, self.first, self.columns) = (wider, first, columns);
    }
}

#[cfg(test)]
mod tests {
    use super::{Activity, Event, MAX_COLUMNS};
    use proptest::prelude::*;

    #[test]
    fn columns_have_widths_that_people_count_in() {
        for (times, width, count) in [
            (vec![], 1, 0),
            (vec![5.0], 1, 1),
            (vec![5.0, 100.0], 1, 96),
            (vec![5.0, 101.0], 5, 20),
            (vec![0.0, 86_399.0], 900, 96),
            (vec![0.0, 86_400.0], 3_600, 25),
            (vec![0.0, 1e9], 19_353_600, 52),
        ] {
            let mut activity = Activity::new();
            for at in &times {
                activity.add(*at, Event::Denied);
            }
            let (_, columns) = activity.columns();
            assert_eq!((activity.width, columns.len()), (width, count), "{times:?}");
        }
    }

    proptest! {
        /// Whatever the times are: nothing is lost, there are few columns, and the first is no later than its events.
        #[test]
        fn nothing_is_lost(times in proptest::collection::vec(0.0..253_402_300_799.0, 1..40)) {
            let mut activity = Activity::new();
            for at in &times {
                activity.add(*at, Event::Failed);
            }
            let (first, columns) = activity.columns();
            let earliest = times.iter().copied().fold(f64::MAX, f64::min);
            prop_assert!(first as f64 <= earliest);
            prop_assert!(columns.len() as i64 <= MAX_COLUMNS);
            let counted: u64 = columns.iter().map(|counts| counts.failed).sum();
            prop_assert_eq!(counted, times.len() as u64);
        }
    }
}
