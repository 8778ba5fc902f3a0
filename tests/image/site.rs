//! A production directory for UID 10001, and a real sshd that containers of the engine reach.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};

use tempfile::TempDir;

use super::engine;
use crate::support::keys::{Format, KeyPair, write_private};

/// Who the image runs as.
const UID: u32 = 10001;
/// What opens the key of a site.
pub const PASSPHRASE: &str = "correct horse";
/// The engine's own address on the bridge of `docker run`.
pub const BRIDGE: &str = "172.17.0.1";

/// Its files and its sshd are gone with the value.
pub struct Site {
    folder: TempDir,
    sshd: Child,
    port: u16,
}

impl Site {
    /// One host, `prod-web-1`, at this address of the engine; the policy allows `uptime` and `id *` there.
    pub fn start(address: &str) -> Self {
        static PORT: AtomicU16 = AtomicU16::new(2200);
        let port = PORT.fetch_add(1, Ordering::Relaxed);
        let (host, user) = (KeyPair::ed25519(), KeyPair::ed25519());
        let site = Self::new(port, &host, "authorized_keys");
        fs::write(site.path("authorized_keys"), &user.public).unwrap();
        for name in ["config", "keys", "secrets"] {
            fs::create_dir(site.path(name)).unwrap();
        }
        site.write(
            "config/servers.yml",
            &format!(
                "hosts:\n  - {{alias: prod-web-1, host: {address}, port: {port}, \
                 credentials: prod-admin, tags: [production]}}\n"
            ),
        );
        site.write(
            "config/credentials.yml",
            "entries:\n  - name: prod-admin\n    username: root\n    key_path: mcp_prod\n    \
             key_passphrase_secret: prod_key_passphrase\n",
        );
        site.write(
            "config/policy.yml",
            "rules:\n  - {action: allow, commands: [\"uptime\", \"id *\"]}\n",
        );
        site.write(
            "keys/known_hosts",
            &format!("[{address}]:{port} {}\n", host.public),
        );
        site.write(
            "keys/mcp_prod",
            &user.rewritten(Format::OpenSsh, PASSPHRASE),
        );
        site.write("secrets/prod_key_passphrase", &format!("{PASSPHRASE}\n"));
        site
    }

    /// Nothing but sshd on its usual port, which takes the keys of this file in the site.
    pub fn on_port_22(authorized_keys: &str) -> Self {
        Self::new(22, &KeyPair::ed25519(), authorized_keys)
    }

    fn new(port: u16, host: &KeyPair, authorized_keys: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        set_mode(folder.path(), 0o755);
        let sshd = sshd(folder.path(), port, host, authorized_keys);
        Self { folder, sshd, port }
    }

    /// The directory that is /opt/mcp-ssh in the guide.
    pub fn home(&self) -> &str {
        self.folder.path().to_str().unwrap()
    }

    /// sshd's port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Writes a file that only UID 10001 can read.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        set_mode(&path, 0o400);
        chown(&path, Some(UID), Some(UID)).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        // It was nsenter that was started, and it became sshd.
        let _ended = self.sshd.kill();
        let _reaped = self.sshd.wait();
    }
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// sshd on all of the engine's addresses, once it listens.
fn sshd(folder: &Path, port: u16, host: &KeyPair, authorized_keys: &str) -> Child {
    fs::create_dir_all("/run/sshd").unwrap();
    let at = |name: &str| folder.join(name);
    write_private(&at("host_key"), &host.private);
    let config = format!(
        "Port {port}\nHostKey {}\nAuthorizedKeysFile {}\nPidFile none\nStrictModes no\nUsePAM no\n\
         UseDNS no\nPermitRootLogin yes\nPasswordAuthentication no\nSetEnv SHLVL=1\n",
        at("host_key").display(),
        at(authorized_keys).display()
    );
    fs::write(at("sshd_config"), config).unwrap();
    let mut sshd = engine::inside(&["--net"], "/usr/sbin/sshd")
        .args(["-D", "-e", "-f"])
        .arg(at("sshd_config"))
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = BufReader::new(sshd.stderr.take().unwrap());
    let mut line = String::new();
    while !line.starts_with("Server listening") {
        line.clear();
        assert!(log.read_line(&mut line).unwrap() > 0, "sshd has ended");
    }
    // Nobody reads on, and sshd must not wait for it.
    std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
    sshd
}
