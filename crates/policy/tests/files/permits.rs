//! Only what was judged twice, and approved where the policy asks, gives a permit.

use mcp_ssh_policy::{FileAccess, FileApproval, FileDecision, Verdict};

use super::files;

const POLICY: &str = "files:
- {action: allow, read: ['/srv/**'], write: ['/srv/*'], max_bytes: 10}
- {action: ask, read: ['/etc/*'], write: ['/etc/*'], max_bytes: 5}
- {action: deny, read: ['/srv/secret/**']}
";
const READ: FileAccess = FileAccess::Read;
const WRITE: FileAccess = FileAccess::Write;

fn resolved(access: FileAccess, path: &str, to: &str) -> FileDecision {
    files(POLICY).judge_resolved(access, path, to)
}

#[test]
fn the_stricter_of_both_paths_counts() {
    for (path, to, expected) in [
        ("/srv/a", "/srv/a", Verdict::Allow),
        ("/srv/a", "/srv/b/c", Verdict::Allow),
        ("/srv/a", "/etc/hosts", Verdict::Ask),
        ("/etc/hosts", "/srv/a", Verdict::Ask),
        ("/etc/hosts", "/etc/hosts", Verdict::Ask),
        ("/srv/a", "/root/x", Verdict::Deny),
        ("/srv/a", "/etc/shadow", Verdict::Deny),
        ("/srv/a", "/proc/1/environ", Verdict::Deny),
        ("/srv/a", "/srv/secret/x", Verdict::Deny),
        ("/root/x", "/srv/a", Verdict::Deny),
        ("/srv/secret/x", "/srv/a", Verdict::Deny),
        ("/srv/a", "srv/a", Verdict::Deny),
        ("/srv/a", "/srv/../root/x", Verdict::Deny),
        ("/srv/a", "", Verdict::Deny),
    ] {
        let decision = resolved(READ, path, to);
        assert_eq!(decision.verdict(), expected, "{path} {to}");
        assert_eq!((decision.path(), decision.resolved()), (path, Some(to)));
        let permit = decision.permit();
        assert_eq!(permit.is_ok(), expected == Verdict::Allow, "{path} {to}");
    }
}

#[test]
fn a_link_that_leads_elsewhere_is_told() {
    let decision = resolved(READ, "/srv/a", "/etc/shadow");
    assert_eq!(
        decision.why(),
        "the host resolves `/srv/a` to another path, and `/etc/shadow` is a file with the hashes of passwords: \
         only an entry of `files` that spells it grants it"
    );
    let decision = resolved(READ, "/srv/a", "/srv/secret/x");
    assert_eq!(
        decision.why(),
        "the host resolves `/srv/a` to another path, and reading `/srv/secret/x` is denied by files[2]"
    );
}

#[test]
fn a_permit_is_for_what_was_judged() {
    let permit = resolved(READ, "/srv/a", "/srv/b").permit().unwrap();
    assert_eq!((permit.alias(), permit.access()), ("web-1", READ));
    assert_eq!((permit.path(), permit.max_bytes()), ("/srv/b", 10));
    assert_eq!(permit.content(), None);
}

#[test]
fn the_asked_path_alone_gives_no_permit() {
    let decision = files(POLICY).judge(READ, "/srv/a");
    assert_eq!(decision.verdict(), Verdict::Allow);
    assert!(decision.permit().is_err());
    let asks = files(POLICY).judge(READ, "/etc/hosts");
    assert!(FileApproval::of(&asks, None).is_none());
}

#[test]
fn a_yes_is_one_to_that_content_of_that_file() {
    let asks = || resolved(WRITE, "/etc/a", "/etc/a");
    let content = [7; 32];
    assert_eq!(asks().verdict(), Verdict::Ask);
    assert!(asks().permit().is_err());
    let approval = || FileApproval::of(&asks(), Some(content)).unwrap();
    let permit = asks().permit_approved(approval()).unwrap();
    assert_eq!((permit.path(), permit.max_bytes()), ("/etc/a", 5));
    assert_eq!(permit.content(), Some(&content));
    for (other, what) in [
        (resolved(WRITE, "/etc/b", "/etc/a"), "another asked path"),
        (resolved(WRITE, "/etc/a", "/etc/b"), "another resolved path"),
        (resolved(READ, "/etc/a", "/etc/a"), "another access"),
        (resolved(WRITE, "/etc/a", "/root/a"), "a denial"),
        (files(POLICY).judge(WRITE, "/etc/a"), "the asked path alone"),
        (
            super::load(POLICY)
                .files_for_host("web-2", &["web"])
                .judge_resolved(WRITE, "/etc/a", "/etc/a"),
            "another host",
        ),
    ] {
        assert!(other.permit_approved(approval()).is_err(), "{what}");
    }
}

#[test]
fn an_approval_has_a_content_where_the_access_writes_and_only_there() {
    for (access, content, expected) in [
        (READ, None, true),
        (READ, Some([0; 32]), false),
        (WRITE, None, false),
        (WRITE, Some([0; 32]), true),
        (FileAccess::Edit, None, false),
        (FileAccess::Edit, Some([0; 32]), true),
    ] {
        let asks = resolved(access, "/etc/a", "/etc/a");
        let approval = FileApproval::of(&asks, content);
        assert_eq!(approval.is_some(), expected, "{access} {content:?}");
    }
    for (path, what) in [("/srv/a", "allowed"), ("/root/a", "denied")] {
        let decision = resolved(READ, path, path);
        assert!(FileApproval::of(&decision, None).is_none(), "{what}");
    }
}
