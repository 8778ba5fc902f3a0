//! The value that says how a decision came about, as clients and scripts see it.

use std::collections::BTreeMap;
use std::net::IpAddr;

use mcp_ssh_knowledge::Voucher;
use serde::Serialize;

use crate::rules::rule::RuleName;

/// The steps of a decision.
#[derive(Debug, Serialize)]
pub struct Explanation {
    /// What the line was parsed to; nothing when it was refused.
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
    /// Its canonical rendering.
    pub command: String,
    /// Its words, quotes removed.
    pub words: Vec<String>,
    /// The commands that it would run in turn, `*` and `…` for what the line does not show.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub runs: Vec<String>,
    /// Why there may be more of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<String>,
    /// Who vouches for words that a wildcard grants: `run` under a tracer, its `manual`, or `nobody`.
    #[serde(serialize_with = "by_name")]
    pub vouched_by: Voucher,
    /// The first of its words that is not known to be harmless, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub escapes: Vec<String>,
}

/// What `deny_substrings` says of the line.
#[derive(Debug, Serialize)]
pub struct Entries {
    /// How many entries hold on this host.
    pub total: usize,
    /// The first that meets the line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub met: Option<String>,
    /// Whether it meets the line only once quotes, paths or wrappers are looked through.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub disguised: bool,
}

/// One rule and what it says.
#[derive(Debug, Serialize)]
pub struct Considered {
    /// Which rule.
    #[serde(flatten)]
    pub rule: RuleName,
    /// Why it does not speak of this host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_for_host: Option<&'static str>,
    /// By which pattern a deny rule meets the line as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meets_line: Option<String>,
    /// What it says of each command, in their order; nothing when it is not for the host.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Remark>,
}

/// What one rule says of one command.
#[derive(Debug, Serialize)]
pub struct Remark {
    /// In one word.
    pub finding: FindingKind,
    /// In a sentence.
    pub why: String,
}

/// How a rule and a command stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// The rule says its `action` of the command.
    Meets,
    /// It would, but for an argument that only a wildcard admits.
    EscapeGuard,
    /// It would, but for a shell pattern.
    ShellPattern,
    /// It names the program, and none of its patterns matches.
    Near,
    /// It is about something else.
    Misses,
}

/// What `network` says.
#[derive(Debug, Serialize)]
pub struct Address {
    /// The address; none when the host's name is looked up first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
    /// Whether it may be dialled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permitted: Option<bool>,
    /// In a sentence.
    pub why: String,
}

fn by_name<Serializer: serde::Serializer>(
    voucher: &Voucher,
    serializer: Serializer,
) -> Result<Serializer::Ok, Serializer::Error> {
    serializer.collect_str(voucher)
}
