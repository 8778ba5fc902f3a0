//! Servers that open one session, or run one command, a connection: appliances, libssh's server.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use russh::server::{Auth, ChannelOpenHandle, Handler, Msg, Session, VerifiedPublicKey};
use russh::{Channel, ChannelId};

use super::site::{Held, Site, ran, refused};
use crate::support::client::Client;
use crate::support::keys::KeyPair;
use crate::support::russh_server::{self, Server};

/// What comes but once over a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Once {
    Session,
    Command,
    /// A further one prints something before it is refused: it may have run.
    CommandThatTalks,
}

#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    commands: AtomicUsize,
}

struct Appliance {
    once: Once,
    seen: Arc<Seen>,
    sessions: usize,
    commands: usize,
}

impl Handler for Appliance {
    type Error = russh::Error;

    async fn auth_publickey(
        &mut self,
        _: &str,
        _: VerifiedPublicKey<'_>,
    ) -> Result<Auth, russh::Error> {
        Ok(Auth::Accept)
    }

    async fn auth_succeeded(&mut self, _: &mut Session) -> Result<(), russh::Error> {
        self.seen.connections.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    async fn channel_open_session(
        &mut self,
        _: Channel<Msg>,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), russh::Error> {
        self.sessions += 1;
        if self.sessions == 1 || self.once != Once::Session {
            reply.accept().await;
        }
        Ok(())
    }

    async fn exec_request(
        &mut self,
        channel: ChannelId,
        _: &[u8],
        session: &mut Session,
    ) -> Result<(), russh::Error> {
        self.commands += 1;
        if self.commands > 1 {
            if self.once == Once::CommandThatTalks {
                session.data(channel, "half")?;
            }
            return session.channel_failure(channel);
        }
        self.seen.commands.fetch_add(1, Ordering::SeqCst);
        session.channel_success(channel)?;
        session.data(channel, "done")?;
        session.exit_status_request(channel, 0)?;
        session.close(channel)
    }
}

fn serve(tag: &str, once: Once) -> (Client, Held, Server, Arc<Seen>) {
    let seen = Arc::new(Seen::default());
    let handler = {
        let seen = Arc::clone(&seen);
        move || Appliance {
            once,
            seen: Arc::clone(&seen),
            sessions: 0,
            commands: 0,
        }
    };
    let server = russh_server::serve(&KeyPair::ed25519(), handler);
    let site = Site::start(tag);
    site.write_servers(server.port);
    site.fixture
        .write("keys/known_hosts", &server.known_hosts("127.0.0.1"));
    let (client, held) = site.serve();
    (client, held, server, seen)
}

#[test]
fn every_call_gets_a_connection_of_its_own() {
    for (tag, once) in [("onesession", Once::Session), ("oneexec", Once::Command)] {
        let (mut client, _held, _server, seen) = serve(tag, once);
        for calls in 1..=4 {
            assert_eq!(ran(&mut client, "echo x")["output"], "done", "{once:?}");
            let now = |count: &AtomicUsize| count.load(Ordering::SeqCst);
            // It is remembered: no further call tries an old one first.
            assert_eq!(now(&seen.connections), calls, "{once:?}");
            assert_eq!(now(&seen.commands), calls, "{once:?}");
        }
    }
}

#[test]
fn what_may_have_run_is_not_sent_again() {
    let (mut client, _held, _server, seen) = serve("talks", Once::CommandThatTalks);
    assert_eq!(ran(&mut client, "echo x")["output"], "done");
    assert_eq!(
        refused(&mut client, "echo x")["error"],
        "SSH command refused: Host does not run commands for this user"
    );
    assert_eq!(seen.connections.load(Ordering::SeqCst), 1);
    assert_eq!(seen.commands.load(Ordering::SeqCst), 1);
}
