//! Programs beside kubectl: kubeadm, kubelet, kind, k3d, istioctl, cilium, linkerd, velero, buildah, and others.

use crate::language::Language::GoTemplate;
use crate::row::Kind::{Name, Number, OneOf, Package, Script, Text};
use crate::row::{
    Kind, Options, Row, Runs, attached, each, effect, flags, looks, only, refused, refused_value,
    value,
};

const BOOL: Kind = OneOf("true false");
const CHANGES: &str = "changes what the cluster runs";
const CLUSTER: &str = "asks another cluster, or as somebody else";
const FILES: &str = "reads any file";
const RUNS: &str = "runs a program";

const NAMESPACE: Options = value("-n,--namespace", Name).sets("namespace");
const EVERYWHERE: Options = flags("-A,--all-namespaces").sets("namespace");
const OTHERS: Options = refused_value(
    "--kubeconfig --context --kube-context -c --as --token",
    CLUSTER,
);
const OUTPUT: Options = value("-o,--output", OneOf("json yaml table wide short name"));

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("buildah")
        .runs(&[Runs::After("exec run runp shell enter start create kubectl ctr crictl")])
        .options(&[flags("-v,--version -h,--help")]).subcommands(&[
        looks("images containers ps").options(&[
            flags("-a,--all -q,--quiet -n,--noheading --no-trunc --digests --json"),
            value("-f,--filter", Text),
            value("--format", Script(GoTemplate)),
        ]),
        looks("version info"),
        looks("inspect").operands(only(&[Name])).options(&[
            value("-f,--format", Script(GoTemplate)),
            value("-t,--type", OneOf("container image manifest")),
        ]),
        effect("add bud build commit config copy from login logout manifest mount prune pull push rename rm rmi run \
            tag umount unshare", RUNS),
    ]).by_manual(),
    looks("cilium cilium-dbg").options(&[NAMESPACE, OTHERS, flags("-h,--help")]).subcommands(&[
        looks("status").options(&[
            flags("--brief --verbose --all-addresses --all-controllers --all-health --all-nodes --all-redirects"),
            OUTPUT,
        ]),
        looks("version").options(&[flags("--client"), OUTPUT]),
        looks("endpoint").subcommands(&[
            looks("list").options(&[OUTPUT]),
            looks("get").operands(only(&[Package])).options(&[OUTPUT]),
            effect("config disconnect labels regenerate", CHANGES),
        ]),
        looks("node service identity").subcommands(&[
            looks("list").options(&[OUTPUT]),
            effect("delete update get", CHANGES),
        ]),
        effect("install upgrade uninstall hubble clustermesh connectivity config sysdump cleanup bpf policy monitor \
            encryption", CHANGES),
    ]).by_manual(),
    looks("istioctl").options(&[
        NAMESPACE, OTHERS,
        value("-i,--istioNamespace", Name),
        flags("-h,--help"),
    ]).subcommands(&[
        looks("version").options(&[flags("--short"), attached("--remote", BOOL), OUTPUT]),
        looks("proxy-status ps").operands(only(&[Name])),
        looks("proxy-config pc").subcommands(&[
            looks("cluster clusters c listener listeners l route routes r endpoint endpoints ep bootstrap b ecds all \
                log secret secrets s").operands(only(&[Name])).options(&[
                    OUTPUT,
                    value("--fqdn --direction --subset --address --type --name --cluster --status", Text),
                    value("--port", Number),
                    flags("--verbose"),
                    refused_value("-f,--file", FILES),
                    refused_value("--level", CHANGES),
                    refused("-r,--reset", CHANGES),
                ]),
        ]),
        // With operands, `analyze` reads files.
        looks("analyze").options(&[EVERYWHERE, flags("-v,--verbose --list-analyzers"), OUTPUT]),
        effect("install uninstall upgrade manifest operator kube-inject bug-report dashboard d admin experimental \
            x tag \
            validate create-remote-secret remote-clusters waypoint ztunnel-config", CHANGES),
    ]).by_manual(),
    looks("k3d").subcommands(&[
        looks("cluster node registry").subcommands(&[
            looks("list ls get").operands(each(Package)).options(&[flags("--no-headers --token"), OUTPUT]),
            effect("create start stop delete edit", CHANGES),
        ]),
        looks("version"),
        effect("image kubeconfig config", CHANGES),
    ]).options(&[flags("--version -h,--help")]).by_manual(),
    looks("kind").subcommands(&[
        looks("get").subcommands(&[
            looks("clusters"),
            looks("nodes").options(&[value("--name", Name), flags("-A,--all-clusters")]),
            effect("kubeconfig", "shows secrets"),
        ]),
        looks("version"),
        effect("create delete build export load", CHANGES),
    ]).options(&[flags("--version -q,--quiet -h,--help")]).by_manual(),
    looks("kubeadm").options(&[
        flags("-h,--help"),
        refused_value("--kubeconfig --config --cert-dir --rootfs", FILES),
    ]).subcommands(&[
        looks("version").options(&[value("-o,--output", OneOf("json yaml short"))]),
        looks("certs").subcommands(&[
            looks("check-expiration").options(&[value("-o,--output", OneOf("json yaml text"))]),
            effect("renew certificate-key generate-csr", CHANGES),
        ]),
        looks("config").subcommands(&[
            looks("images").subcommands(&[
                looks("list").options(&[value("--kubernetes-version", Package)]),
                effect("pull", "reaches a registry"),
            ]),
            looks("print").subcommands(&[looks("init-defaults join-defaults reset-defaults upgrade-defaults")]),
            effect("migrate validate", FILES),
        ]),
        effect("init join reset upgrade token kubeconfig alpha completion", CHANGES),
    ]),
    // Without a word kubectx lists; with `-c` it names the context in use; with a name it changes the context.
    looks("kubectx kubens").options(&[flags("-c,--current -h,--help -V,--version")]).by_manual(),
    effect("kubelet kube-proxy kube-apiserver kube-scheduler kube-controller-manager kustomize", CHANGES)
        .syntax(crate::row::Syntax::Words).options(&[flags("--version")]),
    looks("linkerd").options(&[NAMESPACE, OTHERS, flags("-h,--help")]).subcommands(&[
        looks("check").options(&[flags("--proxy --pre"), value("--wait", Number), OUTPUT]),
        looks("version").options(&[flags("--client --short --proxy")]),
        effect("install inject uninstall upgrade prune profile completion diagnostics viz multicluster \
            jaeger", CHANGES),
    ]).by_manual(),
    effect("k9s skaffold stern", "runs a program").options(&[flags("--version")])
        .subcommands(&[looks("version info").options(&[flags("-s,--short")])]),
    looks("velero").options(&[NAMESPACE, OTHERS, flags("-h,--help")]).subcommands(&[
        looks("get").subcommands(&[
            looks("backups backup restores restore schedules schedule backup-locations snapshot-locations plugins")
                .operands(each(Package)).options(&[OUTPUT, value("-l,--selector", Text)]),
        ]),
        looks("backup restore schedule backup-location").subcommands(&[
            looks("get").operands(each(Package)).options(&[OUTPUT, value("-l,--selector", Text)]),
            looks("describe logs").operands(each(Package)).options(&[flags("--details")]),
            effect("create delete download set pause unpause", CHANGES),
        ]),
        looks("version").options(&[flags("--client-only")]),
        effect("install uninstall create delete plugin debug client", CHANGES),
    ]).by_manual(),
];
