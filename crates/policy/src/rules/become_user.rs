//! The user as whom sudo is to run what a rule grants.
//!
//! Takes a text. Gives a [`BecomeUser`], whose text is a word to every shell and no option to sudo. Refuses a text that
//! is no plain user name.

use std::fmt;
use std::rc::Rc;

use serde::Serialize;

/// The most characters of a user name; Linux allows 32, directory services allow more.
const MAX_NAME: usize = 64;

/// The user as whom a command is to run. Invariant: the name begins with a letter or `_`, and has only letters and
/// digits of ASCII, `_`, `-` and `.`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct BecomeUser(#[serde(serialize_with = "as_text")] Rc<str>);

impl BecomeUser {
    /// The user of this name; `None` if that is no plain user name.
    pub fn parse(name: &str) -> Option<Self> {
        let begins = |first: char| first.is_ascii_alphabetic() || first == '_';
        let plain =
            |character: char| character.is_ascii_alphanumeric() || "_-.".contains(character);
        let fits = name.starts_with(begins) && name.chars().all(plain) && name.len() <= MAX_NAME;
        fits.then(|| Self(name.into()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BecomeUser {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn as_text<S: serde::Serializer>(name: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(name)
}

#[cfg(test)]
mod tests {
    use super::BecomeUser;

    #[test]
    fn a_name_is_a_word_and_no_option() {
        for (name, fits) in [
            ("root", true),
            ("_apt", true),
            ("www-data", true),
            ("systemd-network", true),
            ("first.last2", true),
            ("", false),
            ("#0", false),
            ("0", false),
            ("-u", false),
            (".", false),
            ("%wheel", false),
            ("ro ot", false),
            ("root;id", false),
            ("root\n", false),
            ("$USER", false),
            ("r\u{f6}\u{f6}t", false),
        ] {
            assert_eq!(BecomeUser::parse(name).is_some(), fits, "{name:?}");
        }
        assert!(BecomeUser::parse(&"a".repeat(64)).is_some());
        assert!(BecomeUser::parse(&"a".repeat(65)).is_none());
    }
}
