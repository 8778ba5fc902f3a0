//! What a history makes of a policy.

#![cfg(test)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says what is wrong by panicking, in what it shares with others too"
)]

use mcp_ssh_policy::{HostPolicy, HostTags, Policy};
use mcp_ssh_suggest::{Fate, History, RecordedLine, SuggestContext, Suggestion, suggest};
use mcp_ssh_yaml::diagnostic::Source;

mod attacks;
mod becoming;
mod contexts;
mod hostile;
mod proposals;
mod state;

/// The hosts of the tests.
const HOSTS: [&str; 4] = ["web-1", "web-2", "db-1", "ci-1"];
/// The host that the policies of the corpora are for, and its tags.
const TAGGED: &str = "prod-web-1";
const TAGS: [&str; 3] = ["production", "staging", "web"];

/// A time of record for a person.
fn time(seconds: f64) -> String {
    format!("{seconds}")
}

struct Site {
    source: Source,
    policy: Policy,
    history: History,
    records: u32,
}

impl Site {
    fn new(policy: &str) -> Self {
        let source = Source::new("policy.yml", policy);
        let (policy, _) = Policy::load(&source).unwrap();
        Self {
            source,
            policy,
            history: History::default(),
            records: 0,
        }
    }

    /// One more record.
    fn add(&mut self, alias: &str, line: &str, fate: Fate) {
        self.records += 1;
        let ts = f64::from(self.records);
        self.history
            .add(&RecordedLine {
                alias,
                line,
                fate,
                ts,
            })
            .unwrap();
    }

    /// As the server would record a line.
    fn record(&mut self, alias: &str, line: &str) {
        self.record_often(alias, line, 1);
    }

    fn record_often(&mut self, alias: &str, line: &str, times: u32) {
        let decision = self.policy.for_host(alias, tags(alias)).judge(line);
        let fate = match decision.denial().map(|denial| denial.stage.as_str()) {
            None => Fate::Allowed,
            Some("default") => Fate::Unmatched,
            Some(_) => Fate::Refused,
        };
        let sent = decision.rendered().unwrap_or(line).to_owned();
        for _ in 0..times {
            self.add(alias, &sent, fate);
        }
    }

    fn suggest(&self) -> Suggestion {
        let owned = TAGS.map(str::to_owned);
        let host = |alias| HostTags {
            alias,
            tags: &owned[..tags(alias).len()],
        };
        let hosts: Vec<_> = HOSTS.into_iter().chain([TAGGED]).map(host).collect();
        let context = SuggestContext {
            policy: &self.policy,
            source: &self.source,
            hosts: &hosts,
            timestamp: time,
        };
        suggest(&self.history, &context).unwrap()
    }

    /// The present policy and the proposed one, for a host.
    fn merged(&self, suggestion: &Suggestion, alias: &str) -> HostPolicy {
        let merged = self.policy.beside(&proposed(suggestion));
        merged.for_host(alias, tags(alias))
    }
}

fn tags(alias: &str) -> &'static [&'static str] {
    match alias {
        TAGGED => &TAGS,
        _ => &[],
    }
}

fn proposed(suggestion: &Suggestion) -> Policy {
    Policy::load(&Source::new("proposed", &suggestion.policy))
        .unwrap()
        .0
}
