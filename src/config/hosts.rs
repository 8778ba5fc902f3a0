//! servers.yml: the inventory.
//!
//! Takes the file's text and the names credentials.yml declares; gives [`Hosts`]. Refuses a
//! duplicate alias, an unknown credential, an unknown jump host and a circle of jumps.
//!
//! ```text
//! defaults: port, credentials, jump, connect_timeout, keepalive, idle_timeout
//! hosts:
//!   - alias, host                    required
//!     port                           22
//!     credentials                    an entry of credentials.yml
//!     tags, description
//!     jump                           the alias of the host to go through; "" for none
//!     host_key_alias                 the name to look up in known_hosts
//!     connect_timeout                15 seconds, 1 to 600
//!     keepalive                      15 seconds, 0 (off) to 3600
//!     idle_timeout                   60 seconds, 1 to 86400
//! ```

use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::time::Duration;

use super::credentials::listed;
use super::names::{Alias, HostName, Tag};
use mcp_ssh_yaml::diagnostic::{Diagnostic, Source, Span, nearest};
use mcp_ssh_yaml::{Faults, Fields, parse};

const FILE_KEYS: &[&str] = &["defaults", "hosts"];
const DEFAULT_KEYS: &[&str] = &[
    "port",
    "credentials",
    "jump",
    "connect_timeout",
    "keepalive",
    "idle_timeout",
];
const HOST_KEYS: &[&str] = &[
    "alias",
    "host",
    "port",
    "credentials",
    "tags",
    "description",
    "jump",
    "host_key_alias",
    "connect_timeout",
    "keepalive",
    "idle_timeout",
];

/// A host of the inventory.
#[derive(Clone, Debug)]
pub struct Host {
    /// What tools and policy call it.
    pub alias: Alias,
    /// Where it is.
    pub host: HostName,
    /// The SSH port.
    pub port: u16,
    /// The entry of credentials.yml it is logged in to with.
    pub credentials: Option<Rc<str>>,
    /// What rules and tag runs select it by, in the order of the file.
    pub tags: Vec<Tag>,
    /// Free text for people and assistants.
    pub description: String,
    /// The host to go through.
    pub jump: Option<Alias>,
    /// The name to look up in known_hosts in place of the host's own.
    pub host_key_alias: Option<Alias>,
    /// How long connecting may take, name lookup and authentication included.
    pub connect_timeout: Duration,
    /// The time between keepalive messages; nothing when they are off.
    pub keepalive: Option<Duration>,
    /// How long a connection that nobody uses stays open.
    pub idle_timeout: Duration,
    /// Where servers.yml says so.
    pub span: Span,
}

/// The inventory, in the order of the file.
#[derive(Clone, Debug, Default)]
pub struct Hosts {
    hosts: Vec<Rc<Host>>,
    by_alias: HashMap<Alias, usize>,
}

impl Hosts {
    /// The host of an alias.
    pub fn get(&self, alias: &str) -> Option<&Rc<Host>> {
        self.hosts.get(*self.by_alias.get(alias)?)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Rc<Host>> {
        self.hosts.iter()
    }

    /// Those that carry a tag.
    pub fn with_tag<'t>(&'t self, tag: &'t str) -> impl Iterator<Item = &'t Rc<Host>> {
        self.hosts
            .iter()
            .filter(move |host| host.tags.iter().any(|own| own.as_ref() == tag))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.hosts.len()
    }

    /// True when there is none.
    pub fn is_empty(&self) -> bool {
        self.hosts.is_empty()
    }
}

/// What credentials.yml declares, for hosts to refer to.
pub(super) struct Declared<'c> {
    /// The file's name, for faults.
    pub(super) path: &'c str,
    /// The entries' names.
    pub(super) names: &'c HashSet<Rc<str>>,
}

/// Reads servers.yml. Without `declared`, credentials are taken as they are.
///
/// # Errors
/// Every fault in it, warnings included.
pub(super) fn read(
    source: &Source,
    declared: Option<&Declared<'_>>,
) -> Result<(Hosts, Vec<Diagnostic>), Vec<Diagnostic>> {
    let node = parse(source)?;
    let faults = Faults::new(source);
    let mut hosts = Hosts::default();
    if let Some(file) = Fields::open(&node, "servers.yml", FILE_KEYS, &faults) {
        let defaults = file
            .fields("defaults", "defaults", DEFAULT_KEYS)
            .map_or_else(Defaults::default, |fields| Defaults::read(fields, declared));
        let listed = listed(file, "hosts", "host", HOST_KEYS);
        let mut lines: HashMap<&str, usize> = HashMap::with_capacity(listed.len());
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
        report_unknown_jumps(&hosts, &lines, &faults);
        report_circles(&hosts, &faults);
    }
    Ok((hosts, faults.finish()?))
}

/// What a host has that says nothing else.
struct Defaults {
    port: u16,
    credentials: Option<Rc<str>>,
    jump: Option<Alias>,
    connect_timeout: Duration,
    keepalive: Option<Duration>,
    idle_timeout: Duration,
}

impl Default for Defaults {
    fn default() -> Self {
        Self {
            port: 22,
            credentials: None,
            jump: None,
            connect_timeout: Duration::from_secs(15),
            keepalive: Some(Duration::from_secs(15)),
            idle_timeout: Duration::from_secs(60),
        }
    }
}

impl Defaults {
    fn read(fields: Fields<'_, '_>, declared: Option<&Declared<'_>>) -> Self {
        let own = Self::default();
        Self {
            port: port(fields).unwrap_or(own.port),
            credentials: credentials(fields, declared),
            jump: alias(fields, "jump"),
            connect_timeout: connect_timeout(fields).unwrap_or(own.connect_timeout),
            keepalive: keepalive(fields).unwrap_or(own.keepalive),
            idle_timeout: idle_timeout(fields).unwrap_or(own.idle_timeout),
        }
    }
}

fn host(
    fields: Fields<'_, '_>,
    defaults: &Defaults,
    declared: Option<&Declared<'_>>,
) -> Option<Host> {
    let faults = fields.faults();
    fields.required("alias");
    fields.required("host");
    let own_alias = fields
        .text("alias")
        .and_then(|(text, span)| checked(text, span, "alias", Alias::parse, faults));
    let address = fields
        .text("host")
        .and_then(|(text, span)| checked(text, span, "host", HostName::parse, faults));
    let tags = fields.texts("tags").into_iter();
    let tags = tags
        .filter_map(|(text, span)| checked(text, span, "tag", Tag::parse, faults))
        .collect();
    let description = fields.filled("description").map(|(text, _)| text);
    // A host that others reach through itself by default is reached directly.
    let jump = if fields.is_written("jump") {
        alias(fields, "jump")
    } else {
        defaults
            .jump
            .clone()
            .filter(|jump| own_alias.as_ref() != Some(jump))
    };
    let port = port(fields).unwrap_or(defaults.port);
    let credentials = credentials(fields, declared).or_else(|| defaults.credentials.clone());
    if credentials.is_none() {
        let message = "host without `credentials`: nothing can log in to it";
        faults.warning(fields.span(), message);
    }
    let host_key_alias = alias(fields, "host_key_alias");
    let connect_timeout = connect_timeout(fields).unwrap_or(defaults.connect_timeout);
    let keepalive = keepalive(fields).unwrap_or(defaults.keepalive);
    let idle_timeout = idle_timeout(fields).unwrap_or(defaults.idle_timeout);
    Some(Host {
        alias: own_alias?,
        host: address?,
        port,
        credentials,
        tags,
        description: description.unwrap_or_default().to_owned(),
        jump,
        host_key_alias,
        connect_timeout,
        keepalive,
        idle_timeout,
        span: fields.span(),
    })
}

fn checked<T>(
    text: &str,
    span: Span,
    what: &str,
    parse: impl FnOnce(&str) -> Result<T, String>,
    faults: &Faults<'_>,
) -> Option<T> {
    parse(text)
        .map_err(|fault| faults.error(span, format!("{what} {fault}")))
        .ok()
}

fn alias(fields: Fields<'_, '_>, key: &str) -> Option<Alias> {
    let (text, span) = fields.filled(key)?;
    checked(
        text,
        span,
        &format!("`{key}`"),
        Alias::parse,
        fields.faults(),
    )
}

fn port(fields: Fields<'_, '_>) -> Option<u16> {
    u16::try_from(fields.integer_in("port", 1..=65535)?).ok()
}

fn connect_timeout(fields: Fields<'_, '_>) -> Option<Duration> {
    let seconds = fields.integer_in("connect_timeout", 1..=600)?;
    u64::try_from(seconds).ok().map(Duration::from_secs)
}

fn idle_timeout(fields: Fields<'_, '_>) -> Option<Duration> {
    let seconds = u64::try_from(fields.integer_in("idle_timeout", 1..=86_400)?).ok()?;
    Some(Duration::from_secs(seconds))
}

/// The outer nothing: not said. The inner: switched off.
fn keepalive(fields: Fields<'_, '_>) -> Option<Option<Duration>> {
    let seconds = u64::try_from(fields.integer_in("keepalive", 0..=3600)?).ok()?;
    Some((seconds > 0).then(|| Duration::from_secs(seconds)))
}

fn credentials(fields: Fields<'_, '_>, declared: Option<&Declared<'_>>) -> Option<Rc<str>> {
    let (name, span) = fields.filled("credentials")?;
    let Some(declared) = declared else {
        return Some(name.into());
    };
    if let Some(shared) = declared.names.get(name) {
        return Some(Rc::clone(shared));
    }
    fields.faults().error_with(span, || {
        let known: Vec<&str> = declared.names.iter().map(Rc::as_ref).collect();
        let mend = mend(name, known, "add it there, or name one of its entries");
        format!("`{}` has no entry `{name}`: {mend}", declared.path)
    });
    Some(name.into())
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

/// The name that was probably meant, the same one every time; else what to do.
fn mend(name: &str, mut known: Vec<&str>, otherwise: &str) -> String {
    known.sort_unstable();
    match nearest(name, &known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => otherwise.to_owned(),
    }
}

/// Follows each chain of jumps once; a chain that comes back to itself is reported once.
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
