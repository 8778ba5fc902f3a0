//! known_hosts held against ssh itself: each key that a file makes known here is known to ssh, and the other way round but
//! for what is refused on purpose.

use std::process::Command;

use base64ct::{Base64, Encoding};
use mcp_ssh::ssh::{HostKeyVerdict, KnownHosts};
use mcp_ssh_yaml::diagnostic::Source;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use russh::keys::PublicKey;
use tempfile::TempDir;

use crate::support::keys::{KeyPair, hashed};
use crate::support::sshd::Sshd;

/// A server, and ssh with a known_hosts file of its own. The server's name is `web`.
struct OtherReader {
    sshd: Sshd,
    folder: TempDir,
    shown: PublicKey,
    /// The words of a file, and what they stand for.
    words: Vec<(&'static str, String)>,
}

impl OtherReader {
    fn start() -> Self {
        let (key, other) = (KeyPair::ed25519(), KeyPair::ed25519());
        let body = key.public.split(' ').nth(1).unwrap().to_owned();
        let mut bytes = Base64::decode_vec(&body).unwrap();
        let of = |bytes: &[u8]| format!("ssh-ed25519 {}", Base64::encode_string(bytes));
        bytes.push(0);
        let long = of(&bytes);
        let cut = of(&bytes[..bytes.len() - 2]);
        let hash = |name: &str| {
            let line = hashed(&format!("{name} {}\n", key.public));
            line.split(' ').next().unwrap().to_owned()
        };
        let (before, after) = body.split_at(20);
        let words = vec![
            ("<KEY>", key.public.clone()),
            ("<OTHER>", other.public),
            ("<LONG>", long),
            ("<CUT>", cut),
            ("<HASH>", hash("web")),
            ("<HASH-OF-OTHER>", hash("other")),
            ("<BODY>", body.clone()),
            ("<BODY-WITH-BLANK>", format!("{before} {after}")),
            ("<BODY-WITH-CR>", format!("{before}\r{after}")),
            ("<LONG-NAME>", "x".repeat(1023)),
        ];
        Self {
            sshd: Sshd::builder().host_key(&key).start(),
            folder: tempfile::tempdir().unwrap(),
            shown: PublicKey::from_openssh(&key.public).unwrap(),
            words,
        }
    }

    fn filled(&self, text: &str) -> String {
        let fill = |text: String, (word, value): &(&str, String)| text.replace(word, value);
        self.words.iter().fold(text.to_owned(), fill)
    }

    /// Whether ssh goes on to the login, at which there is nothing to prove.
    fn ssh_knows(&self, text: &str) -> bool {
        let file = self.folder.path().join("known_hosts");
        std::fs::write(&file, text).unwrap();
        let files = format!("UserKnownHostsFile={}", file.display());
        let mut ssh = Command::new("ssh");
        ssh.args(["-F", "none", "-p", &self.sshd.port().to_string()]);
        for option in [
            &files,
            "GlobalKnownHostsFile=/dev/null",
            "HostKeyAlias=web",
            "StrictHostKeyChecking=yes",
            "UpdateHostKeys=no",
            "BatchMode=yes",
            "IdentityAgent=none",
            "IdentityFile=none",
        ] {
            ssh.args(["-o", option]);
        }
        let output = ssh.args(["127.0.0.1", "true"]).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        let is_known = told.contains("Permission denied");
        assert!(
            is_known || told.contains("Host key verification failed"),
            "{text:?}: {told}"
        );
        is_known
    }

    fn verdict(&self, text: &str) -> HostKeyVerdict {
        let (known_hosts, _) = KnownHosts::parse(&Source::new("known_hosts", text));
        known_hosts.host("web", 22).verdict(&self.shown)
    }
}

/// What each side says of the key of `web`: known or not.
const BOTH: (bool, bool) = (true, true);
const NEITHER: (bool, bool) = (false, false);
const SSH_ALONE: (bool, bool) = (false, true);

#[test]
fn each_line_means_what_it_means_to_ssh() {
    let reader = OtherReader::start();
    for (text, expected) in [
        ("web <KEY>\r\n", BOTH),
        ("web <KEY>\r\r\n", BOTH),
        ("other <OTHER> \r\nweb\t<KEY> \r\n", BOTH),
        ("web <KEY> \\\nother\n", BOTH),
        // CR is a blank at the end of a line alone.
        ("\rweb <KEY>\n", NEITHER),
        ("web\r <KEY>\n", NEITHER),
        ("web ssh-ed25519\r <BODY>\n", NEITHER),
        ("other <OTHER>\rweb <KEY>\n", NEITHER),
        ("other <OTHER>\rweb <KEY>\r", NEITHER),
        ("web ssh-ed25519 <BODY-WITH-CR>\n", SSH_ALONE),
        // A line with NUL ends there, or goes on behind it.
        ("\0web <KEY>\n", NEITHER),
        ("web <KEY> \0\n", SSH_ALONE),
        ("web\0 <KEY>\n", SSH_ALONE),
        ("# \0\nweb <KEY>\n", BOTH),
        // Keys that are not what their words say.
        ("web ssh-rsa <BODY>\n", NEITHER),
        ("web SSH-ED25519 <BODY>\n", NEITHER),
        ("web ecdsa-sha2-nistp256 <BODY>\n", NEITHER),
        ("web ssh-ed25519-cert-v01@openssh.com <BODY>\n", NEITHER),
        ("web <LONG>\n", NEITHER),
        ("web <CUT>\n", NEITHER),
        ("web ssh-ed25519 <BODY-WITH-BLANK>\n", NEITHER),
        ("web ssh-ed25519\n", NEITHER),
        // Names.
        ("<HASH> <KEY>\n", BOTH),
        ("<HASH-OF-OTHER> <KEY>\n", NEITHER),
        ("<HASH>,web <KEY>\n", NEITHER),
        ("web,<HASH> <KEY>\n", BOTH),
        ("<HASH>= <KEY>\n", NEITHER),
        ("!!web <KEY>\n", NEITHER),
        ("web,!*.org,!! <KEY>\n", BOTH),
        ("web,!w*,web <KEY>\n", NEITHER),
        ("web:22 <KEY>\n", NEITHER),
        ("[web]:22 <KEY>\n", NEITHER),
        ("web,<LONG-NAME> <KEY>\n", NEITHER),
        ("w\u{e9}b,web <KEY>\n", BOTH),
        // Markers.
        ("web <KEY>\n@revoked w?b <KEY>", NEITHER),
        ("web <KEY>\n@revoked <HASH> <KEY>", NEITHER),
        ("web <KEY>\n@revoked web,!web <KEY>", BOTH),
        ("web <KEY>\n# @revoked web <KEY>", BOTH),
        ("@cert-authority web <KEY>\n", NEITHER),
        ("web <KEY>\n@cert-authority @other web <KEY>\n", BOTH),
        ("x@revolut <KEY>\nweb <KEY>\n", BOTH),
        ("web <KEY>\n@revoked @cert-authority x <OTHER>\n", SSH_ALONE),
        // A line that cannot be read and may revoke a key revokes every key here.
        ("web <KEY>\n@Revoked other <OTHER>\n", SSH_ALONE),
        ("web <KEY>\n@revoked other\r <OTHER>\n", SSH_ALONE),
        ("web <KEY>\n@revoked other\0 <OTHER>\n", SSH_ALONE),
        ("web <KEY>\n\0@revoked other <OTHER>\n", SSH_ALONE),
        ("web <KEY>\n@revoked |1|AAAA|AAAA <OTHER>\n", SSH_ALONE),
        ("web <KEY>\n@revoked x,<LONG-NAME> <OTHER>\n", SSH_ALONE),
    ] {
        let filled = reader.filled(text);
        let verdict = reader.verdict(&filled);
        let is_known = matches!(verdict, HostKeyVerdict::Known { .. });
        let found = (is_known, reader.ssh_knows(&filled));
        assert_eq!(found, expected, "{text:?}: {verdict:?}");
    }
}

/// Pieces of a line, in their order. What is refused on purpose is left to the test above.
const PIECES: [&[&str]; 6] = [
    &["", "", "", "", " ", "\t", "# "],
    &[
        "",
        "",
        "",
        "",
        "",
        "@revoked ",
        " @revoked  ",
        "@cert-authority ",
        "@other ",
    ],
    &[
        "web",
        "web",
        "web",
        "WEB",
        "other",
        "web,other",
        "other,web",
        "w*b",
        "we?",
        "*",
        "!web",
        "*,!web",
        "!web,*",
        "!*,web",
        ",web",
        "web,",
        "web,,other",
        "[web]:22",
        "web:22",
        "<HASH>",
        "<HASH-OF-OTHER>",
        "<HASH>,web",
        "web,<HASH>",
        "!!web",
        "we[b]",
        "\u{e9}*,web",
    ],
    &[" ", " ", " ", "  ", "\t", " \t", "\u{a0}"],
    &[
        "<KEY>",
        "<KEY>",
        "<KEY>",
        "<KEY>",
        "<OTHER>",
        "<OTHER>",
        "<LONG>",
        "<CUT>",
        "ssh-ed25519",
        "",
        "ecdsa-sha2-nistp256 <BODY>",
        "ssh-rsa <BODY>",
        "ssh-ed25519\t<BODY>",
        "ssh-ed25519  <BODY>",
        "SSH-ED25519 <BODY>",
        "ssh-ed25519 <BODY-WITH-BLANK>",
        "ssh-ed25519\r <BODY>",
        "\"<KEY>\"",
    ],
    &[
        "\n",
        "\n",
        "\n",
        "\r\n",
        " \n",
        "\t\n",
        " comment\n",
        " # c\n",
        "#c\n",
        " \\\n",
        "\r\r\n",
        "\r",
        "",
    ],
];

#[test]
fn what_a_generated_file_makes_known_is_known_to_ssh() {
    let is_long = std::env::var_os("MCP_SSH_LONG").is_some();
    let (count, mut runner) = if is_long {
        (2_000, TestRunner::default())
    } else {
        (60, TestRunner::deterministic())
    };
    let mut known = 0;
    let reader = OtherReader::start();
    let mut picked = |from: &'static [&'static str]| {
        let picked = proptest::sample::select(from).new_tree(&mut runner);
        picked.unwrap().current()
    };
    for number in 0..count {
        let lines = 1 + number % 3;
        let text: String = (0..lines).flat_map(|_| PIECES).map(&mut picked).collect();
        let filled = reader.filled(&text);
        let verdict = reader.verdict(&filled);
        let is_known = matches!(verdict, HostKeyVerdict::Known { .. });
        known += usize::from(is_known);
        // A line that revokes and cannot be read revokes every key here, and none for ssh.
        let is_revoked = matches!(verdict, HostKeyVerdict::Revoked { .. });
        let ssh_knows = reader.ssh_knows(&filled);
        assert!(
            is_known == ssh_knows || is_revoked,
            "{text:?}: {verdict:?}, {ssh_knows}"
        );
    }
    assert!(known > count / 40, "{known} of {count} are known");
}
