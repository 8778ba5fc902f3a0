//! The road to a person: the approver if it is there, and then it alone; else whoever makes the call.
//!
//! Takes: the policy's `approvals`, and what the caller can do. Gives: the first road that is there. Refuses: an
//! approver that does not answer, or that runs as a user whose answer does not count. No other road is tried then: whoever
//! can stop the approver must not have the client asked in its place.

use std::path::PathBuf;

use super::person::Person;
use super::question::Question;
use crate::approver::{ApproverError, ApproverLink, approver_socket};
use crate::config::Environment;
use crate::gate::loaded::Loaded;
use mcp_ssh_policy::{ApprovalRoad, ApprovalSettings, Unapproved};

/// A way to a person.
pub enum OpenRoad<'a> {
    /// The operator's program, which has said hello.
    Approver(ApproverLink),
    /// Whoever makes the call.
    Client(Person<'a>),
}

impl OpenRoad<'_> {
    /// The word for it in records.
    pub fn via(&self) -> &'static str {
        match self {
            Self::Approver(_) => "approver",
            Self::Client(Person::Asked(asks)) => asks.via(),
            Self::Client(Person::AskedBetweenCalls | Person::Answered(..) | Person::Nobody) => {
                "client"
            }
        }
    }

    /// Whether the person sees all that is asked. A client shows the text of the question, whatever it is about.
    pub fn shows(&self, question: &Question) -> bool {
        match self {
            Self::Approver(link) => {
                (question.file().is_none() || link.shows_files())
                    && (question.canaries().is_none() || link.shows_canaries())
            }
            Self::Client(_) => true,
        }
    }

    /// The approver's user, as the kernel gives it.
    pub fn uid(&self) -> Option<u32> {
        match self {
            Self::Approver(link) => Some(link.uid()),
            Self::Client(_) => None,
        }
    }
}

/// Whether a road may be there at all: known without asking anybody.
pub fn may_be_asked(loaded: &Loaded, person: Person<'_>) -> bool {
    let settings = loaded.policy().approvals();
    settings.via.iter().any(|road| match road {
        ApprovalRoad::Approver => socket(settings).is_some(),
        ApprovalRoad::Client => !matches!(person, Person::Nobody),
    })
}

/// The first road that is there.
///
/// # Errors
/// Why nobody is asked.
pub async fn find<'a>(loaded: &Loaded, person: Person<'a>) -> Result<OpenRoad<'a>, Unapproved> {
    if let Person::Answered(..) = person {
        return Ok(OpenRoad::Client(person));
    }
    let settings = loaded.policy().approvals();
    for road in &settings.via {
        match (road, person) {
            (ApprovalRoad::Approver, _) => {
                let Some(path) = socket(settings) else {
                    continue;
                };
                match ApproverLink::open(&path, settings).await {
                    Ok(link) => return Ok(OpenRoad::Approver(link)),
                    Err(ApproverError::Absent(error)) => {
                        log::info!("no approver answers at {}: {error}", path.display());
                    }
                    Err(error) => {
                        log::warn!("{}: {error}", path.display());
                        return Err(unapproved(&error));
                    }
                }
            }
            (ApprovalRoad::Client, Person::Nobody) => {}
            (ApprovalRoad::Client, person) => return Ok(OpenRoad::Client(person)),
        }
    }
    Err(nobody(loaded))
}

/// Why there is nobody: where the client is no road, its capabilities do not matter.
pub fn nobody(loaded: &Loaded) -> Unapproved {
    let roads = &loaded.policy().approvals().via;
    match roads.contains(&ApprovalRoad::Client) {
        true => Unapproved::Unasked,
        false => Unapproved::NoApprover,
    }
}

/// What the assistant is told when the approver gives no decision.
pub fn unapproved(error: &ApproverError) -> Unapproved {
    match error {
        ApproverError::Absent(_) => Unapproved::NoApprover,
        ApproverError::Unreachable(_) => Unapproved::Unreachable,
        ApproverError::Stranger(_) => Unapproved::Stranger,
        ApproverError::SameUser => Unapproved::SameUser,
        ApproverError::Full => Unapproved::Crowded,
        ApproverError::Abandoned => Unapproved::Abandoned,
        ApproverError::Unclear => Unapproved::Unclear,
    }
}

/// The policy's path stands above the environment, which whoever starts the server can set.
fn socket(settings: &ApprovalSettings) -> Option<PathBuf> {
    let named = settings.socket.as_ref().map(PathBuf::from);
    named.or_else(|| approver_socket(&Environment::Process))
}
