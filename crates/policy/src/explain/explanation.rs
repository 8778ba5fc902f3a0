//! The value that says how a decision came about, as clients and scripts see it. Plain data: `steps` fills it in.

use std::collections::BTreeMap;
use std::net::IpAddr;

use mcp_ssh_knowledge::Voucher;
use serde::Serialize;

use crate::rules::become_user::BecomeUser;
use crate::rules::rule::RuleName;

/// The steps of a decision.
#[derive(Debug, Serialize)]
pub struct Explanation {
    /// The commands of the line; none when the line was refused.
    pub commands: Vec<Parsed>,
    /// What `deny_substrings` says.
    pub deny_substrings: Entries,
    /// Every rule of the policy, in order.
    pub rules: Vec<Considered>,
    /// What `network` says of the address.
    pub network: Address,
    /// Where each limit comes from, by its key.
    pub limits_from: BTreeMap<&'static str, String>,
    /// The rules that would allow a denied line, each to be pasted under `rules:`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing_rules: Vec<String>,
}

/// A simple command as it was understood.
#[derive(Debug, Serialize)]
pub struct Parsed {
    /// The canonical rendering of the command.
    pub command: String,
    /// The words of the command, quotes removed.
    pub words: Vec<String>,
    /// The commands that this one would run in turn; `*` and `…` stand for what the line does not show.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub runs: Vec<String>,
    /// Why it may run others than those of `runs`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<String>,
    /// Who vouches for words that a wildcard grants: `run` under a tracer, its `manual`, or `nobody`.
    #[serde(serialize_with = "by_name")]
    pub vouched_by: Voucher,
    /// The first word that is not known to be harmless, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub escapes: Vec<String>,
}

/// What `deny_substrings` says of the line.
#[derive(Debug, Serialize)]
pub struct Entries {
    /// How many entries hold on this host.
    pub total: usize,
    /// The first entry that meets the line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub met: Option<String>,
    /// Whether this entry meets the line only behind quotes, paths or wrappers.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub disguised: bool,
}

/// One rule and what it says of the line.
#[derive(Debug, Serialize)]
pub struct Considered {
    /// The rule.
    #[serde(flatten)]
    pub rule: RuleName,
    /// The user as whom sudo runs what the rule grants.
    #[serde(rename = "become", skip_serializing_if = "Option::is_none")]
    pub becomes: Option<BecomeUser>,
    /// The key for which the rule does not speak of this host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_for_host: Option<&'static str>,
    /// The pattern by which a deny rule meets the line as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meets_line: Option<String>,
    /// What the rule says of each command, in order; empty when the rule does not speak of the host.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Remark>,
}

/// What one rule says of one command.
#[derive(Debug, Serialize)]
pub struct Remark {
    /// The remark in one word.
    pub finding: FindingKind,
    /// The remark in a sentence.
    pub why: String,
}

/// How a rule and a command stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// The rule's `action` holds for the command.
    Meets,
    /// The `action` would hold, but only a wildcard admits some argument.
    EscapeGuard,
    /// The `action` would hold, but the command has a shell pattern.
    ShellPattern,
    /// The rule names the program, and none of its patterns matches.
    Near,
    /// The rule is about other programs.
    Misses,
}

/// What `network` says of the host's address.
#[derive(Debug, Serialize)]
pub struct Address {
    /// The address; `None` when the host's name must be looked up first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
    /// Whether the address may be dialled; `None` when it is not known yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permitted: Option<bool>,
    /// What `network` says, in a sentence.
    pub why: String,
}

fn by_name<Serializer: serde::Serializer>(
    voucher: &Voucher,
    serializer: Serializer,
) -> Result<Serializer::Ok, Serializer::Error> {
    serializer.collect_str(voucher)
}
