//! Any text as a filter of jq: each flaw is a part of it; what does harm is refused before any
//! text, and after a harmless one.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mcp_ssh_knowledge::scripts::Language;
use references::scripts::{Harm, check};

const HARM: Harm<'_> = Harm {
    before: &[
        "env|",
        "$ENV|",
        "import \"x\" as $x; ",
        "include \"x\"; ",
        "{a: env} | ",
        "\"\\(env)\" | ",
        "def f: env; ",
        "x::y, ",
    ],
    after: &[
        "\n|env",
        "\n|$ENV",
        "\n,env.X",
        "\n|\"\\($ENV)\"",
        "\n|{a:(env)}",
        "\n|modulemeta",
        "\n|get_search_list",
        "\n|x::y",
    ],
};

fuzz_target!(|text: &str| check(Language::Jq, text, &HARM));
