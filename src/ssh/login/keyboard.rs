//! Keyboard-interactive (RFC 4256): the password, for servers that ask for it by a prompt; or nothing, for servers
//! that ask by another way, as a push to a telephone.
//!
//! Takes: the prompts of the server. Gives: the password, once, to one hidden prompt that asks for a password and
//! nothing else. Refuses every other prompt: a one-time code, a new password, a question. Not even an empty answer
//! is sent, since it could mean yes. A host that wants a new password is told from the others, since no key helps there.

use super::prompt_words::{CODE, NEW, PASSWORD, asks_for_password};
use crate::secret::Secret;
use crate::ssh::error::{SshError, SshErrorKind};
use crate::ssh::transport::handle::{
    AuthResult, Handle, KeyboardInteractiveAuthResponse, Prompt, SendError, TransportError,
};

/// How many messages a server may send within one attempt: notices, the prompt, notices. PAM sends two; a stack of modules
/// that each say something sends more, and OpenSSH's client sets no limit.
const MAX_ROUNDS: usize = 32;
/// How many characters of a prompt stderr repeats: the server may send any length.
const MAX_SHOWN: usize = 60;
/// How a host is mended that wants a new password.
pub(in crate::ssh) const EXPIRED: &str = "the password of this account has expired: set one on the host (`passwd USER`; \
                                          `chage -l USER` shows its age) and correct the secret";

/// Answers the server's prompts with the password.
///
/// # Errors
/// [`SshErrorKind::PasswordExpired`] where a new password is asked for; [`SshErrorKind::AuthenticationFailed`] for a
/// prompt that has no answer here; the connection is of no further use then, since russh waits for an answer.
/// [`SshErrorKind::Closed`] when the connection is over.
pub(super) async fn answer(
    handle: &mut Handle,
    user: &str,
    password: Option<&Secret>,
) -> Result<AuthResult, SshError> {
    let gone = |_: TransportError| SshError::from(SendError {});
    let mut asked = handle
        .authenticate_keyboard_interactive_start(user, None)
        .await
        .map_err(gone)?;
    let (known, mut unsaid) = (password.is_some(), password);
    for _ in 0..MAX_ROUNDS {
        let prompts = match asked {
            KeyboardInteractiveAuthResponse::Success => return Ok(AuthResult::Success),
            KeyboardInteractiveAuthResponse::Failure {
                remaining_methods,
                partial_success,
            } => {
                return Ok(AuthResult::Failure {
                    remaining_methods,
                    partial_success,
                });
            }
            KeyboardInteractiveAuthResponse::InfoRequest {
                name,
                instructions,
                prompts,
            } => {
                let notices = [name, instructions];
                unexpired(&notices, &prompts, known && unsaid.is_none())?;
                prompts
            }
        };
        let answers = match prompts.as_slice() {
            [] => Vec::new(),
            [only] if is_password_prompt(only) => match unsaid.take() {
                Some(password) => vec![password.expose().to_owned()],
                None if known => return Err(refused("it asks for the password again")),
                None => {
                    return Err(refused(
                        "it asks for a password: name its secret as `password_secret`",
                    ));
                }
            },
            [first, ..] => {
                let shown = shown(&first.prompt);
                return Err(refused(&format!(
                    "it asks {shown:?}, which only a person can answer: let this account log in with a key"
                )));
            }
        };
        asked = handle
            .authenticate_keyboard_interactive_respond(answers)
            .await
            .map_err(gone)?;
    }
    Err(refused("it does not come to an end"))
}

/// Whether it asks for a password, hidden, and for nothing else.
fn is_password_prompt(prompt: &Prompt) -> bool {
    !prompt.echo && asks_for_password(&prompt.prompt)
}

/// Refuses a host that wants a new password. The password `was_taken` if it was sent before.
fn unexpired(notices: &[String], prompts: &[Prompt], was_taken: bool) -> Result<(), SshError> {
    let Some(first) = prompts.first() else {
        return Ok(());
    };
    if !was_taken && prompts.iter().all(is_password_prompt) {
        return Ok(());
    }
    let mut asked = prompts.iter().map(|prompt| prompt.prompt.as_str());
    let says_so = notices.iter().any(|notice| wants_a_new_one(notice, false));
    if !says_so && !asked.any(|asked| wants_a_new_one(asked, was_taken)) {
        return Ok(());
    }
    let detail = format!(
        "it asks {:?}, and so wants a new password: {EXPIRED}",
        shown(first.prompt.trim())
    );
    Err(SshError::new(SshErrorKind::PasswordExpired, detail))
}

/// Whether a new password is wanted. In other languages: whether, once the password `was_taken`, the last line asks for a
/// password that is not named by the word alone, as the current one and the new one are.
fn wants_a_new_one(said: &str, was_taken: bool) -> bool {
    let said = said.trim().to_lowercase();
    let last = said.lines().next_back().unwrap_or_default();
    if CODE.iter().any(|word| last.contains(word)) {
        return false;
    }
    let names_one = || PASSWORD.iter().any(|word| last.contains(word));
    NEW.iter().any(|words| said.contains(words))
        || (was_taken && names_one() && !asks_for_password(last))
}

fn shown(said: &str) -> String {
    said.chars().take(MAX_SHOWN).collect()
}

fn refused(why: &str) -> SshError {
    SshError::new(
        SshErrorKind::AuthenticationFailed,
        format!("keyboard-interactive was given up: {why}"),
    )
}

#[cfg(test)]
mod tests {
    use super::wants_a_new_one;

    #[test]
    fn a_new_password_is_told_from_a_code_and_from_the_same_one() {
        for (said, before, after) in [
            ("New password: ", true, true),
            (
                "You are required to change your password immediately (administrator enforced).\nCurrent password: ",
                true,
                true,
            ),
            ("(current) UNIX password: ", true, true),
            ("Geben Sie das aktuelle Passwort ein: ", false, true),
            ("Nouveau mot de passe\u{a0}: ", false, true),
            ("新的密码： ", false, true),
            ("Password: ", false, false),
            ("Mot de passe : ", false, false),
            ("One-time password (OATH) for `ops': ", false, false),
            ("Einmalpasswort: ", false, false),
            ("Verification code: ", false, false),
            ("Shall I go on? ", false, false),
        ] {
            let wanted = [false, true].map(|was_taken| wants_a_new_one(said, was_taken));
            assert_eq!(wanted, [before, after], "{said:?}");
        }
    }
}
