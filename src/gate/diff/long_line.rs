//! Where two long lines differ: nobody finds one letter among thousands.
//!
//! Takes: a line that goes and the line that comes in its place, as they are shown. Gives: rows that show the place
//! where they differ, with a little of what is around it. Gives nothing for short lines, and where most of a line
//! differs.

/// Characters of a line in which an eye finds a difference.
const MAX_SHORT: usize = 160;
/// Characters around the difference.
const AROUND: usize = 20;

/// Where the lines differ, in rows; both lines are shown whole elsewhere.
pub fn differing(old: &str, new: &str) -> Vec<String> {
    let (old, new): (Vec<char>, Vec<char>) = (old.chars().collect(), new.chars().collect());
    if old.len().max(new.len()) <= MAX_SHORT {
        return Vec::new();
    }
    let same = |(one, other): &(&char, &char)| one == other;
    let head = old.iter().zip(&new).take_while(same).count();
    let shorter = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev());
    let tail = tail.take_while(same).count().min(shorter);
    let differ = old.len().max(new.len()) - head - tail;
    let around = |line: &[char]| -> String {
        let begin = head.saturating_sub(AROUND);
        let end = line.len() - tail.saturating_sub(AROUND);
        let dots = |cut: bool| if cut { "…" } else { "" };
        let shown: String = line.get(begin..end).unwrap_or_default().iter().collect();
        format!("{}{shown}{}", dots(begin > 0), dots(end < line.len()))
    };
    let first = format!("the two lines differ from character {} on", head + 1);
    match differ {
        0 => Vec::new(),
        few if few <= MAX_SHORT => vec![
            format!("{first}:"),
            format!("  - {}", around(&old)),
            format!("  + {}", around(&new)),
        ],
        _ => vec![first],
    }
}
