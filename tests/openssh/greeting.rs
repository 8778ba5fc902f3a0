//! What stands before a server's version: read as OpenSSH reads it, and told where there is no version.

use std::io::{BufRead, BufReader};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use mcp_ssh::ssh::{Route, Session, SshError, SshErrorKind};

use super::login::log_in_at;
use super::{HERE, HOST, Host, block_on, endpoint, identity, known_hosts, never};
use crate::support::keys::KeyPair;
use crate::support::raw::{Misbehaviour, disconnect, misbehaving, say, wait_for_the_end};
use crate::support::sshd::{Sshd, login_name};

#[test]
fn lines_before_the_version_are_read_as_openssh_reads_them() {
    let key = KeyPair::ed25519();
    let long = [vec![b'x'; 8190], b"\r\n".to_vec()].concat();
    for (what, lines, expected) in [
        ("empty lines", b"\n\r\n\n".to_vec(), true),
        ("a line", b"Welcome to the machine\r\n".to_vec(), true),
        ("no UTF-8", b"\xff\xfe\0\n".to_vec(), true),
        ("1,023 lines", b"w\r\n".repeat(1023), true),
        ("1,024 lines", b"w\r\n".repeat(1024), false),
        ("30 lines of 8 kB", long.repeat(30), true),
        ("a line over 8 kB", vec![b'x'; 8193], false),
    ] {
        let sshd = Sshd::builder().authorize(&key).greeting(&lines).start();
        let result = log_in_at(&sshd, &login_name(), identity(&key));
        let kind = result.map_err(|error| error.kind());
        let expected = if expected {
            Ok(())
        } else {
            Err(SshErrorKind::Protocol)
        };
        assert_eq!(kind, expected, "{what}");
    }
}

/// The version of a server, its end included.
fn version_of(sshd: &Sshd) -> Vec<u8> {
    let stream = TcpStream::connect((HOST, sshd.port())).unwrap();
    let mut version = Vec::new();
    BufReader::new(stream)
        .read_until(b'\n', &mut version)
        .unwrap();
    version
}

/// RFC 4253, section 4.2: 255 bytes, its end included.
#[test]
fn a_version_as_long_as_one_may_be_is_read() {
    let key = KeyPair::ed25519();
    let named = |addendum: &str| {
        let builder = Sshd::builder().authorize(&key);
        builder
            .config(&format!("VersionAddendum {addendum}"))
            .start()
    };
    let bare = version_of(&named("v")).len() - 1;
    for (length, expected) in [
        (254, Ok(())),
        (255, Ok(())),
        (256, Err(SshErrorKind::Protocol)),
    ] {
        let sshd = named(&"v".repeat(length - bare));
        assert_eq!(version_of(&sshd).len(), length);
        let result = log_in_at(&sshd, &login_name(), identity(&key));
        assert_eq!(
            result.map_err(|error| error.kind()),
            expected,
            "{length} bytes"
        );
    }
}

/// The error of a connection with a server of plain bytes.
fn refused(behave: Misbehaviour) -> SshError {
    let port = misbehaving(behave);
    let mut endpoint = endpoint(port);
    endpoint.connect_timeout = Duration::from_secs(1);
    let key = KeyPair::ed25519();
    let lines = known_hosts(&format!("[{HOST}]:{port} {}\n", key.public));
    let (prove, never) = (identity(&key), never());
    let connected = Session::connect(&endpoint, &HERE, &Route::Direct, &prove, &lines, &never);
    block_on(connected).map(drop).unwrap_err()
}

#[test]
fn what_answers_in_place_of_an_ssh_server_is_told() {
    use SshErrorKind::{Closed, Penalty, Protocol, Timeout};
    fn ends(client: &mut TcpStream, words: &[u8]) {
        say(client, words);
        client.shutdown(Shutdown::Write).unwrap();
        wait_for_the_end(client);
    }
    fn stays(client: &mut TcpStream, words: &[u8]) {
        say(client, words);
        wait_for_the_end(client);
    }
    let rows: &[(Misbehaviour, SshErrorKind, &str)] = &[
        (
            |client| ends(client, b"HTTP/1.1 400 Bad Request\r\n\r\n"),
            Protocol,
            "an HTTP server answers",
        ),
        (
            |client| stays(client, b"220 mail.example.com ESMTP Postfix\r\n"),
            Protocol,
            "an SMTP or FTP server answers",
        ),
        (
            |client| stays(client, b"\xff\xfd\x18\xff\xfd\x20"),
            Protocol,
            "a telnet server answers",
        ),
        (
            |client| stays(client, b"SSH-1.5-Cisco-1.25\n"),
            Protocol,
            "its version is \"SSH-1.5-Cisco-1.25\", and only SSH 2.0",
        ),
        (
            |client| {
                stays(
                    client,
                    &[b"SSH-2.0-".to_vec(), vec![b'v'; 300], b"\r\n".to_vec()].concat(),
                )
            },
            Protocol,
            "its version has 310 bytes, and RFC 4253 allows 255",
        ),
        (
            |client| ends(client, b"\r\nExceeded MaxStartups\r\n"),
            Closed,
            "(MaxStartups)",
        ),
        (
            |client| ends(client, b"Not allowed at this time\r\n"),
            Penalty,
            "(PerSourcePenalties)",
        ),
        (
            |client| {
                let said = disconnect("all your attempts are used up");
                ends(client, &[b"SSH-2.0-x\r\n", said.as_slice()].concat());
            },
            Closed,
            "the server said \"all your attempts are used up\"",
        ),
        (
            |client| stays(client, b"-ERR unknown command\r\n"),
            Protocol,
            "a Redis server answers",
        ),
        (
            |client| stays(client, b"J\0\0\0\n8.0.36\0"),
            Protocol,
            "a MySQL or MariaDB server answers",
        ),
        (
            |client| ends(client, b"AMQP\0\0\x09\x01"),
            Protocol,
            "an AMQP server answers",
        ),
        (
            |client| ends(client, b"\x15\x03\x01\0\x02\x02F"),
            Protocol,
            "a TLS server answers",
        ),
        (
            |client| ends(client, b"-DENIED Redis is running in protected mode"),
            Protocol,
            "a Redis server answers",
        ),
        (
            |client| ends(client, b"\x03\0\0\x09\x02\xf0\x80\x21\x80"),
            Protocol,
            "an RDP server answers",
        ),
        (
            |client| ends(client, b""),
            Closed,
            "it ended the connection without a word, and an SSH server speaks first",
        ),
        (
            |client| {
                ends(client, b"SSH-2.0-x\r\n");
            },
            Closed,
            "its version had come",
        ),
        (
            |client| ends(client, b"go away\r\nnow\r\n"),
            Closed,
            "before that it said \"go away\"",
        ),
        (
            |client| stays(client, b"half a \x1b[31mline"),
            Protocol,
            "before that it said \"half a \\u{1b}[31mline\"",
        ),
        (
            |client| stays(client, b"SSH-2.0-OpenSSH_9.2\r\n"),
            Timeout,
            "its version came, and not all that has to follow",
        ),
        (
            |client| wait_for_the_end(client),
            Timeout,
            "while shaking hands: it took the connection and said nothing",
        ),
    ];
    for (behave, kind, words) in rows {
        let error = refused(*behave);
        assert_eq!(error.kind(), *kind, "{words}: {error:?}");
        assert!(error.detail().contains(words), "{words}: {error:?}");
    }
}

#[test]
fn a_banner_that_is_no_utf8_is_told_as_that_and_not_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text, fault) in [
        ("utf8", "Zutritt f\u{fc}r Befugte\n".as_bytes(), None),
        (
            "latin1",
            b"Zutritt f\xfcr Befugte\n".as_slice(),
            Some(SshErrorKind::Protocol),
        ),
    ] {
        let banner = folder.path().join(name);
        std::fs::write(&banner, text).unwrap();
        let line = format!("Banner {}", banner.display());
        let host = Host::with(|builder| builder.config(&line));
        let lines = host.sshd.known_hosts(HOST);
        let error = block_on(host.try_connect(&lines)).err();
        assert_eq!(
            error.as_ref().map(SshError::kind),
            fault,
            "{name}: {error:?}"
        );
        if let Some(error) = error {
            let advice = "words that are no UTF-8, as RFC 4252 demands: save the host's banner";
            assert!(error.detail().contains(advice), "{error:?}");
        }
    }
}
