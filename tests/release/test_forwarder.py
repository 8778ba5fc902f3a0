"""The audit trail after a trip: a real rsyslog sends it, another one keeps it, and the chain is whole.

Needs rsyslogd.
"""

import json
import os
import signal
import socket
import subprocess
import time

import pytest

from artefacts import ROOT
from release_parts import NATIVE

SERVERS = "hosts:\n- {alias: web, host: 127.0.0.1, credentials: ops}\n"
CREDENTIALS = "entries:\n- {name: ops, username: ops, none: true}\n"
# With `plain` each record has its command, of any letters and length.
POLICY = "audit: {commands: plain}\nrules:\n- {action: allow, commands: [uptime]}\n"
PATIENCE = 30


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture
def site(tmp_path):
    """A configuration, and the options that name it."""
    options = []
    for name in ("config", "keys", "secrets"):
        (tmp_path / name).mkdir()
        options += [f"--{name}", str(tmp_path / name)]
    for name, text in (("servers", SERVERS), ("credentials", CREDENTIALS), ("policy", POLICY)):
        (tmp_path / f"config/{name}.yml").write_text(text)
    return options


@pytest.fixture
def forwarder(tmp_path):
    """Starts a real rsyslogd with one of the files of deploy/, its paths and its port replaced; ends it."""
    running = []

    def start(name, **replaced):
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        text = (ROOT / f"deploy/rsyslog/{name}.conf").read_text()
        for old, new in replaced.values():
            assert old in text, old
            text = text.replace(old, str(new))
        (folder / "conf").write_text(f'global(workDirectory="{folder}")\n{text}')
        command = ["rsyslogd", "-n", "-f", str(folder / "conf"), "-i", str(folder / "pid")]
        running.append(subprocess.Popen(command, stderr=(folder / "errors").open("a")))
        return running[-1]

    yield start
    for process in running:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)


def write_records(trail, options, count):
    """Denied commands: each leaves its records, and no host is needed."""
    for number in range(count):
        command = f"echo {number} 'ärger €\U0001f600' {'€' * (3500 * (number % 2))} '%msg% \\n %% $a'"
        run = [NATIVE, "run", *options, "--audit-file", trail, "web", "--", command]
        assert subprocess.run(run, capture_output=True, check=False).returncode == 77


def arrived(kept, trail):
    """Waits until all lines are there."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if kept.exists() and kept.read_bytes().count(b"\n") >= trail.read_bytes().count(b"\n"):
            return kept.read_bytes()
        time.sleep(0.1)
    raise AssertionError(f"{kept} has not all lines after {PATIENCE} s")


def verified(trail):
    report = subprocess.run([NATIVE, "audit", "verify", "--json", trail], capture_output=True, text=True, check=False)
    assert report.returncode == 0, report.stdout + report.stderr
    return json.loads(report.stdout)["head"]


def test_the_chain_is_whole_after_a_trip_and_after_a_pause(tmp_path, site, forwarder):
    trail, kept = tmp_path / "sent.jsonl", tmp_path / "kept.jsonl"
    write_records(trail, site, 3)
    # Longer than what rsyslog takes by itself.
    assert max(map(len, trail.read_bytes().splitlines())) > 8192
    port = free_port()
    place = ("/var/log/mcp-ssh/audit.jsonl", kept)
    receiver = forwarder("receiver", file=place, port=('"6514"', f'"{port}"'))
    sender = {
        "file": ("/var/log/mcp-ssh/audit.jsonl", trail),
        "host": ('"HOST"', '"127.0.0.1"'),
        "port": ('"6514"', f'"{port}"'),
    }
    sending = forwarder("sender", **sender)
    assert arrived(kept, trail) == trail.read_bytes()
    assert verified(kept) == verified(trail)
    # What is written while the sender is away is sent later, and once.
    sending.send_signal(signal.SIGTERM)
    sending.wait(PATIENCE)
    write_records(trail, site, 2)
    forwarder("sender", **sender)
    assert arrived(kept, trail) == trail.read_bytes()
    assert verified(kept) == verified(trail)
    assert receiver.poll() is None
    assert os.stat(kept).st_mode & 0o777 == 0o600
