//! The lints of `files:`: what is warned of, beside what is not.

use mcp_ssh_policy::{FileAccess, HostTags, Policy, Verdict};
use mcp_ssh_yaml::diagnostic::Source;

use super::files;

const HOSTS: [HostTags<'static, &'static str>; 2] = [
    HostTags {
        alias: "web-1",
        tags: &["web"],
    },
    HostTags {
        alias: "db-1",
        tags: &["db"],
    },
];

/// Each warning as `line:column: message`.
fn lints(entries: &str) -> Vec<String> {
    let yaml = format!("files:\n{entries}");
    let source = Source::new("policy.yml", &yaml);
    let (policy, _) = Policy::load(&source).unwrap();
    let lints = policy.lint(&source, &HOSTS);
    let line = |lint: &mcp_ssh_yaml::diagnostic::Diagnostic| {
        format!("{}:{}: {}", lint.span.line, lint.span.column, lint.message)
    };
    lints.iter().map(line).collect()
}

fn each_says(cases: &[(&str, &str)]) {
    for (entries, expected) in cases {
        let expected: Vec<&str> = expected.lines().collect();
        assert_eq!(lints(entries), expected, "{entries}");
    }
}

#[test]
fn entries_for_nobody() {
    each_says(&[
        (
            "- {action: allow, aliases: ['web-*'], tags: [web], read: [/a]}",
            "",
        ),
        (
            "- {action: allow, aliases: ['app-*'], read: [/a]}",
            "2:29: no host has an alias like `app-*`",
        ),
        (
            "- {action: allow, tags: [web, lab], read: [/a]}",
            "2:31: no host has a tag like `lab`",
        ),
        (
            "- {action: allow, aliases: [web-1], tags: [db], read: [/a]}",
            "2:3: no host has both such an alias and such a tag",
        ),
    ]);
}

#[test]
fn patterns_that_match_nothing() {
    let long = "a".repeat(256);
    let literal = format!("- {{action: allow, read: [/{long}]}}");
    let told = format!("2:26: `/{long}` matches no path: no file is called `{long}`");
    each_says(&[
        ("- {action: allow, read: ['/[a-z]', '/[!.]a', '/x[.]']}", ""),
        (
            "- {action: allow, read: ['/a/[z-a]x']}",
            "2:26: `/a/[z-a]x` matches no path: no file is called `[z-a]x`",
        ),
        (
            "- {action: allow, read: ['/[.]ssh/x']}",
            "2:26: `/[.]ssh/x` matches no path: no file is called `[.]ssh`",
        ),
        ("- {action: deny, read: ['/[.]ssh/x']}", ""),
        (&literal, &told),
    ]);
}

#[test]
fn patterns_that_meet_only_what_must_be_spelled() {
    let told = |glob: &str, what: &str| {
        format!(
            "2:26: `{glob}` grants nothing: whatever it matches is {what}, which an entry must spell"
        )
    };
    for (glob, what) in [
        ("/proc/*", "a file of the kernel"),
        ("/dev/**", "a file of the kernel"),
        ("/etc/ssl/*.key", "a private key"),
        ("/**/*.pem", "a private key"),
        ("/etc/ssh/*_key", "a private key"),
        ("/home/*/.ssh/*", "in a directory of private keys"),
        ("/srv/*/authorized_keys", "a list of keys that may log in"),
        ("/*/shadow", "a file with the hashes of passwords"),
    ] {
        let entry = format!("- {{action: allow, read: ['{glob}']}}");
        assert_eq!(lints(&entry), [told(glob, what)]);
        let denies = format!("- {{action: deny, read: ['{glob}']}}");
        assert_eq!(lints(&denies), [""; 0]);
    }
    for glob in [
        "/proc/meminfo",
        "/etc/id_*",
        "/**/proc/*",
        "/etc/*",
        "/etc/*.key*",
        "/etc/x[*-.]pem",
        "/etc/shadow",
    ] {
        let entry = format!("- {{action: allow, read: ['{glob}']}}");
        assert_eq!(lints(&entry), [""; 0], "{glob}");
    }
}

#[test]
fn patterns_of_which_more_must_be_spelled_to_write() {
    let told = |glob: &str, what: &str| {
        format!(
            "2:27: `{glob}` grants nothing: whatever it matches is {what}, which an entry must spell"
        )
    };
    let entry = |glob: &str| {
        let reads = "- {action: allow, read: ['/**', '/**/.*/**']}";
        format!("- {{action: allow, write: ['{glob}']}}\n{reads}")
    };
    for (glob, what) in [
        ("/etc/*", "a setting of the whole system"),
        ("/etc/cron.d/*", "run or obeyed by the system"),
        ("/etc/*/nginx.conf", "a setting"),
        ("/usr/local/bin/*", "a part of the system"),
        (
            "/home/*/.bashrc",
            "hidden, and programs read such files unasked",
        ),
        ("/*", "at the root of the file system"),
        ("/srv/*.key", "a private key"),
    ] {
        assert_eq!(lints(&entry(glob)), [told(glob, what)]);
    }
    for glob in [
        "/etc/nginx/*",
        "/*/*",
        "/etc/hosts",
        "/home/u/.config/app/*",
        "/home/u/.bashrc",
        "/srv/*",
    ] {
        assert_eq!(lints(&entry(glob)), [""; 0], "{glob}");
    }
}

#[test]
fn entries_that_another_one_shadows() {
    let told = "3:26: `/a/*.log` never takes effect: files[0] `first` decides on all of it";
    let second = "- {action: allow, read: ['/a/*.log']}";
    for (first, expected) in [
        ("{name: first, action: deny, read: ['/a/**']}", told),
        ("{name: first, action: deny, read: ['/a/*']}", told),
        ("{name: first, action: ask, read: ['/a/*.log']}", told),
        ("{name: first, action: deny, read: ['/**/*.log']}", told),
        (
            "{name: first, action: deny, read: ['/b/**', '/*/*/*.log']}",
            "",
        ),
        ("{name: first, action: deny, write: ['/a/**']}", ""),
        ("{name: first, action: deny, read: ['/a/b.log']}", ""),
        (
            "{name: first, action: deny, tags: [db], read: ['/a/**']}",
            "",
        ),
        ("{name: first, action: allow, read: ['/a/**']}", ""),
    ] {
        let entries = format!("- {first}\n{second}");
        let expected: Vec<&str> = expected.lines().collect();
        assert_eq!(lints(&entries), expected, "{first}");
    }
}

#[test]
fn what_may_be_written_and_not_read() {
    each_says(&[
        (
            "- {action: allow, read: ['/a/*'], write: ['/a/*.conf']}",
            "",
        ),
        ("- {action: deny, write: ['/a/*.conf']}", ""),
        (
            "- {action: allow, write: ['/a/*.conf']}",
            "2:27: `/a/*.conf` may be written and not edited, since an edit reads, too: no entry lets `/a/x.conf` be read",
        ),
        (
            "- {action: ask, read: ['/a/*'], write: ['/b/[0-9]?']}",
            "2:41: `/b/[0-9]?` may be written and not edited, since an edit reads, too: no entry lets `/b/9x` be read",
        ),
        (
            "- {action: ask, write: ['/b/*']}\n- {action: allow, read: ['/b/**']}",
            "",
        ),
        (
            "- {action: ask, write: ['/b/*']}\n- {action: allow, tags: [db], read: ['/b/**']}",
            "2:25: `/b/*` may be written and not edited, since an edit reads, too: no entry lets `/b/x` be read",
        ),
    ]);
}

const GLOBS: &[&str] = &[
    "/**",
    "/*",
    "/a",
    "/a/*",
    "/a/**",
    "/a/b",
    "/**/b",
    "/*/b",
    "/a/.b",
    "/a/.*",
    "/**/.b",
    "/a/?",
    "/a/[a-c]",
    "/a/b*",
    "/a/**/b",
    "/**/**",
    "/a/*.key",
    "/proc/*",
    "/**/shadow",
    "/a/shadow",
    "/a/id_*",
    "/a/.ssh/*",
    "/etc/*",
    "/etc/x",
    "/etc/x/*",
    "/*/x/*",
    "/etc/cron.d/*",
    "/etc/cron.d/b",
    "/",
];
const PATHS: &[&str] = &[
    "/",
    "/a",
    "/b",
    "/a/b",
    "/a/c",
    "/a/.b",
    "/a/.c",
    "/a/bc",
    "/a/b/c",
    "/a/c/b",
    "/a/.c/b",
    "/a/b/.b",
    "/c/b",
    "/a/x.key",
    "/proc/x",
    "/proc/b",
    "/a/proc/b",
    "/a/shadow",
    "/c/shadow",
    "/a/id_x",
    "/a/id_x.pub",
    "/a/.ssh/b",
    "/.b",
    "/c/.b",
    "/etc/x",
    "/etc/b",
    "/etc/x/b",
    "/etc/x/.b",
    "/c/x/b",
    "/etc/cron.d/b",
    "/etc/cron.d/c",
];

#[test]
fn a_pattern_that_is_said_to_do_nothing_decides_on_no_path() {
    for (list, access, fewest) in [
        ("read", FileAccess::Read, 250),
        ("write", FileAccess::Write, 150),
    ] {
        let mut told = 0;
        let pairs = GLOBS
            .iter()
            .flat_map(|one| GLOBS.iter().map(move |other| (one, other)));
        for ((one, other), first) in pairs.flat_map(|pair| [(pair, "deny"), (pair, "ask")]) {
            let entries = format!(
                "- {{action: {first}, {list}: ['{one}']}}\n- {{action: allow, {list}: ['{other}']}}\n"
            );
            let has_any_depth = one.contains("**") && first == "ask" || other.contains("**");
            if list == "write" && has_any_depth {
                continue;
            }
            let nothing = |lint: &String| {
                let effect = lint.contains("grants nothing") || lint.contains("never takes effect");
                lint.starts_with("3:") && effect
            };
            if !lints(&entries).iter().any(nothing) {
                continue;
            }
            told += 1;
            let files = files(&format!("files:\n{entries}"));
            for path in PATHS {
                let decision = files.judge(access, path);
                assert_ne!(decision.verdict(), Verdict::Allow, "{entries}{path}");
            }
        }
        assert!(told > fewest, "{list}: {told}");
    }
}
