//! Storage over the network: Ceph, Gluster, DRBD, iSCSI, NFS.

use crate::row::Kind::{self, Either, Host, Name, Number, OneOf, Text};
use crate::row::{
    Options, Row, attached, each, effect, flags, looks, nothing, only, refused, refused_value,
    then, value,
};

const OBJECT: Kind = Either(&[Name, Text]);
const CLUSTER: &str = "changes the cluster";
const KEYS: &str = "prints or changes keys";
const ELSEWHERE: &str = "reaches another host";
const ANY_FILE: &str = "reads any file";
const WRITES: &str = "writes a file";
const SESSIONS: &str = "changes sessions or records of targets";
const EXPORTS: &str = "changes what is exported";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("ceph").subcommands(CEPH).options(&[
        flags("-s,--status -h,--help -v,--version -w,--watch --watch-debug --watch-info --watch-warn --watch-error"),
        flags("--verbose --concise"),
        value("-f,--format", Name),
        value("--cluster --connect-timeout", Name),
        refused_value("-m,--mon-host", ELSEWHERE),
        refused_value("-c,--conf -k,--keyring -i,--in-file --setuser --admin-daemon", ANY_FILE),
        refused_value("-o,--out-file", WRITES),
        refused_value("-n,--name --id --user", "acts as another user"),
    ]).input(crate::row::Input::Program).by_manual(),
    effect("ceph-volume cephadm ceph-deploy ceph-authtool", CLUSTER).seen(),
    looks("drbdadm").subcommands(&[
        looks("status cstate dstate role").operands(each(Name)),
        effect("up down connect disconnect attach detach primary secondary adjust verify", "changes replication")
            .seen(),
        effect("invalidate", "changes replication").seen(),
        effect("create-md wipe-md resize outdate pause-sync resume-sync new-current-uuid", "changes replication")
            .seen(),
        effect("invalidate-remote", "changes replication").seen(),
        nothing("dump dump-xml dump-md", "prints secrets"),
    ]).options(&[
        flags("-v,--verbose -h,--help -V,--version"),
        refused_value("-c,--config-file", ANY_FILE),
    ]).by_manual(),
    looks("drbdsetup").subcommands(&[
        looks("status").operands(each(Name)).options(&[flags("--verbose --statistics --json -v -s")]),
        looks("role cstate dstate").operands(each(Name)),
        nothing("show", "prints secrets"),
    ]).by_manual(),
    looks("exportfs").seen().options(&[
        flags("-v -s"),
        refused("-a -r -u -f -i -d", EXPORTS),
        refused_value("-o", EXPORTS),
    ]),
    looks("gluster").subcommands(&[
        looks("peer").subcommands(&[looks("status"), effect("probe detach", CLUSTER)]),
        looks("pool").subcommands(&[looks("list")]),
        looks("snapshot").subcommands(&[
            looks("list info status").operands(each(Name)),
            effect("create delete restore activate deactivate clone config", CLUSTER).seen(),
        ]),
        looks("volume vol").subcommands(&[
            looks("info list").operands(only(&[Name])),
            looks("status").operands(then(&[Name], OneOf("detail clients mem inode fd callpool tasks client-list"))),
            looks("get").operands(only(&[Name, Name])),
            effect("create delete start stop set reset add-brick remove-brick replace-brick rebalance", CLUSTER).seen(),
            effect("heal", CLUSTER)
                .seen().operands(then(&[Name], OneOf("info summary split-brain statistics heal-count"))),
            effect("quota", CLUSTER).seen(),
            effect("profile top statedump sync clear-locks barrier bitrot geo-replication log", CLUSTER).seen(),
        ]),
        looks("version help"),
    ]).options(&[
        flags("--xml --version --help"),
        value("--mode", OneOf("script")),
        refused_value("--log-file --glusterd-sock", WRITES),
        refused_value("--remote-host", ELSEWHERE),
    ]).input(crate::row::Input::Program),
    looks("iscsiadm").options(&[
        value("-m,--mode", OneOf("session node iface fw host discovery discoverydb")),
        value("-P,--print -r,--sid -d,--debug", Number),
        value("-o,--op", OneOf("show")),
        value("-T,--targetname -I,--interface", Name),
        flags("-s,--stats -h,--help -V,--version"),
        refused("-S,--show", "prints secrets"),
        refused("-l,--login -u,--logout -R,--rescan -D,--discover", SESSIONS),
        refused_value("-L,--loginall -U,--logoutall -k,--killiscsid -n,--name -v,--value -C,--submode", SESSIONS),
        refused_value("-p,--portal -a,--ip -t,--type", ELSEWHERE),
    ]),
    looks("mountstats").operands(each(Name)).options(&[
        flags("-n,--nfs -r,--rpc -R,--raw -x,--xprt -h,--help -v,--version"),
        refused_value("-f,--file -S,--since", "prints parts of any file"),
    ]),
    looks("nfsiostat").operands(each(Name)).options(&[
        flags("-a,--attr -d,--dir -p,--page -s,--sort -h,--help --version"),
        value("-l,--list", Number),
    ]),
    looks("nfsstat").options(&[
        flags("-s,--server -c,--client -n,--nfs -2 -3 -4 -m,--mounts -r,--rpc -v,--verbose -l,--list --help --version"),
        value("-o", OneOf("nfs rpc net fh rc io ra all")),
        attached("-Z,--sleep", Number),
        refused_value("-S,--since", "prints parts of any file"),
    ]),
    looks("rbd").subcommands(RBD).options(&[
        flags("--pretty-format -h,--help --version"),
        value("-p,--pool --image --snap --namespace --format", Name),
        flags("-l,--long -a,--all"),
        refused_value("-m,--mon-host", ELSEWHERE),
        refused_value("-c,--conf -k,--keyring -K,--keyfile", ANY_FILE),
        refused_value("-n,--name --id --user", "acts as another user"),
    ]).by_manual(),
    effect("rpcdebug rpcctl", "changes settings of the kernel").seen(),
    looks("showmount").operands(only(&[Host])).options(&[
        flags("-a,--all -d,--directories -e,--exports --no-headers -h,--help -v,--version"),
    ]),
];

const FORMAT: &[Options] = &[
    value("-f,--format", Name),
    refused_value("-o,--out-file", WRITES),
];

#[rustfmt::skip]
const CEPH: &[Row] = &[
    looks("status versions quorum_status report time-sync-status features fsid version help").options(FORMAT),
    looks("health").operands(each(OneOf("detail"))).options(FORMAT),
    looks("df").operands(each(OneOf("detail"))).options(FORMAT),
    looks("crash").subcommands(&[
        looks("ls ls-new stat"),
        looks("info").operands(only(&[Name])),
        effect("archive archive-all rm prune post", CLUSTER).seen(),
    ]),
    looks("device").subcommands(&[
        looks("ls"),
        looks("info ls-by-daemon ls-by-host get-health-metrics").operands(each(Name)),
        effect("light set-life-expectancy rm-life-expectancy monitoring scrape-health-metrics", CLUSTER).seen(),
    ]),
    looks("fs").subcommands(&[
        looks("ls dump status").operands(each(Name)),
        looks("get").operands(only(&[Name])),
        effect("set new rm fail reset add_data_pool rm_data_pool subvolume volume authorize", CLUSTER).seen(),
    ]),
    looks("log").subcommands(&[looks("last").operands(each(Name))]),
    looks("mds").subcommands(&[
        looks("stat versions"),
        looks("metadata").operands(only(&[Name])),
        effect("fail repaired rm", CLUSTER).seen(),
    ]),
    looks("mgr").subcommands(&[
        looks("dump stat services versions count-metadata"),
        looks("module").subcommands(&[looks("ls"), effect("enable disable", CLUSTER)]),
        effect("fail", CLUSTER).seen(),
    ]),
    looks("mon").subcommands(&[
        looks("stat dump versions feature"),
        effect("add rm remove scrub set enable-msgr2", CLUSTER).seen(),
    ]),
    looks("node").subcommands(&[looks("ls").operands(each(Name))]),
    looks("orch").subcommands(&[
        looks("ls ps status").operands(each(Name)),
        looks("device").subcommands(&[looks("ls").operands(each(Name)), effect("zap", CLUSTER)]),
        looks("host").subcommands(&[looks("ls"), effect("add rm drain label maintenance", CLUSTER)]),
        effect("apply daemon restart stop start redeploy rm upgrade osd", CLUSTER).seen(),
    ]),
    looks("osd").subcommands(&[
        looks("tree df stat status dump perf blocked-by ls utilization versions getmaxosd tree-from numa-status")
            .operands(each(Name)).options(FORMAT),
        looks("find metadata info").operands(each(Name)),
        looks("pool").subcommands(&[
            looks("ls").operands(each(OneOf("detail"))),
            looks("stats autoscale-status").operands(each(Name)),
            looks("get").operands(only(&[Name, Name])),
            effect("create delete rm rename set set-quota mksnap rmsnap application", CLUSTER).seen(),
        ]),
        looks("crush").subcommands(&[
            looks("tree dump").operands(each(Name)),
            looks("rule").subcommands(&[looks("ls dump").operands(each(Name)), effect("create-simple rm", CLUSTER)]),
            effect("add move remove rm reweight set", CLUSTER).seen(),
        ]),
        effect("in out down lost rm destroy purge reweight set unset create crush-compat scrub deep-scrub", CLUSTER)
            .seen(),
        effect("repair", CLUSTER).seen(),
    ]),
    looks("pg").subcommands(&[
        looks("stat dump dump_stuck ls ls-by-osd ls-by-pool ls-by-primary map dump_pools_json getmap debug")
            .operands(each(OBJECT)).options(FORMAT),
        effect("repair scrub deep-scrub force-recovery force-backfill cancel-force-recovery repeer", CLUSTER).seen(),
    ]),
    nothing("auth config-key config tell daemon", KEYS),
];

#[rustfmt::skip]
const RBD: &[Row] = &[
    looks("ls list info status du disk-usage children showmapped").operands(each(Name)),
    looks("device").subcommands(&[looks("list ls"), effect("map unmap attach detach", CLUSTER)]),
    looks("lock").subcommands(&[looks("ls list").operands(each(Name)), effect("add rm remove", CLUSTER)]),
    looks("snap").subcommands(&[
        looks("ls list").operands(each(Name)),
        effect("create rm remove purge rollback protect unprotect rename", CLUSTER).seen(),
    ]),
    looks("trash").subcommands(&[looks("ls list").operands(each(Name)), effect("mv rm restore purge", CLUSTER)]),
    looks("mirror").subcommands(&[
        looks("image").subcommands(&[
            looks("status").operands(each(Name)),
            effect("enable disable promote demote resync", CLUSTER).seen(),
        ]),
        looks("pool").subcommands(&[
            looks("status info").operands(each(Name)),
            effect("enable disable peer promote demote", CLUSTER).seen(),
        ]),
    ]),
    effect("create rm remove resize rename clone flatten copy cp map unmap migration", CLUSTER).seen(),
    nothing("export export-diff import import-diff bench", "moves data"),
];
