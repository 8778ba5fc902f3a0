//! Changes as a person reads them: each row whole, nothing unseen, no secret.

use super::FileChange;
use crate::gate::redact::Redactor;
use crate::secret::Secret;
use mcp_ssh_policy::Unapproved;

/// The rows of a change, with `hunter2secret` for a secret.
fn rows(old: Option<&str>, new: &str) -> Result<Vec<String>, Unapproved> {
    bytes(old.map(str::as_bytes), new.as_bytes())
}

fn bytes(old: Option<&[u8]>, new: &[u8]) -> Result<Vec<String>, Unapproved> {
    let secret = Secret::new("hunter2secret".to_owned());
    let redactor = Redactor::new([&secret].into_iter());
    let change = FileChange::between(old, new, &redactor)?;
    Ok(change.rows.iter().map(ToString::to_string).collect())
}

#[test]
fn a_change_is_a_unified_diff() {
    let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
    assert_eq!(
        rows(Some(old), &old.replace('5', "five")).unwrap(),
        [
            "@@ -2,7 +2,7 @@",
            " 2",
            " 3",
            " 4",
            "-5",
            "+five",
            " 6",
            " 7",
            " 8"
        ]
    );
}
