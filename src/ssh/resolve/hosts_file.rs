//! How /etc/hosts spells a name (hosts(5)).
//!
//! Takes: a name. Gives: the same name in the letters of the file. Names are equal whatever the case of their letters
//! (RFC 4343), and musl compares bytes: the libc is asked for the name as the file has it.

use std::borrow::Cow;
use std::io::Read;

const HOSTS: &str = "/etc/hosts";
/// How many bytes of the file are read: some 100,000 lines.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// The name as the file has it; as it is, where the file does not have it in other letters alone.
pub(super) fn spelled(name: &str) -> Cow<'_, str> {
    let mut text = Vec::new();
    let file = std::fs::File::open(HOSTS);
    // Without the file the libc has nothing to find in it.
    let _read = file.and_then(|file| file.take(MAX_BYTES).read_to_end(&mut text));
    spelled_in(name, &text).map_or(Cow::Borrowed(name), Cow::Owned)
}

fn spelled_in(name: &str, hosts: &[u8]) -> Option<String> {
    let mut other = None;
    for line in hosts.split(|byte| *byte == b'\n') {
        let line = line.split(|byte| *byte == b'#').next().unwrap_or_default();
        let words = line
            .split(u8::is_ascii_whitespace)
            .filter(|word| !word.is_empty());
        for word in words.skip(1) {
            if word == name.as_bytes() {
                return None;
            }
            if other.is_none() && word.eq_ignore_ascii_case(name.as_bytes()) {
                other = String::from_utf8(word.to_vec()).ok();
            }
        }
    }
    other
}

/// A name as these bytes of a hosts file spell it, for fuzzing.
#[cfg(fuzzing)]
pub fn spelled_by(name: &str, hosts: &[u8]) -> Option<String> {
    spelled_in(name, hosts)
}

#[cfg(test)]
mod tests {
    use super::spelled_in;

    #[test]
    fn a_name_is_found_in_any_letters() {
        let hosts = b"127.0.0.1\tlocalhost\n10.0.0.1 Web-1.Example.com  WEB-1 # web-9\n#10.0.0.2 Web-2\n10.0.0.3 db DB\r\n";
        for (name, expected) in [
            ("localhost", None),
            ("LOCALHOST", Some("localhost")),
            ("web-1", Some("WEB-1")),
            ("web-1.example.com", Some("Web-1.Example.com")),
            ("web-9", None),
            ("web-2", None),
            ("db", None),
            ("Db", Some("db")),
            ("10.0.0.1", None),
        ] {
            assert_eq!(spelled_in(name, hosts).as_deref(), expected, "{name}");
        }
    }
}
