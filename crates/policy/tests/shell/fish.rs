//! fish, which has no functions of a POSIX shell: each word is read back as it was, in each spelling that has to be quoted.

use std::fs;
use std::process::Command;

use mcp_ssh_policy::shell::quoted;

/// What a word is made of: what fish reads in another way in single quotes or outside of them, and a letter.
const PARTS: [&str; 10] = ["a", "\\", "'", "\"", "$", " ", "%self", "(", "=", "\n"];

/// All words of up to four parts.
fn words() -> Vec<String> {
    let mut words = vec![String::new()];
    let mut last = words.clone();
    for _ in 0..4 {
        let longer = |word: &String| PARTS.map(|part| format!("{word}{part}"));
        last = last.iter().flat_map(longer).collect();
        words.extend(last.iter().cloned());
    }
    words
}

#[test]
fn fish_reads_each_word_as_it_was_judged() {
    let (words, place) = (words(), tempfile::tempdir().unwrap());
    let said: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    let script = place.path().join("script");
    fs::write(&script, format!("printf '%s\\0' {}\n", said.join(" "))).unwrap();
    let mut fish = Command::new("fish");
    let fish = fish
        .arg("--no-config")
        .arg(&script)
        .env("HOME", place.path());
    let output = fish.output().unwrap();
    let read = String::from_utf8(output.stdout).unwrap();
    let read: Vec<&str> = read.split_terminator('\0').collect();
    assert_eq!(
        read.len(),
        words.len(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    for ((word, said), read) in words.iter().zip(&said).zip(read) {
        assert_eq!(read, word, "{said}");
    }
}
