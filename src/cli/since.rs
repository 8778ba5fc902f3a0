//! From when on a report tells.
//!
//! ```text
//! since := N ("m" | "h" | "d" | "w")          so long before now
//!        | DATE [("T" | " ") HH:MM [":" SS]] ["Z"]   in UTC
//! ```
//!
//! Takes the value of `--since`; gives seconds since 1970. Refuses what is neither.

use crate::clock;

/// The time that the words name.
pub fn since(words: &str) -> Option<f64> {
    for (unit, seconds) in [
        ('m', 60.0),
        ('h', 3_600.0),
        ('d', 86_400.0),
        ('w', 604_800.0),
    ] {
        if let Some(number) = words.strip_suffix(unit) {
            let number: u16 = number.parse().ok()?;
            return Some((clock::unix_seconds() - f64::from(number) * seconds).max(0.0));
        }
    }
    clock::seconds_of(words)
}
