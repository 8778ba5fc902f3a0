//! A comparison of two policies, for a terminal, a pull request or a script.
//!
//! Takes: the comparison and its hosts. Gives: text, Markdown or a JSON value. Refuses: control, invisible and
//! direction-changing characters of the files in the text; in Markdown every word of the files stands in a code span, in
//! which it is no markup.

use serde_json::{Value, json};

use super::diff_sides::Sides;
use mcp_ssh_policy::{
    ChangedFact, ChangedFiles, Comparison, Difference, HostGroup, Judged, Outcomes, Searched,
    Verdict,
};
use mcp_ssh_yaml::diagnostic::visible;

/// Entries without a line that are named for a group: `--json` has all of them.
const SHOWN_ENTRIES: usize = 10;

/// What is shown.
pub struct DiffView<'v> {
    pub comparison: &'v Comparison,
    pub sides: &'v Sides,
}

/// How text is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// For a terminal.
    Plain,
    /// For a pull request.
    Markdown,
}

impl DiffView<'_> {
    /// Whether anything differs, the hosts and their tags included.
    pub fn differs(&self) -> bool {
        let sides = self.sides;
        let hosts = !sides.added.is_empty() || !sides.removed.is_empty();
        let servers = sides.moved().next().is_some() || sides.led_elsewhere().next().is_some();
        let unseen = sides.cut || sides.names_differ;
        hosts || servers || unseen || self.comparison.differs()
    }

    /// The report as text.
    pub fn text(&self, layout: Layout) -> String {
        let mut lines: Vec<String> = Vec::new();
        for group in &self.comparison.groups {
            let name = self.sides.group_name(&group.hosts);
            lines.push(layout.heading(&layout.word(&name)));
            group_lines(&group.outcome, layout, &mut lines);
            lines.push(String::new());
        }
        let facts = self.comparison.facts.iter().map(|fact| layout.fact(fact));
        let mut about: Vec<String> = facts.collect();
        about.extend(file_lines(&self.comparison.files, layout));
        about.extend(self.host_lines(layout));
        if !about.is_empty() {
            lines.push(layout.heading("the configuration"));
            lines.extend(about);
            lines.push(String::new());
        }
        if self.sides.cut {
            lines.push("There are more kinds of hosts than were compared: name directories with servers.yml.".to_owned());
        }
        if self.sides.names_differ {
            lines.push("The rules of both are for other patterns of aliases or tags, so there may be hosts that were not compared: name directories with servers.yml.".to_owned());
        }
        lines.push(self.summary());
        lines.join("\n")
    }

    /// The report as a value.
    pub fn json(&self) -> Value {
        let names = |group: &HostGroup| -> Vec<&str> {
            let hosts = group
                .hosts
                .iter()
                .filter_map(|at| self.sides.hosts.get(*at));
            hosts.map(|host| host.name.as_str()).collect()
        };
        let moved = self.sides.moved().map(|host| {
            json!({ "alias": host.name, "before": host.tags_before, "after": host.tags_after })
        });
        let led = self.sides.led_elsewhere().map(|host| {
            json!({ "alias": host.name, "before": host.leads_before, "after": host.leads_after })
        });
        let groups = self.comparison.groups.iter().map(|group| {
            let outcome = &group.outcome;
            json!({
                "hosts": names(group),
                "differences": outcome.differences.iter().map(of_difference).collect::<Vec<_>>(),
                "facts": outcome.facts,
                "without_line": outcome.unshown,
                "lines_tried": outcome.tried,
                "searched": outcome.extent,
            })
        });
        json!({
            "differs": self.differs(),
            "groups": groups.collect::<Vec<_>>(),
            "facts": self.comparison.facts,
            "files": self.comparison.files,
            "hosts_added": self.sides.added,
            "hosts_removed": self.sides.removed,
            "tags_changed": moved.collect::<Vec<_>>(),
            "hosts_changed": led.collect::<Vec<_>>(),
            "hosts_cut": self.sides.cut,
            "host_patterns_differ": self.sides.names_differ,
        })
    }

    /// What is to be said of servers.yml.
    fn host_lines(&self, layout: Layout) -> Vec<String> {
        let mut lines = Vec::new();
        let named = [
            ("only in the new", &self.sides.added),
            ("only in the old", &self.sides.removed),
        ];
        for (side, aliases) in named {
            let aliases = aliases.iter();
            lines.extend(aliases.map(|alias| {
                layout.item(&format!("host {}: {side} servers.yml", layout.word(alias)))
            }));
        }
        lines.extend(self.sides.moved().map(|host| {
            let tags = |tags: &[String]| match tags.is_empty() {
                true => "none".to_owned(),
                false => layout.word(&tags.join(", ")),
            };
            let (before, after) = (tags(&host.tags_before), tags(&host.tags_after));
            let name = layout.word(&host.name);
            layout.item(&format!("tags of {name}: {before}, now {after}"))
        }));
        lines.extend(self.sides.led_elsewhere().map(|host| {
            let (before, after) = (
                layout.word(&host.leads_before),
                layout.word(&host.leads_after),
            );
            let name = layout.word(&host.name);
            layout.item(&format!("{name} leads to {before}, now {after}"))
        }));
        lines
    }

    fn summary(&self) -> String {
        let groups = self.comparison.groups.iter().map(|group| &group.outcome);
        let all = groups.flat_map(|outcome| &outcome.differences);
        let gains = all
            .clone()
            .filter(|difference| difference.is_gain())
            .count();
        let losses = all.count() - gains;
        format!("{gains} towards allow, {losses} towards deny, each shown by one line")
    }
}

fn of_difference(difference: &Difference) -> Value {
    json!({
        "line": difference.line,
        "gain": difference.is_gain(),
        "before": difference.before,
        "after": difference.after,
    })
}

fn group_lines(outcome: &Outcomes, layout: Layout, lines: &mut Vec<String>) {
    for difference in &outcome.differences {
        let verdict = match difference.after.verdict {
            Verdict::Allow => "allowed",
            Verdict::Ask => "asks",
            Verdict::Deny => "denied",
        };
        let sign = if difference.is_gain() { '+' } else { '-' };
        lines.push(layout.difference(sign, verdict, &difference.line));
        lines.push(layout.detail("before", &told(&difference.before)));
        lines.push(layout.detail("now", &told(&difference.after)));
    }
    lines.extend(outcome.facts.iter().map(|fact| layout.fact(fact)));
    for entry in outcome.unshown.iter().take(SHOWN_ENTRIES) {
        lines.push(layout.item(&format!(
            "no line was found that shows {}",
            layout.word(entry)
        )));
    }
    if let Some(more) = outcome.unshown.len().checked_sub(SHOWN_ENTRIES + 1) {
        let more = more + 1;
        lines.push(layout.item(&format!(
            "nor one for {more} more entries: `--json` names them"
        )));
    }
    lines.push(layout.item(&searched(outcome)));
}

/// The entries of `files` that only one policy has.
fn file_lines(files: &ChangedFiles, layout: Layout) -> Vec<String> {
    let (before, after) = (&files.only_before, &files.only_after);
    let mut lines = Vec::new();
    if files.differ() {
        lines.push(layout.item(&format!(
            "entries of files: {} only in the old policy, {} only in the new",
            before.len(),
            after.len()
        )));
    }
    lines.extend(before.iter().map(|entry| layout.detail("before", entry)));
    lines.extend(after.iter().map(|entry| layout.detail("now", entry)));
    lines
}

/// How sure it is that there is no other difference.
fn searched(outcome: &Outcomes) -> String {
    let tried = outcome.tried;
    let other = if outcome.differences.is_empty() {
        ""
    } else {
        "other "
    };
    match outcome.extent {
        Searched::Identical => "both policies have the same rules and deny entries".to_owned(),
        Searched::Whole => format!("no {other}difference found in {tried} lines tried"),
        Searched::Cut => {
            format!("no {other}difference found in {tried} lines tried: a bound ended the search")
        }
    }
}

/// A verdict with what decides it.
fn told(judged: &Judged) -> String {
    let verdict = match &judged.becomes {
        Some(user) => format!("{} as {user}", judged.verdict),
        None => judged.verdict.to_string(),
    };
    match (&judged.rule, &judged.pattern) {
        (Some(rule), Some(pattern)) => format!("{verdict} by {rule}: {pattern}"),
        (Some(rule), None) => format!("{verdict} by {rule}"),
        (None, Some(entry)) => format!("{verdict} by deny_substrings: {entry}"),
        (None, None) => format!("{verdict}: {}", judged.why),
    }
}

impl Layout {
    /// A text of the files.
    fn word(self, text: &str) -> String {
        let text: String = text.chars().map(visible).collect();
        match self {
            Self::Plain => text,
            Self::Markdown => code_span(&text),
        }
    }

    fn heading(self, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Markdown => format!("### {text}\n"),
        }
    }

    fn item(self, text: &str) -> String {
        match self {
            Self::Plain => format!("  {text}"),
            Self::Markdown => format!("- {text}"),
        }
    }

    fn difference(self, sign: char, verdict: &str, line: &str) -> String {
        let line = self.word(line);
        match self {
            Self::Plain => format!("  {sign} {verdict} now: {line}"),
            Self::Markdown => format!("- **{sign} {verdict} now** {line}"),
        }
    }

    fn detail(self, label: &str, text: &str) -> String {
        let text = self.word(text);
        match self {
            Self::Plain => format!("      {label:<6} {text}"),
            Self::Markdown => format!("  - {label}: {text}"),
        }
    }

    fn fact(self, fact: &ChangedFact) -> String {
        let (before, after) = (self.word(&fact.before), self.word(&fact.after));
        self.item(&format!("{}: {before}, now {after}", fact.name))
    }
}

/// A code span, fenced by more backticks than the text has in a row (CommonMark 6.1).
fn code_span(text: &str) -> String {
    let mut longest = 0;
    let mut run = 0;
    for character in text.chars() {
        run = if character == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    match longest {
        0 if !text.is_empty() => format!("{fence}{text}{fence}"),
        _ => format!("{fence} {text} {fence}"),
    }
}

#[cfg(test)]
mod tests {
    use super::code_span;

    #[test]
    fn a_text_never_ends_its_code_span() {
        for (text, span) in [
            ("df -h", "`df -h`"),
            ("a | b", "`a | b`"),
            ("echo `", "`` echo ` ``"),
            ("``x`", "``` ``x` ```"),
            ("<img> @all [x](y)", "`<img> @all [x](y)`"),
        ] {
            assert_eq!(code_span(text), span);
        }
    }
}
