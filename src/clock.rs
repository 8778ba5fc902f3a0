//! The only clock. Wall time is for records, monotonic time for durations.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Seconds since the Unix epoch, with microseconds, as audit records carry them (`ts`).
/// A clock set before 1970 gives `0.0`.
pub fn unix_seconds() -> f64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0.0, |since| (since.as_secs_f64() * 1e6).round() / 1e6)
}

/// Whole seconds since the Unix epoch, as certificates count them. A clock set before 1970 gives 0.
pub fn unix_time() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

/// `seconds` since the Unix epoch as `2026-01-31T23:59:59Z` (RFC 3339, UTC).
pub fn timestamp(seconds: f64) -> String {
    // Whole seconds are all a record's second clock needs; a time before 1970 shows as 1970.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "f64 to i64 saturates, and the clock is far below 2^53"
    )]
    let seconds = seconds.max(0.0) as i64;
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Year, month and day of a count of days since 1970-01-01 in the proleptic Gregorian calendar.
fn civil(days: i64) -> (i64, i64, i64) {
    // Counted from 0000-03-01, so that the leap day is the last of its year.
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// Seconds since the Unix epoch of `2026-01-31`, `2026-01-31T23:59` or `2026-01-31 23:59:59Z`: UTC, from 1970 to
/// 9999. Nothing for other texts, and for days that no month has.
pub fn seconds_of(text: &str) -> Option<f64> {
    let text = text.strip_suffix('Z').unwrap_or(text);
    let (date, time) = text.split_once(['T', ' ']).unwrap_or((text, "00:00"));
    let mut date = date.splitn(3, '-');
    let (year, month, day) = (
        number(date.next()?, 4, 1970..=9999)?,
        number(date.next()?, 2, 1..=12)?,
        number(date.next()?, 2, 1..=31)?,
    );
    let mut time = time.splitn(3, ':');
    let (hour, minute, second) = (
        number(time.next()?, 2, 0..=23)?,
        number(time.next()?, 2, 0..=59)?,
        number(time.next().unwrap_or("00"), 2, 0..=59)?,
    );
    // Counted from 0000-03-01, as `civil` does.
    let (years, months) = match month {
        ..=2 => (year - 1, month + 9),
        _ => (year, month - 3),
    };
    let day_of_year = (153 * months + 2) / 5 + day - 1;
    let days = years * 365 + years / 4 - years / 100 + years / 400 + day_of_year - 719_468;
    if civil(days.into()) != (year.into(), month.into(), day.into()) {
        return None;
    }
    Some(f64::from(days) * 86_400.0 + f64::from(hour * 3_600 + minute * 60 + second))
}

/// So many digits, whose number is in a range.
fn number(text: &str, digits: usize, range: std::ops::RangeInclusive<i32>) -> Option<i32> {
    let is_number = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| is_number)?;
    range.contains(&number).then_some(number)
}

/// A point in monotonic time.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts counting now.
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Whole milliseconds since the start.
    pub fn elapsed_ms(self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Time from this start to another; zero when the other is no later.
    pub fn until(self, later: Self) -> std::time::Duration {
        later.0.saturating_duration_since(self.0)
    }

    /// Time since the start.
    pub fn elapsed(self) -> std::time::Duration {
        self.0.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{seconds_of, timestamp};

    #[test]
    fn timestamps_know_leap_years() {
        for (seconds, expected) in [
            (0.0, "1970-01-01T00:00:00Z"),
            (951_782_399.9, "2000-02-28T23:59:59Z"),
            (951_782_400.0, "2000-02-29T00:00:00Z"),
            (1_762_112_167.4, "2025-11-02T19:36:07Z"),
            (4_107_542_399.0, "2100-02-28T23:59:59Z"),
            (4_107_542_400.0, "2100-03-01T00:00:00Z"),
            (-5.0, "1970-01-01T00:00:00Z"),
        ] {
            assert_eq!(timestamp(seconds), expected);
        }
    }

    #[test]
    fn times_are_read_as_they_are_written() {
        for (text, expected) in [
            ("1970-01-01", Some(0.0)),
            ("2000-02-29", Some(951_782_400.0)),
            ("2000-02-28T23:59", Some(951_782_340.0)),
            ("2000-02-28 23:59:59Z", Some(951_782_399.0)),
            ("2100-02-29", None),
            ("2026-02-30", None),
            ("2026-13-01", None),
            ("2026-1-1", None),
            ("2026-01-01T24:00", None),
            ("2026-01-01T10:00:00+01:00", None),
            ("2026-01-01T10", None),
            ("+026-01-01", None),
            ("1969-12-31", None),
            ("", None),
        ] {
            assert_eq!(seconds_of(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_timestamp_is_read_back(seconds in 0_u32..) {
            let seconds = f64::from(seconds);
            prop_assert_eq!(seconds_of(&timestamp(seconds)), Some(seconds));
        }
    }
}
