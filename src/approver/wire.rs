//! What the server and the approver say to each other.
//!
//! Takes: one JSON object. Gives: a hello, a question or an answer. Refuses: an answer that does not repeat the
//! question's nonce and the digest of its line.

use base16ct::lower::encode_string;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The version of this protocol.
const VERSION: u32 = 1;
/// The most minutes that a grant may last: a day.
pub const MAX_MINUTES: u32 = 24 * 60;

/// The approver's first message.
#[derive(Debug, Deserialize, Serialize)]
pub struct ApproverHello {
    /// The version of the protocol.
    pub approver: u32,
    /// How many questions wait for the person.
    pub waiting: usize,
    /// Whether no more questions are taken.
    #[serde(default)]
    pub full: bool,
    /// Whether questions about files are shown as such, with the change that a write makes.
    #[serde(default)]
    pub files: bool,
    /// Whether questions about the hosts after the canaries are shown with the canaries' outcome.
    #[serde(default)]
    pub canaries: bool,
}

impl ApproverHello {
    /// The hello of this version.
    pub fn new(waiting: usize, full: bool) -> Self {
        Self {
            approver: VERSION,
            waiting,
            full,
            files: true,
            canaries: true,
        }
    }

    /// Whether it is of this version.
    pub fn is_known(&self) -> bool {
        self.approver == VERSION
    }
}

/// What the person is asked.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ApproverQuestion {
    /// 128 random bits, in hexadecimal: no two questions have one nonce.
    pub nonce: String,
    /// The hosts' aliases, in the order of servers.yml.
    pub hosts: Vec<String>,
    /// The tag that stands for the hosts, where they were not named.
    pub tag: Option<String>,
    /// The users that the hosts are logged in to, each once.
    pub users: Vec<String>,
    /// The text that the remote shell gets, behind `sudo -u USER --` where sudo runs it; or what is to happen with a file.
    pub line: String,
    /// The rules that ask, each once.
    pub rules: Vec<String>,
    /// The name that the MCP client gives itself.
    pub client: Option<String>,
    /// The server that asks, for the person.
    pub server: String,
    /// SHA-256 of the configuration that the line was judged under.
    pub config_sha256: String,
    /// Seconds until the question lapses.
    pub expires_in: u32,
    /// What is to be done with a file: `read`, `write` or `edit`; nothing where a command is to run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<String>,
    /// What a write changes, a row in each line: `+` comes, `-` goes, a blank stays, `@` and `\\` tell of the rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<String>,
    /// How the hosts that went first ended, a row in each line, where this is about the hosts that follow them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canaries: Option<String>,
}

/// What a person decides.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ApproverDecision {
    /// Yes, to this one run.
    Once,
    /// Yes, to every run of this line on this host, until the grant is withdrawn.
    Session,
    /// Yes, as for the session, for so many minutes.
    Minutes,
    /// No.
    Refuse,
}

/// The approver's answer.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ApproverAnswer {
    /// The nonce of the question.
    pub nonce: String,
    /// [`digest_of`] the line in which the question came.
    pub digest: String,
    /// What the person decided.
    pub decision: ApproverDecision,
    /// For how long, with [`ApproverDecision::Minutes`] only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
}

/// SHA-256 of a question's line, in hexadecimal: whoever repeats it has seen all of the question.
pub fn digest_of(line: &[u8]) -> String {
    encode_string(&Sha256::digest(line))
}

/// The server's word about a grant: it has taken the answer.
pub fn taken_word(nonce: &str) -> Vec<u8> {
    format!("{{\"taken\":\"{nonce}\"}}").into_bytes()
}

/// The approver's word about a grant: it holds the connection.
pub fn held_word(nonce: &str) -> Vec<u8> {
    format!("{{\"held\":\"{nonce}\"}}").into_bytes()
}
