//! docs/TROUBLESHOOTING.md: no message of a failed call and no reason of a denial is missing there.

const PAGE: &str = include_str!("../docs/TROUBLESHOOTING.md");

/// The texts in double quotes that follow `before` in a source.
fn quoted_after<'s>(source: &'s str, before: &str) -> Vec<&'s str> {
    let rests = source.split(before).skip(1);
    rests.filter_map(|rest| rest.split('"').nth(1)).collect()
}

#[test]
fn every_message_of_a_failed_call_has_its_mend() {
    let messages = quoted_after(include_str!("../src/ssh/error.rs"), "=> Wording(");
    assert!(messages.len() > 25, "{messages:?}");
    for message in messages {
        assert!(PAGE.contains(&format!("| `{message}` |")), "{message}");
    }
}

#[test]
fn every_reason_of_a_denial_has_its_mend() {
    let reasons = quoted_after(include_str!("../src/policy/denial.rs"), "reason: ");
    let reasons: Vec<&str> = reasons
        .into_iter()
        .filter(|reason| !reason.contains('\n'))
        .collect();
    assert!(reasons.len() > 7, "{reasons:?}");
    for reason in reasons {
        assert!(PAGE.contains(&format!("| `{reason}` |")), "{reason}");
    }
}
