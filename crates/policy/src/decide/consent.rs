//! What a person may grant, and each way in which there is no yes.
//!
//! Gives [`Grant`], and [`Unapproved`] with its sentence and what to do next.

/// How far a yes goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// To one run.
    Once,
    /// To every run of this line on this host, as long as this process and its configuration last.
    Session,
}

impl Grant {
    /// Its name in records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Once => "once",
            Self::Session => "session",
        }
    }
}

/// Why there is no yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unapproved {
    /// There is nobody to ask.
    Unasked,
    /// The person said no, or what came back was no answer.
    Refused,
    /// The person closed the question.
    Dismissed,
    /// Nobody answered in time.
    Expired,
    /// The answer belongs to another call, or has been used.
    Invalid,
    /// The configuration is another than the one under which the question was asked.
    Outdated,
    /// The question is on its way, and the answer comes with the next call.
    Pending,
    /// Too many questions wait for an answer, or this one does already.
    Crowded,
    /// Nobody would read it to its end.
    TooLong,
}

impl Unapproved {
    /// What is wrong, and what to do next, where it is about no single rule.
    pub fn in_brief(self) -> (String, &'static str) {
        let (_, why, hint) = self.told();
        (
            format!("this needs a person's approval, {why}; nothing was run"),
            hint,
        )
    }

    /// The stable name of the reason, how the sentence ends, and what to do next.
    pub(super) fn told(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Unasked => (
                "approval_required",
                "and nobody can be asked here",
                "ask the operator to run it, or use an MCP client that supports elicitation",
            ),
            Self::Refused => (
                "approval_refused",
                "and the person refused",
                "do not ask for it in other words: do the task without it, or talk to the person",
            ),
            Self::Dismissed => (
                "approval_dismissed",
                "and the person closed the question without an answer",
                "talk to the person before you call again",
            ),
            Self::Expired => (
                "approval_expired",
                "and nobody answered in time",
                "call again when somebody is there to answer",
            ),
            Self::Invalid => (
                "approval_invalid",
                "and the answer that came with this call was not given to it, or not for now",
                "call again without `requestState` and `inputResponses`: the person is asked anew",
            ),
            Self::Outdated => (
                "approval_outdated",
                "and the configuration has changed since the person was asked",
                "call again: it is judged anew",
            ),
            Self::Pending => (
                "approval_pending",
                "and that is being asked for",
                "send the call again with `requestState` and `inputResponses`",
            ),
            Self::Crowded => (
                "approval_crowded",
                "and the person has this question already, or too many others",
                "wait for the answers to the calls under way, then call again",
            ),
            Self::TooLong => (
                "approval_too_long",
                "and the line is too long for a person to read",
                "ask for it in parts, each in a call of its own",
            ),
        }
    }
}
