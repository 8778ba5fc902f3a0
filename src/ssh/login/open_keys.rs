//! The private keys that the logins under way use, each opened once.
//!
//! Takes: the text of a key's file and its passphrase, as they were read for this login. Gives: an [`IdentityKey`], which is
//! shared with every other login under way that has an equal text and an equal passphrase. Keeps no key: when the last of
//! these logins ends, the key is gone.
//!
//! bcrypt takes 0.1 s of the one thread by design. A thousand hosts with one key should not take that a thousand times.

use std::cell::{OnceCell, RefCell};
use std::fmt;
use std::rc::{Rc, Weak};
use std::sync::Arc;

use super::private_key;
use crate::secret::Secret;
use crate::ssh::error::SshError;
use crate::ssh::transport::keys::PrivateKey;

/// A private key, opened when it is first needed.
pub(super) struct IdentityKey {
    text: Secret,
    passphrase: Option<Secret>,
    opened: OnceCell<Result<Arc<PrivateKey>, SshError>>,
}

/// The keys of the logins under way.
#[derive(Default)]
pub struct OpenKeys(RefCell<Vec<Weak<IdentityKey>>>);

impl OpenKeys {
    /// The key with this text and this passphrase.
    pub(super) fn shared(&self, text: Secret, passphrase: Option<Secret>) -> Rc<IdentityKey> {
        let mut keys = self.0.borrow_mut();
        keys.retain(|key| key.strong_count() > 0);
        let key = IdentityKey::new(text, passphrase);
        if let Some(equal) = keys
            .iter()
            .filter_map(Weak::upgrade)
            .find(|its| its.equals(&key))
        {
            return equal;
        }
        let key = Rc::new(key);
        keys.push(Rc::downgrade(&key));
        key
    }
}

/// Prints no key.
impl fmt::Debug for OpenKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

impl IdentityKey {
    pub(super) fn new(text: Secret, passphrase: Option<Secret>) -> Self {
        Self {
            text,
            passphrase,
            opened: OnceCell::new(),
        }
    }

    /// Opens the key, unless it is open already.
    ///
    /// # Errors
    /// What is wrong with the key.
    pub(super) fn open(&self) -> Result<Arc<PrivateKey>, SshError> {
        let open = || private_key::open(&self.text, self.passphrase.as_ref()).map(Arc::new);
        self.opened.get_or_init(open).clone()
    }

    fn equals(&self, other: &Self) -> bool {
        self.exposed() == other.exposed()
    }

    fn exposed(&self) -> (&str, Option<&str>) {
        let passphrase = self.passphrase.as_ref().map(Secret::expose);
        (self.text.expose(), passphrase)
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::OpenKeys;
    use crate::secret::Secret;

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    #[test]
    fn logins_under_way_share_a_key_with_an_equal_text_and_passphrase() {
        let keys = OpenKeys::default();
        let key = keys.shared(secret("text"), Some(secret("word")));
        for (text, passphrase, is_shared) in [
            ("text", Some("word"), true),
            ("text", Some("other"), false),
            ("text", None, false),
            ("other", Some("word"), false),
        ] {
            let another = keys.shared(secret(text), passphrase.map(secret));
            assert_eq!(
                Rc::ptr_eq(&key, &another),
                is_shared,
                "{text} {passphrase:?}"
            );
        }
    }

    #[test]
    fn no_key_outlives_the_logins() {
        let keys = OpenKeys::default();
        let key = keys.shared(secret("text"), None);
        assert_eq!(keys.0.borrow().len(), 1);
        let gone = Rc::downgrade(&key);
        drop(key);
        assert!(gone.upgrade().is_none());
        let _other = keys.shared(secret("other"), None);
        assert_eq!(keys.0.borrow().len(), 1, "what is gone is forgotten");
    }
}
