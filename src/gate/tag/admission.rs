//! What a tag run needs before its first host begins: not too many hosts, and a turn.
//!
//! Takes: the hosts of a tag. Gives: how many of them may be worked on at once, and one of the few turns. Refuses: a tag
//! that no host has, more hosts than `max_hosts`, and a run whose configuration is no longer in force when its turn comes.

use std::rc::Rc;

use smol::lock::SemaphoreGuard;

use super::result::TagRunError;
use crate::cancel::Cancelled;
use crate::config::{Host, Tag};
use crate::gate::call::{LISTED, or_rather};
use crate::gate::loaded::Loaded;
use crate::gate::state::GateState;
use mcp_ssh_policy::Limits;

/// One of the few tag runs that go on at once, unless it was cancelled or the configuration changed
/// before.
pub async fn turn<'g>(
    state: &'g GateState,
    loaded: &Loaded,
    cancelled: &Cancelled,
) -> Result<SemaphoreGuard<'g>, TagRunError> {
    let turn = cancelled.race(state.tag_runs.acquire()).await;
    let turn = turn.ok_or_else(TagRunError::cancelled)?;
    if !state.still_holds(loaded).await {
        // No host has begun, so what the policy says now holds for all of them.
        return Err(TagRunError::new(
            "the configuration has changed while this waited for its turn: nothing was run",
            "call again: it is judged anew",
        ));
    }
    Ok(turn)
}

/// How many hosts may be worked on at once.
pub fn admit(loaded: &Loaded, tag: &str, hosts: &[Rc<Host>]) -> Result<usize, TagRunError> {
    let max_hosts = limits(loaded, hosts)
        .filter_map(|limits| limits.max_hosts)
        .min();
    let max_parallel = limits(loaded, hosts).map(|limits| limits.max_parallel);
    let Some(max_parallel) = max_parallel.min() else {
        // The agent's word may be anything: only what could be a tag is repeated.
        let error = match Tag::parse(tag) {
            Ok(tag) => {
                let tags = loaded.inventory().hosts.tags();
                format!(
                    "no host has the tag `{tag}`{}",
                    or_rather(tag.as_ref(), &tags)
                )
            }
            Err(_) => "no host has that tag".to_owned(),
        };
        return Err(TagRunError::new(error, LISTED));
    };
    match max_hosts {
        Some(max) if hosts.len() > usize::try_from(max).unwrap_or(usize::MAX) => {
            Err(TagRunError::new(
                format!(
                    "{} hosts have the tag, and the policy lets a tag run have {max} at most (max_hosts): nothing was run",
                    hosts.len()
                ),
                "use a tag that fewer hosts have, or ssh_run for one of them",
            ))
        }
        Some(_) | None => Ok(usize::try_from(max_parallel)
            .unwrap_or(usize::MAX)
            .min(hosts.len())),
    }
}

/// The limits of each host.
pub fn limits(loaded: &Loaded, hosts: &[Rc<Host>]) -> impl Iterator<Item = Limits> {
    hosts.iter().map(|host| loaded.host_policy(host).limits())
}
