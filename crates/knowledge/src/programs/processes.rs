//! Programs that show processes and the files that these hold, and programs that send signals.

use crate::language::Language::{NoDomain, PsBundle, PsColumns, PsName};
use crate::row::Kind::{self, Begins, Either, Name, Number, OneOf, Path, Script, Text};
use crate::row::{
    Input, Row, Runs, Syntax, attached, each, effect, flags, looks, maybe, only, refused,
    refused_value, value,
};

const ENVIRONMENT: &str = "prints the environment of processes";
const AGAIN: &str =
    "may make ps read its words again as letters, of which `e` prints the environment";
const SIGNAL: &str = "sends another signal";
const MORE: &str = "reaches more processes than the rule says";
const KILLS: &str = "kills processes";
const CONFIGURATION: &str = "reads or writes a file of settings";
const SETS: &str = "changes the limits of a process";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("atop").operands(only(&[DATES, Number, Number])).input(Input::Program).options(&[
        flags("-V -a -R -W -Z -f -F -G -l -y -Y -1 -x -g -m -d -n -s -v -c -X -o -u -p -j -C -M -D -N -E -A -S"),
        value("-P -J", Text),
        value("-L", Number),
        refused_value("-w", "writes a file"),
        // By a date, atop reads a file of its own directory; another program could unpack any other file.
        maybe("-r", DATES),
        value("-b -e", Number),
    ]),
    looks("fuser").seen().operands(each(Name)).options(&[
        flags("-a,--all -c -I,--inode -l,--list-signals -m,--mount -M,--ismountpoint -s,--silent -u,--user"),
        flags("-v,--verbose -V,--version -4,--ipv4 -6,--ipv6"),
        value("-n,--namespace", OneOf("file tcp udp")),
        refused("-k,--kill -w,--writeonly", KILLS),
        refused("-i,--interactive", "waits for a person"),
    ]),
    // The keys of htop send signals.
    looks("htop btop glances").options(&[flags("-V,--version"), refused("-h,--help", "differs between versions")])
        .input(Input::Program),
    effect("kill", KILLS).seen().operands(each(Name)).options(&[
        // Signal 0 only asks whether there is such a process.
        flags("-l,--list -L,--table -0"),
        refused("-NUMBER -1 -2 -A -B -C -D -E -F -G -H -I -J -K -M -N -O -P -Q -R -S -T -U -V -W -X -Y -Z", SIGNAL),
        refused_value("-s,--signal -q,--queue", SIGNAL),
        refused("-a,--all", MORE),
    ]),
    effect("killall", KILLS).operands(each(Name)).options(&[
        flags("-e,--exact -l,--list -q,--quiet -v,--verbose -V,--version -w,--wait -0"),
        refused("-NUMBER -1 -2 -A -B -C -D -E -F -G -H -J -K -L -M -N -O -P -Q -R -S -T -U -W -X -Y", SIGNAL),
        refused_value("-s,--signal", SIGNAL),
        refused("-r,--regexp -I,--ignore-case -g,--process-group", MORE),
        refused_value("-u,--user -o,--older-than -y,--younger-than -n,--ns -Z,--context", MORE),
        refused("-i,--interactive", "waits for a person"),
    ]),
    looks("lsof").operands(each(FILE)).options(&[
        flags("-a -b -C -E -h -H -l -M -n -N -O -P -Q -R -t -U -v -V -w -X -z"),
        flags("-?"),
        value("-c -d -e -p -u", Text),
        maybe("-F -g -s -T -Z", Text),
        maybe("-i", Script(NoDomain)),
        maybe("-o -r -S", Number),
        attached("-K -L -x", Text),
        refused_value("-D -m -k -A", "reads or writes a file that is not listed"),
    ]),
    looks("pgrep").operands(only(&[Text])).options(&[
        flags("-l,--list-name -a,--list-full -v,--inverse -w,--lightweight -c,--count -f,--full -i,--ignore-case"),
        flags("-n,--newest -o,--oldest -x,--exact -L,--logpidfile -A,--ignore-ancestors -q,--quiet -V,--version"),
        value("-d,--delimiter -g,--pgroup -G,--group -P,--parent -s,--session -t,--terminal", Text),
        value("-u,--euid -U,--uid -r,--runstates --cgroup --ns --nslist -O,--older", Text),
        value("-F,--pidfile", Path),
        flags("-h,--help"),
    ]),
    looks("pidof").operands(each(Name)).options(&[
        flags("-s,--single-shot -c,--check-root -n -q -x -z -w,--with-workers -t,--lightweight -V,--version"),
        value("-d,--separator -S -o,--omit-pid", Text),
    ]),
    effect("pkill", KILLS).seen().operands(only(&[Name])).options(&[
        flags("-x,--exact -e,--echo -c,--count -n,--newest -o,--oldest -V,--version"),
        refused("-NUMBER -1 -2 -A -B -C -D -E -H -I -J -K -M -N -Q -R -S -T -W -X -Y -Z", SIGNAL),
        refused_value("--signal -q,--queue", SIGNAL),
        refused("-f,--full -v,--inverse -i,--ignore-case -L,--logpidfile", MORE),
        refused_value("-F,--pidfile -g,--pgroup -G,--group -P,--parent -s,--session -t,--terminal", MORE),
        refused_value("-u,--euid -U,--uid -O,--older -r,--runstates --cgroup --ns --nslist", MORE),
    ]),
    looks("pmap").operands(each(Number)).options(&[
        flags("-x,--extended -d,--device -q,--quiet -p,--show-path -X -k -V,--version -h,--help"),
        value("-A,--range", Text),
        refused("-c,--read-rc -n,--create-rc", CONFIGURATION),
        refused_value("-C,--read-rc-from -N,--create-rc-to", CONFIGURATION),
    ]),
    // Only long names are granted: `-nunlimited` would be read as letters.
    looks("prlimit").runs(&[Runs::Closed { after: 0 }]).options(&[
        value("-p,--pid", Number),
        value("-o,--output", Text),
        flags("--noheadings --raw --verbose --help --version --core --data --nice --fsize --sigpending --memlock"),
        flags("--rss"),
        flags("--nofile --msgqueue --rtprio --stack --cpu --nproc --as --locks --rttime"),
        refused("-c -d -e -f -i -l -m -n -q -r -s -t -u -v -x -y", SETS),
    ]),
    // Letters without a dash may stand in the first word of ps; `e` prints the environment. When an option fails, ps
    // reads the letters with a dash a second time, as letters without one. So no letter is granted that fails, such as
    // `-x`. The first words of these rows are read that way, or no letter of them fails beside the options of the row.
    looks("ps").syntax(Syntax::Bundle).subcommands(&[
        looks("-aux -auxw -auxww -auxwww -auxf -ax -axw -axww -axf -axu -axuw -axuww -axjf -axl -axfu").options(&[
            flags("-w -l --no-headers --headers --no-heading"),
            value("-o", Script(PsBundle)),
            value("--format", Script(PsColumns)),
            value("--sort", Either(&[OneOf(DESCENDING), Text])),
            value("--cols --columns --width --rows --lines --pid --ppid", Number),
        ]),
        looks("-eM -eMf -efM -AM").options(&[flags("--no-headers --headers")]),
        looks("h"),
        looks("-axo -Ao").operands(only(&[Script(PsBundle)])).options(&[
            flags("--no-headers --headers"),
            value("--sort", Either(&[OneOf(DESCENDING), Text])),
        ]),
        looks("-T -eT -eTf -eTl -efT -eTw -Tf").options(&[
            flags("-e -f -l -w --no-headers --headers"),
            value("-p,--pid", Number),
            value("-o,--format", Script(PsColumns)),
            value("--sort", Either(&[OneOf(DESCENDING), Text])),
        ]),
    ]).operands(each(PS_OPERAND)).options(&[
        flags("-A -a -d -e --deselect -N -f -F -j -l -P -y -H -w -L -Z -c -V -NUMBER"),
        flags("--context --cumulative --forest --headers --no-headers --no-heading --info --version"),
        flags("a c f j l m r s u v w x C H L S T Z"),
        value("p", Number),
        value("o", Script(PsBundle)),
        value("-C", Text),
        value("-G -U -u", Script(PsName)),
        value("--Group --group --User --user --tty", Text),
        value("-p --pid --ppid -q --quick-pid --sid", Number),
        value("-o --format", Script(PsColumns)),
        value("--sort", Either(&[OneOf(DESCENDING), Text])),
        value("--cols --columns --lines --rows --width", Number),
        attached("--help", Text),
        refused("e", ENVIRONMENT),
        refused("-x -r -v -n -h -m -M -S -T -X -k -E", AGAIN),
        refused_value("-g -s -t -O", AGAIN),
    ]),
    looks("pstree").operands(only(&[Name])).options(&[
        flags("-a,--arguments -A,--ascii -c,--compact-not -g,--show-pgids -G,--vt100 -h,--highlight-all -l,--long"),
        flags("-n,--numeric-sort -p,--show-pids -s,--show-parents -S,--ns-changes -t,--thread-names -T,--hide-threads"),
        flags("-u,--uid-changes -U,--unicode -V,--version -Z,--security-context"),
        value("-C,--color -N,--ns-sort", Text),
        value("-H,--highlight-pid", Number),
    ]),
    looks("pwdx").operands(each(Number)).options(&[flags("-V,--version -h,--help")]),
    effect("renice", "changes the priority of processes").seen().operands(each(Number)).options(&[
        value("-n,--priority --relative", Number),
        flags("-p,--pid -V,--version"),
        refused("-g,--pgrp -u,--user", MORE),
    ]),
    looks("slabtop").options(&[
        flags("-o,--once -V,--version -h,--help"),
        value("-d,--delay", Number),
        value("-s,--sort", Text),
    ]),
    looks("tload").options(&[
        value("-s,--scale -d,--delay", Number),
        flags("-V,--version -h,--help"),
    ]),
    // The keys of top come from a terminal, never from a pipe; `-b` needs none.
    looks("top").operands(each(Number)).options(&[
        flags("-b,--batch-mode,--batch -c,--cmdline-toggle -H,--threads-show -i,--idle-toggle -S,--accum-time-toggle"),
        flags("-s,--secure-mode -h,--help -V,--version -1,--single-cpu-toggle -O,--list-fields"),
        value("-d,--delay -n,--iterations -p,--pid", Number),
        value("-E,--scale-summary-mem -e,--scale-task-mem", OneOf("k m g t p e")),
        value("-o,--sort-override -U,--filter-any-user -u,--filter-only-euser", Text),
        maybe("-w,--width", Number),
    ]),
];

/// Dates of atop: yesterday and the days before.
const DATES: Kind = Either(&[Number, OneOf("y yy yyy yyyy yyyyy")]);

/// Files of lsof, and its options that begin with a plus. `+m` is missing, since it reads a file.
const FILE: Kind = Either(&[
    OneOf("+c +c0 +c15 +d +D +E +f +fg +fG +L +L0 +L1 +L2 +M +r +r1 +r2 +r5 +w"),
    Name,
    Begins("/"),
    Begins(":"),
    Begins("@"),
    Begins("tcp"),
    Begins("TCP"),
    Begins("udp"),
    Begins("UDP"),
]);

/// Columns by which ps sorts, the largest first: the value begins with a dash.
const DESCENDING: &str = "\
    -rss -%mem -pmem -%cpu -pcpu -vsz -size -pid -time -cputime -etime -etimes -start_time -nlwp -%cpu,-%mem";

/// Operands of ps: numbers of processes, and words of letters without a dash and without `e`.
const PS_OPERAND: Kind = Either(&[
    Number,
    OneOf(
        "f j l s u v w ww www wwww x a aux auxf auxw auxww auxwww ax axf axj axl axu axjf axfww faux fax xf fx uf fu",
    ),
]);
