//! What an ssh_config says for one host.
//!
//! Takes the files and a host as ssh is asked for it; gives the settings that hold, in the order in which ssh comes to
//! them: of most keywords the first counts. Refuses a host for which a program or the DNS would have a say.

use super::blocks::{BlockItem, Place, Setting, SshConfig};
use super::condition::{Holding, KnownSoFar, matches_list};
use super::jump::JumpHop;
use super::tokens::expand;

/// Files with keys that ssh takes for one host.
const MAX_IDENTITIES: usize = 100;

/// A host as ssh is asked for it. What it is told besides its name comes before all files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Destination {
    pub name: String,
    pub user: Option<String>,
    pub port: Option<u16>,
    /// A way, which takes the place of the files' own.
    pub way: Vec<JumpHop>,
}

/// What holds for one host.
#[derive(Debug)]
pub struct Settings<'c> {
    found: Vec<&'c Setting>,
    /// How many were looked at.
    pub visited: usize,
    /// The name or address, in lower case as ssh has it.
    pub host: String,
}

/// How a host is reached that is not reached directly.
#[derive(Clone, Copy, Debug)]
pub enum Proxy<'c> {
    /// `ProxyJump`.
    Jump(&'c Setting),
    /// `ProxyCommand`.
    Command(&'c Setting),
}

/// A host whose settings are not to be had: the line, and why.
pub type LineAndReason = (Place, String);

/// The walk through the files for one host.
struct SettingsWalk<'c, 'w> {
    config: &'c SshConfig,
    asked: &'w Destination,
    found: Vec<&'c Setting>,
    visited: usize,
    /// What is known by now.
    known: KnownSoFar<'w>,
}

impl SshConfig {
    /// The settings that hold for a host.
    ///
    /// # Errors
    /// The line for which nobody can say them without running ssh, and why.
    pub fn settings(
        &self,
        asked: &Destination,
        local_user: &str,
    ) -> Result<Settings<'_>, LineAndReason> {
        let mut walk = SettingsWalk {
            config: self,
            asked,
            found: Vec::new(),
            visited: 0,
            known: KnownSoFar {
                host: asked.name.clone(),
                host_name: asked.name.to_ascii_lowercase(),
                original: &asked.name,
                user: asked.user.as_deref().unwrap_or(local_user),
                local_user,
                second_pass: false,
            },
        };
        walk.file(0, Holding::Yes)?;
        for (keyword, off) in [
            ("canonicalizehostname", "no false"),
            ("canonicalizepermittedcnames", "none"),
        ] {
            let changes = |setting: &&&Setting| {
                let is_off = |off| setting.value.eq_ignore_ascii_case(off);
                setting.keyword == keyword && !off.split(' ').any(is_off)
            };
            if let Some(setting) = walk.found.iter().find(changes) {
                let why = "the DNS may give it another name, as `Canonicalize…` has it";
                return Err((setting.place, why.to_owned()));
            }
        }
        if self.second_pass {
            walk.known.host.clone_from(&walk.known.host_name);
            walk.known.second_pass = true;
            walk.file(0, Holding::Yes)?;
        }
        Ok(Settings {
            found: walk.found,
            visited: walk.visited,
            host: walk.known.host_name,
        })
    }

    /// The first keyword that ssh refuses for a host with these settings, and where it stands.
    pub fn refused(&self, settings: &Settings<'_>) -> Option<(Place, &str)> {
        let ignored = settings.first("ignoreunknown");
        let refused = self.unknown.iter().find(|unknown| {
            !ignored.is_some_and(|ignored| {
                ignored.order < unknown.order
                    && matches_list(
                        &unknown.keyword.to_ascii_lowercase(),
                        &ignored.value.to_ascii_lowercase(),
                    )
            })
        });
        refused.map(|unknown| (unknown.place, unknown.keyword.as_str()))
    }
}

impl<'c: 'w, 'w> SettingsWalk<'c, 'w> {
    fn file(&mut self, number: usize, outer: Holding) -> Result<(), LineAndReason> {
        let config = self.config;
        let blocks = config.files.get(number).map(|(_, blocks)| blocks);
        for block in blocks.into_iter().flatten() {
            let holds = match block.items.is_empty() {
                true => Holding::No,
                false => outer.min(block.condition.holds(&self.known)),
            };
            if holds == Holding::No {
                continue;
            }
            self.visited += block.items.len();
            for item in &block.items {
                match item {
                    BlockItem::File(number) => self.file(*number, holds)?,
                    BlockItem::Setting(setting) if holds == Holding::Yes => self.take(setting)?,
                    BlockItem::Setting(setting) if self.counts(setting) => {
                        let why = "the program of a `Match exec` has a say: write what it decides as `Host` lines";
                        return Err((block.place, why.to_owned()));
                    }
                    BlockItem::Setting(_) => {}
                }
            }
        }
        Ok(())
    }

    /// Whether a setting would still count: it was not told to ssh, and the files have not said it before.
    fn counts(&self, setting: &Setting) -> bool {
        let told = match setting.keyword {
            "user" => self.asked.user.is_some(),
            "port" => self.asked.port.is_some(),
            // Of the two the first counts, but for a `ProxyJump none`.
            "proxyjump" => !self.asked.way.is_empty() || self.has("proxycommand"),
            "proxycommand" => {
                let jumps = |own: &&'c Setting| own.keyword == "proxyjump" && !own.is_none();
                !self.asked.way.is_empty() || self.found.iter().any(jumps)
            }
            "hostname" => self.known.second_pass,
            _ => false,
        };
        !told && !self.has(setting.keyword)
    }

    fn has(&self, keyword: &str) -> bool {
        self.found.iter().any(|own| own.keyword == keyword)
    }

    fn take(&mut self, setting: &'c Setting) -> Result<(), LineAndReason> {
        let is_list = matches!(setting.keyword, "identityfile" | "certificatefile");
        if is_list {
            let like = |own: &&&Setting| own.keyword == setting.keyword;
            let mut others = self.found.iter().filter(like);
            if others.any(|own| own.value == setting.value) {
                return Ok(());
            }
            if self.found.iter().filter(like).count() == MAX_IDENTITIES {
                let why = format!("it has more than {MAX_IDENTITIES} files, and ssh refuses that");
                return Err((setting.place, why));
            }
        } else if !self.counts(setting) {
            return Ok(());
        }
        if setting.keyword == "hostname" {
            let stands_for = |token| (token == 'h').then_some(self.known.original);
            let name = expand(&setting.value, stands_for);
            let why = "its `HostName` holds a token other than `%h` and `%%`";
            let name = name.ok_or((setting.place, why.to_owned()))?;
            self.known.host_name = name.to_ascii_lowercase();
        }
        if setting.keyword == "user" {
            self.known.user = &setting.value;
        }
        self.found.push(setting);
        Ok(())
    }
}

impl<'c> Settings<'c> {
    /// The first value of a keyword.
    pub fn first(&self, keyword: &str) -> Option<&'c Setting> {
        self.found
            .iter()
            .find(|own| own.keyword == keyword)
            .copied()
    }

    /// Every value of a keyword but `none`.
    pub fn all(&self, keyword: &'c str) -> impl Iterator<Item = &'c Setting> {
        let own = move |own: &&&Setting| own.keyword == keyword && !own.is_none();
        self.found.iter().filter(own).copied()
    }

    /// The way to the host, where it is not reached directly: of `ProxyJump` and `ProxyCommand` the first counts, but
    /// for a `ProxyJump none`, which leaves the command in force.
    pub fn proxy(&self) -> Option<Proxy<'c>> {
        let is_proxy = |own: &&&Setting| match own.keyword {
            "proxyjump" => !own.is_none(),
            "proxycommand" => true,
            _ => false,
        };
        let first = *self.found.iter().find(is_proxy)?;
        match first.keyword {
            _ if first.is_none() => None,
            "proxyjump" => Some(Proxy::Jump(first)),
            _ => Some(Proxy::Command(first)),
        }
    }
}

impl Setting {
    /// Whether the value is the word that switches a setting off.
    fn is_none(&self) -> bool {
        self.value.eq_ignore_ascii_case("none")
    }
}
