//! The events of a YAML text, as `granit-parser` finds them.
//!
//! Takes a text and how deep it may nest; gives its events in order, each with its place, or the one
//! fault of syntax that ends them. The parser is generic, so it is compiled where it is used: here,
//! with the `opt-level` that the workspace's Cargo.toml has for this crate.

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

    // Inlined it would be compiled as its caller is.
    #[inline(never)]
    fn next(&mut self) -> Option<Self::Item> {
        self.0.next_event()
    }
}
