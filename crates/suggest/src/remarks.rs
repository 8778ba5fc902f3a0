//! What a person reads beside the rules.

/// Sentences by what they are about.
pub(crate) struct Remarks {
    /// What was denied by default, and why it is not proposed.
    pub unvouched: Vec<String>,
    /// What nothing used.
    pub unused: Vec<String>,
    /// Rules that did not stand the trial.
    pub dropped: Vec<String>,
    /// Lines that were not looked at.
    pub unread: Vec<String>,
}
