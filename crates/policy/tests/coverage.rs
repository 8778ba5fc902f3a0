//! `Policy::coverage`: what lines exercise.

use mcp_ssh_policy::{Coverage, FileAccess, HostTags, Policy, TestedAct, UnexercisedOf};
use mcp_ssh_yaml::diagnostic::Source;

const POLICY: &str = "rules:
- {action: allow, commands: ['df*', uptime], argv: [[ls, '*']], simple_binaries: [id, nproc]}
- {action: ask, commands: ['systemctl restart *']}
- {commands: ['rm *', '*--force*']}
- {action: allow, tags: [db], commands: ['df*']}
limits: {deny_substrings: [passwd, 'mkfs*']}
overrides: {aliases: {db-1: {deny_substrings: [passwd]}}, tags: {lab: {deny_substrings: [passwd]}}}
";

fn coverage(lines: &[(&str, &[&str], &str)]) -> Coverage {
    let source = Source::new("policy.yml", POLICY);
    let (policy, _) = Policy::load(&source).unwrap();
    let host = |alias, tags| HostTags { alias, tags };
    let lines: Vec<_> = lines
        .iter()
        .map(|(alias, tags, line)| (host(*alias, *tags), TestedAct::Line(line)))
        .collect();
    policy.coverage(&source, &lines)
}

/// The line of the file and the text of what is not exercised.
fn left(lines: &[(&str, &[&str], &str)]) -> Vec<String> {
    let coverage = coverage(lines);
    let told = coverage.unexercised.iter().map(|its| {
        let text = its.text.clone().unwrap_or_else(|| "rule".to_owned());
        format!("{} {text}", its.span.line)
    });
    told.collect()
}

#[test]
fn without_lines_nothing_is_exercised() {
    let none = [
        "2 rule", "3 rule", "4 rule", "5 rule", "6 passwd", "6 mkfs*", "7 passwd", "7 passwd",
    ];
    assert_eq!(left(&[]), none);
    // Nor by a line that is no line.
    assert_eq!(left(&[("web-1", &[], "df 'x")]), none);
}

#[test]
fn a_line_exercises_each_pattern_that_speaks_of_it() {
    for (alias, tags, line, exercised) in [
        ("web-1", &[][..], "df -h", &["2 rule"][..]),
        ("db-1", &["db"], "df -h", &["2 rule", "5 rule"]),
        ("web-1", &[], "df; uptime", &["2 rule"]),
        ("web-1", &[], "ls x", &["2 rule"]),
        ("web-1", &[], "id", &["2 rule"]),
        // Nobody vouches for the word.
        ("web-1", &[], "ls --frob", &[]),
        ("web-1", &[], "systemctl restart nginx", &["3 rule"]),
        ("web-1", &[], "sudo rm x", &["4 rule"]),
        ("web-1", &[], "df --force", &["4 rule"]),
        ("web-1", &[], "df passwd", &["2 rule", "6 passwd"]),
        ("web-1", &[], "sudo mkfs /dev/x", &["6 mkfs*"]),
        ("db-1", &[], "df passwd", &["2 rule", "7 passwd"]),
        ("x", &["lab"], "df passwd", &["2 rule", "7 passwd"]),
        ("x", &["lab"], "mkfs", &[]),
    ] {
        let all = left(&[]);
        let mut gone = all.clone();
        for text in left(&[(alias, tags, line)]) {
            if let Some(at) = gone.iter().position(|other| *other == text) {
                gone.remove(at);
            }
        }
        assert_eq!(gone, exercised, "{line} on {alias}");
    }
}

#[test]
fn patterns_are_counted_one_by_one() {
    let coverage = coverage(&[("web-1", &[], "df -h; ls x"), ("web-1", &[], "rm x")]);
    let counts = [coverage.rules, coverage.patterns, coverage.deny_entries];
    let counts = counts.map(|count| (count.exercised, count.total));
    assert_eq!(counts, [(2, 4), (3, 9), (0, 4)]);
    let left: Vec<&str> = coverage
        .unexercised
        .iter()
        .filter_map(|its| its.text.as_deref())
        .collect();
    assert_eq!(
        left,
        [
            "uptime",
            "id",
            "nproc",
            "*--force*",
            "passwd",
            "mkfs*",
            "passwd",
            "passwd"
        ]
    );
}

const FILES: &str = "rules: []
files:
- {name: nginx, action: allow, read: ['/etc/nginx/**', '/var/log/nginx/*'], write: ['/etc/nginx/conf.d/*']}
- {action: ask, tags: [web], write: ['/srv/*']}
- {read: ['/etc/nginx/closed/**']}
- {action: allow, read: ['/etc/**']}
";

#[test]
fn paths_exercise_entries_of_files() {
    use FileAccess::{Edit, Read, Write};
    const NGINX: &str = "3 files[0] `nginx`";
    const LOGS: &str = "3 /var/log/nginx/*";
    const SITES: &str = "3 /etc/nginx/conf.d/*";
    const ASKS: &str = "4 files[1]";
    const DENIES: &str = "5 files[2]";
    const ALL: &str = "6 files[3]";
    let source = Source::new("policy.yml", FILES);
    let (policy, _) = Policy::load(&source).unwrap();
    for (tags, access, path, left) in [
        ("web", Read, "/etc", &[NGINX, ASKS, DENIES][..]),
        ("web", Read, "/etc/nginx", &[LOGS, SITES, ASKS, DENIES]),
        ("web", Write, "/etc/nginx", &[NGINX, ASKS, DENIES, ALL]),
        ("web", Edit, "/etc/nginx/conf.d/a", &[LOGS, ASKS, DENIES]),
        ("web", Write, "/srv/a", &[NGINX, DENIES, ALL]),
        ("db", Write, "/srv/a", &[NGINX, ASKS, DENIES, ALL]),
        // What must be spelled no wildcard grants, and no path has `..`.
        ("web", Read, "/etc/shadow", &[NGINX, ASKS, DENIES, ALL]),
        ("web", Read, "/etc/../x", &[NGINX, ASKS, DENIES, ALL]),
        // An entry that allows is exercised beside one that denies.
        ("web", Read, "/etc/nginx/closed/a", &[LOGS, SITES, ASKS]),
        ("web", Read, "/etc/nginx/Closed/.b", &[NGINX, ASKS, ALL]),
    ] {
        let host = HostTags {
            alias: "w",
            tags: &[tags],
        };
        let coverage = policy.coverage(&source, &[(host, TestedAct::File(access, path))]);
        let told = coverage.unexercised.iter().map(|its| {
            let UnexercisedOf::Files(entry) = &its.of else {
                panic!("{its:?}");
            };
            let text = its.text.clone().unwrap_or_else(|| entry.to_string());
            format!("{} {text}", its.span.line)
        });
        let told: Vec<String> = told.collect();
        assert_eq!(told, left, "{access} {path}");
        let whole = told.iter().filter(|text| text.contains("files[")).count();
        let count = coverage.file_entries;
        assert_eq!((count.exercised, count.total), (4 - whole, 4));
        assert_eq!(coverage.file_patterns.total, 6);
    }
}
