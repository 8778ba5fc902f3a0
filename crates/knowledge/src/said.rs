//! What the rule itself says in a command, and which options the command has.
//!
//! Takes a command as its program reads it; gives [`Said`]. Invariant: what the rule says once, whole or begun, none of
//! its wildcards may say again.

use std::collections::HashSet;

use crate::kind::is_path;
use crate::reading::{Item, Reading};
use crate::row::Kind;
use crate::word::WordSlice;

/// What the rule itself says in a command, and which options the command has.
#[derive(Default)]
pub struct Said {
    /// The scopes that the rule sets, each with the option that sets it; for an operand the name is empty.
    scopes: HashSet<(&'static str, &'static str)>,
    /// The options that the rule spells with a value.
    options: HashSet<&'static str>,
    /// The options of which the rule spells more than the name.
    valued: HashSet<&'static str>,
    /// The kinds of the operands that the rule begins.
    operands: HashSet<std::mem::Discriminant<Kind>>,
    /// The kinds of the operands of which the rule spells the end and not the beginning: `cat *.log`.
    ended: HashSet<std::mem::Discriminant<Kind>>,
    /// Whether the rule begins an operand that is a path.
    path: bool,
    /// Whether the rule names a server, as `@1.1.1.1` of dig: no other server is granted, but any question to it is.
    server: bool,
    present: HashSet<&'static str>,
    /// The options that do not stand behind an unknown option, whose value they might be.
    sure: HashSet<&'static str>,
}

impl Said {
    /// What the rule says in the command of a reading.
    pub fn of(reading: &Reading<'_>) -> Self {
        let mut said = Self::default();
        let row = reading.rows.last();
        let mut place = 0;
        let mut doubtful = false;
        for item in &reading.items {
            match *item {
                Item::Option {
                    name,
                    options,
                    id,
                    value,
                    ..
                } => {
                    said.present.extend(id.split(','));
                    if !std::mem::take(&mut doubtful) {
                        said.sure.extend(id.split(','));
                    }
                    if name.is_spelled() && !options.scope.is_empty() {
                        said.scopes.insert((options.scope, id));
                    }
                    if name.is_spelled() && value.is_some() {
                        said.options.insert(id);
                    }
                    if name.is_spelled() && !value.is_some_and(|value| value.is_open()) {
                        said.valued.insert(id);
                    }
                }
                Item::Operand { piece, .. } => {
                    if let Some(row) = row.filter(|_| piece.is_ended() && !piece.is_begun()) {
                        let kind = row.operands.first.get(place).copied().or(row.operands.rest);
                        said.ended.extend(kind.as_ref().map(std::mem::discriminant));
                    }
                    let operands = row.map(|row| (row, row.operands));
                    if let Some((row, operands)) = operands.filter(|_| piece.is_begun()) {
                        let last = operands.first.last().copied();
                        let kind = operands.first.get(place).copied();
                        let kind = kind.or(operands.rest).or(last);
                        let server = kind.is_some_and(|kind| is_server(kind, piece));
                        said.server |= server;
                        said.path |= kind.is_some_and(is_path);
                        said.operands.extend(
                            kind.as_ref()
                                .filter(|_| !server)
                                .map(std::mem::discriminant),
                        );
                        let scoped = operands.rest.is_none() || place >= operands.first.len();
                        let scope =
                            Some(row.operands_set).filter(|scope| scoped && !scope.is_empty());
                        said.scopes.extend(scope.map(|scope| (scope, "")));
                    }
                    place += 1;
                    doubtful = false;
                }
                Item::Unknown { .. } => doubtful = true,
                Item::Anything { .. } | Item::Command { .. } => {}
            }
        }
        said
    }

    /// Whether the rule begins an operand of this kind, so that `piece` is a second one.
    pub fn begins(&self, kind: Kind, piece: WordSlice<'_>) -> bool {
        self.operands.contains(&std::mem::discriminant(&kind))
            || self.path && is_path(kind)
            || self.server && is_server(kind, piece)
    }

    /// Whether the rule spells the end of an operand of this kind, and nothing of `piece`.
    pub fn ends(&self, kind: Kind, piece: WordSlice<'_>) -> bool {
        !piece.is_said() && self.ended.contains(&std::mem::discriminant(&kind))
    }

    /// Whether the rule sets this scope.
    pub fn sets(&self, scope: &str) -> bool {
        self.scopes.iter().any(|(set, _)| *set == scope)
    }

    /// Whether an option would set again what the rule has set. `-u *` has set no value: the star may begin `a -u b`.
    pub fn again(&self, scope: &str, id: &str) -> bool {
        let open = self.options.contains(id) && !self.valued.contains(id);
        let mut others = self
            .scopes
            .iter()
            .filter(|(set, by)| *set == scope && *by != id);
        let same = self.options.contains(id) || self.sets(scope);
        same && !(open && others.next().is_none())
    }

    /// Whether the command has one of these options.
    pub fn stands_in(&self, options: &str) -> bool {
        let mut options = options.split_ascii_whitespace();
        options.any(|option| self.present.contains(option))
    }

    /// Whether the command has one of these options, which cannot be the value of another.
    pub fn surely(&self, options: &str) -> bool {
        let mut options = options.split_ascii_whitespace();
        options.any(|option| self.sure.contains(option))
    }

    /// Whether the rule spells the beginning or the end of an operand.
    pub fn has_operands(&self) -> bool {
        !self.operands.is_empty() || !self.ended.is_empty() || self.server
    }
}

/// Whether an operand names a server, which the program asks about the other operands.
fn is_server(kind: Kind, piece: WordSlice<'_>) -> bool {
    let host = |kind: &Kind| matches!(kind, Kind::Host);
    let servers = matches!(kind, Kind::Either(kinds) if kinds.iter().any(host));
    servers && piece.text.starts_with('@')
}

/// The index and the text of an operand; `None` for any other item.
pub fn operand<'a>(item: &Item<'a>) -> Option<(usize, WordSlice<'a>)> {
    match *item {
        Item::Operand { index, piece } => Some((index, piece)),
        Item::Option { .. }
        | Item::Unknown { .. }
        | Item::Anything { .. }
        | Item::Command { .. } => None,
    }
}
