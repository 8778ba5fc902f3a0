//! A host that accepts connections and never says a word: a command sent there stays under
//! way until someone cancels it.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// A listening silent host.
pub struct Silent {
    port: u16,
    accepted: Receiver<TcpStream>,
}

impl Silent {
    /// Listens on a free port of 127.0.0.1; the thread ends with the test process.
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, accepted) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if sender.send(stream).is_err() {
                    return;
                }
            }
        });
        Self { port, accepted }
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Waits for the server to connect: then a command is under way.
    pub fn connection(&self) -> TcpStream {
        self.accepted
            .recv_timeout(Duration::from_secs(5))
            .expect("the server connects to the silent host")
    }

    /// Whether nobody connects for a while.
    pub fn is_left_alone(&self, during: Duration) -> bool {
        self.accepted.recv_timeout(during).is_err()
    }
}
