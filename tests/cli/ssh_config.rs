//! `init --from-ssh-config` against the real `ssh -G`, and what it says of the rest.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use mcp_ssh::config::{Inventory, Paths, load};
use proptest::prelude::*;

use super::{mcp_ssh, said};

/// Imports a file's text; gives the status, what was told, and the inventory if there is one.
fn import(text: &str) -> (i32, Vec<String>, Option<Inventory>) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ssh_config");
    fs::write(&file, text).unwrap();
    let root = folder.path().join("new");
    let init = mcp_ssh(&[
        "init",
        root.to_str().unwrap(),
        "--from-ssh-config",
        file.to_str().unwrap(),
    ]);
    let (status, out, err) = said(&{ init }.output().unwrap());
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
        &mcp_ssh(&["check", "--config", paths.config.to_str().unwrap()])
            .output()
            .unwrap(),
    );
    assert!(
        check.0 == 0 && check.1.contains("policy tests: 4, 0 failed"),
        "{text}\n{check:?}"
    );
    (status, told, loaded.inventory)
}

/// What `ssh -G` says of a host: its address, port, user and jump host.
fn ssh(file: &Path, alias: &str) -> [String; 4] {
    let mut ssh = Command::new("ssh");
    let ssh = ssh.args(["-G", "-F"]).arg(file).arg(alias).output();
    let output = ssh.expect("ssh runs: see scripts/test-tools.sh");
    let (status, out, err) = said(&output);
    assert_eq!(status, 0, "{err}");
    ["hostname", "port", "user", "proxyjump"].map(|key| {
        let value = |line: &str| line.strip_prefix(key)?.strip_prefix(' ').map(str::to_owned);
        out.lines().find_map(value).unwrap_or_default()
    })
}

/// Each is a whole file whose every host is taken over.
const AGREED: [&str; 16] = [
    "Host a\n HostName 10.0.0.1\n Port 2222\n User ops\n",
    "host a\n hostname=10.0.0.1\n\tPORT = 2222\n User\t\"ops\"\n",
    "User first\nHost a b\n User second\nHost *\n Port 77\n",
    "Host a\n Port 1\nHost a b\n Port 2\n User u\nHost b\n User v\n",
    "User u\nHost web-?\nPort 9\nHost web-1 web-22\nPort 10\n",
    "User u\nHost a b !b\n Port 9\nHost b c\n Port 10\n",
    "User u\nHost * !b\n Port 9\nHost b a\n",
    "User u\nHost web-1\nHost web-* *.corp\n HostName %h.example.com\n",
    "User u\nHost UPPER\n HostName %h.Example.COM\n Port 022\n",
    "Host bastion\n ProxyJump none\n User j\nHost a b\n User u\nHost *\n ProxyJump bastion\n User z\n",
    "User u\nHost bastion\nHost a\n ProxyJump bastion\n ProxyCommand nc %h %p\n",
    "User u\nHost a\n ProxyCommand none\n ProxyJump b\nHost b\n",
    "User u\nHost a # b\n Port 9 # 10\n#Host c\nHost \"d\" 'e'\n User \"x y\"\n",
    "Host a\n User \"it's\"\nHost b\n User a\\\\b\nHost c\n User '# not: a comment'\nHost d\n User yes\nHost e\n User 0x10\n",
    "User u\nHost v6\n HostName 2001:db8::1\nHost 0x10\nHostName 10.1.1.1\nHost 1e3\nHostName 10.1.1.2\n",
    "User u\nHost a\n Port 9\nMatch all\n Port 10\nHost b\n",
];

#[test]
fn hosts_are_what_ssh_says_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config");
    let mut compared = 0;
    for text in AGREED {
        fs::write(&file, text).unwrap();
        let (status, told, inventory) = import(text);
        assert_eq!(status, 0, "{text}\n{told:?}");
        assert!(
            !told.iter().any(|line| line.contains("left out")),
            "{text}\n{told:?}"
        );
        let inventory = inventory.unwrap();
        for host in inventory.hosts.iter() {
            let user = &inventory.credential(host).unwrap().username;
            let jump = host
                .jump
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default();
            let ours = [
                host.host.to_string(),
                host.port.to_string(),
                user.clone(),
                jump,
            ];
            assert_eq!(
                ours,
                ssh(&file, host.alias.as_ref()),
                "{text}{}",
                host.alias
            );
            compared += 1;
        }
    }
    assert_eq!(compared, 35);
}

/// What cannot be said exactly is left out, with its line; the file is refused where ssh does.
#[test]
fn what_is_not_taken_over_is_told_with_its_line() {
    let host = "User u\nHost ok\n IdentityFile k\n";
    let agent = "3: host `x` has no `IdentityFile`: `agent: true` is taken";
    #[rustfmt::skip]
    let cases: [(&str, &[&str]); 18] = [
        ("Host x\n IdentityFile \"/\u{1b}[2J/k\"\n", &["4: host `x` has no `IdentityFile`: `agent: true` is taken", "5: this key file's name cannot be taken over"]),
        (" ForwardAgent yes\n", &["4: `ForwardAgent` is not taken over"]),
        (" LocalForward 1 a:2\n", &["4: `LocalForward` is not taken over"]),
        ("Match user x\n Port 9\n", &["4: this `Match` block is not taken over"]),
        ("Include conf.d/*\n", &["4: `Include` is not followed: put the lines of that file here first, if they matter"]),
        ("Host x\n ProxyCommand nc %h %p\n", &["5: host `x` is left out: `ProxyCommand` starts a program: use `ProxyJump` and an alias"]),
        ("Host x\n ProxyJump u@ok\n", &["4: host `x` is left out: `ProxyJump u@ok` is no alias that is taken over, or leads in a circle: a chain is one `ProxyJump ALIAS` on each host"]),
        ("Host x\n ProxyJump y\nHost y\n ProxyJump x\n", &["4: host `x` is left out: `ProxyJump y` is", "6: host `y` is left out: `ProxyJump x` is"]),
        ("Host x\n Port ssh\n", &["5: host `x` is left out: the port is no number from 1 to 65535"]),
        ("Host x\n HostName a_%p\n", &["5: host `x` is left out: the host holds a token other than `%h` and `%%`"]),
        ("Host x\n HostName 127.1\n", &["5: host `x` is left out: the host looks like an IPv4 address but is none"]),
        ("Host a/b\n", &["4: host `a/b` is left out: the alias holds `/`"]),
        ("Host \u{1b}[31m\n", &["4: host `\\u{1b}[31m` is left out: the alias holds"]),
        ("Host x\n ConnectTimeout 1h\n IdentityFile k\n", &["5: `connect_timeout` takes 1 to 600 seconds: this is not taken over"]),
        ("Host x\n ServerAliveInterval 9999\n IdentityFile k\n", &["5: `keepalive` takes 0 to 3600 seconds: this is not taken over"]),
        ("Host x\n HostKeyAlias a/b\n IdentityFile k\n", &["5: `host_key_alias` holds `/`"]),
        ("Host x\n IdentityFile k\n IdentityFile l\n", &["6: an entry of credentials.yml has one key: this one is not taken over"]),
        ("Host x\n IdentityFile a/..\n", &["4: host `x` has no `IdentityFile`: `agent: true` is taken", "5: this key file's name cannot be taken over"]),
    ];
    for (line, expected) in cases {
        let (status, told, inventory) = import(&format!("{host}{line}"));
        assert_eq!((status, told.len()), (0, expected.len()), "{line}{told:?}");
        for (told, expected) in told.iter().zip(expected) {
            assert!(told.starts_with(expected), "{line}{told}");
        }
        assert!(inventory.unwrap().hosts.get("ok").is_some(), "{line}");
    }
    let (status, told, _) = import("Host ok\n IdentityFile k\n");
    assert_eq!(
        (status, &*told),
        (
            0,
            &["1: host `ok` has no `User`: `me` is taken".to_owned()][..]
        )
    );
    let (_, told, _) = import("User u\n\nHost x\n");
    assert_eq!(told, [agent]);
    for (text, expected) in [
        ("Host a\n User \"x\n", "2: `User` a quote is not closed"),
        ("Host a\n User=\n", "2: `User` has no value"),
        ("Host a\n User x y\n", "2: `User` has more than one value"),
        ("Host\n", "1: `Host` has no value"),
    ] {
        let (status, told, _) = import(text);
        assert_eq!((status, &*told), (1, &[expected.to_owned()][..]));
        let refused = Command::new("sh")
            .args([
                "-c",
                "printf %s \"$0\" > \"$1/c\"; ssh -G -F \"$1/c\" a",
                text,
            ])
            .arg(tempfile::tempdir().unwrap().path())
            .output();
        assert!(!refused.unwrap().status.success(), "ssh takes {text}");
    }
    let (status, told, _) = import("Host *\n Port 9\n");
    assert_eq!(status, 1);
    assert!(
        told[0].ends_with("no host in it can be taken over"),
        "{told:?}"
    );
    let many: String = (0..10_002)
        .map(|number| format!("Host h{number}\n"))
        .collect();
    assert_eq!(import(&many).0, 1);
    assert_eq!(
        import(&format!("Host a\nUser u\n{}", "#\n".repeat(100_000))).0,
        1
    );
}

/// Whatever the file, it is read or refused soon, and in little memory.
#[test]
fn a_hostile_file_costs_little() {
    let hosts = |count: usize| (0..count).map(|number| format!("Host h{number}\n"));
    let named = |number: usize| format!("Host h{number}\n User u\n IdentityFile /k/{number}/id\n");
    let all: String = (0..1_500).map(named).collect();
    let began = Instant::now();
    let inventory = import(&all).2.unwrap();
    assert_eq!(inventory.credentials.len(), 1_500);
    let many_names: Vec<String> = (0..60_000).map(|number| format!("h{number}")).collect();
    let patterns = "User u\n".to_owned() + &format!("Host a {}\n", "a* ".repeat(50)).repeat(4_000);
    for (text, expected) in [
        (
            format!("Host {}\n", many_names.join(" ")),
            "1: more than 10000 hosts",
        ),
        (patterns, "1962: more than 100000 patterns"),
        (
            hosts(1_000).collect::<String>()
                + "Host *\nUser u\n"
                + &"IdentityFile a\n".repeat(10_000),
            "50: more than 500000 settings of all hosts together: split the file",
        ),
    ] {
        let (status, told, _) = import(&text);
        assert!(
            (status, told.len()) == (1, 1) && told[0].starts_with(expected),
            "{told:?}"
        );
    }
    assert!(
        began.elapsed() < Duration::from_secs(20),
        "{:?}",
        began.elapsed()
    );
}

/// What is copied into the keys directory under that name would say which host keys are right.
#[test]
fn no_key_file_becomes_known_hosts() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ssh_config");
    let text = "Host a\n User u\n IdentityFile /k/known_hosts\n CertificateFile /k/Known_Hosts\n";
    fs::write(&file, text).unwrap();
    let root = folder.path().join("new");
    let mut init = mcp_ssh(&["init", root.to_str().unwrap(), "--from-ssh-config"]);
    let (status, out, _) = said(&init.arg(&file).output().unwrap());
    assert_eq!(status, 0);
    let copies = |name: &str| out.contains(&format!("keys/{name}\n"));
    assert!(copies("known_hosts-2") && copies("Known_Hosts-3"), "{out}");
    let copied =
        |line: &str| line.contains("install ") && line.to_lowercase().ends_with("/known_hosts");
    assert!(!out.lines().any(copied), "{out}");
}

#[test]
fn keys_and_timeouts_come_along() {
    let (_, told, inventory) = import(
        "Host *\n User u\nHost a\n IdentityFile ~/.ssh/one/id\n ConnectTimeout 5\n ServerAliveInterval 0\n HostKeyAlias key-name\n\
         Host b\n IdentityFile ~/.ssh/two/id\n CertificateFile ~/.ssh/two/id-cert.pub\n\
         Host c\n IdentityFile \"/k/%h %n %%.pub\"\nHost d\n IdentityFile ~/.ssh/one/id\nHost e\n IdentityFile none\n",
    );
    assert_eq!(
        told,
        ["15: host `e` has no `IdentityFile`: `agent: true` is taken"]
    );
    let inventory = inventory.unwrap();
    let login = |alias: &str| {
        let host = inventory.hosts.get(alias).unwrap();
        let entry = inventory.credential(host).unwrap();
        let file = |path: &Option<mcp_ssh::config::KeyPath>| {
            path.as_ref()
                .map(|path| path.as_path().to_str().unwrap().to_owned())
                .unwrap_or_default()
        };
        (
            entry.name.to_string(),
            file(&entry.key_path),
            file(&entry.certificate_path),
            entry.agent == mcp_ssh::config::Agent::Asked,
        )
    };
    let expected = |name: &str, key: &str, certificate: &str, agent| {
        (
            name.to_owned(),
            key.to_owned(),
            certificate.to_owned(),
            agent,
        )
    };
    assert_eq!(login("a"), expected("u-id", "id", "", false));
    assert_eq!(login("b"), expected("u-id-2", "id-2", "id-cert.pub", false));
    assert_eq!(login("c"), expected("u-c c %.pub", "c c %.pub", "", true));
    assert_eq!(login("d"), login("a"));
    assert_eq!(login("e"), expected("u-agent", "", "", true));
    let a = inventory.hosts.get("a").unwrap();
    assert_eq!((a.connect_timeout.as_secs(), a.keepalive), (5, None));
    assert_eq!(a.host_key_alias.as_ref().unwrap().to_string(), "key-name");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    /// Any user name and key name that is taken over comes back from our own loader as it was.
    #[test]
    fn values_come_back_from_the_yaml_as_they_were(
        user in r##"[ -~]{1,12}|yes|null|~|0x10|1e3|2026-01-01|- x|a: b|\? x|[\u{a0}-\u{2fff}\u{feff}]{1,4}"##,
        key in r##"[!-.0-~]{1,12}"##,
    ) {
        let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
        let text = format!("Host a\n User {}\n IdentityFile {}\n", quoted(&user), quoted(&format!("/k/{}", key.replace('%', "%%"))));
        let (status, told, inventory) = import(&text);
        if user.contains('%') {
            prop_assert_eq!(status, 1);
            return Ok(());
        }
        prop_assert_eq!(status, 0, "{:?}", told);
        let inventory = inventory.unwrap();
        let entry = inventory.credentials.iter().next().unwrap();
        prop_assert_eq!(&entry.username, &user);
        match &entry.key_path {
            Some(path) => prop_assert_eq!(path.as_path().to_str().unwrap(), key),
            None => prop_assert!(key.contains("..") || key == "." || key.eq_ignore_ascii_case("none")),
        }
    }
}
