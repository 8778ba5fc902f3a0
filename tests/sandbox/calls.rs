//! System calls as the attempts make them: each gives its error, or 0 when the kernel made it.

#![expect(unsafe_code, reason = "system calls that no safe function makes")]

use std::ffi::CStr;
use std::io;

use libc::*;

/// A call that is tried.
pub type Attempt = fn() -> c_int;

/// Makes a call; arguments that are not given are 0.
pub fn call(call: c_long, arguments: &[usize]) -> c_int {
    if made(call, arguments) < 0 {
        error()
    } else {
        0
    }
}

/// The same for a call whose result is wanted; -1 for an error.
fn made(call: c_long, arguments: &[usize]) -> c_long {
    let of = |at: usize| arguments.get(at).copied().unwrap_or_default();
    // SAFETY: what is a pointer among the arguments is null, no address of ours, or a constant.
    unsafe { syscall(call, of(0), of(1), of(2), of(3), of(4), of(5)) }
}

/// The result of a call that only asks.
pub fn result(call: c_long, arguments: &[usize]) -> c_int {
    made(call, arguments) as c_int
}

fn error() -> c_int {
    io::Error::last_os_error().raw_os_error().unwrap()
}

pub fn number(value: c_int) -> usize {
    value as isize as usize
}

pub fn path(path: &'static CStr) -> usize {
    path.as_ptr() as usize
}

/// This process.
pub fn own() -> usize {
    std::process::id() as usize
}

/// A call that returns twice when it is not refused; the second one ends at once.
pub fn forks(call: c_long, flags: c_int) -> c_int {
    match made(call, &[number(flags)]) {
        -1 => error(),
        // SAFETY: the new process does nothing else.
        0 => unsafe { _exit(0) },
        child => {
            // SAFETY: a null pointer is no place for the status.
            unsafe { waitpid(child as pid_t, std::ptr::null_mut(), 0) };
            0
        }
    }
}

/// Flags of a thread, without CLONE_SIGHAND: the kernel would not make it, but says so only
/// behind the filter.
pub fn thread_in_namespace() -> c_int {
    call(SYS_clone, &[number(CLONE_VM | CLONE_THREAD | CLONE_NEWNET)])
}

/// The same without the namespace: the filter lets it through.
pub fn half_a_thread() -> c_int {
    call(SYS_clone, &[number(CLONE_VM | CLONE_THREAD)])
}

pub fn spawns() -> c_int {
    match std::thread::Builder::new().spawn(|| ()) {
        Ok(thread) => thread.join().map_or(-1, |()| 0),
        Err(error) => error.raw_os_error().unwrap(),
    }
}

/// A TCP socket that is bound to a port of its own; an error, too, if it was told so and is not.
pub fn binds() -> c_int {
    bound().1
}

pub fn listens() -> c_int {
    call(SYS_listen, &[number(bound().0), 1])
}

fn bound() -> (c_int, c_int) {
    let socket = made(SYS_socket, &[number(AF_INET), number(SOCK_STREAM)]) as c_int;
    let address = rustix::net::SocketAddrV4::new(rustix::net::Ipv4Addr::LOCALHOST, 0);
    // SAFETY: it was opened above, and stays open.
    let borrowed = unsafe { std::os::fd::BorrowedFd::borrow_raw(socket) };
    if let Err(error) = rustix::net::bind(borrowed, &address) {
        return (socket, error.raw_os_error());
    }
    let bound = rustix::net::getsockname(borrowed).unwrap();
    match rustix::net::SocketAddrV4::try_from(bound) {
        Ok(address) if address.port() != 0 => (socket, 0),
        _ => (socket, EADDRNOTAVAIL),
    }
}

/// New memory with this protection.
pub fn memory(protection: c_int) -> c_int {
    mapped(protection, MAP_PRIVATE | MAP_ANONYMOUS)
}

/// Memory that others share: what is written to that of a file stands in the file, wherever it is.
pub fn shared_memory(protection: c_int) -> c_int {
    mapped(protection, MAP_SHARED | MAP_ANONYMOUS)
}

fn mapped(protection: c_int, flags: c_int) -> c_int {
    let arguments = [0, 4096, number(protection), number(flags), number(-1), 0];
    call(SYS_mmap, &arguments)
}

pub fn opens(flags: c_int) -> c_int {
    call(
        SYS_openat,
        &[number(AT_FDCWD), path(c"/dev/null"), number(flags)],
    )
}

pub fn socket_pair() -> c_int {
    match std::os::unix::net::UnixStream::pair() {
        Ok(_) => 0,
        Err(error) => error.raw_os_error().unwrap(),
    }
}

/// `exit_group(0)` by its 32-bit number.
#[cfg(target_arch = "x86_64")]
pub fn foreign() {
    // SAFETY: it touches no memory; where it is made, nothing comes after it.
    unsafe { std::arch::asm!("int 0x80", in("eax") 252, options(nostack)) };
}
