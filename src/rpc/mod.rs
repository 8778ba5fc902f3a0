//! JSON-RPC 2.0 as the Model Context Protocol speaks it: one object a line, no batches.
//!
//! Takes: one line of bytes ([`parse()`]). Gives: a [`Message`]; for the answer a [`Response`], whose
//! [`Response::line`] is one line. Refuses: a line that is no message. [`stdio`] reads and writes the lines,
//! [`InFlight`] knows the requests under way, [`Outgoing`] the requests that the server has sent.

mod framing;
mod inflight;
mod json;
mod magnitude;
mod member;
mod message;
mod outgoing;
mod outline;
mod parse;
mod response;
pub mod stdio;
mod surrogate;
mod waiting;

pub use inflight::{BeginError, Delivery, InFlight, RunningRequest};
pub use member::{given, take_given, whole};
pub use message::{ClientResponse, Message, Notification, Request, RequestId};
pub use outgoing::{Outgoing, Pending};
pub use parse::parse;
pub use response::{
    Error, INTERNAL_ERROR, INVALID_PARAMS, INVALID_REQUEST, METHOD_NOT_FOUND, PARSE_ERROR,
    Response, json_text, quoted,
};
pub use waiting::Share;
