//! What a person reads beside the rules.

/// Lines that were denied by default, and are not proposed for one reason.
pub(crate) struct UnvouchedLines {
    pub why: String,
    /// How often, when and where, and the line.
    pub lines: Vec<String>,
}

/// Sentences by what they are about.
pub(crate) struct Remarks {
    /// What was denied by default, and why it is not proposed.
    pub unvouched: Vec<UnvouchedLines>,
    /// What nothing used.
    pub unused: Vec<String>,
    /// Rules that did not stand the trial.
    pub dropped: Vec<String>,
    /// Lines that were not looked at.
    pub unread: Vec<String>,
}
