//! The languages of scripts in words: takes nothing, gives the names by which rows choose a scanner of `scripts`.

/// The language of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// awk(1), as gawk, mawk and busybox read it.
    Awk,
    /// `NAME=value` of awk(1)'s `-v`.
    AwkVariable,
    /// Statements for clickhouse-client(1).
    Clickhouse,
    /// Statements and commands of cqlsh(1).
    Cql,
    /// A format or an order of git(1).
    GitFormat,
    /// A template of Go, as docker(1) takes it.
    GoTemplate,
    /// A header of curl(1) or wget(1).
    HttpHeader,
    /// A filter of jq(1).
    Jq,
    /// A format of kubectl(1) with a template or with paths.
    KubeOutput,
    /// A format with fields of small widths.
    Layout,
    /// Statements for mysql(1).
    Mysql,
    /// Any text in which no name stands of which DNS is asked: `dst 10.0.0.1`, not `dst example.com`.
    NoDomain,
    /// Any text that names no file: `@FILE`, `file://FILE`.
    NotFile,
    /// Any text of one line.
    OneLine,
    /// `NAME=VALUE` of curl(1): a cookie, or a part of a query.
    Pair,
    /// The cluster of ps(1) that takes columns: `o`.
    PsBundle,
    /// Columns of ps(1).
    PsColumns,
    /// A user or group of ps(1).
    PsName,
    /// Statements and commands of psql(1).
    Psql,
    /// A format of rpm(8).
    QueryFormat,
    /// sed(1), as GNU and busybox read it.
    Sed,
    /// Statements and commands of sqlite3(1).
    Sqlite,
    /// A unit of systemd(1) that is one service, not a state of the whole system.
    Unit,
    /// A command of vtysh(1) that shows.
    VtyShow,
    /// A format of curl's `--write-out`.
    WriteOut,
    /// An expression of yq(1), as that in Go and that in Python read it.
    Yq,
}
