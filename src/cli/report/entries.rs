//! The last things that happened, a run as one entry.
//!
//! Takes rows in their order; joins the decision and the outcome of a run by its identifier, and gives the entries, the
//! oldest first. Refuses to hold more than [`MAX_ENTRIES`]: older ones are counted.

use std::collections::VecDeque;
use std::rc::Rc;

use super::approvals::by_whom;
use super::clipped::{Clipped, MAX_COMMAND, words};
use crate::audit::{ApprovalRow, DecisionRow, OutcomeRow, SecurityRow, TrailRow};

/// The most entries: a page of them opens in a second or two.
pub const MAX_ENTRIES: usize = 10_000;

/// How something ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// With exit status 0.
    Succeeded,
    /// With another, or it could not be run.
    Failed,
    /// It was denied.
    Denied,
    /// It was allowed, and no record says how it ended.
    Unknown,
    /// A person was asked, or answered.
    Approval,
    /// Somebody should have been woken.
    Security,
}

/// A run, a denial, a question, an answer or an event.
#[derive(Debug)]
pub struct Entry {
    /// When it was decided, in seconds since 1970.
    pub at: f64,
    /// How it ended.
    pub ended: Ended,
    /// The host's alias; of a question, how many hosts.
    pub host: String,
    /// The line, where the policy has it recorded.
    pub command: Option<Clipped>,
    /// The command's hash.
    pub hash: String,
    /// The rule that decided.
    pub rule: String,
    /// Why it was denied, how it failed, what the event is.
    pub why: String,
    /// Milliseconds from the request to the end.
    pub duration_ms: Option<u64>,
    /// The process that wrote it.
    pub session: String,
    /// The client's name.
    pub client: String,
    /// Where its first record is.
    pub file: Rc<str>,
    /// The line there.
    pub line: u64,
    task_id: String,
}

/// The last entries.
#[derive(Debug, Default)]
pub struct LatestEntries {
    /// The oldest first.
    pub held: VecDeque<Entry>,
    /// Older ones, which are not held.
    pub left_out: u64,
    /// Runs that have not ended yet, in the order of their identifier and host: their numbers among all entries.
    open: Vec<u64>,
    file: Option<Rc<str>>,
}

impl LatestEntries {
    /// Takes a decision: an entry of its own, which may end later.
    pub fn decision(&mut self, row: &TrailRow<'_>, decision: &DecisionRow<'_>) {
        let ended = if decision.allowed {
            Ended::Unknown
        } else {
            Ended::Denied
        };
        let mut entry = self.entry(row, ended, decision.alias, decision.hash);
        entry.command = clipped(decision.told().as_deref());
        entry.rule = words(decision.rule.unwrap_or_default());
        let why = match (decision.reason, decision.approved) {
            (Some(reason), _) => Some(words(reason)),
            (None, Some(how)) => Some(format!("approved: {}", words(how))),
            (None, None) => None,
        };
        let user = decision.becomes.map(|user| format!("as {}", words(user)));
        entry.why = user.into_iter().chain(why).collect::<Vec<_>>().join("; ");
        if decision.allowed && !entry.task_id.is_empty() {
            let number = self.left_out + self.held.len() as u64;
            match self.open_place(&entry.task_id, &entry.host) {
                Ok(place) => {
                    if let Some(older) = self.open.get_mut(place) {
                        *older = number;
                    }
                }
                Err(place) => self.open.insert(place, number),
            }
        }
        self.push(entry);
    }

    /// Takes an outcome: the end of an entry, or an entry of its own where the decision is not held.
    pub fn outcome(&mut self, row: &TrailRow<'_>, outcome: &OutcomeRow<'_>) {
        let task_id = words(row.origin.task_id.unwrap_or_default());
        if let Ok(place) = self.open_place(&task_id, &words(outcome.alias)) {
            let number = self.open.remove(place);
            if let Some(entry) = self.index(number).and_then(|at| self.held.get_mut(at)) {
                end(entry, outcome);
                return;
            }
        }
        let mut entry = self.entry(row, Ended::Unknown, outcome.alias, outcome.hash);
        entry.command = clipped(outcome.told().as_deref());
        end(&mut entry, outcome);
        self.push(entry);
    }

    /// Takes a question or an answer.
    pub fn approval(&mut self, row: &TrailRow<'_>, approval: &ApprovalRow<'_>) {
        let mut hosts = approval.aliases();
        let (first, more) = (hosts.next().unwrap_or_default(), hosts.count());
        let mut entry = self.entry(row, Ended::Approval, first, approval.hash);
        if more > 0 {
            entry.host = format!("{} and {more} more", entry.host);
        }
        entry.rule = words(approval.rules().next().unwrap_or_default());
        entry.why = words(&approval.event.replace('_', " "));
        let by = by_whom(approval);
        if !by.is_empty() {
            entry.why += &format!("; {by}");
        }
        self.push(entry);
    }

    /// Takes a security event.
    pub fn security(&mut self, row: &TrailRow<'_>, event: &SecurityRow<'_>) {
        let (alias, hash) = (
            event.alias.unwrap_or_default(),
            event.hash.unwrap_or_default(),
        );
        let mut entry = self.entry(row, Ended::Security, alias, hash);
        let met = event.blocked_pattern.or(event.attempted_path);
        entry.rule = words(met.unwrap_or_default());
        entry.why = words(event.event_type) + ": " + &words(event.reason);
        self.push(entry);
    }

    /// Runs among the entries that were allowed and have no end.
    pub fn unended(&self) -> u64 {
        let entries = self.held.iter();
        entries
            .filter(|entry| entry.ended == Ended::Unknown)
            .count() as u64
    }

    fn entry(&mut self, row: &TrailRow<'_>, ended: Ended, alias: &str, hash: &str) -> Entry {
        let file = self.file.take().filter(|file| **file == *row.file);
        let file = file.unwrap_or_else(|| row.file.into());
        self.file = Some(Rc::clone(&file));
        Entry {
            at: row.ts,
            ended,
            host: words(alias),
            command: None,
            hash: words(hash),
            rule: String::new(),
            why: String::new(),
            duration_ms: None,
            session: words(row.session),
            client: words(row.origin.client.unwrap_or_default()),
            file,
            line: row.line,
            task_id: words(row.origin.task_id.unwrap_or_default()),
        }
    }

    /// Where a run stands among those that have not ended, or would stand.
    fn open_place(&self, task_id: &str, host: &str) -> Result<usize, usize> {
        let run = |number: &u64| {
            let entry = self.index(*number).and_then(|at| self.held.get(at))?;
            Some((entry.task_id.as_str(), entry.host.as_str()))
        };
        self.open.binary_search_by_key(&Some((task_id, host)), run)
    }

    /// Where an entry with this number is held.
    fn index(&self, number: u64) -> Option<usize> {
        usize::try_from(number.checked_sub(self.left_out)?).ok()
    }

    fn push(&mut self, entry: Entry) {
        self.held.push_back(entry);
        if self.held.len() <= MAX_ENTRIES {
            return;
        }
        // A run whose entry goes will end as an entry of its own.
        if let Some(oldest) = self.held.front()
            && let Ok(place) = self.open_place(&oldest.task_id, &oldest.host)
            && self.open.get(place) == Some(&self.left_out)
        {
            self.open.remove(place);
        }
        self.held.pop_front();
        self.left_out += 1;
    }
}

fn clipped(command: Option<&str>) -> Option<Clipped> {
    command.map(|line| Clipped::of(line, MAX_COMMAND))
}

fn end(entry: &mut Entry, outcome: &OutcomeRow<'_>) {
    entry.duration_ms = Some(outcome.duration_ms);
    entry.ended = if outcome.exit_code == 0 && outcome.error.is_none() {
        Ended::Succeeded
    } else {
        Ended::Failed
    };
    let how = ending(outcome);
    entry.why = match (entry.why.is_empty(), how.is_empty()) {
        (false, false) => format!("{}; {how}", entry.why),
        (false, true) => std::mem::take(&mut entry.why),
        (true, _) => how,
    };
}

/// How a command ended, in a few words; nothing for exit status 0.
pub fn ending(outcome: &OutcomeRow<'_>) -> String {
    if let Some(error) = outcome.error {
        return words(error);
    }
    if let Some(signal) = outcome.exit_signal {
        return format!("signal {}", words(signal));
    }
    let flags = [
        (outcome.timeout, "out of time"),
        (outcome.cancelled, "cancelled"),
        (outcome.truncated, "output limit"),
    ];
    if let Some((_, why)) = flags.into_iter().find(|(is_set, _)| *is_set) {
        return why.to_owned();
    }
    match outcome.exit_code {
        0 => String::new(),
        -1 => "no exit status".to_owned(),
        status => format!("exit {status}"),
    }
}
