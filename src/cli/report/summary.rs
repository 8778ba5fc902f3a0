//! A trail in one value of bounded size.
//!
//! Takes each row once, in its order; gives the counts, the tables and the last entries. Refuses rows that are older than
//! is wanted: they are counted.

use super::activity::Activity;
use super::approvals::ApprovalTally;
use super::clipped::{Clipped, MAX_COMMAND, words};
use super::entries::{LatestEntries, ending};
use super::exchanges::Exchanges;
use super::tally::{Counts, Event, Tally};
use crate::audit::{DecisionRow, OutcomeRow, RowBody, TrailRow};

/// The latest time that a record is believed to have: the end of the year 9999.
const MAX_TIME: f64 = 253_402_300_799.0;
/// Seconds by which the clock of a server may be ahead of this one.
const CLOCKS_DIFFER: f64 = 86_400.0;
/// The most runs in the table of the slowest.
const MAX_SLOWEST: usize = 20;
/// What is told of [`TrailSummary::ahead`].
pub const AHEAD: &str =
    "bear a time that has not come yet: a clock was wrong, or somebody changed the trail";
/// Between the reason and the hash in the name of a denial.
pub const BETWEEN: char = '\n';

/// A run that took long.
#[derive(Debug)]
pub struct SlowRun {
    /// When it ended.
    pub at: f64,
    /// The host's alias.
    pub host: String,
    /// The line where it is recorded, else its hash.
    pub command: Clipped,
    /// From the request to the end.
    pub duration_ms: u64,
    /// How it ended; nothing for exit status 0.
    pub why: String,
}

/// All that a report tells, but for the chain.
#[derive(Debug)]
pub struct TrailSummary {
    /// Rows before this time are left out.
    since: f64,
    /// How many were.
    pub earlier: u64,
    /// A time after this one has not come yet.
    latest: f64,
    /// Rows of such a time: they are counted, and stretch neither the window nor the picture.
    pub ahead: u64,
    /// Of all rows.
    pub counts: Counts,
    /// Commands that were allowed.
    pub allowed: u64,
    /// Of those that failed, how many never ran.
    pub not_run: u64,
    /// Seconds since 1970 of the first and of the last row whose time has come.
    pub window: Option<(f64, f64)>,
    /// How much happened when.
    pub activity: Activity,
    /// By process.
    pub sessions: Tally,
    /// By alias.
    pub hosts: Tally,
    /// By rule.
    pub rules: Tally,
    /// By the user as whom sudo runs commands.
    pub users: Tally,
    /// By reason, [`BETWEEN`] and hash; the label is the line, where it is recorded.
    pub denials: Tally,
    /// The slowest first.
    pub slowest: Vec<SlowRun>,
    /// Of the questions that persons were asked.
    pub approvals: ApprovalTally,
    /// The last key exchange of each host.
    pub exchanges: Exchanges,
    /// The last records, one by one.
    pub entries: LatestEntries,
}

impl TrailSummary {
    /// Of no rows yet, at this time.
    pub fn new(since: f64, now: f64) -> Self {
        Self {
            since,
            earlier: 0,
            latest: now + CLOCKS_DIFFER,
            ahead: 0,
            counts: Counts::default(),
            allowed: 0,
            not_run: 0,
            window: None,
            activity: Activity::new(),
            sessions: Tally::default(),
            hosts: Tally::default(),
            rules: Tally::default(),
            users: Tally::default(),
            denials: Tally::default(),
            slowest: Vec::new(),
            approvals: ApprovalTally::default(),
            exchanges: Exchanges::default(),
            entries: LatestEntries::default(),
        }
    }

    /// Takes the next row.
    pub fn add(&mut self, row: &TrailRow<'_>) {
        let row = &TrailRow {
            ts: row.ts.clamp(0.0, MAX_TIME),
            ..*row
        };
        if row.ts < self.since {
            self.earlier += 1;
            return;
        }
        if row.ts > self.latest {
            self.ahead += 1;
        } else {
            let (first, last) = self.window.unwrap_or((row.ts, row.ts));
            self.window = Some((first.min(row.ts), last.max(row.ts)));
        }
        let session = self.sessions.row(&words(row.session), row.ts);
        if let (true, Some(client)) = (session.label.is_empty(), row.origin.client) {
            session.label = words(client);
        }
        match &row.body {
            RowBody::Decision(decision) => self.decision(row, decision),
            RowBody::Connection(connection) => self.exchanges.add(row, connection),
            RowBody::Outcome(outcome) => self.outcome(row, outcome),
            RowBody::Approval(approval) => {
                self.approvals.add(row, approval);
                self.entries.approval(row, approval);
                if approval.event == "asked" {
                    let host = approval.aliases().next().unwrap_or_default();
                    self.count(row, Event::Asked, host);
                    for rule in approval.rules() {
                        self.rules
                            .row(&words(rule), row.ts)
                            .counts
                            .add(Event::Asked);
                    }
                }
            }
            RowBody::Security(event) => {
                self.entries.security(row, event);
                self.count(row, Event::Security, event.alias.unwrap_or_default());
            }
            RowBody::Other(_) => {}
        }
    }

    fn decision(&mut self, row: &TrailRow<'_>, decision: &DecisionRow<'_>) {
        self.entries.decision(row, decision);
        let rule = decision.rule.map(words);
        if let Some(user) = decision.becomes {
            let event = match decision.allowed {
                true => Event::Succeeded,
                false => Event::Denied,
            };
            self.users.row(&words(user), row.ts).counts.add(event);
        }
        if decision.allowed {
            self.allowed += 1;
            if let Some(rule) = &rule {
                self.rules.row(rule, row.ts).counts.add(Event::Succeeded);
            }
            return;
        }
        self.count(row, Event::Denied, decision.alias);
        if let Some(rule) = &rule {
            self.rules.row(rule, row.ts).counts.add(Event::Denied);
        }
        let reason = words(decision.reason.unwrap_or("no reason"));
        let name = format!("{reason}{BETWEEN}{}", words(decision.hash));
        let denial = self.denials.row(&name, row.ts);
        denial.counts.add(Event::Denied);
        if let (true, Some(line)) = (denial.label.is_empty(), decision.told()) {
            denial.label = words(&line);
        }
    }

    fn outcome(&mut self, row: &TrailRow<'_>, outcome: &OutcomeRow<'_>) {
        self.entries.outcome(row, outcome);
        let succeeded = outcome.exit_code == 0 && outcome.error.is_none();
        let event = if succeeded {
            Event::Succeeded
        } else {
            Event::Failed
        };
        self.not_run += u64::from(outcome.error.is_some());
        self.count(row, event, outcome.alias);
        let shortest = self.slowest.get(MAX_SLOWEST - 1);
        if shortest.is_some_and(|shortest| shortest.duration_ms >= outcome.duration_ms) {
            return;
        }
        let slower = |other: &SlowRun| other.duration_ms >= outcome.duration_ms;
        let place = self.slowest.partition_point(slower);
        let run = SlowRun {
            at: row.ts,
            host: words(outcome.alias),
            command: Clipped::of(&outcome.told().unwrap_or(outcome.hash.into()), MAX_COMMAND),
            duration_ms: outcome.duration_ms,
            why: ending(outcome),
        };
        self.slowest.insert(place, run);
        self.slowest.truncate(MAX_SLOWEST);
    }

    /// Counts an event as one of all, of its time, of its session and of its host.
    fn count(&mut self, row: &TrailRow<'_>, event: Event, host: &str) {
        self.counts.add(event);
        if row.ts <= self.latest {
            self.activity.add(row.ts, event);
        }
        let session = self.sessions.row(&words(row.session), row.ts);
        session.counts.add(event);
        if !host.is_empty() {
            self.hosts.row(&words(host), row.ts).counts.add(event);
        }
    }
}
