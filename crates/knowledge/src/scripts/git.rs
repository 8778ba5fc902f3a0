//! A format of git(1): of `git log --format`, and of `git for-each-ref --format` and `--sort`.
//!
//! ```text
//! format = { text | "%%" | "%" { "+" | "-" | " " } placeholder | "%(" atom ")" }
//! ```
//!
//! Takes a format, gives its flaws. Git runs gpg to show a signature: for placeholders such as `%G?` and `%GK`, and
//! for the atom `signature`, which is also a key of `--sort`. The atom `contents:signature` only prints a stored text.

use super::flaw::{Flaw, flaw};
use super::sed::RUNS;
use super::template::layout;

/// The parts of a format for which git runs another program.
pub fn format(text: &str) -> Vec<Flaw> {
    placeholders(text)
        .chain(atoms(text))
        .chain(layout(text))
        .collect()
}

fn placeholders(text: &str) -> impl Iterator<Item = Flaw> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + text.get(at..)?.find('%')?;
            let rest = text.get(start + 1..)?;
            at = start + 1 + usize::from(rest.starts_with('%'));
            let placeholder = rest.trim_start_matches(['+', '-', ' ']);
            if placeholder.starts_with('G') {
                return Some(flaw(start, text.len() - placeholder.len() + 1, RUNS));
            }
        }
    })
}

fn atoms(text: &str) -> impl Iterator<Item = Flaw> {
    let stored = |start: usize| {
        let before = text.get(..start).unwrap_or_default();
        before.ends_with("contents:")
    };
    let found = text.match_indices("signature");
    let found = found.filter(move |(start, _)| !stored(*start));
    found.map(|(start, part)| flaw(start, start + part.len(), RUNS))
}
