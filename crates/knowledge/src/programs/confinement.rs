//! Programs that confine and record: audit, SELinux, AppArmor, bans, and firewalls by zone.

use crate::row::Kind::{self, Begins, Either, Name, Number, OneOf, Package, Path, Text};
use crate::row::{
    Input, Row, Runs, Syntax, attached, each, effect, flags, looks, nothing, only, refused,
    refused_value, value,
};

const OBJECT: Kind = Either(&[Name, Text]);
const RULES: &str = "changes rules";
const POLICY: &str = "changes the policy or its state";
const ANY_FILE: &str = "prints parts of any file";
const BANS: &str = "changes bans";
/// The logs of the audit system. Any other file would be printed as far as it looks like records.
const AUDIT_LOGS: Kind = Begins("/var/log/audit/");
const LABELS: &str = "changes labels of files";
const WRITES: &str = "writes a file";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("aa-status apparmor_status").options(&[
        flags("--enabled --profiled --enforced --complaining --kill --special-unconfined --process-mixed --verbose -v"),
        flags("--json --pretty-json --help -h --count"),
        value("--filter.profiles --filter.pid --filter.exe --filter.mode --show", Text),
    ]),
    effect("aa-enforce aa-complain aa-disable aa-audit aa-logprof aa-genprof aa-teardown apparmor_parser", POLICY)
        .seen(),
    // `capsh --` starts a shell, and `capsh ==` itself again.
    nothing("capsh", "starts a shell").seen().runs(&[Runs::Option]).options(&[
        flags("--print --help --supports"),
        refused_value("--shell", "runs another program").unseen(),
        refused_value("--user --uid --gid --groups --caps --inh --drop --chroot --mode", POLICY),
    ]),
    looks("auditctl").options(&[
        flags("-l -s -v -h -i"),
        value("-k", Text),
        refused("-D -c -t --reset-lost --loginuid-immutable --reset_backlog_wait_time_actual", RULES),
        refused_value("-a -A -d -w -W -p -S -F -C -b -e -f -r -m -q --backlog_wait_time --signal", RULES),
        refused_value("-R", ANY_FILE),
    ]),
    // A time in aureport is two words: a date, and an hour.
    looks("aureport").syntax(Syntax::Words).operands(each(Number)).input(Input::Data).options(&[
        flags("-au,-auth -a,-avc -comm -c,-config -cr,-crypto -e,-event -f,-file -failed -h,-host -help -i,-interpret"),
        flags("-input-logs -integrity -k,-key -l,-login -m,-mods -ma,-mac -n,-anomaly -nc,-no-config -p,-pid"),
        flags("-r,-response -s,-syscall -success -summary -t,-log -tty -tm,-terminal -u,-user -v,-version -virt"),
        flags("-x,-executable"),
        value("-ts,-start -te,-end -node", Text),
        value("-if,-input", AUDIT_LOGS),
    ]),
    looks("ausearch").syntax(Syntax::Words).operands(each(Number)).input(Input::Data).options(&[
        flags("-i,-interpret -input-logs -just-one -l,-line-buffered -r,-raw -w,-word -h,-help -v,-version"),
        flags("-extra-keys -extra-labels -extra-obj2 -extra-time"),
        value("-a,-event -arch -c,-comm -e,-exit -f,-file -ga,-gid-all -ge,-gid-effective -gi,-gid -hn,-host", Text),
        value("-k,-key -m,-message -n,-node -o,-object -p,-pid -pp,-ppid -sc,-syscall -se,-context -session", Text),
        value("-su,-subject -sv,-success -te,-end -ts,-start -tm,-terminal -ua,-uid-all -ue,-uid-effective", Text),
        value("-ui,-uid -ul,-loginuid -uu,-uuid -vm,-vm-name -x,-executable", Text),
        value("-format", OneOf("raw default interpret csv text")),
        value("-escape", OneOf("raw tty shell shell_quote")),
        value("-if,-input", AUDIT_LOGS),
        refused_value("-checkpoint", WRITES),
    ]),
    looks("fail2ban-client").input(Input::Program).subcommands(&[
        looks("status").operands(only(&[Package, OneOf("basic cymru short stats")])),
        looks("ping version banned statistics stats help").operands(each(Name)),
        looks("get").operands(each(Name)),
        effect("set add start stop restart reload unban flushlogs", BANS).seen(),
    ]).options(&[
        flags("-t,--test -v -q -h,--help -V,--version"),
        value("--timeout", Number),
        refused("-i", "reads commands"),
        refused("-x -b -f", "starts the server"),
        refused_value("-c,--conf", "reads and prints other files"),
        refused_value("-s,--socket -p,--pidfile --logtarget --syslogsocket --pname", "speaks to another program"),
    ]),
    looks("fail2ban-regex").options(&[flags("-V,--version -h,--help")]),
    looks("firewall-cmd").options(FIREWALL),
    looks("getenforce selinuxenabled"),
    looks("getsebool").operands(each(Name)).options(&[flags("-a")]),
    looks("matchpathcon").operands(each(Name)).options(&[
        flags("-n -V"),
        refused_value("-f -p -P", "reads another file"),
    ]),
    effect("restorecon", LABELS).operands(each(Path)).options(&[
        flags("-n -v -R -r -i -p -h -x"),
        refused("-F -0 -D", LABELS),
        refused_value("-f -e -T", "reads names from any file"),
    ]),
    looks("semanage").subcommands(&[
        looks("boolean fcontext ibendport ibpkey interface login module node permissive port user").options(&[
            flags("-l,--list -C,--locallist -n,--noheading -h,--help"),
            refused("-a,--add -d,--delete -m,--modify -D,--deleteall -1,--on -0,--off -e,--enable", POLICY),
            refused_value("-t,--type -s,--seuser -r,--range -S,--store -p,--proto", POLICY),
            refused("-E,--extract", POLICY),
        ]),
        effect("import dontaudit export", POLICY).seen(),
    ]).options(&[flags("-h,--help")]),
    looks("semodule").options(&[
        attached("-l,--list-modules", OneOf("full standard")),
        refused("-B,--build -R,--reload -D,--disable_dontaudit", POLICY),
        refused_value("-i,--install -r,--remove -u,--upgrade -e,--enable -d,--disable -X,--priority", POLICY),
    ]),
    looks("sestatus").options(&[flags("-v -b")]),
    effect("setenforce setsebool togglesebool chcon fixfiles load_policy", POLICY).seen(),
    nothing("newrole", "runs a program in another context"),
    looks("ufw").subcommands(&[
        looks("status").operands(only(&[OneOf("verbose numbered")])),
        looks("show").operands(only(&[OneOf(
            "raw builtins before-rules user-rules after-rules logging-rules listening added",
        )])),
        looks("version help"),
        looks("app").subcommands(&[
            looks("list"),
            looks("info").operands(each(Text)),
            effect("update default", RULES).seen(),
        ]),
        effect("enable disable reload reset default logging allow deny reject limit delete insert route rule", RULES)
            .seen(),
        effect("prepend", RULES).seen(),
    ]).options(&[flags("--version -h,--help")]),
];

#[rustfmt::skip]
const FIREWALL: &[crate::row::Options] = &[
    flags("-h,--help -V,--version -q,--quiet --state --permanent --check-config --get-log-denied --get-default-zone"),
    flags("--get-active-zones --get-active-policies --get-zones --get-policies --get-services --get-icmptypes"),
    flags("--get-helpers --get-ipsets --get-ipset-types --get-automatic-helpers --list-all --list-all-zones"),
    flags("--list-all-policies --list-services --list-ports --list-protocols --list-source-ports --list-icmp-blocks"),
    flags("--list-forward-ports --list-rich-rules --list-interfaces --list-sources --list-lockdown-whitelist-commands"),
    flags("--list-lockdown-whitelist-users --list-ingress-zones --list-egress-zones --query-masquerade"),
    flags("--query-forward"),
    flags("--query-icmp-block-inversion --query-panic --query-lockdown --get-target --get-description --get-short"),
    flags("--get-ports --get-protocols --get-source-ports --get-destinations --get-includes --get-entries"),
    flags("--get-priority"),
    flags("--direct --get-all-chains --get-all-rules --get-all-passthroughs --name-only -v,--verbose"),
    value("--zone --policy --service --ipset --icmptype --helper --info-zone --info-policy --info-service", Name),
    value("--info-ipset --info-icmptype --info-helper --get-zone-of-interface --get-zone-of-source", Name),
    value("--query-service --query-port --query-protocol --query-source-port --query-icmp-block --query-source", Name),
    value("--query-interface --query-rich-rule --query-forward-port --query-entry", OBJECT),
    refused("--reload --complete-reload --runtime-to-permanent --reset-to-defaults --panic-on --panic-off", RULES),
    refused_value("--add-service --add-port --add-rich-rule --add-source --add-interface --add-masquerade", RULES),
    refused_value("--remove-service --remove-port --remove-rich-rule --remove-source --remove-interface", RULES),
    refused_value("--set-default-zone --set-target --set-log-denied --change-interface --new-zone", RULES),
    refused_value("--delete-zone", RULES),
    refused_value("--passthrough --add-passthrough --add-rule --remove-rule --add-forward-port", RULES),
    refused_value("--new-zone-from-file --new-service-from-file --add-entries-from-file", ANY_FILE),
];
