//! How long one call may run: as long as the caller asks for, but no longer than the policy allows.
//!
//! Takes: the policy's limits, and the call's `timeout_seconds`. Gives: the seconds of the call, the name of their
//! source, and a sentence for a caller who asked for more. Refuses nothing: a caller who asks for more gets the limit.

use std::num::NonZeroU32;

use mcp_ssh_policy::Limits;

/// The time of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TimeLimit {
    policy: u32,
    asked: Option<u32>,
}

impl TimeLimit {
    /// The time of a call that asks for `timeout_seconds` under these limits.
    pub fn of(limits: Limits, timeout_seconds: Option<NonZeroU32>) -> Self {
        Self {
            policy: limits.max_seconds,
            asked: timeout_seconds.map(NonZeroU32::get),
        }
    }

    /// How many seconds the call has.
    pub fn seconds(self) -> u32 {
        self.asked.unwrap_or(self.policy).min(self.policy)
    }

    /// The source of the seconds: the argument of the call, or the policy's limit.
    pub fn source(self) -> &'static str {
        match self.asked {
            Some(asked) if asked < self.policy => "timeout_seconds",
            Some(_) | None => "max_seconds",
        }
    }

    /// The sentence for a caller who asked for more than the limit; `None` for any other.
    pub fn lowered(self) -> Option<String> {
        let asked = self.asked.filter(|asked| *asked > self.policy)?;
        let policy = self.policy;
        Some(format!(
            "timeout_seconds was lowered from {asked} to {policy}, the policy's max_seconds"
        ))
    }

    /// A note, and behind it the sentence for a caller who asked for more than the limit.
    pub fn told_after(self, note: Option<String>) -> Option<String> {
        match (note, self.lowered()) {
            (Some(note), Some(lowered)) => Some(format!("{note}; {lowered}")),
            (note, lowered) => note.or(lowered),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TimeLimit;
    use mcp_ssh_policy::Limits;
    use std::num::NonZeroU32;

    #[test]
    fn the_shorter_of_two_and_what_is_said_of_it() {
        let lowered = "timeout_seconds was lowered from 46 to 45, the policy's max_seconds";
        for (asked, seconds, source, told) in [
            (0, 45, "max_seconds", None),
            (1, 1, "timeout_seconds", None),
            (44, 44, "timeout_seconds", None),
            (45, 45, "max_seconds", None),
            (46, 45, "max_seconds", Some(lowered)),
        ] {
            let time = TimeLimit::of(Limits::default(), NonZeroU32::new(asked));
            assert_eq!(
                (time.seconds(), time.source()),
                (seconds, source),
                "{asked}"
            );
            assert_eq!(time.lowered().as_deref(), told, "{asked}");
            let after = time.told_after(Some("cancelled".to_owned())).unwrap();
            let expected = told.map_or("cancelled".to_owned(), |told| format!("cancelled; {told}"));
            assert_eq!(after, expected, "{asked}");
        }
    }
}
