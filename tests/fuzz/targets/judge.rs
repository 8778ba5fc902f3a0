//! Under a policy that an operator might have, every line is judged: the rendered line as the
//! original was, unless the original's own spelling denied it; one more deny rule never allows;
//! what is allowed as a line is allowed command by command.

#![no_main]

use std::cell::LazyCell;

use libfuzzer_sys::fuzz_target;
use mcp_ssh_policy::shell::{CommandLine, MAX_CHARACTERS};
use mcp_ssh_policy::{HostPolicy, Verdict};
use references::host;

const POLICY: &str = include_str!("../../../crates/policy/tests/corpus/policy.yml");
/// Stands at the end of the policy, whose last member is the list of rules.
const ONE_MORE: &str =
    "\n  - action: deny\n    commands: [\"*a*\", \"sort [!-]*\"]\n    argv: [[\"echo\", \"*\"]]\n";

thread_local! {
    static POLICIES: LazyCell<(HostPolicy, HostPolicy)> =
        LazyCell::new(|| (host(POLICY), host(&(POLICY.to_owned() + ONE_MORE))));
}

fuzz_target!(|text: &str| POLICIES.with(|policies| check(&policies.0, &policies.1, text)));

fn check(policy: &HostPolicy, stricter: &HostPolicy, text: &str) {
    let original = policy.judge(text);
    let Some(rendered) = original.rendered() else {
        assert_eq!(original.verdict(), Verdict::Deny, "{text:?}");
        return;
    };
    if original.verdict() == Verdict::Deny {
        assert_eq!(stricter.judge(text).verdict(), Verdict::Deny, "{text:?}");
        return;
    }
    if rendered.chars().count() <= MAX_CHARACTERS {
        let again = policy.judge(rendered);
        assert_eq!(
            again.verdict(),
            original.verdict(),
            "{text:?}, then {rendered:?}"
        );
    }
    let line = CommandLine::parse(text).expect("what is allowed was parsed");
    for command in line.commands().map(|command| command.render()) {
        if command.chars().count() <= MAX_CHARACTERS {
            assert_eq!(
                policy.judge(&command).verdict(),
                Verdict::Allow,
                "{command:?} of {text:?}"
            );
        }
    }
}
