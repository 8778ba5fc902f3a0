//! Volumes and file systems on them: LVM, ZFS, Btrfs, XFS, device mapper, encryption, quotas.

use crate::row::Kind::{
    self, Begins, Device, Either, Name, Never, Number, OneOf, Path, Phrase, Text,
};
use crate::row::{
    Input, Options, Row, Runs, Syntax, attached, each, effect, flags, looks, nothing, only,
    refused, refused_value, value,
};

const OBJECT: Kind = Either(&[Name, Text]);
const VOLUMES: &str = "changes volumes";
const SETTINGS: &str = "sets what the program writes or runs";
const POOLS: &str = "changes pools";
const DATASETS: &str = "changes datasets";
const FILE_SYSTEM: &str = "changes a file system";
const MAPS: &str = "changes devices";
const RUNS: &str = "runs programs";
const KEYS: &str = "prints keys";
const SECRETS: &str = "changes or opens encrypted devices";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("btrfs").subcommands(BTRFS).options(&[
        flags("-v,--verbose -q,--quiet --help --version"),
        value("--format", OneOf("text json")),
    ]),
    looks("cryptsetup").subcommands(&[
        looks("status").operands(only(&[Name])),
        looks("luksDump isLuks luksUUID").operands(only(&[Device])),
        looks("benchmark"),
        effect("open close create remove luksOpen luksClose plainOpen resize refresh luksSuspend luksResume", SECRETS)
            .seen(),
        effect("luksFormat luksAddKey luksRemoveKey luksChangeKey luksKillSlot luksErase erase reencrypt", SECRETS)
            .seen(),
        effect("repair", SECRETS).seen(),
        effect("luksHeaderBackup luksHeaderRestore config convert token", SECRETS).seen(),
    ]).options(&[
        flags("-v,--verbose -V,--version --usage"),
        value("-M,--type", OneOf("luks luks1 luks2")),
        refused("--dump-master-key --dump-volume-key --dump-json-metadata --unbound", KEYS),
        refused_value("--master-key-file --volume-key-file -d,--key-file --header --uuid", SECRETS),
    ]),
    looks("dmsetup").runs(&[Runs::Values("--exec")]).subcommands(&[
        looks("ls").options(&[
            flags("--tree"),
            value("--target", Text),
            refused_value("--exec", RUNS),
        ]),
        looks("info status table deps targets version").operands(each(Name)).options(&[value("--target", Text)]),
        looks("splitname").operands(each(Name)).options(&[value("--target", Text)]),
        effect("create remove remove_all suspend resume load reload clear rename message mknodes wipe_table", MAPS)
            .seen(),
        nothing("stats measure udevcookie udevcomplete udevcomplete_all udevflags setgeometry wait", MAPS),
    ]).options(&[
        flags("-c -C --columns --noheadings --nameprefixes --noflush --noopencount -v,--verbose -h,--help --version"),
        flags("--inactive"),
        value("-o -O,--sort -S,--select --separator", Text),
        refused("--showkeys", KEYS),
        refused("-f,--force -y,--yes -r,--readonly", MAPS),
    ]),
    looks("lvdisplay").operands(each(Name)).options(LVM),
    looks("lvm").subcommands(&[
        looks("lvs vgs pvs lvdisplay vgdisplay pvdisplay lvscan fullreport").operands(each(Name)).options(LVM),
        looks("lvmdiskscan").operands(each(Name)).options(LVM),
        looks("pvscan vgscan").options(LVM),
        looks("version help formats segtypes tags systemid").operands(each(Name)),
    ]).options(&[flags("-h,--help --version")]).input(Input::Program),
    looks("lvmconfig").operands(each(Name)).options(&[
        flags("--withcomments --withversions --withsummary --unconfigured --list -l,--validate --mergedconfig"),
        value("--type", OneOf("current default diff full list missing new")),
        refused_value("-f,--file --config --profile --metadataprofile --commandprofile", SETTINGS),
    ]),
    looks("lvmdiskscan").options(LVM),
    effect("lvcreate lvremove lvextend lvreduce lvresize lvrename lvchange lvconvert", VOLUMES).seen(),
    looks("lvs lvscan pvdisplay pvs vgdisplay vgs").operands(each(Name)).options(LVM),
    // Without a word, multipath sets up maps.
    effect("multipath", MAPS).seen().syntax(Syntax::None).operands(each(Never(MAPS))).subcommands(MULTIPATH),
    effect("multipathd", "starts the daemon").seen().subcommands(&[
        looks("show list").operands(each(Text)),
        effect("add remove resize resume suspend reconfigure reload reset fail reinstate disablequeueing", MAPS).seen(),
        effect("shutdown", MAPS).seen(),
    ]).options(&[value("-k", Either(&[Begins("show "), Begins("list ")]))]).input(Input::Program),
    effect("pvcreate pvremove pvmove pvresize pvchange", VOLUMES).seen(),
    looks("pvscan vgscan").options(LVM),
    looks("quota").operands(each(Name)).options(&[
        flags("-g,--group -u,--user -P,--project -v,--verbose -p,--raw-grace -i,--no-autofs -l,--local-only"),
        flags("-A,--all-nfs"),
        flags("-f,--filesystem-list -m,--no-mixed-pathnames -q,--quiet -Q,--quiet-refuse -w,--no-wrap --show-mntpoint"),
        flags("--hide-device --always-resolve -h,--help -V,--version"),
        attached("-s,--human-readable", Text),
        value("-F,--format --filesystem", Name),
    ]),
    effect("quotaon quotaoff quotacheck", "changes quotas").seen(),
    looks("repquota").operands(each(Name)).options(&[
        flags("-a,--all -v,--verbose -c,--cache -C,--no-cache -t,--truncate-names -n,--no-names -p,--raw-grace"),
        flags("-i,--no-autofs -g,--group -P,--project -u,--user -h,--help -V,--version"),
        attached("-s,--human-readable", Text),
        value("-F,--format -O,--output", Name),
    ]),
    effect("vgcreate vgremove vgextend vgreduce vgrename vgchange vgcfgrestore vgcfgbackup vgexport vgimport", VOLUMES)
        .seen(),
    looks("xfs_db").operands(only(&[Device])).only_with("-r").input(Input::Program).options(&[
        flags("-r -V"),
        value("-c", Either(&[OneOf("frag freesp"), Phrase(&["frag -f", "frag -d", "frag -v", "freesp -s"])])),
        refused("-x -i -f -F", "reads and writes the disk itself"),
    ]),
    looks("xfs_info").operands(only(&[MOUNTED])).options(&[
        flags("-V"),
        refused_value("-t", "prints parts of any file"),
    ]),
    looks("xfs_quota").operands(each(Name)).input(Input::Program).options(&[
        flags("-x -V"),
        value("-c", Either(&[OneOf("report state df free quota print path"), Phrase(QUOTAS)])),
        refused_value("-D -P -p -d", "reads any file"),
    ]),
    effect("xfs_growfs xfs_admin xfs_freeze xfs_fsr xfs_copy xfs_restore", FILE_SYSTEM).seen(),
    nothing("xfs_io xfs_metadump xfsdump debugfs zdb", "reads and writes the disk itself"),
    looks("zfs").subcommands(ZFS).options(&[flags("-V,--version -?")]),
    looks("zpool").subcommands(ZPOOL).options(&[flags("-V,--version -?")]),
];

const QUOTAS: &[&str] = &[
    "report -h",
    "report -a",
    "report -ah",
    "report -n",
    "report -u",
    "report -uh",
    "report -g",
    "report -gh",
    "report -p",
    "report -ph",
    "report -pbih",
    "report -bh",
    "report -ih",
    "report -bih",
    "report -ubih",
    "state -a",
    "state -u",
    "state -p",
    "df -h",
    "free -h",
    "quota -h",
    "quota -hv",
];

/// A file system, by the path where it is mounted, or by its disk.
const MOUNTED: Kind = Either(&[Path, Device, OneOf("/")]);

#[rustfmt::skip]
const LVM: &[Options] = &[
    flags("-a,--all --aligned --noheadings --nosuffix --segments -v,--verbose -q,--quiet -P,--partial --readonly"),
    flags("--binary"),
    flags("--foreign --shared --history --nameprefixes --rows --unbuffered --unquoted --nolocking -m,--maps"),
    flags("-c,--colon"),
    flags("-C,--columns -s,--short -b,--blockdevice -e,--exported -n,--novolumegroup -u,--uuid"),
    flags("--ignorelockingfailure --headings -h,--help --version"),
    value("-o,--options -O,--sort -S,--select --units --separator", Text),
    value("--reportformat", OneOf("basic json json_std")),
    value("--configreport", OneOf("log vg lv pv pvseg seg")),
    refused_value("--config --profile --commandprofile --metadataprofile --devicesfile --devices", SETTINGS),
    refused("--cache --mknodes --notifydbus --logonly", VOLUMES),
];

#[rustfmt::skip]
const MULTIPATH: &[Row] = &[
    looks("-l -ll").operands(each(Name)).options(&[flags("-l -e -B -i"), value("-v", OneOf("0 1 2 3 4"))]),
    looks("-c -C").operands(each(Name)).options(&[flags("-i"), value("-v", OneOf("0 1 2 3 4"))]),
    looks("-t -T -h"),
    effect("-v0 -v1 -v2 -v3 -v4", MAPS).seen().syntax(Syntax::None).subcommands(&[
        looks("-l -ll").operands(each(Name)),
        looks("-t -T"),
    ]),
    effect("-v", MAPS).seen().syntax(Syntax::None).subcommands(&[
        effect("0 1 2 3 4", MAPS).seen().syntax(Syntax::None).subcommands(&[
            looks("-l -ll").operands(each(Name)),
            looks("-t -T"),
        ]),
    ]),
];

#[rustfmt::skip]
const BTRFS: &[Row] = &[
    looks("balance").subcommands(&[
        looks("status").operands(only(&[MOUNTED])).options(&[flags("-v,--verbose")]),
        effect("start pause cancel resume", FILE_SYSTEM).seen(),
    ]),
    looks("device dev").subcommands(&[
        looks("stats").operands(only(&[MOUNTED])).options(&[
            flags("-c,--check -T"),
            refused("-z,--reset", FILE_SYSTEM),
        ]),
        looks("usage").operands(each(MOUNTED)).options(SIZES),
        effect("add delete remove replace scan ready", FILE_SYSTEM).seen(),
    ]),
    looks("filesystem fi").subcommands(&[
        looks("show df usage").operands(each(MOUNTED)).options(SIZES),
        looks("du").operands(each(MOUNTED)).options(SIZES),
        looks("label").operands(only(&[MOUNTED])),
        effect("defragment resize sync balance mkswapfile commit-stats", FILE_SYSTEM).seen(),
    ]),
    looks("inspect-internal").subcommands(&[
        looks("rootid min-dev-size").operands(only(&[MOUNTED])),
        looks("inode-resolve logical-resolve subvolid-resolve").operands(only(&[Number, MOUNTED])),
        looks("dump-super").operands(each(Device)).options(&[flags("-f,--full -a,--all -F,--force")]),
        nothing("dump-tree tree-stats", "prints what is on the disk"),
    ]),
    looks("property").subcommands(&[
        looks("get").operands(only(&[MOUNTED, Name])).options(&[value("-t", Name)]),
        looks("list").operands(only(&[MOUNTED])).options(&[value("-t", Name)]),
        effect("set", FILE_SYSTEM).seen(),
    ]),
    looks("qgroup").subcommands(&[
        looks("show").operands(only(&[MOUNTED])).options(&[
            flags("-p -c -r -e -f -F --raw --kbytes --mbytes --gbytes --tbytes --si --iec"),
            attached("--sort", Text),
            refused("--sync", FILE_SYSTEM),
        ]),
        effect("assign create destroy limit remove clear-stale", FILE_SYSTEM).seen(),
    ]),
    looks("quota").subcommands(&[
        looks("status").operands(only(&[MOUNTED])),
        effect("enable disable rescan", FILE_SYSTEM).seen(),
    ]),
    looks("replace").subcommands(&[
        looks("status").operands(only(&[MOUNTED])).options(&[flags("-1")]),
        effect("start cancel", FILE_SYSTEM).seen(),
    ]),
    looks("scrub").subcommands(&[
        looks("status").operands(only(&[MOUNTED])).options(&[flags("-R -d --raw --human-readable")]),
        effect("start cancel resume limit", FILE_SYSTEM).seen(),
    ]),
    looks("subvolume sub subvol").subcommands(&[
        looks("list").operands(only(&[MOUNTED])).options(&[
            flags("-a -o -p -c -g -u -q -R -t -s -r -d -G -C"),
            attached("--sort", Text),
        ]),
        looks("show").operands(only(&[MOUNTED])).options(SIZES),
        looks("get-default").operands(only(&[MOUNTED])),
        looks("find-new").operands(only(&[MOUNTED, Number])),
        effect("create delete snapshot set-default sync", FILE_SYSTEM).seen(),
    ]),
    looks("version help"),
    effect("check rescue restore send receive", FILE_SYSTEM).seen(),
];

#[rustfmt::skip]
const SIZES: &[Options] = &[
    flags("-b -h -H -k -m -g -t -T -s -d --raw --human-readable --iec --si --kbytes --mbytes --gbytes --tbytes"),
    flags("--all-devices"),
    flags("--mounted --summarize"),
];

#[rustfmt::skip]
const ZFS: &[Row] = &[
    looks("list").operands(each(OBJECT)).operands_set("dataset").options(&[
        flags("-r -H -p -j --json --json-int"),
        value("-d", Number),
        value("-o -s -S -t", Text),
    ]),
    looks("get").operands(each(OBJECT)).operands_set("dataset").options(&[
        flags("-r -H -p -j --json --json-int"),
        value("-d", Number),
        value("-o -s -t", Text),
    ]),
    looks("userspace groupspace projectspace").operands(each(Name)).options(&[
        flags("-n -H -p -i"),
        value("-o -s -S -t", Text),
    ]),
    looks("holds").operands(each(Name)).options(&[flags("-r -H -p")]),
    // With one snapshot, `zfs diff` makes another snapshot and removes it.
    effect("diff", "makes a snapshot for a moment").operands(only(&[Name, Name])).options(&[flags("-F -H -t -h")]),
    looks("mount"),
    looks("version help upgrade"),
    nothing("send", "prints all that a dataset holds").seen(),
    effect("create destroy snapshot snap rollback clone promote rename bookmark set inherit hold release", DATASETS)
        .seen(),
    effect("unmount umount share unshare receive recv unallow load-key unload-key change-key redact project", DATASETS)
        .seen(),
    nothing("program wait jail unjail zone unzone", "changes datasets, or runs scripts"),
];

#[rustfmt::skip]
const ZPOOL: &[Row] = &[
    looks("list").operands(each(OBJECT)).options(&[flags("-g -H -L -p -P -v -j --json"), value("-o -T", Text)]),
    looks("status").operands(each(OBJECT)).options(&[
        flags("-D -d -e -g -i -L -p -P -s -t -v -x -j --json"),
        value("-T", OneOf("u d")),
        refused_value("-c", RUNS),
    ]),
    looks("iostat").operands(each(OBJECT)).options(&[
        flags("-g -H -L -l -n -p -P -q -r -v -w -y"),
        value("-T", OneOf("u d")),
        refused_value("-c", RUNS),
    ]),
    looks("get").operands(each(OBJECT)).options(&[flags("-H -p -j --json"), value("-o", Text)]),
    looks("history").operands(each(Name)).options(&[flags("-i -l")]),
    looks("events").operands(each(Name)).options(&[flags("-v -H -f"), refused("-c", "removes events")]),
    // With a name, these act.
    looks("import upgrade").seen(),
    looks("version help"),
    effect("create destroy add remove attach detach replace split offline online clear scrub resilver", POOLS).seen(),
    effect("export trim initialize labelclear checkpoint reguid reopen set sync prefetch wait ddtprune", POOLS).seen(),
];
