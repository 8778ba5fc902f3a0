//! The ways of hosts through others: each hop becomes an entry of the inventory.
//!
//! Takes hosts that were found; gives those that are reached, each with the alias of its jump host. A hop is asked for
//! as ssh asks: by its name, with the user and port that the way gives it. Where that is what its `Host` line says, its
//! alias is the jump host, and an entry of its own else. Refuses circles, and ways through a host that is left out.

use std::collections::HashSet;

use super::found::{FoundHost, LocalUser, find};
use super::names::{PresentHosts, adapted, unused};
use super::notes::{Notes, Topic};
use crate::cli::ssh_config::{Destination, MAX_HOSTS, Place, SshConfig};
use crate::config::Alias;

/// Entries for hops that no `Host` line names.
const MAX_OWN: usize = MAX_HOSTS / 10;
/// Settings of all hosts together, as many as 50 for each of 10,000: each is looked at.
const MAX_SETTINGS: usize = 500_000;

/// Why a host is not found.
#[derive(Debug)]
pub enum Unfound {
    LeftOut(Place, String),
    /// ssh refuses the whole file for it.
    Refused(String),
}

/// A host, and how its jump host is called.
#[derive(Debug)]
pub struct RoutedHost {
    pub alias: String,
    pub found: FoundHost,
    pub jump: Option<String>,
    pub tags: Vec<String>,
}

/// The hosts, and where each way leads next.
pub struct Ways<'w> {
    config: &'w SshConfig,
    asker: &'w LocalUser,
    standing: &'w PresentHosts,
    hosts: Vec<KnownHost>,
    /// The aliases that are taken, in lower case.
    taken: HashSet<String>,
    /// How many settings were looked at.
    looked_at: usize,
}

struct KnownHost {
    alias: String,
    asked: Destination,
    found: FoundHost,
    next: Next,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// It is reached directly.
    Target,
    /// Through this one of the hosts.
    Through(usize),
    /// The way cannot be said.
    Lost,
}

impl<'w> Ways<'w> {
    pub fn new(config: &'w SshConfig, asker: &'w LocalUser, standing: &'w PresentHosts) -> Self {
        let named = config
            .hosts
            .iter()
            .map(|(_, name)| name.to_ascii_lowercase());
        let there = standing.inventory.hosts.iter();
        let there = there.map(|host| host.alias.to_string().to_ascii_lowercase());
        Self {
            config,
            asker,
            standing,
            hosts: Vec::new(),
            taken: named.chain(there).collect(),
            looked_at: 0,
        }
    }

    /// Finds what ssh is asked for.
    pub fn find(
        &mut self,
        place: Place,
        asked: &Destination,
        notes: &mut Notes,
    ) -> Result<FoundHost, Unfound> {
        let left_out = |(place, why)| Unfound::LeftOut(place, why);
        let settings = self.config.settings(asked, &self.asker.user);
        let settings = settings.map_err(left_out)?;
        self.looked_at += settings.visited;
        if self.looked_at > MAX_SETTINGS {
            return Err(Unfound::Refused(format!(
                "{}: more than {MAX_SETTINGS} settings of all hosts together: split the file",
                self.config.shown(place)
            )));
        }
        if let Some((place, keyword)) = self.config.refused(&settings) {
            let (shown, keyword) = (self.config.shown(place), keyword.escape_debug());
            return Err(Unfound::Refused(format!(
                "{shown}: `{keyword}` is no keyword of OpenSSH 9.2: mend it, or put `IgnoreUnknown {keyword}` above it"
            )));
        }
        let found = find(self.config, self.asker, (place, asked), &settings, notes);
        found.map_err(left_out)
    }

    /// Adds a host.
    pub fn add(&mut self, alias: String, asked: Destination, found: FoundHost) {
        self.hosts.push(KnownHost {
            alias,
            asked,
            found,
            next: Next::Target,
        });
    }

    /// Finds the next hop of each host, and the hops of these.
    pub fn follow(&mut self, notes: &mut Notes) {
        let mut at = 0;
        while let Some(host) = self.hosts.get(at) {
            let (place, alias) = (host.found.place, host.alias.clone());
            let next = match Alias::parse(&alias) {
                Err(fault) => Err(Unfound::LeftOut(place, format!("the alias {fault}"))),
                Ok(_) if host.found.way.is_empty() => Ok(Next::Target),
                Ok(_) => self.next(at, notes).map(Next::Through),
            };
            let next = next.unwrap_or_else(|unfound| {
                let (place, why) = match unfound {
                    Unfound::LeftOut(place, why) => (place, why),
                    // Of a hop alone.
                    Unfound::Refused(why) => (place, format!("on its way, {why}")),
                };
                notes.host(Topic::LeftOut, place, &alias, &why);
                Next::Lost
            });
            self.set(at, next);
            at += 1;
        }
    }

    fn set(&mut self, at: usize, next: Next) {
        if let Some(host) = self.hosts.get_mut(at) {
            host.next = next;
        }
    }

    /// The host that comes before this one on its way.
    fn next(&mut self, at: usize, notes: &mut Notes) -> Result<usize, Unfound> {
        let lost = |host: &FoundHost, why: &str| Unfound::LeftOut(host.place, why.to_owned());
        let Some((host, (hop, before))) = self
            .hosts
            .get(at)
            .and_then(|host| Some((&host.found, host.found.way.split_last()?)))
        else {
            return Ok(at);
        };
        let same_user = hop.user.as_ref().is_none_or(|user| *user == host.user);
        if hop.name == host.host && hop.port.unwrap_or(22) == host.port && same_user {
            return Err(lost(host, "it is its own jump host, and ssh refuses that"));
        }
        let asked = Destination {
            name: hop.name.clone(),
            user: hop.user.clone(),
            port: hop.port,
            way: before.to_vec(),
        };
        let place = host.place;
        let known = |asked: &Destination| self.hosts.iter().position(|known| known.asked == *asked);
        if let Some(next) = known(&asked) {
            return Ok(next);
        }
        let plain = Destination {
            name: asked.name.clone(),
            ..Destination::default()
        };
        let plain_is_known = known(&plain);
        if asked == plain && self.config.names(&asked.name) {
            return Err(lost(host, "a jump host is left out"));
        }
        let found = self.find(place, &asked, notes)?;
        if let Some(next) = plain_is_known
            && let Some(known) = self.hosts.get(next)
            && found.is_like(&known.found)
        {
            return Ok(next);
        }
        self.own(asked, found, notes)
    }

    /// An entry for a hop that is not what a `Host` line says.
    fn own(
        &mut self,
        asked: Destination,
        found: FoundHost,
        notes: &mut Notes,
    ) -> Result<usize, Unfound> {
        if self.hosts.len() > MAX_HOSTS + MAX_OWN {
            let why = format!("more than {MAX_OWN} jump hosts have no `Host` line");
            return Err(Unfound::LeftOut(found.place, why));
        }
        let mut name = asked.name.clone();
        if let Some(user) = &asked.user {
            name = format!("{name}-{user}");
        }
        if let Some(port) = asked.port {
            name = format!("{name}-{port}");
        }
        let alias = unused(&adapted(&name), &mut self.taken);
        let why = "is a jump host that has no `Host` line: it gets an entry";
        notes.host(Topic::Taken, found.place, &alias, why);
        self.add(alias, asked, found);
        Ok(self.hosts.len() - 1)
    }

    /// Those whose way ends at a host that is reached directly, in the order of the file.
    pub fn reachable(self, notes: &mut Notes) -> Vec<RoutedHost> {
        let mut reached: Vec<bool> = vec![false; self.hosts.len()];
        let is_reached = |reached: &[bool], at: usize| reached.get(at).copied().unwrap_or(false);
        loop {
            let mut grown = false;
            for (at, host) in self.hosts.iter().enumerate() {
                let next = match host.next {
                    Next::Target => true,
                    Next::Through(next) => is_reached(&reached, next),
                    Next::Lost => false,
                };
                if next && !is_reached(&reached, at) && self.is_as_standing(host) {
                    grown |= reached.get_mut(at).map(|own| *own = true).is_some();
                }
            }
            if !grown {
                break;
            }
        }
        let mut routed = Vec::new();
        for (at, host) in self.hosts.iter().enumerate() {
            let (place, alias) = (host.found.place, &host.alias);
            let jump = match host.next {
                Next::Through(next) => self.hosts.get(next).map(|next| next.alias.clone()),
                Next::Target | Next::Lost => None,
            };
            if self.standing.has(alias) {
                notes.host(
                    Topic::LeftOut,
                    place,
                    alias,
                    "servers.yml has this alias already",
                );
            } else if is_reached(&reached, at) {
                routed.push(RoutedHost {
                    alias: alias.clone(),
                    found: host.found.clone(),
                    jump,
                    tags: Vec::new(),
                });
            } else if host.next != Next::Lost {
                let why = "its way leads through a host that is left out, or in a circle, or servers.yml has another \
                           host of that name";
                notes.host(Topic::LeftOut, place, alias, why);
            }
        }
        routed
    }

    /// Whether the inventory has nothing else under this alias.
    fn is_as_standing(&self, host: &KnownHost) -> bool {
        let jump = match host.next {
            Next::Through(next) => self.hosts.get(next).map(|next| next.alias.as_str()),
            Next::Target | Next::Lost => None,
        };
        !self.standing.has_other(&host.alias, &host.found, jump)
    }
}
