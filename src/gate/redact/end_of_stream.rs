//! Whether output is whole.

/// Whether more may come after the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndOfStream {
    /// This is all that the command printed.
    Final,
    /// It was stopped, or its output was cut: what comes next will not be seen.
    Cut,
    /// It still runs, and a later look at its output will show more.
    Open,
}
