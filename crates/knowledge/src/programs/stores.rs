//! Stores of keys and documents: redis, memcached, MongoDB, ClickHouse, Cassandra, and others.

use crate::language::Language::{Clickhouse, Cql};
use crate::row::Kind::{Either, Loopback, Name, Number, OneOf, Package, Path, Script, Text};
use crate::row::{
    Input, Kind, Options, Row, Syntax, attached, each, effect, flags, looks, nothing, only,
    refused, refused_value, then, value,
};

const CHANGES: &str = "changes what is stored";
const WRITES: &str = "writes a file";
const ANY_FILE: &str = "reads commands or settings from a file";
const SCRIPTS: &str = "runs JavaScript that may do anything";
const SERVER: &str = "starts a server";
const SERVER_CHANGES: &str = "changes the server";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("clickhouse-client").input(Input::ProgramUnless("-q --query", 0)).options(&[
        value("-q,--query", Script(Clickhouse)),
        value("-h,--host", Loopback).sets("server"),
        value("--port", Number).sets("server"),
        value("-u,--user --password", Name),
        value("-d,--database", Name).sets("database"),
        value("-f,--format", Name),
        flags("-t,--time -s,--secure -V,--version -E,--vertical"),
        refused_value("--queries-file -C,--config-file -c --config", ANY_FILE),
        refused("-m,--multiline -n,--multiquery", "lets a text have several statements"),
    ]).by_manual(),
    looks("cqlsh").input(Input::ProgramUnless("-e --execute", 0)).operands(only(&[Loopback, Number])).options(&[
        value("-e,--execute", Script(Cql)),
        value("-k,--keyspace", Name).sets("database"),
        value("-u,--username", Name),
        value("-p,--password", Text),
        value("--request-timeout --connect-timeout", Number),
        flags("--ssl --version --no-color"),
        refused_value("-f,--file --cqlshrc --credentials --browser", ANY_FILE),
    ]).by_manual(),
    looks("influx").by_manual().subcommands(&[
        looks("version ping"),
        looks("bucket org user task server-config").subcommands(&[looks("list ls").options(&[flags("--json")])]),
        nothing("auth config setup write query delete export backup restore v1 secret", "prints tokens, or writes"),
    ]).input(Input::Program).options(&[flags("-version -help -h --help --version")]).syntax(Syntax::Words),
    looks("memcached-tool").operands(only(&[Loopback, OneOf("display stats settings")])),
    effect("memcached", SERVER).options(&[flags("-V,--version -h,--help")]),
    effect("memccapable memccat memccp memcdump memcexist memcflush memcparse memcrm memcslap memctouch", CHANGES)
        .seen(),
    looks("memcping memcstat").options(&[
        value("-s,--servers", Loopback),
        flags("-V,--version -v,--verbose -q,--quiet --analyze"),
    ]),
    // JavaScript may do anything, so only these texts are granted. mongosh runs an operand that ends in `.js`.
    looks("mongo mongosh").input(Input::ProgramUnless("--eval", 0)).operands(only(&[OneOf(MONGO)])).options(&[
        flags("--version --quiet --norc --ipv6 --tls --ssl -h,--help"),
        value("--host", Loopback).sets("server"),
        value("--port", Number).sets("server"),
        value("-u,--username --authenticationDatabase --authenticationMechanism", Name),
        value("-p,--password", Text),
        value("--eval", OneOf(MONGO_SCRIPTS)),
        attached("--json", OneOf("canonical relaxed")),
        refused_value("-f,--file --tlsCertificateKeyFile --sslPEMKeyFile --tlsCAFile --awsAccessKeyId", ANY_FILE),
        refused("--shell --nodb", SCRIPTS),
    ]).by_manual(),
    effect("mongodump mongoexport mongofiles mongoimport mongorestore", "copies data into or out of a database").seen(),
    effect("mongod mongos", SERVER).options(&[flags("--version -h,--help")]),
    looks("mongostat mongotop").operands(only(&[Number])).options(&[
        value("-h,--host", Loopback).sets("server"),
        value("--port -n,--rowcount", Number),
        value("-u,--username --authenticationDatabase", Name),
        value("-p,--password", Text),
        flags("--json --noheaders --all --discover --locks --ssl --version"),
        refused_value("--uri --config", "reaches another host"),
    ]).by_manual(),
    looks("nodetool").syntax(Syntax::Words).options(&[
        value("-h,-host", Loopback).sets("server"),
        value("-p,-port", Number),
        value("-u,-username -pw,-password", Text),
        refused_value("-pwf,-password-file", ANY_FILE),
    ]).subcommands(NODETOOL).by_manual(),
    nothing("redis-benchmark memtier_benchmark cassandra-stress", "puts load on a server").seen(),
    looks("redis-cli valkey-cli keydb-cli").syntax(Syntax::Words).subcommands(REDIS).options(REDIS_OPTIONS)
        .input(Input::ProgramUnless("-bigkeys -memkeys -hotkeys -scan -stat -latency", 0)),
    effect("redis-server valkey-server", SERVER).options(&[flags("-v,--version -h,--help")]),
];

#[rustfmt::skip]
const NODETOOL: &[Row] = &[
    looks("status ring").operands(only(&[Name])).options(&[flags("-r,--resolve-ip")]),
    looks("info").options(&[flags("-T,--tokens")]),
    looks("netstats compactionstats tpstats").options(&[
        flags("-H,--human-readable"),
        value("-F,--format", OneOf("json yaml")),
    ]),
    looks("tablestats cfstats").operands(each(Name)).options(&[
        flags("-H,--human-readable -i"),
        value("-F,--format", OneOf("json yaml")),
    ]),
    looks("tablehistograms cfhistograms proxyhistograms describering getendpoints rangekeysample").operands(each(Name)),
    looks("describecluster gossipinfo version statusbinary statusgossip statushandoff statusbackup failuredetector"),
    looks("getcompactionthroughput getconcurrentcompactors getstreamthroughput getinterdcstreamthroughput"),
    looks("gettraceprobability getlogginglevels gettimeout getmaxhintwindow listsnapshots compactionhistory"),
    effect("assassinate bootstrap cleanup clearsnapshot compact decommission disableautocompaction", SERVER_CHANGES)
        .seen(),
    effect("disablebinary disablegossip drain enablebinary enablegossip flush move rebuild refresh", SERVER_CHANGES)
        .seen(),
    effect("removenode repair scrub setlogginglevel snapshot stop truncatehints", SERVER_CHANGES).seen(),
];

/// A key, by any text: a rule that begins one says which keys it means.
const KEY: Kind = Either(&[Name, Text]);

/// Ports at which redis, its sentinels and the members of its clusters wait.
const REDIS_PORTS: &str = "\
    6379 6380 6381 6382 6383 6384 6385 6386 6387 6388 6389 6390 7000 7001 7002 7003 7004 7005 7006 16379 26379 26380 \
    26381 30001 30002 30003 30004 30005 30006";

#[rustfmt::skip]
const REDIS_OPTIONS: &[Options] = &[
    value("-h", Loopback).sets("server"),
    value("-s", OneOf(
        "/run/redis/redis-server.sock /var/run/redis/redis-server.sock /run/redis/redis.sock /var/run/redis/redis.sock",
    )).sets("server"),
    // The words of a command are lines to a server of another kind: `flush_all` to memcached.
    value("-p", OneOf(REDIS_PORTS)),
    value("-n -r -i", Number),
    value("-a -pass -user", Text),
    value("-pattern -quoted-pattern -d -D -sni", Text),
    value("-count -memkeys-samples", Number),
    value("-show-pushes", OneOf("yes no")),
    value("-cacert -cacertdir", Path),
    flags("-raw -no-raw -csv -json -quoted-json -no-auth-warning -2 -3 -c -e -tls -insecure -verbose -quoted-input"),
    flags("-stat -bigkeys -memkeys -hotkeys -scan -latency -latency-history -latency-dist -v,-version -help"),
    value("-intrinsic-latency", Number),
    // The address behind `-cluster check` is a subcommand of the row.
    value("-cluster", OneOf("check info help")),
    refused_value("-u", "reaches another host").sets("server"),
    refused("-x", "takes the end of the command from a pipe"),
    refused_value("-X", "takes a part of the command from a pipe"),
    refused_value("-rdb -functions-rdb", WRITES),
    refused_value("-eval", "runs a script from a file"),
    refused("-pipe -ldb -ldb-sync-mode -replica -slave", "sends commands, or acts as another server"),
    refused_value("-lru-test", SERVER_CHANGES),
    refused_value("-cert -key", "uses a private key"),
];

/// Commands that look, each in small and in capital letters. The words after a command belong to it.
#[rustfmt::skip]
const REDIS: &[Row] = &[
    looks(
        "get GET strlen STRLEN getrange GETRANGE substr SUBSTR bitcount BITCOUNT getbit GETBIT bitpos BITPOS \
         type TYPE ttl TTL pttl PTTL expiretime EXPIRETIME pexpiretime PEXPIRETIME keys KEYS scan SCAN \
         hget HGET hmget HMGET hgetall HGETALL hkeys HKEYS hvals HVALS hlen HLEN hexists HEXISTS hstrlen HSTRLEN \
         hscan HSCAN llen LLEN lrange LRANGE lindex LINDEX lpos LPOS scard SCARD smembers SMEMBERS sismember SISMEMBER \
         smismember SMISMEMBER sscan SSCAN zcard ZCARD \
         zrange ZRANGE zrevrange ZREVRANGE zrangebyscore ZRANGEBYSCORE zrevrangebyscore ZREVRANGEBYSCORE zscore ZSCORE \
         zmscore ZMSCORE zrank ZRANK zrevrank ZREVRANK zcount ZCOUNT zlexcount ZLEXCOUNT zscan ZSCAN xlen XLEN \
         xrange XRANGE xrevrange XREVRANGE xpending XPENDING geopos GEOPOS geodist GEODIST \
         randomkey RANDOMKEY",
    ).syntax(Syntax::None).operands(each(Text)),
    // Each word is a key.
    looks("exists EXISTS mget MGET sdiff SDIFF sinter SINTER sunion SUNION").syntax(Syntax::None)
        .operands(each(KEY)).operands_set("key"),
    // With a negative count the server answers as often as it is told, until its memory ends.
    looks("srandmember SRANDMEMBER").syntax(Syntax::None).operands(only(&[Text, Package])),
    looks("dbsize DBSIZE time TIME lastsave LASTSAVE role ROLE").syntax(Syntax::None),
    looks("info INFO").operands(each(Name)),
    looks("echo ECHO ping PING").syntax(Syntax::None).operands(each(Text)),
    looks("acl ACL").syntax(Syntax::None).subcommands(&[
        looks("whoami WHOAMI users USERS"),
        looks("cat CAT").operands(each(Text)),
    ]),
    looks("client CLIENT").syntax(Syntax::None).subcommands(&[
        looks("list LIST").syntax(Syntax::None).operands(each(Text)),
        looks("info INFO id ID getname GETNAME getredir GETREDIR trackinginfo TRACKINGINFO"),
        effect("kill KILL pause PAUSE unpause UNPAUSE", SERVER_CHANGES).seen(),
    ]),
    looks("cluster CLUSTER").syntax(Syntax::None).subcommands(&[
        looks("info INFO nodes NODES slots SLOTS shards SHARDS myid MYID links LINKS"),
        looks("keyslot KEYSLOT countkeysinslot COUNTKEYSINSLOT getkeysinslot GETKEYSINSLOT").operands(each(Text)),
        effect("failover FAILOVER forget FORGET meet MEET reset RESET replicate REPLICATE", SERVER_CHANGES).seen(),
    ]),
    looks("command COMMAND").syntax(Syntax::None).subcommands(&[
        looks("count COUNT list LIST docs DOCS info INFO getkeys GETKEYS").syntax(Syntax::None).operands(each(Text)),
    ]),
    // The settings without those that have passwords: `requirepass`, `masterauth`, `*`.
    looks("config CONFIG").syntax(Syntax::None).subcommands(&[
        looks("get GET").syntax(Syntax::None).operands(each(OneOf(SETTINGS))),
        effect("set SET rewrite REWRITE resetstat RESETSTAT", SERVER_CHANGES).seen(),
    ]),
    looks("function FUNCTION").syntax(Syntax::None).subcommands(&[looks("list LIST stats STATS")]),
    looks("latency LATENCY").syntax(Syntax::None).subcommands(&[
        looks("latest LATEST doctor DOCTOR"),
        looks("history HISTORY graph GRAPH histogram HISTOGRAM").operands(each(Text)),
        effect("reset RESET", SERVER_CHANGES).seen(),
    ]),
    looks("memory MEMORY").syntax(Syntax::None).subcommands(&[
        looks("stats STATS doctor DOCTOR malloc-stats MALLOC-STATS"),
        looks("usage USAGE").syntax(Syntax::None).operands(each(Text)),
        effect("purge PURGE", SERVER_CHANGES).seen(),
    ]),
    looks("module MODULE").syntax(Syntax::None).subcommands(&[
        looks("list LIST"),
        effect("load LOAD loadex LOADEX unload UNLOAD", "loads code"),
    ]),
    looks("object OBJECT").syntax(Syntax::None).subcommands(&[
        looks("encoding ENCODING idletime IDLETIME freq FREQ refcount REFCOUNT").syntax(Syntax::None)
            .operands(each(Text)),
    ]),
    looks("pubsub PUBSUB").syntax(Syntax::None).subcommands(&[
        looks("channels CHANNELS numsub NUMSUB numpat NUMPAT shardchannels SHARDCHANNELS").syntax(Syntax::None)
            .operands(each(Text)),
    ]),
    looks("slowlog SLOWLOG").syntax(Syntax::None).subcommands(&[
        looks("get GET").syntax(Syntax::None).operands(only(&[Number])),
        looks("len LEN"),
        effect("reset RESET", SERVER_CHANGES).seen(),
    ]),
    looks("sentinel SENTINEL").syntax(Syntax::None).subcommands(&[
        looks("masters MASTERS myid MYID"),
        looks("master MASTER replicas REPLICAS slaves SLAVES sentinels SENTINELS ckquorum CKQUORUM \
               get-master-addr-by-name GET-MASTER-ADDR-BY-NAME").operands(only(&[Name])),
    ]),
    looks("xinfo XINFO").syntax(Syntax::None).subcommands(&[
        looks("stream STREAM groups GROUPS consumers CONSUMERS").syntax(Syntax::None).operands(then(&[Text], Text)),
    ]),
    // Addresses for `--cluster check HOST:PORT`; none is a command of the server.
    looks("127.0.0.1:6379 localhost:6379 127.0.0.1:7000 localhost:7000 127.0.0.1:7001 localhost:7001"),
    effect("set SET del DEL unlink UNLINK expire EXPIRE persist PERSIST rename RENAME", CHANGES)
        .seen().syntax(Syntax::None),
    effect("flushall FLUSHALL flushdb FLUSHDB shutdown SHUTDOWN bgsave BGSAVE save SAVE", SERVER_CHANGES).seen()
        .syntax(Syntax::None),
    nothing("eval EVAL evalsha EVALSHA fcall FCALL debug DEBUG script SCRIPT", "runs scripts").syntax(Syntax::None),
    effect("slaveof SLAVEOF replicaof REPLICAOF migrate MIGRATE", "reaches another host").seen().syntax(Syntax::None),
];

const MONGO: &str = "admin local config test localhost localhost:27017 127.0.0.1 127.0.0.1:27017 mongodb://localhost \
    mongodb://localhost:27017 mongodb://127.0.0.1:27017 localhost/admin localhost:27017/admin";

/// Scripts without blanks, as runbooks have them.
const MONGO_SCRIPTS: &str = "\
    db.serverStatus() db.serverStatus().connections db.serverStatus().mem db.serverStatus().opcounters \
    db.serverStatus().network db.serverStatus().uptime db.serverStatus().version db.serverStatus().locks \
    db.serverStatus().wiredTiger.cache db.serverStatus().globalLock db.serverStatus().metrics db.serverStatus().repl \
    db.stats() db.stats().dataSize db.version() db.isMaster() db.hello() db.hostInfo() db.getMongo() db.getName() \
    db.currentOp() db.getCollectionNames() db.getCollectionInfos() db.printCollectionStats() db.getProfilingStatus() \
    db.printReplicationInfo() db.printSecondaryReplicationInfo() db.printSlaveReplicationInfo() \
    db.getReplicationInfo() db.adminCommand('ping') db.adminCommand(\"ping\") db.runCommand('ping') \
    db.runCommand(\"ping\") db.runCommand({ping:1}) db.adminCommand({ping:1}) db.runCommand({ping:1}).ok \
    db.adminCommand({listDatabases:1}) db.adminCommand('listDatabases') db.adminCommand({replSetGetStatus:1}) \
    db.adminCommand('replSetGetStatus') db.runCommand({serverStatus:1}) db.runCommand({dbStats:1}) \
    db.runCommand({connectionStatus:1}) db.runCommand({hello:1}) db.runCommand({isMaster:1}) \
    db.runCommand({buildInfo:1}) \
    db.adminCommand({getParameter:'*'}) db.adminCommand({serverStatus:1}) \
    rs.status() rs.status().ok rs.status().members rs.status().myState rs.conf() rs.config() rs.isMaster() rs.hello() \
    rs.printReplicationInfo() rs.printSecondaryReplicationInfo() rs.printSlaveReplicationInfo() sh.status() \
    sh.getBalancerState() sh.isBalancerRunning() JSON.stringify(db.serverStatus()) JSON.stringify(rs.status()) \
    JSON.stringify(db.stats()) printjson(rs.status()) printjson(db.serverStatus()) printjson(db.stats())";

const SETTINGS: &str = "\
    *memory* *max* *slow* *timeout* *save* *repl* *log* *aof* *append* *dir* *cluster* *rdb* *port* \
    maxmemory maxmemory-policy maxmemory-samples maxmemory* save appendonly appendfsync dir dbfilename maxclients \
    timeout tcp-keepalive databases loglevel logfile port bind bind* protected-mode slowlog-log-slower-than \
    slowlog-max-len slowlog* latency-monitor-threshold hz activedefrag lazyfree* repl* repl-backlog-size \
    repl-timeout replica-read-only replica* client-output-buffer-limit cluster-enabled cluster* notify-keyspace-events \
    stop-writes-on-bgsave-error rdbcompression rdbchecksum aof-use-rdb-preamble auto-aof-rewrite* io-threads \
    tcp-backlog min-replicas* unixsocket supervised daemonize pidfile hash* list* set* zset* tls-port append*";
