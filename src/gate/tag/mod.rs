//! One command on every host with a tag.

mod admission;
mod adopted;
mod calls;
mod canary;
mod compare;
mod fold;
mod halted;
mod kept;
mod result;
mod rollout;
mod run;
mod tag_run;
mod work;

pub use adopted::TagStarted;
pub use compare::ComparedFanOut;
pub use fold::FoldedFanOut;
pub use result::{FanOut, HostResult, Summary, TagReport, TagRequest, TagRunError};
pub use rollout::{BatchSize, RolloutRequest};

pub(super) use admission::{admit, turn};
pub(super) use halted::HaltedRuns;

#[cfg(fuzzing)]
pub use compare::output_difference;
