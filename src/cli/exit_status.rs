//! What a process says when it ends.
//!
//! 0 done, 1 the configuration or the run failed, 2 the command line is wrong, 3 two policies differ, 77 denied by
//! policy, 124 out of time, 130 cancelled, 255 the host could not be reached; `run` otherwise exits with the status of
//! the remote command. `run --tag` exits with 0 when all hosts did, 77 when all denied, 130 when any was cancelled, and
//! else with 1.
//!
//! Takes, gives, refuses: nothing but the names of these numbers.

/// What a process says when it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExitStatus(pub u8);

impl ExitStatus {
    /// All is well.
    pub const SUCCESS: Self = Self(0);
    /// The configuration, or what was asked for, failed.
    pub const FAILURE: Self = Self(1);
    /// The command line is wrong.
    pub const USAGE: Self = Self(2);
    /// Two policies that were compared differ.
    pub const DIFFERENT: Self = Self(3);
    /// The policy said no (`EX_NOPERM` of sysexits.h).
    pub const DENIED: Self = Self(77);
    /// The command ran out of time, as timeout(1) says it.
    pub const TIMED_OUT: Self = Self(124);
    /// The command was cancelled, as a shell says it of SIGINT.
    pub const CANCELLED: Self = Self(130);
    /// The host could not be reached, as ssh(1) says it.
    pub const UNREACHED: Self = Self(255);
}
