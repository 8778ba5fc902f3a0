//! The output of a running command so far, safe to show.
//!
//! Takes: the output as it comes, and the secrets of the login. Gives: text without these secrets; an empty text
//! before the login, since the command cannot have printed anything.

use std::cell::RefCell;
use std::rc::Rc;

use super::login::LoginSecrets;
use super::redact::{EndOfStream, RedactedOutput, Redactor};
use crate::ssh::OutputBuffer;

/// The live output of one command. Clones are cheap, and all show one output.
#[derive(Clone, Default)]
pub struct LiveOutput {
    printed: OutputBuffer,
    /// The secrets of every connection over which the command was sent: a connection that refused the command may have
    /// been made with other secrets.
    secrets: Rc<RefCell<LoginSecrets>>,
}

impl LiveOutput {
    /// Gives the buffer for a command that will be sent; adds the secrets that must not be seen in its output.
    pub fn open(&self, secrets: LoginSecrets) -> &OutputBuffer {
        self.secrets.borrow_mut().extend(secrets);
        &self.printed
    }

    /// How many bytes were printed so far, both streams together.
    pub fn bytes(&self) -> u64 {
        self.printed
            .look(|printed| printed.bytes_out() + printed.bytes_err())
    }

    /// The text that may be shown now. The end is held back, since it may be the beginning of a secret.
    pub fn text(&self) -> String {
        self.shown(EndOfStream::Open).both
    }

    /// What stands on standard error once nothing more comes.
    pub fn complaint(&self) -> String {
        self.shown(EndOfStream::Cut).err
    }

    fn shown(&self, ending: EndOfStream) -> RedactedOutput {
        let secrets = self.secrets.borrow();
        let redactor = Redactor::new(secrets.iter().map(Rc::as_ref));
        self.printed
            .look(|printed| redactor.show(printed.chunks(), ending))
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
