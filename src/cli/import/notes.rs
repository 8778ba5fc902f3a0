//! What an import tells: a line for each kind of thing, however many hosts or lines it concerns.
//!
//! Takes what is told, and of which line or host; gives the lines to print, by their first place. Hosts that are left
//! out are all named, up to a bound.

use crate::cli::ssh_config::Place;

/// Kinds that are told: a file that gives more is made up.
const MAX_KINDS: usize = 100;
/// Hosts of one kind that are named.
const MAX_NAMED: usize = 1_000;
/// Hosts that are named where none is lost, and lines: the first show where to look.
const MAX_EXAMPLES: usize = 5;

/// What is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// A line that is not taken over.
    Line,
    /// A host that is not taken over.
    LeftOut,
    /// A host that is taken over.
    Taken,
}

#[derive(Debug)]
struct NoteKind {
    topic: Topic,
    why: String,
    place: Place,
    /// The lines or the hosts.
    names: Vec<String>,
}

/// What is told, by the first place of each kind.
#[derive(Debug, Default)]
pub struct Notes(Vec<NoteKind>);

impl Notes {
    /// Tells of a line; `shown` says where a line of another file is.
    pub fn line(&mut self, shown: impl Fn(Place) -> String, place: Place, why: &str) {
        let name = match place.file {
            0 => place.line.to_string(),
            _ => shown(place),
        };
        self.tell(Topic::Line, place, name, why);
    }

    /// Tells of a host.
    pub fn host(&mut self, topic: Topic, place: Place, alias: &str, why: &str) {
        let alias = format!("`{}`", alias.escape_debug());
        self.tell(topic, place, alias, why);
    }

    fn tell(&mut self, topic: Topic, place: Place, name: String, why: &str) {
        let full = self.0.len() >= MAX_KINDS;
        let why = if full { "more than can be told" } else { why };
        let known = |kind: &&mut NoteKind| kind.topic == topic && kind.why == why;
        match self.0.iter_mut().find(known) {
            Some(kind) if kind.names.last() == Some(&name) => {}
            Some(kind) => kind.names.push(name),
            None => {
                let at = self.0.partition_point(|kind| kind.place <= place);
                let (why, names) = (why.to_owned(), vec![name]);
                self.0.insert(
                    at,
                    NoteKind {
                        topic,
                        why,
                        place,
                        names,
                    },
                );
            }
        }
    }

    /// The lines to print.
    pub fn lines(&self, shown: impl Fn(Place) -> String) -> Vec<String> {
        let line = |kind: &NoteKind| format!("{}: {}", shown(kind.place), kind.text());
        self.0.iter().map(line).collect()
    }
}

impl NoteKind {
    fn text(&self) -> String {
        let most = match self.topic {
            Topic::LeftOut => MAX_NAMED,
            Topic::Line | Topic::Taken => MAX_EXAMPLES,
        };
        let count = self.names.len();
        let mut names = self
            .names
            .get(..most.min(count))
            .unwrap_or_default()
            .join(", ");
        if count > most {
            names.push_str(&format!(" and {} more", count - most));
        }
        let (why, one) = (&self.why, count == 1);
        match (self.topic, one) {
            (Topic::Line, true) => why.clone(),
            (Topic::Line, false) => format!("{why} ({count} lines: {names})"),
            (Topic::LeftOut, true) => format!("host {names} is left out: {why}"),
            (Topic::LeftOut, false) => format!("{count} hosts are left out: {why}: {names}"),
            (Topic::Taken, true) => format!("host {names} {why}"),
            (Topic::Taken, false) => format!("{count} hosts: each {why}: {names}"),
        }
    }
}
