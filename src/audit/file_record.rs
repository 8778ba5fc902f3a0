//! The fields of the records about files. None carries a content, only its length and its SHA-256.
//!
//! A `look` says that the host is asked where a path leads, before it is. A `policy_decision` and an `audit` record
//! are those of a command, with the facts of the file beside them.

use std::net::IpAddr;

use serde::Serialize;

use super::record::Origin;

/// What is known of a file, and of what is done with it.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct FileFacts<'a> {
    /// `read`, `write`, `edit` or `list`.
    pub access: &'a str,
    /// The path that was asked for.
    pub path: &'a str,
    /// The path to which the host resolves it, where that is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolved: Option<&'a str>,
    /// The bytes that are read or written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// SHA-256 of the content that is there, or was read, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256_before: Option<&'a str>,
    /// SHA-256 of the content that is to be there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256_after: Option<&'a str>,
}

/// `look`: the host is about to be asked where a path leads.
#[derive(Debug, Serialize)]
pub struct LookRecord<'a> {
    /// The host's alias.
    pub alias: &'a str,
    /// The hash of the access and the path, as of a command.
    pub hash: &'a str,
    /// The file.
    #[serde(flatten)]
    pub file: FileFacts<'a>,
    /// The addresses that may be dialled, in their order.
    pub target_ips: &'a [IpAddr],
    /// What asked, and under what.
    #[serde(flatten)]
    pub origin: &'a Origin,
}

/// `policy_decision` about a file: written before it is opened.
#[derive(Debug, Serialize)]
pub struct FileDecisionRecord<'a> {
    /// The host's alias.
    pub alias: &'a str,
    /// The hash of the access and the path, as of a command.
    pub hash: &'a str,
    /// Whether it may be done.
    pub allowed: bool,
    /// Where it was denied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<&'a str>,
    /// The short name of why it was denied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'a str>,
    /// The determining entry of `files`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The address at the other end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_ip: Option<IpAddr>,
    /// How far a person's approval goes, where an entry asks for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved: Option<&'a str>,
    /// The file.
    #[serde(flatten)]
    pub file: FileFacts<'a>,
    /// What asked, and under what.
    #[serde(flatten)]
    pub origin: &'a Origin,
}

/// `audit` about a file: how it ended.
#[derive(Debug, Serialize)]
pub struct FileOutcomeRecord<'a> {
    /// The host's alias.
    pub alias: &'a str,
    /// The hash of the access and the path, as of a command.
    pub hash: &'a str,
    /// 0 when it was done, else -1.
    pub exit_code: i64,
    /// From the request to the end, in milliseconds.
    pub duration_ms: u64,
    /// Whether it was cancelled.
    pub cancelled: bool,
    /// Whether it ran out of time.
    pub timeout: bool,
    /// The address that answered, or that was dialled first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_ip: Option<IpAddr>,
    /// Over which connection it was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection: Option<u64>,
    /// What went wrong, in full.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<&'a str>,
    /// The file.
    #[serde(flatten)]
    pub file: FileFacts<'a>,
    /// What asked, and under what.
    #[serde(flatten)]
    pub origin: &'a Origin,
}
