//! Kubernetes: kubectl, oc, and what starts clusters. Helm has a file of its own.

use super::containers::CRICTL;
use crate::language::Language::KubeOutput;
use crate::row::Kind::{Begins, Either, Name, Number, OneOf, Package, Script, Text};
use crate::row::{
    Kind, Options, Row, Runs, attached, each, effect, flags, looks, nothing, only, refused,
    refused_value, value,
};

const BOOL: Kind = OneOf("true false");
const CLUSTER: &str = "asks another cluster, or as somebody else";
const FILES: &str = "reads any file";
const WRITES: &str = "writes files";
const CHANGES: &str = "changes what the cluster runs";
const MORE: &str = "acts on more than the rule says";
const RUNS: &str = "runs a program";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("k3s").runs(&[Runs::After("exec run runp shell enter start create kubectl ctr crictl")]).subcommands(&[
        looks("kubectl").options(GLOBAL).subcommands(KUBECTL),
        looks("crictl").subcommands(CRICTL),
        looks("--version -v"),
        effect("server agent etcd-snapshot secrets-encrypt certificate token ctr check-config", CHANGES).seen(),
    ]).syntax(crate::row::Syntax::None).by_manual(),
    looks("kubectl oc").options(GLOBAL).subcommands(KUBECTL),
    looks("microk8s").runs(&[Runs::After("exec run debug")]).subcommands(&[
        looks("kubectl").options(GLOBAL).subcommands(KUBECTL),
        looks("status").options(&[value("--format", OneOf("pretty yaml short")), value("-t,--timeout", Number)]),
        looks("version"),
    ]).by_manual(),
    looks("minikube").runs(&[Runs::After("enter exec ssh -c -- -e")]).subcommands(&[
        looks("status").options(&[value("-o,--output", OneOf("text json")), value("-p,--profile", Name)]),
        looks("version").options(&[flags("--short --components"), value("-o,--output", OneOf("json yaml"))]),
        looks("profile").subcommands(&[looks("list").options(&[value("-o,--output", OneOf("json table"))])]),
        looks("addons").subcommands(&[looks("list").options(&[value("-o,--output", OneOf("json list"))])]),
        looks("ip").options(&[value("-p,--profile", Name)]),
        effect("start stop delete pause unpause ssh kubectl config mount service tunnel", CHANGES).seen(),
    ]).by_manual(),
];

/// The options of kubectl that may stand anywhere. `-n=web` is read as `-n web`.
#[rustfmt::skip]
const GLOBAL: &[Options] = &[
    value("-n,--namespace", Either(&[Name, Begins("=")])).sets("namespace"),
    value("--request-timeout", Number),
    attached("--match-server-version --disable-compression --warnings-as-errors", BOOL),
    flags("-h,--help"),
    refused_value("--context --cluster --user", CLUSTER).sets("cluster"),
    refused_value("--kubeconfig", "reads any file, and runs the programs that it names").sets("cluster"),
    refused_value("-s,--server --token --username --password", CLUSTER).sets("cluster"),
    refused_value("--as --as-group --as-uid --as-user-extra", CLUSTER),
    refused_value("--certificate-authority --client-certificate --client-key --tls-server-name", CLUSTER),
    refused("--insecure-skip-tls-verify", CLUSTER),
    refused_value("--profile --profile-output --log-file --log-dir --cache-dir", WRITES),
    value("-v,--v", Either(&[Number, Begins("=")])),
    refused_value("--vmodule --kuberc", "reads settings from any file"),
];

const EVERYWHERE: Options = flags("-A").sets("namespace");
const EVERYWHERE_LONG: Options = attached("--all-namespaces", BOOL).sets("namespace");
const LABELS: Options = value("-l,--selector", Text);
const SELECTOR: Options = value("-l,--selector --field-selector", Text);
const KUSTOMIZE: Options = refused_value("-k,--kustomize", FILES);
const FILE: Options = refused_value("-f,--filename", FILES);

/// Formats, without those that print a file: `templatefile=`, `go-template-file=`, `jsonpath-file=`, ….
#[rustfmt::skip]
const OUTPUT: Options = value("-o,--output", Either(&[
    Script(KubeOutput),
    OneOf("json yaml wide name kyaml =json =yaml =wide =name plaintext plaintext-openapiv2"),
]));

#[rustfmt::skip]
const GET: &[Options] = &[
    EVERYWHERE, EVERYWHERE_LONG, SELECTOR, OUTPUT, KUSTOMIZE, FILE,
    value("--sort-by", Text),
    value("--chunk-size", Number),
    value("-L,--label-columns", Text),
    value("--subresource", OneOf("status scale resize ephemeralcontainers")),
    flags("-w -R"),
    attached("--watch --watch-only --output-watch-events --show-labels --show-kind --show-managed-fields", BOOL),
    attached("--no-headers --ignore-not-found --server-print --recursive --allow-missing-template-keys", BOOL),
    // The API server may hand other paths on to a pod or a node.
    value("--raw", OneOf(RAW)),
    refused_value("--template", "may be a file for some values of -o"),
];

const RAW: &str = "\
    /healthz /healthz?verbose /livez /livez?verbose /readyz /readyz?verbose /healthz/etcd /readyz/etcd /livez/etcd \
    /readyz/ping /version /metrics /openapi/v2 /.well-known/openid-configuration \
    /openid/v1/jwks /apis/metrics.k8s.io /apis/metrics.k8s.io/v1beta1 /apis/metrics.k8s.io/v1beta1/nodes \
    /apis/metrics.k8s.io/v1beta1/pods /apis/custom.metrics.k8s.io/v1beta1 /apis/external.metrics.k8s.io/v1beta1";

#[rustfmt::skip]
const DESCRIBE: &[Options] = &[
    EVERYWHERE, EVERYWHERE_LONG, LABELS, KUSTOMIZE, FILE,
    attached("--show-events", BOOL),
    value("--chunk-size", Number),
];

/// A type, `type/name` or a list of types. Lists that begin in another way are not granted.
#[rustfmt::skip]
const OBJECT: Kind = Either(&[
    Name,
    Begins("all,"), Begins("cm,"), Begins("configmap,"), Begins("configmaps,"), Begins("cronjob,"),
    Begins("cronjobs,"), Begins("daemonset,"), Begins("daemonsets,"), Begins("deploy,"), Begins("deployment,"),
    Begins("deployments,"), Begins("ds,"), Begins("endpoints,"), Begins("ep,"), Begins("events,"), Begins("hpa,"),
    Begins("ing,"), Begins("ingress,"), Begins("job,"), Begins("jobs,"), Begins("namespaces,"), Begins("no,"),
    Begins("node,"), Begins("nodes,"), Begins("ns,"), Begins("po,"), Begins("pod,"), Begins("pods,"), Begins("pv,"),
    Begins("pvc,"), Begins("replicaset,"), Begins("replicasets,"), Begins("rs,"), Begins("service,"),
    Begins("services,"), Begins("role,"), Begins("roles,"), Begins("rolebinding,"), Begins("rolebindings,"),
    Begins("clusterrole,"), Begins("clusterroles,"), Begins("clusterrolebindings,"), Begins("secret,"),
    Begins("secrets,"), Begins("netpol,"), Begins("networkpolicy,"), Begins("networkpolicies,"), Begins("pdb,"),
    Begins("crd,"), Begins("crds,"), Begins("serviceaccount,"), Begins("serviceaccounts,"), Begins("ingresses,"),
    Begins("cj,"), Begins("event,"), Begins("ev,"), Begins("endpointslices,"), Begins("replicationcontroller,"),
    Begins("rc,"), Begins("route,"), Begins("routes,"), Begins("dc,"), Begins("bc,"), Begins("is,"), Begins("quota,"),
    Begins("resourcequota,"), Begins("limits,"), Begins("limitrange,"), Begins("storageclass,"), Begins("gateway,"),
    Begins("vs,"), Begins("virtualservice,"), Begins("certificate,"), Begins("certificates,"), Begins("issuer,"),
    Begins("hr,"), Begins("ks,"), Begins("machine,"), Begins("machines,"), Begins("csr,"), Begins("sa,"),
    Begins("sc,"), Begins("statefulset,"), Begins("statefulsets,"), Begins("sts,"), Begins("svc,"),
]);

const ANY: Kind = Either(&[Name, OneOf("*")]);

/// Types are signs: a rule that spells a type leaves the names after it open, a rule that begins one does not.
const NAMES: &str = "\
    all cm configmap configmaps cj cronjob cronjobs crd crds customresourcedefinition customresourcedefinitions ds \
    daemonset daemonsets deploy deployment deployments deployments.apps ep endpoints endpointslice endpointslices ev \
    event events hpa horizontalpodautoscaler horizontalpodautoscalers ing ingress ingresses ingressclass \
    ingressclasses job jobs lease leases limits limitrange limitranges netpol networkpolicy networkpolicies no node \
    nodes ns namespace namespaces pdb poddisruptionbudget poddisruptionbudgets po pod pods pv persistentvolume \
    persistentvolumes pvc persistentvolumeclaim persistentvolumeclaims quota resourcequota resourcequotas rc \
    replicationcontroller replicationcontrollers rs replicaset replicasets role roles rolebinding rolebindings \
    clusterrole clusterroles clusterrolebinding clusterrolebindings sa serviceaccount serviceaccounts secret secrets \
    sc storageclass storageclasses sts statefulset statefulsets svc service services volumeattachment \
    volumeattachments priorityclass priorityclasses certificate certificates certificaterequest certificaterequests \
    clusterissuer clusterissuers issuer issuers application applications virtualservice virtualservices gateway \
    gateways httproute httproutes ingressroute ingressroutes route routes build builds buildconfig buildconfigs dc \
    deploymentconfig deploymentconfigs project projects servicemonitor servicemonitors podmonitor prometheusrule \
    prometheusrules helmrelease helmreleases kustomization kustomizations gitrepository gitrepositories \
    componentstatuses cs";

/// Options of effects. The rule names the objects and their namespace; none of these options may add others.
#[rustfmt::skip]
const ONLY_THESE: &[Options] = &[
    refused_value("-n,--namespace", MORE),
    refused("-A,--all-namespaces --all --force --now --disable-eviction --delete-emptydir-data", MORE),
    refused_value("-l,--selector --field-selector --pod-selector --grace-period", MORE),
    KUSTOMIZE, FILE, OUTPUT,
    refused_value("--raw", "sends a request to any address of the server"),
    refused_value("--template", FILES),
    value("--timeout --replicas --current-replicas --revision --to-revision", Number),
    attached("--wait --ignore-not-found --ignore-daemonsets --show-managed-fields", BOOL),
    attached("--dry-run", OneOf("client server")).sets("dry run"),
];

#[rustfmt::skip]
pub static KUBECTL: &[Row] = &[
    looks("get").operands(each(OBJECT)).signs(NAMES).options(GET),
    looks("describe").operands(each(OBJECT)).signs(NAMES).options(DESCRIBE),
    looks("logs log").operands(only(&[Name, Package])).options(&[
        // `-f` of `logs` follows; in other commands it names a file.
        flags("-f -p"),
        attached("--follow --previous --timestamps --all-containers --all-pods --prefix --ignore-errors", BOOL),
        value("-c,--container", Either(&[Name, Begins("=")])),
        value("--tail --limit-bytes --since --max-log-requests --pod-running-timeout", Number),
        value("--since-time", Text),
        LABELS,
        refused("--insecure-skip-tls-verify-backend", CLUSTER),
    ]),
    looks("top").subcommands(&[
        looks("pod pods po").operands(each(Name)).options(TOP),
        looks("node nodes no").operands(each(Name)).options(TOP),
    ]),
    looks("explain").operands(only(&[Name])).options(&[
        value("--api-version", Text),
        attached("--recursive", BOOL),
        OUTPUT,
    ]),
    looks("version").options(&[attached("--client --short --server", BOOL), OUTPUT]),
    looks("cluster-info").subcommands(&[effect("dump", "writes files, and shows the logs of all pods")]),
    looks("api-resources").options(&[
        value("--api-group --categories --verbs --sort-by", Text),
        attached("--cached --namespaced --no-headers", BOOL),
        OUTPUT,
    ]),
    looks("api-versions"),
    looks("options project projects"),
    looks("help").operands(each(Name)),
    looks("config").subcommands(&[
        looks("view").options(&[
            attached("--minify --merge --show-managed-fields", BOOL),
            OUTPUT,
            refused("--raw --flatten", "shows secrets"),
            refused_value("--template", FILES),
        ]),
        looks("current-context"),
        looks("get-contexts").operands(each(Name)).options(&[attached("--no-headers", BOOL), OUTPUT]),
        looks("get-clusters get-users"),
        effect("delete-cluster delete-context delete-user rename-context set set-cluster set-context \
                set-credentials unset use-context", "changes its own settings").seen(),
    ]),
    looks("auth").subcommands(&[
        looks("can-i").operands(only(&[ANY, ANY, ANY])).options(&[
            flags("-q"),
            attached("--list --quiet --no-headers", BOOL),
            value("--subresource", Name),
            // `can-i` only asks whether this user may do something.
            value("--as --as-group --as-uid", Text),
            EVERYWHERE, EVERYWHERE_LONG,
        ]),
        looks("whoami").options(&[OUTPUT, refused_value("--template", FILES)]),
        effect("reconcile", CHANGES).seen(),
    ]),
    looks("whoami").options(&[
        flags("-c --show-console --show-server --show-context"),
        refused("-t,--show-token", "shows a secret"),
    ]),
    looks("rollout").subcommands(&[
        looks("status").operands(each(Name)).signs(NAMES).options(ROLLOUT),
        looks("history").operands(each(Name)).signs(NAMES).options(ROLLOUT),
        effect("restart pause resume undo", CHANGES).seen().operands(each(Name)).signs(NAMES).options(ONLY_THESE),
    ]),
    looks("events").options(&[
        EVERYWHERE, EVERYWHERE_LONG, OUTPUT,
        value("--for --types", Text),
        value("--chunk-size", Number),
        flags("-w"),
        attached("--watch --no-headers", BOOL),
        refused_value("--template", FILES),
    ]),
    looks("wait").operands(each(Name)).signs(NAMES).options(&[
        EVERYWHERE, EVERYWHERE_LONG, SELECTOR, FILE, OUTPUT,
        value("--for", Text),
        value("--timeout", Number),
        attached("--all", BOOL),
        refused_value("--template", FILES),
    ]),
    looks("status").options(&[attached("--suggest", BOOL)]),
    effect("scale delete cordon uncordon drain", CHANGES).seen().operands(each(Name)).signs(NAMES)
        .options(ONLY_THESE),
    effect("exec", RUNS).runs(&[Runs::Command { after: 1 }]).operands(only(&[Name])).options(&[
        flags("-i -t -q"),
        attached("--stdin --tty --quiet", BOOL),
        value("-c,--container", Name),
        value("--pod-running-timeout", Number),
        FILE.unseen(),
        refused_value("-n,--namespace", MORE),
    ]),
    effect("apply create edit patch replace label annotate taint set expose autoscale certificate", CHANGES).seen(),
    nothing("run debug rsh", RUNS).runs(&[Runs::Command { after: 1 }]).options(&[
        flags("-i,--stdin -t,--tty -q,--quiet --attach --rm --command --share-processes"),
        value("-c,--container -n,--namespace -l,--labels --context --kubeconfig --image --restart --env --port", Text),
        value("--target --copy-to --profile", Text),
    ]),
    effect("diff plugin krew", RUNS),
    effect("kustomize convert", FILES),
    effect("attach port-forward proxy cp", "joins a pod with this host").seen(),
    looks("adm").subcommands(&[
        looks("top").subcommands(&[
            looks("pod pods po").operands(each(Name)).options(TOP),
            looks("node nodes no").operands(each(Name)).options(TOP),
            looks("images imagestreams"),
        ]),
        looks("node-logs").operands(only(&[Name])).options(&[
            value("-u,--unit", Name),
            value("--since --until --tail", Number),
        ]),
        looks("upgrade").options(&[flags("--include-not-recommended")]),
        effect("cordon uncordon drain taint policy prune must-gather inspect release new-project certificate ca \
            catalog config create-bootstrap-project-template groups migrate pod-network \
            wait-for-stable-cluster", CHANGES).seen(),
    ]),
    effect("login logout new-app new-project rsync start-build tag import-image process extract", CHANGES).seen(),
];

#[rustfmt::skip]
const TOP: &[Options] = &[
    EVERYWHERE, EVERYWHERE_LONG, SELECTOR,
    value("--sort-by", Text),
    attached("--containers --no-headers --sum --show-capacity --use-protocol-buffers --show-swap", BOOL),
];

#[rustfmt::skip]
const ROLLOUT: &[Options] = &[
    LABELS, FILE, KUSTOMIZE, OUTPUT,
    value("--revision --timeout", Number),
    flags("-w -R"),
    attached("--watch --recursive", BOOL),
    refused_value("--template", FILES),
];
