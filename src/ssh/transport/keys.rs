//! The types of keys, certificates and signatures, and the agent's protocol, as russh brings them along.
//!
//! Gives: names of the crates `ssh-key` and `russh`. They hold and read data; none of them touches a
//! connection but `agent`, which speaks over the socket that it is given.

pub(in crate::ssh) use russh::keys::{
    Algorithm, Certificate, Encryption, Error, HashAlg, PrivateKey, PublicKey, agent, decode_pkcs5,
    pkcs8, signature, ssh_encoding, ssh_key,
};
