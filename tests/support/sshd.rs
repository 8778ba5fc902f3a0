//! A real OpenSSH server, started without a race for ports.
//!
//! A thread of ours listens on 127.0.0.1:0 and hands each accepted socket to `sshd -i` as its
//! standard input and output, so the port is ours from the first moment and nothing waits for a
//! server to come up. The keys live in a temporary folder. Dropping the [`Sshd`] kills what it
//! started, by pid.
//!
//! ```ignore
//! let user = KeyPair::ed25519();
//! let sshd = Sshd::builder().authorize(&user).start();
//! write(known_hosts, sshd.known_hosts("127.0.0.1"));
//! connect(sshd.port(), sshd::login_name(), user.private);
//! ```

use std::fs::{self, File};
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::keys::{KeyPair, write_private};

pub const SSHD: &str = "/usr/sbin/sshd";

/// What the server is to be like.
#[derive(Default)]
pub struct Builder {
    host_keys: Vec<KeyPair>,
    certificates: Vec<String>,
    authorized: Vec<String>,
    config: Vec<String>,
    subsystem: Option<String>,
    program: Option<PathBuf>,
    greeting: Vec<u8>,
}

/// A server on a port of its own.
pub struct Sshd {
    folder: TempDir,
    address: SocketAddr,
    host_keys: Vec<KeyPair>,
    children: Arc<Mutex<Vec<Child>>>,
    stopping: Arc<AtomicBool>,
    acceptor: Option<JoinHandle<()>>,
}

impl Builder {
    /// Adds a host key; a fresh ed25519 key when none is added.
    pub fn host_key(mut self, key: &KeyPair) -> Self {
        self.host_keys.push(key.clone());
        self
    }

    /// Adds the certificate of a host key.
    pub fn host_certificate(mut self, text: &str) -> Self {
        self.certificates.push(text.to_owned());
        self
    }

    /// Lets the holder of `key` log in as [`login_name`].
    pub fn authorize(self, key: &KeyPair) -> Self {
        self.authorized_line(&key.public)
    }

    /// Adds a line to authorized_keys, options and all.
    pub fn authorized_line(mut self, line: &str) -> Self {
        self.authorized.push(line.to_owned());
        self
    }

    /// Adds a line to sshd_config, before the defaults of this file, so that it wins.
    pub fn config(mut self, line: &str) -> Self {
        self.config.push(line.to_owned());
        self
    }

    /// What it starts for SFTP: a command, or a script from `#!` on, which is put where every account comes to.
    pub fn sftp(mut self, subsystem: &str) -> Self {
        self.subsystem = Some(subsystem.to_owned());
        self
    }

    /// Runs this sshd, which is that of another name.
    pub fn program(mut self, sshd: PathBuf) -> Self {
        self.program = Some(sshd);
        self
    }

    /// Says this before its version.
    pub fn greeting(mut self, lines: &[u8]) -> Self {
        self.greeting = lines.to_owned();
        self
    }

    /// Starts to listen.
    pub fn start(mut self) -> Sshd {
        require_sshd();
        if self.host_keys.is_empty() {
            self.host_keys.push(KeyPair::ed25519());
        }
        let folder = tempfile::tempdir().unwrap();
        self.write_files(folder.path());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let children = Arc::new(Mutex::new(Vec::new()));
        let stopping = Arc::new(AtomicBool::new(false));
        let acceptor = std::thread::spawn({
            let (folder, children, stopping) =
                (folder.path().to_owned(), children.clone(), stopping.clone());
            let (program, greeting) = (self.program.unwrap_or_else(|| SSHD.into()), self.greeting);
            let sshd = move |folder: &Path| {
                // A new one each time, since a command holds the sockets that it was given.
                let mut sshd = Command::new(&program);
                sshd.args(["-i", "-e", "-f"])
                    .arg(folder.join("sshd_config"));
                sshd
            };
            move || accept(&listener, &sshd, &greeting, &folder, &children, &stopping)
        });
        Sshd {
            folder,
            address,
            host_keys: self.host_keys,
            children,
            stopping,
            acceptor: Some(acceptor),
        }
    }

    fn write_files(&self, folder: &Path) {
        let mut config = self.config.join("\n") + "\n";
        for (index, key) in self.host_keys.iter().enumerate() {
            let file = folder.join(format!("host_key_{index}"));
            write_private(&file, &key.private);
            config += &format!("HostKey {}\n", file.display());
        }
        for (index, text) in self.certificates.iter().enumerate() {
            let file = folder.join(format!("host_key_{index}-cert.pub"));
            fs::write(&file, text).unwrap();
            config += &format!("HostCertificate {}\n", file.display());
        }
        if let Some(subsystem) = &self.subsystem {
            config += &format!("Subsystem sftp {}\n", startable(folder, subsystem));
        }
        let authorized = folder.join("authorized_keys");
        fs::write(&authorized, self.authorized.join("\n")).unwrap();
        // sshd reads it as the user who logs in, who may be an Account.
        set_mode(&authorized, 0o644);
        set_mode(folder, 0o711);
        config += &format!("AuthorizedKeysFile {}\n", authorized.display());
        // bash reads no ~/.bashrc then, which may print anything and take any time.
        config += "SetEnv SHLVL=1\n";
        config += "StrictModes no\nUsePAM no\nUseDNS no\nPidFile none\nPermitRootLogin yes\n\
                   PasswordAuthentication no\nKbdInteractiveAuthentication no\n\
                   PrintMotd no\nPrintLastLog no\nLogLevel VERBOSE\n";
        fs::write(folder.join("sshd_config"), config).unwrap();
    }
}

impl Sshd {
    /// A server with one ed25519 host key that lets nobody in.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The host's name in known_hosts.
    pub fn name(&self, host: &str) -> String {
        format!("[{host}]:{}", self.port())
    }

    /// known_hosts lines for all of its keys, for a client that calls it `host`.
    pub fn known_hosts(&self, host: &str) -> String {
        let line = |key: &KeyPair| format!("{} {}\n", self.name(host), key.public);
        self.host_keys.iter().map(line).collect()
    }

    /// All that the server has logged so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Stops the servers of all connections there are where they stand: their sockets stay open
    /// and nothing is answered. (The login has to be root's, which one process serves.)
    pub fn freeze_connections(&self) {
        for child in self.children.lock().unwrap().iter() {
            let pid = Pid::from_child(child);
            kill_process(pid, Signal::STOP).unwrap();
        }
    }

    /// Kills the servers of all connections there are, without a goodbye.
    pub fn kill_connections(&self) {
        for child in self.children.lock().unwrap().iter_mut() {
            // One that is gone already is as good.
            let _gone = child.kill();
            let _reaped = child.wait();
        }
    }

    /// Kills them with what they have started: the unprivileged half of a login that is not root's holds the socket, too.
    pub fn kill_sessions(&self) {
        let ids = || {
            self.children
                .lock()
                .unwrap()
                .iter()
                .map(Child::id)
                .collect::<Vec<u32>>()
        };
        let halves: Vec<i32> = ids().into_iter().flat_map(children_of).collect();
        self.kill_connections();
        for half in halves {
            let half = Pid::from_raw(half).unwrap();
            let _gone = kill_process(half, Signal::KILL);
        }
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::SeqCst);
        // Wakes the acceptor.
        drop(TcpStream::connect(self.address));
        if let Some(acceptor) = self.acceptor.take() {
            let _ended = acceptor.join();
        }
        self.kill_connections();
    }
}

fn accept(
    listener: &TcpListener,
    sshd: &dyn Fn(&Path) -> Command,
    greeting: &[u8],
    folder: &Path,
    children: &Mutex<Vec<Child>>,
    stopping: &AtomicBool,
) {
    let log = File::options()
        .append(true)
        .create(true)
        .open(folder.join("log"))
        .unwrap();
    for socket in listener.incoming() {
        if stopping.load(Ordering::SeqCst) {
            return;
        }
        let mut socket = socket.unwrap();
        // A client that hangs up at once is told nothing.
        let _told = socket.write_all(greeting);
        let socket = OwnedFd::from(socket);
        let child = sshd(folder)
            .stdin(Stdio::from(socket.try_clone().unwrap()))
            .stdout(Stdio::from(socket))
            .stderr(Stdio::from(log.try_clone().unwrap()))
            .spawn()
            .unwrap();
        let mut children = children.lock().unwrap();
        children.retain_mut(|child| child.try_wait().is_ok_and(|status| status.is_none()));
        children.push(child);
    }
}

/// The processes whose parent is this one.
fn children_of(parent: u32) -> Vec<i32> {
    let pids = fs::read_dir("/proc").unwrap().filter_map(|entry| {
        let name = entry.ok()?.file_name();
        name.to_str()?.parse::<i32>().ok()
    });
    let is_child = |pid: &i32| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let parent_of = stat
            .rsplit_once(") ")
            .and_then(|(_, rest)| rest.split(' ').nth(1));
        parent_of == Some(parent.to_string().as_str())
    };
    pids.filter(is_child).collect()
}

/// A command that starts it, whoever logs in: the checkout may be below a directory of root's alone.
fn startable(folder: &Path, subsystem: &str) -> String {
    if !subsystem.starts_with("#!") {
        return subsystem.to_owned();
    }
    let script = folder.join("sftp");
    fs::write(&script, subsystem).unwrap();
    set_mode(&script, 0o755);
    script.display().to_string()
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn require_sshd() {
    assert!(
        Path::new(SSHD).exists(),
        "{SSHD} is missing; install it: apt-get install openssh-server"
    );
    if is_root() {
        // sshd's unprivileged half lives there; the package's service would have made it.
        fs::create_dir_all("/run/sshd").unwrap();
    }
}

/// The account the tests run as, which is the one a key can log into.
pub fn login_name() -> String {
    let output = Command::new("id").arg("-un").output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Ends a test that needs root and does not have it; `scripts/test.sh` counts such tests. `why` says what it does.
pub fn needs_root(why: &str) {
    assert!(is_root(), "this test {why}: run the tests as root");
}

/// True when the tests run as root.
pub fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output().unwrap();
    output.stdout == b"0\n"
}
