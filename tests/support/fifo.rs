//! A named pipe between a test and a command on the host: opening it tells the one that the other is there.

use std::fs::File;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use rustix::fs::OFlags;

use super::marker::within;

pub struct Fifo(PathBuf);

impl Fifo {
    pub fn make(path: PathBuf) -> Self {
        let made = Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Waits until a command reads it; what it reads ends when the file is dropped.
    pub fn reader_comes(&self) -> File {
        let nonblocking = OFlags::NONBLOCK.bits().cast_signed();
        let mut options = File::options();
        options.write(true).custom_flags(nonblocking);
        let mut opened = None;
        let comes = within(Duration::from_secs(10), || {
            opened = options.open(&self.0).ok();
            opened.is_some()
        });
        assert!(comes, "no command reads {}", self.0.display());
        opened.unwrap()
    }
}
