//! What a command runs in turn: `sudo -u x rm y` runs `rm y`.
//!
//! Takes a parsed line; gives a `subject` for each of its commands, with every text and command that rules see.

pub mod hidden;
pub mod options;
pub mod peel;
pub mod scripted;
pub mod snippets;
pub mod subject;
pub mod unwrapped;
