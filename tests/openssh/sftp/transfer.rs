//! Content in both directions: whole, in bounded memory, as fast as `sftp`.

use std::fs::{self, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;

use mcp_ssh::ssh::{OpenMode, SftpErrorKind};

use super::{SFTP_SERVER, host, path, start};
use crate::openssh::block_on;

/// How large the large file is.
const LARGE: u64 = 256 * 1024 * 1024;

/// Bytes that are all different from their neighbours, without end.
struct Endless(u64);

impl Endless {
    fn next(&mut self) -> u8 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 56) as u8
    }
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // Never as much as there is room for.
        let length = buffer.len().min(7919);
        buffer[..length].fill_with(|| self.next());
        Ok(length)
    }
}

/// Compares what is written with [`Endless`].
struct Compared(Endless);

impl Write for Compared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        assert!(bytes.iter().all(|byte| *byte == self.0.next()));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The memory of this process that is its own, in bytes.
fn own_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("RssAnon:"));
    let kilobytes = line.unwrap().split_whitespace().nth(1).unwrap();
    kilobytes.parse::<u64>().unwrap() * 1024
}

#[test]
fn a_large_file_goes_there_and_back_in_bounded_memory() {
    let host = host("internal-sftp");
    let folder = tempfile::tempdir_in("/var/tmp").unwrap();
    let file = folder.path().join("large");
    block_on(async {
        let session = host.connect().await;
        let mut sftp = start(&session).await;
        let before = own_memory();
        let open = sftp.open(path(&file), OpenMode::CreateNew).await.unwrap();
        let written = sftp
            .write(&open, &mut Endless(7).take(LARGE))
            .await
            .unwrap();
        assert_eq!(written, LARGE);
        sftp.close(open).await.unwrap();
        let open = sftp.open(path(&file), OpenMode::Read).await.unwrap();
        let mut content = Compared(Endless(7));
        let read = sftp.read(&open, 0, u64::MAX, &mut content).await.unwrap();
        assert_eq!(read, LARGE);
        let grown = own_memory().saturating_sub(before);
        // Other tests run in this process, too.
        assert!(grown < LARGE / 4, "{grown}");
        sftp.end().await;
        assert!(session.is_usable());
    });
}

#[test]
fn a_size_at_any_edge_of_a_piece_arrives_whole() {
    let host = host("internal-sftp");
    let folder = tempfile::tempdir().unwrap();
    block_on(async {
        let session = host.connect().await;
        let mut sftp = start(&session).await;
        for size in [
            0, 1, 32_767, 32_768, 32_769, 65_535, 65_536, 65_537, 2_097_152, 3_000_001,
        ] {
            let file = folder.path().join(size.to_string());
            let open = sftp.open(path(&file), OpenMode::CreateNew).await.unwrap();
            let written = sftp.write(&open, &mut Endless(1).take(size)).await.unwrap();
            sftp.close(open).await.unwrap();
            assert_eq!(written, size);
            let mut wanted = Vec::new();
            Endless(1).take(size).read_to_end(&mut wanted).unwrap();
            assert!(fs::read(&file).unwrap() == wanted, "{size}");
            let open = sftp.open(path(&file), OpenMode::Read).await.unwrap();
            let mut read = Vec::new();
            sftp.read(&open, 0, u64::MAX, &mut read).await.unwrap();
            assert!(read == wanted, "{size}");
            read.clear();
            sftp.read(&open, 1, size / 2, &mut read).await.unwrap();
            let from = wanted.get(1..).unwrap_or_default();
            assert!(
                from.starts_with(&read) && read.len() as u64 == size / 2,
                "{size}"
            );
            sftp.close(open).await.unwrap();
        }
        sftp.end().await;
    });
}

#[test]
fn a_full_disk_and_a_reader_or_writer_of_ours_that_fails_are_told_apart() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("no more of it"))
        }
    }
    impl Write for Failing {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::Error::other("no more room"))
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    // A file may have 64 KiB there: more is an error of write(2), as a full disk is.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    let script = folder.path().join("server");
    let text = format!("#!/bin/sh\nulimit -f 128\ntrap '' XFSZ\nexec {SFTP_SERVER}\n");
    fs::write(&script, text).unwrap();
    fs::set_permissions(&script, Permissions::from_mode(0o755)).unwrap();
    let host = host(script.to_str().unwrap());
    block_on(async {
        let session = host.connect().await;
        let mut sftp = start(&session).await;
        let open = sftp.open(path(&file), OpenMode::CreateNew).await.unwrap();
        let mut much = Endless(1).take(8 * 1024 * 1024);
        let error = sftp.write(&open, &mut much).await.unwrap_err();
        assert_eq!(error.kind(), SftpErrorKind::Failed, "{error:?}");
        // The replies to what was under way are passed by.
        let size = sftp.fstat(&open).await.unwrap().size;
        assert_eq!(size, Some(fs::metadata(&file).unwrap().len()));
        let error = sftp.write(&open, &mut Failing).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.detail()),
            (SftpErrorKind::Local, "what is to be written: no more of it")
        );
        let open = sftp.open(path(&file), OpenMode::Read).await.unwrap();
        let error = sftp.read(&open, 0, 9, &mut Failing).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.detail()),
            (SftpErrorKind::Local, "what was read: no more room")
        );
        sftp.lstat(b"/").await.unwrap();
        sftp.end().await;
        assert!(session.is_usable());
    });
}
