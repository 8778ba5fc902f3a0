//! `init --from-ansible` against the real Ansible, and what it says of the rest.

mod generated;
mod refresh;
mod refused;
mod told;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use mcp_ssh::config::{Inventory, Paths, load};
use serde_json::Value;

use super::{mcp_ssh, said};

/// Whole inventories, each below a line with its form and with how many of its hosts are taken over.
const CASES: &str = include_str!("cases.txt");
/// What asks Ansible.
const ORACLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/ansible/oracle.py");

fn python() -> PathBuf {
    let python = std::env::var_os("MCP_SSH_PYTHON");
    python
        .expect("MCP_SSH_PYTHON is not set: run `make test`")
        .into()
}

/// Ansible, which reads one inventory after another.
struct Oracle {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    folder: tempfile::TempDir,
}

impl Oracle {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(python())
            .arg(ORACLE)
            .env("HOME", folder.path())
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let stdin = child.stdin.take();
        Self {
            child,
            stdin,
            stdout,
            folder,
        }
    }

    /// The hosts that Ansible finds, or that it refuses the file.
    fn ask(&mut self, form: &str, text: &str) -> Option<Value> {
        let file = self.folder.path().join(format!("inventory.{form}"));
        fs::write(&file, text).unwrap();
        let mut asked = file.clone();
        if form == "json" {
            // What is printed by a script.
            asked = self.folder.path().join("script");
            let script = format!("#!/bin/sh\ncat '{}'\n", file.display());
            fs::write(&asked, script).unwrap();
            fs::set_permissions(&asked, fs::Permissions::from_mode(0o755)).unwrap();
        }
        writeln!(self.stdin.as_mut().unwrap(), "{}", asked.display()).unwrap();
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        assert!(
            !line.is_empty(),
            "no answer of Ansible: is ansible-core beside MCP_SSH_PYTHON? run `make tools`"
        );
        let mut answer: Value = serde_json::from_str(&line).unwrap();
        answer.get_mut("hosts").map(Value::take)
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        self.stdin = None;
        let _ended = self.child.wait();
    }
}

/// Imports an inventory of a form; gives the status, what was told, and the inventory if there is one.
fn import(form: &str, text: &str) -> (i32, Vec<String>, Option<Inventory>) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(format!("inventory.{form}"));
    fs::write(&file, text).unwrap();
    let root = folder.path().join("new");
    let mut init = mcp_ssh(&["init", root.to_str().unwrap(), "--from-ansible"]);
    let (status, out, err) = said(&init.arg(&file).output().unwrap());
    let prefix = format!("{}:", file.display());
    let told = err.lines().map(|line| {
        let line = line.trim_start_matches("mcp-ssh: ");
        line.trim_start_matches(&prefix).to_owned()
    });
    let told = told.collect();
    if status != 0 {
        assert!(!root.exists(), "{text}");
        return (status, told, None);
    }
    (status, told, Some(loaded(&root, &format!("{text}\n{out}"))))
}

/// What was written, which is without fault.
fn loaded(root: &Path, text: &str) -> Inventory {
    let loaded = load(&Paths {
        config: root.join("config"),
        keys: root.join("keys"),
        secrets: root.join("secrets"),
    });
    assert!(
        loaded.diagnostics.is_empty(),
        "{text}{:?}",
        loaded.diagnostics
    );
    loaded.inventory.unwrap()
}

/// The value that counts of the names of one variable.
fn value<'v>(host: &'v Value, names: [&str; 2]) -> Option<&'v str> {
    let values = names.iter().rev().map(|name| &host["vars"][*name]);
    let mut values = values
        .filter_map(Value::as_str)
        .filter(|value| !value.is_empty());
    values.next()
}

/// Compares an inventory with what Ansible says of it; gives how many hosts were taken over.
fn held_against_ansible(oracle: &mut Oracle, form: &str, text: &str) -> usize {
    let (status, told, inventory) = import(form, text);
    let all = told.join("\n");
    let Some(theirs) = oracle.ask(form, text) else {
        assert_eq!(status, 1, "Ansible refuses this:\n{text}\n{all}");
        return 0;
    };
    let theirs = theirs.as_object().unwrap();
    let Some(inventory) = inventory else {
        let told = theirs.keys().all(|name| all.contains(&format!("`{name}`")));
        assert!(told, "Ansible takes this:\n{text}\n{all}");
        return 0;
    };
    let mut count = 0;
    for (name, host) in theirs {
        let alias = name.replace(
            |c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c)),
            "-",
        );
        let Some(ours) = inventory.hosts.get(&alias) else {
            assert!(
                all.contains(&format!("`{name}`")),
                "{text}\n{name} is lost\n{all}"
            );
            continue;
        };
        count += 1;
        let address = value(host, ["ansible_host", "ansible_ssh_host"]).unwrap_or(name);
        let said = ours.host.to_string();
        assert!(
            said.eq_ignore_ascii_case(address),
            "{text}\n{name}: {said} {address}"
        );
        let port = value(host, ["ansible_port", "ansible_ssh_port"]).unwrap_or("22");
        assert_eq!(ours.port.to_string(), port.trim(), "{text}\n{name}");
        let login = inventory.credential(ours).unwrap();
        let user = value(host, ["ansible_user", "ansible_ssh_user"]).unwrap_or("me");
        assert_eq!(login.username, user, "{text}\n{name}");
        let key = value(
            host,
            ["ansible_private_key_file", "ansible_ssh_private_key_file"],
        );
        let key = key.and_then(|key| key.rsplit('/').next());
        let path = login.key_path.as_ref();
        let path = path.map(|path| path.as_path().to_str().unwrap());
        assert_eq!(
            path,
            key.filter(|key| !key.contains("{{")),
            "{text}\n{name}"
        );
        let tags: Vec<&str> = ours.tags.iter().map(AsRef::as_ref).collect();
        let groups: Vec<String> = serde_json::from_value(host["groups"].clone()).unwrap();
        let adapted = groups.iter().map(|group| group.replace([' ', '/'], "-"));
        assert_eq!(tags, adapted.collect::<Vec<_>>(), "{text}\n{name}");
        let connection = host["vars"]["ansible_connection"].as_str().unwrap_or("ssh");
        assert!(
            ["ssh", "smart", "paramiko", "ansible.builtin.ssh"].contains(&connection),
            "{text}\n{name}"
        );
    }
    count
}

#[test]
fn every_case_is_what_ansible_says() {
    let mut oracle = Oracle::start();
    let cases = CASES.split("\n=== ").skip(1);
    for case in cases {
        let (head, text) = case.split_once('\n').unwrap();
        let (form, expected) = head.split_once(' ').unwrap();
        let taken = held_against_ansible(&mut oracle, form, text);
        match expected {
            "refused" => assert!(
                import(form, text).0 == 1 && oracle.ask(form, text).is_none(),
                "{text}"
            ),
            _ => assert_eq!(
                taken.to_string(),
                expected,
                "{text}\n{:?}",
                import(form, text)
            ),
        }
    }
}

/// What the real `ansible-inventory --list` prints of an inventory is taken over as the inventory itself.
#[test]
fn the_list_of_the_real_ansible_inventory_gives_the_same_hosts() {
    let folder = tempfile::tempdir().unwrap();
    let text = "lone ansible_host=10.0.0.1 ansible_port=2200\n[web]\nw[1:3] ansible_user=u\n[db]\nd1\nw1\n\
                [prod:children]\nweb\ndb\n[prod:vars]\nansible_user=ops\nansible_ssh_private_key_file=~/.ssh/prod\n";
    let file = folder.path().join("inventory.ini");
    fs::write(&file, text).unwrap();
    let listed = |options: &[&str]| {
        let program = python().with_file_name("ansible-inventory");
        let mut list = Command::new(program);
        let list = list
            .args(["-i", file.to_str().unwrap(), "--list"])
            .args(options);
        let output = list
            .env("HOME", folder.path())
            .current_dir(folder.path())
            .output();
        let output = output.expect("ansible-inventory is beside MCP_SSH_PYTHON: run `make tools`");
        assert!(output.status.success(), "{output:?}");
        output.stdout
    };
    let described = |inventory: &Inventory| {
        let hosts = inventory.hosts.iter().map(|host| {
            let login = inventory.credential(host).unwrap();
            let key = login
                .key_path
                .as_ref()
                .map(mcp_ssh::config::KeyPath::as_path);
            let (tags, user) = (&host.tags, &login.username);
            format!(
                "{} {:?} {} {tags:?} {user} {key:?}",
                host.alias, host.host, host.port
            )
        });
        let mut hosts: Vec<String> = hosts.collect();
        hosts.sort();
        hosts
    };
    let expected = described(&import("ini", text).2.unwrap());
    assert_eq!(expected.len(), 5);
    for (index, options) in [&[][..], &["--export"], &["--yaml"]]
        .into_iter()
        .enumerate()
    {
        let root = folder.path().join(index.to_string());
        let mut init = mcp_ssh(&["init", root.to_str().unwrap(), "--from-ansible", "-"]);
        let init = init
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut child = init.spawn().unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(&listed(options))
            .unwrap();
        let (status, _, err) = said(&child.wait_with_output().unwrap());
        assert_eq!(status, 0, "{err}");
        assert_eq!(described(&loaded(&root, &err)), expected, "{options:?}");
    }
}
