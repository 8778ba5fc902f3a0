//! The approver: a program of the operator's that puts the server's questions to a person, as ssh-agent signs for ssh.
//!
//! The server never listens: it connects to the approver's Unix-domain socket when a question arises, one connection
//! for each question. Each message is one JSON object in one line.
//!
//! ```text
//! approver -> server   hello      {"approver":1,"waiting":N} or {"approver":1,"waiting":N,"full":true}
//! server -> approver   question   nonce, hosts, line, user, rules, configuration, …
//! approver -> server   answer     the nonce, the SHA-256 of the question's line, the decision; then the end
//! ```
//!
//! For a grant of longer the end comes later, and withdraws the grant:
//!
//! ```text
//! server -> approver   {"taken":NONCE}
//! approver -> server   {"held":NONCE}
//! ```
//!
//! Either side checks the other's user, as the kernel gives it (SO_PEERCRED, unix(7)). A connection that the server
//! closes takes the question back.

mod line_stream;
mod link;
mod socket_path;
mod wire;

pub use line_stream::LineStream;
pub use link::{ApproverError, ApproverLink, GrantLink};
pub use socket_path::approver_socket;
pub use wire::{
    ApproverAnswer, ApproverDecision, ApproverHello, ApproverQuestion, MAX_MINUTES, digest_of,
    held_word, taken_word,
};
