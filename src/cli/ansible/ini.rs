//! An inventory in the form of an INI file.
//!
//! Takes the text; gives its hosts and groups. Refuses the first line that Ansible refuses, without quoting it: a word
//! of it may be a part of a password.
//!
//! ```text
//! line    := ( "#" | ";" ) … | "[" GROUP ( ":" ( "hosts" | "children" | "vars" ) )? "]" comment? | entry
//! entry   := host ( NAME "=" value )*        below `[GROUP]`, and above all sections
//!          | NAME "=" value                  below `[GROUP:vars]`
//!          | GROUP comment?                  below `[GROUP:children]`
//! comment := "#" …
//! ```

use std::collections::HashSet;

use super::groups::{ALL, AnsibleInventory, RefusedLine, UNGROUPED};
use super::pattern;
use super::variables::{VariableValue, assigns_secret};
use super::words::{Comments, words};

/// What the lines below the header of a section are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SectionKind {
    Hosts,
    Children,
    Variables,
}

/// Reads the text.
///
/// # Errors
/// The line that Ansible would refuse, too, and why.
pub fn read(text: &str) -> Result<AnsibleInventory, RefusedLine> {
    let mut reading = IniReading {
        inventory: AnsibleInventory::new(),
        section: (UNGROUPED.to_owned(), SectionKind::Hosts),
        declared: [ALL, UNGROUPED].map(str::to_owned).into(),
        wanted: Vec::new(),
    };
    for (index, line) in text.split('\n').enumerate() {
        let number = index + 1;
        reading.line(line.trim(), number)?;
    }
    let mut wanted = reading.wanted.into_iter();
    match wanted.find(|(_, group, _)| !reading.declared.contains(group)) {
        None => Ok(reading.inventory),
        Some((line, group, kind)) => {
            let group = group.escape_debug();
            let section = match kind {
                SectionKind::Variables => "`:vars`",
                SectionKind::Children | SectionKind::Hosts => "a line below `:children`",
            };
            let why =
                format!("{section} names the group `{group}`, which has no section of its own");
            Err((line, why))
        }
    }
}

struct IniReading {
    inventory: AnsibleInventory,
    section: (String, SectionKind),
    /// The groups that have a section of hosts or children.
    declared: HashSet<String>,
    /// The groups that must have one.
    wanted: Vec<(usize, String, SectionKind)>,
}

impl IniReading {
    fn line(&mut self, line: &str, number: usize) -> Result<(), RefusedLine> {
        if line.is_empty() || line.starts_with(['#', ';']) {
            return Ok(());
        }
        let refused = |why: &str| (number, why.to_owned());
        if line.contains('\u{fffd}') {
            return Err(refused("no UTF-8: save the file as UTF-8"));
        }
        // Among them those at which Python ends a line.
        let odd = |c: char| c.is_control() && c != '\t' || matches!(c, '\u{2028}' | '\u{2029}');
        if line.contains(odd) {
            return Err(refused("a control character"));
        }
        if let Some((group, kind)) = header(line) {
            return self.header(group, kind, number);
        }
        if line.starts_with('[') && line.ends_with(']') {
            return Err(refused(
                "no section: write `[GROUP]`, `[GROUP:vars]` or `[GROUP:children]`, without blanks",
            ));
        }
        let (group, kind) = (self.section.0.clone(), self.section.1);
        match kind {
            SectionKind::Hosts => self.hosts(&group, line, number),
            SectionKind::Variables => {
                let pair = line.split_once('=');
                let (name, value) = pair.ok_or_else(|| refused("no `NAME=VALUE`"))?;
                let value = VariableValue::of_literal(value.trim());
                self.inventory.set(&group, name.trim(), value, number)
            }
            SectionKind::Children => {
                let child = line.split('#').next().unwrap_or_default().trim_end();
                let odd = |c: char| c.is_whitespace() || matches!(c, ':' | ']');
                if child.is_empty() || child.contains(odd) || assigns_secret(child) {
                    return Err(refused("no name of a group"));
                }
                let wanted = (number, child.to_owned(), SectionKind::Children);
                self.wanted.push(wanted);
                let parent = self.inventory.group(&group, number)?;
                let child = self.inventory.group(child, number)?;
                self.inventory.child(parent, child, number)
            }
        }
    }

    fn header(&mut self, group: &str, kind: &str, number: usize) -> Result<(), RefusedLine> {
        let kind = match kind {
            "hosts" => SectionKind::Hosts,
            "children" => SectionKind::Children,
            "vars" => SectionKind::Variables,
            _ => {
                let why =
                    "a section that is none of `[GROUP]`, `[GROUP:vars]` and `[GROUP:children]`";
                return Err((number, why.to_owned()));
            }
        };
        if kind == SectionKind::Variables {
            self.wanted.push((number, group.to_owned(), kind));
        } else {
            self.declared.insert(group.to_owned());
        }
        self.inventory.group(group, number)?;
        self.section = (group.to_owned(), kind);
        Ok(())
    }

    fn hosts(&mut self, group: &str, line: &str, number: usize) -> Result<(), RefusedLine> {
        let refused = |why: String| (number, why);
        let words = words(line, Comments::Read);
        let words = words.map_err(|why| refused(format!("a line that {why}")))?;
        let Some((pattern, variables)) = words.split_first() else {
            return Ok(());
        };
        if pattern.trim() == "---" {
            return Err(refused(
                "`---` begins a YAML file: call it `….yml`".to_owned(),
            ));
        }
        let (hosts, port) = pattern::hosts(pattern).map_err(refused)?;
        if hosts.is_empty() {
            let why = "a range in a host's name is empty".to_owned();
            self.inventory.passed_over.push((number, why));
        }
        let pairs: Option<Vec<(&str, &str)>> =
            variables.iter().map(|word| word.split_once('=')).collect();
        let pairs = pairs.ok_or_else(|| {
            let why =
                "a word behind the host that is no `NAME=VALUE`: quote a value that has blanks";
            refused(why.to_owned())
        })?;
        let group = self.inventory.group(group, number)?;
        for host in &hosts {
            self.inventory.host(group, host, port.as_deref(), number)?;
            for (name, value) in &pairs {
                let value = VariableValue::of_literal(value);
                self.inventory.set(host, name, value, number)?;
            }
        }
        Ok(())
    }
}

/// The group and the kind of a section's header.
fn header(line: &str) -> Option<(&str, &str)> {
    let (inner, rest) = line.strip_prefix('[')?.split_once(']')?;
    let rest = rest.trim_start();
    let (group, kind) = inner.split_once(':').unwrap_or((inner, "hosts"));
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let kind_is_word = !kind.is_empty() && kind.chars().all(word);
    let group_is_word = !group.is_empty() && !group.contains(char::is_whitespace);
    let ends = rest.is_empty() || rest.starts_with('#');
    (kind_is_word && group_is_word && ends).then_some((group, kind))
}
