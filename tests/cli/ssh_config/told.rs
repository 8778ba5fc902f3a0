//! What an import tells, and how much a file may cost.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::super::{mcp_ssh, said};
use super::{account, home, import, import_in};

/// What cannot be said exactly is left out, with its line; the file is refused where ssh does.
#[test]
fn what_is_not_taken_over_is_told_with_its_line() {
    let host = "User u\nHost ok\n IdentityFile k\n";
    let agent = "3: host `x` has no `IdentityFile`: `agent: true` is taken";
    let shell = "is left out: a `ProxyCommand` that is more than `ssh -W %h:%p HOST`";
    #[rustfmt::skip]
    let cases: [(&str, &[&str]); 25] = [
        ("Host x\n IdentityFile \"/k/\u{ffff}k\"\n", &["4: host `x` has no `IdentityFile`: `agent: true` is taken", "5: this key file's name cannot be taken over"]),
        ("Host x\n IdentityFile \"/\u{1b}[2J/k\"\n", &["4: host `x` has no `IdentityFile`: `agent: true` is taken", "5: this key file's name cannot be taken over"]),
        ("Host x\n IdentityFile C:\\Users\\me\\id\n", &["4: host `x` has no `IdentityFile`: `agent: true` is taken", "5: this key file's name cannot be taken over"]),
        ("Host x\n IdentityFile ${NOWHERE}/id\n IdentityFile ~root/id\n", &["4: host `x` has no", "5: this key file's name cannot be taken over (2 lines: 5, 6)"]),
        (" ForwardAgent yes\n", &["4: `ForwardAgent` is not taken over"]),
        (" LocalForward 1 a:2\nHost *\n LocalForward 2 a:2\n", &["4: `LocalForward` is not taken over (2 lines: 4, 6)"]),
        ("Match exec true\n Port 9\nHost x y\n", &["4: 3 hosts are left out: the program of a `Match exec` has a say: write what it decides as `Host` lines: `ok`, `x`, `y`"]),
        ("Include ~/inc/two.conf\n", &[]),
        ("Host x\n CanonicalizeHostname always\n", &["5: host `x` is left out: the DNS may give it another name"]),
        ("Host x\n CanonicalizePermittedCNAMEs *:*\n", &["5: host `x` is left out: the DNS may give it another name"]),
        ("Host x\n ProxyCommand nc %h %p\n", &[&format!("5: host `x` {shell}")]),
        ("Host x\n ProxyJump u@ok;id\n", &[&format!("5: host `x` {shell}")]),
        ("Host x\n IdentityFile k\n ProxyJump v@ok\n", &["4: host `ok-v` is a jump host that has no `Host` line: it gets an entry"]),
        ("Host x\n ProxyJump y\nHost y\n ProxyJump x\n", &["4: 2 hosts are left out: its way leads through a host that is left out, or in a circle"]),
        ("Host x\n ProxyJump x\n", &["4: host `x` is left out: it is its own jump host"]),
        ("Host x\n HostName a_%p\n", &["5: host `x` is left out: its `HostName` holds a token other than `%h` and `%%`"]),
        ("Host x\n HostName 127.1\n", &["5: host `x` is left out: the host looks like an IPv4 address but is none"]),
        ("Host a/b\n", &["4: host `a/b` is left out: the "]),
        ("Host \u{1b}[31m\n", &["4: host `\\u{1b}[31m` is left out: the "]),
        ("Host x\n ConnectTimeout 1h\n IdentityFile k\n", &["5: `connect_timeout` takes 1 to 600 seconds: this is not taken over"]),
        ("Host x\n ServerAliveInterval 9999\n IdentityFile k\n", &["5: `keepalive` takes 0 to 3600 seconds: this is not taken over"]),
        ("Host x\n HostKeyAlias a/b\n IdentityFile k\n", &["5: `host_key_alias` holds `/`"]),
        ("Host x\n IdentityFile k\n IdentityFile l\n IdentityFile k\n", &["6: an entry of credentials.yml has one key: this one is not taken over"]),
        ("Host x\n IdentityFile a/..\n", &["4: host `x` has no `IdentityFile`: `agent: true` is taken", "5: this key file's name cannot be taken over"]),
        ("Host x\n HostName x.example\n ProxyJump z\nHost z\n ProxyCommand nc %h %p\n", &["4: host `x` is left out: a jump host is left out", "8: host `z` is left out"]),
    ];
    for (line, expected) in cases {
        let (_, told, inventory) = import(&format!("{host}{line}"));
        let without_hosts = "no host in it can be taken over";
        let told: Vec<String> = told
            .into_iter()
            .filter(|told| !told.ends_with(without_hosts))
            .collect();
        assert_eq!(told.len(), expected.len(), "{line}{told:?}");
        for (told, expected) in told.iter().zip(expected) {
            assert!(told.starts_with(expected), "{line}{told}");
        }
        let lost = line.starts_with("Match exec");
        assert_eq!(
            inventory.is_some_and(|inventory| inventory.hosts.get("ok").is_some()),
            !lost,
            "{line}"
        );
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
        (
            "Host a\n User \"x\n",
            "2: `User` has a quote that is not closed",
        ),
        (
            "Host a\n Hosts b\n",
            "2: `Hosts` is no keyword of OpenSSH 9.2: mend it, or put `IgnoreUnknown Hosts` above it",
        ),
        (
            "Host a\n Port 0x10\n",
            "2: `Port` has a value that ssh refuses",
        ),
        (
            "Host a\nMatch tagged x\n",
            "2: `Match` asks for something that OpenSSH 9.2 does not know",
        ),
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
            "1: `Host` names more than 10000 hosts",
        ),
        (patterns, "1962: `Host` has more than 100000 patterns"),
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

/// Cron and containers set no USER: who asks is looked up as ssh does, so that `Match localuser` holds for it.
#[test]
fn who_asks_is_looked_up_where_no_variable_says_it() {
    let text = format!(
        "Host a\n User u\nMatch localuser {}\n Port 2200\n",
        account()
    );
    let (_, _, inventory) = import_in(home().path(), text.as_bytes(), "");
    let inventory = inventory.unwrap();
    let a = inventory.hosts.get("a").unwrap();
    assert_eq!(a.port, 2200);
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
        // ssh would look for a variable.
        prop_assume!(!key.contains("${") && !user.contains("${"));
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

/// However many hosts there are, what is told stays short, and each host that is left out is named.
#[test]
fn what_is_told_of_many_hosts_is_short() {
    let host = |number: usize| match number % 5 {
        0 => format!("Host h{number}\n ProxyCommand nc %h %p\n ForwardAgent yes\n"),
        1 => format!("Host h{number}\n HostName h{number}_%p\n"),
        2 => format!("Host h{number}\n ProxyJump gone\n IdentityFile k\n IdentityFile l\n"),
        _ => format!("Host h{number}\n LocalForward 1 a:1\n ServerAliveInterval 2h\n"),
    };
    let text: String = (0..335).map(host).collect();
    let (_, told, inventory) = import(&(text + "Host gone\n HostName a..b\n"));
    assert!(told.len() < 12, "{told:#?}");
    let inventory = inventory.unwrap();
    let all = told.join("\n");
    for number in 0..335 {
        let name = format!("h{number}");
        let is_named = all.contains(&format!("`{name}`"));
        assert!(is_named || inventory.hosts.get(&name).is_some(), "{name}");
    }
}
