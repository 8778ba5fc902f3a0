//! What a shell does with a [`CommandLine`], by POSIX: which commands run, with which argv.

use std::fs;
use std::path::Path;

use mcp_ssh_policy::shell::{CommandLine, Piece, Separator, SimpleCommand, Word};

use super::generate::fails;

/// One command that ran: its name and its arguments.
pub type Argv = Vec<String>;

/// The files that pathname patterns meet, in the directory where lines run.
pub const FILES: [&str; 14] = [
    "a b.txt",
    "a.log",
    "b.log",
    "b1log",
    "c1.txt",
    "cx.txt",
    "é.log",
    "*star",
    ".hid",
    "x=a1",
    "sub/x.log",
    "sub/y",
    "sub/zz.log",
    "sub/.hid",
];

/// The pipelines that run, in order, each with the argv lists of its commands. The commands
/// of a pipeline run at once: their order among each other means nothing.
pub fn executed(line: &CommandLine, directory: &Path) -> Vec<Vec<Argv>> {
    let mut ran = Vec::new();
    let mut failed = false;
    for (separator, pipeline) in line.pipelines() {
        let runs = match separator {
            None | Some(Separator::Sequence) => true,
            Some(Separator::And) => !failed,
            Some(Separator::Or) => failed,
        };
        if runs {
            let commands = pipeline.commands();
            failed = commands
                .last()
                .is_some_and(|last| fails(&last.words()[0].value()));
            ran.push(
                commands
                    .iter()
                    .map(|command| argv(command, directory))
                    .collect(),
            );
        }
    }
    ran
}

/// The words of a command, after pathname expansion.
pub fn argv(command: &SimpleCommand, directory: &Path) -> Argv {
    let words = command.words().iter();
    words.flat_map(|word| expand(word, directory)).collect()
}

/// XCU 2.6.6: the pathnames that match, in order, or the word itself.
fn expand(word: &Word, directory: &Path) -> Vec<String> {
    let mut found = vec![String::new()];
    if word.has_pattern() {
        for (index, component) in components(word).iter().enumerate() {
            found = found
                .iter()
                .map(|path| {
                    if index == 0 {
                        path.clone()
                    } else {
                        format!("{path}/")
                    }
                })
                .flat_map(|path| children(&path, component, directory))
                .collect();
        }
        found.sort();
    }
    match found.as_slice() {
        [] => vec![word.value().into_owned()],
        [path] if path.is_empty() => vec![word.value().into_owned()],
        _ => found,
    }
}

/// One element of a pattern.
#[derive(Clone, Debug)]
enum Element {
    Byte(u8),
    Any,
    One,
    Bracket(String),
}

/// The word's elements, split at each slash.
fn components(word: &Word) -> Vec<Vec<Element>> {
    let mut components = vec![Vec::new()];
    let mut push = |element: Element| {
        if matches!(element, Element::Byte(b'/')) {
            components.push(Vec::new());
        } else {
            components.last_mut().unwrap().push(element);
        }
    };
    for piece in word.pieces() {
        match piece {
            Piece::Literal(text) => text.bytes().for_each(|byte| push(Element::Byte(byte))),
            Piece::Pattern(text) => push(match text.as_str() {
                "*" => Element::Any,
                "?" => Element::One,
                bracket => Element::Bracket(bracket.to_owned()),
            }),
        }
    }
    components
}

/// The paths that begin with `path` and go on with one component.
fn children(path: &str, component: &[Element], directory: &Path) -> Vec<String> {
    if let Some(name) = literal(component) {
        let child = format!("{path}{name}");
        let exists = child.is_empty() || fs::metadata(directory.join(&child)).is_ok();
        return exists.then_some(child).into_iter().collect();
    }
    let Ok(entries) = fs::read_dir(directory.join(path)) else {
        return Vec::new();
    };
    let hidden = matches!(component.first(), Some(Element::Byte(b'.')));
    entries
        .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
        .filter(|name| name.starts_with('.') == hidden && matches(component, name.as_bytes()))
        .map(|name| format!("{path}{name}"))
        .collect()
}

fn literal(component: &[Element]) -> Option<String> {
    let bytes = component.iter().map(|element| match element {
        Element::Byte(byte) => Some(*byte),
        Element::Any | Element::One | Element::Bracket(_) => None,
    });
    let bytes: Option<Vec<u8>> = bytes.collect();
    bytes.and_then(|bytes| String::from_utf8(bytes).ok())
}

fn matches(pattern: &[Element], name: &[u8]) -> bool {
    match pattern.split_first() {
        None => name.is_empty(),
        Some((Element::Any, rest)) => (0..=name.len()).any(|skip| matches(rest, &name[skip..])),
        Some((element, rest)) => name
            .split_first()
            .is_some_and(|(byte, tail)| matches_byte(element, *byte) && matches(rest, tail)),
    }
}

fn matches_byte(element: &Element, byte: u8) -> bool {
    match element {
        Element::Byte(literal) => *literal == byte,
        Element::Any | Element::One => true,
        Element::Bracket(text) => {
            let inside = text.trim_start_matches('[').trim_end_matches(']');
            let members = inside.trim_start_matches('!');
            inside.starts_with('!') != is_member(members.as_bytes(), byte)
        }
    }
}

fn is_member(members: &[u8], byte: u8) -> bool {
    match members {
        [from, b'-', to, rest @ ..] => (from..=to).contains(&&byte) || is_member(rest, byte),
        [member, rest @ ..] => *member == byte || is_member(rest, byte),
        [] => false,
    }
}
