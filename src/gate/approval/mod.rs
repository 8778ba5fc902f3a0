//! Asking a person before a line runs, or a file is opened, that a rule or an entry says `ask` of.
//!
//! ```text
//! remembered? -> road: the approver or the caller -> asked, recorded -> answer | cancelled | expired
//!             -> same configuration? -> recorded
//! ```

mod canary_subject;
mod consent_error;
mod consultation;
mod file_question;
mod late;
mod margin;
mod person;
mod question;
mod remembered;
mod road;
mod tag;
#[cfg(test)]
mod tests;

pub use file_question::{FileQuestion, FileSubject};
pub use person::{Asks, Person, Reply};
pub use question::{Question, QuestionDigest, QuestionSubject, digest};

pub(super) use canary_subject::{CanaryEnd, CanarySubject};
pub(super) use consent_error::ConsentError;
pub(super) use consultation::{Consultation, Refused, refuse};
pub(super) use late::PersonAnswered;
pub(super) use remembered::{Approvals, GivenConsent, QuestionPlace};
pub(super) use road::{OpenRoad, find, may_be_asked, nobody};
pub(super) use tag::{Consents, TagQuestion};
