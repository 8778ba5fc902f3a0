//! Names that some shell replaces by an alias of its own, unless they are quoted.

/// Whether some shell has an alias of this name before any start-up file is read.
pub(super) fn is_alias(name: &str) -> bool {
    ALIASES.contains(&name)
}

/// The aliases that mksh and zsh define for themselves, in scripts too: `login; ls` would
/// never come to `ls`, and after `nohup` the next word would be looked up as an alias.
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
