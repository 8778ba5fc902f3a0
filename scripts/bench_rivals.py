"""Two other MCP servers for SSH beside ours, where `make rivals` has installed them into target/rivals.

What a user of each does, with the settings that it has by itself: start it, let it run a command on a host, run that
again. One `sshd` serves all; a server is asked for the next round when the one before has ended. ssh-mcp's question
before a command is switched off, because nobody is there to answer it; ours asks nothing where a rule allows.
"""

import os
import shutil
import statistics
import time

from bench_lab import Client, die, memory, outcome, processes

ROUNDS = 7
# The command, kept: so many times in each round.
KEPT = 5
FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "target", "rivals", "node_modules")


class Rival:
    """Another MCP server, as a site that `Client` starts."""

    def __init__(self, lab, name, entry, words, environment, tool, arguments):
        self.lab = lab
        self.name = f"rival-{name}"
        self.label = name
        self.words = [shutil.which("node"), os.path.join(FOLDER, name, entry), *words]
        self.environment = environment
        self.tool = tool
        self.arguments = arguments
        os.makedirs(lab.path(self.name), mode=0o700)

    def command(self, _verb):
        home = {"HOME": self.lab.path(self.name), "PATH": os.environ["PATH"]} | self.environment
        # In a folder of its own: one of them writes a log where it is started.
        return ["env", "-i", f"--chdir={home['HOME']}", *(f"{name}={value}" for name, value in home.items()), *self.words]

    def ran(self, client):
        """Runs the command; ends the bench when it did not run."""
        result = client.request("tools/call", {"name": self.tool, "arguments": self.arguments})
        if result.get("isError"):
            die(f"{self.label}: {result}")


class Ours:
    """Our server, called in the same way."""

    def __init__(self, site, alias, command):
        self.lab, self.name, self.command = site.lab, site.name, site.command
        self.arguments = {"alias": alias, "command": command}

    def ran(self, client):
        result = outcome(client.request("tools/call", {"name": "ssh_run", "arguments": self.arguments}))
        if result.get("exit_code") != 0:
            die(f"ours: {result}")


def rivals(lab, command):
    """Those that are installed. None is no failure: `make rivals` says how they come here."""
    address, key = lab.addresses[0], lab.path("user_key")
    login = [f"--host={address}", f"--port={lab.port}", f"--user={lab.user}", f"--key={key}"]
    server = {"HOST": address, "PORT": lab.port, "USER": lab.user, "KEYPATH": key}
    known = [
        ("ssh-mcp", "build/index.js", [*login, "--disableApproval"], {}, "run-command", {"command": command}),
        (
            "mcp-ssh-manager",
            "src/index.js",
            [],
            {f"SSH_SERVER_BENCH_{name}": value for name, value in server.items()},
            "ssh_execute",
            {"server": "bench", "command": command},
        ),
    ]
    installed = shutil.which("node") and [one for one in known if os.path.isdir(os.path.join(FOLDER, one[0]))]
    return [Rival(lab, *one) for one in installed or ()]


def bench_rivals(lab, table, site, command):
    """Start, first command, kept command, memory: ours and theirs in turns."""
    found = rivals(lab, command)
    if not found:
        print("bench.py: no other MCP servers: `make rivals` installs two", flush=True)
    ours = Ours(site, "host-0", command)
    for rival in found:
        seen = [(round_of(ours), round_of(rival)) for _ in range(ROUNDS)]
        mine, theirs = ([statistics.median(column) for column in zip(*side)] for side in zip(*seen))
        what = ("start to the tools", "start to a result", "one command, kept")
        for figure, one, other in zip(what, mine, theirs):
            table.ratio(f"{figure} / {rival.label}", one, other, 1)
        table.ratio(f"resident after that / {rival.label}", mine[3], theirs[3], 1, "MiB")


def round_of(server):
    """Milliseconds to the list of tools, to the first result, of a kept command; MiB of all its processes."""
    begun = time.perf_counter()
    with Client(server, False) as client:
        client.request("tools/list", {})
        listed = time.perf_counter() - begun
        server.ran(client)
        first = time.perf_counter() - begun
        kept = []
        for _ in range(KEPT):
            before = time.perf_counter()
            server.ran(client)
            kept.append(time.perf_counter() - before)
        held = sum(memory(pid, "VmRSS") for pid in family(client.pid))
    return listed * 1000, first * 1000, statistics.median(kept) * 1000, held / 1024


def family(pid):
    """A process and its descendants."""
    parents = {one: parent for one, (parent, _) in processes().items()}
    found = {pid}
    while more := {one for one, parent in parents.items() if parent in found} - found:
        found |= more
    return found
