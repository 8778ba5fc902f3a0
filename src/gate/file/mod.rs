//! ONE request about a file of a host, from the request to the record. Read `touch` first.
//!
//! ```text
//! asked     what a client or a person may ask of the gate
//! request   what is asked for
//! plan      what the policy says of a path, without any host
//! touch     request -> host -> judge -> resolve -> look -> judge again -> a person's yes -> open -> outcome written
//! work      a request under way: host, policy, connection
//! fleet     one content for every host with a tag
//! looking   where the path leads, what is there now, and what is to be there
//! doing     the permitted work: read, list, write
//! consent   a person's yes, where an entry asks
//! records   what is written down, and what the caller is told
//! change    content -> lines, with what must stay hidden -> difference -> rows, by the room `diff`
//! ```
//!
//! The order is the security of the room: no lookup before the policy has said yes to the path as it was asked for, no
//! packet before the address is permitted and the look is on record, nothing opened before the path at which the look
//! arrives is judged, too, and that is on record. Only [`HostFiles`](crate::ssh::HostFiles) opens anything, and only with
//! a permit.

mod asked;
mod change;
mod consent;
mod content;
mod content_line;
mod doing;
mod edit;
mod error;
mod fleet;
mod looking;
mod part;
mod plain_key;
mod plan;
mod records;
mod request;
mod result;
#[cfg(test)]
mod tests;
mod touch;
mod work;

pub use change::{FileChange, is_too_long};

pub use content::NewContent;
pub use edit::MAX_EDITS;
pub use fleet::{FileFanOut, FileOnHost, TagWrite};
pub use plan::{FilePlan, FilePlanRequest, PlannedFile, UnplannedFile};
pub use request::{
    EntryRange, FileDeed, FileEdit, FilePart, FileRequest, FileWrite, PartUnit, Replacement,
    WriteCondition,
};
pub use result::{
    DeniedFile, FailedFile, FetchedFile, FileDone, FileOutcome, ListedDirectory, ListedEntry,
    ShownFile, TouchedFile, WrittenFile,
};
