//! The killer of a command of root's: one at a time over a connection, and nobody waits for one that hangs.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use russh::server::{Auth, ChannelOpenHandle, Handler, Msg, Session, VerifiedPublicKey};
use russh::{Channel, ChannelId, Sig};
use serde_json::Value;

use super::site::{Held, POLICY, Site, ran};
use crate::support::client::Client;
use crate::support::keys::KeyPair;
use crate::support::russh_server::{self, Server};

/// What a killer's shell does, which never ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Killer {
    Hangs,
    Kills,
}

#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    killers: AtomicUsize,
}

/// A host whose every login shell is slow beyond measure, but for what ends at once.
struct Host {
    killer: Killer,
    seen: Arc<Seen>,
    runs: Option<ChannelId>,
}

impl Handler for Host {
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
        reply.accept().await;
        Ok(())
    }

    async fn exec_request(
        &mut self,
        channel: ChannelId,
        line: &[u8],
        session: &mut Session,
    ) -> Result<(), russh::Error> {
        session.channel_success(channel)?;
        if line.starts_with(b"sleep ") {
            self.runs = Some(channel);
        } else if line.starts_with(b"echo ") {
            session.data(channel, "done")?;
            session.exit_status_request(channel, 0)?;
            session.close(channel)?;
        } else {
            self.seen.killers.fetch_add(1, Ordering::SeqCst);
            if let (Killer::Kills, Some(runs)) = (self.killer, self.runs) {
                let (core_dumped, words) = (false, "");
                session.exit_signal_request(runs, Sig::KILL, core_dumped, words, words)?;
                session.close(runs)?;
            }
        }
        Ok(())
    }
}

fn serve(tag: &str, killer: Killer) -> (Client, Held, Server, Arc<Seen>) {
    let seen = Arc::new(Seen::default());
    let handler = {
        let seen = Arc::clone(&seen);
        move || Host {
            killer,
            seen: Arc::clone(&seen),
            runs: None,
        }
    };
    let server = russh_server::serve(&KeyPair::ed25519(), handler);
    let site = Site::start(tag);
    site.write_servers(server.port);
    let known_hosts = server.known_hosts("127.0.0.1");
    site.fixture.write("keys/known_hosts", &known_hosts);
    let root = "entries:\n- {name: ops, username: root, key_path: id}\n";
    site.fixture.write("config/credentials.yml", root);
    site.write_policy(&POLICY.replace("max_seconds: 20", "max_seconds: 1"));
    let (client, held) = site.serve();
    (client, held, server, seen)
}

fn note(result: &Value) -> &str {
    result["note"].as_str().unwrap()
}

/// The command is ended, and another one runs after it; how many killers and connections that took.
fn ended_and_followed(tag: &str, killer: Killer) -> (Value, usize, usize) {
    let (mut client, _held, _server, seen) = serve(tag, killer);
    let ended = ran(&mut client, "sleep 100");
    assert_eq!(ended["timeout"], true, "{ended}");
    let next = ran(&mut client, "echo next");
    assert_eq!(next["output"], "done", "{next}");
    let now = |count: &AtomicUsize| count.load(Ordering::SeqCst);
    (ended, now(&seen.killers), now(&seen.connections))
}

#[test]
fn a_killer_that_hangs_is_the_only_one_and_is_not_waited_for() {
    let (ended, killers, connections) = ended_and_followed("killer", Killer::Hangs);
    assert!(note(&ended).contains("the host did not confirm"), "{ended}");
    assert_eq!((killers, connections), (1, 2));
}

/// It may still kill something: no other command comes to its connection.
#[test]
fn a_connection_whose_killer_has_not_ended_takes_no_other_command() {
    let (_, killers, connections) = ended_and_followed("killed", Killer::Kills);
    assert_eq!((killers, connections), (1, 2));
}
