//! Emulators, jails, sandboxes, and what runs a program under another system or another network.

use crate::row::{Input, Options, Row, Runs, effect, flags, nothing};

const WHY: &str = "runs any program, in another place or another way";
const ASKS: &[Options] = &[flags("--version")];

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    nothing("bastille bhyve bhyvectl bochs bottles box86 bubblewrap cagefs_enter cdebootstrap \
        cgclassify cgcreate cgdelete cgset charliecloud cloud-hypervisor colima crc crossover crosvm crun-vm \
        dante-client darling darlingserver datefudge debos dexec dolphin-emu \
        dosbox-x dosemu dosemu2 enroot exagear ezjail-admin fakeroot-sysv fakeroot-tcp \
        fex FEXBash FEXInterpreter firetools flatpak-builder footloose frotz \
        fuse-overlayfs glulxe guestunmount hangover hercules ignite incus-agent incus-migrate incusd iocage \
        ip-netns jail jailcheck jailkit jk_chrootsh jk_lsh k0sctl kata-runtime kiwi kiwi-ng kvmtool lb \
        libeatmydata libfaketime libguestfs-make-fixed-appliance lima live-build livecd-creator lkvm \
        lutris lxc-nsenter lxc-sshd lxcfs lxd-migrate machined mame mednafen minijail minijail0 minishift mint \
        mkbundle mkjail mkosi mmdebstrap mono-sgen monodis msiexec multistrap netns-exec newgidmap newuidmap \
        nixery nsenter1 nsjail numad orb orbctl passt pasta pcsx2 pdp11 playonlinux podman-machine \
        proot-rs proton protontricks proxychains-ng pseudo qus railcar regedit \
        retroarch rinse rootlesskit rosetta run-with-aspell runsocks sandbox-exec sandbox-x sandboxer \
        sarus scummvm shifter simh slirp4netns snap-confine snap-exec snapctl \
        sockify socksify steam supermin systemd-confext systemd-dissect systemd-stdio-bridge systemd-sysext \
        systemd-vmspawn trickled udocker uidmapshift unionfs-fuse \
        usewithtor vax VBoxHeadless VBoxSDL VBoxService vcluster virt-builder virt-copy-in virt-dib virt-format \
        virt-make-fs virt-manager virt-resize virt-sparsify virt-sysprep virt-tar-in virt-tar-out virt-v2v \
        virt-viewer virt-win-reg virt-xml virtiofsd VirtualBox vmdebootstrap vmplayer vmrun vmware vmware-vmx \
        vrf-exec wineboot winecfg wineconsole winedbg winefile winepath wineserver winetricks xenstore-write \
        youki", WHY),
    effect("box64 debootstrap dosbox wine64", WHY)
        .reads_workdir().input(Input::Program).options(ASKS),
    effect("bwrap firejail proot", WHY).runs(&[Runs::After("*")])
        .reads_workdir().input(Input::Program).options(ASKS),
    nothing("lxd mono wine wine64-stable", WHY).versioned(),
];
