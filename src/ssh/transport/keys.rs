//! The types of keys, certificates and signatures, and the agent's protocol, which russh re-exports.
//!
//! Gives: names of the crates `ssh-key` and `russh`. These types hold and read data. Only `agent` touches a connection:
//! it speaks over the socket that the caller gives it.

pub(in crate::ssh) use russh::keys::{
    Algorithm, Certificate, Encryption, Error, HashAlg, PrivateKey, PublicKey, agent, decode_pkcs5,
    pkcs8, signature, ssh_encoding, ssh_key,
};
