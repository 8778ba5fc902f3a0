#!/usr/bin/env python3
"""vouch.py ROWS quick|full [PROGRAM…]: runs what the knowledge base vouches for.

       vouch.py packages quick|full: the Debian packages that it needs.

ROWS is the program `rows` of crates/knowledge/examples. Each installed program is run with each option that its row
vouches for, and with some pairs of them, in a namespace under strace, first as an ordinary user and then as root of the
namespace. docs/VOUCHING.md says what this proves. `quick` counts commands, not seconds: it does the same in each run.
Prints a table; ends with status 1 when there is a finding.
"""

import concurrent.futures
import itertools
import json
import math
import os
import random
import re
import shutil
import subprocess
import sys
import threading
import time

from vouch_box import ENVIRONMENT, Box
from vouch_daemons import unharmless
from vouch_trace import effects, is_declared
from vouch_words import (
    AFTER_OPERANDS, ANOTHER, BASE, CANARIES, NEVER_ALONE, QUICK_PACKAGES, SIXTY, arity_of, candidates, documented,
    is_unknown,
)

SEED = 20260101
PROGRAMS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "crates/knowledge/src/programs")


class Plan:
    """How much is tried."""

    def __init__(self, quick):
        self.quick = quick
        self.values = 1 if quick else 3
        self.pairs = 1 if quick else 15
        self.operands = 3 if quick else 12
        self.workers = min(2, os.cpu_count() or 1)
        self.seconds = 2.0 if quick else 5.0
        self.once_waited = 0.3 if quick else 1.0
        # A program with hundreds of options must not take the whole time. The quick part has as many commands for the
        # commonest programs, and as many for others.
        self.commands = (50, 10) if quick else (math.inf, math.inf)
        self.each = math.inf if quick else 15.0
        self.name = 0.0 if quick else 0.1
        self.whole = 900.0 if quick else 1700.0


class Judge:
    """The knowledge base itself: what it does not admit is not run."""

    def __init__(self, rows):
        self.process = subprocess.Popen([rows, "judge"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def admits(self, words, spelled, piped=False):
        if any("\n" in word or "\t" in word for word in words):
            return False
        self.process.stdin.write("\t".join([str(int(piped)), str(spelled), *words]) + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().startswith("+")


class Form:
    """A program, or one of its subcommands: the words that name it, and its row."""

    def __init__(self, words, row, judge):
        self.words, self.row, self.judge = words, row, judge
        self.spelled = len(words)
        self.with_ = row["only_with"][:1]
        self.operands = self.some_operands()

    def some_operands(self):
        named = BASE.get(" ".join(self.words))
        if named is not None:
            return [named]
        operands = self.row["operands"]
        kinds = operands["first"] + ([operands["rest"]] if operands["rest"] else [])
        choices = [[value for value in candidates(kind) if self.fits(value, kinds, at)] for at, kind in enumerate(kinds)]
        choices = list(itertools.takewhile(bool, choices))
        command = ["true"] if self.row["runs"] else []
        base = [[values[0] for values in choices] + command]
        if not command:
            base += [[values[0] for values in choices[:at]] + [value] for at, values in enumerate(choices)
                     for value in values[1:]]
            base += [[]] if choices else []
        return base

    def fits(self, value, kinds, at):
        before = [next(iter(candidates(kind)), "text") for kind in kinds[:at]]
        return self.admitted([*before, value]) or at == 0 and self.admitted([value])

    def admitted(self, words, piped=False):
        return self.judge.admits([*self.words, *self.with_, *words], self.spelled, piped)

    def command(self, options, operands):
        behind = self.words[0] in AFTER_OPERANDS and len("".join(options[:1])) > 3
        ordered = [*operands, *options] if behind else [*options, *operands]
        return [*self.words, *self.with_, *ordered]

    def options(self, quick):
        """Each name with its entry; where it must be quick, one name of each option."""
        for entry in self.row["options"]:
            if entry["refused"]:
                continue
            for names in entry["names"]:
                for name in names[-1:] if quick else names:
                    yield name, entry

    def spellings(self, name, entry, limit):
        """`-n 5`, `--name=5`: with some values that are vouched for."""
        if name == "-NUMBER":
            name = "-5"
        beside = entry["beside"][:1]
        if entry["arity"] == "nothing":
            return [[*beside, name]]
        values = [value for value in candidates(entry["kind"])]
        attached = entry["arity"] == "attached" or name.startswith("--") and entry["arity"] != "two"
        joined = f"{name}=" if name.startswith("--") or self.row["syntax"] == "Words" else name
        forms = [[joined + value] if attached else [name, value] for value in values]
        if entry["arity"] == "two":
            forms = [[name, "a", value] for value in values]
        if entry["arity"] in ("attached", "maybe"):
            forms.insert(0, [name])
        forms = [[*beside, *form] for form in forms]
        operands = self.operands[0]
        return [form for form in forms if self.admitted_command(form, operands)][:limit]

    def admitted_command(self, options, operands, piped=False):
        return self.judge.admits(self.command(options, operands), self.spelled, piped)


def forms_of(name, row, judge, words=None):
    """The program and each of its subcommands that look."""
    words = words or [name]
    if row["says"][0] == "looks" or row["only_with"]:
        yield Form(words, row, judge)
    for below in row["subcommands"]:
        for subcommand in below["names"]:
            yield from forms_of(name, below, judge, [*words, subcommand])


class Run:
    """One program in both boxes, and what was found."""

    def __init__(self, name, row, boxes, plan, judge, light):
        self.light = light
        self.name, self.row, self.boxes, self.plan, self.judge = name, row, boxes, plan, judge
        self.path = shutil.which(name, path=ENVIRONMENT["PATH"])
        self.options, self.tried, self.answered, self.traced, self.cut = 0, 0, 0, 0, False
        self.findings, self.notes, self.unknown, self.missing = {}, set(), set(), []
        self.until = time.monotonic() + plan.each
        self.commands = plan.commands[0 if name in SIXTY and not light else 1]
        self.random = random.Random(f"{SEED} {name}")
        self.seconds = plan.seconds
        self.reaches_hosts = any(f'["{kind}"' in json.dumps(row) for kind in ("host", "loopback", "url"))

    def all(self):
        forms = list(forms_of(self.name, self.row, self.judge))
        # Where there is no time for all subcommands, chance chooses, but not today's.
        below = forms[1:]
        self.random.shuffle(below)
        forms[1:] = below
        names = sum(1 for form in forms for _ in form.options(self.plan.quick))
        self.until += min(180.0, names * self.plan.name)
        for form in forms:
            self.each_option(form)
        help_text = self.help()
        for form in forms[:1]:  # The options of subcommands are checked by running them alone.
            self.arities(form, help_text)
            self.missing = self.undescribed(form, help_text)
        for form in forms:
            self.pairs(form)
        return self

    def try_(self, form, words, piped=False):
        """Runs one command that the knowledge base vouches for; tells its answer, or None."""
        alone = len(words) == 1 and words[0] in NEVER_ALONE
        if alone or not form.judge.admits(words, form.spelled, piped):
            return None
        if time.monotonic() > self.until or self.tried >= self.commands:
            self.cut = True
            return None
        self.tried += 1
        stdin = "\n".join(CANARIES) + "\n" if piped else None
        answers = []
        for box in self.boxes[: 1 if self.plan.quick and self.tried % 8 else 2]:
            answer = box.run([self.path, *words[1:]], stdin, self.seconds)
            if answer["status"] is None:
                # It waits: what it does, it has done; the next ones need not be as long.
                self.seconds = min(self.seconds, self.plan.once_waited)
            self.note(words, answer, piped)
            answers.append(answer)
            self.traced += any("execve(" in line for line in answer["trace"])
        self.answered += answers[0]["status"] == 0
        return answers[0]

    def note(self, words, answer, piped):
        found, notes = effects(self.name, answer["trace"], self.reaches_hosts)
        self.notes.update(notes)
        asked = filter(None, map(unharmless, answer.get("asked", [])))
        found += [what for what in asked if not is_declared(self.name, what)]
        changed = [path for path in answer.get("changed", []) if not is_declared(self.name, path)]
        if changed and not found:
            found.append(f"leaves {' '.join(changed)}" if not piped else f"is led by its input: {' '.join(changed)}")
        for what in found:
            shown = ("… | " if piped else "") + " ".join(word if word else "''" for word in words)
            key = re.sub(r"\d{3,}|[A-Za-z0-9]{6,}$", "N", what)
            if key not in self.findings or len(shown) < len(self.findings[key][1]):
                self.findings[key] = (what, shown)

    def each_option(self, form):
        for operands in form.operands[: self.plan.operands]:
            self.try_(form, form.command([], operands))
        self.try_(form, form.command([], form.operands[0]), piped=True)
        if form.operands[-1] == []:
            self.try_(form, form.command([], []), piped=True)
        options = list(form.options(self.plan.quick))
        if self.plan.quick or self.light:
            # Chance chooses, the same in each run, where not all are tried.
            options = self.random.sample(options, min(len(options), 4) if self.light else len(options))
        for name, entry in options:
            self.options += 1
            spellings = form.spellings(name, entry, self.plan.values)
            rejected = 0
            for spelling in spellings:
                words = form.command(spelling, form.operands[0])
                answer = self.try_(form, words)
                rejected += bool(answer) and is_unknown(spelling[0].split("=")[0], answer)
                if rejected == len(spellings) and form.row["syntax"] == "Words" and re.match("-[^-].", name):
                    # One dash and two are one to the knowledge base: the program has one of them.
                    spellings += form.spellings("-" + name, entry, self.plan.values)
                if rejected and rejected == len(spellings):
                    self.unknown.add(" ".join([*form.words[1:], name]))
                if not self.plan.quick:
                    self.try_(form, form.command(spelling, []), piped=True)

    def rejects(self, words):
        """Whether it says that it has no such option; for the programs that share a row."""
        answer = self.boxes[0].run([self.path, *words.split()], None, self.seconds, False)
        return is_unknown(words.split()[-1], answer)

    def pairs(self, form):
        options = list(form.options(self.plan.quick))
        for _ in range(0 if self.light else min(self.plan.pairs, len(options) ** 2)):
            chosen = self.random.sample(options, min(len(options), self.random.choice((2, 2, 3))))
            spellings = [form.spellings(name, entry, self.plan.values) for name, entry in chosen]
            words = [word for some in spellings if some for word in self.random.choice(some)]
            self.try_(form, form.command(words, self.random.choice(form.operands)))

    def help(self):
        answer = self.boxes[0].run([self.path, "--help"], None, 5.0, False)
        text = answer["output"] + answer["errors"]
        if not self.plan.quick:
            manual = subprocess.run(
                ["man", "-P", "cat", self.name], capture_output=True, text=True, check=False, errors="replace",
                env={**os.environ, "MANWIDTH": "200", "MAN_KEEP_FORMATTING": "", "LC_ALL": "C.UTF-8"},
            ) if shutil.which("man") else None
            text += "\n" + manual.stdout if manual else ""
        return text

    def arities(self, form, help_text):
        for name, entry in [] if self.light else form.options(self.plan.quick):
            if name in self.unknown or not name.startswith("-") or time.monotonic() > self.until:
                continue
            said = {"nothing": "none", "value": "required", "two": "required"}.get(entry["arity"], "optional")
            probe = lambda words: self.boxes[0].run([self.path, *words], None, min(self.seconds, 1.0), False)
            truth = arity_of(name, said, probe, help_text, form.row["syntax"])
            if truth not in (None, said) and (self.name, name) not in ANOTHER:
                self.findings[f"arity {name}"] = (f"{name} takes: {truth}; the row says: {said}", self.name)

    def undescribed(self, form, help_text):
        known = {name for entry in self.row["options"] for name in itertools.chain(*entry["names"])}
        if self.row["syntax"] == "Words":
            known |= {"-" + name for name in known}
        digits = {f"-{digit}" for digit in range(10)} if "-NUMBER" in known else set()
        if self.row["syntax"] == "None":
            return []
        return sorted(documented(help_text, form.row["syntax"]) - known - digits)


def installed(rows, quick, wanted):
    """Each row with those of its names that are installed, and whether they are all; the commonest rows first."""
    base = base_programs() if quick and not wanted else None
    common = list(SIXTY)
    rank = lambda row: min((common.index(name) for name in row["names"] if name in SIXTY), default=len(common))
    for row in sorted(rows, key=rank):
        if row["by_manual"]:
            continue
        names = [name for name in row["names"] if shutil.which(name, path=ENVIRONMENT["PATH"])]
        chosen = [name for name in names if (not wanted or name in wanted) and (base is None or name in base)]
        if chosen:
            yield row, chosen, chosen == names


def base_programs():
    """The programs of the packages that any Debian base has."""
    listed = subprocess.run(["dpkg-query", "-L", *QUICK_PACKAGES], capture_output=True, text=True, check=False).stdout
    return {os.path.basename(path) for path in listed.splitlines() if re.search(r"/s?bin/", path)}


def file_of(name):
    """The file that has a program's row."""
    row = re.compile(r'(?m)^    (?:looks|effect|nothing)\(\s*"(?:[^"]* )?' + re.escape(name) + r'(?: [^"]*)?"')
    for file in sorted(os.listdir(PROGRAMS)):
        with open(os.path.join(PROGRAMS, file), encoding="utf-8") as text:
            if row.search(text.read()):
                return file
    return "?"


def find_unknown(runs, complete):
    """An option of a row is unknown when none of the row's programs has it."""
    first = runs[0]
    unknown = {name for name in first.unknown if complete and all(run.rejects(name) for run in runs[1:])}
    for name in sorted(unknown):
        if (first.name, name.split()[-1]) not in ANOTHER:
            first.findings[f"unknown {name}"] = (f"{name} is not an option of it", first.name)


def report(runs):
    """What one row's programs showed."""
    for run in runs:
        missing = " ".join(run.missing[:12]) if run.name in SIXTY else ""
        cut = " (cut short)" if run.cut else "" if run.traced >= run.tried else " (cannot be run by its users)"
        print(f"{run.name:<16}{run.options:>5}{run.tried:>7}{run.answered:>7}{len(run.missing):>5}"
              f"{len(run.findings):>5}{cut}  {missing}", flush=True)
        for what, shown in run.findings.values():
            print(f"    {file_of(run.name)}: {run.name}: {what}\n        {shown[:200]}", flush=True)


class Worker(threading.local):
    """What each thread has of its own: two namespaces and a judge."""

    opened = []

    def __init__(self, rows_program):
        self.boxes = [Box(root=False), Box(root=True)]
        self.judge = Judge(rows_program)
        self.opened += self.boxes
        for box in self.boxes:
            # A tracer that sees nothing would find nothing.
            seen = effects("proof", box.run(["/usr/bin/touch", "proof"])["trace"])[0]
            if "opens proof to write" not in seen:
                sys.exit("vouch: error: strace does not see what `touch` does; ptrace must be allowed here")


def run_row(worker, plan, until, row, names, complete):
    """The programs of one row; None when there is no time left, nothing when there is nothing to run.

    All that asks a namespace is asked here, in the thread that has it.
    """
    if time.monotonic() > until:
        return None
    if row["says"][0] == "nothing" or not any(forms_of(names[0], row, worker.judge)):
        return []
    # Programs that share a row are mostly one: the first stands for them, and they are tried with a few options.
    light = lambda name: name != names[0] and (plan.quick or name not in SIXTY)
    runs = [Run(name, row, worker.boxes, plan, worker.judge, light(name)).all() for name in names]
    find_unknown(runs, complete)
    return runs


def main():
    if sys.argv[1:2] == ["packages"]:
        needed = QUICK_PACKAGES if sys.argv[2:] == ["quick"] else [*SIXTY.values(), "man-db"]
        print(" ".join(sorted({*needed, "strace", "iproute2", "util-linux"})))
        return 0
    rows_program, mode, wanted = sys.argv[1], sys.argv[2], sys.argv[3:]
    plan = Plan(mode == "quick")
    if wanted:
        plan.whole = 3600.0
    for tool in ("strace", "unshare"):
        if not shutil.which(tool):
            sys.exit(f"vouch: error: no `{tool}`; run: apt-get install strace util-linux")
    lines = subprocess.run([rows_program], capture_output=True, text=True, check=True).stdout.splitlines()
    chosen = list(installed(map(json.loads, lines), plan.quick, wanted))
    print(f"{'program':<16}{'opts':>5}{'tried':>7}{'ok':>7}{'miss':>5}{'bad':>5}")
    started, worker, left, done = time.monotonic(), Worker(rows_program), [], []
    with concurrent.futures.ThreadPoolExecutor(plan.workers) as pool:
        until = started + plan.whole
        results = pool.map(lambda one: run_row(worker, plan, until, *one), chosen)
        for (_, names, _), runs in zip(chosen, results):
            left += names if runs is None else []
            if runs:
                report(runs)
            done += runs or []
    for box in worker.opened:
        box.close()
    for note in sorted({f"{run.name}: {note}" for run in done for note in run.notes}):
        print(f"note: {note}")
    if left:
        print(f"vouch: error: no time was left for: {' '.join(left)}" if plan.quick else
              f"vouch: no time was left for: {' '.join(left)}")
    findings = sum(len(run.findings) for run in done)
    print(f"{len(done)} programs, {sum(run.tried for run in done)} commands, {findings} findings, "
          f"{time.monotonic() - started:.0f} s")
    return 1 if findings or left and plan.quick else 0


if __name__ == "__main__":
    sys.exit(main())
