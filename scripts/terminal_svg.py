#!/usr/bin/env python3
"""The picture of a terminal in the README: docs/terminal.svg, drawn from a real run of the real binary.

terminal_svg.py BINARY [FILE]

Takes the path of the binary, and where the picture goes (docs/terminal.svg). Starts an sshd on a free port of loopback,
writes a configuration for it, runs each line of LINES on a terminal of COLUMNS columns, and draws what came. Needs
OpenSSH's sshd and ssh-keygen; no root. Gives the same file each time: what differs between two runs is replaced, as
REPLACED says, and the picture says so in its description. Refuses to draw when a line ends with another status than
LINES says.
"""

import fcntl
import os
import pwd
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import threading
from pathlib import Path

from terminal_drawing import drawn, wrapped

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs/terminal.svg"
COLUMNS = 108
ROWS = 60
ALIAS = "web-1"
# The account of the picture. The real one is whoever runs this.
USER = "ops"

# What is typed, and the status it ends with.
LINES = [
    ("tail -n 4 ~/mcp-ssh/config/policy.yml", 0),
    ("mcp-ssh doctor web-1", 0),
    ("mcp-ssh run web-1 -- uptime", 0),
    ("mcp-ssh run web-1 -- 'uptime; cat /etc/shadow'", 77),
    ("mcp-ssh plan web-1 -- 'journalctl -u nginx --vacuum-time=1s'", 77),
    ("mcp-ssh audit tail ~/mcp-ssh/audit.jsonl", 0),
    ("mcp-ssh audit verify ~/mcp-ssh/audit.jsonl", 0),
]

POLICY = """network:
  allow_cidrs: ["127.0.0.0/8"]
rules:
  - name: look
    action: allow
    commands: ["uptime*", "df -h*", "journalctl *"]
"""

# What differs between two runs or two machines: what is looked for, what stands in its place, and how the picture says it.
REPLACED = [
    (r"^ \d\d:\d\d:\d\d up .*$", " 09:12:44 up 42 days,  3:07,  1 user,  load average: 0.08, 0.03, 0.01", "what uptime says"),
    (r"\b\d\d-\d\d \d\d:\d\d:\d\d\b", "11-30 09:12:44", "times"),
    (r"\b\d+ ms\b", "38 ms", "durations"),
    (r"(127\.0\.0\.1)(:| port )\d+", r"\1\g<2>2222", "the port"),
    (r"SHA256:[A-Za-z0-9+/]{43}", "SHA256:3yMexDeZEvizeVFckIAfpZoDu8sIEdTa97fkDjb0sZA", "the host's fingerprint"),
    (r"SSH-2\.0-OpenSSH_\S+.*$", "SSH-2.0-OpenSSH_9.2p1", "the version of sshd"),
    (r" as \S+, by ", f" as {USER}, by ", "the user's name"),
    (r"\b[0-9a-f]{64}$", "7d5f0c1e8b3a4e6f92d1c0b7a8e5f4d3c2b1a09f8e7d6c5b4a39281706f5e4d3", "the head of the trail"),
    (r"^\d+ lines of (\d+) sessions", r"17 lines of \1 sessions", "the number of records"),
]


class Host:
    """An sshd on a free port of loopback: each connection has a process of its own, which gets the socket."""

    def __init__(self, folder):
        sshd = shutil.which("sshd", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
        if not sshd:
            sys.exit("terminal_svg.py: no sshd here: apt-get install openssh-server")
        for name in ("host_key", "id_ed25519"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", folder / name], check=True)
        (folder / "sshd_config").write_text(
            # SHLVL: bash would read the account's .bashrc. The lists: each OpenSSH has others.
            f"HostKey {folder}/host_key\nAuthorizedKeysFile {folder}/id_ed25519.pub\nSetEnv SHLVL=1\n"
            "StrictModes no\nUsePAM no\nUseDNS no\nPidFile none\nPermitRootLogin yes\nPrintMotd no\nPrintLastLog no\n"
            "KexAlgorithms curve25519-sha256\nCiphers chacha20-poly1305@openssh.com\n"
        )
        self.start = [sshd, "-i", "-e", "-f", folder / "sshd_config"]
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.connections = []
        self.private_key = folder / "id_ed25519"
        public = (folder / "host_key.pub").read_text().split()
        self.known_hosts = f"[127.0.0.1]:{self.port} {public[0]} {public[1]}\n"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            connection, _ = self.listener.accept()
            with connection:
                process = subprocess.Popen(self.start, stdin=connection, stdout=connection, stderr=subprocess.DEVNULL)
            self.connections.append(process)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # Each ends with its connection, and those who connected have ended.
        for process in self.connections:
            process.wait(timeout=20)


def site(home, host):
    """Writes ~/mcp-ssh as an operator would."""
    top = home / "mcp-ssh"
    for name in ("config", "keys", "secrets"):
        (top / name).mkdir(mode=0o700, parents=True)
    user = pwd.getpwuid(os.getuid()).pw_name
    shutil.copy(host.private_key, top / "keys/id_ed25519")
    (top / "keys/known_hosts").write_text(host.known_hosts)
    (top / "config/servers.yml").write_text(
        f"hosts:\n  - {{alias: {ALIAS}, host: 127.0.0.1, port: {host.port}, credentials: ops}}\n"
    )
    (top / "config/credentials.yml").write_text(
        f"entries:\n  - {{name: ops, username: {user}, key_path: id_ed25519}}\n"
    )
    (top / "config/policy.yml").write_text(POLICY)
    return {
        "MCP_SSH_CONFIG_DIR": str(top / "config"),
        "MCP_SSH_KEYS_DIR": str(top / "keys"),
        "MCP_SSH_SECRETS_DIR": str(top / "secrets"),
        "MCP_SSH_AUDIT_FILE": str(top / "audit.jsonl"),
    }


def on_terminal(line, environment):
    """Runs a line of shell on a terminal; gives its status and what the terminal got."""
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    process = subprocess.Popen(
        ["sh", "-c", line], stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True
    )
    os.close(theirs)
    got = bytearray()
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:
            # EIO: nobody holds the other end any more.
            break
        if not piece:
            break
        got += piece
    os.close(ours)
    return process.wait(), got.decode()


def replaced(text):
    """One printed line without what differs between two runs."""
    for pattern, instead, _ in REPLACED:
        text = re.sub(pattern, instead, text)
    return text


def session(binary):
    """The lines of the terminal: what was typed behind `$ `, and what came, with the colours of the terminal."""
    shown = []
    with tempfile.TemporaryDirectory(prefix="mcp-ssh-picture-") as name:
        folder = Path(name)
        (folder / "bin").mkdir()
        (folder / "bin/mcp-ssh").symlink_to(Path(binary).resolve())
        (folder / "sshd").mkdir(mode=0o700)
        with Host(folder / "sshd") as host:
            environment = {
                "PATH": f"{folder}/bin:/usr/bin:/bin",
                "HOME": str(folder),
                "TERM": "xterm-256color",
                "LANG": "C.UTF-8",
                "TZ": "UTC",
                **site(folder, host),
            }
            for line, expected in LINES:
                status, text = on_terminal(line, environment)
                if status != expected:
                    sys.exit(f"terminal_svg.py: `{line}` ended with status {status}, not {expected}:\n{text}")
                shown.append(f"$ {line}")
                for printed in text.replace("\r\n", "\n").splitlines():
                    shown += wrapped(replaced(printed), COLUMNS)
    return shown


def picture(binary):
    """The whole file."""
    said = ", ".join(said for _, _, said in REPLACED)
    return drawn(
        session(binary),
        COLUMNS,
        "mcp-ssh on a terminal",
        f"A real run against an sshd on loopback, drawn by scripts/terminal_svg.py. Replaced were: {said}.",
    )


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: terminal_svg.py BINARY [FILE]")
    target = Path(sys.argv[2]) if len(sys.argv) == 3 else PICTURE
    target.write_text(picture(sys.argv[1]))


if __name__ == "__main__":
    main()
