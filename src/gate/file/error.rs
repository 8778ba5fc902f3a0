//! The errors of a request about a file. Takes the denial or failure of a step; gives one type for each way in which a
//! request ends without a result.

use std::error::Error;
use std::fmt;

use super::edit::EditError;
use crate::audit::AuditError;
use crate::gate::approval::Question;
use crate::ssh::{SftpError, SshError};
use mcp_ssh_policy::FileDecision;

/// Why a request about a file has no result.
#[derive(Debug)]
pub enum FileError {
    /// The policy has denied it.
    Denied(Box<FileDecision>),
    /// The caller puts this question to the person first, and calls again.
    HandedOver(Box<FileDecision>, Box<Question>),
    /// No connection could be made.
    Ssh(SshError),
    /// The host did not do it.
    Sftp(SftpError),
    /// What is there does not fit what was asked for: what is wrong, and what to do.
    Unfit(String, &'static str),
    /// It was allowed and could not be recorded, so it was not done.
    Unrecorded(AuditError),
}

impl fmt::Display for FileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Denied(decision) | Self::HandedOver(decision, _) => {
                formatter.write_str(decision.why())
            }
            Self::Ssh(error) => formatter.write_str(error.detail()),
            Self::Sftp(error) => formatter.write_str(error.detail()),
            Self::Unfit(what, _) => formatter.write_str(what),
            Self::Unrecorded(fault) => fault.fmt(formatter),
        }
    }
}

impl Error for FileError {}

impl From<Box<FileDecision>> for FileError {
    fn from(decision: Box<FileDecision>) -> Self {
        Self::Denied(decision)
    }
}

impl From<SshError> for FileError {
    fn from(error: SshError) -> Self {
        Self::Ssh(error)
    }
}

impl From<SftpError> for FileError {
    fn from(error: SftpError) -> Self {
        Self::Sftp(error)
    }
}

impl From<EditError> for FileError {
    fn from(error: EditError) -> Self {
        Self::Unfit(format!("{error}: nothing was written"), error.hint())
    }
}

impl From<AuditError> for FileError {
    fn from(fault: AuditError) -> Self {
        Self::Unrecorded(fault)
    }
}
