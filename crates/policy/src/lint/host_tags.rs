//! A host as rules see it, for lints and coverage.

/// A host as rules see it.
#[derive(Clone, Copy, Debug)]
pub struct HostTags<'a, T> {
    /// Its alias.
    pub alias: &'a str,
    /// Its tags.
    pub tags: &'a [T],
}
