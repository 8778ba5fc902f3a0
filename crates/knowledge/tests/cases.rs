//! The tables of `tests/cases`: words that are vouched for, and words that are not.
//!
//! ```text
//! + git log * --oneline -20       vouched for; the words before `*` are spelled by the rule
//! - git log * --output=/tmp/x     not vouched for
//! +| grep * -c x                  the same, behind a pipe
//! - cat * ~/var/log/~a /x         the rule begins the word: it spells what stands between `~` and `~`
//! ```

use mcp_ssh_knowledge::word::{AdmittedWord, Extent, Part};
use mcp_ssh_knowledge::{Around, first_objection};

/// Splits at blanks; single and double quotes hold words together.
fn split(line: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for character in line.chars() {
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (None, '\'' | '"') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    words
}

fn granted(text: &str) -> AdmittedWord {
    let Some((begun, rest)) = text.strip_prefix('~').and_then(|text| text.split_once('~')) else {
        return AdmittedWord::granted(text);
    };
    let mut parts = vec![Part::Spelled; begun.len()];
    parts.resize(begun.len() + rest.len(), Part::Granted);
    AdmittedWord::new(&format!("{begun}{rest}"), parts, Extent::Known, false)
}

fn words(line: &str) -> Vec<AdmittedWord> {
    let mut star = false;
    let mut words = Vec::new();
    for text in split(line) {
        match text.as_str() {
            "*" if !star => star = true,
            text if star => words.push(granted(text)),
            text => words.push(AdmittedWord::spelled(text)),
        }
    }
    words
}

#[test]
fn every_case_is_as_wanted() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases");
    let mut wrong = String::new();
    let mut counts = [0, 0];
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        for (number, line) in std::fs::read_to_string(&path).unwrap().lines().enumerate() {
            let Some((sign, line)) = line.split_once(' ').filter(|_| !line.starts_with('#')) else {
                continue;
            };
            let around = Around {
                piped: sign.ends_with('|'),
                ..Around::default()
            };
            let objection = first_objection(&words(line), around);
            let wanted = sign.starts_with('+');
            counts[usize::from(wanted)] += 1;
            if wanted != objection.is_none() {
                let why = objection.map(|found| format!("{} {}", found.word, found.reason));
                wrong += &format!("{name}:{}: {sign} {line}: {why:?}\n", number + 1);
            }
        }
    }
    eprintln!("{} refused, {} vouched for", counts[0], counts[1]);
    assert!(wrong.is_empty(), "\n{wrong}");
}
