//! What the operator's files may say, and what is said about them when they are wrong.

mod changeable;
mod dotenv;
mod examples;
mod files;
mod inventory;
mod keys;
mod known_keys;
mod mounted;
mod one_fault;
mod paths;
mod secrets;
pub mod site;
