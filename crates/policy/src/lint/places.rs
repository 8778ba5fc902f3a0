//! Where the parts of a policy stand in its file.
//!
//! Takes the source of a policy that loaded; gives the place of an entry, a key or a pattern. The policy
//! itself does not keep these places: only lints need them, and a lint can read the file again.

use mcp_ssh_yaml::diagnostic::{Source, Span};
use mcp_ssh_yaml::{Node, Value, parse};

/// The tree of a policy's file.
pub struct Places<'s> {
    root: Option<Node<'s>>,
}

/// One step down the tree.
#[derive(Clone, Copy)]
pub enum PlaceStep<'a> {
    /// The value of a key.
    Key(&'a str),
    /// An item of a list.
    Item(usize),
}

impl<'s> Places<'s> {
    pub fn of(source: &'s Source) -> Self {
        Self {
            root: parse(source).ok(),
        }
    }

    /// The place of a value; the file as a whole where there is no such value.
    pub fn value(&self, path: &[PlaceStep<'_>]) -> Span {
        self.node(path).map_or(Span::WHOLE, |node| node.span)
    }

    /// The keys of a mapping with their places.
    pub fn keys(&self, path: &[PlaceStep<'_>]) -> Vec<(&str, Span)> {
        match self.node(path).map(|node| &node.value) {
            Some(Value::Map(entries)) => entries
                .iter()
                .map(|(key, _)| (key.text.as_ref(), key.span))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The texts of a list with their places.
    pub fn texts(&self, path: &[PlaceStep<'_>]) -> Vec<(&str, Span)> {
        match self.node(path).map(|node| &node.value) {
            Some(Value::List(items)) => items
                .iter()
                .filter_map(|item| Some((item.text()?, item.span)))
                .collect(),
            _ => Vec::new(),
        }
    }

    fn node(&self, path: &[PlaceStep<'_>]) -> Option<&Node<'s>> {
        path.iter().try_fold(self.root.as_ref()?, |node, step| {
            match (step, &node.value) {
                (PlaceStep::Key(name), Value::Map(entries)) => entries
                    .iter()
                    .find(|(key, _)| key.text == *name)
                    .map(|(_, value)| value),
                (PlaceStep::Item(index), Value::List(items)) => items.get(*index),
                _ => None,
            }
        })
    }
}
