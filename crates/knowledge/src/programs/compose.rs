//! Compose: docker compose, and docker-compose as a program of its own.

use super::container_runs::{ENTRYPOINT, EXEC, RUN};
use crate::language::Language::GoTemplate;
use crate::row::Kind::{Ends, Name, Number, OneOf, Script, Text};
use crate::row::{
    Input, Kind, Options, Row, Runs, attached, each, effect, flags, looks, only, refused,
    refused_value, value,
};

const BOOL: Kind = OneOf("true false");
const FILES: &str = "\
    compose.yml compose.yaml compose.dev.yml compose.dev.yaml compose.local.yml compose.override.yml \
    compose.override.yaml compose.prod.yml compose.prod.yaml compose.production.yml compose.production.yaml \
    compose.staging.yml compose.staging.yaml compose.test.yml compose.ci.yml compose.monitoring.yml";
const DAEMON: &str = "asks another daemon";
const CHANGES: &str = "changes containers, images or their data";
const ANOTHER: &str = "acts on another project than the rule says";

/// The rows, in the order of their names. With `-f -` the pipe says which project is shown.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("docker-compose").runs(ENTRYPOINT).reads_workdir().seen().input(Input::Program).options(OPTIONS)
        .subcommands(SUBCOMMANDS),
];

/// compose parses the value of `-f`: an error may show parts of it, and it may include others, so its name must fit.
#[rustfmt::skip]
pub const OPTIONS: &[Options] = &[
    value("-f,--file", Ends(FILES)).sets("project"),
    value("-p,--project-name", Name).sets("project"),
    value("--profile", Name),
    value("--ansi", OneOf("never always auto")),
    value("--progress", OneOf("auto tty plain json quiet")),
    value("--parallel", Number),
    flags("-v,--version -h,--help --verbose --compatibility --no-ansi"),
    attached("--all-resources", BOOL),
    attached("--dry-run", BOOL).sets("dry run"),
    refused_value("--env-file", "reads any file"),
    refused_value("--project-directory --workdir", "finds its settings in another directory"),
    refused_value("-H,--host -c,--context --tlscacert --tlscert --tlskey", DAEMON),
    refused("--tls --tlsverify --skip-hostname-check", DAEMON),
];

const FORMAT: Options = value("--format", Script(GoTemplate));

/// In the row of an effect: the rule says which project is meant.
const SAME: Options = refused_value("-f,--file -p,--project-name", ANOTHER);

#[rustfmt::skip]
pub static SUBCOMMANDS: &[Row] = &[
    looks("ps").input(Input::Program).operands(each(Name)).options(&[
        flags("-a -q"),
        attached("--all --quiet --no-trunc --orphans --services", BOOL),
        value("--filter --status", Text),
        FORMAT,
    ]),
    looks("logs").input(Input::Program).operands(each(Name)).options(&[
        flags("-f -t"),
        attached("--follow --timestamps --no-color --no-log-prefix", BOOL),
        value("-n,--tail", Kind::Either(&[Number, OneOf("all")])),
        value("--since --until", Text),
        value("--index", Number),
    ]),
    looks("top").input(Input::Program).operands(each(Name)),
    looks("images").input(Input::Program).operands(each(Name)).options(&[flags("-q,--quiet"), FORMAT]),
    looks("port").input(Input::Program).operands(only(&[Name, Number])).options(&[
        value("--index", Number),
        value("--protocol", OneOf("tcp udp")),
    ]),
    looks("ls").input(Input::Program).options(&[flags("-a,--all -q,--quiet"), value("--filter", Text), FORMAT]),
    looks("version").input(Input::Program).options(&[flags("--short"), value("-f,--format", Script(GoTemplate))]),
    looks("events").input(Input::Program).operands(each(Name)).options(&[
        flags("--json"),
        value("--since --until", Text),
    ]),
    looks("stats").input(Input::Program).operands(only(&[Name])).options(&[
        flags("-a,--all --no-stream --no-trunc"),
        FORMAT,
    ]),
    looks("volumes").input(Input::Program).operands(each(Name)).options(&[
        flags("-q,--quiet"),
        FORMAT,
    ]),
    // With some flags it shows only names, or nothing.
    effect("config convert", "shows settings with the values of any environment file").input(Input::Program)
        .operands(each(Name)).looks_with("-q --quiet --services --volumes --images --profiles --networks").options(&[
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
    effect("exec", "runs a program").runs(&[Runs::Command { after: 1 }]).operands(only(&[Name])).options(EXEC),
    effect("up pull", CHANGES).input(Input::Program).operands(each(Name)).options(&[
        flags("-d,--detach --no-deps --no-build --no-recreate --wait --quiet-pull -q,--quiet"),
        refused("--force-recreate -V,--renew-anon-volumes --remove-orphans --build --always-recreate-deps", CHANGES),
        refused_value("--scale --pull --exit-code-from", CHANGES),
        SAME,
    ]),
    RUN,
    effect("down rm build create push scale cp attach commit export publish watch wait bridge", CHANGES).seen(),
];
