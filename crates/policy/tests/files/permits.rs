//! Only what was judged twice, and approved where the policy asks, gives a permit.

use mcp_ssh_policy::{FileAccess, FileApproval, FileDecision, Grant, Verdict};

use super::files;

const POLICY: &str = "files:
- {action: allow, read: ['/srv/**'], write: ['/srv/*'], max_bytes: 10}
- {action: ask, read: ['/etc/*'], write: [/etc/a, /etc/b], max_bytes: 5}
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
    assert_eq!((permit.alias(), permit.approved()), ("web-1", None));
    assert_eq!((permit.path(), permit.max_bytes()), ("/srv/b", 10));
    assert!(!permit.lets_write(&[0; 32]), "it is to read");
    let permit = resolved(WRITE, "/srv/a", "/srv/a").permit().unwrap();
    assert!(permit.lets_write(&[0; 32]) && permit.lets_write(&[1; 32]));
}

#[test]
fn the_asked_path_alone_gives_no_permit() {
    let decision = files(POLICY).judge(READ, "/srv/a");
    assert_eq!(decision.verdict(), Verdict::Allow);
    assert!(decision.permit().is_err());
    let asks = files(POLICY).judge(READ, "/etc/hosts");
    assert!(FileApproval::of(&asks, Grant::Once, None).is_none());
}

#[test]
fn a_yes_is_one_to_that_content_of_that_file() {
    let asks = || resolved(WRITE, "/etc/a", "/etc/a");
    let content = [7; 32];
    assert_eq!(asks().verdict(), Verdict::Ask);
    assert!(asks().permit().is_err());
    let approval = || FileApproval::of(&asks(), Grant::Once, Some(content)).unwrap();
    let permit = asks().permit_approved(approval()).unwrap();
    assert_eq!((permit.path(), permit.max_bytes()), ("/etc/a", 5));
    assert_eq!(permit.approved(), Some(Grant::Once));
    assert!(permit.lets_write(&content));
    assert!(!permit.lets_write(&[8; 32]), "another content");
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
        let approval = FileApproval::of(&asks, Grant::Once, content);
        assert_eq!(approval.is_some(), expected, "{access} {content:?}");
    }
    for (path, what) in [("/srv/a", "allowed"), ("/root/a", "denied")] {
        let decision = resolved(READ, path, path);
        assert!(
            FileApproval::of(&decision, Grant::Once, None).is_none(),
            "{what}"
        );
    }
}

#[test]
fn what_is_there_may_be_read_to_be_compared_where_it_may_be_written() {
    for (access, path, to, expected) in [
        (WRITE, "/srv/a", "/srv/b", true),
        (WRITE, "/etc/a", "/srv/b", true),
        (FileAccess::Edit, "/etc/a", "/etc/a", true),
        (WRITE, "/srv/a", "/root/a", false),
        (READ, "/srv/a", "/srv/a", false),
    ] {
        let comparison = resolved(access, path, to).comparison();
        assert_eq!(comparison.is_some(), expected, "{access} {path} {to}");
        if let Some(comparison) = comparison {
            assert_eq!(comparison.path(), to);
            assert!(!comparison.lets_write(&[0; 32]), "{access} {path}");
        }
    }
    assert!(files(POLICY).judge(WRITE, "/srv/a").comparison().is_none());
}

#[test]
fn a_look_is_at_addresses_that_may_be_dialled() {
    let policy = super::load(&format!("{POLICY}network: {{allow_cidrs: [10.0.0.0/8]}}\n"));
    let host = policy.for_host("web-1", &["web"]);
    let (near, far) = ("10.0.0.1".parse().unwrap(), "192.0.2.1".parse().unwrap());
    let decision = |path| policy.files_for_host("web-1", &["web"]).judge(READ, path);
    let look = host.permit_look(decision("/srv/a"), &[far, near]).unwrap();
    assert_eq!((look.alias(), look.path()), ("web-1", "/srv/a"));
    assert_eq!((look.access(), look.addresses()), (READ, &[near][..]));
    assert!(host.permit_look(decision("/etc/hosts"), &[near]).is_ok());
    let denied = host.permit_look(decision("/srv/a"), &[far]).unwrap_err();
    assert_eq!(denied.denial().unwrap().reason, "address_not_permitted");
    let denied = host.permit_look(decision("/root/a"), &[near]).unwrap_err();
    assert_eq!(denied.denial().unwrap().reason, "no_matching_entry");
    let other = policy.for_host("web-2", &["web"]);
    assert!(other.permit_look(decision("/srv/a"), &[near]).is_err());
}
