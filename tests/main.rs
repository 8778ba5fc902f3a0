//! The one integration binary: each module is a subject, and they link once.

#![cfg(test)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test says what is wrong by panicking, in what it shares with others too"
)]

mod audit;
mod binary;
mod cli;
mod config;
mod docs;
mod door;
mod failures;
mod gate;
mod house;
mod image;
mod interop;
mod openssh;
mod policies;
mod protocol;
mod sandbox;
mod seed;
mod support;
mod troubleshooting;
