//! Which entry decides, and what is said.

use mcp_ssh_policy::{FileAccess, Verdict};

use super::super::load;
use super::files;

const POLICY: &str = "files:
- {name: nginx, action: allow, read: ['/etc/nginx/**', '/var/log/nginx/*.log'], write: ['/etc/nginx/conf.d/*.conf'], max_bytes: 4096}
- {name: sites, action: ask, read: [/etc/nginx/nginx.conf], write: ['/etc/nginx/*'], max_bytes: 99}
- {action: deny, read: ['/etc/nginx/secrets/**'], write: ['/etc/nginx/**/10-*']}
- {name: spool, action: allow, write: ['/var/spool/in/*']}
- {name: databases, action: allow, tags: [db], read: ['/var/lib/**']}
- {name: one host, action: allow, aliases: ['web-*'], tags: [web], read: [/etc/shadow], max_bytes: 7}
- {read: [/etc/nginx/denied]}
";

/// The verdict, the determining entry, and the most bytes.
fn said(access: FileAccess, path: &str) -> String {
    let decision = files(POLICY).judge(access, path);
    let entry = decision.entry().map(ToString::to_string);
    let entry = entry.unwrap_or_else(|| "none".to_owned());
    format!("{} {entry} {}", decision.verdict(), decision.max_bytes())
}

#[test]
fn the_strictest_entry_decides_and_the_smallest_number_holds() {
    use FileAccess::{Edit, Read, Write};
    for (access, path, expected) in [
        (Read, "/etc/nginx/mime.types", "allow files[0] `nginx` 4096"),
        (Read, "/etc/nginx", "allow files[0] `nginx` 4096"),
        (Read, "/etc/nginx/nginx.conf", "ask files[1] `sites` 99"),
        (Write, "/etc/nginx/nginx.conf", "ask files[1] `sites` 99"),
        (Edit, "/etc/nginx/nginx.conf", "ask files[1] `sites` 99"),
        // Reading is allowed, writing is asked: an edit is asked.
        (Edit, "/etc/nginx/mime.types", "ask files[1] `sites` 99"),
        (
            Write,
            "/etc/nginx/conf.d/a.conf",
            "allow files[0] `nginx` 4096",
        ),
        (
            Edit,
            "/etc/nginx/conf.d/a.conf",
            "allow files[0] `nginx` 4096",
        ),
        (Write, "/etc/nginx/conf.d/10-a.conf", "deny files[2] 0"),
        (
            Read,
            "/etc/nginx/conf.d/10-a.conf",
            "allow files[0] `nginx` 4096",
        ),
        (Edit, "/etc/nginx/conf.d/10-a.conf", "deny files[2] 0"),
        (Read, "/etc/nginx/secrets/.x/y", "deny files[2] 0"),
        (Write, "/etc/nginx/secrets/y", "deny none 0"),
        (Write, "/var/spool/in/a", "allow files[3] `spool` 1048576"),
        (Read, "/var/spool/in/a", "deny none 0"),
        (Edit, "/var/spool/in/a", "deny none 0"),
        (Read, "/var/lib/x", "deny none 0"),
        (Read, "/etc/shadow", "allow files[5] `one host` 7"),
        (Write, "/etc/shadow", "deny none 0"),
        (Read, "/etc/nginx/denied", "deny files[6] 0"),
        (Read, "/etc/hosts", "deny none 0"),
    ] {
        assert_eq!(said(access, path), expected, "{access} {path}");
    }
}

#[test]
fn a_file_may_be_larger_than_memory() {
    let files = files("files: [{action: allow, read: [/a], max_bytes: 1099511627776}]");
    assert_eq!(files.judge(FileAccess::Read, "/a").max_bytes(), 1 << 40);
}

#[test]
fn an_entry_speaks_of_its_hosts_alone() {
    let policy = load(POLICY);
    let verdict = |alias, tags: &[&str], path| {
        let files = policy.files_for_host(alias, tags);
        files.judge(FileAccess::Read, path).verdict()
    };
    for (alias, tags, path, expected) in [
        ("db-1", ["db"], "/var/lib/x", Verdict::Allow),
        ("web-1", ["web"], "/var/lib/x", Verdict::Deny),
        ("web-1", ["web"], "/etc/shadow", Verdict::Allow),
        ("web-1", ["db"], "/etc/shadow", Verdict::Deny),
        ("db-1", ["web"], "/etc/shadow", Verdict::Deny),
    ] {
        assert_eq!(
            verdict(alias, &tags, path),
            expected,
            "{alias} {tags:?} {path}"
        );
    }
}

#[test]
fn a_decision_says_why_and_what_to_do_next() {
    let files = files(POLICY);
    for (access, path, why, hint) in [
        (
            FileAccess::Read,
            "/etc/nginx/mime.types",
            "reading `/etc/nginx/mime.types` is allowed by files[0] `nginx`",
            "",
        ),
        (
            FileAccess::Write,
            "/etc/nginx/nginx.conf",
            "writing `/etc/nginx/nginx.conf` needs a person's yes by files[1] `sites`",
            "a person is asked; wait for the answer",
        ),
        (
            FileAccess::Edit,
            "/etc/nginx/conf.d/10-a.conf",
            "writing `/etc/nginx/conf.d/10-a.conf` is denied by files[2]",
            "do the task without it, or ask the operator whether it is meant to be denied here",
        ),
        (
            FileAccess::Edit,
            "/var/spool/in/a",
            "no entry of `files` allows reading `/var/spool/in/a` on this host, and what is not allowed is denied",
            "do the task without it, or ask the operator for an entry of `files`",
        ),
        (
            FileAccess::Read,
            "/etc/nginx/server.key",
            "`/etc/nginx/server.key` is a private key: only an entry of `files` that spells it grants it",
            "do the task without it; no wildcard grants it",
        ),
        (
            FileAccess::Read,
            "nginx.conf",
            "the path is not absolute",
            "begin it with `/`",
        ),
        (
            FileAccess::Read,
            "/etc/nginx/",
            "the path has an empty component",
            "write one `/` between two names, and none at the end",
        ),
        (
            FileAccess::Read,
            "/etc/../x",
            "the path has a component `.` or `..`",
            "write the path that it leads to",
        ),
    ] {
        let decision = files.judge(access, path);
        assert_eq!(
            (decision.why(), decision.hint()),
            (why, hint),
            "{access} {path}"
        );
        assert_eq!((decision.alias(), decision.access()), ("web-1", access));
        assert_eq!((decision.path(), decision.resolved()), (path, None));
    }
}

#[test]
fn without_entries_no_file_is_touched() {
    for yaml in [
        "rules: [{action: allow, commands: ['*']}]",
        "files: []",
        "files:",
    ] {
        let files = files(yaml);
        for access in [FileAccess::Read, FileAccess::Write, FileAccess::Edit] {
            for path in ["/", "/etc/hosts", "/tmp/x"] {
                assert_eq!(
                    files.judge(access, path).verdict(),
                    Verdict::Deny,
                    "{yaml} {path}"
                );
            }
        }
    }
}
