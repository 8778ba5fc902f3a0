//! The integration binary: black-box tests, one module per area.

mod config;
mod policy;
