#!/usr/bin/env python3
"""bench.py BINARY: what the server costs, beside OpenSSH's clients, pssh and xargs, in one run.

Each figure is a median; the sides take turns (A B A B …), so that a noisy moment meets both.
What is compared is the ratio. Ends with status 1 when a goal of docs/PERFORMANCE.md is missed.
"""

import contextlib
import os
import re
import shutil
import statistics
import subprocess
import sys
import time

from bench_files import bench_files
from bench_lab import Lab, die, memory, processes, processor_ms, run, say
from bench_rivals import bench_rivals
from bench_table import Table, machine, median_ms
from bench_thousand import RusshAlone, bench_thousand, fleet_program

ROUNDS = 7
# What takes milliseconds can be measured more often.
SHORT_ROUNDS = 21
KEPT_ROUNDS = 201
FLEET = 100
# Seconds after which a configuration file counts as written to its end.
SETTLED = 3.2
SMALL_FLEET = 20
CALLS = 1000
LARGE_INVENTORY = 10_000
CAP = 1024 * 1024
MIB = 1024
COMMAND = "true"
PARALLEL = 100
LIMITS = f"limits:\n  max_output_bytes: {CAP}\n  max_parallel: {PARALLEL}\n"
# Peak memory after 1 GB of output may differ from that after 1 MB by this much, in KiB.
FLAT = 2 * MIB


def command(*words, stdin=None):
    """A side that runs a command to its end; it has to succeed."""
    return lambda: (run(*words, input=stdin, stdin=None) if stdin else run(*words)) and None


def ran(result):
    """Checks the result of a command."""
    if result.get("exit_code") != 0:
        die(f"a command did not run: {result}")
    return result


def on_fleet(client, aliases):
    """Runs the command on all hosts at once, by the tool for that where there is one."""
    if "ssh_run_on_tag" in client.known_tools:
        summary = client.call("ssh_run_on_tag", tag="fleet", command=COMMAND)["summary"]
        if summary["succeeded"] != len(aliases):
            die(f"a run over {len(aliases)} hosts: {summary}")
        return
    for result in client.calls("ssh_run", [{"alias": its, "command": COMMAND} for its in aliases]):
        ran(result)


def bench_start(lab, table):
    """How soon it answers, and what it holds."""
    for count, rounds in ((FLEET, SHORT_ROUNDS), (LARGE_INVENTORY, SHORT_ROUNDS)):
        hosts = [(f"web-{n}", f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}", "web") for n in range(count)]
        site = lab.site(f"inventory-{count}", hosts, ["uptime*"])
        seen = []

        def first_answer():
            begun = time.perf_counter()
            with site.serve() as client:
                initialized = time.perf_counter() - begun
                client.call("ssh_plan", alias=f"web-{count - 1}", command="uptime")
                answered = time.perf_counter() - begun
                figures = processor_ms(client.pid), memory(client.pid, "VmRSS"), memory(client.pid, "VmHWM")
            seen.append((initialized * 1000, answered * 1000, *figures))
            return answered

        # Files that were written just now are waited for: that is not the start of a server.
        time.sleep(SETTLED)
        median_ms(rounds, first_answer)
        initialized, answered, processor, rss, peak = map(statistics.median, zip(*seen))
        if count == FLEET:
            table.limit("start to the first answer, 100 hosts", initialized, 4, "ms")
            table.limit("resident at rest, 100 hosts", rss / MIB, 6, "MiB")
        else:
            table.limit("start to the first tool's answer, 10,000", answered, 120, "ms")
            table.limit("processor time of that", processor, None, "ms")
            table.limit("peak resident, 10,000 hosts", peak / MIB, 40, "MiB")


def bench_one(lab, table, site, masters):
    """One command on one host."""
    address = lab.addresses[0]
    cold, theirs = median_ms(
        SHORT_ROUNDS,
        command(*site.command("run", "host-0", "--", COMMAND)),
        command(*lab.ssh(address), COMMAND),
    )
    table.ratio("one command, new connection / ssh", cold, theirs, 1)
    with site.serve() as client, RusshAlone(lab, fleet_program(), lab.port, [address]) as russh:
        ran(client.call("ssh_run", alias="host-0", command=COMMAND))
        russh.run()
        before = processor_ms(client.pid)
        warm, floor, theirs = median_ms(
            KEPT_ROUNDS,
            lambda: ran(client.call("ssh_run", alias="host-0", command=COMMAND)) and None,
            russh.run,
            command(*lab.ssh(address, *masters), COMMAND),
        )
        processor = (processor_ms(client.pid) - before) / KEPT_ROUNDS
    table.ratio("one command, kept / ssh ControlMaster", warm, theirs, 0.3)
    table.limit("processor time of that", processor, None, "ms")
    table.ratio("its floor: russh alone", floor, theirs, None)
    # What would be left if ours took no time at all.
    table.ratio("its floor: sshd, the shell, the client", warm - processor, theirs, None)


def bench_fleet(lab, table, count, masters):
    """One command on many hosts."""
    addresses = lab.addresses[:count]
    aliases = [f"host-{n}" for n in range(count)]
    hosts = [(alias, address, "fleet") for alias, address in zip(aliases, addresses)]
    site = lab.site(f"fleet-{count}", hosts, [COMMAND], LIMITS)

    def cold():
        begun = time.perf_counter()
        with site.serve() as client:
            client.known_tools = known_tools
            on_fleet(client, aliases)
            return time.perf_counter() - begun

    with site.serve() as client:
        known_tools = client.known_tools = client.tools()
        ours, pssh, xargs = median_ms(
            ROUNDS, cold, pssh_side(lab, addresses), xargs_side(lab, addresses)
        )
        table.ratio(f"{count} hosts, new connections / pssh", ours, pssh, 0.85 if count == FLEET else None)
        table.ratio(f"{count} hosts, new connections / xargs ssh", ours, xargs, None)
        on_fleet(client, aliases)
        before = processor_ms(client.pid)
        ours, pssh, xargs = median_ms(
            ROUNDS,
            lambda: on_fleet(client, aliases),
            pssh_side(lab, addresses, masters),
            xargs_side(lab, addresses, masters),
        )
        processor = (processor_ms(client.pid) - before) / ROUNDS
    table.ratio(f"{count} hosts, kept / pssh ControlMaster", ours, pssh, None)
    table.ratio(f"{count} hosts, kept / xargs ssh ControlMaster", ours, xargs, None)
    if count == FLEET:
        table.limit(f"{count} hosts, kept", ours, 200, "ms")
        table.limit("processor time of that", processor, None, "ms")


def pssh_side(lab, addresses, options=()):
    hosts = lab.path(f"pssh-{len(addresses)}")
    with open(hosts, "w", encoding="ascii") as file:
        file.writelines(f"{address}:{lab.port}\n" for address in addresses)
    extra = " ".join([*lab.ssh_options(), *options])
    return command("parallel-ssh", "-h", hosts, "-l", lab.user, "-p", PARALLEL, "-t", 60, "-x", extra, COMMAND)


def xargs_side(lab, addresses, options=()):
    words = lab.ssh("{}", *options)
    return command("xargs", "-P", PARALLEL, "-I", "{}", *words, COMMAND, stdin="\n".join(addresses))


def bench_output(lab, table, masters):
    """Commands that print more than is kept."""
    printer = lab.path("print")
    site = lab.site("output", [("host-0", lab.addresses[0], "fleet")], [f"{printer} [0-9]*"], LIMITS)
    peaks = {}
    for name, size in (("1 MB", 10**6), ("100 MB", 10**8), ("1 GB", 10**9)):
        with site.serve() as client:

            def ask(bytes_wanted):
                return client.call("ssh_run", alias="host-0", command=f"{printer} {bytes_wanted}")

            def ours():
                begun = time.perf_counter()
                result = ask(size)
                taken = time.perf_counter() - begun
                if result["truncated"] != (size > CAP) or result["bytes_out"] != min(size, CAP):
                    die(f"{name} of output: {dict(result, output='')}")
                require_gone(printer)
                return taken

            def theirs():
                # Ends as soon as it has as much as ours keeps.
                ssh = subprocess.Popen(
                    [*lab.ssh(lab.addresses[0], *masters), printer, str(size)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                )
                kept = len(ssh.stdout.read(CAP))
                ssh.stdout.close()
                ssh.wait()
                if kept != min(size, CAP):
                    die(f"ssh gave {kept} bytes")

            ran(ask(1))
            connection = sockets(client.pid)
            figures = median_ms(ROUNDS, ours, theirs)
            ran(ask(1))
            if sockets(client.pid) != connection:
                die("the connection did not outlive the output")
            peaks[name] = memory(client.pid, "VmHWM")
        table.ratio(f"{name} of output, 1 MiB kept / ssh | head", *figures, None)
    for name, peak in peaks.items():
        goal = None if name == "1 MB" else (peaks["1 MB"] + FLAT) / MIB
        table.limit(f"peak resident, {name} of output", peak / MIB, goal and round(goal, 1), "MiB")


def require_gone(printer):
    """Whether what was asked for has ended on the host when the answer is there."""
    left = [line for _, line in processes().values() if printer.encode() in line and b"ssh" not in line]
    if left:
        die(f"still running after the answer: {left}")


def sockets(pid):
    """The sockets a process has; one that is opened anew is another."""
    folder = f"/proc/{pid}/fd"
    found = set()
    for name in os.listdir(folder):
        with contextlib.suppress(OSError):
            found.add(os.readlink(f"{folder}/{name}"))
    return {link for link in found if link.startswith("socket:")}


def bench_calls(lab, table, masters):
    """Many calls at once."""
    addresses = lab.addresses[:SMALL_FLEET]
    hosts = [(f"host-{n}", address, "fleet") for n, address in enumerate(addresses)]
    site = lab.site("calls", hosts, [COMMAND], LIMITS)
    many = [{"alias": f"host-{n % SMALL_FLEET}", "command": COMMAND} for n in range(CALLS)]
    spread = [addresses[n % SMALL_FLEET] for n in range(CALLS)]
    with site.serve() as client:

        def ours():
            for result in client.calls("ssh_run", many):
                ran(result)

        ours()
        figures = median_ms(ROUNDS, ours, xargs_side(lab, spread, masters))
        peak = memory(client.pid, "VmHWM")
    table.ratio("1,000 calls at once, 20 hosts, kept / xargs", *figures, None)
    table.limit("peak resident, 1,000 calls at once", peak / MIB, None, "MiB")


def bench_decisions(table):
    """`cargo bench`: one decision over 1,000 rules."""
    words = ("cargo", "bench", "--locked", "--quiet", "--bench", "decisions", "--", "judge", "--skip", "denied", "--skip", "each")
    text = run(*words, stdin=subprocess.DEVNULL)
    # divan: name, fastest, slowest, median, mean.
    found = re.search(r"─ judge  .*?─ 1000 +[^│]*│[^│]*│ ([0-9.]+) (ns|µs|ms)", text, re.DOTALL)
    if not found:
        die(f"no figure for 1,000 rules in:\n{text}")
    median = float(found[1]) * {"ns": 0.001, "µs": 1, "ms": 1000}[found[2]]
    table.limit("a decision, 1,000 rules", median, 35, "µs")


def open_masters(lab):
    """A ControlMaster for each host; the options that use it."""
    options = ("-o", f"ControlPath={lab.path('cm-%h')}")
    begin = ("-o", "ControlMaster=yes", "-o", "ControlPersist=yes", "-N", "-f", *options)
    for address in lab.addresses:
        # Its stderr would stay open for as long as it lives.
        subprocess.run(lab.ssh(address, *begin), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    return (*options, "-o", "ControlMaster=no")


def main():
    if len(sys.argv) != 2:
        die("usage: bench.py BINARY")
    for tool in ("ssh", "scp", "sftp", "ssh-keygen", "parallel-ssh", "xargs", "cargo"):
        if not shutil.which(tool):
            die(f"{tool} is missing; run: apt-get install openssh-client pssh findutils")
    begun = time.monotonic()
    with Lab(sys.argv[1], FLEET) as lab:
        for line in machine(sys.argv[1]):
            print(line)
        table = Table()
        table.limit("size of the binary", os.path.getsize(lab.binary) / 1e6, 6.4, "MB")
        # Before anything else has kept the processor busy.
        bench_decisions(table)
        bench_start(lab, table)
        lab.listen_all()
        site = lab.site("one", [("host-0", lab.addresses[0], "fleet")], [COMMAND])
        masters = open_masters(lab)
        bench_one(lab, table, site, masters)
        bench_rivals(lab, table, site, COMMAND)
        for count in (SMALL_FLEET, FLEET):
            bench_fleet(lab, table, count, masters)
        bench_output(lab, table, masters)
        bench_calls(lab, table, masters)
        bench_files(lab, table, masters)
        bench_thousand(lab, table)
    say(f"{time.monotonic() - begun:.0f} seconds")
    if table.missed:
        die(f"{table.missed} goals are missed")


if __name__ == "__main__":
    main()
