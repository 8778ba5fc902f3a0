//! What one file may hold: takes a path under src/ and its text, gives each habit it breaks.

use super::Fault;
use super::tokens::{Token, tokens};

const MAX_FILE_LINES: usize = 400;
const MAX_FUNCTION_LINES: usize = 60;

/// One room owns each of these crates.
const TOKIO_OWNER: &str = "src/runtime/";
const RUSSH_OWNER: &str = "src/ssh/transport/";
/// Whoever changes the terminal's modes puts them back.
const MODES_OWNER: &str = "src/cli/terminal_modes.rs";
/// The server's one writer, and the one that prints for a person.
const STDOUT_OWNERS: [&str; 2] = ["src/rpc/stdio.rs", "src/cli/terminal.rs"];

/// Names that say nothing about what is named.
const EMPTY_NAMES: [&str; 4] = ["utils", "manager", "helper", "process_data"];
/// Work that was put off.
const PUT_OFF_WORDS: [&str; 2] = ["TODO", "FIXME"];
const PUT_OFF_MACROS: [&str; 3] = ["todo", "unimplemented", "dbg"];
/// What is followed by the name it gives.
const DECLARATIONS: [&str; 6] = ["fn", "mod", "struct", "enum", "trait", "type"];

/// A file opens by saying what it takes, gives and refuses.
pub fn opening(path: &str, text: &str) -> Vec<Fault> {
    if text.starts_with("//! ") {
        return Vec::new();
    }
    vec![Fault::new(path, 1, "does not open with `//! `")]
}

/// Files stay short enough to be read at a sitting.
pub fn file_length(path: &str, text: &str) -> Vec<Fault> {
    let lines = text.lines().count();
    if lines <= MAX_FILE_LINES {
        return Vec::new();
    }
    let what = format!("has {lines} lines; {MAX_FILE_LINES} at most");
    vec![Fault::new(path, lines, what)]
}

/// So do functions, from `fn` to the closing brace.
pub fn function_length(path: &str, text: &str) -> Vec<Fault> {
    let tokens = tokens(text);
    (0..tokens.len())
        .filter_map(|at| {
            let (name, from, to) = function(tokens.get(at..)?)?;
            let lines = to - from + 1;
            let what = format!("`{name}` has {lines} lines; {MAX_FUNCTION_LINES} at most");
            (lines > MAX_FUNCTION_LINES).then(|| Fault::new(path, from, what))
        })
        .collect()
}

/// The name, first and last line of the function that `tail` begins with; `fn` without a name
/// is the type of a pointer.
fn function<'a>(tail: &[Token<'a>]) -> Option<(&'a str, usize, usize)> {
    match tail {
        [word, name, ..] if word.text == "fn" && name.is_name() => {
            Some((name.text, word.line, body_end(tail)?))
        }
        _ => None,
    }
}

/// The line of the brace that closes the first body in `tail`; none for a declaration that
/// ends in `;`.
fn body_end(tail: &[Token<'_>]) -> Option<usize> {
    let mut braces = 0_usize;
    let mut brackets = 0_usize;
    for token in tail {
        match token.text {
            "(" | "[" => brackets += 1,
            ")" | "]" => brackets = brackets.saturating_sub(1),
            ";" if braces == 0 && brackets == 0 => return None,
            "{" => braces += 1,
            "}" if braces == 1 => return Some(token.line),
            "}" => braces = braces.checked_sub(1)?,
            _ => {}
        }
    }
    None
}

/// tokio has one door.
pub fn tokio_named(path: &str, text: &str) -> Vec<Fault> {
    crate_named(path, text, "tokio", TOKIO_OWNER)
}

/// So has russh.
pub fn russh_named(path: &str, text: &str) -> Vec<Fault> {
    crate_named(path, text, "russh", RUSSH_OWNER)
}

/// So have the modes of the terminal.
pub fn modes_changed(path: &str, text: &str) -> Vec<Fault> {
    crate_named(path, text, "tcsetattr", MODES_OWNER)
}

fn crate_named(path: &str, text: &str, name: &str, owner: &str) -> Vec<Fault> {
    if path.starts_with(owner) {
        return Vec::new();
    }
    each(path, text, |window| match window {
        [token, ..] if token.text == name => Some(format!("names {name}; only {owner} may")),
        _ => None,
    })
}

/// Nothing is unsafe.
pub fn unsafe_code(path: &str, text: &str) -> Vec<Fault> {
    each(path, text, |window| match window {
        [token, ..] if token.text == "unsafe" => Some("is unsafe".to_owned()),
        _ => None,
    })
}

/// stdout carries the protocol: one stray byte on it breaks a client. A field or a method of
/// that name is another matter; the function and the macros are meant. A crate's example and its
/// build are programs of their own.
pub fn stdout_touched(path: &str, text: &str) -> Vec<Fault> {
    let own_program = path.contains("/examples/") || path.ends_with("/build.rs");
    if own_program || STDOUT_OWNERS.contains(&path) {
        return Vec::new();
    }
    let mut faults = each(path, text, |window| match window {
        [name, bang, ..] if ["print", "println"].contains(&name.text) && bang.text == "!" => {
            Some(stdout_refusal())
        }
        [before, _, name, ..] if name.text == "stdout" && before.text == ":" => {
            Some(stdout_refusal())
        }
        _ => None,
    });
    faults.extend(each(path, text, |window| match window {
        [before, name, open, ..]
            if name.text == "stdout"
                && open.text == "("
                && ![".", ":", "fn"].contains(&before.text) =>
        {
            Some(stdout_refusal())
        }
        _ => None,
    }));
    faults
}

fn stdout_refusal() -> String {
    format!("touches stdout; only {} may", STDOUT_OWNERS.join(" and "))
}

/// A name says what the thing is.
pub fn empty_names(path: &str, text: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    if let Some(word) = empty_name(path) {
        faults.push(Fault::new(path, 1, format!("is named `{word}`")));
    }
    faults.extend(each(path, text, |window| match window {
        [declaration, name, ..] if DECLARATIONS.contains(&declaration.text) => {
            let word = empty_name(name.text)?;
            Some(format!("`{}` is named `{word}`", name.text))
        }
        _ => None,
    }));
    faults
}

fn empty_name(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    EMPTY_NAMES.into_iter().find(|word| name.contains(word))
}

/// What is here is done.
pub fn put_off(path: &str, text: &str) -> Vec<Fault> {
    let words = text.lines().enumerate().flat_map(|(at, line)| {
        let mut words = line.split(|next: char| !next.is_alphanumeric());
        let found = words.find(|word| PUT_OFF_WORDS.contains(word));
        found.map(|word| Fault::new(path, at + 1, format!("says {word}")))
    });
    let macros = each(path, text, |window| match window {
        [name, bang, ..] if PUT_OFF_MACROS.contains(&name.text) && bang.text == "!" => {
            Some(format!("calls {}!", name.text))
        }
        _ => None,
    });
    words.chain(macros).collect()
}

/// A sentence says what it is about: the reader does not look for what is "the same".
pub fn plain_beginnings(path: &str, text: &str) -> Vec<Fault> {
    let lines = text.lines().enumerate();
    let vague = lines.filter(|(_, line)| {
        let comment = line.trim_start().trim_start_matches(['/', '!']);
        comment.len() < line.trim_start().len() && comment.starts_with(" The same")
    });
    let fault = |(at, _)| Fault::new(path, at + 1, "begins a sentence with `The same`");
    vague.map(fault).collect()
}

/// A fault for each place from which on `judge` sees one; it looks at up to three tokens.
fn each(path: &str, text: &str, judge: impl Fn(&[Token<'_>]) -> Option<String>) -> Vec<Fault> {
    let tokens = tokens(text);
    (0..tokens.len())
        .filter_map(|at| {
            let window = tokens.get(at..tokens.len().min(at + 3))?;
            Some(Fault::new(path, window.first()?.line, judge(window)?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Check = fn(&str, &str) -> Vec<Fault>;

    /// Each case: the check, the path, the text, how many faults.
    fn table(check: Check, cases: &[(&str, &str, usize)]) {
        for (path, text, expected) in cases {
            let faults = check(path, text);
            assert_eq!(faults.len(), *expected, "{path}: {text}: {faults:?}");
        }
    }

    #[test]
    fn openings() {
        table(
            opening,
            &[
                ("src/a.rs", "//! What it takes.\n", 0),
                ("src/a.rs", "// What it takes.\n", 1),
                ("src/a.rs", "\n//! Late.\n", 1),
                ("src/a.rs", "", 1),
            ],
        );
    }

    #[test]
    fn file_lengths() {
        let (short, long) = ("x\n".repeat(400), "x\n".repeat(401));
        table(
            file_length,
            &[("src/a.rs", &short, 0), ("src/a.rs", &long, 1)],
        );
    }

    #[test]
    fn function_lengths() {
        let body = |lines: usize| "    x();\n".repeat(lines);
        let short = format!("fn a() {{\n{}}}\n", body(58));
        let long = format!("fn a() {{\n{}}}\n", body(59));
        let two_short = format!("{short}{short}");
        let nested = format!(
            "impl A {{\n fn b(c: [u8; 2]) -> D {{ match e {{\n{}}} }}\n}}",
            body(59)
        );
        let braces_in_text = format!("fn a() {{\n \"}}\"; '}}'; // }}\n{}}}\n", body(58));
        table(
            function_length,
            &[
                ("src/a.rs", &short, 0),
                ("src/a.rs", &two_short, 0),
                (
                    "src/a.rs",
                    &format!("trait T {{ fn a(); }}\n{}", body(70)),
                    0,
                ),
                (
                    "src/a.rs",
                    &format!("struct S {{ f: fn(u8) }}\n{}", body(70)),
                    0,
                ),
                ("src/a.rs", &long, 1),
                ("src/a.rs", &nested, 1),
                ("src/a.rs", &braces_in_text, 1),
            ],
        );
        let fault = function_length("src/a.rs", &long);
        assert_eq!(
            fault.first().map(ToString::to_string).as_deref(),
            Some("src/a.rs:1: `a` has 61 lines; 60 at most")
        );
    }

    #[test]
    fn one_door_for_tokio_russh_and_unsafe() {
        table(
            tokio_named,
            &[
                ("src/runtime/streams.rs", "use tokio::net::TcpStream;", 0),
                (
                    "src/ssh/mod.rs",
                    "// tokio drives it\nlet a = \"tokio\";",
                    0,
                ),
                ("src/ssh/mod.rs", "use tokio::net::TcpStream;", 1),
                (
                    "src/ssh/mod.rs",
                    "async fn f() { tokio::time::sleep(d).await }",
                    1,
                ),
            ],
        );
        table(
            russh_named,
            &[
                ("src/ssh/transport/channel.rs", "use russh::Sig;", 0),
                ("src/ssh/exec/mod.rs", "// russh answers", 0),
                ("src/ssh/exec/mod.rs", "use russh::Sig;", 1),
                ("src/ssh/mod.rs", "fn f(e: russh::Error) {}", 1),
            ],
        );
        table(modes_changed, &[("src/a.rs", "tcsetattr(f, n, &m)", 1)]);
        table(
            unsafe_code,
            &[
                ("src/a.rs", "#![deny(unsafe_code)] // unsafe", 0),
                ("src/a.rs", "unsafe { prctl() }", 1),
                ("src/a.rs", "unsafe fn f() {}", 1),
            ],
        );
    }

    #[test]
    fn stdout_has_its_owners() {
        table(
            stdout_touched,
            &[
                ("src/rpc/stdio.rs", "let out = std::io::stdout();", 0),
                (
                    "src/gate/run.rs",
                    "let a = result.stdout; let b = run.stdout();",
                    0,
                ),
                (
                    "src/gate/run.rs",
                    "struct R { stdout: Vec<u8> } fn stdout() {}",
                    0,
                ),
                (
                    "src/gate/run.rs",
                    "eprintln!(\"x\"); writeln!(stdout, \"x\");",
                    0,
                ),
                ("src/gate/run.rs", "let out = std::io::stdout();", 1),
                ("src/gate/run.rs", "use std::io::stdout;", 1),
                ("src/gate/run.rs", "let out = rustix::stdio::stdout();", 1),
                (
                    "src/gate/run.rs",
                    "use std::io::{Write, stdout}; f(stdout());",
                    1,
                ),
                ("src/gate/run.rs", "println!(\"x\"); print!(\"x\");", 2),
                ("crates/a/examples/b.rs", "println!(\"x\");", 0),
                ("crates/a/build.rs", "println!(\"x\");", 0),
                ("crates/a/src/b.rs", "println!(\"x\");", 1),
            ],
        );
    }

    #[test]
    fn names_say_something() {
        table(
            empty_names,
            &[
                ("src/ssh/pool.rs", "fn managed() {} let helper = 1;", 0),
                ("src/utils.rs", "", 1),
                ("src/helpers/mod.rs", "", 1),
                ("src/a.rs", "struct SessionManager; fn process_data() {}", 2),
                ("src/a.rs", "fn dial_helper() {} mod string_utils {}", 2),
            ],
        );
    }

    #[test]
    fn nothing_is_put_off() {
        table(
            put_off,
            &[
                ("src/a.rs", "fn todo_list() {} let x = \"TODOS\";", 0),
                ("src/a.rs", "// TODO: later", 1),
                ("src/a.rs", "/* FIXME */ fn f() { todo!() }", 2),
                ("src/a.rs", "dbg!(x); unimplemented!();", 2),
            ],
        );
    }
}
