//! A network appliance, as switches and firewalls are: made of russh's server, since no such thing comes from a registry.
//!
//! It greets with a banner before the login, takes a password that it asks for in words or at once and no key, opens one
//! session a connection, knows a few words and answers others by `% Invalid input`, all on one stream, is slow, closes after
//! the command without an exit status, and has no files. A session that asks for a shell gets a prompt.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use russh::server::{Auth, ChannelOpenHandle, Handler, Msg, Response, Session};
use russh::{Channel, ChannelId, MethodKind, MethodSet};

use super::running::{Running, Visitor, Way};
use crate::support::keys::KeyPair;
use crate::support::russh_server;

/// How long it thinks before it answers.
const SLOWNESS: Duration = Duration::from_millis(150);
const PROMPT: &str = "sw1> ";
/// How much `show tech-support` prints.
const LARGE: usize = 5_000_000;

type Log = Arc<Mutex<String>>;

struct Switch {
    password: String,
    log: Log,
    sessions: usize,
    open: HashMap<ChannelId, Channel<Msg>>,
}

impl Switch {
    fn judged(&self, given: &str) -> Auth {
        if given == self.password {
            return Auth::Accept;
        }
        Auth::reject()
    }
}

impl Handler for Switch {
    type Error = russh::Error;

    async fn auth_password(&mut self, _: &str, given: &str) -> Result<Auth, russh::Error> {
        Ok(self.judged(given))
    }

    async fn auth_keyboard_interactive<'a>(
        &'a mut self,
        user: &str,
        _: &str,
        response: Option<Response<'a>>,
    ) -> Result<Auth, russh::Error> {
        let Some(mut response) = response else {
            return Ok(Auth::Partial {
                name: "sw1".into(),
                instructions: "Authorized access only".into(),
                prompts: vec![("Password: ".into(), false)].into(),
            });
        };
        let given = response.next().unwrap_or_default();
        assert_eq!(user, "keyboard");
        Ok(self.judged(&String::from_utf8_lossy(&given)))
    }

    async fn authentication_banner(&mut self) -> Result<Option<String>, russh::Error> {
        Ok(Some("UNAUTHORIZED ACCESS IS PROHIBITED\r\n".to_owned()))
    }

    async fn channel_open_session(
        &mut self,
        channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), russh::Error> {
        self.sessions += 1;
        if self.sessions == 1 {
            reply.accept().await;
            self.open.insert(channel.id(), channel);
        }
        Ok(())
    }

    async fn shell_request(
        &mut self,
        channel: ChannelId,
        session: &mut Session,
    ) -> Result<(), russh::Error> {
        session.channel_success(channel)?;
        session.data(channel, format!("\r\nsw1 version 1\r\n\r\n{PROMPT}"))
    }

    async fn subsystem_request(
        &mut self,
        channel: ChannelId,
        _: &str,
        session: &mut Session,
    ) -> Result<(), russh::Error> {
        session.channel_failure(channel)
    }

    async fn exec_request(
        &mut self,
        id: ChannelId,
        line: &[u8],
        session: &mut Session,
    ) -> Result<(), russh::Error> {
        session.channel_success(id)?;
        let line = String::from_utf8_lossy(line).into_owned();
        self.log.lock().unwrap().push_str(&format!("exec {line}\n"));
        let channel = self.open.remove(&id);
        tokio::spawn(async move {
            if let Some(channel) = channel {
                answer(&channel, &line).await;
            }
        });
        Ok(())
    }
}

/// Prints what the line asks for and closes. A client that is gone is no concern of it.
async fn answer(channel: &Channel<Msg>, line: &str) {
    tokio::time::sleep(SLOWNESS).await;
    let printed = match line.split(' ').next() {
        // Until the client has had enough.
        Some("ping") => std::future::pending().await,
        Some("show") if line.ends_with("version") => "sw1 version 1\r\n".to_owned(),
        Some("show") if line.ends_with("tech-support") => "x".repeat(LARGE),
        _ => format!("{line}\r\n^\r\n% Invalid input detected at '^' marker.\r\n"),
    };
    let _gone = channel.data(printed.as_bytes()).await;
    let _gone = channel.close().await;
}

/// The appliance.
pub fn appliance(visitor: &Visitor) -> Running {
    let (key, log) = (KeyPair::rsa(2048), Log::default());
    let offering = |methods: &'static [MethodKind]| {
        let (password, log) = (visitor.password.clone(), Arc::clone(&log));
        let handler = move || Switch {
            password: password.clone(),
            log: Arc::clone(&log),
            sessions: 0,
            open: HashMap::new(),
        };
        let change = |config: &mut russh::server::Config| {
            config.methods = MethodSet::from(methods);
        };
        russh_server::serve_with(&key, change, handler)
    };
    let plain = offering(&[MethodKind::Password]);
    let asking = offering(&[MethodKind::KeyboardInteractive]);
    let ways = [
        (Way::Password, plain.port, "visitor"),
        (Way::Keyboard, asking.port, "keyboard"),
    ];
    let told = Arc::clone(&log);
    let log = move || told.lock().unwrap().clone();
    Running::new(&ways, vec![key.public.clone()], log, (plain, asking)).named("made for the test")
}
