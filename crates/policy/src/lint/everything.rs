//! What a blocked `0.0.0.0/0` or `::/0` means beside the allow lists.
//!
//! Takes the network of a policy and the places of its file. Gives a note where the allow lists say as much, and a
//! warning where the block leaves no address that may be dialled.

use mcp_ssh_yaml::diagnostic::Span;

use super::places::{PlaceStep, Places};
use crate::rules::network::{Cidr, Network};

/// The blocked `/0`, where there are allow lists: it is without an effect.
pub fn notes(network: &Network, places: &Places) -> Vec<(Span, String)> {
    if network.allow.is_empty() {
        return Vec::new();
    }
    let note = |(text, span)| {
        let message = format!(
            "`{text}` blocks what no allow list has, and no address of an allow list: the allow lists say so by \
             themselves, leave it out. To deny every address, leave out the allow lists"
        );
        (span, message)
    };
    blocked(places).into_iter().map(note).collect()
}

/// The blocked `/0`, where there is no allow list: nothing is left.
pub fn lints(network: &Network, places: &Places) -> Vec<(Span, String)> {
    if !network.allow.is_empty() {
        return Vec::new();
    }
    let lint = |(text, span)| {
        let message = format!(
            "`{text}` is blocked and there is no allow list: no address may be dialled, of IPv4 or of IPv6; \
             write `allow_cidrs: [\"10.0.0.0/8\"]` with your own networks, or remove it"
        );
        (span, message)
    };
    blocked(places).into_iter().map(lint).collect()
}

/// The entries of `block_cidrs` that have every address of their family.
fn blocked<'p>(places: &'p Places<'_>) -> Vec<(&'p str, Span)> {
    let path = ["network", "block_cidrs"].map(PlaceStep::Key);
    let mut entries = places.texts(&path);
    entries.retain(|(text, _)| {
        let cidr = text.parse::<Cidr>();
        cidr.is_ok_and(|cidr| cidr.is_everything())
    });
    entries
}
