//! Servers that open one session, or run one command, a connection: appliances, libssh's server.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use russh::server::{Auth, ChannelOpenHandle, Handler, Msg, Session, VerifiedPublicKey};
use russh::{Channel, ChannelId, Disconnect};
use serde_json::{Value, json};
use tokio::sync::{Barrier, Notify};

use super::site::{Held, Site, ran, refused};
use crate::support::client::Client;
use crate::support::keys::KeyPair;
use crate::support::marker::within;
use crate::support::russh_server::{self, Server};

/// What comes but once over a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Once {
    Session,
    Command,
    /// A further one prints something before it is refused: it may have run.
    CommandThatTalks,
    /// A further session gets no answer.
    SilentSession,
    /// A further session ends the connection. Over the first connection none is opened.
    EndingSession,
    /// A command that ends takes the connection with it, and the command beside it. Each ends once two run.
    EndedCommand,
    /// While a command runs, no other session and no other connection. The first command lasts until one was refused.
    Connection,
}

struct Seen {
    connections: AtomicUsize,
    sessions: AtomicUsize,
    commands: AtomicUsize,
    /// How many commands run.
    running: AtomicUsize,
    turned_away: Notify,
    two_run: Barrier,
}

impl Default for Seen {
    fn default() -> Self {
        Self {
            connections: AtomicUsize::default(),
            sessions: AtomicUsize::default(),
            commands: AtomicUsize::default(),
            running: AtomicUsize::default(),
            turned_away: Notify::default(),
            two_run: Barrier::new(2),
        }
    }
}

struct Appliance {
    once: Once,
    seen: Arc<Seen>,
    sessions: usize,
    commands: usize,
    /// What is never answered.
    unanswered: Vec<ChannelOpenHandle>,
}

impl Handler for Appliance {
    type Error = russh::Error;

    async fn auth_publickey(
        &mut self,
        _: &str,
        _: VerifiedPublicKey<'_>,
    ) -> Result<Auth, russh::Error> {
        if self.once == Once::Connection && self.seen.running.load(Ordering::SeqCst) > 0 {
            self.seen.turned_away.notify_one();
            return Err(russh::Error::Disconnect);
        }
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
        self.seen.sessions.fetch_add(1, Ordering::SeqCst);
        let is_first = self.seen.connections.load(Ordering::SeqCst) == 1;
        match self.once {
            Once::SilentSession if self.sessions > 1 => self.unanswered.push(reply),
            Once::EndingSession if self.sessions > 1 => return Err(russh::Error::Disconnect),
            Once::EndingSession if is_first => self.unanswered.push(reply),
            Once::Session if self.sessions > 1 => {}
            Once::Connection if self.seen.running.load(Ordering::SeqCst) > 0 => {}
            Once::Session
            | Once::Connection
            | Once::Command
            | Once::CommandThatTalks
            | Once::EndedCommand
            | Once::SilentSession
            | Once::EndingSession => reply.accept().await,
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
        if self.once == Once::Connection {
            return self.run_alone(channel, session);
        }
        if self.once == Once::EndedCommand {
            return self.run_beside(channel, session);
        }
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

impl Appliance {
    fn run_alone(&self, channel: ChannelId, session: &mut Session) -> Result<(), russh::Error> {
        let (seen, handle) = (Arc::clone(&self.seen), session.handle());
        session.channel_success(channel)?;
        seen.running.fetch_add(1, Ordering::SeqCst);
        let is_first = seen.commands.fetch_add(1, Ordering::SeqCst) == 0;
        tokio::spawn(async move {
            if is_first {
                seen.turned_away.notified().await;
            }
            seen.running.fetch_sub(1, Ordering::SeqCst);
            // These fail only with the connection, and then the client says so.
            let _told = handle.data(channel, "done").await;
            let _told = handle.exit_status_request(channel, 0).await;
            let _told = handle.close(channel).await;
        });
        Ok(())
    }
}

impl Appliance {
    fn run_beside(&self, channel: ChannelId, session: &mut Session) -> Result<(), russh::Error> {
        let (seen, handle) = (Arc::clone(&self.seen), session.handle());
        session.channel_success(channel)?;
        seen.commands.fetch_add(1, Ordering::SeqCst);
        let is_first = self.commands == 1;
        tokio::spawn(async move {
            seen.two_run.wait().await;
            if is_first {
                let _told = handle.data(channel, "done").await;
                let _told = handle.exit_status_request(channel, 0).await;
                let _told = handle.close(channel).await;
                let ends = Disconnect::ByApplication;
                let _told = handle.disconnect(ends, String::new(), String::new());
                let _told = _told.await;
            }
        });
        Ok(())
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
            unanswered: Vec::new(),
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
fn a_session_without_an_answer_is_remembered() {
    let (mut client, _held, _server, seen) = serve("silent", Once::SilentSession);
    for calls in 1..=3 {
        assert_eq!(ran(&mut client, "echo x")["output"], "done");
        assert_eq!(seen.connections.load(Ordering::SeqCst), calls);
    }
    // The second call alone has met the silence.
    assert_eq!(seen.sessions.load(Ordering::SeqCst), 4);
    assert_eq!(seen.commands.load(Ordering::SeqCst), 3);
}

#[test]
fn calls_at_once_get_a_connection_each_where_a_second_session_ends_it() {
    const CALLS: usize = 4;
    let (mut client, _held, _server, seen) = serve("ending", Once::EndingSession);
    let calls = [(); CALLS].map(|()| begin(&mut client));
    for id in calls {
        assert_done(&mut client, &id);
    }
    assert_eq!(seen.connections.load(Ordering::SeqCst), 1 + CALLS);
    assert_eq!(seen.commands.load(Ordering::SeqCst), CALLS);
}

/// What was lost once is told as that, and not sent again; later commands get a connection each.
#[test]
fn a_server_that_ends_the_connection_with_a_command_loses_one_beside_it_once() {
    let (mut client, _held, _server, seen) = serve("ended", Once::EndedCommand);
    let calls = [begin(&mut client), begin(&mut client)];
    let answers = calls.map(|id| client.response(&id)["result"].clone());
    let is_lost = |answer: &&Value| answer["structuredContent"]["output"] != "done";
    let lost: Vec<&Value> = answers.iter().filter(is_lost).collect();
    assert_eq!(lost.len(), 1, "{answers:?}");
    let content = &lost[0]["structuredContent"];
    let note = content["note"].as_str().unwrap_or_default();
    let told = "the connection was lost: the command may have run in part";
    assert!(note.starts_with(told), "{content}");
    assert_eq!(seen.commands.load(Ordering::SeqCst), 2);
    for round in 1..=2 {
        let calls = [begin(&mut client), begin(&mut client)];
        for id in calls {
            assert_done(&mut client, &id);
        }
        assert_eq!(seen.connections.load(Ordering::SeqCst), 1 + 2 * round);
    }
    assert_eq!(seen.commands.load(Ordering::SeqCst), 6);
}

#[test]
fn calls_at_once_wait_where_one_connection_is_all_that_there_may_be() {
    let (mut client, _held, _server, seen) = serve("onlogin", Once::Connection);
    let first = begin(&mut client);
    let runs = || seen.running.load(Ordering::SeqCst) == 1;
    assert!(within(Duration::from_secs(40), runs));
    let others = [begin(&mut client), begin(&mut client)];
    for id in others.iter().chain([&first]) {
        assert_done(&mut client, id);
    }
    assert_eq!(seen.commands.load(Ordering::SeqCst), 3);
}

fn begin(client: &mut Client) -> Value {
    let asked = json!({"name": "ssh_run", "arguments": {"alias": "box", "command": "echo x"}});
    client.begin("tools/call", asked)
}

fn assert_done(client: &mut Client, id: &Value) {
    let answer = client.response(id);
    let output = &answer["result"]["structuredContent"]["output"];
    assert_eq!(*output, "done", "{answer}");
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
