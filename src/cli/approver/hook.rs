//! A program of the operator's that answers in place of the person: a chat bridge, a dialog, a pager.
//!
//! Takes: the program and the question. Gives: the answer, where the program writes one line of JSON that repeats the
//! nonce: `{"nonce": "…", "decision": "once|session|minutes|refuse", "minutes": N}`. Refuses: everything else. An exit
//! status and silence are no answer.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::fs::{MemfdFlags, memfd_create};
use serde::Deserialize;

use super::desk::PersonAnswer;
use crate::approver::{ApproverDecision, MAX_MINUTES};
use crate::runtime::{PipeReader, sleep};

/// The longest answer: one line.
const MAX_ANSWER_BYTES: usize = 4096;
/// How often it is looked whether a program that has answered has ended.
const PAUSE: Duration = Duration::from_millis(50);
/// How long a program that has answered may go on before it is killed.
const MAX_PAUSES: u32 = 200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HookAnswer {
    nonce: String,
    decision: ApproverDecision,
    #[serde(default)]
    minutes: Option<u32>,
}

/// The program, killed when it is dropped before it has ended.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ended = self.0.kill();
        let _status = self.0.wait();
    }
}

/// The answer of the program; nothing where it gives none.
pub async fn ask(program: &Path, question: &[u8], nonce: &str) -> Option<PersonAnswer> {
    let answer = match output(program, question).await {
        Ok(answer) => answer,
        Err(error) => {
            log::error!("{}: {error}", program.display());
            return None;
        }
    };
    let answer = parse(&answer, nonce);
    if answer.is_none() {
        log::warn!("{} gave no answer to the question", program.display());
    }
    answer
}

/// What the program writes.
async fn output(program: &Path, question: &[u8]) -> io::Result<Vec<u8>> {
    let mut running = Running(
        Command::new(program)
            .stdin(Stdio::from(input(question)?))
            .stdout(Stdio::piped())
            .spawn()?,
    );
    let stdout = running.0.stdout.take();
    let stdout = PipeReader::from_owned_fd(OwnedFd::from(stdout.ok_or(io::ErrorKind::Other)?))?;
    let mut answer = Vec::new();
    while answer.len() <= MAX_ANSWER_BYTES {
        let mut bytes = [0; MAX_ANSWER_BYTES];
        stdout.readable().await?;
        match stdout.try_read(&mut bytes) {
            Ok(0) => break,
            Ok(count) => answer.extend_from_slice(bytes.get(..count).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    for _ in 0..MAX_PAUSES {
        if running.0.try_wait()?.is_some() {
            break;
        }
        sleep(PAUSE).await;
    }
    Ok(answer)
}

/// The question as a file in memory: a program that does not read it holds nobody up.
fn input(question: &[u8]) -> io::Result<OwnedFd> {
    let mut file = File::from(memfd_create("question", MemfdFlags::CLOEXEC)?);
    file.write_all(&[question, b"\n"].concat())?;
    file.seek(SeekFrom::Start(0))?;
    Ok(OwnedFd::from(file))
}

fn parse(answer: &[u8], nonce: &str) -> Option<PersonAnswer> {
    if answer.len() > MAX_ANSWER_BYTES {
        return None;
    }
    let answer: HookAnswer = serde_json::from_slice(answer).ok()?;
    let minutes = match (answer.decision, answer.minutes) {
        (ApproverDecision::Minutes, Some(1..=MAX_MINUTES)) => answer.minutes,
        (ApproverDecision::Once | ApproverDecision::Session | ApproverDecision::Refuse, None) => {
            None
        }
        _ => return None,
    };
    (answer.nonce == nonce).then_some(PersonAnswer {
        decision: answer.decision,
        minutes,
    })
}

/// The decision that a hook's output is, and its minutes: for fuzzing, which starts no program.
#[cfg(fuzzing)]
pub fn hook_answer(output: &[u8], nonce: &str) -> Option<(ApproverDecision, Option<u32>)> {
    parse(output, nonce).map(|answer| (answer.decision, answer.minutes))
}

#[cfg(test)]
mod tests {
    use super::{MAX_ANSWER_BYTES, parse};
    use crate::approver::ApproverDecision;

    #[test]
    fn only_one_line_with_the_nonce_is_an_answer() {
        let decision = |text: &str| Some(parse(text.as_bytes(), "n")?.decision);
        for (answer, expected) in [
            (
                r#"{"nonce": "n", "decision": "once"}"#,
                Some(ApproverDecision::Once),
            ),
            (
                "{\"nonce\": \"n\", \"decision\": \"refuse\"}\n",
                Some(ApproverDecision::Refuse),
            ),
            (
                r#"{"nonce": "n", "decision": "session"}"#,
                Some(ApproverDecision::Session),
            ),
            (
                r#"{"nonce": "n", "decision": "minutes", "minutes": 5}"#,
                Some(ApproverDecision::Minutes),
            ),
            (r#"{"nonce": "n", "decision": "minutes"}"#, None),
            (
                r#"{"nonce": "n", "decision": "minutes", "minutes": 0}"#,
                None,
            ),
            (
                r#"{"nonce": "n", "decision": "minutes", "minutes": 1441}"#,
                None,
            ),
            (r#"{"nonce": "n", "decision": "once", "minutes": 5}"#, None),
            (r#"{"nonce": "m", "decision": "once"}"#, None),
            (r#"{"decision": "once"}"#, None),
            (r#"{"nonce": "n", "decision": "yes"}"#, None),
            (r#"{"nonce": "n", "decision": "once", "more": 1}"#, None),
            (
                "{\"nonce\": \"n\", \"decision\": \"once\"}\n{\"nonce\": \"n\", \"decision\": \"once\"}",
                None,
            ),
            ("once", None),
            ("", None),
        ] {
            assert_eq!(decision(answer), expected, "{answer}");
        }
    }

    #[test]
    fn an_answer_may_be_so_long_and_no_longer() {
        let padded = |length: usize| format!("{:length$}", r#"{"nonce": "n", "decision": "once"}"#);
        let is_taken = |length| parse(padded(length).as_bytes(), "n").is_some();
        assert!(is_taken(MAX_ANSWER_BYTES) && !is_taken(MAX_ANSWER_BYTES + 1));
    }
}
