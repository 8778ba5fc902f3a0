//! Podman: the commands that look, and those that a rule must spell.

use crate::language::Language::GoTemplate;
use crate::row::Kind::{Name, Number, OneOf, Script, Text};
use crate::row::{
    Kind, Operands, Options, Row, Runs, attached, each, effect, flags, looks, nothing, only,
    refused, refused_value, value,
};

use super::container_runs::{ENTRYPOINT, RUN};

const BOOL: Kind = OneOf("true false");
const DAEMON: &str = "asks another daemon, perhaps of another host";
const RUNS: &str = "runs a program";
const CHANGES: &str = "changes containers, images or their data";
const MORE: &str = "acts on more than the rule says";
const PLACES: &str = "uses another storage";
const REGISTRY: &str = "reaches a registry";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("podman podman-remote").runs(ENTRYPOINT).subcommands(PODMAN).options(&[
        flags("-v,--version --help"),
        value("--log-level", OneOf("trace debug info warn warning error fatal panic")),
        refused_value("--runtime --conmon --network-cmd-path --hooks-dir --runtime-flag", "runs the program that it \
            names"),
        refused_value("--connection --url --identity --ssh", DAEMON).sets("server"),
        refused("-r,--remote", DAEMON).sets("server"),
        refused_value("--root --runroot --tmpdir --volumepath --imagestore --storage-driver --storage-opt", PLACES),
        refused_value("--network-config-dir --module --config --namespace --cgroup-manager --events-backend", PLACES),
        refused_value("--out --cpu-profile --memory-profile", "writes a file"),
        refused("--noout", "hides what it says"),
        refused("--syslog", "writes to the log of the host"),
    ]),
];

const FORMAT: Options = value("--format", Script(GoTemplate));
const FILTER: Options = value("-f,--filter", Text);
const TEMPLATE: Options = value("-f,--format", Script(GoTemplate));

#[rustfmt::skip]
const PS: &[Options] = &[
    flags("-a -q -s -l -p"),
    attached("--all --quiet --size --latest --no-trunc --external --noheading --ns --pod", BOOL),
    value("-n,--last -w,--watch", Number),
    value("--sort", Name),
    FILTER, FORMAT,
    refused("--sync", "runs the runtime and writes what it says"),
];

#[rustfmt::skip]
const IMAGES: &[Options] = &[
    flags("-a -q -n"),
    attached("--all --quiet --digests --history --no-trunc --noheading", BOOL),
    value("--sort", Name),
    FILTER, FORMAT,
];

#[rustfmt::skip]
const INSPECT: &[Options] = &[
    flags("-l,--latest -s,--size"),
    value("-t,--type", OneOf("all container image network pod volume artifact")),
    TEMPLATE,
];

#[rustfmt::skip]
const LOGS: &[Options] = &[
    flags("-f -t -l -n"),
    attached("--follow --timestamps --latest --names --color", BOOL),
    value("--tail", Number),
    value("--since --until", Text),
];

#[rustfmt::skip]
const POD_LOGS: &[Options] = &[
    flags("-f -t -l -n"),
    attached("--follow --timestamps --latest --names --color", BOOL),
    value("--tail", Number),
    value("--since --until", Text),
    value("-c,--container", Name),
];

#[rustfmt::skip]
const STATS: &[Options] = &[
    flags("-a -l"),
    attached("--all --latest --no-reset --no-stream --no-trunc", BOOL),
    value("-i,--interval", Number),
    FORMAT,
];

#[rustfmt::skip]
const LIST: &[Options] = &[flags("-q"), attached("--quiet --noheading", BOOL), FILTER, FORMAT];

#[rustfmt::skip]
const NETWORKS: &[Options] = &[flags("-q"), attached("--quiet --noheading --no-trunc", BOOL), FILTER, FORMAT];

#[rustfmt::skip]
const PODS: &[Options] = &[
    flags("-q -l"),
    attached("--quiet --latest --no-trunc --noheading --ns --ctr-ids --ctr-names --ctr-status", BOOL),
    value("--sort", Name),
    FILTER, FORMAT,
];

const SHORT: &[Options] = &[flags("-q"), attached("--quiet --noheading", BOOL), FORMAT];
const HISTORY: &[Options] = &[
    flags("-q"),
    attached("-H,--human --no-trunc --quiet", BOOL),
    FORMAT,
];
const EVENTS: &[Options] = &[
    FILTER,
    FORMAT,
    value("--since --until", Text),
    attached("--no-trunc --stream", BOOL),
];
const DIFF: &[Options] = &[flags("-l,--latest"), value("--format", OneOf("json"))];
const LATEST: &[Options] = &[flags("-l,--latest -a,--all")];

/// Columns of `podman top`. Any other word would go to ps(1), which podman would run in the container.
const COLUMNS: Kind = OneOf(
    "args capamb capbnd capeff capinh capprm comm etime group groups hgroup hgroups hpid huser label nice pcpu pgid \
     pid ppid rgroup rss ruser seccomp state stime time tty user vsz",
);

const SIGNAL: &str = "ends it by another signal than the one that its image names";

#[rustfmt::skip]
const STOP: &[Options] = &[
    value("-t,--time,--timeout", Number),
    refused_value("-s,--signal", SIGNAL),
    refused("-a,--all -l,--latest --running -i,--ignore", MORE),
    refused_value("--cidfile --pod-id-file -f,--filter", MORE),
];

#[rustfmt::skip]
const EXEC: &[Options] = &[
    flags("-i -t"),
    attached("--interactive --tty", BOOL),
    refused("-d,--detach --privileged", "changes how the command runs"),
    refused_value("-u,--user -e,--env --env-file -w,--workdir --detach-keys --preserve-fds", "changes how the \
        command runs"),
];

#[rustfmt::skip]
static PODMAN: &[Row] = &[
    looks("ps").options(PS),
    looks("images").operands(only(&[Text])).options(IMAGES),
    looks("inspect").operands(each(Name)).options(INSPECT),
    looks("logs").operands(each(Name)).options(LOGS),
    looks("stats").operands(each(Name)).options(STATS),
    looks("top").operands(Operands { first: &[Name], rest: Some(COLUMNS) }).options(LATEST),
    looks("port").operands(only(&[Name, Text])).options(LATEST),
    looks("diff").operands(only(&[Name, Name])).options(DIFF),
    looks("history").operands(only(&[Name])).options(HISTORY),
    looks("version").options(&[TEMPLATE]),
    looks("info").options(&[TEMPLATE]),
    looks("events").options(EVENTS),
    looks("help").operands(each(Name)),
    looks("container").subcommands(&[
        looks("ls list ps").options(PS),
        looks("inspect").operands(each(Name)).options(INSPECT),
        looks("logs").operands(each(Name)).options(LOGS),
        looks("stats").operands(each(Name)).options(STATS),
        looks("top").operands(Operands { first: &[Name], rest: Some(COLUMNS) }).options(LATEST),
        looks("port").operands(only(&[Name, Text])).options(LATEST),
        looks("diff").operands(only(&[Name])).options(DIFF),
        looks("exists").operands(only(&[Name])).options(&[flags("--external")]),
        effect("start restart stop pause unpause kill", CHANGES).seen().operands(each(Name)).options(STOP),
        effect("exec", RUNS).runs(&[Runs::Command { after: 1 }]).operands(only(&[Name])).options(EXEC),
        RUN,
        effect("rm prune attach checkpoint cleanup clone commit cp export init mount rename restore \
                runlabel unmount update wait", CHANGES).seen(),
    ]),
    looks("image").subcommands(&[
        looks("ls list").operands(only(&[Text])).options(IMAGES),
        looks("inspect").operands(each(Name)).options(INSPECT),
        looks("history").operands(only(&[Name])).options(HISTORY),
        looks("tree").operands(only(&[Name])).options(&[flags("--whatrequires")]),
        looks("exists").operands(only(&[Name])),
        looks("diff").operands(only(&[Name, Name])).options(DIFF),
        effect("build import load mount prune pull push rm save scp search sign tag trust unmount untag", CHANGES)
            .seen(),
    ]),
    looks("volume").subcommands(&[
        looks("ls list").options(LIST),
        looks("inspect").operands(each(Name)).options(&[flags("-a,--all"), TEMPLATE]),
        looks("exists").operands(only(&[Name])),
        effect("create export import mount prune reload rm unmount", CHANGES).seen(),
    ]),
    looks("network").subcommands(&[
        looks("ls list").options(NETWORKS),
        looks("inspect").operands(each(Name)).options(&[TEMPLATE]),
        looks("exists").operands(only(&[Name])),
        effect("create connect disconnect prune reload rm update", CHANGES).seen(),
    ]),
    looks("pod").subcommands(&[
        looks("ps ls list").options(PODS),
        looks("inspect").operands(each(Name)).options(&[flags("-l,--latest"), TEMPLATE]),
        looks("logs").operands(only(&[Name])).options(POD_LOGS),
        looks("stats").operands(each(Name)).options(STATS),
        looks("top").operands(Operands { first: &[Name], rest: Some(COLUMNS) }).options(LATEST),
        looks("exists").operands(only(&[Name])),
        effect("start restart stop pause unpause kill", CHANGES).seen().operands(each(Name)).options(STOP),
        effect("clone create prune rm", CHANGES).seen(),
    ]),
    looks("secret").subcommands(&[
        looks("ls list").options(LIST),
        effect("inspect create rm", "shows or changes secrets").seen(),
    ]),
    looks("system").subcommands(&[
        looks("df").options(&[flags("-v,--verbose"), FORMAT]),
        looks("info").options(&[TEMPLATE]),
        looks("events").options(EVENTS),
        looks("connection").subcommands(&[
            looks("list ls").options(&[flags("-q,--quiet"), TEMPLATE]),
            effect("add default remove rename", "changes which daemon is asked").seen(),
        ]),
        effect("migrate prune renumber reset service check", CHANGES).seen(),
    ]),
    effect("restart start stop pause unpause kill", CHANGES).seen().operands(each(Name)).options(STOP),
    effect("rm rmi", "removes its operands").seen().operands(each(Name)).options(&[
        value("-t,--time", Number),
        refused("-a,--all -f,--force -v,--volumes -l,--latest --depend -i,--ignore", MORE),
        refused_value("--cidfile --filter", MORE),
    ]),
    effect("exec", RUNS).runs(&[Runs::Command { after: 1 }]).operands(only(&[Name])).options(EXEC),
    effect("search login logout pull push manifest", REGISTRY).seen(),
    looks("machine").subcommands(&[
        looks("ls list").options(SHORT),
        looks("info"),
        looks("inspect").operands(each(Name)).options(&[FORMAT]),
        effect("init rm set ssh start stop os reset cp", RUNS),
    ]),
    looks("generate").subcommands(&[
        looks("systemd").operands(only(&[Name])).options(&[
            flags("--name --new --no-header"),
            refused("-f,--files", "writes files"),
        ]),
        effect("kube spec", CHANGES).seen(),
    ]),
    RUN,
    nothing("unshare", RUNS).runs(&[Runs::Command { after: 0 }]),
    effect("compose healthcheck kube play auto-update build farm", RUNS),
    effect("attach commit cp export import init load mount rename save tag unmount untag update wait", CHANGES).seen(),
];
