//! Services by other managers than systemd, and programs that run at a time: init scripts, supervisors, cron, at.

use crate::row::Kind::{self, Either, Name, Number, OneOf, Package, Path, Text};
use crate::row::{
    Input, Row, Runs, each, effect, flags, looks, nothing, only, refused, refused_value, value,
};

const OBJECT: Kind = Either(&[Name, Text]);
const SERVICES: &str = "starts or stops services";
const LATER: &str = "changes what runs at a time";
const SOCKET: &str = "speaks to another program or host";
const CONFIGURATION: &str = "reads another configuration";
const CODE: &str = "runs code from a file";
const ENVIRONMENT: &str = "prints the environment of processes";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("anacron").options(&[
        flags("-V -T"),
        refused("-f -u -n -s -d -q", LATER),
        refused_value("-t -S", CONFIGURATION),
    ]),
    effect("at", LATER).input(Input::Program).unseen("-l -V").options(&[
        flags("-l -V"),
        value("-q", Name),
        refused("-d -r -m -M -b -v", LATER),
        refused_value("-f", "runs commands from any file"),
        refused_value("-c", "prints a job with its environment"),
        refused_value("-t", LATER),
    ]),
    looks("atq").options(&[flags("-V"), value("-q", Name)]),
    effect("batch", LATER).input(Input::Program).unseen(""),
    effect("atrm", LATER),
    looks("chkconfig").operands(only(&[Package])).only_with("--list").options(&[
        flags("--list"),
        refused_value("--add --del --level --levels --override", "changes which services start"),
    ]),
    looks("cloud-init").subcommands(&[
        looks("status").options(&[
            flags("-l,--long -w,--wait"),
            value("--format", OneOf("tabular json yaml")),
        ]),
        looks("analyze").subcommands(&[
            looks("blame show dump boot").options(&[refused_value("-i,--infile -o,--outfile", CONFIGURATION)]),
        ]),
        looks("features"),
        // `userdata` is missing: it may hold secrets.
        looks("query").operands(only(&[OneOf(QUERIES)])).options(&[flags("-l,--list-keys")]),
        effect("init modules single clean collect-logs schema devel", "sets the host up again").seen(),
    ]).options(&[flags("-v,--version -h,--help")]),
    // The operand of crontab, a file or `-`, would replace the table.
    looks("crontab").seen().unseen("").input(Input::ProgramUnless("-l", 0)).options(&[
        flags("-l -V"),
        value("-u", Name).sets("user").beside("-l"),
        refused("-r -e -i -s -n -c", LATER),
        refused_value("-T -x", LATER),
    ]),
    looks("initctl").subcommands(&[
        looks("list version show-config usage").operands(each(Name)),
        looks("status").operands(only(&[Name])),
        effect("start stop restart reload emit reload-configuration log-priority set-env unset-env", SERVICES),
    ]).options(&[flags("--system --session --user -q,--quiet -v,--verbose --version --help")]).by_manual(),
    effect("invoke-rc.d", SERVICES).unseen(""),
    effect("update-rc.d rc-update sysv-rc-conf", SERVICES),
    effect("start-stop-daemon", SERVICES).seen().runs(&[Runs::Values("-x -a --exec --startas")]),
    effect("monit", "starts to watch").seen().subcommands(&[
        looks("status summary report").operands(each(Name)),
        looks("procmatch").operands(only(&[Text])),
        effect("start stop restart monitor unmonitor reload quit validate", SERVICES).operands(each(Name)),
    ]).options(&[
        // Without a command, monit starts to watch: `-B`, `-v` or `-g` alone would make it start.
        flags("-t -V -h"),
        refused("-B -v", "starts the daemon"),
        refused_value("-g", "starts the daemon"),
        refused_value("-c -l -p -s", CONFIGURATION),
        refused("-r -I", "changes the daemon"),
        refused_value("-d", "changes the daemon"),
    ]).input(Input::Program),
    // Without `-b`, needrestart may restart services.
    effect("needrestart", "may restart services").options(&[
        flags("-b -p -v -q -k -l -w -n"),
        value("-r", OneOf("l")),
        refused_value("-c -f -u", CODE),
        refused_value("-m -t", "is not known to only look"),
    ]),
    looks("needs-restarting").options(&[
        flags("-r,--reboothint -s,--services -u,--useronly -h,--help"),
    ]).by_manual(),
    // `jlist`, `env` and `show` of pm2 print the environment of the applications.
    looks("pm2").subcommands(&[
        looks("list ls l status ps version ping"),
        looks("logs log").operands(each(Name)).options(&[
            value("--lines", Number),
            flags("--nostream --err --out --raw --json --timestamp --highlight"),
        ]),
        effect("start stop restart reload delete scale reset save resurrect kill flush update startup", SERVICES),
        nothing("jlist prettylist env show describe desc info report id pid conf get", ENVIRONMENT),
        nothing("serve deploy install trigger attach plus link monit set multiset ecosystem", CODE),
    ]).options(&[
        flags("-v,--version -h,--help -m,--mini-list"),
        value("--sort", Text),
    ]).reads_workdir().by_manual(),
    looks("rc-service").seen().operands(only(&[Package, OneOf("status")])).options(&[
        flags("-l,--list -V,--version -h,--help -C,--nocolor"),
        value("-e,--exists -r,--resolve", Name),
        refused("-i,--ifexists -s,--ifstarted -S,--ifstopped -c,--ifcrashed -Z,--dry-run", SERVICES),
    ]),
    looks("rc-status").operands(each(Package)).options(&[
        flags("-a,--all -c,--crashed -l,--list -m,--manual -r,--runlevel -s,--servicelist -S,--supervised -u,--unused"),
        flags("-C,--nocolor -h,--help -V,--version"),
    ]),
    nothing("run-parts", "runs all programs of a directory").unseen("--test --list"),
    looks("s6-rc").subcommands(&[
        looks("list listall diff help").operands(each(Name)),
        effect("change start stop", SERVICES),
    ]).options(&[flags("-a -d -u -e"), refused_value("-l -t -n", CONFIGURATION)]).by_manual(),
    looks("s6-svstat s6-svok").operands(only(&[Path])).options(&[
        flags("-u -w -N -r -p -g -s -e -t"),
        value("-o", Text),
    ]).by_manual(),
    effect("s6-svc s6-svscanctl s6-svwait s6-rc-init runsv runsvdir runit-init", SERVICES),
    // service runs any program that a path names, so no path is granted.
    looks("service").unseen("").operands(only(&[Package, OneOf("status")])).options(&[
        flags("--status-all -h,--help --version"),
        refused("--full-restart -R,--full-restart-all", SERVICES),
    ]),
    looks("supervisorctl").subcommands(&[
        looks("status pid avail version help").operands(each(OBJECT)),
        looks("tail").operands(only(&[Name, OneOf("stdout stderr")])).options(&[flags("-f -NUMBER")]),
        looks("maintail").options(&[flags("-f -NUMBER")]),
        effect("start stop restart signal clear add remove update reread reload", SERVICES).operands(each(Name)),
        effect("shutdown fg", SERVICES).operands(each(Name)),
    ]).options(&[
        flags("-h,--help"),
        refused("-i,--interactive", "reads commands"),
        value("-c,--configuration", OneOf(SUPERVISOR)),
        refused_value("-s,--serverurl -u,--username -p,--password -r,--history-file", SOCKET),
    ]).input(Input::Program).reads_workdir().seen(),
    looks("sv").subcommands(&[
        looks("status").operands(each(Package)),
        effect("up down once pause cont hup alarm interrupt quit 1 2 term kill exit", SERVICES).operands(each(Package)),
        effect("start stop reload restart check", SERVICES).operands(each(Package)),
    ]).options(&[flags("-v"), value("-w", Number)]),
];

const SUPERVISOR: &str = "/etc/supervisor/supervisord.conf /etc/supervisord.conf";

const QUERIES: &str = "\
    v1.instance_id v1.region v1.availability_zone v1.cloud_name v1.platform v1.local_hostname v1.distro v1.subplatform \
    instance_id region availability_zone cloud_name platform local_hostname distro cloud_id";
