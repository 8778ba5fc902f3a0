//! Marks: control characters that stand for something in a text that patterns are held against.
//!
//! Invariant: no agent can send a mark, because admission (`shell::input`) refuses every control
//! character but blanks and line ends.

/// Stands for an unquoted `*`, `?` or `[…]` that the remote shell will expand.
pub const SHELL_PATTERN: char = '\0';

/// Stands for a text that the line does not show, such as the arguments that xargs reads.
pub const ANYTHING: char = '\u{1}';

/// Stands for a blank within a word.
pub const QUOTED_BLANK: char = '\u{2}';
/// Stands for an empty word.
pub const EMPTY: char = '\u{3}';
