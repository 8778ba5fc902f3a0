//! Helm, flux and argocd: what deploys to Kubernetes.

use crate::language::Language::GoTemplate;
use crate::row::Kind::{Begins, Either, Ends, Name, Never, Number, OneOf, Package, Script, Text};
use crate::row::{
    Kind, Options, Row, attached, each, effect, flags, looks, only, refused, refused_value, value,
};

const BOOL: Kind = OneOf("true false");
const CLUSTER: &str = "asks another cluster, or as somebody else";
const CHANGES: &str = "changes what the cluster runs";
const CHARTS: &str = "reads charts from any place";
const FILES: &str = "reads any file";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("argocd").subcommands(&[
        looks("version").options(&[flags("--client --short")]),
        looks("app").subcommands(&[
            looks("list ls").options(&[
                value("-o,--output", OneOf("json yaml wide name")),
                value("-l,--selector -p,--project -r,--repo", Text),
            ]),
            looks("get history resources").operands(only(&[Name])).options(&[
                value("-o,--output", OneOf("json yaml wide id tree tree=detailed")),
                flags("--show-operation --show-params"),
                refused("--refresh --hard-refresh", CHANGES),
            ]),
            effect("create delete edit patch rollback set sync terminate-op unset wait manifests diff logs actions \
                add-source remove-source delete-resource patch-resource", CHANGES),
        ]),
        looks("cluster proj repo").subcommands(&[
            looks("list ls").options(&[value("-o,--output", OneOf("json yaml wide name"))]),
            effect("add rm create delete edit get set rotate-auth", CHANGES),
        ]),
        effect("account admin appset cert context gpg login logout relogin repocreds", CHANGES),
    ]).by_manual(),
    looks("flux").options(&[
        value("-n,--namespace", Name).sets("namespace"),
        refused_value("--context --kubeconfig -s,--server --token --as --as-group --cluster --user", CLUSTER)
            .sets("namespace"),
    ]).subcommands(&[
        looks("get").subcommands(&[
            looks("all kustomizations kustomization ks helmreleases helmrelease hr sources alerts receivers images")
                .operands(each(Name)).options(&[flags("-A,--all-namespaces").sets("namespace"), flags("--no-header")]),
        ]),
        looks("version check stats").options(&[flags("--client")]),
        looks("events").options(&[flags("-A,--all-namespaces").sets("namespace"), value("--for --types", Text)]),
        looks("logs").options(&[
            flags("-A,--all-namespaces").sets("namespace"),
            flags("-f,--follow"),
            value("--level", OneOf("debug info error")),
            value("--kind --name", Name),
            value("--tail", Number),
            value("--since --since-time", Text),
        ]),
        effect("bootstrap build create delete diff export install pull push reconcile resume suspend tag trace \
                tree uninstall", CHANGES),
    ]).by_manual(),
    looks("helm").options(&[
        value("-n,--namespace", Either(&[Name, Begins("=")])).sets("namespace"),
        attached("--debug", BOOL),
        flags("-h,--help"),
        refused_value("--kube-context --kube-apiserver --kube-token --kube-as-user --kube-as-group", CLUSTER)
            .sets("namespace"),
        refused_value("--kubeconfig --kube-ca-file --kube-tls-server-name", CLUSTER).sets("namespace"),
        refused("--kube-insecure-skip-tls-verify", CLUSTER),
        refused_value("--registry-config --repository-cache --repository-config --content-cache", FILES),
        value("--burst-limit --qps", Number),
    ]).subcommands(HELM).by_manual(),
];

#[rustfmt::skip]
const OUTPUT: Options = value("-o,--output", Either(&[OneOf("json yaml table =json =yaml =table")]));
const REVISION: Options = value("--revision", Number);
const TEMPLATE: Options = value("--template", Script(GoTemplate));

/// A chart on this host, or one that the rule begins.
const CHART: Kind = Either(&[Package, OneOf(". ./"), Begins("./"), Never(CHARTS)]);

#[rustfmt::skip]
const VALUES: &[Options] = &[
    value("-f,--values", Either(&[Ends(".yaml .yml"), Never(FILES)])),
    value("--set --set-string --set-json --set-literal", Text),
    value("-s,--show-only -a,--api-versions --kube-version --version", Text),
    flags("-g"),
    attached("--strict --quiet --with-subcharts --include-crds --no-hooks --skip-tests --is-upgrade", BOOL),
    attached("--skip-schema-validation --generate-name --release-name --devel --hide-notes", BOOL),
    refused("--dependency-update --validate --enable-dns --verify --insecure-skip-tls-verify --plain-http", CHARTS),
    refused_value("--post-renderer --post-renderer-args", "runs a program"),
    refused_value("--output-dir", "writes files"),
    refused_value("--set-file", FILES),
    refused_value("--name-template", "shows variables of the environment, and looks names up"),
    refused_value("--repo --username --password --ca-file --cert-file --key-file --keyring --dry-run", CHARTS),
];

#[rustfmt::skip]
static HELM: &[Row] = &[
    looks("list ls").options(&[
        flags("-A").sets("namespace"),
        attached("--all-namespaces", BOOL).sets("namespace"),
        flags("-a -d -q -r"),
        attached("--all --date --deployed --failed --no-headers --pending --reverse --short --superseded", BOOL),
        attached("--uninstalled --uninstalling", BOOL),
        value("-f,--filter -l,--selector --time-format", Text),
        value("-m,--max --offset", Number),
        OUTPUT,
    ]),
    looks("history hist").operands(only(&[Name])).options(&[value("--max", Number), OUTPUT]),
    looks("status").operands(only(&[Name])).options(&[
        attached("--show-desc --show-resources", BOOL),
        REVISION, OUTPUT,
    ]),
    looks("get").subcommands(&[
        looks("values").operands(only(&[Name])).options(&[flags("-a"), attached("--all", BOOL), REVISION, OUTPUT]),
        looks("all").operands(only(&[Name])).options(&[REVISION, TEMPLATE]),
        looks("manifest hooks notes").operands(only(&[Name])).options(&[REVISION]),
        looks("metadata").operands(only(&[Name])).options(&[REVISION, OUTPUT]),
    ]),
    looks("search").subcommands(&[
        // `search repo` reads the copy of the index on this host; `search hub` reaches another host.
        looks("repo").operands(each(Text)).options(&[
            flags("-l -r"),
            attached("--versions --devel --regexp --fail-on-no-result", BOOL),
            value("--version", Text),
            value("--max-col-width", Number),
            OUTPUT,
        ]),
        effect("hub", "reaches another host"),
    ]),
    looks("repo").subcommands(&[
        looks("list ls").options(&[attached("--no-headers", BOOL), OUTPUT]),
        effect("add index remove rm update up", "changes its repositories"),
    ]),
    looks("plugin").subcommands(&[
        looks("list ls"),
        effect("install uninstall update", "runs a program"),
    ]),
    looks("version").options(&[flags("-c,--client"), attached("--short", BOOL), TEMPLATE]),
    looks("help").operands(each(Name)),
    looks("env").operands(only(&[Name])),
    effect("rollback", CHANGES).operands(only(&[Name, Number])).options(&[
        refused_value("-n,--namespace", "acts on more than the rule says"),
        refused("--force --cleanup-on-fail --recreate-pods", "acts on more than the rule says"),
        attached("--wait", BOOL),
        attached("--dry-run", BOOL).sets("dry run"),
        value("--timeout", Number),
    ]),
    effect("install upgrade uninstall delete del un test create package push registry", CHANGES),
    // The chart is one of a repository that is set up, or one on this host; only the files of a chart are shown.
    looks("show inspect").subcommands(&[
        looks("chart values readme crds all").operands(only(&[Name])).options(&[
            value("--version", Text),
            attached("--devel", BOOL),
            refused_value("--repo --username --password --ca-file --cert-file --key-file --keyring", CHARTS),
            refused("--verify --insecure-skip-tls-verify --plain-http --pass-credentials", CHARTS),
        ]),
    ]),
    looks("dependency dep dependencies").subcommands(&[
        looks("list ls").operands(only(&[Name])).options(&[value("--max-col-width", Number)]),
        effect("build update up", CHARTS),
    ]),
    // A chart is templates. These run nothing and reach nothing without the options that are refused here.
    looks("lint").reads_workdir().operands(each(CHART)).options(VALUES),
    looks("template").reads_workdir().operands(only(&[CHART, CHART])).options(VALUES),
    effect("pull fetch verify", CHARTS),
    effect("completion", "prints a script"),
];
