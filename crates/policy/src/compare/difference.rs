//! What a comparison gives, as data.

use serde::Serialize;

use crate::decide::decision::{Decision, Verdict};
use crate::rules::become_user::BecomeUser;
use crate::rules::rule::RuleName;

/// A host as the two policies see it.
#[derive(Clone, Copy, Debug)]
pub struct ComparedHost<'a> {
    /// Its alias.
    pub alias: &'a str,
    /// Its tags under the old policy.
    pub tags_before: &'a [String],
    /// Its tags under the new one.
    pub tags_after: &'a [String],
}

/// Two policies, compared.
#[derive(Debug)]
pub struct Comparison {
    /// The hosts, by what differs for them: each host stands in one group.
    pub groups: Vec<HostGroup>,
    /// What differs for all hosts and shows in no line.
    pub facts: Vec<ChangedFact>,
    /// The entries of `files` that differ.
    pub files: ChangedFiles,
}

/// The entries of `files` that only one of two policies has, each as a line of YAML. Their order means nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ChangedFiles {
    /// Those of the old policy.
    pub only_before: Vec<String>,
    /// Those of the new one.
    pub only_after: Vec<String>,
}

/// Hosts with the same differences.
#[derive(Debug)]
pub struct HostGroup {
    /// Their places in the list of hosts that was given, ascending.
    pub hosts: Vec<usize>,
    /// What differs for each of them.
    pub outcome: Outcomes,
}

/// What differs for a host.
#[derive(Debug)]
pub struct Outcomes {
    /// The lines that are decided otherwise, what is gained first.
    pub differences: Vec<Difference>,
    /// What else differs: limits.
    pub facts: Vec<ChangedFact>,
    /// Entries that only one policy has and that no line was found for, with their side.
    pub unshown: Vec<String>,
    /// How many lines both policies judged; of hosts with other rules in common the sum.
    pub tried: usize,
    /// How sure it is that there are no other differences.
    pub extent: Searched,
}

/// How far lines were looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Searched {
    /// No line had to be tried: the entries of both policies are the same for these hosts.
    Identical,
    /// All lines that the search knows were tried.
    Whole,
    /// A bound ended the search before that.
    Cut,
}

/// A line that the two policies decide differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The line, as an agent would write it.
    pub line: String,
    /// What the old policy says.
    pub before: Judged,
    /// What the new policy says.
    pub after: Judged,
}

/// What one policy says of a line, and by what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Judged {
    /// The verdict.
    pub verdict: Verdict,
    /// The rule that decides, if one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleName>,
    /// The user as whom sudo runs the line, where that is not the login.
    #[serde(rename = "become", skip_serializing_if = "Option::is_none")]
    pub becomes: Option<BecomeUser>,
    /// Its pattern, or the entry of `deny_substrings`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// In a sentence.
    pub why: String,
}

/// Something that differs and shows in no line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangedFact {
    /// Its key in policy.yml: `limits.max_seconds`.
    pub name: &'static str,
    /// What the old policy has.
    pub before: String,
    /// What the new one has.
    pub after: String,
}

/// What is compared of a decision on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// The verdict.
    pub verdict: Verdict,
    /// The user as whom sudo runs the line, where it is granted and that is not the login.
    pub becomes: Option<BecomeUser>,
}

impl Ruling {
    /// Of a decision.
    pub fn of(decision: &Decision) -> Self {
        Self {
            verdict: decision.verdict(),
            becomes: decision.becomes().cloned(),
        }
    }
}

/// From strict to lax.
pub fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Deny => 0,
        Verdict::Ask => 1,
        Verdict::Allow => 2,
    }
}

impl Difference {
    /// Whether the new policy is laxer: a step from deny over ask towards allow, or sudo with another user.
    pub fn is_gain(&self) -> bool {
        let granted = self.after.verdict != Verdict::Deny;
        let becomes = self.after.becomes.is_some() && self.after.becomes != self.before.becomes;
        rank(self.after.verdict) > rank(self.before.verdict) || granted && becomes
    }
}

impl Comparison {
    /// Whether anything differs. Where the entries do, the answer is yes without a line, too: a search proves nothing.
    pub fn differs(&self) -> bool {
        let lines = self.groups.iter().any(|group| group.outcome.differs());
        !self.facts.is_empty() || self.files.differ() || lines
    }
}

impl ChangedFiles {
    /// Whether an entry differs.
    pub fn differ(&self) -> bool {
        !self.only_before.is_empty() || !self.only_after.is_empty()
    }
}

impl Outcomes {
    /// Whether a limit or an entry differs.
    pub fn differs(&self) -> bool {
        !self.facts.is_empty() || self.extent != Searched::Identical
    }

    /// Where no line was tried.
    pub(super) fn without_lines(facts: Vec<ChangedFact>, extent: Searched) -> Self {
        Self {
            differences: Vec::new(),
            facts,
            unshown: Vec::new(),
            tried: 0,
            extent,
        }
    }

    /// Whether another outcome says the same, however many lines were tried.
    pub(super) fn says(&self, other: &Self) -> bool {
        let lines = self.differences == other.differences && self.unshown == other.unshown;
        lines && self.facts == other.facts && self.extent == other.extent
    }
}
