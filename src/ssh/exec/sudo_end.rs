//! Why a talk with sudo ends a run.
//!
//! Takes what the talk has come to. Gives the kind of the error, and the story for the operator. Refuses words of the host:
//! what sudo said is told elsewhere, once secrets are taken out of it.

use super::output::Process;
use crate::ssh::error::{SshError, SshErrorKind};

/// Why a talk with sudo ends a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SudoTalkEnd {
    /// sudo has asked again, and has said something before.
    Refused,
    /// sudo has asked again at once, or in other words: for something more than the password.
    AskedMore,
    /// Text stands before the question, on its line.
    TextBefore,
    /// Text stands behind the question.
    TextBehind,
    /// The question came after output, or after its time.
    Late,
    /// There is no password to answer.
    NoPassword,
}

impl SudoTalkEnd {
    fn kind(self) -> SshErrorKind {
        match self {
            Self::Refused => SshErrorKind::SudoPasswordRefused,
            Self::AskedMore => SshErrorKind::SudoAskedMore,
            Self::TextBefore | Self::TextBehind | Self::Late => SshErrorKind::SudoUnanswered,
            Self::NoPassword => SshErrorKind::SudoPasswordMissing,
        }
    }

    fn story(self) -> &'static str {
        match self {
            Self::Refused => {
                "sudo, or what ran, asked again after it had the password: most likely the password is wrong, or the \
                 account is locked, which sudo tells nobody; whether the command has run is not known"
            }
            Self::AskedMore => {
                "sudo, or what ran, had the password and asked for something more: the password may have expired, or \
                 PAM of this host wants a second answer; whether the command has run is not known"
            }
            Self::TextBefore => {
                "the question of sudo was not answered, since text without an end of line stood before it: something \
                 prints at each login of this account (~/.bashrc, ~/.profile)"
            }
            Self::TextBehind => {
                "the question of sudo was not answered, since there was text behind it: whether the command has run is \
                 not known"
            }
            Self::Late => {
                "the question of sudo was not answered, since it came after output or after 10 s: whether the command \
                 has run is not known"
            }
            Self::NoPassword => {
                "sudo asks for a password, and the credential has no `sudo_password_secret`: the command was not run"
            }
        }
    }

    /// The error of a run that was ended so.
    pub(super) fn error(self, process: Process) -> SshError {
        let left = process.doubt();
        let left = left.map_or(String::new(), |doubt| format!(" ({doubt})"));
        SshError::new(self.kind(), format!("{}{left}", self.story()))
    }
}
