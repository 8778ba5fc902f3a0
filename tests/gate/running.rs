//! What a client gets: results, denials, failures.

use serde_json::json;

use super::site::{Site, ran, refused, ssh_run};
use crate::support::keys::KeyPair;
use crate::support::sshd::Sshd;

#[test]
fn a_command_runs_and_its_result_is_whole() {
    let (mut client, held) = Site::start("run").serve();
    let result = ran(
        &mut client,
        "sh -c 'echo out; sleep 0.2; echo err >&2; sleep 0.2; echo more; exit 3'",
    );
    assert_eq!(
        (&result["alias"], &result["exit_code"], &result["target_ip"]),
        (&json!("box"), &json!(3), &json!("127.0.0.1"))
    );
    assert_eq!(result["output"], "out\nerr\nmore\n");
    assert_eq!(result["stderr"], "err\n");
    assert_eq!(
        (&result["bytes_out"], &result["bytes_err"]),
        (&json!(9), &json!(4))
    );
    assert_eq!(
        (
            &result["cancelled"],
            &result["timeout"],
            &result["truncated"]
        ),
        (&json!(false), &json!(false), &json!(false))
    );
    assert!(result["task_id"].as_str().unwrap().len() >= 32);

    for (command, code, output) in [
        ("echo a && echo b || echo c", 0, "a\nb\n"),
        (
            "cat /no/such 2>/dev/null || echo 'it''s' \"gone\"",
            0,
            "its gone\n",
        ),
        ("echo a | cat -", 0, "a\n"),
        ("echo '$HOME' \"\\$x\" '*'", 0, "$HOME $x *\n"),
        ("echo \u{e9}\u{4e2d}", 0, "\u{e9}\u{4e2d}\n"),
        ("printf '\\033[31mred\\033[0m'", 0, "red"),
        ("cat -", 0, ""),
        ("sh -c 'kill -9 $$'", 137, ""),
        ("exec sh -c 'kill -9 $$'", -1, ""),
    ] {
        let result = ran(&mut client, command);
        assert_eq!(result["exit_code"], code, "{command}");
        let shown = result["output"].as_str().unwrap();
        assert!(shown.ends_with(output), "{command}: {shown:?}");
        let signal = result.get("exit_signal").and_then(|signal| signal.as_str());
        assert_eq!(signal, (code == -1).then_some("KILL"), "{command}");
    }
    drop(held);
}

#[test]
fn a_denied_command_never_leaves_this_process() {
    let (mut client, held) = Site::start("deny").serve();
    for (command, stage) in [
        ("uptime", "default"),
        ("echo a; uptime", "default"),
        ("echo $(id)", "shell"),
        ("echo a > /tmp/x", "shell"),
        ("echo a\u{200b}", "input"),
        ("echo rm -rf /", "deny_substring"),
        ("cat /etc/shadow", "rule"),
        ("/bin/cat '/etc/shadow'", "rule"),
    ] {
        let denial = refused(&mut client, command);
        assert_eq!(denial["status"], "denied", "{command}");
        assert_eq!(denial["stage"], stage, "{command}: {denial}");
        assert!(denial["why"].is_string() && denial["hint"].is_string());
    }
    let unknown = client.call("ssh_run", json!({"alias": "nobody", "command": "id"}));
    assert_eq!(unknown["isError"], true);
    assert_eq!(held.sshd.log(), "");
}

#[test]
fn plan_and_run_decide_alike() {
    let (mut client, held) = Site::start("plan").serve();
    for command in [
        "echo a",
        "uptime",
        "cat /etc/shadow",
        "echo `id`",
        "echo rm -rf /",
    ] {
        let plan = client.call("ssh_plan", json!({"alias": "box", "command": command}));
        let plan = &plan["structuredContent"];
        let run = ssh_run(&mut client, command);
        let allowed = run.get("isError").is_none();
        assert_eq!(plan["decision"] == "allow", allowed, "{command}");
        assert!(plan["why"].is_string(), "{command}: {plan}");
    }
    drop(held);
}

#[test]
fn an_address_that_the_network_policy_denies_is_never_dialled() {
    let site = Site::start("net");
    site.write_policy(
        "network: {block_cidrs: [127.0.0.0/8]}\nrules: [{action: allow, commands: ['*']}]\n",
    );
    let (mut client, held) = site.serve();
    assert_eq!(refused(&mut client, "id")["stage"], "network");
    let plan = client.call("ssh_plan", json!({"alias": "box", "command": "id"}));
    assert_eq!(plan["structuredContent"]["stage"], "network");
    assert_eq!(held.sshd.log(), "");
}

#[test]
fn failures_name_the_fix_and_no_address_path_or_user() {
    type Spoil = fn(&Site);
    let spoils: [(&str, Spoil, &str); 6] = [
        (
            "unknown",
            |site| site.fixture.write("keys/known_hosts", ""),
            "SSH host key not found: Add host to known_hosts",
        ),
        (
            "changed",
            |site| {
                let name = site.sshd.name("127.0.0.1");
                let line = format!("{name} {}\n", KeyPair::ed25519().public);
                site.fixture.write("keys/known_hosts", &line);
            },
            "SSH host key verification failed: Host key mismatch",
        ),
        (
            "wrongkey",
            |site| site.fixture.write("keys/id", &KeyPair::ed25519().private),
            "SSH authentication failed: Invalid credentials",
        ),
        (
            "nokey",
            |site| std::fs::remove_file(site.path("keys/id")).unwrap(),
            "SSH key file not found: Check key path configuration",
        ),
        (
            "refused",
            |site| {
                let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
                let port = closed.local_addr().unwrap().port();
                let key = &site.sshd.known_hosts("127.0.0.1");
                let old = site.sshd.port().to_string();
                site.write_servers(port);
                site.fixture
                    .write("keys/known_hosts", &key.replace(&old, &port.to_string()));
            },
            "SSH connection refused: Port may be closed or firewall blocking",
        ),
        (
            "noagent",
            |site| site.write_credentials("agent: true"),
            "SSH agent gives no key: Check the agent at SSH_AUTH_SOCK",
        ),
    ];
    for (tag, spoil, error) in spoils {
        let site = Site::start(tag);
        spoil(&site);
        let user = site.account.name.clone();
        let (mut client, held) = site.serve();
        let failure = refused(&mut client, "echo hi");
        assert_eq!(failure["error"], error, "{tag}");
        assert!(failure["hint"].is_string(), "{tag}");
        let told = failure.to_string();
        for inside in ["127.0.0.1", "/keys", &user] {
            assert!(!told.contains(inside), "{tag}: {told}");
        }
        client.ping();
        drop(held);
    }
}

#[test]
fn every_type_of_key_logs_in() {
    for (tag, key) in [
        ("p256", KeyPair::ecdsa(256)),
        ("p521", KeyPair::ecdsa(521)),
        ("rsa", KeyPair::rsa(2048)),
    ] {
        let sshd = Sshd::builder().host_key(&key).authorize(&key).start();
        let (mut client, held) = Site::of(tag, sshd, key).serve();
        assert_eq!(ran(&mut client, "echo in")["output"], "in\n", "{tag}");
        drop(held);
    }
}
