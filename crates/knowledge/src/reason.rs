//! Whether the reason against a word says all that a program does with the word.
//!
//! Takes the reason of a row: `writes a file`. Gives whether the program may run something besides. A deny rule asks
//! what runs; a reason that begins with none of the words of [`SAYS_ALL`] may hide a command.

/// The first words of a reason that says all: to act on data, on processes or on other hosts runs no command.
const SAYS_ALL: &str = "\
    acts asks changes clears closes compares connects controls copies cuts destroys edits ends hides interrupts \
    looks makes may mounts names opens overwrites packs prints puts reaches reads rebuilds reloads removes rotates \
    searches sends sets shows shuts signs starts stops switches takes trusts unlocks unmounts unpacks uses vacuums \
    waits writes";

/// Words that no reason which says all may have: they name what is run, or what may name it.
const RUNS: [&str; 13] = [
    "or runs", "and runs", "alias", "code", "command", "debugger", "editor", "hook", "module",
    "plugin", "program", "script", "shell",
];

/// Words for places that may say what is run, for a program that takes its command from elsewhere.
const SETTINGS: [&str; 5] = ["config", "entries", "item", "option", "setting"];

/// Whether a reason does not say all.
pub fn hides(why: &str) -> bool {
    let first = why.split([' ', ',']).next().unwrap_or_default();
    let listed = SAYS_ALL.split_ascii_whitespace().any(|word| word == first);
    let names = |what: &[&str]| what.iter().any(|word| why.contains(word));
    !listed
        || names(&RUNS)
        || !["changes", "edits", "prints", "sets", "shows", "writes"].contains(&first)
            && names(&SETTINGS)
}
