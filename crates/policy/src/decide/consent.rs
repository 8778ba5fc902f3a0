//! What a person may grant, and each way in which a yes is missing.
//!
//! Gives [`Grant`], and [`Unapproved`] with its sentence and the next step for an assistant.

/// What a yes covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// One run.
    Once,
    /// Every run of this line on this host, until this process ends or its configuration changes.
    Session,
}

impl Grant {
    /// The name of the grant in records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Once => "once",
            Self::Session => "session",
        }
    }
}

/// Why a yes is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unapproved {
    /// There is nobody to ask.
    Unasked,
    /// The person said no, or the client sent something that is no answer.
    Refused,
    /// The person closed the question.
    Dismissed,
    /// Nobody answered in time.
    Expired,
    /// The answer belongs to another call, or has been used.
    Invalid,
    /// The configuration has changed since the question was asked.
    Outdated,
    /// The question is on its way, and the answer comes with the next call.
    Pending,
    /// Too many questions wait for an answer, or this question waits already.
    Crowded,
    /// The question is too long: nobody would read it to its end.
    TooLong,
}

impl Unapproved {
    /// What is wrong, and what to do next, for a question that is about more than one rule.
    pub fn in_brief(self) -> (String, &'static str) {
        let (_, why, hint) = self.told();
        (
            format!("this needs a person's approval, {why}; nothing was run"),
            hint,
        )
    }

    /// The stable name of the reason, the end of the sentence, and what to do next.
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
