//! An sshd whose PAM service is the test's own: sshd takes the service's name from its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use tempfile::TempDir;

/// A service of /etc/pam.d, until it is dropped.
pub struct PamService {
    lines: PathBuf,
    folder: TempDir,
}

impl PamService {
    /// A service with these lines.
    pub fn of(lines: &str) -> Self {
        assert!(
            super::sshd::is_root(),
            "this test needs a service of PAM: run the tests as root"
        );
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("mcp-ssh-test-{}-{next}", std::process::id());
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(super::sshd::SSHD, folder.path().join(&name)).unwrap();
        let service = Path::new("/etc/pam.d").join(name);
        fs::write(&service, lines).unwrap();
        Self {
            lines: service,
            folder,
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.lines.file_name().unwrap().to_str().unwrap()
    }

    /// The sshd that asks this service.
    pub fn sshd(&self) -> PathBuf {
        self.folder.path().join(self.lines.file_name().unwrap())
    }
}

impl Drop for PamService {
    fn drop(&mut self) {
        fs::remove_file(&self.lines).unwrap();
    }
}
