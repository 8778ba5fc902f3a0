//! What sudo itself said, where it has most likely not run the command.
//!
//! Takes what was printed, without secrets. Gives sudo's own words as one line, short and visible, for the log, the
//! record and the caller. Refuses the words of a command, as far as they can be told from those of sudo: sudo names
//! itself at the beginning of a line, or refuses a user by name, in one line. Languages differ in the rest.

use super::exec_report::{ExecReport, SudoUsers};
use super::live::LiveOutput;
use super::result::RunResult;
use super::visible_text::visible_text;
use crate::ssh::SshError;

/// The most bytes of sudo's words.
const MAX_WORDS: usize = 600;
/// How sudo begins a line of its own.
const OWN: &str = "sudo: ";
/// What sudo says on hosts without a name in DNS, and goes on.
const NO_MATTER: &str = "sudo: unable to resolve host ";
/// The exit status of a sudo that does not run its command.
const REFUSAL: i64 = 1;

/// What the caller is told of a command that ended as if sudo had refused it. A command that calls sudo itself can end so.
pub const MAY_BE_REFUSED: &str = "sudo may have refused it, and then it has not run; a command that calls sudo itself can \
                                  end so, too: look at what it did before you run it again";

/// The error of a talk with sudo, with what was said before: by sudo, unless the command ran and asked as sudo does.
pub fn said(error: SshError, output: &LiveOutput) -> SshError {
    if !error.is_of_sudo() {
        return error;
    }
    match one_line(output.complaint().lines()) {
        Some(words) => error.with_words(words),
        None => error,
    }
}

/// What sudo said, where a command ended as if sudo had refused it.
pub fn refusal(ran: &ExecReport, result: &RunResult) -> Option<String> {
    let users = ran.sudo.as_ref()?;
    if result.exit_code != REFUSAL {
        return None;
    }
    let stderr = result.stderr.as_deref()?;
    let lines = || stderr.lines().filter(|line| !line.trim().is_empty());
    let last = lines().next_back()?;
    let is_alone = lines().count() == 1 && result.bytes_out == 0;
    if is_own(last) || (is_alone && refuses(last, users)) {
        let own = lines().filter(|line| is_own(line) || is_alone);
        return one_line(own);
    }
    None
}

fn is_own(line: &str) -> bool {
    line.starts_with(OWN) && !line.starts_with(NO_MATTER)
}

/// Whether it names the login, and sudoers or the other user: `deploy is not in the sudoers file.`
fn refuses(line: &str, users: &SudoUsers) -> bool {
    let names = |wanted: &str| {
        let is_name = |letter: char| letter.is_alphanumeric() || "_-".contains(letter);
        !wanted.is_empty()
            && line
                .split(|letter| !is_name(letter))
                .any(|word| word == wanted)
    };
    names(&users.login) && (names("sudoers") || names(users.becomes.as_str()))
}

/// The lines as one, at most [`MAX_WORDS`] of it; `None` if there is nothing in them.
fn one_line<'l>(lines: impl Iterator<Item = &'l str>) -> Option<String> {
    let lines = lines.map(str::trim).filter(|line| !line.is_empty());
    let mut words = lines.collect::<Vec<&str>>().join(" / ");
    // The end tells: before it may stand a lecture.
    let over = words.len().saturating_sub(MAX_WORDS);
    words.drain(..words.ceil_char_boundary(over));
    (!words.is_empty()).then(|| visible_text(&words))
}

#[cfg(test)]
mod tests {
    use super::{SudoUsers, is_own, one_line, refuses};
    use mcp_ssh_policy::BecomeUser;

    #[test]
    fn what_sudo_says_is_told_from_what_a_command_says() {
        let users = SudoUsers {
            login: "deploy".to_owned(),
            becomes: BecomeUser::parse("root").unwrap(),
        };
        for (line, own, by_name) in [
            ("sudo: a password is required", true, false),
            (
                "sudo: I'm sorry deploy. I'm afraid I can't do that",
                true,
                false,
            ),
            (
                "sudo: unable to resolve host box: Name or service not known",
                false,
                false,
            ),
            ("deploy is not in the sudoers file.", false, true),
            ("deploy ist nicht in der sudoers-Datei.", false, false),
            ("deploy taucht nicht in der Datei sudoers auf.", false, true),
            (
                "Sorry, user deploy is not allowed to execute '/usr/bin/id' as root on box.",
                false,
                true,
            ),
            ("id: 'deploy': no such user", false, false),
            ("cat: /root/x: No such file or directory", false, false),
        ] {
            assert_eq!(
                (is_own(line), refuses(line, &users)),
                (own, by_name),
                "{line}"
            );
        }
    }

    #[test]
    fn words_are_short_and_one_line() {
        let told = |text: &str| one_line(text.lines());
        assert_eq!(told("a\n\n b \n").as_deref(), Some("a / b"));
        assert_eq!(told(" \n\n"), None);
        let long = format!("{}\u{e4}\nthe end", "x".repeat(2_000));
        let short = told(&long).unwrap();
        assert!(short.len() <= 600 && short.ends_with("the end"), "{short}");
        assert_eq!(told("\u{202e}a\u{1b}").as_deref(), Some(r"\u{202e}a\u{1b}"));
    }
}
