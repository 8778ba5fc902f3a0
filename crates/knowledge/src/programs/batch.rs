//! Queues of jobs on many hosts and the file systems that they share: Slurm, PBS, Lustre, HDFS.

use crate::row::Kind::{Name, Number, OneOf, Package, Path, Text};
use crate::row::{
    Input, Options, Row, Syntax, attached, each, effect, flags, looks, only, refused,
    refused_value, then, value,
};

const JOBS: &str = "changes jobs, hosts or accounts";
const ANY_FILE: &str = "reads any file";

const REST: Options =
    flags("--help --usage -V,--version -v,--verbose --local --federation --noconvert");
const CLUSTERS: Options = value("-M,--clusters,--cluster", Name).sets("cluster");
const FORMAT: Options = value("-o,--format -O,--Format -S,--sort --delimiter", Text);
/// Lists of users, jobs, hosts, states: `alice,bob`, `n[01-04]`.
const LISTS: Options = value(
    "-u,--user,--users,--uid -j,--jobs -p,--partition -A,--account,--accounts -w,--nodelist",
    Text,
);
const DATA: Options = attached("--json --yaml", Text);

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("hdfs").subcommands(&[
        looks("dfs").subcommands(&[
            looks("-ls -du -df -count -stat -test").operands(each(Name))
                .options(&[flags("-h -R -d -t -S -r -s -q -v -x -e -f -z")]),
        ]),
        looks("dfsadmin").subcommands(&[
            looks("-report").options(&[flags("-live -dead -decommissioning")]).syntax(Syntax::Words),
            looks("-safemode").operands(only(&[OneOf("get")])),
            looks("-printTopology -listOpenFiles"),
        ]),
        looks("fsck").syntax(Syntax::Words).operands(only(&[Name]))
            .options(&[flags("-files -blocks -locations -racks -list-corruptfileblocks -openforwrite")]),
        looks("haadmin").subcommands(&[
            looks("-getServiceState -checkHealth").operands(only(&[Name])),
            looks("-getAllServiceState"),
        ]),
        looks("version"),
    ]).by_manual(),
    looks("lfs").input(Input::Program).subcommands(&[
        looks("df").operands(only(&[Path])).options(&[flags("-h -i -l -v"), value("-p,--pool", Name)]),
        looks("getstripe").operands(each(Path)).options(&[
            flags("-d,--directory -r,--recursive -q,--quiet -v,--verbose -y,--yaml -c,--stripe-count -S,--stripe-size"),
            flags("-i,--stripe-index -p,--pool -R,--raw"),
        ]),
        looks("quota").operands(only(&[Path])).options(&[
            flags("-h -q -v"),
            value("-u -g -p", Name).sets("user"),
        ]),
        looks("check").operands(only(&[OneOf("mds osts mgts servers all")])),
        looks("mdts osts getname fid2path path2fid").operands(each(Path)),
    ]).by_manual(),
    looks("pbsnodes").operands(each(Package)).options(&[
        flags("-a -l -v -S -j -L --version"),
        value("-F", OneOf("json dsv")),
        refused("-o -r -c -d -C", JOBS),
    ]).by_manual(),
    // The letters of qstat differ between PBS and Grid Engine.
    looks("qstat").operands(each(Name)).options(&[
        flags("-a -B -f -i -n -Q -r -s -t -w -x -1 -fx -an -an1 -ans -n1 -Qf -xf"),
        flags("-ext -pri -xml -urg -explain --version"),
        value("-u", Text),
        flags("-j -q"),
    ]).syntax(Syntax::Words).by_manual(),
    looks("sacct").options(&[
        flags("-a,--allusers -b,--brief -c,--completion -D,--duplicates -e,--helpformat -h -l,--long -L,--allclusters"),
        flags("-n,--noheader -p,--parsable -P,--parsable2 -T,--truncate -X,--allocations"),
        value("-E,--endtime -S,--starttime -s,--state -N --name -q,--qos -r -R,--reason", Text),
        value("-g,--group,--gid --units", Text),
        value("-F,--flags -k,--timelimit-min -K,--timelimit-max -i,--nnodes -I,--ncpus", Text),
        attached("--whole-hetjob", OneOf("yes no")),
        refused("-B,--batch-script --env-vars", "prints scripts or the environment of jobs"),
        refused_value("-f,--file", ANY_FILE),
        REST, CLUSTERS, FORMAT, LISTS, DATA,
    ]),
    looks("sacctmgr").input(Input::Program).options(&[
        flags("-n,--noheader -p,--parsable -P,--parsable2 -r,--readonly -s,--associations -Q,--quiet -h,--help"),
        flags("-V,--version"),
    ]).subcommands(&[
        looks("show list").operands(then(&[OneOf("account accounts assoc association associations cluster \
            clusters event events problem qos stats tres user users")],
            Text)).options(&[flags("-n,--noheader -p,--parsable -P,--parsable2 -s,--associations")]),
        looks("version ping"),
        effect("add create delete dump load modify", JOBS),
    ]),
    looks("scontrol").input(Input::Program).options(&[
        flags("-a,--all -d,--details -F,--future -h,--help --hide -o,--oneliner -Q,--quiet"),
        REST, CLUSTERS,
    ]).subcommands(&[
        looks("show").operands(only(&[OneOf("assoc_mgr config daemons hostnames job jobs licenses node nodes \
            partition partitions reservation reservations slurmd \
            step steps topology topo job_id nodename"), Text])),
        looks("ping version"),
        looks("listpids").operands(only(&[Number])),
        effect("create delete hold reboot reconfigure release requeue resume setdebug shutdown suspend update", JOBS),
    ]),
    looks("sdiag").options(&[
        flags("-a,--all -i,--sort-by-id -t,--sort-by-time -T,--sort-by-time2 -h"),
        refused("-r,--reset", "clears counters"),
        REST, CLUSTERS, DATA,
    ]),
    looks("seff").operands(only(&[Number])).by_manual(),
    looks("sinfo").options(&[
        flags("-a,--all -d,--dead -e,--exact --hide -R,--list-reasons -l,--long -N,--Node -h,--noheader"),
        flags("-T,--reservation -r,--responding -s,--summarize"),
        value("-n,--nodes -t,--states --state", Text),
        value("-i,--iterate", Number),
        REST, CLUSTERS, FORMAT, LISTS, DATA,
    ]),
    looks("sprio").options(&[
        flags("-h,--noheader -l,--long -n,--norm -w,--weights --sibling"),
        REST, CLUSTERS, FORMAT, LISTS,
    ]),
    looks("squeue").options(&[
        flags("-a,--all -r,--array --array-unique --hide -l,--long --me -h,--noheader -P,--priority --sibling --start"),
        flags("--helpformat"),
        // The value names a job; without one the steps of all jobs are shown.
        attached("-s,--steps", Text),
        value("-L,--licenses -n,--name -q,--qos -R,--reservation -t,--states,--state", Text),
        value("-i,--iterate", Number),
        REST, CLUSTERS, FORMAT, LISTS, DATA,
    ]),
    looks("sshare").options(&[
        flags("-a,--all -l,--long -n,--noheader -P,--parsable2 -m --partition -U,--Users"),
        // In other programs `--parsable` takes a value.
        flags("--parsable"),
        REST, CLUSTERS, FORMAT, LISTS,
    ]),
    looks("sstat").options(&[
        flags("-a,--allsteps -e,--helpformat -h -n,--noheader -P,--parsable2 -i,--pidformat --parsable"),
        REST, FORMAT, LISTS,
    ]),
];
