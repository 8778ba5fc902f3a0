//! From the parser's events to a tree.
//!
//! Takes a [`Source`]; gives the [`Node`] of its one document. Refuses a second document, and a file
//! from its first fault of syntax on: what follows a fault may not mean what was written.
//!
//! ```text
//! stream   := document?
//! document := node
//! node     := scalar | alias | "[" node* "]" | "{" ( scalar node )* "}"
//! merge    := "<<" ":" ( mapping | "[" mapping* "]" )     explicit keys win, then the earlier
//! ```

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use mcp_ssh_yaml_events::{Event, Events, ScalarStyle, Span as Range, Tag};

use super::nesting::{MAX_DEPTH, too_deep};
use super::node::{Key, KeyReading, Node, Value};
use super::scalar;
use super::syntax::{SpanAndReason, syntax};
use crate::diagnostic::{Diagnostic, Source, Span};

/// How many keys and values one tree may have. 10,000 hosts with all their keys have about 200,000; a
/// tree of this size takes about 100 MB.
const MAX_NODES: usize = 1_000_000;

/// How many bytes of text all anchors and aliases may copy together: as many as a file may hold.
const MAX_ALIAS_TEXT: usize = 10 * 1024 * 1024;

/// The one document of a source; [`Value::Null`] when the source has no document.
///
/// # Errors
/// The fault of syntax that stopped the parser: one, with its place.
pub fn parse(source: &Source) -> Result<Node<'_>, Vec<Diagnostic>> {
    parse_with_tags(source, &[])
}

/// As [`parse`], of a file that may mark a text with one of these local tags (`!name`): it is read as a text.
///
/// # Errors
/// As [`parse`].
pub fn parse_with_tags<'s>(
    source: &'s Source,
    tags: &'static [&'static str],
) -> Result<Node<'s>, Vec<Diagnostic>> {
    Builder {
        tags,
        text: source.text(),
        events: Events::new(source.text(), MAX_DEPTH + 1),
        anchors: HashMap::new(),
        nodes: 0,
        alias_text: 0,
    }
    .document()
    .map_err(|(span, message)| vec![Diagnostic::error(source, span, message)])
}

/// A mapping's entries.
type MapEntries<'s> = Vec<(Key<'s>, Node<'s>)>;

struct Builder<'s> {
    /// The local tags that a text may have.
    tags: &'static [&'static str],
    text: &'s str,
    events: Events<'s>,
    anchors: HashMap<usize, Node<'s>>,
    nodes: usize,
    alias_text: usize,
}

impl<'s> Builder<'s> {
    fn document(&mut self) -> Result<Node<'s>, SpanAndReason> {
        let mut document = None;
        loop {
            let (event, range) = self.next()?;
            let span = span_of(&range);
            if event == Event::StreamEnd {
                break;
            }
            if matches!(event, Event::DocumentStart(..)) && document.is_some() {
                return Err((span, SECOND_DOCUMENT.to_owned()));
            }
            if event.is_node() {
                document = Some(self.node(event, &range, 0)?);
            }
        }
        Ok(document.unwrap_or(Node {
            span: Span {
                line: 1,
                column: 1,
                width: 1,
            },
            value: Value::Null,
        }))
    }

    fn next(&mut self) -> Result<(Event<'s>, Range), SpanAndReason> {
        match self.events.next() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => Err(syntax(&error, self.text)),
            None => Ok((Event::StreamEnd, Range::default())),
        }
    }

    fn node(
        &mut self,
        event: Event<'s>,
        range: &Range,
        depth: usize,
    ) -> Result<Node<'s>, SpanAndReason> {
        let span = span_of(range);
        self.count(1, depth, span)?;
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "the parser's events may grow; what is no value is refused"
        )]
        let (anchor, value) = match event {
            Event::Alias(id) => return self.alias(id, depth, span),
            Event::Scalar(text, style, anchor, tag) => {
                let local = |tag: &Tag| tag.parts().0 == "!" && self.tags.contains(&tag.parts().1);
                match tag.as_deref() {
                    Some(tag) if local(tag) => (anchor, Value::Text(text)),
                    tag => (anchor, scalar_value(text, style, tag, range)?),
                }
            }
            Event::SequenceStart(_, anchor, tag) => {
                refuse_tag(tag.as_deref(), "seq", range)?;
                (anchor, Value::List(self.list(depth)?))
            }
            Event::MappingStart(_, anchor, tag) => {
                refuse_tag(tag.as_deref(), "map", range)?;
                (anchor, Value::Map(self.map(depth)?))
            }
            _ => return Err((span, "not valid YAML: a value is missing here".to_owned())),
        };
        let node = Node { span, value };
        if anchor != 0 {
            let copy = self.copy(&node, depth, span)?;
            self.anchors.insert(anchor, copy);
        }
        Ok(node)
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Node<'s>>, SpanAndReason> {
        let mut items = Vec::new();
        loop {
            let (event, range) = self.next()?;
            if event == Event::SequenceEnd {
                return Ok(items);
            }
            items.push(self.node(event, &range, depth + 1)?);
        }
    }

    fn map(&mut self, depth: usize) -> Result<MapEntries<'s>, SpanAndReason> {
        let mut entries = Vec::new();
        let mut merges = Vec::new();
        loop {
            let (event, range) = self.next()?;
            if event == Event::MappingEnd {
                break;
            }
            let merge =
                matches!(&event, Event::Scalar(text, ScalarStyle::Plain, _, None) if text == "<<");
            let key = self.key(event, &range, depth)?;
            let (event, range) = self.next()?;
            let value = self.node(event, &range, depth + 1)?;
            if merge {
                merges.push(value);
            } else {
                entries.push((key, value));
            }
        }
        if merges.is_empty() {
            return Ok(entries);
        }
        merged(entries, merges)
    }

    fn key(
        &mut self,
        event: Event<'s>,
        range: &Range,
        depth: usize,
    ) -> Result<Key<'s>, SpanAndReason> {
        let span = span_of(range);
        self.count(1, depth + 1, span)?;
        let Event::Scalar(text, style, anchor, tag) = event else {
            return Err((span, "a key must be plain text: quote it".to_owned()));
        };
        let value = scalar_value(text.clone(), style, tag.as_deref(), range)?;
        let reading = match matches!(value, Value::Text(_)) {
            true => KeyReading::Text,
            false => KeyReading::Other,
        };
        if anchor != 0 {
            let copy = self.copy(&Node { span, value }, depth, span)?;
            self.anchors.insert(anchor, copy);
        }
        Ok(Key {
            text,
            span,
            reading,
        })
    }

    fn alias(&mut self, id: usize, depth: usize, span: Span) -> Result<Node<'s>, SpanAndReason> {
        let Some(node) = self.anchors.remove(&id) else {
            let message = "this alias is inside the value it names: a value cannot hold itself";
            return Err((span, message.to_owned()));
        };
        let copy = self.copy(&node, depth, span)?;
        self.anchors.insert(id, node);
        Ok(copy)
    }

    /// A copy of a node. Its size is counted against the budgets before the copy is made.
    fn copy(
        &mut self,
        node: &Node<'s>,
        depth: usize,
        span: Span,
    ) -> Result<Node<'s>, SpanAndReason> {
        let size = Size::of(node);
        self.count(size.nodes, depth + size.height, span)?;
        self.alias_text = self.alias_text.saturating_add(size.text);
        if self.alias_text > MAX_ALIAS_TEXT {
            return Err((
                span,
                format!(
                    "anchors and aliases copy more than {MAX_ALIAS_TEXT} bytes of text: {WRITE_OUT}"
                ),
            ));
        }
        Ok(node.clone())
    }

    fn count(&mut self, nodes: usize, depth: usize, span: Span) -> Result<(), SpanAndReason> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > MAX_NODES {
            return Err((
                span,
                format!(
                    "more than {MAX_NODES} values, aliases counted as often as they are used: {WRITE_OUT}"
                ),
            ));
        }
        if depth > MAX_DEPTH {
            return Err((span, too_deep()));
        }
        Ok(())
    }
}

const WRITE_OUT: &str = "write the values out, or split the file";

const SECOND_DOCUMENT: &str = "a second document starts here: a file holds one, so remove this `---` or move what \
     follows to its own file";

/// The size of a node: what a copy counts against the budgets.
#[derive(Clone, Copy, Default)]
struct Size {
    nodes: usize,
    text: usize,
    height: usize,
}

impl Size {
    fn of(node: &Node<'_>) -> Self {
        let mut size = Self {
            nodes: 1,
            ..Self::default()
        };
        match &node.value {
            Value::Text(text) => size.text = text.len(),
            Value::List(items) => items.iter().for_each(|item| size.hold(item, 0)),
            Value::Map(entries) => entries
                .iter()
                .for_each(|(key, value)| size.hold(value, key.text.len())),
            Value::Null
            | Value::Bool(_)
            | Value::Integer(_)
            | Value::Float(_)
            | Value::Ambiguous => {}
        }
        size
    }

    fn hold(&mut self, child: &Node<'_>, key_text: usize) {
        let child = Self::of(child);
        self.nodes += 1 + child.nodes;
        self.text += key_text + child.text;
        self.height = self.height.max(1 + child.height);
    }
}

/// The entries of a mapping, with those that `<<` merges into it.
fn merged<'s>(
    mut entries: MapEntries<'s>,
    merges: Vec<Node<'s>>,
) -> Result<MapEntries<'s>, SpanAndReason> {
    let mut taken: HashSet<Cow<'_, str>> =
        entries.iter().map(|(key, _)| key.text.clone()).collect();
    let sources = merges.into_iter().flat_map(|node| {
        if let Value::List(items) = node.value {
            items
        } else {
            vec![node]
        }
    });
    for node in sources {
        let Value::Map(more) = node.value else {
            let message = "`<<` takes a mapping or a list of mappings: write `<<: *name`";
            return Err((node.span, message.to_owned()));
        };
        for (key, value) in more {
            if taken.insert(key.text.clone()) {
                entries.push((key, value));
            }
        }
    }
    Ok(entries)
}

fn scalar_value<'s>(
    text: Cow<'s, str>,
    style: ScalarStyle,
    tag: Option<&Tag>,
    range: &Range,
) -> Result<Value<'s>, SpanAndReason> {
    let forced = tag.is_some_and(|tag| tag.parts() == ("", "!") || tag.parts() == ("!", ""));
    if forced {
        return Ok(Value::Text(text));
    }
    if tag.is_some() {
        refuse_tag(tag, "str", range)?;
        return Ok(Value::Text(text));
    }
    Ok(match style {
        ScalarStyle::Plain => scalar::resolve(text),
        ScalarStyle::SingleQuoted
        | ScalarStyle::DoubleQuoted
        | ScalarStyle::Literal
        | ScalarStyle::Folded => Value::Text(text),
    })
}

/// Refuses a tag, unless it names what the node is without the tag.
fn refuse_tag(tag: Option<&Tag>, own: &str, range: &Range) -> Result<(), SpanAndReason> {
    match tag {
        Some(tag) if !tag.is_yaml_core_schema_tag(own) => {
            let range = range.tag_span().unwrap_or(*range);
            let message = "YAML tags other than `!!str`, `!!seq` and `!!map` are not taken: remove it, and quote the \
                           value if it is text";
            Err((span_of(&range), message.to_owned()))
        }
        _ => Ok(()),
    }
}

/// The span of a parser's range. The parser counts lines from 1 and columns from 0, in characters; a
/// range over several lines is shown by its first character.
fn span_of(range: &Range) -> Span {
    let (start, end) = (range.start, range.end);
    let width = if start.line() == end.line() {
        end.col().saturating_sub(start.col()).max(1)
    } else {
        1
    };
    Span {
        line: start.line().max(1),
        column: start.col() + 1,
        width,
    }
}
