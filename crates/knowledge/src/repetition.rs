//! How often a regular expression repeats a part of itself: `(a{1,255}){1,255}`.
//!
//! Takes a text, which may be an expression; gives whether a program can hold what it means. A program such as
//! grep(1) writes each repetition out: `a{1,32767}` takes four gigabytes. A text of another kind has no such counts.

/// A part that may stand up to so many times takes some 40 megabytes; the memory grows with the square.
const MOST_OPTIONAL: u64 = 2_000;
/// A part that stands so many times takes some megabytes.
const MOST: u64 = 10_000;

/// Whether the counts of a text are small, those within one another multiplied.
pub fn is_small(text: &str) -> bool {
    let (mut largest, mut inner, mut optional) = (1_u64, 1_u64, false);
    let mut at = 0;
    while let Some(open) = text.get(at..).and_then(|rest| rest.find('{')) {
        let open = at + open;
        at = open + 1;
        let Some((least, most)) = text.get(at..).and_then(count) else {
            continue;
        };
        let before = text.get(..open).unwrap_or_default().trim_end_matches('\\');
        let most = most.max(1);
        if before.ends_with([')', '}']) {
            inner = largest.max(inner).saturating_mul(most);
        } else {
            inner = most;
        }
        largest = largest.max(inner);
        optional |= least != most;
    }
    largest <= if optional { MOST_OPTIONAL } else { MOST }
}

/// The least and the greatest number of a count, of which the text begins behind `{`: `3}`, `1,3}`, `,3\}`, `3,}`.
fn count(text: &str) -> Option<(u64, u64)> {
    let inside = text.split_once('}')?.0.trim_end_matches('\\');
    let (least, most) = inside.split_once(',').unwrap_or((inside, inside));
    let digits = |part: &str| part.chars().all(|sign| sign.is_ascii_digit());
    if inside.is_empty() || !digits(least) || !digits(most) {
        return None;
    }
    // More digits than a number has are more than any limit.
    let number = |part: &str, none: u64| match part {
        "" => none,
        part => part.parse().unwrap_or(u64::MAX),
    };
    let least = number(least, 0);
    Some((least, number(most, least)))
}

#[cfg(test)]
mod tests {
    use super::is_small;

    #[test]
    fn a_pattern_does_not_take_all_memory() {
        for text in [
            "",
            "[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}",
            "([0-9a-f]{2}:){5}[0-9a-f]{2}",
            ".{200,}",
            "^.{1000}",
            "a{,3}",
            "\\(ab\\)\\{2,3\\}",
            "{{.ID}} {1,2}",
            "{\"a\":20000}",
            "x{a,b}{}",
        ] {
            assert!(is_small(text), "{text}");
        }
        for text in [
            "a{1,32767}",
            "a{32767}",
            "(a{1,255}){1,255}",
            "((a{100}){100}){100}",
            "((((a{1,9}){1,9}){1,9}){1,9})",
            "a{1,255}{1,255}",
            "\\(a\\{1,255\\}\\)\\{1,255\\}",
            "a{99999999999999999999}",
        ] {
            assert!(!is_small(text), "{text}");
        }
    }
}
