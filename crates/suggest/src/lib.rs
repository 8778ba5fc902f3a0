//! What a recorded history says of a policy: rules that are missing, unused, or wider than what they ever matched.
//!
//! Takes a [`History`] and the policy in force ([`SuggestContext`]). Gives a [`Suggestion`]: a `policy.yml` of the
//! proposed rules alone and the `policy_tests.yml` beside it, as texts. What was denied is asked at most, and only where
//! the knowledge base says that the program looks and the list of `state` has the command; `allow` stands only where it
//! takes from what may run. Refuses whatever the escape guard, a deny rule, an entry of `deny_substrings`, the network
//! or the shell language refused: `trial` judges every recorded line again under the proposal, and drops a rule that lets
//! one of them through.
//!
//! It is pure: no I/O, no clock.

mod bench;
mod context;
mod court;
mod delicate;
mod denied;
mod document;
mod history;
mod label;
mod narrower;
mod proposed_rule;
mod public;
mod remarks;
mod shape;
mod state;
mod tests_file;
mod trial;
mod unmet;
mod unused;

use mcp_ssh_policy::{Policy, sort};
use mcp_ssh_yaml::diagnostic::Source;

use court::Court;
use proposed_rule::ProposedRule;
use remarks::Remarks;

pub use context::SuggestContext;
pub use history::{Fate, History, HistoryError, RecordedLine, Times};

/// Rules of a kind that are proposed: more than anyone reads in one go.
const MAX_RULES: usize = 100;

/// What is proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// A `policy.yml` of its own: the proposed rules, and what else was found as comments.
    pub policy: String,
    /// Its `policy_tests.yml`.
    pub tests: String,
    /// How many rules it has.
    pub rules: usize,
}

/// Holds what was recorded against the policy.
///
/// # Errors
/// The proposal, read again, is not what was meant: nothing of it is to be shown.
pub fn suggest(
    history: &History,
    context: &SuggestContext<'_>,
) -> Result<Suggestion, SuggestError> {
    let court = Court::new(context.policy, context.hosts);
    let lines = court.hear(history);
    let patterns = context.policy.patterns(context.source);
    let uses = unused::uses(&court, &lines, &patterns);
    let wanted = denied::rules(&lines, context.timestamp);
    let narrower = narrower::rules(&patterns, &uses, context);
    let (mut rules, left_out) = most_wanted(wanted);
    let (narrower, more) = most_wanted(narrower);
    rules.extend(narrower);
    let mut kept = trial::kept(rules, &court, &lines);
    kept.dropped.extend(left_out.into_iter().chain(more));
    let mut unused = unused::told(history, &patterns, &uses, context);
    unused.extend(unmet::told(history, &court, &lines, context));
    let remarks = Remarks {
        unvouched: denied::unvouched(&lines, context.timestamp),
        unused,
        dropped: kept.dropped,
        unread: denied::unread(&lines, context.timestamp),
    };
    let suggestion = Suggestion {
        policy: document::policy(&kept.rules, &remarks, history, context),
        tests: tests_file::tests(&kept.rules, &court, &lines),
        rules: kept.rules.len(),
    };
    match suggestion.reads() {
        true => Ok(suggestion),
        false => Err(SuggestError),
    }
}

/// The rules that were asked for most, and a sentence about the others.
fn most_wanted(mut rules: Vec<ProposedRule>) -> (Vec<ProposedRule>, Option<String>) {
    sort(&mut rules, &|one, other| other.count.cmp(&one.count));
    let left_out = rules.split_off(rules.len().min(MAX_RULES)).len();
    let told = format!("rules that were asked for less often, and are left out: {left_out}");
    (rules, (left_out > 0).then_some(told))
}

impl Suggestion {
    /// Whether the texts are read as what they were made from.
    fn reads(&self) -> bool {
        let policy = Policy::load(&Source::new("policy.yml", &self.policy));
        let tests = mcp_ssh_yaml::parse(&Source::new("policy_tests.yml", &self.tests)).is_ok();
        let rules = policy.map(|(policy, _)| policy.rule_count());
        rules.ok() == Some(self.rules) && tests
    }
}

/// The proposal is not read as it was meant: a fault of this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SuggestError;

impl std::error::Error for SuggestError {}

impl std::fmt::Display for SuggestError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(
            "the proposal does not pass its own check, so none of it is shown: this is a fault of mcp-ssh, report it",
        )
    }
}
