"""Marks: numbers in the soak's command lines, by which the processes of each call are found again in /proc.

Gives command lines that go on for long, each with a mark that no other line has, and the faults of what still runs
with a mark: who let it run on has to have said so, in the record of the call and in its answer, and it may not run
longer than it does by itself. On which host it runs is read from its SSH_CONNECTION.
"""

import contextlib
import dataclasses
import os
import re
import time

# The fraction of a sleep's seconds: `sleep 25.90000123`.
MARK = re.compile(r"\b\d+\.(9\d{7})\b")
# The words of a note for what may run on.
DOUBTS = ("did not confirm", "may run on")
# What a process may take to end after its own time, on a loaded machine.
LATE_SECONDS = 5
# How long a line goes on by itself. It is longer than a spell, a rest and the patience there: what was let run on does
# not end before it was seen to.
LONG = 30
TICKS = os.sysconf("SC_CLK_TCK")


@dataclasses.dataclass(frozen=True)
class Form:
    """A command line with a place for its mark, and how often it is asked for."""

    weight: int
    line: str
    # So many sleeps take its time, one after another.
    sleeps: int = 1


FORMS = (
    Form(6, "sleep {}"),
    Form(4, "sh -c 'for turn in 1 2 3 4 5; do sleep {}; done'", sleeps=5),
    Form(3, "sh -c 'sleep {0} & sleep {0}; true'"),
    # Ends at once; its job holds the output.
    Form(4, "sh -c 'sleep {} & echo started'"),
    # Prints until it is stopped: more than is kept.
    Form(4, "yes {}"),
    Form(5, "sudo -n sleep {}"),
    # SIGTERM, which sudo passes on, does nothing to it.
    Form(1, "sudo -n sh -c 'trap \"\" TERM; sleep {}; true'"),
    Form(3, "sudo -n sh -c 'for turn in 1 2 3 4 5; do sleep {}; done'", sleeps=5),
    Form(2, "sudo -n yes {}"),
)


@dataclasses.dataclass(frozen=True)
class Marked:
    """A process with a mark."""

    pid: int
    mark: str
    host: str
    age: float
    words: str

    def __str__(self):
        return f"`{self.words}` (process {self.pid}, for {self.age:.0f} s, on {self.host})"


def fields(pid):
    """The fields of /proc/PID/stat behind the name: the state is the first."""
    with open(f"/proc/{pid}/stat", "rb") as file:
        return file.read().rpartition(b")")[2].split()


def birth(pid):
    """When a process was started, in ticks since the machine was; None when there is none that runs."""
    with contextlib.suppress(OSError):
        state, *rest = fields(pid)
        if state != b"Z":
            return int(rest[18])
    return None


def mark_in(words):
    """The mark in a command line, or None."""
    found = MARK.search(words)
    return found and found[1]


class Marks:
    """Which lines were asked for, and what was said of them. `hosts` are address -> alias."""

    def __init__(self, hosts, random):
        self.hosts = hosts
        self.random = random
        self.last = 0
        # The marks of the lines that may run.
        self.known = set()
        # (mark, alias) of the records that say that something may run on.
        self.recorded = set()
        # mark -> the note of the answer, of calls for one host.
        self.notes = {}
        # Marks of a server that was killed: nobody could say anything.
        self.excused = set()

    def line(self):
        """A line of some form with a mark of its own."""
        form = self.random.choices(FORMS, [form.weight for form in FORMS])[0]
        self.last += 1
        mark = f"9{self.last:07}"
        self.known.add(mark)
        return form.line.format(f"{LONG // form.sleeps}.{mark}")

    def record(self, record):
        """Takes in a record of the server's; whether it says that something of a command may run on."""
        is_doubt = record.get("type") == "audit" and "process" in record
        if is_doubt:
            self.recorded.add((mark_in(record["command"]), record["alias"]))
        return is_doubt

    def answer(self, line, result):
        """Takes in the answer to a call for one host."""
        mark = mark_in(line)
        if mark:
            self.notes[mark] = result.get("note", "")

    def excuse(self, line):
        self.excused.add(mark_in(line))

    def alive(self):
        """The processes that have a mark."""
        found = []
        for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):
            with contextlib.suppress(OSError):
                with open(f"/proc/{pid}/cmdline", encoding="utf-8", errors="replace") as file:
                    words = file.read().rstrip("\0").replace("\0", " ")
                mark = mark_in(words)
                born = mark and birth(pid)
                if born:
                    age = time.clock_gettime(time.CLOCK_BOOTTIME) - born / TICKS
                    found.append(Marked(pid, mark, self.host_of(pid), age, words))
        return found

    def host_of(self, pid):
        """The alias of the host on which a process runs, or why it is not known."""
        with open(f"/proc/{pid}/environ", encoding="utf-8", errors="replace") as file:
            for variable in file.read().split("\0"):
                name, _, value = variable.partition("=")
                if name == "SSH_CONNECTION":
                    return self.hosts.get(value.split()[2], f"an unknown host: {value}")
        return "an unknown host: no SSH_CONNECTION"

    def faults(self):
        """What is wrong with what runs now."""
        return [f"{its} {why}" for its in self.alive() if (why := self.fault(its))]

    def fault(self, its):
        if its.mark not in self.known or its.age > LONG + LATE_SECONDS:
            return "runs for longer than it does by itself"
        if its.mark in self.excused:
            return None
        if (its.mark, its.host) not in self.recorded:
            return "runs on, and no record says so"
        note = self.notes.get(its.mark)
        if note is not None and not any(doubt in note for doubt in DOUBTS):
            return f"runs on, and the answer does not say so; its note: {note!r}"
        return None

    def forget(self):
        """Forgets the lines of which nothing runs, and counts the others; no call may be under way."""
        kept = {its.mark for its in self.alive()}
        self.known &= kept
        self.notes = {mark: its for mark, its in self.notes.items() if mark in kept}
        self.recorded = {(mark, host) for mark, host in self.recorded if mark in kept}
        self.excused &= kept
        return len(kept)
