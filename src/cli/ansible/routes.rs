//! The jump host of each host: another host of the inventory, or an entry of its own.
//!
//! Takes hosts that were found; gives those that are reached. Refuses a way through several hosts, through a host that
//! is left out or that nothing says how to log in to, and circles.

use std::collections::{HashMap, HashSet};

use crate::cli::import::{
    FoundHost, Notes, PresentHosts, RoutedHost, Topic, adapted, is_unwritable, unused,
};
use crate::cli::ssh_config::{JumpHop, MAX_HOSTS};
use crate::config::{Alias, HostName};

/// A host that was found, and its name in the inventory; a jump host of its own has none.
#[derive(Debug)]
pub struct NamedHost {
    pub name: Option<String>,
    pub alias: String,
    pub found: FoundHost,
    pub tags: Vec<String>,
}

/// How a host is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NextHop {
    Target,
    Through(usize),
    Lost,
}

/// The hosts that can be reached, with their jump hosts.
pub fn route(hosts: Vec<NamedHost>, standing: &PresentHosts, notes: &mut Notes) -> Vec<RoutedHost> {
    let mut table = RouteTable::new(hosts, standing);
    let mut at = 0;
    while let Some(host) = table.hosts.get(at) {
        let (place, alias) = (host.found.place, host.alias.clone());
        let next = table.next(at, notes).unwrap_or_else(|why| {
            notes.host(Topic::LeftOut, place, &alias, &why);
            NextHop::Lost
        });
        table.next.push(next);
        at += 1;
    }
    table.reachable(standing, notes)
}

struct RouteTable {
    hosts: Vec<NamedHost>,
    /// The next hop of each host.
    next: Vec<NextHop>,
    /// The hosts by their names in the inventory, and by their addresses and logins.
    by_name: HashMap<String, usize>,
    by_login: HashMap<(String, u16, String), usize>,
    /// The aliases that are taken, in lower case.
    taken: HashSet<String>,
}

impl RouteTable {
    fn new(hosts: Vec<NamedHost>, standing: &PresentHosts) -> Self {
        let there = standing.inventory.hosts.iter();
        let there = there.map(|host| host.alias.to_string().to_ascii_lowercase());
        let mut table = Self {
            hosts: Vec::with_capacity(hosts.len()),
            next: Vec::new(),
            by_name: HashMap::new(),
            by_login: HashMap::new(),
            taken: there.collect(),
        };
        for host in hosts {
            table.add(host);
        }
        table
    }

    fn add(&mut self, host: NamedHost) -> usize {
        let number = self.hosts.len();
        let found = &host.found;
        let login = (found.host.clone(), found.port, found.user.clone());
        self.by_login.entry(login).or_insert(number);
        if let Some(name) = &host.name {
            self.by_name.insert(name.clone(), number);
        }
        self.taken.insert(host.alias.to_ascii_lowercase());
        self.hosts.push(host);
        number
    }

    /// The host that comes before this one on its way.
    fn next(&mut self, at: usize, notes: &mut Notes) -> Result<NextHop, String> {
        let Some(host) = self.hosts.get(at) else {
            return Ok(NextHop::Lost);
        };
        let hop = match host.found.way.as_slice() {
            [] => return Ok(NextHop::Target),
            [hop] => hop.clone(),
            _ => {
                return Err(
                    "its way leads through several hosts: give the first one a way of its own"
                        .to_owned(),
                );
            }
        };
        if let Some(known) = self.known(&hop) {
            if known == at {
                let why = "it is its own jump host, and ssh refuses that: give it an empty `ansible_ssh_common_args`";
                return Err(why.to_owned());
            }
            return Ok(NextHop::Through(known));
        }
        let Some(user) = hop.user.clone() else {
            return Err("its jump host is no host of the inventory that is taken over: write it as `USER@HOST:PORT`, or mend \
                        that host".to_owned());
        };
        let address =
            HostName::parse(&hop.name).map_err(|fault| format!("the jump host {fault}"))?;
        if user.contains(['%', '$']) || user.contains(is_unwritable) {
            return Err("the user of its jump host is no name".to_owned());
        }
        if self.hosts.len() > MAX_HOSTS * 2 {
            return Err(format!(
                "more than {MAX_HOSTS} jump hosts are no hosts of the inventory"
            ));
        }
        let found = FoundHost {
            host: address.to_string(),
            port: hop.port.unwrap_or(22),
            user,
            user_is_said: true,
            way: Vec::new(),
            key: None,
            ..host.found.clone()
        };
        Ok(NextHop::Through(self.own(&hop, found, notes)?))
    }

    /// The host of the inventory that a hop is: by its name, or by its address, user and port.
    fn known(&self, hop: &JumpHop) -> Option<usize> {
        let named = self.by_name.get(&hop.name).copied();
        let is_meant = |number: &usize| {
            self.hosts.get(*number).is_some_and(|host| {
                let user = hop
                    .user
                    .as_ref()
                    .is_none_or(|user| *user == host.found.user);
                user && hop.port.is_none_or(|port| port == host.found.port)
            })
        };
        let by_login = || {
            let address = HostName::parse(&hop.name).ok()?.to_string();
            let login = (address, hop.port.unwrap_or(22), hop.user.clone()?);
            self.by_login.get(&login).copied()
        };
        named.filter(is_meant).or_else(by_login)
    }

    /// An entry for a jump host that the inventory does not have.
    fn own(&mut self, hop: &JumpHop, found: FoundHost, notes: &mut Notes) -> Result<usize, String> {
        let mut name = format!("{}-{}", hop.name, found.user);
        if let Some(port) = hop.port {
            name = format!("{name}-{port}");
        }
        let alias = unused(&adapted(&name), &mut self.taken);
        Alias::parse(&alias).map_err(|fault| format!("the alias of its jump host {fault}"))?;
        let why = "is a jump host that is no host of the inventory: it gets an entry";
        notes.host(Topic::Taken, found.place, &alias, why);
        Ok(self.add(NamedHost {
            name: None,
            alias,
            found,
            tags: Vec::new(),
        }))
    }

    /// Those whose way ends at a host that is reached directly, in the order of the file.
    fn reachable(self, standing: &PresentHosts, notes: &mut Notes) -> Vec<RoutedHost> {
        let reached = self.reached(standing);
        let jumps: Vec<Option<String>> = self.next.iter().map(|next| self.jump(*next)).collect();
        let mut routed = Vec::new();
        for (((host, next), jump), is_reached) in self
            .hosts
            .into_iter()
            .zip(self.next)
            .zip(jumps)
            .zip(reached)
        {
            let NamedHost {
                alias, found, tags, ..
            } = host;
            if standing.has(&alias) {
                let why = match standing.has_other(&alias, &found, jump.as_deref()) {
                    true => {
                        "servers.yml has this alias already, with another address, port, user or jump host: it stays"
                    }
                    false => "servers.yml has this alias already",
                };
                notes.host(Topic::LeftOut, found.place, &alias, why);
            } else if is_reached {
                routed.push(RoutedHost {
                    alias,
                    found,
                    jump,
                    tags,
                });
            } else if next != NextHop::Lost {
                let why = "its way leads through a host that is left out, or in a circle, or servers.yml has another \
                           host of that name";
                notes.host(Topic::LeftOut, found.place, &alias, why);
            }
        }
        routed
    }

    fn jump(&self, next: NextHop) -> Option<String> {
        match next {
            NextHop::Through(next) => self.hosts.get(next).map(|next| next.alias.clone()),
            NextHop::Target | NextHop::Lost => None,
        }
    }

    /// Whether each host's way ends at a host that is reached directly.
    fn reached(&self, standing: &PresentHosts) -> Vec<bool> {
        let sound: Vec<bool> = self
            .hosts
            .iter()
            .zip(&self.next)
            .map(|(host, next)| {
                let jump = self.jump(*next);
                *next != NextHop::Lost
                    && !standing.has_other(&host.alias, &host.found, jump.as_deref())
            })
            .collect();
        // Each way that was walked is known, so that all ways together cost as many steps as there are hosts.
        let mut known: Vec<Option<bool>> = vec![None; self.hosts.len()];
        for start in 0..self.hosts.len() {
            let (mut way, mut at) = (Vec::new(), start);
            let ends_well = loop {
                match known.get(at).copied().flatten() {
                    Some(known) => break known,
                    None if !sound.get(at).copied().unwrap_or(false) => break false,
                    None => {}
                }
                // Until it is known better: a way that comes back here is a circle.
                known
                    .get_mut(at)
                    .into_iter()
                    .for_each(|slot| *slot = Some(false));
                way.push(at);
                match self.next.get(at) {
                    Some(NextHop::Through(next)) => at = *next,
                    Some(NextHop::Target) => break true,
                    Some(NextHop::Lost) | None => break false,
                }
            };
            for at in way {
                known
                    .get_mut(at)
                    .into_iter()
                    .for_each(|slot| *slot = Some(ends_well));
            }
        }
        known
            .into_iter()
            .map(|known| known.unwrap_or(false))
            .collect()
    }
}
