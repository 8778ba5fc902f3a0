//! Servers that do what OpenSSH would not: russh's own server, told to misbehave.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use mcp_ssh::ssh::{
    CommandEnd, Endpoint, ExecLimits, Exit, Process, Route, Session, SshError, SshErrorKind,
};
use russh::server::{self, Auth, ChannelOpenHandle, Handler, Msg, VerifiedPublicKey};
use russh::{Channel, ChannelId, MethodKind, MethodSet, Sig};

use super::{
    Exec, HERE, HOST, block_on, endpoint, identity, known_hosts, never, permit, run, tasks_left,
};
use crate::support::keys::KeyPair;
use crate::support::russh_server;

/// A server that misbehaves, and what it has to tell.
pub struct Server {
    server: russh_server::Server,
    told: Mutex<Receiver<String>>,
}

/// A server with this host key that lets everybody in.
pub fn serve_with(host_key: &KeyPair) -> Server {
    let (tell, told) = channel();
    let rogue = move || Rogue {
        tell: tell.clone(),
        rounds: 0,
    };
    Server {
        server: russh_server::serve(host_key, rogue),
        told: Mutex::new(told),
    }
}

impl Server {
    pub fn port(&self) -> u16 {
        self.server.port
    }

    pub async fn connect(&self, lines: &str) -> Result<Session, SshError> {
        self.connect_to(&endpoint(self.port()), lines).await
    }

    async fn connect_to(&self, endpoint: &Endpoint, lines: &str) -> Result<Session, SshError> {
        let user = KeyPair::ed25519();
        Session::connect(
            endpoint,
            &HERE,
            &Route::Direct,
            &identity(&user),
            &known_hosts(lines),
            &never(),
        )
        .await
    }

    async fn log_in(&self) -> Session {
        self.connect(&self.known_hosts()).await.unwrap()
    }

    /// The known_hosts line of it.
    pub fn known_hosts(&self) -> String {
        self.server.known_hosts(HOST)
    }

    /// All that the server has told since.
    pub fn heard_all(&self) -> Vec<String> {
        self.told.lock().unwrap().try_iter().collect()
    }

    /// The next thing the server has to tell.
    fn heard(&self) -> String {
        self.told
            .lock()
            .unwrap()
            .recv_timeout(Duration::from_secs(5))
            .unwrap()
    }
}

struct Rogue {
    tell: Sender<String>,
    rounds: usize,
}

impl Handler for Rogue {
    type Error = russh::Error;

    async fn auth_none(&mut self, _: &str) -> Result<Auth, russh::Error> {
        let methods = [MethodKind::PublicKey, MethodKind::KeyboardInteractive];
        Ok(Auth::Reject {
            proceed_with_methods: Some(MethodSet::from(&methods[..])),
            partial_success: false,
        })
    }

    async fn auth_publickey(
        &mut self,
        user: &str,
        _: VerifiedPublicKey<'_>,
    ) -> Result<Auth, russh::Error> {
        if user == "stall" {
            std::future::pending::<()>().await;
        }
        Ok(Auth::Accept)
    }

    async fn auth_keyboard_interactive<'a>(
        &'a mut self,
        user: &str,
        _: &str,
        answers: Option<server::Response<'a>>,
    ) -> Result<Auth, russh::Error> {
        self.rounds += 1;
        if let Some(answers) = answers {
            let answers: Vec<_> = answers.collect();
            // Nobody may listen.
            let _unheard = self.tell.send(format!("{answers:?}"));
        }
        Ok(super::keyboard::asks(user, self.rounds))
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

    async fn exec_request(
        &mut self,
        channel: ChannelId,
        command: &[u8],
        session: &mut server::Session,
    ) -> Result<(), russh::Error> {
        match command {
            b"refuse" => return session.channel_failure(channel),
            b"close" => {
                session.channel_success(channel)?;
                session.data(channel, "some")?;
                session.close(channel)?;
            }
            b"odd signal" => {
                session.channel_success(channel)?;
                let name = Sig::Custom("\u{1b}[31mODD<>@example.org".to_owned());
                session.exit_signal_request(channel, name, false, "why", "")?;
                session.close(channel)?;
            }
            b"signal and status" => {
                session.channel_success(channel)?;
                session.exit_signal_request(channel, Sig::TERM, false, "", "")?;
                session.exit_status_request(channel, 0)?;
                session.close(channel)?;
            }
            b"panic" => session.disconnect(russh::Disconnect::ByApplication, "bye", "")?,
            b"echo at length" => {
                let said = "\u{1}".repeat(200_000);
                session.disconnect(russh::Disconnect::ByApplication, &said, "")?;
            }
            [b'e', b'c', b'h', b'o', b' ', said @ ..] => {
                let said = String::from_utf8_lossy(said);
                session.disconnect(russh::Disconnect::ByApplication, &said, "")?;
            }
            b"open channels" => self.open_channels(session.handle(), channel),
            _ => session.channel_success(channel)?,
        }
        Ok(())
    }

    async fn signal(
        &mut self,
        _: ChannelId,
        signal: Sig,
        _: &mut server::Session,
    ) -> Result<(), russh::Error> {
        // And does nothing about it.
        self.tell.send(format!("{signal:?}")).unwrap();
        Ok(())
    }
}

impl Rogue {
    fn open_channels(&self, handle: server::Handle, channel: ChannelId) {
        let tell = self.tell.clone();
        tokio::spawn(async move {
            let opened = [
                handle.channel_open_agent().await.is_ok(),
                handle.channel_open_session().await.is_ok(),
                handle.channel_open_x11("h", 1).await.is_ok(),
                handle
                    .channel_open_forwarded_tcpip("h", 1, "h", 2)
                    .await
                    .is_ok(),
                handle
                    .channel_open_forwarded_streamlocal("/s")
                    .await
                    .is_ok(),
                handle
                    .channel_open_direct_tcpip("h", 1, "h", 2)
                    .await
                    .is_ok(),
                handle.channel_open_direct_streamlocal("/s").await.is_ok(),
            ];
            tell.send(format!("{opened:?}")).unwrap();
            handle.channel_success(channel).await.unwrap();
            handle.exit_status_request(channel, 0).await.unwrap();
            handle.close(channel).await.unwrap();
        });
    }
}

#[test]
fn every_channel_the_server_asks_for_is_refused() {
    let server = serve_with(&KeyPair::ed25519());
    let output = block_on(async {
        let session = server.log_in().await;
        run(&session, "open channels").await
    });
    assert_eq!(output.ended, CommandEnd::Exited(0));
    assert_eq!(server.heard(), format!("{:?}", [false; 7]));
}

#[test]
fn a_login_that_stalls_is_given_up() {
    let server = serve_with(&KeyPair::ed25519());
    block_on(async {
        let mut endpoint = endpoint(server.port());
        endpoint.username = "stall".to_owned();
        endpoint.connect_timeout = Duration::from_secs(2);
        let result = server.connect_to(&endpoint, &server.known_hosts()).await;
        let error = result.map(drop).unwrap_err();
        assert_eq!(error.kind(), SshErrorKind::Timeout);
        assert!(
            error
                .detail()
                .ends_with("no answer within 2s while logging in"),
            "{error:?}"
        );
        assert_eq!(tasks_left().await, 0);
    });
}

#[test]
fn a_session_that_is_closed_leaves_nothing_behind() {
    let server = serve_with(&KeyPair::ed25519());
    block_on(async {
        server.log_in().await.close().await;
        assert_eq!(tasks_left().await, 0);
        drop(server.log_in().await);
        assert_eq!(tasks_left().await, 0);
    });
}

#[test]
fn a_refused_command_is_an_error_and_the_connection_is_left_alone() {
    let server = serve_with(&KeyPair::ed25519());
    block_on(async {
        let session = server.log_in().await;
        let error = session
            .exec(permit("refuse"), super::ROOMY, &never())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), SshErrorKind::ExecRefused);
    });
}

#[test]
fn a_channel_closed_without_a_status_says_so() {
    let server = serve_with(&KeyPair::ed25519());
    block_on(async {
        let session = server.log_in().await;
        let output = run(&session, "close").await;
        assert_eq!((output.ended, output.exit), (CommandEnd::NoStatus, None));
        assert_eq!(output.printed.bytes(), b"some");
        // The host has closed it by itself: nothing is in doubt, and the connection is as good as before.
        assert_eq!(output.process, Process::Gone);
        assert!(session.is_usable());
        assert_eq!(run(&session, "close").await.printed.bytes(), b"some");
    });
}

#[test]
fn a_signal_name_from_the_server_is_made_harmless() {
    let server = serve_with(&KeyPair::ed25519());
    block_on(async {
        let session = server.log_in().await;
        let output = run(&session, "odd signal").await;
        assert_eq!(
            output.ended,
            CommandEnd::Signalled("31mODD@example.org".to_owned())
        );
        assert_eq!(
            output.exit,
            Some(Exit::Signal("31mODD@example.org".to_owned()))
        );
    });
}

/// A command that a signal has ended did not succeed.
#[test]
fn a_status_beside_a_signal_does_not_count() {
    let server = serve_with(&KeyPair::ed25519());
    block_on(async {
        let session = server.log_in().await;
        let output = run(&session, "signal and status").await;
        assert_eq!(output.ended, CommandEnd::Signalled("TERM".to_owned()));
    });
}

#[test]
fn a_connection_that_ends_under_a_command_is_lost_with_the_servers_words() {
    let server = serve_with(&KeyPair::ed25519());
    block_on(async {
        let session = server.log_in().await;
        let output = run(&session, "panic").await;
        assert_eq!(
            output.ended,
            CommandEnd::Lost("the server said \"bye\"".to_owned())
        );
        assert_eq!(output.process, Process::Unconfirmed);
        assert!(!session.is_usable());
        let error = session
            .exec(permit("more"), super::ROOMY, &never())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), SshErrorKind::Closed);
    });
}

#[test]
fn a_server_that_ignores_the_kill_loses_its_connection() {
    let server = serve_with(&KeyPair::ed25519());
    block_on(async {
        let session = server.log_in().await;
        let limits = ExecLimits {
            max_seconds: Duration::from_millis(200),
            max_output_bytes: 100,
        };
        let start = Instant::now();
        let output = session
            .exec(permit("hang"), limits, &never())
            .await
            .unwrap();
        assert!(
            start.elapsed() < Duration::from_secs(2),
            "{:?}",
            start.elapsed()
        );
        assert_eq!((output.ended, output.exit), (CommandEnd::TimedOut, None));
        assert_eq!(output.process, Process::Unconfirmed);
        assert!(!session.is_usable());
    });
    assert_eq!(server.heard(), "KILL");
}
