//! Servers of the web, time and logins: their state, and checks of their configuration.

use crate::language::Language::NoDomain;
use crate::row::Kind::{Begins, Either, Host, Loopback, Name, Number, OneOf, Script, Text};
use crate::row::{
    Input, Row, attached, each, effect, flags, looks, nothing, only, refused, refused_value, value,
};

const CONFIGURATION: &str = "prints parts of any file, or runs another configuration";
const SERVES: &str = "changes the server";
const KEYS: &str = "prints keys or passwords";
const WRITES: &str = "writes a file";
const CLOCK: &str = "sets the clock";
const RUNS: &str = "runs another program";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    effect("a2enmod a2dismod a2ensite a2dissite a2enconf a2disconf", SERVES).seen(),
    looks("a2query").operands(only(&[Name])).options(&[
        flags("-h -a -v -q -M -d"),
        attached("-m -s -c", Name),
    ]),
    // Some of these serve when they are started without a word.
    effect("apache2ctl apachectl apache2 httpd", SERVES).subcommands(&[
        looks("configtest"),
        effect("start stop restart reload force-reload graceful graceful-stop startssl", SERVES).seen(),
        nothing("status fullstatus", RUNS),
    ]).options(&[
        flags("-t -S -M -l -L -v -V -h"),
        // Each of these values makes the server check and print, and not start.
        value("-D", OneOf("DUMP_VHOSTS DUMP_RUN_CFG DUMP_MODULES")),
        refused_value("-k", SERVES),
        value("-f", Either(&[Begins("/etc/apache2/"), Begins("/etc/httpd/")])).beside("-t -S -M"),
        refused_value("-d -C -c", CONFIGURATION),
        refused_value("-e -E", WRITES),
        refused("-X -T", SERVES),
    ]),
    looks("chronyc").subcommands(CHRONYC).input(Input::ProgramUnless("", 1)).options(&[
        flags("-4 -6 -n -N -c -e -v,--version --help"),
        value("-h", Loopback).sets("server"),
        value("-p", Number),
        refused("-m -a -d", "reads several commands"),
        refused_value("-f", CONFIGURATION),
    ]),
    // Without a word, nginx serves.
    effect("nginx", SERVES).looks_with("-t -T -v -V -h -?").options(&[
        flags("-t -T -v -V -h -?"),
        flags("-q").beside("-t -T"),
        value("-c", Begins("/etc/nginx/")).beside("-t -T"),
        refused_value("-s", SERVES),
        refused_value("-p -g -e", CONFIGURATION),
    ]),
    effect("ntpdate", CLOCK).operands(each(Host)).only_with("-q -d").options(&[
        flags("-q -d -u -v -4 -6"),
        refused("-b -B -s", CLOCK),
        value("-p -t -o", Number),
        refused_value("-a -k -e", KEYS),
    ]),
    looks("ntpq").operands(each(Loopback)).input(Input::ProgramUnless("-p -c", 0)).options(&[
        flags("-4,--ipv4 -6,--ipv6 -n,--numeric -p,--peers -w,--wide -u,--units -s,--srcname -V,--version -h,--help"),
        value("-W,--width", Number),
        value("-c,--command", OneOf(NTPQ)),
        refused("-i,--interactive", "reads commands"),
        refused_value("-k,--keyfile -l,--logfile -a,--authentication", KEYS),
    ]),
    looks("ntpstat").options(&[flags("-h,--help -V,--version"), value("-m,--maxdelay", Number)]),
    looks("ntptime").options(&[
        flags("-c -h -r"),
        refused_value("-e -f -m -o -s -t -T", CLOCK),
    ]),
    // Without a word, php-fpm serves.
    effect("php-fpm", SERVES).versioned().options(&[
        flags("-t,--test -v,--version -m -h,--help"),
        value("-y,--fpm-config", Begins("/etc/php")).beside("-t --test"),
        refused("-i,--info", "prints the environment"),
        refused("-F,--nodaemonize -D,--daemonize -O,--force-stderr -R,--allow-to-run-as-root -n -e", SERVES),
        refused_value("-c,--php-ini -p,--prefix -g,--pid -d,--define", CONFIGURATION),
    ]),
    nothing("php-cgi", "runs code from a file"),
    // Without a word, sshd serves.
    effect("sshd", SERVES).options(&[
        flags("-t -T -G -V"),
        flags("-q -4 -6").beside("-t -T -G"),
        value("-C", Text).beside("-T -G"),
        refused("-D -d -i -e", SERVES),
        refused_value("-f -h -c -E", CONFIGURATION),
        refused_value("-p -g -k -b -u", SERVES),
        refused_value("-o", SERVES).unseen(),
    ]),
];

#[rustfmt::skip]
const CHRONYC: &[Row] = &[
    looks("tracking activity serverstats rtcdata smoothing timestamp help"),
    looks("sources sourcestats").operands(each(OneOf("-v -a"))).options(&[flags("-v -a")]),
    looks("ntpdata authdata sourcename selectdata").operands(only(&[Script(NoDomain)])).options(&[flags("-v -a")]),
    looks("clients").options(&[flags("-k"), value("-p", Number), refused("-r", SERVES)]),
    looks("manual").subcommands(&[looks("list"), effect("on off delete reset", CLOCK)]),
    looks("waitsync").operands(each(Number)),
    effect("makestep settime burst online offline onoffline add delete refresh reload rekey", CLOCK),
    effect("allow deny cmdallow cmddeny polltarget minpoll maxpoll maxdelay trimrtc writertc dump cyclelogs", SERVES)
        .seen(),
    nothing("keygen authhash password shutdown dfreq doffset local reset retries timeout dns", SERVES),
];

const NTPQ: &str = "\
    peers pe lpeers opeers apeers associations as rv readvar rl readlist sysinfo sysstats kerninfo iostats monstats \
    authinfo ifstats reslist timerstats version cv lassociations passociations";
