//! The render property: for every accepted line, dash, bash, busybox sh, mksh and zsh execute
//! the argv lists of the `CommandLine`, in order, and nothing else. And the parser's own: what
//! dash and bash make of the agent's string itself is the same.
//!
//! 5,000 generated lines; 100,000 with `MCP_SSH_LONG=1`.

use std::borrow::Cow;
use std::collections::HashSet;
use std::thread;

use mcp_ssh_policy::shell::{CommandLine, Separator};

use super::generate::{Generator, NAMES};
use super::model::{self, Argv};
use super::shells::{SHELLS, Shell, ShellPlace};
use super::table;

/// An accepted line: as it was written, and as it was understood.
struct RenderCase {
    text: String,
    line: CommandLine,
}

#[test]
fn shells_run_generated_lines_as_parsed() {
    let cases = generated();
    on_every_shell(|shell| compare(shell, &cases, |case| case.line.render()));
}

#[test]
fn dash_and_bash_read_generated_lines_as_the_parser_does() {
    let cases = generated();
    on_every_shell(|shell| compare_originals(shell, &cases));
}

#[test]
fn dash_and_bash_read_written_lines_as_the_parser_does() {
    let cases: Vec<RenderCase> = table::accepted()
        .filter_map(parse)
        .filter(|case| names(&case.line).all(|name| can_be_a_function(&name)))
        .collect();
    assert!(cases.len() >= 300, "only {}", cases.len());
    on_every_shell(|shell| compare_originals(shell, &cases));
}

#[test]
fn shells_run_written_lines_as_parsed() {
    let cases: Vec<RenderCase> = table::accepted().filter_map(parse).collect();
    on_every_shell(|shell| {
        let place = ShellPlace::new();
        cases
            .iter()
            .for_each(|case| compare_run(shell, &case.line, &place));
    });
}

#[test]
fn shells_run_programs_of_any_name() {
    let cases: Vec<RenderCase> = named().take(200).collect();
    on_every_shell(|shell| {
        let place = ShellPlace::new();
        cases
            .iter()
            .for_each(|case| compare_run(shell, &case.line, &place));
    });
}

/// Runs what the agent wrote, where the shell is one that the parser reads like. To shells, a
/// carriage return is a character of the word, and `&>` is bash's alone.
fn compare_originals(shell: &Shell, cases: &[RenderCase]) {
    let foreign: &[&str] = match shell.name {
        "bash" => &["\r"],
        "dash" => &["\r", "&>"],
        _ => return,
    };
    let portable = |case: &&RenderCase| !foreign.iter().any(|text| case.text.contains(text));
    compare(shell, cases.iter().filter(portable), |case| {
        case.text.clone()
    });
}

/// Runs texts through the tracing functions; each must do what its case says.
fn compare<'a>(
    shell: &Shell,
    cases: impl IntoIterator<Item = &'a RenderCase>,
    text: impl Fn(&RenderCase) -> String,
) {
    let place = ShellPlace::new();
    let cases: Vec<&RenderCase> = cases.into_iter().collect();
    let names = cases
        .iter()
        .flat_map(|case| names(&case.line))
        .map(Cow::into_owned)
        .collect();
    for cases in cases.chunks(1_000) {
        let texts: Vec<String> = cases.iter().map(|case| text(case)).collect();
        let traces = shell.trace(&names, &texts, &place);
        for ((case, text), trace) in cases.iter().zip(texts).zip(traces) {
            let expected = model::executed(&case.line, &place.work);
            assert_eq!(
                grouped(trace, &expected),
                sorted(expected),
                "{}: {text:?}",
                shell.name
            );
        }
    }
}

/// Runs a line on real programs. The text is the rendering itself, unless a command needs a
/// path before its name.
fn compare_run(shell: &Shell, line: &CommandLine, place: &ShellPlace) {
    let mut expected = model::executed(line, &place.work);
    for argv in expected.iter_mut().flatten() {
        argv[0] = place.install(&argv[0]).argv0;
    }
    let text = with_prefixes(line, place).unwrap_or_else(|| line.render());
    let ran = shell.run(&text, place);
    assert_eq!(
        grouped(ran, &expected),
        sorted(expected),
        "{}: {text:?}",
        shell.name
    );
}

/// The line with the paths that its commands need before their names, if any needs one.
fn with_prefixes(line: &CommandLine, place: &ShellPlace) -> Option<String> {
    let mut text = String::new();
    let mut needed = false;
    for (separator, pipeline) in line.pipelines() {
        text.push_str(match separator {
            None => "",
            Some(Separator::And) => " && ",
            Some(Separator::Or) => " || ",
            Some(Separator::Sequence) => "; ",
        });
        for (index, command) in pipeline.commands().iter().enumerate() {
            let prefix = place.install(&command.words()[0].value()).prefix;
            needed |= !prefix.is_empty();
            let pipe = if index == 0 { "" } else { " | " };
            text.extend([pipe, &prefix, &command.render()]);
        }
    }
    needed.then_some(text)
}

/// What ran, in the groups that were expected; within a pipeline the order means nothing.
fn grouped(ran: Vec<Argv>, expected: &[Vec<Argv>]) -> Vec<Vec<Argv>> {
    let mut ran = ran.into_iter();
    let mut groups: Vec<Vec<Argv>> = expected
        .iter()
        .map(|pipeline| ran.by_ref().take(pipeline.len()).collect())
        .collect();
    let beyond: Vec<Argv> = ran.collect();
    if !beyond.is_empty() {
        groups.push(beyond);
    }
    sorted(groups)
}

fn sorted(mut groups: Vec<Vec<Argv>>) -> Vec<Vec<Argv>> {
    groups.iter_mut().for_each(|group| group.sort());
    groups
}

fn on_every_shell(check: impl Fn(&Shell) + Sync) {
    thread::scope(|scope| {
        for shell in &SHELLS {
            scope.spawn(|| check(shell));
        }
    });
}

fn parse(text: String) -> Option<RenderCase> {
    let line = CommandLine::parse(&text).ok()?;
    Some(RenderCase { text, line })
}

/// Distinct accepted lines, of which a good part is quoted, escaped and joined.
fn generated() -> Vec<RenderCase> {
    let wanted = match std::env::var("MCP_SSH_LONG").as_deref() {
        Ok("1") => 100_000,
        _ => 5_000,
    };
    let mut seen = HashSet::new();
    let mut generator = Generator::new(1);
    let cases: Vec<RenderCase> = std::iter::repeat_with(|| generator.line())
        .filter(|text| seen.insert(text.clone()))
        .filter_map(parse)
        .filter(|case| names(&case.line).all(|name| NAMES.contains(&&*name)))
        .take(wanted)
        .collect();
    for (feature, share) in [
        ("'", 4),
        ("\"", 4),
        ("\\", 4),
        ("|", 4),
        ("\n", 4),
        (">", 4),
        ("*", 8),
    ] {
        let having = cases
            .iter()
            .filter(|case| case.text.contains(feature))
            .count();
        assert!(
            having >= wanted / share,
            "only {having} lines with {feature:?}"
        );
    }
    cases
}

/// Whether dash and bash let a function have this name and call it.
fn can_be_a_function(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name
            .chars()
            .all(|other| other.is_ascii_alphanumeric() || other == '_')
        && !matches!(name, "command" | "local")
}

fn names(line: &CommandLine) -> impl Iterator<Item = Cow<'_, str>> {
    line.commands().map(|command| command.words()[0].value())
}

/// Accepted lines of one command whose name is a random word that can name a file.
fn named() -> impl Iterator<Item = RenderCase> {
    let mut generator = Generator::new(2);
    let mut seen = HashSet::new();
    std::iter::repeat_with(move || format!("{} {}", generator.word(), generator.word()))
        .filter_map(parse)
        .filter(
            move |case| match names(&case.line).collect::<Vec<_>>().as_slice() {
                [name] => {
                    !name.contains('/')
                        && *name != "."
                        && *name != ".."
                        && seen.insert(name.to_string())
                }
                _ => false,
            },
        )
}
