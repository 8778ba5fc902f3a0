//! Key files in many states, pasted keys, and keys that are given as another file.

use base64ct::{Base64, Encoding};

use super::{POLICY, Row, assert_unseen, body, leaked};
use crate::support::fixture::Fixture;
use crate::support::keys::{Format, KeyPair, puttygen};

#[test]
fn a_key_file_in_any_state_is_not_quoted() {
    let mut rows = Vec::new();
    for (what, bytes, secret) in keys() {
        rows.push(Row::new(
            &format!("key_path: {what}"),
            "keys/id",
            bytes.clone(),
            &secret,
        ));
        rows.push(Row::new(
            &format!("known_hosts: {what}"),
            "keys/known_hosts",
            bytes.clone(),
            &secret,
        ));
        let entry = "entries: [{name: ops, username: o, key_path: id, certificate_path: c}]\n";
        let mut row = Row::new(
            &format!("certificate: {what}"),
            "keys/c",
            bytes.clone(),
            &secret,
        );
        row.files.push(("config/credentials.yml", entry.into()));
        rows.push(row);
        let entry = "entries: [{name: ops, username: o, key_path: k.pub, agent: true}]\n";
        let mut row = Row::new(
            &format!("agent key: {what}"),
            "keys/k.pub",
            bytes.clone(),
            &secret,
        );
        row.files.push(("config/credentials.yml", entry.into()));
        rows.push(row);
        let entry = "entries: [{name: ops, username: o, password_secret: db-pw}]\n";
        for place in ["secrets/.env", "secrets/db-pw"] {
            let mut row = Row::new(&format!("{place}: {what}"), place, bytes.clone(), &secret);
            row.files.push(("config/credentials.yml", entry.into()));
            rows.push(row);
        }
    }
    assert_unseen(&rows);
}

#[test]
fn a_key_pasted_into_a_configuration_file_is_not_quoted() {
    let mut rows = Vec::new();
    for (what, bytes, secret) in keys() {
        for (name, before, after) in [
            (
                "config/servers.yml",
                "hosts:\n",
                "\n- {alias: web, host: 127.0.0.1, credentials: ops}\n",
            ),
            (
                "config/servers.yml",
                "hosts:\n- alias: web\n  host: 127.0.0.1\n  credentials: ops\n  key: ",
                "\n",
            ),
            ("config/servers.yml", "hosts:\n- alias: web\n  host: ", "\n"),
            (
                "config/servers.yml",
                "hosts:\n- alias: web\n  host: 127.0.0.1\n  credentials: ops\n  description: ",
                "\n",
            ),
            (
                "config/servers.yml",
                "hosts:\n- alias: web\n  host: 127.0.0.1\n  credentials: ops\n  description: '",
                "'\n",
            ),
            (
                "config/policy.yml",
                "rules:\n- action: allow\n  commands: [uptime]\n  name: ",
                "\n",
            ),
            (
                "config/policy.yml",
                "rules:\n- {action: allow, commands: [uptime], name: '",
                "'}\n",
            ),
            (
                "config/policy.yml",
                "rules: []\nfiles:\n- {action: allow, read: [/etc/hosts], name: '",
                "'}\n",
            ),
            (
                "config/servers.yml",
                "hosts:\n- alias: web\n  host: 127.0.0.1\n  port: |\n   ",
                "\n",
            ),
            ("config/policy.yml", POLICY, "\n"),
            ("config/policy.yml", "rules:\n- action: ", "\n"),
            (
                "config/policy.yml",
                "rules:\n- action: allow\n  commands: [uptime, '",
                "']\n",
            ),
            (
                "config/credentials.yml",
                "entries:\n- name: ops\n  username: o\n  key: ",
                "\n",
            ),
            (
                "config/policy_tests.yml",
                "- {alias: web, command: uptime, expect: ",
                "}\n",
            ),
        ] {
            let text = [before.as_bytes(), &bytes, after.as_bytes()].concat();
            rows.push(Row::new(
                &format!("{name}: {what} after {before:?}"),
                name,
                text,
                &secret,
            ));
        }
    }
    assert_unseen(&rows);
}

#[test]
fn a_key_in_the_place_of_another_file_is_not_quoted() {
    for (what, bytes, secret) in keys() {
        let fixture = Fixture::empty();
        let (file, new) = (fixture.path("file"), fixture.path("new"));
        std::fs::write(&file, bytes).unwrap();
        for words in [
            vec!["init", &new, "--from-ssh-config", &file],
            vec!["init", &new, "--from-ansible", &file],
            vec!["audit", "tail", &file],
            vec!["audit", "verify", &file],
        ] {
            let output = fixture.server().args(&words).output().unwrap();
            let text = [output.stdout, output.stderr].concat();
            let text = String::from_utf8_lossy(&text);
            assert_eq!(leaked(&secret, &text), None, "{what}: {words:?}: {text}");
        }
    }
}

fn each(key: &str, before: &str, after: &str) -> String {
    let line = |line: &str| format!("{before}{line}{after}\n");
    key.lines().map(line).collect()
}

fn in_json(key: &str) -> String {
    serde_json::to_string(&key.lines().collect::<Vec<_>>()).unwrap()
}

fn in_hex(key: &str) -> String {
    base16ct::lower::encode_string(key.as_bytes())
}

fn base64(key: &str) -> String {
    Base64::encode_string(key.as_bytes())
}

/// One key in many states.
fn keys() -> Vec<(&'static str, Vec<u8>, String)> {
    let pair = KeyPair::ed25519();
    let open = pair.private.clone();
    let locked = pair.rewritten(Format::OpenSsh, "open-sesame");
    let rsa = KeyPair::rsa(2048);
    let pkcs8 = rsa.rewritten(Format::Pkcs8, "");
    let secret8 = rsa.rewritten(Format::Pkcs8, "open-sesame");
    let pem = rsa.rewritten(Format::Pem, "open-sesame");
    let ppk = puttygen(&open, &["-O", "private"]);
    let flat = |key: &str| key.replace('\n', " ");
    let one_line = |key: &str| {
        let head = key.lines().next().unwrap();
        let tail = key.lines().last().unwrap();
        format!("{head}\n{}\n{tail}\n", body(key).replace('\n', ""))
    };
    let cut: String = open.chars().take(open.len() / 2).collect();
    let text = |what, text: String, key: &str| (what, text.into_bytes(), body(key));
    vec![
        text("flat", flat(&open), &open),
        text("flat pkcs8", flat(&pkcs8), &pkcs8),
        text("flat PEM", flat(&pem), &pem),
        text("CR only", open.replace('\n', "\r"), &open),
        text("nothing between", open.replace('\n', ""), &open),
        text("a body of one line", one_line(&pkcs8), &pkcs8),
        text("ppk", ppk.clone(), &ppk),
        text("flat ppk", flat(&ppk), &ppk),
        text("locked", locked.clone(), &locked),
        text("locked pkcs8", secret8.clone(), &secret8),
        text("locked PEM", pem.clone(), &pem),
        text("body alone", body(&open), &open),
        text("a list in JSON", in_json(&open), &open),
        text("a string in JSON", open.replace('\n', "\\n"), &open),
        text("each line quoted", each(&open, "\"", "\""), &open),
        text("indented", each(&open, "      ", ""), &open),
        text("base64 of the file", base64(&open), &base64(&open)),
        text("hex of the file", in_hex(&open), &in_hex(&open)),
        text("flat body alone", flat(&body(&pkcs8)), &pkcs8),
        text("cut off", cut, &open),
        text(
            "wrong end",
            open.replace("-----END OPENSSH", "-----END RSA"),
            &open,
        ),
        text(
            "label lost",
            body(&open)
                .lines()
                .map(|line| format!("-----BEGIN {line}-----\n"))
                .collect(),
            &open,
        ),
        text("damaged", open.replace('A', "!"), &open.replace('A', "!")),
        ("UTF-16", utf16(&open, &[0xff, 0xfe]), body(&open)),
        ("UTF-16 without a mark", utf16(&open, &[]), body(&open)),
    ]
}

fn utf16(text: &str, mark: &[u8]) -> Vec<u8> {
    let units = text.encode_utf16().flat_map(u16::to_le_bytes);
    mark.iter().copied().chain(units).collect()
}
