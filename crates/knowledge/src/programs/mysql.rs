//! MySQL and MariaDB. The scanner of their SQL reads the queries.

use crate::language::Language::Mysql;
use crate::row::Kind::{Loopback, Name, Number, OneOf, Path, Script, Text};
use crate::row::{
    Input, Options, Row, Runs, attached, each, effect, flags, looks, nothing, only, refused,
    refused_value, value,
};

const CHANGES: &str = "changes a database or its server";
const WRITES: &str = "writes a file";
const SETS_FILES: &str = "sets what files are read, or what is run";
const ALL_DATA: &str = "prints all data of a database";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    nothing("myisamchk myisamlog aria_chk innochecksum mysqlslap mysqlhotcopy mysqlsh mycli", CHANGES),
    looks("mysql mariadb").runs(&[Runs::Calls]).input(Input::ProgramUnless("-e --execute", 0)).operands(only(&[Name]))
        .operands_set("database").options(&[
            value("-e,--execute", Script(Mysql)),
            value("-D,--database", Name).sets("database"),
            HOST, PORT, USER, PASSWORD, SOCKET, PROTOCOL, PLAIN, SECURE, CERTIFICATES, FILES, TRACE,
            flags("-A,--no-auto-rehash -B,--batch -N,--skip-column-names -H,--html -X,--xml -E,--vertical -t,--table"),
            flags("-n,--unbuffered -q,--quick -r,--raw -s,--silent -f,--force -i,--ignore-spaces -U,--safe-updates"),
            flags("-L,--skip-line-numbers -w,--wait -b,--no-beep -o,--one-database --column-names --line-numbers"),
            flags("--show-warnings --binary-as-hex --skip-pager --skip-auto-rehash --skip-reconnect"),
            flags("--column-type-info --auto-vertical-output"),
            value("--connect-timeout --select-limit --max-join-size --max-allowed-packet", Number),
            refused("--local-infile -G,--named-commands -c,--comments --binary-mode", "lets statements do more"),
            refused_value("--init-command --delimiter", "runs or splits statements"),
            attached("--pager", crate::row::Kind::Never("runs another program")),
            refused_value("--tee --histignore", WRITES),
        ]),
    looks("mysqladmin mariadb-admin").options(&[
        HOST, PORT, USER, PASSWORD, SOCKET, PROTOCOL, PLAIN, SECURE, CERTIFICATES, FILES, TRACE,
        flags("-r,--relative -s,--silent -b,--no-beep -f,--force -E,--vertical"),
        value("-i,--sleep -c,--count --connect-timeout", Number),
        attached("-w,--wait", Number),
    ]).subcommands(&[
        looks("status stat extended-status extended ext processlist process proc variables var version ver ping")
            .operands(each(OneOf("status extended-status processlist variables version ping"))),
        effect("create drop kill shutdown password old-password reload refresh debug", CHANGES).seen(),
        effect("flush-hosts flush-logs flush-privileges flush-status flush-tables flush-threads", CHANGES).seen(),
        effect("start-slave stop-slave start-all-slaves stop-all-slaves start-replica stop-replica", CHANGES).seen(),
    ]),
    looks("mysqlbinlog mariadb-binlog").operands(each(Path)).options(&[
        PLAIN,
        flags("-s,--short-form -H,--hexdump --verify-binlog-checksum -f,--force-read"),
        value("-d,--database", Name),
        value("--start-datetime --stop-datetime", Text),
        value("-j,--start-position --stop-position -o,--offset --server-id", Number),
        value("--base64-output", OneOf("AUTO auto NEVER never DECODE-ROWS decode-rows UNSPEC")),
        refused("-R,--read-from-remote-server --raw", WRITES),
        refused_value("-r,--result-file -l,--local-load --rewrite-db --exec", WRITES),
        FILES,
    ]),
    effect("mysqlcheck mariadb-check mysqlanalyze mysqloptimize mysqlrepair", "checks tables, or changes them").seen()
        .operands(each(Name)).operands_set("database").options(&[
            HOST, PORT, USER, PASSWORD, SOCKET, PLAIN, FILES, SEVERAL,
            flags("-c,--check -q,--quick -F,--fast -m,--medium-check -s,--silent"),
        ]),
    effect("mysqldump mariadb-dump", ALL_DATA).operands(each(Name)).operands_set("database").options(&[
        HOST, PORT, USER, PASSWORD, SOCKET, PROTOCOL, SECURE, CERTIFICATES, FILES, TRACE, SEVERAL,
        flags("-d,--no-data -t,--no-create-info -n,--no-create-db --single-transaction --quick -R,--routines"),
        flags("-E,--events --triggers --skip-triggers --skip-lock-tables --compact --skip-comments"),
        flags("--no-tablespaces --skip-extended-insert -v,--verbose -V,--version"),
        refused_value("-T,--tab -r,--result-file --log-error", WRITES),
        refused("-F,--flush-logs --delete-master-logs --delete-source-logs --flush-privileges", CHANGES),
        refused_value("-w,--where", "puts text into a statement"),
    ]),
    looks("mysqldumpslow mariadb-dumpslow").operands(each(Path)).options(&[
        flags("-a -r -v -d"),
        value("-s", OneOf("al at ar c l r t")),
        value("-t -n", Number),
        value("-g -h -i", Text),
    ]),
    effect("mysqld mariadbd", "starts a server").seen().options(&[flags("-V,--version --help"), flags("-v,--verbose")
        .beside("--help")]),
    looks("mysqlshow mariadb-show").operands(only(&[Name, Name, Name])).options(&[
        HOST, PORT, USER, PASSWORD, SOCKET, PROTOCOL, PLAIN, SECURE, CERTIFICATES, FILES, TRACE,
        flags("--count -i,--status -k,--keys -t,--show-table-type"),
    ]),
];

const HOST: Options = value("-h,--host", Loopback).sets("server");
const PORT: Options = value("-P,--port", Number).sets("server");
const USER: Options = value("-u,--user", Name);
const SEVERAL: Options = flags("-A,--all-databases -B,--databases").sets("database");
const PASSWORD: Options = attached("-p,--password", Text);
const PROTOCOL: Options = value("--protocol", OneOf("tcp socket TCP SOCKET"));
const PLAIN: Options =
    flags("-v,--verbose -V,--version -C,--compress --no-defaults --debug-check --help");
const SECURE: Options =
    flags("--ssl --skip-ssl --ssl-verify-server-cert --secure-auth --get-server-public-key");
const CERTIFICATES: Options = value("--ssl-ca --ssl-capath", Path);
const SOCKET: Options = value(
    "-S,--socket",
    OneOf("/run/mysqld/mysqld.sock /var/run/mysqld/mysqld.sock /var/lib/mysql/mysql.sock"),
)
.sets("server");
const FILES: Options = refused_value(
    "--defaults-file --defaults-extra-file --defaults-group-suffix --login-path --plugin-dir --default-auth \
     --character-sets-dir --ssl-cert --ssl-key --server-public-key-path",
    SETS_FILES,
);
const TRACE: Options = attached("-#,--debug", crate::row::Kind::Never(WRITES));
