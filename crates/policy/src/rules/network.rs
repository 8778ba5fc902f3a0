//! Which addresses may be dialled.
//!
//! Takes the `network:` section and an address; gives an [`AddressVerdict`]. First a block other than `0.0.0.0/0`
//! or `::/0` denies. Then, if any allow list is set or a `/0` is blocked, the address must be in an allow list.
//! Any other address is allowed. An IPv4-mapped IPv6 address (RFC 4291, 2.5.5.2) is judged as the IPv4 address
//! that it carries. A block of IPv4 addresses also blocks the IPv6 addresses by which a translator or tunnel
//! reaches them.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;

/// The `network:` section.
#[derive(Clone, Debug, Default)]
pub struct Network {
    pub(crate) allow: Vec<Cidr>,
    pub(crate) block: Vec<Cidr>,
}

/// What the policy says of one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddressVerdict {
    /// The address may be dialled.
    Allowed,
    /// This block has the address.
    Blocked(Cidr),
    /// Allow lists exist, and none has the address.
    NotListed,
}

impl Network {
    /// The allow list's entry that has the address.
    pub fn listing(&self, address: IpAddr) -> Option<Cidr> {
        let address = address.to_canonical();
        let mut listed = self.allow.iter();
        listed.find(|cidr| cidr.contains(address)).copied()
    }

    /// The addresses that may be dialled, in their order, each once; `None` when there are none.
    pub(crate) fn permitted(&self, addresses: &[IpAddr]) -> Option<Vec<IpAddr>> {
        let mut permitted: Vec<IpAddr> = Vec::new();
        for address in addresses.iter().map(IpAddr::to_canonical) {
            if self.judge(address) == AddressVerdict::Allowed && !permitted.contains(&address) {
                permitted.push(address);
            }
        }
        (!permitted.is_empty()).then_some(permitted)
    }

    /// Judges one address.
    pub fn judge(&self, address: IpAddr) -> AddressVerdict {
        let address = address.to_canonical();
        let blocked = |address: IpAddr| {
            let blocks = |cidr: &&Cidr| !cidr.is_everything() && cidr.contains(address);
            self.block.iter().find(blocks)
        };
        let behind = || carried(address).and_then(|carried| blocked(carried.into()));
        if let Some(cidr) = blocked(address).or_else(behind) {
            return AddressVerdict::Blocked(*cidr);
        }
        let must_be_listed = !self.allow.is_empty() || self.block.iter().any(Cidr::is_everything);
        if !must_be_listed || self.listing(address).is_some() {
            AddressVerdict::Allowed
        } else {
            AddressVerdict::NotListed
        }
    }
}

/// The IPv4 address to which a translator or tunnel may bring what is sent to an IPv6 address: NAT64
/// (RFC 6052, RFC 8215), 6to4 (RFC 3056), Teredo (RFC 4380), and the IPv4-compatible form (RFC 4291).
/// A block of the IPv4 address blocks the IPv6 address, too; an allow list of the one does not allow the other.
fn carried(address: IpAddr) -> Option<Ipv4Addr> {
    let IpAddr::V6(address) = address else {
        return None;
    };
    let [a, b, c, d, e, f, g, h] = address.segments();
    let of = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match [a, b, c, d, e, f] {
        [0x64, 0xff9b, 0, 0, 0, 0] | [0x64, 0xff9b, 1, _, _, _] => Some(of(g, h)),
        [0x2002, ..] => Some(of(b, c)),
        [0x2001, 0, ..] => Some(of(!g, !h)),
        [0, 0, 0, 0, 0, 0] if g != 0 => Some(of(g, h)),
        _ => None,
    }
}

/// A block of addresses (RFC 4632, RFC 4291). Invariant: the host bits are zero, and an IPv4-mapped block is an
/// IPv4 block.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Cidr {
    network: IpAddr,
    prefix: u8,
}

impl Cidr {
    /// The block of a single address.
    pub fn address(address: IpAddr) -> Self {
        let network = address.to_canonical();
        let prefix = if network.is_ipv4() { 32 } else { 128 };
        Self { network, prefix }
    }

    /// Whether it has every address of its family.
    pub(crate) fn is_everything(&self) -> bool {
        self.prefix == 0
    }

    fn contains(&self, address: IpAddr) -> bool {
        masked(address, self.prefix) == self.network && address.is_ipv4() == self.network.is_ipv4()
    }
}

/// `address` with all but its first `prefix` bits cleared.
fn masked(address: IpAddr, prefix: u8) -> IpAddr {
    match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX
                .checked_shl(32 - u32::from(prefix.min(32)))
                .unwrap_or(0);
            IpAddr::V4((v4.to_bits() & mask).into())
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX
                .checked_shl(128 - u32::from(prefix.min(128)))
                .unwrap_or(0);
            IpAddr::V6((v6.to_bits() & mask).into())
        }
    }
}

impl FromStr for Cidr {
    type Err = String;

    /// Reads `10.0.0.0/8`, `2001:db8::/32` or a single address.
    fn from_str(text: &str) -> Result<Self, String> {
        let (address, prefix) = match text.split_once('/') {
            None => (text, None),
            Some((address, prefix)) => (address, Some(prefix)),
        };
        let mend = "write it as `10.0.0.0/8` or `2001:db8::/32`";
        let address: IpAddr = address
            .parse()
            .map_err(|_| format!("`{text}` is not an address block: {mend}"))?;
        let Some(prefix) = prefix else {
            return Ok(Self::address(address));
        };
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let digits = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_digit());
        let prefix = prefix
            .parse::<u8>()
            .ok()
            .filter(|length| digits && *length <= longest)
            .ok_or_else(|| {
                format!("`{text}` has no prefix length from 0 to {longest} after the `/`: {mend}")
            })?;
        let canonical = address.to_canonical();
        // ::ffff:10.0.0.0/104 is 10.0.0.0/8; a shorter prefix reaches beyond the mapped range.
        let (network, prefix) = match prefix.checked_sub(96) {
            Some(folded) if canonical.is_ipv4() && address.is_ipv6() => (canonical, folded),
            _ => (address, prefix),
        };
        Ok(Self {
            network: masked(network, prefix),
            prefix,
        })
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.network, self.prefix)
    }
}

impl fmt::Debug for Cidr {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::{AddressVerdict, Cidr, Network};

    fn network(allow: &[&str], block: &[&str]) -> Network {
        let read = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
        Network {
            allow: read(allow),
            block: read(block),
        }
    }

    #[test]
    fn blocks_then_lists_then_all() {
        for (allow, block, address, allowed) in [
            (&[][..], &[][..], "192.0.2.1", true),
            (&["10.0.0.0/8"], &["0.0.0.0/0"], "10.1.2.3", true),
            (&["10.0.0.0/8"], &["0.0.0.0/0"], "192.0.2.1", false),
            (&["10.0.0.0/8"], &["10.1.0.0/16"], "10.1.2.3", false),
            (&["10.0.0.0/8"], &["10.1.0.0/16"], "10.2.2.3", true),
            (&["10.0.0.0/8"], &[], "::ffff:10.1.2.3", true),
            (&["10.0.0.0/8"], &[], "::1", false),
            (&[], &["::/0"], "192.0.2.1", false),
            (&[], &["192.0.2.1"], "::ffff:192.0.2.1", false),
            (&[], &["192.0.2.1"], "192.0.2.2", true),
            (&["::ffff:10.0.0.0/104"], &[], "10.9.9.9", true),
            (&["10.0.0.5/8"], &[], "10.9.9.9", true),
            (&["2001:db8::/32"], &[], "2001:db8:1::1", true),
            (&["2001:db8::/32"], &[], "2001:db9::1", false),
            (&[], &["192.0.2.0/24"], "64:ff9b::192.0.2.1", false),
            (&[], &["192.0.2.0/24"], "64:ff9b::198.51.100.1", true),
            (&[], &["192.0.2.0/24"], "64:ff9b:1::c000:201", false),
            (&[], &["192.0.2.0/24"], "2002:c000:201::1", false),
            (&[], &["192.0.2.0/24"], "2001::3fff:fdfe", false),
            (&[], &["192.0.2.0/24"], "::192.0.2.1", false),
            (&[], &["127.0.0.0/8"], "::1", true),
            (&["192.0.2.0/24"], &[], "64:ff9b::192.0.2.1", false),
        ] {
            let verdict = network(allow, block).judge(address.parse().unwrap());
            assert_eq!(
                verdict == AddressVerdict::Allowed,
                allowed,
                "{address} with {allow:?} and {block:?}: {verdict:?}"
            );
        }
    }

    #[test]
    fn malformed_blocks_are_refused() {
        for text in [
            "",
            "10.0.0.0/33",
            "10.0.0/8",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "::/129",
            "x/8",
        ] {
            assert!(text.parse::<Cidr>().is_err(), "{text:?}");
        }
    }
}
