//! The person behind a call, and how whoever makes the call can ask them.
//!
//! Takes: a [`Question`]. Gives: a [`Reply`], which is a yes only where a person has said so. A caller that has nobody
//! to ask says so before anything is looked up.

use std::pin::Pin;

use super::question::{Question, QuestionDigest};
use mcp_ssh_policy::{Grant, Unapproved};

/// What came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// A yes.
    Granted(Grant),
    /// Anything else.
    Unapproved(Unapproved),
}

/// What a caller can do about a question.
#[derive(Clone, Copy)]
pub enum Person<'a> {
    /// Nothing: there is nobody.
    Nobody,
    /// Ask in the course of the call.
    Asked(&'a dyn Asks),
    /// Take the question with the denial, ask, and make the call again with the answer.
    AskedBetweenCalls,
    /// Tell what the person has answered to the question of an earlier call.
    Answered(QuestionDigest, Reply),
}

/// Whoever can put a question to a person in the course of a call: an MCP client, a terminal.
pub trait Asks {
    /// The word for it in records.
    fn via(&self) -> &'static str;
    /// Puts the question. Dropping it takes the question back.
    fn ask<'a>(&'a self, question: &'a Question) -> Pin<Box<dyn Future<Output = Reply> + 'a>>;
}
