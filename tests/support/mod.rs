//! What the suites share: a line client for the real binary, configurations, a silent host.

pub mod client;
pub mod fixture;
pub mod silent;
