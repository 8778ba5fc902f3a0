//! What several test modules need: real programs, started without races and ended by their pid.

pub mod keys;
pub mod sshd;
