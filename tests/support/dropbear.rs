//! A real dropbear, started without a race for ports, as `sshd.rs` starts OpenSSH. Whoever has an account
//! with a password may log in.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use tempfile::TempDir;

/// A server on a port of its own.
pub struct Dropbear {
    pub port: u16,
    public: String,
    stopping: Arc<AtomicBool>,
    children: Arc<Mutex<Vec<Child>>>,
    acceptor: Option<JoinHandle<()>>,
    _folder: TempDir,
}

impl Dropbear {
    /// One with an ed25519 host key.
    pub fn start() -> Self {
        Self::with_key("ed25519")
    }

    /// One with a host key of this type alone.
    pub fn with_key(kind: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("host_key");
        let mut keygen = Command::new("dropbearkey")
            .args(["-t", kind, "-f"])
            .arg(&key)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dropbearkey starts: scripts/test-tools.sh installs dropbear-bin");
        let lines = BufReader::new(keygen.stdout.take().unwrap()).lines();
        let mut lines = lines.map_while(Result::ok);
        let begins = [format!("ssh-{kind} "), format!("{kind}-sha2-")];
        let is_key = |line: &String| begins.iter().any(|begin| line.starts_with(begin));
        let public = lines.find(is_key).unwrap();
        drop(lines);
        assert!(keygen.wait().unwrap().success());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let stopping = Arc::new(AtomicBool::new(false));
        let children = Arc::new(Mutex::new(Vec::<Child>::new()));
        let acceptor = {
            let (stopping, children) = (Arc::clone(&stopping), Arc::clone(&children));
            std::thread::spawn(move || {
                for socket in listener.incoming().flatten() {
                    if stopping.load(Ordering::SeqCst) {
                        return;
                    }
                    let socket = OwnedFd::from(socket);
                    let child = Command::new("dropbear")
                        .args(["-i", "-r"])
                        .arg(&key)
                        .stdin(Stdio::from(socket.try_clone().unwrap()))
                        .stdout(Stdio::from(socket))
                        .stderr(Stdio::null())
                        .spawn();
                    let child = child.expect("dropbear starts");
                    children.lock().unwrap().push(child);
                }
            })
        };
        Self {
            port,
            public,
            stopping,
            children,
            acceptor: Some(acceptor),
            _folder: folder,
        }
    }

    /// The known_hosts line for a client that calls it `host`.
    pub fn known_hosts(&self, host: &str) -> String {
        format!("[{host}]:{} {}\n", self.port, self.public)
    }
}

impl Drop for Dropbear {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::SeqCst);
        // Wakes the acceptor.
        drop(TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)));
        if let Some(acceptor) = self.acceptor.take() {
            let _ended = acceptor.join();
        }
        for child in self.children.lock().unwrap().iter_mut() {
            // One that is gone already is as good.
            let _gone = child.kill();
            let _reaped = child.wait();
        }
    }
}
