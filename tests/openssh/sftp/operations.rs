//! Each request, and each error of a server.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::time::Duration;

use mcp_ssh::cancel;
use mcp_ssh::ssh::{FileAttributes, FileKind, OpenMode, RemoteFile, Sftp, SftpErrorKind};

use super::{AMPLE, Host, SFTP_SERVER, host, path, start, try_start};
use crate::openssh::{block_on, never};
use crate::support::account::Account;
use crate::support::dropbear::Dropbear;
use crate::support::sshd::needs_root;

#[test]
fn every_request_does_what_it_says_on_both_servers_of_openssh() {
    needs_root("gives a file to another user");
    for subsystem in ["internal-sftp", SFTP_SERVER] {
        let host = host(subsystem);
        block_on(async {
            let session = host.connect().await;
            let mut sftp = start(&session).await;
            assert!(sftp.renames_over());
            every_request(&mut sftp, true).await;
            sftp.end().await;
            assert!(session.is_usable(), "{subsystem}");
        });
    }
}

#[test]
fn dropbear_with_openssh_s_sftp_server_is_as_good() {
    let server = Dropbear::start();
    let account = Account::create("sftpdb");
    block_on(async {
        let session = super::log_in_by_password(&server, &account).await;
        let mut sftp = start(&session).await;
        every_request(&mut sftp, false).await;
        sftp.end().await;
    });
}

/// All requests in a folder of their own; where root logs in, also those that only root may.
async fn every_request(sftp: &mut Sftp<'_>, is_ours: bool) {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o777)).unwrap();
    let at = |name: &str| folder.path().join(name);
    let (new, old) = (at("new\u{e4} \"file"), at("old"));

    let file = sftp.open(path(&new), OpenMode::CreateNew).await.unwrap();
    assert_eq!(fs::metadata(&new).unwrap().mode() & 0o7777, 0o600);
    let twice = sftp.open(path(&new), OpenMode::CreateNew).await;
    assert_eq!(twice.unwrap_err().kind(), SftpErrorKind::Failed);
    assert_eq!(sftp.write(&file, &mut &b"content"[..]).await.unwrap(), 7);
    let mut wanted = FileAttributes {
        permissions: Some(0o644),
        ..FileAttributes::default()
    };
    wanted.owner = is_ours.then_some((65534, 65533));
    sftp.fsetstat(&file, &wanted).await.unwrap();
    assert!(sftp.fsync(&file).await.unwrap());
    let seen = sftp.fstat(&file).await.unwrap();
    let real = fs::metadata(&new).unwrap();
    assert_eq!(seen.mode(), Some(0o644));
    assert_eq!(seen.owner, Some((real.uid(), real.gid())));
    assert_eq!(
        (real.uid() == 65534, real.gid() == 65533),
        (is_ours, is_ours)
    );
    sftp.close(file).await.unwrap();

    fs::write(&old, "what was there").unwrap();
    sftp.rename_over(path(&new), path(&old)).await.unwrap();
    assert_eq!(fs::read(&old).unwrap(), b"content");
    let by_name = sftp.lstat(path(&old)).await.unwrap();
    assert_eq!((by_name.size, by_name.kind()), (Some(7), FileKind::Regular));
    assert_eq!(by_name.difference(&seen), None);
    let changed = u32::try_from(real.mtime()).unwrap();
    assert_eq!(by_name.times.map(|(_, changed)| changed), Some(changed));

    for (from, most, expected) in [(0, 100, "content"), (3, 2, "te"), (7, 5, ""), (900, 1, "")] {
        let file = sftp.open(path(&old), OpenMode::Read).await.unwrap();
        let mut content = Vec::new();
        let read = sftp.read(&file, from, most, &mut content).await.unwrap();
        assert_eq!(content, expected.as_bytes(), "{from} {most}");
        assert_eq!(read, expected.len() as u64);
        sftp.close(file).await.unwrap();
    }

    symlink("../target", at("link")).unwrap();
    let link = sftp.lstat(path(&at("link"))).await.unwrap();
    assert_eq!(link.kind(), FileKind::Link);
    let target = sftp.read_link(path(&at("link"))).await.unwrap();
    assert_eq!(target, b"../target");
    let real = sftp.real_path(path(&at("x/.."))).await;
    assert_eq!(real.unwrap_err().kind(), SftpErrorKind::NoSuchFile);
    let real = sftp.real_path(path(&at("./old"))).await.unwrap();
    assert_eq!(real, path(&fs::canonicalize(&old).unwrap()));

    sftp.remove(path(&at("link"))).await.unwrap();
    sftp.remove(path(&old)).await.unwrap();
    assert_eq!(names(sftp, folder.path()).await, [".", ".."]);
}

/// The names in a folder, in their order.
async fn names(sftp: &mut Sftp<'_>, folder: &Path) -> Vec<String> {
    let directory = sftp.open_directory(path(folder)).await.unwrap();
    let mut names = Vec::new();
    while let Some(page) = sftp.read_directory(&directory).await.unwrap() {
        names.extend(
            page.into_iter()
                .map(|entry| String::from_utf8(entry.name).unwrap()),
        );
    }
    sftp.close(directory).await.unwrap();
    names.sort();
    names
}

#[test]
fn a_directory_of_a_thousand_names_comes_in_pages() {
    let host = host("internal-sftp");
    let folder = tempfile::tempdir().unwrap();
    let mut wanted = vec![".".to_owned(), "..".to_owned()];
    for number in 0..1000 {
        let name = format!("{number:0>200}");
        fs::write(folder.path().join(&name), "").unwrap();
        wanted.push(name);
    }
    block_on(async {
        let session = host.connect().await;
        let mut sftp = start(&session).await;
        assert_eq!(names(&mut sftp, folder.path()).await, wanted);
        let directory = sftp.open_directory(path(folder.path())).await.unwrap();
        let page = sftp.read_directory(&directory).await.unwrap().unwrap();
        assert!(page.len() < 500, "{}", page.len());
        assert!(
            page.iter()
                .all(|entry| entry.attributes.kind() != FileKind::Unknown)
        );
        sftp.end().await;
    });
}

#[test]
fn each_refusal_of_a_server_is_told_in_plain_words() {
    let host = Host {
        account: Some(Account::create("sftperr")),
        ..host(SFTP_SERVER)
    };
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let secret = folder.path().join("secret");
    fs::write(&secret, "").unwrap();
    fs::set_permissions(&secret, Permissions::from_mode(0o600)).unwrap();
    let absent = folder.path().join("absent");
    block_on(async {
        let session = host.connect().await;
        let mut sftp = start(&session).await;
        let (read, new) = (OpenMode::Read, OpenMode::CreateNew);
        let long = vec![b'x'; 5000];
        let rows: [(&[u8], OpenMode, SftpErrorKind); 8] = [
            (path(&absent), read, SftpErrorKind::NoSuchFile),
            (path(&secret), read, SftpErrorKind::PermissionDenied),
            (path(&absent), new, SftpErrorKind::PermissionDenied),
            (b"/dev/full/x", read, SftpErrorKind::NoSuchFile),
            (b"", read, SftpErrorKind::PathInvalid),
            (b"/a\0b", read, SftpErrorKind::PathInvalid),
            (&long, read, SftpErrorKind::PathInvalid),
            (&long[..4000], read, SftpErrorKind::Failed),
        ];
        for (name, mode, kind) in rows {
            let error = sftp.open(name, mode).await.unwrap_err();
            assert_eq!(error.kind(), kind, "{error:?}");
            let shown = error.to_string();
            assert!(
                !shown.contains("secret") && !shown.contains("absent"),
                "{shown}"
            );
        }
        let error = sftp.lstat(path(&absent)).await.unwrap_err();
        let detail = format!("LSTAT {absent:?}: the server said 2, \"No such file\"");
        assert_eq!(error.detail(), detail);
        let directory = sftp.open(path(folder.path()), read).await.unwrap();
        let error = read_all(&mut sftp, &directory).await.unwrap_err();
        assert_eq!(error, SftpErrorKind::Failed);
        // The channel is as good as before.
        sftp.lstat(b"/").await.unwrap();
        sftp.end().await;
        assert!(session.is_usable());
    });
}

async fn read_all(sftp: &mut Sftp<'_>, file: &RemoteFile) -> Result<u64, SftpErrorKind> {
    let read = sftp.read(file, 0, u64::MAX, &mut Vec::new()).await;
    read.map_err(|error| error.kind())
}

#[test]
fn a_host_without_the_subsystem_or_with_another_program_for_it_says_so() {
    let rows = [
        ("Banner none", SftpErrorKind::NoSubsystem),
        ("Subsystem sftp /bin/true", SftpErrorKind::Closed),
        (
            "Subsystem sftp echo hello, who are you",
            SftpErrorKind::Protocol,
        ),
        (
            "Subsystem sftp internal-sftp\nForceCommand echo only this",
            SftpErrorKind::Protocol,
        ),
    ];
    for (line, kind) in rows {
        let host = Host::with(|builder| builder.config(line));
        block_on(async {
            let session = host.connect().await;
            let error = try_start(&session, AMPLE, &never()).await.err().unwrap();
            assert_eq!(error.kind(), kind, "{line}: {error:?}");
        });
    }
}

#[test]
fn a_lost_connection_a_cancel_and_the_end_of_the_time_end_what_waits() {
    // What an sshd of an ordinary user starts keeps the connection open.
    needs_root("has sshd end a connection with all that it started");
    let host = host("internal-sftp");
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    block_on(async {
        let session = host.connect().await;
        // The open of a pipe waits for a writer.
        let limit = Duration::from_millis(300);
        let mut sftp = try_start(&session, limit, &never()).await.unwrap();
        let error = sftp.open(path(&pipe), OpenMode::Read).await.unwrap_err();
        assert_eq!(error.kind(), SftpErrorKind::OutOfTime);
        let error = sftp.lstat(b"/").await.unwrap_err();
        assert_eq!(error.kind(), SftpErrorKind::OutOfTime);
        drop(sftp);
        assert!(!session.is_usable());

        let session = host.connect().await;
        let (canceller, cancelled) = cancel::pair();
        let mut sftp = try_start(&session, AMPLE, &cancelled).await.unwrap();
        let cancel = async {
            mcp_ssh::runtime::sleep(Duration::from_millis(50)).await;
            canceller.cancel();
        };
        let waits = sftp.open(path(&pipe), OpenMode::Read);
        let (error, ()) = smol::future::zip(waits, cancel).await;
        assert_eq!(error.unwrap_err().kind(), SftpErrorKind::Cancelled);

        let session = host.connect().await;
        let mut sftp = start(&session).await;
        let kill = async {
            mcp_ssh::runtime::sleep(Duration::from_millis(50)).await;
            host.sshd.kill_connections();
        };
        let waits = sftp.open(path(&pipe), OpenMode::Read);
        let (error, ()) = smol::future::zip(waits, kill).await;
        let error = error.unwrap_err();
        assert_eq!(error.kind(), SftpErrorKind::Closed, "{error:?}");
        assert!(
            error.detail().starts_with("the connection is lost"),
            "{error:?}"
        );
    });
}
