//! `become: USER` of a rule: the user as whom sudo is to run what the rule grants.
//!
//! Takes the key. Gives a [`BecomeUser`], whose text is a word to every shell and no option to sudo. Refuses a text
//! that is no plain user name, and the key beside `action: deny`.

use std::fmt;
use std::rc::Rc;

use mcp_ssh_yaml::Fields;
use serde::Serialize;

use super::rule::Action;

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

/// The `become` of a rule with this action.
pub(super) fn becomes(fields: Fields<'_, '_>, action: Action) -> Option<BecomeUser> {
    if !fields.is_written("become") {
        return None;
    }
    let span = fields.key_span("become");
    if action == Action::Deny {
        let message = "`become` says as whom a command runs, and a rule that denies runs none: \
                       remove it, or write `action: allow` or `action: ask`";
        fields.faults().error(span, message);
        return None;
    }
    let Some((name, span)) = fields.filled("become") else {
        let message = "`become` is empty: write a user, such as `become: root`, or remove it";
        fields.faults().error(span, message);
        return None;
    };
    let user = BecomeUser::parse(name);
    if user.is_none() {
        let message = format!(
            "`{}` is not the name of a user: write one such as `root`",
            name.escape_debug()
        );
        fields.faults().error(span, message);
    }
    user
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
