//! `Explanation`: how a decision came about, step by step.
//!
//! Takes a policy, a host and the agent's string. Gives what the string was parsed to, the deny entry that meets
//! it, what each rule says of each command and why, what the network says of the host's address, and the
//! source of each limit. The explanation calls the functions that judge, for every rule in order; a
//! judgement asks only the rules that begin like the command.

use std::collections::BTreeMap;
use std::net::IpAddr;

use mcp_ssh_knowledge::{Voucher, first_objection, offer};

use super::explanation::{Address, Considered, Entries, Explanation, FindingKind, Parsed, Remark};
use crate::decide::admission::{self, Finding};
use crate::decide::host_policy::HostPolicy;
use crate::matching::argument::{Argument, ProgramCall};
use crate::matching::grants;
use crate::matching::marks::{ANYTHING, SHELL_PATTERN};
use crate::rules::deny::{Hit, Spellings};
use crate::rules::limit_set::Layers;
use crate::rules::network::AddressVerdict;
use crate::rules::policy::Policy;
use crate::rules::rule::{Action, Rule};
use crate::shell::{CommandLine, SimpleCommand};
use crate::wrappers::subject::{self, Subject};

impl Policy {
    /// Explains what this policy says of a command for one host. `judge` comes to this decision, too.
    pub fn explain(
        &self,
        alias: &str,
        tags: &[impl AsRef<str>],
        address: Option<IpAddr>,
        raw: &str,
    ) -> Explanation {
        let host = self.for_host(alias, tags);
        let line = CommandLine::parse(raw).ok();
        let spelled = |subject: &Subject| host.spells_out(subject);
        let subjects = line.as_ref().map(|line| subject::of(line, spelled));
        let subjects = subjects.unwrap_or_default();
        let mut whole = vec![raw.to_owned()];
        whole.extend(line.as_ref().map(CommandLine::render));
        let rules = self.rules.all().iter().enumerate();
        let consider = |(place, rule): (usize, &Rule)| Considered {
            rule: rule.name(),
            becomes: rule.becomes.clone(),
            not_for_host: (!host.rules.has(place)).then(|| rule.why_not_for(alias)),
            meets_line: (line.is_some() && host.rules.has(place))
                .then(|| meets_line(rule, &whole))
                .flatten(),
            findings: subjects
                .iter()
                .filter(|_| host.rules.has(place))
                .map(|subject| remark(rule, subject))
                .collect(),
        };
        Explanation {
            commands: line
                .iter()
                .flat_map(CommandLine::commands)
                .zip(&subjects)
                .map(|(command, subject)| parsed(command, subject))
                .collect(),
            deny_substrings: host.entries(raw, line.as_ref(), &subjects),
            rules: rules.map(consider).collect(),
            network: host.address(address),
            limits_from: self.layers(alias, tags).origins(alias),
            missing_rules: self.missing_rules(alias, tags, raw, &subjects),
        }
    }
}

impl HostPolicy {
    fn entries(&self, raw: &str, line: Option<&CommandLine>, subjects: &[Subject]) -> Entries {
        let met = line.and_then(|line| {
            let spellings = Spellings::new(raw, line, subjects);
            let (entry, hit) = self.denied_substring(&spellings)?;
            Some((entry.as_str().to_owned(), hit == Hit::Disguised))
        });
        Entries {
            total: self.deny_substrings.len(),
            disguised: met.as_ref().is_some_and(|(_, disguised)| *disguised),
            met: met.map(|(entry, _)| entry),
        }
    }

    /// What `network` says of an address of this host.
    pub(super) fn address(&self, address: Option<IpAddr>) -> Address {
        let Some(address) = address else {
            let why = "the host's name is looked up before a connection; only a permitted address is dialled";
            return Address {
                address: None,
                permitted: None,
                why: why.to_owned(),
            };
        };
        let verdict = self.network.judge(address);
        Address {
            address: Some(address),
            permitted: Some(verdict == AddressVerdict::Allowed),
            why: match (verdict, self.network.listing(address)) {
                (AddressVerdict::Allowed, Some(listed)) => format!("`{listed}` allows {address}"),
                (AddressVerdict::Allowed, None) => format!("nothing blocks {address}"),
                (AddressVerdict::Blocked(block), _) => format!("`{block}` blocks {address}"),
                (AddressVerdict::NotListed, _) => {
                    format!("neither `allow_ips` nor `allow_cidrs` has {address}")
                }
            },
        }
    }
}

impl Layers {
    /// Where each limit comes from, by its key.
    fn origins(&self, alias: &str) -> BTreeMap<&'static str, String> {
        let origin = |has: [bool; 3]| match has {
            [true, ..] => format!("overrides.aliases.{alias}"),
            [_, true, _] => "overrides.tags".to_owned(),
            [_, _, true] => "limits".to_owned(),
            [false, false, false] => "default".to_owned(),
        };
        let keys = self.of_alias.keys();
        let keys = keys.zip(self.of_tags.keys()).zip(self.of_all.keys());
        keys.map(|(((key, alias), (_, tags)), (_, all))| (key, origin([alias, tags, all])))
            .collect()
    }
}

fn parsed(command: &SimpleCommand, subject: &Subject) -> Parsed {
    let words = command.words().iter();
    let objection = first_objection(&grants::by_name(subject.words()), subject.around);
    Parsed {
        command: subject.rendered.clone(),
        words: words.map(|word| word.value().into_owned()).collect(),
        runs: subject
            .peeled
            .iter()
            .map(ProgramCall::canonical)
            .map(shown)
            .collect(),
        hidden: subject.hidden().next().map(|why| why.to_string()),
        vouched_by: voucher(subject),
        escapes: objection
            .iter()
            .map(ToString::to_string)
            .map(shown)
            .collect(),
    }
}

fn voucher(subject: &Subject) -> Voucher {
    let words: Vec<&str> = subject.words().iter().map(Argument::plain).collect();
    offer(&words).voucher()
}

fn meets_line(rule: &Rule, whole: &[String]) -> Option<String> {
    let deny = Some(rule).filter(|rule| rule.action == Action::Deny);
    let glob = deny.and_then(|rule| admission::denying_glob(rule, whole))?;
    Some(glob.as_str().to_owned())
}

fn remark(rule: &Rule, subject: &Subject) -> Remark {
    let (finding, why) = match admission::finding(rule, subject) {
        Finding::Meets(entry) => (FindingKind::Meets, format!("{entry} matches")),
        Finding::Held(objection) => (
            FindingKind::EscapeGuard,
            format!("only a wildcard admits {}", shown(objection.to_string())),
        ),
        Finding::Expands(entry) => (
            FindingKind::ShellPattern,
            format!("{entry} matches, but without `shell: [glob]` the rule admits no pattern"),
        ),
        Finding::Misses if names_program(rule, subject) => (
            FindingKind::Near,
            "it names the program, but none of its patterns matches".to_owned(),
        ),
        Finding::Misses => (
            FindingKind::Misses,
            "none of its patterns matches".to_owned(),
        ),
    };
    Remark { finding, why }
}

fn names_program(rule: &Rule, subject: &Subject) -> bool {
    let program = subject.words().first().map_or("", Argument::plain);
    let mut names = rule.starts();
    names.any(|start| start.split(' ').next() == Some(program))
}

/// The text with its marks as a person would write them: `*` and `…`.
fn shown(text: String) -> String {
    text.replace(SHELL_PATTERN, "*").replace(ANYTHING, "…")
}
