//! Patterns over paths, as docs/POLICY.md defines them, and nothing shared with the product.

use super::{fnmatch, set};

/// The components of a path or a pattern; none where it is neither.
pub fn components(text: &str) -> Option<Vec<&str>> {
    let below = text.strip_prefix('/')?;
    let components: Vec<&str> = match below {
        "" => Vec::new(),
        _ => below.split('/').collect(),
    };
    let named = |name: &&str| !["", ".", ".."].contains(name);
    (text.len() <= 4096 && components.iter().all(named)).then_some(components)
}

/// Whether a component may stand in a pattern.
pub fn is_pattern(component: &str) -> bool {
    let characters: Vec<char> = component.chars().collect();
    let mut rest = characters.as_slice();
    while let Some((first, later)) = rest.split_first() {
        rest = later;
        if *first == '[' {
            let Some((_, _, later)) = set(rest) else {
                return false;
            };
            rest = later;
        }
    }
    component == "**" || !component.contains("**")
}

/// How an entry reads hidden names, and the case of letters.
#[derive(Clone, Copy, PartialEq)]
pub enum Reading {
    /// One that allows: hidden names are spelled, case counts.
    Strict,
    /// One that denies.
    Lax,
}

/// Whether the components of a pattern match those of a path.
pub fn path_matches(pattern: &[&str], path: &[&str], reading: Reading) -> bool {
    // `met[j]`: whether what was read of the pattern matches the first `j` components.
    let mut met: Vec<bool> = (0..=path.len()).map(|length| length == 0).collect();
    for part in pattern {
        let mut next = vec![false; met.len()];
        for end in 0..met.len() {
            let last = end.checked_sub(1).map(|before| path[before]);
            next[end] = match (*part, last) {
                ("**", None) => met[end],
                ("**", Some(last)) => {
                    let seen = reading == Reading::Lax || !last.starts_with('.');
                    met[end] || next[end - 1] && seen
                }
                (_, None) => false,
                (part, Some(last)) => met[end - 1] && name_matches(part, last, reading),
            };
        }
        met = next;
    }
    met[path.len()]
}

fn name_matches(pattern: &str, name: &str, reading: Reading) -> bool {
    let spelled = pattern.starts_with('.') || !name.starts_with('.');
    match reading {
        Reading::Strict => spelled && fnmatch(pattern, name),
        Reading::Lax => fnmatch(pattern, name) || fnmatch(&small(pattern), &small(name)),
    }
}

/// Each letter as the small one of its capital.
fn small(text: &str) -> String {
    text.to_uppercase()
        .chars()
        .flat_map(char::to_lowercase)
        .collect()
}
