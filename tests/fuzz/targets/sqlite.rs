//! Any text as an operand of sqlite3: each flaw is a part of it; what does harm is refused before
//! any text, and after a harmless one.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mcp_ssh_knowledge::scripts::Language;
use references::scripts::{Harm, check};

const HARM: Harm<'_> = Harm {
    before: &[
        ".shell id ",
        ".output x ",
        ".read x ",
        "drop table t;",
        "attach 'x' as y;",
        "select readfile('x') ",
        "vacuum into 'x';",
        "pragma user_version=1;",
    ],
    after: &[
        "\n.shell id",
        "; drop table t",
        " ; attach 'x' as y",
        "\n;\n.output x",
        "\n;.read |id",
        " `",
        ";select readfile('x')",
        ";pragma user_version=1",
    ],
};

fuzz_target!(|text: &str| check(Language::Sqlite, text, &HARM));
