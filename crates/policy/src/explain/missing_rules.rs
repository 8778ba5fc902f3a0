//! The rules that together would allow a denied line.
//!
//! Takes a policy, a host and the agent's string. Gives lines to paste under `rules:`. The lines were parsed as an
//! operator's file is, and tried on the line. Gives none where no rule can allow the line.

use mcp_ssh_yaml::diagnostic::Source;

use crate::decide::decision::Verdict;
use crate::rules::policy::Policy;
use crate::wrappers::subject::Subject;

impl Policy {
    /// The rules that together would allow a denied line. None where a deny rule, an entry of
    /// `deny_substrings` or the shell language refuses the line.
    pub(super) fn missing_rules(
        &self,
        alias: &str,
        tags: &[impl AsRef<str>],
        raw: &str,
        subjects: &[Subject],
    ) -> Vec<String> {
        let host = self.for_host(alias, tags);
        let decision = host.judge(raw);
        if decision.verdict() != Verdict::Deny {
            return Vec::new();
        }
        let verdicts = decision.commands().iter().zip(subjects);
        let denied = verdicts.filter(|(verdict, subject)| {
            verdict.rule.is_none()
                || host.first_builtin(subject).is_some()
                || host.first_hidden(subject).is_some()
        });
        let mut lines: Vec<String> = Vec::new();
        for line in denied.flat_map(|(_, subject)| host.rule_lines(subject, subjects)) {
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        let Some(tried) = self.with(&lines) else {
            return Vec::new();
        };
        match tried.for_host(alias, tags).judge(raw).verdict() {
            Verdict::Allow | Verdict::Ask => lines,
            Verdict::Deny => Vec::new(),
        }
    }

    /// This policy with the rules of `lines` beside its own; `None` where a line cannot be read.
    fn with(&self, lines: &[String]) -> Option<Self> {
        let yaml = format!("rules:\n{}\n", lines.join("\n"));
        let (further, _) = Self::load(&Source::new("policy.yml", &yaml)).ok()?;
        Some(self.beside(&further))
    }
}
