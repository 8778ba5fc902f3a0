//! What protects each connection is on record, once, and each run says over which it was sent.

use serde_json::{Value, json};

use super::cli::{status, text};
use super::records::{lines, of_type};
use super::site::{Site, ran};
use crate::openssh::hostile::serve_with;
use crate::support::keys::{Format, KeyPair, write_private};
use crate::support::sshd::Sshd;

/// A site whose sshd has these lines in its configuration.
fn site(tag: &str, config: &[&str]) -> Site {
    let user = KeyPair::ed25519();
    let builder = Sshd::builder().authorize(&user);
    let builder = config
        .iter()
        .fold(builder, |builder, line| builder.config(line));
    Site::of(tag, builder.start(), user)
}

/// The fields of a record, in this order.
fn fields(record: &Value, names: [&str; 5]) -> [Value; 5] {
    names.map(|name| record[name].clone())
}

const AGREED: [&str; 5] = ["kex", "cipher", "mac", "host_key", "post_quantum"];

#[test]
fn a_connection_is_recorded_once_and_named_by_what_was_sent_over_it() {
    let config = [
        "KexAlgorithms ecdh-sha2-nistp384",
        "Ciphers aes256-ctr",
        "MACs hmac-sha2-512-etm@openssh.com",
        "Subsystem sftp internal-sftp",
    ];
    let (mut client, held) = site("agreed", &config).serve();
    let task = ran(&mut client, "echo one")["task_id"].clone();
    ran(&mut client, "echo two");
    let policy = format!(
        "{}files:\n- {{action: allow, read: [/etc/hostname]}}\n",
        super::site::POLICY
    );
    client.fixture().write("config/policy.yml", &policy);
    let read = json!({"alias": "box", "path": "/etc/hostname"});
    client.call("ssh_read_file", read);
    client.close_stdin();
    let records = lines(&client.finish());
    let [made] = of_type(&records, "connection")[..] else {
        panic!("{records:?}");
    };
    let agreed = json!([
        "ecdh-sha2-nistp384",
        "aes256-ctr",
        "hmac-sha2-512-etm@openssh.com",
        "ssh-ed25519",
        false
    ]);
    assert_eq!(json!(fields(made, AGREED)), agreed, "{made}");
    let told = ["alias", "target_ip", "connection", "task_id", "type"];
    let expected = json!(["box", "127.0.0.1", 1, task, "connection"]);
    assert_eq!(json!(fields(made, told)), expected, "{made}");
    let server = made["server"].as_str().unwrap();
    assert!(server.starts_with("SSH-2.0-OpenSSH"), "{made}");
    let outcomes = of_type(&records, "audit");
    let over: Vec<&Value> = outcomes
        .iter()
        .map(|record| &record["connection"])
        .collect();
    assert_eq!(over, [1, 1, 1], "{outcomes:?}");
    // Before it ends, and after it was decided.
    let place = |kind: &str| records.iter().position(|record| record["type"] == kind);
    assert!(place("policy_decision") < place("connection"));
    assert!(place("connection") < place("audit"));
    drop(held);
}

/// A host knows the passphrase once somebody has told it.
#[test]
fn a_host_that_is_named_by_a_secret_of_the_login_is_recorded_without_it() {
    let site = site("agreedname", &["VersionAddendum open-sesame-7215"]);
    let encrypted = site.user.rewritten(Format::OpenSsh, "open-sesame-7215");
    write_private(&site.path("keys/locked"), &encrypted);
    site.write_credentials("key_path: locked, key_passphrase_secret: phrase");
    site.fixture.write("secrets/phrase", "open-sesame-7215");
    let output = site.run(&["run", "box", "--", "echo", "in"]);
    let stderr = text(&output.stderr);
    assert_eq!(status(&output), 0, "{stderr}");
    assert!(!stderr.contains("open-sesame-7215"), "{stderr}");
    let records = lines(&stderr);
    let server = of_type(&records, "connection")[0]["server"].to_string();
    assert!(server.contains("[redacted]"), "{server}");
}

#[test]
fn jump_hosts_have_connections_of_their_own() {
    let site = site("agreedjump", &["KexAlgorithms curve25519-sha256"]);
    let port = site.sshd.port();
    let host =
        |more: &str| format!("- {{host: 127.0.0.1, port: {port}, credentials: ops, {more}}}\n");
    let hosts = host("alias: box, jump: hop") + &host("alias: hop");
    site.fixture
        .write("config/servers.yml", &format!("hosts:\n{hosts}"));
    let output = site.run(&["run", "box", "--", "echo", "in"]);
    assert_eq!(status(&output), 0, "{}", text(&output.stderr));
    let records = lines(&text(&output.stderr));
    let made = of_type(&records, "connection");
    let made: Vec<_> = made
        .iter()
        .map(|record| {
            fields(
                record,
                ["alias", "connection", "mac", "kex", "post_quantum"],
            )
        })
        .collect();
    let of = |alias: &str, number: u64| json!([alias, number, "aead", "curve25519-sha256", false]);
    assert_eq!(json!(made), json!([of("hop", 1), of("box", 2)]));
    assert_eq!(of_type(&records, "audit")[0]["connection"], 2);
}

#[test]
fn a_post_quantum_exchange_is_told_and_any_other_is_told_not_to_be_one() {
    let site = site("quantum", &["KexAlgorithms curve25519-sha256"]);
    let told = |site: &Site| {
        let output = site.run(&["doctor", "box", "--", "echo", "in"]);
        let told = text(&output.stdout);
        let line = told.lines().find(|line| line.contains("key exchange"));
        line.unwrap_or_else(|| panic!("{told}")).to_owned()
    };
    let line = told(&site);
    assert!(line.starts_with("note  key exchange"), "{line}");
    assert!(line.contains("; not post-quantum: "), "{line}");
    // russh's server has what the sshd of Debian 12 has not.
    let server = serve_with(&KeyPair::ed25519());
    site.write_servers(server.port());
    let known = server.known_hosts();
    site.fixture.write("keys/known_hosts", &known);
    let line = told(&site);
    assert!(line.starts_with("ok    key exchange"), "{line}");
    assert!(line.contains("mlkem768x25519-sha256, "), "{line}");
    assert!(line.ends_with("; post-quantum"), "{line}");
}
