//! The one integration binary: its modules share `support` and link once.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test says what is wrong by panicking, in its helpers too"
)]

mod openssh;
mod support;
