//! Identifiers of runs and tasks. Takes nothing; gives random ones. Invariant: nobody can guess an identifier, so a
//! caller that knows one may ask about its run.

use base16ct::lower::encode_string;
use rustix::rand::{GetRandomFlags, getrandom};

/// 128 random bits in hexadecimal.
///
/// # Errors
/// When the system gives no random numbers.
pub fn new_id() -> rustix::io::Result<String> {
    let bytes: [u8; 16] = random()?;
    Ok(encode_string(&bytes))
}

/// `N` random bytes.
///
/// # Errors
/// When the system gives no random numbers.
pub fn random<const N: usize>() -> rustix::io::Result<[u8; N]> {
    let mut bytes = [0_u8; N];
    let filled = getrandom(&mut bytes, GetRandomFlags::empty())?;
    if filled < bytes.len() {
        return Err(rustix::io::Errno::AGAIN);
    }
    Ok(bytes)
}
