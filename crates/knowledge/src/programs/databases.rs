//! PostgreSQL and SQLite. The scanners of SQL read the queries.

use crate::language::Language::{Psql, Sqlite};
use crate::row::Kind::{Begins, Either, Ends, Loopback, Name, Number, OneOf, Path, Script, Text};
use crate::row::{
    Input, Kind, Options, Row, Runs, Syntax, attached, each, effect, flags, looks, nothing, only,
    refused, refused_value, then, value,
};

/// This host, or the directory of the server's own socket.
const SERVER: Kind = Either(&[Loopback, OneOf("/var/run/postgresql /run/postgresql")]);
const ANY_FILE: &str = "reads commands from a file";
const WRITES: &str = "writes a file";
const CHANGES: &str = "changes a database";
const ALL_DATA: &str = "prints all data of a database";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    effect("clusterdb createdb createuser dropdb dropuser reindexdb vacuumlo", CHANGES).seen()
        .options(&[flags("-e,--echo -w,--no-password --if-exists"), HOST, PORT, USER]),
    looks("patronictl").by_manual().options(&[
        value("-c,--config-file", Either(&[Begins("/etc/patroni"), OneOf("/etc/patroni.yml")])),
        refused_value("-d,--dcs-url --dcs", "reaches another host"),
        refused("-k,--insecure", "trusts any host"),
    ]).subcommands(&[
        looks("list topology").operands(each(Name)).options(&[
            flags("-e,--extended -t,--timestamp"),
            value("-f,--format", OneOf("pretty tsv json yaml yml")),
            value("-w,--watch", Number),
            flags("-W"),
            value("--group", Number),
        ]),
        looks("history version").operands(each(Name)).options(&[value("-f,--format", OneOf("pretty tsv json yaml \
            yml"))]),
        nothing("show-config dsn query", "prints passwords, or runs statements"),
        effect("edit-config failover flush pause reinit reload remove restart resume scaffold switchover", CHANGES)
            .seen(),
    ]),
    effect("pg_basebackup pg_receivewal pg_recvlogical pg_rewind pg_resetwal initdb pg_upgrade", WRITES),
    looks("pg_config").options(&[
        flags("--bindir --docdir --htmldir --includedir --pkgincludedir --includedir-server --libdir --pkglibdir"),
        flags("--localedir --mandir --sharedir --sysconfdir --pgxs --configure --cc --cppflags --cflags --ldflags"),
        flags("--libs --version"),
    ]),
    looks("pg_conftool").operands(only(&[Number, Name, OneOf("show"), Either(&[Name, OneOf("all")])])).options(&[
        flags("-s,--short -v,--verbose -h,--help"),
    ]),
    looks("pg_controldata").operands(only(&[Path])).options(&[value("-D,--pgdata", Path), flags("-V,--version")]),
    effect("pg_ctl", "controls a server").seen().options(&[
        refused_value("-D,--pgdata -o,--options -p", "sets what is run"),
        refused_value("-l,--log", WRITES),
        flags("-s,--silent -w,--wait -W,--no-wait"),
        value("-t,--timeout", Number),
        value("-m,--mode", OneOf("fast smart f s")),
    ]).subcommands(&[
        looks("status").options(&[value("-D,--pgdata", Path)]),
        effect("start stop restart reload promote logrotate kill initdb init", "controls a server").seen(),
    ]),
    looks("pg_ctlcluster").seen().operands(only(&[Number, Name, OneOf("status")])),
    effect("pg_dump", ALL_DATA).operands(only(&[Name])).operands_set("database").options(&[
        flags("-s,--schema-only -a,--data-only -O,--no-owner -x,--no-privileges --no-comments --no-password -w"),
        flags("-V,--version --help"),
        flags("-v,--verbose -c,--clean -C,--create --if-exists --inserts --column-inserts"),
        value("-t,--table -n,--schema -T,--exclude-table -N,--exclude-schema", Text),
        value("-F,--format", OneOf("p c plain custom t tar")),
        value("-Z,--compress", Number),
        DATABASE, HOST, PORT, USER,
        refused_value("-f,--file", WRITES),
        refused_value("--filter", ANY_FILE),
    ]),
    effect("pg_dumpall", ALL_DATA).options(&[
        flags("-V,--version --help -g,--globals-only -r,--roles-only -s,--schema-only -t,--tablespaces-only \
            --no-role-passwords"),
        HOST, PORT, USER,
        refused_value("-f,--file", WRITES),
    ]),
    looks("pg_isready").options(&[
        flags("-q,--quiet -V,--version"), value("-t,--timeout", Number), DATABASE, HOST, PORT, USER,
    ]),
    looks("pg_lsclusters").options(&[flags("-h,--no-header -j,--json -s,--start-conf -V,--version")]),
    looks("pg_restore").seen().only_with("-l --list").operands(only(&[Path])).options(&[
        flags("-l,--list -v,--verbose -V,--version"),
        value("-F,--format", OneOf("c d t custom directory tar")),
        refused_value("-d,--dbname -f,--file -L,--use-list", CHANGES),
    ]),
    looks("pgbackrest").by_manual().options(&[
        value("--stanza", Name),
        value("--log-level-console", OneOf("off error warn info detail debug trace")),
    ]).subcommands(&[
        looks("info version help").options(&[value("--output", OneOf("text json")), value("--set", Name)]),
        effect("backup restore stanza-create stanza-delete stanza-upgrade expire start stop archive-push", CHANGES)
            .seen(),
    ]),
    nothing("pgbench pgcli", "changes a database"),
    effect("postgres pgbouncer pgpool", "starts a server")
        .seen().options(&[flags("-V,--version --help --describe-config")]),
    looks("pg_waldump").operands(only(&[Path, Path])).options(&[
        flags("-b,--bkp-details -f,--follow -q,--quiet -w,--fullpage -V,--version -?,--help"),
        attached("-z,--stats", OneOf("record")),
        value("-n,--limit -t,--timeline -x,--xid -B,--block", Number),
        value("-e,--end -s,--start -r,--rmgr -R,--relation -F,--fork", Name),
        value("-p,--path", Path),
    ]),
    looks("psql")
        .runs(&[Runs::Calls]).input(Input::ProgramUnless("-c --command -l --list", 0)).operands(only(&[Name, Name]))
        .operands_set("database").options(PSQL),
    looks("sqlite3").runs(&[Runs::Calls]).syntax(Syntax::Words).input(Input::ProgramUnless("", 2))
        .operands(then(&[DATABASE_FILE], Script(Sqlite))).options(SQLITE),
    effect("vacuumdb", "vacuums and analyzes").seen().operands(only(&[Name])).options(&[
        flags("-a,--all -z,--analyze -Z,--analyze-only --analyze-in-stages -v,--verbose -e,--echo -q,--quiet -w"),
        value("-t,--table", Name),
        value("-j,--jobs", Number),
        DATABASE, HOST, PORT, USER,
    ]),
];

const DATABASE: Options = value("-d,--dbname", Name).sets("database");
const HOST: Options = value("-h,--host", SERVER).sets("server");
const PORT: Options = value("-p,--port", Number).sets("server");
const USER: Options = value("-U,--username", Name);

#[rustfmt::skip]
const PSQL: &[Options] = &[
    value("-c,--command", Script(Psql)),
    DATABASE, HOST, PORT, USER,
    flags("-l,--list -X,--no-psqlrc -1,--single-transaction -a,--echo-all -b,--echo-errors -e,--echo-queries"),
    flags("-E,--echo-hidden -n,--no-readline -q,--quiet -S,--single-line -A,--no-align --csv -H,--html"),
    flags("-t,--tuples-only -x,--expanded -z,--field-separator-zero -0,--record-separator-zero -w,--no-password"),
    flags("-V,--version"),
    attached("--help", OneOf("options commands variables")),
    value("-F,--field-separator -R,--record-separator -T,--table-attr", Text),
    value("-P,--pset", OneOf(
        "pager=off pager=0 border=0 border=1 border=2 expanded=on expanded=off expanded=auto footer=off footer=on \
         format=aligned format=unaligned format=csv format=wrapped format=html format=asciidoc linestyle=ascii \
         linestyle=unicode null=NULL null=null null=(null) tuples_only=on tuples_only=off tuples_only numericlocale=on \
         columns=0 columns=80 columns=120 columns=200 title recordsep_zero fieldsep_zero",
    )),
    value("-v,--set,--variable", OneOf(
        "ON_ERROR_STOP=1 ON_ERROR_STOP=on ON_ERROR_STOP=0 ON_ERROR_STOP VERBOSITY=verbose VERBOSITY=terse \
         VERBOSITY=default VERBOSITY=sqlstate SHOW_CONTEXT=always SHOW_CONTEXT=never SHOW_CONTEXT=errors",
    )),
    refused_value("-f,--file", ANY_FILE).unseen(),
    refused_value("-o,--output", "writes a file, or runs a program"),
    refused_value("-L,--log-file", WRITES),
    refused("-s,--single-step -W,--password", "waits for a person"),
];

/// The file of a database, by its ending: sqlite3 makes an empty database where there is no file.
const DATABASE_FILE: Kind = Either(&[Ends(".db .db3 .sqlite .sqlite3"), OneOf(":memory:")]);

#[rustfmt::skip]
const SQLITE: &[Options] = &[
    flags("-readonly -header -noheader -csv -json -line -column -list -box -table -markdown -quote -tabs -html -ascii"),
    flags("-bail -batch -nofollow -safe -stats -version"),
    value("-separator -newline -nullvalue", Text),
    refused_value("-cmd", "runs a command"),
    refused_value("-init", ANY_FILE),
    refused_value("-vfs -A -nonce", "loads or writes files"),
    refused("-append -deserialize -zip -interactive -unsafe-testing", "opens the file in another way"),
];
