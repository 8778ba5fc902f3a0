//! The faults of one file, collected so that one run reports all of them.
//!
//! Takes errors and warnings, each with its place. Gives them in the order of the file. Keeps at most
//! [`MAX_FAULTS`] and counts the others.

use std::cell::{Cell, RefCell};

use crate::diagnostic::{Diagnostic, Source, Span};

/// How many faults of one file are kept; further ones are counted. To find the line of a fault, the file
/// is searched again, and a generated file of 10 MiB may be wrong in every line.
const MAX_FAULTS: usize = 200;

/// The faults of one source. Every reader of the tree has a reference to them and may add to them.
pub struct Faults<'s> {
    source: &'s Source,
    found: RefCell<Vec<Diagnostic>>,
    errors: Cell<usize>,
    left_out: Cell<usize>,
}

impl<'s> Faults<'s> {
    /// A collection without faults for `source`.
    pub fn new(source: &'s Source) -> Self {
        Self {
            source,
            found: RefCell::default(),
            errors: Cell::new(0),
            left_out: Cell::new(0),
        }
    }

    /// The source that the faults are in.
    pub fn source(&self) -> &'s Source {
        self.source
    }

    /// Adds an error: the file is not loaded.
    pub fn error(&self, span: Span, message: impl Into<String>) {
        self.error_with(span, || message.into());
    }

    /// Adds an error whose message takes work to make: `message` is called only if the fault is kept.
    pub fn error_with(&self, span: Span, message: impl FnOnce() -> String) {
        self.errors.set(self.errors.get() + 1);
        self.keep(|| Diagnostic::error(self.source, span, message()));
    }

    /// Adds a warning: the file is loaded, and the operator should know of the fault.
    pub fn warning(&self, span: Span, message: impl Into<String>) {
        self.keep(|| Diagnostic::warning(self.source, span, message));
    }

    fn keep(&self, fault: impl FnOnce() -> Diagnostic) {
        let mut found = self.found.borrow_mut();
        if found.len() < MAX_FAULTS {
            found.push(fault());
        } else {
            self.left_out.set(self.left_out.get() + 1);
        }
    }

    /// True once an error was added.
    pub fn any_error(&self) -> bool {
        self.errors() > 0
    }

    /// How many errors were added.
    pub fn errors(&self) -> usize {
        self.errors.get()
    }

    /// The warnings in the order of the file, when no error was added.
    ///
    /// # Errors
    /// All faults, warnings included, when an error was added.
    pub fn finish(self) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
        let (failed, left_out) = (self.any_error(), self.left_out.get());
        let mut all = self.found.into_inner();
        all.sort_by_key(|fault| (fault.span.line, fault.span.column));
        if left_out > 0 {
            let message = format!("{left_out} more like these: mend those above first");
            all.push(if failed {
                Diagnostic::error(self.source, Span::WHOLE, message)
            } else {
                Diagnostic::warning(self.source, Span::WHOLE, message)
            });
        }
        if failed { Err(all) } else { Ok(all) }
    }
}
