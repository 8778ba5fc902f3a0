//! A host knows the password that it was given, and words what it says: its version, and the words with which it ends a
//! connection. In no text of this program is the password.

use russh::server::{self, Auth, ChannelOpenHandle, Handler, Msg};
use russh::{Channel, ChannelId, ChannelOpenFailure, Disconnect};
use serde_json::json;

use super::cli::text;
use super::site::{Site, ssh_run};
use crate::support::keys::KeyPair;
use crate::support::russh_server::{self, Server};
use crate::support::sshd::Sshd;

/// The password that a host is given, which it says again.
const PASSWORD: &str = "hunter2-the-whole-of-it";
/// What else the host says: this must be seen, or the test proves nothing.
const SAID: &str = "so-said-the-host";

/// Where a host ends the connection.
#[derive(Clone, Copy)]
enum Ends {
    AtSession,
    AtCommand,
    /// Once the command's status was sent.
    AfterStatus,
    AtForwarding,
    /// It says why it does not forward, and goes on.
    Nowhere,
}

/// A server that lets everybody in, and ends the connection with the password in its words.
struct Repeater(Ends);

impl Repeater {
    fn end(session: &mut server::Session) -> Result<(), russh::Error> {
        session.disconnect(Disconnect::ByApplication, &words(), "")
    }
}

fn words() -> String {
    format!("{SAID} {PASSWORD}")
}

impl Handler for Repeater {
    type Error = russh::Error;

    async fn auth_password(&mut self, _: &str, _: &str) -> Result<Auth, russh::Error> {
        Ok(Auth::Accept)
    }

    async fn channel_open_session(
        &mut self,
        _: Channel<Msg>,
        reply: ChannelOpenHandle,
        session: &mut server::Session,
    ) -> Result<(), russh::Error> {
        match self.0 {
            Ends::AtSession => Self::end(session)?,
            Ends::AtCommand | Ends::AfterStatus | Ends::AtForwarding | Ends::Nowhere => {
                reply.accept().await;
            }
        }
        Ok(())
    }

    async fn channel_open_direct_tcpip(
        &mut self,
        channel: Channel<Msg>,
        _: &str,
        _: u32,
        _: &str,
        _: u32,
        _reply: ChannelOpenHandle,
        session: &mut server::Session,
    ) -> Result<(), russh::Error> {
        let why = ChannelOpenFailure::ConnectFailed;
        match self.0 {
            // The client's number of its first channel is ours, too.
            Ends::Nowhere => session.channel_open_failure(channel.id(), why, &words(), ""),
            Ends::AtSession | Ends::AtCommand | Ends::AfterStatus | Ends::AtForwarding => {
                Self::end(session)
            }
        }
    }

    async fn exec_request(
        &mut self,
        channel: ChannelId,
        _: &[u8],
        session: &mut server::Session,
    ) -> Result<(), russh::Error> {
        if matches!(self.0, Ends::AfterStatus) {
            session.channel_success(channel)?;
            session.exit_status_request(channel, 0)?;
        }
        Self::end(session)
    }
}

/// A site whose host is such a server.
fn site(tag: &str, ends: Ends) -> (Site, Server) {
    let site = Site::start(tag);
    let server = russh_server::serve(&KeyPair::ed25519(), move || Repeater(ends));
    site.write_servers(server.port);
    let known = site.sshd.known_hosts("127.0.0.1") + &server.known_hosts("127.0.0.1");
    site.fixture.write("keys/known_hosts", &known);
    site.fixture.write("secrets/pw", PASSWORD);
    site.write_credentials("password_secret: pw");
    (site, server)
}

/// What each road writes to a host that says the password: results, errors, logs and records.
fn written(site: Site) -> String {
    let mut all = String::new();
    for words in [
        &["run", "box", "--", "echo", "hi"][..],
        &["run", "--json", "box", "--", "echo", "hi"],
        &["run", "--tag", "lab", "--compare", "--", "echo", "hi"],
        &["doctor", "box", "--", "echo", "hi"],
        &["doctor", "--json", "box", "--", "echo", "hi"],
    ] {
        let output = site
            .command(words)
            .env("MCP_SSH_DEBUG", "1")
            .output()
            .unwrap();
        all += &text(&output.stdout);
        all += &text(&output.stderr);
    }
    let (mut client, held) = site.serve();
    all += &ssh_run(&mut client, "echo hi").to_string();
    let on_tag = json!({"tag": "lab", "command": "echo hi", "compare": true});
    all += &client.call("ssh_run_on_tag", on_tag).to_string();
    client.close_stdin();
    all += &client.finish();
    drop(held);
    all
}

fn is_hidden(all: &str) {
    assert!(all.contains(&format!("{SAID} [redacted]")), "{all}");
    assert!(!all.contains(PASSWORD), "{all}");
}

#[test]
fn the_words_with_which_a_host_ends_a_connection_have_no_password() {
    for (tag, ends) in [("lwopen", Ends::AtSession), ("lwexec", Ends::AtCommand)] {
        let (site, _server) = site(tag, ends);
        is_hidden(&written(site));
    }
}

/// The command has run to its end then.
#[test]
fn a_connection_that_ends_behind_a_status_leaves_the_command_whole() {
    let (site, _server) = site("lwstatus", Ends::AfterStatus);
    let (mut client, _held) = site.serve();
    let result = &ssh_run(&mut client, "echo hi")["structuredContent"];
    assert_eq!(result["exit_code"], 0, "{result}");
    let note = result["note"].as_str().unwrap_or_default();
    let told =
        "the connection was lost when the command had ended: the end of its output may be missing";
    assert!(note.starts_with(told), "{result}");
}

/// The host behind it has another login, and the error is its own.
#[test]
fn nor_have_those_of_a_jump_host() {
    for (tag, ends) in [("lwjump", Ends::AtForwarding), ("lwnowhere", Ends::Nowhere)] {
        let (site, server) = site(tag, ends);
        let (hop, own) = (server.port, site.sshd.port());
        site.fixture.write(
            "config/servers.yml",
            &format!(
                "hosts:\n- {{alias: box, host: 127.0.0.1, port: {own}, credentials: own, jump: hop, tags: [lab]}}\n\
                 - {{alias: hop, host: 127.0.0.1, port: {hop}, credentials: ops}}\n"
            ),
        );
        let user = &site.account.name;
        site.fixture.write(
            "config/credentials.yml",
            &format!(
                "entries:\n- {{name: ops, username: {user}, password_secret: pw}}\n\
                 - {{name: own, username: {user}, key_path: id}}\n"
            ),
        );
        is_hidden(&written(site));
    }
}

/// A host that calls itself by the password: `doctor` shows its version, the records name it.
#[test]
fn a_version_has_no_password() {
    let config = format!("PasswordAuthentication yes\nVersionAddendum {SAID} {PASSWORD}");
    let sshd = Sshd::builder().config(&config).start();
    let site = Site::of("lwversion", sshd, KeyPair::ed25519());
    site.fixture.write("secrets/pw", PASSWORD);
    site.write_credentials("password_secret: pw");
    is_hidden(&written(site));
}
