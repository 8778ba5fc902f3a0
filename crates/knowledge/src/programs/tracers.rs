//! Programs that look into running processes: the rows grant little, since these programs stop or change the processes.

use crate::row::Kind::{self, Begins, Either, Name, OneOf};
use crate::row::{
    Input, Row, Runs, Syntax, each, effect, flags, looks, nothing, only, refused, refused_value,
    then,
};

const TAKES: &str = "takes over other processes";
const LOADS: &str = "loads programs into the kernel, or changes them";

const PROBES: Kind = Either(&[
    Begins("tracepoint:"),
    Begins("kprobe:"),
    Begins("kretprobe:"),
    Begins("kfunc:"),
    Begins("fentry:"),
    Begins("software:"),
    Begins("hardware:"),
    Begins("rawtracepoint:"),
    Begins("*"),
]);

const WHICH: Kind = OneOf("id name tag pinned dev pid");

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("bpftool").options(&[flags("-j,--json -p,--pretty -V,--version -n,--nomount -h,--help")]).subcommands(&[
        looks("cgroup").subcommands(&[
            looks("show list tree").operands(each(Name)),
            effect(EFFECTS, LOADS),
        ]),
        looks("btf link map net perf prog struct_ops").subcommands(SHOW),
        looks("version help"),
        nothing("batch feature gen iter", LOADS),
    ]),
    effect("bpftrace", TAKES)
        .runs(&[Runs::Values("-c"), Runs::Calls])
        .unseen("-l -V --version -h --help --info").input(Input::Program).syntax(Syntax::None).subcommands(&[
        looks("-l").operands(only(&[PROBES])),
        looks("-V --version -h --help --info"),
    ]),
    effect("gdb", TAKES)
        .runs(&[Runs::After("--args -args"), Runs::Values("-ex --ex -eval-command --eval-command -iex \
            --init-eval-command")]).unseen("-v --version -version").input(Input::Program).syntax(Syntax::None)
        .subcommands(&[looks("-v --version -version")]),
    effect("ltrace", TAKES).runs(&[Runs::After("*")]).syntax(Syntax::None)
        .subcommands(&[looks("-V --version -h --help")]),
    effect("strace", TAKES).runs(&[Runs::Closed { after: 0 }]).subcommands(&[looks("-V --version -h --help")])
        .options(&[
        refused("-c -C -D -f -F -i -k -n -q -r -t -T -v -w -x -y -z -Z", TAKES),
        refused_value("-a -b -e -I -O -p -P -s -S -u -X", TAKES),
        refused_value("-E -o", "runs a program, or sets what it loads"),
    ]),
    nothing("gdbserver ", TAKES),
    nothing("gcore gstack pstack", TAKES).seen(),
    nothing("dc openrc-run stap staprun", "runs what its script says"),
    nothing("dtrace", TAKES).runs(&[Runs::Values("-c")]).seen(),
];

#[rustfmt::skip]
const SHOW: &[Row] = &[looks("show list").operands(then(&[WHICH], Name)), effect(EFFECTS, LOADS)];

const EFFECTS: &str = "attach create delete detach dump exec freeze getnext load loadall lookup peek pin pop \
    profile push dequeue enqueue register run tracelog unregister update";
