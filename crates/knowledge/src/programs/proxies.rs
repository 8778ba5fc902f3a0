//! Servers in front of others: HAProxy, Caddy, Squid, Traefik, Varnish. A program that checks a wrong configuration
//! prints parts of it, so only files below the program's own directory are granted.

use crate::row::Kind::{self, Begins, Either, Name, Number, OneOf, Text};
use crate::row::{Input, Row, each, effect, flags, looks, nothing, refused, refused_value, value};

const OBJECT: Kind = Either(&[Name, Text]);
const CONFIGURATION: &str = "prints parts of any file, or runs another configuration";
const SERVES: &str = "changes the server";
const ELSEWHERE: &str = "reaches another host";
const KEYS: &str = "prints keys or passwords";
const WRITES: &str = "writes a file";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("caddy").reads_workdir().options(&[flags("-h,--help -v,--version")]).subcommands(&[
        looks("version build-info"),
        looks("list-modules").options(&[flags("--packages --versions -s,--skip-standard --json")]),
        looks("validate adapt").options(&[
            value("-c,--config", Begins("/etc/caddy/")),
            value("-a,--adapter", OneOf("caddyfile json")),
            flags("-p,--pretty --validate"),
            refused_value("--envfile", "reads any file"),
        ]),
        effect("fmt", WRITES),
        effect("run start stop reload trust untrust upgrade add-package remove-package file-server", SERVES).seen(),
        effect("reverse-proxy respond storage manpage completion hash-password", SERVES).seen(),
        nothing("environ", KEYS),
    ]),
    effect("envoy", SERVES).options(&[flags("--version -h,--help --hot-restart-version")]).by_manual(),
    // The file is an operand in this row, so that it is granted only with `-c`.
    looks("haproxy").operands(each(Either(&[OneOf("/etc/haproxy"), Begins("/etc/haproxy/")]))).only_with("-c")
        .options(&[
        flags("-c -f -v -vv -q -V -h"),
        refused("-d -D -W -db -dr", SERVES),
        refused_value("-p -sf -st -C -x -L", SERVES),
    ]),
    effect("lighttpd lighttpd2", SERVES).options(&[
        flags("-t -p -v -V -h"),
        value("-f", Begins("/etc/lighttpd/")).beside("-t -p"),
        refused_value("-m -i", "loads code"),
        refused("-D -1", SERVES),
    ]),
    effect("squid squid3", SERVES).options(&[
        flags("-v -h"),
        value("-k", OneOf("parse check")),
        refused_value("-f -a -u -d -l -n", CONFIGURATION),
        refused("-z -N -F -R -S -s -X -Y -C -i -r -D", SERVES),
    ]),
    effect("traefik", SERVES).subcommands(&[
        looks("version"),
        looks("healthcheck"),
    ]).options(&[flags("-h,--help")]).by_manual(),
    looks("varnishadm").subcommands(&[
        looks("status banner ping pid"),
        looks("ban.list backend.list vcl.list panic.show storage.list").operands(each(OBJECT)),
        looks("param.show vcl.show").operands(each(Name)),
        effect("start stop ban backend.set_health param.set vcl.load vcl.use vcl.discard vcl.inline", SERVES).seen(),
        effect("panic.clear", SERVES).seen(),
    ]).options(&[
        refused_value("-n", CONFIGURATION),
        value("-t", Number),
        refused_value("-S", CONFIGURATION),
        refused_value("-T", ELSEWHERE),
    ]).input(Input::Program),
    looks("varnishhist varnishtop").options(&[flags("-1 -b -c -C -d -V -h"), value("-i -I -x -X -q -n -p -k", Text)]),
    looks("varnishlog varnishncsa").options(&[
        flags("-b -c -C -d -E -h -v -V"),
        value("-g", OneOf("session request vxid raw")),
        value("-i -I -x -X -q -n -F -t", Text),
        value("-k -L -R -T", Number),
        refused("-a -A -D -u", WRITES),
        refused_value("-w -P", WRITES),
        refused_value("-r -Q -N -f", CONFIGURATION),
    ]),
    looks("varnishstat").options(&[flags("-1 -h -j -l -r -V -x"), value("-f -I -X -n -t", Text)]),
    effect("varnishd", SERVES).options(&[
        flags("-V -?"),
        value("-x", OneOf("parameter vsl cli builtin")),
        refused_value("-C -f -n -a -b -T -S -s -p -P -r -I -i -j -l -M -h -t -W", SERVES),
        refused("-d -F", SERVES),
    ]),
];
