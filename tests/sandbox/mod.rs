//! The sandbox: what the kernel refuses a process of ours, and that everything works without it.

mod attempts;
mod calls;
mod closed;
mod opened;
mod server;
mod table;
