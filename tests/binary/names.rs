//! A DNS server for one name: takes questions over UDP, gives 127.0.0.1 for A and no address for
//! any other type.

use std::net::UdpSocket;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// On loopback, and nobody else's: resolv.conf names no port, so it is 53.
pub const ADDRESS: &str = "127.77.0.1";

/// Answers until the tests end; gives the number of questions so far.
pub fn answer() -> Arc<AtomicUsize> {
    let socket = UdpSocket::bind((ADDRESS, 53)).expect("run this test as root: port 53 is root's");
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    thread::spawn(move || {
        let mut question = [0; 512];
        while let Ok((length, client)) = socket.recv_from(&mut question) {
            count.fetch_add(1, Ordering::Relaxed);
            let answer = answer_to(&question[..length]);
            socket
                .send_to(&answer, client)
                .expect("a client that waits");
        }
    });
    asked
}

/// RFC 1035, section 4: the header, the question as it was asked, an answer that points at its name.
fn answer_to(question: &[u8]) -> Vec<u8> {
    let end = question.len();
    let is_a = question[end - 4..end - 2] == [0, 1];
    let mut answer = question.to_vec();
    answer[2..4].copy_from_slice(&[0x81, 0x80]);
    answer[7] = u8::from(is_a);
    if is_a {
        answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);
    }
    answer
}
