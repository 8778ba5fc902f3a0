//! Commands that are not proposed, though their program only looks.
//!
//! Takes the words of a command. Gives why an operator should write the rule without our help: a person who is asked
//! would be shown a letter that looks like another, or a name that sounds like a secret; and `cd` says where the
//! commands behind it run. It takes from what the list of [`crate::state`] has, and lets nothing in by itself.

/// What the names of files and settings with secrets have in them.
const SECRETS: [&str; 16] = [
    "-key",
    ".key",
    "_key",
    "cloud-init",
    "cred",
    "environ",
    "id_dsa",
    "id_ecdsa",
    "id_ed25519",
    "id_rsa",
    "passw",
    "private",
    "secret",
    "shadow",
    "token",
    "vault",
];

/// Commands that change where those behind them run.
const MOVES: [&str; 3] = ["cd", "chdir", "pushd"];

/// Why a command is left to the operator; nothing for most.
pub(crate) fn delicate(words: &[String]) -> Option<String> {
    if moves(words) {
        return Some("it says where the commands behind it run".to_owned());
    }
    words.iter().find_map(|word| delicate_word(word))
}

/// Whether a command changes where those behind it run.
pub(crate) fn moves(words: &[String]) -> bool {
    words
        .first()
        .is_some_and(|name| MOVES.contains(&name.as_str()))
}

fn delicate_word(word: &str) -> Option<String> {
    if !word.chars().all(|sign| matches!(sign, ' '..='~')) {
        return Some(format!("`{word}` has a letter that may look like another"));
    }
    let mut components = word.split(['/', '=', ':', ' ']);
    let is_secret = components.any(|name| {
        if name.starts_with('-') {
            // The name of an option, such as `--key` of sort.
            return false;
        }
        let lower = name.to_ascii_lowercase();
        let hidden = name.starts_with('.') && name.len() > 1;
        let is_key = ["key", "keys"].contains(&lower.split('.').next().unwrap_or_default());
        hidden
            || is_key
            || SECRETS.iter().any(|secret| lower.contains(secret))
            || lower.ends_with(".pem")
    });
    is_secret.then(|| format!("`{word}` may be where a secret is kept"))
}

#[cfg(test)]
mod tests {
    use super::{delicate, delicate_word};

    #[test]
    fn secrets_and_lookalikes_are_left_to_the_operator() {
        for (word, expected) in [
            ("/var/log/syslog", false),
            ("-n", false),
            ("./x", false),
            ("nginx.service", false),
            ("/home/u/.netrc", true),
            (".ssh", true),
            ("/etc/shadow", true),
            ("/etc/passwd", true),
            ("--file=/srv/app/Private/x", true),
            ("/etc/ssl/a.pem", true),
            ("/etc/ssl/a.key", true),
            ("/var/log/keys.log", true),
            ("/var/log/creds.log", true),
            ("/var/log/mycreds/x.log", true),
            ("/var/log/vault/audit.log", true),
            ("/var/log/cloud-init-output.log", true),
            ("keyspace", false),
            ("--key=2", false),
            ("--key=/root/id_rsa", true),
            ("/proc/1/environ", true),
            ("/v\u{430}r/log", true),
            ("a\tb", true),
        ] {
            assert_eq!(delicate_word(word).is_some(), expected, "{word}");
        }
        assert!(delicate(&["cd".to_owned(), "/srv".to_owned()]).is_some());
    }
}
