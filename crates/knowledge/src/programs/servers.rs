//! Servers of the web, mail, names, time and logins: their state, and checks of their configuration.

use crate::row::Kind::{self, Either, Host, Loopback, Name, Never, Number, OneOf, Text};
use crate::row::{
    Input, Row, Syntax, attached, each, effect, flags, looks, nothing, only, refused,
    refused_value, value,
};

const OBJECT: Kind = Either(&[Name, Text]);
const CONFIGURATION: &str = "prints parts of any file, or runs another configuration";
const SERVES: &str = "changes the server";
const ELSEWHERE: &str = "reaches another host";
const KEYS: &str = "prints keys or passwords";
const MAIL: &str = "changes or sends mail";
const WRITES: &str = "writes a file";
const CLOCK: &str = "sets the clock";
const RUNS: &str = "runs another program";

/// In the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    effect("a2enmod a2dismod a2ensite a2dissite a2enconf a2disconf", SERVES),
    looks("a2query").operands(only(&[Name])).options(&[
        flags("-h -a -v -q -M -d"),
        attached("-m -s -c", Name),
    ]),
    looks("apache2ctl apachectl apache2 httpd").subcommands(&[
        looks("configtest"),
        effect("start stop restart reload force-reload graceful graceful-stop startssl", SERVES),
        nothing("status fullstatus", RUNS),
    ]).options(&[
        flags("-t -S -M -l -L -v -V -h"),
        // Each alone makes it check and print, not start.
        value("-D", OneOf("DUMP_VHOSTS DUMP_RUN_CFG DUMP_MODULES")),
        refused_value("-k", SERVES),
        refused_value("-f -d -C -c", CONFIGURATION),
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
    looks("doveadm").subcommands(&[
        looks("who").operands(each(OBJECT)).options(&[flags("-1")]),
        looks("log").subcommands(&[looks("errors find"), effect("reopen test", SERVES)]),
        looks("stats").subcommands(&[looks("dump"), effect("reset add remove", SERVES)]),
        looks("user").operands(each(Name)).options(&[flags("-u"), value("-f", Name)]),
        looks("mailbox").subcommands(&[
            looks("list status").operands(each(OBJECT)).options(&[flags("-s -A"), value("-u", Name)]),
            effect("create delete rename subscribe unsubscribe", MAIL),
        ]),
        looks("quota").subcommands(&[
            looks("get").options(&[flags("-A"), value("-u", Name)]),
            effect("recalc", MAIL),
        ]),
        looks("process").subcommands(&[looks("status").operands(each(Name))]),
        looks("service").subcommands(&[looks("status").operands(each(Name)), effect("stop", SERVES)]),
        looks("replicator").subcommands(&[looks("status").operands(each(OBJECT))]),
        looks("director").subcommands(&[looks("status map ring dump").operands(each(Name))]),
        looks("help"),
        effect("reload stop kick penalty", SERVES),
        effect("expunge move copy deduplicate purge altmove backup sync import force-resync index", MAIL),
        nothing("exec auth config fetch search save pw dump mount", "prints mail or passwords, or runs programs"),
    ]).options(&[
        flags("-v -D"),
        value("-f", OneOf("flow tab table pager json")),
        refused_value("-c -o -i -k", CONFIGURATION),
    ]),
    looks("doveconf").operands(each(Name)).options(&[
        flags("-n -a -N -S -d -h -m"),
        refused("-P", KEYS),
        refused_value("-c -f", CONFIGURATION),
    ]),
    looks("exim exim4").syntax(Syntax::Words).input(Input::Program).operands(each(Name)).only_with(
        "-Mvl -Mvh",
    ).options(&[
        flags("-bp -bpc -bpr -bpu -bpa -bV -Mvl -Mvh"),
        refused("-be -bt -bs -bS -bd -bi -bP -q -qf -qff -R -t -M -Mrm -Mf -Mg -Mt -Meb -Mvb -Mvc", MAIL),
        refused_value("-C -D -bf -bF", CONFIGURATION),
    ]),
    looks("exiqgrep").options(&[
        flags("-c -z -x -i -l -b -R -h"),
        value("-f -r -s -y -o", Text),
        refused_value("-C -E", RUNS),
    ]),
    // The file is an operand here, so that it is granted only beside `-c`.
    looks("haproxy").operands(each(OneOf("/etc/haproxy/haproxy.cfg"))).only_with("-c").options(&[
        flags("-c -f -v -vv -q -V"),
        refused("-d -D -W -db -dr", SERVES),
        refused_value("-p -sf -st -C -x -L", SERVES),
    ]),
    looks("mailq"),
    looks("named-checkconf").operands(only(&[OneOf(NAMED)])).options(&[
        flags("-h -v -j -i"),
        refused("-p -l", KEYS),
        refused("-z", CONFIGURATION),
        refused_value("-t", "looks into another file system"),
    ]),
    looks("named-checkzone named-compilezone").operands(only(&[Name, Never(CONFIGURATION)])).options(&[
        flags("-h -v -q -d -j"),
        value("-c", OneOf("IN CH HS")),
        value("-i -k -m -M -n -r -S -T -W", OneOf("fail warn ignore full local none")),
        refused("-D", WRITES),
        refused_value("-o -f -F -J -t -w", WRITES),
    ]),
    looks("nginx").options(&[
        flags("-t -T -q -v -V -h -?"),
        refused_value("-s", SERVES),
        refused_value("-c -p -g -e", CONFIGURATION),
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
    looks("opendkim-testkey opendkim-testmsg").options(&[flags("-v -V")]),
    // Started bare it serves.
    looks("php-fpm php-fpm7.4 php-fpm8.0 php-fpm8.1 php-fpm8.2 php-fpm8.3 php-fpm8.4 php-fpm8.5").options(&[
        flags("-t,--test -v,--version -m -h,--help"),
        refused("-i,--info", "prints the environment"),
        refused("-F,--nodaemonize -D,--daemonize -R,--allow-to-run-as-root -n", SERVES),
        refused_value("-y,--fpm-config -c,--php-ini -p,--prefix -g,--pid -d,--define", CONFIGURATION),
    ]),
    effect("postcat postmap postalias postsuper postdrop postmulti", MAIL),
    // A name with `=` sets.
    looks("postconf").operands(each(Name)).options(&[
        flags("-n -d -m -a -A -l -h -H -f -F -p -M -P -v"),
        value("-C -T", Name),
        refused("-e -X -#", SERVES),
        refused_value("-o -c", CONFIGURATION),
        refused_value("-b -t", CONFIGURATION),
    ]),
    looks("postfix").subcommands(&[
        looks("status"),
        effect("start stop reload abort flush check set-permissions upgrade-configuration", SERVES),
    ]).options(&[flags("-v"), refused_value("-c -D", CONFIGURATION)]),
    looks("postqueue").options(&[
        flags("-p -j -v"),
        refused("-f", MAIL),
        refused_value("-i -s", MAIL),
        refused_value("-c", CONFIGURATION),
    ]),
    looks("qshape").operands(each(OneOf("incoming active deferred hold corrupt maildrop"))).options(&[
        flags("-s -p"),
        value("-m -n -b -t -w -N", Number),
        refused_value("-c", CONFIGURATION),
    ]),
    looks("rndc").subcommands(&[
        looks("status"),
        looks("zonestatus").operands(only(&[Name])),
        looks("managed-keys").operands(only(&[OneOf("status")])),
        effect("reload reconfig flush flushname flushtree refresh retransfer freeze thaw sync notify stop", SERVES),
        effect("halt", SERVES),
        effect("querylog trace notrace recursing stats dumpdb validation addzone delzone modzone sign", SERVES),
        effect("loadkeys nta", SERVES),
        nothing("secroots showzone signing dnssec tsig-list tsig-delete", KEYS),
    ]).options(&[
        flags("-q -V -r -h -4 -6"),
        refused_value("-s -p -b", ELSEWHERE),
        refused_value("-c -k -y -t", KEYS),
    ]),
    effect("sendmail", MAIL).syntax(Syntax::Words).input(Input::Data).options(&[
        flags("-bp"),
        refused("-q -bs -bd -bi -bv -t", MAIL),
        refused_value("-C -O -o", CONFIGURATION),
    ]),
    looks("sshd").options(&[
        flags("-t -T -G -V -q -4 -6"),
        value("-C", Text),
        refused("-D -d -i -e", SERVES),
        refused_value("-f -h -c -E", CONFIGURATION),
        refused_value("-o -p -g -k -b -u", SERVES),
    ]),
    looks("unbound-checkconf").operands(only(&[OneOf("/etc/unbound/unbound.conf")])).options(&[
        flags("-f -h -q"),
        refused_value("-o", KEYS),
    ]),
    looks("unbound-control").subcommands(&[
        looks("status stats_noreset list_stubs list_forwards list_local_zones list_local_data list_insecure"),
        looks("list_auth_zones dump_requestlist dump_infra ip_ratelimit_list ratelimit_list dump_cache"),
        looks("lookup get_option").operands(only(&[Name])),
        effect("start stop reload reload_keep_cache verbosity stats log_reopen load_cache set_option", SERVES),
        effect("flush flush_type flush_zone flush_bogus flush_negative flush_stats flush_requestlist", SERVES),
        effect("flush_infra", SERVES),
        effect("local_zone local_zone_remove local_data local_data_remove forward forward_add forward_remove", SERVES),
    ]).options(&[
        flags("-q -h"),
        refused_value("-c", CONFIGURATION),
        refused_value("-s", ELSEWHERE),
    ]).input(Input::Data),
    looks("varnishadm").subcommands(&[
        looks("status banner ping pid"),
        looks("ban.list backend.list vcl.list panic.show storage.list").operands(each(OBJECT)),
        looks("param.show vcl.show").operands(each(Name)),
        effect("start stop ban backend.set_health param.set vcl.load vcl.use vcl.discard vcl.inline", SERVES),
        effect("panic.clear", SERVES),
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
];

#[rustfmt::skip]
const CHRONYC: &[Row] = &[
    looks("tracking activity serverstats rtcdata smoothing timestamp help"),
    looks("sources sourcestats").operands(each(OneOf("-v -a"))).options(&[flags("-v -a")]),
    looks("ntpdata authdata sourcename selectdata").operands(only(&[Name])).options(&[flags("-v -a")]),
    looks("clients").options(&[flags("-k"), value("-p", Number), refused("-r", SERVES)]),
    looks("manual").subcommands(&[looks("list"), effect("on off delete reset", CLOCK)]),
    looks("waitsync").operands(each(Number)),
    effect("makestep settime burst online offline onoffline add delete refresh reload rekey", CLOCK),
    effect("allow deny cmdallow cmddeny polltarget minpoll maxpoll maxdelay trimrtc writertc dump cyclelogs", SERVES),
    nothing("keygen authhash password shutdown dfreq doffset local reset retries timeout dns", SERVES),
];

const NAMED: &str =
    "/etc/bind/named.conf /etc/named.conf /etc/bind/named.conf.local /etc/bind/named.conf.options";

const NTPQ: &str = "\
    peers pe lpeers opeers apeers associations as rv readvar rl readlist sysinfo sysstats kerninfo iostats monstats \
    authinfo ifstats reslist timerstats version cv lassociations passociations";
