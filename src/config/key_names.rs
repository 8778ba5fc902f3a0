//! Whether what stands where a path belongs looks like one, so that errors may show it.
//!
//! Takes: the text, and the directory that it is read from. Gives: yes or no. People paste a password, or type a passphrase,
//! into the field of the key's file: of letters of one kind, it looks like any word. So a word alone is not shown.
//!
//! ```text
//! shown := nothing in it looks like a secret, and it
//!          is the name of something in the directory
//!        | has a `/`
//!        | has no blank, and a word of keys between its other signs: `id_rsa`, `web.pem`, `deploy-key`, `known_hosts`
//! ```

use std::path::Path;

use mcp_ssh_yaml::quotable::is_quotable;

/// The words of which the names of key files are made, their extensions among them.
const WORDS: [&str; 26] = [
    "cer",
    "cert",
    "certificate",
    "certs",
    "crt",
    "der",
    "dsa",
    "ecdsa",
    "ed25519",
    "host",
    "hosts",
    "id",
    "identity",
    "key",
    "keys",
    "known",
    "p8",
    "pem",
    "pk8",
    "ppk",
    "priv",
    "private",
    "pub",
    "public",
    "rsa",
    "ssh",
];

/// Whether errors may show the text of a path in a directory.
pub fn is_shown(text: &str, directory: &Path) -> bool {
    is_quotable(text)
        && (text.contains('/')
            || is_of_keys(text)
            || directory.join(text).symlink_metadata().is_ok())
}

/// Whether a name has a word of keys in it.
fn is_of_keys(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let mut words = lower.split(|c: char| !c.is_ascii_alphanumeric());
    !text.contains(char::is_whitespace) && words.any(|word| WORDS.contains(&word))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::is_shown;

    #[test]
    fn a_path_is_told_from_a_password() {
        let keys = tempfile::tempdir().unwrap();
        for name in ["deploy", "Pr0dweb", "known_hosts"] {
            fs::write(keys.path().join(name), "").unwrap();
        }
        for shown in [
            "id",
            "id_rsa",
            "id-web",
            "ID_ED25519.old",
            "web.pem",
            "web.PPK",
            "deploy_key",
            "web-cert.pub",
            "ssh.web",
            "known_hosts",
            "prod/web",
            "/keys/web",
            "deploy",
        ] {
            assert!(is_shown(shown, keys.path()), "{shown}");
        }
        for hidden in [
            "hunter",
            "hunter2",
            "correcthorse",
            "Correcthorse",
            "correct horse",
            "the key to the house",
            "correct-horse",
            "monkey",
            "idaho",
            "12345678",
            "qwertz!",
            "password",
            "Sup3rS3cret!",
            "prod/Sup3rS3cret!",
            "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUA.pem",
        ] {
            assert!(!is_shown(hidden, keys.path()), "{hidden}");
        }
        let nowhere = keys.path().join("nowhere");
        assert!(is_shown("id_rsa", &nowhere) && !is_shown("deploy", &nowhere));
    }
}
