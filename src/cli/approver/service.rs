//! The connections of servers: each is a question, and perhaps a grant.
//!
//! Takes: a listening socket. Gives: each connection a task of its own. Refuses: a server of a user who was not named,
//! before a word is read from it.

use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use rustix::process::geteuid;

use super::connection::ApproverConnection;
use super::desk::Desk;
use super::socket::ApproverSocket;
use crate::approver::LineStream;
use crate::runtime::{sleep, spawn};

/// The pause after a connection could not be accepted: descriptors may be short for a while.
const PAUSE: Duration = Duration::from_millis(200);

/// What every connection needs.
pub struct Service {
    pub desk: Rc<Desk>,
    /// The users beside the own one whose servers may ask.
    pub uids: Vec<u32>,
    /// The program that answers in place of the person.
    pub hook: Option<PathBuf>,
}

impl Service {
    /// Takes connections; never ends.
    pub async fn accept<T>(&self, socket: &ApproverSocket) -> T {
        loop {
            let Ok((stream, _)) = socket.listener.accept().await else {
                sleep(PAUSE).await;
                continue;
            };
            let lines = LineStream::new(stream);
            let Some(uid) = self.permitted(&lines) else {
                continue;
            };
            let connection = ApproverConnection {
                desk: Rc::clone(&self.desk),
                hook: self.hook.clone(),
                lines,
                uid,
            };
            spawn(connection.serve()).detach();
        }
    }

    fn permitted(&self, lines: &LineStream) -> Option<u32> {
        let uid = lines.peer_uid().ok()?;
        let permitted = uid == geteuid().as_raw() || self.uids.contains(&uid);
        permitted.then_some(uid)
    }
}
