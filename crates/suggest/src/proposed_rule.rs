//! A rule on trial, and how it is written.
//!
//! Gives YAML in which every text of a record is one double-quoted scalar on one line, and comments that end where
//! their line ends.

use mcp_ssh_policy::{Action, escaped};
use mcp_ssh_yaml::diagnostic::visible;
use mcp_ssh_yaml::double_quoted;

use crate::court::WantedCommand;

/// Characters of a comment's line: what is longer is cut, and says so.
const MAX_COMMENT: usize = 2_000;

/// A rule that is proposed.
#[derive(Clone, Debug)]
pub(crate) struct ProposedRule {
    /// How often it was asked for.
    pub count: u64,
    /// What it is about.
    pub label: String,
    pub action: Action,
    /// Its `aliases` and `tags`, as patterns.
    pub hosts: [Vec<String>; 2],
    pub entries: Vec<ProposedEntry>,
    /// What to fall back on: rules of which each pattern spells one command.
    pub fallback: Vec<ProposedRule>,
    /// What a person reads above it.
    pub comment: Vec<String>,
    /// What was recorded and is meant to be admitted, each with its host's alias.
    pub basis: Vec<(String, WantedCommand)>,
}

/// One pattern of a proposed rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ProposedEntry {
    /// Items of `argv`.
    Words(Vec<String>),
    /// A pattern of `commands`.
    Text(String),
}

impl ProposedRule {
    /// Its lines of YAML, to stand under `rules:`.
    pub fn yaml(&self) -> String {
        let mut yaml = String::new();
        for line in &self.comment {
            yaml.push_str(&comment("  ", line));
        }
        let action = match self.action {
            Action::Allow => "allow",
            Action::Ask => "ask",
            Action::Deny => "deny",
        };
        let name = match self.action {
            Action::Allow => format!("narrower: {}", self.label),
            Action::Ask | Action::Deny => format!("suggested: {}", self.label),
        };
        yaml += &format!("  - name: {}\n    action: {action}\n", double_quoted(&name));
        for (key, patterns) in ["aliases", "tags"].iter().zip(&self.hosts) {
            if !patterns.is_empty() {
                yaml += &format!("    {key}: {}\n", list(patterns));
            }
        }
        for (key, is_of_key) in [
            (
                "argv",
                (|entry| matches!(entry, ProposedEntry::Words(_))) as fn(&ProposedEntry) -> bool,
            ),
            ("commands", |entry| matches!(entry, ProposedEntry::Text(_))),
        ] {
            let mut entries = self
                .entries
                .iter()
                .filter(|entry| is_of_key(entry))
                .peekable();
            if entries.peek().is_some() {
                yaml += &format!("    {key}:\n");
            }
            for entry in entries {
                yaml += &match entry {
                    ProposedEntry::Words(items) => format!("      - {}\n", list(items)),
                    ProposedEntry::Text(text) => format!("      - {}\n", double_quoted(text)),
                };
            }
        }
        yaml
    }
}

/// A list on one line.
pub(crate) fn list(texts: &[String]) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| double_quoted(text)).collect();
    format!("[{}]", quoted.join(", "))
}

/// The pattern of one host's alias.
pub(crate) fn alias_pattern(alias: &str) -> String {
    escaped(alias)
}

/// One line that YAML passes over, whatever the text has in it.
pub(crate) fn comment(indent: &str, text: &str) -> String {
    let mut signs = text.chars().map(harmless);
    let mut text: String = signs.by_ref().take(MAX_COMMENT).collect();
    if signs.next().is_some() {
        text.push_str(" … (cut)");
    }
    format!("{indent}# {}\n", text.trim_end())
}

/// A character that neither ends a comment nor is forbidden in YAML.
fn harmless(character: char) -> char {
    match u32::from(character) & 0xffff {
        0xfffe | 0xffff => char::REPLACEMENT_CHARACTER,
        _ => visible(character),
    }
}

#[cfg(test)]
mod tests {
    use mcp_ssh_yaml::diagnostic::Source;
    use mcp_ssh_yaml::{Value, double_quoted, parse};

    use super::comment;

    /// Each character there is, in texts of some hundred.
    fn texts() -> Vec<String> {
        let all: Vec<char> = ('\0'..=char::MAX).collect();
        all.chunks(150).map(|some| some.iter().collect()).collect()
    }

    #[test]
    fn no_character_ends_a_quoted_text_or_a_comment() {
        for text in texts() {
            let yaml = format!(
                "{}- {}\n{}",
                comment("  ", &text),
                double_quoted(&text),
                comment("", &text)
            );
            assert_eq!(yaml.lines().count(), 3, "{text:?}");
            let source = Source::new("f", &yaml);
            let node = parse(&source).unwrap_or_else(|faults| panic!("{text:?}: {faults:?}"));
            let Value::List(items) = &node.value else {
                panic!("{text:?}");
            };
            let read: Vec<Option<&str>> = items.iter().map(|item| item.text()).collect();
            assert_eq!(read, [Some(text.as_str())]);
        }
    }
}
