//! `become: USER` of a rule.
//!
//! Takes the rule and its action. Gives the [`BecomeUser`]. Refuses a text that is no plain user name, and the key in a
//! rule that denies.

use mcp_ssh_yaml::Fields;

use super::become_user::BecomeUser;
use super::rule::Action;

/// The `become` of a rule with this action.
pub(super) fn becomes(fields: Fields<'_, '_>, action: Action) -> Option<BecomeUser> {
    if !fields.is_written("become") {
        return None;
    }
    let span = fields.key_span("become");
    if action == Action::Deny {
        let message = "`become` says as whom a command runs, and a rule that denies runs none: \
                       remove it, or write `action: allow` or `action: ask`";
        fields.faults().error(span, message);
        return None;
    }
    let Some((name, span)) = fields.filled("become") else {
        let message = "`become` is empty: write a user, such as `become: root`, or remove it";
        fields.faults().error(span, message);
        return None;
    };
    let user = BecomeUser::parse(name);
    if user.is_none() {
        // A password may stand there by mistake.
        let message = "`become` is not the name of a user: write one such as `root`";
        fields.faults().error(span, message);
    }
    user
}
