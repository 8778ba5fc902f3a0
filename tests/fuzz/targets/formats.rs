//! Any text as a value with a form of its own, the first byte says of which: each flaw is a part
//! of it; what does harm is refused before any text, and after a harmless one.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mcp_ssh_knowledge::scripts::Language;
use references::scripts::{Harm, check};

const SQL: Harm<'_> = Harm {
    before: &[
        "drop table t;",
        "insert into t values (1);",
        "select evil('x') ",
    ],
    after: &["; drop table t", ";select evil('x')", " into outfile 'x'"],
};

/// Each language with what does harm in it.
const LANGUAGES: &[(Language, Harm<'_>)] = &[
    (Language::Clickhouse, SQL),
    (Language::Cql, SQL),
    (
        Language::GitFormat,
        Harm {
            before: &["%GK ", "%(signature)", "%+G? "],
            after: &[" %GK", "%(signature)", " %+G?"],
        },
    ),
    (
        Language::GoTemplate,
        Harm {
            before: &["{{define \"x\"}}", "{{template \"x\"}}", "{{evil}}"],
            after: &["{{evil}}", "{{block \"x\" .}}"],
        },
    ),
    (
        Language::HttpHeader,
        Harm {
            before: &["@", "X: a\r\nY: b", "a b: "],
            after: &["\r\nX: y", "\n"],
        },
    ),
    (
        Language::KubeOutput,
        Harm {
            before: &["go-template={{evil}}", "go-template-file=", "templatefile="],
            after: &[],
        },
    ),
    (
        Language::Layout,
        Harm {
            before: &["%1000000d ", "999999 "],
            after: &["1000000", " %1000000s"],
        },
    ),
    (
        Language::NoDomain,
        Harm {
            before: &["x.example.com ", "@x.example.com "],
            after: &[" x.example.com", "@x.example.com"],
        },
    ),
    (
        Language::NotFile,
        Harm {
            before: &["@", "file://", "x@=file://"],
            after: &[" file://x", "@=x"],
        },
    ),
    (
        Language::OneLine,
        Harm {
            before: &["\r\n", "\0"],
            after: &["\n", "\r"],
        },
    ),
    (
        Language::Pair,
        Harm {
            before: &["@", "\r"],
            after: &["\n"],
        },
    ),
    (
        Language::PsBundle,
        Harm {
            before: &["environ,", "e,"],
            after: &[",environ"],
        },
    ),
    (
        Language::PsColumns,
        Harm {
            before: &["environ,", "pid,ENVIRON "],
            after: &[",environ", " pid,environ:20"],
        },
    ),
    (
        Language::QueryFormat,
        Harm {
            before: &["%{lua:x}", "%{expand:x}"],
            after: &["%{lua:x}", "%{x|y}"],
        },
    ),
    (
        Language::Unit,
        Harm {
            before: &["/", "reboot"],
            after: &[".target", "\n"],
        },
    ),
    (
        Language::VtyShow,
        Harm {
            before: &["configure ", "show run ", "shell "],
            after: &["\nconf t", " running-config", "|x"],
        },
    ),
    (
        Language::WriteOut,
        Harm {
            before: &["@", "%output{x}"],
            after: &["%output{x}"],
        },
    ),
    (
        Language::Yq,
        Harm {
            before: &["load(\"x\") | ", "env(X) | "],
            after: &["\n| load(\"x\")", "\n|strenv(X)", "\n| eval(.a)"],
        },
    ),
];

fuzz_target!(|input: (u8, &str)| {
    let (which, text) = input;
    let (language, harm) = &LANGUAGES[usize::from(which) % LANGUAGES.len()];
    check(*language, text, harm);
});
