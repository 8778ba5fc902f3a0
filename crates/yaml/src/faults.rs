//! What is wrong in one file, collected so that all of it is reported at once.

use std::cell::{Cell, RefCell};

use crate::diagnostic::{Diagnostic, Source, Span};

/// Faults kept of one file; the rest are counted. Finding a fault's line reads the file again,
/// and a generated file of 10 MiB may be wrong in every line.
const MAX_FAULTS: usize = 200;

/// The faults of one source. Shared by reference: every reader of the tree may add to it.
pub struct Faults<'s> {
    source: &'s Source,
    found: RefCell<Vec<Diagnostic>>,
    errors: Cell<usize>,
    left_out: Cell<usize>,
}

impl<'s> Faults<'s> {
    /// None yet.
    pub fn new(source: &'s Source) -> Self {
        Self {
            source,
            found: RefCell::default(),
            errors: Cell::new(0),
            left_out: Cell::new(0),
        }
    }

    /// The source they are in.
    pub fn source(&self) -> &'s Source {
        self.source
    }

    /// Adds an error: the file does not load.
    pub fn error(&self, span: Span, message: impl Into<String>) {
        self.error_with(span, || message.into());
    }

    /// Adds an error whose message takes work to find: it is done only while faults are kept.
    pub fn error_with(&self, span: Span, message: impl FnOnce() -> String) {
        self.errors.set(self.errors.get() + 1);
        self.keep(|| Diagnostic::error(self.source, span, message()));
    }

    /// Adds a warning: the file loads, the operator should know.
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

    /// True once there is an error among them.
    pub fn any_error(&self) -> bool {
        self.errors.get() > 0
    }

    /// The warnings, when that is all there is; in the order of the file.
    ///
    /// # Errors
    /// Everything that was found, warnings included, when there is an error among it.
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
