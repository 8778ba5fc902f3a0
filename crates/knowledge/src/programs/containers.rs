//! Docker and its like: docker, nerdctl, crictl, ctr. Podman and compose have files of their own.

use super::compose;
use super::container_runs::{ENTRYPOINT, EXEC, RUN};
use crate::language::Language::{GoTemplate, PsColumns};
use crate::row::Kind::{Name, Never, Number, OneOf, Script, Text};
use crate::row::{
    Input, Kind, Options, Row, Runs, attached, each, effect, flags, looks, nothing, only, refused,
    refused_value, value,
};

const BOOL: Kind = OneOf("true false");
const DAEMON: &str = "asks another daemon";
const CHANGES: &str = "changes containers, images or their data";
const MORE: &str = "acts on more than the rule says";
const REGISTRY: &str = "reaches a registry";
const SECRETS: &str = "shows or changes secrets of a cluster";
const STREAMS: &str = "joins the input and output of a container";
const RUNS: &str = "runs a program";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("crictl").runs(&[Runs::After("exec run runp shell enter start create kubectl ctr crictl")]).options(&[
        value("-r,--runtime-endpoint -i,--image-endpoint", OneOf(SOCKETS)).sets("server"),
        value("-t,--timeout", Number),
        flags("-D,--debug -v,--version -h,--help"),
        refused_value("-c,--config", "reads settings from any file"),
        refused("--enable-tracing", DAEMON),
        refused_value("--tracing-endpoint", DAEMON),
    ]).subcommands(CRICTL),
    looks("ctr").runs(&[Runs::After("exec run runp shell enter start create kubectl ctr crictl")]).options(&[
        value("-a,--address", OneOf(SOCKETS)).sets("server"),
        value("-n,--namespace", Name).sets("namespace"),
        value("--timeout --connect-timeout", Number),
        flags("--debug -v,--version -h,--help"),
    ]).subcommands(CTR),
    looks("docker").runs(ENTRYPOINT).options(&[
        flags("-v -h"),
        attached("-D,--debug --version --help", BOOL),
        value("-l,--log-level", OneOf("debug info warn error fatal")),
        refused_value("-H,--host -c,--context", DAEMON).sets("server"),
        refused_value("--config", "reads settings and plugins from any directory"),
        refused_value("--tlscacert --tlscert --tlskey", DAEMON),
        refused("--tls --tlsverify", DAEMON),
    ]).subcommands(DOCKER),
    nothing("dockerd containerd containerd-shim containerd-shim-runc-v2 docker-proxy buildkitd", RUNS),
    looks("nerdctl").runs(ENTRYPOINT).options(&[
        flags("-v,--version -h,--help"),
        attached("--debug", BOOL),
        value("-n,--namespace", Name).sets("namespace"),
        refused_value("-a,--address -H,--host --storage-driver --snapshotter --data-root --hosts-dir", DAEMON),
        refused_value("--cni-path --cni-netconfpath", "runs plugins from any directory"),
    ]).subcommands(DOCKER).by_manual(),
];

const SOCKETS: &str = "\
    unix:///run/containerd/containerd.sock unix:///var/run/containerd/containerd.sock unix:///run/crio/crio.sock \
    unix:///var/run/crio/crio.sock unix:///run/k3s/containerd/containerd.sock unix:///run/cri-dockerd.sock \
    unix:///var/run/cri-dockerd.sock unix:///var/run/dockershim.sock unix:///run/dockershim.sock \
    /run/containerd/containerd.sock /var/run/containerd/containerd.sock /run/crio/crio.sock /var/run/crio/crio.sock \
    /run/k3s/containerd/containerd.sock /run/cri-dockerd.sock /var/run/cri-dockerd.sock \
    /run/docker/containerd/containerd.sock /var/run/docker/containerd/containerd.sock";

const FORMAT: Options = value("--format", Script(GoTemplate));
const FILTER: Options = value("-f,--filter", Text);
const TEMPLATE: Options = value("-f,--format", Script(GoTemplate));

#[rustfmt::skip]
const PS: &[Options] = &[
    flags("-a -q -s -l"),
    attached("--all --quiet --size --latest --no-trunc", BOOL),
    value("-n,--last", Number),
    FILTER, FORMAT,
];

#[rustfmt::skip]
const IMAGES: &[Options] = &[
    flags("-a -q"),
    attached("--all --quiet --digests --no-trunc --tree", BOOL),
    FILTER, FORMAT,
];

const INSPECT: &[Options] = &[flags("-s,--size"), value("--type", Name), TEMPLATE];
const SIZES: &[Options] = &[flags("-s,--size"), TEMPLATE];
const DETAILS: &[Options] = &[flags("-v,--verbose"), TEMPLATE];
const PRETTY: &[Options] = &[flags("--pretty"), TEMPLATE];
const OF_IMAGE: &[Options] = &[value("--platform", Name), TEMPLATE];
const OF_ANY: &[Options] = &[TEMPLATE];

#[rustfmt::skip]
const LOGS: &[Options] = &[
    flags("-f -t"),
    attached("--details --follow --timestamps", BOOL),
    value("-n,--tail", Kind::Either(&[Number, OneOf("all")])),
    value("--since --until", Text),
];

#[rustfmt::skip]
const SERVICE_LOGS: &[Options] = &[
    flags("-f -t"),
    attached("--details --follow --timestamps --no-resolve --no-task-ids --no-trunc --raw", BOOL),
    value("-n,--tail", Kind::Either(&[Number, OneOf("all")])),
    value("--since", Text),
];

const STATS: &[Options] = &[
    flags("-a"),
    attached("--all --no-stream --no-trunc", BOOL),
    FORMAT,
];
const HISTORY: &[Options] = &[
    flags("-q"),
    attached("-H,--human --no-trunc --quiet", BOOL),
    value("--platform", Name),
    FORMAT,
];

/// Lists of nodes, services, secrets.
const LIST: &[Options] = &[flags("-q"), attached("--quiet", BOOL), FILTER, FORMAT];
const SHORT_LIST: &[Options] = &[flags("-q"), attached("--quiet", BOOL), FORMAT];
#[rustfmt::skip]
const VOLUMES: &[Options] = &[flags("-q"), attached("--quiet --cluster", BOOL), FILTER, FORMAT];
/// Lists of networks and plugins.
#[rustfmt::skip]
const LONG_LIST: &[Options] = &[flags("-q"), attached("--quiet --no-trunc", BOOL), FILTER, FORMAT];
#[rustfmt::skip]
const TASKS: &[Options] = &[flags("-q"), attached("--quiet --no-trunc --no-resolve", BOOL), FILTER, FORMAT];

/// The daemon runs ps(1) with these options: `e` and `-o environ` would show the environment of processes.
#[rustfmt::skip]
const TOP: &[Options] = &[
    flags("-e -f -F -A"),
    // The daemon hands the value to ps.
    value("-o", Script(PsColumns)),
];

const SIGNAL: &str = "ends it by another signal than the one that its image names";

#[rustfmt::skip]
const STOP: &[Options] = &[
    value("-t,--time,--timeout", Number),
    refused_value("-s,--signal", SIGNAL),
];

#[rustfmt::skip]
static DOCKER: &[Row] = &[
    looks("ps").options(PS),
    looks("images").operands(only(&[Text])).options(IMAGES),
    looks("inspect").operands(each(Name)).options(INSPECT),
    looks("logs").operands(only(&[Name])).options(LOGS),
    looks("stats").operands(each(Name)).options(STATS),
    looks("top").operands(only(&[Name, OneOf("aux ax axf auxf auxww auxwww axu")])).options(TOP),
    looks("port").operands(only(&[Name, Text])),
    looks("diff").operands(only(&[Name])),
    looks("history").operands(only(&[Name])).options(HISTORY),
    looks("version info").options(&[TEMPLATE]),
    looks("events").options(&[FILTER, FORMAT, value("--since --until", Text)]),
    looks("help").operands(each(Name)),
    looks("container").subcommands(&[
        looks("ls list ps").options(PS),
        looks("inspect").operands(each(Name)).options(SIZES),
        looks("logs").operands(only(&[Name])).options(LOGS),
        looks("stats").operands(each(Name)).options(STATS),
        looks("top").operands(only(&[Name, OneOf("aux ax axf auxf auxww")])).options(TOP),
        looks("port").operands(only(&[Name, Text])),
        looks("diff").operands(only(&[Name])),
        effect("start restart stop pause unpause kill", CHANGES).seen().operands(each(Name)).options(STOP),
        effect("rm prune attach commit cp export rename update wait", CHANGES).seen(),
        RUN,
        effect("exec", RUNS).runs(&[Runs::Command { after: 1 }]).operands(only(&[Name])).options(EXEC),
    ]),
    looks("image").subcommands(&[
        looks("ls list").operands(only(&[Text])).options(IMAGES),
        looks("inspect").operands(each(Name)).options(OF_IMAGE),
        looks("history").operands(only(&[Name])).options(HISTORY),
        effect("build import load prune pull push rm save tag", CHANGES).seen(),
    ]),
    looks("volume").subcommands(&[
        looks("ls list").options(VOLUMES),
        looks("inspect").operands(each(Name)).options(OF_ANY),
        effect("create prune rm update", CHANGES).seen(),
    ]),
    looks("network").subcommands(&[
        looks("ls list").options(LONG_LIST),
        looks("inspect").operands(each(Name)).options(DETAILS),
        effect("create prune rm connect disconnect", CHANGES).seen(),
    ]),
    looks("system").subcommands(&[
        looks("df").options(&[flags("-v,--verbose"), FORMAT]),
        looks("info").options(&[TEMPLATE]),
        looks("events").options(&[FILTER, FORMAT, value("--since --until", Text)]),
        effect("prune", "removes containers, images and volumes").seen(),
        effect("dial-stdio", STREAMS),
    ]),
    looks("buildx").subcommands(&[
        looks("ls").options(&[attached("--no-trunc", BOOL), FORMAT]),
        looks("version"),
        looks("du").options(&[flags("--verbose"), value("--filter", Text), FORMAT]),
        effect("build bake create inspect rm prune stop use imagetools install uninstall history debug", CHANGES)
            .seen(),
    ]),
    looks("builder").subcommands(&[
        looks("du").options(&[flags("--verbose"), value("--filter", Text), FORMAT]),
        effect("build prune", CHANGES).seen(),
    ]),
    looks("context").subcommands(&[
        looks("ls list").options(SHORT_LIST),
        looks("show"),
        looks("inspect").operands(each(Name)).options(OF_ANY),
        effect("create export import rm update use", "changes which daemon is asked").seen(),
    ]),
    looks("node").subcommands(&[
        looks("ls list").options(LIST),
        looks("ps").operands(each(Name)).options(TASKS),
        looks("inspect").operands(each(Name)).options(PRETTY),
        effect("demote promote rm update", CHANGES).seen(),
    ]),
    looks("service").subcommands(&[
        looks("ls list").options(LIST),
        looks("ps").operands(each(Name)).options(TASKS),
        looks("inspect").operands(each(Name)).options(PRETTY),
        looks("logs").operands(only(&[Name])).options(SERVICE_LOGS),
        effect("create rm rollback scale update", CHANGES).seen(),
    ]),
    looks("stack").subcommands(&[
        looks("ls list").options(&[FORMAT]),
        looks("ps").operands(only(&[Name])).options(TASKS),
        looks("services").operands(only(&[Name])).options(LIST),
        effect("config deploy up rm remove down", CHANGES).seen(),
    ]),
    looks("plugin").subcommands(&[
        looks("ls list").options(LONG_LIST),
        looks("inspect").operands(each(Name)).options(OF_ANY),
        effect("create disable enable install push rm set upgrade", CHANGES).seen(),
    ]),
    looks("secret config").subcommands(&[
        looks("ls list").options(LIST),
        effect("inspect create rm", SECRETS),
    ]),
    looks("swarm").subcommands(&[effect("ca init join join-token leave unlock unlock-key update", SECRETS)]),
    looks("compose").reads_workdir().input(Input::Program).options(compose::OPTIONS).subcommands(compose::SUBCOMMANDS),
    effect("restart start stop pause unpause kill", CHANGES).seen().operands(each(Name)).options(STOP),
    effect("rm rmi", "removes its operands").seen().operands(each(Name)).options(&[
        refused("-f,--force -v,--volumes -l,--link", MORE),
    ]),
    effect("pull", REGISTRY).seen().operands(only(&[Never("names any registry")])).options(&[flags("-q,--quiet")]),
    effect("exec", RUNS).runs(&[Runs::Command { after: 1 }]).operands(only(&[Name])).options(EXEC),
    effect("search login logout push manifest trust", REGISTRY).seen(),
    effect("attach", STREAMS),
    RUN,
    effect("build commit cp export import load rename save tag update wait", CHANGES).seen(),
];

const OUTPUT: Options = value("-o,--output", OneOf("json yaml table go-template"));

#[rustfmt::skip]
pub static CRICTL: &[Row] = &[
    looks("ps").options(&[
        flags("-a,--all -l,--latest --no-trunc -q,--quiet -v,--verbose -r,--resolve-image-path"),
        value("--id --image --name --namespace --label -p,--pod -s,--state", Text),
        value("-n,--last", Number),
        OUTPUT,
    ]),
    looks("pods").options(&[
        flags("-l,--latest --no-trunc -q,--quiet -v,--verbose"),
        value("--id --name --namespace --label -s,--state", Text),
        value("-n,--last", Number),
        OUTPUT,
    ]),
    looks("images image img").operands(only(&[Text])).options(&[
        flags("--digests --no-trunc -q,--quiet -v,--verbose"),
        value("-f,--filter", Text),
        OUTPUT,
    ]),
    looks("inspect inspectp inspecti").operands(each(Name)).options(&[
        flags("-q,--quiet"),
        value("--template", Script(GoTemplate)),
        OUTPUT,
    ]),
    looks("logs").operands(only(&[Name])).options(&[
        flags("-f,--follow -p,--previous -t,--timestamps"),
        value("--tail --limit-bytes", Number),
        value("--since", Text),
        refused("-r,--reopen", "changes where the logs are written"),
    ]),
    looks("stats statsp").operands(only(&[Name])).options(&[
        flags("-a,--all -w,--watch"),
        value("--id --label --name -p,--pod", Text),
        value("-s,--seconds", Number),
        OUTPUT,
    ]),
    looks("info status").options(&[flags("-q,--quiet"), value("--template", Script(GoTemplate)), OUTPUT]),
    looks("imagefsinfo").options(&[value("--template", Script(GoTemplate)), OUTPUT]),
    looks("version runtime-config metricdescs"),
    looks("events").options(&[value("--template", Script(GoTemplate)), OUTPUT]),
    effect("start stop stopp", CHANGES).seen().operands(each(Name)).options(&[value("-t,--timeout", Number)]),
    effect("rm rmp rmi", "removes its operands").seen().operands(each(Name)).options(&[
        refused("-a,--all -f,--force -q,--prune", MORE),
    ]),
    effect("attach exec run runp create update pull port-forward checkpoint config completion", CHANGES).seen(),
];

const QUIET: &[Options] = &[flags("-q,--quiet -d,--detailed")];

#[rustfmt::skip]
static CTR: &[Row] = &[
    looks("version"),
    looks("events event"),
    looks("plugins plugin").subcommands(&[looks("list ls").operands(each(Text)).options(QUIET)]),
    looks("containers c container").subcommands(&[
        looks("list ls").operands(each(Text)).options(QUIET),
        looks("info").operands(only(&[Name])).options(&[flags("--spec")]),
        effect("create delete del remove rm label checkpoint restore", CHANGES).seen(),
    ]),
    looks("images image i").subcommands(&[
        looks("list ls").operands(each(Text)).options(QUIET),
        looks("check").operands(each(Text)).options(&[flags("-q,--quiet"), value("--snapshotter", Name)]),
        effect("export import mount unmount pull push delete del remove rm tag label convert", CHANGES).seen(),
    ]),
    looks("tasks t task").subcommands(&[
        looks("list ls").options(QUIET),
        looks("ps").operands(only(&[Name])),
        looks("metrics metric").operands(only(&[Name])).options(&[value("--format", OneOf("table json"))]),
        effect("attach checkpoint delete del remove rm exec kill pause resume start", CHANGES).seen(),
    ]),
    looks("snapshots snapshot").options(&[value("--snapshotter", Name)]).subcommands(&[
        looks("list ls tree"),
        looks("info").operands(only(&[Name])),
        looks("usage").operands(each(Name)).options(&[flags("-b")]),
        effect("commit diff mounts m mount prepare delete del remove rm label unpack view", CHANGES).seen(),
    ]),
    looks("content").subcommands(&[
        looks("list ls").operands(each(Text)).options(QUIET),
        looks("active"),
        effect("delete del remove rm edit fetch fetch-object get ingest push-object label prune", CHANGES).seen(),
    ]),
    looks("namespaces namespace ns").subcommands(&[
        looks("list ls").options(QUIET),
        effect("create c remove rm label", CHANGES).seen(),
    ]),
    looks("leases").subcommands(&[
        looks("list ls").operands(each(Text)).options(QUIET),
        effect("create delete del remove rm", CHANGES).seen(),
    ]),
    effect("run install oci shim pprof", RUNS),
];
