//! Where two texts differ, line by line, in signs that hide nothing.
//!
//! ```text
//! anchors    lines -> pieces that stay, or come and go; with a bound on the work
//! hunks      pieces -> hunks
//! rows       hunks -> rows of a unified diff, one after another
//! long_line  where two long lines differ
//! signs      a line -> signs
//! ```

mod anchors;
mod hunks;
mod long_line;
mod piece;
mod rows;
mod signs;
#[cfg(test)]
mod tests;

pub use hunks::{DiffMiddle, hunks};
pub use long_line::differing;
pub use piece::DiffWork;
pub use rows::{ChangeRow, ChangeSign, DiffLine, HunkRow, walk};
pub use signs::{shown, shown_path, signs_told};
