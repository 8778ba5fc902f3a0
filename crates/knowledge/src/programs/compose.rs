//! Compose: docker compose, and docker-compose as a program of its own.

use super::containers::EXEC;
use crate::row::Kind::{Name, Number, OneOf, Path, Text};
use crate::row::{
    Input, Kind, Options, Row, Runs, attached, each, effect, flags, looks, only, refused,
    refused_value, value,
};

const BOOL: Kind = OneOf("true false");
const DAEMON: &str = "asks another daemon";
const CHANGES: &str = "changes containers, images or their data";
const ANOTHER: &str = "acts on another project than the rule says";

/// In the order of their names. It is a pipe's reader with `-f -`: then the pipe says what is shown.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("docker-compose").reads_workdir().seen().input(Input::Program).options(OPTIONS).subcommands(SUBCOMMANDS),
];

/// `-f FILE` is only parsed by the subcommands that look: they show what runs, not what it says.
#[rustfmt::skip]
pub const OPTIONS: &[Options] = &[
    value("-f,--file", Path).sets("project"),
    value("-p,--project-name", Name).sets("project"),
    value("--profile", Name),
    value("--ansi", OneOf("never always auto")),
    value("--progress", OneOf("auto tty plain json quiet")),
    value("--parallel", Number),
    flags("-v,--version -h,--help --verbose --compatibility --no-ansi"),
    attached("--all-resources --dry-run", BOOL),
    refused_value("--env-file", "reads any file"),
    refused_value("--project-directory --workdir", "finds its settings in another directory"),
    refused_value("-H,--host -c,--context --tlscacert --tlscert --tlskey", DAEMON),
    refused("--tls --tlsverify --skip-hostname-check", DAEMON),
];

/// In an effect's row, as the project is the one that the rule says.
const SAME: Options = refused_value("-f,--file -p,--project-name", ANOTHER);

#[rustfmt::skip]
pub static SUBCOMMANDS: &[Row] = &[
    looks("ps").input(Input::Program).operands(each(Name)).options(&[
        flags("-a -q"),
        attached("--all --quiet --no-trunc --orphans --services", BOOL),
        value("--filter --format --status", Text),
    ]),
    looks("logs").input(Input::Program).operands(each(Name)).options(&[
        flags("-f -t"),
        attached("--follow --timestamps --no-color --no-log-prefix", BOOL),
        value("-n,--tail", Kind::Either(&[Number, OneOf("all")])),
        value("--since --until", Text),
        value("--index", Number),
    ]),
    looks("top").input(Input::Program).operands(each(Name)),
    looks("images").input(Input::Program).operands(each(Name)).options(&[flags("-q,--quiet"), value("--format", Text)]),
    looks("port").input(Input::Program).operands(only(&[Name, Number])).options(&[
        value("--index", Number),
        value("--protocol", OneOf("tcp udp")),
    ]),
    looks("ls").input(Input::Program).options(&[flags("-a,--all -q,--quiet"), value("--filter --format", Text)]),
    looks("version").input(Input::Program).options(&[flags("--short"), value("-f,--format", Text)]),
    looks("events").input(Input::Program).operands(each(Name)).options(&[
        flags("--json"),
        value("--since --until", Text),
    ]),
    looks("stats").input(Input::Program).operands(only(&[Name])).options(&[
        flags("-a,--all --no-stream --no-trunc"),
        value("--format", Text),
    ]),
    looks("volumes").input(Input::Program).operands(each(Name)).options(&[
        flags("-q,--quiet"),
        value("--format", Text),
    ]),
    effect("config convert", "shows settings with the values of any environment file").input(Input::Program)
        .operands(each(Name)).options(&[
            flags("-q,--quiet --services --volumes --images --profiles --networks --no-interpolate --no-normalize"),
            flags("--no-path-resolution --no-consistency"),
            value("--format", OneOf("yaml json")),
            refused_value("-o,--output", "writes a file"),
            refused("--lock-image-digests --resolve-image-digests", "reaches a registry"),
            SAME,
        ]),
    effect("restart start stop pause unpause kill", CHANGES).input(Input::Program).operands(each(Name)).options(&[
        value("-t,--timeout", Number),
        attached("--no-deps", BOOL),
        value("-s,--signal", Name),
        SAME,
    ]),
    effect("exec", "runs a program").runs(Runs::Command { after: 1 }).operands(only(&[Name])).options(EXEC),
    effect("up down rm pull build create push run scale cp attach commit export publish watch wait bridge", CHANGES),
];
