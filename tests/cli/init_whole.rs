//! `mcp-ssh init` writes all or nothing: whoever owns the directory, whatever signal comes, whoever else adds.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::fs::{FlockOperation, flock};

use super::{mcp_ssh, output, said, tree};
use crate::support::keys::{KeyPair, write_private};
use crate::support::sshd::needs_root;

const SIGNALS: [(&str, i32); 3] = [("HUP", 129), ("INT", 130), ("TERM", 143)];

fn words(root: &Path) -> [&str; 2] {
    ["init", root.to_str().unwrap()]
}

/// A directory that `init` wrote, and a host to be added by `--add`.
fn begun(folder: &Path) -> (PathBuf, PathBuf) {
    let (root, source) = (folder.join("site"), folder.join("ssh_config"));
    assert_eq!(output(&words(&root)).0, 0);
    fs::write(
        &source,
        "Host new\n HostName 10.0.0.9\n User ops\n IdentityFile ~/.ssh/id\n",
    )
    .unwrap();
    (root, source)
}

fn adding(root: &Path, source: &Path) -> Vec<String> {
    let words = [
        "init",
        "--add",
        "--from-ssh-config",
        source.to_str().unwrap(),
        root.to_str().unwrap(),
    ];
    words.map(str::to_owned).to_vec()
}

/// Runs the words; the signal comes upon the first call of `call`.
fn signalled(words: &[String], call: &str, signal: &str) -> (i32, String, String) {
    let mut strace = Command::new("strace");
    let inject = format!("inject={call}:signal={signal}:when=1");
    strace.args([
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        &format!("trace={call}"),
        "-e",
        &inject,
    ]);
    let strace = strace
        .arg(env!("CARGO_BIN_EXE_mcp-ssh"))
        .args(words)
        .output();
    said(&strace.expect("strace is not installed"))
}

#[test]
fn a_directory_of_another_user_is_not_written_into() {
    needs_root("gives a directory to another user");
    let folder = tempfile::tempdir().unwrap();
    let other = Some(4711);
    let refused = |root: &Path, path: &Path, part: &str| {
        let before = tree(folder.path());
        for more in [&[][..], &["--add", "--from-ssh-config", "/dev/null"]] {
            let (status, out, err) = output(&[&words(root), more].concat());
            assert_eq!((status, out.as_str()), (1, ""), "{err}");
            let fault = format!("{}: {part}", path.display());
            assert!(
                err.contains(&fault) && err.contains("nothing was written"),
                "{fault}: {err}"
            );
            assert_eq!(tree(folder.path()), before);
        }
    };
    let root = folder.path().join("site");
    fs::create_dir(&root).unwrap();
    for name in ["", "config", "keys", "secrets"] {
        let path: PathBuf = root
            .components()
            .chain(Path::new(name).components())
            .collect();
        let _there = fs::create_dir(&path);
        for mode in [0o777, 0o775, 0o1777] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            refused(&root, &path, "others may write into it: chmod go-w ");
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        chown(&path, other, None).unwrap();
        refused(&root, &path, "it belongs to another user (4711): chown 0 ");
        chown(&path, Some(0), None).unwrap();
    }
    let link = folder.path().join("link");
    symlink(&root, &link).unwrap();
    std::os::unix::fs::lchown(&link, other, None).unwrap();
    refused(
        &link,
        &link,
        "it belongs to another user (4711): chown -h 0 ",
    );
    let (status, _, err) = output(&words(&root));
    assert_eq!(status, 0, "{err}");
    // The last step of a new configuration gives these away.
    for name in ["keys", "secrets"] {
        chown(root.join(name), Some(10001), None).unwrap();
    }
    let source = folder.path().join("ssh_config");
    fs::write(&source, "Host new\n User ops\n IdentityFile ~/.ssh/id\n").unwrap();
    let adding = adding(&root, &source);
    let (status, _, err) = said(&mcp_ssh(&[]).args(adding).output().unwrap());
    assert_eq!(status, 0, "{err}");
}

#[test]
fn a_signal_ends_nothing_in_the_middle() {
    for (signal, ended) in SIGNALS {
        let folder = tempfile::tempdir().unwrap();
        let whole = folder.path().join("whole");
        assert_eq!(output(&words(&whole)).0, 0);
        let root = folder.path().join("begun");
        let (status, _, err) = signalled(&words(&root).map(str::to_owned), "fchmod", signal);
        assert_eq!((status, tree(&root)), (ended, tree(&whole)), "{err}");

        let (root, source) = begun(folder.path());
        let adding = adding(&root, &source);
        let (status, out, err) = signalled(&adding, "/^rename", signal);
        assert_eq!(
            (status, out.contains("added 1 host to ")),
            (ended, true),
            "{out}{err}"
        );
        assert_eq!(tree(&root), tree(&whole));
        let (status, out, err) = said(&mcp_ssh(&[]).args(&adding).output().unwrap());
        assert!(
            status == 0 && out.contains("no host that can be taken over is new"),
            "{out}{err}"
        );
    }
}

#[test]
fn what_a_killed_run_left_is_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    let (root, source) = begun(folder.path());
    let adding = adding(&root, &source);
    let mut strace = Command::new("strace");
    strace.args([
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        "trace=/^rename",
        "-e",
        "inject=/^rename:signal=KILL:when=2",
    ]);
    let killed = strace
        .arg(env!("CARGO_BIN_EXE_mcp-ssh"))
        .args(&adding)
        .output()
        .unwrap();
    assert!(!killed.status.success() && root.join("config/.adding").exists());
    let (status, out, err) = said(&mcp_ssh(&[]).args(&adding).output().unwrap());
    // The second rename may have been done before the end came.
    let done = ["added 1 host to ", "no host that can be taken over is new"];
    assert!(
        status == 0 && done.iter().any(|done| out.contains(done)),
        "{out}{err}"
    );
    let servers = fs::read_to_string(root.join("config/servers.yml")).unwrap();
    assert_eq!(servers.matches("alias: 'new'").count(), 1, "{servers}");
    assert!(!root.join("config/.adding").exists());
}

#[test]
fn many_that_add_wait_for_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let (root, _) = begun(folder.path());
    // All of them come while somebody else has the lock.
    let lock = fs::File::open(root.join("config")).unwrap();
    flock(&lock, FlockOperation::LockExclusive).unwrap();
    let runs: Vec<_> = (0..6)
        .map(|number| {
            let source = folder.path().join(format!("ssh_config{number}"));
            let text = format!("Host n{number}\n User u{number}\n IdentityFile ~/.ssh/id\n");
            fs::write(&source, text).unwrap();
            let mut run = mcp_ssh(&[]);
            run.args(adding(&root, &source))
                .stdout(Stdio::null())
                .stderr(Stdio::piped());
            let mut run = run.spawn().unwrap();
            let mut told = BufReader::new(run.stderr.take().unwrap());
            let mut line = String::new();
            told.read_line(&mut line).unwrap();
            assert!(
                line.contains("waiting for another `mcp-ssh init` that adds to"),
                "{line}"
            );
            (run, told)
        })
        .collect();
    drop(lock);
    for (mut run, mut told) in runs {
        let mut rest = String::new();
        std::io::Read::read_to_string(&mut told, &mut rest).unwrap();
        assert!(run.wait().unwrap().success(), "{rest}");
    }
    let servers = fs::read_to_string(root.join("config/servers.yml")).unwrap();
    for number in 0..6 {
        assert_eq!(
            servers.matches(&format!("alias: 'n{number}'")).count(),
            1,
            "{servers}"
        );
    }
    assert!(!root.join("config/.adding").exists());
}

#[test]
fn where_the_second_file_cannot_be_replaced_the_first_is_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let (root, source) = begun(folder.path());
    let bytes = |name: &str| fs::read(root.join("config").join(name)).unwrap();
    let before = (tree(&root), bytes("credentials.yml"), bytes("servers.yml"));
    let mut strace = Command::new("strace");
    // As the kernel says it of a file that something is mounted on.
    strace.args([
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        "trace=/^rename",
        "-e",
        "inject=/^rename:error=EBUSY:when=2",
    ]);
    let run = strace
        .arg(env!("CARGO_BIN_EXE_mcp-ssh"))
        .args(adding(&root, &source))
        .output();
    let (status, out, err) = said(&run.unwrap());
    assert_eq!((status, out.as_str()), (1, ""), "{err}");
    assert!(
        err.contains("servers.yml: ") && err.contains("a mount of its own"),
        "{err}"
    );
    assert!(err.contains("nothing was added"), "{err}");
    assert_eq!(
        (tree(&root), bytes("credentials.yml"), bytes("servers.yml")),
        before
    );
}

#[test]
fn a_key_whose_name_no_file_can_hold_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("site");
    let names: [&[u8]; 6] = [
        b"a\nb",
        b"a\x1bb",
        b"a\tb",
        b"a\x7f",
        "a\u{202e}b".as_bytes(),
        b"a..b",
    ];
    for name in names {
        let key = folder.path().join(std::ffi::OsStr::from_bytes(name));
        write_private(&key, &KeyPair::ed25519().private);
        let mut init = mcp_ssh(&["init", "--host", "192.0.2.1", "--user", "me", "--key"]);
        let (status, out, err) = said(&init.arg(&key).arg(&root).output().unwrap());
        assert_eq!((status, out.as_str()), (1, ""), "{err}");
        assert!(
            err.contains("is no name that credentials.yml can hold"),
            "{err}"
        );
        assert!(!root.exists());
    }
}

#[test]
fn folders_that_were_made_go_again() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("a/b/site");
    let mut strace = Command::new("strace");
    strace.args([
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        "trace=fchmod",
        "-e",
        "inject=fchmod:error=ENOSPC:when=2",
    ]);
    let run = strace
        .arg(env!("CARGO_BIN_EXE_mcp-ssh"))
        .args(words(&root))
        .output();
    let (status, _, err) = said(&run.unwrap());
    assert!(status == 1 && err.contains("nothing was written"), "{err}");
    assert_eq!(tree(folder.path()), []);
}
