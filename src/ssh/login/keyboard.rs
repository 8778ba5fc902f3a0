//! Keyboard-interactive (RFC 4256): the password, for servers that ask for it by a prompt; or nothing, for servers
//! that ask by another way, as a push to a telephone.
//!
//! Takes: the prompts of the server. Gives: the password, once, to one hidden prompt that asks for a password and
//! nothing else. Refuses every other prompt: a one-time code, a new password, a question. Not even an empty answer
//! is sent, since it could mean yes.

use crate::secret::Secret;
use crate::ssh::error::{SshError, SshErrorKind};
use crate::ssh::transport::handle::{
    AuthResult, Handle, KeyboardInteractiveAuthResponse, SendError, TransportError,
};

/// How many messages a server may send within one attempt: a notice, the prompt, a notice. PAM sends two.
const MAX_ROUNDS: usize = 4;
/// How many characters of a prompt stderr repeats: the server may send any length.
const MAX_SHOWN: usize = 60;

/// Answers the server's prompts with the password.
///
/// # Errors
/// [`SshErrorKind::AuthenticationFailed`] for a prompt that has no answer here; the connection is of no further use
/// then, since russh waits for an answer. [`SshErrorKind::Closed`] when the connection is over.
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
            KeyboardInteractiveAuthResponse::InfoRequest { prompts, .. } => prompts,
        };
        let answers = match prompts.as_slice() {
            [] => Vec::new(),
            [only] if !only.echo && asks_for_password(&only.prompt) => match unsaid.take() {
                Some(password) => vec![password.expose().to_owned()],
                None if known => return Err(refused("it asks for the password again")),
                None => {
                    return Err(refused(
                        "it asks for a password: name its secret as `password_secret`",
                    ));
                }
            },
            [first, ..] => {
                let shown: String = first.prompt.chars().take(MAX_SHOWN).collect();
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

/// The word for a password by which Linux-PAM asks in other languages (its catalogues of translations).
const PASSWORD: [&str; 24] = [
    "password",
    "passwort",
    "mot de passe",
    "contraseña",
    "contrasenya",
    "senha",
    "palavra-passe",
    "wachtwoord",
    "lösenord",
    "passord",
    "adgangskode",
    "salasana",
    "hasło",
    "heslo",
    "jelszó",
    "parola",
    "пароль",
    "geslo",
    "zaporka",
    "lozinka",
    "パスワード",
    "密码",
    "密碼",
    "암호",
];

/// True for `Password:`, `Password (RADIUS):`, `Password for USER@HOST:` and `USER@HOST's password:`: PAM, FreeBSD and
/// Kerberos ask so. False for `New password:` and `One-time password`.
fn asks_for_password(prompt: &str) -> bool {
    let prompt = prompt
        .trim()
        .trim_end_matches([':', '：', ' ', '\u{a0}'])
        .to_lowercase();
    let word = match prompt.split_once(" (") {
        Some((word, source)) if source.ends_with(')') => word,
        Some(_) | None => &prompt,
    };
    PASSWORD.contains(&word)
        || prompt.starts_with("password for ")
        || prompt.ends_with("'s password")
}

fn refused(why: &str) -> SshError {
    SshError::new(
        SshErrorKind::AuthenticationFailed,
        format!("keyboard-interactive was given up: {why}"),
    )
}

#[cfg(test)]
mod tests {
    use super::asks_for_password;

    #[test]
    fn only_a_password_is_a_password() {
        for (prompt, expected) in [
            ("Password: ", true),
            ("password:", true),
            ("Password for ops@web: ", true),
            ("ops@web's password:", true),
            ("Password (RADIUS):", true),
            ("Passwort: ", true),
            ("Mot de passe :", true),
            ("Mot de passe\u{a0}: ", true),
            ("密码：", true),
            ("Neues Passwort: ", false),
            ("Nouveau mot de passe :", false),
            ("Password (current) for admin (1-3)", true),
            ("", false),
            ("Verification code: ", false),
            ("One-time password (OATH) for `ops': ", false),
            ("New password: ", false),
            ("Current password: ", false),
            ("Password & verification code: ", false),
            ("Passcode or option (1-3): ", false),
            ("Passwords are boring. Continue? ", false),
        ] {
            assert_eq!(asks_for_password(prompt), expected, "{prompt:?}");
        }
    }
}
