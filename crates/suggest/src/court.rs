//! Each recorded line, judged again under the present policy.
//!
//! Takes the policy, the hosts and the history. Gives each line with its verdict and, where no rule speaks of it,
//! the commands that a person might be asked about. Such a line passes two judges: the present policy denies it for
//! want of a rule and for nothing else, and [`PROBE`], a rule that spells no word at all, would admit it. Then the
//! knowledge base vouches for each of its words: the program only looks. What it looks at may be a secret all the same,
//! so the list of what shows state has to have each command, too.

use mcp_ssh_policy::shell::CommandLine;
use mcp_ssh_policy::{Decision, HostPolicy, HostTags, Policy, Stage, TextMap, Verdict};
use mcp_ssh_yaml::diagnostic::Source;
use mcp_ssh_yaml::quotable::is_quotable_line;

use crate::delicate::delicate;
use crate::history::{History, LineFates};
use crate::state::is_state;

/// Asks for any program that only looks, in a directory of the system if its path is named: the escape guard stands
/// behind each word, the program's name included. Where something is denied, what may run unseen is, too.
const PROBE: &str = "\
rules:
  - {action: ask, argv: [['**'], ['/**', '**']]}
  - {action: deny, commands: [no-program-is-called-so]}
";

/// A host and what is said of it.
pub(crate) struct CourtHost<'a> {
    tags: &'a [String],
    pub present: HostPolicy,
    probe: Option<HostPolicy>,
}

/// The hosts by their aliases.
pub(crate) struct Court<'a> {
    pub policy: &'a Policy,
    pub hosts: TextMap<CourtHost<'a>>,
    pub tags: &'a [HostTags<'a, String>],
}

/// A recorded line and what is said of it now.
pub(crate) struct JudgedLine<'a> {
    pub alias: &'a str,
    pub line: &'a str,
    pub fates: LineFates,
    /// What the present policy says; deny for a host that is not there.
    pub verdict: Verdict,
    pub finding: LineFinding,
}

/// What may come of a recorded line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum LineFinding {
    /// These commands want a rule, and each only looks.
    Wanted(Vec<WantedCommand>),
    /// No rule speaks of it, and nobody vouches for it: why.
    Unvouched(String),
    /// No rule speaks of it, and it may hold a secret: it is not repeated.
    Secret,
    /// It is for a host that is not there.
    Elsewhere,
    /// It is allowed, asked, or refused for a reason that no rule lifts.
    Settled,
}

/// A simple command that no rule speaks of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WantedCommand {
    /// Its words, quotes removed.
    pub words: Vec<String>,
    /// As it is sent.
    pub text: String,
}

impl<'a> Court<'a> {
    pub fn new(policy: &'a Policy, tags: &'a [HostTags<'a, String>]) -> Self {
        let probe = Policy::load(&Source::new("probe", PROBE)).ok();
        let probe = probe.map(|(probe, _)| policy.beside(&probe));
        let mut hosts = TextMap::default();
        for host in tags {
            let probe = probe.as_ref();
            let court_host = CourtHost {
                tags: host.tags,
                present: policy.for_host(host.alias, host.tags),
                probe: probe.map(|probe| probe.for_host(host.alias, host.tags)),
            };
            hosts.insert(host.alias, court_host);
        }
        Self {
            policy,
            hosts,
            tags,
        }
    }

    /// Judges each line.
    pub fn hear<'h>(&self, history: &'h History) -> Vec<JudgedLine<'h>> {
        let judged = |(alias, line, fates): (&'h str, &'h str, &LineFates)| {
            let host = self.hosts.get(alias);
            let decision = host.map(|host| host.present.judge(line));
            JudgedLine {
                alias,
                line,
                fates: *fates,
                verdict: decision.as_ref().map_or(Verdict::Deny, Decision::verdict),
                finding: match host.zip(decision) {
                    Some((host, decision)) => host.finding(line, fates, &decision),
                    None => LineFinding::Elsewhere,
                },
            }
        };
        history.lines().map(judged).collect()
    }

    /// What another policy says of a recorded line's host.
    pub fn under(&self, policy: &Policy, alias: &str) -> Option<HostPolicy> {
        let host = self.hosts.get(alias)?;
        Some(policy.for_host(alias, host.tags))
    }
}

impl WantedCommand {
    /// What tells it from others. No word has the character 0: the shell's parser refuses it.
    pub fn key(&self) -> String {
        format!("{}\0\0{}", self.words.join("\0"), self.text)
    }
}

impl CourtHost<'_> {
    fn finding(&self, line: &str, fates: &LineFates, decision: &Decision) -> LineFinding {
        let unmatched = fates.unmatched.count > 0 && fates.refused.count == 0;
        if !unmatched || !is_default(decision) {
            return LineFinding::Settled;
        }
        let Some(wanted) = self.wanted(line, decision) else {
            return LineFinding::Settled;
        };
        if !is_quotable_line(line) {
            return LineFinding::Secret;
        }
        if self.present.means_another_user(line) {
            return LineFinding::Unvouched(ANOTHER_USER.to_owned());
        }
        let Some(tried) = self.probe.as_ref().map(|probe| probe.judge(line)) else {
            return LineFinding::Settled;
        };
        let mut left = wanted.iter().filter_map(|command| left(&command.words));
        let left = left.next();
        match (tried.denial(), left) {
            (None, None) => LineFinding::Wanted(wanted),
            (Some(denial), _) => LineFinding::Unvouched(without_rule(&denial.why)),
            (None, Some(why)) => LineFinding::Unvouched(why),
        }
    }

    /// The commands that no rule speaks of; nothing where one of the line's is refused for another reason.
    fn wanted(&self, line: &str, decision: &Decision) -> Option<Vec<WantedCommand>> {
        let line = CommandLine::parse(line).ok()?;
        let mut wanted = Vec::new();
        for (command, verdict) in line.commands().zip(decision.commands()) {
            if verdict.rule.is_some() {
                continue;
            }
            // Behind a pipe or a `cd` the guard may hold a command that a rule is for.
            if !is_default(&self.present.judge(&verdict.command)) {
                return None;
            }
            let words = command.words().iter();
            wanted.push(WantedCommand {
                words: words.map(|word| word.value().into_owned()).collect(),
                text: verdict.command.clone(),
            });
        }
        Some(wanted)
    }
}

/// Why a command is left to the operator, though its program only looks; nothing for most.
fn left(words: &[String]) -> Option<String> {
    delicate(words).or_else(|| (!is_state(words)).then(|| UNLISTED.to_owned()))
}

/// The reason for whatever the list does not have.
const UNLISTED: &str = "what it prints may hold secrets, or it asks other hosts: write the rule yourself if it should run";

/// The reason for what comes near to a rule with `become`.
const ANOTHER_USER: &str = "the rule that comes nearest says `become`, and no rule is proposed that would run it as another user: write it \
     yourself";

/// What the reasons of the probe end with: here they are about no rule of the operator's.
const OF_A_RULE: [&str; 2] = [
    ", and the rule admits it only by a wildcard",
    ", which the rule does not admit",
];

fn without_rule(why: &str) -> String {
    let bare = OF_A_RULE.iter().find_map(|end| why.strip_suffix(end));
    bare.unwrap_or(why).to_owned()
}

/// Whether a line is denied for want of a rule.
fn is_default(decision: &Decision) -> bool {
    let denial = decision.denial();
    denial.is_some_and(|denial| denial.stage == Stage::Default)
}
