//! A DNS server of the test's own, and programs that ask no other one.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use super::fixture::Fixture;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    A,
    Aaaa,
    Other,
}

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    Silence,
    /// SERVFAIL.
    Failure,
    /// The name has none of these.
    Nothing,
    /// This one, after a while.
    Address(IpAddr, Duration),
}

/// Answers on port 53 of this address, until the test process ends.
pub fn serve(address: Ipv4Addr, answer: impl Fn(&str, Kind) -> Reply + Send + Sync + 'static) {
    let socket = UdpSocket::bind((address, 53)).expect("root may bind port 53");
    let (socket, answer) = (Arc::new(socket), Arc::new(answer));
    std::thread::spawn(move || {
        let mut query = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut query) {
            let (socket, answer) = (Arc::clone(&socket), Arc::clone(&answer));
            let query = query[..length].to_owned();
            std::thread::spawn(move || {
                let (name, kind, end) = question(&query);
                reply(&socket, from, &query[..end], answer(&name, kind));
            });
        }
    });
}

/// The name that is asked for, its kind, and where the question ends (RFC 1035 section 4.1).
fn question(query: &[u8]) -> (String, Kind, usize) {
    let (mut labels, mut at) = (Vec::new(), 12);
    while query[at] > 0 {
        let end = at + 1 + usize::from(query[at]);
        labels.push(String::from_utf8_lossy(&query[at + 1..end]).into_owned());
        at = end;
    }
    let kind = match query[at + 2] {
        1 => Kind::A,
        28 => Kind::Aaaa,
        _ => Kind::Other,
    };
    (labels.join("."), kind, at + 5)
}

fn reply(socket: &UdpSocket, to: SocketAddr, question: &[u8], reply: Reply) {
    let (code, address) = match reply {
        Reply::Silence => return,
        Reply::Failure => (2, None),
        Reply::Nothing => (0, None),
        Reply::Address(address, delay) => {
            std::thread::sleep(delay);
            (0, Some(address))
        }
    };
    let mut answer = question[..2].to_owned();
    answer.extend([
        0x81,
        0x80 | code,
        0,
        1,
        0,
        u8::from(address.is_some()),
        0,
        0,
        0,
        0,
    ]);
    answer.extend(&question[12..]);
    // A pointer to the question's name, the type, the class, a minute, the length (RFC 1035 section 3.2.1).
    match address {
        Some(IpAddr::V4(address)) => {
            answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]);
            answer.extend(address.octets());
        }
        Some(IpAddr::V6(address)) => {
            answer.extend([0xc0, 12, 0, 28, 0, 1, 0, 0, 0, 60, 0, 16]);
            answer.extend(address.octets());
        }
        None => {}
    }
    // Who asked may have gone.
    let _sent = socket.send_to(&answer, to);
}

/// The real binary in whose eyes /etc/hosts and /etc/resolv.conf are these; `before` stands before it
/// on the command line.
pub fn program(fixture: &Fixture, hosts: &str, resolver: &str, before: &str) -> Command {
    let write = |name: &str, text: &str| {
        fixture.write(name, text);
        fixture.path(name)
    };
    let hosts = write("hosts", hosts);
    let resolver = write("resolv.conf", resolver);
    let script = format!(
        "mount --bind {hosts} /etc/hosts && mount --bind {resolver} /etc/resolv.conf && \
         exec {before} {} \"$@\"",
        env!("CARGO_BIN_EXE_mcp-ssh")
    );
    let mut program = Command::new("unshare");
    program.args(["--mount", "sh", "-c", &script, "sh"]);
    program.envs(fixture.environment());
    program
}
