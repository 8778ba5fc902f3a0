//! One command on every host with a tag.

mod fold;
mod result;
mod run;

pub use fold::FoldedFanOut;
pub use result::{FanOut, HostResult, Summary, TagRequest, TagRunError};

pub(super) use run::{admit, run_on_tag, turn};
