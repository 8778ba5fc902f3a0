//! Programs that look at disks and file systems, and can write to them.

use super::table::{Binary, Doors, row};

const WRITES: &str = "writes to the disk";
const LVM: Doors = &[(
    "--config --commandprofile --profile --configreport",
    "sets where it writes",
)];
const MOUNTS: &str = "changes what is mounted";

/// In the order of their names, for the search.
#[rustfmt::skip]
pub static BINARIES: &[Binary] = &[
    row("badblocks", "", &[("-n -w -o", WRITES)]),
    row("blkid", "-o: -s: -t: -p -L: -U:", &[("-c --cache-file -w -g", "reads or writes a file")]),
    row("blockdev", "--report --getsize64 --getro --getss --getsz", &[("--setro --setrw --setra --flushbufs --rereadpt --setbsz --setfra", WRITES)]),
    row("btrfs", "", &[("device/add device/delete subvolume/create subvolume/delete send receive replace balance restore", WRITES)]),
    row("cryptsetup", "", &[("open luksOpen luksFormat luksAddKey erase luksDump/--dump-master-key reencrypt format", WRITES)]),
    row("dd", "", &[("of=", "writes a file")]),
    row("debugfs", "-V", &[("-w -f -c -R *", "reads or writes any file of a disk")]),
    row("dumpe2fs", "-h", &[("-w", WRITES)]),
    row("exportfs", "-v", &[("-a -o -r -u -f -i *", "opens directories to other hosts")]),
    row("fdisk", "-l --list -x -o:", &[("*", WRITES), ("-w -W --wipe", WRITES)]),
    row("fsck", "-N -V -T", &[("-a -f -p -r -y -A *", WRITES)]),
    row("fuser", "-v -m -u", &[("-k --kill", "ends the processes of others")]),
    row("gdisk", "", &[("**", WRITES)]),
    row("hdparm", "-I -i -g -t -T", &[
        ("~--security ~--sanitize ~--dco ~--write ~--repair ~--make-bad ~--trim ~--fwdownload ~--set ~--idle ~--drq ~--yes ~--please -S -y -Y -z -w -W -r -N -X -B -M -D -F -U -b -x -a -A -d -u -m", WRITES),
    ]),
    row("losetup", "-a -l --list --all", &[("-d -f -P -c -D *", MOUNTS)]),
    row("lvdisplay", "", LVM),
    row("lvm", "", &[("**", WRITES)]),
    row("lvs", "", LVM),
    row("lvscan", "", LVM),
    row("mdadm", "-D -Q --detail --query -E --examine", &[
        ("--program -p --alert", "runs another program"),
        ("-C -A -G -S -f -r -a --create --assemble --grow --stop --fail --remove --add --zero-superblock -I --incremental -w --readwrite -o --readonly", WRITES),
    ]),
    row("mount", "-l -v -t: --show-labels", &[("-a -o -B -R -M --all --bind --move --options *", MOUNTS)]),
    row("nvme", "", &[("format write sanitize fw-download fw-commit admin-passthru io-passthru security-send dsm reset subsystem-reset set-feature create-ns delete-ns attach-ns detach-ns", WRITES), ("-O --output-file", "writes a file")]),
    row("parted", "-l --list -m", &[("-a -s --script *", WRITES)]),
    row("pvdisplay", "", LVM),
    row("pvs", "", LVM),
    row("pvscan", "", LVM),
    row("sfdisk", "-l -d --list --dump", &[("-a -A -N -X --append --activate --delete --wipe", WRITES)]),
    row("sgdisk", "-p -v --print --verify", &[("-Z -z -o -n -d -b -l -g --zap --zap-all --clear --new --delete --backup --load-backup", WRITES)]),
    row("smartctl", "-a -i -H -A -x --all --info --health --attributes --xall -d:", &[("-s -t -o -S -X --set --test --smart", "changes the device"), ("-B --drivedb", "reads any file")]),
    row("swapon", "-s --show --summary", &[("-a *", "changes the memory")]),
    row("tune2fs", "-l", &[("-L -O -U -c -e -f -i -j -m -o -r -z", WRITES)]),
    row("umount", "", &[("*", MOUNTS), ("-a -f -l --all --force --lazy", MOUNTS)]),
    row("vgdisplay", "", LVM),
    row("vgs", "", LVM),
    row("vgscan", "", LVM),
    row("xfs_db", "", &[("-x -c", WRITES)]),
    row("xfs_io", "", &[("**", WRITES)]),
    row("zfs", "", &[("create destroy set send receive recv rollback clone rename mount unmount snapshot promote program inherit upgrade allow unallow load-key unload-key change-key hold release", WRITES)]),
    row("zpool", "", &[("create destroy add remove import export replace offline online scrub upgrade labelclear set attach detach split clear trim initialize checkpoint", WRITES), ("-c", "runs scripts")]),
];
