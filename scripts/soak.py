#!/usr/bin/env python3
"""soak.py BINARY MINUTES [SEED]: mixed traffic over 20 hosts that come and go, looking for growth.

Traffic runs in spells. After each one everything is let go idle, so that connections are closed,
and the server is measured at rest: descriptors and threads have to be what they were at the
start, memory may not grow from the first third of the rests (after the warm-up) to the last. Every call has
to be answered, but for those that are cancelled, and every line of stderr has to be JSON.
Ends with status 1 at the first call without an answer, and when something has grown.
"""

import json
import os
import random
import signal
import sys
import threading
import time

from bench_lab import ANSWER_SECONDS, Lab, descendants, die, end, memory, outcome, say

HOSTS = 20
# Calls under way at once, at most.
AT_ONCE = 60
SPELL_SECONDS = 12
# Connections are closed when they have been idle for IDLE_SECONDS; then nothing is left.
IDLE_SECONDS = 1
REST_SECONDS = 4
# How often a host is killed, a connection cut or the configuration changed.
TROUBLE_SECONDS = 0.4
# How long a host that was killed stays away.
AWAY_SECONDS = 1.5
# Rests that are not counted: memory settles.
WARM_UP = 2
# Memory at rest may differ by this many KiB between the first third and the last: allocators keep some.
MARGIN_KIB = 1024
KINDS = ("calls", "finished", "denied", "failed", "cancelled", "tag_runs", "tasks_ended", "troubles")
# A task is forgotten before the next rest, too.
LIMITS = "limits:\n  max_seconds: 2\n  max_output_bytes: 65536\n  task_result_ttl: 2\n"
# How often a task is asked for, on average.
POLL_SECONDS = 0.3


class Soak:
    """The traffic, the trouble, and what was seen."""

    def __init__(self, lab, seed):
        self.lab = lab
        self.random = random.Random(seed)
        self.away = {}
        self.printer = lab.path("print")
        hosts = [(f"host-{n}", address, "fleet") for n, address in enumerate(lab.addresses)]
        commands = ["true", f"{self.printer} [0-9]*", "sleep *", "false"]
        self.site = lab.site("soak", hosts, commands, LIMITS)
        self.good = {}
        for name in ("servers.yml", "policy.yml"):
            with open(lab.path("soak", "config", name), encoding="utf-8") as file:
                self.good[name] = file.read()
        self.good["servers.yml"] = (
            f"defaults:\n  idle_timeout: {IDLE_SECONDS}\n  connect_timeout: 5\n" + self.good["servers.yml"]
        )
        self.configure("servers.yml", self.good["servers.yml"])
        self.counts = dict.fromkeys(KINDS, 0)
        # What is known of the tasks that were started: when to ask again, and for which.
        self.tasks = []
        self.rests = []
        self.not_json = []

    def configure(self, name, text):
        """Replaces a file as an editor does: whole."""
        self.lab.write(f"soak/config/{name}.new", text)
        os.replace(self.lab.path("soak/config", name + ".new"), self.lab.path("soak/config", name))

    def listen(self, stream):
        """Reads stderr; keeps what is no JSON."""
        for line in stream:
            try:
                json.loads(line)
            except ValueError:
                self.not_json.append(line[:200])

    def run(self, minutes):
        for address in self.lab.addresses:
            self.lab.listen([address])
        with self.site.serve(piped_stderr=True) as client:
            listener = threading.Thread(target=self.listen, args=(client.process.stderr,), daemon=True)
            listener.start()
            self.base = self.sample(client)
            deadline = time.monotonic() + minutes * 60
            while time.monotonic() < deadline:
                self.spell(client, min(deadline, time.monotonic() + SPELL_SECONDS))
                self.rest(client)
        if client.process.returncode != 0:
            die(f"the server has left with status {client.process.returncode}")
        listener.join()
        self.judge()

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
                if waiting.pop(id, None) is None:
                    continue
                self.counts["cancelled"] += 1
                message = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id}}
                client.send([message])
            if now - trouble > TROUBLE_SECONDS and now < until:
                trouble = now
                self.trouble(client)
            self.bring_back(now)
            self.take(client, waiting)
            late = [call for call in waiting.values() if now - call[0] > ANSWER_SECONDS]
            if late:
                die(f"{len(late)} calls were not answered in {ANSWER_SECONDS} s, such as {late[0][1:]}")

    def ask(self, client, waiting, to_cancel):
        """One call of some kind."""
        alias = f"host-{self.random.randrange(HOSTS)}"
        kinds = {
            "true": 60,
            "false": 5,
            f"{self.printer} 3000": 10,
            # More than is kept.
            f"{self.printer} 3000000": 6,
            # Longer than it may take.
            "sleep 7": 2,
            # To be cancelled.
            "sleep 8": 8,
            "reboot": 4,
            "unknown host": 2,
            # On all hosts.
            "tag": 2,
            # As a task.
            "task": 10,
        }
        command = self.random.choices(list(kinds), kinds.values())[0]
        match command:
            case "unknown host":
                tool, arguments = "ssh_run", {"alias": "nobody", "command": "true"}
            case "tag":
                line = self.random.choice(["true", f"{self.printer} 3000", "sleep 8"])
                tool, arguments = "ssh_run_on_tag", {"tag": "fleet", "command": line}
            case "task":
                line = self.random.choice(["true", f"{self.printer} 3000000", "sleep 1", "sleep 7"])
                tool, arguments = "ssh_run_async", {"alias": alias, "command": line}
            case line:
                tool, arguments = "ssh_run", {"alias": alias, "command": line}
        id = self.call(client, waiting, tool, arguments)
        if tool != "ssh_run_async" and arguments["command"] == "sleep 8":
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
                kind = "denied" if result.get("status") == "denied" else "failed"
                self.counts["finished" if "exit_code" in result and "error" not in result else kind] += 1
            elif tool == "ssh_run_on_tag":
                self.counts["tag_runs"] += result.get("summary", {}).get("total") == HOSTS
            else:
                self.followed(client, waiting, tool, arguments, result)

    def trouble(self, client):
        """A host goes away, connections are cut, the configuration changes."""
        self.counts["troubles"] += 1
        address = self.random.choice(self.lab.addresses)
        match self.random.randrange(6):
            case 0 | 1 if address not in self.away:
                pid = self.lab.listeners[address].pid
                end([pid, *descendants(pid)])
                self.away[address] = time.monotonic() + AWAY_SECONDS
            case 2 | 3 if address not in self.away:
                end(descendants(self.lab.listeners[address].pid))
            case 4:
                changed = f"# {self.random.random()}\n" + self.good["policy.yml"]
                self.configure("policy.yml", changed)
                client.process.send_signal(signal.SIGHUP)
            case 5:
                broken = self.random.choice(["", "hosts: [", self.good["servers.yml"]])
                self.configure("servers.yml", broken)
                client.process.send_signal(signal.SIGHUP)

    def bring_back(self, now):
        for address in [its for its, at in self.away.items() if at <= now]:
            del self.away[address]
            self.lab.listeners.pop(address).wait()
            self.lab.listen([address])

    def rest(self, client):
        """Lets everything go idle, and measures."""
        self.bring_back(float("inf"))
        self.configure("servers.yml", self.good["servers.yml"])
        client.process.send_signal(signal.SIGHUP)
        time.sleep(REST_SECONDS)
        self.lab.reap_orphans([client.pid])
        self.rests.append(self.sample(client))
        counts = " ".join(f"{name} {count}" for name, count in self.counts.items())
        rss, descriptors, threads = self.rests[-1]
        say(f"at rest: {rss} KiB, {descriptors} descriptors, {threads} threads; {counts}")

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


def main():
    if len(sys.argv) not in (3, 4):
        die("usage: soak.py BINARY MINUTES [SEED]")
    try:
        minutes = float(sys.argv[2])
        seed = int(sys.argv[3]) if len(sys.argv) == 4 else random.randrange(1 << 32)
    except ValueError:
        die(f"the minutes and the seed are numbers, not {sys.argv[2:]}")
    say(f"{minutes:g} minutes, seed {seed}")
    with Lab(sys.argv[1], HOSTS) as lab:
        Soak(lab, seed).run(minutes)


if __name__ == "__main__":
    main()
