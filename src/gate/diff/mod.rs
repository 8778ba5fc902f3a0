//! Where two texts differ, line by line, in signs that hide nothing.
//!
//! ```text
//! pieces     lines -> which stay, which come and go -> hunks; anchors splits what is too long for that
//! rows       hunks -> rows of a unified diff, one after another
//! long_line  where two long lines differ
//! signs      a line -> signs
//! ```

mod anchors;
mod long_line;
mod pieces;
mod rows;
mod signs;
#[cfg(test)]
mod tests;

pub use long_line::differing;
pub use pieces::{DiffMiddle, DiffWork, hunks};
pub use rows::{ChangeRow, ChangeSign, DiffLine, HunkRow, walk};
pub use signs::{shown, shown_path, signs_told};
