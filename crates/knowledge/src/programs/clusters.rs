//! Directories, routers and the services of a cluster: etcd, consul, nomad, vault, LDAP, FRR, BIRD, caches.

use super::wrappers::BEHIND_VERB;
use crate::language::Language::VtyShow;
use crate::row::Kind::{Begins, Either, Loopback, Name, Number, OneOf, Path, Script, Text};
use crate::row::{
    Input, Kind, Options, Row, Runs, Syntax, each, effect, flags, looks, nothing, only, refused,
    refused_value, value,
};

const CHANGES: &str = "changes the service";
const ELSEWHERE: &str = "reaches another host";
const ANY_FILE: &str = "reads any file";
const WRITES: &str = "writes a file";
const SECRETS: &str = "prints secrets";
const RUNS: &str = "runs another program";

/// This host's own addresses of etcd.
const ETCD: Kind = Either(&[
    Loopback,
    OneOf(
        "http://127.0.0.1:2379 https://127.0.0.1:2379 http://localhost:2379 https://localhost:2379",
    ),
]);

/// A key, by any text: a rule that begins one says which keys it means.
const KEY: Kind = Either(&[Name, Text]);

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    nothing("asterisk", "has a shell of its own that also changes the exchange"),
    // birdc joins its words to one line for the daemon, so no word may have a line break.
    looks("birdc birdc6 birdcl").input(Input::Program).options(&[
        flags("-v -r"),
        refused_value("-s", "reaches another daemon"),
    ]).subcommands(&[
        looks("show").operands(each(Name)).signs("protocols route routes status memory symbols interfaces ospf bfd \
            static rip babel all for table protocol export preexport noexport primary count stats neighbors state \
            topology sessions summary import filtered in"),
        effect("configure down disable enable restart reload debug dump echo eval graceful", CHANGES).seen(),
    ]),
    looks("consul").runs(BEHIND_VERB).syntax(Syntax::Words).by_manual().subcommands(&[
        looks("members").syntax(Syntax::Words).options(CONSUL),
        looks("info version monitor").syntax(Syntax::Words).options(CONSUL),
        looks("catalog").subcommands(&[
            looks("datacenters nodes services").syntax(Syntax::Words).options(CONSUL),
        ]),
        looks("kv").subcommands(&[
            looks("get").syntax(Syntax::Words).operands(only(&[Name])).options(CONSUL),
            effect("put delete import export", CHANGES).seen(),
        ]),
        looks("operator").subcommands(&[
            looks("raft").subcommands(&[
                looks("list-peers").syntax(Syntax::Words).options(CONSUL),
                effect("remove-peer transfer-leader", CHANGES).seen(),
            ]),
            looks("autopilot").subcommands(&[
                looks("get-config state").syntax(Syntax::Words).options(CONSUL),
                effect("set-config", CHANGES).seen(),
            ]),
        ]),
        looks("intention").subcommands(&[
            looks("list get check match").syntax(Syntax::Words).operands(each(Name)).options(CONSUL),
            effect("create delete", CHANGES).seen(),
        ]),
        effect("join leave force-leave reload maint services lock snapshot agent event login logout", CHANGES).seen(),
        nothing("exec watch debug", RUNS),
        nothing("acl keyring keygen tls connect config", SECRETS),
    ]),
    effect("dnsmasq", "starts a server").seen()
        .runs(&[Runs::Values("--dhcp-script")]).options(&[flags("--test -v,--version")]),
    looks("etcdctl").runs(BEHIND_VERB).options(&[
        value("--endpoints", ETCD).sets("server"),
        // These files identify the client; etcdctl does not print them.
        value("--cacert --cert --key", Begins("/etc/kubernetes/pki/")),
        value("--user --password", Text),
        value("--command-timeout --dial-timeout --keepalive-time --keepalive-timeout", Number),
        value("-w,--write-out", OneOf("simple table json fields protobuf")),
        flags("--hex --insecure-skip-tls-verify --insecure-transport --debug"),
        refused_value("-d,--discovery-srv --discovery-srv-name", ELSEWHERE),
    ]).subcommands(&[
        // A second key ends a range, and with `--from-key` there is no end.
        looks("get").operands(only(&[KEY, KEY])).operands_set("key").options(&[
            flags("--prefix --keys-only --print-value-only --count-only"),
            flags("--from-key").sets("key"),
            value("--limit --rev", Number),
            value("--order", OneOf("ASCEND DESCEND")),
            value("--sort-by", OneOf("CREATE KEY MODIFY VALUE VERSION")),
            value("--consistency", OneOf("l s")),
        ]),
        looks("endpoint").subcommands(&[looks("status health hashkv").options(&[flags("--cluster")])]),
        looks("member").subcommands(&[looks("list"), effect("add remove update promote", CHANGES)]),
        looks("alarm").subcommands(&[looks("list"), effect("disarm", CHANGES)]),
        looks("lease").subcommands(&[
            looks("list"),
            looks("timetolive").operands(only(&[Name])).options(&[flags("--keys")]),
            effect("grant revoke keep-alive", CHANGES).seen(),
        ]),
        looks("user role").subcommands(&[
            looks("list"),
            looks("get").operands(only(&[Name])).options(&[flags("--detail")]),
            effect("add delete passwd grant-role revoke-role grant-permission revoke-permission", CHANGES).seen(),
        ]),
        looks("snapshot").subcommands(&[
            // etcdctl asks first whether the file is there, since it opens the file in a way that would make it.
            looks("status").operands(only(&[Path])),
            effect("save restore", WRITES),
        ]),
        looks("watch").input(Input::ProgramUnless("", 1)).operands(only(&[Text])).options(&[
            flags("--prefix --prev-kv"),
            value("--rev", Number),
        ]),
        looks("version cluster-health"),
        effect("put del txn compaction defrag elect lock move-leader make-mirror migrate auth check", CHANGES).seen(),
    ]),
    looks("etcdutl").options(&[
        value("-w,--write-out", OneOf("simple table json fields protobuf")),
        flags("-h,--help"),
    ]).subcommands(&[
        looks("snapshot").subcommands(&[looks("status").operands(only(&[Path])), effect("restore", WRITES)]),
        looks("version help"),
        effect("defrag migrate backup hashkv", CHANGES).seen(),
    ]),
    effect("ldapadd ldapdelete ldapmodify ldapmodrdn ldappasswd", "changes a directory").seen(),
    // These read `ldaprc` of the working directory, which may name a server.
    looks("ldapsearch").reads_workdir().operands(each(Text)).options(&[
        flags("-x -L -A -c -u -n -v -V -Q -N -M -Z -I"),
        value("-h", Loopback).sets("server"),
        value("-H", OneOf(
            "ldapi:/// ldap:/// ldap://localhost ldap://localhost/ ldap://localhost:389 ldap://127.0.0.1 \
             ldap://127.0.0.1/ ldap://127.0.0.1:389 ldaps://localhost ldaps://localhost:636 ldaps://127.0.0.1",
        )).sets("server"),
        value("-b -D -w -S -E -R -U -X", Text),
        value("-a", OneOf("never always search find")),
        value("-s", OneOf("base one sub children")),
        value("-p", OneOf("389 636 3268 3269 1389 1636 3389")),
        value("-l -z -d -P", Number),
        value("-Y", OneOf("EXTERNAL GSSAPI PLAIN DIGEST-MD5 SCRAM-SHA-1 SCRAM-SHA-256")),
        value("-o", OneOf("ldif-wrap=no ldif_wrap=no nettimeout=3 nettimeout=5 nettimeout=10")),
        refused("-t", WRITES),
        refused_value("-T -F", WRITES),
        refused_value("-f -y", ANY_FILE),
        refused("-W", "waits for a person"),
    ]),
    looks("ldapwhoami").reads_workdir().options(&[
        flags("-x -v -Q -Z"),
        value("-H", OneOf("ldapi:/// ldap:/// ldap://localhost ldap://127.0.0.1")).sets("server"),
        value("-D -w", Text),
        value("-Y", OneOf("EXTERNAL GSSAPI")),
        refused_value("-y", ANY_FILE),
    ]),
    looks("nomad").syntax(Syntax::Words).by_manual().subcommands(NOMAD),
    looks("squidclient").operands(only(&[OneOf(SQUID)])).options(&[
        value("-h,--host", Loopback).sets("server"),
        value("-p,--port -T", Number),
        flags("-v,--verbose -s,--quiet"),
        value("-w -W -u -U", Text),
        refused_value("-m -P -H -j -A", "sends another request"),
    ]),
    looks("vault").syntax(Syntax::Words).by_manual().subcommands(&[
        looks("status").syntax(Syntax::Words).options(&[
            value("-format", OneOf("table json yaml")),
            flags("-tls-skip-verify"),
            value("-address", OneOf("http://127.0.0.1:8200 https://127.0.0.1:8200 https://localhost:8200")),
            refused_value("-ca-cert -client-cert -client-key -agent-address", ELSEWHERE),
        ]),
        looks("version"),
        nothing("read kv list token login print write unwrap operator agent server debug", SECRETS),
        nothing("ssh", RUNS),
    ]),
    looks("vtysh").input(Input::ProgramUnless("-c --command", 0)).options(&[
        value("-c,--command", Script(VtyShow)),
        value("-d,--daemon", Name),
        flags("-E,--echo -u,--user"),
        refused("-b,--boot -w,--writeconfig -m,--markfile -C,--dryrun", CHANGES),
        refused_value("-f,--inputfile", "reads commands from a file"),
        refused_value("--vty_socket --config_dir -N,--pathspace -H,--histfile", "sets what files are used"),
    ]),
];

#[rustfmt::skip]
const CONSUL: &[Options] = &[
    flags("-detailed -wan -stale -keys -recurse -base64 -tags"),
    value("-format", OneOf("json pretty")),
    value("-log-level", OneOf("trace debug info warn err error")),
    value("-status -segment -service -node -node-meta -datacenter -filter -separator", Text),
    value("-token -near", Text),
    value("-http-addr", OneOf("127.0.0.1:8500 localhost:8500 http://127.0.0.1:8500 http://localhost:8500")),
    refused_value("-token-file -ca-file -ca-path -client-cert -client-key -tls-server-name", ANY_FILE),
];

#[rustfmt::skip]
const NOMAD: &[Row] = &[
    looks("status").syntax(Syntax::Words).operands(only(&[Name])).options(NOMAD_OPTIONS),
    looks("job").subcommands(&[
        looks("status history deployments allocs inspect").syntax(Syntax::Words).operands(only(&[Name]))
            .options(NOMAD_OPTIONS),
        effect("run stop dispatch eval init plan periodic promote revert scale restart", CHANGES).seen(),
    ]),
    looks("node").subcommands(&[
        looks("status").syntax(Syntax::Words).operands(only(&[Name])).options(NOMAD_OPTIONS),
        effect("drain eligibility config", CHANGES).seen(),
    ]),
    looks("alloc").subcommands(&[
        looks("status checks").syntax(Syntax::Words).operands(only(&[Name])).options(NOMAD_OPTIONS),
        looks("logs").syntax(Syntax::Words).operands(only(&[Name, Name])).options(NOMAD_OPTIONS),
        effect("restart stop signal", CHANGES).seen(),
        nothing("exec", RUNS),
    ]),
    looks("server").subcommands(&[
        looks("members").syntax(Syntax::Words).options(NOMAD_OPTIONS),
        effect("join force-leave", CHANGES).seen(),
    ]),
    looks("deployment").subcommands(&[
        looks("list status").syntax(Syntax::Words).operands(only(&[Name])).options(NOMAD_OPTIONS),
        effect("fail pause promote resume unblock", CHANGES).seen(),
    ]),
    looks("eval").subcommands(&[
        looks("list status").syntax(Syntax::Words).operands(only(&[Name])).options(NOMAD_OPTIONS),
        effect("delete", CHANGES).seen(),
    ]),
    looks("operator").subcommands(&[
        looks("raft").subcommands(&[
            looks("list-peers").syntax(Syntax::Words).options(NOMAD_OPTIONS),
            effect("remove-peer", CHANGES).seen(),
        ]),
    ]),
    looks("namespace").subcommands(&[
        looks("list").syntax(Syntax::Words).options(NOMAD_OPTIONS),
        effect("apply delete", CHANGES).seen(),
    ]),
    looks("agent-info version"),
];

#[rustfmt::skip]
const NOMAD_OPTIONS: &[Options] = &[
    flags("-verbose -short -evals -all-allocs -allocs -json -self -stats -detailed -latest -stderr -f -tail"),
    value("-n -c", Number),
    value("-namespace -region", Name).sets("namespace"),
    value("-filter", Text),
    refused_value("-address -token -ca-cert -client-cert -client-key -t", ELSEWHERE),
];

const SQUID: &str = "\
    mgr:info mgr:5min mgr:60min mgr:counters mgr:utilization mgr:client_list mgr:active_requests mgr:filedescriptors \
    mgr:mem mgr:io mgr:ipcache mgr:fqdncache mgr:idns mgr:storedir mgr:store_io mgr:server_list mgr:histograms \
    mgr:menu mgr:pconn mgr:delay mgr:events mgr:redirector mgr:external_acl mgr:username_cache mgr:openfd_objects";
