//! How a decision on a file came about: each entry that speaks of the path, and what would allow it.

use mcp_ssh_policy::{FileAccess, FileExplanation, Policy, Verdict};

use super::super::load;

const POLICY: &str = "files:
- {name: nginx, action: allow, read: ['/etc/nginx/**', '/etc/**'], write: ['/etc/nginx/conf.d/*.conf']}
- {name: sites, action: ask, write: ['/etc/nginx/*', '/etc/cron.d/*']}
- {action: deny, read: ['/etc/**/closed/**']}
- {name: databases, action: allow, tags: [db], read: ['/**']}
- {action: allow, read: ['/srv/*'], write: ['/home/*/.config/x/y']}
network: {block_ips: [10.0.0.9]}
";
use FileAccess::{Edit, Read, Write};

fn explained(policy: &Policy, access: FileAccess, path: &str) -> FileExplanation {
    policy.explain_file("web-1", &["web"], None, access, path)
}

#[test]
fn each_entry_that_speaks_of_the_path_says_what_it_says() {
    let policy = load(POLICY);
    for (access, path, expected) in [
        (
            Read,
            "/etc/nginx/a",
            "files[0] `nginx` read /etc/nginx/**: it matches",
        ),
        (
            Edit,
            "/etc/nginx/closed/a.conf",
            "files[2] read /etc/**/closed/**: it matches
             files[0] `nginx` read /etc/nginx/**: it matches",
        ),
        (
            Edit,
            "/etc/nginx/a.conf",
            "files[1] `sites` write /etc/nginx/*: it matches
             files[0] `nginx` read /etc/nginx/**: it matches",
        ),
        (
            Read,
            "/etc/shadow",
            "files[0] `nginx` read /etc/**: it matches, and does not spell the whole path",
        ),
        (
            Write,
            "/etc/cron.d/a",
            "files[1] `sites` write /etc/cron.d/*: it matches, and does not spell the whole path",
        ),
        (
            Write,
            "/home/u/.config/x/y",
            "files[4] write /home/*/.config/x/y: it matches, and does not spell `/home/u/.config/x`",
        ),
        (
            Read,
            "/srv/.git",
            "files[4] read /srv/*: a wildcard takes no name that begins with `.`",
        ),
        (
            Read,
            "/SRV/a",
            "files[4] read /srv/*: capital letters are others",
        ),
        (Read, "/srv/a/b", ""),
        (Write, "/srv/a", ""),
        (Read, "/srv/../etc/nginx/a", ""),
    ] {
        let explanation = explained(&policy, access, path);
        let told = explanation.entries.iter().map(|remark| {
            let (entry, why) = (&remark.entry, &remark.why);
            format!("{entry} {} {}: {why}", remark.list, remark.pattern)
        });
        let expected: Vec<&str> = expected.lines().map(str::trim).collect();
        assert_eq!(told.collect::<Vec<_>>(), expected, "{access} {path}");
        let counts = (explanation.entries_for_host, explanation.entries_total);
        assert_eq!(counts, (4, 5));
    }
}

#[test]
fn what_must_be_spelled_is_told_for_each_list() {
    let policy = load(POLICY);
    for (access, path, expected) in [
        (Read, "/etc/nginx/a", ""),
        (Edit, "/etc/nginx/a", "write /etc/nginx: a setting"),
        (
            Edit,
            "/srv/a.key",
            "read /srv/a.key: a private key
             write /srv/a.key: a private key",
        ),
    ] {
        let explanation = explained(&policy, access, path);
        let protections = explanation.protections.iter();
        let told = protections.map(|its| format!("{} {}: {}", its.list, its.spelled, its.what));
        let expected: Vec<&str> = expected.lines().map(str::trim).collect();
        assert_eq!(told.collect::<Vec<_>>(), expected, "{access} {path}");
    }
}

/// The entry is tried: with it the decision is no denial.
#[test]
fn the_missing_entry_allows() {
    let policy = load(POLICY);
    for (access, path, expected) in [
        (
            Read,
            "/srv/a/b",
            Some(r#"- {action: allow, read: ["/srv/a/b"]}"#),
        ),
        (
            Write,
            "/etc/cron.d/a",
            Some(r#"- {action: allow, write: ["/etc/cron.d/a"]}"#),
        ),
        (
            Edit,
            "/opt/[a]*\"",
            Some(r#"- {action: allow, read: ["/opt/[[]a][*]\""], write: ["/opt/[[]a][*]\""]}"#),
        ),
        // Reading is granted already.
        (
            Edit,
            "/etc/hosts",
            Some(r#"- {action: allow, write: ["/etc/hosts"]}"#),
        ),
        (Read, "/etc/nginx/a", None),
        (Read, "/etc/nginx/closed/a", None),
        (Edit, "/etc/nginx/closed/a", None),
        (Read, "/srv//a", None),
    ] {
        let missing = explained(&policy, access, path).missing_entry;
        assert_eq!(missing.as_deref(), expected, "{access} {path}");
        if let Some(entry) = missing {
            let with =
                load(&format!("{POLICY}\n").replace("network:", &format!("{entry}\nnetwork:")));
            let decision = with.files_for_host("web-1", &["web"]).judge(access, path);
            assert_eq!(decision.verdict(), Verdict::Allow, "{entry}");
        }
    }
}
