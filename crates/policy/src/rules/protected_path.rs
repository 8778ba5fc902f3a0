//! Paths that no wildcard grants: an entry of `files:` must spell such a path, or the part of it that is named here.
//!
//! Takes the list of an entry and the components of a path. Gives what the file is and how much must be spelled, or
//! `None`. What is read is protected where it lets its reader log in or become another user, or is no file. What is
//! written is protected there, too, and where it makes its writer another user: see `write_protection`. A broad pattern
//! such as `/etc/**` is written for configuration, and its author seldom thinks of these. Letters count in either case,
//! since some hosts ignore it.

use super::file_entry::PathList;
use super::protection::Protection;
use super::write_protection::{words, write_protection};
use crate::matching::fold::folded;
use crate::matching::path_glob::SpelledPart;

/// Directories of the root whose files are the kernel: they have no size, act when they are read or written
/// (`/proc/sysrq-trigger`, `/dev/sda`), and lead anywhere (`/proc/self/root`).
const KERNEL: [&str; 3] = ["proc", "sys", "dev"];
/// Beginnings of directories in which a private key or a network's password may have any name: `.ssh.bak` is one, too.
const KEY_DIRECTORIES: [&str; 5] = [
    ".ssh",
    ".gnupg",
    "wireguard",
    "wpa_supplicant",
    "system-connections",
];
/// Directories whose directory `private` has keys of any name: OpenSSL, Fedora, Samba, strongSwan.
const KEEPERS_OF_PRIVATE: [&str; 6] = ["ssl", "tls", "pki", "samba", "swanctl", "ipsec.d"];
/// Endings of files with a private key: PEM, PKCS #8 and #12, Java, PuTTY, Kerberos, KeePass, OpenVPN, age.
const KEY_ENDINGS: [&str; 17] = [
    "pem", "der", "key", "priv", "p8", "pk8", "p12", "pfx", "jks", "bks", "keystore", "ppk",
    "keytab", "kdb", "kdbx", "ovpn", "age",
];
/// Ends of names, and of parts of names, that are keys.
const KEY_NAMES: [&str; 5] = ["_key", "-key", "privkey", "privatekey", "secring"];
/// Names of keys that stand in the names of copies: `copy_of_id_rsa`, `kubeconfig-prod`.
const KEY_WORDS: [&str; 5] = ["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "kubeconfig"];
/// Files with the hashes of passwords: shadow(5), gshadow(5), pam_unix's old passwords, the BSDs' databases, those of
/// web servers, Samba and Postfix. Two have passwords themselves: those of PostgreSQL's clients and of ftp(1).
const PASSWORDS: [&str; 11] = [
    "shadow",
    "gshadow",
    "opasswd",
    "master.passwd",
    "spwd.db",
    "htpasswd",
    "smbpasswd",
    "sasl_passwd",
    "passdb.tdb",
    "pgpass",
    "netrc",
];
/// Words of a component that say what is kept there: `/run/secrets`, `chap-secrets`, `.aws/credentials`.
const SECRETS: [&str; 4] = ["secret", "secrets", "credentials", "passwords"];

/// Files with the memory of processes, which has their secrets; `core.1234` is one, too.
const MEMORY: [&str; 4] = ["core", "vmcore", "swapfile", "swap.img"];

/// What stands around the names of copies that editors and tools leave: `.shadow.swp`, `#shadow#`, `shadow-`; some hosts
/// ignore a blank or a `.` at the end.
const MARKS: [char; 6] = ['.', '_', '#', '~', '-', ' '];

/// Why no wildcard grants a path: of several reasons the one for which most of it must be spelled.
pub(crate) fn protection<'p>(
    list: PathList,
    components: impl Iterator<Item = &'p str>,
) -> Option<Protection> {
    let components: Vec<String> = components.map(folded).collect();
    let components: Vec<&str> = components.iter().map(String::as_str).collect();
    let read = read_protection(&components).map(|what| Protection {
        what,
        spelled: SpelledPart::Whole,
    });
    match list {
        PathList::Read => read,
        PathList::Write => read.or_else(|| write_protection(&components)),
    }
}

/// What a path is that no wildcard lets be read. The whole of it must be spelled.
fn read_protection(components: &[&str]) -> Option<&'static str> {
    let name = components.last().copied().unwrap_or_default();
    if components
        .first()
        .is_some_and(|first| KERNEL.contains(first))
    {
        return Some("a file of the kernel");
    }
    if has_key_directory(components) {
        return Some("in a directory of private keys");
    }
    let of_logins = |component: &&str| component.contains("authorized_keys");
    if components.iter().any(of_logins) {
        return Some("a list of keys that may log in");
    }
    if name.starts_with("krb5cc") {
        return Some("a ticket that logs in");
    }
    let number = |rest: &str| rest.bytes().all(|byte| byte.is_ascii_digit());
    let is_core = name.strip_prefix("core.").is_some_and(number) || MEMORY.contains(&name);
    if is_core || components.contains(&"coredump") {
        return Some("the memory of a process");
    }
    let is_secret = |component: &&str| words(component).any(|word| SECRETS.contains(&word));
    if components.iter().any(is_secret) {
        return Some("called a secret");
    }
    let name = name.trim_end_matches(MARKS);
    let bare = name.trim_start_matches(MARKS);
    // `users.passwd` is one, too; `/etc/passwd` has none in it.
    let of_passwords = |ending: &str| is_or_copies(ending, "passwd");
    if PASSWORDS.iter().any(|known| is_or_copies(bare, known))
        || bare.split('.').skip(1).any(of_passwords)
    {
        return Some("a file with the hashes of passwords");
    }
    (is_private_key(name) || is_of_cluster(components)).then_some("a private key")
}

/// Whether a file has the keys to a Kubernetes cluster in it: `/etc/kubernetes/admin.conf`.
fn is_of_cluster(components: &[&str]) -> bool {
    match components {
        [.., "kubernetes", name] => name.ends_with(".conf"),
        [.., name] => *name == "k3s.yaml",
        [] => false,
    }
}

fn has_key_directory(components: &[&str]) -> bool {
    let begins = |component: &&str| {
        let mut known = KEY_DIRECTORIES.iter();
        known.any(|known| component.starts_with(known))
    };
    let keeps = |component: &&str| KEEPERS_OF_PRIVATE.contains(component);
    let private = components
        .iter()
        .position(|component| *component == "private");
    let above = private.and_then(|at| components.get(..at));
    components.iter().any(begins) || above.is_some_and(|above| above.iter().any(keeps))
}

/// Whether a name is this one, or this one with a sign and more behind it: `shadow.bak`, `shadow_old`, `shadow,v`.
fn is_or_copies(name: &str, known: &str) -> bool {
    let rest = name.strip_prefix(known);
    rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// `id_ed25519`, `ssh_host_rsa_key`, `copy_of_id_rsa`, `server.key`, `server.key-old`, `wg0.conf`; not `id_ed25519.pub`.
fn is_private_key(name: &str) -> bool {
    let ends = |piece: &str| KEY_NAMES.iter().any(|known| piece.ends_with(known));
    let of_host =
        |part: &str| part == "key" || ends(part) || part.split(['-', '~', ' ', ',']).any(ends);
    let of_tunnel = |bare: &str| {
        bare.starts_with("wg") && bare.split('.').skip(1).any(|ending| ending == "conf")
    };
    let bare = name.trim_start_matches(MARKS);
    let of_ssh = bare.starts_with("id_")
        || KEY_WORDS.iter().any(|word| bare.contains(word))
        || name.split('.').any(of_host)
        || of_tunnel(bare);
    let mut endings = name.split('.').skip(1);
    let is_key = |ending: &str| {
        let without_copy = ending.split(|sign: char| !sign.is_alphanumeric()).next();
        KEY_ENDINGS.contains(&without_copy.unwrap_or_default())
    };
    (of_ssh && !name.ends_with(".pub")) || endings.any(is_key)
}
