//! Pairs of policies that differ a little, and lines that know nothing of the search.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

/// Patterns of `commands` that grant.
#[rustfmt::skip]
const GRANTS: &[&str] = &[
    "df", "df*", "df *", "df -h*", "systemctl status *", "systemctl *", "systemctl status nginx*",
    "systemctl restart nginx*", "journalctl -u nginx*", "journalctl -u *", "journalctl *", "cat /var/log/*",
    "cat /var/*", "cat /var/log/syslog", "tail -n [0-9]* /var/log/*", "tail -n [0-5] /var/log/*",
    "ls -l /var/log/*", "ls *", "find /var *", "find *", "grep *", "grep -c *", "sudo -n *",
    "sudo -n systemctl restart nginx", "echo *", "docker ps*", "docker logs *", "docker *", "kubectl get pods*",
    "kubectl get *", "frobtool show *", "frobtool *", "*", "sh", "git log *", "git *", "ps aux*", "wc -l",
    "sort*", "id", "id*", "uptime*", "ls [a-c]x*", "ls [a-f]x*", "echo 'a b'*", "timeout 5 *",
    "cat /proc/?puinfo", "head -n [0-9] *",
];
/// Patterns of `commands` that deny.
#[rustfmt::skip]
const DENIES: &[&str] = &[
    "rm *", "*auth*", "systemctl stop *", "* -f*", "reboot*", "cat /var/log/secret*", "*--since*", "docker rm*",
    "find *-delete*", "*.log", "*syslog*", "journalctl *-u ssh*", "df *", "id*", "sudo *", "echo x",
];
const ARGV: &[&[&str]] = &[
    &["systemctl", "status", "*"],
    &["systemctl", "status", "n*"],
    &["tail", "-n", "[0-9]*", "/var/log/**"],
    &["tail", "-n", "[0-9]*", "/var/log/*"],
    &["ls", "-l", "**"],
    &["ls", "-l", "*"],
    &["cat", "/var/log/*"],
    &["cat", "/var/log/**"],
    &["df", "**"],
    &["echo", "a b", "*"],
    &["docker", "logs", "[a-z]*"],
];
const SIMPLE: &[&str] = &["df", "uptime", "id", "ls"];
#[rustfmt::skip]
const ENTRIES: &[&str] = &[
    "passwd", "mkfs*", "/etc/shadow", "log", "reboot*", "nginx", "*aux*", "-u ssh", "rm -rf /", "a b",
];

/// Words of lines.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "df", "-h", "systemctl", "status", "nginx", "ssh", "restart", "stop", "journalctl", "-u", "-n", "5", "50",
    "--since", "today", "cat", "/var/log/syslog", "/var/log/auth.log", "/var/log/secret", "/var/x",
    "/etc/shadow", "/etc/passwd", "/proc/cpuinfo", "tail", "ls", "-l", "/var", "ax", "dx", "find", "-name", "x",
    "-delete", "'*.log'", "grep", "-c", "-f", "sudo", "-n", "rm", "echo", "docker", "ps", "logs", "web",
    "kubectl", "get", "pods", "frobtool", "show", "--x", "sh", "-c", "'id'", "git", "log", "--oneline", "aux",
    "wc", "sort", "id", "uptime", "-p", "'a b'", "timeout", "head", "reboot", "mkfs", "/var/log/*.log", "*",
    "make",
];
/// What is put between commands.
const JOINS: &[&str] = &[" | ", " && ", "; ", " 2>/dev/null; "];
/// The first words of lines that are not of chance alone.
#[rustfmt::skip]
const BEGINNINGS: &[&str] = &[
    "df", "systemctl status", "systemctl restart nginx", "journalctl -u", "journalctl", "cat",
    "cat /var/log/syslog", "tail -n 5", "ls -l", "ls", "find /var", "grep -c", "sudo -n",
    "sudo -n systemctl restart", "echo", "docker ps", "docker logs", "kubectl get pods", "frobtool show",
    "git log", "git status", "ps aux", "id", "uptime", "timeout 5 df", "head -n 5", "sort", "echo 'a b'",
    "cat /var/log/", "ls bx",
];

/// One rule.
#[derive(Clone, Debug)]
pub struct ModelRule {
    action: &'static str,
    commands: Vec<String>,
    argv: Vec<Vec<&'static str>>,
    simple: Option<(&'static str, u8)>,
    alias: Option<&'static str>,
    tag: Option<&'static str>,
    flags: [bool; 3],
}

/// A policy.
#[derive(Clone, Debug)]
pub struct ModelPolicy {
    rules: Vec<ModelRule>,
    entries: Option<Vec<&'static str>>,
}

/// One change of a policy.
#[derive(Clone, Debug)]
pub enum Mutation {
    Drop(usize),
    Add(ModelRule),
    Widen(usize),
    Narrow(usize, &'static str),
    Action(usize, &'static str),
    Host(usize, Option<&'static str>, Option<&'static str>),
    Flag(usize, usize),
    Entries(Option<Vec<&'static str>>),
    Reorder,
}

fn rule() -> impl Strategy<Value = ModelRule> {
    let aliases = vec![None, None, None, Some("web-*"), Some("db-1")];
    let tags = vec![None, None, None, Some("prod"), Some("d*")];
    let flags = prop::array::uniform3(prop::bool::weighted(0.15));
    let grants = prop::collection::vec(select(GRANTS.to_vec()), 0..3);
    let denies = prop::collection::vec(select(DENIES.to_vec()), 0..3);
    let argv = prop::collection::vec(select(ARGV.to_vec()), 0..2);
    let simple = prop::option::weighted(0.15, (select(SIMPLE.to_vec()), 0..4_u8));
    let action = select(vec!["allow", "allow", "allow", "ask", "deny"]);
    let parts = (action, grants, denies, argv, simple);
    (parts, select(aliases), select(tags), flags).prop_map(
        |((action, grants, denies, argv, simple), alias, tag, flags)| ModelRule {
            action,
            commands: (if action == "deny" { denies } else { grants })
                .into_iter()
                .map(str::to_owned)
                .collect(),
            argv: argv.into_iter().map(<[&str]>::to_vec).collect(),
            simple,
            alias,
            tag,
            flags,
        },
    )
}

fn entries() -> impl Strategy<Value = Option<Vec<&'static str>>> {
    let list = prop::collection::vec(select(ENTRIES.to_vec()), 0..4);
    prop::option::weighted(0.6, list)
}

pub fn policy() -> impl Strategy<Value = ModelPolicy> {
    let rules = prop::collection::vec(rule(), 1..6);
    (rules, entries()).prop_map(|(rules, entries)| ModelPolicy { rules, entries })
}

pub fn mutation() -> impl Strategy<Value = Mutation> {
    let at = || 0..6_usize;
    prop_oneof![
        at().prop_map(Mutation::Drop),
        rule().prop_map(Mutation::Add),
        at().prop_map(Mutation::Widen),
        (at(), select(WORDS.to_vec())).prop_map(|(at, word)| Mutation::Narrow(at, word)),
        (at(), select(vec!["allow", "ask", "deny"])).prop_map(|(at, to)| Mutation::Action(at, to)),
        (
            at(),
            select(vec![None, Some("web-*")]),
            select(vec![None, Some("prod")])
        )
            .prop_map(|(at, alias, tag)| Mutation::Host(at, alias, tag)),
        (at(), 0..3_usize).prop_map(|(at, flag)| Mutation::Flag(at, flag)),
        entries().prop_map(Mutation::Entries),
        Just(Mutation::Reorder),
    ]
}

/// A policy and the same with one or two changes.
pub fn pair() -> impl Strategy<Value = (ModelPolicy, ModelPolicy)> {
    (policy(), prop::collection::vec(mutation(), 1..3)).prop_map(|(policy, mutations)| {
        let changed = mutations.iter().fold(policy.clone(), ModelPolicy::changed);
        (policy, changed)
    })
}

/// A line of words that patterns speak of.
pub fn line() -> impl Strategy<Value = String> {
    let words = prop::collection::vec(select(WORDS.to_vec()), 0..4);
    let beginning = prop_oneof![3 => select(BEGINNINGS.to_vec()), 1 => select(WORDS.to_vec())];
    let one = (beginning, words).prop_map(|(begin, words)| {
        let words = std::iter::once(begin).chain(words);
        words.collect::<Vec<_>>().join(" ")
    });
    let joined = (one.clone(), select(JOINS.to_vec()), one.clone());
    let joined = joined.prop_map(|(one, join, other)| one + join + &other);
    prop_oneof![6 => one, 1 => joined]
}

impl ModelPolicy {
    fn changed(mut self, mutation: &Mutation) -> Self {
        let count = self.rules.len().max(1);
        let rules = &mut self.rules;
        let at = |place: usize| place % count;
        match mutation.clone() {
            Mutation::Drop(place) if !rules.is_empty() => drop(rules.remove(at(place))),
            Mutation::Add(rule) => rules.push(rule),
            Mutation::Widen(place) => {
                if let Some(pattern) = rules
                    .get_mut(at(place))
                    .and_then(|rule| rule.commands.first_mut())
                {
                    *pattern = match pattern.rsplit_once(' ') {
                        Some((before, _)) => format!("{before} *"),
                        None => format!("{}*", pattern.trim_end_matches('*')),
                    };
                }
            }
            Mutation::Narrow(place, word) => {
                if let Some(pattern) = rules
                    .get_mut(at(place))
                    .and_then(|rule| rule.commands.first_mut())
                {
                    *pattern = pattern.replacen('*', word.trim_matches('\''), 1);
                }
            }
            Mutation::Action(place, to) => {
                if let Some(rule) = rules.get_mut(at(place)) {
                    rule.action = to;
                }
            }
            Mutation::Host(place, alias, tag) => {
                if let Some(rule) = rules.get_mut(at(place)) {
                    (rule.alias, rule.tag) = (alias, tag);
                }
            }
            Mutation::Flag(place, flag) => {
                if let Some(rule) = rules.get_mut(at(place)) {
                    rule.flags[flag] = !rule.flags[flag];
                }
            }
            Mutation::Entries(entries) => self.entries = entries,
            Mutation::Reorder => rules.reverse(),
            Mutation::Drop(_) => {}
        }
        self
    }

    /// The file that an operator would write.
    pub fn yaml(&self) -> String {
        let rules: Vec<Value> = self.rules.iter().map(ModelRule::yaml).collect();
        let mut file = Map::new();
        file.insert("rules".to_owned(), Value::from(rules));
        if let Some(entries) = &self.entries {
            file.insert("limits".to_owned(), json!({ "deny_substrings": entries }));
        }
        Value::from(file).to_string()
    }
}

impl ModelRule {
    fn yaml(&self) -> Value {
        let mut rule =
            json!({ "action": self.action, "commands": self.commands, "argv": self.argv });
        if let Some((name, most)) = self.simple {
            rule["simple_binaries"] = json!([name]);
            rule["simple_max_args"] = json!(most);
        }
        if let Some(alias) = self.alias {
            rule["aliases"] = json!([alias]);
        }
        if let Some(tag) = self.tag {
            rule["tags"] = json!([tag]);
        }
        let [shell, escapes, stdin] = self.flags;
        if shell {
            rule["shell"] = json!(["glob"]);
        }
        if escapes {
            rule["escapes"] = json!("allow");
        }
        if stdin {
            rule["stdin"] = json!("allow");
        }
        rule
    }
}
