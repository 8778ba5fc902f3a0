//! SSH: one command on one host, and nothing left behind.
//!
//! Takes: an [`Endpoint`] whose address was judged, an [`Identity`], the [`KnownHosts`], and a
//! command line that was permitted. Gives: its [`Output`], with both streams apart and as they
//! arrived. Refuses: a host whose key is not listed, changed or revoked; a peer at another
//! address; every channel or forwarding the server asks for; keys and algorithms that are weak.
//!
//! ```text
//! resolve           name -> addresses, cached and throttled
//! lookup            asking the system for them
//! known_hosts       the file -> the keys of one host    known_hosts_line  its grammar
//! host_key          the verdict on a key                host_certificate  on a certificate
//! algorithms        what is offered, and why
//! private_key       the text of a file -> a key         certificate       what makes one good
//! pem, openssh_key  how it is written down              foreign_key       what it is instead
//! der               the elements it is made of          pkcs8_encryption  what cannot be read
//! key_faults        what is said of one that does not open
//! identity          what proves who we are              agent, signer     who signs for it
//! steps             what can be tried, in order         auth              trying it
//! keyboard          a password that is asked for in words
//! route             a socket, or a channel through a jump host
//! race              the first of several addresses that answers
//! connect           dial, check the peer, shake hands, log in
//! session           a connection that is logged in    lifeline          what ends it
//! pool              one connection for each host        pooled, lease     those who use it
//! handler           what the server may ask of us: nothing
//! exec              run one command                     output            what it printed
//! ending            see to its end                      reap              kill what gets no signals
//! scan              which keys a host shows
//! error             who can mend what
//! ```

mod agent;
mod algorithms;
mod auth;
mod certificate;
mod connect;
mod der;
mod ending;
mod error;
mod exec;
mod foreign_key;
mod handler;
mod host_certificate;
mod host_key;
mod identity;
mod key_faults;
mod keyboard;
mod known_hosts;
mod known_hosts_line;
mod lease;
mod lifeline;
mod login_shell;
mod lookup;
mod openssh_key;
mod output;
mod pem;
mod pkcs8_encryption;
mod pool;
mod pooled;
mod private_key;
mod race;
mod reap;
mod resolve;
mod route;
mod scan;
mod session;
mod signer;
mod steps;
mod wanted;

pub use connect::Endpoint;
pub use error::{Blame, Fault, SshError};
pub use exec::{ExecLimits, Slot, Unstarted};
pub use host_key::{HostKeys, Verdict};
pub use identity::Identity;
pub use known_hosts::KnownHosts;
pub use known_hosts_line::glob;
pub use lease::Open;
pub use output::{Ended, Exit, Live, Output, Printed, Process, Stream};
pub use pool::Pool;
pub use race::Addresses;
pub use resolve::Resolver;
pub use route::Route;
pub use scan::{Shown, Spelling, scan};
pub use session::Session;
pub use wanted::Wanted;
