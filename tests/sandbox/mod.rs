//! The sandbox: what the kernel refuses a process of ours, and that everything works without it.

mod attempts;
mod calls;
mod closed;
mod server;
mod table;
