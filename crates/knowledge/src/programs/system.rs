//! Programs that show or set the state of a host: its names, kernel settings and messages, its shutdown.

use crate::row::Kind::{Begins, Either, Name, Never, Number, OneOf, Package, Path, Text};
use crate::row::{
    Input, Row, Syntax, attached, each, effect, flags, looks, nothing, only, refused,
    refused_value, then, value,
};

const ANY_FILE: &str = "prints parts of any file";
const OTHER_ROOT: &str = "looks into another file system";
const MESSAGES: &str = "removes messages of the kernel, or stops them";
const SETS: &str = "changes settings of the kernel";
const DOWN: &str = "shuts the system down";
const LIBRARIES: &str = "changes which libraries are found";
const CHOICE: &str = "changes which program a name stands for";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("arch").options(&[flags("--help --version")]),
    looks("checkrestart").options(&[
        flags("-h,--help -v,--verbose -p,--packages -a,--all -m,--machine -n,--nolsof -t,--terse"),
        value("-e,--excludepid", Number),
        value("-i,--ignore", Package),
        refused_value("-b,--blacklist", ANY_FILE),
    ]),
    looks("dmesg").options(&[
        flags("-H,--human -J,--json -k,--kernel -P,--nopager -p,--force-prefix -r,--raw --noescape -S,--syslog"),
        flags("-u,--userspace -w,--follow -W,--follow-new -x,--decode -d,--show-delta -e,--reltime -T,--ctime"),
        flags("-t,--notime"),
        flags("-h,--help -V,--version"),
        attached("-L,--color", OneOf("auto always never =auto =always =never")),
        value("-f,--facility -l,--level --time-format --since --until", Text),
        value("-s,--buffer-size", Number),
        refused("-c,--read-clear -C,--clear -D,--console-off -E,--console-on", MESSAGES),
        refused_value("-n,--console-level", MESSAGES),
        refused_value("-F,--file -K,--kmsg-file", "prints any file"),
    ]),
    looks("domainname dnsdomainname nisdomainname ypdomainname nodename").options(&[
        flags("-s,--short -f,--fqdn -d,--domain -a,--alias -i,--ip-address -V,--version -h,--help"),
        refused_value("-F,--file", ANY_FILE),
    ]),
    looks("getconf").operands(each(Name)).options(&[
        flags("-a --help --version"),
        refused_value("-v", "runs another program"),
    ]),
    // An operand of hostname would be the new name.
    looks("hostname").options(&[
        flags("-a,--alias -A,--all-fqdns -d,--domain -f,--fqdn,--long -i,--ip-address -I,--all-ip-addresses"),
        flags("-s,--short"),
        flags("-y,--yp,--nis -V,--version -h,--help"),
        refused("-b,--boot", "sets the name of the host"),
        refused_value("-F,--file", "sets the name of the host"),
    ]),
    looks("hwclock").options(&[
        flags("-r,--show --get -u,--utc -l,--localtime -v,--verbose -V,--version"),
        refused("-s,--hctosys -w,--systohc --set --systz -a,--adjust --update-drift", "sets the clock"),
        refused_value("--param-set --date --epoch", "sets the clock"),
        refused_value("-f,--rtc --adjfile", "reads or writes another file"),
    ]),
    effect("init telinit", DOWN),
    looks("ipcs").options(&[
        flags("-m,--shmems -q,--queues -s,--semaphores -a,--all -t,--time -p,--pid -c,--creator -l,--limits"),
        flags("-u,--summary"),
        flags("--human -b,--bytes -h,--help -V,--version"),
        value("-i,--id", Number),
    ]),
    effect("ipcrm", "removes shared memory, queues or semaphores"),
    looks("locale").operands(each(Name)).options(&[
        flags("-a,--all-locales -m,--charmaps -c,--category-name -k,--keyword-name -v,--verbose -V,--version --help"),
        flags("--usage"),
    ]),
    effect("ldconfig", LIBRARIES).syntax(Syntax::None).operands(each(Never(LIBRARIES))).subcommands(&[
        looks("-p --print-cache -V --version --help -?"),
    ]),
    effect("locale-gen localedef update-locale", "changes the languages of the system"),
    effect("logger", "writes to the log").operands(each(Text)).input(Input::Data).options(&[
        flags("-i -e,--skip-empty --no-act -s,--stderr -V,--version -h,--help"),
        attached("--id", Number),
        value("-p,--priority -t,--tag --msgid", Text),
        refused_value("-f,--file", "sends any file to the log"),
        refused_value("-n,--server -P,--port -u,--socket", "reaches another host or program"),
        refused("-T,--tcp -d,--udp", "reaches another host or program"),
    ]),
    looks("lsfd").options(&[
        flags("-l,--threads -J,--json -n,--noheadings -r,--raw -u,--notruncate --debug-filter --dump-counters"),
        flags("-h,--help -V,--version -H,--list-columns"),
        value("-o,--output -p,--pid -Q,--filter -C,--counter", Text),
        attached("--summary", OneOf("only append never")),
        attached("-i,--inet", OneOf("4 6")),
    ]),
    looks("lsipc").options(&[
        flags("-m,--shmems -q,--queues -s,--semaphores -g,--global --noheadings --notruncate -b,--bytes -c,--creator"),
        flags("-e,--export -J,--json -n,--newline -l,--list -P,--numeric-perms -r,--raw -t,--time -y,--shell"),
        flags("-V,--version"),
        value("-i,--id", Number),
        value("-o,--output --time-format", Text),
    ]),
    looks("lsirq").options(&[
        flags("-J,--json -P,--pairs -n,--noheadings -S,--softirq -h,--help -V,--version"),
        value("-o,--output -s,--sort", Text),
    ]),
    looks("lslocks").options(&[
        flags("-b,--bytes -J,--json -i,--noinaccessible -n,--noheadings --output-all -r,--raw -u,--notruncate"),
        flags("-h,--help -V,--version"),
        value("-o,--output", Text),
        value("-p,--pid", Number),
    ]),
    looks("lsns").operands(only(&[Number])).options(&[
        flags("-J,--json -l,--list -n,--noheadings --output-all -P,--persistent -r,--raw -u,--notruncate -W,--nowrap"),
        flags("-h,--help -V,--version"),
        value("-o,--output -t,--type", Text),
        value("-p,--task", Number),
        attached("-T,--tree", OneOf("parent owner process")),
    ]),
    looks("lsb_release").options(&[
        flags("-v,--version -i,--id -d,--description -r,--release -c,--codename -a,--all -s,--short -h,--help"),
    ]),
    looks("phc_ctl").operands(then(&[Either(&[Package, Begins("/dev/ptp")])], OneOf("get cmp caps"))).options(&[
        flags("-q -Q -v -h"),
        value("-l", Number),
    ]),
    // With `-u`, pmc asks the daemon of this host alone; else it asks all.
    looks("pmc").operands(each(Either(&[Begins("GET "), Begins("get ")]))).only_with("-u")
        .input(Input::ProgramUnless("", 1)).options(&[
        flags("-u -v -h -z"),
        value("-b -d -t", Number),
        refused_value("-f -i -s", "reads or makes another file"),
    ]),
    effect("ptp4l phc2sys ts2phc timemaster", "sets the clock").syntax(Syntax::None).subcommands(&[
        looks("-v -h"),
    ]),
    effect("reboot halt poweroff", DOWN),
    looks("runlevel"),
    effect("shutdown", DOWN).seen(),
    looks("stty").operands(only(&[OneOf("size speed")])).options(&[
        flags("-a,--all -g,--save --help --version"),
        refused_value("-F,--file", "opens a device"),
    ]),
    // A name with `=` sets, and so do `-w` and files. An operand is no path: sysctl reads below /proc/sys.
    looks("sysctl").operands(each(Package)).options(&[
        flags("-a,--all -A -X --deprecated -b,--binary -e,--ignore -N,--names -n,--values -h,--help -V,--version"),
        value("-r,--pattern", Text),
        flags("-q,--quiet"),
        refused("-w,--write --system", SETS),
        // The file may stand in the next word; without one the usual file is read.
        refused("-p,--load -f", "reads settings from any file"),
    ]),
    looks("tty").options(&[flags("-s,--silent,--quiet --help --version")]),
    looks("uname").options(&[
        flags("-a,--all -s,--kernel-name -n,--nodename -r,--kernel-release -v,--kernel-version -m,--machine"),
        flags("-p,--processor"),
        flags("-i,--hardware-platform -o,--operating-system --help --version"),
    ]),
    looks("update-alternatives alternatives").seen().options(&[
        value("--display --list --query", Name),
        flags("--get-selections --verbose --version --help --quiet"),
        refused_value("--set --auto --config --remove --remove-all --install --slave --initscript --family", CHOICE),
        refused("--all --set-selections --skip-auto --force", CHOICE),
        refused_value("--admindir --altdir --root --instdir", OTHER_ROOT),
        refused_value("--log", "writes a file"),
    ]),
    nothing("wall write mesg", "writes to terminals, or reads any file").seen(),
    looks("who").operands(each(OneOf(
        "am i I mom likes /var/log/wtmp /var/log/wtmp.1 /var/run/utmp /run/utmp",
    ))).options(&[
        flags("-a,--all -b,--boot -d,--dead -H,--heading --ips -l,--login --lookup -m -p,--process -q,--count"),
        flags("-r,--runlevel"),
        flags("-s,--short -t,--time -T,-w,--mesg,--message,--writable -u,--users --help --version"),
    ]),
    looks("w").operands(only(&[Name])).options(&[
        flags("-h,--no-header -u,--no-current -s,--short -f,--from -o,--old-style -i,--ip-addr -p,--pids"),
        flags("-c,--container"),
        flags("--help -V,--version"),
    ]),
    looks("zdump").operands(each(Path)).options(&[flags("-v -V --version"), value("-c", Number)]),
    nothing("kexec pivot_root switch_root ", "runs programs in another place, or another kernel"),
];
