//! Any text as the text of `psql -c`: each flaw is a part of it; what does harm is refused before
//! any text, and after a harmless one.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mcp_ssh_knowledge::scripts::Language;
use references::scripts::{Harm, check};

const HARM: Harm<'_> = Harm {
    before: &[
        "drop table t;",
        "\\! id ",
        "\\o x ",
        "select 1 \\g x ",
        "copy t to program 'id' ",
        "set x = 1;",
        "do ''; ",
        "select pg_read_file('x') ",
    ],
    after: &[
        "; drop table t",
        " \\! id",
        "\n\\! id",
        " \\g x",
        ";select pg_read_file('x')",
        ";copy t to 'x'",
        " `id`",
    ],
};

fuzz_target!(|text: &str| check(Language::Psql, text, &HARM));
