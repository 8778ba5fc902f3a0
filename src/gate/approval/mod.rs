//! Asking a person before a line runs that a rule says `ask` of.
//!
//! ```text
//! remembered? -> road: the approver or the caller -> asked, recorded -> answer | cancelled | expired
//!             -> same configuration? -> recorded
//! ```

mod consent_error;
mod consultation;
mod person;
mod question;
mod remembered;
mod road;
mod tag;

pub use person::{Asks, Person, Reply};
pub use question::{Question, digest, visible_text};

pub(super) use consent_error::ConsentError;
pub(super) use consultation::{Consultation, refuse};
pub(super) use remembered::{Approvals, QuestionPlace};
pub(super) use road::{OpenRoad, find, may_be_asked, nobody};
pub(super) use tag::{Consents, TagQuestion};
