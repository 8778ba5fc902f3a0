//! `mcp-ssh init DIR --add`: hosts come behind what is there, or nothing changes.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use mcp_ssh::config::{Inventory, Paths, load};

use super::{mcp_ssh, output, said, tree};

const SERVERS: &str = "# mine\n\ndefaults:\n  jump: gate   # all\n  keepalive: 7\nhosts:\n    # the gate\n    - {alias: gate, host: 10.0.0.1, credentials: ops, jump: ''}\n    - alias: old\n      host: 10.0.0.2\n      credentials: ops # \u{e9}";
const CREDENTIALS: &str = "entries:\n- name: ops\n  username: ops\n  key_path: id\n";
const SSH_CONFIG: &str = "Host gate\n HostName 10.0.0.1\nHost old\n HostName 10.9.9.9\n\
    Host a\n HostName 10.0.0.3\n ProxyJump gate\nHost b\n HostName 10.0.0.4\n User \"o'b\"\nHost c\n ProxyJump old\n\
    Host *\n User ops\n IdentityFile ~/.ssh/id\n";

struct Site {
    folder: tempfile::TempDir,
}

impl Site {
    fn new(servers: &str, credentials: &str, ssh_config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let site = Self { folder };
        assert_eq!(output(&["init", site.root().to_str().unwrap()]).0, 0);
        fs::write(site.file("servers.yml"), servers).unwrap();
        fs::write(site.file("credentials.yml"), credentials).unwrap();
        fs::write(site.folder.path().join("ssh_config"), ssh_config).unwrap();
        site
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("site")
    }

    fn file(&self, name: &str) -> PathBuf {
        self.root().join("config").join(name)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap()
    }

    fn add(&self) -> (i32, String, String) {
        let source = self.folder.path().join("ssh_config");
        let mut init = mcp_ssh(&["init", "--add", "--from-ssh-config"]);
        said(&init.arg(source).arg(self.root()).output().unwrap())
    }

    fn inventory(&self) -> Inventory {
        let paths = Paths {
            config: self.root().join("config"),
            keys: self.root().join("keys"),
            secrets: self.root().join("secrets"),
        };
        load(&paths).inventory.unwrap()
    }
}

fn everything(root: &Path) -> Vec<(PathBuf, u32, Option<Vec<u8>>)> {
    let one = |(path, mode): (PathBuf, u32)| {
        let bytes = fs::read(root.join(&path)).ok();
        (path, mode, bytes)
    };
    tree(root).into_iter().map(one).collect()
}

#[test]
fn hosts_are_added_behind_what_stays_byte_for_byte() {
    let site = Site::new(SERVERS, CREDENTIALS, SSH_CONFIG);
    fs::write(site.root().join("keys/id-2"), "a key").unwrap();
    let mode = fs::Permissions::from_mode(0o640);
    fs::set_permissions(site.file("servers.yml"), mode).unwrap();
    let owner = fs::metadata(site.file("servers.yml")).unwrap().uid();
    let (status, out, err) = site.add();
    assert_eq!(status, 0, "{err}");
    assert!(
        out.contains("added 2 hosts") && out.contains(": a, b\n"),
        "{out}"
    );
    assert!(site.text("servers.yml").starts_with(SERVERS));
    assert!(site.text("credentials.yml").starts_with(CREDENTIALS));
    let status = fs::metadata(site.file("servers.yml")).unwrap();
    assert_eq!((status.mode() & 0o777, status.uid()), (0o640, owner));
    assert!(!site.file(".adding").exists());

    let inventory = site.inventory();
    let host = |alias: &str| inventory.hosts.get(alias).unwrap();
    let jump = |alias: &str| host(alias).jump.as_ref().map(ToString::to_string);
    // The default jump host is not theirs.
    assert_eq!((jump("a").as_deref(), jump("b")), (Some("gate"), None));
    let login = inventory.credential(host("b")).unwrap();
    let key = login.key_path.as_ref().unwrap().as_path().to_str();
    // `id` and `id-2` are taken, the one by an entry, the other by a file.
    assert_eq!((login.username.as_str(), key), ("o'b", Some("id-3")));
    assert!(inventory.hosts.get("c").is_none());
    for told in [
        "2 hosts are left out: servers.yml has this alias already: `gate`, `old`",
        "host `c` is left out: its way leads through a host that is left out",
    ] {
        assert!(err.contains(told), "{err}");
    }
    // A second time all are there, and nothing changes.
    let before = everything(&site.root());
    let (status, out, _) = site.add();
    let told = "nothing was added: no host that can be taken over is new\n";
    assert_eq!((status, out.as_str()), (0, told));
    assert_eq!(everything(&site.root()), before);
}

#[test]
fn where_adding_is_not_safe_nothing_changes() {
    let site = |servers: &str| Site::new(servers, CREDENTIALS, SSH_CONFIG);
    let shapes = [
        "hosts: [{alias: x, host: 10.0.0.1, credentials: ops}]\n",
        "hosts:\n- alias: x\n  host: 10.0.0.1\ndefaults:\n  credentials: ops\n",
        "{hosts: [{alias: x, host: 10.0.0.1, credentials: ops}]}\n",
        "hosts:\n- alias: x\n  host: 10.0.0.1\n  credentials: ops\n...\n",
    ];
    for servers in shapes {
        let site = site(servers);
        let before = everything(&site.root());
        let (status, out, err) = site.add();
        assert_eq!(status, 1, "{servers}");
        assert!(
            err.contains("nothing was added, and what to paste is on stdout"),
            "{err}"
        );
        assert!(
            out.contains("  - alias: 'b'\n") && out.contains("    username: 'ops'\n"),
            "{out}"
        );
        assert_eq!(everything(&site.root()), before, "{servers}");
    }
    for (servers, told) in [
        ("hosts: [", "servers.yml:"),
        (
            "hosts:\n- alias: x\n  host: 10.0.0.1\n  credentials: none\n",
            "`none`",
        ),
    ] {
        let site = site(servers);
        let before = everything(&site.root());
        let (status, out, err) = site.add();
        assert_eq!((status, out), (1, String::new()), "{servers}");
        assert!(
            err.contains(told) && err.contains("nothing was added"),
            "{err}"
        );
        assert_eq!(everything(&site.root()), before, "{servers}");
    }
    let linked = site(SERVERS);
    let real = linked.folder.path().join("real.yml");
    fs::rename(linked.file("servers.yml"), &real).unwrap();
    symlink(&real, linked.file("servers.yml")).unwrap();
    let before = everything(&linked.root());
    let (status, _, err) = linked.add();
    assert!(
        status == 1 && err.contains("servers.yml: a link: name the directory"),
        "{err}"
    );
    assert_eq!(everything(&linked.root()), before);
    // An earlier run that was ended in the middle.
    let left = site(SERVERS);
    fs::create_dir(left.file(".adding")).unwrap();
    let (config, yours) = (left.file("servers.yml"), left.file(".adding/yours"));
    fs::write(&yours, "").unwrap();
    let before = fs::read(&config).unwrap();
    let (status, _, err) = left.add();
    assert!(
        status == 1 && err.contains(".adding: left by a run"),
        "{err}"
    );
    assert!(err.contains("remove it: rm -r -- "), "{err}");
    assert_eq!(fs::read(&config).unwrap(), before);
    // What it is known to leave is taken away.
    fs::rename(&yours, left.file(".adding/servers.yml")).unwrap();
    let (status, _, err) = left.add();
    assert_eq!(status, 0, "{err}");
    assert!(!left.file(".adding").exists());

    let root = left.root();
    let (status, _, err) = output(&["init", "--add", root.to_str().unwrap()]);
    assert_eq!(status, 2);
    assert!(
        err.contains("name it with `--from-ssh-config FILE`"),
        "{err}"
    );
    let nowhere = left.folder.path().join("nowhere");
    let words = [
        "init",
        "--add",
        nowhere.to_str().unwrap(),
        "--from-ssh-config",
        "/dev/null",
    ];
    assert_eq!(output(&words).0, 1);
    assert!(!nowhere.exists());
}

/// A pipe is read, and nothing else that is no file.
#[test]
fn the_file_may_be_stdin() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("new");
    let mut init = mcp_ssh(&[
        "init",
        root.to_str().unwrap(),
        "--from-ssh-config",
        "/dev/stdin",
    ]);
    let mut init = init
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = init.stdin.take().unwrap();
    std::io::Write::write_all(&mut stdin, b"Host a\n User u\n").unwrap();
    drop(stdin);
    let (status, _, err) = said(&init.wait_with_output().unwrap());
    assert_eq!(status, 0, "{err}");
    assert!(
        err.starts_with("/dev/stdin:1: host `a` has no `IdentityFile`"),
        "{err}"
    );

    let fifo = folder.path().join("fifo");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &fifo,
        rustix::fs::FileType::Fifo,
        0o600.into(),
        0,
    )
    .unwrap();
    for file in [fifo.to_str().unwrap(), "/dev/zero", "/dev"] {
        let (status, _, err) = output(&["init", "/nowhere/new", "--from-ssh-config", file]);
        assert!(status == 1 && err.contains(file), "{err}");
    }
}
