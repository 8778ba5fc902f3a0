//! Any text as a script of awk: each flaw is a part of it; what does harm is refused before any
//! text, and after a harmless one.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mcp_ssh_knowledge::scripts::Language;
use references::scripts::{Harm, check};

const HARM: Harm<'_> = Harm {
    before: &[
        "BEGIN { system(\"id\") }\n",
        "{ print > \"x\" }\n",
        "{ print | \"id\" }\n",
        "BEGIN { \"id\" | getline }\n",
        "BEGIN { getline < \"x\" }\n",
        "@load \"x\"\n",
        "BEGIN { f = \"system\"; @f(\"id\") }\n",
        "BEGIN { ARGV[1] = \"x\" }\n",
    ],
    after: &[
        "\nBEGIN { system(\"id\") }",
        "\n{ print > \"x\" }",
        "\n{ print | \"id\" }",
        "\nBEGIN { \"id\" | getline }",
        "\nBEGIN { getline < \"x\" }",
        "\n@include \"x\"",
        "\nBEGIN { print ENVIRON[\"x\"] }",
        "\nEND { f(1) | \"x\" }",
    ],
};

fuzz_target!(|text: &str| check(Language::Awk, text, &HARM));
