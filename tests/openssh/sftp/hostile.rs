//! Servers that break the protocol, or keep to it in a way that OpenSSH never does.

use std::collections::VecDeque;
use std::time::Duration;

use mcp_ssh::ssh::{OpenMode, Route, Session, Sftp, SftpErrorKind};
use russh::server::{self, Auth, ChannelOpenHandle, Handler, Msg, VerifiedPublicKey};
use russh::{Channel, ChannelId};

use super::{HERE, HOST, anything, endpoint, known_hosts, never, try_start};
use crate::openssh::{block_on, identity};
use crate::support::keys::KeyPair;
use crate::support::russh_server;

const INIT: u8 = 1;
const OPEN: u8 = 3;
const LSTAT: u8 = 7;
const READ: u8 = 5;
const FSTAT: u8 = 8;
const OPENDIR: u8 = 11;
const READDIR: u8 = 12;

/// What the server sends for one request: its type, its id, and what stands behind them.
type Answer = fn(u8, [u8; 4], &[u8]) -> Vec<u8>;

/// A server that keeps to the protocol, but for the answer to one type of request.
struct Liar {
    kind: u8,
    answer: Answer,
    received: VecDeque<u8>,
}

impl Handler for Liar {
    type Error = russh::Error;

    async fn auth_publickey(
        &mut self,
        _: &str,
        _: VerifiedPublicKey<'_>,
    ) -> Result<Auth, russh::Error> {
        Ok(Auth::Accept)
    }

    async fn channel_open_session(
        &mut self,
        _: Channel<Msg>,
        reply: ChannelOpenHandle,
        _: &mut server::Session,
    ) -> Result<(), russh::Error> {
        reply.accept().await;
        Ok(())
    }

    async fn subsystem_request(
        &mut self,
        channel: ChannelId,
        _: &str,
        session: &mut server::Session,
    ) -> Result<(), russh::Error> {
        session.channel_success(channel)
    }

    async fn channel_eof(
        &mut self,
        channel: ChannelId,
        session: &mut server::Session,
    ) -> Result<(), russh::Error> {
        session.close(channel)
    }

    async fn data(
        &mut self,
        channel: ChannelId,
        data: &[u8],
        session: &mut server::Session,
    ) -> Result<(), russh::Error> {
        self.received.extend(data);
        while self.received.len() >= 4 {
            let bytes = self.received.make_contiguous();
            let length = u32::from_be_bytes(*bytes.first_chunk().unwrap()) as usize;
            if bytes.len() < 4 + length {
                break;
            }
            let packet: Vec<u8> = self.received.drain(..4 + length).collect();
            let id = *packet[5..].first_chunk().unwrap();
            let answer = match packet[4] {
                kind if kind == self.kind => self.answer,
                _ => honest,
            };
            let answer = answer(packet[4], id, &packet[9..]);
            if answer == END {
                session.eof(channel)?;
                session.close(channel)?;
            } else if !answer.is_empty() {
                session.data(channel, answer)?;
            }
        }
        Ok(())
    }
}

/// More time than an honest server needs.
const BRIEF: Duration = Duration::from_secs(2);
/// Ends the channel.
const END: &[u8] = b"end";

fn packet(kind: u8, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let length = u32::try_from(body.len() + 1).unwrap();
    [&length.to_be_bytes(), [kind].as_slice(), &body].concat()
}

fn text(text: &[u8]) -> Vec<u8> {
    [&u32::try_from(text.len()).unwrap().to_be_bytes(), text].concat()
}

fn status(id: [u8; 4], code: u8) -> Vec<u8> {
    packet(101, &[&id, &[0, 0, 0, code], &text(b"words"), &text(b"")])
}

/// Attributes with a size, an owner, a mode and times.
fn attributes(mode: u32, size: u64) -> Vec<u8> {
    let numbers = [0, 0, mode, 7, 7].map(u32::to_be_bytes).concat();
    [&[0, 0, 0, 15], size.to_be_bytes().as_slice(), &numbers].concat()
}

fn data(id: [u8; 4], content: &[u8]) -> Vec<u8> {
    packet(103, &[&id, &text(content)])
}

fn names(id: [u8; 4], name: &[u8]) -> Vec<u8> {
    packet(104, &[&id, &[0, 0, 0, 1], &text(name), &text(b""), &[0; 4]])
}

/// The answer of a server that keeps to the protocol.
fn honest(kind: u8, id: [u8; 4], _: &[u8]) -> Vec<u8> {
    match kind {
        INIT => packet(2, &[&[0, 0, 0, 3]]),
        OPEN | OPENDIR => packet(102, &[&id, &text(b"handle")]),
        LSTAT | FSTAT => packet(105, &[&id, &attributes(0o100_644, 7)]),
        READ | READDIR => status(id, 1),
        _ => status(id, 0),
    }
}

async fn log_in(server: &russh_server::Server) -> Session {
    let identity = identity(&KeyPair::ed25519());
    let lines = known_hosts(&server.known_hosts(HOST));
    let (endpoint, route) = (endpoint(server.port), Route::Direct);
    Session::connect(&endpoint, &HERE, &route, &identity, &lines, &never())
        .await
        .unwrap()
}

fn serve(kind: u8, answer: Answer) -> russh_server::Server {
    russh_server::serve(&KeyPair::ed25519(), move || Liar {
        kind,
        answer,
        received: VecDeque::new(),
    })
}

/// Does the work over a server that answers requests of this type so; says whether the session is usable then.
fn with(kind: u8, answer: Answer, work: impl AsyncFnOnce(&mut Sftp<'_>)) -> bool {
    let server = serve(kind, answer);
    block_on(async {
        let session = log_in(&server).await;
        let mut sftp = try_start(&session, BRIEF, &never()).await.unwrap();
        work(&mut sftp).await;
        sftp.end().await;
        session.is_usable()
    })
}

#[test]
fn a_breach_of_the_protocol_ends_the_channel_and_says_which() {
    let rows: [(Answer, &str); 9] = [
        (
            |_, _, _| packet(105, &[&[0, 0, 9, 9], &attributes(0, 0)]),
            "a reply has the id of no request",
        ),
        (
            |_, id, _| [status(id, 0), status(id, 0), status(id, 0)].concat(),
            "the reply to LSTAT is of a type that nobody asked for",
        ),
        (
            |_, _, _| vec![0xff; 8],
            "a packet of 4294967295 bytes; the first are",
        ),
        (|_, _, _| vec![0; 8], "a packet of 0 bytes; the first are"),
        (
            |_, _, _| b"Welcome to this host\n".to_vec(),
            "\"Welcome to this host\\n\"",
        ),
        (
            |_, id, _| packet(105, &[&id, &[0, 0, 0, 15, 0, 0]]),
            "type 105 is not well-formed",
        ),
        (
            |_, id, _| packet(104, &[&id, &[0xff; 4]]),
            "type 104 is not well-formed",
        ),
        (
            |_, id, _| packet(102, &[&id, &text(&[b'h'; 257])]),
            "type 102 is not well-formed",
        ),
        (|_, id, _| packet(77, &[&id]), "type 77 is not well-formed"),
    ];
    for (answer, told) in rows {
        let is_usable = with(LSTAT, answer, async |sftp| {
            let error = sftp.lstat(b"/x").await.unwrap_err();
            assert_eq!(error.kind(), SftpErrorKind::Protocol, "{told}: {error:?}");
            assert!(error.detail().contains(told), "{told}: {error:?}");
            let again = sftp.lstat(b"/x").await.unwrap_err();
            assert_eq!(again, error);
        });
        assert!(!is_usable, "{told}");
    }
}

#[test]
fn another_version_and_an_end_in_the_middle_are_told() {
    let rows: [(Answer, SftpErrorKind); 4] = [
        (
            |_, _, _| packet(2, &[&[0, 0, 0, 2]]),
            SftpErrorKind::Protocol,
        ),
        (|_, id, _| status(id, 8), SftpErrorKind::Protocol),
        (|_, _, _| END.to_vec(), SftpErrorKind::Closed),
        (|_, _, _| vec![0, 0, 0, 99, 2], SftpErrorKind::OutOfTime),
    ];
    for (answer, kind) in rows {
        let server = serve(INIT, answer);
        block_on(async {
            let session = log_in(&server).await;
            let error = try_start(&session, BRIEF, &never()).await.err().unwrap();
            assert_eq!(error.kind(), kind, "{error:?}");
        });
    }
}

#[test]
fn content_is_never_more_than_was_asked_for() {
    let rows: [(Answer, SftpErrorKind, usize); 6] = [
        (|_, id, _| data(id, &[b'x'; 5]), SftpErrorKind::Protocol, 0),
        (|_, id, _| data(id, b""), SftpErrorKind::Protocol, 0),
        (|_, _, _| END.to_vec(), SftpErrorKind::Closed, 0),
        (|_, id, _| status(id, 4), SftpErrorKind::Failed, 0),
        (
            |_, id, _| packet(102, &[&id, &text(b"x")]),
            SftpErrorKind::Protocol,
            0,
        ),
        (|_, _, _| vec![0, 0, 0, 9, 103], SftpErrorKind::OutOfTime, 0),
    ];
    for (answer, kind, length) in rows {
        with(READ, answer, async |sftp| {
            let file = sftp.open(b"/x", OpenMode::Read).await.unwrap();
            let mut content = Vec::new();
            let error = sftp.read(&file, 0, 4, &mut content).await.unwrap_err();
            assert_eq!((error.kind(), content.len()), (kind, length), "{error:?}");
        });
    }
}

#[test]
fn content_in_pieces_of_one_byte_arrives_in_order() {
    let answer: Answer = |_, id, body| {
        let from = u64::from_be_bytes(*body[10..].first_chunk().unwrap());
        match u8::try_from(from) {
            Ok(from) => data(id, &[from]),
            Err(_) => status(id, 1),
        }
    };
    let is_usable = with(READ, answer, async |sftp| {
        let file = sftp.open(b"/x", OpenMode::Read).await.unwrap();
        let mut content = Vec::new();
        let read = sftp.read(&file, 0, u64::MAX, &mut content).await.unwrap();
        let wanted: Vec<u8> = (0..=255).collect();
        assert_eq!((read, content), (256, wanted));
        sftp.lstat(b"/x").await.unwrap();
    });
    assert!(is_usable);
}

#[test]
fn pieces_that_come_in_another_order_arrive_in_theirs() {
    const PIECE: usize = 32 * 1024;
    // Nothing for the first piece, until the second one was asked for and answered.
    let answer: Answer = |_, id, body| {
        let from = u64::from_be_bytes(*body[10..].first_chunk().unwrap());
        if from == 0 {
            return Vec::new();
        }
        let first = (u32::from_be_bytes(id) - 1).to_be_bytes();
        [data(id, &[b'2'; PIECE]), data(first, &[b'1'; PIECE])].concat()
    };
    with(READ, answer, async |sftp| {
        let file = sftp.open(b"/x", OpenMode::Read).await.unwrap();
        let mut content = Vec::new();
        let most = 2 * PIECE as u64;
        let read = sftp.read(&file, 0, most, &mut content).await.unwrap();
        let wanted = [[b'1'; PIECE], [b'2'; PIECE]].concat();
        assert!(read == most && content == wanted);
    });
}

#[test]
fn names_without_an_end_come_page_by_page_and_paths_are_no_names() {
    with(
        READDIR,
        |_, id, _| names(id, b"name"),
        async |sftp| {
            let directory = sftp.open_directory(b"/x").await.unwrap();
            for _ in 0..100 {
                let page = sftp.read_directory(&directory).await.unwrap().unwrap();
                assert_eq!(page.len(), 1);
            }
            sftp.close(directory).await.unwrap();
        },
    );
    let rows: [Answer; 5] = [
        |_, id, _| names(id, b"../x"),
        |_, id, _| names(id, b""),
        |_, id, _| names(id, b"x\0y"),
        |_, id, _| names(id, &[b'x'; 4097]),
        |_, id, _| packet(104, &[&id, &[0; 4]]),
    ];
    for answer in rows {
        with(READDIR, answer, async |sftp| {
            let directory = sftp.open_directory(b"/x").await.unwrap();
            let error = sftp.read_directory(&directory).await.unwrap_err();
            assert_eq!(error.kind(), SftpErrorKind::Protocol, "{error:?}");
        });
    }
}

#[test]
fn a_server_that_says_no_owner_or_another_file_is_not_believed() {
    let rows: [(u8, Answer, SftpErrorKind); 3] = [
        (
            LSTAT,
            |_, id, _| packet(105, &[&id, &[0, 0, 0, 4], &0o040_755_u32.to_be_bytes()]),
            SftpErrorKind::PathUnsafe,
        ),
        (
            LSTAT,
            |_, id, _| packet(105, &[&id, &[0; 4]]),
            SftpErrorKind::PathUnsafe,
        ),
        (
            LSTAT,
            // Every name is a link, even the root.
            |_, id, _| packet(105, &[&id, &attributes(0o120_777, 1)]),
            SftpErrorKind::NoSuchFile,
        ),
    ];
    for (kind, answer, wanted) in rows {
        with(kind, answer, async |sftp| {
            let walked = sftp.judge_path(b"/x/y", 0, &mut anything).await;
            assert_eq!(walked.unwrap_err().kind(), wanted);
        });
    }
    // Each name but these two is a link, which cannot be read.
    let link: Answer = |_, id, body| match &body[4..] {
        b"/" => packet(105, &[&id, &attributes(0o040_755, 1)]),
        b"/file" => packet(105, &[&id, &attributes(0o100_644, 8)]),
        _ => packet(105, &[&id, &attributes(0o120_777, 1)]),
    };
    with(LSTAT, link, async |sftp| {
        let walked = sftp.judge_path(b"/x", 0, &mut anything).await;
        assert_eq!(walked.unwrap_err().kind(), SftpErrorKind::Protocol);
    });
    with(LSTAT, link, async |sftp| {
        // The file has another size once it is open.
        let walked = sftp.judge_path(b"/file", 0, &mut anything).await.unwrap();
        let error = sftp.open_judged(&walked).await.unwrap_err();
        assert_eq!(error.kind(), SftpErrorKind::Changed);
    });
}
