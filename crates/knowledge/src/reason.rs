//! Whether the reason for which a word is not vouched for says all that a program does with it.
//!
//! Takes the reason of a row: `writes a file`. A deny rule asks what runs; what is not one of the beginnings below
//! may run something.

/// How a reason begins that says all: what a program does to data, to processes and to other hosts is no command.
const SAYS_ALL: &str = "\
    acts asks changes clears closes compares connects controls copies cuts destroys edits ends hides interrupts \
    looks makes may mounts names opens overwrites packs prints puts reaches reads rebuilds reloads removes rotates \
    searches sends sets shows shuts signs starts stops switches takes trusts unlocks unmounts unpacks uses vacuums \
    waits writes";

/// What such a reason does not name: what is run, and what may name it.
const RUNS: [&str; 13] = [
    "or runs", "and runs", "alias", "code", "command", "debugger", "editor", "hook", "module",
    "plugin", "program", "script", "shell",
];

/// What may say what is run, for a program that takes it from elsewhere.
const SETTINGS: [&str; 5] = ["config", "entries", "item", "option", "setting"];

/// Whether a reason is not one of those that say all.
pub fn hides(why: &str) -> bool {
    let first = why.split([' ', ',']).next().unwrap_or_default();
    let listed = SAYS_ALL.split_ascii_whitespace().any(|word| word == first);
    let names = |what: &[&str]| what.iter().any(|word| why.contains(word));
    !listed
        || names(&RUNS)
        || !["changes", "edits", "prints", "sets", "shows", "writes"].contains(&first)
            && names(&SETTINGS)
}
