//! The YAML reader: places, faults of syntax, budgets, typed fields.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test says what is wrong by panicking"
)]

use mcp_ssh_yaml::diagnostic::{Diagnostic, Source, Span};
use mcp_ssh_yaml::{Faults, Fields, Node, Value, parse};

/// One line per key and value: `line:column+width what`.
fn outline(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    walk(&parse(&Source::new("f", text)).expect("parses"), &mut lines);
    lines
}

fn walk(node: &Node, lines: &mut Vec<String>) {
    let place = |Span {
                     line,
                     column,
                     width,
                 }| format!("{line}:{column}+{width}");
    let what = match &node.value {
        Value::Text(text) => format!("{text:?}"),
        Value::Integer(number) => number.to_string(),
        other => other.kind().to_owned(),
    };
    lines.push(format!("{} {what}", place(node.span)));
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| walk(item, lines)),
        Value::Map(entries) => entries.iter().for_each(|(key, value)| {
            lines.push(format!("{} {}:", place(key.span), key.text));
            walk(value, lines);
        }),
        _ => {}
    }
}

fn shown(faults: &[Diagnostic]) -> String {
    let shown: Vec<String> = faults.iter().map(ToString::to_string).collect();
    shown.join("\n")
}

fn refused(text: &str) -> String {
    shown(&parse(&Source::new("f", text)).expect_err("is refused"))
}

#[test]
fn every_key_and_value_knows_its_place() {
    #[rustfmt::skip]
    let cases: [(&str, &[&str]); 10] = [
        ("hosts:\n  - alias: web1   # c\n    port: 22\n",
            &["1:1+1 a mapping", "1:1+5 hosts:", "2:3+1 a list", "2:5+1 a mapping",
              "2:5+5 alias:", "2:12+4 \"web1\"", "3:5+4 port:", "3:11+2 22"]),
        ("\u{feff}é:\r\n  - \"wéb\"\r\n  - 22\r\n",
            &["1:1+1 a mapping", "1:1+1 é:", "2:3+1 a list", "2:5+5 \"wéb\"", "3:5+2 22"]),
        ("[ü, {a: b}, 'ö x', \"😀\", y]\n",
            &["1:1+1 a list", "1:2+1 \"ü\"", "1:5+1 a mapping", "1:6+1 a:", "1:9+1 \"b\"",
              "1:13+5 \"ö x\"", "1:20+3 \"😀\"", "1:25+1 \"y\""]),
        ("- a\r- b\r", &["1:1+1 a list", "1:3+1 \"a\"", "2:3+1 \"b\""]),
        ("- |\n  text\n  more\n- >-\n  folded\n- plain\n  goes on\n- \"a\n  b\"\n",
            &["1:1+1 a list", "2:3+1 \"text\\nmore\\n\"", "5:3+1 \"folded\"",
              "6:3+1 \"plain goes on\"", "8:3+1 \"a b\""]),
        ("a: &x 5\nb: *x\nc:\nd: !!str 5\ne: ! 6\n",
            &["1:1+1 a mapping", "1:1+1 a:", "1:7+1 5", "2:1+1 b:", "1:7+1 5", "3:1+1 c:",
              "3:2+1 nothing", "4:1+1 d:", "4:10+1 \"5\"", "5:1+1 e:", "5:6+1 \"6\""]),
        ("a: &b {p: 1, u: x}\nh:\n  <<: *b\n  p: 2\n",
            &["1:1+1 a mapping", "1:1+1 a:", "1:7+1 a mapping", "1:8+1 p:", "1:11+1 1",
              "1:14+1 u:", "1:17+1 \"x\"", "2:1+1 h:", "3:3+1 a mapping", "4:3+1 p:",
              "4:6+1 2", "1:14+1 u:", "1:17+1 \"x\""]),
        ("", &["1:1+1 nothing"]),
        ("# a comment\n", &["1:1+1 nothing"]),
        ("%YAML 1.1\n---\na\n...\n", &["3:1+1 \"a\""]),
    ];
    for (text, expected) in cases {
        assert_eq!(outline(text), expected, "{text:?}");
    }
}

#[test]
fn a_fault_of_syntax_is_one_line_with_its_place_and_mend() {
    #[rustfmt::skip]
    let cases = [
        ("name:\n\thost: c\n", "f:2:1: a tab cannot indent YAML: use blanks\n 2 |  host: c\n   | ^"),
        ("name: b\n\tc\n", "f:2:1: a tab cannot indent YAML: use blanks\n 2 |  c\n   | ^"),
        ("name:\n  - b\n  \t- c\n", "f:3:3: a tab cannot indent YAML: use blanks\n 3 |    - c\n   |   ^"),
        ("name: 1\n---\nhost: 2\n", "f:2:1: a second document starts here: a file holds one, so remove this `---` or move what follows to its own file\n 2 | ---\n   | ^^^"),
        ("name: 1\n---\n", "f:2:1: a second document starts here: a file holds one, so remove this `---` or move what follows to its own file\n 2 | ---\n   | ^^^"),
        ("name: \"open\nhost: c\n", "f:2:1: a quote opened above is not closed by here: close it, or indent this line further\n 2 | host: c\n   | ^"),
        ("name: [1, 2\nhost: c\n", "f:2:5: a `:` is not allowed here: close the `[` above, or quote text that holds `:`\n 2 | host: c\n   |     ^"),
        ("name: host: c\n", "f:1:11: a `:` is not allowed here: quote text that holds `: `, indent this line as its neighbours, and put a blank after each key's `:`\n 1 | name: host: c\n   |           ^"),
        ("name: *x\n", "f:1:7: this alias names no anchor above it: quote text that starts with `*`, or define `&name` first\n 1 | name: *x\n   |       ^"),
        ("name: *\n", "f:1:7: unquoted, `*` begins an alias and `&` an anchor: quote text that starts with one\n 1 | name: *\n   |       ^"),
        ("name: &x [*x]\n", "f:1:11: this alias is inside the value it names: a value cannot hold itself\n 1 | name: &x [*x]\n   |           ^^"),
        ("name: @x\n", "f:1:7: unquoted text cannot start with this character: quote it\n 1 | name: @x\n   |       ^"),
        ("name: x\0y\n", "f:1:8: a control character: remove it, or write it as an escape in double quotes\n 1 | name: x\u{fffd}y\n   |        ^"),
        ("name: \"\\q\"\n", "f:1:7: a backslash begins an escape in double quotes, and this is none of YAML's: write `\\\\`, or use single quotes\n 1 | name: \"\\q\"\n   |       ^"),
        ("name:\n  host: 1\n port: 2\n", "f:3:2: the indentation fits no line above: align it with its neighbours\n 3 |  port: 2\n   |  ^"),
        ("name: b\nc\n", "f:2:1: a key without its `:`: write `key: value`, or indent it as its neighbours\n 2 | c\n   | ^"),
        ("name: - b\n", "f:1:7: a list cannot begin here: put each `- ` on a line of its own, or quote text that starts with `- `\n 1 | name: - b\n   |       ^"),
        ("name: }\n", "f:1:7: this bracket closes nothing: remove it, or quote the text it belongs to\n 1 | name: }\n   |       ^"),
        ("name: !!python/name:os.system x\n", "f:1:7: YAML tags other than `!!str`, `!!seq` and `!!map` are not taken: remove it, and quote the value if it is text\n 1 | name: !!python/name:os.system x\n   |       ^^^^^^^^^^^^^^^^^^^^^^^"),
        ("[a]: c\n", "f:1:1: a key must be plain text: quote it\n 1 | [a]: …\n   | ^"),
        ("<<: 5\n", "f:1:5: `<<` takes a mapping or a list of mappings: write `<<: *name`"),
    ];
    for (text, expected) in cases {
        assert_eq!(refused(text), expected, "{text:?}");
    }
}

#[test]
fn budgets_hold_against_nesting_and_alias_bombs() {
    let deep = format!("{}{}", "[".repeat(33), "]".repeat(33));
    assert!(
        parse(&Source::new("f", &deep)).is_ok(),
        "33 collections, the outermost at depth 0"
    );
    let deeper = format!("{}x{}", "[".repeat(33), "]".repeat(33));
    assert!(
        refused(&deeper).starts_with("f:1:34: collections nest more than 32 deep: flatten them")
    );

    let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let inner = vec![format!("*a{}", level - 1); 10].join(", ");
        laughs.push_str(&format!("a{level}: &a{level} [{inner}]\n"));
    }
    assert!(refused(&laughs).contains(
        "more than 1000000 values, aliases counted as often as they are used: write the values out, or split the file"
    ));

    let mut tall = "a0: &a0 [x]\n".to_owned();
    for level in 1..40 {
        tall.push_str(&format!("a{level}: &a{level} [*a{}]\n", level - 1));
    }
    assert!(refused(&tall).contains("collections nest more than 32 deep"));

    let long = format!("- &a {}\n{}", "x".repeat(1 << 20), "- *a\n".repeat(20));
    assert!(refused(&long).contains("anchors and aliases copy more than 10485760 bytes of text"));
    let short = format!("- &a {}\n{}", "x".repeat(1 << 10), "- *a\n".repeat(20));
    assert!(parse(&Source::new("f", &short)).is_ok());
}

const KNOWN: &[&str] = &["alias", "port", "tags", "agent", "extra", "names"];

/// Reads every field once and gives what was reported.
fn read(source: &Source) -> String {
    let node = parse(source).expect("parses");
    let faults = Faults::new(source);
    if let Some(host) = Fields::open(&node, "host", KNOWN, &faults) {
        host.required("alias");
        host.filled("alias");
        host.integer_in("port", 1..=65535);
        host.texts("tags");
        host.boolean("agent");
        host.fields("extra", "extra", &["a"]);
        host.map("names");
    }
    match faults.finish() {
        Ok(warnings) | Err(warnings) => shown(&warnings),
    }
}

#[test]
fn a_wrong_field_says_what_was_expected_and_found() {
    #[rustfmt::skip]
    let cases = [
        ("alias: web1\nport: 22\ntags: [a, \"1\"]\nagent: yes\nextra: {a: 1}\nnames: {b: 1, \"2\": x}", ""),
        ("alias: web1\nport:\ntags:\nagent: ~\nextra: null\n", ""),
        ("[]", "f:1:1: host must be a mapping of `key: value` lines, found a list\n 1 | []\n   | ^"),
        ("port: 22", "f:1:1: host without `alias`: add `alias: …`\n 1 | port: 22\n   | ^"),
        ("alias: 123", "f:1:8: `alias` must be text, found a number `123`: quote it, `\"123\"`\n 1 | alias: 123\n   |        ^^^"),
        ("alias: yes", "f:1:8: `alias` must be text, found a boolean `yes`: quote it, `\"yes\"`\n 1 | alias: yes\n   |        ^^^"),
        ("alias: 2026-01-31", "f:1:8: `alias` must be text, found an ambiguous value `2026-01-31`: quote it, `\"2026-01-31\"`\n 1 | alias: 2026-01-31\n   |        ^^^^^^^^^^"),
        ("alias: [a]", "f:1:8: `alias` must be text, found a list\n 1 | alias: [a]\n   |        ^"),
        ("alias: a\nport: 0", "f:2:7: `port` must be a whole number from 1 to 65535, found a number `0`\n 2 | port: 0\n   |       ^"),
        ("alias: a\nport: 70000", "f:2:7: `port` must be a whole number from 1 to 65535, found a number `70000`\n 2 | port: 70000\n   |       ^^^^^"),
        ("alias: a\nport: \"22\"", "f:2:7: `port` must be a whole number from 1 to 65535, found text `\"22\"`: remove the quotes\n 2 | port: \"22\"\n   |       ^^^^"),
        ("alias: a\nport: 0x16", "f:2:7: `port` must be a whole number from 1 to 65535, found an ambiguous value `0x16`: write plain decimal digits\n 2 | port: 0x16\n   |       ^^^^"),
        ("alias: a\nport: 22.5", "f:2:7: `port` must be a whole number from 1 to 65535, found a number `22.5`\n 2 | port: 22.5\n   |       ^^^^"),
        ("alias: a\nagent: \"yes\"", "f:2:8: `agent` must be `true` or `false`, without quotes, found text `\"yes\"`"),
        ("alias: a\ntags: web", "f:2:7: `tags` must be a list, found text `web`: write `[…]`, or `- …` lines below it\n 2 | tags: web\n   |       ^^^"),
        ("alias: a\ntags: [b, 010,\n  ~]", "f:2:11: `tags` must be text, found an ambiguous value `010`: quote it, `\"010\"`\n 2 | tags: [b, 010,\n   |           ^^^\nf:3:3: `tags` must be text, found nothing: remove it, or write `\"\"`\n 3 |   ~]\n   |   ^"),
        ("alias: a\nprot: 22", "f:2:1: unknown key `prot`: did you mean `port`?\n 2 | prot: …\n   | ^^^^"),
        ("alias: a\nzzzzz: 22", "f:2:1: unknown key `zzzzz`: the keys here are `alias`, `port`, `tags`, `agent`, `extra`, `names`\n 2 | zzzzz: …\n   | ^^^^^"),
        ("tag: [b]\nzzzzz: 1", "f:1:1: unknown key `tag`: did you mean `tags`?\n 1 | tag: …\n   | ^^^\nf:1:1: host without `alias`: add `alias: …`\n 1 | tag: …\n   | ^\nf:2:1: unknown key `zzzzz`: the keys here are `alias`, `port`, `tags`, `agent`, `extra`, `names`\n 2 | zzzzz: …\n   | ^^^^^"),
        ("alais: a\nagents: yes", "f:1:1: unknown key `alais`: did you mean `alias`?\n 1 | alais: …\n   | ^^^^^\nf:2:1: unknown key `agents`: did you mean `agent`?\n 2 | agents: …\n   | ^^^^^^"),
        ("aliasname: a", "f:1:1: unknown key `aliasname`: did you mean `alias`?\n 1 | aliasname: …\n   | ^^^^^^^^^"),
        ("alias: a\nalias: b", "f:2:1: duplicate key `alias`: remove one of the two\n 2 | alias: b\n   | ^^^^^"),
        ("alias: a\nextra: {b: 1}", "f:2:9: unknown key `b`: the keys here are `a`\n 2 | extra: {b: …\n   |         ^"),
        ("alias: a\nnames: {22: x, y: 1, y: 2}", "f:2:9: the name `22` is not text in YAML: quote it\n 2 | names: {22: …\n   |         ^^\nf:2:22: duplicate key `y`: remove one of the two"),
        ("alias: a\n\"x\\ny\": 1", "f:2:1: unknown key `x\u{fffd}y`: the keys here are `alias`, `port`, `tags`, `agent`, `extra`, `names`\n 2 | \"x\\ny\": …\n   | ^^^^^^"),
    ];
    for (text, expected) in cases {
        assert_eq!(read(&Source::new("f", text)), expected, "{text:?}");
    }
}

#[test]
fn the_key_that_was_meant() {
    let known = [
        "password",
        "password_secret",
        "sudo_password_secret",
        "key_path",
        "key_passphrase_secret",
        "become",
    ];
    let meant = |key: &str| {
        let text = format!("{key}: x\n");
        let source = Source::new("f", &text);
        let (node, faults) = (parse(&source).unwrap(), Faults::new(&source));
        Fields::open(&node, "entry", &known, &faults);
        let told = faults.finish().unwrap_err()[0].message.clone();
        let near = told
            .split_once("did you mean `")
            .map(|(_, near)| near.trim_end_matches("`?").to_owned());
        near.unwrap_or_default()
    };
    for (key, near) in [
        ("sudo_password", "sudo_password_secret"),
        ("sudo_pass", "sudo_password_secret"),
        ("sudo", "sudo_password_secret"),
        ("sudo_pasword_secret", "sudo_password_secret"),
        ("pasword", "password"),
        ("passwords_secret", "password_secret"),
        ("become_user", "become"),
        ("becomes", "become"),
        ("becone", "become"),
        // Two keys begin so.
        ("key", ""),
        ("elevate", ""),
    ] {
        assert_eq!(meant(key), near, "{key}");
    }
}

#[test]
fn a_source_with_secrets_is_never_quoted() {
    let text = "alias: 7331\nport: hunter2\nhunter2: 1\nhunter2: 1\nagent: hunter2\ntags: hunter2\nnames: {7331: 1}\nprot: 1\n";
    let said = read(&Source::secret("f", text));
    assert!(
        !said.contains("hunter2") && !said.contains("7331"),
        "{said}"
    );
    assert!(
        said.starts_with("f:1:8: `alias` must be text, found a number: put it in quotes\n"),
        "{said}"
    );
    assert!(
        said.ends_with("f:8:1: unknown key: did you mean `port`?"),
        "{said}"
    );
}

#[test]
fn a_flood_of_faults_is_cut_and_counted() {
    let text: String = (0..1_000).map(|number| format!("k{number}: 1\n")).collect();
    let said = read(&Source::new("f", &text));
    assert_eq!(said.matches("unknown key").count(), 200);
    assert!(
        said.ends_with("\nf: 801 more like these: mend those above first"),
        "{said}"
    );
}

/// Pieces that mean something to YAML, and some that do not.
const PIECES: &[&str] = &[
    "a",
    "é",
    "😀",
    "10",
    "0x1",
    " ",
    "  ",
    "\n",
    "\r\n",
    "\r",
    "\t",
    ":",
    ": ",
    "- ",
    "? ",
    "|",
    ">",
    "\"",
    "'",
    "\\",
    "#",
    " # ",
    "&a ",
    "*a",
    "<<: ",
    "!!str ",
    "!x ",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "---\n",
    "...\n",
    "%YAML 1.2\n",
    "~",
    "\u{feff}",
    "\0",
    "\u{85}",
    "\u{2028}",
];

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 2_000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_text_parses_or_has_one_fault_at_a_place_in_it(
        pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..40)
    ) {
        let text = pieces.concat();
        let source = Source::new("f", &text);
        match parse(&source) {
            Ok(node) => {
                let faults = Faults::new(&source);
                if let Some(host) = Fields::open(&node, "host", KNOWN, &faults) {
                    host.texts("a");
                    host.map("a");
                }
                shown(&faults.finish().unwrap_or_else(|all| all));
            }
            Err(faults) => {
                proptest::prop_assert_eq!(faults.len(), 1);
                let lines = text.split(['\n', '\r']).count();
                for fault in &faults {
                    proptest::prop_assert!((1..=lines).contains(&fault.span.line), "{}", fault);
                    proptest::prop_assert!(fault.span.column >= 1, "{}", fault);
                }
                shown(&faults);
            }
        }
    }
}
