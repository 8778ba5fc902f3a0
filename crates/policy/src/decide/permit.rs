//! Permission to run one line on one host.
//!
//! Takes a decision that allows, or one that asks with its [`Approval`], and the host's addresses. Gives a
//! [`Permit`] with the addresses that `network` permits; only this file makes one. Refuses by giving the decision
//! back as a denial.

use std::net::IpAddr;
use std::rc::Rc;

use super::approval::Approval;
use super::consent::{Grant, Unapproved};
use super::decision::{Decision, Verdict};
use super::denial::Denial;
use super::file_decision::FileDecision;
use super::host_policy::HostPolicy;
use super::look_permit::LookPermit;
use super::sudo_line::{SudoLine, SudoPrompt};
use crate::rules::become_user::BecomeUser;
use crate::rules::limits::Limits;
use crate::shell::CommandLine;
use crate::wrappers::subject::{self, Subject};

impl HostPolicy {
    /// Judges the addresses of an allowed host: the permit holds those that may be dialled.
    ///
    /// # Errors
    /// The decision as a denial: it was one already, or no address is permitted.
    pub fn permit(
        &self,
        decision: Decision,
        addresses: &[IpAddr],
    ) -> Result<Permit, Box<Decision>> {
        match decision.decision {
            Verdict::Allow => self.permit_address(decision, addresses, None),
            Verdict::Deny => Err(Box::new(decision)),
            Verdict::Ask => Err(Box::new(decision.unapproved(Unapproved::Unasked))),
        }
    }

    /// Permits a line that a rule asks about: the approval must be of this line on this host.
    ///
    /// # Errors
    /// The decision as a denial: it was one already, the approval is of something else, or no
    /// address is permitted.
    pub fn permit_approved(
        &self,
        decision: Decision,
        approval: Approval,
        addresses: &[IpAddr],
    ) -> Result<Permit, Box<Decision>> {
        let approved = *approval.alias == *self.alias
            && approval.alias == decision.alias
            && Some(&approval.line) == decision.rendered.as_ref()
            && approval.becomes == decision.becomes;
        match decision.decision {
            Verdict::Allow | Verdict::Deny => self.permit(decision, addresses),
            Verdict::Ask if approved => {
                self.permit_address(decision, addresses, Some(approval.grant))
            }
            Verdict::Ask => Err(Box::new(decision.unapproved(Unapproved::Invalid))),
        }
    }

    fn permit_address(
        &self,
        decision: Decision,
        addresses: &[IpAddr],
        approved: Option<Grant>,
    ) -> Result<Permit, Box<Decision>> {
        match (self.network.permitted(addresses), decision.rendered.clone()) {
            (Some(addresses), Some(line)) => Ok(Permit {
                alias: Rc::clone(&self.alias),
                addresses,
                termination: Termination::of(&decision.asked_line()),
                line,
                becomes: decision.becomes,
                limits: self.limits,
                approved,
            }),
            _ => Err(Box::new(decision.denied(Denial::network()))),
        }
    }

    /// Judges the addresses of a host before a person is asked about the line.
    ///
    /// # Errors
    /// The decision as a denial: no address is permitted.
    pub fn reach(&self, decision: &Decision, addresses: &[IpAddr]) -> Result<(), Box<Decision>> {
        match self.network.permitted(addresses) {
            Some(_) => Ok(()),
            None => Err(Box::new(decision.clone().denied(Denial::network()))),
        }
    }

    /// Permits to look where a path leads on this host, at its addresses that may be dialled.
    ///
    /// # Errors
    /// The decision as a denial: it was one already, it is of another host, or no address is permitted.
    pub fn permit_look(
        &self,
        decision: FileDecision,
        addresses: &[IpAddr],
    ) -> Result<LookPermit, Box<FileDecision>> {
        let is_ours = *decision.alias == *self.alias;
        match (self.network.permitted(addresses), decision.verdict) {
            (Some(addresses), Verdict::Allow | Verdict::Ask) if is_ours => {
                Ok(LookPermit::new(decision, addresses))
            }
            (Some(_), _) if decision.verdict == Verdict::Deny => Err(Box::new(decision)),
            (None | Some(_), _) => Err(Box::new(decision.denied(Denial::network()))),
        }
    }

    /// Judges the addresses of a jump host on the way to this host; gives those that may be dialled.
    ///
    /// # Errors
    /// The denial that names the jump host: no address is permitted.
    pub fn permit_jump_host(
        &self,
        alias: &str,
        addresses: &[IpAddr],
    ) -> Result<Vec<IpAddr>, Box<Denial>> {
        let permitted = self.network.permitted(addresses);
        permitted.ok_or_else(|| Box::new(Denial::network_of_jump_host(alias)))
    }

    /// The decision for a host whose one address is known without a lookup.
    pub fn judge_address(&self, decision: Decision, address: IpAddr) -> Decision {
        if decision.decision == Verdict::Deny || self.permits_address(address) {
            decision
        } else {
            decision.denied(Denial::network())
        }
    }
}

/// Permission to run one line on one host, at one of its judged addresses. The type is not `Clone`, so
/// that one permit makes one run.
#[derive(Debug)]
pub struct Permit {
    alias: Rc<str>,
    /// Invariant: there is at least one address.
    addresses: Vec<IpAddr>,
    termination: Termination,
    line: String,
    becomes: Option<SudoLine>,
    limits: Limits,
    approved: Option<Grant>,
}

impl Permit {
    /// The alias of the host for which the permit is.
    pub fn alias(&self) -> &str {
        &self.alias
    }

    /// What a person granted, where a rule asks.
    pub fn approved(&self) -> Option<Grant> {
        self.approved
    }

    /// The addresses that may be dialled, in the order in which they are tried: at least one, each once, an
    /// IPv4-mapped address as the IPv4 address that it carries.
    pub fn addresses(&self) -> &[IpAddr] {
        &self.addresses
    }

    /// The text for the remote shell, rendered from what was judged. Where the permit says `become`, that is the command
    /// behind sudo, and [`Self::line_of_sudo`] is the text.
    pub fn line(&self) -> &str {
        &self.line
    }

    /// The user as whom sudo runs the line; `None` where it runs as the login.
    pub fn becomes(&self) -> Option<&BecomeUser> {
        self.becomes.as_ref().map(SudoLine::user)
    }

    /// The text for the remote shell, where sudo is to ask with this prompt; `None` where it runs as the login.
    pub fn line_of_sudo(&self, prompt: &SudoPrompt) -> Option<String> {
        let sudo = self.becomes.as_ref();
        sudo.map(|sudo| sudo.render(prompt))
    }

    /// How a signal reaches the processes of the line.
    pub fn termination(&self) -> Termination {
        self.termination
    }

    /// The limits in force.
    pub fn limits(&self) -> Limits {
        self.limits
    }
}

/// Programs that run another one as another user, whose processes the login may not signal.
const RELAYING: &[&str] = &["sudo", "sudo-rs", "doas", "su", "runuser", "pkexec"];

/// How a signal reaches the processes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Termination {
    /// All processes belong to the user who logs in, and get any signal.
    Direct,
    /// Some belong to another user: sudo or a program like it passes SIGTERM on to them, never SIGKILL.
    Relayed,
    /// Some belong to another user, and their output may go elsewhere: a closed output does not prove their end.
    RelayedUnseen,
}

impl Termination {
    /// The termination of a line as it is sent; a `>` anywhere in the line may send output elsewhere.
    fn of(line: &str) -> Self {
        let subjects =
            CommandLine::parse(line).map_or(Vec::new(), |line| subject::of(&line, |_| false));
        let mut commands = subjects.iter().flat_map(Subject::invocations);
        if !commands.any(|command| RELAYING.contains(&command.file_name())) {
            Self::Direct
        } else if line.contains('>') {
            Self::RelayedUnseen
        } else {
            Self::Relayed
        }
    }
}
