//! A system in a PID namespace of its own: an init, daemons, an sshd that listens, accounts. What is
//! killed in there by mistake is nothing else's, and the tests see its processes from outside.

use std::fs::{self, Permissions};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use super::fixture::Fixture;
use super::keys::{KeyPair, write_private};
use super::marker::{Marker, within};
use super::sshd::is_root;

/// What process 1 of the system is.
#[derive(Clone, Copy, Debug)]
pub enum Init {
    /// A shell, whose child sshd is.
    Shell,
    /// The sshd that listens, as in many containers.
    Sshd,
}

/// How sudo runs its command there.
#[derive(Clone, Copy, Debug)]
pub enum Sudo {
    /// In the process group of sudo.
    Plain,
    /// `use_pty`, as Debian has it: in a session and a group of its own.
    WithTerminal,
}

/// Whether its processes can be read about.
#[derive(Clone, Copy, Debug)]
pub enum Proc {
    Mounted,
    Hidden,
}

/// What the system is to be like.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    pub init: Init,
    /// The login shell of its accounts, as words.
    pub shell: &'static str,
    /// How long the login shell takes to start, in seconds.
    pub delay: &'static str,
    /// What `sh` is there, as words; as everywhere without.
    pub sh: Option<&'static str>,
    pub sudo: Sudo,
    pub proc: Proc,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            init: Init::Shell,
            shell: "/bin/sh",
            delay: "0",
            sh: None,
            sudo: Sudo::WithTerminal,
            proc: Proc::Mounted,
        }
    }
}

/// An account that is not root's, and may become root without a password.
pub const ORDINARY: &str = "ordinary";
/// What programs need of the real /etc.
const ETC: [&str; 9] = [
    "alternatives",
    "host.conf",
    "hosts",
    "ld.so.cache",
    "login.defs",
    "nsswitch.conf",
    "pam.d",
    "security",
    "ssh",
];
const DAEMONS: usize = 4;
/// How long the system may take for what takes no time of its own.
const SETTLED: Duration = Duration::from_secs(40);

/// A system that runs until it is dropped.
pub struct Machine {
    folder: TempDir,
    unshare: Child,
    port: u16,
    user: KeyPair,
    host_key: KeyPair,
    daemons: Vec<Marker>,
}

/// One of its processes, as seen from outside.
#[derive(Debug)]
pub struct Seen {
    pub pid: u32,
    pub parent: u32,
    pub words: String,
}

impl Machine {
    pub fn start(setup: Setup) -> Self {
        assert!(
            is_root(),
            "this test needs a PID namespace of its own: run the tests as root"
        );
        let (user, host_key) = (KeyPair::ed25519(), KeyPair::ed25519());
        let folder = tempfile::tempdir().unwrap();
        write(&folder, "authorized_keys", &user.public);
        write_private(&folder.path().join("host_key"), &host_key.private);
        write_accounts(&folder, setup);
        // Another process may take the port first: then another one is tried.
        for _ in 0..5 {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            let port = listener.local_addr().unwrap().port();
            drop(listener);
            write_sshd_config(&folder, port, setup);
            let daemons: Vec<Marker> = (0..DAEMONS).map(|_| Marker::new()).collect();
            let mut unshare = unshare(&folder, setup, &daemons);
            let log = folder.path().join("log");
            let listens = || {
                let log = fs::read_to_string(&log).unwrap_or_default();
                log.contains("Server listening")
            };
            within(SETTLED, || {
                listens() || unshare.try_wait().unwrap().is_some() || fs_has_failed(&log)
            });
            if listens() {
                let machine = Self {
                    folder,
                    unshare,
                    port,
                    user,
                    host_key,
                    daemons,
                };
                assert!(within(SETTLED, || machine.dead_daemons() == 0));
                return machine;
            }
            drop(unshare.kill());
            drop(unshare.wait());
        }
        panic!("the system did not start: is util-linux's unshare there, and may it be used?");
    }

    /// The configuration of a server of ours that knows it as `box`.
    pub fn fixture(&self, username: &str, limits: &str) -> Fixture {
        let fixture = Fixture::empty();
        let port = self.port;
        fixture.write(
            "config/servers.yml",
            &format!("hosts:\n- {{alias: box, host: 127.0.0.1, port: {port}, credentials: ops}}\n"),
        );
        fixture.write(
            "config/credentials.yml",
            &format!("entries:\n- {{name: ops, username: {username}, key_path: id}}\n"),
        );
        fixture.write(
            "config/policy.yml",
            &format!(
                "limits: {{{limits}, deny_substrings: []}}\n\
                 rules: [{{action: allow, commands: ['*']}}]\n"
            ),
        );
        fixture.write(
            "keys/known_hosts",
            &format!("[127.0.0.1]:{port} {}\n", self.host_key.public),
        );
        write_private(&PathBuf::from(fixture.path("keys/id")), &self.user.private);
        fixture
    }

    /// A script for its accounts.
    pub fn script(&self, name: &str, text: &str) -> String {
        write(&self.folder, name, text);
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    /// How many of the daemons have ended. (The words of init have their numbers, too.)
    pub fn dead_daemons(&self) -> usize {
        let processes = self.processes();
        let is = |own: &Marker, its: &Seen| its.words.trim_end() == own.fill("sleep MARKER");
        let dead = |own: &&Marker| !processes.iter().any(|its| is(own, its));
        self.daemons.iter().filter(dead).count()
    }

    /// Whether the sshd that listens is there.
    pub fn listens(&self) -> bool {
        let config = self.folder.path().join("sshd_config");
        let config = config.to_str().unwrap();
        self.processes()
            .iter()
            .any(|its| its.words.contains(config))
    }

    /// The sshd of the connection over which this process was started.
    pub fn connection_of(&self, pid: u32) -> u32 {
        let processes = self.processes();
        let find = |pid| processes.iter().find(|its| its.pid == pid);
        let above = |its: &&Seen| find(its.parent);
        let mut ancestors = std::iter::successors(find(pid), above);
        let sshd = ancestors.find(|its| its.words.starts_with("sshd: "));
        sshd.unwrap_or_else(|| panic!("{pid} in {processes:?}")).pid
    }

    /// Waits until nothing is left of any connection but what has one of these markers.
    pub fn settle(&self, kept: &[&Marker]) {
        let config = self.folder.path().join("sshd_config");
        let own = |its: &Seen| {
            let markers = self.daemons.iter().chain(kept.iter().copied());
            its.parent == self.unshare.id()
                || its.words.contains(config.to_str().unwrap())
                || markers.into_iter().any(|marker| marker.is_in(&its.words))
        };
        let left = || {
            let mut left = self.processes();
            left.retain(|its| !own(its));
            left
        };
        let settled = within(SETTLED, || left().is_empty());
        assert!(settled, "still there: {:?}", left());
    }

    /// Its processes, without those that have ended and were not waited for.
    pub fn processes(&self) -> Vec<Seen> {
        let namespace = |pid: &str| fs::read_link(format!("/proc/{pid}/ns/pid")).ok();
        let own = format!("/proc/{}/ns/pid_for_children", self.unshare.id());
        let own = fs::read_link(own).ok();
        let names = fs::read_dir("/proc").unwrap();
        let pids = names.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        pids.filter(|pid| own.is_some() && namespace(pid) == own)
            .filter_map(|pid| seen(&pid))
            .collect()
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // Its init is killed with it, and with that all of its processes.
        let _gone = self.unshare.kill();
        let _reaped = self.unshare.wait();
    }
}

fn seen(pid: &str) -> Option<Seen> {
    let words = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(") ")?;
    let parent = fields.split(' ').nth(1)?.parse().ok()?;
    let words = String::from_utf8_lossy(&words).replace('\0', " ");
    (!words.is_empty()).then_some(Seen {
        pid: pid.parse().ok()?,
        parent,
        words,
    })
}

fn fs_has_failed(log: &Path) -> bool {
    let log = fs::read_to_string(log).unwrap_or_default();
    log.contains("Cannot bind any address")
}

fn unshare(folder: &TempDir, setup: Setup, daemons: &[Marker]) -> Child {
    let init = match setup.init {
        Init::Shell => "shell",
        Init::Sshd => "sshd",
    };
    let proc = match setup.proc {
        Proc::Mounted => "mounted",
        Proc::Hidden => "hidden",
    };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/machine.sh");
    Command::new("unshare")
        .args(["--mount", "--pid", "--fork", "--kill-child", "--mount-proc"])
        .args(["bash", script])
        .arg(folder.path())
        .args([init, proc])
        .args(daemons.iter().map(|marker| marker.fill("MARKER")))
        .stdin(Stdio::null())
        .spawn()
        .expect("unshare starts: install util-linux")
}

fn write_accounts(folder: &TempDir, setup: Setup) {
    let Setup { shell, delay, .. } = setup;
    let slow = format!("#!/bin/sh\nsleep {delay}\nexec {shell} \"$@\"\n");
    let shell = write(folder, "shell", &slow);
    if let Some(sh) = setup.sh {
        fs::create_dir(folder.path().join("bin")).unwrap();
        write(
            folder,
            "bin/sh",
            &format!("#!/bin/dash\nexec {sh} \"$@\"\n"),
        );
    }
    fs::create_dir(folder.path().join("etc")).unwrap();
    let accounts = format!(
        "root:x:0:0::/:{shell}\nsshd:x:100:65534::/run/sshd:/usr/sbin/nologin\n\
         {ORDINARY}:x:21001:21001::/:{shell}\n"
    );
    write(folder, "etc/passwd", &accounts);
    write(
        folder,
        "etc/group",
        &format!("root:x:0:\n{ORDINARY}:x:21001:\n"),
    );
    // Nobody has a password; no account is locked.
    let shadow = format!("root:*:20000::::::\n{ORDINARY}:*:20000::::::\n");
    write(folder, "etc/shadow", &shadow);
    let use_pty = match setup.sudo {
        Sudo::Plain => "!use_pty",
        Sudo::WithTerminal => "use_pty",
    };
    let sudoers = format!(
        "Defaults {use_pty}\nroot ALL=(ALL:ALL) ALL\n{ORDINARY} ALL=(ALL:ALL) NOPASSWD: ALL\n"
    );
    let doas = format!("permit nopass {ORDINARY}\n");
    for (name, text) in [("etc/sudoers", sudoers), ("etc/doas.conf", doas)] {
        let path = write(folder, name, &text);
        fs::set_permissions(path, Permissions::from_mode(0o440)).unwrap();
    }
    for name in ETC.map(|name| Path::new("/etc").join(name)) {
        // What a system lacks, its programs do not need.
        if name.exists() {
            let copied = Command::new("cp")
                .arg("-a")
                .arg(name)
                .arg(folder.path().join("etc"))
                .status();
            assert!(copied.unwrap().success());
        }
    }
    fs::set_permissions(folder.path(), Permissions::from_mode(0o711)).unwrap();
}

fn write_sshd_config(folder: &TempDir, port: u16, setup: Setup) {
    let path = folder.path().display();
    let path_of_sh = match setup.sh {
        Some(_) => format!("SetEnv PATH={path}/bin:/usr/bin:/bin\n"),
        None => String::new(),
    };
    let config = format!(
        "ListenAddress 127.0.0.1:{port}\nHostKey {path}/host_key\nPidFile none\n\
         AuthorizedKeysFile {path}/authorized_keys\nStrictModes no\nUsePAM no\nUseDNS no\n\
         PermitRootLogin yes\nPrintMotd no\nPrintLastLog no\nMaxStartups 100\n{path_of_sh}"
    );
    write(folder, "sshd_config", &config);
}

/// Writes a file that every account can read and run.
fn write(folder: &TempDir, name: &str, text: &str) -> String {
    let path = folder.path().join(name);
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
    path.to_str().unwrap().to_owned()
}
