//! What a person is asked, and the name of it.
//!
//! Takes: decisions that ask. Gives: a text of three lines, and the rows of a change below them; a digest (two questions
//! with one digest are one); and the form that the approver gets. No address and no secret is in any of them.

use std::fmt;

use sha2::{Digest, Sha256};

use super::canary_subject::CanarySubject;
use super::file_question::{FileQuestion, FileSubject};
use super::margin::behind_margin;
use crate::approver::ApproverQuestion;
use crate::gate::redact::Redactor;
use crate::gate::visible_text::visible_text;
use mcp_ssh_policy::{Decision, FileDecision, Unapproved};

/// Aliases that a question names; of more hosts it says how many they are.
const MAX_ALIASES_SHOWN: usize = 40;
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Names a question, or one line on one host.
pub type QuestionDigest = [u8; 32];

/// What a person is asked.
#[derive(Clone, Debug)]
pub struct Question {
    /// The hosts, in the order of servers.yml.
    pub aliases: Vec<String>,
    /// The tag that stands for them, where they were not named.
    pub tag: Option<String>,
    /// The users that the hosts are logged in to, each once.
    pub users: Vec<String>,
    /// The text that the remote shell gets, behind `sudo -u USER --` where sudo runs it; or what is to happen with a file.
    pub line: String,
    /// How a yes to the line is remembered, where it is a command.
    pub remembered: String,
    /// The rules that ask, each once.
    pub rules: Vec<String>,
    /// The configuration that it is asked under.
    pub config_sha256: String,
    /// What it is about.
    pub subject: QuestionSubject,
}

/// What a question is about.
#[derive(Clone, Debug)]
pub enum QuestionSubject {
    /// A command.
    Command,
    /// A file.
    File(Box<FileSubject>),
    /// A command on the hosts of a tag that follow its canaries.
    Canaries(Box<CanarySubject>),
}

impl Question {
    /// The question about one decision that asks, under the configuration of this digest.
    pub fn of(decision: &Decision, config_sha256: &str, user: Option<&str>) -> Self {
        let rules = decision.asking_rules();
        Self {
            aliases: vec![decision.alias().to_owned()],
            tag: None,
            users: user.map(str::to_owned).into_iter().collect(),
            line: decision.asked_line(),
            remembered: decision.remembered_line(),
            rules: rules.iter().map(ToString::to_string).collect(),
            config_sha256: config_sha256.to_owned(),
            subject: QuestionSubject::Command,
        }
    }

    /// The question about a file on one host, under the configuration of this digest.
    pub fn of_file(
        decision: &FileDecision,
        config_sha256: &str,
        user: Option<&str>,
        (what, redactor): (FileQuestion, &Redactor),
    ) -> Self {
        let subject = FileSubject::of(decision, what, redactor);
        Self {
            aliases: vec![decision.alias().to_owned()],
            tag: None,
            users: user.map(str::to_owned).into_iter().collect(),
            line: subject.line(),
            remembered: String::new(),
            rules: decision.entry().iter().map(ToString::to_string).collect(),
            config_sha256: config_sha256.to_owned(),
            subject: QuestionSubject::File(Box::new(subject)),
        }
    }

    /// One question in the place of those about a file on each of a tag's hosts. Nothing where there are none, or where
    /// they are about different contents.
    pub fn of_files(questions: impl IntoIterator<Item = Self>, tag: &str) -> Option<Self> {
        let mut questions = questions.into_iter();
        let mut all = questions.next()?;
        all.tag = Some(tag.to_owned());
        for question in questions {
            let (QuestionSubject::File(subject), QuestionSubject::File(other)) =
                (&mut all.subject, question.subject)
            else {
                return None;
            };
            if !subject.join(*other) {
                return None;
            }
            all.line = subject.line();
            all.aliases.extend(question.aliases);
            for user in question.users {
                if !all.users.contains(&user) {
                    all.users.push(user);
                }
            }
            for rule in question.rules {
                if !all.rules.contains(&rule) {
                    all.rules.push(rule);
                }
            }
        }
        Some(all)
    }

    /// The line by which a yes for longer is remembered for one host: of a file it names the content that is there, too.
    pub fn remembered_line(&self, alias: &str) -> String {
        match &self.subject {
            QuestionSubject::Command | QuestionSubject::Canaries(_) => self.remembered.clone(),
            QuestionSubject::File(subject) => subject.remembered_line(alias),
        }
    }

    /// One question about the decisions of a tag's hosts.
    ///
    /// # Errors
    /// That there are no decisions, or that they are about different lines.
    pub fn of_tag<'u>(
        decisions: &[Decision],
        tag: &str,
        config_sha256: &str,
        users: impl Iterator<Item = &'u str>,
    ) -> Result<Self, Unapproved> {
        let first = decisions.first().ok_or(Unapproved::Missed)?;
        let mut question = Self::of(first, config_sha256, None);
        question.tag = Some(tag.to_owned());
        let aliases = decisions.iter().map(|its| its.alias().to_owned());
        question.aliases = aliases.collect();
        // One question is about one line: where the rules of the hosts name other users for the command, nobody is asked.
        if decisions
            .iter()
            .any(|decision| decision.remembered_line() != question.remembered)
        {
            return Err(Unapproved::SeveralUsers);
        }
        for user in users {
            if !question.users.iter().any(|its| its == user) {
                question.users.push(user.to_owned());
            }
        }
        for rule in decisions.iter().flat_map(Decision::asking_rules) {
            let rule = rule.to_string();
            if !question.rules.contains(&rule) {
                question.rules.push(rule);
            }
        }
        Ok(question)
    }

    /// SHA-256 over all of it but the tag, and the users, which the configuration gives.
    pub fn digest(&self) -> QuestionDigest {
        let aliases = self.aliases.iter().map(String::as_str);
        let rules = self.rules.iter().map(String::as_str);
        // A blank is in no alias, so it tells where the list ends.
        let ends = [" ", &self.line, &self.remembered, &self.config_sha256];
        let parts = aliases.chain(ends).chain(rules);
        match &self.subject {
            QuestionSubject::Command => digest(parts),
            QuestionSubject::File(subject) => {
                let more = subject.digested();
                // A blank is no rule, either.
                digest(parts.chain([" "]).chain(more.iter().map(String::as_str)))
            }
            QuestionSubject::Canaries(canaries) => {
                digest(parts.chain([" "]).chain(canaries.digested()))
            }
        }
    }

    /// The question as the approver gets it.
    pub fn for_approver(
        &self,
        nonce: String,
        client: Option<String>,
        expires_in: u32,
    ) -> ApproverQuestion {
        ApproverQuestion {
            nonce,
            hosts: self.aliases.clone(),
            tag: self.tag.clone(),
            users: self.users.clone(),
            line: self.line.clone(),
            rules: self.rules.clone(),
            client,
            server: format!("mcp-ssh {VERSION}, process {}", std::process::id()),
            config_sha256: self.config_sha256.clone(),
            expires_in,
            access: self.file().map(|file| file.access.to_string()),
            change: self.file().and_then(FileSubject::rows_as_text),
            canaries: self.canaries().map(|canaries| canaries.rows().join("\n")),
        }
    }

    /// What is wrong, and what to do next, where it has no yes.
    pub fn unapproved(&self, why: Unapproved) -> (String, &'static str) {
        match &self.subject {
            QuestionSubject::Command => why.in_brief(),
            QuestionSubject::Canaries(_) => why.in_brief_of_rest(),
            QuestionSubject::File(_) => why.in_brief_of_files(),
        }
    }

    /// The file that it is about; nothing where that is a command.
    pub fn file(&self) -> Option<&FileSubject> {
        match &self.subject {
            QuestionSubject::Command | QuestionSubject::Canaries(_) => None,
            QuestionSubject::File(file) => Some(file),
        }
    }

    /// The canaries, where it is about the hosts that follow them. A yes to it counts for this run alone.
    pub fn canaries(&self) -> Option<&CanarySubject> {
        match &self.subject {
            QuestionSubject::Command | QuestionSubject::File(_) => None,
            QuestionSubject::Canaries(canaries) => Some(canaries),
        }
    }

    fn hosts(&self) -> String {
        let shown = self.aliases.iter().take(MAX_ALIASES_SHOWN);
        let shown = shown.cloned().collect::<Vec<String>>().join(", ");
        match (&self.tag, self.aliases.len()) {
            (None, _) => format!("the host {shown}"),
            (Some(tag), count) if count > MAX_ALIASES_SHOWN => {
                let more = count - MAX_ALIASES_SHOWN;
                format!("{count} hosts of the tag {tag} ({shown} and {more} more)")
            }
            (Some(tag), 1) => format!("the host {shown} of the tag {tag}"),
            (Some(tag), count) => format!("{count} hosts of the tag {tag} ({shown})"),
        }
    }
}

/// As a person reads it: the line comes last and is one line, so that nothing in it looks like a
/// part of the question. The rows of a change stand below it, each behind a margin.
impl fmt::Display for Question {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hosts, rules) = (self.hosts(), self.rules.join(", "));
        let line = visible_text(&self.line);
        match &self.subject {
            QuestionSubject::Command => write!(
                formatter,
                "May this run on {hosts}?\nThe policy asks, by {rules}.\nThe command: {line}"
            ),
            QuestionSubject::Canaries(canaries) => {
                let rows = behind_margin(canaries.rows().iter().cloned());
                write!(
                    formatter,
                    "May this run on {hosts}, too? {}.\nA person is asked first, by {rules}.\n\
                     The command: {line}{rows}",
                    canaries.told()
                )
            }
            QuestionSubject::File(file) => {
                let done = if file.access.writes() {
                    "written"
                } else {
                    "read"
                };
                let rows = file.shown_rows();
                write!(
                    formatter,
                    "May this be {done} on {hosts}?\nThe policy asks, by {rules}.\nThe file: {line}{rows}"
                )
            }
        }
    }
}

/// SHA-256 over texts, each with its length, so that no two lists are taken for one another.
pub fn digest<'a>(parts: impl IntoIterator<Item = &'a str>) -> QuestionDigest {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::{Question, QuestionSubject};
    use mcp_ssh_policy::{Policy, Unapproved};
    use mcp_ssh_yaml::diagnostic::Source;

    fn question(aliases: &[&str], tag: Option<&str>, line: &str) -> Question {
        Question {
            aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            tag: tag.map(str::to_owned),
            users: vec!["deploy".to_owned()],
            line: line.to_owned(),
            remembered: line.to_owned(),
            rules: vec!["rules[1] `restarts`".to_owned()],
            config_sha256: "c".to_owned(),
            subject: QuestionSubject::Command,
        }
    }

    #[test]
    fn the_text_is_three_lines_whatever_the_command_holds() {
        let text = |aliases, tag, line| question(aliases, tag, line).to_string();
        assert_eq!(
            text(&["web"], None, "systemctl restart nginx"),
            "May this run on the host web?\nThe policy asks, by rules[1] `restarts`.\n\
             The command: systemctl restart nginx"
        );
        assert_eq!(
            text(&["a", "b"], Some("db"), "id").lines().next().unwrap(),
            "May this run on 2 hosts of the tag db (a, b)?"
        );
        assert_eq!(
            text(&["a"], Some("db"), "id").lines().next().unwrap(),
            "May this run on the host a of the tag db?"
        );
        let many: Vec<&str> = std::iter::repeat_n("h", 50).collect();
        let first = text(&many, Some("db"), "id");
        assert!(first.contains("50 hosts of the tag db (h, h,"), "{first}");
        assert!(first.contains(" and 10 more)?"), "{first}");
        let hostile = "echo 'a\n\tMay\u{85}this\u{2028}run'";
        let shown = text(&["web"], None, hostile);
        assert_eq!(shown.lines().count(), 3, "{shown}");
        let reversed = text(&["web"], None, "cp '\u{5d0}' 12 '\u{627}'");
        assert!(
            reversed.ends_with(r"cp '\u{5d0}' 12 '\u{627}'"),
            "{reversed}"
        );
        assert!(shown.ends_with("echo 'a\u{240a}\u{2409}May\\u{85}this\\u{2028}run'"));
    }

    /// What the host's rules say as whom it runs is asked about, too.
    #[test]
    fn a_person_sees_as_whom_it_runs() {
        let rules = "rules:\n- {action: ask, become: root, aliases: [a], commands: [id]}\n\
                     - {action: ask, aliases: [b], commands: [id]}\n";
        let source = Source::new("policy.yml", rules);
        let (policy, _) = Policy::load(&source).unwrap();
        let judged = |alias: &str| policy.for_host(alias, &[""]).judge("id");
        let of = |alias: &str| Question::of(&judged(alias), "c", None);
        let shown = of("a").to_string();
        assert!(
            shown.ends_with("The command: sudo -u root -- id"),
            "{shown}"
        );
        // A yes to what sudo runs is none to the same text, typed.
        let remembered = of("a").remembered_line("a");
        assert_eq!(remembered, judged("a").remembered_line());
        assert_ne!(remembered, judged("a").asked_line());
        // Nobody is asked one question about two lines.
        let decisions = [judged("a"), judged("b")];
        let differ = Question::of_tag(&decisions, "web", "c", std::iter::empty());
        assert_eq!(differ.unwrap_err(), Unapproved::SeveralUsers);
        let alike = Question::of_tag(&decisions[..1], "web", "c", std::iter::empty()).unwrap();
        assert_eq!(alike.line, "sudo -u root -- id");
    }

    #[test]
    fn the_digest_tells_every_part_from_every_other() {
        let digest = |aliases: &[&str], line: &str| question(aliases, None, line).digest();
        let of = digest(&["a", "b"], "id");
        assert_eq!(of, digest(&["a", "b"], "id"));
        for other in [
            digest(&["a"], "id"),
            digest(&["b", "a"], "id"),
            digest(&["ab"], "id"),
            digest(&["a", "b"], "id "),
            digest(&["a", "b", " "], "id"),
        ] {
            assert_ne!(of, other);
        }
        let mut other = question(&["a", "b"], None, "id");
        other.config_sha256 = "d".to_owned();
        assert_ne!(of, other.digest());
        other.config_sha256 = "c".to_owned();
        other.rules = vec!["rules[2]".to_owned()];
        assert_ne!(of, other.digest());
    }
}
