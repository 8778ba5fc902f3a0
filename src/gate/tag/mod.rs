//! One command on every host with a tag.

mod result;
mod run;

pub use result::{FanOut, HostResult, Summary, TagRequest, TagRunError};

pub(super) use run::run_on_tag;
