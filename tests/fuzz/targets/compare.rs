//! The difference of any two outputs, whatever work the search may be: where it is whole, its rows lead from the one to the other,
//! each row is one line in which everything can be seen, and no two lines are shown alike; where it is not, it keeps its bound.
//!
//! The first byte of the input is how many lines a search may have; U+0001 ends the first output.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mcp_ssh::gate::{output_difference, shown};

/// Longer lines lose their middle, and of long ones the rows tell besides where they differ.
const LONGEST_LINE: usize = 120;
const NO_NEWLINE: &str = "\\ no newline at the end";
/// What rows that tell something are long at most.
const TOLD: usize = 500;

fuzz_target!(|input: (u8, &str)| {
    let (at_once, text) = input;
    if let Some((old, new)) = text.split_once('\u{1}')
        && text.split('\n').all(|line| line.len() <= LONGEST_LINE)
    {
        check(old, new, usize::from(at_once));
    }
});

fn check(old: &str, new: &str, at_once: usize) {
    let (rows, is_whole) = output_difference(old, new, usize::MAX, at_once);
    assert!(is_whole);
    let hidden = |character: char| character.is_control() && character != '\n';
    assert!(!rows.contains(hidden), "{rows:?}");
    let (old_lines, new_lines) = (lines(old), lines(new));
    assert_eq!(applied(&old_lines, &rows), new_lines, "{rows}");
    let (fewer, _) = output_difference(old, new, rows.len() / 2, at_once);
    assert!(fewer.len() <= rows.len() / 2 + TOLD, "{fewer}");
    let differ = |one: &str, other: &str| one == other || shown(one, &[]) != shown(other, &[]);
    for (one, other) in old.lines().zip(new.lines()) {
        assert!(differ(one, other), "{one:?} {other:?}");
    }
}

/// Each line as it is shown, and whether a newline ends it.
fn lines(text: &str) -> Vec<(String, bool)> {
    let line = |line: &str| (shown(line, &[]), line.ends_with('\n'));
    text.split_inclusive('\n').map(line).collect()
}

/// What the rows of a unified diff make of some lines.
fn applied(old: &[(String, bool)], rows: &str) -> Vec<(String, bool)> {
    let (mut made, mut at) = (Vec::new(), 0);
    let mut last = None;
    for row in rows.lines() {
        let mut characters = row.chars();
        let (sign, rest) = (characters.next(), characters.as_str());
        match sign {
            Some('@') => {
                let place = rest
                    .split_once(" -")
                    .and_then(|(_, places)| places.split_once(','));
                let (first, count) = place.expect("a place and a count");
                let first: usize = first.parse().expect("a number");
                let none = count.starts_with("0 ");
                let begin = if none { first } else { first - 1 };
                made.extend_from_slice(&old[at..begin]);
                at = begin;
            }
            Some(' ' | '-') => {
                assert_eq!(old[at].0, rest);
                if sign == Some(' ') {
                    made.push(old[at].clone());
                }
                at += 1;
            }
            Some('+') => made.push((rest.to_owned(), true)),
            Some('\\') if row == NO_NEWLINE => match last {
                Some('+') => made.last_mut().expect("a line").1 = false,
                Some(' ' | '-') => assert!(!old[at - 1].1),
                _ => panic!("{row}"),
            },
            Some('\\') => {}
            _ => panic!("{row:?} is no row"),
        }
        last = sign;
    }
    made.extend_from_slice(&old[at..]);
    made
}
