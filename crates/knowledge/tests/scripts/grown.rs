//! Scripts that nobody wrote: parts of the tables' lines joined, cut and changed by chance, the same in each run.
//!
//! What a scanner calls harmless is run by the real programs: they must do nothing but read and print.

use std::collections::BTreeSet;

use mcp_ssh_knowledge::scripts::Language;

use crate::table;
use crate::traced::{Program, effects};

const SEED: u64 = 0x5eed_2026_0101;
/// How many scripts are made for each language, and how many of them run; `MCP_SSH_LONG` takes ten times as many.
const MADE: usize = 30_000;
const RUN: usize = 400;
/// Longer ones show nothing new.
const LONGEST: usize = 160;

/// What a script is joined with, and what is put into it, besides the language's own.
const JOINTS: &[&str] = &[
    "",
    " ",
    "\n",
    ";",
    "; ",
    "}",
    "{",
    "}\n",
    "|",
    ",",
    "#",
    "\\\n",
    "\\",
    "\"",
    "'",
    "/",
    "[",
    "]",
    "(",
    ")",
    "\r",
    "\t",
    "^",
    "[^",
    "]]",
    "[[:alpha:]",
    "[]",
    "\\\"",
    "\\/",
    "//",
    "!",
    "$",
    "--",
    "/*",
    "*/",
    "\0",
    "é",
    "<",
    ">",
    "@",
    "&",
];

/// Numbers that look like chance: xorshift64*.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(high).unwrap() % limit.max(1)
    }

    fn of<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len())]
    }

    /// A place between two characters.
    fn place(&mut self, text: &str) -> usize {
        let mut at = self.below(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}

fn grow(chance: &mut Chance, lines: &[&str], words: &[&str]) -> String {
    let (first, second) = (chance.of(lines), chance.of(lines));
    let mut script = match chance.below(4) {
        0 => [first, chance.of(JOINTS), second].concat(),
        1 => [
            &first[..chance.place(first)],
            &second[chance.place(second)..],
        ]
        .concat(),
        2 => [&first[..chance.place(first)], chance.of(JOINTS), second].concat(),
        _ => first.to_owned(),
    };
    for _ in 0..chance.below(4) {
        let at = chance.place(&script);
        match chance.below(5) {
            0 if at < script.len() => drop(script.remove(at)),
            1 | 2 => script.insert_str(at, chance.of(words)),
            3 => script.insert_str(at, chance.of(JOINTS)),
            _ => {
                let until = at + chance.place(&script[at..]);
                script.replace_range(at..until, chance.of(JOINTS));
            }
        }
    }
    script
}

/// Grown scripts that the scanner calls harmless, and that have something of a refused one.
fn harmless(name: &str, language: Language, words: &[&str]) -> Vec<String> {
    let long = if std::env::var_os("MCP_SSH_LONG").is_some() {
        10
    } else {
        1
    };
    let table = table(name);
    let lines: Vec<&str> = table.iter().map(|(_, script)| script.as_str()).collect();
    let mut chance = Chance(SEED);
    let mut found = BTreeSet::new();
    for _ in 0..MADE * long {
        let script = grow(&mut chance, &lines, words);
        let tells = words.iter().any(|word| script.contains(word));
        if tells
            && script.len() <= LONGEST
            && !script.contains('\0')
            && language.flaws(&script).is_empty()
        {
            found.insert(script);
        }
    }
    let mut found: Vec<String> = found.into_iter().collect();
    // Some of all, in their order.
    let step = (found.len() / (RUN * long)).max(1);
    found = found.into_iter().step_by(step).collect();
    found
}

fn nothing_but_reads(name: &str, language: Language, words: &[&str], programs: &[Program<'_>]) {
    let mut scripts = harmless(name, language, words);
    let written = table(name).into_iter().filter(|(harmless, _)| *harmless);
    scripts.extend(
        written
            .map(|(_, script)| script)
            .filter(|script| !script.is_empty()),
    );
    assert!(
        scripts.len() > RUN / 2,
        "{name}: only {} scripts grew",
        scripts.len()
    );
    let mut wrong = String::new();
    for program in programs {
        for (script, what) in effects(program, &scripts) {
            wrong += &format!("{}: {script:?} {what}\n", program.command);
        }
    }
    eprintln!(
        "{name}: {} scripts in {} programs",
        scripts.len(),
        programs.len()
    );
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// Programs that read their words in place of a script, after it.
const fn program(command: &'static str, after: &'static [&'static str]) -> Program<'static> {
    Program {
        command,
        after,
        owns: &[],
    }
}

#[test]
fn harmless_sed_only_reads() {
    let words = [
        "w x", "e id", "e", "r secret", "R secret", "W x", "s/a/id/e", "w", "}", "{", "a\\", "s",
        "y/", "[/]", ":a", "b", "\\c", "#",
    ];
    let programs = [
        program("sed", &["text"]),
        program("sed -E", &["text"]),
        program("busybox sed", &["text"]),
    ];
    nothing_but_reads("sed", Language::Sed, &words, &programs);
}

#[test]
fn harmless_awk_only_reads() {
    let words = [
        "system(\"id\")",
        "> \"x\"",
        ">> \"x\"",
        "| \"id\"",
        "\"id\" | getline",
        "getline < \"secret\"",
        "@f(\"id\")",
        "print",
        "printf",
        "getline",
        ">",
        "|",
        "/",
        "<",
        "in",
        "? 1 : 2",
        "close(\"x\")",
        "++",
        "length",
        "/dev/stderr",
    ];
    let programs = [
        program("gawk", &["text"]),
        program("mawk", &["text"]),
        program("busybox awk", &["text"]),
        program("original-awk", &["text"]),
    ];
    nothing_but_reads("awk", Language::Awk, &words, &programs);
}

#[test]
fn harmless_jq_only_reads() {
    let words = [
        "env",
        "$ENV",
        "import \"secret\" as $x; ",
        "include \"secret\"; ",
        "input",
        "def f: ",
        "as $x",
        "{",
        "\\(",
        "modulemeta",
        "?//",
    ];
    nothing_but_reads("jq", Language::Jq, &words, &[program("jq", &["data.json"])]);
}

#[test]
fn harmless_sqlite_only_reads() {
    let words = [
        ".shell id",
        ".output x",
        ".read secret",
        "readfile('secret')",
        "writefile('x', 'y')",
        "; delete from t",
        "attach 'x' as y",
        "vacuum into 'x'",
        "pragma ",
        "=1",
        "(1)",
        "pragma_",
        "fsdir",
        ".once x",
        "load_extension('x')",
        "t",
        "[",
        "union select ",
    ];
    let program = Program {
        command: "sqlite3 -batch -init /dev/null data.db",
        after: &[],
        owns: &["data.db"],
    };
    nothing_but_reads("sqlite", Language::Sqlite, &words, &[program]);
}

#[test]
fn effects_are_seen() {
    for (command, after, script) in [
        ("sed", "text", "w x"),
        ("sed", "text", "1e id"),
        ("sed", "text", "r secret"),
        ("busybox sed", "text", "w x"),
        ("gawk", "text", "BEGIN{system(\"id\")}"),
        ("mawk", "text", "{print > \"x\"}"),
        ("busybox awk", "text", "BEGIN{getline < \"secret\"}"),
        ("original-awk", "text", "{print | \"cat\"}"),
        ("jq", "data.json", "import \"./secret\" as $x; ."),
        ("jq", "data.json", "env"),
        ("gawk", "text", "BEGIN{for (x in ENVIRON) print x}"),
        ("sqlite3 -batch -init /dev/null data.db", "", ".output x"),
        (
            "sqlite3 -batch -init /dev/null data.db",
            "",
            "select readfile('secret')",
        ),
        (
            "sqlite3 -batch -init /dev/null data.db",
            "",
            "delete from t",
        ),
        ("sqlite3 -batch -init /dev/null data.db", "", ".shell id"),
    ] {
        let (files, owns): (&[&str], &[&str]) = if after.is_empty() {
            (&[], &["data.db"])
        } else {
            (&[after], &[])
        };
        let found = effects(
            &Program {
                command,
                after: files,
                owns,
            },
            &["1".to_owned(), script.to_owned()],
        );
        assert!(
            found.iter().any(|(seen, _)| seen == script),
            "{command} {script}: {found:?}"
        );
    }
}
