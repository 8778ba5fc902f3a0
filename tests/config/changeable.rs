//! What others may change: modes and owners of real files, directories and links, on the way from `/` on.

use std::fs;
use std::os::unix::fs::{chown, lchown, symlink};

use mcp_ssh::config::{Paths, changeable};

use super::site::Site;
use crate::support::sshd::is_root;

/// A user, and a group, whom no account of a test machine has.
const STRANGER: u32 = 91_234;

/// A site with all files, which nobody else may change.
fn site() -> Site {
    let site = Site::new();
    site.write("config/policy.yml", "");
    site.write("keys/known_hosts", "");
    site.mode("", 0o755);
    for directory in ["config", "keys", "secrets"] {
        site.mode(directory, 0o755);
    }
    for file in [
        "config/servers.yml",
        "config/credentials.yml",
        "config/policy.yml",
        "keys/known_hosts",
    ] {
        site.mode(file, 0o644);
    }
    site
}

/// What is found, one line each, without the temporary directory's name.
fn found(site: &Site, paths: &Paths) -> Vec<String> {
    let found = changeable(paths, &paths.known_hosts(), &[]);
    let line = |one: &mcp_ssh::config::Changeable| {
        let path = site.plain(&one.path.display().to_string());
        format!("{path} {:?} {:?} {:04o}", one.part, one.by, one.mode)
    };
    found.iter().map(line).collect()
}

fn root_is_needed() {
    assert!(
        is_root(),
        "this test needs files of other users: run the tests as root"
    );
}

#[test]
fn a_mode_that_lets_others_write_is_found_once() {
    let site = site();
    assert_eq!(found(&site, &site.paths()), [""; 0]);
    for (name, mode, good, expected) in [
        ("config/policy.yml", 0o666, 0o644, "File Others"),
        ("config/servers.yml", 0o602, 0o600, "File Others"),
        ("config/credentials.yml", 0o422, 0o400, "File Others"),
        ("keys/known_hosts", 0o646, 0o644, "File Others"),
        ("config", 0o777, 0o755, "Directory Others"),
        ("keys", 0o703, 0o700, "Directory Others"),
        // A new file may count, too.
        ("secrets", 0o1777, 0o755, "Directory Others"),
        ("", 0o757, 0o711, "Above Others"),
    ] {
        site.mode(name, mode);
        let path = if name.is_empty() {
            String::new()
        } else {
            format!("/{name}")
        };
        let expected = format!("{path} {expected} {mode:04o}");
        assert_eq!(found(&site, &site.paths()), [expected], "{name}");
        site.mode(name, good);
        assert_eq!(found(&site, &site.paths()), [""; 0], "{name}");
    }
    // Nobody renames what is another one's in a sticky directory, and what is in it is looked at by itself.
    site.mode("", 0o1777);
    assert_eq!(found(&site, &site.paths()), [""; 0]);
}

#[test]
fn what_is_not_there_is_no_fault_of_its_mode() {
    let site = site();
    fs::remove_dir_all(site.path("keys")).expect("removes");
    fs::remove_file(site.path("config/policy.yml")).expect("removes");
    assert_eq!(found(&site, &site.paths()), [""; 0]);
    // A directory in the place of a file is one that others may write all the same.
    fs::create_dir(site.path("config/policy.yml")).expect("makes");
    site.mode("config/policy.yml", 0o777);
    assert_eq!(
        found(&site, &site.paths()),
        ["/config/policy.yml File Others 0777"]
    );
}

#[test]
fn another_owner_and_another_group_are_found() {
    root_is_needed();
    let site = site();
    for (name, part) in [
        ("config/policy.yml", "File"),
        ("config/servers.yml", "File"),
        ("keys/known_hosts", "File"),
        ("config", "Directory"),
        ("secrets", "Directory"),
        ("", "Above"),
    ] {
        let path = site.path(name);
        let mode = if part == "File" { 0o644 } else { 0o755 };
        site.mode(name, mode);
        chown(&path, Some(STRANGER), None).expect("chown");
        let shown = site.plain(&path.display().to_string());
        let shown = shown.trim_end_matches('/');
        assert_eq!(
            found(&site, &site.paths()),
            [format!("{shown} {part} Owner({STRANGER}) {mode:04o}")]
        );
        // The image's user owns what the server of a container reads.
        chown(&path, Some(10001), None).expect("chown");
        assert_eq!(found(&site, &site.paths()), [""; 0], "{name}");
        chown(&path, Some(0), Some(STRANGER)).expect("chown");
        assert_eq!(found(&site, &site.paths()), [""; 0], "{name}");
        site.mode(name, mode | 0o020);
        assert_eq!(
            found(&site, &site.paths()),
            [format!(
                "{shown} {part} Group({STRANGER}) {:04o}",
                mode | 0o020
            )]
        );
        // Root's own group is root.
        chown(&path, None, Some(0)).expect("chown");
        assert_eq!(found(&site, &site.paths()), [""; 0], "{name}");
    }
    // Its owner may change a file whatever its mode says, so both are told.
    chown(site.path("config/policy.yml"), Some(STRANGER), None).expect("chown");
    site.mode("config/policy.yml", 0o666);
    assert_eq!(
        found(&site, &site.paths()),
        [
            format!("/config/policy.yml File Owner({STRANGER}) 0666"),
            "/config/policy.yml File Others 0666".to_owned()
        ]
    );
}

/// Both the directory in which a link is and all on the way to where it leads.
#[test]
fn links_are_followed_as_the_kernel_follows_them() {
    let site = site();
    for name in ["from", "between", "between/to", "elsewhere"] {
        fs::create_dir(site.path(name)).expect("makes");
        site.mode(name, 0o755);
    }
    fs::rename(site.path("config"), site.path("between/to/config")).expect("renames");
    let between = site.path("between").display().to_string();
    for target in [
        "../between/to/config",
        &format!("{between}/./to/../to/config"),
    ] {
        let link = site.path("from/config");
        drop(fs::remove_file(&link));
        symlink(target, &link).expect("links");
        let paths = Paths {
            config: link,
            ..site.paths()
        };
        assert_eq!(found(&site, &paths), [""; 0], "{target}");
        for (name, part) in [
            ("from", "Above"),
            ("between", "Above"),
            ("between/to", "Above"),
            ("between/to/config", "Directory"),
        ] {
            site.mode(name, 0o777);
            let expected = format!("/{name} {part} Others 0777");
            assert_eq!(found(&site, &paths), [expected], "{target}");
            site.mode(name, 0o755);
        }
        site.mode("elsewhere", 0o777);
        assert_eq!(found(&site, &paths), [""; 0], "{target}");
    }
    // A circle is no way to anywhere.
    symlink("circle", site.path("circle")).expect("links");
    let paths = Paths {
        config: site.path("circle"),
        ..site.paths()
    };
    assert_eq!(found(&site, &paths), [""; 0]);
}

#[test]
fn who_owns_a_link_in_a_sticky_directory_may_turn_it() {
    root_is_needed();
    let site = site();
    fs::create_dir(site.path("shared")).expect("makes");
    let link = site.path("shared/config");
    symlink(site.path("config"), &link).expect("links");
    lchown(&link, Some(STRANGER), None).expect("lchown");
    let paths = Paths {
        config: link,
        ..site.paths()
    };
    site.mode("shared", 0o755);
    assert_eq!(
        found(&site, &paths),
        [""; 0],
        "only who writes the directory"
    );
    site.mode("shared", 0o1777);
    let [line] = &found(&site, &paths)[..] else {
        panic!("one line");
    };
    assert_eq!(line, &format!("/shared/config Link Owner({STRANGER}) 0777"));
}
