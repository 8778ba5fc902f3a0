//! `mcp-ssh get` and `mcp-ssh put` from a terminal and from a script.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use super::{ALL, policy, sha256, site_over};
use crate::gate::cli::{status, text};
use crate::gate::site::Site;
use crate::support::sshd::Sshd;

pub fn site(tag: &str, entries: &str) -> (Site, TempDir) {
    site_over(tag, entries, "internal-sftp")
}

fn run_in(site: &Site, here: &TempDir, words: &[&str]) -> Output {
    site.command(words)
        .current_dir(here.path())
        .output()
        .unwrap()
}

#[test]
fn a_file_is_copied_to_here_whole_or_not_at_all() {
    let (site, there) = site(
        "fget",
        "- {action: allow, read: ['DIR/*'], max_bytes: 3000000}",
    );
    let here = tempfile::tempdir().unwrap();
    let content: Vec<u8> = (0..2_500_000_u32)
        .flat_map(|n| (n as u8).to_le_bytes())
        .collect();
    let path = |name: &str| there.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("blob"), &content).unwrap();
    fs::write(path("over"), vec![0; 3_000_001]).unwrap();
    let got = run_in(&site, &here, &["get", "box", &path("blob")]);
    assert_eq!(status(&got), 0, "{}", text(&got.stderr));
    let told = text(&got.stdout);
    assert_eq!(
        told,
        format!("./blob: 2500000 bytes, sha256 {}\n", sha256(&content))
    );
    assert_eq!(fs::read(here.path().join("blob")).unwrap(), content);
    let mode = fs::metadata(here.path().join("blob"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o7777, 0o600);
    let got = run_in(
        &site,
        &here,
        &["get", "--json", "box", &path("blob"), "other"],
    );
    let told: Value = serde_json::from_str(&text(&got.stdout)).unwrap();
    assert_eq!(told["sha256"], sha256(&content), "{told}");
    let got = run_in(&site, &here, &["get", "box", &path("blob"), "-"]);
    assert_eq!((status(&got), got.stdout == content), (0, true));
    for (words, expected, said) in [
        (vec!["get", "box", "BLOB"], 2, "is there already"),
        (vec!["get", "box", "OVER"], 255, "too large"),
        (vec!["get", "box", "NONE"], 255, "not found"),
        (vec!["get", "box", "/etc/passwd"], 77, "no entry of `files`"),
        (vec!["get", "bix", "NONE"], 255, "did you mean `box`?"),
        (vec!["get", "box"], 2, "write `mcp-ssh get ALIAS PATH"),
        (
            vec!["get", "box", "BLOB", "no/where"],
            2,
            "no file can be made",
        ),
    ] {
        let words: Vec<String> = words
            .iter()
            .map(|word| match *word {
                "BLOB" => path("blob"),
                "OVER" => path("over"),
                "NONE" => path("none"),
                other => other.to_owned(),
            })
            .collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let got = run_in(&site, &here, &words);
        let told = text(&got.stderr);
        assert_eq!(status(&got), expected, "{words:?}: {told}");
        assert!(told.contains(said), "{words:?}: {told}");
    }
    let mut names: Vec<_> = fs::read_dir(here.path())
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    names.sort();
    assert_eq!(names, ["blob", "other"]);
}

#[test]
fn a_local_file_is_written_there() {
    let (site, there) = site("fput", ALL);
    let here = tempfile::tempdir().unwrap();
    fs::write(here.path().join("new"), "one\n").unwrap();
    let path = there.path().join("conf");
    let to = path.to_str().unwrap();
    let put = run_in(&site, &here, &["put", "new", "box", to]);
    assert_eq!(status(&put), 0, "{}", text(&put.stderr));
    assert_eq!(
        text(&put.stdout),
        format!("box: created, 4 bytes, sha256 {}\n", sha256(b"one\n"))
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), "one\n");
    fs::write(here.path().join("new"), "two\n").unwrap();
    let put = run_in(
        &site,
        &here,
        &["put", "--json", "--mode", "640", "new", "box", to],
    );
    let told: Value = serde_json::from_str(&text(&put.stdout)).unwrap();
    assert_eq!(told["status"], "replaced", "{told}");
    let fifo = Command::new("mkfifo")
        .arg(here.path().join("fifo"))
        .status();
    assert!(fifo.unwrap().success());
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(
        (mode & 0o7777, fs::read_to_string(&path).unwrap().as_str()),
        (0o640, "two\n")
    );
    for (words, expected, said) in [
        (
            vec!["put", "--create", "new", "box", to],
            255,
            "is there already",
        ),
        (
            vec!["put", "new", "box", "/srv/x"],
            77,
            "no entry of `files`",
        ),
        (vec!["put", "none", "box", to], 2, "No such file"),
        (vec!["put", ".", "box", to], 2, "no regular file"),
        // Nobody writes into it: to open it for reading would wait for good.
        (vec!["put", "fifo", "box", to], 2, "no regular file"),
        (
            vec!["put", "new", "box"],
            2,
            "write `mcp-ssh put LOCAL ALIAS PATH`",
        ),
        (vec!["put", "--mode", "7777", "new", "box", to], 2, "octal"),
        (
            vec!["put", "--tag", "none", "new", to],
            1,
            "no host has the tag",
        ),
    ] {
        let put = run_in(&site, &here, &words);
        let told = text(&put.stderr);
        assert_eq!(status(&put), expected, "{words:?}: {told}");
        assert!(told.contains(said), "{words:?}: {told}");
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), "two\n");
    // Nobody is there to be asked.
    site.write_policy(&policy(&there, "- {action: ask, write: ['DIR/*']}"));
    let put = run_in(&site, &here, &["put", "new", "box", to]);
    assert_eq!(status(&put), 77, "{}", text(&put.stderr));
    assert!(
        text(&put.stderr).contains("needs a person's approval"),
        "{}",
        text(&put.stderr)
    );
}

#[test]
fn what_others_may_not_read_here_they_may_not_read_there() {
    let (site, there) = site("fprivate", ALL);
    let here = tempfile::tempdir().unwrap();
    for (local, more, expected) in [
        (0o600, None, 0o600),
        (0o400, None, 0o600),
        (0o640, None, 0o600),
        (0o644, None, 0o644),
        (0o600, Some("0644"), 0o644),
    ] {
        let (file, path) = (here.path().join("conf"), there.path().join("conf"));
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
        fs::write(&file, "one\n").unwrap();
        fs::set_permissions(&file, PermissionsExt::from_mode(local)).unwrap();
        let mut words = vec!["put", "conf", "box", path.to_str().unwrap()];
        words.extend(more.iter().flat_map(|mode| ["--mode", mode]));
        let put = run_in(&site, &here, &words);
        assert_eq!(status(&put), 0, "{words:?}: {}", text(&put.stderr));
        assert_eq!(mode(&path), expected, "{local:o} {more:?}");
        // A file that is there keeps its own.
        fs::remove_file(&file).unwrap();
        fs::write(&file, "two\n").unwrap();
        fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).unwrap();
        fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
        let put = run_in(
            &site,
            &here,
            &["put", "conf", "box", path.to_str().unwrap()],
        );
        assert_eq!(status(&put), 0, "{}", text(&put.stderr));
        assert_eq!(mode(&path), 0o644);
        fs::remove_file(&file).unwrap();
        fs::remove_file(&path).unwrap();
    }
}

/// A root of its own, in which its account may write into `/srv`, and knows its own name.
fn root(site_account: (&str, u32, u32)) -> TempDir {
    let (name, uid, gid) = site_account;
    let root = tempfile::tempdir_in("/var/lib").unwrap();
    fs::set_permissions(root.path(), PermissionsExt::from_mode(0o755)).unwrap();
    fs::create_dir(root.path().join("etc")).unwrap();
    fs::create_dir(root.path().join("srv")).unwrap();
    let line = format!("{name}:x:{uid}:{gid}::/:/bin/sh\n");
    fs::write(root.path().join("etc/passwd"), line).unwrap();
    chown(root.path().join("srv"), Some(uid), Some(gid)).unwrap();
    root
}

#[test]
fn one_file_goes_to_all_hosts_of_a_tag() {
    let (site, _there) = site("ftag", ALL);
    let account = (
        site.account.name.as_str(),
        site.account.uid(),
        site.account.gid(),
    );
    let roots = [root(account), root(account)];
    let servers: Vec<Sshd> = roots
        .iter()
        .map(|root| {
            Sshd::builder()
                .authorize(&site.user)
                .config("Subsystem sftp internal-sftp")
                .config(&format!("ChrootDirectory {}", root.path().display()))
                .start()
        })
        .collect();
    let (mut hosts, mut known) = ("hosts:\n".to_owned(), String::new());
    for (server, name) in servers.iter().zip(["web1", "web2"]) {
        let port = server.port();
        hosts += &format!(
            "- {{alias: {name}, host: 127.0.0.1, port: {port}, credentials: ops, tags: [web]}}\n"
        );
        known += &server.known_hosts("127.0.0.1");
    }
    hosts += "- {alias: web3, host: 127.0.0.1, port: 9, credentials: ops, tags: [web]}\n";
    site.fixture.write("config/servers.yml", &hosts);
    site.fixture.write("keys/known_hosts", &known);
    site.write_policy("files:\n- {action: allow, aliases: ['web[12]'], write: ['/srv/*']}\n");
    let here = tempfile::tempdir().unwrap();
    fs::write(here.path().join("motd"), "welcome\n").unwrap();
    fs::write(roots[1].path().join("srv/motd"), "old\n").unwrap();
    chown(
        roots[1].path().join("srv/motd"),
        Some(account.1),
        Some(account.2),
    )
    .unwrap();
    let put = run_in(&site, &here, &["put", "--tag", "web", "motd", "/srv/motd"]);
    let told = text(&put.stderr);
    assert_eq!(status(&put), 1, "{told}");
    for line in [
        "web1: created, 8 bytes",
        "web2: replaced, 8 bytes",
        "web3: denied: no entry",
        "3 hosts: 2 succeeded, 1 denied",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
    for root in &roots {
        assert_eq!(
            fs::read_to_string(root.path().join("srv/motd")).unwrap(),
            "welcome\n"
        );
    }
    let put = run_in(
        &site,
        &here,
        &["put", "--json", "--tag", "web", "motd", "/srv/motd"],
    );
    let told: Vec<Value> = text(&put.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let states: Vec<&Value> = told.iter().map(|host| &host["status"]).collect();
    assert_eq!(states, ["unchanged", "unchanged", "denied"]);
}
