//! Permission to open one file on one host, and a person's yes to it.
//!
//! Takes a decision on the path that was asked for and on what the host resolves it to. Gives a [`FilePermit`]; only
//! this file makes one, so nothing that was not judged twice can be opened. Refuses by giving the decision back: it
//! denies, it asks and there is no yes, or it knows the asked path alone.

use std::rc::Rc;

use super::decision::Verdict;
use super::file_decision::{FileAccess, FileDecision};

/// The SHA-256 of a content.
type ContentDigest = [u8; 32];

/// Permission to open one file. The type is not `Clone`, so that one permit opens one file once.
#[derive(Debug)]
pub struct FilePermit {
    alias: Rc<str>,
    access: FileAccess,
    resolved: String,
    max_bytes: u32,
    content: Option<ContentDigest>,
}

/// A person's yes to one decision on a file. A yes to a write is one to that content alone.
#[derive(Debug)]
pub struct FileApproval {
    alias: Rc<str>,
    access: FileAccess,
    path: String,
    resolved: String,
    content: Option<ContentDigest>,
}

impl FileApproval {
    /// The yes to what a decision asks, and to a content where the access writes. `None` where the decision does not
    /// ask, does not know what the host resolves the path to, or where the content is missing or means nothing.
    pub fn of(decision: &FileDecision, content: Option<ContentDigest>) -> Option<Self> {
        let resolved = decision.resolved.clone()?;
        let asks = decision.verdict == Verdict::Ask;
        (asks && decision.access.writes() == content.is_some()).then(|| Self {
            alias: Rc::clone(&decision.alias),
            access: decision.access,
            path: decision.path.clone(),
            resolved,
            content,
        })
    }

    fn is_for(&self, decision: &FileDecision) -> bool {
        self.alias == decision.alias
            && self.access == decision.access
            && self.path == decision.path
            && Some(&self.resolved) == decision.resolved.as_ref()
    }
}

impl FileDecision {
    /// The permit for what the policy allows.
    ///
    /// # Errors
    /// The decision: it does not allow, or only the asked path was judged.
    pub fn permit(self) -> Result<FilePermit, Box<Self>> {
        match self.verdict {
            Verdict::Allow => self.permitted(None),
            Verdict::Ask | Verdict::Deny => Err(Box::new(self)),
        }
    }

    /// The permit for what a person approved.
    ///
    /// # Errors
    /// The decision: it denies, or the approval is of something else.
    pub fn permit_approved(self, approval: FileApproval) -> Result<FilePermit, Box<Self>> {
        match self.verdict {
            Verdict::Ask if approval.is_for(&self) => self.permitted(approval.content),
            Verdict::Allow => self.permit(),
            Verdict::Ask | Verdict::Deny => Err(Box::new(self)),
        }
    }

    fn permitted(self, content: Option<ContentDigest>) -> Result<FilePermit, Box<Self>> {
        match self.resolved.clone() {
            Some(resolved) => Ok(FilePermit {
                alias: self.alias,
                access: self.access,
                resolved,
                max_bytes: self.max_bytes,
                content,
            }),
            None => Err(Box::new(self)),
        }
    }
}

impl FilePermit {
    /// The alias of the host for which the permit is.
    pub fn alias(&self) -> &str {
        &self.alias
    }

    /// What may be done with the file.
    pub fn access(&self) -> FileAccess {
        self.access
    }

    /// The path to open: the one to which the host resolved what was asked for.
    pub fn path(&self) -> &str {
        &self.resolved
    }

    /// The most bytes of the file.
    pub fn max_bytes(&self) -> u32 {
        self.max_bytes
    }

    /// The SHA-256 of the only content that may be written, where a person approved one.
    pub fn content(&self) -> Option<&[u8; 32]> {
        self.content.as_ref()
    }
}
