//! What a person may grant, and each way in which a yes is missing.
//!
//! Gives [`Grant`], and [`Unapproved`] with its sentence and the next step for an assistant.

/// What a yes covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// One run.
    Once,
    /// Every run of this line on this host, until this process ends or its configuration changes. Of a file: this
    /// access, this content over this old one.
    Session,
    /// Every run of this line on this host for so many minutes, until this process ends or its configuration changes.
    Minutes(u32),
}

impl Grant {
    /// The name of the grant in records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Once => "once",
            Self::Session => "session",
            Self::Minutes(_) => "minutes",
        }
    }
}

/// Why a yes is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unapproved {
    /// There is nobody to ask.
    Unasked,
    /// The person said no.
    Refused,
    /// The person took back the yes, before the host had its turn.
    Withdrawn,
    /// The person closed the question.
    Dismissed,
    /// The client declined the question. Some clients do so without showing it.
    Declined,
    /// The client accepted the question and gave no decision.
    Undecided,
    /// What came back is none of the answers that the question offers.
    Unclear,
    /// The client answered the question with an error: it cannot ask.
    Failed,
    /// The approver closed the question and gave no answer.
    Abandoned,
    /// The policy has the approver asked alone, and there is none.
    NoApprover,
    /// Something is at the approver's socket and does not answer.
    Unreachable,
    /// What listens on the approver's socket belongs to a user whose answer does not count.
    Stranger,
    /// The approver runs as the server's own user, and the policy does not permit that.
    SameUser,
    /// Nobody answered in time.
    Expired,
    /// The answer belongs to another call, or has been used.
    Invalid,
    /// The configuration has changed since the question was asked.
    Outdated,
    /// The question is on its way, and the answer comes with the next call.
    Pending,
    /// The approver has the question, and the caller was answered first. The answer counts for the same call.
    Awaited,
    /// Too many questions wait for an answer, or this question waits already.
    Crowded,
    /// The question is too long: nobody would read it to its end.
    TooLong,
    /// The change of a file is too long: nobody would read it to its end.
    ChangeTooLong,
    /// The change of a file has something in it that would be hidden as a private key, and is not plainly one.
    Unshowable,
    /// The approver does not show what is asked about a file, or about the hosts after the canaries.
    OldApprover,
    /// The hosts of a tag would run the line as different users, and one question is about one line.
    SeveralUsers,
    /// The person was asked about other hosts of the tag.
    Missed,
}

impl Unapproved {
    /// What is wrong, and what to do next, for a question that is about more than one rule.
    pub fn in_brief(self) -> (String, &'static str) {
        let why = self.why();
        (
            format!("this needs a person's approval, {why}; {}", self.what_ran()),
            self.hint(),
        )
    }

    /// What is wrong, and what to do next, for a question about files that more than one entry may ask.
    pub fn in_brief_of_files(self) -> (String, &'static str) {
        let why = self.why();
        (
            format!(
                "this needs a person's approval, {why}; {}",
                self.what_was_done()
            ),
            self.hint_for_files(),
        )
    }

    /// What is wrong, and what to do next, for the hosts of a tag that were to follow its canaries.
    pub fn in_brief_of_rest(self) -> (String, &'static str) {
        let why = self.why();
        (
            format!("the hosts after the canaries need a person's approval, {why}"),
            self.hint(),
        )
    }

    /// The stable name of the reason.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Unasked => "approval_required",
            Self::Refused => "approval_refused",
            Self::Withdrawn => "approval_withdrawn",
            Self::Dismissed => "approval_dismissed",
            Self::Declined => "approval_declined",
            Self::Undecided => "approval_undecided",
            Self::Unclear => "approval_unclear",
            Self::Failed => "approval_failed",
            Self::Abandoned => "approval_abandoned",
            Self::NoApprover => "approval_no_approver",
            Self::Unreachable => "approval_unreachable",
            Self::Stranger => "approval_stranger",
            Self::SameUser => "approval_same_user",
            Self::Expired => "approval_expired",
            Self::Invalid => "approval_invalid",
            Self::Outdated => "approval_outdated",
            Self::Pending => "approval_pending",
            Self::Awaited => "approval_awaited",
            Self::Crowded => "approval_crowded",
            Self::TooLong => "approval_too_long",
            Self::ChangeTooLong => "approval_change_too_long",
            Self::Unshowable => "approval_unshowable",
            Self::OldApprover => "approval_old_approver",
            Self::SeveralUsers => "approval_several_users",
            Self::Missed => "approval_missed",
        }
    }

    /// How the sentence about it ends.
    pub(super) fn why(self) -> &'static str {
        match self {
            Self::Unasked => "and nobody can be asked here",
            Self::Refused => "and the person refused",
            Self::Withdrawn => "and the person has taken back the yes",
            Self::Dismissed => "and the question was closed without an answer",
            Self::Declined => {
                "and the client declined the question, without a word whether a person saw it"
            }
            Self::Undecided => "and the client accepted the question without a decision",
            Self::Unclear => "and what came back is none of the answers that the question offers",
            Self::Failed => "and the client answered the question with an error, so it cannot ask",
            Self::Abandoned => "and the approver closed the question without an answer",
            Self::NoApprover => "and there is no approver to be asked",
            Self::Unreachable => "and the approver does not answer",
            Self::Stranger => {
                "and the approver's socket belongs to a user whose answer does not count"
            }
            Self::SameUser => {
                "and the approver runs as the server's own user, whose answer does not count"
            }
            Self::Expired => "and nobody answered in time",
            Self::Invalid => {
                "and the answer that came with this call was not given to it, or not for now"
            }
            Self::Outdated => "and the configuration has changed since the person was asked",
            Self::Pending => "and that is being asked for",
            Self::Awaited => "and the person has not answered yet",
            Self::Crowded => "and the person has this question already, or too many others",
            Self::TooLong => "and the line is too long for a person to read",
            Self::ChangeTooLong => "and the change is too long for a person to read",
            Self::Unshowable => {
                "and the change has something in it that would be hidden as a private key, and is not plainly one"
            }
            Self::OldApprover => "and the approver is too old to show what is asked",
            Self::SeveralUsers => {
                "and the hosts of this tag would run it as different users (`become`), so that no one question is \
                 about all of them"
            }
            Self::Missed => {
                "and the person was not asked about this host: its address was not known then, an earlier yes \
                 has lapsed since, or a link there leads to what needs one"
            }
        }
    }

    /// What came of the call. An answer that does not count may have counted for an earlier call.
    fn what_ran(self) -> &'static str {
        match self == Self::Invalid {
            true => "this call ran nothing",
            false => "nothing was run",
        }
    }

    /// As [`Unapproved::what_ran`], where files are asked about.
    fn what_was_done(self) -> &'static str {
        match self == Self::Invalid {
            true => "nothing was read or written by this call",
            false => "nothing was read or written",
        }
    }

    /// What to do next.
    pub(super) fn hint(self) -> &'static str {
        match self {
            Self::Unasked => {
                "ask the operator to run it, to start `mcp-ssh approver`, or to use an MCP client that \
                 supports elicitation"
            }
            Self::Refused | Self::Withdrawn => {
                "do not ask for it in other words: do the task without it, or talk to the person"
            }
            Self::Dismissed => "talk to the person before you call again",
            Self::Declined => {
                "ask the person whether they saw the question; if they did not, the operator can start \
                 `mcp-ssh approver`, which asks without the client"
            }
            Self::Undecided => {
                "ask the person to choose one of the answers; if the client shows none, the operator can \
                 start `mcp-ssh approver`, which asks without the client"
            }
            Self::Unclear => "ask the person to choose one of the answers, then call again",
            Self::Failed => {
                "ask the operator to run it, or to start `mcp-ssh approver`, which asks without the client"
            }
            Self::Abandoned => "ask the operator to look at `mcp-ssh approver`, then call again",
            Self::NoApprover => "ask the operator to start `mcp-ssh approver`, or to run it",
            Self::Unreachable => {
                "ask the operator to look at `mcp-ssh approver`: it may be stopped, or not permit the user \
                 of this server (`--allow-uid`)"
            }
            Self::Stranger => {
                "ask the operator to add the user's number to `approvals: {uids: […]}` of policy.yml, or to \
                 find out who listens there"
            }
            Self::SameUser => {
                "ask the operator to run the approver as another user, or to write \
                 `approvals: {same_user: true}` into policy.yml"
            }
            Self::Expired => "call again when somebody is there to answer",
            Self::Invalid => {
                "an answer counts once, in its time: see what came of the call that was made with it before; to ask \
                 anew, call without `requestState` and `inputResponses`"
            }
            Self::Outdated => "call again: it is judged anew",
            Self::Pending => "send the call again with `requestState` and `inputResponses`",
            Self::Awaited => {
                "make the same call again: it waits for the answer, which counts for it"
            }
            Self::Crowded => "wait for the answers to the calls under way, then call again",
            Self::TooLong => "ask for it in parts, each in a call of its own",
            Self::ChangeTooLong => "make smaller edits, each in a call of its own",
            Self::Unshowable => "ask the operator to make this change",
            Self::OldApprover => {
                "ask the operator to end `mcp-ssh approver` and start that of this server's version"
            }
            Self::SeveralUsers => {
                "run it with ssh_run on each host, or on a tag whose hosts run it as one user: ssh_plan says as whom"
            }
            Self::Missed => "call again: the person is asked anew",
        }
    }

    /// What to do next, where files are asked about: nothing is run there.
    pub(super) fn hint_for_files(self) -> &'static str {
        match self {
            Self::Unasked => {
                "ask the operator to do it, to start `mcp-ssh approver`, or to use an MCP client that \
                 supports elicitation"
            }
            Self::Failed => {
                "ask the operator to do it, or to start `mcp-ssh approver`, which asks without the client"
            }
            Self::NoApprover => "ask the operator to start `mcp-ssh approver`, or to do it",
            Self::TooLong => "ask for a file with a shorter path",
            Self::Refused
            | Self::Withdrawn
            | Self::Dismissed
            | Self::Declined
            | Self::Undecided
            | Self::Unclear
            | Self::Abandoned
            | Self::Unreachable
            | Self::Stranger
            | Self::SameUser
            | Self::Expired
            | Self::Invalid
            | Self::Outdated
            | Self::Pending
            | Self::Awaited
            | Self::Crowded
            | Self::ChangeTooLong
            | Self::Unshowable
            | Self::OldApprover
            | Self::SeveralUsers
            | Self::Missed => self.hint(),
        }
    }
}
