//! By what a policy decides on one line: the rule, and the pattern of it.

use crate::decide::admission::{self, Finding, MatchingEntry};
use crate::decide::decision::{Decision, Verdict};
use crate::decide::denial::{Denial, Stage};
use crate::decide::host_policy::HostPolicy;
use crate::rules::deny::Spellings;
use crate::rules::rule::{Action, Rule, RuleName};
use crate::shell::CommandLine;
use crate::wrappers::subject::{self, Subject};

use super::difference::Judged;
use super::entries::EntryPattern;

/// What the policy says of the line, and by what.
pub fn judged(host: &HostPolicy, raw: &str) -> Judged {
    let decision = host.judge(raw);
    let why = match decision.denial() {
        Some(denial) => denial.why.clone(),
        None => decision.why_not_denied().unwrap_or_default(),
    };
    let (rule, pattern) = deciding(host, raw, &decision);
    Judged {
        verdict: decision.verdict(),
        becomes: decision.becomes().cloned(),
        rule,
        pattern,
        why,
    }
}

fn deciding(
    host: &HostPolicy,
    raw: &str,
    decision: &Decision,
) -> (Option<RuleName>, Option<String>) {
    // Where no rule allows it, and where nobody vouches for a word, nothing decides.
    let by_an_entry = |denial: &Denial| matches!(denial.stage, Stage::Rule | Stage::DenySubstring);
    if !decision.denial().is_none_or(by_an_entry) {
        return (None, None);
    }
    let Ok(line) = CommandLine::parse(raw) else {
        return (None, None);
    };
    let subjects = subject::of(&line, |subject| host.spells_out(subject));
    if decision.verdict() == Verdict::Deny {
        let spellings = Spellings::new(raw, &line, &subjects);
        if let Some((entry, _)) = host.denied_substring(&spellings) {
            return (None, Some(entry.as_str().to_owned()));
        }
        let whole = [raw.to_owned(), line.render()];
        let mut rules = host.denying(&whole);
        let whole = rules.find_map(|rule| Some((rule, admission::denying_glob(rule, &whole)?)));
        if let Some((rule, glob)) = whole {
            return (Some(rule.name()), Some(glob.as_str().to_owned()));
        }
    }
    let wanted = match decision.verdict() {
        Verdict::Allow => Action::Allow,
        Verdict::Ask => Action::Ask,
        Verdict::Deny => Action::Deny,
    };
    let verdicts = decision.commands().iter().zip(&subjects);
    let mut deciding = verdicts.filter_map(|(verdict, subject)| {
        let rule = verdict.rule.clone()?;
        (rule.action == wanted).then_some((rule, subject))
    });
    match deciding.next() {
        Some((rule, subject)) => {
            let pattern = host
                .rules
                .rule(rule.index)
                .and_then(|rule| pattern(rule, subject));
            (Some(rule), pattern)
        }
        None => (None, None),
    }
}

/// The pattern by which a rule speaks of a command.
fn pattern(rule: &Rule, subject: &Subject) -> Option<String> {
    let entry = match admission::finding(rule, subject) {
        Finding::Meets(entry) | Finding::Expands(entry) => entry,
        // A rule that asks decides, even where the escape guard holds it back.
        Finding::Held(_) if rule.action == Action::Ask => admission::matched_by(rule, subject)?,
        Finding::Held(_) | Finding::Misses => return None,
    };
    Some(match entry {
        MatchingEntry::Glob(glob) => EntryPattern::Glob(glob).shown(),
        MatchingEntry::Argv(_, argv) => EntryPattern::Argv(argv).shown(),
        MatchingEntry::Simple => subject.invocation.file_name().to_owned(),
    })
}
