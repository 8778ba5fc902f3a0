//! Servers that speak in plain bytes, because no SSH library would say what they say.

use std::io::Write;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::Duration;

/// What is done with each client, one after the other; the connection ends with it.
pub type Misbehaviour = fn(&mut TcpStream);

/// Listens on a free port of 127.0.0.1, which it gives; the threads end with the test process.
pub fn misbehaving(misbehaviour: Misbehaviour) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            std::thread::spawn(move || misbehaviour(&mut client));
        }
    });
    port
}

/// Says it, if the client has not had enough already.
pub fn say(client: &mut TcpStream, text: &[u8]) {
    let _gone = client.write_all(text);
}

/// Waits until the client has closed its side, or for a while.
pub fn wait_for_the_end(client: &mut TcpStream) {
    let patience = Some(Duration::from_secs(10));
    client.set_read_timeout(patience).unwrap();
    // However it ends: what the client is told is what is tested.
    let _ended = std::io::copy(client, &mut std::io::sink());
}

/// Makes the end of this connection a reset, which says nothing of a goodbye.
pub fn end_by_reset(socket: &TcpStream) {
    rustix::net::sockopt::set_socket_linger(socket, Some(Duration::ZERO)).unwrap();
}

/// The packet of a KEXINIT that no client can finish with: it offers what OpenSSH offers, and
/// then nothing more comes.
pub fn kexinit() -> Vec<u8> {
    kexinit_with("ssh-ed25519")
}

/// The same with these names of host-key algorithms.
pub fn kexinit_with(host_keys: &str) -> Vec<u8> {
    let lists = [
        "curve25519-sha256",
        host_keys,
        "aes256-ctr",
        "aes256-ctr",
        "hmac-sha2-256",
        "hmac-sha2-256",
        "none",
        "none",
        "",
        "",
    ];
    let mut payload = vec![20];
    payload.extend([7; 16]);
    for list in lists {
        payload.extend((list.len() as u32).to_be_bytes());
        payload.extend(list.as_bytes());
    }
    payload.extend([0; 5]);
    packet(&payload)
}

/// The packet by which a server ends the connection, and says why (RFC 4253, section 11.1).
pub fn disconnect(why: &str) -> Vec<u8> {
    let mut payload = vec![1, 0, 0, 0, 2];
    payload.extend((why.len() as u32).to_be_bytes());
    payload.extend(why.as_bytes());
    payload.extend([0; 4]);
    packet(&payload)
}

/// A packet that says nothing (SSH_MSG_IGNORE, RFC 4253 section 11.2).
pub fn ignore() -> Vec<u8> {
    let mut payload = vec![2, 0, 0, 0, 100];
    payload.extend([b'a'; 100]);
    packet(&payload)
}

/// A packet before any key exchange (RFC 4253, section 6).
fn packet(payload: &[u8]) -> Vec<u8> {
    let padding = 8 - (payload.len() + 5) % 8 + 8;
    let mut packet = ((payload.len() + padding + 1) as u32)
        .to_be_bytes()
        .to_vec();
    packet.push(padding as u8);
    packet.extend(payload);
    packet.extend(vec![0; padding]);
    packet
}
