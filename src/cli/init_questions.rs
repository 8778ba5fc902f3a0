//! `mcp-ssh init` as a conversation: what a person at a terminal is asked.
//!
//! Takes: answers, one line each; an empty line takes what stands in brackets. Gives: the directory and the
//! [`FirstHost`]. Writes nothing: Ctrl-C or the end of the input leaves everything as it was. Refuses to go on with a
//! host key that nobody has compared, and a yes that was typed before the key was shown.

use std::path::PathBuf;

use super::Terminal;
use super::first_host::FirstHost;
use super::host_place::HostPlace;
use super::import::{LocalUser, PresentHosts, unused};
use super::init_answers::{LEFT, ask, decide};
use super::login_questions::login;
use super::worked_policy::{WORKED_POLICIES, WorkedPolicy};
use crate::config::Alias;
use crate::ssh::ShownKey;

/// The most bytes of a user's name: the entry of credentials.yml is called so, too.
const MAX_LOGIN_NAME: usize = 100;

/// Asks for the directory.
///
/// # Errors
/// That the conversation was left.
pub async fn directory(terminal: &mut Terminal) -> Result<PathBuf, String> {
    let answer = ask(terminal, "Directory for the configuration", "~/mcp-ssh").await?;
    Ok(LocalUser::of_process().path(&answer))
}

/// Asks for the host; `None` when the person has none yet. One that is added to what is there comes under its policy.
///
/// # Errors
/// That the conversation was left, or why the host's keys cannot be seen.
pub async fn host(
    standing: Option<&PresentHosts>,
    terminal: &mut Terminal,
) -> Result<Option<FirstHost>, String> {
    terminal.error(
        "Which host may an assistant work on? A name or an address, with `:PORT` if it is not 22.",
    );
    let place = loop {
        let answer = ask(terminal, "Host (empty: only files to fill in)", "").await?;
        if answer.is_empty() {
            return Ok(None);
        }
        match HostPlace::parse(&answer) {
            Ok(place) => break place,
            Err(why) => terminal.error(&why),
        }
    };
    let compared = compared(&place, terminal).await?;
    let me = LocalUser::of_process().user;
    let user = filled(terminal, "User on that host", &me, login_name).await?;
    let alias = alias(&place, standing, terminal).await?;
    let login = login(terminal).await?;
    let [narrowest, ..] = &WORKED_POLICIES;
    let policy = match standing {
        Some(_) => narrowest,
        None => policy(terminal).await?,
    };
    Ok(Some(FirstHost {
        place,
        alias,
        user,
        login,
        compared,
        policy,
    }))
}

/// Shows one key of the host, and has a person compare it. Only what was compared is trusted: a host has several keys, and
/// somebody in the middle may pass one on and add one of their own.
async fn compared(place: &HostPlace, terminal: &mut Terminal) -> Result<Option<ShownKey>, String> {
    let keys = place.keys().await?;
    let Some(first) = keys.first() else {
        return Err(format!("{} shows no key: {LEFT}", place.name));
    };
    terminal.error(&format!(
        "{} port {} shows this key:",
        place.name, place.port
    ));
    terminal.error(&format!("    {}", first.fingerprint()));
    terminal.error(&format!(
        "Compare it with what the host itself says: at its console, `ssh-keygen -lf {}`.",
        first.usual_file()
    ));
    loop {
        let question = "Is it the host's own? Type `yes`, or paste the host's fingerprint";
        let answer = decide(terminal, question, "").await?;
        if answer.eq_ignore_ascii_case("yes") {
            return Ok(keys.into_iter().next());
        }
        if answer.is_empty() || answer.eq_ignore_ascii_case("no") {
            let why = "a host whose key nobody has compared is never connected to";
            return Err(format!("{why}: {LEFT}"));
        }
        let wanted = match pasted_fingerprint(&answer) {
            Ok(wanted) => wanted,
            Err(why) => {
                terminal.error(&format!("it {why}"));
                continue;
            }
        };
        if keys.iter().any(|key| key.has_fingerprint(wanted)) {
            return Ok(with_fingerprint(keys, wanted));
        }
        terminal.error(
            "None of the keys has that fingerprint: do not go on if the host should have it.",
        );
    }
}

/// The fingerprint in what `ssh-keygen -l` prints: `256 SHA256:… comment (ED25519)`, or that word alone.
///
/// # Errors
/// That there is none, that it is not whole, or that there is more than one: which of them is meant is not guessed.
pub fn pasted_fingerprint(text: &str) -> Result<&str, String> {
    let mut words = text.split_whitespace();
    let mut next = || words.find(|word| word.starts_with("SHA256:"));
    match (next(), next()) {
        (Some(word), None) if is_fingerprint(word) => Ok(word),
        (Some(_), None) => {
            Err("is not whole: behind `SHA256:` are 43 letters, digits, `+` and `/`".to_owned())
        }
        (None, _) => {
            Err("has no `SHA256:` in it: paste what `ssh-keygen -lf FILE` prints".to_owned())
        }
        (Some(_), Some(_)) => {
            Err("has more than one fingerprint: paste that of one key".to_owned())
        }
    }
}

/// Whether a word is `SHA256:` and the 32 bytes of that digest in base64, as OpenSSH writes it.
fn is_fingerprint(word: &str) -> bool {
    let digest = word.strip_prefix("SHA256:").unwrap_or_default();
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/".contains(&byte);
    digest.len() == 43 && digest.bytes().all(is_base64)
}

/// The key with this fingerprint, `SHA256:…`.
pub fn with_fingerprint(keys: Vec<ShownKey>, wanted: &str) -> Option<ShownKey> {
    keys.into_iter().find(|key| key.has_fingerprint(wanted))
}

/// Whether a name can be that of a user.
///
/// # Errors
/// What is wrong with it.
pub fn login_name(name: &str) -> Result<(), String> {
    if name.is_empty() || name.contains(|c: char| c.is_control() || c.is_whitespace()) {
        return Err("takes a name without blanks and control characters".to_owned());
    }
    if name.len() > MAX_LOGIN_NAME {
        return Err(format!("takes a name of {MAX_LOGIN_NAME} bytes at most"));
    }
    Ok(())
}

/// Asks for a name that no other host has.
async fn alias(
    place: &HostPlace,
    standing: Option<&PresentHosts>,
    terminal: &mut Terminal,
) -> Result<String, String> {
    let hosts = standing
        .iter()
        .flat_map(|there| there.inventory.hosts.iter());
    let mut taken = hosts
        .map(|host| host.alias.as_ref().to_ascii_lowercase())
        .collect();
    let free = unused(&place.alias(), &mut taken);
    let named = |text: &str| {
        Alias::parse(text)?;
        match standing.is_some_and(|there| there.has(text)) {
            true => Err("is the name of another host: write another one".to_owned()),
            false => Ok(()),
        }
    };
    let question = "Its name for the assistant and the policy";
    filled(terminal, question, &free, named).await
}

/// Asks for a policy to begin with.
async fn policy(terminal: &mut Terminal) -> Result<&'static WorkedPolicy, String> {
    terminal.error("What may the assistant do there? All that no rule allows is denied.");
    for policy in &WORKED_POLICIES {
        terminal.error(&format!("    {:12} {}", policy.name, policy.what));
    }
    let [first, ..] = &WORKED_POLICIES;
    loop {
        let answer = decide(terminal, "Policy", first.name).await?;
        match WorkedPolicy::find(&answer) {
            Some(policy) => return Ok(policy),
            None => terminal.error("Write one of the names above."),
        }
    }
}

/// Asks for the client whose configuration is printed; `None` for none.
pub async fn client(
    names: impl Iterator<Item = &'static str>,
    terminal: &mut Terminal,
) -> Option<String> {
    let names: Vec<&str> = names.collect();
    terminal.error(&format!(
        "\nWhich MCP client starts the server? One of {}.",
        names.join(", ")
    ));
    loop {
        let answer = ask(terminal, "Client (empty: later)", "").await.ok()?;
        match names.contains(&answer.as_str()) {
            true => return Some(answer),
            false if answer.is_empty() => return None,
            false => terminal.error("Write one of the names above."),
        }
    }
}

/// Asks until there is an answer that is taken.
async fn filled(
    terminal: &mut Terminal,
    question: &str,
    usual: &str,
    taken: impl Fn(&str) -> Result<(), String>,
) -> Result<String, String> {
    loop {
        let answer = ask(terminal, question, usual).await?;
        match taken(&answer) {
            Ok(()) if !answer.is_empty() => return Ok(answer),
            Ok(()) => {}
            Err(why) => terminal.error(&format!("it {why}")),
        }
    }
}
