//! Servers that are started for each connection, as inetd does it.
//!
//! Takes: how one is started. Gives: a port of 127.0.0.1. Refuses nothing. Dropping it ends, by their own ids, the processes
//! that it started.

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// A port whose connections are the standard input and output of new processes.
pub struct Inetd {
    pub port: u16,
    stopping: Arc<AtomicBool>,
    children: Arc<Mutex<Vec<Child>>>,
    acceptor: Option<JoinHandle<()>>,
}

impl Inetd {
    /// `server` gives the command for a connection; what it says on stderr goes to the file `log`.
    pub fn start(log: PathBuf, server: impl Fn() -> Command + Send + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let stopping = Arc::new(AtomicBool::new(false));
        let children = Arc::new(Mutex::new(Vec::<Child>::new()));
        let (stop, started) = (Arc::clone(&stopping), Arc::clone(&children));
        let acceptor = std::thread::spawn(move || {
            let log = File::options().append(true).create(true).open(log).unwrap();
            for socket in listener.incoming().flatten() {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let socket = OwnedFd::from(socket);
                let child = server()
                    .stdin(Stdio::from(socket.try_clone().unwrap()))
                    .stdout(Stdio::from(socket))
                    .stderr(Stdio::from(log.try_clone().unwrap()))
                    .spawn();
                let child = child.unwrap_or_else(|error| panic!("{error}: run `make interop`"));
                started.lock().unwrap().push(child);
            }
        });
        Self {
            port,
            stopping,
            children,
            acceptor: Some(acceptor),
        }
    }
}

impl Drop for Inetd {
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
