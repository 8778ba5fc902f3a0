//! Whoever can put a question to a person, and what comes back.
//!
//! Takes: a [`Question`]. Gives: a [`Reply`], which is a yes only where a person has said so. An approver that has
//! nobody to ask says so before anything is looked up.

use std::pin::Pin;

use super::question::Question;
use mcp_ssh_policy::{Grant, Unapproved};

/// What came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// A yes.
    Granted(Grant),
    /// Anything else.
    Unapproved(Unapproved),
}

/// What an [`Approver`] can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capability {
    /// Nothing: there is nobody.
    Nobody,
    /// Ask.
    Asks,
    /// Tell what the person has answered to an earlier call.
    Answered,
}

/// Whoever can put a question to a person: an MCP client, a terminal.
pub trait Approver {
    /// What it can do.
    fn capability(&self) -> Capability;
    /// Puts the question. Dropping it takes the question back.
    fn ask<'a>(&'a self, question: &'a Question) -> Pin<Box<dyn Future<Output = Reply> + 'a>>;
}

/// For callers without a person.
#[derive(Debug)]
pub struct Nobody;

impl Approver for Nobody {
    fn capability(&self) -> Capability {
        Capability::Nobody
    }

    fn ask<'a>(&'a self, _question: &'a Question) -> Pin<Box<dyn Future<Output = Reply> + 'a>> {
        Box::pin(async { Reply::Unapproved(Unapproved::Unasked) })
    }
}
