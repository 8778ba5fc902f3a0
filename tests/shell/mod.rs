//! The accepted language: tables of lines, and the render property against real shells.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is not as it should be"
)]

mod arbitrary;
mod generate;
mod model;
mod redirects;
mod render;
mod shells;
mod table;
