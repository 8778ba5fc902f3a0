//! Control characters that stand for something in a text that patterns are held against.
//!
//! No agent can send one of them: the shell's admission refuses every control character but blanks.

/// Stands for an unquoted `*`, `?` or `[…]` in a text that is matched: NUL, which the shell's
/// admission refuses, so that no agent can send it.
pub const SHELL_PATTERN: char = '\0';

/// Stands for a text that the line does not show, such as the arguments that xargs reads:
/// another control character that no agent can send.
pub const ANYTHING: char = '\u{1}';

/// Stands for a blank within a word: a control character that no agent can send.
pub const QUOTED_BLANK: char = '\u{2}';
/// Stands for an empty word: another one.
pub const EMPTY: char = '\u{3}';
