//! `approvals:` of `policy.yml`: who is asked where a rule says `ask`, for how long, and whose answer counts.
//!
//! ```text
//! approvals: { via: [approver|client…], timeout: SECONDS, socket: PATH, uids: [UID…],
//!              same_user: true|false, forwarded: true|false }
//! ```
//!
//! Takes the mapping. Gives [`ApprovalSettings`]. Refuses a road twice, none at all, and a socket whose path is too
//! long or not absolute: what a relative path names depends on where the server was started.

use mcp_ssh_yaml::{Fields, Node, Value};

/// Seconds that a question stands, where the policy does not say. Later the person may no longer see it.
const TIMEOUT_SECONDS: u32 = 300;
/// The most seconds that a question may stand: an hour. The line was judged before, and the host goes on.
const MOST_TIMEOUT_SECONDS: i64 = 3600;
/// The most bytes of a socket's path: `sun_path` of unix(7), less the NUL.
const MOST_SOCKET_BYTES: usize = 107;
/// The most users whose approver counts: more than watch over one fleet.
const MOST_UIDS: usize = 64;

const KEYS: &[&str] = &["via", "timeout", "socket", "uids", "same_user", "forwarded"];

/// A road to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApprovalRoad {
    /// A program of the operator's, behind a Unix-domain socket: `mcp-ssh approver`.
    Approver,
    /// Whoever makes the call: an MCP client that supports elicitation, or a terminal.
    Client,
}

/// Who is asked where a rule says `ask`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalSettings {
    /// The roads, in the order in which they are tried. A road that is there is the only one: no other one is
    /// tried after it.
    pub via: Vec<ApprovalRoad>,
    /// Seconds that a question stands.
    pub timeout_seconds: u32,
    /// The approver's socket, absolute; where it is not said, the environment names it.
    pub socket: Option<String>,
    /// The users whose approver counts.
    pub uids: Vec<u32>,
    /// Whether an approver that runs as the server's own user counts.
    pub same_user: bool,
    /// Whether the socket is forwarded from another machine: the records say so.
    pub forwarded: bool,
}

impl Default for ApprovalSettings {
    fn default() -> Self {
        Self {
            via: vec![ApprovalRoad::Approver, ApprovalRoad::Client],
            timeout_seconds: TIMEOUT_SECONDS,
            socket: None,
            uids: Vec::new(),
            same_user: false,
            forwarded: false,
        }
    }
}

impl ApprovalSettings {
    /// Reads `approvals:` of the file.
    pub(super) fn read(file: Fields<'_, '_>) -> Self {
        let default = Self::default();
        let Some(fields) = file.fields("approvals", "approvals", KEYS) else {
            return default;
        };
        let timeout = fields.integer_in("timeout", 1..=MOST_TIMEOUT_SECONDS);
        Self {
            via: roads(fields).unwrap_or(default.via),
            timeout_seconds: timeout
                .and_then(|seconds| u32::try_from(seconds).ok())
                .unwrap_or(default.timeout_seconds),
            socket: socket(fields),
            uids: uids(fields),
            same_user: fields.boolean("same_user").unwrap_or_default(),
            forwarded: fields.boolean("forwarded").unwrap_or_default(),
        }
    }
}

fn roads(fields: Fields<'_, '_>) -> Option<Vec<ApprovalRoad>> {
    if !fields.has("via") {
        return None;
    }
    let mut roads = Vec::new();
    for (word, span) in fields.texts("via") {
        let road = match word {
            "approver" => ApprovalRoad::Approver,
            "client" => ApprovalRoad::Client,
            other => {
                let message = format!("unknown road `{other}`: write `approver` or `client`");
                fields.faults().error(span, message);
                continue;
            }
        };
        if roads.contains(&road) {
            let message = format!("`{word}` stands twice: remove one");
            fields.faults().error(span, message);
        }
        roads.push(road);
    }
    if fields.list("via").is_some_and(<[_]>::is_empty) {
        let message =
            "`via` names no road to a person: write `[approver, client]`, or make the rules `deny`";
        fields.faults().error(fields.value_span("via"), message);
    }
    Some(roads)
}

fn socket(fields: Fields<'_, '_>) -> Option<String> {
    let (path, span) = fields.filled("socket")?;
    if !path.starts_with('/') {
        let message =
            "the approver's socket needs an absolute path, such as `/run/mcp-ssh/approver.sock`";
        fields.faults().error(span, message);
    }
    if path.len() > MOST_SOCKET_BYTES {
        let message = format!(
            "a socket's path has {MOST_SOCKET_BYTES} bytes at most, and this one {}: use a shorter one, such as \
             `/run/mcp-ssh/approver.sock`",
            path.len()
        );
        fields.faults().error(span, message);
    }
    Some(path.to_owned())
}

fn uids(fields: Fields<'_, '_>) -> Vec<u32> {
    let items = fields.list("uids").unwrap_or_default();
    if items.len() > MOST_UIDS {
        let message = format!("{} users are too many: {MOST_UIDS} at most", items.len());
        fields.faults().error(fields.value_span("uids"), message);
    }
    let read = |item: &Node<'_>| {
        let number = if let Value::Integer(number) = item.value {
            number
        } else {
            -1
        };
        // The last one stands for "no user" in system calls.
        let uid = u32::try_from(number).ok().filter(|uid| *uid != u32::MAX);
        if uid.is_none() {
            let message = "a user of `uids` is a number, as `id -u NAME` prints it";
            fields.faults().error(item.span, message);
        }
        uid
    };
    items.iter().filter_map(read).collect()
}
