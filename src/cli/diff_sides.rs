//! The two sides of `mcp-ssh diff`, and the hosts that they are compared for.
//!
//! Takes: two paths, each of a directory or of a policy file. Gives: the policies and the hosts, each with the tags that it
//! has on either side. Refuses: files that do not load, whose faults are printed as `check` prints them.

use std::path::Path;
use std::rc::Rc;

use mcp_ssh_policy::{ComparedHost, Comparison, Policy};
use mcp_ssh_yaml::diagnostic::Diagnostic;

use super::Terminal;
use super::check::show;
use crate::config::{self, Host, Hosts, Quoting, read_hosts};

/// One side.
pub struct PolicySide {
    policy: Policy,
    /// Of servers.yml; none where the side is a policy file.
    hosts: Option<Hosts>,
}

/// The hosts of both sides.
#[derive(Debug, Default)]
pub struct Sides {
    /// Those that are compared.
    pub hosts: Vec<SideHost>,
    /// The aliases that only the new servers.yml has.
    pub added: Vec<String>,
    /// The aliases that only the old one has.
    pub removed: Vec<String>,
    /// Whether the hosts are made up from what the policies speak of.
    pub made_up: bool,
    /// Whether more of them would have been made.
    pub cut: bool,
    /// Whether there may be hosts that none of those made up stands for: the rules name others.
    pub names_differ: bool,
}

/// A host, and its tags on either side.
#[derive(Debug)]
pub struct SideHost {
    /// What it is called in the report.
    pub name: String,
    alias: String,
    pub tags_before: Vec<String>,
    pub tags_after: Vec<String>,
    /// Where servers.yml leads on either side: address, port, credentials, jump host, name in known_hosts.
    pub leads_before: String,
    pub leads_after: String,
}

impl PolicySide {
    /// Reads one side, or prints why it cannot be read.
    pub fn load(path: &Path, terminal: &mut Terminal) -> Option<Self> {
        let read = match path.is_dir() {
            true => policy_of(&path.join("policy.yml")).and_then(|policy| {
                let hosts = read_hosts(&path.join("servers.yml"))?;
                Ok((policy, Some(hosts)))
            }),
            false => policy_of(path).map(|policy| (policy, None)),
        };
        match read {
            Ok((policy, hosts)) => Some(Self { policy, hosts }),
            Err(faults) => {
                for fault in &faults {
                    show(fault, terminal);
                }
                None
            }
        }
    }
}

fn policy_of(path: &Path) -> Result<Policy, Vec<Diagnostic>> {
    let source = config::read(path, Quoting::Shown).map_err(|fault| vec![fault])?;
    let (policy, _) = Policy::load(&source)?;
    Ok(policy)
}

impl Sides {
    /// The hosts of both sides: of a side without servers.yml the other's, and where there is none those that stand for
    /// what the rules speak of. A host of one side alone is compared, too, with the tags that it has there.
    pub fn of(old: &PolicySide, new: &PolicySide) -> Self {
        let (before, after) = match (&old.hosts, &new.hosts) {
            (Some(before), Some(after)) => (before, after),
            (Some(hosts), None) | (None, Some(hosts)) => (hosts, hosts),
            (None, None) => return Self::made_up(&old.policy, &new.policy),
        };
        let mut sides = Self::default();
        let all = before.iter().chain(after.iter());
        let mut aliases: Vec<String> = all.map(|host| host.alias.to_string()).collect();
        aliases.sort();
        aliases.dedup();
        for alias in aliases {
            let (old, new) = (before.get(&alias), after.get(&alias));
            match (old, new) {
                (None, _) => sides.added.push(alias.clone()),
                (_, None) => sides.removed.push(alias.clone()),
                (Some(_), Some(_)) => {}
            }
            let tags = |own: Option<&Rc<Host>>, other: Option<&Rc<Host>>| {
                let tags = own.or(other).map(|host| host.tags.iter());
                tags.into_iter()
                    .flatten()
                    .map(ToString::to_string)
                    .collect()
            };
            sides.hosts.push(SideHost {
                name: alias.clone(),
                alias: alias.clone(),
                tags_before: tags(old, new),
                tags_after: tags(new, old),
                leads_before: leads(old.or(new)),
                leads_after: leads(new.or(old)),
            });
        }
        sides
    }

    fn made_up(old: &Policy, new: &Policy) -> Self {
        let samples = old.sample_hosts(new);
        let hosts = samples.hosts.into_iter().map(|host| SideHost {
            name: host.stands_for,
            alias: host.alias,
            tags_before: host.tags.clone(),
            tags_after: host.tags,
            leads_before: String::new(),
            leads_after: String::new(),
        });
        Self {
            hosts: hosts.collect(),
            made_up: true,
            cut: samples.cut,
            names_differ: !samples.stand_for_all,
            ..Self::default()
        }
    }

    /// Compares the policies for these hosts.
    pub fn compare(&self, old: &PolicySide, new: &PolicySide) -> Comparison {
        let hosts: Vec<ComparedHost<'_>> = self
            .hosts
            .iter()
            .map(|host| ComparedHost {
                alias: &host.alias,
                tags_before: &host.tags_before,
                tags_after: &host.tags_after,
            })
            .collect();
        old.policy.compare(&new.policy, &hosts)
    }

    /// The hosts whose tags differ.
    pub fn moved(&self) -> impl Iterator<Item = &SideHost> {
        self.hosts.iter().filter(|host| {
            let sorted = |tags: &[String]| {
                let mut tags = tags.to_vec();
                tags.sort();
                tags
            };
            sorted(&host.tags_before) != sorted(&host.tags_after)
        })
    }

    /// The hosts whose aliases mean another machine, or another login of it.
    pub fn led_elsewhere(&self) -> impl Iterator<Item = &SideHost> {
        let hosts = self.hosts.iter();
        hosts.filter(|host| host.leads_before != host.leads_after)
    }

    /// What some of the hosts are called together: all, a tag or a beginning that they alone have, or their names.
    pub fn group_name(&self, places: &[usize]) -> String {
        let hosts: Vec<&SideHost> = places.iter().filter_map(|at| self.hosts.get(*at)).collect();
        let names: Vec<&str> = hosts.iter().map(|host| host.name.as_str()).collect();
        let count = hosts.len();
        if self.made_up {
            return names.join(", ");
        }
        if let [only] = names.as_slice() {
            return (*only).to_owned();
        }
        if count == self.hosts.len() {
            return format!("every host ({count} hosts)");
        }
        let alone = |is: &dyn Fn(&SideHost) -> bool| {
            hosts.iter().all(|host| is(host))
                && self.hosts.iter().filter(|host| is(host)).count() == count
        };
        let mut tags = hosts.iter().flat_map(|host| &host.tags_after);
        if let Some(tag) = tags.find(|tag| alone(&|host| host.tags_after.contains(tag))) {
            return format!("tag {tag} ({count} hosts)");
        }
        let start = common_start(&names);
        if !start.is_empty() && alone(&|host| host.name.starts_with(start)) {
            return format!("{start}* ({count} hosts)");
        }
        match names.get(..SHOWN_NAMES) {
            Some(shown) if count > SHOWN_NAMES => {
                format!("{} and {} more", shown.join(", "), count - SHOWN_NAMES)
            }
            Some(_) | None => names.join(", "),
        }
    }
}

/// Where a host leads.
fn leads(host: Option<&Rc<Host>>) -> String {
    let Some(host) = host else {
        return String::new();
    };
    let credentials = host.credentials.as_deref().unwrap_or("none");
    let through = match &host.jump {
        Some(jump) => format!(" through {jump}"),
        None => String::new(),
    };
    let known = match &host.host_key_alias {
        Some(name) => format!(" known as {name}"),
        None => String::new(),
    };
    format!(
        "{} port {} as {credentials}{through}{known}",
        host.host, host.port
    )
}

/// Hosts of a group that are named where nothing else names them all: a line's width.
const SHOWN_NAMES: usize = 6;

fn common_start<'n>(names: &[&'n str]) -> &'n str {
    let Some((first, rest)) = names.split_first() else {
        return "";
    };
    let shared = |length: &usize| {
        let start = first.get(..*length);
        start.is_some_and(|start| rest.iter().all(|name| name.starts_with(start)))
    };
    let length = (0..=first.len()).rev().find(shared).unwrap_or(0);
    first.get(..length).unwrap_or_default()
}
