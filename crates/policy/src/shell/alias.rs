//! Names that some shell replaces by an alias of its own, unless the name is quoted.
//!
//! Takes the name of a program; gives whether the name has to be sent in quotes.

/// Whether some shell has an alias of this name before any start-up file is read.
pub(super) fn is_alias(name: &str) -> bool {
    ALIASES.contains(&name)
}

/// The aliases that mksh and zsh define for themselves, in scripts too. With them, `login; ls` would
/// never reach `ls`, and the shell would look up the word after `nohup` as an alias.
const ALIASES: [&str; 13] = [
    "autoload",
    "functions",
    "hash",
    "history",
    "integer",
    "local",
    "login",
    "nameref",
    "nohup",
    "r",
    "run-help",
    "type",
    "which-command",
];
