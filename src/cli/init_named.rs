//! The host that the options of `init` name.
//!
//! Takes: the options, and what is there already. Gives: the [`FirstHost`]. Refuses, before anything is written: a name that
//! another host has, a key that does not open, and a host none of whose keys has the given fingerprint.

use super::Terminal;
use super::first_host::FirstHost;
use super::first_login::{FirstLogin, KeyLock, lock_of};
use super::host_place::HostPlace;
use super::import::PresentHosts;
use super::init_arguments::InitArguments;
use super::init_questions::with_fingerprint;
use super::key_to_copy::KeyToCopy;
use super::secret_source::secret_from;
use super::worked_policy::WORKED_POLICIES;
use crate::ssh::ShownKey;

/// The host that the options name. Only the key that has the given fingerprint is trusted: another one may be that of
/// somebody in the middle, who passes the right one on.
///
/// # Errors
/// That the alias is taken, or what is wrong with the key, a secret or the host's keys.
pub async fn named(
    place: &HostPlace,
    options: &InitArguments,
    standing: &PresentHosts,
    terminal: &mut Terminal,
) -> Result<FirstHost, String> {
    let [narrowest, ..] = &WORKED_POLICIES;
    let alias = alias(place, options.alias.as_deref(), standing)?;
    let login = login(options, terminal).await?;
    let compared = match &options.fingerprint {
        None => None,
        Some(fingerprint) => {
            let keys = place.keys().await?;
            let shown: Vec<String> = keys.iter().map(ShownKey::fingerprint).collect();
            let key = with_fingerprint(keys, fingerprint).ok_or_else(|| {
                format!(
                    "no key of {} has that fingerprint: it shows {}: nothing was written",
                    place.name,
                    shown.join(", ")
                )
            })?;
            Some(key)
        }
    };
    Ok(FirstHost {
        place: place.clone(),
        alias,
        user: options.user.clone().unwrap_or_default(),
        login,
        compared,
        policy: options.policy.unwrap_or(narrowest),
    })
}

fn alias(
    place: &HostPlace,
    chosen: Option<&str>,
    standing: &PresentHosts,
) -> Result<String, String> {
    let alias = chosen.map_or_else(|| place.alias(), str::to_owned);
    match standing.has(&alias) {
        true => Err(format!(
            "there is a host `{alias}` already: nothing was added: call this one otherwise with `--alias NAME`"
        )),
        false => Ok(alias),
    }
}

async fn login(options: &InitArguments, terminal: &mut Terminal) -> Result<FirstLogin, String> {
    if let Some(file) = &options.password_file {
        return secret_from(file, terminal).await.map(FirstLogin::Password);
    }
    let Some(path) = &options.key else {
        return Ok(FirstLogin::Agent);
    };
    let key = KeyToCopy::read(path)?;
    if lock_of(&key, None)? == KeyLock::Open {
        return Ok(FirstLogin::Key(key, None));
    }
    let path = path.display();
    let Some(file) = &options.passphrase_file else {
        return Err(format!(
            "{path}: the key is locked: name a file with its passphrase with `--passphrase-file FILE`, or leave `--key` \
             out and give the key to the agent with `ssh-add {path}`: nothing was written"
        ));
    };
    let passphrase = secret_from(file, terminal).await?;
    match lock_of(&key, Some(&passphrase))? {
        KeyLock::Open => Ok(FirstLogin::Key(key, Some(passphrase))),
        KeyLock::Locked | KeyLock::WrongPassphrase => Err(format!(
            "{path}: that passphrase does not open the key: nothing was written"
        )),
    }
}
