//! The PEM text of a private key: RFC 7468, and RFC 1421 section 4.6 for the headers that the old
//! encrypted keys have.
//!
//! Takes: the text of a file. Gives: its first block, with the bytes in memory that is zeroed when
//! they are dropped. Refuses: a text without a block, a block without its end, and what is not
//! base64 in it.

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

/// One block of a PEM file.
pub(super) struct Pem<'t> {
    /// What stands between `-----BEGIN ` and the dashes.
    pub(super) label: &'t str,
    /// The value of the header `DEK-Info`: how the bytes are encrypted.
    pub(super) dek_info: Option<&'t str>,
    pub(super) bytes: Zeroizing<Vec<u8>>,
}

impl<'t> Pem<'t> {
    /// The first block of `text`; what stands before and after it says nothing.
    ///
    /// # Errors
    /// What is wrong with it, in words that no secret is part of.
    pub(super) fn read(text: &'t str) -> Result<Self, String> {
        let mut lines = text.lines().map(str::trim_end);
        let label = lines
            .find_map(|line| boundary(line, "-----BEGIN "))
            .ok_or("it holds no PEM block, which starts with `-----BEGIN `")?;
        let mut dek_info = None;
        let mut base64 = Zeroizing::new(String::with_capacity(text.len()));
        for line in lines {
            if let Some(end) = boundary(line, "-----END ") {
                if end != label {
                    return Err(format!(
                        "`-----BEGIN {label}-----` ends as `-----END {end}-----`"
                    ));
                }
                let bytes = decode(&base64).ok_or("what stands in its PEM block is no base64")?;
                return Ok(Self {
                    label,
                    dek_info,
                    bytes,
                });
            }
            match line.split_once(':') {
                Some(("DEK-Info", value)) => dek_info = Some(value.trim_start()),
                Some(_) => {}
                None => base64.push_str(line),
            }
        }
        Err(format!(
            "it is cut off: the line `-----END {label}-----` is missing"
        ))
    }
}

fn boundary<'t>(line: &'t str, dashes: &str) -> Option<&'t str> {
    line.strip_prefix(dashes)?.strip_suffix("-----")
}

fn decode(base64: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(vec![0; base64.len()]);
    let length = Base64::decode(base64, &mut bytes).ok()?.len();
    bytes.truncate(length);
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::Pem;

    fn read(text: &str) -> Result<(&str, Option<&str>, Vec<u8>), String> {
        Pem::read(text).map(|pem| (pem.label, pem.dek_info, pem.bytes.to_vec()))
    }

    #[test]
    fn a_block_is_read_with_its_headers() {
        let rows = [
            "-----BEGIN X-----\nYWJj\nZA==\n-----END X-----\n",
            "-----BEGIN X-----\r\nYWJj\r\nZA==\r\n-----END X-----",
            "subject=/CN=x\n-----BEGIN X----- \nYWJjZA==\n-----END X-----\n-----BEGIN Y-----\n",
        ];
        for text in rows {
            assert_eq!(read(text), Ok(("X", None, b"abcd".to_vec())), "{text}");
        }
        let headers = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00FF\n\n";
        let text = format!("-----BEGIN A B-----\n{headers}YWJj\n-----END A B-----\n");
        assert_eq!(
            read(&text),
            Ok(("A B", Some("AES-128-CBC,00FF"), b"abc".to_vec()))
        );
    }

    #[test]
    fn what_is_no_block_is_refused() {
        let rows = [
            ("", "holds no PEM"),
            ("ssh-ed25519 AAAA x@y\n", "holds no PEM"),
            ("-----BEGIN X\nYWJj\n-----END X-----\n", "holds no PEM"),
            ("-----BEGIN X-----\nYWJj\n", "`-----END X-----` is missing"),
            ("-----BEGIN X-----\nYWJj\n-----END Y-----\n", "ends as"),
            ("-----BEGIN X-----\nYW!j\n-----END X-----\n", "no base64"),
            ("-----BEGIN X-----\nYWJ\n-----END X-----\n", "no base64"),
        ];
        for (text, words) in rows {
            let error = read(text).unwrap_err();
            assert!(error.contains(words), "{text}: {error}");
        }
    }
}
