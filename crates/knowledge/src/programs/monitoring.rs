//! Monitoring and shippers of logs: Prometheus, Zabbix, the Beats, telegraf, syslog. A program that checks a wrong
//! configuration prints parts of it, so only files below the program's own directory are granted.

use crate::language::Language::NotFile;
use crate::row::Kind::{self, Begins, Either, Host, Name, Number, OneOf, Script, Url};
use crate::row::{
    Input, Options, Row, Syntax, attached, each, effect, flags, looks, nothing, only, refused,
    refused_value, value,
};

const SERVES: &str = "starts a server";
const CHANGES: &str = "changes the server";
const ANOTHER: &str = "reads another configuration";
const ELSEWHERE: &str = "sends to another host";
const SECRETS: &str = "prints passwords";
const RUNS: &str = "runs another program";
const PROMETHEUS: Kind = Begins("/etc/prometheus/");
const ALERTMANAGER: Kind = Either(&[
    Begins("/etc/alertmanager/"),
    Begins("/etc/prometheus/"),
    OneOf("/etc/alertmanager.yml"),
]);
const ALERTS: Kind = OneOf(
    "http://localhost:9093 http://localhost:9093/ http://127.0.0.1:9093 http://127.0.0.1:9093/",
);

const NAGIOS: Kind = Either(&[
    Begins("/etc/nagios/"),
    Begins("/etc/nagios4/"),
    Begins("/etc/naemon/"),
    Begins("/usr/local/nagios/etc/"),
]);

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("amtool").options(AMTOOL).subcommands(&[
        looks("alert").options(&[flags("-i,--inhibited -s,--silenced -a,--active -u,--unprocessed")]).subcommands(&[
            looks("query").operands(each(Script(NotFile))),
            effect("add", ELSEWHERE),
        ]),
        looks("silence").options(&[
            flags("--expired -q,--quiet"),
            value("--within --created-by", Script(NotFile)),
        ]).subcommands(&[
            looks("query").operands(each(Script(NotFile))),
            effect("add expire import update", CHANGES).seen(),
        ]),
        looks("check-config").operands(only(&[ALERTMANAGER])),
        looks("cluster").subcommands(&[looks("show")]),
        looks("config").subcommands(&[
            looks("show"),
            looks("routes").options(&[value("--config.file", ALERTMANAGER)]).subcommands(&[
                looks("show"),
                looks("test").operands(each(Script(NotFile))).options(&[value("--verify.receivers", Name)]),
            ]),
        ]),
        nothing("template", ANOTHER),
    ]),
    effect("auditbeat filebeat heartbeat journalbeat metricbeat packetbeat", SERVES).seen().by_manual().options(&[
        flags("--version -h,--help"),
        refused_value("-c -E -M --path.config --path.data --path.home --path.logs --modules -d", ANOTHER),
        refused_value("--cpuprofile --memprofile --httpprof", "writes a file"),
        refused("--setup --once", CHANGES),
    ]).subcommands(&[
        looks("version"),
        looks("test").subcommands(&[looks("config output").options(&[flags("-e -v")])]),
        looks("modules").subcommands(&[looks("list"), effect("enable disable", CHANGES)]),
        nothing("export keystore enroll", SECRETS),
        effect("run setup", SERVES).seen(),
    ]),
    effect("fluent-bit td-agent-bit", SERVES).seen().by_manual().options(&[
        flags("-V,--version -h,--help -D,--dry-run"),
        value("-c,--config", Either(&[Begins("/etc/fluent-bit/"), Begins("/etc/td-agent-bit/")])).beside("--dry-run \
            -D"),
        refused_value("-i,--input -o,--output -F,--filter -p,--prop -e,--plugin -l,--log_file -R,--parser", RUNS),
        refused_value("-w,--workdir -s,--coro_stack_size -d,--daemon -b,--storage_path", ANOTHER),
    ]),
    effect("fluentd td-agent", SERVES).seen().by_manual().options(&[
        flags("--version -h,--help --dry-run"),
        value("-c,--config", Either(&[Begins("/etc/fluent/"), Begins("/etc/td-agent/"), Begins("/etc/fluentd/")]))
            .beside("--dry-run"),
        refused_value("-p,--plugin -I -r -i,--inline-config -o,--log -d,--daemon -g,--gem-path -G,--gemfile", RUNS),
    ]),
    effect("grafana-server grafana loki promtail prometheus alertmanager prometheus-alertmanager node_exporter \
            prometheus-node-exporter blackbox_exporter pushgateway thanos mimir tempo otelcol vector", SERVES)
        .syntax(Syntax::Words).options(&[flags("-version -help")]),
    effect("icinga2", SERVES).seen().options(&[flags("-V,--version -h,--help")]).subcommands(&[
        looks("object").subcommands(&[looks("list").options(&[value("--type --name", Name)])]),
        looks("feature").subcommands(&[looks("list"), effect("enable disable", CHANGES)]),
        effect("daemon", SERVES).seen().looks_with("-C --validate").options(&[flags("-C,--validate")]),
    ]).by_manual(),
    effect("logstash", SERVES).seen().by_manual().options(&[
        flags("-V,--version -h,--help -t,--config.test_and_exit"),
        value("-f,--path.config", Begins("/etc/logstash/")).beside("-t --config.test_and_exit"),
        value("--path.settings", OneOf("/etc/logstash /etc/logstash/")).beside("-t --config.test_and_exit -V"),
        refused_value("-e,--config.string --path.data --path.logs -p,--path.plugins --java-execution -M -S", RUNS),
        refused("-i,--interactive -r,--config.reload.automatic", SERVES),
    ]),
    effect("nagios nagios4 naemon", SERVES).seen().only_with("-v --verify-config").operands(only(&[NAGIOS]))
        .options(&[flags("-V,--version -h,--help -v,--verify-config")]).by_manual(),
    looks("promtool").options(&[
        flags("-h,--help --version"),
        refused_value("--http.config.file --config.file", ANOTHER),
    ]).subcommands(&[
        looks("check").subcommands(&[
            looks("config rules web-config").operands(each(PROMETHEUS)).options(&[
                flags("--syntax-only --agent --lint-fatal"),
                value("--lint", OneOf("all duplicate-rules none")),
            ]),
            looks("healthy ready").options(&[value("--url", Url)]),
            looks("metrics").input(Input::Data).options(&[flags("--extended")]),
            effect("service-discovery", "reaches other hosts").seen(),
        ]),
        looks("query").subcommands(&[
            looks("instant range").operands(only(&[Url, Script(NotFile)])).options(PROMTOOL),
            looks("series").operands(only(&[Url])).options(PROMTOOL),
            looks("labels").operands(only(&[Url, Name])).options(PROMTOOL),
            nothing("analyze", ELSEWHERE),
        ]).options(&[value("-o,--format", OneOf("promql json"))]),
        looks("test").subcommands(&[looks("rules").operands(each(PROMETHEUS))]),
        effect("debug tsdb push promql", "writes files, or sends").seen(),
    ]),
    effect("rsyslogd", SERVES).seen().options(&[
        // `-N0` starts rsyslogd.
        value("-N", OneOf("1 2 3")),
        flags("-v"),
        value("-f", Either(&[OneOf("/etc/rsyslog.conf"), Begins("/etc/rsyslog.d/")])).beside("-N"),
        refused_value("-i -M -S -u -T -o -O", ANOTHER),
        refused("-d -D -n -x -w -q -Q -C -l", SERVES),
    ]),
    effect("syslog-ng", SERVES).seen().options(&[
        flags("-s,--syntax-only -V,--version -h,--help --module-registry"),
        value("-f,--cfgfile", Begins("/etc/syslog-ng/")).beside("-s --syntax-only"),
        refused_value("-R,--persist-file -p,--pidfile -c,--control -C,--chroot --module-path --preprocess-into",
            ANOTHER),
        refused("-F,--foreground -d,--debug -e,--stderr -i,--interactive", SERVES),
    ]),
    looks("syslog-ng-ctl").subcommands(&[
        looks("stats").options(&[refused("-r,--reset -m,--remove-orphans", CHANGES)]),
        looks("healthcheck query").operands(each(Name)),
        looks("show-license-info license"),
        effect("verbose debug trace stop reload reopen credentials config", CHANGES).seen(),
    ]).options(&[refused_value("-c,--control", ELSEWHERE)]),
    // With `--test`, telegraf reads the inputs of its own configuration once, and prints what they give.
    effect("telegraf", SERVES).seen().by_manual().options(&[
        flags("--version --test --help --input-list --output-list"),
        value("--input-filter", Name).beside("--test"),
        value("--test-wait", Number).beside("--test"),
        refused_value("--config --config-directory --plugin-directory --exec-d --pidfile --output-filter", ANOTHER),
        refused("--once --debug --watch-config", SERVES),
    ]).subcommands(&[
        looks("version"),
        effect("config secrets plugins service", CHANGES).seen(),
    ]),
    // A key with arguments may run a command or read any file: `system.run[id]`, `vfs.file.contents[/x]`.
    effect("zabbix_agentd zabbix_agent2", SERVES).seen().options(&[
        flags("-V,--version -h,--help"),
        value("-t,--test", ZABBIX),
        refused("-p,--print", "reads all items, those that run programs too"),
        refused_value("-c,--config", ANOTHER),
        refused_value("-R,--runtime-control", CHANGES),
        refused("-f,--foreground -m,--multiple-agents -i,--install -s,--start -x,--stop", SERVES),
    ]),
    looks("zabbix_get").by_manual().options(&[
        value("-s,--host", Host).sets("server"),
        value("-p,--port", OneOf("10050 10051")),
        value("-t,--timeout", Number),
        value("-k,--key", ZABBIX),
        flags("-V,--version -h,--help"),
        refused_value("-I,--source-address --tls-psk-file --tls-key-file --tls-cert-file --tls-ca-file", ANOTHER),
    ]),
    effect("zabbix_sender zabbix_js zabbix_web_service", ELSEWHERE).options(&[flags("-V,--version -h,--help")]),
    effect("zabbix_server zabbix_proxy zabbix_server_mysql zabbix_server_pgsql zabbix_proxy_sqlite3", SERVES)
        .seen().options(&[
        flags("-V,--version -h,--help"),
        refused_value("-R,--runtime-control -c,--config", CHANGES),
    ]),
];

#[rustfmt::skip]
const AMTOOL: &[Options] = &[
    flags("-h,--help -v,--verbose --version"),
    value("--alertmanager.url", ALERTS).sets("server"),
    value("-o,--output", OneOf("simple extended json")),
    value("--date.format --timeout", Script(NotFile)),
    refused_value("--http.config.file", ANOTHER),
];

#[rustfmt::skip]
const PROMTOOL: &[Options] = &[
    value("--time --start --end", Script(NotFile)),
    value("--step", Number),
    value("--match", Script(NotFile)),
    value("-o,--format", OneOf("promql json")),
    attached("--header", Kind::Never("sends any text")),
];

const ZABBIX: Kind = Either(&[
    Name,
    OneOf(
        "system.cpu.load[all,avg1] system.cpu.load[all,avg5] system.cpu.load[all,avg15] system.cpu.load[percpu,avg1] \
         system.cpu.load[percpu,avg5] system.cpu.load[,avg1] system.cpu.load[,avg5] system.cpu.util[,idle] \
         system.cpu.util[,user] system.cpu.util[,system] system.cpu.util[,iowait] system.cpu.util[,nice] \
         system.cpu.num[online] vm.memory.size[total] vm.memory.size[free] vm.memory.size[available] \
         vm.memory.size[pavailable] vm.memory.size[used] vm.memory.size[cached] vm.memory.size[buffers] \
         vfs.fs.size[/,total] vfs.fs.size[/,free] vfs.fs.size[/,used] vfs.fs.size[/,pfree] vfs.fs.size[/,pused] \
         vfs.fs.size[/var,pfree] vfs.fs.size[/boot,pfree] vfs.fs.size[/home,pfree] vfs.fs.inode[/,pfree] \
         system.swap.size[,free] system.swap.size[,total] system.swap.size[,pfree] proc.num[] proc.num[,,run] \
         system.uname[] system.sw.os[name] system.hw.cpu[all,model] net.if.in[eth0] net.if.out[eth0] \
         net.if.in[eth0,bytes] net.if.out[eth0,bytes] kernel.maxfiles[] kernel.maxproc[] system.localtime[utc]",
    ),
]);
