//! What a person is shown of the hosts that went first, before they say whether the others follow.
//!
//! Takes: how the command ended on each canary, without secrets. Gives: rows of a bounded number and length, and what the
//! digest of the question covers. Refuses: characters that a terminal would obey, and letters that turn a line around.

use crate::gate::visible_text::visible_text;

/// Canaries whose output is shown; of more it is said how many they are. A person reads no more.
const MAX_SHOWN: usize = 8;
/// The last lines of a canary's output that are shown: what went wrong stands at the end.
const MAX_LINES: usize = 6;
/// Characters of such a line.
const MAX_CHARACTERS: usize = 200;

/// How the command ended on one host.
pub struct CanaryEnd<'r> {
    pub alias: &'r str,
    pub exit_code: i64,
    pub note: Option<&'r str>,
    /// Both streams, without secrets.
    pub output: &'r str,
}

/// The hosts that went first, and how they ended.
#[derive(Clone, Debug)]
pub struct CanarySubject {
    /// The run that goes on: no answer counts for another.
    task_id: String,
    /// How many they are.
    count: usize,
    rows: Vec<String>,
}

impl CanarySubject {
    /// Of the run of this identifier, and of its canaries, all of which have ended well.
    pub fn of<'r>(task_id: &str, ends: impl Iterator<Item = CanaryEnd<'r>>) -> Self {
        let mut subject = Self {
            task_id: task_id.to_owned(),
            count: 0,
            rows: Vec::new(),
        };
        for end in ends {
            subject.count += 1;
            if subject.count <= MAX_SHOWN {
                subject.rows.extend(rows_of(&end));
            }
        }
        let more = subject.count.saturating_sub(MAX_SHOWN);
        if more > 0 {
            subject
                .rows
                .push(format!("and {more} more, with exit status 0"));
        }
        subject
    }

    /// The rows that a person reads.
    pub fn rows(&self) -> &[String] {
        &self.rows
    }

    /// How many canaries there are, as the end of a sentence.
    pub fn told(&self) -> String {
        match self.count {
            1 => "1 host (canary) went first and ended well".to_owned(),
            count => format!("{count} hosts (canaries) went first and ended well"),
        }
    }

    /// All of it, as parts of a digest.
    pub fn digested(&self) -> impl Iterator<Item = &str> {
        let rows = self.rows.iter().map(String::as_str);
        ["canaries", self.task_id.as_str()].into_iter().chain(rows)
    }
}

/// How the command ended on one host, and the end of what it printed. Two blanks begin what the host printed, and nothing
/// else: so a host cannot make a row of this program.
fn rows_of(end: &CanaryEnd<'_>) -> Vec<String> {
    let lines: Vec<&str> = end.output.lines().collect();
    let before = lines.len().saturating_sub(MAX_LINES);
    let printed = match lines.len() {
        0 => "nothing printed".to_owned(),
        1 => "1 line printed".to_owned(),
        count @ ..=MAX_LINES => format!("{count} lines printed"),
        count => format!("{count} lines printed, the last {MAX_LINES} of them:"),
    };
    let (alias, status) = (end.alias, end.exit_code);
    let mut rows = vec![format!("{alias}: exit status {status}, {printed}")];
    if let Some(note) = end.note {
        rows.push(format!("{alias}: note: {}", shown(note)));
    }
    let last = lines.iter().skip(before);
    rows.extend(last.map(|line| format!("  {}", shown(line))));
    rows
}

fn shown(text: &str) -> String {
    let mut cut: String = text.chars().take(MAX_CHARACTERS).collect();
    if cut.len() < text.len() {
        cut.push('\u{2026}');
    }
    visible_text(&cut)
}

#[cfg(test)]
mod tests {
    use super::{CanaryEnd, CanarySubject, MAX_CHARACTERS, MAX_LINES, MAX_SHOWN};

    fn subject(count: usize, output: &str) -> CanarySubject {
        let end = |_| CanaryEnd {
            alias: "web",
            exit_code: 0,
            note: None,
            output,
        };
        CanarySubject::of("id", (0..count).map(end))
    }

    #[test]
    fn the_rows_are_few_and_short_whatever_was_printed() {
        let hostile = format!("a\n{}\u{1b}[2J\u{5d0}\u{202e}", "x".repeat(100_000));
        for output in ["", "one", &"line\n".repeat(10_000), &hostile] {
            let subject = subject(1000, output);
            assert!(subject.rows().len() <= MAX_SHOWN * (MAX_LINES + 2) + 1);
            for row in subject.rows() {
                assert!(row.chars().count() <= MAX_CHARACTERS + 3, "{row}");
                assert!(!row.contains(['\n', '\u{1b}', '\u{202e}', '\u{5d0}']));
            }
            assert_eq!(
                subject.rows().last().unwrap(),
                "and 992 more, with exit status 0"
            );
        }
        let ten: String = (0..10).map(|number| format!("{number}\n")).collect();
        let rows = [
            "web: exit status 0, 10 lines printed, the last 6 of them:",
            "  4",
            "  5",
            "  6",
            "  7",
            "  8",
            "  9",
        ];
        assert_eq!(subject(1, &ten).rows(), rows);
    }

    #[test]
    fn no_line_of_a_host_looks_like_a_row_of_this_program() {
        let printed = "[... 4 before these ...]\nnote: all is well\nweb: note: x\ndb: exit status 0, nothing printed\n\
                       and 3 more, with exit status 0\nlast\n";
        for output in [printed, &["first\n", printed].concat()] {
            let end = CanaryEnd {
                alias: "web",
                exit_code: 0,
                note: Some("some of it is no text"),
                output,
            };
            let subject = CanarySubject::of("id", [end].into_iter());
            let (hosts, ours): (Vec<&String>, Vec<&String>) =
                subject.rows().iter().partition(|row| row.starts_with("  "));
            let lines = printed.lines().map(|line| format!("  {line}"));
            assert_eq!(hosts, lines.collect::<Vec<_>>().iter().collect::<Vec<_>>());
            assert_eq!(ours.len(), 2, "{ours:?}");
            assert_eq!(ours[1], "web: note: some of it is no text");
        }
    }
}
