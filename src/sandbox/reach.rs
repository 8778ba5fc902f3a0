//! Which files this process may open, and to which ports it may connect, once its configuration is read: Landlock.
//!
//! Takes a [`LandlockReach`]; gives the [`LandlockDomain`] in which this thread and all that it starts stay for good. Refuses
//! nothing by itself: the kernel then refuses each other file and port, the sockets without a path of other processes, and
//! signals to them. A kernel without Landlock, or with an older one, gives a domain that says what it leaves open.
//!
//! Landlock does not ask who may look at a file (stat, readlink, access), and opens a directory only to pass through it
//! (`O_PATH`). The path of a Unix socket and UDP are not governed up to ABI 7.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, LandlockStatus, NetPort, PathBeneath, PathFd,
    Ruleset, RulesetAttr, RulesetCreated, RulesetCreatedAttr, RulesetError, Scope, make_bitflags,
};
use rustix::fs::{Access as Permission, AtFlags, CWD, Mode, OFlags, accessat, open};
use rustix::io::Errno;

/// All that is known here of Landlock: what is not named below is refused as far as the kernel can. ABI 7 brought only
/// what concerns its log.
const KNOWN: ABI = ABI::V7;
/// What is read: files, and the names in directories.
const READ: BitFlags<AccessFs> = make_bitflags!(AccessFs::{ReadFile | ReadDir});
/// What the trail needs of its directory: the file is opened anew, and made anew, after it was moved away; the name of a
/// new file is put on the disk. Nothing is cut.
const APPEND: BitFlags<AccessFs> =
    make_bitflags!(AccessFs::{ReadFile | ReadDir | WriteFile | MakeReg});

/// What a process needs from now on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LandlockReach {
    /// Files, and directories with all below them, to read. What is not there is left out.
    pub read: Vec<PathBuf>,
    /// The audit file, or its directory with all below it, where a new file is made when this one is moved away.
    pub append: Option<PathBuf>,
    /// The directory in which an open file gets its name.
    pub place: Option<PathBuf>,
    /// The TCP ports to connect to.
    pub ports: BTreeSet<u16>,
}

impl LandlockReach {
    /// The port of DNS over TCP, which an answer that is too long for UDP takes.
    pub const DNS: u16 = 53;

    /// All files, to read, and no port: for a subcommand that talks to nobody.
    pub fn reading() -> Self {
        Self {
            read: vec![PathBuf::from("/")],
            ..Self::default()
        }
    }
}

/// What holds of this process until it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LandlockDomain {
    kernel: KernelLandlock,
    ports: BTreeSet<u16>,
}

/// What this kernel has of Landlock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KernelLandlock {
    /// It has none, or a container refuses its system calls.
    Absent,
    /// It has one, which is turned off.
    Off,
    /// It is in force; the number says what it can do.
    Abi(i32),
}

impl LandlockDomain {
    /// Gives up all but `reach`, as far as the kernel can. Threads that there are already are left out.
    ///
    /// # Errors
    /// The error of the kernel, which then has refused nothing.
    pub fn enter(reach: &LandlockReach) -> io::Result<Self> {
        let status = restrict(reach).map_err(|error| io::Error::other(error.to_string()))?;
        let kernel = match status {
            LandlockStatus::NotImplemented => KernelLandlock::Absent,
            LandlockStatus::NotEnabled => KernelLandlock::Off,
            LandlockStatus::Available {
                effective_abi,
                kernel_abi,
            } => KernelLandlock::Abi(kernel_abi.unwrap_or(effective_abi as i32)),
        };
        Ok(Self {
            kernel,
            ports: reach.ports.clone(),
        })
    }

    /// As [`Self::enter`]; what stays open is told at this level, and an error, which closes nothing, as one.
    pub fn entered(reach: &LandlockReach, level: log::Level) -> Option<Self> {
        match Self::enter(reach) {
            Ok(domain) => {
                if let Some(lack) = domain.lack() {
                    log::log!(level, "the sandbox is not whole: {lack}");
                }
                Some(domain)
            }
            Err(error) => {
                log::error!("files and ports are not closed: {error}");
                None
            }
        }
    }

    /// The number of the kernel's ABI; 0 where there is no Landlock in force.
    pub fn abi(&self) -> i32 {
        match self.kernel {
            KernelLandlock::Absent | KernelLandlock::Off => 0,
            KernelLandlock::Abi(abi) => abi,
        }
    }

    /// Whether the kernel lets this process connect to a port.
    pub fn admits(&self, port: u16) -> bool {
        !confines_ports(self.abi()) || self.ports.contains(&port)
    }

    /// What stays open, and why; nothing where all is in force.
    pub fn lack(&self) -> Option<String> {
        let open = left_open(self.abi())?;
        Some(match self.kernel {
            KernelLandlock::Absent => format!(
                "this kernel has no Landlock, or the container refuses it: {open}; Linux 6.12 has all of it"
            ),
            KernelLandlock::Off => {
                format!("Landlock is turned off: {open}; add `landlock` to `lsm=` of the kernel")
            }
            KernelLandlock::Abi(abi) => {
                format!("this kernel has Landlock ABI {abi}: {open}; Linux 6.12 has ABI 6")
            }
        })
    }
}

fn restrict(reach: &LandlockReach) -> Result<LandlockStatus, RulesetError> {
    let mut rules = Ruleset::default()
        .handle_access(AccessFs::from_all(KNOWN))?
        .handle_access(AccessNet::from_all(KNOWN))?
        .scope(Scope::from_all(KNOWN))?
        .create()?
        // `enter` of the room has set it, and the filter refuses prctl(2).
        .no_new_privs(false);
    for path in &reach.read {
        admit(&mut rules, path, READ);
    }
    if let Some(trail) = &reach.append {
        admit(&mut rules, trail, APPEND);
    }
    if let Some(directory) = &reach.place {
        admit(&mut rules, directory, AccessFs::MakeReg.into());
    }
    for port in &reach.ports {
        (&mut rules).add_rule(NetPort::new(*port, AccessNet::ConnectTcp))?;
    }
    Ok(rules.restrict_self()?.landlock)
}

/// Adds the rule of a path. What is not there has no rule, and a pipe needs none.
fn admit(rules: &mut RulesetCreated, path: &Path, rights: BitFlags<AccessFs>) {
    let Ok(opened) = PathFd::new(path) else {
        return;
    };
    if let Err(error) = rules.add_rule(PathBeneath::new(opened, rights)) {
        log::debug!("`{}` gets no rule of Landlock: {error}", path.display());
    }
}

/// Whether a kernel of this ABI asks for the port of a connection (Linux 6.7).
fn confines_ports(abi: i32) -> bool {
    abi >= 4
}

/// What a kernel of this ABI leaves open that a newer one closes. The seccomp filter closes the rest itself: signals,
/// truncating, devices.
fn left_open(abi: i32) -> Option<&'static str> {
    match abi {
        ..=0 => Some("neither files, nor ports, nor abstract sockets are closed"),
        1..=3 => Some("neither ports nor abstract sockets are closed"),
        4..=5 => Some("abstract sockets are not closed"),
        6.. => None,
    }
}

/// Whether a file cannot be opened to read it, though its mode lets this user: it was not there when the process gave up
/// the rest, or another file has taken its place since. A security module of the system may say so, too.
pub fn is_closed(path: &Path) -> bool {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let refused = open(path, flags, Mode::empty()).err() == Some(Errno::ACCESS);
    refused && accessat(CWD, path, Permission::READ_OK, AtFlags::EACCESS).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{KernelLandlock, LandlockDomain};

    fn domain(kernel: KernelLandlock) -> LandlockDomain {
        LandlockDomain {
            kernel,
            ports: [22, 53].into(),
        }
    }

    #[test]
    fn each_kernel_says_what_it_leaves_open() {
        let all = "neither files, nor ports, nor abstract sockets are closed";
        let none = format!(
            "this kernel has no Landlock, or the container refuses it: {all}; Linux 6.12 has all of it"
        );
        let off = format!("Landlock is turned off: {all}; add `landlock` to `lsm=` of the kernel");
        let old =
            |abi, open| format!("this kernel has Landlock ABI {abi}: {open}; Linux 6.12 has ABI 6");
        let ports = "neither ports nor abstract sockets are closed";
        let sockets = "abstract sockets are not closed";
        for (kernel, confines, lack) in [
            (KernelLandlock::Absent, false, Some(none)),
            (KernelLandlock::Off, false, Some(off)),
            (KernelLandlock::Abi(1), false, Some(old(1, ports))),
            (KernelLandlock::Abi(2), false, Some(old(2, ports))),
            (KernelLandlock::Abi(3), false, Some(old(3, ports))),
            (KernelLandlock::Abi(4), true, Some(old(4, sockets))),
            (KernelLandlock::Abi(5), true, Some(old(5, sockets))),
            (KernelLandlock::Abi(6), true, None),
            (KernelLandlock::Abi(7), true, None),
            (KernelLandlock::Abi(99), true, None),
        ] {
            let domain = domain(kernel);
            assert_eq!(domain.lack(), lack, "{kernel:?}");
            assert_eq!(domain.admits(80), !confines, "{kernel:?}");
            assert!(domain.admits(22) && domain.admits(53), "{kernel:?}");
        }
    }
}
