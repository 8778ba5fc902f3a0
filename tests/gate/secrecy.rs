//! No secret value is in anything the program writes, on any path, errors included.

use super::site::{Site, ssh_run};
use crate::support::keys::{Format, KeyPair, write_private};
use crate::support::sshd::Sshd;

/// What one run wrote to both of its streams, with everything logged that can be.
fn written(site: Site, command: &str) -> String {
    let subcommands = [
        vec!["check"],
        vec!["check", "--json"],
        vec!["healthcheck"],
        vec!["run", "box", "--", command],
        vec!["plan", "box", "--", command],
    ];
    let mut text = String::new();
    for words in subcommands {
        let output = site
            .command(&words)
            .env("MCP_SSH_DEBUG", "1")
            .output()
            .unwrap();
        text += &String::from_utf8_lossy(&output.stdout);
        text += &String::from_utf8_lossy(&output.stderr);
    }
    let (mut client, held) = site.serve();
    text += &ssh_run(&mut client, command).to_string();
    client.close_stdin();
    text += &client.finish();
    drop(held);
    text
}

#[test]
fn passwords_right_and_wrong_inline_and_by_name() {
    type Arrange = fn(&Site, &str);
    let rows: [(&str, Arrange); 4] = [
        ("good", |site, secret| {
            site.fixture.write("secrets/pw", &format!("{secret}\n"));
            site.write_credentials("password_secret: pw");
        }),
        ("inline", |site, secret| {
            site.write_credentials(&format!("password: '{secret}'"));
        }),
        ("dotenv", |site, secret| {
            site.fixture
                .write("secrets/.env", &format!("PW='{secret}'\n"));
            site.write_credentials("password_secret: pw");
        }),
        ("broken", |site, secret| {
            // Badly quoted: the fault is in the very line that holds the secret.
            let text = format!("entries:\n- {{name: ops, password: \"{secret}, x: 'y\n");
            site.fixture.write("config/credentials.yml", &text);
        }),
    ];
    for (tag, arrange) in rows {
        let sshd = Sshd::builder().config("PasswordAuthentication yes").start();
        let site = Site::of(tag, sshd, KeyPair::ed25519());
        let secret = site.account.password.clone();
        arrange(&site, &secret);
        let text = written(site, &format!("echo {secret}"));
        // The command itself holds it and is repeated in a denial or a plan: only there.
        let elsewhere = text.replace(&format!("echo {secret}"), "");
        assert!(!elsewhere.contains(&secret), "{tag}: {text}");
        assert!(
            tag == "broken" || text.contains("[redacted]"),
            "{tag}: {text}"
        );
    }

    let sshd = Sshd::builder().config("PasswordAuthentication yes").start();
    let site = Site::of("wrong", sshd, KeyPair::ed25519());
    site.fixture.write("secrets/pw", "not-the-password-9134");
    site.write_credentials("password_secret: pw");
    let text = written(site, "echo hi");
    assert!(text.contains("Invalid credentials"), "{text}");
    assert!(!text.contains("not-the-password-9134"), "{text}");
}

#[test]
fn passphrases_right_and_wrong_and_the_keys_they_open() {
    for (tag, given, expected) in [
        ("phrase", "open-sesame-7215", "\"output\":\"hi"),
        ("nophrase", "shut-sesame-8326", "passphrase wrong"),
    ] {
        let user = KeyPair::ed25519();
        let sshd = Sshd::builder().authorize(&user).start();
        let encrypted = user.rewritten(Format::OpenSsh, "open-sesame-7215");
        let body: Vec<String> = encrypted.lines().map(str::to_owned).collect();
        let site = Site::of(tag, sshd, user);
        write_private(&site.path("keys/locked"), &encrypted);
        site.fixture.write("secrets/phrase", given);
        site.write_credentials("key_path: locked, key_passphrase_secret: phrase");
        let text = written(site, "echo hi");
        assert!(text.contains(expected), "{tag}: {text}");
        assert!(!text.contains(given), "{tag}: {text}");
        for line in &body[1..body.len() - 1] {
            assert!(!text.contains(line.as_str()), "{tag}: {text}");
        }
    }
}

#[test]
fn a_private_key_that_a_command_prints_is_not_shown() {
    let site = Site::start("pem");
    let key = KeyPair::ed25519().private;
    let path = site.path("config/leak");
    std::fs::write(&path, &key).unwrap();
    let folder = path.parent().unwrap().parent().unwrap();
    for readable in [folder, path.parent().unwrap()] {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(readable, mode).unwrap();
    }
    let text = written(site, &format!("cat {}", path.display()));
    assert!(text.contains("[redacted]"), "{text}");
    assert!(!text.contains(key.lines().nth(1).unwrap()), "{text}");
}
