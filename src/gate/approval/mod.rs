//! Asking a person before a line runs that a rule says `ask` of.
//!
//! ```text
//! remembered? -> asked, recorded -> answer | cancelled | expired -> same configuration? -> recorded
//! ```

mod approver;
mod consultation;
mod question;
mod remembered;
mod tag;
mod unmet;

pub use approver::{Approver, Capability, Nobody, Reply};
pub use question::{Question, digest};

pub(super) use consultation::{Consultation, refuse};
pub(super) use remembered::{Approvals, PATIENCE};
pub(super) use tag::{Consents, consents};
pub(super) use unmet::Unmet;
