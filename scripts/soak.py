#!/usr/bin/env python3
"""soak.py BINARY MINUTES [SEED]: mixed traffic over 20 hosts that come and go, looking for growth.

Traffic runs in spells. After each one everything is let go idle, so that connections are closed,
and the server is measured at rest: descriptors and threads have to be what they were at the
start, memory may not grow from the first third of the rests (after the warm-up) to the last. Every call has
to be answered, but for those that are cancelled, and every line of stderr has to be JSON. At each rest, and when the
server has ended, every daemon of the hosts has to live, and what still runs of a command has to be what its record and
its answer told of.
Ends with status 1 at the first call without an answer, at a daemon that is dead, at a process that nobody told of,
and when something has grown.
"""

import contextlib
import json
import os
import random
import signal
import sys
import threading
import time

from bench_lab import ANSWER_SECONDS, die, memory, outcome, say
from soak_hosts import Fleet, enter_namespace
from soak_marks import LATE_SECONDS, LONG, Marks, mark_in

HOSTS = 20
# Calls under way at once, at most.
AT_ONCE = 60
SPELL_SECONDS = 12
# Connections are closed when they have been idle for IDLE_SECONDS; then nothing is left.
IDLE_SECONDS = 1
REST_SECONDS = 4
# Of the calls that are cancelled, those after which the host's connections are cut, and within which time.
CUT_SHARE = 0.25
CUT_SECONDS = 0.4
# How often a host is killed, a connection cut or the configuration changed.
TROUBLE_SECONDS = 0.4
# The time in which what was asked to end has ended, and its record has arrived, on a loaded machine.
PATIENCE = 8
# The commands under which a server of its own is ended, before each rest.
LEFT_BEHIND = 6
# Rests that are not counted: memory settles.
WARM_UP = 2
# Memory at rest may differ by this many KiB between the first third and the last: allocators keep some.
MARGIN_KIB = 1024
KINDS = ("calls", "finished", "denied", "failed", "ended", "cancelled", "tag_runs", "tasks_ended", "troubles")
# The commands of which a record says that something may run on, and how often something of one does at a rest.
RUNNING_ON = ("in_doubt", "running_on")
# A task is forgotten before the next rest, too.
POLICY = """
limits:
  max_seconds: 2
  max_output_bytes: 65536
  task_result_ttl: 2
  deny_substrings: []
network:
  allow_cidrs: ["127.0.0.0/8"]
audit:
  commands: plain
rules:
  - action: allow
    escapes: allow
    commands: ["true", "false", "{printer} [0-9]*", "sleep *", "yes *", "sh -c *", "sudo *"]
"""
CREDENTIALS = """
entries:
  - {{name: "root", username: "root", key_path: "key"}}
  - {{name: "account", username: "{account}", key_path: "key"}}
"""
SERVER = '  - {{alias: "{}", host: "{}", port: {}, credentials: "{}", tags: ["fleet"]}}\n'
# How often a task is asked for, on average.
POLL_SECONDS = 0.3


class Soak:
    """The traffic, the trouble, and what was seen."""

    def __init__(self, lab, seed):
        self.lab = lab
        self.random = random.Random(seed)
        self.printer = lab.path("print")
        self.marks = Marks(lab.aliases, self.random)
        self.site = lab.site("soak", [], [])
        self.configure("credentials.yml", CREDENTIALS.format(account=lab.account))
        defaults = f"defaults:\n  idle_timeout: {IDLE_SECONDS}\n  connect_timeout: 5\n"
        servers = (
            SERVER.format(alias, address, lab.port, "root" if lab.username(address) == "root" else "account")
            for address, alias in lab.aliases.items()
        )
        self.good = {
            "servers.yml": defaults + "hosts:\n" + "".join(servers),
            "policy.yml": POLICY.format(printer=self.printer),
        }
        for name, text in self.good.items():
            self.configure(name, text)
        self.counts = dict.fromkeys(KINDS + RUNNING_ON, 0)
        # What is known of the tasks that were started: when to ask again, and for which.
        self.tasks = []
        self.rests = []
        self.not_json = []

    def configure(self, name, text):
        """Replaces a file as an editor does: whole."""
        self.lab.write(f"soak/config/{name}.new", text)
        os.replace(self.lab.path("soak/config", name + ".new"), self.lab.path("soak/config", name))

    def listen(self, stream):
        """Reads stderr; keeps what is no JSON, and what the records say of what runs on."""
        for line in stream:
            try:
                self.counts["in_doubt"] += self.marks.record(json.loads(line))
            except ValueError:
                self.not_json.append(line[:200])

    @contextlib.contextmanager
    def serve(self):
        """A server, and its client; what it wrote has been read when it has ended."""
        with self.site.serve(piped_stderr=True) as client:
            listener = threading.Thread(target=self.listen, args=(client.process.stderr,), daemon=True)
            listener.start()
            yield client
        listener.join()

    def run(self, minutes):
        self.lab.start()
        with self.serve() as client:
            self.base = self.sample(client)
            deadline = time.monotonic() + minutes * 60
            while time.monotonic() < deadline:
                self.spell(client, min(deadline, time.monotonic() + SPELL_SECONDS))
                self.rest(client)
            self.leave_behind(client)
        if client.process.returncode != 0:
            die(f"the server has left with status {client.process.returncode}")
        self.look()
        self.outlive()
        self.judge()

    def visit(self):
        """Ends a server of its own under its commands."""
        way = self.random.choice((None, signal.SIGTERM, signal.SIGKILL))
        with self.serve() as client:
            lines = self.leave_behind(client)
            if way is None:
                client.process.stdin.close()
            else:
                client.process.send_signal(way)
            status = client.process.wait(ANSWER_SECONDS)
        if way == signal.SIGKILL:
            for line in lines:
                self.marks.excuse(line)
        elif status != 0:
            die(f"a server that was ended under its commands has left with status {status}")

    def leave_behind(self, client):
        """Begins commands that go on for long; they have started, or are about to."""
        lines = [self.marks.line() for _ in range(LEFT_BEHIND)]
        for alias, line in zip(self.random.sample(list(self.lab.aliases.values()), LEFT_BEHIND), lines):
            arguments = {"alias": alias, "command": line}
            client.send([client.number("tools/call", {"name": "ssh_run", "arguments": arguments})])
        time.sleep(1.5 * self.random.random())
        return lines

    def spell(self, client, until):
        """Mixed traffic, with trouble, until all that was asked is answered."""
        waiting, to_cancel = {}, []
        trouble = time.monotonic()
        while time.monotonic() < until or waiting or self.tasks:
            now = time.monotonic()
            if now < until and len(waiting) < AT_ONCE:
                self.ask(client, waiting, to_cancel)
            self.poll(client, waiting, now)
            due = [id for at, id in to_cancel if at <= now]
            to_cancel = [(at, id) for at, id in to_cancel if at > now]
            for id in due:
                call = waiting.pop(id, None)
                if call is None:
                    continue
                self.counts["cancelled"] += 1
                # The connection goes while the command is being ended.
                if "alias" in call[2] and self.random.random() < CUT_SHARE:
                    self.lab.to_cut.append((now + CUT_SECONDS * self.random.random(), call[2]["alias"]))
                message = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id}}
                client.send([message])
            if now - trouble > TROUBLE_SECONDS and now < until:
                trouble = now
                self.trouble(client)
            self.lab.bring_back(now)
            self.lab.cut_due(now)
            self.take(client, waiting)
            late = [call for call in waiting.values() if now - call[0] > ANSWER_SECONDS]
            if late:
                die(f"{len(late)} calls were not answered in {ANSWER_SECONDS} s, such as {late[0][1:]}")

    def ask(self, client, waiting, to_cancel):
        """One call of some kind."""
        alias = self.random.choice(list(self.lab.aliases.values()))
        kinds = {
            "true": 50,
            "false": 5,
            "sudo -n true": 5,
            f"{self.printer} 3000": 10,
            # More than is kept.
            f"{self.printer} 3000000": 6,
            # Goes on until it is ended.
            "marked": 16,
            "reboot": 4,
            "unknown host": 2,
            # On all hosts.
            "tag": 2,
            # As a task.
            "task": 10,
        }
        command = self.random.choices(list(kinds), kinds.values())[0]
        tool, arguments = "ssh_run", {"alias": alias, "command": command}
        match command:
            case "unknown host":
                arguments = {"alias": "nobody", "command": "true"}
            case "marked":
                arguments["command"] = self.marks.line()
            case "tag":
                line = self.random.choice(["true", f"{self.printer} 3000", self.marks.line()])
                tool, arguments = "ssh_run_on_tag", {"tag": "fleet", "command": line}
            case "task":
                line = self.random.choice(["true", f"{self.printer} 3000000", "sleep 1", self.marks.line()])
                tool, arguments = "ssh_run_async", {"alias": alias, "command": line}
        id = self.call(client, waiting, tool, arguments)
        # The others are ended when their time is up.
        if tool != "ssh_run_async" and mark_in(arguments["command"]) and self.random.random() < 0.5:
            to_cancel.append((time.monotonic() + self.random.random(), id))

    def call(self, client, waiting, tool, arguments):
        """Sends a call; the identifier of its request."""
        message = client.number("tools/call", {"name": tool, "arguments": arguments})
        client.send([message])
        self.counts["calls"] += 1
        waiting[message["id"]] = (time.monotonic(), tool, arguments)
        return message["id"]

    def poll(self, client, waiting, now):
        """Asks for tasks whose time has come: most are followed to their end, some are cancelled."""
        due = [task for at, task in self.tasks if at <= now]
        self.tasks = [(at, task) for at, task in self.tasks if at > now]
        for task in due:
            tools = {"ssh_get_task_status": 6, "ssh_get_task_output": 3, "ssh_cancel_async_task": 1}
            tool = self.random.choices(list(tools), tools.values())[0]
            self.call(client, waiting, tool, {"task_id": task})

    def followed(self, client, waiting, tool, arguments, result):
        """What the answer about a task leads to: another question, its result, or nothing more."""
        task = result.get("task_id") if tool == "ssh_run_async" else arguments.get("task_id")
        over = ("completed", "failed", "cancelled", "timeout")
        if task is None or "error" in result or tool == "ssh_get_task_result":
            self.counts["tasks_ended"] += tool == "ssh_get_task_result" and "exit_code" in result
        elif tool == "ssh_get_task_status" and result["status"] in over:
            self.call(client, waiting, "ssh_get_task_result", {"task_id": task})
        else:
            self.tasks.append((time.monotonic() + 2 * POLL_SECONDS * self.random.random(), task))

    def take(self, client, waiting):
        """Takes in what has been answered."""
        if client.readable(0.005):
            client.read()
        for message in client.messages():
            # A call may be answered while it is being cancelled.
            asked = waiting.pop(message.get("id"), None)
            if asked is None:
                continue
            if "result" not in message:
                die(f"a call was answered with an error: {message}")
            result = outcome(message["result"])
            _, tool, arguments = asked
            if tool == "ssh_run":
                self.marks.answer(arguments["command"], result)
                self.counts[kind_of(result)] += 1
            elif tool == "ssh_run_on_tag":
                self.counts["tag_runs"] += result.get("summary", {}).get("total") == HOSTS
            else:
                self.followed(client, waiting, tool, arguments, result)

    def trouble(self, client):
        """A host goes away, connections are cut, the configuration changes."""
        self.counts["troubles"] += 1
        address = self.random.choice(self.lab.addresses)
        match self.random.randrange(6):
            case 0 | 1 if address not in self.lab.away:
                self.lab.take_away(address)
            case 2 | 3 if address not in self.lab.away:
                self.lab.cut(address)
            case 4:
                changed = f"# {self.random.random()}\n" + self.good["policy.yml"]
                self.configure("policy.yml", changed)
                client.process.send_signal(signal.SIGHUP)
            case 5:
                broken = self.random.choice(["", "hosts: [", self.good["servers.yml"]])
                self.configure("servers.yml", broken)
                client.process.send_signal(signal.SIGHUP)

    def rest(self, client):
        """Lets everything go idle, and measures."""
        self.lab.bring_back(float("inf"))
        self.configure("servers.yml", self.good["servers.yml"])
        client.process.send_signal(signal.SIGHUP)
        self.visit()
        time.sleep(REST_SECONDS)
        self.lab.reap_orphans([client.pid])
        self.look()
        self.rests.append(self.sample(client))
        counts = " ".join(f"{name} {count}" for name, count in self.counts.items())
        rss, descriptors, threads = self.rests[-1]
        say(f"at rest: {rss} KiB, {descriptors} descriptors, {threads} threads; {counts}")

    def look(self):
        """Every daemon lives, and what still runs of the commands was told of."""
        if dead := self.lab.dead():
            die(f"killed beside the commands: {', '.join(dead)}")
        deadline = time.monotonic() + PATIENCE
        while faults := self.marks.faults():
            if time.monotonic() > deadline:
                die("\n  ".join([f"{len(faults)} processes of commands:", *faults]))
            time.sleep(0.1)
        self.counts["running_on"] += self.marks.forget()

    def outlive(self):
        """Waits until what was told of has ended by itself."""
        deadline = time.monotonic() + LONG + LATE_SECONDS
        while left := self.marks.alive():
            if time.monotonic() > deadline:
                die(f"{len(left)} processes of commands are there for longer than they run, such as {left[0]}")
            time.sleep(0.1)

    def sample(self, client):
        descriptors = len(os.listdir(f"/proc/{client.pid}/fd"))
        return memory(client.pid, "VmRSS"), descriptors, memory(client.pid, "Threads")

    def judge(self):
        """What has grown is a failure."""
        if self.not_json:
            die(f"stderr is not JSON lines: {self.not_json[0]!r}")
        counted = self.rests[WARM_UP:]
        third = len(counted) // 3
        if third == 0:
            die("too short to see growth: give it 2 minutes or more")
        faults = []
        for name, at in (("descriptors", 1), ("threads", 2)):
            most = max(rest[at] for rest in counted)
            if most > self.base[at]:
                faults.append(f"{name}: {most} at rest, {self.base[at]} at the start")
        first, last = (max(rest[0] for rest in part) for part in (counted[:third], counted[-third:]))
        if last > first + MARGIN_KIB:
            faults.append(f"memory at rest: {first} KiB in the first third, {last} KiB in the last")
        never = [kind for kind, count in self.counts.items() if count == 0]
        if never:
            faults.append(f"no call was {', '.join(never)}: the traffic is not what it should be")
        print(f"{len(self.rests)} spells; at rest {first} KiB in the first third, {last} KiB in the last; {self.counts}")
        if faults:
            die("; ".join(faults))


def kind_of(result):
    """What became of a command, by the answer to its call."""
    if result.get("status") == "denied":
        return "denied"
    if "exit_code" not in result or "error" in result:
        return "failed"
    return "ended" if "note" in result else "finished"


def main():
    if len(sys.argv) not in (3, 4):
        die("usage: soak.py BINARY MINUTES [SEED]")
    try:
        minutes = float(sys.argv[2])
        seed = int(sys.argv[3]) if len(sys.argv) == 4 else random.randrange(1 << 32)
    except ValueError:
        die(f"the minutes and the seed are numbers, not {sys.argv[2:]}")
    enter_namespace()
    say(f"{minutes:g} minutes, seed {seed}")
    with Fleet(sys.argv[1], HOSTS) as lab:
        Soak(lab, seed).run(minutes)


if __name__ == "__main__":
    main()
