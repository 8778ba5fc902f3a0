//! From `policy.yml` to a [`Policy`].
//!
//! Takes the text of the file; gives the policy and the warnings. Refuses a file with any error, and reports every
//! fault of the file at once.
//!
//! ```text
//! known_hosts_path: PATH
//! limits:    { max_seconds, max_output_bytes, task_result_ttl, task_progress_interval,
//!              max_parallel, max_hosts, max_batch, max_batch_percent, max_failures, max_canary,
//!              deny_substrings: [ENTRY…] }
//! network:   { allow_ips, allow_cidrs, block_ips, block_cidrs: [ADDRESS…] }
//! rules:     [ { name, action, aliases, tags, commands: [GLOB…], argv: [[ITEM…]…],
//!                simple_binaries: [NAME…], simple_max_args, shell: [glob],
//!                escapes: deny|allow, stdin: deny|allow, become: USER } … ]
//! overrides: { aliases: { ALIAS: limits }, tags: { TAG: limits } }
//! audit:     { commands: hash|plain }
//! approvals: see `approvals.rs`
//! files:     see `file_entries.rs`
//! ```

use std::cell::OnceCell;
use std::collections::HashMap;
use std::net::IpAddr;
use std::rc::Rc;

use mcp_ssh_yaml::diagnostic::{Diagnostic, Source, Span};
use mcp_ssh_yaml::{Faults, Fields, Node, Value, parse};

use super::approvals::ApprovalSettings;
use super::become_key;
use super::deny::DenyEntry;
use super::file_entries;
use super::limit_set::LimitSet;
use super::limits::{LIMITS, LimitRow};
use super::network::{Cidr, Network};
use super::policy::{Commands, Policy};
use super::rule::{Escapes, Rule, ShellPatterns, Stdin};
use super::rule_set::RuleSet;
use super::shared_keys::{action, globs, refuse_address};
use crate::matching::argv::ArgvPattern;
use crate::matching::simple::SimpleBinaries;

/// The most arguments of a simple binary: more than anyone counts.
const MAX_SIMPLE_ARGUMENTS: i64 = 1000;

const POLICY_KEYS: &[&str] = &[
    "known_hosts_path",
    "limits",
    "network",
    "rules",
    "overrides",
    "audit",
    "approvals",
    "files",
];
/// The keys that may stand beside those of [`LIMITS`].
const BESIDE_LIMITS: [&str; 3] = ["deny_substrings", "host_key_auto_add", "require_known_host"];
const NETWORK_KEYS: &[&str] = &[
    "allow_ips",
    "allow_cidrs",
    "block_ips",
    "block_cidrs",
    "require_known_host",
];
const RULE_KEYS: &[&str] = &[
    "name",
    "action",
    "aliases",
    "tags",
    "commands",
    "argv",
    "simple_binaries",
    "simple_max_args",
    "shell",
    "escapes",
    "stdin",
    "become",
];

impl Policy {
    /// Reads a policy; gives the policy and the warnings.
    ///
    /// # Errors
    /// Every fault of the file, warnings included.
    pub fn load(source: &Source) -> Result<(Self, Vec<Diagnostic>), Vec<Diagnostic>> {
        let node = parse(source)?;
        let faults = Faults::new(source);
        let policy = read(&node, &faults);
        let warnings = faults.finish()?;
        Ok((policy, warnings))
    }
}

fn read(node: &Node<'_>, faults: &Faults<'_>) -> Policy {
    let empty = Node {
        span: node.span,
        value: Value::Map(Vec::new()),
    };
    let node = if matches!(node.value, Value::Null) {
        faults.warning(node.span, "the policy is empty: it allows nothing");
        &empty
    } else {
        node
    };
    let file = Fields::open_whole(node, "policy.yml", POLICY_KEYS, section_of, faults);
    let overrides =
        file.and_then(|file| file.fields("overrides", "overrides", &["aliases", "tags"]));
    Policy {
        known_hosts_path: file.and_then(known_hosts_path),
        known_hosts_span: file.map_or(Span::WHOLE, |file| file.value_span("known_hosts_path")),
        limits: file
            .and_then(|file| file.fields("limits", "limits", &limit_keys()))
            .map(limit_set)
            .unwrap_or_default(),
        alias_limits: override_sets(overrides, "aliases"),
        tag_limits: override_sets(overrides, "tags"),
        network: Rc::new(network(file)),
        rules: Rc::new(RuleSet::new(rules(file))),
        recorded: recorded(file),
        approvals: file.map(ApprovalSettings::read).unwrap_or_default(),
        files: file.map(file_entries::read).unwrap_or_default(),
        default_entries: OnceCell::new(),
    }
}

/// The path of known_hosts; one that only a shell could read is refused.
fn known_hosts_path(file: Fields<'_, '_>) -> Option<String> {
    let (path, span) = file.filled("known_hosts_path")?;
    if path.starts_with(['~', '$']) {
        let message = "`known_hosts_path` begins with `~` or `$`, in whose place no directory is put here: write the \
                       whole path, or one relative to this file's directory";
        file.faults().error(span, message);
        return None;
    }
    Some(path.to_owned())
}

/// The section to which a key belongs that stands beside the sections.
fn section_of(key: &str) -> Option<&'static str> {
    if limit_keys().contains(&key) {
        Some("limits")
    } else if NETWORK_KEYS.contains(&key) {
        Some("network")
    } else if RULE_KEYS.contains(&key) {
        Some("rules")
    } else {
        None
    }
}

/// How records name commands; `hash` when the key is left out.
fn recorded(file: Option<Fields<'_, '_>>) -> Commands {
    let Some(fields) = file.and_then(|file| file.fields("audit", "audit", &["commands"])) else {
        return Commands::Hashed;
    };
    match fields.text("commands") {
        None | Some(("hash", _)) => Commands::Hashed,
        Some(("plain", _)) => Commands::Plain,
        Some((other, span)) => {
            let message = format!("unknown `commands` `{other}`: write `hash` or `plain`");
            fields.faults().error(span, message);
            Commands::Hashed
        }
    }
}

fn rules(file: Option<Fields<'_, '_>>) -> Vec<Rule> {
    let Some(file) = file else {
        return Vec::new();
    };
    file.each("rules", "rule", RULE_KEYS)
        .enumerate()
        .map(|(index, fields)| rule(index, fields))
        .collect()
}

fn rule(index: usize, fields: Fields<'_, '_>) -> Rule {
    let errors = fields.faults().errors();
    let commands = globs(fields, "commands");
    let argv = argv(fields);
    let simple = simple_binaries(fields);
    let patterns = ["commands", "argv", "simple_binaries"];
    let unread =
        fields.faults().errors() > errors || patterns.iter().any(|key| fields.is_misspelt(key));
    if commands.is_empty() && argv.is_empty() && simple.is_empty() && !unread {
        fields.faults().warning(
            fields.span(),
            "a rule without `commands`, `argv` or `simple_binaries` matches nothing: \
             add `commands: [\"uptime*\"]`, or remove it",
        );
    }
    let action = action(fields);
    Rule {
        index,
        span: fields.span(),
        name: fields.label("name").map(|(name, _)| name.to_owned()),
        action,
        aliases: globs(fields, "aliases"),
        tags: globs(fields, "tags"),
        commands,
        argv,
        simple,
        shell_patterns: shell_patterns(fields),
        escapes: escapes(fields),
        stdin: stdin(fields),
        becomes: become_key::becomes(fields, action),
    }
}

/// The `escapes` of a rule; `deny` when the key is left out.
fn escapes(fields: Fields<'_, '_>) -> Escapes {
    match fields.text("escapes") {
        None | Some(("deny", _)) => Escapes::Denied,
        Some(("allow", _)) => Escapes::Allowed,
        Some((other, span)) => {
            let message = format!("unknown `escapes` `{other}`: write `deny` or `allow`");
            fields.faults().error(span, message);
            Escapes::Denied
        }
    }
}

fn stdin(fields: Fields<'_, '_>) -> Stdin {
    match fields.text("stdin") {
        None | Some(("deny", _)) => Stdin::Data,
        Some(("allow", _)) => Stdin::Anything,
        Some((other, span)) => {
            let message = format!("unknown `stdin` `{other}`: write `deny` or `allow`");
            fields.faults().error(span, message);
            Stdin::Data
        }
    }
}

fn shell_patterns(fields: Fields<'_, '_>) -> ShellPatterns {
    let mut admitted = ShellPatterns::Refused;
    for (construct, span) in fields.texts("shell") {
        if construct == "glob" {
            admitted = ShellPatterns::Admitted;
        } else {
            let message = format!("unknown shell construct `{construct}`: the only one is `glob`");
            fields.faults().error(span, message);
        }
    }
    admitted
}

fn argv(fields: Fields<'_, '_>) -> Vec<ArgvPattern> {
    let read = |(entry, span): (Vec<(&str, Span)>, Span)| {
        for (item, place) in &entry {
            refuse_address(item, *place, fields);
        }
        let items: Vec<&str> = entry.iter().map(|(item, _)| *item).collect();
        let fault = match ArgvPattern::new(&items) {
            Ok(pattern) => return Some(pattern),
            Err(fault) => fault,
        };
        let item = fault.item().and_then(|index| entry.get(index));
        let place = item.map_or(span, |(_, span)| *span);
        fields.faults().error(place, fault.to_string());
        None
    };
    fields.lists("argv").into_iter().filter_map(read).collect()
}

fn simple_binaries(fields: Fields<'_, '_>) -> SimpleBinaries {
    let names = fields.texts("simple_binaries");
    for (name, span) in &names {
        if name.is_empty() || name.contains([' ', '\t', '\n', '*', '?', '[']) {
            let message = format!(
                "`{name}` is not the name of one program: \
                 write one such as `uptime`, or use `commands` or `argv`"
            );
            fields.faults().error(*span, message);
        }
    }
    let max_arguments = fields
        .integer_in("simple_max_args", 0..=MAX_SIMPLE_ARGUMENTS)
        .and_then(|most| usize::try_from(most).ok());
    if max_arguments.is_some() && names.is_empty() {
        fields.faults().warning(
            fields.key_span("simple_max_args"),
            "`simple_max_args` without `simple_binaries` has no effect: \
             add `simple_binaries: [\"uptime\"]`, or remove it",
        );
    }
    let names: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
    SimpleBinaries::new(&names, max_arguments)
}

fn override_sets(overrides: Option<Fields<'_, '_>>, key: &str) -> HashMap<String, LimitSet> {
    let Some(overrides) = overrides else {
        return HashMap::new();
    };
    overrides
        .map(key)
        .into_iter()
        .filter_map(|(name, node)| {
            let fields = Fields::open(node, "override", &limit_keys(), overrides.faults())?;
            Some((name.text.to_string(), limit_set(fields)))
        })
        .collect()
}

fn limit_keys() -> Vec<&'static str> {
    let limits = LIMITS.iter().map(|row| row.key);
    limits.chain(BESIDE_LIMITS).collect()
}

fn limit_set(fields: Fields<'_, '_>) -> LimitSet {
    warn_of_deprecated(fields);
    let number = |row: &LimitRow| {
        let number = fields.integer_in(row.key, row.least..=row.most)?;
        u32::try_from(number).ok()
    };
    LimitSet {
        numbers: LIMITS.each_ref().map(number),
        deny_substrings: fields.has("deny_substrings").then(|| {
            let texts = fields.texts("deny_substrings");
            texts.iter().map(|(text, _)| DenyEntry::new(text)).collect()
        }),
    }
}

/// Warns of `host_key_auto_add: true` and `require_known_host: false`: both would loosen the check of host keys
/// (CWE-295), and are ignored.
fn warn_of_deprecated(fields: Fields<'_, '_>) {
    for (key, ignored) in [("host_key_auto_add", true), ("require_known_host", false)] {
        if fields.boolean(key) == Some(ignored) {
            let message = format!(
                "`{key}: {ignored}` is deprecated and ignored (CWE-295): \
                 a known_hosts entry is always required; remove it"
            );
            fields.faults().warning(fields.key_span(key), message);
        }
    }
}

fn network(file: Option<Fields<'_, '_>>) -> Network {
    let Some(fields) = file.and_then(|file| file.fields("network", "network", NETWORK_KEYS)) else {
        return Network::default();
    };
    warn_of_deprecated(fields);
    let both = |ips, cidrs| {
        let mut blocks = addresses(fields, ips);
        blocks.extend(address_blocks(fields, cidrs));
        blocks
    };
    Network {
        allow: both("allow_ips", "allow_cidrs"),
        block: both("block_ips", "block_cidrs"),
    }
}

fn addresses(fields: Fields<'_, '_>, key: &str) -> Vec<Cidr> {
    let read = |(text, span): (&str, _)| match text.parse::<IpAddr>() {
        Ok(address) => Some(Cidr::address(address)),
        Err(_) => {
            let mend = "write one such as `10.0.0.5`, or move a block to the `_cidrs` list";
            let message = format!("`{text}` is not an IP address: {mend}");
            fields.faults().error(span, message);
            None
        }
    };
    fields.texts(key).into_iter().filter_map(read).collect()
}

fn address_blocks(fields: Fields<'_, '_>, key: &str) -> Vec<Cidr> {
    let read = |(text, span): (&str, _)| match text.parse::<Cidr>() {
        Ok(block) => Some(block),
        Err(message) => {
            fields.faults().error(span, message);
            None
        }
    };
    fields.texts(key).into_iter().filter_map(read).collect()
}
