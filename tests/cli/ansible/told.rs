//! What is told of an inventory, without a secret.

use std::fs;

use super::super::{mcp_ssh, said};
use super::import;

/// What is never copied, quoted or printed.
const SECRET: &str = "Hunter2";

/// Inventories and what is told of them.
const TOLD: &str = include_str!("told.txt");

#[test]
fn what_is_not_taken_over_is_told_without_a_secret() {
    let cases: Vec<&str> = TOLD.split("\n=== ").skip(1).collect();
    for case in &cases {
        let (form, case) = case.split_once('\n').unwrap();
        let (text, expected) = case.split_once("\n---").unwrap();
        let expected: Vec<&str> = expected.lines().skip(1).collect();
        let text = text.replace("ESC", "\u{1b}");
        let key = "ansible_private_key_file";
        // One line in front, so that lines are counted.
        let text = match form {
            "ini" => format!("# one\n{text}\n[all:vars]\n{key}=k\n"),
            "yml" => format!("# one\n{text}\nungrouped: {{vars: {{{key}: k}}}}\n"),
            _ => text.replace(
                "\"g\": {",
                "\"g\": {\"vars\": {\"ansible_private_key_file\": \"k\"}, ",
            ),
        };
        let (status, told, inventory) = import(form, &text);
        let is_own = |line: &&String| {
            !line.ends_with("no host in it can be taken over")
                && !line.contains("has no `ansible_user`")
        };
        let own: Vec<&String> = told.iter().filter(is_own).collect();
        assert_eq!(own.len(), expected.len(), "{text}{told:#?}");
        for (told, expected) in own.iter().zip(expected) {
            assert!(told.starts_with(expected), "{text}{told}");
        }
        assert_eq!(
            status == 0,
            inventory.is_some_and(|inventory| inventory.hosts.get("ok").is_some()),
            "{text}"
        );
    }
}

/// Whatever the name and the form: no text of a secret is in a file or in what is printed.
#[test]
fn no_secret_is_copied_or_printed() {
    for name in secret_names() {
        for text in [
            format!("ok ansible_user=u {name}={SECRET}\n"),
            format!("ok ansible_user=u\n[all:vars]\n{name} = {SECRET}\n"),
            format!("all: {{hosts: {{ok: {{ansible_user: u, {name}: {SECRET}}}}}}}\n"),
            format!(
                "{{\"_meta\": {{\"hostvars\": {{\"ok\": {{\"{name}\": \"{SECRET}\"}}}}}}, \"g\": [\"ok\"]}}\n"
            ),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let (file, root) = (folder.path().join("hosts"), folder.path().join("new"));
            fs::write(
                &file,
                if text.starts_with("all:") {
                    format!("---\n{text}")
                } else {
                    text.clone()
                },
            )
            .unwrap();
            let mut init = mcp_ssh(&["init", root.to_str().unwrap(), "--from-ansible"]);
            let (status, out, err) = said(&init.arg(&file).output().unwrap());
            assert_eq!(status, 0, "{text}{err}");
            assert!(
                err.contains(&format!("has a secret in `{name}`")),
                "{text}{err}"
            );
            let mut all = out + &err;
            for config in [
                "servers.yml",
                "credentials.yml",
                "policy.yml",
                "policy_tests.yml",
            ] {
                all += &fs::read_to_string(root.join("config").join(config)).unwrap();
            }
            assert!(!all.contains(SECRET), "{text}{all}");
        }
    }
}

/// A variable that stands where a host or a group should: its password is no alias and no tag.
#[test]
fn a_password_in_the_place_of_a_name_is_not_repeated() {
    for name in secret_names() {
        for text in [
            format!("ok ansible_user=u\n[g]\n{name}={SECRET}\n"),
            format!("ok ansible_user=u\n{name}={SECRET} ansible_host=10.0.0.1\n"),
            format!("[{name}={SECRET}]\nok ansible_user=u\n"),
            format!("ok ansible_user=u\n[g:children]\n{name}={SECRET}\n"),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let (file, root) = (folder.path().join("hosts.ini"), folder.path().join("new"));
            fs::write(&file, &text).unwrap();
            let mut init = mcp_ssh(&["init", root.to_str().unwrap(), "--from-ansible"]);
            let (status, out, err) = said(&init.arg(&file).output().unwrap());
            let mut all = out + &err;
            if status == 0 {
                for config in ["servers.yml", "credentials.yml"] {
                    all += &fs::read_to_string(root.join("config").join(config)).unwrap();
                }
                assert!(err.contains("whose name gives a secret"), "{text}{err}");
            }
            assert!(!all.contains(SECRET), "{text}{all}");
        }
    }
}

fn secret_names() -> [&'static str; 11] {
    [
        "ansible_password",
        "ansible_ssh_pass",
        "ansible_ssh_password",
        "ansible_private_key",
        "ansible_ssh_private_key",
        "ansible_private_key_passphrase",
        "ansible_ssh_private_key_passphrase",
        "ansible_become_pass",
        "ansible_become_password",
        "ansible_sudo_pass",
        "ansible_su_pass",
    ]
}

#[test]
fn jump_hosts_become_jump() {
    let text = "bastion ansible_host=10.0.0.1 ansible_user=ops ansible_port=2200\n\
                a ansible_ssh_common_args='-J bastion'\n\
                b ansible_ssh_common_args='-o ProxyJump=ops@10.0.0.1:2200'\n\
                c ansible_ssh_common_args='-o ProxyCommand=\"ssh -W %h:%p -q bastion\"'\n\
                d ansible_ssh_extra_args='-oProxyJump=other@10.0.0.1'\n\
                e ansible_ssh_args='-C' ansible_ssh_common_args='-J none'\n\
                f ansible_ssh_common_args='-J other@10.0.0.1'\n";
    let (status, told, inventory) = import("ini", text);
    assert_eq!(status, 0, "{told:?}");
    let inventory = inventory.unwrap();
    let jump = |alias: &str| {
        let host = inventory.hosts.get(alias).unwrap();
        host.jump.as_ref().map(ToString::to_string)
    };
    let own = "10.0.0.1-other";
    for (alias, expected) in [
        ("bastion", None),
        ("a", Some("bastion")),
        ("b", Some("bastion")),
        ("c", Some("bastion")),
        ("d", Some(own)),
        ("e", None),
        ("f", Some(own)),
        (own, None),
    ] {
        assert_eq!(jump(alias).as_deref(), expected, "{alias}");
    }
    let entry = inventory.hosts.get(own).unwrap();
    assert_eq!(
        (entry.host.to_string().as_str(), entry.port),
        ("10.0.0.1", 22)
    );
    assert_eq!(inventory.credential(entry).unwrap().username, "other");
}
