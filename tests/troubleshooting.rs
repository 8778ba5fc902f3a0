//! docs/TROUBLESHOOTING.md: no message of a failed call and no reason of a denial is missing there.

const PAGE: &str = include_str!("../docs/TROUBLESHOOTING.md");

/// What stands behind each `before` in a source, up to the closing quote.
fn texts<'s>(source: &'s str, before: &str) -> Vec<&'s str> {
    let rests = source.split(before).skip(1);
    rests.filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn every_message_of_a_failed_call_has_its_mend() {
    let source = include_str!("../src/ssh/error.rs");
    let blames = ["Caller", "Operator", "Host", "Network", "Us"];
    let messages = blames.map(|blame| texts(source, &format!("=> Wording({blame}, \"")));
    let messages = messages.concat();
    assert_eq!(messages.len(), source.matches("=> Wording(").count());
    for message in messages {
        assert!(PAGE.contains(&format!("| `{message}` |")), "{message}");
    }
}

#[test]
fn every_reason_of_a_denial_has_its_mend() {
    let reasons = texts(
        include_str!("../crates/policy/src/decide/denial.rs"),
        "reason: \"",
    );
    assert!(reasons.len() > 7, "{reasons:?}");
    for reason in reasons {
        assert!(PAGE.contains(&format!("| `{reason}` |")), "{reason}");
    }
}
