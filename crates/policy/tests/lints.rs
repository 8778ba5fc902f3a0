//! The lints of a policy: what is warned of, beside what is not, each at its place.

use mcp_ssh_policy::{HostTags, Policy};
use mcp_ssh_yaml::diagnostic::Source;

const HOSTS: [HostTags<'static, &'static str>; 2] = [
    HostTags {
        alias: "web-1",
        tags: &["production", "web"],
    },
    HostTags {
        alias: "db-1",
        tags: &["production"],
    },
];

/// Each warning as `line:column: message`.
fn lints(yaml: &str) -> Vec<String> {
    let source = Source::new("policy.yml", yaml);
    let (policy, warnings) = Policy::load(&source).unwrap();
    assert!(warnings.is_empty(), "{warnings:?}");
    let lints = policy.lint(&source, &HOSTS);
    let line = |lint: &mcp_ssh_yaml::diagnostic::Diagnostic| {
        format!("{}:{}: {}", lint.span.line, lint.span.column, lint.message)
    };
    lints.iter().map(line).collect()
}

/// Each policy with its one warning; `""` is none.
fn each_says(cases: &[(&str, &str)]) {
    for (yaml, expected) in cases {
        let expected: Vec<&str> = expected.lines().collect();
        assert_eq!(lints(yaml), expected, "{yaml}");
    }
}

/// The same for one entry of an allow rule, whose warning begins at the entry.
fn each_entry_says(cases: &[(&str, &str)], rest: &str) {
    for (entry, expected) in cases {
        let yaml = format!("rules:\n- action: allow\n  {entry}\n{rest}");
        let column = entry.find('[').unwrap() + 4;
        let expected: Vec<String> = match *expected {
            "" => Vec::new(),
            text => vec![format!("3:{column}: {text}")],
        };
        assert_eq!(lints(&yaml), expected, "{yaml}");
    }
}

#[test]
fn any_program() {
    each_entry_says(
        &[
            (
                "commands: ['*']",
                "`*` admits every program there is: name the programs",
            ),
            (
                "commands: ['* --version']",
                "`* --version` admits every program there is: name the programs",
            ),
            (
                "argv: [['**']]",
                "`**` admits every program there is: name the programs",
            ),
            (
                "argv: [['*', '-V']]",
                "`* -V` admits every program there is: name the programs",
            ),
            ("commands: ['uptime*']", ""),
            ("argv: [[uptime, '**']]", ""),
        ],
        "",
    );
}

#[test]
fn patterns_that_can_never_match() {
    let never = |text: &str, found: &str| {
        format!(
            "`{text}` can never match: rules see one command at a time, in which `{found}` stands in \
             single quotes or not at all"
        )
    };
    let two = |text: &str, found: &str| {
        format!(
            "`{text}` matches no two commands: rules see one at a time, in which `{found}` stands \
             only within quotes; give each command its own pattern"
        )
    };
    let regex = |text: &str| {
        format!("`{text}` looks like a regular expression: patterns are globs, such as `uptime*`")
    };
    for (text, expected) in [
        (
            "df -h && free",
            "`df -h && free` can never match: rules see one command at a time; give each its own \
             pattern"
                .to_owned(),
        ),
        (
            "df  -h",
            "`df  -h` can never match: rules see it as `df -h`".to_owned(),
        ),
        (
            "echo \"a b\"",
            "`echo \"a b\"` can never match: rules see it as `echo 'a b'`".to_owned(),
        ),
        (
            "echo $HOME",
            "`echo $HOME` can never match: refused at column 6: parameter expansion `$name`"
                .to_owned(),
        ),
        ("df -h; ls /tmp/*", never("df -h; ls /tmp/*", ";")),
        ("ls * > /tmp/x", never("ls * > /tmp/x", ">")),
        ("ls $HOME/*", never("ls $HOME/*", "$")),
        ("df * | grep *", two("df * | grep *", "|")),
        ("df *; ls *", two("df *; ls *", ";")),
        ("^uptime.*", regex("^uptime.*")),
        ("uptime$", regex("uptime$")),
        ("df -h", String::new()),
        ("echo 'a b'", String::new()),
        ("echo 'a && b' *", String::new()),
        ("grep *;*", String::new()),
        ("df * 2>&1", String::new()),
        ("df * 2>/dev/null", String::new()),
        ("whoami 2>*", String::new()),
        ("whoami >/dev/*", String::new()),
    ] {
        let quoted = text.replace('\'', "''");
        each_entry_says(&[(&format!("commands: ['{quoted}']"), &expected)], "");
    }
}

/// An entry, a deny rule, and the text of the entry if the rule denies all of it.
const DENIED_BY_RULE: &[(&str, &str, &str)] = &[
    ("commands: ['rm *']", "commands: ['rm *']", "rm *"),
    ("commands: ['rm -r *']", "commands: ['rm*']", "rm -r *"),
    ("commands: ['/bin/rm *']", "commands: ['rm *']", "/bin/rm *"),
    ("commands: ['rm *']", "argv: [[rm, '**']]", "rm *"),
    ("commands: ['rm *']", "simple_binaries: [rm]", "rm *"),
    ("argv: [[rm, '-f', '*']]", "commands: ['rm *']", "rm -f *"),
    ("argv: [[rm, '-f', '*']]", "argv: [[rm, '**']]", "rm -f *"),
    ("simple_binaries: [rm]", "commands: ['rm*']", "rm"),
    ("commands: ['rm *']", "commands: ['r? *']", "rm *"),
    // Not all of it.
    ("commands: ['rm *']", "commands: ['rm -r *']", ""),
    ("commands: ['rm *']", "commands: ['rm ?']", ""),
    ("commands: ['rm*']", "commands: ['rm *']", ""),
    ("commands: ['ls [0-9]']", "commands: ['ls [0-8]']", ""),
    ("simple_binaries: [rm]", "commands: ['rm *']", ""),
    ("argv: [['rm*']]", "argv: [[rm, '**']]", ""),
    ("commands: ['rm *']", "argv: [[rm, '*']]", ""),
    (
        "commands: ['rm *']",
        "{simple_binaries: [rm], simple_max_args: 1}",
        "",
    ),
    (
        "commands: ['rm *']",
        "{commands: ['rm *'], tags: [web]}",
        "",
    ),
    (
        "commands: ['rm *']",
        "{commands: ['rm *'], tags: [production]}",
        "rm *",
    ),
];

/// What is said of an entry that never takes effect.
fn shadowed(text: &str, why: &str) -> String {
    format!("`{text}` never takes effect: {why}")
}

fn deny(rest: &str) -> String {
    format!("- action: deny\n  {rest}\n")
}

/// A deny that covers all of an entry, on every host that the entry is for.
#[test]
fn entries_that_a_rule_always_denies() {
    for (entry, denied, text) in DENIED_BY_RULE {
        let expected = match *text {
            "" => String::new(),
            text => shadowed(text, "rules[1] denies all of it"),
        };
        let denied = match denied.strip_prefix('{') {
            Some(fields) => format!("- {{action: deny, {fields}\n"),
            None => deny(denied),
        };
        each_entry_says(&[(entry, &expected)], &denied);
    }
    for (text, why) in [
        ("rm x", "the line is denied by rules[1]"),
        ("sudo rm x", "`sudo rm x` is denied by rules[1]"),
    ] {
        let entry = format!("commands: [{text}]");
        each_entry_says(
            &[(&entry, &shadowed(text, why))],
            &deny("commands: ['rm *']"),
        );
    }
}

#[test]
fn entries_that_a_deny_substring_always_denies() {
    let entry = |text: &str, by: &str| {
        shadowed(
            text,
            &format!("the `deny_substrings` entry `{by}` denies all of it"),
        )
    };
    let line = |text: &str, by: &str| {
        let why = format!(
            "the line meets the `deny_substrings` entry `{by}`, which no rule can override"
        );
        shadowed(text, &why)
    };
    for (rule, entries, expected) in [
        (
            "commands: ['curl *']",
            "['curl ']",
            entry("curl *", "curl "),
        ),
        (
            "commands: ['curl *']",
            "['curl*']",
            entry("curl *", "curl*"),
        ),
        (
            "argv: [[cat, /etc/shadow, '**']]",
            "[/etc/shadow]",
            entry("cat /etc/shadow **", "/etc/shadow"),
        ),
        (
            "commands: [cat /run/reboot]",
            "[reboot]",
            line("cat /run/reboot", "reboot"),
        ),
        ("commands: ['curl *']", "['curl -o*']", String::new()),
        ("commands: ['curl*']", "['curl *']", String::new()),
        ("commands: [cat /run/reboot]", "['reboot*']", String::new()),
    ] {
        let limits = format!("limits: {{deny_substrings: {entries}}}\n");
        each_entry_says(&[(rule, &expected)], &limits);
    }
}

/// The knowledge base stands behind a wildcard; what is told is where it grants nothing, or is sent away.
#[test]
fn wildcards_over_known_programs() {
    let nothing = |text: &str, why: &str| {
        format!("the wildcard of `{text}` grants nothing: {why}: spell the words out")
    };
    for (entry, expected) in [
        (
            "commands: ['less *']",
            nothing("less *", "`x` starts a pager that runs other programs"),
        ),
        ("simple_binaries: [vi]", nothing("vi", "`x` is an editor: it writes files and can run commands")),
        ("commands: ['sudo *']", String::new()),
        ("commands: ['find *']", String::new()),
        ("commands: ['systemctl status *']", String::new()),
        ("commands: ['awk *']", String::new()),
        ("commands: [less /etc/motd]", String::new()),
        ("argv: [[sudo, '-n', systemctl, status, '*']]", String::new()),
        ("simple_binaries: [uptime]", String::new()),
        (
            "commands: ['s*ctl status']",
            "`s*ctl status` leaves the program's name open: name each program; the server grants only those that look"
                .to_owned(),
        ),
    ] {
        each_entry_says(&[(entry, &expected)], "");
    }
    let admits = |text: &str, program: &str| {
        format!(
            "`escapes: allow` lets the wildcard of `{text}` admit any option of `{program}`, those that run \
             programs or write files too: spell out what is needed"
        )
    };
    for (entry, expected) in [
        ("commands: ['find *']", admits("find *", "find")),
        ("argv: [[find, '**']]", admits("find **", "find")),
        ("commands: ['less *']", admits("less *", "less")),
        ("commands: [find / -delete]", String::new()),
    ] {
        each_entry_says(&[(entry, &expected)], "  escapes: allow\n");
    }
    // A person sees what is asked for.
    each_says(&[(
        "rules: [{action: ask, commands: ['less *', 'find *'], escapes: allow}]",
        "",
    )]);
}

#[test]
fn hosts_that_are_not_there() {
    each_says(&[
        (
            "rules: [{action: allow, aliases: ['web-*', 'stg-*'], commands: [id]}]",
            "1:44: no host has an alias like `stg-*`",
        ),
        (
            "rules: [{action: deny, tags: [production, lab], commands: [id]}]",
            "1:43: no host has a tag like `lab`",
        ),
        (
            "rules: [{action: allow, aliases: [db-1], tags: [web], commands: [id]}]",
            "1:9: no host has both such an alias and such a tag",
        ),
        (
            "rules: [{action: allow, aliases: [web-1], tags: ['w*'], commands: [id]}]",
            "",
        ),
        (
            "overrides: {aliases: {web-2: {max_seconds: 1}, web-1: {max_seconds: 1}}}",
            "1:23: no host has the alias `web-2`: an override takes no wildcards",
        ),
        (
            "overrides: {tags: {'w*': {max_seconds: 1}, web: {max_seconds: 1}}}",
            "1:20: no host has the tag `w*`: an override takes no wildcards",
        ),
    ]);
}

#[test]
fn deny_entries_that_hit_everything_or_nothing() {
    let every = "hits every command: write more of it";
    let nearly = "hits nearly every command: write more of it";
    for (entry, expected) in [
        ("", "`\"\"` never hits: remove it".to_owned()),
        ("a", format!("`a` {nearly}")),
        (" ", format!("` ` {nearly}")),
        ("-", format!("`-` {nearly}")),
        ("*", format!("`*` {every}")),
        ("?*", format!("`?*` {every}")),
        ("|", String::new()),
        ("at", String::new()),
        ("?", String::new()),
        ("rm*", String::new()),
    ] {
        let expected = match expected.as_str() {
            "" => Vec::new(),
            text => vec![format!("the `deny_substrings` entry {text}")],
        };
        for (yaml, place) in [
            (
                format!("limits: {{deny_substrings: ['{entry}']}}"),
                "1:28: ",
            ),
            (
                format!("overrides: {{tags: {{web: {{deny_substrings: ['{entry}']}}}}}}"),
                "1:44: ",
            ),
        ] {
            let expected: Vec<String> = expected
                .iter()
                .map(|text| place.to_owned() + text)
                .collect();
            assert_eq!(lints(&yaml), expected, "{yaml}");
        }
    }
}

/// The first policy of every operator is not drowned in advice.
#[test]
fn the_seed_policy_is_left_in_peace() {
    let seed = include_str!("seed.yml").replace("prod-db-1", "db-1");
    let seed = seed.replace("prod-*", "*-1");
    assert_eq!(lints(&seed), Vec::<String>::new());
}

#[test]
fn a_network_that_leaves_no_address() {
    let nothing = "is blocked and there is no allow list: no address may be dialled, of IPv4 or of IPv6; \
                   write `allow_cidrs: [\"10.0.0.0/8\"]` with your own networks, or remove it";
    for (network, expected) in [
        (
            "block_cidrs: ['0.0.0.0/0']",
            vec![format!("1:25: `0.0.0.0/0` {nothing}")],
        ),
        (
            "block_cidrs: ['10.0.0.0/8', '::/0']",
            vec![format!("1:39: `::/0` {nothing}")],
        ),
        (
            "block_cidrs: ['0.0.0.0/0'], allow_ips: ['10.0.0.5']",
            vec![],
        ),
        ("block_cidrs: ['0.0.0.0/1']", vec![]),
        ("allow_cidrs: ['0.0.0.0/0']", vec![]),
    ] {
        let found = lints(&format!("network: {{{network}}}"));
        assert_eq!(found, expected, "{network}");
    }
}
