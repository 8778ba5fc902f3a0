//! Files of hosts.
//!
//! ```text
//! content -> lines, with what must stay hidden -> difference -> rows, in signs that hide nothing
//! ```

mod change;
mod content_line;
mod long_line;
mod plain_key;
mod signs;
#[cfg(test)]
mod tests;

pub use change::{ChangeRow, ChangeSign, FileChange, is_too_long};
