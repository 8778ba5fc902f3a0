//! What a person is asked of the login: a private key, the SSH agent, or a password.
//!
//! Takes: answers; passwords and passphrases are typed unseen. Gives: the [`FirstLogin`]. Writes nothing. Refuses: a file
//! that is no private key, a passphrase that does not open it, and to keep a passphrase without a yes.

use std::path::Path;

use super::Terminal;
use super::first_login::{FirstLogin, KeyLock, lock_of};
use super::hidden_answer::hidden;
use super::import::LocalUser;
use super::init_answers::{LEFT, ask, decide};
use super::key_to_copy::KeyToCopy;
use crate::config::Environment;
use crate::gate::visible_text;
use crate::secret::Secret;
use crate::ssh::agent_keys;

/// The names of keys that `ssh-keygen` makes.
const KEYS: [&str; 3] = ["~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa"];
/// The answers that are no path.
const AGENT: &str = "agent";
const PASSWORD: &str = "password";

/// Asks what to log in with, until it is something that can be.
///
/// # Errors
/// That the conversation was left.
pub async fn login(terminal: &mut Terminal) -> Result<FirstLogin, String> {
    let me = LocalUser::of_process();
    let mut there = KEYS.into_iter().filter(|name| me.path(name).is_file());
    let mut usual = there.next().map(str::to_owned);
    terminal.error(
        "How does the server log in? By a private key, which is copied; or by the keys of the SSH `agent`; or by a \
         `password`, which is kept as a secret.",
    );
    loop {
        let has_agent = tell_agent(terminal).await;
        let other = if has_agent { AGENT } else { PASSWORD };
        let question = "Private key, `agent` or `password`";
        let answer = ask(terminal, question, usual.as_deref().unwrap_or(other)).await?;
        let login = match answer.as_str() {
            AGENT => Some(FirstLogin::Agent),
            PASSWORD => password(terminal).await?,
            path => match keyed(path, &me.path(path), terminal).await? {
                Some(login) => Some(login),
                None => {
                    usual = usual.filter(|usual| usual != path);
                    None
                }
            },
        };
        if let Some(login) = login {
            return Ok(login);
        }
    }
}

/// Tells what the agent holds; whether it holds a key.
async fn tell_agent(terminal: &mut Terminal) -> bool {
    let Some(socket) = Environment::Process.agent_socket() else {
        return false;
    };
    match agent_keys(&socket).await {
        Ok(keys) if keys.is_empty() => {
            terminal.error("The SSH agent holds no key yet.");
            false
        }
        Ok(keys) => {
            terminal.error("The SSH agent holds:");
            for key in keys {
                terminal.error(&format!("    {}", visible_text(&key)));
            }
            true
        }
        Err(why) => {
            terminal.error(&visible_text(&why));
            false
        }
    }
}

/// Asks for the password; `None` where another way is wanted.
async fn password(terminal: &mut Terminal) -> Result<Option<FirstLogin>, String> {
    let password = unseen(terminal, "Password (it is not shown; empty: another way): ").await?;
    Ok(password.map(FirstLogin::Password))
}

/// Takes a private key; `None` where another way is wanted.
async fn keyed(
    answer: &str,
    path: &Path,
    terminal: &mut Terminal,
) -> Result<Option<FirstLogin>, String> {
    let read = KeyToCopy::read(path).and_then(|key| Ok((lock_of(&key, None)?, key)));
    let key = match read {
        Ok((KeyLock::Open, key)) => return Ok(Some(FirstLogin::Key(key, None))),
        Ok((KeyLock::Locked | KeyLock::WrongPassphrase, key)) => key,
        Err(why) => {
            terminal.error(&why);
            return Ok(None);
        }
    };
    terminal.error(&format!("{answer} is locked by a passphrase."));
    let passphrase = loop {
        let question = "Passphrase (it is not shown; empty: another way): ";
        let Some(passphrase) = unseen(terminal, question).await? else {
            return Ok(None);
        };
        match lock_of(&key, Some(&passphrase)) {
            Ok(KeyLock::Open) => break passphrase,
            Ok(KeyLock::Locked | KeyLock::WrongPassphrase) => {
                terminal.error("That passphrase does not open the key.");
            }
            Err(why) => terminal.error(&why),
        }
    };
    let question = "Keep the passphrase as a secret, for the server to open the key? yes or no";
    let kept = decide(terminal, question, "no").await?;
    if kept.eq_ignore_ascii_case("yes") {
        return Ok(Some(FirstLogin::Key(key, Some(passphrase))));
    }
    let then = match Environment::Process.agent_socket() {
        Some(_) => "in another terminal, and answer `agent` here",
        None => "behind `eval $(ssh-agent)`, and begin anew: no agent runs here",
    };
    terminal.error(&format!(
        "Then the SSH agent has to open it: run `ssh-add {answer}` {then}."
    ));
    Ok(None)
}

/// What is typed unseen; `None` when it is empty.
async fn unseen(terminal: &mut Terminal, question: &str) -> Result<Option<Secret>, String> {
    let answer = hidden(terminal, question).await;
    let answer = answer.map_err(|why| format!("{why}: {LEFT}"))?;
    Ok(Some(answer).filter(|answer| !answer.is_empty()))
}
