//! The plan of a tag run that goes on in steps: which hosts may begin now, and what ends it early.
//!
//! Takes: what the call asks for, the limits of the hosts, and how each host ended. Gives: the next step, the places of
//! the hosts that begin in it, each once and in their order, and why no further host begins. Refuses: a step while hosts
//! of the one before run, and terms that are looser than those of the policy: they are tightened, and that is told.
//!
//! ```text
//! canaries, in batches -> all ended well? -> a person says yes -> batch -> batch -> … -> over
//! ```

use serde::Serialize;

use mcp_ssh_policy::{Limits, Unapproved};

/// How many hosts begin before all of them have ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchSize {
    /// So many.
    Hosts(usize),
    /// So much of the tag's hosts, in percent, from 1 to 100.
    Percent(u8),
}

/// How a call wants a tag run to go on; what it leaves out is as the policy says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RolloutRequest {
    /// The hosts of one step.
    pub batch: Option<BatchSize>,
    /// How many hosts may fail before no other begins.
    pub max_failures: Option<usize>,
    /// How many hosts go first, before a person says whether the others follow.
    pub canary: Option<usize>,
}

/// What holds for a tag run: the stricter of the call and of the policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RolloutTerms {
    /// The hosts of one step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch: Option<usize>,
    /// How many hosts may fail before no other begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_failures: Option<usize>,
    /// How many hosts go first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canary: Option<usize>,
}

/// Why hosts did not begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RolloutStop {
    /// Whoever wanted it has cancelled it.
    Cancelled,
    /// More hosts failed than may.
    Failures,
    /// A host that went first has failed.
    CanaryFailed,
    /// The hosts that went first have ended well, and there is no yes of a person.
    Unapproved(Unapproved),
    /// The configuration has changed meanwhile.
    Outdated,
    /// That the person is asked, or has answered, could not be written down.
    Unrecorded,
}

/// What comes next once no host runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RolloutStep {
    /// So many hosts may begin.
    Hosts(usize),
    /// A person says whether the others follow.
    Person,
    /// Nothing.
    Over,
}

/// How a host ended, as far as the other hosts are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostVerdict {
    /// With exit status 0, and nothing that ended it early.
    Well,
    /// Otherwise: also where it was denied, not reached or cancelled, the host has not got what was to be done.
    Failed,
}

/// A tag run on its way. Invariant: `ended <= begun <= step_end <= total`.
#[derive(Clone, Debug)]
pub struct Rollout {
    terms: RolloutTerms,
    total: usize,
    begun: usize,
    ended: usize,
    /// Where the step under way ends.
    step_end: usize,
    failed: usize,
    approved: bool,
    stopped: Option<RolloutStop>,
}

impl BatchSize {
    /// The size that a text such as `25%` names.
    pub fn of_text(text: &str) -> Option<Self> {
        let digits = text.strip_suffix('%')?;
        let is_plain = !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
        let percent = digits.parse().ok().filter(|_| is_plain)?;
        (1..=100)
            .contains(&percent)
            .then_some(Self::Percent(percent))
    }

    /// How many of so many hosts it is.
    fn of(self, total: usize) -> usize {
        match self {
            Self::Hosts(hosts) => hosts.max(1),
            Self::Percent(percent) => part(total, percent.into()),
        }
    }
}

/// So many percent of the hosts, rounded up, and one at least.
fn part(total: usize, percent: usize) -> usize {
    total.saturating_mul(percent).div_ceil(100).max(1)
}

impl RolloutTerms {
    /// What holds for so many hosts under these limits, and what of the request was looser than the policy.
    pub fn of(
        asked: RolloutRequest,
        limits: impl Iterator<Item = Limits> + Clone,
        total: usize,
    ) -> (Self, Vec<String>) {
        let least = |of: fn(&Limits) -> Option<u32>| {
            let numbers = limits.clone().filter_map(|limits| of(&limits));
            numbers
                .min()
                .map(|number| usize::try_from(number).unwrap_or(usize::MAX))
        };
        let of_share = least(|its| its.max_batch_percent);
        let batches = [
            least(|its| its.max_batch).map(|hosts| (hosts, "max_batch")),
            of_share.map(|percent| (part(total, percent), "max_batch_percent")),
        ];
        let batch = batches
            .into_iter()
            .flatten()
            .min_by_key(|(hosts, _)| *hosts);
        let failures = least(|its| its.max_failures).map(|hosts| (hosts, "max_failures"));
        // Where the policy wants a person, there is a host left to ask about.
        let canary = least(|its| its.max_canary).map(|hosts| match total {
            0 | 1 => hosts,
            _ => hosts.min(total - 1),
        });
        let canary = canary.map(|hosts| (hosts, "max_canary"));
        let mut told = Vec::new();
        let asked_batch = asked.batch.map(|batch| batch.of(total));
        let terms = Self {
            batch: lowered("batch", asked_batch, batch, &mut told),
            max_failures: lowered("max_failures", asked.max_failures, failures, &mut told),
            canary: lowered("canary", asked.canary, canary, &mut told),
        };
        (terms, told)
    }

    /// The terms, where there are any.
    pub fn given(self) -> Option<Self> {
        (self != Self::default()).then_some(self)
    }
}

/// The smaller of what is asked for and of what the policy allows, which has this name.
fn lowered(
    name: &str,
    asked: Option<usize>,
    most: Option<(usize, &str)>,
    told: &mut Vec<String>,
) -> Option<usize> {
    match (asked, most) {
        (Some(asked), Some((most, key))) if asked > most => {
            told.push(format!(
                "{name} was lowered from {asked} to {most}, the policy's {key}"
            ));
            Some(most)
        }
        (asked, most) => asked.or(most.map(|(most, _)| most)),
    }
}

impl Rollout {
    /// Nothing has begun.
    pub fn new(terms: RolloutTerms, total: usize) -> Self {
        Self {
            terms,
            total,
            begun: 0,
            ended: 0,
            step_end: 0,
            failed: 0,
            approved: false,
            stopped: None,
        }
    }

    /// The next step. While hosts run it is the one under way.
    pub fn step(&mut self) -> RolloutStep {
        if self.ended < self.begun {
            return RolloutStep::Hosts(self.step_end.saturating_sub(self.begun));
        }
        if self.stopped.is_some() || self.begun == self.total {
            return RolloutStep::Over;
        }
        let canaries = self.canaries();
        let end = match self.approved {
            false if self.begun < canaries => canaries,
            false if canaries > 0 => return RolloutStep::Person,
            true | false => self.total,
        };
        let left = end - self.begun;
        let size = self.terms.batch.map_or(left, |batch| batch.clamp(1, left));
        self.step_end = self.begun + size;
        RolloutStep::Hosts(size)
    }

    /// The place of the host that begins next; nothing where none of this step may.
    pub fn next(&self) -> Option<usize> {
        (self.stopped.is_none() && self.begun < self.step_end).then_some(self.begun)
    }

    /// The place of a host that begins now; nothing where none of this step may.
    pub fn begin(&mut self) -> Option<usize> {
        let place = self.next()?;
        self.begun += 1;
        Some(place)
    }

    /// A host has ended.
    pub fn end(&mut self, verdict: HostVerdict) {
        self.ended += 1;
        if verdict == HostVerdict::Well {
            return;
        }
        self.failed += 1;
        if !self.approved && self.canaries() > 0 {
            self.stop(RolloutStop::CanaryFailed);
        } else if self
            .terms
            .max_failures
            .is_some_and(|most| self.failed > most)
        {
            self.stop(RolloutStop::Failures);
        }
    }

    /// A person has said yes, or none is needed.
    pub fn approve(&mut self) {
        self.approved = true;
    }

    /// No further host begins; the first reason stays.
    pub fn stop(&mut self, why: RolloutStop) {
        self.stopped = self.stopped.or(Some(why));
    }

    /// Why hosts did not begin, where some did not.
    pub fn stopped(&self) -> Option<RolloutStop> {
        self.stopped.filter(|_| self.begun < self.total)
    }

    /// How many hosts have ended.
    pub fn ended(&self) -> usize {
        self.ended
    }

    /// The places of the hosts that have not begun.
    pub fn rest(&self) -> std::ops::Range<usize> {
        self.begun..self.total
    }

    /// What is wrong, and what to do next.
    pub fn told(&self, why: RolloutStop) -> (String, &'static str) {
        let read = "see what went wrong there before you go on";
        match why {
            RolloutStop::Cancelled => ("not started: the run was cancelled".to_owned(), ""),
            RolloutStop::CanaryFailed => {
                let error = "not started: a host that went first (canary) has not ended well";
                (error.to_owned(), read)
            }
            RolloutStop::Failures => {
                let most = self.terms.max_failures.unwrap_or_default();
                let hosts = if self.failed == 1 { "host" } else { "hosts" };
                let failed = self.failed;
                let error =
                    format!("not started: {failed} {hosts} failed, and max_failures is {most}");
                (error, read)
            }
            RolloutStop::Unapproved(why) => {
                let (error, hint) = why.in_brief_of_rest();
                (format!("not started: {error}"), hint)
            }
            RolloutStop::Outdated => {
                let error = "not started: the configuration has changed since the first hosts ran";
                (error.to_owned(), "call again: it is judged anew")
            }
            RolloutStop::Unrecorded => {
                let error = "not started: the audit record could not be written";
                (
                    error.to_owned(),
                    "ask the operator to look at the server's stderr",
                )
            }
        }
    }

    /// How many hosts go first. Where all of them would, nobody is asked about the others, of which there are none.
    fn canaries(&self) -> usize {
        self.terms.canary.unwrap_or_default().min(self.total)
    }
}

impl RolloutStop {
    /// The stable name of the reason.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Failures => "max_failures",
            Self::CanaryFailed => "canary_failed",
            Self::Unapproved(why) => why.reason(),
            Self::Outdated => "configuration_changed",
            Self::Unrecorded => "unrecorded",
        }
    }
}

#[cfg(test)]
mod tests;
