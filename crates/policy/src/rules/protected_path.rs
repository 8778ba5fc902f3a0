//! Paths that no wildcard grants: an entry of `files:` must spell every component of such a path.
//!
//! Takes the components of a path. Gives what the file is, or `None`. The list is short: what lets its reader log in or
//! become another user, who may log in, and what is no file. A broad pattern such as `/etc/**` is written for
//! configuration, and its author seldom thinks of these. Letters count in either case, since some hosts ignore it.

/// Directories of the root whose files are the kernel: they have no size, act when they are read or written
/// (`/proc/sysrq-trigger`, `/dev/sda`), and lead anywhere (`/proc/self/root`).
const KERNEL: [&str; 3] = ["proc", "sys", "dev"];
/// Directories in which a private key may have any name.
const KEY_DIRECTORIES: [&str; 2] = [".ssh", ".gnupg"];
/// Endings of files with a private key: PEM, PKCS #8 and #12, Java, PuTTY, Kerberos, KeePass.
const KEY_ENDINGS: [&str; 10] = [
    "pem", "key", "p8", "p12", "pfx", "jks", "keystore", "ppk", "keytab", "kdbx",
];
/// Files with the hashes of passwords: shadow(5), gshadow(5), pam_unix's old passwords, the BSDs' databases.
const PASSWORDS: [&str; 5] = ["shadow", "gshadow", "opasswd", "master.passwd", "spwd.db"];

/// What stands around the names of copies that editors and tools leave: `.shadow.swp`, `#shadow#`, `shadow-`.
const MARKS: [char; 5] = ['.', '_', '#', '~', '-'];

/// What a protected path is, in the middle of a sentence.
pub(crate) fn protection<'p>(components: impl Iterator<Item = &'p str>) -> Option<&'static str> {
    let components: Vec<String> = components.map(str::to_ascii_lowercase).collect();
    let first = components.first().map(String::as_str).unwrap_or_default();
    let name = components.last().map(String::as_str).unwrap_or_default();
    let in_keys = |component: &String| KEY_DIRECTORIES.contains(&component.as_str());
    let of_logins = |component: &String| component.contains("authorized_keys");
    if KERNEL.contains(&first) {
        return Some("a file of the kernel");
    }
    if components.iter().any(in_keys) {
        return Some("in a directory of private keys");
    }
    if components.iter().any(of_logins) {
        return Some("a list of keys that may log in");
    }
    let name = name.trim_end_matches(MARKS);
    let bare = name.trim_start_matches(MARKS);
    if PASSWORDS.iter().any(|known| is_or_copies(bare, known)) {
        return Some("a file with the hashes of passwords");
    }
    is_private_key(name).then_some("a private key")
}

/// Whether a name is this one, or this one with more behind it: `shadow.bak`, `shadow-20261130`.
fn is_or_copies(name: &str, known: &str) -> bool {
    let rest = name.strip_prefix(known);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '~']))
}

/// `id_ed25519`, `ssh_host_rsa_key`, `server.key`, `server.key-old`; not `id_ed25519.pub`.
fn is_private_key(name: &str) -> bool {
    let of_host = |part: &str| part.split(['-', '~']).any(|piece| piece.ends_with("_key"));
    let of_ssh = name.trim_start_matches(MARKS).starts_with("id_") || name.split('.').any(of_host);
    let mut endings = name.split('.').skip(1);
    let is_key = |ending: &str| {
        let without_copy = ending.split(['-', '~', '_']).next();
        KEY_ENDINGS.contains(&without_copy.unwrap_or_default())
    };
    (of_ssh && !name.ends_with(".pub")) || endings.any(is_key)
}
