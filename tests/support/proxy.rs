//! The network between a client and a host, which a test can spoil: a TCP proxy that passes,
//! trickles, freezes or resets what goes through it.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::raw::end_by_reset;

/// How soon a connection hears that the network has changed.
const NOTICE: Duration = Duration::from_millis(5);

/// How the network is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// As it should be.
    Passes,
    /// A few bytes at a time: ten kilobytes a second.
    Trickles,
    /// Nothing gets through, and nobody is told: also new connections are accepted.
    Frozen,
}

#[derive(Clone, Copy)]
struct Network {
    target: u16,
    flow: Flow,
    /// How often it was cut.
    cuts: usize,
}

/// A port of 127.0.0.1 from which the network leads to another; its threads end with the test
/// process.
pub struct Proxy {
    port: u16,
    network: Arc<Mutex<Network>>,
}

impl Proxy {
    /// The network to this port.
    pub fn to(target: u16) -> Self {
        let network = Arc::new(Mutex::new(Network {
            target,
            flow: Flow::Passes,
            cuts: 0,
        }));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::clone(&network);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let network = Arc::clone(&shared);
                std::thread::spawn(move || carry(client, &network));
            }
        });
        Self { port, network }
    }

    /// The port to connect to.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Connections from now on lead to another port.
    pub fn lead_to(&self, target: u16) {
        self.network.lock().unwrap().target = target;
    }

    /// Changes the network, for the connections that are there, too.
    pub fn set(&self, flow: Flow) {
        self.network.lock().unwrap().flow = flow;
    }

    /// Resets every connection there is, at both ends.
    pub fn cut(&self) {
        self.network.lock().unwrap().cuts += 1;
    }
}

fn carry(mut client: TcpStream, network: &Mutex<Network>) {
    let now = || *network.lock().unwrap();
    let Network { target, cuts, .. } = now();
    let Ok(mut host) = TcpStream::connect((Ipv4Addr::LOCALHOST, target)) else {
        return;
    };
    for socket in [&client, &host] {
        socket.set_nonblocking(true).unwrap();
    }
    let mut open = [true; 2];
    while open != [false; 2] {
        let Network {
            flow, cuts: all, ..
        } = now();
        if all != cuts {
            end_by_reset(&client);
            end_by_reset(&host);
            return;
        }
        let share = match flow {
            Flow::Frozen => 0,
            Flow::Trickles => 50,
            Flow::Passes => 65_536,
        };
        let there = open[0].then(|| transfer(&mut client, &mut host, share));
        let back = open[1].then(|| transfer(&mut host, &mut client, share));
        let ended = [there, back].map(|moved| moved == Some(Moved::End));
        open = [open[0] && !ended[0], open[1] && !ended[1]];
        if flow != Flow::Passes || ![there, back].contains(&Some(Moved::Some)) {
            std::thread::sleep(NOTICE);
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moved {
    Some,
    Nothing,
    /// There will be nothing more; the other side has been told.
    End,
}

fn transfer(from: &mut TcpStream, to: &mut TcpStream, share: usize) -> Moved {
    if share == 0 {
        return Moved::Nothing;
    }
    let mut bytes = vec![0; share];
    match from.read(&mut bytes) {
        Err(error) if error.kind() == ErrorKind::WouldBlock => return Moved::Nothing,
        Ok(read) if read > 0 => {
            // A side that takes nothing in holds the other up, as on a real line.
            to.set_nonblocking(false).unwrap();
            let written = to.write_all(&bytes[..read]);
            to.set_nonblocking(true).unwrap();
            if written.is_ok() {
                return Moved::Some;
            }
        }
        Ok(_) | Err(_) => {}
    }
    let _gone = to.shutdown(std::net::Shutdown::Write);
    Moved::End
}
