//! A machine on which the commands of a guide can be run as they stand: `10.0.0.11` and the other
//! hosts of `examples/config` answer on it, `mcp-ssh` is in PATH, `/opt` and HOME are its own.
//!
//! Namespaces of the kernel's, so it needs root. Whoever's public key lies below the folder may log
//! in to the hosts.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use super::sshd::is_root;

/// The users that `examples/config/credentials.yml` names.
const USERS: &str = "ubuntu:x:20001:20001::/tmp:/bin/sh\n\
                     deploy:x:20002:20002::/tmp:/bin/sh\n\
                     maint:x:20003:20003::/tmp:/bin/sh\n";
/// What programs need of the real /etc.
const ETC: [&str; 6] = [
    "alternatives",
    "group",
    "host.conf",
    "ld.so.cache",
    "nsswitch.conf",
    "ssh",
];
const HOSTS: &str = "127.0.0.1 localhost\n10.0.0.12 web-2.example.com\n";

/// The folder of one machine; each script starts it anew over the same files.
pub struct Lab {
    folder: TempDir,
}

impl Lab {
    pub fn new() -> Self {
        assert!(
            is_root(),
            "this test needs namespaces of its own: run the tests as root"
        );
        let lab = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        for name in ["home", "etc", "opt/mcp-ssh", "opt/backups/mcp-ssh", "bin"] {
            fs::create_dir_all(lab.path(name)).unwrap();
        }
        let source = Path::new(env!("CARGO_MANIFEST_DIR"));
        symlink(source.join("examples"), lab.path("examples")).unwrap();
        symlink(env!("CARGO_BIN_EXE_mcp-ssh"), lab.path("bin/mcp-ssh")).unwrap();
        lab.write("bin/sudo", "#!/bin/sh\nexec \"$@\"\n");
        fs::set_permissions(lab.path("bin/sudo"), fs::Permissions::from_mode(0o755)).unwrap();
        let passwd = fs::read_to_string("/etc/passwd").unwrap();
        lab.write("etc/passwd", &(passwd + USERS));
        lab.write("etc/hosts", HOSTS);
        for name in ETC.map(|name| Path::new("/etc").join(name)) {
            // What a system lacks, its programs do not need.
            if name.exists() {
                let copied = Command::new("cp")
                    .arg("-a")
                    .arg(name)
                    .arg(lab.path("etc"))
                    .status();
                assert!(copied.unwrap().success());
            }
        }
        let key = lab.path("host_key");
        let made = Command::new("ssh-keygen")
            .args(["-q", "-t", "ed25519", "-N", "", "-f"])
            .arg(&key)
            .status();
        assert!(made.unwrap().success());
        lab.write(
            "sshd_config",
            &format!(
                "Port 22\nPort 2222\nHostKey {}\nUsePAM no\nUseDNS no\nPidFile none\n\
                 PasswordAuthentication no\nKbdInteractiveAuthentication no\nSetEnv SHLVL=1\n\
                 AuthorizedKeysCommandUser root\n\
                 AuthorizedKeysCommand /usr/bin/find {} -name *.pub -exec cat {{}} +\n",
                key.display(),
                lab.folder.path().display()
            ),
        );
        lab
    }

    /// A file of the machine's; `home/…` and `opt/…` are where scripts see `~/…` and `/opt/…`.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// Runs a script, and ends it where a command fails.
    pub fn sh(&self, script: &str) -> Output {
        let start = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/lab.sh");
        Command::new("unshare")
            .args([
                "--net",
                "--mount",
                "--pid",
                "--fork",
                "--kill-child",
                "bash",
            ])
            .arg(start)
            .arg(self.folder.path())
            .arg(script)
            .output()
            .expect("unshare starts: install util-linux")
    }

    /// What a script prints that has to go well.
    pub fn ok(&self, script: &str) -> String {
        let output = self.sh(script);
        let stderr = String::from_utf8_lossy(&output.stderr);
        let stdout = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success(),
            "{}: {script}\n{stdout}{stderr}",
            output.status
        );
        stdout.into_owned()
    }
}
