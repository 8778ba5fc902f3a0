//! What `files:` may say, and the whole text of what is said when it may not.

use mcp_ssh_policy::Policy;
use mcp_ssh_yaml::diagnostic::Source;

/// Each fault as `line:column: message`.
fn faults(yaml: &str) -> Vec<String> {
    let found = match Policy::load(&Source::new("policy.yml", yaml)) {
        Ok((_, warnings)) => warnings,
        Err(faults) => faults,
    };
    let said = found.iter().map(|fault| {
        format!(
            "{}:{}: {}",
            fault.span.line, fault.span.column, fault.message
        )
    });
    said.collect()
}

#[test]
fn a_whole_entry_loads() {
    let yaml = "files:
- {name: nginx, action: ask, aliases: ['web-*'], tags: [web], read: ['/etc/**'], write: ['/etc/a/*.conf'], max_bytes: 1}
- {read: ['/'], name: root}
- {action: allow, read: [/a], max_bytes: 1099511627776}
- {action: deny, write: ['/srv/**']}
";
    assert_eq!(faults(yaml), [""; 0]);
}

#[test]
fn each_fault_has_its_place_and_its_mend() {
    let yaml = "files:
- {action: alow, read: [/a]}
- {reed: [/a]}
- {action: allow, read: /a}
- {action: allow, read: [7]}
- {action: allow, read: [/a], max_bytes: 0}
- {action: allow, read: [/a], max_bytes: 1099511627777}
- {read: [/a], max_bytes: 5}
- x
- {action: allow, aliases: ['[::1]'], read: [/a]}
- {action: allow, write: ['/a/**']}
- {action: ask, write: ['/**/a']}
- {action: allow}
";
    assert_eq!(
        faults(yaml),
        [
            "2:12: unknown action `alow`: write `allow`, `ask` or `deny`",
            "3:4: unknown key `reed`: did you mean `read`?",
            "4:25: `read` must be a list, found text `/a`: write `[…]`, or `- …` lines below it",
            "5:26: `read` must be text, found a number `7`: quote it, `\"7\"`",
            "6:42: `max_bytes` must be a whole number from 1 to 1099511627776, found a number `0`",
            "7:42: `max_bytes` must be a whole number from 1 to 1099511627776, found a number `1099511627777`",
            "8:16: `max_bytes` of an entry that denies has no effect: remove it",
            "9:3: entry of `files` must be a mapping of `key: value` lines, found text",
            "10:29: `[::1]` is one character of a set in a pattern, not an address: write `[[]::1]`, which is that text",
            "11:27: `/a/**` of `write` would grant every file of a tree: name the directories, such as `/etc/nginx/conf.d/*.conf`",
            "12:25: `/**/a` of `write` would grant every file of a tree: name the directories, such as `/etc/nginx/conf.d/*.conf`",
            "13:3: an entry without `read` or `write` speaks of no file: add `read: [\"/etc/nginx/**\"]`, or remove it",
        ]
    );
}

#[test]
fn a_malformed_pattern_is_refused() {
    let long = format!("/{}", "a".repeat(4096));
    let fits = "/a".repeat(127);
    let many = "/a".repeat(128);
    for (glob, expected) in [
        ("/", ""),
        ("/**", ""),
        ("/a/**/b", ""),
        ("/[a-z]*/x?", ""),
        ("/[[]", ""),
        ("/...", ""),
        (&fits, ""),
        ("", "is not absolute: begin it with `/`"),
        ("a", "is not absolute: begin it with `/`"),
        ("**", "is not absolute: begin it with `/`"),
        ("~/a", "is not absolute: begin it with `/`"),
        (
            "//",
            "has an empty component: write one `/` between two names, and none at the end",
        ),
        (
            "/a/",
            "has an empty component: write one `/` between two names, and none at the end",
        ),
        (
            "/a//b",
            "has an empty component: write one `/` between two names, and none at the end",
        ),
        (
            "/./a",
            "has a component `.` or `..`: write the path that it leads to",
        ),
        (
            "/a/..",
            "has a component `.` or `..`: write the path that it leads to",
        ),
        (
            "/a/../**",
            "has a component `.` or `..`: write the path that it leads to",
        ),
        (
            "/a\u{1b}",
            "has a control or invisible character: such a name is refused, since nobody could see what it is: rename the file",
        ),
        (
            "/a\u{202e}b",
            "has a control or invisible character: such a name is refused, since nobody could see what it is: rename the file",
        ),
        (
            "/a**",
            "has `**` beside other characters of a component: write `*` within a name, or `**` as a whole component, `/etc/nginx/**`",
        ),
        (
            "/***",
            "has `**` beside other characters of a component: write `*` within a name, or `**` as a whole component, `/etc/nginx/**`",
        ),
        (
            "/[a",
            "has a `[` that is not closed within its component: close it before the next `/`, or write `[[]` for the sign itself",
        ),
        (
            "/x[a/b]",
            "has a `[` that is not closed within its component: close it before the next `/`, or write `[[]` for the sign itself",
        ),
        (&long, "is longer than 4096 bytes: use a shorter one"),
        (
            &many,
            "has more than 127 components: use `**` for the directories in between",
        ),
    ] {
        let quoted = serde_json::to_string(glob).unwrap();
        for (action, key) in [("allow", "read"), ("deny", "write")] {
            let yaml = format!("files:\n- {{action: {action},\n   {key}: [{quoted}]}}\n");
            let column = key.len() + 7;
            let expected: Vec<String> = match expected {
                "" => Vec::new(),
                text => vec![format!("3:{column}: the pattern of a path {text}")],
            };
            assert_eq!(faults(&yaml), expected, "{glob}");
        }
    }
}

#[test]
fn counts_and_lengths_have_bounds() {
    let items = |item: &str, count| vec![item; count].join(", ");
    let entries = |count| format!("files: [{}]\n", items("{read: [/a]}", count));
    assert_eq!(faults(&entries(1000)), [""; 0]);
    assert_eq!(
        faults(&entries(1001)),
        ["1:8: `files` has 1000 items at most, and this one 1001: use wildcards"]
    );
    for key in ["aliases", "tags", "read", "write"] {
        let rest = if ["read", "write"].contains(&key) {
            ""
        } else {
            ", read: [/a]"
        };
        let entry = |count| format!("files:\n- {{{key}: [{}]{rest}}}\n", items("/a", count));
        assert_eq!(faults(&entry(256)), [""; 0], "{key}");
        let column = key.len() + 6;
        assert_eq!(
            faults(&entry(257)),
            [format!(
                "2:{column}: `{key}` has 256 items at most, and this one 257: use wildcards"
            )]
        );
    }
    let named = |length| format!("files: [{{read: [/a], name: {}}}]\n", "n".repeat(length));
    assert_eq!(faults(&named(256)), [""; 0]);
    assert_eq!(
        faults(&named(257)),
        ["1:28: a name has 256 bytes at most, and this one 257: use a shorter one"]
    );
}
