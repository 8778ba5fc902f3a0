//! No piece of a key or password is in anything the program writes, wherever it was put by mistake.
//!
//! Each row puts a secret where it does not belong; the real binary then checks, runs, serves and
//! records, and eight bytes of the secret anywhere are a fault.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use crate::support::fixture::Fixture;
use crate::support::keys::{Format, KeyPair, puttygen, write_private};

const PASSWORD: &str = "Sup3rS3cret!";
/// What a person types who takes the field for the password's own.
const NAME_LIKE: &str = "Sup3rS3cretWord";
const WORDS: &str = "correcthorsebattery";
const POLICY: &str = "rules:\n  - {action: allow, commands: [uptime]}\n";

/// One mistake: what is written where, and what must not be seen of it.
struct Row {
    what: String,
    files: Vec<(&'static str, Vec<u8>)>,
    secret: String,
}

impl Row {
    fn new(what: &str, name: &'static str, text: impl Into<Vec<u8>>, secret: &str) -> Self {
        Self {
            what: what.to_owned(),
            files: vec![(name, text.into())],
            secret: secret.to_owned(),
        }
    }
}

/// The lines of a key that hold something of it.
fn body(key: &str) -> String {
    let heads = [
        "-----",
        "PuTTY-User-Key",
        "Encryption",
        "Comment",
        "Proc-Type",
        "DEK-Info",
    ];
    let holds =
        |line: &&str| !heads.iter().any(|head| line.starts_with(head)) && !line.contains("-Lines:");
    let lines = key.lines().filter(holds);
    let lines = lines.map(|line| line.trim_start_matches("Private-MAC: "));
    lines.collect::<Vec<_>>().join("\n")
}

fn utf16(text: &str, mark: &[u8]) -> Vec<u8> {
    let units = text.encode_utf16().flat_map(u16::to_le_bytes);
    mark.iter().copied().chain(units).collect()
}

/// Everything the program writes with these files, the folder's own name taken out.
fn written(row: &Row) -> String {
    let fixture = Fixture::one_host(9);
    let entry = "entries: [{name: ops, username: o, key_path: id}]\n";
    fixture.write("config/credentials.yml", entry);
    write_private(
        fixture.path("keys/id").as_ref(),
        &KeyPair::ed25519().private,
    );
    for (name, bytes) in &row.files {
        let path = fixture.path(name);
        write_private(path.as_ref(), "");
        std::fs::write(path, bytes).unwrap();
    }
    let audit = fixture.path("trail.jsonl");
    let mut text = String::new();
    for words in [
        vec!["check", "--strict"],
        vec!["check", "--json"],
        vec!["healthcheck"],
        vec!["hosts"],
        vec!["plan", "web", "--", "uptime"],
        vec!["run", "--audit-file", &audit, "web", "--", "uptime"],
    ] {
        let mut server = debugged(&fixture);
        let output = server.args(&words).output().unwrap();
        text += &String::from_utf8_lossy(&output.stdout);
        text += &String::from_utf8_lossy(&output.stderr);
    }
    text += &served(&fixture, &audit);
    text += &std::fs::read_to_string(&audit).unwrap_or_default();
    text.replace(&fixture.path(""), "")
}

fn debugged(fixture: &Fixture) -> Command {
    let mut server = fixture.server();
    server
        .env("MCP_SSH_DEBUG", "1")
        .env("SSH_AUTH_SOCK", "/nowhere");
    server
}

/// What a client and the log get to see of a call on the host.
fn served(fixture: &Fixture, audit: &str) -> String {
    let mut server = debugged(fixture);
    server.args(["serve", "--audit-file", audit]);
    server
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut server = server.spawn().unwrap();
    let mut stdin = server.stdin.take().unwrap();
    let call = |id: u8, tool: &str, arguments: &str| {
        format!(
            r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"{tool}","arguments":{arguments}}}}}"#
        )
    };
    let lines = [
        r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"s","version":"1"}}}"#.to_owned(),
        r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#.to_owned(),
        call(2, "ssh_run", r#"{"alias":"web","command":"uptime"}"#),
        call(3, "ssh_list_hosts", "{}"),
        call(4, "ssh_reload_config", "{}"),
    ];
    // A server whose configuration has a fault may be gone before it reads.
    let _ = stdin.write_all((lines.join("\n") + "\n").as_bytes());
    let mut text = String::new();
    let mut answers = 0;
    for line in BufReader::new(server.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        answers += usize::from(line.contains(r#""id":"#));
        text += &line;
        if answers == 4 {
            break;
        }
    }
    drop(stdin);
    text + &String::from_utf8_lossy(&server.wait_with_output().unwrap().stderr)
}

/// The first eight bytes of the secret that were written, without regard to case.
fn leaked(secret: &str, text: &str) -> Option<String> {
    let text = text.to_uppercase();
    let secret = secret.to_uppercase();
    let lines = secret.lines();
    let mut pieces = lines.flat_map(|line| line.as_bytes().windows(8));
    let piece = pieces.find(|piece| text.as_bytes().windows(8).any(|seen| seen == *piece))?;
    Some(String::from_utf8_lossy(piece).into_owned())
}

fn assert_unseen(rows: &[Row]) {
    let faults: Vec<String> = rows
        .iter()
        .filter_map(|row| {
            let text = written(row);
            let piece = leaked(&row.secret, &text)?;
            let line = text
                .lines()
                .find(|line| line.to_uppercase().contains(&piece));
            Some(format!("{}: `{piece}` in {line:?}", row.what))
        })
        .collect();
    assert_eq!(
        faults,
        Vec::<String>::new(),
        "{} of {}",
        faults.len(),
        rows.len()
    );
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
fn a_secret_in_the_place_of_a_name_or_path_is_not_quoted() {
    let key = KeyPair::ed25519().private;
    let base64 = body(&key).lines().next().unwrap().to_owned();
    let token = base64.replace(['+', '/', '='], "x");
    let block = format!("|\n    {}", key.trim().replace('\n', "\n    "));
    let secret = &body(&key);
    let fields = [
        ("password_secret", "", NAME_LIKE, NAME_LIKE),
        ("password_secret", "", PASSWORD, PASSWORD),
        ("password_secret", "", WORDS, WORDS),
        ("password_secret", "", &token, &token),
        ("password_secret", "", &base64, &base64),
        ("password_secret", "", &block, secret),
        (
            "key_passphrase_secret",
            "key_path: id",
            NAME_LIKE,
            NAME_LIKE,
        ),
        ("key_passphrase_secret", "key_path: id", WORDS, WORDS),
        ("key_passphrase_secret", "key_path: id", &token, &token),
        ("key_passphrase_secret", "key_path: id", &base64, &base64),
        ("key_passphrase_secret", "key_path: id", &block, secret),
        ("key_path", "", &base64, &base64),
        ("key_path", "", PASSWORD, PASSWORD),
        ("key_path", "", &block, secret),
        ("certificate_path", "key_path: id", &base64, &base64),
        ("certificate_path", "key_path: id", &block, secret),
        ("name", "key_path: id", &base64, &base64),
        ("name", "key_path: id", PASSWORD, PASSWORD),
        ("name", "key_path: id", &block, secret),
        ("username", "key_path: id", &base64, &base64),
        ("username", "key_path: id", &block, secret),
        ("agent", "key_path: id", &base64, &base64),
        ("agent", "key_path: id", &block, secret),
    ];
    let mut rows = Vec::new();
    for (field, beside, value, secret) in fields {
        let mut text = "entries:\n".to_owned();
        let others = [
            ("name", "name: ops"),
            ("username", "username: o"),
            ("", beside),
        ];
        let mut lines: Vec<String> = others
            .iter()
            .filter(|(name, line)| *name != field && !line.is_empty())
            .map(|(_, line)| (*line).to_owned())
            .collect();
        lines.push(format!("{field}: {value}"));
        text += &format!("- {}\n", lines.join("\n  "));
        rows.push(Row::new(
            &format!("{field}: {value:.12}"),
            "config/credentials.yml",
            text,
            secret,
        ));
    }
    let agent =
        format!("entries:\n- {{name: ops, username: o, agent: true, key_path: '{base64}.pub'}}\n");
    rows.push(Row::new(
        "agent key",
        "config/credentials.yml",
        agent,
        &base64,
    ));
    // The name is given once more by the host, which then logs in with it.
    for value in [&base64, PASSWORD] {
        let servers =
            format!("hosts:\n- {{alias: web, host: 127.0.0.1, port: 9, credentials: '{value}'}}\n");
        let entry = format!("entries:\n- {{name: '{value}', username: o, key_path: gone}}\n");
        rows.push(Row::new(
            "credentials of nobody",
            "config/servers.yml",
            servers.clone(),
            value,
        ));
        let mut row = Row::new(
            "credentials of that name",
            "config/servers.yml",
            servers,
            value,
        );
        row.files.push(("config/credentials.yml", entry.into()));
        rows.push(row);
    }
    assert_unseen(&rows);
}

#[test]
fn a_password_in_the_wrong_file_is_not_quoted() {
    let host = "hosts:\n- {alias: web, host: 127.0.0.1, credentials: ops";
    let mut rows = Vec::new();
    for word in [PASSWORD, WORDS, "hunter2!hunter2"] {
        for (name, text) in [
            (
                "config/servers.yml",
                format!("{host}, password: '{word}'}}\n"),
            ),
            (
                "config/servers.yml",
                format!("{host}, password: '{word}}}\n"),
            ),
            (
                "config/servers.yml",
                format!("{host}}}\npassword: {word}\n"),
            ),
            (
                "config/servers.yml",
                format!("{host}}}\n  ssh_pass: \"{word}\"\n"),
            ),
            (
                "config/policy.yml",
                format!("{POLICY}sudo_password: {word}\n"),
            ),
            (
                "config/policy.yml",
                format!("{POLICY}  password: '{word}\n"),
            ),
            (
                "config/credentials.yml",
                format!("entries:\n- {{name: ops, username: o, pasword: {word}}}\n"),
            ),
            (
                "config/credentials.yml",
                format!("entries:\n- {{name: ops, username: o, password: \"{word}}}\n"),
            ),
            (
                "secrets/.env",
                format!("{word}\nDB_PW=\"{word}\nDB-PW '{word}'\n"),
            ),
            ("secrets/.env", format!("DB_PW = '{word}\n")),
        ] {
            rows.push(Row::new(
                &format!("{name}: {text}"),
                name,
                text.clone(),
                word,
            ));
            let broken = [text.as_bytes(), b" \xe9\n"].concat();
            rows.push(Row::new(
                &format!("{name}, Latin-1: {text}"),
                name,
                broken,
                word,
            ));
        }
    }
    for row in &mut rows {
        if row.files.iter().any(|(name, _)| *name == "secrets/.env") {
            let entry = "entries: [{name: ops, username: o, password_secret: db-pw}]\n";
            row.files.push(("config/credentials.yml", entry.into()));
        }
    }
    let high = [
        ("alias", PASSWORD),
        ("tags", PASSWORD),
        ("jump", PASSWORD),
        ("port", PASSWORD),
    ];
    for (key, value) in high {
        let text = format!(
            "hosts:\n- {{host: 127.0.0.1, credentials: ops, {key}: '{value}', {key}: '{value}'}}\n"
        );
        rows.push(Row::new(
            &format!("servers.yml {key}"),
            "config/servers.yml",
            text,
            value,
        ));
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
