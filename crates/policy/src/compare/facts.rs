//! What differs between two policies and shows in no line: limits, networks, files, what records say.

use std::fmt::Display;

use crate::rules::approvals::{ApprovalRoad, ApprovalSettings};
use crate::rules::limits::Limits;
use crate::rules::network::Cidr;
use crate::rules::policy::{Commands, Policy};

use super::difference::{ChangedFact, ChangedFiles};

/// What differs for every host.
pub fn policy_facts(before: &Policy, after: &Policy) -> Vec<ChangedFact> {
    let commands = |policy: &Policy| match policy.recorded {
        Commands::Hashed => "hash",
        Commands::Plain => "plain",
    };
    let known_hosts = |policy: &Policy| policy.known_hosts_path.clone();
    let none = || "none".to_owned();
    changed([
        (
            "network.allow",
            addresses(&before.network.allow),
            addresses(&after.network.allow),
        ),
        (
            "network.block",
            addresses(&before.network.block),
            addresses(&after.network.block),
        ),
        (
            "audit.commands",
            commands(before).to_owned(),
            commands(after).to_owned(),
        ),
        (
            "approvals",
            approvals(&before.approvals),
            approvals(&after.approvals),
        ),
        (
            "known_hosts_path",
            known_hosts(before).unwrap_or_else(none),
            known_hosts(after).unwrap_or_else(none),
        ),
    ])
}

/// What differs for one host.
pub fn limit_facts(before: &Limits, after: &Limits) -> Vec<ChangedFact> {
    let row = |name, of: fn(&Limits) -> Option<u64>| {
        let told = |limits: &Limits| of(limits).map_or_else(|| "any number".to_owned(), told);
        (name, told(before), told(after))
    };
    changed([
        row("limits.max_seconds", |its| Some(its.max_seconds.into())),
        row("limits.max_output_bytes", |its| Some(its.max_output_bytes)),
        row("limits.task_result_ttl", |its| {
            Some(its.task_result_ttl.into())
        }),
        row("limits.task_progress_interval", |its| {
            Some(its.task_progress_interval.into())
        }),
        row("limits.max_parallel", |its| Some(its.max_parallel.into())),
        row("limits.max_hosts", |its| its.max_hosts.map(Into::into)),
        row("limits.max_batch", |its| its.max_batch.map(Into::into)),
        row("limits.max_batch_percent", |its| {
            its.max_batch_percent.map(Into::into)
        }),
        row("limits.max_failures", |its| {
            its.max_failures.map(Into::into)
        }),
        row("limits.max_canary", |its| its.max_canary.map(Into::into)),
    ])
}

fn changed<const COUNT: usize>(facts: [(&'static str, String, String); COUNT]) -> Vec<ChangedFact> {
    let facts = facts
        .into_iter()
        .filter(|(_, before, after)| before != after);
    facts
        .map(|(name, before, after)| ChangedFact {
            name,
            before,
            after,
        })
        .collect()
}

/// Who is asked, in the words of policy.yml.
fn approvals(settings: &ApprovalSettings) -> String {
    let road = |road: &ApprovalRoad| match road {
        ApprovalRoad::Approver => "approver",
        ApprovalRoad::Client => "client",
    };
    let roads: Vec<&str> = settings.via.iter().map(road).collect();
    let uids: Vec<String> = settings.uids.iter().map(u32::to_string).collect();
    let socket = settings.socket.as_deref().unwrap_or("default");
    format!(
        "via {}, timeout {}, socket {socket}, uids [{}], same_user {}, forwarded {}",
        roads.join(" "),
        settings.timeout_seconds,
        uids.join(" "),
        settings.same_user,
        settings.forwarded
    )
}

/// The entries of `files:` that only one of two policies has.
pub fn changed_files(before: &Policy, after: &Policy) -> ChangedFiles {
    let said = |policy: &Policy| -> Vec<String> {
        let entries = policy.files.iter();
        entries.map(|entry| entry.said()).collect()
    };
    let (mut only_before, mut only_after) = (said(before), said(after));
    let both = only_before.clone();
    only_before.retain(|entry| !only_after.contains(entry));
    only_after.retain(|entry| !both.contains(entry));
    ChangedFiles {
        only_before,
        only_after,
    }
}

fn addresses(blocks: &[Cidr]) -> String {
    let mut blocks: Vec<String> = blocks.iter().map(told).collect();
    blocks.sort();
    blocks.dedup();
    match blocks.is_empty() {
        true => "none".to_owned(),
        false => blocks.join(", "),
    }
}

fn told(value: impl Display) -> String {
    value.to_string()
}
