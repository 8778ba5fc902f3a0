//! A comparison as text.
//!
//! Takes: the groups. Gives: lines. A line that a host printed begins with a blank, `-` or `+`, and a line of this program
//! does not: no output can look like a group. Refuses nothing.
//!
//! ```text
//! group  := "" "group " N ": " HOSTS ", " STATUS  "hosts: " ALIAS ("," ALIAS)*  told*  output
//! output := "stdout:" (" " LINE)*  |  "stdout, against group " N ":" row*  |  "stdout as in group " N  |  "no output"
//! ```

use super::comparison::{EqualHosts, GroupOutput, HostComparison};
use super::stream::indented;
use crate::gate::visible_text::visible_text;

impl HostComparison {
    /// The line that says how many hosts are equal, and the groups.
    pub fn told(&self) -> String {
        format!("{}\n{}", self.headline, self.groups_told())
    }

    /// The groups.
    pub(super) fn groups_told(&self) -> String {
        let base = self.base.unwrap_or_default() + 1;
        let mut told = String::new();
        for (group, number) in self.groups.iter().zip(1_usize..) {
            told.push_str(&group.told(number, base));
        }
        if let Some(unlisted) = &self.unlisted {
            let groups = match unlisted.groups {
                1 => "1 more group".to_owned(),
                more => format!("{more} more groups"),
            };
            let hosts = unlisted.hosts.join(", ");
            told.push_str(&format!("\n{groups}, not shown\nhosts: {hosts}\n"));
        }
        told
    }
}

impl EqualHosts {
    fn told(&self, number: usize, base: usize) -> String {
        let hosts = if self.count == 1 { "host" } else { "hosts" };
        let mut told = format!("\ngroup {number}: {} {hosts}, {}", self.count, self.word());
        match (&self.exit_signal, self.exit_code) {
            (Some(signal), _) => {
                told.push_str(&format!(", ended by signal {}", visible_text(signal)));
            }
            (None, Some(status @ 0..)) => told.push_str(&format!(", exit status {status}")),
            (None, Some(_) | None) => {}
        }
        told.push_str(&format!("\nhosts: {}\n", self.hosts.join(", ")));
        if self.truncated {
            told.push_str("truncated: only the output that was kept was compared\n");
        }
        for (name, text) in [
            ("note", &self.note),
            ("error", &self.error),
            ("hint", &self.hint),
        ] {
            if let Some(text) = text {
                told.push_str(&format!("{name}: {}\n", visible_text(text)));
            }
        }
        told.push_str(&self.output.told(base));
        if let (Some(task_id), Some(first)) = (self.output.task_id(), self.hosts.first()) {
            told.push_str(&format!(
                "all that {first} printed: ssh_get_task_output with task_id {task_id}\n"
            ));
        }
        told
    }
}

impl GroupOutput {
    fn told(&self, base: usize) -> String {
        let stream = |name: &str, text: &str| match text {
            "" => String::new(),
            text => format!("{name}:\n{}", indented(text)),
        };
        match self {
            Self::Whole { stdout, stderr, .. } if stdout.is_empty() && stderr.is_empty() => {
                "no output\n".to_owned()
            }
            Self::Whole { stdout, stderr, .. } => {
                stream("stdout", stdout) + &stream("stderr", stderr)
            }
            Self::Differing { stdout, stderr, .. } => {
                let rows = |name: &str, rows: &str| match rows {
                    "" => String::new(),
                    rows => format!("{name}, against group {base}:\n{rows}"),
                };
                match (stdout.as_str(), stderr.as_str()) {
                    ("", "") => format!("output as in group {base}\n"),
                    (stdout, stderr) => rows("stdout", stdout) + &rows("stderr", stderr),
                }
            }
            Self::Unrun { stderr } => stream("stderr", stderr),
        }
    }
}
