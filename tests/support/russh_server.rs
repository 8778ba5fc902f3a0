//! russh's own server, for what OpenSSH would not do: the caller's handler says what that is.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use russh::keys::PrivateKey;
use russh::server::{self, Handler};
use tokio::sync::oneshot;

use super::keys::KeyPair;

/// A server in a thread of its own, which ends with it.
pub struct Server {
    pub port: u16,
    host_key: KeyPair,
    stop: Option<oneshot::Sender<()>>,
}

/// A server with this host key; each connection gets a handler of its own.
pub fn serve<H>(host_key: &KeyPair, handler: impl Fn() -> H + Send + 'static) -> Server
where
    H: Handler<Error = russh::Error> + Send + 'static,
{
    serve_with(host_key, |_| {}, handler)
}

/// A server whose configuration differs.
pub fn serve_with<H>(
    host_key: &KeyPair,
    change: impl FnOnce(&mut server::Config),
    handler: impl Fn() -> H + Send + 'static,
) -> Server
where
    H: Handler<Error = russh::Error> + Send + 'static,
{
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let (stop, stopped) = oneshot::channel();
    let mut config = server::Config {
        keys: vec![PrivateKey::from_openssh(&host_key.private).unwrap()],
        auth_rejection_time: Duration::ZERO,
        ..server::Config::default()
    };
    change(&mut config);
    let config = Arc::new(config);
    std::thread::spawn(move || accept(listener, &config, &handler, stopped));
    Server {
        port,
        host_key: host_key.clone(),
        stop: Some(stop),
    }
}

fn accept<H>(
    listener: TcpListener,
    config: &Arc<server::Config>,
    handler: &impl Fn() -> H,
    stopped: oneshot::Receiver<()>,
) where
    H: Handler<Error = russh::Error> + Send + 'static,
{
    let reactor = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    reactor.block_on(async move {
        listener.set_nonblocking(true).unwrap();
        let listener = tokio::net::TcpListener::from_std(listener).unwrap();
        let accept = async {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                let (config, handler) = (Arc::clone(config), handler());
                tokio::spawn(async move {
                    if let Ok(session) = server::run_stream(config, socket, handler).await {
                        // Ends as it may: the client is what is tested.
                        let _ended = session.await;
                    }
                });
            }
        };
        tokio::select! { () = accept => {}, _ = stopped => {} }
    });
}

impl Server {
    /// The known_hosts line for a client that calls it `host`.
    pub fn known_hosts(&self, host: &str) -> String {
        format!("[{host}]:{} {}\n", self.port, self.host_key.public)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The thread may have ended by itself.
            let _ended = stop.send(());
        }
    }
}
