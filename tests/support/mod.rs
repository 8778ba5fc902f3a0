//! What several test modules need: real programs, started without races and ended by their pid.

pub mod account;
pub mod agent;
pub mod approver;
pub mod browser;
pub mod client;
pub mod dropbear;
pub mod fido;
pub mod fifo;
pub mod fixture;
pub mod keys;
pub mod lab;
pub mod machine;
pub mod marker;
pub mod other_user;
pub mod pam;
pub mod proxy;
pub mod raw;
pub mod resolver;
pub mod russh_server;
pub mod scripted;
pub mod silent;
pub mod sshd;
pub mod sudo;
pub mod transcript;
