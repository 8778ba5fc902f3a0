//! The one integration binary: each module is a subject, and they link once.
#![cfg(test)]

mod binary;
mod config;
mod house;
mod image;
mod openssh;
mod policy;
mod shell;
mod support;
