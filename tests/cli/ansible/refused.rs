//! Inventories that are refused: what only Ansible reads, and what is made to cost.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use super::super::{mcp_ssh, said};
use super::import;

/// What only Ansible can read is refused with the command that makes it readable.
#[test]
fn what_only_ansible_reads_is_refused_with_the_way() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str, mode: u32| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path
    };
    let vault = "$ANSIBLE_VAULT;1.1;AES256\n3161\n";
    fs::create_dir_all(folder.path().join("beside/group_vars")).unwrap();
    for (path, why) in [
        (
            folder.path().to_owned(),
            ": a directory, which only Ansible reads",
        ),
        (
            write("run it", "#!/bin/sh\ntouch ran\n", 0o755),
            ": a program, which is not run here",
        ),
        (
            write("script", "#!/bin/sh\n", 0o644),
            ": a program, which is not run here",
        ),
        (
            write("marked", "web\n", 0o755),
            ": a program, which is not run here",
        ),
        (
            write("aws_ec2.yml", "plugin: amazon.aws.aws_ec2\n", 0o644),
            ":1: the settings of an inventory plugin",
        ),
        (
            write("x.toml", "[web.hosts]\n", 0o644),
            ": TOML, which only Ansible reads",
        ),
        (
            write("vaulted.yml", vault, 0o644),
            ": encrypted by ansible-vault",
        ),
        (
            write("beside/hosts", "web\n", 0o644),
            ": the variables in group_vars/ beside it count, too",
        ),
    ] {
        let (status, told) = refused(&path, folder.path());
        assert_eq!(status, 1, "{told}");
        let quoted = match path.to_str().unwrap() {
            path if path.contains(' ') => format!("'{path}'"),
            path => path.to_owned(),
        };
        let way = format!(
            "write `ansible-inventory -i {quoted} --list | mcp-ssh init DIR --from-ansible -`"
        );
        assert!(told.contains(why) && told.contains(&way), "{told}");
    }
    assert!(!folder.path().join("ran").exists());
    let (status, told) = refused(&folder.path().join("gone"), folder.path());
    assert!(status == 1 && told.contains("gone: No such file"), "{told}");
}

fn refused(path: &Path, folder: &Path) -> (i32, String) {
    let mut init = mcp_ssh(&["init", "new", "--from-ansible"]);
    let (status, _, err) = said(&init.arg(path).current_dir(folder).output().unwrap());
    assert!(!folder.join("new").exists());
    (status, err)
}

/// Whatever the file, it is read or refused soon.
#[test]
fn a_hostile_inventory_costs_little() {
    let nested: String = (0..5_000)
        .map(|n| format!("[g{n}:children]\ng{}\n", n + 1))
        .collect();
    let deep = nested + "[g5000]\nh[1:2000] ansible_user=u\n";
    let bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned()
        + &["b a", "c b", "d c", "e d", "f e", "g f", "h g"]
            .map(|pair| {
                let (own, other) = pair.split_once(' ').unwrap();
                format!(
                    "{own}: &{own} [{}]\n",
                    vec![format!("*{other}"); 9].join(", ")
                )
            })
            .concat();
    let brackets = format!("{}: \n", "{a: ".repeat(2_000));
    let groups: String = (0..200_000).map(|n| format!("[g{n}]\n")).collect();
    let began = Instant::now();
    for (form, text, why) in [
        (
            "ini",
            "h[1:99999999999]\n".to_owned(),
            "1: more than 10000 hosts",
        ),
        (
            "ini",
            "h[1:999][1:999][1:999]\n".to_owned(),
            "1: more than 10000 hosts",
        ),
        (
            "ini",
            "h[1:6000]\ni[1:6000]\n".to_owned(),
            "2: more than 10000 hosts",
        ),
        (
            "ini",
            format!("h{}\n", "[1:9]".repeat(500)),
            "1: a host's name is longer than 1000 bytes",
        ),
        ("ini", deep, ""),
        ("ini", groups, "99999: more than 100000 groups"),
        ("yml", bomb, "more than 1000000 values"),
        ("yml", brackets, "deep"),
        ("json", "[".repeat(100_000), ""),
    ] {
        let (status, told, _) = import(form, &text);
        assert!(status == 1 && told[0].contains(why), "{told:?}");
        assert!(told.len() <= 2 && told[0].len() < 400, "{told:?}");
    }
    assert!(
        began.elapsed() < Duration::from_secs(20),
        "{:?}",
        began.elapsed()
    );
}
