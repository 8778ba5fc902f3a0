//! Passwords and pieces of keys where a name, a path or another key of a file should be.

use super::{POLICY, Row, assert_unseen, body, leaked};
use crate::gate::site::Site;
use crate::support::keys::KeyPair;

const PASSWORD: &str = "Sup3rS3cret!";
/// What a person types who takes the field for the password's own.
const NAME_LIKE: &str = "Sup3rS3cretWord";
const WORDS: &str = "correcthorsebattery";

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
    for word in [PASSWORD, "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ"] {
        let text = format!("known_hosts_path: '{word}'\n{POLICY}");
        rows.push(Row::new(
            "known_hosts_path",
            "config/policy.yml",
            text,
            word,
        ));
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

/// No list of words for a password is long enough: behind a key that no file has, nothing is quoted.
#[test]
fn what_stands_behind_an_unknown_key_is_not_quoted() {
    const SECRET: &str = "hunter2horse";
    const SERVERS: &str = "config/servers.yml";
    const POLICY_FILE: &str = "config/policy.yml";
    let host = "alias: box, host: 127.0.0.1, credentials: ops";
    let in_host = |key: &str| format!("hosts:\n- {{{host}, {key}: {SECRET}}}\n");
    let keys = [
        "api_key", "auth", "cred", "kennwort", "key", "login", "pasword", "pin", "psw", "pw",
        "sudo",
    ];
    let by_key = keys.map(|key| Row::new(key, SERVERS, in_host(key), SECRET));
    let shapes = [
        (
            SERVERS,
            format!("hosts:\n- alias: box\n  host: h\n  pw: {SECRET}\n"),
        ),
        (
            SERVERS,
            format!("hosts:\n- {{pw: {SECRET}, alias: box, host: '=x'}}\n"),
        ),
        (SERVERS, format!("hosts:\n- {{{host}, pw: {SECRET}\n")),
        (SERVERS, format!("hosts:\n- {{{host}, pw:{SECRET}}}\n")),
        (
            SERVERS,
            format!("hosts:\n- {{{host}, \"pw\":\"{SECRET}\"}}\n"),
        ),
        (
            SERVERS,
            format!("hosts:\n- alias: box\n  pw: {SECRET}: x\n"),
        ),
        (SERVERS, format!("hosts: [{{{host}}}]\npw: {SECRET}\n")),
        (
            SERVERS,
            format!("defaults: {{pw: {SECRET}}}\nhosts: [{{{host}}}]\n"),
        ),
        (POLICY_FILE, format!("pw: {SECRET}\n{POLICY}")),
        (
            POLICY_FILE,
            format!("{POLICY}  - {{pw: {SECRET}, action: alow}}\n"),
        ),
        (
            POLICY_FILE,
            format!("limits: {{pw: {SECRET}, max_seconds: x}}\n{POLICY}"),
        ),
    ];
    let by_shape = shapes.map(|(file, text)| Row::new(&text.clone(), file, text, SECRET));
    assert_unseen(&by_key.into_iter().chain(by_shape).collect::<Vec<_>>());
}

#[test]
fn a_secret_in_the_place_of_a_user_name_is_not_quoted_when_the_host_refuses_it() {
    let secret = body(&KeyPair::ed25519().private);
    let secret = secret.lines().next().unwrap();
    for word in [secret, PASSWORD] {
        let site = Site::start("unquoted");
        let entry = format!("entries:\n- {{name: ops, username: '{word}', key_path: id}}\n");
        site.fixture.write("config/credentials.yml", &entry);
        let audit = site.fixture.path("trail.jsonl");
        let run = ["run", "--audit-file", &audit, "box", "--", "echo hi"];
        let output = site
            .command(&run)
            .env("MCP_SSH_DEBUG", "1")
            .output()
            .unwrap();
        let text = [output.stdout, output.stderr].concat();
        let trail = std::fs::read_to_string(&audit).unwrap();
        let text = String::from_utf8_lossy(&text) + &*trail;
        assert!(
            text.contains("user (not shown: it may be a secret) was refused"),
            "{text}"
        );
        assert_eq!(leaked(word, &text), None, "{text}");
    }
}
