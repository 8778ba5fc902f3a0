//! servers.yml: the inventory.
//!
//! Takes the file's text and the names that credentials.yml declares; gives [`Hosts`]. Refuses a duplicate alias,
//! an unknown jump host, a circle of jumps, and what `host_settings` refuses.
//!
//! ```text
//! defaults: port, credentials, jump, connect_timeout, keepalive, idle_timeout
//! hosts:
//!   - alias, host                    required
//!     port                           22
//!     credentials                    an entry of credentials.yml
//!     tags, description
//!     jump                           the alias of the jump host; "" for none
//!     host_key_alias                 the name to look up in known_hosts
//!     connect_timeout                15 seconds, 1 to 600
//!     keepalive                      15 seconds, 0 (off) to 3600
//!     idle_timeout                   60 seconds, 1 to 86400
//! ```

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Deref;
use std::path::Path;
use std::rc::Rc;

use super::credentials::listed;
use super::file::{self, Quoting};
use super::host_settings::{self, DEFAULT_KEYS, Declared, HOST_KEYS, HostSettings, mend};
use super::names::{Alias, HostName};
use mcp_ssh_yaml::diagnostic::{Diagnostic, Source, Span};
use mcp_ssh_yaml::{Faults, Fields, parse};

const FILE_KEYS: &[&str] = &["defaults", "hosts"];
/// What is said of a host that names no entry of credentials.yml.
pub const WITHOUT_CREDENTIALS: &str = "host without `credentials`: nothing can log in to it";

/// A host of the inventory.
#[derive(Clone, Debug)]
pub struct Host {
    /// The name by which tools and policy know the host.
    pub alias: Alias,
    /// The name or address of the host on the network.
    pub host: HostName,
    /// The other settings of servers.yml; `Deref` makes each a field of the host.
    pub settings: HostSettings,
    /// Where the host stands in servers.yml.
    pub span: Span,
    /// Where its name or address stands.
    pub address_span: Span,
}

impl Deref for Host {
    type Target = HostSettings;

    fn deref(&self) -> &HostSettings {
        &self.settings
    }
}

/// The inventory, in the order of the file.
#[derive(Clone, Debug, Default)]
pub struct Hosts {
    hosts: Vec<Rc<Host>>,
    by_alias: HashMap<Alias, usize>,
}

impl Hosts {
    /// The host with an alias.
    pub fn get(&self, alias: &str) -> Option<&Rc<Host>> {
        self.hosts.get(*self.by_alias.get(alias)?)
    }

    /// All hosts.
    pub fn iter(&self) -> impl Iterator<Item = &Rc<Host>> {
        self.hosts.iter()
    }

    /// The hosts with a tag.
    pub fn with_tag<'t>(&'t self, tag: &'t str) -> impl Iterator<Item = &'t Rc<Host>> {
        self.hosts
            .iter()
            .filter(move |host| host.tags.iter().any(|own| own.as_ref() == tag))
    }

    /// The tags of all hosts, each once.
    pub fn tags(&self) -> Vec<&str> {
        let tags = self.hosts.iter().flat_map(|host| &host.tags);
        let tags: BTreeSet<&str> = tags.map(AsRef::as_ref).collect();
        tags.into_iter().collect()
    }

    /// How many hosts there are.
    pub fn len(&self) -> usize {
        self.hosts.len()
    }

    /// True when there is no host.
    pub fn is_empty(&self) -> bool {
        self.hosts.is_empty()
    }
}

/// Reads servers.yml. Without `declared`, the names of credentials are not checked.
///
/// # Errors
/// Every fault of the file, warnings included.
pub(super) fn read(
    source: &Source,
    declared: Option<&Declared<'_>>,
) -> Result<(Hosts, Vec<Diagnostic>), Vec<Diagnostic>> {
    let node = parse(source)?;
    let faults = Faults::new(source);
    let mut hosts = Hosts::default();
    if let Some(file) = Fields::open(&node, "servers.yml", FILE_KEYS, &faults) {
        let defaults = file
            .fields("defaults", "defaults", &DEFAULT_KEYS)
            .map(|fields| host_settings::defaults(fields, declared))
            .unwrap_or_default();
        let listed = listed(file, "hosts", "host", &HOST_KEYS);
        let mut lines: HashMap<&str, usize> = HashMap::with_capacity(listed.len());
        let written = file.get("hosts");
        let aliases_read = written.is_some_and(|node| node.is_list_of(listed.len()))
            && listed.iter().all(|host| host.is_text("alias"));
        hosts.hosts.reserve_exact(listed.len());
        hosts.by_alias.reserve(listed.len());
        for fields in listed {
            if let Some(host) = host(fields, &defaults, declared) {
                hosts.by_alias.insert(host.alias.clone(), hosts.hosts.len());
                hosts.hosts.push(Rc::new(host));
            }
            let Some(alias) = fields.get("alias").and_then(|node| node.text()) else {
                continue;
            };
            let span = fields.value_span("alias");
            if let Some(first) = lines.insert(alias, span.line) {
                let message = format!(
                    "alias `{alias}` is taken by the host on line {first}: rename one of them"
                );
                faults.error(span, message);
            }
        }
        // A host whose alias cannot be read may be the one that another jumps through.
        if aliases_read || !faults.any_error() {
            report_unknown_jumps(&hosts, &lines, &faults);
        }
        report_circles(&hosts, &faults);
    }
    Ok((hosts, faults.finish()?))
}

/// Reads a servers.yml alone, whose credentials are taken as they are.
///
/// # Errors
/// Every fault in it.
pub fn read_hosts(path: &Path) -> Result<Hosts, Vec<Diagnostic>> {
    let source = file::read(path, Quoting::Shown).map_err(|fault| vec![fault])?;
    let (hosts, _) = read(&source, None)?;
    Ok(hosts)
}

/// A host of the list; `None` when it has no alias or no address.
fn host(
    fields: Fields<'_, '_>,
    defaults: &HostSettings,
    declared: Option<&Declared<'_>>,
) -> Option<Host> {
    let draft = host_settings::host(fields, defaults, declared);
    if draft.settings.credentials.is_none() && !fields.is_misspelt("credentials") {
        fields.faults().warning(fields.span(), WITHOUT_CREDENTIALS);
    }
    Some(Host {
        alias: draft.alias?,
        host: draft.address?,
        settings: draft.settings,
        span: fields.span(),
        address_span: fields.value_span("host"),
    })
}

fn report_unknown_jumps(hosts: &Hosts, declared: &HashMap<&str, usize>, faults: &Faults<'_>) {
    for host in hosts.iter() {
        let Some(jump) = &host.jump else { continue };
        if declared.contains_key(jump.as_ref()) {
            continue;
        }
        faults.error_with(host.span, || {
            let mend = mend(
                jump.as_ref(),
                declared.keys().copied().collect(),
                "add that host, or name another",
            );
            let alias = &host.alias;
            format!("host `{alias}` jumps through `{jump}`, which is no alias: {mend}")
        });
    }
}

/// Follows each chain of jumps once, and reports each circle once.
fn report_circles(hosts: &Hosts, faults: &Faults<'_>) {
    let mut done: HashSet<&Alias> = HashSet::new();
    for start in hosts.iter() {
        let mut chain: Vec<&Rc<Host>> = Vec::new();
        let mut in_chain: HashSet<&Alias> = HashSet::new();
        let mut next = Some(start);
        while let Some(host) = next.filter(|host| !done.contains(&host.alias)) {
            if !in_chain.insert(&host.alias) {
                let circle: Vec<String> = chain
                    .iter()
                    .skip_while(|other| other.alias != host.alias)
                    .chain(std::iter::once(&host))
                    .map(|other| format!("`{}` (line {})", other.alias, other.span.line))
                    .collect();
                let message = format!(
                    "jumps in a circle: {}: remove one `jump`",
                    circle.join(" to ")
                );
                faults.error(host.span, message);
                break;
            }
            chain.push(host);
            next = host.jump.as_ref().and_then(|jump| hosts.get(jump.as_ref()));
        }
        done.extend(chain.iter().map(|host| &host.alias));
    }
}
