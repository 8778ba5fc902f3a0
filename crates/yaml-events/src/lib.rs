//! The events of a YAML text, as `granit-parser` finds them.
//!
//! Takes a text and how deep its collections may nest. Gives the events in order, each with its place;
//! refuses the rest of a text behind its first fault of syntax. The parser is generic, and the compiler
//! compiles generic code in the crate that uses it: here, with the `opt-level` that the workspace's
//! Cargo.toml sets for this crate.

pub use granit_parser::{ErrorKind, Event, ScalarStyle, ScanError, Span, Tag};
use granit_parser::{Options, Parser, StrInput};

/// The events of one text.
pub struct Events<'s>(Parser<'s, StrInput<'s>>);

impl<'s> Events<'s> {
    /// The events of `text`, in which collections may nest `nesting_limit` deep.
    pub fn new(text: &'s str, nesting_limit: usize) -> Self {
        let mut options = Options::default();
        options.set_emit_comments(false);
        options.block_nesting_limit = nesting_limit;
        options.flow_nesting_limit = nesting_limit;
        Self(Parser::new_from_str_with_options(text, options))
    }
}

impl<'s> Iterator for Events<'s> {
    type Item = Result<(Event<'s>, Span), ScanError>;

    // If the caller inlined this function, the caller's `opt-level` would hold for the parser.
    #[inline(never)]
    fn next(&mut self) -> Option<Self::Item> {
        self.0.next_event()
    }
}
