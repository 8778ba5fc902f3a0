//! The table of wrappers: those whose options are known, one a row, and lists of the others.

use super::super::sed::sed_opens;
use super::super::snippets::calls;
use super::{Arguments, Assignments, Runs, Wrapper};

const fn row(
    runs: &'static [Runs],
    name: &'static str,
    operands: usize,
    short: &'static str,
    long: &'static str,
) -> Wrapper {
    Wrapper {
        name,
        short,
        long,
        runs,
        operands,
        assignments: Assignments::None,
        arguments: Arguments::Written,
    }
}

/// A wrapper that runs the words after its options and so many operands.
const fn exec(
    name: &'static str,
    operands: usize,
    short: &'static str,
    long: &'static str,
) -> Wrapper {
    row(&[Runs::Command], name, operands, short, long)
}

const fn runs(runs: &'static [Runs]) -> Wrapper {
    row(runs, "", 0, "", "")
}

const fn assigning(wrapper: Wrapper) -> Wrapper {
    Wrapper {
        assignments: Assignments::Skipped,
        ..wrapper
    }
}

const fn reading(wrapper: Wrapper) -> Wrapper {
    Wrapper {
        arguments: Arguments::Read,
        ..wrapper
    }
}

/// In the order of their names, for the search.
#[rustfmt::skip]
pub(super) static WRAPPERS: &[Wrapper] = &[
    exec("chroot", 1, "", "groups: skip-chdir userspec:"),
    exec("chrt", 1, "abdfiovRrD:P:T:",
        "all-tasks batch deadline fifo idle other reset-on-fork sched-deadline: \
         sched-period: sched-runtime: verbose"),
    exec("command", 0, "pv!V!", ""),
    exec("doas", 0, "a:C:Lnsu:", ""),
    assigning(exec("env", 0, "0iva:C:P:S:/u:",
        "argv0: block-signal:: chdir: debug default-signal:: ignore-environment ignore-signal:: \
         list-signal-handling null split-string:/ unset:")),
    exec("exec", 0, "cla:", ""),
    exec("fakeroot", 0, "huvb:i:l:s:", "faked: lib: unknown-is-real"),
    row(&[Runs::FindExec], "find", 0, "", ""),
    exec("flock", 1, "eFnosuvxc:$E:w:",
        "close command:$ conflict-exit-code: exclusive nb no-fork nonblock shared timeout: \
         unlock verbose wait:"),
    exec("ionice", 0, "tc:n:", "class: classdata: ignore"),
    exec("nice", 0, "0123456789n:", "adjustment:"),
    exec("nsenter", 0, "aeFZC::G:i::m::n::p::r::S:t:T::u::U::w::W:",
        "all cgroup:: env follow-context ipc:: mount:: net:: no-fork pid:: \
         preserve-credentials root:: setgid: setuid: target: time:: user:: uts:: wd:: wdns:"),
    exec("pkexec", 0, "u:", "disable-internal-agent keep-cwd user:"),
    exec("prlimit", 0,
        "c::d::e::f::i::l::m::n::q::r::s::t::u::v::x::y::",
        "as:: core:: cpu:: data:: fsize:: locks:: memlock:: msgqueue:: nice:: nofile:: nproc:: \
         rss:: rtprio:: rttime:: sigpending:: stack:: verbose"),
    row(&[Runs::Command, Runs::OptionText, Runs::Values("-s --shell")], "runuser", 0, "flmpPTc:$g:G:s:u:w:",
        "command:$ fast group: login preserve-environment pty session-command:$ shell: \
         supp-group: user: whitelist-environment:"),
    row(&[Runs::Command, Runs::Values("stuff -s -c")], "screen", 0, "aAdDilLmOqrRUvwxXc:e:h:p:s:S:t:T:", ""),
    row(&[Runs::Command, Runs::OptionText], "script", 1, "aefqB:c:$E:I:m:o:O:t::T:", "command:$"),
    exec("setsid", 0, "cfw", "ctty fork wait"),
    row(&[Runs::Joined, Runs::Values("-o")], "ssh", 1,
        "46AaCfGgKkMNnqsTtVvXxYyb:B:c:D:E:e:F:I:i:J:L:l:m:O:o:p:P:Q:R:S:w:W:", ""),
    exec("stdbuf", 0, "e:i:o:", "error: input: output:"),
    exec("strace", 0, "cCDfFhiknqrtTvwxyzZa:b:e:E:I:o:O:p:P:s:S:u:X:", ""),
    assigning(exec("sudo", 0, "AbBEeHiKklNnPSsVva:c:C:D:g:h:p:R:r:T:t:U:u:",
        "askpass background bell chdir: chroot: close-from: command-timeout: edit group: host: \
         list login no-update non-interactive other-user: preserve-env:: preserve-groups \
         prompt: remove-timestamp reset-timestamp role: set-home shell stdin type: user: \
         validate")),
    row(&[Runs::Command, Runs::Values("-p --property")], "systemd-run", 0, "dGPqrStE:H:M:p:u:",
        "collect description: gid: host: machine: nice: no-ask-password no-block on-active: \
         on-boot: on-calendar: on-startup: on-unit-active: on-unit-inactive: path-property: \
         pipe property: pty quiet remain-after-exit same-dir scope send-sighup service-type: \
         setenv: shell slice: slice-inherit socket-property: system timer-property: uid: unit: \
         user wait working-directory:"),
    exec("taskset", 1, "ac", "all-tasks cpu-list"),
    exec("time", 0, "apqvVf:o:", "append format: output: portability quiet verbose"),
    exec("timeout", 1, "fpvk:s:", "foreground kill-after: preserve-status signal: verbose"),
    exec("unbuffer", 0, "p", ""),
    exec("unshare", 0, "cfrC::G:i::m::n::p::R:S:T::u::U::w:",
        "cgroup:: fork ipc:: keep-caps kill-child:: map-auto map-current-user map-root-user \
         mount-proc:: mount:: net:: pid:: propagation: root: setgid: setuid: time:: user:: \
         uts:: wd:"),
    row(&[Runs::Command, Runs::Joined], "watch", 0, "bcCegtwxd::n:q:",
        "beep chgexit color differences:: equexit: errexit exec interval: no-color no-title \
         no-wrap precise"),
    reading(exec("xargs", 0, "0oprtxa:d:E:e::i::%I:%L:l::n:P:s:",
        "arg-file: delimiter: eof:: exit interactive max-args: max-chars: max-lines:: \
         max-procs: no-run-if-empty null open-tty process-slot-var: replace::% show-limits \
         verbose")),
];

/// The options that are common; with any other, every later word may be the command.
static CONTAINER: &[(&str, Wrapper)] = &[
    (
        "exec",
        exec(
            "",
            1,
            "dite:u:w:T",
            "detach interactive tty privileged env: env-file: user: workdir: index:",
        ),
    ),
    (
        "run create",
        exec(
            "",
            1,
            "dite:u:w:v:p:h:l:m:T",
            "rm detach interactive tty privileged init read-only no-deps name: env: env-file: user: workdir: \
             volume: publish: hostname: label: memory: cpus: network: net: restart: mount: \
             cap-add: cap-drop: device: pid: ipc: userns: security-opt: pull: platform: tmpfs: ulimit:",
        ),
    ),
    ("unshare", exec("", 0, "", "")),
];

static TMUX: &[(&str, Wrapper)] = &[(
    "new new-session neww new-window split-window splitw run run-shell respawn-pane respawnp respawn-window respawnw \
     pipe-pane pipep if if-shell popup display-popup send-keys send",
    row(
        &[Runs::Command, Runs::Joined],
        "",
        0,
        "AabdDEhIkloPSvXZCHKMRBc:e:F:f:n:s:t:x:y:p:w:",
        "",
    ),
)];

/// The dynamic loader: its options differ.
pub(super) static LOADER: Wrapper = runs(&[Runs::Command]);

/// Those of which no option is known, by what they run.
#[rustfmt::skip]
pub(super) static LISTS: &[(&str, Wrapper)] = &[
    ("choom keep-one-running nocache nq pexec pidns ftrace xtrace run-one run-one-constantly run-one-until-failure \
      run-one-until-success run-this-one trickle ts tsp uclampset wait-for-it with-lock-ex annotate-output dockerize \
      aa-exec builtin busybox bwrap byobu-launch caffeinate calife catatonit catchsegv cgexec chronic chpst \
      cpulimit cpuset daemon daemonize dbus-launch dbus-run-session dumb-init dzdo eatmydata \
      envconsul fakechroot fakeroot-ng firejail gpg-agent heaptrack host-spawn distrobox-host-exec i386 ifne isolate \
      linux32 linux64 lxc-attach lxc-execute lxc-start ltrace memusage multitime nohup numactl \
      operf personality pfexec pgrphack please proot proxychains proxychains3 proxychains4 \
      qemu-aarch64 qemu-aarch64-static qemu-arm qemu-arm-static qemu-i386 qemu-x86_64 qemu-x86_64-static \
      reflex retry rlwrap run0 s6-applyuidgid s6-fghack s6-softlimit sandbox schroot sem setpriv seunshare \
      softlimit sotruss ssh-agent sshpass startx sudo-rs super systemd-cat systemd-inhibit systemd-nspawn \
      systemd-socket-activate termux-chroot timelimit tini torify torsocks toybox truss tsocks ttyrec \
      uname26 valgrind watchexec x86_64 xinit xvfb-run", runs(&[Runs::Command])),
    ("lckdo lockf dbclient dsh envdir envuidgid faketime gosu idprio jexec logsave plink rsh rtprio runcon s6-envdir s6-setuidgid \
      setarch setlock setuidgid su-exec zlogin", row(&[Runs::Command], "", 1, "", "")),
    ("eval parallel", runs(&[Runs::Joined])),
    ("ash bash capsh csh dash es execlineb ksh ksh88 ksh93 lksh loksh mksh oksh pdksh posh rbash rc rksh rzsh sh sux \
      tcsh yash zsh", runs(&[Runs::OptionText])),
    ("dchroot gksu gksudo hyperfine kdesu kdesudo mispipe pee sg trap",
        runs(&[Runs::Command, Runs::Texts])),
    ("su", runs(&[Runs::OptionText, Runs::Values("-s --shell")])),
    ("fish", runs(&[Runs::OptionText, Runs::Values("-C")])),
    // Subcommands and options after which a command stands.
    ("docker docker-compose nerdctl podman podman-remote", runs(&[Runs::Values("--entrypoint"), Runs::Nested(CONTAINER)])),
    ("incus lxc", runs(&[Runs::Nested(&[(
        "exec",
        exec("", 1, "tTn", "env: cwd: user: group: mode: force-interactive force-noninteractive disable-stdin"),
    )])])),
    ("buildah crictl ctr k3s runc crun", runs(&[Runs::After("exec run runp shell enter start create kubectl ctr crictl")])),
    ("kubectl oc", runs(&[Runs::Nested(&[(
        "exec run debug rsh",
        exec("", 1, "itqc:n:l:",
            "stdin tty quiet attach rm command container: namespace: context: kubeconfig: image: \
             restart: env: labels: port: target: copy-to: profile: share-processes"),
    )])])),
    ("microk8s", runs(&[Runs::After("exec run debug")])),
    ("distrobox distrobox-enter minikube multipass vagrant", runs(&[Runs::After("enter exec ssh -c -- -e")])),
    ("entr", runs(&[Runs::Command, Runs::Values("-s")])),
    // Any word may be the start.
    ("arch-chroot autossh clush dotenv dtruss flatpak flatpak-spawn gprofng ksu ktrace mock mosh mpiexec mpirun npx op openvt \
      parallel-ssh pdsh pssh rr run-mailcap schedtool srun toolbox uftrace uvx", runs(&[Runs::After("*")])),
    ("ip", runs(&[Runs::After("exec exe ex e")])),
    ("perf trace-cmd lttng", runs(&[Runs::After("stat record trace mem lock kmem sched c2c --")])),
    ("byobu tmux", runs(&[Runs::Values("-c"), Runs::Nested(TMUX)])),
    ("machinectl", runs(&[Runs::Nested(&[("shell", exec("", 1, "qE:", "uid: setenv: quiet"))])])),
    ("scl", runs(&[Runs::After("enable run --")])),
    ("gdb", runs(&[Runs::After("--args -args"), Runs::Values("-ex --ex -eval-command --eval-command -iex --init-eval-command")])),
    ("pwsh powershell", runs(&[Runs::After("-c -C -command -Command -com -Com --command")])),
    ("fd fdfind", runs(&[Runs::After("-x -X --exec --exec-batch"), Runs::Values("-x -X --exec --exec-batch")])),
    ("gnome-terminal konsole lxterminal qterminal rxvt terminator urxvt x-terminal-emulator xfce4-terminal xterm asciinema dtach abduco",
        runs(&[Runs::After("-e -x -- -c -n -N -A --command"), Runs::Values("-e -c --command")])),
    ("asdf aws-vault bundle cabal chamber conda consul cset direnv doppler etcdctl foreman go guix \
      honcho mamba micromamba mise nix npm nvm opam pbuilder pipenv pnpm poetry pyenv rbenv snap sops stack tuna uv yarn",
        runs(&[Runs::After("run exec x shell lock watch -e -c --exec --host --command exec-env exec-file --")])),
    ("nix-shell nodemon", runs(&[Runs::Values("--run --command -x --exec")])),
    ("start-stop-daemon", runs(&[Runs::Values("-x -a --exec --startas")])),
    // Options that name what a program runs.
    ("ansible", runs(&[Runs::Values("-a --args")])),
    ("make gmake", runs(&[Runs::Values("--eval -E")])),
    ("salt salt-call", runs(&[Runs::After("cmd.run cmd.shell")])),
    ("bpftrace", runs(&[Runs::Values("-c"), Runs::Code(calls)])),
    ("dmsetup", runs(&[Runs::Values("--exec")])),
    ("dtrace elvish nu xonsh", runs(&[Runs::Values("-c")])),
    ("dnsmasq", runs(&[Runs::Values("--dhcp-script")])),
    ("git", runs(&[Runs::After("run foreach"), Runs::Values(
        "-c -x --exec --extcmd --tree-filter --index-filter --msg-filter --env-filter --commit-filter --parent-filter \
         --upload-pack --receive-pack --open-files-in-pager")])),
    ("tar bsdtar", runs(&[Runs::Values("-I -F --to-command --checkpoint-action --use-compress-program --info-script --new-volume-script \
         --rsh-command --rmt-command")])),
    ("coreutils", runs(&[Runs::Values("--coreutils-prog --coreutils-prog-shebang")])),
    ("cpio", runs(&[Runs::Values("--rsh-command")])),
    ("rsync", runs(&[Runs::Values("-e --rsh --rsync-path")])),
    ("scp sftp", runs(&[Runs::Values("-S -o")])),
    ("man", runs(&[Runs::Values("-P --pager -H --html")])),
    ("pidstat", runs(&[Runs::After("-e")])),
    ("sort", runs(&[Runs::Values("--compress-program")])),
    ("split", runs(&[Runs::Values("--filter")])),
    ("rg", runs(&[Runs::Values("--pre --hostname-bin")])),
    ("tcpdump", runs(&[Runs::Values("-z")])),
    ("zip", runs(&[Runs::Values("-TT --unzip-command")])),
    ("less more most view vi vim vimdiff rvim nvim ex emacs pager", runs(&[Runs::Values("-c --cmd + --eval -eval")])),
    ("nc ncat netcat", runs(&[Runs::Values("-e -c --exec --sh-exec")])),
    ("socat", runs(&[Runs::Code(calls)])),
    ("mysql mariadb psql sqlite3", runs(&[Runs::Code(calls)])),
    // Languages in which a text may run a command.
    ("awk expect gawk groovy irb jshell julia lua luajit m4 mawk nawk node nodejs nmap octave perl php pypy python R ruby \
      tclsh guile wish", runs(&[Runs::Code(calls)])),
    ("sed", runs(&[Runs::Code(sed_opens)])),
];
