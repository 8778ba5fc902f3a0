//! Whatever standard error says, in any pieces: the password is sent once at most, only when a line is nothing but the
//! question and nothing is behind it, and never after the run was ended; without the prompt, every byte is shown and nothing is
//! done; what is shown of the rest is in the order in which it came.
//!
//! In the input 0xff stands for the prompt, 0xfe for the end of a piece.

#![no_main]

use std::rc::Rc;

use libfuzzer_sys::fuzz_target;
use mcp_ssh::secret::Secret;
use mcp_ssh::ssh::{SudoAnswer, SudoPassword, sudo_talk};
use mcp_ssh_policy::SudoPrompt;

const PROMPT: &[u8] = b"abababababababababababababababab";
const PROMPT_SIGN: u8 = 0xff;
const PIECE_SIGN: u8 = 0xfe;
/// PAM's words, and the colon and the blank behind them.
const LONGEST_WORDS: usize = 64;

fuzz_target!(|input: &[u8]| {
    let filled = |piece: &[u8]| {
        piece
            .split(|byte| *byte == PROMPT_SIGN)
            .collect::<Vec<_>>()
            .join(PROMPT)
    };
    let pieces: Vec<Vec<u8>> = input
        .split(|byte| *byte == PIECE_SIGN)
        .map(filled)
        .collect();
    let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
    check(&pieces);
});

fn check(pieces: &[&[u8]]) {
    let secret = Rc::new(Secret::new("correct horse".to_owned()));
    let password = SudoPassword::new(secret).expect("sudo reads it whole");
    let answer = SudoAnswer::new(SudoPrompt::new([0xab; 16]), Some(password));
    let (shown, steps) = sudo_talk(answer, pieces);
    let all = pieces.concat();
    if !all.windows(PROMPT.len()).any(|part| part == PROMPT) {
        assert_eq!(
            (shown.as_slice(), steps.as_slice()),
            (all.as_slice(), &[][..])
        );
        return;
    }
    let mut rest = all.iter();
    assert!(
        shown.iter().all(|byte| rest.any(|other| other == byte)),
        "{shown:?}"
    );
    let answers: Vec<usize> = steps
        .iter()
        .filter(|(_, step)| *step == 'A')
        .map(|(at, _)| *at)
        .collect();
    assert!(answers.len() <= 1, "{steps:?}");
    if let [at] = answers.as_slice() {
        let before = steps.iter().take_while(|(_, step)| *step != 'A');
        assert_eq!(before.count(), 0, "{steps:?}");
        let heard = pieces[..=*at].concat();
        let line = heard
            .rsplit(|byte| *byte == b'\n')
            .next()
            .unwrap_or_default();
        assert!(is_question(line), "{:?}", String::from_utf8_lossy(&heard));
    }
}

/// Whether a line is the question of sudo or of sudo-rs, and nothing else.
fn is_question(line: &[u8]) -> bool {
    let framed = [b"[sudo: ", PROMPT, b"] "].concat();
    match line.strip_prefix(framed.as_slice()) {
        Some(words) => words.ends_with(b": ") && words.len() <= LONGEST_WORDS,
        None => line == PROMPT,
    }
}
