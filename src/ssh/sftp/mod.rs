//! Files of a host, over the subsystem `sftp`: a client of version 3 (draft-ietf-secsh-filexfer-02).
//!
//! Takes: an open channel of a session. Gives: an [`client::Sftp`] that reads, lists and replaces files. Refuses: a
//! server that breaks the protocol, a path that others than root and the login can change, and a write that would lose
//! the owner or the old content.
//!
//! ```text
//! error       what can go wrong, and what the client is told
//! attributes  what a server says about a file
//! offered     what the server says that it can do
//! packet      requests as bytes, and bytes as replies
//! stream      packets over the channel: their ids, limits of time and memory
//! client      one request and its reply
//! extensions  what OpenSSH's server can do beside the draft
//! transfer    content: many requests at once
//! judged_path from a path that was asked for to the file there, link by link
//! still_there a second look at the directories on the way
//! replace     a whole file, so that the old content stands until the new one does
//! host_files  what the gate may do: nothing without a permit
//! ```

pub(super) mod attributes;
pub(super) mod client;
pub(super) mod error;
mod extensions;
pub(super) mod host_files;
pub(super) mod judged_path;
mod offered;
pub(super) mod packet;
mod replace;
mod still_there;
mod stream;
mod transfer;

#[cfg(fuzzing)]
pub use packet::{sftp_attributes, sftp_reply};
