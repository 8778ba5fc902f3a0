//! A DNS server: takes questions over UDP, gives 127.0.0.1 for A and no address for any other type;
//! names that do not end as it was told it does not know.

use std::net::UdpSocket;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Answers until the tests end, for names with this last label; gives the number of questions so far. The address is on
/// loopback, and nobody else's: resolv.conf names no port, so it is 53.
pub fn answer(address: &str, last_label: &'static str) -> Arc<AtomicUsize> {
    let socket = UdpSocket::bind((address, 53)).expect("run this test as root: port 53 is root's");
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    thread::spawn(move || {
        let mut question = [0; 512];
        while let Ok((length, client)) = socket.recv_from(&mut question) {
            count.fetch_add(1, Ordering::Relaxed);
            let answer = answer_to(&question[..length], last_label);
            socket
                .send_to(&answer, client)
                .expect("a client that waits");
        }
    });
    asked
}

/// RFC 1035, section 4: the header, the question as it was asked, an answer that points at its name.
fn answer_to(question: &[u8], last_label: &str) -> Vec<u8> {
    let end = question.len();
    let is_known = question[..end - 5].ends_with(last_label.as_bytes());
    let is_a = is_known && question[end - 4..end - 2] == [0, 1];
    let mut answer = question.to_vec();
    answer[2..4].copy_from_slice(&[0x81, if is_known { 0x80 } else { 0x83 }]);
    answer[7] = u8::from(is_a);
    if is_a {
        answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);
    }
    answer
}
