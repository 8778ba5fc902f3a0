//! How the output of a command ends: whether it is whole, cut, or still growing.

/// Whether more may come after the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndOfStream {
    /// The output is all that the command printed.
    Final,
    /// The command was stopped, or its output was cut: later output will never be seen.
    Cut,
    /// The command still runs, and a later look will show more.
    Open,
}
