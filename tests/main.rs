//! The integration binary: one module per floor or promise.

mod shell;
