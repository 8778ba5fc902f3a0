//! What a configuration says of the files of its hosts.
//!
//! Takes a host of the inventory, a path, and what is to be done with the file. Gives the decision, with the addresses of
//! the host and its jump hosts judged, too, if they need no lookup; and how it comes about. Refuses nothing.

use std::net::IpAddr;

use mcp_ssh_policy::{FileAccess, FileDecision, FileExplanation, FilePolicy, Verdict};

use super::Loaded;
use crate::config::Host;

impl Loaded {
    /// What the policy says of the files of one host.
    pub fn file_policy(&self, host: &Host) -> FilePolicy {
        self.policy.files_for_host(host.alias.as_ref(), &host.tags)
    }

    /// What may be done with some file of a host.
    pub(super) fn file_accesses(&self, host: &Host) -> Vec<FileAccess> {
        let policy = self.file_policy(host);
        let all = [FileAccess::Read, FileAccess::Write, FileAccess::Edit];
        let granted = all.into_iter().filter(|access| policy.grants_some(*access));
        granted.collect()
    }

    /// The decision on a path, as it is asked for.
    pub fn decide_file(&self, host: &Host, access: FileAccess, path: &str) -> FileDecision {
        let decision = self.file_policy(host).judge(access, path);
        if decision.verdict() == Verdict::Deny {
            return decision;
        }
        let policy = self.host_policy(host);
        for hop in self.jump_hosts(host) {
            let known: Option<IpAddr> = hop.host.address();
            let judged =
                known.map(|address| policy.permit_jump_host(hop.alias.as_ref(), &[address]));
            if let Some(Err(denial)) = judged {
                return decision.denied(*denial);
            }
        }
        match host.host.address() {
            Some(address) => match policy.permit_look(decision.clone(), &[address]) {
                Ok(_) => decision,
                Err(denied) => *denied,
            },
            None => decision,
        }
    }

    /// How [`Self::decide_file`] comes to its decision.
    pub fn explain_file(&self, host: &Host, access: FileAccess, path: &str) -> FileExplanation {
        let alias: &str = host.alias.as_ref();
        let address = host.host.address();
        self.policy
            .explain_file(alias, &host.tags, address, access, path)
    }
}
