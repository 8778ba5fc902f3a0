//! What a history is held against. Takes nothing, and refuses nothing: it is a name for what a caller hands over.

use mcp_ssh_policy::{HostTags, Policy};
use mcp_ssh_yaml::diagnostic::Source;

/// What a history is held against.
#[derive(Debug)]
pub struct SuggestContext<'a> {
    /// The policy in force.
    pub policy: &'a Policy,
    /// Its file.
    pub source: &'a Source,
    /// The hosts that may be reached.
    pub hosts: &'a [HostTags<'a, String>],
    /// Writes seconds since 1970 for a person.
    pub timestamp: fn(f64) -> String,
}
