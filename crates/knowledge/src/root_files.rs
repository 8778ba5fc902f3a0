//! Files that only root reads, and how programs show them.
//!
//! Gives the files that every host has, or most; which programs say no more of a file than its name; and which databases of
//! getent have what these files have.

/// Files that only root reads: hashes of passwords, who may become root, private keys.
pub const ROOT_FILES: [&str; 5] = [
    "/etc/shadow",
    "/etc/gshadow",
    "/etc/sudoers",
    "/root/.ssh/id_ed25519",
    "/etc/ssh/ssh_host_ed25519_key",
];

/// Programs that show the name of a file and what the directory says of it, never what it holds.
const NAMES_ONLY: &str =
    "[ test ls dir vdir stat du file readlink realpath basename dirname namei lsattr getfacl";

/// The databases of getent that hold hashes of passwords.
const HASHES: [&str; 2] = ["shadow", "gshadow"];

/// Whether a program shows no more of a file than its name and what the directory says of it.
pub fn names_only(program: &str) -> bool {
    NAMES_ONLY
        .split_ascii_whitespace()
        .any(|name| name == program)
}

/// Whether a command prints hashes of passwords to root, by getent.
pub fn prints_hashes(words: &[&str]) -> bool {
    let name = words.first().and_then(|word| word.rsplit('/').next());
    let mut operands = words.iter().skip(1).filter(|word| !word.starts_with('-'));
    name == Some("getent") && operands.next().is_some_and(|word| HASHES.contains(word))
}

#[cfg(test)]
mod tests {
    use super::prints_hashes;

    #[test]
    fn getent_of_shadow_prints_hashes() {
        for (line, prints) in [
            ("getent shadow", true),
            ("/usr/bin/getent gshadow root", true),
            ("getent passwd shadow", false),
            ("grep shadow", false),
        ] {
            let words: Vec<&str> = line.split(' ').collect();
            assert_eq!(prints_hashes(&words), prints, "{line}");
        }
    }
}
