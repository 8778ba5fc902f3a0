//! What a running command has printed so far, fit to be shown.
//!
//! Takes: the output as it comes and the secrets of the login. Gives: text without those
//! secrets. Nothing before the login, since nothing can have been printed.

use std::cell::RefCell;
use std::rc::Rc;

use super::login::LoginSecrets;
use super::redact::{EndOfStream, Redactor};
use crate::ssh::OutputBuffer;

/// Cheap to clone; every clone shows the same output.
#[derive(Clone, Default)]
pub struct LiveOutput {
    printed: OutputBuffer,
    /// Of every connection over which the command was sent: one that refused it may have been dialled with others.
    secrets: Rc<RefCell<LoginSecrets>>,
}

impl LiveOutput {
    /// The output of a command that is about to be sent, and what must not be seen in it.
    pub fn open(&self, secrets: LoginSecrets) -> &OutputBuffer {
        self.secrets.borrow_mut().extend(secrets);
        &self.printed
    }

    /// Bytes printed so far, both streams together.
    pub fn bytes(&self) -> u64 {
        self.printed
            .look(|printed| printed.bytes_out() + printed.bytes_err())
    }

    /// What may be shown of it now: what is at its end may still become a secret.
    pub fn text(&self) -> String {
        let secrets = self.secrets.borrow();
        let redactor = Redactor::new(secrets.iter().map(Rc::as_ref));
        self.printed
            .look(|printed| redactor.show(printed.chunks(), EndOfStream::Open).both)
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::LiveOutput;
    use crate::secret::Secret;

    #[test]
    fn the_secrets_of_every_connection_that_was_tried_are_hidden() {
        let live = LiveOutput::default();
        let secret = |text: &str| vec![Rc::new(Secret::new(text.to_owned()))];
        live.open(secret("first-password"));
        let printed = live.open(secret("second-password"));
        printed.print(b"first-password second-password\n");
        assert_eq!(live.text(), "[redacted] [redacted]\n");
    }
}
