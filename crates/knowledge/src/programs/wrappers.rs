//! Programs that run another command: what it is, is read in turn.

use crate::row::Kind::{Name, Never, Number, OneOf, Text};
use crate::row::{
    Input, Operands, Row, Runs, each, effect, flags, looks, only, refused, refused_value, value,
};

const ANOTHER: &str = "runs as another user";
const SHELL: &str = "starts a shell";
const SETTING: &str = "sets what programs are run or loaded";

/// In the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("chrt").runs(Runs::Command { after: 1 }).operands(only(&[Number])).options(&[
        flags("-b,--batch -i,--idle -o,--other -v,--verbose -m,--max -V,--version"),
        // It shows how a process is scheduled; a priority before the process would be the operand.
        flags("-p,--pid").alone(),
        refused("-a,--all-tasks -f,--fifo -r,--rr -d,--deadline", "changes how processes are scheduled"),
    ]),
    looks("command").runs(Runs::Command { after: 0 }).options(&[flags("-v -V -p")]),
    effect("doas", ANOTHER).runs(Runs::Command { after: 0 }).options(&[
        flags("-n"),
        value("-u", Name).sets("user"),
        refused("-s", SHELL),
        refused_value("-C", "reads any file"),
    ]),
    looks("env").runs(Runs::Environment).operands(ASSIGNMENTS).options(&[
        flags("-0,--null -i,--ignore-environment"),
        value("-u,--unset", Name),
        refused_value("-S,--split-string", "runs another program"),
        refused_value("-C,--chdir", "sets the working directory"),
        flags("-v,--debug"),
    ]),
    looks("ionice").runs(Runs::Command { after: 0 }).options(&[
        value("-c,--class", OneOf("2 3 best-effort idle")),
        value("-n,--classdata", Number),
        flags("-t,--ignore"),
        value("-p,--pid", Number).alone(),
        refused_value("-P,--pgid -u,--uid", "changes other processes"),
    ]),
    looks("nice").runs(Runs::Command { after: 0 }).options(&[
        value("-n,--adjustment", Number),
        flags("-NUMBER"),
    ]),
    looks("setsid nohup").runs(Runs::Command { after: 0 }).options(&[
        flags("-w,--wait"),
    ]).by_manual(),
    looks("stdbuf").runs(Runs::Command { after: 0 }).options(&[
        value("-i,--input -o,--output -e,--error", OneOf("L 0 1024 4096 8192 64K 1M")),
    ]),
    effect("sudo", ANOTHER).runs(Runs::Environment).operands(ASSIGNMENTS).options(&[
        flags("-n,--non-interactive -k,--reset-timestamp -H,--set-home"),
        value("-u,--user", Name).sets("user"),
        value("-g,--group", Name).sets("user"),
        flags("-l,--list -V,--version"),
        refused("-i,--login -s,--shell", SHELL),
        refused("-e,--edit", "edits files"),
        refused("-E,--preserve-env -b,--background -S,--stdin -A,--askpass", SETTING),
        refused_value("-C,--close-from -D,--chdir -R,--chroot -T,--command-timeout", SETTING),
        // Whose rights `-l` shows; without it sudo refuses.
        value("-U,--other-user", Name),
        refused_value("-p,--prompt -r,--role -t,--type", SETTING),
        refused_value("-h,--host", "runs on another host"),
    ]),
    looks("taskset").runs(Runs::Command { after: 1 }).operands(only(&[Number])).options(&[
        // With a mask before the process it would set, and the process would be the command.
        flags("-c,--cpu-list -p,--pid"),
        refused("-a,--all-tasks", "changes other processes"),
    ]),
    looks("time").runs(Runs::Command { after: 0 }).options(&[
        flags("-p,--portability -v,--verbose"),
        value("-f,--format", Text),
        refused_value("-o,--output", "writes a file"),
        refused("-a,--append", "writes a file"),
    ]),
    looks("timeout").runs(Runs::Command { after: 1 }).operands(only(&[Number])).options(&[
        // Their letters differ between versions of it.
        flags("-v,--verbose --foreground --preserve-status"),
        value("-k,--kill-after", Number),
        value("-s,--signal", Text),
    ]),
    looks("watch").runs(Runs::Joined).options(&[
        flags("-b,--beep -c,--color -C,--no-color -t,--no-title -w,--no-wrap -x,--exec -p,--precise"),
        flags("-e,--errexit -g,--chgexit -d,--differences -v,--version -h,--help"),
        value("-n,--interval -q,--equexit", Number),
    ]),
    looks("xargs").runs(Runs::Reading).input(Input::Data).options(&[
        flags("-0,--null -r,--no-run-if-empty -t,--verbose -x,--exit"),
        value("-n,--max-args -L -P,--max-procs -s,--max-chars", Number),
        value("-d,--delimiter -E", Text),
        refused_value("-a,--arg-file", "reads words from any file"),
        refused_value("-I", "puts what it reads into words that the rule does not spell"),
        refused("-p,--interactive -o,--open-tty", "waits for a person"),
    ]),
];

/// `NAME=value` before the command sets what it loads or runs, but for those that [`crate::variables`]
/// knows to be harmless.
const ASSIGNMENTS: Operands = each(Never(SETTING));
