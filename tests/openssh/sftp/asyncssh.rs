//! The server of asyncssh, whose SFTP is another program than OpenSSH's.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use mcp_ssh::ssh::{Identity, OpenMode, Route, Session, SftpErrorKind};

use super::{HERE, HOST, anything, endpoint, known_hosts, never, path, secret, start};
use crate::openssh::block_on;
use crate::support::scripted::ScriptedServer;
use crate::support::sshd::needs_root;

#[test]
fn files_are_replaced_read_and_listed_there_as_well() {
    needs_root("makes a folder of root's");
    let server = ScriptedServer::asyncssh();
    let folder = tempfile::tempdir_in("/var/lib").unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let file = folder.path().join("file");
    let content: Vec<u8> = (0..1_000_003_u32)
        .map(|number| (number % 251) as u8)
        .collect();
    block_on(async {
        let endpoint = endpoint(server.port);
        let identity = Identity::default().with_password(secret("any"));
        let lines = known_hosts(&server.known_hosts(HOST));
        let route = Route::Direct;
        let never = never();
        let session = Session::connect(&endpoint, &HERE, &route, &identity, &lines, &never);
        let session = session.await.unwrap();
        let mut sftp = start(&session).await;
        let login = sftp.home_owner().await.unwrap();
        for mode in [Some(0o640), None] {
            let judged = sftp.judge_path(path(&file), login, &mut anything).await;
            let judged = judged.unwrap();
            let new = sftp
                .replace(&judged, mode, &mut &content[..])
                .await
                .unwrap();
            assert_eq!((new.mode(), new.size), (Some(0o640), Some(1_000_003)));
        }
        assert!(fs::read(&file).unwrap() == content);
        let judged = sftp.judge_path(path(&file), login, &mut anything).await;
        let open = sftp.open_judged(&judged.unwrap()).await.unwrap();
        let mut read = Vec::new();
        sftp.read(&open, 0, u64::MAX, &mut read).await.unwrap();
        assert!(read == content);
        sftp.close(open).await.unwrap();
        let directory = sftp.open_directory(path(folder.path())).await.unwrap();
        let page = sftp.read_directory(&directory).await.unwrap().unwrap();
        let mut names: Vec<_> = page.into_iter().map(|entry| entry.name).collect();
        names.sort();
        assert_eq!(names, [&b"."[..], b"..", b"file"]);
        assert!(sftp.read_directory(&directory).await.unwrap().is_none());
        let error = sftp.open(b"/no/such", OpenMode::Read).await.unwrap_err();
        assert_eq!(error.kind(), SftpErrorKind::NoSuchFile);
        sftp.end().await;
        assert!(session.is_usable());
    });
}
