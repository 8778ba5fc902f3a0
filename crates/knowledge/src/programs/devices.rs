//! Block devices, controllers of disks, firmware, and programs that watch the hardware.

use crate::row::Kind::{self, Device, Either, Name, Never, Number, OneOf, Package, Path, Text};
use crate::row::{
    Options, Row, Syntax, attached, each, effect, flags, looks, nothing, only, refused,
    refused_value, value,
};

const ANY_FILE: &str = "reads any file";
const BOOT: &str = "changes what is booted";
const DISK: &str = "changes a disk or its partitions";
const SETS: &str = "changes settings of the hardware";
const WRITES: &str = "writes a file";

const HELP: Options = flags("-h,--help -V,--version");

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("acpi").options(&[
        flags("-b,--battery -i,--details -a,--ac-adapter -t,--thermal -c,--cooling -V,--everything -s,--show-empty"),
        flags("-f,--fahrenheit -k,--kelvin -p,--proc -h,--help -v,--version"),
        refused_value("-d,--directory", ANY_FILE),
    ]),
    // Each option of blockdev is a command; they run in the order of the words.
    looks("blockdev").syntax(Syntax::Words).operands(each(Device)).options(&[
        flags("-q -v -report -getsz -getro -getdiscardzeroes -getss -getpbsz -getiomin -getioopt -getalignoff"),
        flags("-getmaxsect -getbsz -getsize -getsize64 -getra -getfra -getzonesz -help -version -h -V"),
        refused("-setro -setrw -flushbufs -rereadpt", DISK),
        refused_value("-setbsz -setra -setfra", DISK),
    ]),
    looks("edac-util").options(&[
        flags("-h,--help -q,--quiet -v,--verbose -s,--status"),
        attached("-r,--report", OneOf("default simple full ue ce pcie")),
    ]),
    looks("efibootmgr").options(&[
        flags("-v,--verbose -V,--version -h,--help -q,--quiet -u,--unicode"),
        refused("-a,--active -A,--inactive -B,--delete-bootnum -c,--create -C,--create-only -D,--remove-dups", BOOT),
        refused("-N,--delete-bootnext -O,--delete-bootorder -T,--delete-timeout -w,--write-signature", BOOT),
        refused_value("-b,--bootnum -n,--bootnext -o,--bootorder -t,--timeout", BOOT),
    ]),
    looks("filefrag").operands(each(Path)).options(&[flags("-e -k -s -v -X -V")]),
    looks("findfs").operands(only(&[Text])).options(&[HELP]),
    effect("fstrim", DISK).options(&[flags("-h,--help -V,--version"), refused("-a,--all -A,--fstab", DISK)]),
    looks("grubby").options(&[
        flags("--default-kernel --default-index --default-title --bootloader-probe -v,--version --help"),
        value("--info", Either(&[OneOf("ALL DEFAULT"), Number])),
        refused_value("--args --remove-args --update-kernel --set-default --add-kernel --remove-kernel", BOOT),
        refused_value("--set-default-index --config-file --grub2 --initrd", BOOT),
    ]).by_manual(),
    // To probe a bus writes to its devices, so only the list of buses is granted.
    effect("i2cdetect i2cdump i2cget i2cset i2ctransfer", SETS).syntax(Syntax::None).subcommands(&[
        looks("-l -V"),
        looks("-F").operands(only(&[Number])),
    ]),
    effect("kpartx", DISK).seen().syntax(Syntax::None).subcommands(&[
        looks("-l -lv -lg").operands(only(&[Device])),
    ]),
    // lstopo writes the file that its operand names.
    looks("lstopo lstopo-no-graphics hwloc-ls").options(&[
        flags("-l,--logical -p,--physical -v,--verbose -s,--silent --distances --memattrs --cpukinds -c,--cpuset"),
        flags("-C,--cpuset-only --taskset --no-smt --no-caches --no-useless-caches --no-icaches --merge --no-collapse"),
        flags("--no-io --no-bridges --whole-io --no-legend --no-index --version -h,--help"),
        value("--of,--output-format", OneOf("console ascii txt xml synthetic")),
        value("--only", Name),
        refused_value("-i,--input", ANY_FILE),
        refused("-f,--force", WRITES),
    ]).syntax(Syntax::Words),
    // Without these options mcelog takes the events from the kernel, and no other program sees them then.
    effect("mcelog", SETS).syntax(Syntax::None).subcommands(&[
        looks("--client --version --help --is-cpu-supported"),
    ]).by_manual(),
    looks("mokutil").options(&[
        flags("-l,--list-enrolled -N,--list-new -D,--list-delete --sb-state --pk --kek --db --dbx -h,--help"),
        flags("--list-sbat-revocations"),
        refused_value("-i,--import -d,--delete -x,--export -p,--password", BOOT),
        refused("-c,--clear-password --disable-validation --enable-validation --reset", BOOT),
    ]),
    effect("partx", DISK).syntax(Syntax::None).operands(each(Never(DISK))).subcommands(&[
        looks("-s --show -sb -sg -sr -so").operands(each(Either(&[Device, OneOf("-")]))).options(&[
            flags("-b,--bytes -g,--noheadings --output-all -P,--pairs -r,--raw -v,--verbose"),
            value("-n,--nr", Number),
            value("-o,--output", Text),
        ]),
        looks("--list-types -h --help -V --version"),
    ]),
    effect("partprobe", DISK).seen().syntax(Syntax::None).subcommands(&[
        looks("-d -ds -sd").operands(each(Device)).options(&[flags("-s,--summary")]),
        looks("-h -v --help --version"),
    ]),
    looks("ras-mc-ctl").options(&[
        flags("--quiet --mainboard --status --print-labels --guess-labels --layout --summary --errors --error-count"),
        flags("--help --vendor-platforms"),
        refused("--register-labels", SETS),
        refused_value("--labeldb --delay", ANY_FILE),
    ]),
    effect("sg_format sg_raw sg_sanitize sg_write_buffer sg_reset sg_start sg_unmap sdparm", DISK),
    looks("sg_inq").operands(only(&[Device])).options(&[
        flags("-d,--descriptors -u,--export -E,--extended -h,--help -H,--hex -i,--id -v,--verbose -V,--version"),
        flags("-e,--vpd"),
        value("-p,--page", Name),
        refused_value("-I,--inhex", ANY_FILE),
    ]),
    looks("sg_luns sg_map sg_map26 sg_opcodes sg_readcap sg_scan sg_turs").operands(only(&[Device])).options(&[
        flags("-h,--help -v,--verbose -V,--version"),
    ]),
    looks("sg_vpd").operands(only(&[Device])).options(&[
        flags("-h,--help -H,--hex -i,--ident -l,--long -v,--verbose -V,--version -e,--enumerate -a,--all"),
        value("-p,--page", Name),
        refused_value("-I,--inhex", ANY_FILE),
    ]),
    looks("swaplabel").operands(only(&[Device])).options(&[HELP, refused_value("-L,--label -U,--uuid", DISK)]),
    looks("storcli storcli64 perccli perccli64").syntax(Syntax::None).operands(each(Never(SETS))).subcommands(&[
        looks("show").syntax(Syntax::None).operands(each(SHOWN)),
        looks("/c0 /c1 /call /c0/vall /c1/vall /call/vall /c0/v0 /c0/v1 /c0/v2 /c0/eall/sall /call/eall/sall /c0/dall \
            /c0/bbu /c0/cv /call/bbu /call/cv /c0/fall /c0/eall /call/eall /c1/eall/sall")
            .syntax(Syntax::None).subcommands(&[
                looks("show").syntax(Syntax::None).operands(each(SHOWN)),
            ]),
        looks("-v version help -h"),
    ]).by_manual(),
    looks("ssacli hpssacli hpacucli").operands(each(OneOf(ARRAYS))).by_manual(),
    nothing("megacli MegaCli MegaCli64 arcconf sas2ircu sas3ircu tw_cli", "changes arrays of disks in many ways"),
    looks("tlp-stat").options(&[
        flags("-b,--battery -c,--config -d,--disk -e,--pcie -g,--graphics -p,--processor -r,--rfkill -s,--system"),
        flags("-t,--temp -u,--usb -w,--warn -P,--pev -q,--quiet -v,--verbose"),
    ]),
    looks("udisksctl").subcommands(&[
        looks("status dump help"),
        looks("info").options(&[value("-b,--block-device", Device), value("-d,--drive", Package)]),
        effect("mount unmount unlock lock loop-setup loop-delete power-off smart-simulate", DISK),
    ]),
    looks("upower").options(&[
        flags("-e,--enumerate -d,--dump -m,--monitor --monitor-detail -v,--version -h,--help"),
        value("-i,--show-info", Name),
    ]),
    looks("usb-devices"),
    // Without an option wipefs shows what it would remove.
    effect("wipefs", "destroys what is on a disk").syntax(Syntax::None).operands(each(Device)).subcommands(&[
        looks("-n --no-act -J --json -p --parsable -i --noheadings -h --help -V --version")
            .operands(each(Device)).options(&[
                flags("-n,--no-act -J,--json -p,--parsable -i,--noheadings -q,--quiet"),
                value("-O,--output -t,--types", Text),
            ]),
    ]),
];

/// What follows `show` of storcli.
const SHOWN: Kind = OneOf(
    "all J j nolog ctrlcount alarm bootdrive copyback health patrolread rebuildrate temperature events \
    init cc rebuild smart jbod time help",
);

const ARRAYS: &str = "ctrl all controller show config detail status slot=0 slot=1 slot=2 slot=3 pd ld physicaldrive \
    logicaldrive array help version";
