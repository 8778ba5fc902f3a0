//! Permission to open one file on one host, and a person's yes to it.
//!
//! Takes a decision on the path that was asked for and on what the host resolves it to. Gives a [`FilePermit`]; only
//! this file makes one, so nothing that was not judged twice can be opened. Refuses by giving the decision back: it
//! denies, it asks and there is no yes, or it knows the asked path alone.

use std::rc::Rc;

use super::consent::Grant;
use super::decision::Verdict;
use super::file_decision::{FileAccess, FileDecision};

/// The SHA-256 of a content.
type ContentDigest = [u8; 32];

/// Permission to open one file. The type is not `Clone`, so that one permit opens one file once.
#[derive(Debug)]
pub struct FilePermit {
    alias: Rc<str>,
    use_of: FileUse,
    resolved: String,
    max_bytes: u64,
    approved: Option<Grant>,
    content: Option<ContentDigest>,
}

/// What a permit is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FileUse {
    /// What was asked for.
    Asked(FileAccess),
    /// To compare what is there with what would be written. Nothing of it goes to whoever asks.
    Comparison,
}

/// A person's yes to one decision on a file. A yes to a write is one to that content alone.
#[derive(Debug)]
pub struct FileApproval {
    alias: Rc<str>,
    access: FileAccess,
    path: String,
    resolved: String,
    grant: Grant,
    content: Option<ContentDigest>,
}

impl FileApproval {
    /// The yes to what a decision asks, and to a content where the access writes. `None` where the decision does not
    /// ask, does not know what the host resolves the path to, or where the content is missing or means nothing.
    pub fn of(
        decision: &FileDecision,
        grant: Grant,
        content: Option<ContentDigest>,
    ) -> Option<Self> {
        let resolved = decision.resolved.clone()?;
        let asks = decision.verdict == Verdict::Ask;
        (asks && decision.access.writes() == content.is_some()).then(|| Self {
            alias: Rc::clone(&decision.alias),
            access: decision.access,
            path: decision.path.clone(),
            resolved,
            grant,
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
    /// The permit to read what is there now, so that it can be compared with what would be written. `None` where the
    /// access does not write, the decision denies, or only the asked path was judged.
    pub fn comparison(&self) -> Option<FilePermit> {
        let compares = self.access.writes() && self.verdict != Verdict::Deny;
        let resolved = self.resolved.clone().filter(|_| compares)?;
        Some(FilePermit {
            alias: Rc::clone(&self.alias),
            use_of: FileUse::Comparison,
            resolved,
            max_bytes: self.max_bytes,
            approved: None,
            content: None,
        })
    }

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
            Verdict::Ask if approval.is_for(&self) => self.permitted(Some(approval)),
            Verdict::Allow => self.permit(),
            Verdict::Ask | Verdict::Deny => Err(Box::new(self)),
        }
    }

    fn permitted(self, approval: Option<FileApproval>) -> Result<FilePermit, Box<Self>> {
        match self.resolved.clone() {
            Some(resolved) => Ok(FilePermit {
                alias: self.alias,
                use_of: FileUse::Asked(self.access),
                resolved,
                max_bytes: self.max_bytes,
                approved: approval.as_ref().map(|approval| approval.grant),
                content: approval.and_then(|approval| approval.content),
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

    /// Whether this content may be written: a person who approved a content approved no other.
    pub fn lets_write(&self, content: &[u8; 32]) -> bool {
        let writes = matches!(self.use_of, FileUse::Asked(access) if access.writes());
        writes
            && self
                .content
                .as_ref()
                .is_none_or(|approved| approved == content)
    }

    /// What a person granted, where an entry asks.
    pub fn approved(&self) -> Option<Grant> {
        self.approved
    }

    /// The path to open: the one to which the host resolved what was asked for.
    pub fn path(&self) -> &str {
        &self.resolved
    }

    /// The most bytes of the file.
    pub fn max_bytes(&self) -> u64 {
        self.max_bytes
    }
}
