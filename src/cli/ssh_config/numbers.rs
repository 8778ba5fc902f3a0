//! Numbers as OpenSSH reads them: ports, times and sizes.
//!
//! Takes a text; gives the number. Refuses what ssh refuses. A port may be the name of a service in /etc/services.

use std::fs::File;
use std::io::Read;

/// The services of a system are some 20 kB.
const MAX_SERVICES: u64 = 1024 * 1024;

/// A port, not 0.
pub fn port(text: &str) -> Option<u16> {
    let digits = text.trim_start();
    let digits = digits.strip_prefix('+').unwrap_or(digits);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return digits.parse().ok().filter(|port| *port > 0);
    }
    let mut services = String::new();
    let file = File::open("/etc/services").ok()?;
    file.take(MAX_SERVICES).read_to_string(&mut services).ok()?;
    services.lines().find_map(|line| {
        let line = line.split('#').next().unwrap_or_default();
        let mut words = line.split_whitespace();
        let name = words.next()?;
        let port = words.next()?.strip_suffix("/tcp")?;
        let named = name == text || words.any(|alias| alias == text);
        port.parse().ok().filter(|_| named)
    })
}

/// Seconds: `90`, `2m`, `1h30m`.
pub fn seconds(text: &str) -> Option<u64> {
    let mut total = 0_u64;
    let mut rest = text;
    loop {
        let end = rest.find(|c: char| !c.is_ascii_digit());
        let (digits, tail) = rest.split_at(end.unwrap_or(rest.len()));
        let mut tail = tail.chars();
        let unit = match tail.next().map(|unit| unit.to_ascii_lowercase()) {
            None | Some('s') => 1,
            Some('m') => 60,
            Some('h') => 3_600,
            Some('d') => 86_400,
            Some('w') => 604_800,
            Some(_) => return None,
        };
        total = digits
            .parse::<u64>()
            .ok()?
            .checked_mul(unit)?
            .checked_add(total)?;
        rest = tail.as_str();
        if rest.is_empty() {
            // The bound of ssh.
            return Some(total).filter(|total| i32::try_from(*total).is_ok());
        }
    }
}

/// Whether a text is a number of bytes for `RekeyLimit`: 0, or 16 and more.
pub fn is_size(text: &str) -> bool {
    let unit = text.find(|c: char| !c.is_ascii_digit());
    let (digits, unit) = text.split_at(unit.unwrap_or(text.len()));
    let unit_is_known = matches!(
        unit.to_ascii_uppercase().as_str(),
        "" | "B" | "K" | "M" | "G" | "T" | "P" | "E"
    );
    let small = matches!(unit, "" | "b" | "B");
    let number = digits.parse::<u64>();
    unit_is_known && number.is_ok_and(|number| number == 0 || number >= 16 || !small)
}
