//! Secrets of the login, in each form of docs/adr/0024, in what hosts print in a tag run: neither the person who is asked about the
//! hosts after the canaries, nor the assistant, nor a comparison, nor a record has one.

use std::os::unix::fs::PermissionsExt;

use serde_json::json;

use super::{Asked, choice};
use crate::gate::fanout::fleet;
use crate::gate::site::Site;
use crate::support::keys::KeyPair;
use crate::support::sshd::Sshd;

const SECRET: &str = r#"hunt"er2'Z q\$x"#;
/// As JSON, a shell, `printf %q` and a URL have it, and in base64 behind `u:`.
const FORMS: [&str; 6] = [
    SECRET,
    r#"hunt\"er2'Z q\\$x"#,
    r#"hunt"er2'\''Z q\$x"#,
    r#"hunt\"er2\'Z\ q\\\$x"#,
    "hunt%22er2%27Z%20q%5C%24x",
    "dTpodW50ImVyMidaIHFcJHg=",
];
/// The characters of base64 that the secret shares with nothing.
const BASE64: &str = "dW50ImVyMidaIHFc";
const MARK: &str = "-----BEGIN OPENSSH PRIVATE KEY-----\nmarked-line-of-a-key\n-----END OPENSSH PRIVATE KEY-----\n";
/// This is no secret, and must be seen.
const PLAIN: &str = "plain-words";
const POLICY: &str = "limits: {max_seconds: 20}
rules: [{action: allow, escapes: allow, stdin: allow, commands: ['sh -c *']}]
";

/// Four hosts, and the line that prints the forms there, and something of its own on each.
fn marked(tag: &str) -> (Site, String, tempfile::TempDir) {
    let sshd = Sshd::builder().config("PasswordAuthentication yes").start();
    let site = Site::of(tag, sshd, KeyPair::ed25519());
    site.fixture.write("secrets/pw", &site.account.password);
    site.fixture.write("secrets/more", SECRET);
    site.write_credentials("password_secret: pw, sudo_password_secret: more");
    site.write_policy(POLICY);
    fleet(&site, 4, &[]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("forms");
    let forms = FORMS.join("\n");
    let password = &site.account.password;
    std::fs::write(
        &file,
        format!("{PLAIN}\n{forms}\n{password}\n{MARK}{PLAIN}\n"),
    )
    .unwrap();
    let readable = PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(folder.path(), readable).unwrap();
    let file = file.display();
    let line = format!("sh -c 'cat {file}; printenv SSH_CONNECTION; cat {file} >&2'");
    (site, line, folder)
}

fn is_hidden(what: &str, all: &str, password: &str) {
    assert!(
        all.contains(PLAIN) && all.contains("[redacted]"),
        "{what}: {all}"
    );
    let secrets = FORMS[..5]
        .iter()
        .chain([&BASE64, &password, &"marked-line-of-a-key"]);
    for secret in secrets {
        // In JSON, and in JSON within JSON.
        let once = serde_json::to_string(secret).unwrap();
        let twice = serde_json::to_string(&once).unwrap();
        let written = [secret, &once[1..once.len() - 1], &twice[3..twice.len() - 3]];
        for text in written {
            assert!(!all.contains(text), "{what}: {text}: {all}");
        }
    }
}

#[test]
fn no_secret_is_in_the_question_the_comparison_or_a_record_of_a_tag_run() {
    let (site, line, _folder) = marked("marked");
    let password = site.account.password.clone();
    let mut asked = Asked::of(site, "2025-11-25", &json!({"elicitation": {}}));
    for compare in [true, false] {
        let arguments =
            json!({"tag": "lab", "command": line, "canary": 2, "batch": "50%", "compare": compare});
        let id = asked.begin_tool("ssh_run_on_tag", arguments);
        let question = asked.question();
        is_hidden("question", &question.to_string(), &password);
        asked.answer(&question, choice("approve once"));
        let result = asked.result(&id);
        assert_eq!(
            result["structuredContent"]["summary"]["succeeded"], 4,
            "{result}"
        );
        is_hidden("result", &result.to_string(), &password);
    }
    asked.client.close_stdin();
    let records = asked.client.finish();
    // Records have no output.
    is_hidden("records", &format!("{PLAIN}[redacted]{records}"), &password);
}

#[test]
fn nor_in_what_the_command_line_prints() {
    let (site, line, _folder) = marked("markedcli");
    let password = site.account.password.clone();
    for words in [
        &["run", "--tag", "lab", "--compare", "--", &line][..],
        &["run", "--tag", "lab", "--compare", "--json", "--", &line],
        &["run", "--tag", "lab", "--batch", "1", "--", &line],
        &["run", "h0", "--", &line],
    ] {
        let output = site
            .command(words)
            .env("MCP_SSH_DEBUG", "1")
            .output()
            .unwrap();
        let all = [output.stdout, output.stderr].concat();
        is_hidden(&words.join(" "), &String::from_utf8_lossy(&all), &password);
    }
    let output = site.run(&["doctor", "--json", "h0", "--", &line]);
    let all = String::from_utf8_lossy(&output.stdout).into_owned();
    is_hidden("doctor", &format!("{PLAIN}[redacted]{all}"), &password);
}
