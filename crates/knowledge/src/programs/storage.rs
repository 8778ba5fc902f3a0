//! Disks, partitions, mounts and swap: programs that show and programs that change them.

use crate::row::Kind::{self, Device, Either, Name, Never, Number, OneOf, Path, Text};
use crate::row::{
    Input, Options, Row, Syntax, attached, each, effect, flags, looks, nothing, only, refused,
    refused_value, value,
};

const OBJECT: Kind = Either(&[Name, Text]);
const OTHER_ROOT: &str = "looks into another file system";
const PARTITIONS: &str = "changes partitions";
const MOUNTS: &str = "mounts a file system";
const UNMOUNTS: &str = "unmounts file systems that the rule does not say";
const LOOPS: &str = "changes loop devices";
const SWAP: &str = "changes where the system swaps";
const DISK: &str = "changes settings of a disk, or tests it";
const ARRAYS: &str = "changes arrays of disks";
const SUPERBLOCK: &str = "changes a file system";
const ANY_FILE: &str = "reads any file";
const WRITES: &str = "writes a file";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("blkid").operands(each(Device)).options(&[
        flags("-d,--no-encoding -k,--list-filesystems -l,--list-one -p,--probe -i,--info -D,--no-part-details"),
        flags("-h,--help -V,--version"),
        value("-o,--output", OneOf("value device udev full list export")),
        value("-s,--match-tag -t,--match-token -L,--label -U,--uuid -u,--usages -n,--match-types", Text),
        value("-S,--size -O,--offset", Number),
        // blkid would write any other cache.
        value("-c,--cache-file", OneOf("/dev/null")),
        refused("-g,--garbage-collect", "changes the cache"),
    ]),
    looks("dumpe2fs").operands(only(&[Device])).options(&[
        flags("-b -f -g -h -m -x -V"),
        refused_value("-i", ANY_FILE),
    ]),
    looks("e2label").seen().operands(only(&[Device])),
    effect("e2fsck fsck.ext2 fsck.ext3 fsck.ext4", SUPERBLOCK).operands(only(&[Device])).only_with("-n").options(&[
        flags("-n -f -v -V -t"),
        refused("-p -a -y -c -D -F -k -r", SUPERBLOCK),
    ]),
    // Without a device, fsck checks all; with `-N` it shows what it would run.
    effect("fsck", SUPERBLOCK).syntax(Syntax::None).operands(each(Never(SUPERBLOCK))).subcommands(&[
        looks("-N -NV -NA -AN -NT").operands(each(Device)).options(&[
            flags("-V -A -R -M -T -s"),
            value("-t", Text),
        ]),
    ]),
    effect("fsck.xfs fsck.vfat btrfsck resize2fs", SUPERBLOCK).seen(),
    looks("fdisk").operands(each(Device)).only_with(
        "-l --list -x --list-details -s --getsz",
    ).input(Input::Program).options(&[
        flags("-l,--list -x,--list-details -s,--getsz --bytes -h,--help -V,--version"),
        attached("-L,--color -u,--units", Text),
        value("-o,--output", Text),
        refused("-B,--protect-boot -n,--noauto-pt", PARTITIONS),
        refused_value("-w,--wipe -W,--wipe-partitions", PARTITIONS),
    ]),
    looks("findmnt").operands(each(OBJECT)).options(&[
        flags("-s,--fstab -m,--mtab -k,--kernel -A,--all -a,--ascii -b,--bytes -C,--nocanonicalize -c,--canonicalize"),
        flags("-D,--df -e,--evaluate -f,--first-only -i,--invert -J,--json -l,--list -n,--noheadings --output-all"),
        flags("-P,--pairs --pseudo --shadowed -R,--submounts -r,--raw --real --tree -U,--uniq -u,--notruncate"),
        flags("-v,--nofsroot -y,--shell -x,--verify --verbose --vfs-all --deleted -h,--help -V,--version"),
        value("-w,--timeout -N,--task", Number),
        value("-d,--direction -O,--options -o,--output -S,--source -T,--target -M,--mountpoint -t,--types", Text),
        attached("-p,--poll", Text),
        refused_value("-F,--tab-file", "prints parts of any file"),
    ]),
    looks("gdisk cgdisk").syntax(Syntax::None).operands(each(Never(PARTITIONS))).input(Input::Program).subcommands(&[
        looks("-l").operands(each(Device)).input(Input::Program),
    ]),
    looks("hdparm").operands(each(Device)).options(&[
        // With a value, attached or the next word, these options of hdparm set something.
        attached("-a -A -B -c -d -k -m -M -N -Q -r -u -W", Never(DISK)),
        flags("-C -g -h -H -i -I -q -t -T -v -V --direct --dco-identify --Istdout --verbose"),
        refused("-D -f -F -n -p -s -S -w -X -y -Y -z -Z -J -K -L -P", DISK),
        refused("--dco-restore --dco-freeze --make-bad-sector --write-sector --trim-sector-ranges", DISK),
        refused("--security-freeze", DISK),
        refused_value("--security-erase --security-set-pass --security-unlock --fwdownload --fibmap", DISK),
        refused_value("--read-sector", DISK),
    ]),
    looks("losetup").operands(only(&[Device])).options(&[
        flags("-a,--all -J,--json -l,--list -n,--noheadings --output-all --raw -h,--help -V,--version"),
        value("-O,--output", Text),
        value("-j,--associated", Path),
        refused("-d,--detach -D,--detach-all -c,--set-capacity -f,--find -P,--partscan -r,--read-only --show", LOOPS),
        refused_value("-o,--offset --sizelimit -b,--sector-size", LOOPS),
    ]),
    looks("lsblk").operands(each(Device)).options(&[
        flags("-A,--noempty -D,--discard -J,--json -M,--merge -O,--output-all -P,--pairs -S,--scsi -N,--nvme -a,--all"),
        flags("-b,--bytes -d,--nodeps -f,--fs -i,--ascii -l,--list -m,--perms -n,--noheadings -p,--paths -r,--raw"),
        flags("-s,--inverse -t,--topology -v,--virtio -y,--shell -z,--zoned -h,--help -V,--version"),
        value("-E,--dedup -o,--output -x,--sort -Q,--filter", Text),
        value("-I,--include -e,--exclude -w,--width", Number),
        attached("-T,--tree", Text),
        refused_value("--sysroot", OTHER_ROOT),
    ]),
    looks("mdadm").seen().operands(each(Device)).options(&[
        flags("-D,--detail -E,--examine -Q,--query -X,--examine-bitmap --examine-badblocks --detail-platform"),
        flags("-Y,--export"),
        flags("-s,--scan -b,--brief -v,--verbose -q,--quiet -t,--test -V,--version -h,--help --help-options --prefer"),
        refused("-A,--assemble -B,--build -C,--create -G,--grow -I,--incremental -S,--stop -o,--readonly", ARRAYS),
        refused("-w,--readwrite", ARRAYS),
        refused("-a,--add --re-add -r,--remove -f,--fail,--force --set-faulty --replace --zero-superblock", ARRAYS),
        refused("-R,--run", ARRAYS),
        refused("-F,--follow,--monitor --auto-detect --rebuild-map", "runs programs, or changes arrays"),
        refused_value("--action -U,--update --kill-subarray --update-subarray", ARRAYS),
        refused_value("--dump --restore", WRITES),
        refused_value("-c,--config", "prints parts of any file"),
    ]),
    effect("mkfs mkfs.ext4 mkfs.xfs mkfs.vfat mkfs.btrfs mke2fs mkswap", "destroys what is on a disk").seen(),
    effect("blkdiscard badblocks", "destroys what is on a disk").seen(),
    looks("mount").operands(each(Never(MOUNTS))).options(&[
        flags("-l,--show-labels -v,--verbose -h,--help -V,--version"),
        value("-t,--types", OneOf(
            "ext2 ext3 ext4 xfs btrfs zfs nfs nfs4 cifs smb3 tmpfs vfat overlay proc sysfs cgroup2 \
             iso9660 squashfs devtmpfs ceph glusterfs fuse.glusterfs autofs",
        )),
        refused("-a,--all -F,--fork -w,--rw,--read-write -r,--read-only -m,--mkdir -B,--bind -M,--move", MOUNTS),
        refused("-R,--rbind", MOUNTS),
        refused_value("-o,--options -L,--label -U,--uuid --source --target -T,--fstab -N,--namespace", MOUNTS),
    ]),
    looks("mountpoint").operands(only(&[Name])).options(&[
        flags("-q,--quiet -d,--fs-devno -x,--devno --nofollow -h,--help -V,--version"),
    ]),
    looks("nvme").subcommands(&[
        looks("list list-subsys").operands(only(&[Device])),
        looks("smart-log id-ctrl id-ns error-log fw-log list-ns list-ctrl show-regs get-feature self-test-log")
            .operands(only(&[Device])).options(NVME),
        looks("effects-log endurance-log ana-log ns-descs sanitize-log resv-report list-endgrp id-nvmset show-topology")
            .operands(only(&[Device])).options(NVME),
        looks("version help show-hostnqn"),
        effect("format sanitize reset subsystem-reset delete-ns create-ns attach-ns detach-ns fw-download", DISK)
            .seen(),
        effect("fw-commit", DISK).seen(),
        effect("set-feature device-self-test flush write write-zeroes write-uncor dsm compare copy", DISK).seen(),
        effect("security-send", DISK).seen(),
        nothing("admin-passthru io-passthru read telemetry-log get-log fw-activate", "reads or writes the disk"),
        effect("connect connect-all disconnect disconnect-all discover", "reaches another host").seen(),
    ]).options(&[
        flags("-v,--verbose -h,--help"),
        value("-o,--output-format", OneOf("normal json tabular")),
    ]),
    looks("parted").seen().operands(crate::row::then(&[Device], Either(&[Number, OneOf(
        "print p unit u s B KiB MiB GiB TiB kB MB GB TB % compact free all devices list help version",
    )]))).input(Input::Program).options(&[
        flags("-l,--list -m,--machine -j,--json -s,--script -v,--version -h,--help"),
        refused("-f,--fix", PARTITIONS),
        refused_value("-a,--align", PARTITIONS),
    ]),
    looks("sfdisk").operands(each(Device)).only_with(
        "-l --list -d --dump -J --json -F --list-free -s --show-size -V --verify -g --show-geometry",
    ).input(Input::Program).options(&[
        flags("-l,--list -d,--dump -J,--json -F,--list-free -s,--show-size -V,--verify -g,--show-geometry"),
        flags("-T,--list-types"),
        flags("--bytes -q,--quiet -h,--help -v,--version"),
        value("-o,--output", Text),
        refused("-A,--activate --delete -r,--reorder -a,--append -f,--force -b,--backup --disk-id", PARTITIONS),
        refused("--relocate", PARTITIONS),
        refused("--part-label --part-type --part-uuid --part-attrs -B,--backup-pt-sectors", PARTITIONS),
        refused_value("-O,--backup-file", WRITES),
    ]),
    looks("sgdisk").operands(only(&[Device])).options(&[
        flags("-p,--print -v,--verify -O,--print-mbr -E,--end-of-largest -F,--first-in-largest"),
        flags("-f,--first-aligned-in-largest"),
        flags("-D,--display-alignment -L,--list-types -V,--version"),
        value("-i,--info", Number),
        refused("-Z,--zap-all -z,--zap -o,--clear -g,--mbrtogpt -G,--randomize-guids", PARTITIONS),
        refused("-e,--move-second-header", PARTITIONS),
        refused_value("-b,--backup -l,--load-backup -d,--delete -n,--new -t,--typecode -c,--change-name", PARTITIONS),
    ]),
    looks("smartctl").operands(each(Device)).options(&[
        flags("-h,--help,--usage -V,--version,--copyright,--license -i,--info -a,--all -x,--xall --scan --scan-open"),
        flags("-H,--health -c,--capabilities -A,--attributes"),
        attached("--identify -j,--json", Text),
        value("-q,--quietmode -d,--device -T,--tolerance -b,--badsum -r,--report -n,--nocheck -g,--get", Text),
        value("-f,--format", Text),
        value("-v,--vendorattribute -F,--firmwarebug", Text),
        value("-P,--presets", OneOf("use ignore show showall")),
        value("-l,--log", OneOf(SMART_LOGS)),
        refused_value("-s,--smart,--set -o,--offlineauto -S,--saveauto -t,--test", DISK),
        refused("-C,--captive -X,--abort", DISK),
        refused_value("-B,--drivedb", "prints parts of any file"),
    ]),
    effect("swapoff", SWAP),
    looks("swapon").seen().options(&[
        flags("-s,--summary --noheadings --raw --bytes -h,--help -V,--version"),
        attached("--show", Text),
        refused("-a,--all -e,--ifexists -f,--fixpgsz", SWAP),
        refused_value("-o,--options -p,--priority -L -U -T,--fstab", SWAP),
    ]),
    looks("tune2fs").operands(only(&[Device])).only_with("-l").options(&[
        flags("-l"),
        refused("-f -j", SUPERBLOCK),
        refused_value("-c -C -e -E -g -i -I -J -L -m -M -o -O -r -Q -T -u -U -z", SUPERBLOCK),
    ]),
    effect("umount", "unmounts a file system").seen().operands(each(Name)).options(&[
        flags("-v,--verbose -q,--quiet -h,--help -V,--version"),
        refused("-a,--all -A,--all-targets -R,--recursive -l,--lazy -f,--force -d,--detach-loop", UNMOUNTS),
        refused_value("-O,--test-opts -t,--types -N,--namespace", UNMOUNTS),
    ]),
    effect("xfs_repair", SUPERBLOCK).operands(only(&[Device])).only_with("-n").options(&[
        flags("-n -v -V -P"),
        value("-t -m", Number),
        refused("-L -d -e", SUPERBLOCK),
        refused_value("-c -l -o -r", SUPERBLOCK),
    ]),
    looks("zramctl").options(&[
        flags("-b,--bytes -n,--noheadings --output-all --raw -h,--help -V,--version"),
        value("-o,--output", Text),
        refused("-r,--reset -f,--find", SWAP),
        refused_value("-s,--size -a,--algorithm -t,--streams", SWAP),
    ]),
];

const NVME: &[Options] = &[
    flags("-H,--human-readable -v,--verbose"),
    value("-o,--output-format", OneOf("normal json")),
    value(
        "-n,--namespace-id -f,--feature-id -s,--sel -e,--log-entries",
        Number,
    ),
    refused_value("-O,--output-file", WRITES),
];

/// Logs that smartctl shows. `scterc,N,M`, `scttempint,N` and `…,reset` are missing: those set.
const SMART_LOGS: &str = "\
    error selftest selective directory directory,s directory,g xerror xerror,error xselftest xselftest,selftest \
    scttemp scttempsts scttemphist scterc scttempint devstat defects ssd sasphy background envrep tapealert sataphy \
    nvmelog genstats farm error,256 error,16 error,64";
