#!/usr/bin/env python3
"""bench_thousand.py BINARY [SVG]: what many hosts cost, up to a thousand; the last part of bench.py, or alone.

The hosts are one process made of russh (benches/fleet.rs), each an address of loopback, so that little but ours is measured.
Processor time is that of our process alone, so a busy machine changes it little. What is drawn beside it is the floor: the
cryptography of a new connection by itself. Ends with status 1 when a goal of docs/PERFORMANCE.md is missed.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import time

from bench_lab import Lab, die, end, free_port, memory, processor_ms, run, say
from bench_table import Table, machine
from growth_svg import drawn

SIZES = (10, 30, 100, 300, 1000)
MOST = max(SIZES)
# The sizes at which chance counts are measured more often.
ROUNDS = {10: 9, 30: 9, 100: 7, 300: 5, 1000: 5}
COMMAND = "true"
LIMITS = "limits:\n  max_parallel: 100\n"
# Enough for a connection with each host and what else is open: three quarters are for connections.
DESCRIPTORS = 4096
# What the floor is the median of.
FLOOR_ROUNDS = 2000
# One host's share of these many hosts, in each of which a call waits for its turn.
BUSY_HOSTS = 100
BUSY_CALLS = 4000
UNDER_WAY = 20
# Seconds after which a configuration file counts as written to its end.
SETTLED = 3.2
# The goals: milliseconds of processor time for a thousand hosts, KiB of a connection, milliseconds to the first result, and
# how much slower than a call in the middle one in a hundred may be.
NEW_MS, KEPT_MS, KIB, FIRST_MS, SLOWEST = 800, 300, 60, 100, 3


def fleet_program():
    """The path of benches/fleet.rs, compiled."""
    words = ("cargo", "bench", "--locked", "--quiet", "--bench", "fleet", "--no-run", "--message-format=json")
    # It is the floor, so it is compiled as scripts/building.sh compiles ours; other builds go on beside it.
    compiled = {"RUSTC_BOOTSTRAP": "1", "RUSTFLAGS": "-Zshare-generics=y", "CARGO_TARGET_DIR": "target/fleet"}
    options = {"env": os.environ | compiled, "stderr": None, "capture_output": False, "stdout": subprocess.PIPE}
    lines = map(json.loads, run(*words, **options).splitlines())
    return next(line["executable"] for line in lines if line.get("executable") and line["target"]["name"] == "fleet")


class RusshAlone:
    """A client that is russh and nothing else, on some hosts. A context manager."""

    def __init__(self, lab, program, port, addresses):
        words = (program, "client", lab.user, lab.path("user_key"), str(port), *addresses)
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        self.pid = self.process.pid
        self.expect(b"ready\n")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()

    def run(self):
        """The command once on each host."""
        self.process.stdin.write(b"\n")
        self.expect(b"done\n")

    def expect(self, line):
        if self.process.stdout.readline() != line:
            die("the client made of russh alone failed: see above")


class Fleet:
    """The hosts, and the program that is all of them. A context manager."""

    def __init__(self, lab, count):
        self.program = fleet_program()
        self.lab = lab
        self.count = count
        self.port = free_port()

    def __enter__(self):
        words = (self.program, "serve", self.lab.path("host_key"), str(self.port), str(self.count))
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addresses = [self.process.stdout.readline().strip() for _ in range(self.count)]
        if not all(self.addresses):
            die("the servers do not listen: see above")
        return self

    def __exit__(self, *_):
        end([self.process.pid])
        self.process.wait()

    def floor(self):
        """The microseconds of one connection's cryptography, by key exchange."""
        lines = run(self.program, "floor", FLOOR_ROUNDS).splitlines()
        return {name: float(figure) for name, figure in map(str.split, lines)}

    def site(self, name, count):
        """A configuration of this name with so many of the hosts."""
        hosts = [(f"host-{number}", address, "fleet") for number, address in enumerate(self.addresses[:count])]
        site = self.lab.site(name, hosts, [COMMAND], LIMITS, port=self.port)
        with open(self.lab.path("host_key.pub"), encoding="ascii") as file:
            kind, key = file.read().split()[:2]
        lines = [f"[{address}]:{self.port} {kind} {key}\n" for _, address, _ in hosts]
        self.lab.write(f"{name}/keys/known_hosts", "".join(lines))
        return site


def on_fleet(client, count):
    """Runs the command on each host; the milliseconds to the end, to the first result, and of our processor."""
    params = {"name": "ssh_run_on_tag", "arguments": {"tag": "fleet", "command": COMMAND}, "_meta": {"progressToken": "fleet"}}
    message = client.number("tools/call", params)
    used, begun, first = processor_ms(client.pid), time.perf_counter(), None
    client.send([message])
    while True:
        for heard in client.messages():
            now = (time.perf_counter() - begun) * 1000
            if "done (" in heard.get("params", {}).get("message", ""):
                first = first or now
            if heard.get("id") == message["id"]:
                summary = heard["result"]["structuredContent"]["summary"]
                if summary["succeeded"] != count:
                    die(f"a run on {count} hosts: {summary}")
                return now, first or now, processor_ms(client.pid) - used
        client.wait(time.monotonic() + 60)
        client.read()


def measured(site, count):
    """One server from its start to its second run on all hosts: name -> figure."""
    begun = time.perf_counter()
    with site.serve() as client:
        at_rest = memory(client.pid, "VmRSS")
        before = len(os.listdir(f"/proc/{client.pid}/fd"))
        on_fleet(client, count)
        new = {"new": (time.perf_counter() - begun) * 1000, "new processor": processor_ms(client.pid)}
        held = memory(client.pid, "VmRSS")
        kept, first, processor = on_fleet(client, count)
        return new | {
            "kept": kept,
            "kept processor": processor,
            "first": first,
            "memory": (max(held, memory(client.pid, "VmRSS")) - at_rest) / count,
            "descriptors": len(os.listdir(f"/proc/{client.pid}/fd")) - before,
        }


def measured_alone(fleet, count):
    """A client of russh alone from its start to its second run on all hosts: name -> figure."""
    with RusshAlone(fleet.lab, fleet.program, fleet.port, fleet.addresses[:count]) as client:
        at_rest = memory(client.pid, "VmRSS")
        client.run()
        new, held = processor_ms(client.pid), memory(client.pid, "VmRSS")
        client.run()
        kept, held = processor_ms(client.pid) - new, max(held, memory(client.pid, "VmRSS"))
        return {"new processor": new, "kept processor": kept, "memory": (held - at_rest) / count}


def medians(rounds):
    """The median of each figure of some rounds: name -> figure."""
    return {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}


def growth(fleet):
    """The figures at each size: hosts -> name -> median; those of russh alone at the largest: name -> median."""
    figures = {}
    for count in SIZES:
        site = fleet.site(f"growth-{count}", count)
        time.sleep(SETTLED)
        rounds = [(measured(site, count), measured_alone(fleet, count)) for _ in range(ROUNDS[count])]
        figures[count], alone = map(medians, zip(*rounds))
    return figures, alone


def busy(fleet):
    """The milliseconds of each of many calls, of which some are always under way."""
    site = fleet.site("busy", BUSY_HOSTS)
    time.sleep(SETTLED)
    with site.serve() as client:
        on_fleet(client, BUSY_HOSTS)
        sent, taken = {}, []

        def send():
            arguments = {"alias": f"host-{len(sent) % BUSY_HOSTS}", "command": COMMAND}
            message = client.number("tools/call", {"name": "ssh_run", "arguments": arguments})
            sent[message["id"]] = time.perf_counter()
            client.send([message])

        for _ in range(UNDER_WAY):
            send()
        while len(taken) < BUSY_CALLS:
            for heard in client.messages():
                if heard.get("id") not in sent:
                    continue
                if heard["result"]["structuredContent"]["exit_code"] != 0:
                    die(f"a command did not run: {heard}")
                taken.append((time.perf_counter() - sent[heard["id"]]) * 1000)
                if len(sent) < BUSY_CALLS:
                    send()
            if len(taken) < BUSY_CALLS:
                client.wait(time.monotonic() + 60)
                client.read()
    return taken


def bench_thousand(lab, table, picture=None):
    """The figures of all sizes, and the picture of them where one is asked for."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, max(DESCRIPTORS, resource.getrlimit(resource.RLIMIT_NOFILE)[1])))
    with Fleet(lab, MOST) as fleet:
        floor = fleet.floor()
        figures, alone = growth(fleet)
        taken = sorted(busy(fleet))
    exchange = "mlkem768x25519-sha256"
    for count, its in figures.items():
        most = count == MOST
        table.limit(f"{count:,} hosts of one process, new", its["new"], None, "ms")
        table.limit("processor time of that", its["new processor"], NEW_MS if most else None, "ms")
        table.limit("its floor, the cryptography alone", floor[exchange] * count / 1000, None, "ms")
        table.limit(f"{count:,} hosts of one process, kept", its["kept"], None, "ms")
        table.limit("processor time of that", its["kept processor"], KEPT_MS if most else None, "ms")
        table.limit("from the call to the first result", its["first"], FIRST_MS if most else None, "ms")
    its = figures[MOST]
    table.limit("resident for a connection, of 1,000", its["memory"], KIB, "KiB")
    table.limit(f"russh alone, {MOST:,} new: processor time", alone["new processor"], None, "ms")
    table.limit(f"russh alone, {MOST:,} kept: processor time", alone["kept processor"], None, "ms")
    table.limit("russh alone: resident for a connection", alone["memory"], None, "KiB")
    table.limit("descriptors of 1,000 connections", its["descriptors"], MOST + 1, "")
    for name, figure in floor.items():
        table.limit(f"floor of {name}", figure, None, "µs")
    middle, slow = statistics.median(taken), taken[len(taken) * 99 // 100]
    table.limit(f"a kept call, {UNDER_WAY} at a time, median", middle, None, "ms")
    table.ratio("one in a hundred of them / the median", slow, middle, SLOWEST)
    if picture:
        lines = {
            "new connections": {count: its["new processor"] for count, its in figures.items()},
            "kept connections": {count: its["kept processor"] for count, its in figures.items()},
            "floor of new ones": {count: floor[exchange] * count / 1000 for count in SIZES},
        }
        with open(picture, "w", encoding="utf-8") as file:
            file.write(drawn(lines))


def main():
    if len(sys.argv) not in (2, 3):
        die("usage: bench_thousand.py BINARY [SVG]")
    begun = time.monotonic()
    with Lab(sys.argv[1], 1) as lab:
        for line in machine(sys.argv[1]):
            print(line)
        table = Table()
        bench_thousand(lab, table, *sys.argv[2:])
    say(f"{time.monotonic() - begun:.0f} seconds")
    if table.missed:
        die(f"{table.missed} goals are missed")


if __name__ == "__main__":
    main()
