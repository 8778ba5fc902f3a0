//! The stream within another connection, without the connections.

use mcp_ssh::runtime::{Tunnel, timeout};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

use super::block_on;

/// What the other side takes before it is read from.
const NARROW: usize = 8;
const PATIENCE: Duration = Duration::from_secs(5);

fn tunnel() -> (Tunnel, mcp_ssh::runtime::TunnelAbortHandle, DuplexStream) {
    let (near, far) = duplex(NARROW);
    let (tunnel, handle) = Tunnel::new(near);
    (tunnel, handle, far)
}

#[test]
fn a_write_does_not_wait_and_reading_takes_it_along() {
    block_on(async {
        let (mut tunnel, _handle, mut far) = tunnel();
        let text: Vec<u8> = (0..100).collect();
        let written = timeout(PATIENCE, tunnel.write_all(&text)).await;
        written.expect("a write waits for the other side").unwrap();
        far.write_all(b"hello").await.unwrap();
        let mut hello = [0; 5];
        tunnel.read_exact(&mut hello).await.unwrap();
        assert_eq!(&hello, b"hello");
        let mut arrived = vec![0; text.len()];
        let take = async {
            far.read_exact(&mut arrived).await.unwrap();
        };
        let mut byte = [0];
        let read_on = async {
            let _nothing_comes = tunnel.read(&mut byte).await;
        };
        let done = timeout(PATIENCE, smol::future::or(take, read_on)).await;
        done.expect("what was written does not arrive");
        assert_eq!(arrived, text);
    });
}

#[test]
fn what_is_unsent_has_a_bound() {
    block_on(async {
        let (mut tunnel, _handle, _far) = tunnel();
        let much = vec![0; 64 * 1024];
        let mut written = 0;
        let fill = async {
            loop {
                written += tunnel.write(&much).await.unwrap();
            }
        };
        let filled: Option<()> = timeout(Duration::from_millis(200), fill).await;
        assert!(filled.is_none());
        assert!((256 * 1024..512 * 1024).contains(&written), "{written}");
    });
}

#[test]
fn a_tunnel_that_is_cut_ends_for_who_reads_and_who_writes() {
    block_on(async {
        let (mut tunnel, handle, _far) = tunnel();
        let mut byte = [0];
        let cut = async {
            handle.abort();
            std::future::pending().await
        };
        let read = smol::future::or(tunnel.read(&mut byte), cut);
        let read = timeout(PATIENCE, read).await.expect("it hangs");
        assert_eq!(read.unwrap(), 0);
        assert!(tunnel.write(b"x").await.is_err());
    });
}
