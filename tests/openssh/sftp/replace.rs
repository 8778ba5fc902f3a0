//! Whole files: what is kept, what is refused, and that no half file and no temporary one is left.

use std::fs::{self, Permissions};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;

use mcp_ssh::cancel::{self, Canceller};
use mcp_ssh::ssh::{JudgedPath, Sftp, SftpErrorKind};
use tempfile::TempDir;

use super::{AMPLE, Host, SFTP_SERVER, anything, host, path, start, try_start};
use crate::openssh::block_on;
use crate::support::account::Account;
use crate::support::sshd::needs_root;

fn folder() -> TempDir {
    needs_root("makes a folder of root's");
    let folder = tempfile::tempdir_in("/var/lib").unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    folder
}

async fn judged(sftp: &mut Sftp<'_>, file: &Path) -> JudgedPath {
    let login = sftp.home_owner().await.unwrap();
    let judged = sftp.judge_path(path(file), login, &mut anything).await;
    judged.unwrap()
}

/// The names in a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn a_file_is_replaced_with_its_owner_and_mode_and_a_new_one_gets_the_mode_asked_for() {
    for subsystem in ["internal-sftp", SFTP_SERVER] {
        let host = host(subsystem);
        let folder = folder();
        let file = folder.path().join("file");
        let long = folder.path().join("n".repeat(255));
        fs::write(&file, "old").unwrap();
        chown(&file, Some(65534), Some(65533)).unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o6751)).unwrap();
        let before = fs::metadata(&file).unwrap();
        block_on(async {
            let session = host.connect().await;
            let mut sftp = start(&session).await;
            let old = judged(&mut sftp, &file).await;
            let new = sftp
                .replace(&old, None, &mut &b"new one"[..])
                .await
                .unwrap();
            let after = fs::metadata(&file).unwrap();
            assert_eq!(fs::read(&file).unwrap(), b"new one");
            let kept = |file: &fs::Metadata| (file.mode(), file.uid(), file.gid());
            assert_eq!(kept(&before), kept(&after));
            assert_ne!(before.ino(), after.ino());
            assert_eq!((new.size, new.mode()), (Some(7), Some(0o6751)));
            for (name, mode, expected) in [(&file, Some(0o600), 0o600), (&long, None, 0o644)] {
                let judged = judged(&mut sftp, name).await;
                let new = sftp.replace(&judged, mode, &mut &b""[..]).await.unwrap();
                assert_eq!(new.mode(), Some(expected));
                assert_eq!(fs::metadata(name).unwrap().mode() & 0o7777, expected);
            }
            assert_eq!(names(folder.path()), ["file".to_owned(), "n".repeat(255)]);
            sftp.end().await;
        });
    }
}

/// The content is on the disk before the file has its name: a crash leaves the old one or the new one, and no empty one.
#[test]
fn a_file_is_on_the_disk_before_it_has_its_name() {
    let folder = folder();
    let log = folder.path().join("log");
    let host = host(&format!("{SFTP_SERVER} -e -l VERBOSE 2>>{}", log.display()));
    let file = folder.path().join("file");
    block_on(async {
        let session = host.connect().await;
        let mut sftp = start(&session).await;
        for _ in ["new", "old"] {
            let judged = judged(&mut sftp, &file).await;
            sftp.replace(&judged, None, &mut &b"x"[..]).await.unwrap();
        }
        sftp.end().await;
    });
    let log = fs::read_to_string(log).unwrap();
    let done = |line: &str| {
        let words = ["fsync", "posix-rename", "rename"];
        words.into_iter().find(|word| line.starts_with(word))
    };
    let done: Vec<&str> = log.lines().filter_map(done).collect();
    assert_eq!(done, ["fsync", "rename", "fsync", "posix-rename"], "{log}");
}

#[test]
fn a_file_of_another_user_is_not_taken_over() {
    let account = Account::create("sftpown");
    let folder = folder();
    chown(folder.path(), Some(account.uid()), None).unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "old").unwrap();
    let host = Host {
        account: Some(account),
        ..host("internal-sftp")
    };
    let login = host.account.as_ref().unwrap().uid();
    block_on(async {
        let session = host.connect().await;
        let mut sftp = start(&session).await;
        let old = sftp
            .judge_path(path(&file), login, &mut anything)
            .await
            .unwrap();
        let error = sftp
            .replace(&old, None, &mut &b"new"[..])
            .await
            .unwrap_err();
        assert_eq!(error.kind(), SftpErrorKind::OwnerLost, "{error:?}");
        assert_eq!(fs::read(&file).unwrap(), b"old");
        assert_eq!(names(folder.path()), ["file"]);
        sftp.end().await;
        assert!(session.is_usable());
    });
}

/// Content that does something when half of it was read, and can end there.
struct Half<'a> {
    given: u64,
    at_half: &'a mut dyn FnMut() -> io::Result<()>,
}

impl Read for Half<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == 2 {
            (self.at_half)()?;
        }
        self.given += 1;
        let length = if self.given > 200 { 0 } else { buffer.len() };
        buffer[..length].fill(b'x');
        Ok(length)
    }
}

#[test]
fn on_every_road_the_old_content_stands_and_nothing_is_left() {
    let host = host("internal-sftp");
    let folder = folder();
    let file = folder.path().join("file");
    let (canceller, cancelled) = cancel::pair();
    let cancel = |canceller: &Canceller| {
        canceller.cancel();
        Ok(())
    };
    let change = || fs::write(&file, "changed");
    let fail = || Err(io::Error::other("no more"));
    type AtHalf<'a> = &'a mut dyn FnMut() -> io::Result<()>;
    let rows: [(AtHalf<'_>, SftpErrorKind, &str); 3] = [
        (&mut { fail }, SftpErrorKind::Local, "old"),
        (&mut { change }, SftpErrorKind::Changed, "changed"),
        (&mut || cancel(&canceller), SftpErrorKind::Cancelled, "old"),
    ];
    block_on(async {
        for (at_half, kind, content) in rows {
            fs::write(&file, "old").unwrap();
            let session = host.connect().await;
            let mut sftp = try_start(&session, AMPLE, &cancelled).await.unwrap();
            let old = judged(&mut sftp, &file).await;
            let mut half = Half { given: 0, at_half };
            let error = sftp.replace(&old, None, &mut half).await.unwrap_err();
            assert_eq!(error.kind(), kind, "{error:?}");
            assert!(!error.detail().contains("may be left"), "{error:?}");
            assert_eq!(fs::read_to_string(&file).unwrap(), content);
            assert_eq!(names(folder.path()), ["file"], "{kind:?}");
            sftp.end().await;
            assert!(session.is_usable(), "{kind:?}");
        }
        let session = host.connect().await;
        let mut sftp = start(&session).await;
        let directory = judged(&mut sftp, folder.path()).await;
        let error = sftp
            .replace(&directory, None, &mut &b""[..])
            .await
            .unwrap_err();
        assert_eq!(error.kind(), SftpErrorKind::NotRegular);
        let old = judged(&mut sftp, &file).await;
        let mut kill = || {
            host.sshd.kill_connections();
            Ok(())
        };
        let mut half = Half {
            given: 0,
            at_half: &mut kill,
        };
        let error = sftp.replace(&old, None, &mut half).await.unwrap_err();
        assert_eq!(error.kind(), SftpErrorKind::Closed, "{error:?}");
        assert!(
            error.detail().contains("~\" may be left on the host"),
            "{error:?}"
        );
        assert_eq!(fs::read(&file).unwrap(), b"old");
    });
}

#[test]
fn a_server_that_cannot_rename_over_a_file_is_not_asked_to() {
    let host = host("internal-sftp -P posix-rename");
    let folder = folder();
    let file = folder.path().join("file");
    fs::write(&file, "old").unwrap();
    block_on(async {
        let session = host.connect().await;
        let mut sftp = start(&session).await;
        let old = judged(&mut sftp, &file).await;
        let error = sftp
            .replace(&old, None, &mut &b"new"[..])
            .await
            .unwrap_err();
        assert_eq!(error.kind(), SftpErrorKind::CannotReplace, "{error:?}");
        assert_eq!(fs::read(&file).unwrap(), b"old");
        assert_eq!(names(folder.path()), ["file"]);
        sftp.end().await;
    });
}
