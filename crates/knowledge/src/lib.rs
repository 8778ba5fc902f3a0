//! What is known to be harmless in the words of commands.
//!
//! A rule names a program and leaves words open by wildcards. Each word that only a wildcard admits
//! needs somebody who says that with it the program does no more than look, or than what the rule
//! spells. That is this crate: [`row`] is the notation, `programs` the rows, [`reading`] how a
//! program reads its words, and [`vouch`] the judgement.
//!
//! Takes words with the parts that the rule spells ([`word::Word`]). Gives an [`Objection`] or none.
//! It is pure: no I/O, no clock.

mod address;
mod builtins;
mod doubtful;
mod filling;
mod input;
mod judge;
mod kind;
mod known;
mod language;
mod objection;
mod offer;
mod operands;
mod options;
mod path;
#[cfg(test)]
mod programs;
pub mod reading;
mod reason;
pub mod row;
mod runs;
mod said;
mod samples;
pub mod scripts;
mod statements;
mod texts;
mod unpack;
mod unread;
mod unseen;
mod variables;
mod vouch;
pub mod word;

pub use builtins::refusal as builtin_refusal;
pub use doubtful::doubtful;
pub use known::{row_of, rows};
pub use objection::{Around, Danger, ELSEWHERE, Objection};
pub use offer::{Offer, Voucher, offer};
pub use path::may_be;
pub use row::Says;
pub use samples::{Samples, samples};
pub use texts::texts;
pub use unseen::{Unseen, unseen};
pub use vouch::first_objection;
