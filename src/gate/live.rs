//! What a running command has printed so far, fit to be shown.
//!
//! Takes: the output as it comes and the secrets of the login. Gives: text without those
//! secrets. Nothing before the login, since nothing can have been printed.

use std::cell::OnceCell;
use std::rc::Rc;

use super::redact::redact;
use crate::secret::Secret;
use crate::ssh::Live;

/// Cheap to clone; every clone shows the same output.
#[derive(Clone, Default)]
pub(super) struct LiveOutput {
    printed: Live,
    secrets: Rc<OnceCell<Rc<[Secret]>>>,
}

impl LiveOutput {
    /// The output of a command that is about to be sent, and what must not be seen in it.
    pub fn open(&self, secrets: Rc<[Secret]>) -> &Live {
        self.secrets.get_or_init(|| secrets);
        &self.printed
    }

    /// Bytes printed so far, both streams together.
    pub fn bytes(&self) -> u64 {
        self.printed
            .look(|printed| printed.bytes_out() + printed.bytes_err())
    }

    /// What may be shown of it now.
    pub fn text(&self) -> String {
        match self.secrets.get() {
            Some(secrets) => self
                .printed
                .look(|printed| redact(printed.bytes(), secrets.iter())),
            None => String::new(),
        }
    }
}
