//! A host that never sends an exit status: told once a call, plainly, over one connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use russh::server::{Auth, ChannelOpenHandle, Handler, Msg, Session, VerifiedPublicKey};
use russh::{Channel, ChannelId};

use super::site::{Site, ran};
use crate::support::keys::KeyPair;
use crate::support::russh_server;

/// A server that prints and closes, and counts its logins.
struct Taciturn(Arc<AtomicUsize>);

impl Handler for Taciturn {
    type Error = russh::Error;

    async fn auth_publickey(
        &mut self,
        _: &str,
        _: VerifiedPublicKey<'_>,
    ) -> Result<Auth, russh::Error> {
        Ok(Auth::Accept)
    }

    async fn auth_succeeded(&mut self, _: &mut Session) -> Result<(), russh::Error> {
        self.0.fetch_add(1, Ordering::SeqCst);
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
        _: &[u8],
        session: &mut Session,
    ) -> Result<(), russh::Error> {
        session.channel_success(channel)?;
        session.data(channel, "done")?;
        session.close(channel)
    }
}

#[test]
fn a_host_without_exit_statuses_is_told_once_and_keeps_its_connection() {
    let logins = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&logins);
    let server = russh_server::serve(&KeyPair::ed25519(), move || Taciturn(Arc::clone(&counter)));
    let site = Site::start("taciturn");
    site.write_servers(server.port);
    site.fixture
        .write("keys/known_hosts", &server.known_hosts("127.0.0.1"));
    let (mut client, _held) = site.serve();
    for _ in 0..4 {
        let result = ran(&mut client, "echo x");
        assert_eq!(result["output"], "done", "{result}");
        assert_eq!(result["exit_code"], -1, "{result}");
        let words = "the host sent no exit status: whether the command succeeded is not known";
        assert_eq!(result["note"], words, "{result}");
        assert_eq!(
            result.to_string().matches("exit status").count(),
            1,
            "{result}"
        );
    }
    assert_eq!(logins.load(Ordering::SeqCst), 1);
}
