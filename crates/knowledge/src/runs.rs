//! What a row says of the commands that its program runs.
//!
//! Takes a [`Row`]; gives where a command may stand in the words, and whether the words show all that runs.

use crate::row::{Row, Runs, Sight};

/// Why no wildcard admits a word of the command of [`Runs::Closed`].
pub const CLOSED: &str = "belongs to a command that it runs";

impl Runs {
    /// The words behind which a command stands, and the options whose values are commands.
    pub fn lists(&self) -> (&'static str, &'static str) {
        match *self {
            Self::After(words) => (words, ""),
            Self::Values(options) => ("", options),
            Self::Command { .. }
            | Self::Closed { .. }
            | Self::Environment
            | Self::Joined { .. }
            | Self::Reading
            | Self::FindExec
            | Self::Script
            | Self::Shell
            | Self::Option
            | Self::Texts
            | Self::Calls => ("", ""),
        }
    }
}

impl Row {
    /// The entry of [`Row::runs`] that says where a command begins behind the program's own words, if there is one.
    pub fn begins(&self) -> Option<Runs> {
        let begins = |runs: &&Runs| match runs {
            Runs::Command { .. }
            | Runs::Closed { .. }
            | Runs::Environment
            | Runs::Joined { .. }
            | Runs::Reading
            | Runs::FindExec => true,
            Runs::Script
            | Runs::Shell
            | Runs::Option
            | Runs::Texts
            | Runs::Calls
            | Runs::After(_)
            | Runs::Values(_) => false,
        };
        self.runs.iter().find(begins).copied()
    }

    /// Whether the first operand names a file that the program runs.
    pub fn interprets(&self) -> bool {
        self.runs
            .iter()
            .any(|runs| matches!(runs, Runs::Script | Runs::Shell))
    }

    /// Whether deny rules look into each word that may begin a command, and no file says what runs.
    pub fn shows(&self) -> bool {
        let any = |runs: &Runs| matches!(runs, Runs::Texts | Runs::Option | Runs::After("*"));
        self.begins().is_some() || self.runs.iter().any(any)
    }

    /// Whether the row says only that its words show all that runs.
    pub fn explains_nothing(&self) -> bool {
        let operands = self.operands.first.is_empty() && self.operands.rest.is_none();
        self.sight == Sight::Seen
            && operands
            && self.options.is_empty()
            && self.subcommands.is_empty()
    }

    /// The subcommands that run something, at any depth.
    pub fn running(&self) -> Vec<&'static Self> {
        let below = |row: &'static Self| {
            let own = (!row.runs.is_empty()).then_some(row);
            own.into_iter().chain(row.running())
        };
        self.subcommands.iter().flat_map(below).collect()
    }

    /// Whether the program, or one of its subcommands, runs something.
    pub fn runs_others(&self) -> bool {
        !self.runs.is_empty() || self.subcommands.iter().any(Self::runs_others)
    }
}
