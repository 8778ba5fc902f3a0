//! What `check` comes to, in its last line, and what `healthcheck` says of hosts of which some cannot be reached.

use serde_json::Value;

use super::cli::{status, text};
use super::site::Site;
use crate::support::account::Account;
use crate::support::fixture::Fixture;
use crate::support::keys::{KeyPair, write_private};
use crate::support::other_user::ProgramForAll;

/// A configuration whose `web` has a key, and its known_hosts a line.
fn fixture() -> Fixture {
    let fixture = Fixture::one_host(22);
    write_private(
        fixture.path("keys/id").as_ref(),
        &KeyPair::ed25519().private,
    );
    fixture
}

/// The status of `check`, and its last line.
fn verdict(fixture: &Fixture, words: &[&str]) -> (i32, String) {
    let check = fixture.server().arg("check").args(words).output().unwrap();
    let stdout = text(&check.stdout);
    let last = stdout.lines().last().unwrap_or_default();
    (status(&check), last.to_owned())
}

fn said(status: i32, line: &str) -> (i32, String) {
    (status, line.to_owned())
}

#[test]
fn the_last_line_is_a_verdict() {
    let fixture = fixture();
    assert_eq!(verdict(&fixture, &[]), said(0, "verdict: ready"));
    assert_eq!(verdict(&fixture, &["--strict"]), said(0, "verdict: ready"));
    let rules = "rules: [{action: allow, commands: [uptime]}]\n";
    let warned = format!("limits: {{host_key_auto_add: true}}\n{rules}");
    fixture.write("config/policy.yml", &warned);
    let ready = said(0, "verdict: ready, with 1 warning");
    assert_eq!(verdict(&fixture, &[]), ready);
    let strict = said(1, "verdict: not ready: 1 warning, and --strict");
    assert_eq!(verdict(&fixture, &["--strict"]), strict);
    fixture.write(
        "config/policy_tests.yml",
        "- {alias: web, command: ls, expect: allow}\n",
    );
    let failed = said(1, "verdict: not ready: 1 error and 1 warning");
    assert_eq!(verdict(&fixture, &[]), failed);
    // Nothing loads.
    fixture.write("config/policy.yml", "rules: 1\nlimit: {}\n");
    let unloaded = said(1, "verdict: not ready: 2 errors");
    assert_eq!(verdict(&fixture, &[]), unloaded);
}

/// Of hosts on which something may run, and of those on the way there: a policy may be read over elsewhere.
#[test]
fn a_key_or_a_secret_that_a_host_in_use_lacks_is_an_error() {
    let fixture = fixture();
    fixture.write(
        "config/servers.yml",
        "hosts:\n- {alias: web, host: 127.0.0.1, credentials: ops, jump: hop}\n\
         - {alias: hop, host: 127.0.0.2, credentials: hop}\n- {alias: spare, host: 127.0.0.3, credentials: spare}\n",
    );
    let key = KeyPair::ed25519().public;
    let known: String = (1..=3)
        .map(|end| format!("127.0.0.{end} {key}\n"))
        .collect();
    fixture.write("keys/known_hosts", &known);
    let policy = "rules:\n- {action: RULE, commands: [uptime], aliases: [web]}\n\
                  - {action: allow, commands: [id], aliases: [OTHER]}\n";
    let lacking = [
        ("key_path: id_gone", "no such key file: put the key there"),
        (
            "key_path: id, certificate_path: gone.pub",
            "no such key file: put the key there",
        ),
        (
            "key_path: id, key_passphrase_secret: gone-pw",
            "secret `gone-pw` is nowhere: tried ",
        ),
        (
            "password_secret: gone-pw",
            "secret `gone-pw` is nowhere: tried ",
        ),
    ];
    for (fields, words) in lacking {
        for (rule, entry, expected) in [
            ("allow", "ops", "1 error"),
            ("ask", "ops", "1 error"),
            ("allow", "hop", "1 error"),
            ("allow", "spare", "1 warning"),
            ("deny", "ops", "1 warning"),
        ] {
            let of = |name: &str| {
                if name == entry {
                    fields
                } else {
                    "key_path: id"
                }
            };
            let entries = ["ops", "hop", "spare"]
                .map(|name| format!("- {{name: {name}, username: o, {}}}\n", of(name)));
            fixture.write(
                "config/credentials.yml",
                &format!("entries:\n{}", entries.concat()),
            );
            let other = if rule == "deny" { "spare" } else { "web" };
            let policy = policy.replace("RULE", rule).replace("OTHER", other);
            fixture.write("config/policy.yml", &policy);
            let check = fixture.server().arg("check").output().unwrap();
            let (told, stdout) = (text(&check.stderr), text(&check.stdout));
            let case = format!("{fields} {rule} {entry}: {told}{stdout}");
            let is_error = expected == "1 error";
            assert_eq!(status(&check), i32::from(is_error), "{case}");
            assert!(told.contains(words), "{case}");
            assert_eq!(told.contains("warning: "), !is_error, "{case}");
            assert!(stdout.trim_end().ends_with(expected), "{case}");
            let (exit, line) = verdict(&fixture, &["--keys-elsewhere"]);
            assert_eq!(
                (exit, line.as_str()),
                (0, "verdict: ready, with 1 warning"),
                "{case}"
            );
            let json = fixture.server().args(["check", "--json"]).output().unwrap();
            let json: Value = serde_json::from_slice(&json.stdout).unwrap();
            assert_eq!(json["ok"], !is_error, "{case}");
        }
    }
}

/// What a shell or ssh puts in its place, nobody puts there here.
#[test]
fn a_home_directory_in_a_path_is_told() {
    let fixture = fixture();
    let replaced = "begins with `~`, `$` or `%`, in whose place no directory is put here";
    for path in [
        "~/.ssh/id",
        "~ops/.ssh/id",
        "$HOME/.ssh/id",
        "${HOME}/.ssh/id",
        "%d/.ssh/id",
    ] {
        for key in ["key_path", "certificate_path"] {
            let own = if key == "key_path" {
                ""
            } else {
                "key_path: id, "
            };
            let entry = format!("entries: [{{name: ops, username: o, {own}{key}: '{path}'}}]\n");
            fixture.write("config/credentials.yml", &entry);
            let check = fixture.server().arg("check").output().unwrap();
            let told = text(&check.stderr);
            assert_eq!(status(&check), 1, "{path}: {told}");
            assert!(
                told.contains(&format!("`{key}` {replaced}")),
                "{path}: {told}"
            );
        }
    }
    // A name that only begins so is one.
    for name in ["~id", "$id", "%d"] {
        let entry = format!("entries: [{{name: ops, username: o, key_path: '{name}'}}]\n");
        fixture.write("config/credentials.yml", &entry);
        write_private(
            fixture.path(&format!("keys/{name}")).as_ref(),
            &KeyPair::ed25519().private,
        );
        assert_eq!(verdict(&fixture, &[]), said(0, "verdict: ready"), "{name}");
    }
    fixture.write(
        "config/policy.yml",
        "known_hosts_path: ~/.ssh/known_hosts\nrules: []\n",
    );
    let check = fixture.server().arg("check").output().unwrap();
    let told = text(&check.stderr);
    assert!(
        told.contains("policy.yml:1:19: `known_hosts_path` begins with `~` or `$`"),
        "{told}"
    );
}

#[test]
fn one_host_that_cannot_be_reached_makes_no_server_unhealthy() {
    let site = Site::start("spare");
    let (port, host) = (site.sshd.port(), "host: 127.0.0.1, port:");
    let healthy = || {
        let output = site.run(&["healthcheck"]);
        (status(&output), text(&output.stderr))
    };
    let good = (0, String::new());
    let write = |more: &str| {
        let hosts = format!("hosts:\n{more}- {{alias: box, {host} {port}, credentials: ops}}\n");
        site.fixture.write("config/servers.yml", &hosts);
    };
    write("- {alias: spare, host: 127.0.0.9, credentials: ops}\n");
    assert_eq!(healthy(), good);
    // Its key is gone.
    let user = &site.account.name;
    site.fixture.write(
        "config/credentials.yml",
        &format!(
            "entries:\n- {{name: ops, username: {user}, key_path: id}}\n- {{name: other, username: o, key_path: id_gone}}\n"
        ),
    );
    write(&format!(
        "- {{alias: spare, {host} {port}, credentials: other}}\n"
    ));
    assert_eq!(healthy(), good);
    // On the one that is left, nothing may run.
    site.write_policy("rules: [{action: allow, commands: [uptime], aliases: [spare]}]\n");
    let (exit, told) = healthy();
    assert!(
        exit == 1 && told.contains("id_gone: no such key file"),
        "{told}"
    );
    assert_eq!(told.lines().count(), 1, "{told}");
    // A jump host that cannot be reached is in the way of those behind it.
    site.write_policy("rules: [{action: allow, commands: [uptime], aliases: [box]}]\n");
    let behind = "- {alias: hop, host: 127.0.0.9, credentials: ops}\n";
    write(behind);
    assert_eq!(healthy(), good);
    let hosts =
        format!("hosts:\n{behind}- {{alias: box, {host} {port}, credentials: ops, jump: hop}}\n");
    site.fixture.write("config/servers.yml", &hosts);
    let (exit, told) = healthy();
    assert!(
        exit == 1 && told.contains("known_hosts has no line for `hop`"),
        "{told}"
    );
}

/// An operator who takes a rule away is not held up by a key that is missing.
#[test]
fn a_reload_is_not_kept_from_the_servers_by_a_missing_key() {
    let site = Site::start("reloadkey");
    let (client, held) = site.serve();
    let gone = format!("{}/../keys/id", client.fixture().config());
    std::fs::remove_file(gone).unwrap();
    let pid = client.pid().to_string();
    let reload = client
        .fixture()
        .server()
        .args(["reload", "--pid", &pid])
        .output();
    let reload = reload.unwrap();
    let told = text(&reload.stdout);
    assert_eq!(status(&reload), 0, "{told}{}", text(&reload.stderr));
    assert!(told.contains(&format!("process {pid}: ")), "{told}");
    drop(held);
}

/// Lines of known_hosts that help nobody, and the rest of the file counts.
#[test]
fn check_names_the_lines_of_known_hosts_by_which_no_host_is_found() {
    let site = Site::start("oldlines");
    let good = site.sshd.known_hosts("127.0.0.1");
    let (short, other) = (KeyPair::rsa(1024).public, KeyPair::ed25519().public);
    let lines = format!("# caf\u{e9}\n{good}old {short}\n127.0.0.9 {other}\n");
    let latin1: Vec<u8> = lines
        .chars()
        .map(|letter| u8::try_from(u32::from(letter)).unwrap())
        .collect();
    std::fs::write(site.path("keys/known_hosts"), latin1).unwrap();
    let port = site.sshd.port();
    let hosts = format!(
        "hosts:\n- {{alias: box, host: 127.0.0.1, port: {port}, credentials: ops}}\n\
         - {{alias: far, host: 127.0.0.9, port: 2222, credentials: ops}}\n"
    );
    site.fixture.write("config/servers.yml", &hosts);
    let check = site.run(&["check"]);
    let told = text(&check.stderr);
    assert_eq!(status(&check), 0, "{told}");
    for words in [
        "known_hosts:1:1: warning: a byte that is not UTF-8",
        "known_hosts:3:1: warning: an RSA key with 1024 bits, which is refused",
        "known_hosts: warning: no key of `far` (line 4 lists `127.0.0.9`: if `port` in servers.yml is right, this port \
         takes a line for `[127.0.0.9]:2222`): see `mcp-ssh keyscan --all`",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let ran = site.run(&["run", "box", "--", "echo", "hi"]);
    assert_eq!(text(&ran.stdout), "hi\n", "{}", text(&ran.stderr));
}

/// Nothing can run where no host in use is known: `healthcheck` says so, too.
#[test]
fn a_known_hosts_by_which_no_host_in_use_is_known_is_an_error() {
    let fixture = fixture();
    fixture.write(
        "config/servers.yml",
        "hosts:\n- {alias: web, host: 127.0.0.1, credentials: ops, jump: hop}\n\
         - {alias: hop, host: 127.0.0.2, credentials: ops}\n- {alias: db, host: 127.0.0.3, credentials: ops}\n",
    );
    let key = KeyPair::ed25519().public;
    let all = "rules: [{action: allow, commands: [uptime], aliases: [web, db]}]\n";
    let web = "rules: [{action: allow, commands: [uptime], aliases: [web]}]\n";
    for (ends, policy, is_ready, warnings) in [
        (&[1, 2, 3][..], all, true, 0),
        (&[3], all, true, 2),
        (&[1, 2], web, true, 1),
        // Its jump host is not known, or it is not itself.
        (&[1, 3], web, false, 1),
        (&[2, 3], web, false, 1),
        (&[1], all, false, 2),
        (&[], all, false, 3),
        // Where nothing may run, nothing has to be known.
        (&[], "rules: []\n", true, 3),
    ] {
        let line = |end: &i32| format!("127.0.0.{end} {key}\n");
        let known: String = ends.iter().map(line).collect();
        fixture.write("keys/known_hosts", &known);
        fixture.write("config/policy.yml", policy);
        let (exit, told) = verdict(&fixture, &[]);
        let expected = i32::from(!is_ready);
        assert_eq!(exit, expected, "{ends:?} {policy}: {told}");
        assert_eq!(
            told.contains("1 error"),
            !is_ready,
            "{ends:?} {policy}: {told}"
        );
        if policy != "rules: []\n" {
            let healthy = fixture.server().arg("healthcheck").output().unwrap();
            assert_eq!(status(&healthy), expected, "{ends:?} {policy}");
        }
        let strict = verdict(&fixture, &["--strict", "--keys-elsewhere"]);
        let line = match warnings + usize::from(!is_ready) {
            0 => "verdict: ready".to_owned(),
            1 => "verdict: ready, with 1 warning".to_owned(),
            count => format!("verdict: ready, with {count} warnings"),
        };
        // That nothing may run is no matter of keys.
        let expected = match policy {
            "rules: []\n" => said(1, "verdict: not ready: 4 warnings, and --strict"),
            _ => (0, line),
        };
        assert_eq!(strict, expected, "{ends:?} {policy}");
        let counted = verdict(&fixture, &["--strict"]).0;
        assert_eq!(counted, i32::from(warnings > 0), "{ends:?} {policy}");
    }
}

/// A key of the image's user, as docs/DEPLOYMENT.md has it, keeps nobody from taking a rule away.
#[test]
fn keys_and_secrets_that_are_elsewhere_or_closed_do_not_count() {
    let (account, program) = (Account::create("away"), ProgramForAll::place());
    let fixture = fixture();
    let as_account = |words: &[&str]| {
        let mut check = program.run_by(&fixture.server(), account.uid(), account.gid());
        check.arg("check").args(words).output().unwrap()
    };
    let everyone = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(fixture.path(""), everyone).unwrap();
    for (entry, words) in [
        ("key_path: id", "keys/id"),
        ("key_path: id_gone", "no such key file"),
        ("password_secret: gone-pw", "is nowhere"),
        ("agent: true", "SSH_AUTH_SOCK is not set"),
    ] {
        let entries = format!("entries: [{{name: ops, username: o, {entry}}}]\n");
        fixture.write("config/credentials.yml", &entries);
        let away = as_account(&["--keys-elsewhere", "--strict"]);
        let (told, stdout) = (text(&away.stderr), text(&away.stdout));
        assert!(told.contains(words), "{entry}: {told}");
        assert!(told.contains("warning: "), "{entry}: {told}");
        assert_eq!(status(&away), 0, "{entry}: {told}{stdout}");
        assert_eq!(status(&as_account(&["--strict"])), 1, "{entry}");
    }
    // What the files say is counted all the same.
    let policy =
        "limits: {host_key_auto_add: true}\nrules: [{action: allow, commands: [uptime]}]\n";
    fixture.write("config/policy.yml", policy);
    let away = as_account(&["--keys-elsewhere", "--strict"]);
    assert_eq!(status(&away), 1, "{}", text(&away.stdout));
}

#[test]
fn a_known_hosts_that_is_not_there_is_told_with_its_mend() {
    let fixture = Fixture::one_host(22);
    let path = std::path::PathBuf::from(fixture.config()).with_file_name("keys/known_hosts");
    std::fs::remove_file(&path).unwrap();
    let check = fixture.server().arg("check").output().unwrap();
    let told = format!(
        "{}: no such file: compare the fingerprints that `mcp-ssh keyscan --all` shows with \
         the hosts' own, then put its lines there\n",
        path.display()
    );
    assert_eq!((status(&check), text(&check.stderr)), (1, told));
    assert_eq!(
        status(&fixture.server().arg("healthcheck").output().unwrap()),
        1
    );
}
