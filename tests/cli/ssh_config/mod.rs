//! `init --from-ssh-config` against the real `ssh -G`, and what it says of the rest.

mod generated;
mod told;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use mcp_ssh::config::{Host, Inventory, Paths, load};

use super::{mcp_ssh, said};

/// Whole files, each below a line that says how many of its hosts are taken over.
const CASES: &str = include_str!("cases.txt");

/// What the cases include, below the home directory, and its mode.
const INCLUDED: [(&str, &str, u32); 9] = [
    ("inc/one.conf", "Port 9\nHost b\n ConnectTimeout 9\n", 0o644),
    (
        "inc/two.conf",
        "Match user u\n ServerAliveInterval 9\n",
        0o600,
    ),
    (
        "inc/hosts.conf",
        "Host inc-*\n Port 10\nHost inc-b\n Port 11\n",
        0o644,
    ),
    ("inc/none.conf", "ForwardAgent yes\n", 0o644),
    ("inc/deep.conf", "Include ~/inc/deep.conf\n", 0o644),
    ("inc/open.conf", "Port 9\n", 0o666),
    ("inc/bad.conf", "Host b\n Prot 9\n", 0o644),
    (".ssh/rel/x.conf", "User u\n", 0o644),
    (".ssh/rel/.hidden.conf", "Prot 9\n", 0o644),
];

/// A home directory with what the cases include.
fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    for (name, text, mode) in INCLUDED {
        let path = home.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    }
    home
}

/// Who runs the tests, and so ssh, which looks the name up. It may be one that a file has, as in `Match user u`.
fn account() -> &'static str {
    static ACCOUNT: LazyLock<String> = LazyLock::new(|| {
        let id = Command::new("id").arg("-un").output().unwrap();
        said(&id).1.trim_end().to_owned()
    });
    &ACCOUNT
}

/// Imports a file's text; gives the status, what was told, and the inventory if there is one.
fn import(text: &str) -> (i32, Vec<String>, Option<Inventory>) {
    import_in(home().path(), text.as_bytes(), "me")
}

/// Imports what is the text of a file to a user of this name.
fn import_in(home: &Path, text: &[u8], user: &str) -> (i32, Vec<String>, Option<Inventory>) {
    let folder = tempfile::tempdir().unwrap();
    let file = home.join("ssh_config");
    fs::write(&file, text).unwrap();
    let root = folder.path().join("new");
    let mut init = mcp_ssh(&["init", root.to_str().unwrap(), "--from-ssh-config"]);
    let init = init.arg(&file).env("HOME", home).env("USER", user);
    let (status, out, err) = said(&init.output().unwrap());
    let text = String::from_utf8_lossy(text);
    let prefix = format!("{}:", file.display());
    let told = err.lines().map(|line| {
        line.trim_start_matches("mcp-ssh: ")
            .trim_start_matches(&prefix)
            .to_owned()
    });
    let told = told.collect();
    if status != 0 {
        assert!(!root.exists(), "{text}");
        return (status, told, None);
    }
    let paths = Paths {
        config: root.join("config"),
        keys: root.join("keys"),
        secrets: root.join("secrets"),
    };
    let loaded = load(&paths);
    assert!(
        loaded.diagnostics.is_empty(),
        "{text}\n{out}{:?}",
        loaded.diagnostics
    );
    let check = said(
        &mcp_ssh(&[
            "check",
            "--keys-elsewhere",
            "--config",
            paths.config.to_str().unwrap(),
        ])
        .output()
        .unwrap(),
    );
    assert!(
        check.0 == 0 && check.1.contains("policy tests: 4, 0 failed"),
        "{text}\n{check:?}"
    );
    (status, told, loaded.inventory)
}

/// What `ssh -G` says when it is asked with these words: its lines, or that it refuses.
fn ssh(home: &Path, words: &[&str]) -> Result<Vec<(String, String)>, String> {
    let mut ssh = Command::new("ssh");
    let ssh = ssh.arg("-G").arg("-F").arg(home.join("ssh_config"));
    let output = ssh.args(words).env("HOME", home).output();
    let (status, out, err) = said(&output.expect("ssh runs: see scripts/test-tools.sh"));
    let pair = |line: &str| {
        line.split_once(' ')
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
    };
    match status {
        0 => Ok(out.lines().filter_map(pair).collect()),
        _ => Err(err),
    }
}

/// The words with which ssh asks for the host before this one on its way: out of `ProxyJump`, or out of the command,
/// which a shell reads.
fn hop(said: &[(String, String)], alias: &str) -> Option<Vec<String>> {
    let value = |key: &str| {
        said.iter()
            .find(|(own, _)| own == key)
            .map(|(_, value)| value.clone())
    };
    let (host, port, user) = (value("hostname")?, value("port")?, value("user")?);
    let expanded = |text: &str| {
        let tokens = [
            ("%h", &host),
            ("%p", &port),
            ("%r", &user),
            ("%n", &alias.to_owned()),
        ];
        tokens.iter().fold(text.to_owned(), |text, (token, value)| {
            text.replace(token, value)
        })
    };
    if let Some(command) = value("proxycommand") {
        let line = format!(
            "ssh() {{ printf '%s\\n' \"$@\"; }}; {}",
            expanded(&command).replace("exec ", "")
        );
        let (_, words, _) = said_by_shell(&line);
        return Some(words.lines().map(str::to_owned).collect());
    }
    let way = expanded(&value("proxyjump")?);
    let (before, last) = match way.rsplit_once(',') {
        Some((before, last)) => (Some(before), last),
        None => (None, way.as_str()),
    };
    // ssh prints an address in brackets, and takes it without.
    let (user, place) = match last.rsplit_once('@') {
        Some((user, place)) => (Some(user), place),
        None => (None, last),
    };
    let (name, port) = match place
        .strip_prefix('[')
        .and_then(|place| place.split_once(']'))
    {
        Some((name, port)) => (name, port.strip_prefix(':')),
        None => place
            .split_once(':')
            .map_or((place, None), |(name, port)| (name, Some(port))),
    };
    let options = [("-J", before), ("-l", user), ("-p", port)];
    let options = options
        .iter()
        .filter_map(|(option, value)| Some([*option, (*value)?]));
    Some(options.flatten().chain([name]).map(str::to_owned).collect())
}

fn said_by_shell(line: &str) -> (i32, String, String) {
    said(&Command::new("sh").args(["-c", line]).output().unwrap())
}

/// Asserts that a host is what ssh says, and each host on its way.
fn compare(home: &Path, inventory: &Inventory, host: &Host, words: &[String], text: &str) {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let theirs = ssh(home, &words).unwrap_or_else(|err| panic!("{text}\n{words:?}: {err}"));
    let value = |key: &str| {
        theirs
            .iter()
            .find(|(own, _)| own == key)
            .map(|(_, value)| value.as_str())
    };
    let login = inventory.credential(host).unwrap();
    let port = host.port.to_string();
    let host_name = host.host.to_string();
    for (key, ours) in [
        ("hostname", host_name.as_str()),
        ("port", &port),
        ("user", &login.username),
    ] {
        assert_eq!(Some(ours), value(key), "{text}\n{words:?}: {key}");
    }
    let alias = host.host_key_alias.as_ref().map(ToString::to_string);
    assert_eq!(alias.as_deref(), value("hostkeyalias"), "{text}");
    if let Some(Ok(seconds)) = value("connecttimeout").map(str::parse::<u64>) {
        assert_eq!(host.connect_timeout.as_secs(), seconds, "{text}");
    }
    let interval = value("serveraliveinterval").unwrap();
    if text.contains("AliveInterval 1h") || text.contains("AliveInterval 9") && interval == "9" {
        assert_eq!(
            host.keepalive.unwrap().as_secs().to_string(),
            interval,
            "{text}"
        );
    }
    let keys = theirs
        .iter()
        .filter(|(key, value)| key == "identityfile" && value != "none");
    let keys = keys.map(|(_, value)| value.rsplit('/').next().unwrap());
    // Without a line of the file, ssh names its defaults.
    let key = keys.into_iter().next().filter(|key| *key != "id_rsa");
    let path = login.key_path.as_ref();
    let ours = path.map(|path| path.as_path().to_str().unwrap());
    assert_eq!(ours, key, "{text}");
    match (&host.jump, hop(&theirs, words.last().unwrap())) {
        (None, None) => {}
        (Some(jump), Some(words)) => {
            let jump = inventory.hosts.get(jump.as_ref()).unwrap();
            compare(home, inventory, jump, &words, text);
        }
        (ours, theirs) => panic!("{text}\n{words:?}: {ours:?} {theirs:?}"),
    }
}

/// Compares a file with what ssh says of it: nothing is taken over that ssh refuses, or has otherwise.
fn held_against_ssh(home: &Path, text: &[u8], expected: &str) {
    let (status, told, inventory) = import_in(home, text, account());
    let text = String::from_utf8_lossy(text);
    let bare = |word: &str| word.replace(['"', '\''], "");
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let aliases: Vec<String> = text
        .lines()
        .map(|line| line.trim().trim_start_matches('='))
        .filter(|line| line.to_lowercase().starts_with("host ") || line.starts_with("Host="))
        .flat_map(|line| line.split('#').next().unwrap().split_whitespace().skip(1))
        .map(bare)
        .filter(|word| !word.is_empty() && word.bytes().all(plain))
        .collect();
    let taken = inventory.as_ref().map_or(0, |inventory| {
        let named = |host: &&std::rc::Rc<Host>| aliases.contains(&host.alias.to_string());
        inventory.hosts.iter().filter(named).count()
    });
    if expected == "generated" {
        // Whatever ssh refuses for a host, that host is not there; what ssh takes is there, or told.
        let all = told.join("\n");
        for alias in &aliases {
            let theirs = ssh(home, &[alias]);
            let ours = inventory
                .as_ref()
                .and_then(|inventory| inventory.hosts.get(alias));
            let explained = status == 1 || all.contains(&format!("`{alias}`"));
            assert!(
                theirs.is_ok() || ours.is_none(),
                "ssh refuses {alias}: {text}"
            );
            assert!(
                theirs.is_err() || ours.is_some() || explained,
                "{alias} is lost: {text}\n{all}"
            );
        }
        let is_refused = status == 1 && !all.contains("no host in it can be");
        // Included files name some, too.
        let included = ["b", "inc-b"].map(str::to_owned);
        let mut probes = aliases.iter().chain(&included);
        let refuses = probes.any(|alias| ssh(home, &[alias]).is_err());
        assert!(!is_refused || refuses, "ssh takes {text}\n{all}");
    }
    if expected == "refused" {
        let refused = aliases.iter().any(|alias| ssh(home, &[alias]).is_err());
        assert!(
            refused || aliases.is_empty() && ssh(home, &["a"]).is_err(),
            "ssh takes {text}"
        );
        assert_eq!((status, told.len()), (1, 1), "{text}\n{told:?}");
        return;
    }
    if expected != "generated" {
        assert_eq!(taken.to_string(), expected, "{text}\n{told:?}");
    }
    let Some(inventory) = inventory else { return };
    for host in inventory.hosts.iter() {
        if !aliases.contains(&host.alias.to_string()) {
            continue;
        }
        compare(home, &inventory, host, &[host.alias.to_string()], &text);
    }
}

#[test]
fn hosts_are_what_ssh_says_they_are() {
    let home = home();
    let (_, cases) = CASES.split_once("=== ").unwrap();
    let mut count = 0;
    for case in cases.split("\n=== ") {
        let (expected, text) = case.split_once('\n').unwrap();
        held_against_ssh(home.path(), text.as_bytes(), expected);
        count += 1;
    }
    assert!(count > 130, "{count}");
}

/// What no text file shows.
#[test]
fn signs_that_are_not_seen_are_read_as_ssh_reads_them() {
    let home = home();
    let cases: [(&[u8], &str); 12] = [
        (b"\xef\xbb\xbfHost a\n User u\n", "refused"),
        (b"Host a\r\n User u\r\n Port 9\r\n", "1"),
        (b"Host a\r\n User u\rv\r\n", "0"),
        (b"Host a\n User u\n Port 9\0 8\n", "1"),
        (b"Host\xc2\xa0b\nHost a\n", "refused"),
        (b"Host a\n Port\xc2\xa09\n", "refused"),
        (b"Host a\n User u\n# caf\xe9\n", "1"),
        (b"Host a\n User u\n \x0bPort 9\n", "refused"),
        (b"Host a\n User u\n Port 9\x0c\n", "1"),
        (b"Host a\n User u\n Port 9", "1"),
        (b"Host a\n\tUser\t=\tu\t\n", "1"),
        (b"H\0o\0s\0t\0 \0a\0\n\0Host a\n", "refused"),
    ];
    for (text, expected) in cases {
        held_against_ssh(home.path(), text, expected);
    }
    let long = format!(
        "Host a\n User u\n SendEnv {}\n Port 9\n",
        "x".repeat(100_000)
    );
    held_against_ssh(home.path(), long.as_bytes(), "1");
    // ssh takes it, but its name is no text.
    let (status, told, _) = import_in(home.path(), b"Host a\n User caf\xe9\n", "me");
    assert_eq!(status, 1);
    assert!(told[0].starts_with("2: `User` is not UTF-8"), "{told:?}");
}
