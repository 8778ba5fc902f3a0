//! The columns of the matrix: what each server is asked for, and what is said of the answer.

use super::stand::Stand;
use super::{commands, files, looks};

/// What is as it should be.
pub const YES: &str = "yes";

/// What is asked of each server, in the order of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Password,
    Key,
    Keyboard,
    Run,
    ExitStatus,
    ExitSignal,
    Stderr,
    Large,
    Cap,
    Stdin,
    Timeout,
    Cancel,
    Reuse,
    Together,
    Rekey,
    Keyscan,
    Doctor,
    Read,
    Create,
    Replace,
}

impl Column {
    pub const ALL: [Self; 20] = [
        Self::Password,
        Self::Key,
        Self::Keyboard,
        Self::Run,
        Self::ExitStatus,
        Self::ExitSignal,
        Self::Stderr,
        Self::Large,
        Self::Cap,
        Self::Stdin,
        Self::Timeout,
        Self::Cancel,
        Self::Reuse,
        Self::Together,
        Self::Rekey,
        Self::Keyscan,
        Self::Doctor,
        Self::Read,
        Self::Create,
        Self::Replace,
    ];

    /// Its name on the page.
    pub fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Key => "key",
            Self::Keyboard => "keyboard-interactive",
            Self::Run => "run",
            Self::ExitStatus => "exit status",
            Self::ExitSignal => "exit signal",
            Self::Stderr => "stderr apart",
            Self::Large => "5 MB",
            Self::Cap => "output limit",
            Self::Stdin => "no input",
            Self::Timeout => "timeout",
            Self::Cancel => "cancel",
            Self::Reuse => "one login",
            Self::Together => "two at once",
            Self::Rekey => "new keys",
            Self::Keyscan => "keyscan",
            Self::Doctor => "doctor",
            Self::Read => "read, list",
            Self::Create => "new file",
            Self::Replace => "write, edit",
        }
    }

    /// The table of the page that has it.
    pub fn table(self) -> &'static str {
        match self {
            Self::Password | Self::Key | Self::Keyboard | Self::Keyscan | Self::Doctor => "Logins",
            Self::Run
            | Self::ExitStatus
            | Self::ExitSignal
            | Self::Stderr
            | Self::Large
            | Self::Cap
            | Self::Stdin => "Commands",
            Self::Timeout | Self::Cancel | Self::Reuse | Self::Together | Self::Rekey => {
                "Ends and connections"
            }
            Self::Read | Self::Create | Self::Replace => "Files",
        }
    }

    /// What it shall be where nothing else is expected.
    pub fn good(self) -> &'static str {
        match self {
            Self::Timeout | Self::Cancel => "gone",
            _ => YES,
        }
    }

    /// What is seen of it. The order is that of `ALL`: what large output has done to the keys is looked at after it.
    pub fn seen(self, stand: &mut Stand) -> String {
        let look: fn(&mut Stand) -> Result<String, String> = match self {
            Self::Password => looks::password,
            Self::Key => looks::key,
            Self::Keyboard => looks::keyboard,
            Self::Run => commands::runs,
            Self::ExitStatus => commands::exit_status,
            Self::ExitSignal => commands::exit_signal,
            Self::Stderr => commands::stderr,
            Self::Large => commands::large,
            Self::Cap => commands::cap,
            Self::Stdin => commands::no_input,
            Self::Timeout => commands::timeout,
            Self::Cancel => commands::cancel,
            Self::Reuse => commands::reuse,
            Self::Together => commands::together,
            Self::Rekey => looks::rekey,
            Self::Keyscan => looks::keyscan,
            Self::Doctor => looks::doctor,
            Self::Read => files::read,
            Self::Create => files::create,
            Self::Replace => files::replace,
        };
        look(stand).unwrap_or_else(|error| format!("no: {error}"))
    }
}
