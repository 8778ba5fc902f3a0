//! Message brokers: RabbitMQ, Kafka, NATS, and the tools that ask them.

use crate::row::Kind::{Loopback, Name, Number, OneOf, Text};
use crate::row::{
    Input, Options, Row, Syntax, each, effect, flags, looks, nothing, only, refused, refused_value,
    then, value,
};

const CHANGES: &str = "changes the broker";
const RUNS: &str = "runs code on the broker";
const SECRETS: &str = "prints passwords";
const ELSEWHERE: &str = "reaches another host";
const SETTINGS: &str = "sets what is read or run";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("kafka-acls kafka-acls.sh").options(&[
        flags("--list --version"), SERVER, TOPIC, COMMAND_CONFIG,
        refused("--add --remove --force", CHANGES),
    ]).by_manual(),
    looks("kafka-broker-api-versions kafka-broker-api-versions.sh").options(&[
        flags("--version"), SERVER, COMMAND_CONFIG,
    ]).by_manual(),
    looks("kafka-configs kafka-configs.sh").options(&[
        flags("--describe --all --version"), SERVER, COMMAND_CONFIG,
        // The settings of users have passwords, so users are left out.
        value("--entity-type", OneOf("topics brokers broker-loggers")),
        value("--entity-name --topic --broker", Name),
        flags("--entity-default"),
        refused("--alter --force", CHANGES),
        refused_value("--add-config --delete-config --add-config-file --zookeeper", CHANGES),
    ]).by_manual(),
    nothing("kafka-console-consumer kafka-console-consumer.sh", CHANGES).seen(),
    nothing("kafka-console-producer kafka-console-producer.sh", "sends messages").seen(),
    looks("kafka-consumer-groups kafka-consumer-groups.sh").options(&[
        flags("--list --describe --all-groups --members --offsets --verbose --version --all-topics"),
        SERVER, TOPIC, COMMAND_CONFIG,
        value("--group", Name),
        value("--timeout", Number),
        flags("--state"),
        refused("--reset-offsets --delete --delete-offsets --execute", CHANGES),
        refused_value("--from-file", "reads any file"),
    ]).by_manual(),
    effect("kafka-delete-records.sh kafka-leader-election.sh kafka-reassign-partitions.sh", CHANGES).seen(),
    looks("kafka-get-offsets kafka-get-offsets.sh").options(&[
        flags("--version --exclude-internal-topics"), SERVER, TOPIC, COMMAND_CONFIG,
        value("--time --partitions --topic-partitions", Text),
    ]).by_manual(),
    looks("kafka-log-dirs kafka-log-dirs.sh").options(&[
        flags("--describe --version"), SERVER, COMMAND_CONFIG,
        value("--topic-list --broker-list", Text),
    ]).by_manual(),
    looks("kafka-metadata-quorum kafka-metadata-quorum.sh").options(&[
        flags("--version"), COMMAND_CONFIG,
        value("--bootstrap-server --bootstrap-controller", Loopback).sets("server"),
    ]).subcommands(&[
        looks("describe").options(&[flags("--status --replication --human-readable")]),
        effect("add-controller remove-controller", CHANGES).seen(),
    ]).by_manual(),
    looks("kafka-topics kafka-topics.sh").options(&[
        flags("--list --describe --exclude-internal --under-replicated-partitions --unavailable-partitions --version"),
        flags("--under-min-isr-partitions --at-min-isr-partitions --topics-with-overrides"),
        SERVER, TOPIC, COMMAND_CONFIG,
        refused("--create --delete --alter --force", CHANGES),
        refused_value("--config --delete-config --partitions --replication-factor --replica-assignment", CHANGES),
        refused_value("--zookeeper", ELSEWHERE),
    ]).by_manual(),
    // Without `-L`, kcat may send its input.
    looks("kafkacat kcat").input(Input::ProgramUnless("-L", 0)).options(&[
        flags("-L -J -q -v -V -e"),
        value("-b", Loopback).sets("server"),
        value("-t", Name),
        value("-m -c", Number),
        refused("-P", "sends messages"),
        refused_value("-F -X -K -l", SETTINGS),
    ]),
    effect("mosquitto_pub mosquitto_rr", "sends messages").seen(),
    looks("mosquitto_sub").options(&[
        flags("-v -d -N -R --retained-only"),
        value("-h,--host", Loopback).sets("server"),
        // A user's name may have lines, which would be commands to a server of another kind.
        value("-p,--port", OneOf("1883 1884 8883 8884 8885 8886 8887")),
        value("-C -W -q,--qos", Number),
        value("-t,--topic -T,--filter-out -u,--username -P,--pw", Text),
        value("-F", Text),
        refused_value("-L,--url --proxy -A", ELSEWHERE),
        refused_value("--cert --key --cafile -o --will-payload --will-topic", SETTINGS),
        refused("--remove-retained -c,--disable-clean-session", CHANGES),
    ]),
    looks("nats").by_manual().options(&[
        flags("--version -h,--help --json"),
        value("-s,--server", Loopback).sets("server"),
        value("--timeout", Number),
        refused_value("--context --creds --nkey --tlscert --tlskey --tlsca --user --password --config-dir", SETTINGS),
        refused("--trace", "prints passwords"),
    ]).subcommands(&[
        looks("account").subcommands(&[looks("info"), looks("report").subcommands(&[looks("connections statistics")])]),
        looks("consumer con c").subcommands(&[
            looks("ls list info report state").operands(each(Name)),
            effect("add create rm delete edit copy next sub pause resume cluster", CHANGES).seen(),
        ]),
        looks("rtt"),
        looks("server srv").subcommands(&[
            looks("ping list ls info").operands(each(Name)),
            looks("report").subcommands(&[
                looks("connections accounts jetstream jsz gateways leafnodes routes cpu mem health"),
            ]),
            looks("check").subcommands(&[looks("connection jetstream server").options(&[value("--name", Name)])]),
            effect("request raft cluster run passwd mapping config account stream consumer", CHANGES).seen(),
        ]),
        looks("stream str s").subcommands(&[
            looks("ls list info report state subjects find").operands(each(Name)),
            effect("add create rm delete purge edit copy get rmm seal backup restore view cluster", CHANGES).seen(),
        ]),
        effect("pub publish request req reply sub bench kv object obj errors latency events micro auth", CHANGES)
            .seen(),
        effect("context", CHANGES).seen(),
    ]),
    looks("rabbitmq-diagnostics").options(RABBIT_OPTIONS).subcommands(&[
        looks("alarms certificates cipher_suites cluster_status discover_peers erlang_version listeners log_location"),
        looks("is_booting is_running maybe_stuck ping resolver_info runtime_thread_stats schema_info server_version"),
        looks("status tls_versions version check_running check_local_alarms check_alarms check_port_connectivity"),
        looks("check_virtual_hosts check_if_node_is_quorum_critical check_if_node_is_mirror_sync_critical"),
        looks("list_network_interfaces list_node_auth_attempt_stats list_feature_flags list_users list_vhost_limits"),
        looks("memory_breakdown").options(&[value("--unit", OneOf("bytes mb gb"))]),
        looks("check_port_listener check_protocol_listener quorum_status stream_status resolve_hostname")
            .operands(only(&[Name])),
        looks("check_certificate_expiration").options(&[
            value("--within", Number),
            value("--unit", OneOf("days weeks months years")),
        ]),
        looks("log_tail").options(&[value("-N,--number", Number)]),
        looks("log_tail_stream").options(&[value("--duration", Number)]),
        looks(RABBIT_LISTS).operands(each(Text)).options(RABBIT_LIST_OPTIONS),
        looks("list_vhosts list_user_permissions list_user_topic_permissions").operands(each(Name)),
        nothing("remote_shell observer", RUNS),
        nothing("environment os_env report command_line_arguments erlang_cookie_hash", SECRETS),
        nothing("list_parameters list_global_parameters", SECRETS),
    ]),
    looks("rabbitmq-plugins").options(RABBIT_OPTIONS).subcommands(&[
        looks("list").operands(only(&[Name])).options(&[flags("-E -e -m -v --enabled --implicitly-enabled --minimal")]),
        looks("directories is_enabled").operands(each(Name)),
        effect("enable disable set", CHANGES).seen(),
    ]),
    looks("rabbitmq-queues").options(RABBIT_OPTIONS).subcommands(&[
        looks("quorum_status stream_status").operands(only(&[Name])),
        looks("check_if_node_is_quorum_critical check_if_node_is_mirror_sync_critical"),
        effect("add_member delete_member grow shrink rebalance reclaim_quorum_memory", CHANGES).seen(),
    ]),
    looks("rabbitmqadmin").options(&[
        value("-H,--host", Loopback).sets("server"),
        value("-P,--port -d,--depth", Number),
        value("-u,--username -p,--password -V,--vhost -S,--sort", Text),
        value("-f,--format", OneOf("long pretty_json raw_json table tsv kvp bash")),
        flags("-q,--quiet -R,--sort-reverse --version -s,--ssl -k,--ssl-insecure"),
        refused_value("-c,--config -N,--node --ssl-key-file --ssl-cert-file", SETTINGS),
    ]).subcommands(&[
        looks("list").operands(then(&[OneOf(RABBIT_OBJECTS)], Name)),
        looks("show").operands(then(&[OneOf("overview")], Name)),
        effect("declare delete close purge publish get import", CHANGES).seen(),
        nothing("export", SECRETS),
    ]).by_manual(),
    // rabbitmqctl starts the port mapper of Erlang, if it does not run.
    looks("rabbitmqctl").options(RABBIT_OPTIONS).subcommands(&[
        looks("status").options(&[value("--unit", OneOf("bytes mb gb"))]),
        looks("cluster_status list_users list_feature_flags list_ciphers list_hashes list_node_auth_attempt_stats"),
        looks("list_user_limits list_vhost_limits ping version node_health_check schema_info await_startup"),
        looks(RABBIT_LISTS).operands(each(Text)).options(RABBIT_LIST_OPTIONS),
        looks("list_vhosts list_user_permissions list_user_topic_permissions").operands(each(Name)),
        looks("help").operands(only(&[Name])),
        nothing("eval eval_file exec", RUNS),
        nothing("environment report export_definitions list_parameters list_global_parameters", SECRETS),
        effect("stop stop_app start_app shutdown reset force_reset force_boot wait rotate_logs", CHANGES).seen(),
        effect("add_user delete_user change_password clear_password set_user_tags authenticate_user", CHANGES).seen(),
        effect("set_permissions clear_permissions set_policy clear_policy set_parameter clear_parameter", CHANGES)
            .seen(),
        effect("add_vhost delete_vhost restart_vhost purge_queue delete_queue sync_queue close_connection", CHANGES)
            .seen(),
        effect("close_all_connections join_cluster forget_cluster_node set_log_level trace_on trace_off", CHANGES)
            .seen(),
    ]),
    looks("zkCli.sh").syntax(Syntax::Words).input(Input::Program).options(&[
        value("-server", Loopback).sets("server"),
        value("-timeout", Number),
        refused_value("-client-configuration", SETTINGS),
    ]).subcommands(&[
        looks("ls stat get getAcl getEphemerals getAllChildrenNumber listquota config version").operands(each(Name))
            .syntax(Syntax::Words).options(&[flags("-s -R")]),
        effect("create delete deleteall set setAcl setquota delquota reconfig addauth close quit", CHANGES).seen(),
        effect("sync history", CHANGES).seen(),
    ]).by_manual(),
    looks("zkServer.sh").subcommands(&[
        looks("status version"),
        effect("start start-foreground stop restart upgrade print-cmd", CHANGES).seen(),
    ]).options(&[refused_value("--config", SETTINGS)]).by_manual(),
];

const SERVER: Options = value("--bootstrap-server --broker-list", Loopback).sets("server");
const TOPIC: Options = value("--topic", Name);
const COMMAND_CONFIG: Options = refused_value("--command-config", SETTINGS);
const RABBIT_OBJECTS: &str =
    "queues exchanges bindings connections channels consumers vhosts nodes permissions policies";
const RABBIT_LISTS: &str = "list_queues list_exchanges list_bindings list_connections list_channels list_consumers \
                            list_permissions list_topic_permissions list_policies list_operator_policies \
                            list_unresponsive_queues";

#[rustfmt::skip]
const RABBIT_OPTIONS: &[Options] = &[
    flags("-q,--quiet -s,--silent -l,--longnames --no-table-headers"),
    value("-t,--timeout", Number),
    value("-p,--vhost", Text).sets("vhost"),
    value("--formatter", OneOf("table pretty_table json csv erlang tsv")),
    flags("--version"),
    value("-n,--node", OneOf("rabbit rabbit@localhost")),
    refused_value("--erlang-cookie --rabbitmq-home --mnesia-dir --plugins-dir --enabled-plugins-file", SETTINGS),
    refused_value("--script-name", SETTINGS),
];

#[rustfmt::skip]
const RABBIT_LIST_OPTIONS: &[Options] = &[
    flags("--online --offline --local --verbose"),
    value("--queue-timeout", Number),
];
