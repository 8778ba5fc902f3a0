//! Numbers as a person reads them.
//!
//! Takes counts, milliseconds and times; gives short texts. Refuses nothing.

use crate::clock;

/// `1234567` as `1,234,567`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Milliseconds as `340 ms`, `1.2 s`, `2 min 5 s`, `3 h 20 min`, `4 d 6 h`; the smaller part is left out where it is 0.
pub fn duration(milliseconds: u64) -> String {
    let seconds = milliseconds / 1_000;
    let (large, unit, small, of) = match milliseconds {
        0..1_000 => return format!("{milliseconds} ms"),
        1_000..60_000 => return format!("{seconds}.{} s", milliseconds % 1_000 / 100),
        60_000..3_600_000 => (seconds / 60, " min", seconds % 60, " s"),
        3_600_000..172_800_000 => (seconds / 3_600, " h", seconds / 60 % 60, " min"),
        _ => (seconds / 86_400, " d", seconds / 3_600 % 24, " h"),
    };
    let large = grouped(large) + unit;
    match small {
        0 => large,
        _ => format!("{large} {small}{of}"),
    }
}

/// Seconds since 1970 as `2026-01-31 23:59:59`, in UTC.
pub fn time(seconds: f64) -> String {
    let text = clock::timestamp(seconds);
    text.trim_end_matches('Z').replace('T', " ")
}

#[cfg(test)]
mod tests {
    use super::{duration, grouped, time};

    #[test]
    fn numbers_are_short() {
        for (number, expected) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (1_234_567, "1,234,567"),
            (u64::MAX, "18,446,744,073,709,551,615"),
        ] {
            assert_eq!(grouped(number), expected);
        }
        for (milliseconds, expected) in [
            (0, "0 ms"),
            (999, "999 ms"),
            (1_000, "1.0 s"),
            (59_999, "59.9 s"),
            (60_000, "1 min"),
            (3_599_999, "59 min 59 s"),
            (3_600_000, "1 h"),
            (90_061_000, "25 h 1 min"),
            (172_800_000, "2 d"),
            (266_400_000, "3 d 2 h"),
        ] {
            assert_eq!(duration(milliseconds), expected);
        }
        assert_eq!(time(951_782_399.9), "2000-02-28 23:59:59");
    }
}
