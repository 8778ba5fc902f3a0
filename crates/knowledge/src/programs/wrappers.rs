//! Programs that run another command. The command is judged in turn.

use crate::row::Kind::{Hole, Line, Name, Never, Number, OneOf, Text, Words};
use crate::row::{
    Input, Operands, Row, Runs, attached, each, effect, flags, looks, nothing, only, refused,
    refused_value, value,
};

const ANOTHER: &str = "runs as another user";
const RUNS: &str = "runs another program";
const SCHEDULES: &str = "changes how processes are scheduled";
const SHELL: &str = "starts a shell";
const PLACE: &str = "runs programs in another place";
const TERMINAL: &str = "runs a program in a terminal of its own";

/// The command stands behind the options.
const COMMAND: &[Runs] = &[Runs::Command { after: 0 }];
/// The command stands behind the options and one operand.
const BEHIND_ONE: &[Runs] = &[Runs::Command { after: 1 }];
/// A command may begin at each word.
const ANYWHERE: &[Runs] = &[Runs::After("*")];
/// A shell: it runs a text or a file.
const SCRIPTS: &[Runs] = &[Runs::Shell];
/// The command stands behind the options; its words may be texts for a shell.
const TEXTS: &[Runs] = &[Runs::Command { after: 0 }, Runs::Texts];
/// The command may begin at each word behind one of these verbs, which managers of versions and environments have.
pub const BEHIND_VERB: &[Runs] = &[Runs::After(
    "run exec x shell lock watch -e -c --exec --host --command exec-env exec-file --",
)];
/// The command may begin at each word behind one of these options of terminals.
const BEHIND_E: &[Runs] = &[
    Runs::After("-e -x -- -c -n -N -A --command"),
    Runs::Values("-e -c --command"),
];
const SETTING: &str = "may set what programs are run or loaded";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    // Without one of these options, chrt runs the command before all others (SCHED_RR).
    looks("chrt").runs(BEHIND_ONE).operands(only(&[Number]))
        .only_with("-b --batch -i --idle -o --other -p --pid").options(&[
        flags("-b,--batch -i,--idle -o,--other -v,--verbose -m,--max -V,--version"),
        // With `-p`, chrt shows how a process is scheduled; a priority before the process would be the operand.
        flags("-p,--pid").alone(),
        refused("-a,--all-tasks -f,--fifo -r,--rr -d,--deadline -R,--reset-on-fork", SCHEDULES),
        refused_value("-D,--sched-deadline -P,--sched-period -T,--sched-runtime", SCHEDULES),
    ]),
    looks("command").runs(COMMAND).options(&[flags("-p")]).subcommands(&[looks("-v -V -pv -pV -vp -Vp")
        .operands(each(Name))]),
    effect("doas", ANOTHER).runs(COMMAND).input(Input::Program).options(&[
        flags("-n"),
        value("-u", Name).sets("user"),
        refused("-s", SHELL),
        refused("-L", "changes what was confirmed"),
        refused_value("-C", "reads any file"),
        refused_value("-a", SETTING),
    ]),
    looks("env").signs("-").runs(&[Runs::Environment]).operands(ASSIGNMENTS).options(&[
        flags("-0,--null -i,--ignore-environment"),
        value("-u,--unset", Name),
        value("-S,--split-string", Words).refused(RUNS),
        refused_value("-C,--chdir", "sets the working directory"),
        refused_value("-a,--argv0 -P", SETTING),
        flags("-v,--debug"),
    ]),
    looks("ionice").runs(COMMAND).options(&[
        value("-c,--class", OneOf("2 3 best-effort idle")),
        value("-n,--classdata", Number),
        flags("-t,--ignore"),
        value("-p,--pid", Number).alone(),
        refused_value("-P,--pgid -u,--uid", "changes other processes"),
    ]),
    looks("nice").runs(COMMAND).options(&[
        value("-n,--adjustment", Number),
        flags("-NUMBER"),
    ]),
    effect("screen", SHELL).runs(&[Runs::Closed { after: 0 }, Runs::Values("stuff -s -c")]).input(Input::Program)
        .subcommands(&[looks("-ls -list -v -version")]).options(&[
            refused("-a -A -d -D -i -l -L -m -O -q -r -R -U -w -x -X", SHELL),
            refused_value("-c -e -h -p -s -S -t -T", SHELL),
        ]),
    looks("setsid nohup").runs(COMMAND).options(&[
        flags("-w,--wait"),
    ]).by_manual(),
    looks("stdbuf").runs(COMMAND).options(&[
        value("-i,--input -o,--output -e,--error", OneOf("L 0 1024 4096 8192 64K 1M")),
    ]),
    effect("sudo sudo-rs", ANOTHER).runs(&[Runs::Environment]).input(Input::Program).operands(ASSIGNMENTS).options(&[
        flags("-n,--non-interactive -k,--reset-timestamp -H,--set-home"),
        value("-u,--user", Name).sets("user"),
        value("-g,--group", Name).sets("user"),
        flags("-l,--list -V,--version"),
        refused("-i,--login -s,--shell", SHELL),
        refused("-e,--edit", "edits files"),
        refused("-E -b,--background -S,--stdin -A,--askpass -B,--bell -K,--remove-timestamp -N,--no-update", SETTING),
        refused("-P,--preserve-groups -v,--validate", SETTING),
        attached("--preserve-env", Text).refused(SETTING),
        refused_value("-a,--auth-type -c,--login-class -C,--close-from -D,--chdir -R,--chroot", SETTING),
        refused_value("-T,--command-timeout", SETTING),
        // `-U` chooses the user whose rights `-l` shows; without `-l`, sudo refuses it.
        value("-U,--other-user", Name),
        refused_value("-p,--prompt -r,--role -t,--type", SETTING),
        refused_value("-h,--host", "runs on another host"),
    ]),
    looks("taskset").runs(BEHIND_ONE).operands(only(&[Number])).options(&[
        // With a mask before the process, taskset would set the mask, and the process would be the command.
        flags("-c,--cpu-list -p,--pid"),
        refused("-a,--all-tasks", SCHEDULES),
    ]),
    looks("time").runs(COMMAND).options(&[
        flags("-p,--portability -v,--verbose -q,--quiet -V"),
        value("-f,--format", Text),
        refused_value("-o,--output", "writes a file"),
        refused("-a,--append", "writes a file"),
    ]),
    looks("timeout").runs(BEHIND_ONE).operands(only(&[Number])).options(&[
        // The letters differ between versions of timeout.
        flags("-v,--verbose --foreground --preserve-status"),
        value("-k,--kill-after", Number),
        value("-s,--signal", Text),
    ]),
    looks("watch").runs(&[Runs::Joined { after: 0 }]).options(&[
        flags("-b,--beep -c,--color -C,--no-color -t,--no-title -w,--no-wrap -x,--exec -p,--precise"),
        flags("-e,--errexit -g,--chgexit -d,--differences -v,--version -h,--help"),
        value("-n,--interval -q,--equexit", Number),
    ]),
    looks("xargs").runs(&[Runs::Reading]).input(Input::Data).options(&[
        flags("-0,--null -r,--no-run-if-empty -t,--verbose -x,--exit"),
        value("-n,--max-args -L -P,--max-procs -s,--max-chars", Number),
        value("-d,--delimiter -E", Text),
        refused_value("-a,--arg-file", "reads words from any file"),
        value("-I", Hole),
        attached("-i,--replace", Hole),
        attached("-e,--eof -l,--max-lines", Text).refused("takes a value only where it is attached"),
        refused("-p,--interactive -o,--open-tty", "waits for a person"),
    ]),
];

/// Wrappers for which nobody vouches: a deny rule sees what they run.
#[rustfmt::skip]
pub static WRAPPERS: &[Row] = &[
    nothing("chroot", PLACE).runs(BEHIND_ONE).options(&[
        flags("--skip-chdir"),
        value("--groups --userspec", Text),
    ]),
    nothing("fakeroot", PLACE).runs(COMMAND).options(&[
        flags("-h -u,--unknown-is-real -v"),
        value("-b -i -l,--lib -s --faked", Text),
    ]),
    // flock makes the file; the words behind the file are a command.
    nothing("flock", "makes a file and runs another program").runs(BEHIND_ONE).options(&[
        flags("-e,-x,--exclusive -F,--no-fork -n,--nb,--nonblock -o,--close -s,--shared -u,--unlock -v,--verbose"),
        value("-c,--command", Line),
        value("-E,--conflict-exit-code -w,--timeout", Text),
    ]),
    nothing("nsenter", PLACE).runs(COMMAND).options(&[
        flags("-a,--all -e,--env -F,--no-fork -Z,--follow-context --preserve-credentials"),
        attached("-C,--cgroup -i,--ipc -m,--mount -n,--net -p,--pid -r,--root -T,--time -U,--user -u,--uts", Text),
        attached("-w,--wd", Text),
        value("-G,--setgid -S,--setuid -t,--target -W,--wdns", Text),
    ]),
    nothing("pkexec", ANOTHER).runs(COMMAND).options(&[
        flags("--disable-internal-agent --keep-cwd"),
        value("-u,--user", Text),
    ]),
    nothing("runuser", ANOTHER).runs(&[Runs::Command { after: 0 }, Runs::Option, Runs::Values("-s --shell")]).options(&[
        flags("-f,--fast -l,--login -m,-p,--preserve-environment -P,--pty -T"),
        value("-c,--command --session-command", Line),
        value("-g,--group -G,--supp-group -s,--shell -u,--user -w,--whitelist-environment", Text),
    ]),
    nothing("script", "writes a file and runs a shell").runs(&[Runs::Command { after: 1 }, Runs::Option]).options(&[
        flags("-a -e -f -q"),
        value("-c,--command", Line),
        value("-B -E -I -m -o -O -T", Text),
        attached("-t", Text),
    ]),
    nothing("systemd-run", RUNS).runs(&[Runs::Command { after: 0 }, Runs::Values("-p --property")]).options(&[
        flags("-d,--same-dir -G,--collect -P,--pipe -q,--quiet -r,--remain-after-exit -S,--shell -t,--pty"),
        flags("--no-ask-password --no-block --scope --send-sighup --slice-inherit --system --user --wait"),
        value("-E,--setenv -H,--host -M,--machine -p,--property -u,--unit --description --gid --nice --uid", Text),
        value("--on-active --on-boot --on-calendar --on-startup --on-unit-active --on-unit-inactive", Text),
        value("--path-property --service-type --slice --socket-property --timer-property --working-directory", Text),
    ]),
    nothing("unbuffer", SHELL).runs(COMMAND).options(&[flags("-p")]),
    nothing("unshare", PLACE).runs(COMMAND).options(&[
        flags("-c,--map-current-user -f,--fork -r,--map-root-user --keep-caps --map-auto"),
        attached("-C,--cgroup -i,--ipc -m,--mount -n,--net -p,--pid -T,--time -u,--uts -U,--user", Text),
        attached("--kill-child --mount-proc", Text),
        value("-G,--setgid -R,--root -S,--setuid -w,--wd --propagation", Text),
    ]),
    nothing("aa-exec annotate-output builtin byobu-launch caffeinate calife catatonit catchsegv cgexec choom \
        chpst chronic cpulimit cpuset daemon daemonize dbus-launch dbus-run-session distrobox-host-exec \
        dockerize dzdo eatmydata envconsul fakeroot-ng ftrace gpg-agent heaptrack host-spawn ifne isolate \
        keep-one-running lxc-execute memusage multitime nocache nq operf personality pexec pfexec pgrphack \
        pidns please proxychains proxychains3 proxychains4 qemu-aarch64 qemu-aarch64-static qemu-arm \
        qemu-arm-static qemu-i386 qemu-x86_64 qemu-x86_64-static reflex retry rlwrap run-one \
        run-one-constantly run-one-until-failure run-one-until-success run-this-one s6-applyuidgid s6-fghack \
        s6-softlimit sandbox sem seunshare softlimit sotruss ssh-agent startx super systemd-cat \
        systemd-inhibit systemd-socket-activate termux-chroot timelimit torify torsocks trickle truss ts \
        tsocks tsp ttyrec uclampset wait-for-it watchexec with-lock-ex xinit xtrace xvfb-run", RUNS).runs(COMMAND)
            .input(Input::Data),
    // Without a command, these start a shell.
    nothing("fakechroot i386 linux32 linux64 lxc-attach run0 schroot setpriv sshpass systemd-nspawn uname26 \
        x86_64", RUNS).runs(COMMAND),
    nothing("dsh envdir envuidgid faketime idprio jexec lckdo lockf logsave rtprio runcon s6-envdir s6-setuidgid \
        setlock setuidgid", RUNS).runs(BEHIND_ONE).input(Input::Data),
    nothing("dbclient gosu plink rsh setarch su-exec zlogin", RUNS).runs(BEHIND_ONE),
    nothing("arch-chroot", RUNS).runs(BEHIND_ONE),
    nothing("autossh clush dotenv dtruss flatpak-spawn gprofng ksu ktrace mock mosh mpiexec mpirun \
        op openvt parallel-ssh pdsh pssh run-mailcap schedtool srun toolbox", RUNS).runs(ANYWHERE),
    nothing("dchroot gksu gksudo hyperfine kdesu kdesudo mispipe pee sg trap", RUNS).runs(TEXTS),
    nothing("guix honcho nvm pbuilder", RUNS).runs(BEHIND_VERB),
    nothing("aws-vault chamber cset direnv doppler sops tuna", RUNS).runs(BEHIND_VERB).seen(),
    nothing("abduco asciinema dtach gnome-terminal konsole lxterminal qterminal rxvt terminator urxvt \
        x-terminal-emulator xfce4-terminal", TERMINAL).runs(BEHIND_E),
    nothing("es execlineb lksh loksh oksh pdksh posh rc rksh rzsh", SHELL).runs(SCRIPTS),
    nothing("su sux", ANOTHER).runs(&[Runs::Option, Runs::Values("-s --shell")]),
    nothing("ld.so", "loads and runs a program").versioned().runs(COMMAND),
    nothing("eval", RUNS).runs(&[Runs::Joined { after: 0 }, Runs::Texts]),
    nothing("parallel", RUNS).runs(&[Runs::Joined { after: 0 }, Runs::Texts, Runs::Reading]),
    nothing("byobu", TERMINAL).runs(&[Runs::Values("-c")]).subcommands(&[RUN_BY_TMUX]),
    nothing("coreutils", RUNS).runs(&[
        Runs::Command { after: 0 },
        Runs::Values("--coreutils-prog --coreutils-prog-shebang"),
    ]).seen(),
    nothing("crun runc", PLACE).runs(&[Runs::After("exec run runp shell enter start create kubectl ctr crictl")]),
    nothing("distrobox distrobox-enter", PLACE).runs(&[Runs::After("enter exec ssh -c -- -e")]).seen(),
    nothing("entr", RUNS).runs(&[Runs::Command { after: 0 }, Runs::Values("-s")]),
    nothing("exec", RUNS).runs(COMMAND).options(&[flags("-c -l"), value("-a", Text)]),
    nothing("lttng trace-cmd", RUNS).runs(&[Runs::After("stat record trace mem lock kmem sched c2c --")]),
    nothing("m4", RUNS).runs(&[Runs::Calls]),
    nothing("nix-shell", RUNS).runs(&[Runs::Values("--run --command -x --exec")]),
    nothing("powershell", SHELL).runs(&[Runs::After("-c -C -command -Command -com -Com --command")]),
    nothing("salt", RUNS).runs(&[Runs::After("cmd.run cmd.shell")]),
    nothing("socat", RUNS).runs(&[Runs::Calls]).seen(),
    nothing("scl", RUNS).runs(&[Runs::After("enable run --")]).seen(),
];

/// Commands of tmux that run a command, or a text for a shell.
#[rustfmt::skip]
pub const RUN_BY_TMUX: Row = nothing("new-session new neww new-window split-window splitw run run-shell respawn-pane \
    respawnp respawn-window respawnw pipe-pane pipep if if-shell popup display-popup send-keys send", SHELL)
    .runs(&[Runs::Joined { after: 0 }]).options(&[
        flags("-A -a -b -d -D -E -h -I -k -l -o -P -S -v -X -Z -C -H -K -M -R -B"),
        value("-c -e -F -f -n -s -t -x -y -p -w", Text),
    ]);

/// Operands before the command: `NAME=value` may set what the command loads or runs, so only the variables are
/// granted that [`crate::variables`] knows to be harmless.
const ASSIGNMENTS: Operands = each(Never(SETTING));
