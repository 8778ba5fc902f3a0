//! How a connection ended, in words for stderr.
//!
//! Takes: what the server said, or what broke. Gives: the words. Refuses nothing.

use std::fmt;

/// The end of a connection, in words for stderr.
#[derive(Clone, Debug)]
pub(in crate::ssh) enum DisconnectReason {
    /// The server ended it, for this reason.
    Said(String),
    /// The server has refused a login and offers no other method.
    Exhausted,
    /// The server sent words that are no UTF-8, at which russh hangs up.
    NoUtf8,
    /// The connection broke off.
    Broken(String),
}

impl fmt::Display for DisconnectReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Said(why) if why.trim().is_empty() => {
                formatter.write_str("the server ended it and gave no reason")
            }
            Self::Said(why) => write!(formatter, "the server said {why:?}"),
            Self::Exhausted => formatter.write_str("the server takes no further method"),
            Self::NoUtf8 => formatter.write_str(
                "the server sent words that are no UTF-8, as RFC 4252 demands: save the host's banner (`Banner` in \
                 sshd_config) and its messages as UTF-8",
            ),
            Self::Broken(why) => formatter.write_str(why),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::DisconnectReason;

    #[test]
    fn an_end_without_words_is_told_as_that() {
        for (why, told) in [
            ("", "the server ended it and gave no reason"),
            (" \n", "the server ended it and gave no reason"),
            ("bye", "the server said \"bye\""),
        ] {
            assert_eq!(DisconnectReason::Said(why.to_owned()).to_string(), told);
        }
    }
}
