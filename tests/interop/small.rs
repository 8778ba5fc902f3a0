//! Servers of the system other than OpenSSH, which are started for each connection: dropbear and tinysshd.
//!
//! Takes: who visits. Gives: the running server. Refuses to start without the programs, and names the script that
//! brings them.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::inetd::Inetd;
use super::running::{Running, Visitor, Way};

/// A home with the visitor's key in it, as such servers look for it.
fn home(visitor: &Visitor) -> TempDir {
    let account = visitor.account.as_ref().unwrap();
    // Not below /tmp: tinysshd trusts no path that everybody may write in.
    let home = tempfile::Builder::new().tempdir_in("/home").unwrap();
    let ssh = home.path().join(".ssh");
    fs::create_dir(&ssh).unwrap();
    let authorized = ssh.join("authorized_keys");
    fs::write(&authorized, format!("{}\n", visitor.key.public)).unwrap();
    for path in [home.path(), &ssh, &authorized] {
        chown(path, Some(account.uid()), Some(account.gid())).unwrap();
    }
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o755)).unwrap();
    account.lives_in(home.path());
    home
}

/// What `scripts/interop.sh` has made or unpacked.
pub fn made(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/interop");
    let path = folder.join(name);
    assert!(path.exists(), "no {}: run `make interop`", path.display());
    path
}

/// dropbear of this Debian.
pub fn dropbear(visitor: &Visitor) -> Running {
    dropbear_by(visitor, "dropbear".into())
}

/// dropbear of Debian unstable.
pub fn newest_dropbear(visitor: &Visitor) -> Running {
    dropbear_by(visitor, made("sid/dropbear"))
}

/// dropbear with a host key of ed25519.
fn dropbear_by(visitor: &Visitor, program: PathBuf) -> Running {
    let (home, folder) = (home(visitor), tempfile::tempdir().unwrap());
    let key = folder.path().join("host_key");
    let mut keygen = Command::new("dropbearkey");
    let made = keygen.args(["-t", "ed25519", "-f"]).arg(&key).output();
    let made = made.expect("dropbearkey starts: scripts/test-tools.sh installs dropbear-bin");
    let made = String::from_utf8(made.stdout).unwrap();
    let public = made.lines().find(|line| line.starts_with("ssh-")).unwrap();
    let public: Vec<&str> = public.split(' ').take(2).collect();
    let public = public.join(" ");
    let log = folder.path().join("log");
    let inetd = Inetd::start(log.clone(), move || {
        let mut dropbear = Command::new(&program);
        dropbear.args(["-i", "-r"]).arg(&key);
        dropbear
    });
    let (port, user) = (inetd.port, visitor.user.as_str());
    let ways = [(Way::Key, port, user), (Way::Password, port, user)];
    let log = move || read(&log);
    Running::new(&ways, vec![public], log, (inetd, folder, home))
}

/// tinysshd, which takes keys alone.
pub fn tinysshd(visitor: &Visitor) -> Running {
    let (home, folder) = (home(visitor), tempfile::tempdir().unwrap());
    let (keys, log) = (folder.path().join("keys"), folder.path().join("log"));
    let made = Command::new("tinysshd-makekey").arg(&keys).output();
    let made = made.expect("tinysshd-makekey starts: run `make interop`");
    assert!(made.status.success(), "{made:?}");
    let printed = Command::new("tinysshd-printkey")
        .arg(&keys)
        .output()
        .unwrap();
    let printed = String::from_utf8(printed.stdout).unwrap();
    let public = printed
        .lines()
        .find(|line| line.starts_with("ssh-"))
        .unwrap();
    let inetd = Inetd::start(log.clone(), move || {
        let mut tinysshd = Command::new("tinysshd");
        tinysshd.args(["-vvv", "-x", "sftp=/usr/lib/openssh/sftp-server"]);
        tinysshd.arg(&keys);
        tinysshd
    });
    let ways = [(Way::Key, inetd.port, visitor.user.as_str())];
    let log = move || read(&log);
    Running::new(&ways, vec![public.to_owned()], log, (inetd, folder, home)).without_cookie()
}

fn read(log: &Path) -> String {
    String::from_utf8_lossy(&fs::read(log).unwrap_or_default()).into_owned()
}
