//! `init --add --from-ansible`: new hosts come behind what is there, and nothing else changes.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::super::{mcp_ssh, output, said};
use super::loaded;

fn add(root: &Path, inventory: &Path) -> (i32, String, String) {
    let mut init = mcp_ssh(&["init", "--add", "--from-ansible"]);
    said(&init.arg(inventory).arg(root).output().unwrap())
}

#[test]
fn new_hosts_are_added_and_those_that_are_there_stay() {
    let folder = tempfile::tempdir().unwrap();
    let (root, file) = (folder.path().join("new"), folder.path().join("hosts"));
    let first = "bastion ansible_host=10.0.0.1 ansible_user=ops\n[web]\nw1 ansible_host=10.0.0.2 ansible_user=ops\n";
    fs::write(&file, first).unwrap();
    let words = [
        "init",
        root.to_str().unwrap(),
        "--from-ansible",
        file.to_str().unwrap(),
    ];
    assert_eq!(output(&words).0, 0);
    let text = |name: &str| fs::read_to_string(root.join("config").join(name)).unwrap();
    let (servers, credentials, policy) = (
        text("servers.yml"),
        text("credentials.yml"),
        text("policy.yml"),
    );

    // Nothing is new.
    let (status, out, err) = add(&root, &file);
    assert_eq!(
        (status, out.as_str()),
        (
            0,
            "nothing was added: no host that can be taken over is new\n"
        )
    );
    assert!(
        err.contains("2 hosts are left out: servers.yml has this alias already: `bastion`, `w1`"),
        "{err}"
    );
    assert_eq!(text("servers.yml"), servers);

    // One has moved, one is gone, two are new and come behind hosts of which one stays as it is.
    let second = "bastion ansible_host=10.0.0.1 ansible_user=ops\n[web]\nw1 ansible_host=10.9.9.9 ansible_user=ops\n\
                  w2 ansible_host=10.0.0.3 ansible_user=ops ansible_ssh_common_args='-J bastion'\n\
                  w3 ansible_host=10.0.0.4 ansible_user=ops ansible_ssh_common_args='-J w1'\n[new]\nw2\n";
    fs::write(&file, second).unwrap();
    let (status, out, err) = add(&root, &file);
    assert_eq!(status, 0, "{err}");
    assert!(
        out.contains("added 1 host to ") && out.contains(": w2\n"),
        "{out}"
    );
    for told in [
        "3: host `w1` is left out: servers.yml has this alias already, with another address, port, user or jump host: it stays",
        "5: host `w3` is left out: its way leads through a host that is left out",
    ] {
        assert!(err.contains(told), "{err}");
    }
    assert!(text("servers.yml").starts_with(&servers));
    assert!(text("credentials.yml").starts_with(&credentials));
    assert_eq!(text("policy.yml"), policy);
    let inventory = loaded(&root, &err);
    let w2 = inventory.hosts.get("w2").unwrap();
    assert_eq!(w2.jump.as_ref().map(AsRef::as_ref), Some("bastion"));
    let tags: Vec<&str> = w2.tags.iter().map(AsRef::as_ref).collect();
    assert_eq!(tags, ["new", "web"]);
    assert_eq!(
        inventory.hosts.get("w1").unwrap().host.to_string(),
        "10.0.0.2"
    );
}

#[test]
fn the_options_are_held_against_each_other() {
    for (words, told) in [
        (
            vec!["init", "x", "--add"],
            "`--add` adds the hosts of a file: name it with `--from-ssh-config FILE` or `--from-ansible FILE`, or a host with `--host`",
        ),
        (
            vec!["init", "x", "--from-ansible", "a", "--from-ssh-config", "b"],
            "`--from-ssh-config` and `--from-ansible` are two ways: write one, and add the other one with `--add`",
        ),
    ] {
        let (status, out, err) = output(&words);
        assert_eq!((status, out), (2, String::new()));
        assert!(err.contains(told), "{err}");
    }
    assert!(!Path::new("x").exists());
}

/// The programs of jq in the documentation, as they stand there, make inventories that are taken over.
#[test]
fn the_documented_jq_programs_make_inventories() {
    let text = include_str!("../../../docs/CONFIGURATION.md");
    let programs: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("  jq '")?.strip_suffix("' |"))
        .collect();
    let plugin = r#"{"_meta": {"hostvars": {"i-1": {"ansible_host": "10.0.0.1", "tags": {"a": "b"}}}},
        "all": {"children": ["web"]}, "web": {"hosts": ["i-1"]}}"#;
    let outputs = r#"{"w1": "10.0.0.1", "w2": "10.0.0.2"}"#;
    assert_eq!(programs.len(), 2);
    for (program, input, expected) in [
        (programs[0], plugin, &["i-1"][..]),
        (programs[1], outputs, &["w1", "w2"]),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let (input_file, file) = (
            folder.path().join("input"),
            folder.path().join("hosts.json"),
        );
        fs::write(&input_file, input).unwrap();
        let jq = Command::new("jq")
            .arg(program)
            .arg(&input_file)
            .output()
            .unwrap();
        let (status, out, err) = said(&jq);
        assert_eq!((status, err), (0, String::new()), "{program}");
        assert!(!out.contains("tags"), "{out}");
        fs::write(&file, out).unwrap();
        let root = folder.path().join("new");
        let words = [
            "init",
            root.to_str().unwrap(),
            "--from-ansible",
            file.to_str().unwrap(),
        ];
        let (status, _, err) = output(&words);
        assert_eq!(status, 0, "{err}");
        let hosts = loaded(&root, &err).hosts;
        let tagged: Vec<String> = hosts
            .with_tag("web")
            .map(|host| host.alias.to_string())
            .collect();
        assert_eq!(tagged, expected, "{program}");
    }
}
