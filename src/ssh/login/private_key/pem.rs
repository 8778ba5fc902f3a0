//! The PEM text of a private key: RFC 7468, and RFC 1421 section 4.6 for the headers of old encrypted keys.
//!
//! Takes: the text of a file. Gives: its first block; the memory of the bytes is zeroed when they are dropped.
//! Refuses: a text without a block, a block without its end, a block of an unknown kind, and a block with a line that
//! is not base64. No error repeats a word of the text.
//!
//! ```text
//! text   := other* block            a block of `… PARAMETERS` counts as other: OpenSSL writes one
//! block  := "-----BEGIN " label "-----" header* base64* "-----END " label "-----"
//! header := name ":" value
//! line   := ends with LF, CRLF or CR; blanks around it do not count, nor do blanks in base64
//! ```

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use super::foreign_key::foreign;

/// The labels of the known kinds of blocks.
const LABELS: [&str; 14] = [
    "OPENSSH PRIVATE KEY",
    "ENCRYPTED PRIVATE KEY",
    "PRIVATE KEY",
    "EC PRIVATE KEY",
    "RSA PRIVATE KEY",
    "DSA PRIVATE KEY",
    "SM2 PRIVATE KEY",
    PARAMETERS[0],
    PARAMETERS[1],
    PARAMETERS[2],
    PARAMETERS[3],
    "PUBLIC KEY",
    "RSA PUBLIC KEY",
    "CERTIFICATE",
];
/// Blocks with the curve or the group of the key after them. They are not read, since the key names it, too.
const PARAMETERS: [&str; 4] = [
    "EC PARAMETERS",
    "DSA PARAMETERS",
    "DH PARAMETERS",
    "SM2 PARAMETERS",
];

/// One block of a PEM file.
pub(super) struct Pem<'t> {
    /// The text between `-----BEGIN ` and the dashes.
    pub(super) label: &'static str,
    /// The value of the header `DEK-Info`: how the bytes are encrypted.
    pub(super) dek_info: Option<&'t str>,
    pub(super) bytes: Zeroizing<Vec<u8>>,
}

impl<'t> Pem<'t> {
    /// Reads the first block of `text`; the text before and after it does not count.
    ///
    /// # Errors
    /// What is wrong with the block; no part of the text is in the error.
    pub(super) fn read(text: &'t str) -> Result<Self, String> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut lines = text.split(['\n', '\r']).map(str::trim);
        loop {
            let begin = lines.find_map(|line| boundary(line, BEGIN));
            let Some(label) = begin else {
                return Err(foreign(text).to_owned());
            };
            let block = Self::block(label?, &mut lines, text.len())?;
            if !PARAMETERS.contains(&block.label) {
                return Ok(block);
            }
        }
    }

    /// Reads the lines of a block. `most` is how long they are together at most, so that the buffer never grows: growth
    /// would leave a copy of the key behind.
    fn block(
        label: &'static str,
        lines: &mut impl Iterator<Item = &'t str>,
        most: usize,
    ) -> Result<Self, String> {
        let mut dek_info = None;
        let mut base64 = Zeroizing::new(String::with_capacity(most));
        for line in lines {
            if let Some(end) = boundary(line, END) {
                if end != Ok(label) {
                    return Err(format!(
                        "its block of {label} ends as one of another kind: copy the file anew"
                    ));
                }
                let damaged = "what stands in its PEM block is no base64: copy the file anew";
                let bytes = decode(&base64).ok_or(damaged)?;
                return Ok(Self {
                    label,
                    dek_info,
                    bytes,
                });
            }
            match line.split_once(':') {
                Some(("DEK-Info", value)) => dek_info = Some(value.trim_start()),
                Some(_) => {}
                None => base64.extend(line.split_ascii_whitespace()),
            }
        }
        Err(format!(
            "it is cut off: the line END {label} is missing: copy the file anew"
        ))
    }
}

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";

/// The label of a line that begins or ends a block.
fn boundary(line: &str, dashes: &str) -> Option<Result<&'static str, &'static str>> {
    let rest = line.strip_prefix(dashes)?;
    let label = rest.strip_suffix("-----");
    let known = LABELS.into_iter().find(|known| label == Some(known));
    Some(known.ok_or_else(|| {
        if rest.trim_end_matches('-').contains("-----") {
            "its line breaks are lost: copy the file anew"
        } else {
            "it begins a PEM block of no known kind: it should be what `ssh-keygen` writes"
        }
    }))
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
        let plain = "-----BEGIN PRIVATE KEY-----\nYWJj\nZA==\n-----END PRIVATE KEY-----\n";
        let curve =
            "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
        let rows = [
            plain.to_owned(),
            plain.replace('\n', "\r\n"),
            plain.replace('\n', "\r"),
            plain.replace('\n', " \n  "),
            plain.replace("YWJj\n", "YW Jj\t"),
            format!("\u{feff}{plain}"),
            format!("subject=/CN=x\n{plain}-----BEGIN Y-----\n"),
            format!("{curve}{plain}"),
        ];
        for text in rows {
            assert_eq!(
                read(&text),
                Ok(("PRIVATE KEY", None, b"abcd".to_vec())),
                "{text:?}"
            );
        }
        let headers = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00FF\n\n";
        let text = format!(
            "-----BEGIN EC PRIVATE KEY-----\n{headers}YWJj\n-----END EC PRIVATE KEY-----\n"
        );
        assert_eq!(
            read(&text),
            Ok(("EC PRIVATE KEY", Some("AES-128-CBC,00FF"), b"abc".to_vec()))
        );
    }

    #[test]
    fn what_is_no_block_is_refused() {
        let rows = [
            ("", "holds no PEM"),
            ("-----BEGIN PRIVATE KEY\nYWJj\n", "no known kind"),
            (
                "-----BEGIN X-----\nYWJj\n-----END X-----\n",
                "no known kind",
            ),
            (
                "-----BEGIN PRIVATE KEY-----\nYWJj\n",
                "END PRIVATE KEY is missing",
            ),
            (
                "-----BEGIN PRIVATE KEY-----\nYWJj\n-----END Y-----\n",
                "another kind",
            ),
            (
                "-----BEGIN PRIVATE KEY-----\nYWJj\n-----END EC PRIVATE KEY-----\n",
                "another kind",
            ),
            (
                "-----BEGIN PRIVATE KEY-----\nYW!j\n-----END PRIVATE KEY-----\n",
                "no base64",
            ),
            (
                "-----BEGIN PRIVATE KEY-----\nYWJ\n-----END PRIVATE KEY-----\n",
                "no base64",
            ),
            (
                "-----BEGIN PRIVATE KEY----- YWJj -----END PRIVATE KEY-----",
                "line breaks are lost",
            ),
            (
                "-----BEGIN EC PARAMETERS-----\nYWJj\n-----END EC PARAMETERS-----\n",
                "holds no PEM",
            ),
        ];
        for (text, words) in rows {
            let error = read(text).unwrap_err();
            assert!(error.contains(words), "{text}: {error}");
            assert!(!error.contains("YWJ"), "{text}: {error}");
        }
    }
}
