//! Programs that show how busy a host is: processor, memory, disks, network.

use crate::language::Language::NoDomain;
use crate::row::Kind::{self, Either, Name, Never, Number, OneOf, Path, Script, Text};
use crate::row::{
    Row, Runs, Syntax, attached, each, effect, flags, looks, maybe, nothing, only, refused,
    refused_value, value,
};

const WRITES: &str = "writes a file";
const RUNS: &str = "runs another program";
const PROMISCUOUS: &str = "lets the card take what is not meant for the host";
const ANY_FILE: &str = "reads any file";
const LOADS: &str = "writes files, or puts load on the host";
const CLOCK: &str = "changes the clock or the power of processors";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    // cpupower makes the kernel load the module msr.
    looks("cpupower").options(&[flags("-v,--version -h,--help"), value("-c,--cpu", Text)]).subcommands(&[
        looks("frequency-info").options(&[
            flags("-e,--debug -f,--freq -w,--hwfreq -l,--hwlimits -d,--driver -p,--policy -g,--governors"),
            flags("-a,--related-cpus"),
            flags("-r,--affected-cpus -s,--stats -y,--latency -o,--proc -m,--human -n,--no-rounding -b,--boost"),
        ]),
        looks("idle-info").options(&[flags("-f,--silent -e,--proc")]),
        looks("info").options(&[flags("-b,--perf-bias")]),
        effect("set frequency-set idle-set", CLOCK),
        // An operand of `monitor` would be a command.
        looks("monitor").options(&[flags("-l -c"), value("-m", Name), value("-i", Number)]),
        looks("powercap-info"),
    ]),
    looks("dstat").operands(each(Number)).options(&[
        flags("-a,--all -c,--cpu -d,--disk -g,--page -i,--int -l,--load -m,--mem -n,--net -p,--proc -r,--io -s,--swap"),
        flags("-t,--time -T,--epoch -y,--sys -f,--full -v,--vmstat --aio --fs --filesystem --ipc --lock --raw"),
        flags("--socket"),
        flags("--tcp --udp --unix --vm --list --float --integer --bits --bw --black-on-white --nocolor --noheaders"),
        flags("--noupdate --version --disk-util --disk-tps --cpu24 --int24 --page24 --swap-old --net-packets"),
        flags("--top-bio --top-cpu --top-cpu-adv --top-cputime --top-io --top-io-adv --top-latency --top-mem"),
        flags("--top-oom"),
        value("-C -D -I -N -S", Text),
        refused_value("-o,--output --pidfile", WRITES),
        refused_value("-M", "loads code"),
    ]),
    looks("free").options(&[
        flags("-b,--bytes -k,--kibi,--kilo -m,--mebi,--mega -g,--gibi,--giga --tebi,--tera --pebi,--peta --si"),
        flags("-h,--human"),
        flags("-l,--lohi -t,--total -v,--committed -w,--wide -L,--line --help -V,--version"),
        value("-s,--seconds -c,--count", Number),
    ]),
    looks("iftop").options(&[
        flags("-h -n -N -P -l -b -B -t"),
        value("-i", Name),
        value("-s -L -o -m", Text),
        value("-F -G -f", Script(NoDomain)),
        refused("-p", PROMISCUOUS),
        refused_value("-c", ANY_FILE),
    ]),
    looks("iostat").operands(each(Name)).options(&[
        flags("-c -d -h -H -k -m -N -s -t -V -x -y -z --compact --human --pretty --help"),
        attached("--dec", Number),
        value("-g -j", Name),
        value("-o", OneOf("JSON")),
        maybe("-p", Text),
        refused_value("-f", "reads another directory"),
    ]),
    looks("iotop iotop-c iotop-py").options(&[
        flags("--version -h,--help -o,--only -b,--batch -P,--processes -a,--accumulated -k,--kilobytes -t,--time"),
        flags("-q,--quiet"),
        value("-n,--iter -d,--delay -p,--pid", Number),
        value("-u,--user", Name),
    ]),
    looks("mpstat").operands(only(&[Number, Number])).options(&[
        flags("-A -n -T -u -V --help"),
        attached("--dec", Number),
        value("-o", OneOf("JSON")),
        value("-I -N -P", Text),
    ]),
    looks("nethogs").operands(each(Name)).options(&[
        flags("-V -h -t -s -l -a -C -b"),
        value("-d -v -c -g -P", Number),
        value("-f", Text),
        refused("-p", PROMISCUOUS),
        refused("-x", "differs between versions"),
    ]),
    looks("nmon").options(&[flags("-h -V"), refused_value("-F -m", WRITES), refused("-f -r", WRITES)]),
    nothing("powerstat stress stress-ng sysbench bonnie++", LOADS),
    effect("fio", LOADS).options(&[flags("-v,--version -h,--help").alone()]),
    looks("numactl").runs(&[Runs::Closed { after: 0 }]).options(&[
        flags("-s,--show -H,--hardware --version"),
        refused_value("-i,--interleave -m,--membind -N,--cpunodebind -C,--physcpubind --preferred", RUNS),
    ]),
    looks("numastat").operands(each(Name)).options(&[
        flags("-c -m -n -v -V -z"),
        value("-p", Text),
        attached("-s", Number),
    ]),
    looks("perf")
        .runs(&[Runs::After("stat record trace mem lock kmem sched c2c --")])
        .syntax(Syntax::Getopt).options(&[flags("-v,--version -h,--help")]).subcommands(&[
        effect("top", "may mount a file system of the kernel").seen(),
        // `perf list` mounts tracefs, if it is not mounted.
        effect("list", "may mount a file system of the kernel").operands(each(Text)).options(&[
            flags("-d,--desc --no-desc -v,--long-desc --details --deprecated"),
        ]),
        looks("version"),
        // An event of another name could be a program for the kernel.
        looks("stat").runs(&[Runs::Command { after: 0 }]).options(&[
            flags("-a,--all-cpus -A,--no-aggr -B,--big-num -d,--detailed --metric-only --per-core --per-socket"),
            flags("--per-node --per-thread -v,--verbose -n,--null -h,--help"),
            value("-e,--event", OneOf(EVENTS)),
            value("-p,--pid -t,--tid -I,--interval-print -r,--repeat -C,--cpu --timeout -D,--delay", Number),
            value("-M,--metrics", Name),
            value("-x,--field-separator", OneOf(", ;")),
            refused_value("-o,--output --log-fd", WRITES),
            refused_value("--pre --post --control", RUNS),
        ]),
        nothing("record top trace report script annotate bench sched mem lock kmem probe ftrace test", RUNS),
    ]),
    looks("pidstat").runs(&[Runs::After("-e")]).operands(each(Name)).options(&[
        flags("-d -H -h -I -l -R -r -s -t -u -V -v -w --human --help"),
        attached("--dec", Number),
        value("-C -G -p", Text),
        value("-T", OneOf("TASK CHILD ALL")),
        maybe("-U", Name),
        refused_value("-e", RUNS),
    ]),
    effect("powertop", CLOCK).syntax(Syntax::None).operands(each(Never(CLOCK))).subcommands(&[
        looks("-V --version -h --help"),
    ]),
    looks("rdmsr").operands(only(&[Number])).options(&[
        flags("-0,--zero-pad -x,--hexadecimal -X,--capital-hex -d,--decimal -u,--unsigned -c,--c-language -a,--all -h"),
        flags("-V"),
        value("-f,--bitfield -p,--processor", Number),
    ]),
    looks("sadf").operands(each(Either(&[Path, OneOf(SAR_OPTIONS)]))).options(&[
        flags("-C -d -g -H -h -j -p -r -T -t -U -V -x"),
        value("-P -O", Text),
        refused("-c -l", WRITES),
    ]),
    // Several options of sar may take the next word, so it is read as an operand, too.
    looks("sar").operands(each(SAR_OPERAND)).options(&[
        flags("-A -B -b -C -D -d -H -h -p -R -r -S -t -u -V -v -W -w -y -z -NUMBER --human --pretty --sadc --help"),
        attached("--dec", Number),
        attached("--dev --fs --iface --int", Text),
        value("-P -m -n -j", Text),
        value("-i", Number),
        maybe("-F -I -q", Text),
        maybe("-s -e", Number),
        maybe("-f", Path),
        refused_value("-o", WRITES),
        refused("-x -X", "differs between versions"),
    ]),
    // Without a command, turbostat measures until it is stopped.
    looks("turbostat").options(&[
        flags("-q,--quiet -S,--Summary -l,--list -v,--version -h,--help -J,--Joules -D,--Dump -d,--debug"),
        value("-i,--interval -n,--num_iterations -c,--cpu", Text),
        value("-s,--show -H,--hide -e,--enable", Text),
        refused_value("-o,--out", WRITES),
        refused_value("-a,--add -T,--TCC", ANY_FILE),
    ]),
    looks("tuned-adm").subcommands(&[
        looks("active list recommend"),
        looks("profile_info").operands(only(&[Name])),
        effect("profile off auto_profile instance_acquire_devices", "changes settings of the kernel"),
        nothing("verify", "writes a journal"),
    ]).options(&[flags("-v,--version -h,--help"), refused("-d,--debug", "writes a journal")]),
    looks("uptime").options(&[flags("-p,--pretty -s,--since -h,--help -V,--version -r,--raw -c,--container")]),
    looks("vmstat").operands(only(&[Number, Number])).options(&[
        flags("-a,--active -f,--forks -m,--slabs -n,--one-header -s,--stats -d,--disk -D,--disk-sum -t,--timestamp"),
        flags("-w,--wide -y,--no-first -V,--version -h,--help"),
        value("-p,--partition", Name),
        value("-S,--unit", OneOf("k K m M")),
    ]),
    effect("wrmsr x86_energy_perf_policy", CLOCK),
    nothing("tuned", "changes settings of the kernel"),
];

/// Options of sar that may stand behind `--` of sadf.
const SAR_OPTIONS: &str =
    "-A -B -b -d -F -H -h -I -m -n -P -p -q -R -r -S -s -u -v -W -w -y -ur -urd -uqr -rS -dp";

/// Events of `perf stat`.
const EVENTS: &str = "cycles instructions cache-misses cache-references branches branch-misses faults page-faults \
    context-switches cs cpu-migrations migrations task-clock cpu-clock cycles,instructions instructions,cycles \
    cache-misses,cache-references cache-references,cache-misses branches,branch-misses context-switches,cpu-migrations \
    cycles,instructions,cache-misses cycles,instructions,cache-references,cache-misses minor-faults major-faults";

/// Operands of sar: interval and count, and values that may follow an option: a file, a time, a keyword.
const SAR_OPERAND: Kind = Either(&[Number, OneOf("ALL SUM MOUNT LOAD CPU IO MEM XALL"), Path]);
