//! The last line of a process that gets no more memory.
//!
//! Takes an allocation that has failed; writes one line of JSON to stderr, by no further allocation. The process ends after it,
//! by a signal. The line is in no chain: a place in one takes memory, and the chain may be what was being written.
//!
//! The hook is no stable part of Rust yet: `scripts/building.sh` asks for it in the binaries that are shipped. Another build has
//! the text of Rust's runtime.

use std::alloc::Layout;
use std::io::Write;

/// More than the line is long.
const ROOM: usize = 256;

/// Has the line written when an allocation fails.
pub(super) fn tell_of_its_end() {
    std::alloc::set_alloc_error_hook(told);
}

fn told(wanted: Layout) {
    let mut line = [0; ROOM];
    let mut rest = line.as_mut_slice();
    // A size has at most twenty digits, so all of it fits.
    let _written = writeln!(
        rest,
        "{{\"level\":\"error\",\"msg\":\"no memory for {} bytes: the server ends here; raise its limit (ulimit -v), or let fewer \
         commands run at once (max_parallel)\",\"target\":\"mcp_ssh::audit::memory\"}}",
        wanted.size()
    );
    let unused = rest.len();
    let text = line.get(..ROOM - unused).unwrap_or_default();
    // There is no other place for it.
    let _unwritten = rustix::io::write(rustix::stdio::stderr(), text);
}
