//! `become: USER` of a rule.
//!
//! Takes the rule and its action. Gives the [`BecomeUser`]. Refuses a text that is no plain user name, the key in a rule
//! that denies, and the key beside a pattern that names any program.

use mcp_ssh_yaml::diagnostic::Span;
use mcp_ssh_yaml::{Fields, Node, Value};

use super::become_user::BecomeUser;
use super::rule::Action;
use crate::matching::glob::Glob;

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
    if !fields.is_filled("become") {
        let message = "`become` is empty: write a user, such as `become: root`, or remove it";
        fields.faults().error(span, message);
        return None;
    }
    let (name, span) = fields.filled("become")?;
    let user = BecomeUser::parse(name);
    match &user {
        Some(user) => refuse_any_program(fields, user),
        // A password may stand there by mistake, so the text is not told.
        None => {
            let message = "`become` is not the name of a user: write one such as `root`, with letters, digits, `_`, `-` \
                           and `.` only";
            fields.faults().error(span, message);
        }
    }
    user
}

/// Refuses each pattern that names any program: the user would be given away.
fn refuse_any_program(fields: Fields<'_, '_>, user: &BecomeUser) {
    for (shown, span) in commands(fields).chain(argv(fields)) {
        let message = format!(
            "`{shown}` with `become` runs every program there is as `{user}`: name the programs"
        );
        fields.faults().error(span, message);
    }
}

/// The entries of `commands` that name any program. What is no text is reported where the key is read.
fn commands(fields: Fields<'_, '_>) -> impl Iterator<Item = (String, Span)> {
    let items = items(fields.get("commands")).iter();
    let texts = items.filter_map(|item| Some((item.text()?, item.span)));
    let open = texts.filter(|(text, _)| Glob::new(text).names_any_program());
    open.map(|(text, span)| (text.to_owned(), span))
}

/// The entries of `argv` whose program is a `*` alone.
fn argv(fields: Fields<'_, '_>) -> impl Iterator<Item = (String, Span)> {
    let entries = items(fields.get("argv")).iter();
    entries.filter_map(|entry| {
        let texts: Vec<&str> = items(Some(entry)).iter().filter_map(Node::text).collect();
        let program = texts.first()?;
        let open = !program.is_empty() && program.trim_matches('*').is_empty();
        open.then(|| (texts.join(" "), entry.span))
    })
}

fn items<'n>(node: Option<&'n Node<'n>>) -> &'n [Node<'n>] {
    match node.map(|node| &node.value) {
        Some(Value::List(items)) => items,
        _ => &[],
    }
}
