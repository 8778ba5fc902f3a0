//! Any text as a script of sed: each flaw is a part of it; what does harm is refused before any
//! text, and after a harmless one.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mcp_ssh_knowledge::scripts::Language;
use references::scripts::{Harm, check};

const HARM: Harm<'_> = Harm {
    before: &[
        "w x\n",
        "e id\n",
        "1e\n",
        "s/a/id/e\n",
        "s/a/b/w x\n",
        "r x\n",
        "$!{R x\n}\n",
        "\\,[,],e id\n",
    ],
    after: &[
        "\nw x",
        "\ne id",
        "\n1,2e",
        "\ns/a/id/e",
        "\ns/a/b/w x",
        "\n/x/r y",
        "\ny/a/b/;W x",
        "\n}e id",
    ],
};

fuzz_target!(|text: &str| check(Language::Sed, text, &HARM));
