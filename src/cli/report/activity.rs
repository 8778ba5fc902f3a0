//! How much happened when: columns of one width over the whole time, few enough to be seen.
//!
//! Takes events in any order; gives columns whose width is a time that people count in. Refuses no time: the columns become
//! wider until all of them fit.

use std::collections::BTreeMap;

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
    columns: BTreeMap<i64, Counts>,
}

impl Activity {
    /// Nothing has happened.
    pub fn new() -> Self {
        Self {
            width: 1,
            columns: BTreeMap::new(),
        }
    }

    /// Something happened, in seconds since 1970.
    pub fn add(&mut self, at: f64, event: Event) {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "f64 to i64 saturates, and a column more or less is no matter"
        )]
        let column = (at as i64).div_euclid(self.width);
        self.columns.entry(column).or_default().add(event);
        while self.count() > MAX_COLUMNS {
            self.widen();
        }
    }

    /// The first column as a time, and every column from the first to the last, the empty ones among them.
    pub fn columns(&self) -> (i64, Vec<Counts>) {
        let first = self.columns.keys().next().copied().unwrap_or_default();
        let column = |at| self.columns.get(&(first + at)).copied().unwrap_or_default();
        let all = (0..self.count()).map(column).collect();
        (first.saturating_mul(self.width), all)
    }

    /// How many columns there are from the first to the last.
    fn count(&self) -> i64 {
        let (mut keys, mut ends) = (self.columns.keys(), self.columns.keys().rev());
        match (keys.next(), ends.next()) {
            (Some(first), Some(last)) => last.saturating_sub(*first).saturating_add(1),
            _ => 0,
        }
    }

    fn widen(&mut self) {
        let wider = WIDTHS.into_iter().find(|width| *width > self.width);
        let wider = wider.unwrap_or_else(|| self.width.saturating_mul(2));
        let joined = wider / self.width;
        self.width = wider;
        for (column, counts) in std::mem::take(&mut self.columns) {
            let into = self.columns.entry(column.div_euclid(joined)).or_default();
            *into = into.with(counts);
        }
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
