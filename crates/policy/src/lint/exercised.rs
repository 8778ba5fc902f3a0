//! What policy tests exercise of a policy, and what they do not. Plain data: `coverage` fills it in.

use mcp_ssh_yaml::diagnostic::Span;

use crate::decide::file_decision::FileAccess;
use crate::rules::file_entry::FileEntryName;
use crate::rules::rule::RuleName;

/// What is exercised, and what is not.
#[derive(Debug)]
pub struct Coverage {
    /// Of the rules.
    pub rules: CoverageCount,
    /// Of their patterns.
    pub patterns: CoverageCount,
    /// Of the entries of `deny_substrings`, those of overrides included.
    pub deny_entries: CoverageCount,
    /// Of the entries of `files`.
    pub file_entries: CoverageCount,
    /// Of their patterns.
    pub file_patterns: CoverageCount,
    /// What no test exercises, in the order of the file. Of a rule or an entry that is here its patterns are not.
    pub unexercised: Vec<Unexercised>,
}

/// How many there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CoverageCount {
    /// How many of them a line exercises.
    pub exercised: usize,
    /// All.
    pub total: usize,
}

/// What one test asks of the policy.
#[derive(Clone, Copy, Debug)]
pub enum TestedAct<'t> {
    /// To run a line.
    Line(&'t str),
    /// To do this with the file at a path.
    File(FileAccess, &'t str),
}

/// Something that no test exercises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unexercised {
    /// Where it stands.
    pub span: Span,
    /// What it belongs to.
    pub of: UnexercisedOf,
    /// The pattern or the entry of `deny_substrings`; none for a whole rule or a whole entry of `files`.
    pub text: Option<String>,
}

/// What something that no test exercises belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnexercisedOf {
    /// This rule.
    Rule(RuleName),
    /// This entry of `files`.
    Files(FileEntryName),
    /// A list of `deny_substrings`.
    DenySubstrings,
}

/// Counts what is true.
impl FromIterator<bool> for CoverageCount {
    fn from_iter<I: IntoIterator<Item = bool>>(exercised: I) -> Self {
        exercised
            .into_iter()
            .fold(Self::default(), |count, exercised| Self {
                exercised: count.exercised + usize::from(exercised),
                total: count.total + 1,
            })
    }
}
