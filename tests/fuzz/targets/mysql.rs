//! Any text as the text of `mysql -e`: each flaw is a part of it; what does harm is refused before
//! any text, and after a harmless one.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mcp_ssh_knowledge::scripts::Language;
use references::scripts::{Harm, check};

const HARM: Harm<'_> = Harm {
    before: &[
        "drop table t;",
        "\\! id ",
        "system id\n",
        "source x\n",
        "tee x\n",
        "select load_file('x') ",
        "set x = 1;",
        "delimiter x ",
    ],
    after: &[
        "; drop table t",
        " \\! id",
        "\nsystem id",
        "\nsource x",
        "\\G\\! id",
        " for update",
        " into outfile 'x'",
        ";load data infile 'x' into table t",
    ],
};

fuzz_target!(|text: &str| check(Language::Mysql, text, &HARM));
