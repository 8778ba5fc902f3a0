//! Whether a host is the right one.
//!
//! Takes: the text of known_hosts, and the key or the certificate that a host shows. Gives: a verdict. Refuses: a host
//! that is not listed, a key that is changed, revoked or weak, a certificate that is not for the host.
//!
//! ```text
//! known_hosts  the file -> the keys of one host    known_hosts_line  its grammar
//! host_key     the verdict on a key                host_certificate  the verdict on a certificate
//! certificate  the checks of a certificate of a host or a user
//! ```

pub(super) mod certificate;
mod host_certificate;
pub(super) mod host_key;
pub(super) mod known_hosts;
pub(super) mod known_hosts_line;
