//! Names to addresses, by the system's resolver.

use mcp_ssh::ssh::{Resolver, SshErrorKind};

use super::block_on;

#[test]
fn an_address_is_itself_and_v4_mapped_is_v4() {
    let rows = [
        ("10.1.2.3", "10.1.2.3"),
        ("::1", "::1"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("2001:db8::1", "2001:db8::1"),
    ];
    let resolver = Resolver::default();
    for (host, address) in rows {
        let found = block_on(resolver.resolve(host)).unwrap();
        assert_eq!(
            found,
            [address.parse::<std::net::IpAddr>().unwrap()],
            "{host}"
        );
    }
}

#[test]
fn localhost_is_a_loopback_address_each_once() {
    let found = block_on(Resolver::default().resolve("localhost")).unwrap();
    assert!(
        !found.is_empty() && found.iter().all(std::net::IpAddr::is_loopback),
        "{found:?}"
    );
    let mut once = found.clone();
    once.dedup();
    assert_eq!(once, found);
}

#[test]
fn what_is_no_name_is_refused_without_a_lookup() {
    let long = "a".repeat(254);
    for host in ["", long.as_str()] {
        let error = block_on(Resolver::default().resolve(host)).unwrap_err();
        assert_eq!(error.kind(), SshErrorKind::Resolution);
        assert_eq!(
            error.headline(),
            "SSH hostname resolution failed: DNS lookup failed"
        );
    }
}

#[test]
fn a_failure_is_kept_like_an_answer() {
    // The name of RFC 2606 section 2 that never resolves.
    let resolver = Resolver::default();
    block_on(async {
        let first = resolver.resolve("host.invalid").await.unwrap_err();
        assert_eq!(first.kind(), SshErrorKind::Resolution);
        let start = std::time::Instant::now();
        for _ in 0..1000 {
            assert_eq!(resolver.resolve("HOST.invalid").await.unwrap_err(), first);
        }
        assert!(start.elapsed().as_millis() < 500, "{:?}", start.elapsed());
    });
}
