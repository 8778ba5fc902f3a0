//! The server's end of a connection to the approver.
//!
//! Takes: the path of the socket, and whose answer counts. Gives: the person's decision, once, and for a grant a
//! [`GrantLink`], which tells whether the grant still stands. Refuses: a peer of another user, an approver that says
//! nothing, an answer to another question, and anything that follows an answer.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::Path;
use std::time::Duration;

use super::line_stream::LineStream;
use super::wire::{
    ApproverAnswer, ApproverDecision, ApproverHello, ApproverQuestion, MAX_MINUTES, digest_of,
    held_word, taken_word,
};
use crate::runtime::{connect_unix, timeout};
use mcp_ssh_policy::{ApprovalSettings, Grant};

/// How long an approver may take to say hello. One that is stopped says nothing.
const HELLO: Duration = Duration::from_secs(2);
/// How long an approver may take to close the connection after its answer: a forwarded end takes one round trip.
const FAREWELL: Duration = Duration::from_secs(2);

/// A connection over which one question may be asked.
#[derive(Debug)]
pub struct ApproverLink {
    lines: LineStream,
    uid: u32,
    shows_files: bool,
    shows_canaries: bool,
}

/// A connection that an approver keeps open while a grant stands.
#[derive(Debug)]
pub struct GrantLink(LineStream);

/// Why the approver gives no decision.
#[derive(Debug)]
pub enum ApproverError {
    /// Nobody listens: there is no socket, or one that was left behind.
    Absent(io::Error),
    /// Something is there, and cannot be reached, or says nothing that an approver says.
    Unreachable(io::Error),
    /// Whoever listens runs as a user whose answer does not count.
    Stranger(u32),
    /// The approver runs as the server's own user, and the policy does not permit that.
    SameUser,
    /// Too many questions wait.
    Full,
    /// The connection ended before an answer came.
    Abandoned,
    /// What came is no answer to this question, or is not the only one.
    Unclear,
}

impl fmt::Display for ApproverError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent(error) => write!(formatter, "there is no approver: {error}"),
            Self::Unreachable(error) => write!(formatter, "the approver does not answer: {error}"),
            Self::Stranger(uid) => write!(
                formatter,
                "the approver's socket belongs to the user {uid}, who is not in `approvals: {{uids: …}}`"
            ),
            Self::SameUser => formatter.write_str(
                "the approver runs as the server's own user, without `approvals: {same_user: true}`",
            ),
            Self::Full => formatter.write_str("too many questions wait at the approver"),
            Self::Abandoned => formatter.write_str("the approver gave no answer"),
            Self::Unclear => formatter.write_str("the approver's answer does not fit the question"),
        }
    }
}

impl Error for ApproverError {}

impl ApproverLink {
    /// Connects, if the approver's user is one whose answer counts and the approver says hello.
    ///
    /// # Errors
    /// Why nobody can be asked there.
    pub async fn open(path: &Path, settings: &ApprovalSettings) -> Result<Self, ApproverError> {
        let late = || ApproverError::Unreachable(io::ErrorKind::TimedOut.into());
        let socket = timeout(HELLO, connect_unix(path)).await.ok_or_else(late)?;
        let mut lines = LineStream::new(socket.map_err(unconnected)?);
        let uid = lines.peer_uid().map_err(ApproverError::Unreachable)?;
        if uid == rustix::process::geteuid().as_raw() {
            if !settings.same_user {
                return Err(ApproverError::SameUser);
            }
        } else if !settings.uids.contains(&uid) {
            return Err(ApproverError::Stranger(uid));
        }
        let hello = timeout(HELLO, lines.read()).await.ok_or_else(late)?;
        let hello = hello
            .map_err(ApproverError::Unreachable)?
            .unwrap_or_default();
        match serde_json::from_slice::<ApproverHello>(&hello) {
            Ok(hello) if hello.is_known() && !hello.full => Ok(Self {
                lines,
                uid,
                shows_files: hello.files,
                shows_canaries: hello.canaries,
            }),
            Ok(hello) if hello.is_known() => Err(ApproverError::Full),
            Ok(_) | Err(_) => {
                let what = "what listens there is no approver of this version";
                Err(ApproverError::Unreachable(io::Error::other(what)))
            }
        }
    }

    /// The approver's user, as the kernel gives it.
    pub fn uid(&self) -> u32 {
        self.uid
    }

    /// Whether the approver shows what is asked about a file. One that does not would have a person approve a change that
    /// they have not seen.
    pub fn shows_files(&self) -> bool {
        self.shows_files
    }

    /// Whether the approver shows how the hosts that went first ended.
    pub fn shows_canaries(&self) -> bool {
        self.shows_canaries
    }

    /// Puts the question and waits for the decision; nothing is the person's no. Dropping this takes the question
    /// back.
    ///
    /// # Errors
    /// Why there is no decision.
    pub async fn ask(
        mut self,
        question: &ApproverQuestion,
    ) -> Result<Option<(Grant, Option<GrantLink>)>, ApproverError> {
        let line = serde_json::to_vec(question).map_err(|_| ApproverError::Abandoned)?;
        let written = self.lines.write(&line).await;
        written.map_err(|_| ApproverError::Abandoned)?;
        let answer = match self.lines.read().await {
            Ok(Some(answer)) => answer,
            Ok(None) => return Err(ApproverError::Abandoned),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return Err(ApproverError::Unclear);
            }
            Err(_) => return Err(ApproverError::Abandoned),
        };
        let answer: ApproverAnswer =
            serde_json::from_slice(&answer).map_err(|_| ApproverError::Unclear)?;
        if answer.nonce != question.nonce || answer.digest != digest_of(&line) {
            return Err(ApproverError::Unclear);
        }
        let grant = match (answer.decision, answer.minutes) {
            (ApproverDecision::Once, None) => Some(Grant::Once),
            (ApproverDecision::Session, None) => Some(Grant::Session),
            (ApproverDecision::Minutes, Some(minutes @ 1..=MAX_MINUTES)) => {
                Some(Grant::Minutes(minutes))
            }
            (ApproverDecision::Refuse, None) => None,
            _ => return Err(ApproverError::Unclear),
        };
        match grant {
            None | Some(Grant::Once) => {
                self.farewell().await?;
                Ok(grant.map(|grant| (grant, None)))
            }
            Some(grant) => {
                self.held(&question.nonce).await?;
                Ok(Some((grant, Some(GrantLink(self.lines)))))
            }
        }
    }

    /// Sees that the answer is the only one: the next word of the approver must be that it holds the grant.
    async fn held(&mut self, nonce: &str) -> Result<(), ApproverError> {
        let taken = taken_word(nonce);
        let told = !self.lines.has_news() && self.lines.write(&taken).await.is_ok();
        let word = timeout(FAREWELL, self.lines.read()).await;
        match word {
            Some(Ok(Some(word))) if told && word == held_word(nonce) => Ok(()),
            Some(_) | None => Err(ApproverError::Unclear),
        }
    }

    /// Sees that the answer is the only one: the end must follow.
    async fn farewell(&mut self) -> Result<(), ApproverError> {
        match timeout(FAREWELL, self.lines.read()).await {
            Some(Ok(None)) => Ok(()),
            Some(_) | None => Err(ApproverError::Unclear),
        }
    }
}

/// Where there is no socket, or one that was left behind, there is no approver; everything else hides one.
fn unconnected(error: io::Error) -> ApproverError {
    let is_absent = [io::ErrorKind::NotFound, io::ErrorKind::ConnectionRefused];
    match is_absent.contains(&error.kind()) {
        true => ApproverError::Absent(error),
        false => ApproverError::Unreachable(error),
    }
}

impl GrantLink {
    /// Whether the approver still holds the connection, and has said nothing more.
    pub fn holds(&self) -> bool {
        !self.0.has_news()
    }
}
