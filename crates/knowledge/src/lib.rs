//! Which words of which commands are known to be harmless.
//!
//! A rule names a program and leaves words open by wildcards. This crate vouches for a word that only a wildcard
//! admits: with this word the program does no more than look, or no more than the effect that the rule
//! spells. [`row`] is the notation, `programs` has the rows, [`reading`] says how a program reads its
//! words, and [`vouch`] judges.
//!
//! Takes words with the parts that the rule spells ([`word::Word`]). Gives an [`Objection`], or none. The crate
//! is pure: no I/O, no clock.

mod address;
mod builtins;
mod chosen;
mod displaced;
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
mod repetition;
mod root_files;
pub mod row;
mod runs;
mod said;
mod sample_values;
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
mod workdir;

pub use builtins::{is_of_shell, refusal as builtin_refusal};
pub use chosen::{Chosen, ChosenRole, chosen, given, options_with_paths};
pub use doubtful::doubtful;
pub use known::{row_of, rows};
pub use objection::{Around, Danger, ELSEWHERE, Objection};
pub use offer::{Offer, Voucher, offer};
pub use path::{is_open_to_logins, may_be};
pub use root_files::{ROOT_FILES, names_only, prints_hashes};
pub use row::Says;
pub use samples::{Samples, samples};
pub use texts::texts;
pub use unseen::{Unseen, unseen};
pub use vouch::first_objection;
pub use workdir::by_working_directory;
