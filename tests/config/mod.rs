//! What the operator's files may say, and what is said about them when they are wrong.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a test that cannot go on says so and ends"
)]

mod examples;
mod files;
mod inventory;
mod keys;
mod paths;
mod secrets;
mod site;
mod yaml;
