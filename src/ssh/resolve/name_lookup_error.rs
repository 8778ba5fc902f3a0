//! Why a name has no addresses.
//!
//! Takes: what came of asking. Gives: the words for it, and whether the resolver has answered at all. Refuses nothing.

use std::fmt;

/// Why there are no addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NameLookupError {
    /// The resolver was asked, and failed for this reason.
    Asked(String),
    /// The resolver has said for both families that there is no such name.
    Absent(String),
    /// The resolver has said that there is such a name, and no address of it.
    Addressless(String),
    /// The turn of the name did not come in time: the resolver was not asked.
    NoTurn,
    /// The system makes no thread: the resolver was not asked.
    NoThread(String),
}

impl fmt::Display for NameLookupError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Asked(why) | Self::Absent(why) | Self::Addressless(why) => {
                formatter.write_str(why)
            }
            Self::NoTurn => formatter.write_str("the resolver is still busy with other names"),
            Self::NoThread(why) => write!(
                formatter,
                "the system makes no thread to look it up ({why}): raise `pids_limit` or `ulimit -u`"
            ),
        }
    }
}

impl std::error::Error for NameLookupError {}

impl NameLookupError {
    /// Whether the resolver has answered, and nothing failed.
    pub fn is_an_answer(&self) -> bool {
        match self {
            Self::Absent(_) | Self::Addressless(_) => true,
            Self::Asked(_) | Self::NoTurn | Self::NoThread(_) => false,
        }
    }
}
