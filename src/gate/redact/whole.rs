//! A whole content, redacted before anything of it is cut off.
//!
//! Takes: the bytes of a file. Gives: its text without secrets, or the bytes themselves where they are no text. Refuses:
//! bytes that are no text and hold a secret: what stands in base64 or UTF-16 is still a secret.

use super::clean::clean;
use super::{EndOfStream, Redactor};
use crate::ssh::Stream;

/// A content as an assistant may see it.
#[derive(Debug, PartialEq, Eq)]
pub enum WholeContentShown {
    /// Text.
    Text {
        /// The text.
        text: String,
        /// Whether a secret or a private key was taken out.
        is_redacted: bool,
        /// Whether control characters were left out.
        is_cleaned: bool,
    },
    /// The bytes are no text, and no secret is in them.
    Bytes,
    /// The bytes are no text, and a secret is in them.
    Secret,
}

impl Redactor {
    /// What may be shown of a whole content.
    pub fn whole(&self, content: &[u8]) -> WholeContentShown {
        let text = std::str::from_utf8(content).ok();
        match text.filter(|text| !text.contains('\0')) {
            Some(text) => {
                let shown = self.text(content);
                let cleaned = clean(text, &mut []);
                WholeContentShown::Text {
                    is_redacted: shown != cleaned,
                    is_cleaned: cleaned != text,
                    text: shown,
                }
            }
            None => {
                let without_nul: Vec<u8> =
                    content.iter().filter(|byte| **byte != 0).copied().collect();
                match self.hides(content) || self.hides(&without_nul) {
                    true => WholeContentShown::Secret,
                    false => WholeContentShown::Bytes,
                }
            }
        }
    }

    /// A text in which a host's word is quoted, such as the name of a file, without secrets. Where none is in it, it stays
    /// as it is.
    pub fn quoted(&self, text: &str) -> String {
        match self.hides(text.as_bytes()) {
            true => self.text(text.as_bytes()),
            false => text.to_owned(),
        }
    }

    fn hides(&self, content: &[u8]) -> bool {
        let text = String::from_utf8_lossy(content);
        self.text(content) != clean(&text, &mut [])
    }

    fn text(&self, content: &[u8]) -> String {
        let pieces = std::iter::once((Stream::Out, content));
        self.show(pieces, EndOfStream::Final).out
    }
}

#[cfg(test)]
mod tests {
    use super::{Redactor, WholeContentShown};
    use crate::secret::Secret;

    const KEY: &str = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ\n\
                       -----END OPENSSH PRIVATE KEY-----\n";

    fn whole(content: &[u8]) -> WholeContentShown {
        let secret = Secret::new("correct horse battery".to_owned());
        Redactor::new([&secret].into_iter()).whole(content)
    }

    fn text(text: &str, is_redacted: bool, is_cleaned: bool) -> WholeContentShown {
        WholeContentShown::Text {
            text: text.to_owned(),
            is_redacted,
            is_cleaned,
        }
    }

    #[test]
    fn a_name_is_as_it_is_but_for_secrets() {
        let secret = Secret::new("it's \"so\"\\ \u{a0}x".to_owned());
        let redactor = Redactor::new([&secret].into_iter());
        let raw = secret.expose();
        for (text, expected) in [
            ("a\u{1b}[31mb".to_owned(), "a\u{1b}[31mb"),
            (format!("/srv/{raw}/a"), "/srv/[redacted]/a"),
            (
                format!("{:?}: it is gone", format!("/srv/{raw}")),
                "\"/srv/[redacted]\": it is gone",
            ),
            (
                format!("`/srv/{}`", raw.escape_debug()),
                "`/srv/[redacted]`",
            ),
            (raw.replace("so", "s\u{1b}[0mo"), "[redacted]"),
        ] {
            assert_eq!(redactor.quoted(&text), expected, "{text:?}");
        }
    }

    #[test]
    fn text_is_told_from_bytes_and_what_was_taken_out_is_told() {
        let utf_16: Vec<u8> = KEY.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let among_bytes = [b"\xff\xfe\0".as_slice(), KEY.as_bytes()].concat();
        for (content, expected) in [
            (b"".as_slice(), text("", false, false)),
            (b"a\r\n\tb\n", text("a\r\n\tb\n", false, false)),
            (
                "caf\u{e9}\u{202e}".as_bytes(),
                text("caf\u{e9}\u{202e}", false, false),
            ),
            (b"a\x1b[31mb", text("ab", false, true)),
            (
                b"x correct horse battery y",
                text("x [redacted] y", true, false),
            ),
            (KEY.as_bytes(), text("[redacted]\n", true, false)),
            (b"\0\x01\xff", WholeContentShown::Bytes),
            (b"caf\xe9", WholeContentShown::Bytes),
            (b"\xff correct horse battery", WholeContentShown::Secret),
            (&among_bytes, WholeContentShown::Secret),
            (&utf_16, WholeContentShown::Secret),
        ] {
            assert_eq!(
                whole(content),
                expected,
                "{:?}",
                String::from_utf8_lossy(content)
            );
        }
    }
}
