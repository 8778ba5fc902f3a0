//! What keeps a host from being of use, whatever it answers: its address, its login, a policy that is for no host.
//!
//! Takes a [`Loaded`]; looks nothing up, so only a host that is an address is judged. Gives warnings with their lines, and an
//! error where a host in use has no login or none of them may be dialled.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::Loaded;
use super::lint::{KeysPlace, Lints};
use crate::config::{Alias, Host, WITHOUT_CREDENTIALS};
use mcp_ssh_yaml::diagnostic::{Diagnostic, Severity, Span};

/// Hosts of which a warning has the names.
const MAX_NAMED: usize = 6;

impl Loaded {
    /// Whether nothing may be done on any host: no rule and no entry of `files` lets something be done there.
    pub fn is_idle(&self) -> bool {
        self.hosts_in_use().is_empty()
    }

    /// Why nothing can be done, on a host or on all of them.
    pub(super) fn usable_lints(&self, place: KeysPlace, lints: &mut Lints) {
        let in_use = self.hosts_in_use();
        if in_use.is_empty() && !self.inventory.hosts.is_empty() {
            let warning = self.policy.is_for_no_host(&self.policy_source);
            lints.told.extend(warning);
        }
        self.address_lints(place, &in_use, lints);
        let mut seen: HashSet<&Alias> = HashSet::new();
        for host in in_use.iter().flat_map(|host| self.way_to(host)) {
            if host.credentials.is_none() && seen.insert(&host.alias) {
                let fault = self.fault_of_host(host.span, WITHOUT_CREDENTIALS.to_owned());
                lints.weigh(place, fault);
            }
        }
    }

    /// Hosts whose address nobody may dial. Where that is in the way of each one in use, nothing can run.
    fn address_lints(&self, place: KeysPlace, in_use: &[&Rc<Host>], lints: &mut Lints) {
        let hosts = &self.inventory.hosts;
        let refused = hosts.iter().filter_map(|host| {
            let why = self.why_not_dialled(host)?;
            Some((&host.alias, (host, why)))
        });
        let refused: HashMap<&Alias, (&Rc<Host>, String)> = refused.collect();
        if refused.is_empty() {
            return;
        }
        let mut behind: HashMap<&Alias, Vec<String>> = HashMap::new();
        for host in hosts.iter() {
            for hop in self.jump_hosts(host) {
                let hop = behind.entry(&hop.alias).or_default();
                hop.push(format!("`{}`", host.alias));
            }
        }
        for host in hosts.iter() {
            let Some((_, why)) = refused.get(&host.alias) else {
                continue;
            };
            let alias = &host.alias;
            let behind = behind
                .get(alias)
                .map_or(String::new(), |names| behind_it(names));
            let message =
                format!("nothing can run on `{alias}`{behind}: {why}, or correct this address");
            let mut warning = self.fault_of_host(host.address_span, message);
            warning.severity = Severity::Warning;
            lints.told.push(warning);
        }
        let is_cut_off = |host: &&Rc<Host>| {
            let mut way = self.way_to(host).into_iter();
            way.any(|host| refused.contains_key(&host.alias))
        };
        if !in_use.is_empty() && in_use.iter().all(is_cut_off) {
            let span = self.policy.network_place(&self.policy_source);
            let message = "nothing can run on any host: of each host on which something may be done, its own address or that \
                           of a jump host is not permitted here";
            lints.weigh(place, Diagnostic::error(&self.policy_source, span, message));
        }
    }

    /// Why the address of a host may not be dialled; `None` for a name, which nobody has looked up.
    pub(super) fn why_not_dialled(&self, host: &Host) -> Option<String> {
        self.policy.why_not_dialled(host.host.address()?)
    }

    /// A host behind its jump hosts.
    pub(super) fn way_to<'l>(&'l self, host: &'l Rc<Host>) -> Vec<&'l Rc<Host>> {
        let mut way = self.jump_hosts(host);
        way.push(host);
        way
    }

    fn fault_of_host(&self, span: Span, message: String) -> Diagnostic {
        let mut fault = Diagnostic::file(&self.servers_path(), message);
        fault.span = span;
        fault
    }
}

/// The hosts behind a jump host, as many as a person reads.
fn behind_it(names: &[String]) -> String {
    let named = names.iter().take(MAX_NAMED).cloned().collect::<Vec<_>>();
    let more = match names.len() - named.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(", nor behind it on {}{more}", named.join(", "))
}
