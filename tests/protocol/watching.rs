//! Another configuration under a running server, which hears of it by itself.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::reload::{NEW_HOSTS, SETTLED, aliases, directory, hears, servers, watching};
use crate::support::fixture::Fixture;
use crate::support::sshd::needs_root;

/// A change of the files, given their directory and what is to be in servers.yml.
type Change = fn(&Path, &str);

fn write(directory: &Path, text: &str) {
    fs::write(directory.join("servers.yml"), text).unwrap();
}

fn rename_over(directory: &Path, text: &str) {
    let new = directory.join(".servers.yml.swp");
    fs::write(&new, text).unwrap();
    fs::rename(new, directory.join("servers.yml")).unwrap();
}

fn remove_and_create(directory: &Path, text: &str) {
    fs::remove_file(directory.join("servers.yml")).unwrap();
    write(directory, text);
}

fn write_in_pieces(directory: &Path, text: &str) {
    for end in 0..=text.len() {
        write(directory, &text[..end]);
    }
}

fn swap_directories(directory: &Path, text: &str) {
    let (new, old) = (
        directory.with_extension("new"),
        directory.with_extension("old"),
    );
    fs::create_dir(&new).unwrap();
    for file in ["credentials.yml", "policy.yml"] {
        fs::copy(directory.join(file), new.join(file)).unwrap();
    }
    write(&new, text);
    fs::rename(directory, &old).unwrap();
    fs::rename(new, directory).unwrap();
    fs::remove_dir_all(old).unwrap();
}

#[test]
fn by_itself_when_a_file_changes() {
    needs_root("looks into a process that is not dumpable");
    let mut client = watching(Fixture::one_host(22));
    let changes: [(&str, Change); 5] = [
        ("written in place", write),
        ("renamed over", rename_over),
        ("removed and created", remove_and_create),
        ("written in pieces", write_in_pieces),
        ("directories swapped", swap_directories),
    ];
    for round in ["a", "b"] {
        for (number, (what, change)) in changes.iter().enumerate() {
            let alias = format!("{round}{number}");
            change(&directory(&client), &servers(&alias));
            hears(&mut client, what, &NEW_HOSTS);
            assert_eq!(aliases(&mut client), [alias], "{what}");
        }
    }
    client.silence(SETTLED);
    // What is watched does not grow with the changes.
    let pid = client.pid();
    let watched = fs::read_dir(format!("/proc/{pid}/fdinfo"))
        .unwrap()
        .find_map(|entry| {
            let info = fs::read_to_string(entry.unwrap().path()).unwrap_or_default();
            info.contains("inotify wd:")
                .then(|| info.matches("inotify wd:").count())
        });
    assert_eq!(watched, Some(4), "the directory and three files");
}

/// Files as a mounted ConfigMap or Secret has them.
fn mount_like_kubernetes(fixture: &Fixture, text: &str) {
    let directory = PathBuf::from(fixture.config());
    let version = directory.join("..2026_1");
    fs::create_dir(&version).unwrap();
    symlink("..2026_1", directory.join("..data")).unwrap();
    for file in ["servers.yml", "credentials.yml", "policy.yml"] {
        fs::rename(directory.join(file), version.join(file)).unwrap();
        symlink(Path::new("..data").join(file), directory.join(file)).unwrap();
    }
    write(&version, text);
}

#[test]
fn by_itself_when_kubernetes_flips_its_link() {
    let fixture = Fixture::one_host(22);
    mount_like_kubernetes(&fixture, &servers("v1"));
    let mut client = watching(fixture);
    for number in 2..6 {
        let directory = directory(&client);
        let alias = format!("v{number}");
        let (old, new) = (format!("..2026_{}", number - 1), format!("..2026_{number}"));
        fs::create_dir(directory.join(&new)).unwrap();
        for file in ["credentials.yml", "policy.yml"] {
            fs::copy(
                directory.join(&old).join(file),
                directory.join(&new).join(file),
            )
            .unwrap();
        }
        write(&directory.join(&new), &servers(&alias));
        symlink(&new, directory.join("..data_tmp")).unwrap();
        fs::rename(directory.join("..data_tmp"), directory.join("..data")).unwrap();
        hears(&mut client, &alias, &NEW_HOSTS);
        assert_eq!(aliases(&mut client), [alias]);
        fs::remove_dir_all(directory.join(&old)).unwrap();
    }
    client.silence(SETTLED);
}

/// A file that is a link out of the directory, as a file is that is mounted by itself: nothing
/// happens in the directory when it is written.
#[test]
fn by_itself_when_what_a_link_leads_to_is_written() {
    let fixture = Fixture::one_host(22);
    let config = PathBuf::from(fixture.config());
    let elsewhere = config.with_file_name("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    write(&elsewhere, &servers("one"));
    fs::remove_file(config.join("servers.yml")).unwrap();
    symlink(elsewhere.join("servers.yml"), config.join("servers.yml")).unwrap();
    let mut client = watching(fixture);
    for (alias, change) in [
        ("two", write as Change),
        ("three", rename_over),
        ("four", write),
    ] {
        change(&elsewhere, &servers(alias));
        hears(&mut client, alias, &NEW_HOSTS);
        assert_eq!(aliases(&mut client), [alias]);
    }
}

/// The directory itself is a link, as deployments have it that keep releases.
#[test]
fn by_itself_when_the_link_to_the_directory_flips() {
    let fixture = Fixture::one_host(22);
    let config = PathBuf::from(fixture.config());
    let release = |name: &str| config.with_file_name(name);
    fs::rename(&config, release("r1")).unwrap();
    fs::create_dir(release("r2")).unwrap();
    for file in ["credentials.yml", "policy.yml"] {
        fs::copy(release("r1").join(file), release("r2").join(file)).unwrap();
    }
    write(&release("r2"), &servers("second"));
    symlink("r1", &config).unwrap();
    let mut client = watching(fixture);
    symlink("r2", release("new")).unwrap();
    fs::rename(release("new"), &config).unwrap();
    hears(&mut client, "a flip", &NEW_HOSTS);
    assert_eq!(aliases(&mut client), ["second"]);
    write(&release("r2"), &servers("third"));
    hears(&mut client, "behind the link", &NEW_HOSTS);
}

#[test]
fn by_itself_when_a_configuration_appears() {
    /// What makes it appear, given the directory where it was prepared.
    type Appearing = fn(&Path);
    let appear: [(&str, Appearing); 3] = [
        ("the files", |prepared| {
            for file in ["servers.yml", "credentials.yml", "policy.yml"] {
                let to = prepared.with_file_name("config");
                fs::create_dir_all(&to).unwrap();
                fs::rename(prepared.join(file), to.join(file)).unwrap();
            }
        }),
        ("the directory", |prepared| {
            fs::rename(prepared, prepared.with_file_name("config")).unwrap();
        }),
        ("a link", |prepared| {
            symlink("prepared", prepared.with_file_name("config")).unwrap();
        }),
    ];
    for (what, appear) in appear {
        let fixture = Fixture::one_host(22);
        let config = PathBuf::from(fixture.config());
        let prepared = config.with_file_name("prepared");
        fs::rename(&config, &prepared).unwrap();
        let mut client = watching(fixture);
        let unready = client.call("ssh_list_hosts", json!({}));
        assert_eq!(unready["isError"], true, "{what}: {unready}");
        appear(&prepared);
        // A part of the files may have been there first.
        let mut heard = client.next();
        while heard["params"]["level"] == "error" {
            heard = client.next();
        }
        assert_eq!(heard["params"]["level"], "info", "{what}: {heard}");
        hears(&mut client, what, &["resources/list_changed"]);
        assert_eq!(aliases(&mut client), ["web"], "{what}");
    }
}
