//! Paths: what is judged, what is refused, and what a race of another user can do.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use mcp_ssh::ssh::{Sftp, SftpErrorKind};
use tempfile::TempDir;

use super::{anything, host, path, start};
use crate::openssh::block_on;
use crate::support::account::Account;
use crate::support::sshd::needs_root;

/// A folder below `/`, each directory on whose way is root's alone. The tests log in as whoever runs them.
fn trusted_folder() -> TempDir {
    needs_root("makes a folder of root's");
    let folder = tempfile::tempdir_in("/var/lib").unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    folder
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn links_are_followed_and_every_path_is_judged_again() {
    let host = host("internal-sftp");
    let folder = trusted_folder();
    let base = folder.path().to_str().unwrap();
    let at = |name: &str| format!("{base}/{name}");
    fs::create_dir_all(at("real/deep")).unwrap();
    fs::write(at("real/deep/file"), "x").unwrap();
    symlink("real", at("to_real")).unwrap();
    symlink("../real/deep/./file", at("real/near")).unwrap();
    symlink(at("to_real/deep"), at("absolute")).unwrap();
    symlink("../../../../../../../etc/shadow", at("out")).unwrap();
    symlink("real/new", at("dangling")).unwrap();
    let rows: [(&str, &[&str], &str); 6] = [
        ("real/deep/file", &["real/deep/file"], "real/deep/file"),
        (
            "to_real/near",
            &["to_real/near", "real/near", "real/deep/file"],
            "real/deep/file",
        ),
        (
            "absolute/file",
            &["absolute/file", "to_real/deep/file", "real/deep/file"],
            "real/deep/file",
        ),
        ("dangling", &["dangling", "real/new"], "real/new"),
        ("real/absent", &["real/absent"], "real/absent"),
        ("real/deep", &["real/deep"], "real/deep"),
    ];
    block_on(async {
        let session = host.connect().await;
        let mut sftp = start(&session).await;
        let login = sftp.home_owner().await.unwrap();
        for (asked, wanted, found) in rows {
            let mut judged = Vec::new();
            let mut judge = |path: &[u8]| {
                judged.push(String::from_utf8(path.to_owned()).unwrap());
                Ok(())
            };
            let asked = at(asked);
            let walked = sftp.judge_path(asked.as_bytes(), login, &mut judge).await;
            let walked = walked.unwrap();
            assert_eq!(walked.path(), at(found).as_bytes());
            assert_eq!(
                walked.attributes().is_some(),
                Path::new(&at(found)).exists()
            );
            let wanted: Vec<String> = wanted.iter().map(|name| at(name)).collect();
            assert_eq!(judged, wanted, "{asked}");
        }
        let mut judge = |path: &[u8]| match path {
            b"/etc/shadow" => Err("not this".to_owned()),
            _ => Ok(()),
        };
        let out = sftp
            .judge_path(at("out").as_bytes(), login, &mut judge)
            .await;
        let error = out.unwrap_err();
        assert_eq!(error.kind(), SftpErrorKind::PathRefused);
        assert_eq!(error.detail(), "\"/etc/shadow\": not this");
        sftp.end().await;
    });
}

async fn refusal(sftp: &mut Sftp<'_>, asked: &str) -> (SftpErrorKind, String) {
    let walked = sftp.judge_path(asked.as_bytes(), 0, &mut anything).await;
    let error = walked.err().unwrap_or_else(|| panic!("{asked} passes"));
    (error.kind(), error.detail().to_owned())
}

#[test]
fn a_path_that_others_can_change_and_a_path_in_other_words_are_refused() {
    let host = host("internal-sftp");
    let folder = trusted_folder();
    let base = folder.path().to_str().unwrap();
    let at = |name: &str| folder.path().join(name);
    for name in ["theirs", "open", "group", "sticky", "sticky/theirs"] {
        fs::create_dir(at(name)).unwrap();
        fs::write(at(name).join("file"), "x").unwrap();
    }
    for name in ["theirs", "sticky/file", "sticky/theirs"] {
        chown(at(name), Some(65534), Some(65534)).unwrap();
    }
    for (name, mode) in [("open", 0o777), ("group", 0o775), ("sticky", 0o1777)] {
        set_mode(&at(name), mode);
    }
    fs::write(at("sticky/ours"), "x").unwrap();
    symlink("open", at("to_open")).unwrap();
    symlink("loop", at("loop")).unwrap();
    symlink("theirs", at("their_link")).unwrap();
    std::os::unix::fs::lchown(at("their_link"), Some(65534), Some(65534)).unwrap();
    symlink("sticky/../sticky/ours", at("winding")).unwrap();
    let (invalid, unsafe_, link, none) = (
        SftpErrorKind::PathInvalid,
        SftpErrorKind::PathUnsafe,
        SftpErrorKind::LinkRefused,
        SftpErrorKind::NoSuchFile,
    );
    let rows = [
        (
            "/theirs/file",
            unsafe_,
            "/theirs\": a directory of another user",
        ),
        (
            "/open/file",
            unsafe_,
            "/open\": a directory in which others may write",
        ),
        (
            "/group/file",
            unsafe_,
            "/group\": a directory in which others may write",
        ),
        (
            "/to_open/file",
            unsafe_,
            "/open\": a directory in which others may write",
        ),
        ("/sticky/file", unsafe_, "/sticky/file\": of another user"),
        (
            "/sticky/theirs/file",
            unsafe_,
            "/sticky/theirs\": of another user",
        ),
        (
            "/their_link",
            unsafe_,
            "/their_link\": a link of another user",
        ),
        ("/loop", link, "more than 40 links"),
        ("/winding", link, "`..` behind a name"),
        ("/sticky/ours/file", none, "/sticky/ours\" is no directory"),
        ("/absent/file", none, "No such file"),
        ("/sticky/../open", invalid, "`..`"),
        ("/sticky/./ours", invalid, "`.`"),
        ("//sticky", invalid, "empty component"),
        ("/sticky/", invalid, "empty component"),
    ];
    block_on(async {
        let session = host.connect().await;
        let mut sftp = start(&session).await;
        for (asked, kind, detail) in rows {
            let (found, told) = refusal(&mut sftp, &format!("{base}{asked}")).await;
            assert_eq!(found, kind, "{asked}: {told}");
            assert!(told.contains(detail), "{asked}: {told}");
        }
        assert_eq!(refusal(&mut sftp, "etc/passwd").await.0, invalid);
        let ours = at("sticky/ours");
        let walked = sftp.judge_path(path(&ours), 0, &mut anything).await;
        assert_eq!(walked.unwrap().path(), path(&ours));
        let root = sftp.judge_path(b"/", 0, &mut anything).await.unwrap();
        assert_eq!(root.path(), b"/");
        sftp.end().await;
    });
}

#[test]
fn what_is_opened_is_what_was_judged() {
    let host = host("internal-sftp");
    let folder = trusted_folder();
    let file = folder.path().join("file");
    fs::write(&file, "old").unwrap();
    block_on(async {
        let session = host.connect().await;
        let mut sftp = start(&session).await;
        let judged = sftp
            .judge_path(path(&file), 0, &mut anything)
            .await
            .unwrap();
        let open = sftp.open_judged(&judged).await.unwrap();
        sftp.close(open).await.unwrap();
        fs::write(&file, "longer").unwrap();
        let error = sftp.open_judged(&judged).await.unwrap_err();
        assert_eq!(error.kind(), SftpErrorKind::Changed);
        assert!(error.detail().contains("another size"), "{error:?}");
        for (name, kind) in [
            ("/dev/null", SftpErrorKind::NotRegular),
            ("/var", SftpErrorKind::NotRegular),
        ] {
            let judged = sftp
                .judge_path(name.as_bytes(), 0, &mut anything)
                .await
                .unwrap();
            assert_eq!(sftp.open_judged(&judged).await.unwrap_err().kind(), kind);
        }
        sftp.end().await;
    });
}

/// Another user swaps a directory for a link as fast as the host can. What is behind the link is never read.
#[test]
fn a_directory_that_another_user_swaps_for_a_link_leads_nowhere() {
    let host = host("internal-sftp");
    let folder = trusted_folder();
    set_mode(folder.path(), 0o1777);
    let attacker = Account::create("sftprace");
    let outside = trusted_folder();
    fs::write(outside.path().join("file"), "outside").unwrap();
    // The script ends with this file, and so with the folder.
    fs::write(folder.path().join("go"), "").unwrap();
    let script = "cd \"$1\" && mkdir d real && echo inside >real/file && cp real/file d/file\n\
                  ln -s \"$2\" link; echo ready\n\
                  while [ -e go ]; do mv -T d kept; mv -T link d; mv -T d link; mv -T kept d; done";
    let mut swapping = Command::new("runuser")
        .args(["-u", &attacker.name, "--", "sh", "-c", script, "sh"])
        .args([folder.path(), outside.path()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut ready = [0; 6];
    std::io::Read::read_exact(swapping.stdout.as_mut().unwrap(), &mut ready).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    block_on(async {
        let session = host.connect().await;
        let mut sftp = start(&session).await;
        let file = folder.path().join("d/file");
        let since = Instant::now();
        while since.elapsed() < Duration::from_secs(3) {
            let walked = sftp.judge_path(path(&file), 0, &mut anything).await;
            let error = walked.expect_err("a directory of another user is trusted");
            seen.insert(error.detail().rsplit("\": ").next().unwrap().to_owned());
        }
        sftp.end().await;
    });
    fs::remove_file(folder.path().join("go")).unwrap();
    swapping.wait().unwrap();
    // Both were there while it ran.
    for what in [
        "a link of another user",
        "of another user, in a directory in which all may write",
    ] {
        assert!(seen.contains(what), "{seen:?}");
    }
}
