//! Other files in the place of a private key in PEM.
//!
//! Takes: the text of the file. Gives: the kind of the file, and how to make a key of it. Invariant: no part of the
//! text is in the answer.

/// The beginnings of files of other kinds, and the answer for each; the first that fits counts.
const KINDS: [(&str, &str); 6] = [
    (
        "PuTTY-User-Key-File-",
        "it is in PuTTY's format: convert it with `puttygen KEY.ppk -O private-openssh -o KEY`",
    ),
    ("---- BEGIN SSH2 PUBLIC KEY", PUBLIC),
    (
        "---- BEGIN SSH2",
        "it is in the format of ssh.com: convert it with `puttygen FILE -O private-openssh -o KEY`",
    ),
    ("ssh-", PUBLIC),
    ("ecdsa-sha2-", PUBLIC),
    ("sk-", PUBLIC_OF_TOKEN),
];

const PUBLIC: &str =
    "it is a public key: name the private key, which is the file without `.pub` at its end";
const PUBLIC_OF_TOKEN: &str = "it is the public half of a FIDO key: load the key with `ssh-add`, and name `agent: true` beside \
                               this `key_path`";
const CERTIFICATE_OF_TOKEN: &str = "it is a certificate of a FIDO key: name it as `certificate_path`, the `.pub` of the key as \
                                    `key_path`, and `agent: true`";
const CERTIFICATE: &str =
    "it is a certificate: name it as `certificate_path`, and its private key as `key_path`";
const NO_BLOCK: &str = "it holds no PEM block, which starts with `-----BEGIN `: name a private key that \
                        `ssh-keygen` writes";
const LINES: &str = "its line breaks are lost: copy the file anew";

/// The answer for a text in which no line begins a PEM block.
pub(super) fn foreign(text: &str) -> &'static str {
    if text.contains('\0') {
        return "it is UTF-16 or binary: save it as UTF-8";
    }
    if text.contains("-----BEGIN ") && text.contains("PRIVATE KEY-----") {
        return LINES;
    }
    let text = text.trim_start();
    let kind = text.split_whitespace().next().unwrap_or_default();
    if kind.ends_with("-cert-v01@openssh.com") {
        return match kind.starts_with("sk-") {
            true => CERTIFICATE_OF_TOKEN,
            false => CERTIFICATE,
        };
    }
    let known = KINDS
        .into_iter()
        .find(|(begins, _)| text.starts_with(begins));
    known.map_or(NO_BLOCK, |(_, says)| says)
}

#[cfg(test)]
mod tests {
    use super::foreign;

    #[test]
    fn each_kind_is_told_by_its_name() {
        for (text, words) in [
            ("PuTTY-User-Key-File-3: ssh-ed25519\n", "puttygen KEY.ppk"),
            ("---- BEGIN SSH2 PUBLIC KEY ----\n", "public key"),
            ("---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n", "ssh.com"),
            ("ssh-ed25519 AAAA x@y\n", "public key"),
            ("ecdsa-sha2-nistp256 AAAA", "public key"),
            ("sk-ssh-ed25519@openssh.com AAAA", "name `agent: true`"),
            (
                "sk-ssh-ed25519-cert-v01@openssh.com AAAA",
                "the `.pub` of the key as",
            ),
            (
                "ssh-ed25519-cert-v01@openssh.com AAAA",
                "its private key as",
            ),
            ("x -----BEGIN RSA PRIVATE KEY----- AAAA", "line breaks"),
            ("-\0-\0", "UTF-16"),
            ("AAAA", "no PEM block"),
            ("", "no PEM block"),
        ] {
            assert!(foreign(text).contains(words), "{text}");
        }
    }
}
