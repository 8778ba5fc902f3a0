//! What became of a question to a person, by the word of its record.
//!
//! Takes the `event` of an `approval` record; gives its sense. Refuses to take a word that it does not know for a yes.

/// What an `approval` record tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApprovalSense {
    /// A person is asked.
    Asked,
    /// The person said yes.
    Approved,
    /// The person, or the client, said no.
    Refused,
    /// Whoever answered, or would have, is nobody whose answer counts.
    Uncounted,
    /// There is no decision: nobody answered, or what came back is none.
    Undecided,
}

impl ApprovalSense {
    /// The sense of an `event`.
    pub fn of(event: &str) -> Self {
        match event {
            "asked" => Self::Asked,
            "approved_once" | "approved_for_session" | "approved_for_minutes" => Self::Approved,
            "refused" | "declined" => Self::Refused,
            "stranger" | "same_user" | "invalid" => Self::Uncounted,
            _ => Self::Undecided,
        }
    }
}
