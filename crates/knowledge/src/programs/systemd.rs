//! The tools of systemd: units, the journal, sessions, the clock, names, devices.

use crate::language::Language::Unit;
use crate::row::Kind::{
    self, Begins, Either, Host, Name, Never, Number, OneOf, Package, Path, Script, Text,
};
use crate::row::{
    Options, Row, Runs, attached, bare, each, effect, flags, looks, maybe, nothing, only, refused,
    refused_value, then, value,
};

/// A name or a pattern of an object: a rule that begins one says which object it means.
const OBJECT: Kind = Either(&[Name, Text]);
const ELSEWHERE: &str = "acts on another host or in a container";
const OTHER_ROOT: &str = "looks into another file system";
const JOBS: &str = "starts or stops units";
const UNIT_FILES: &str = "changes which units start";
const SETTINGS: &str = "changes settings of the system";
const DOWN: &str = "shuts the system down";
const JOURNALS: &str = "removes, moves or seals journals";
const SESSIONS: &str = "changes sessions";
const RESOLVER: &str = "changes how names are resolved";
const LINKS: &str = "changes the network";
const BOOT: &str = "changes the boot loader";
const MACHINES: &str = "changes containers or images";
const DEVICES: &str = "changes devices";
const CORE: &str = "prints the memory of a process, or runs a debugger";
const MODES: &str = "short short-full short-iso short-iso-precise short-precise short-monotonic short-delta short-unix \
                     verbose export json json-pretty json-sse json-seq cat with-unit help";

const INTO: &str = "runs programs, or moves files into or out of a container";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("bootctl").subcommands(BOOTCTL).options(&[
        flags("-h,--help --version -p,--print-esp-path -x,--print-boot-path -R,--print-root-device --no-pager"),
        flags("-q,--quiet"),
        flags("--no-variables --graceful"),
        value("--json", OneOf("pretty short off")),
        refused_value("--esp-path --boot-path --root --image", OTHER_ROOT),
    ]),
    looks("busctl").subcommands(BUSCTL).options(&[
        flags("-h,--help --version --no-pager --no-legend -l,--full --system --user --show-machine --unique"),
        flags("--acquired"),
        flags("--activatable --list -q,--quiet --verbose -j --xml-interface"),
        value("--json", OneOf("pretty short off")),
        value("--timeout --augment-creds --auto-start", Text),
        refused_value("-H,--host -M,--machine --address", ELSEWHERE),
    ]),
    looks("coredumpctl").subcommands(&[
        looks("list info").operands(each(OBJECT)).operands_set("dump"),
        nothing("dump gdb debug", CORE),
    ]).options(&[
        flags("-h,--help --version --no-pager --no-legend -1 -r,--reverse -q,--quiet --all"),
        value("--json", OneOf("pretty short off")),
        value("-n", Number),
        value("-S,--since -U,--until", Text),
        // `COREDUMP_ENVIRON` is missing: it is the environment of a process.
        value("-F,--field", OneOf(DUMP_FIELDS)).sets("dump"),
        refused_value("-o,--output", "writes the memory of a process into a file"),
        refused_value("--debugger -A,--debugger-arguments", "runs a program"),
        refused_value("--file -D,--directory --root --image", OTHER_ROOT),
    ]),
    looks("hostnamectl").subcommands(&[
        looks("status"),
        looks("hostname icon-name chassis deployment location"),
        effect("set-hostname set-icon-name set-chassis set-deployment set-location", SETTINGS),
    ]).options(&[
        flags("-h,--help --version --no-ask-password --static --transient --pretty -j"),
        value("--json", OneOf("pretty short off")),
        refused_value("-H,--host -M,--machine", ELSEWHERE),
    ]),
    // A second match, or all values of a field, would widen what `-u` and similar options choose.
    looks("journalctl").operands(each(OBJECT)).operands_set("unit").signs("0 all").options(JOURNAL),
    looks("localectl").subcommands(&[
        looks("status list-locales list-keymaps list-x11-keymap-models list-x11-keymap-layouts"),
        looks("list-x11-keymap-options"),
        looks("list-x11-keymap-variants").operands(only(&[Name])),
        effect("set-locale set-keymap set-x11-keymap", SETTINGS),
    ]).options(&[
        flags("-h,--help --version --no-pager --no-ask-password --no-convert -l,--full"),
        refused_value("-H,--host -M,--machine", ELSEWHERE),
    ]),
    looks("loginctl").subcommands(&[
        looks("list-sessions list-users list-seats"),
        looks("session-status show-session user-status show-user seat-status show-seat").operands(each(Name))
            .operands_set("session"),
        effect("activate lock-session unlock-session lock-sessions unlock-sessions attach flush-devices", SESSIONS),
        effect("enable-linger disable-linger", SESSIONS).operands(each(Name)),
        effect("terminate-session terminate-user terminate-seat kill-session kill-user", "ends sessions").seen()
            .operands(each(Name)),
    ]).options(&[
        flags("-h,--help --version --no-pager --no-legend --no-ask-password --value -a,--all -l,--full -j"),
        value("-p,--property -P", Text),
        value("-n,--lines", Number),
        value("-o,--output", OneOf(MODES)),
        value("--json", OneOf("pretty short off")),
        refused_value("-H,--host -M,--machine", ELSEWHERE),
        refused_value("-s,--signal --kill-whom --kill-who", "sends another signal"),
    ]),
    looks("machinectl").subcommands(&[
        looks("list list-images list-transfers"),
        looks("status show image-status show-image").operands(each(Name)).operands_set("machine"),
        nothing("shell", INTO).runs(&[Runs::Command { after: 1 }]).options(&[
            flags("-q,--quiet"),
            value("-E,--setenv --uid", Text),
        ]),
        nothing("login copy-to copy-from bind", INTO),
        effect("start poweroff reboot terminate enable disable", MACHINES).operands(each(Name)),
        effect("kill stop clone rename read-only remove set-limit clean cancel-transfer edit", MACHINES),
        effect("pull-tar pull-raw import-tar import-raw import-fs export-tar export-raw", MACHINES),
    ]).options(&[
        flags("-h,--help --version --no-pager --no-legend --no-ask-password -q,--quiet -a,--all --value -l,--full"),
        value("-p,--property -P", Text),
        value("-n,--lines --max-addresses", Number),
        value("-o,--output", OneOf(MODES)),
        refused_value("-H,--host -M,--machine --uid -E,--setenv --signal --kill-whom", ELSEWHERE),
    ]),
    looks("networkctl").subcommands(&[
        looks("list status lldp").operands(each(OBJECT)),
        looks("label"),
        effect("up down renew forcerenew reconfigure", LINKS).operands(each(Name)),
        effect("reload delete edit mask unmask persistent-storage", LINKS),
        nothing("cat", "prints keys of tunnels"),
    ]).options(&[
        flags("-h,--help --version --no-pager --no-legend -a,--all -s,--stats -l,--full"),
        value("-n,--lines", Number),
        value("--json", OneOf("pretty short off")),
    ]),
    looks("oomctl").subcommands(&[looks("dump help")]).options(&[flags("-h,--help --version --no-pager")]),
    looks("portablectl homectl").subcommands(&[
        looks("list"),
        effect("attach reattach", "runs what an image says"),
        effect("detach create remove update passwd activate deactivate lock unlock", UNIT_FILES),
        nothing("inspect", "prints the hashes of passwords"),
    ]).options(&[flags("-h,--help --version --no-pager --no-legend -q,--quiet")]),
    looks("resolvectl").subcommands(RESOLVECTL).options(&[
        flags("-h,--help --version --no-pager -4 -6 -j"),
        value("-i,--interface -p,--protocol -t,--type -c,--class", Name),
        value("--service-address --service-txt --cname --validate --synthesize --cache --zone --trust-anchor", Text),
        value("--network --search --legend --json", Text),
        attached("--raw", OneOf("payload packet")),
    ]),
    looks("systemctl").subcommands(SYSTEMCTL).options(&[
        flags("-h,--help --version -a,--all -l,--full -q,--quiet -r,--recursive --reverse --after --before --failed"),
        flags("--with-dependencies -T,--show-transaction --show-types --value --no-pager --no-legend"),
        flags("--no-ask-password"),
        flags("--plain --wait --no-block --no-warn --system --user"),
        value("-t,--type --state -p,--property -P --legend --timestamp", Text),
        value("-n,--lines", Number),
        value("-o,--output", OneOf(MODES)),
        refused_value("-H,--host -M,--machine -C,--capsule", ELSEWHERE),
        refused_value("--root --image", OTHER_ROOT),
        refused("--now -f,--force --marked --global --runtime --no-reload --no-wall -i --firmware-setup", SETTINGS),
        refused_value("-s,--signal --kill-whom --kill-who --what --job-mode --check-inhibitors", SETTINGS),
        refused_value("--preset-mode", SETTINGS),
        refused_value("--message --boot-loader-menu --boot-loader-entry --reboot-argument --when", DOWN),
    ]),
    looks("systemd-analyze").subcommands(ANALYZE).options(&[
        flags("-h,--help --version -q,--quiet --no-pager --no-legend --system --user --global --order --require"),
        value("--from-pattern --to-pattern --fuzz --json --threshold --iterations --base-time --unit", Text),
        refused_value("-H,--host -M,--machine", ELSEWHERE),
        refused_value("--root --image --security-policy --profile", "reads any file"),
        refused("--generators --man", "runs programs"),
    ]),
    looks("systemd-cgls").operands(each(OBJECT)).options(&[
        flags("-h,--help --version --no-pager -a,--all -l,--full -k"),
        attached("-u,--unit --user-unit", OBJECT),
        flags("-x -c"),
        value("--xattr --cgroup-id", OneOf("yes no true false 1 0")),
        refused_value("-M,--machine", ELSEWHERE),
    ]),
    looks("systemd-cgtop").operands(only(&[Name])).options(&[
        flags("-h,--help --version -p -t -c -m -i -b,--batch -r,--raw -k -P -1"),
        value("--order", OneOf("path tasks cpu memory io")),
        value("--recursive", Text),
        value("-n,--iterations -d,--delay --depth", Number),
        attached("--cpu", OneOf("time percentage")),
        refused_value("-M,--machine", ELSEWHERE),
    ]),
    looks("systemd-delta").operands(each(Name)).options(&[
        flags("-h,--help --version --no-pager"),
        attached("--diff", Text),
        value("-t,--type", Text),
    ]),
    looks("systemd-detect-virt").options(&[
        flags("-h,--help --version -c,--container -v,--vm -r,--chroot --private-users --cvm -q,--quiet --list"),
        flags("--list-cvm"),
    ]),
    looks("systemd-escape").operands(each(Text)).options(&[
        flags("-h,--help --version -u,--unescape -m,--mangle -p,--path --instance"),
        value("--suffix --template", Text),
    ]),
    looks("systemd-path systemd-id128").operands(only(&[OneOf("machine-id boot-id show")])).options(&[
        flags("-h,--help --version --no-pager"),
    ]),
    looks("systemd-resolve").operands(each(Host)).options(&[
        flags("-h,--help --version --no-pager -4 -6 --status --statistics --service --openpgp"),
        value("-i,--interface -p,--protocol -t,--type -c,--class", Name),
        attached("--raw", OneOf("payload packet")),
        attached("--tlsa", Text),
        value("--service-address --service-txt --cname --search --legend", Text),
        refused("--flush-caches --reset-statistics --reset-server-features --revert", RESOLVER),
        refused_value("--set-dns --set-domain --set-llmnr --set-mdns --set-dnsovertls --set-dnssec", RESOLVER),
        refused_value("--set-nta", RESOLVER),
    ]),
    effect("systemd-tmpfiles systemd-sysusers", SETTINGS).options(&[
        flags("--cat-config --tldr --version -h,--help --no-pager"),
        refused_value("--root --image --replace --prefix --exclude-prefix", SETTINGS),
        refused("--create --clean --remove --purge --boot", "runs what a file says, which may remove any"),
        refused("--user --inline --dry-run", SETTINGS),
    ]),
    effect("systemd-firstboot systemd-mount systemd-umount", SETTINGS),
    looks("timedatectl").subcommands(&[
        looks("status show list-timezones timesync-status show-timesync"),
        effect("set-time set-timezone set-local-rtc set-ntp ntp-servers revert", "sets the clock").seen(),
    ]).options(&[
        flags("-h,--help --version --no-pager --no-ask-password --monitor -a,--all --value -l,--full"),
        value("-p,--property -P", Text),
        refused_value("-H,--host -M,--machine", ELSEWHERE),
        refused("--adjust-system-clock", "sets the clock"),
    ]),
    // As JSON, userdbctl prints the hashes of passwords.
    looks("userdbctl").subcommands(&[
        looks("user group users-in-group groups-of-user").operands(each(Name)),
        looks("services"),
        effect("ssh-authorized-keys", "prints keys").seen(),
    ]).options(&[
        flags("-h,--help --version --no-pager --no-legend -N"),
        value("--output", OneOf("friendly classic table")),
        value("-s,--service --with-nss --synthesize --with-dropin --with-varlink", Name),
        refused("-j", "prints the hashes of passwords"),
    ]),
    looks("udevadm").subcommands(UDEVADM).options(&[flags("-h,--help -V,--version -d,--debug")]),
];

#[rustfmt::skip]
const BOOTCTL: &[Row] = &[
    looks("status list is-installed"),
    looks("reboot-to-firmware systemd-efi-options"),
    looks("kernel-identify kernel-inspect").operands(only(&[Path])),
    effect("install update remove random-seed cleanup unlink link", BOOT),
    effect("set-default set-oneshot set-timeout set-timeout-oneshot set-sysfail", BOOT),
];

/// Services that busctl may ask: they run anyway, or other tools here start them. To ask a service starts it.
const BUS_NAMES: &str = "\
    org.freedesktop.systemd1 org.freedesktop.login1 org.freedesktop.hostname1 org.freedesktop.timedate1 \
    org.freedesktop.locale1 org.freedesktop.resolve1 org.freedesktop.network1 org.freedesktop.timesync1 \
    org.freedesktop.NetworkManager org.freedesktop.PolicyKit1 org.freedesktop.DBus org.freedesktop.machine1 \
    org.fedoraproject.FirewallD1";

#[rustfmt::skip]
const BUSCTL: &[Row] = &[
    looks("list help"),
    looks("status").operands(only(&[Name])),
    looks("tree").operands(each(OneOf(BUS_NAMES))),
    looks("introspect get-property").operands(then(&[OneOf(BUS_NAMES)], OBJECT)),
    nothing("monitor capture", "prints what other programs say to each other"),
    nothing("call emit set-property", "calls methods of services").unseen(""),
];

const DUMP_FIELDS: &str = "\
    COREDUMP_EXE COREDUMP_COMM COREDUMP_PID COREDUMP_UID COREDUMP_GID COREDUMP_UNIT COREDUMP_SIGNAL \
    COREDUMP_SIGNAL_NAME COREDUMP_TIMESTAMP COREDUMP_CMDLINE COREDUMP_HOSTNAME COREDUMP_CGROUP COREDUMP_SLICE";

#[rustfmt::skip]
const JOURNAL: &[Options] = &[
    flags("--system --user -m,--merge -k,--dmesg -r,--reverse --show-cursor --utc -x,--catalog --no-hostname"),
    flags("--no-full"),
    flags("--full -l -a,--all -f,--follow --no-tail -q,--quiet --no-pager -e,--pager-end -h,--help --version"),
    flags("-N,--fields --list-boots --disk-usage --verify --header --list-catalog --dump-catalog --truncate-newline"),
    flags("--list-namespaces --list-invocations -I"),
    value("--invocation", Text),
    // For `-b -1`: the number is read as a word of its own.
    flags("-NUMBER"),
    maybe("-b,--boot", Text),
    attached("--case-sensitive", Text),
    // journalctl takes the next word only if it is a number; another operand does not pass as a number.
    bare("-n,--lines", Either(&[Number, OneOf("all")])),
    value("-o,--output", OneOf(MODES)),
    value("-S,--since -U,--until -c,--cursor --after-cursor -p,--priority --facility -g,--grep --output-fields", Text),
    value("-T,--exclude-identifier", Text),
    value("-u,--unit --user-unit -t,--identifier", Text).sets("unit"),
    value("-F,--field", Text).sets("unit"),
    // journalctl parses a journal, and prints nothing of another file.
    value("-D,--directory -i,--file", OWN_JOURNALS).sets("place"),
    value("--namespace", Name).sets("place"),
    refused_value("--cursor-file", "writes a file"),
    refused_value("--vacuum-size --vacuum-time --vacuum-files", JOURNALS),
    refused("--rotate --sync --flush --relinquish-var --smart-relinquish-var --update-catalog --setup-keys", JOURNALS),
    refused("--force", JOURNALS),
    refused_value("--interval --verify-key", "handles keys"),
    refused_value("-M,--machine --root --image", "looks into another file system"),
];

#[rustfmt::skip]
const RESOLVECTL: &[Row] = &[
    looks("query").operands(each(Host)),
    looks("service openpgp tlsa").operands(each(Name)),
    looks("status").operands(each(Name)),
    looks("statistics show-cache show-server-state"),
    looks("dns domain default-route llmnr mdns dnsovertls dnssec nta")
        .operands(then(&[Name], Never("sets how names are looked up"))),
    looks("log-level"),
    effect("reset-statistics flush-caches reset-server-features", RESOLVER).seen(),
    effect("revert", RESOLVER).seen().operands(only(&[Name])),
    nothing("monitor", "prints what other programs look up"),
];

/// The name of one service, which a rule may begin.
const UNIT: Kind = Either(&[Script(Unit), Never("is not one service")]);

const SAME_MANAGER: &[Options] = &[refused(
    "--user --system",
    "acts on other units of that name",
)];

#[rustfmt::skip]
const SYSTEMCTL: &[Row] = &[
    looks("list-units list-automounts list-sockets list-timers list-paths list-unit-files list-machines list-jobs")
        .operands(each(OBJECT)).operands_set("unit"),
    looks("is-active is-failed is-enabled check status show cat list-dependencies").operands(each(OBJECT))
        .operands_set("unit"),
    looks("whoami").operands(each(Number)),
    looks("show-environment get-default is-system-running log-level log-target service-watchdogs"),
    looks("service-log-level service-log-target").operands(only(&[Name])),
    effect("start stop reload restart try-restart reload-or-restart try-reload-or-restart reset-failed", JOBS)
        .operands(each(UNIT)).operands_set("unit").options(SAME_MANAGER),
    effect("condrestart condreload condstop force-reload freeze thaw", JOBS).operands(each(UNIT)).operands_set("unit")
        .options(SAME_MANAGER),
    effect("kill", "sends signals to units").seen().operands(each(Name)).operands_set("unit").options(SAME_MANAGER),
    effect("enable disable reenable preset mask unmask revert", UNIT_FILES).operands(each(UNIT)).operands_set("unit")
        .options(SAME_MANAGER),
    effect("isolate clean cancel default", JOBS),
    effect("link", "runs what any file says"),
    effect("preset-all add-wants add-requires edit set-default", UNIT_FILES),
    effect("set-property set-environment unset-environment import-environment", SETTINGS),
    effect("bind mount-image", "mounts into a unit").seen(),
    effect("daemon-reload daemon-reexec", "reloads systemd").seen(),
    effect("halt poweroff reboot kexec soft-reboot rescue emergency exit switch-root", DOWN).seen(),
    effect("suspend hibernate hybrid-sleep suspend-then-hibernate sleep", DOWN).seen(),
    nothing("help", "runs another program"),
];

#[rustfmt::skip]
const ANALYZE: &[Row] = &[
    looks("time blame plot unit-paths has-tpm2"),
    looks("critical-chain dot dump unit-files security").operands(each(OBJECT)).operands_set("unit"),
    looks("exit-status capability syscall-filter filesystems architectures").operands(each(Name)),
    looks("calendar timestamp timespan compare-versions condition").operands(each(Text)),
    looks("get-log-level get-log-target log-level log-target"),
    looks("cat-config").operands(each(OneOf(CONFIGURATIONS))),
    effect("set-log-level set-log-target", SETTINGS),
    // `verify` runs `man` for the pages that a unit names, so only units of the system. A name may be a file here.
    looks("verify").operands(each(Either(&[
        Package,
        Begins("/etc/systemd/system/"),
        Begins("/lib/systemd/system/"),
        Begins("/usr/lib/systemd/system/"),
    ]))).reads_workdir(),
    nothing("pcrs srk fdstore image-policy malloc inspect-elf", "is not known to only look"),
];

/// Configurations that may be shown: another name could be any file below /etc.
const CONFIGURATIONS: &str = "\
    systemd/system.conf systemd/user.conf systemd/journald.conf systemd/logind.conf systemd/resolved.conf \
    systemd/timesyncd.conf systemd/networkd.conf systemd/coredump.conf systemd/sleep.conf systemd/oomd.conf \
    systemd/zram-generator.conf";

#[rustfmt::skip]
const UDEVADM: &[Row] = &[
    looks("info").operands(each(OBJECT)).options(&[
        flags("-r,--root -a,--attribute-walk -t,--tree -x,--export -e,--export-db --value --no-pager -h,--help"),
        value("-q,--query", OneOf("name symlink path property all")),
        value("--property -P,--export-prefix", Text),
        value("-p,--path -n,--name -d,--device-id-of-file", OBJECT),
        attached("-w,--wait-for-initialization", Number),
        value("--json", OneOf("pretty short off")),
        refused("-c,--cleanup-db", "removes the database"),
    ]),
    looks("monitor").options(&[
        flags("-k,--kernel -u,--udev --property -h,--help"),
        value("-s,--subsystem-match -t,--tag-match", Text),
    ]),
    looks("settle").options(&[value("-t,--timeout", Number), flags("-h,--help")]),
    effect("trigger control test test-builtin hwdb", DEVICES),
    nothing("lock", "runs a program"),
];

/// Where the journals of this host are: an error could show another file.
const OWN_JOURNALS: Kind = Either(&[
    OneOf("/var/log/journal /run/log/journal"),
    Begins("/var/log/journal/"),
    Begins("/run/log/journal/"),
]);
