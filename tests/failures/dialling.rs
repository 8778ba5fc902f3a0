//! Hosts that misbehave before or while a command begins: each in its own way, all at once, and
//! each is as good as any other once it behaves.

use std::net::TcpStream;
use std::time::Duration;

use russh::server::{Auth, ChannelOpenHandle, Handler, Msg, Session, VerifiedPublicKey};
use russh::{Channel, ChannelId};
use serde_json::{Value, json};

use super::vitals::Vitals;
use crate::gate::site::Site;
use crate::support::client::Client;
use crate::support::keys::KeyPair;
use crate::support::proxy::Proxy;
use crate::support::raw::{
    Misbehaviour, end_by_reset, kexinit, misbehaving, say, wait_for_the_end,
};
use crate::support::russh_server::{self, Server};
use crate::support::sshd::Sshd;

const TIMEOUT: &str = "SSH connection timeout: Host did not respond";
const CLOSED: &str = "SSH connection closed: Host ended it before the command was sent";
const PROTOCOL: &str = "SSH protocol error: Host does not speak SSH as expected";
const LOST: &str = "the connection was lost: the command may have run in part; the host did \
                    not confirm that the process is gone";
const VERSION: &[u8] = b"SSH-2.0-OpenSSH_9.2\r\n";

/// Servers of plain bytes.
const RAW: &[(&str, &str, Misbehaviour)] = &[
    ("silence", TIMEOUT, wait_for_the_end),
    ("half a banner", TIMEOUT, |client| {
        stalls_after(client, b"SSH-2.0-")
    }),
    ("only a banner", TIMEOUT, |client| {
        stalls_after(client, VERSION)
    }),
    ("half a key exchange", TIMEOUT, |client| {
        stalls_after(client, &[VERSION, &kexinit()].concat());
    }),
    ("slow banner", PROTOCOL, |client| {
        for _ in 0..200 {
            say(client, b"w");
            std::thread::sleep(Duration::from_millis(50));
        }
    }),
    ("endless banner of lines", PROTOCOL, |client| {
        (0..100_000).for_each(|_| say(client, b"welcome\r\n"));
    }),
    ("endless banner of one line", PROTOCOL, |client| {
        (0..100_000).for_each(|_| say(client, b"welcome "));
    }),
    ("another protocol", PROTOCOL, |client| {
        say(client, b"HTTP/1.1 400 Bad Request\r\n\r\n");
        client.shutdown(std::net::Shutdown::Write).unwrap();
        wait_for_the_end(client);
    }),
    ("too many are starting", CLOSED, |client| {
        say(client, b"Exceeded MaxStartups\r\n");
    }),
    ("end after accept", CLOSED, |_| {}),
    ("reset after accept", CLOSED, |client| end_by_reset(client)),
    ("end after version", CLOSED, |client| say(client, VERSION)),
    ("reset in the key exchange", CLOSED, |client| {
        say(client, &[VERSION, &kexinit()].concat());
        end_by_reset(client);
    }),
    ("end in the key exchange", CLOSED, |client| {
        say(client, &[VERSION, &kexinit()].concat());
    }),
    ("garbage packets", PROTOCOL, |client| {
        stalls_after(client, &[VERSION, &[0xff; 4096]].concat());
    }),
    ("garbage in the key exchange", PROTOCOL, |client| {
        stalls_after(client, &[VERSION, &kexinit(), &[0x55; 4096]].concat());
    }),
];

/// Those that say nothing more: nobody can know it before the time is up.
const WAITED_FOR: [&str; 7] = [
    "silence",
    "half a banner",
    "only a banner",
    "half a key exchange",
    "slow banner",
    "no answer to the login",
    "no answer to the channel",
];

fn stalls_after(client: &mut TcpStream, text: &[u8]) {
    say(client, text);
    wait_for_the_end(client);
}

/// Servers that speak SSH, up to a point.
const SPEAKING: &[(&str, &str, Phase)] = &[
    ("end in the login", CLOSED, Phase::Login),
    ("end after the login", CLOSED, Phase::Accepted),
    ("end at the channel", CLOSED, Phase::Channel),
    ("end at the command", LOST, Phase::Exec),
    ("end in the output", LOST, Phase::Output),
    ("no answer to the login", TIMEOUT, Phase::SilentLogin),
    ("no answer to the channel", TIMEOUT, Phase::SilentChannel),
    (
        "no commands",
        "SSH command refused: Host does not run commands for this user",
        Phase::NoCommands,
    ),
];

/// Where a server misbehaves. It lets everybody in, and says `done` to every command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Login,
    Accepted,
    Channel,
    Exec,
    Output,
    SilentLogin,
    SilentChannel,
    NoCommands,
    Never,
}

impl Phase {
    /// Ends the connection, if this is the time.
    fn at(self, now: Self) -> Result<(), russh::Error> {
        if self == now {
            return Err(russh::Error::Disconnect);
        }
        Ok(())
    }
}

impl Handler for Phase {
    type Error = russh::Error;

    async fn auth_publickey(
        &mut self,
        _: &str,
        _: VerifiedPublicKey<'_>,
    ) -> Result<Auth, russh::Error> {
        self.at(Self::Login)?;
        if *self == Self::SilentLogin {
            std::future::pending::<()>().await;
        }
        Ok(Auth::Accept)
    }

    async fn auth_succeeded(&mut self, _: &mut Session) -> Result<(), russh::Error> {
        self.at(Self::Accepted)
    }

    async fn channel_open_session(
        &mut self,
        _: Channel<Msg>,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), russh::Error> {
        self.at(Self::Channel)?;
        if *self == Self::SilentChannel {
            std::future::pending::<()>().await;
        }
        reply.accept().await;
        Ok(())
    }

    async fn exec_request(
        &mut self,
        channel: ChannelId,
        _: &[u8],
        session: &mut Session,
    ) -> Result<(), russh::Error> {
        self.at(Self::Exec)?;
        if *self == Self::NoCommands {
            return session.channel_failure(channel);
        }
        session.channel_success(channel)?;
        session.data(channel, "done")?;
        if *self == Self::Output {
            // What was said first goes out first.
            return session.disconnect(russh::Disconnect::ByApplication, "bye", "");
        }
        session.exit_status_request(channel, 0)?;
        session.close(channel)
    }
}

/// OpenSSH servers that are told to refuse.
fn refusing(user: &KeyPair) -> Vec<(&'static str, &'static str, Sshd)> {
    let knows_us = || Sshd::builder().authorize(user);
    let refused = "SSH authentication failed: Invalid credentials";
    let changed = "SSH host key verification failed: Host key mismatch";
    let no_session = "SSH session refused: Host opens no more sessions";
    vec![
        ("a stranger's key", refused, Sshd::builder().start()),
        (
            "no login for anybody",
            refused,
            knows_us().config("AllowUsers nobody-at-all").start(),
        ),
        ("another host key", changed, knows_us().start()),
        (
            "no sessions",
            no_session,
            knows_us().config("MaxSessions 0").start(),
        ),
    ]
}

/// A host of the table: its port leads to one that misbehaves, until it leads to a good one.
struct Row {
    name: &'static str,
    error: &'static str,
    proxy: Proxy,
}

/// What must live while the rows are used, and the known_hosts lines for them all.
struct Hosts {
    rows: Vec<Row>,
    known_hosts: String,
    good: Sshd,
    _speaking: Vec<Server>,
    _refusing: Vec<Sshd>,
}

impl Hosts {
    fn start(user: &KeyPair) -> Self {
        let good = Sshd::builder().authorize(user).start();
        let key = KeyPair::ed25519();
        let mut all = Self {
            rows: Vec::new(),
            known_hosts: String::new(),
            good,
            _speaking: Vec::new(),
            _refusing: Vec::new(),
        };
        for (name, error, misbehaviour) in RAW {
            all.add(name, error, misbehaving(*misbehaviour), &key.public);
        }
        for (name, error, phase) in SPEAKING {
            let phase = *phase;
            let server = russh_server::serve(&key, move || phase);
            all.add(name, error, server.port, &key.public);
            all._speaking.push(server);
        }
        for (name, error, sshd) in refusing(user) {
            let shown = sshd.known_hosts("127.0.0.1");
            let known = if name == "another host key" {
                key.public.clone()
            } else {
                shown.split_once(' ').unwrap().1.to_owned()
            };
            all.add(name, error, sshd.port(), &known);
            all._refusing.push(sshd);
        }
        all
    }

    fn add(&mut self, name: &'static str, error: &'static str, port: u16, key: &str) {
        let proxy = Proxy::to(port);
        let good = self.good.known_hosts("127.0.0.1");
        let (_, good) = good.split_once(' ').unwrap();
        let host = format!("[127.0.0.1]:{}", proxy.port());
        self.known_hosts += &format!("{host} {key}\n{host} {good}");
        self.rows.push(Row { name, error, proxy });
    }

    /// The inventory: `h0` and so on.
    fn servers(&self) -> String {
        let host = |(number, row): (usize, &Row)| {
            let port = row.proxy.port();
            // Only who has to wait until nothing comes waits for a short time.
            let patience = if WAITED_FOR.contains(&row.name) {
                3
            } else {
                60
            };
            format!(
                "- {{alias: h{number}, host: 127.0.0.1, port: {port}, credentials: ops, \
                 connect_timeout: {patience}, idle_timeout: 1}}\n"
            )
        };
        "hosts:\n".to_owned() + &self.rows.iter().enumerate().map(host).collect::<String>()
    }

    /// Every host is asked at once, and each fails in its own way.
    fn fail(&self, client: &mut Client) {
        let ids: Vec<Value> = (0..self.rows.len())
            .map(|number| begin(client, number))
            .collect();
        for (row, id) in self.rows.iter().zip(&ids) {
            let answer = client.response(id);
            let text = answer["result"]["content"][0]["text"].as_str().unwrap();
            let told: Value = serde_json::from_str(text).unwrap();
            let why = told.get("error").or(told.get("note"));
            assert_eq!(why, Some(&json!(row.error)), "{}: {told}", row.name);
        }
    }
}

fn begin(client: &mut Client, number: usize) -> Value {
    let arguments = json!({"alias": format!("h{number}"), "command": "echo well"});
    client.begin(
        "tools/call",
        json!({"name": "ssh_run", "arguments": arguments}),
    )
}

#[test]
fn each_misbehaviour_has_its_error_leaves_nothing_and_is_forgotten() {
    let user = KeyPair::ed25519();
    let hosts = Hosts::start(&user);
    let unused = Sshd::builder().start();
    let site = Site::of("dialling", unused, user);
    site.fixture.write("config/servers.yml", &hosts.servers());
    site.fixture.write("keys/known_hosts", &hosts.known_hosts);
    let (mut client, _held) = site.serve();
    hosts.fail(&mut client);
    let before = Vitals::of(&client);
    for _ in 0..2 {
        hosts.fail(&mut client);
    }
    before.are_back(&client, "after failures");
    for (number, row) in hosts.rows.iter().enumerate() {
        row.proxy.lead_to(hosts.good.port());
        let id = begin(&mut client, number);
        let answer = client.response(&id);
        let output = &answer["result"]["structuredContent"]["output"];
        assert_eq!(output, "well\n", "{}: {answer}", row.name);
    }
    before.are_back(&client, "after commands");
}
