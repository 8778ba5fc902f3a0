//! Clusters of hosts that take over from each other: Pacemaker, Corosync, keepalived.

use crate::row::Kind::{self, Either, Name, Number, OneOf, Package, Text};
use crate::row::{
    Input, Options, Row, attached, each, effect, flags, looks, nothing, only, refused,
    refused_value, value,
};

const OBJECT: Kind = Either(&[Name, Text]);
const CHANGES: &str = "changes the cluster";
const ANOTHER: &str = "reads or writes another configuration";
const SERVES: &str = "changes the server";
const RUNS: &str = "runs another program";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    nothing("cibadmin cibsecret crm_attribute crm_failcount crm_master crm_report crm_resource crm_shadow crm_standby \
             crm_ticket attrd_updater stonith_admin fence_node pcsd booth sbd", CHANGES),
    looks("corosync-cfgtool").options(&[
        flags("-s -b -n -h"),
        value("-i -a", Name),
        refused("-R -L -H -r --force", CHANGES),
        refused_value("-k", CHANGES),
    ]),
    looks("corosync-cmapctl").operands(each(Name)).options(&[
        flags("-b -g -q -h"),
        value("-m", OneOf("icmap stats")),
        refused("-s -d -D -C -t -T", CHANGES),
        refused_value("-p", ANOTHER),
    ]),
    looks("corosync-cpgtool").options(&[flags("-d -n -e -h")]),
    looks("corosync-quorumtool").options(&[
        flags("-s -l -p -H -i -a -m -h -V"),
        value("-o", OneOf("a n i")),
        refused_value("-v -n -e", CHANGES),
        refused("-f", CHANGES),
    ]),
    looks("crm").input(Input::Program).subcommands(CRM).options(&[
        flags("--version -h,--help -d,--debug"),
        value("-D,--display", OneOf("plain color-always color uppercase")),
        refused("-F,--force -w,--wait -R,--regression-tests", CHANGES),
        refused_value("-f,--file -c,--cib -H,--history -o,--opt", ANOTHER),
    ]),
    looks("crm_mon").options(CRM_MON),
    looks("crm_node").options(&[
        flags("-l,--list -p,--partition -q,--quorum -n,--name -i,--cluster-id -V,--verbose -Q,--quiet -h,--help"),
        flags("--version"),
        value("-N,--name-for-id", Number),
        refused_value("-R,--remove", CHANGES),
        refused("-f,--force", CHANGES),
    ]),
    looks("crm_verify").options(&[
        flags("-L,--live-check -V,--verbose -Q,--quiet -?,--help --version"),
        value("--output-as", OneOf("console html text xml")),
        refused_value("-x,--xml-file -X,--xml-text -S,--save-xml --output-to", ANOTHER),
        refused("-p,--xml-pipe", ANOTHER),
    ]),
    looks("crmadmin").options(&[
        flags("-D,--dc_lookup -N,--nodes -P,--pacemakerd -B,--bash-export -V,--verbose -q,--quiet -?,--help --version"),
        value("-S,--status", Name),
        value("-t,--timeout", Number),
        value("--output-as", OneOf("console html text xml")),
        refused_value("-K,--kill -E,--election -i,--ipc-name --output-to", CHANGES),
    ]),
    effect("keepalived", SERVES).seen().options(&[
        flags("-v,--version -h,--help"),
        attached("-t,--config-test", Kind::Never("writes a file")),
        refused_value("-f,--use-file -p,--pid -c,--checkers_pid -r,--vrrp_pid", ANOTHER),
        refused("-n,--dont-fork -l,--log-console -D,--log-detail -d,--dump-conf -P,--vrrp -C,--check", SERVES),
    ]),
    looks("pcs").subcommands(PCS).options(&[
        flags("--full --hide-inactive --all --brief --version -h,--help --nodesc --no-expire-check"),
        value("--output-format", OneOf("text json cmd")),
        refused_value("-f,--file --corosync_conf --cluster_conf", ANOTHER),
        refused("--debug", "prints what programs say to each other"),
        refused("--force --skip-offline --wait --enable --start --autodelete --local --simulate", CHANGES),
        refused_value("-u,-p --name --from --to --interactive", CHANGES),
    ]),
];

#[rustfmt::skip]
const CRM_MON: &[Options] = &[
    flags("-1,--one-shot -r,--inactive -n,--group-by-node -f,--failcounts -o,--operations -t,--timing-details"),
    flags("-c,--tickets -A,--show-node-attributes -D,--hide-headers -R,--show-detail -b,--brief -s,--simple-status"),
    flags("-X,--as-xml -N,--disable-ncurses -V,--verbose -Q,--quiet -?,--help --help-all --version -$ -j --html-cgi"),
    attached("-m,--fence-history", Number),
    attached("-L,--neg-locations", Name),
    value("-i,--interval", Number),
    value("--output-as", OneOf("console html text xml")),
    value("-I,--include -U,--exclude --node --resource", Text),
    refused_value("--output-to -h,--as-html -p,--pid-file", "writes a file"),
    refused_value("-E,--external-agent -e,--external-recipient", RUNS),
    refused("-d,--daemonize -W,--watch-fencing -w,--web-cgi", RUNS),
    refused_value("-x,--xml-file", ANOTHER),
];

#[rustfmt::skip]
const CRM: &[Row] = &[
    looks("status st").operands(each(OneOf("simple full verbose inactive detail bynode failcounts ops timing xml \
        html"))),
    looks("cluster").subcommands(&[
        looks("status health"),
        effect("add copy diff disable enable geo_init geo_join init join remove rename restart run start stop",
            CHANGES).seen(),
    ]),
    looks("configure").subcommands(&[
        looks("show").operands(each(OBJECT)),
        looks("verify graph"),
        effect("primitive group clone ms location colocation order property delete edit load save commit erase",
            CHANGES).seen(),
    ]),
    looks("corosync").subcommands(&[
        looks("status show"),
        looks("get").operands(only(&[Name])),
        effect("add-node del-node set diff edit log pull push reload", CHANGES).seen(),
    ]),
    looks("node").subcommands(&[
        looks("status show server").operands(each(Name)),
        effect("standby online maintenance ready fence clearstate delete attribute utilization status-attr", CHANGES)
            .seen(),
    ]),
    looks("ra").subcommands(&[
        looks("classes"),
        looks("list providers").operands(each(Name)),
        looks("info").operands(only(&[Name])),
    ]),
    looks("resource").subcommands(&[
        looks("status show list").operands(each(Name)),
        looks("constraints operations").operands(each(Name)),
        effect("start stop restart promote demote manage unmanage move migrate unmove clear cleanup refresh", CHANGES)
            .seen()
            .operands(only(&[Name, Name])),
        effect("failcount meta param scores secret trace untrace utilization maintenance ban locate", CHANGES).seen(),
    ]),
    looks("verify version"),
];

#[rustfmt::skip]
const PCS: &[Row] = &[
    looks("status").subcommands(&[
        looks("cluster corosync quorum xml pcsd"),
        looks("nodes resources groups").operands(each(Name)),
        looks("booth qdevice").operands(each(Name)),
    ]),
    looks("resource").subcommands(PCS_OBJECTS),
    looks("stonith").subcommands(PCS_OBJECTS),
    looks("constraint").subcommands(&[
        looks("show list config ref").operands(each(Name)),
        looks("location order colocation ticket").subcommands(&[
            looks("show config").operands(each(Name)),
            effect("add remove delete set prefers avoids rule", CHANGES).seen(),
        ]),
        effect("remove delete rule", CHANGES).seen(),
    ]),
    looks("property").subcommands(&[
        looks("show list config defaults describe").operands(each(Name)),
        effect("set unset", CHANGES).seen(),
    ]),
    looks("config").subcommands(&[
        looks("show"),
        effect("backup restore checkpoint import-cman export", CHANGES).seen(),
    ]),
    looks("cluster").subcommands(&[
        looks("status corosync pcsd-status").operands(each(Name)),
        looks("config").subcommands(&[looks("show"), effect("update uuid", CHANGES)]),
        effect("start stop enable disable kill sync setup auth destroy node cib cib-push cib-upgrade edit", CHANGES)
            .seen(),
        effect("report verify reload link remove-guest standby unstandby", CHANGES).seen(),
    ]),
    looks("quorum").subcommands(&[
        looks("status config"),
        looks("device").subcommands(&[
            looks("status"),
            effect("add remove update heuristics", CHANGES).seen(),
        ]),
        effect("expected-votes unblock update", CHANGES).seen(),
    ]),
    looks("alert acl tag").subcommands(&[
        looks("show config list").operands(each(Name)),
        effect("create delete remove update recipient role user group permission enable disable", CHANGES).seen(),
    ]),
    // The name of a booth configuration is a part of a path.
    looks("dr booth ticket").subcommands(&[
        looks("status config show").operands(each(Package)),
        effect("setup destroy grant revoke standby unstandby set-recovery-site restart start stop sync pull", CHANGES)
            .seen(),
    ]),
    looks("node").subcommands(&[
        looks("attribute utilization").operands(only(&[Name])),
        effect("maintenance unmaintenance standby unstandby", CHANGES).seen(),
    ]),
];

#[rustfmt::skip]
const PCS_OBJECTS: &[Row] = &[
    looks("status show config list describe standards providers agents relations").operands(each(Name)),
    looks("op").subcommands(&[looks("defaults"), effect("add remove delete", CHANGES)]),
    looks("failcount").subcommands(&[looks("show").operands(each(Name)), effect("reset", CHANGES)]),
    looks("history").subcommands(&[looks("show").operands(each(Name)), effect("cleanup update", CHANGES)]),
    looks("level").subcommands(&[looks("config"), effect("add remove delete clear verify", CHANGES)]),
    effect("create delete remove enable disable move ban clear restart cleanup refresh manage unmanage", CHANGES).seen()
        .operands(only(&[Name, Name])),
    effect("update group ungroup clone unclone promotable bundle meta utilization debug-start debug-stop fence",
        CHANGES).seen(),
    effect("confirm sbd move-with-constraint defaults debug-monitor debug-promote debug-demote", CHANGES).seen(),
];
