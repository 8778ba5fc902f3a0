//! A YAML document as a tree with places, and a typed reader over it.
//!
//! Takes a [`Source`](crate::diagnostic::Source); gives a [`Node`] in which every value and every
//! key knows its place. [`Fields`] reads a mapping by its known keys and leaves each fault with
//! [`Faults`], so that one pass over a file reports all of them. Refuses: a second document, an
//! alias that would make the tree larger than its budgets, tags other than YAML's own, a key
//! that is no scalar. The parser of `mcp-ssh-yaml-events` gives events, and this crate builds its own
//! tree: a serde value would forget quotes, places and the second of two equal keys.
//!
//! ```text
//! let node = parse(&source)?;
//! let faults = Faults::new(&source);
//! if let Some(file) = Fields::open(&node, "servers.yml", &["hosts"], &faults) {
//!     for host in file.each("hosts", "host", &["alias", "port"]) {
//!         let port = host.integer_in("port", 1..=65535).unwrap_or(22);
//!     }
//! }
//! let warnings = faults.finish()?;
//! ```

pub mod diagnostic;
mod faults;
mod fields;
mod known_part;
mod label;
mod nesting;
mod node;
pub mod quotable;
mod scalar;
mod syntax;
mod tree;
mod unknown_key;
pub mod unseen;
mod written;

pub use faults::Faults;
pub use fields::Fields;
pub use node::{Key, KeyReading, Node, Value};
pub use tree::{parse, parse_with_tags};
pub use written::double_quoted;
