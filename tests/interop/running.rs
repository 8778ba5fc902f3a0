//! One server of the matrix while it runs.
//!
//! Takes: how the server was started. Gives: the ports at which each way of proving oneself is offered, the public keys, the
//! version as the server says it, its log, and how many connections were made. Refuses nothing: a kind of server says in its
//! own file what it lacks.

use std::any::Any;
use std::io::{BufRead, BufReader, Write, copy};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::support::account::Account;
use crate::support::keys::KeyPair;

/// How somebody logs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Password,
    Key,
    Keyboard,
}

impl Way {
    /// The alias of the host at which this way is the only one.
    pub fn alias(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Key => "key",
            Self::Keyboard => "keyboard",
        }
    }
}

/// Who logs in. Servers that look into the accounts of the system need an account, the others take any name.
pub struct Visitor {
    pub key: KeyPair,
    pub user: String,
    pub password: String,
    pub account: Option<Account>,
}

impl Visitor {
    /// With an account of the system, told apart by `tag`.
    pub fn with_account(tag: &str) -> Self {
        let account = Account::create(tag);
        Self {
            key: KeyPair::ed25519(),
            user: account.name.clone(),
            password: account.password.clone(),
            account: Some(account),
        }
    }

    /// Without one.
    pub fn of_no_account() -> Self {
        Self {
            key: KeyPair::ed25519(),
            user: "visitor".to_owned(),
            password: format!("pw-{}", std::process::id()),
            account: None,
        }
    }
}

/// Where one way is offered.
pub struct Door {
    pub way: Way,
    pub user: String,
    /// The port of the relay, whose connections are counted.
    pub port: u16,
}

/// A server that runs until it is dropped.
pub struct Running {
    pub doors: Vec<Door>,
    /// Public keys, as `TYPE BASE64`.
    pub keys: Vec<String>,
    /// As the server says it to every client, and more where that says too little.
    pub version: String,
    /// What the log says at each change of keys, where the server can be told to change them after some bytes.
    pub rekeyed: Option<&'static str>,
    relays: Vec<Relay>,
    log: Box<dyn Fn() -> String>,
    _held: Box<dyn Any>,
}

impl Running {
    /// `ways` are the ways with the server's own port and the user's name for each; `held` keeps the server alive.
    pub fn new(
        ways: &[(Way, u16, &str)],
        keys: Vec<String>,
        log: impl Fn() -> String + 'static,
        held: impl Any,
    ) -> Self {
        let mut relays: Vec<Relay> = Vec::new();
        let mut doors = Vec::new();
        for (way, target, user) in ways {
            let known = relays.iter().find(|relay| relay.target == *target);
            let port = known.map(|relay| relay.port).unwrap_or_else(|| {
                relays.push(Relay::to(*target));
                relays.last().unwrap().port
            });
            doors.push(Door {
                way: *way,
                user: (*user).to_owned(),
                port,
            });
        }
        let version = version_at(relays.first().unwrap().target);
        Self {
            doors,
            keys,
            version,
            rekeyed: None,
            relays,
            log: Box::new(log),
            _held: Box::new(held),
        }
    }

    /// The server changes its keys after some bytes, and then its log has these words.
    pub fn rekeying(mut self, words: &'static str) -> Self {
        self.rekeyed = Some(words);
        self
    }

    /// Leaves out what is another at each connection.
    pub fn without_cookie(mut self) -> Self {
        let first = self.version.split(' ').next().unwrap();
        self.version = first.to_owned();
        self
    }

    /// Adds what the version says too little of.
    pub fn named(mut self, more: &str) -> Self {
        self.version = format!("{}, {more}", self.version);
        self
    }

    /// All that the server has logged so far.
    pub fn log(&self) -> String {
        (self.log)()
    }

    /// How many connections were made to it so far.
    pub fn connections(&self) -> usize {
        let counts = self.relays.iter();
        counts.map(|relay| relay.count.load(Ordering::SeqCst)).sum()
    }

    /// The known_hosts lines for all of its ports.
    pub fn known_hosts(&self) -> String {
        let ports = self.relays.iter().map(|relay| relay.port);
        let lines = ports.flat_map(|port| {
            let keys = self.keys.iter();
            keys.map(move |key| format!("[127.0.0.1]:{port} {key}\n"))
        });
        lines.collect()
    }
}

/// What a server says of itself, without the `SSH-2.0-` that all say.
fn version_at(port: u16) -> String {
    let socket = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    let patience = Some(Duration::from_secs(60));
    socket.set_read_timeout(patience).unwrap();
    // Some speak only when they were spoken to.
    let mut spoken = socket.try_clone().unwrap();
    spoken.write_all(b"SSH-2.0-matrix\r\n").unwrap();
    let lines = BufReader::new(socket).split(b'\n').map_while(Result::ok);
    let mut lines = lines.map(|line| String::from_utf8_lossy(&line).trim().to_owned());
    let line = lines.find(|line| line.starts_with("SSH-"));
    line.unwrap().replacen("SSH-2.0-", "", 1)
}

/// Counts the connections to a port and passes their bytes on. Its threads end with the test process.
struct Relay {
    port: u16,
    target: u16,
    count: Arc<AtomicUsize>,
}

impl Relay {
    fn to(target: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                counted.fetch_add(1, Ordering::SeqCst);
                // A server that is gone: the client sees the end at once.
                let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, target)) else {
                    continue;
                };
                for (from, to) in [(&client, &server), (&server, &client)] {
                    from.set_nodelay(true).unwrap();
                    let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    std::thread::spawn(move || pass(from, to));
                }
            }
        });
        Self {
            port,
            target,
            count,
        }
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream) {
    // However one side ends, the other is to see it.
    let _ended = copy(&mut from, &mut to);
    let _closed = to.shutdown(Shutdown::Write);
}
