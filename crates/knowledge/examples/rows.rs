//! The knowledge base for scripts/vouch.py, which runs what it vouches for.
//!
//! ```text
//! rows            prints all rows, one JSON object a line
//! rows judge      answers each line of its input: `PIPED SPELLED WORD…`, separated by tabs
//! ```
//!
//! `PIPED` is 1 when the command reads a pipe, else 0. `SPELLED` is how many of the first words the rule
//! spells; wildcards admit the others. The answer is `+`, or `-` and the objection.

#![expect(clippy::print_stdout, reason = "printing is what this example is for")]

use mcp_ssh_knowledge::row::{Input, Kind, Operands, Options, Row, Runs, Says, Takes};
use mcp_ssh_knowledge::word::AdmittedWord;
use mcp_ssh_knowledge::{Around, first_objection, rows};

/// Subcommands of subcommands beyond this are left out: some rows stand below themselves.
const SUBCOMMANDS: usize = 3;

fn main() {
    if std::env::args().nth(1).as_deref() == Some("judge") {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            println!("{}", judged(&line));
        }
    } else {
        rows().for_each(|row| println!("{}", of_row(row, SUBCOMMANDS)));
    }
}

fn judged(line: &str) -> String {
    let mut fields = line.split('\t');
    let piped = fields.next() == Some("1");
    let spelled: usize = fields
        .next()
        .and_then(|count| count.parse().ok())
        .unwrap_or_default();
    let word = |(at, text): (usize, &str)| match at < spelled {
        true => AdmittedWord::spelled(text),
        false => AdmittedWord::granted(text),
    };
    let words: Vec<AdmittedWord> = fields.enumerate().map(word).collect();
    let around = Around {
        piped,
        ..Around::default()
    };
    first_objection(&words, around).map_or("+".to_owned(), |found| format!("- {found}"))
}

fn of_row(row: &Row, depth: usize) -> String {
    let below = if depth == 0 { &[] } else { row.subcommands };
    let says = match row.says {
        Says::Looks => pair("looks", ""),
        Says::Effect(what) => pair("effect", what),
        Says::Nothing(why) => pair("nothing", why),
    };
    let input = match row.input {
        Input::Ignored => "ignored",
        Input::Data => "data",
        Input::Program | Input::Sent => "program",
        Input::ProgramUnless(..) => "program_unless",
    };
    let command = row.begins().is_some_and(|begins| begins != Runs::FindExec);
    let runs = command || row.interprets();
    let members = [
        ("names", words(row.names)),
        ("says", says),
        ("syntax", text(&format!("{:?}", row.syntax))),
        ("runs", runs.to_string()),
        ("options", list(row.options.iter().map(of_options))),
        ("operands", of_operands(row.operands)),
        ("in_place_of_first", words(row.in_place_of_first)),
        ("only_with", words(row.only_with)),
        (
            "subcommands",
            list(below.iter().map(|row| of_row(row, depth - 1))),
        ),
        ("input", text(input)),
        ("versioned", row.versioned.to_string()),
        ("reads_workdir", row.reads_workdir.to_string()),
        ("by_manual", row.by_manual.to_string()),
    ];
    object(&members)
}

fn of_options(options: &Options) -> String {
    let (arity, kind) = match options.takes {
        Takes::Nothing => ("nothing", "null".to_owned()),
        Takes::Value(kind) => ("value", of_kind(kind)),
        Takes::Attached(kind) => ("attached", of_kind(kind)),
        Takes::Maybe(kind) | Takes::Bare(kind) => ("maybe", of_kind(kind)),
        Takes::Two(kind) => ("two", of_kind(kind)),
    };
    let entries = options.names.split_ascii_whitespace();
    let names = entries.map(|entry| list(entry.split(',').map(text)));
    object(&[
        ("names", list(names)),
        ("arity", text(arity)),
        ("kind", kind),
        ("beside", words(options.beside)),
        ("refused", options.refused.map_or("null".to_owned(), text)),
    ])
}

fn of_operands(operands: Operands) -> String {
    object(&[
        ("first", list(operands.first.iter().copied().map(of_kind))),
        ("rest", operands.rest.map_or("null".to_owned(), of_kind)),
    ])
}

/// A name and what belongs to it: `["one_of", ["a", "b"]]`.
fn of_kind(kind: Kind) -> String {
    match kind {
        Kind::Number => pair("number", ""),
        Kind::Text | Kind::Any => pair("text", ""),
        Kind::Path => pair("path", ""),
        Kind::Ends(endings) => format!("[\"ends\",{}]", words(endings)),
        Kind::Published => pair("published", ""),
        Kind::Repository => pair("repository", ""),
        Kind::Pattern => pair("pattern", ""),
        Kind::Device => pair("device", ""),
        Kind::Name => pair("name", ""),
        Kind::Package => pair("package", ""),
        Kind::Revision => pair("revision", ""),
        Kind::Host => pair("host", ""),
        Kind::Loopback => pair("loopback", ""),
        Kind::Url => pair("url", ""),
        Kind::OneOf(words_of) => format!("[\"one_of\",{}]", words(words_of)),
        Kind::Phrase(phrases) => {
            format!("[\"one_of\",{}]", list(phrases.iter().copied().map(text)))
        }
        Kind::Begins(beginning) => pair("begins", beginning),
        Kind::Script(_) => pair("script", ""),
        Kind::Either(kinds) => format!("[\"either\",{}]", list(kinds.iter().copied().map(of_kind))),
        Kind::Line => pair("never", "a text for a shell"),
        Kind::Words | Kind::Hole => pair("never", "says what is run"),
        Kind::Never(why) => pair("never", why),
    }
}

fn object(members: &[(&str, String)]) -> String {
    let members: Vec<String> = members
        .iter()
        .map(|(name, value)| format!("{}:{value}", text(name)))
        .collect();
    format!("{{{}}}", members.join(","))
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}

fn pair(name: &str, of: &str) -> String {
    format!("[{},{}]", text(name), text(of))
}

fn words(separated: &str) -> String {
    list(separated.split_ascii_whitespace().map(text))
}

fn text(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            control if control < ' ' => quoted += &format!("\\u{:04x}", u32::from(control)),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}
