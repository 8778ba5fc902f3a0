//! Programs that show the state of the system, and wrappers' own options.

use super::table::{Binary, Doors, row, versioned};

const REMOTE: &str = "reaches another host, container or root";
const INTERACTIVE: Doors = &[("**", "is interactive: it ends processes and writes files")];
const ASSIGNS: &str = "sets an environment variable, by which programs load code";
const SERVICE: Doors = &[
    (
        "-address -agent-address -http-addr ~-ca- ~-client- -token -token-file -tls-server-name -tls-skip-verify",
        REMOTE,
    ),
    (
        "exec lock watch ssh agent server write delete kv/put kv/delete login operator debug snapshot/save snapshot/restore alloc/exec \
      alloc/signal alloc/restart alloc/stop job/run job/stop run stop policy/write token/create auth/enable secrets/enable unwrap",
        "changes what runs, or runs other programs",
    ),
];

/// In the order of their names, for the search.
#[rustfmt::skip]
pub static BINARIES: &[Binary] = &[
    row("atop", "", &[("-w -P", "writes a file")]),
    row("auditctl", "-l -s -v", &[("-a -A -d -D -e -f -R -w -W -b -r", "changes what is audited")]),
    row("bpftrace", "", &[("**", "runs a program in the kernel")]),
    row("btop", "", INTERACTIVE),
    row("busctl", "--no-pager --system --user --list", &[
        ("-H --host -M --machine --address", REMOTE),
        ("call emit set-property", "asks another program to act"),
    ]),
    row("chronyc", "-n -v -4 -6 -c", &[
        ("-h -f", REMOTE),
        ("-m", "runs further commands"),
        ("makestep settime shutdown add delete offline online burst allow deny local manual trimrtc cyclelogs dump rekey reselect \
          reset reload refresh smoothtime writertc maxdelay minpoll maxpoll onoffline password", "changes the clock or its sources"),
    ]),
    row("chroot", "--userspec: --groups:", &[("*", "goes to another root")]),
    row("consul", "", SERVICE),
    row("coredumpctl", "--no-pager -1 -r -n: -S: -U: -F:", &[
        ("debug gdb --debugger -A --debugger-arguments", "runs a debugger"),
        ("-o --output", "writes a file"),
        ("-D --directory --file --root --image", REMOTE),
    ]),
    row("date", "-d: --date: -r: --reference: -u --utc -R -I:: --iso-8601 --rfc-email --rfc-3339", &[
        ("-s --set", "sets the clock"),
        ("-f --file", "shows the lines of any file"),
        ("!+", "sets the clock"),
    ]),
    row("dmesg", "-T -H -k -u -w -x -l: -f: --level: --facility: --since: --until: --ctime --human --follow", &[
        ("-c --read-clear -C --clear", "clears the kernel's log"),
        ("-n --console-level -E --console-on -D --console-off", "changes the console"),
        ("-F --file -K --kmsg-file", "shows the lines of any file"),
    ]),
    row("dmidecode", "-t: -s: -q -u --type: --string: --quiet --no-sysfs", &[("-d --dev-mem --dump-bin --from-dump", "reads or writes any file")]),
    row("doas", "-u: -n", &[
        ("-s", "starts a shell"),
        ("-C", "reads any file as its configuration"),
    ]),
    row("dool", "", &[("--output", "writes a file")]),
    row("dstat", "", &[("--output", "writes a file")]),
    row("env", "-i -u: --unset: --ignore-environment -0 --null", &[
        ("-S --split-string", "runs another program"),
        ("=", ASSIGNS),
    ]),
    row("etcdctl", "--prefix --keys-only -w: --write-out: --limit:", &[
        ("--endpoints --cacert --cert --key --user --discovery-srv --data-dir", REMOTE),
        ("put del txn lock elect watch snapshot member user role auth compaction defrag move-leader make-mirror", "changes the store, or runs another program"),
    ]),
    row("faillock", "", &[("--reset --dir --conf", "changes the record of logins, or reads any file")]),
    row("flock", "-w: -E: -n -s -x -u", &[("-c --command", "runs another program"), ("*", "makes and locks a file")]),
    row("homectl", "", &[("with activate create remove update passwd resize lock unlock", "runs another program, or changes an account")]),
    row("hostname", "-f -i -I -s -d -A -a -y --fqdn --short --long --ip-address --all-ip-addresses --domain --all-fqdns", &[
        ("-F --file -b --boot *", "sets the host's name"),
    ]),
    row("hostnamectl", "--static --transient --pretty --json: --no-ask-password", &[
        ("-H --host -M --machine", REMOTE),
        ("set-hostname set-icon-name set-chassis set-deployment set-location", "changes the host's name"),
        ("*2", "changes the host's name"),
    ]),
    row("htop", "", INTERACTIVE),
    row("journalctl",
        "-u: -p: -o: -S: -U: -t: -g: -c: -F: -k -f -e -r -q -a -x -m --unit: --user-unit: --cursor: \
         --no-pager --list-boots --disk-usage --since: --until: --priority: --output: --identifier: \
         --grep: --reverse --follow --field: --facility: --namespace: --output-fields:", &[
        ("--vacuum-size --vacuum-time --vacuum-files --rotate", "removes or replaces the journal's files"),
        ("--flush --sync --relinquish-var --smart-relinquish-var", "moves the journal"),
        ("-D --directory --file -i --root --image -M --machine", REMOTE),
        ("--cursor-file --setup-keys --update-catalog --force", "writes a file"),
    ]),
    row("last", "-n: -x -F -w -a -i -d", &[("-f --file", "reads any file")]),
    row("lastb", "-n: -x -F -w -a -i -d", &[("-f --file", "reads any file")]),
    row("lastlog", "", &[("-C --clear -S --set", "changes the record of logins"), ("-R --root", REMOTE)]),
    row("localectl", "", &[
        ("-H --host -M --machine", REMOTE),
        ("set-locale set-keymap set-x11-keymap", "changes the settings"),
    ]),
    row("loginctl", "--no-pager -p: --property:", &[
        ("-H --host -M --machine", REMOTE),
        ("enable-linger disable-linger attach flush-devices", "changes the settings"),
    ]),
    row("logsave", "", &[("*", "runs another program and writes a file")]),
    row("lsof", "-i:: -p: -u: -c: -n -P -t -l", &[("-D +m -m -k", "writes a file, or reads any")]),
    row("lspci", "-v -vv -n -nn -k -t -x -m -mm -D -s: -d: -b", &[("-A -O -F -i -p -H -M", "reads or writes any file, or maps the bus")]),
    row("ltrace", "", &[("-o --output -p -e -F --config *", "runs another program, or writes a file")]),
    row("machinectl", "--no-pager -p:", &[
        ("-H --host -M --machine", REMOTE),
        ("shell login", "runs another program in a container"),
        ("copy-to copy-from bind import-tar import-raw import-fs export-tar export-raw pull-tar pull-raw clone edit", "copies files to or from a container"),
    ]),
    row("networkctl", "", &[("edit", "runs an editor"), ("up down reload reconfigure delete", "changes the network")]),
    row("nomad", "", SERVICE),
    row("nsenter", "", &[("**", "goes to another container or root")]),
    row("perf", "", &[("record stat trace script", "runs another program"), ("-o --output", "writes a file")]),
    row("pidstat", "-u -r -d -w -s -t -h -l -p: -C: -G:", &[("-e", "runs another program")]),
    row("resolvectl", "", &[("dns/*/* domain/*/* dnsovertls/*/* dnssec/*/* llmnr/*/* mdns/*/* nta/*/* default-route/*/* revert flush-caches reset-statistics", "changes how names are resolved")]),
    row("runuser", "-u: --user: -l", &[("-c --command --session-command", "runs another program"), ("-s --shell", "runs another program")]),
    row("sar", "-u -r -b -q -A -n: -P: -s:: -e:: -i:", &[("-o", "writes a file")]),
    row("screen", "-ls -list -v --version", &[("**", "runs another program")]),
    row("script", "-V --version", &[("-c --command", "runs another program"), ("**", "writes a file")]),
    row("scriptreplay", "", &[("**", "shows the lines of any file")]),
    row("service", "--status-all", &[("~/", "runs another program")]),
    row("setpriv", "", &[("*", "runs another program")]),
    row("start-stop-daemon", "", &[("**", "runs another program")]),
    row("strace", "", &[("-o --output", "writes a file, or runs another program"), ("-p --attach", "looks into another process"), ("-E -u", "sets an environment or a user")]),
    row("su", "", &[("**", "runs another program")]),
    row("sudo", "-u: -g: -n -l --user: --group: --non-interactive --list", &[
        ("-e --edit", "writes a file"),
        ("-s --shell -i --login", "starts a shell"),
        ("-R --chroot -D --chdir -h --host", REMOTE),
        ("=", ASSIGNS),
    ]),
    row("sudoedit", "", &[("**", "writes a file")]),
    row("supervisorctl", "", &[("-c --configuration -s --serverurl", REMOTE), ("shutdown reload update add remove fg signal open", "changes what runs")]),
    row("sysctl", "-n -a -e -N -q", &[
        ("-w --write = -p --load --system", "changes the kernel's settings"),
        ("-f", "reads settings from a file"),
    ]),
    row("sysdig", "", &[("-w -z", "writes a file"), ("-c -r --chisel", "runs a script")]),
    row("systemctl",
        "-t: -p: -P: -n: -o: -s: -l -a -q --no-pager --type: --state: --property: --lines: --output: \
         --signal: --full --all --plain --no-legend --failed --user --system --quiet", &[
        ("-H --host -M --machine --root --image", REMOTE),
        ("edit", "runs an editor"),
        ("link switch-root bind mount-image set-property", "changes what units run"),
        ("set-environment import-environment", "sets environment variables, by which units load code"),
    ]),
    row("systemd-analyze", "--no-pager --user --system", &[("log-level/* log-target/* service-watchdogs/* set-log-level set-log-target", "changes the settings"), ("cat-config", "reads any file"), ("unit-shell unit-gdb", "runs another program"), ("-H --host -M --machine --root --image", REMOTE)]),
    row("systemd-run", "", &[("-H --host -M --machine -p --property -E --setenv", REMOTE)]),
    row("time", "-p -v", &[("-o --output", "writes a file")]),
    row("timedatectl", "--no-pager -p:", &[
        ("-H --host -M --machine", REMOTE),
        ("set-time set-timezone set-ntp set-local-rtc", "changes the clock"),
    ]),
    versioned("tmux", "", &[
        ("-c -f", "runs another program"),
        ("new new-session new-window neww run run-shell send send-keys if if-shell pipe-pane pipep split-window splitw \
          source source-file respawn-pane respawn-window save-buffer display-popup confirm-before set-hook", "runs another program"),
    ]),
    row("top", "-b -n: -d: -u: -U: -p: -o: -w -c -H -i -E: -e:", &[("-A --apply-defaults", "writes a file")]),
    row("udevadm", "", &[("trigger control test test-builtin hwdb lock", "changes devices, or runs the programs of rules")]),
    row("userdbctl", "", &[("--chain", "runs another program")]),
    row("utmpdump", "", &[("-o --output", "writes a file"), ("-r --reverse", "writes what it is given")]),
    row("vault", "", SERVICE),
    row("watch", "", &[("-s --shotsdir", "writes files")]),
    row("xargs", "-n: -P: -L: -I: -0 -r -d:", &[("-a --arg-file", "reads its arguments from a file")]),
];
