"""The hosts of the soak: sshd's that come and go beside daemons that have to live.

Half of the hosts are logged in to as root, half as an account that may use sudo. Since commands are killed as root,
everything runs in a PID namespace of its own, whose process 1 this program is; account and sudoers file are in an /etc
of its own, which goes with the namespace.
"""

import dataclasses
import os
import shutil
import subprocess
import sys
import time

from bench_lab import ANSWER_SECONDS, SSHD, SSHD_CONFIG, Lab, descendants, die, end, processes, run
from soak_marks import birth

# How long a host that was killed stays away.
AWAY_SECONDS = 1.5
# The account's sudo has use_pty, as Debian has it, and root's has not. SSH_CONNECTION tells on which host a process runs.
SUDOERS = """
Defaults env_keep += "SSH_CONNECTION"
Defaults use_pty
Defaults:root !use_pty
root ALL=(ALL:ALL) NOPASSWD: ALL
{account} ALL=(ALL:ALL) NOPASSWD: ALL
"""
# root's login shell, which is slow at times: a connection may then go before what would kill its command has begun.
SHELL = '#!/bin/sh\n[ $(($$ % 8)) -ne 0 ] || sleep 0.5\nexec /bin/sh "$@"\n'
# Longer than any soak.
FOREVER = "8640000"
DAEMONS = (["sleep", FOREVER], ["sh", "-c", "while sleep 1; do :; done"])
# A daemon that a login has left behind: it has the environment of a connection, as the commands of ours have.
HEIR = "setsid -f sleep {} </dev/null >/dev/null 2>&1"


def enter_namespace():
    """Starts this program anew as process 1 of a PID namespace with a /proc of its own, unless it is that."""
    if os.getpid() == 1:
        return
    if os.getuid() != 0:
        die("it needs namespaces of its own: run it as root")
    for tool in ("unshare", "sudo"):
        if not shutil.which(tool):
            die(f"no `{tool}` here: run scripts/test-tools.sh, which installs it")
    unshare = ["unshare", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child"]
    os.execvp(unshare[0], [*unshare, sys.executable, *sys.argv])


@dataclasses.dataclass(frozen=True)
class Daemon:
    """A process that nothing may end."""

    name: str
    pid: int
    born: int

    def lives(self):
        return birth(self.pid) == self.born


class Fleet(Lab):
    """Hosts that are root's and an account's by turns. A context manager."""

    def __init__(self, binary, hosts):
        super().__init__(binary, hosts)
        self.aliases = {address: f"host-{number}" for number, address in enumerate(self.addresses)}
        self.daemons = []
        self.born = {}
        self.away = {}
        # When to cut which host.
        self.to_cut = []

    def make_account(self):
        etc = self.path("etc")
        os.mkdir(etc)
        run("mount", "-t", "tmpfs", "-o", "mode=0755", "soak", etc)
        run("cp", "-a", "/etc/.", etc)
        run("mount", "--move", etc, "/etc")
        self.write("shell", SHELL)
        os.chmod(self.path("shell"), 0o755)
        # Its login reads no files of this machine's root, such as a .bashrc.
        run("sed", "-i", f"s|^root:.*|root:x:0:0::/:{self.path('shell')}|", "/etc/passwd")
        super().make_account()
        with open("/etc/sudoers", "w", encoding="ascii") as file:
            file.write(SUDOERS.format(account=self.account))
        os.chmod("/etc/sudoers", 0o440)
        run("sudo", "-n", "true", user=self.account)

    def make_files(self):
        super().make_files()
        config = SSHD_CONFIG.replace("PermitRootLogin no", "PermitRootLogin prohibit-password")
        self.write("sshd_config", config.format(folder=self.folder))

    def username(self, address):
        return self.account if self.addresses.index(address) % 2 else "root"

    def start(self):
        """Starts the hosts and their daemons."""
        for address in self.addresses:
            self.listen([address])
        for user in ("root", self.account):
            for words in DAEMONS:
                identity = {"user": user, "group": user, "extra_groups": []}
                process = subprocess.Popen(words, stdin=subprocess.DEVNULL, start_new_session=True, **identity)
                self.keep(f"{user}'s {' '.join(words)}", process.pid)
        for number, address in enumerate(self.addresses[:4]):
            self.start_heir(address, f"{FOREVER}{number}")

    def start_heir(self, address, seconds):
        user = self.username(address)
        run("ssh", *self.ssh_options(), f"{user}@{address}", HEIR.format(seconds))
        words = b"sleep\0%s\0" % seconds.encode()
        deadline = time.monotonic() + ANSWER_SECONDS
        # setsid has left before its child is the sleep.
        while not (pids := [pid for pid, (_, line) in processes().items() if line == words]):
            if time.monotonic() > deadline:
                die(f"`sleep {seconds}` was started on {address}, and is not there")
            time.sleep(0.01)
        self.keep(f"the sleep that a login of {user}'s has left", pids[0])

    def keep(self, name, pid):
        self.daemons.append(Daemon(name, pid, birth(pid)))

    def listen(self, addresses):
        super().listen(addresses)
        pid = self.listeners[addresses[0]].pid
        self.born[addresses[0]] = Daemon(f"the sshd of {addresses[0]}", pid, birth(pid))

    def dead(self):
        """The names of the daemons, and of the hosts that should be there, that are not."""
        hosts = [sshd for address, sshd in self.born.items() if address not in self.away]
        return [its.name for its in self.daemons + hosts if not its.lives()]

    def cut(self, address):
        """Ends the connections of a host; their commands run on."""
        table = processes()
        below = descendants(self.listeners[address].pid)
        # By their first word: what kills a command over its connection has `sshd` among its words.
        end(pid for pid in below if table.get(pid, (0, b""))[1].startswith((b"sshd", SSHD.encode())))

    def cut_due(self, now):
        """Cuts the hosts whose time has come, if they are there."""
        due = [alias for at, alias in self.to_cut if at <= now]
        self.to_cut = [(at, alias) for at, alias in self.to_cut if at > now]
        for address, alias in self.aliases.items():
            if alias in due and address not in self.away:
                self.cut(address)

    def take_away(self, address):
        """Kills a host that is there."""
        self.away[address] = time.monotonic() + AWAY_SECONDS
        self.cut(address)
        end([self.listeners[address].pid])

    def bring_back(self, now):
        """Starts the hosts again whose time has come."""
        for address in [its for its, at in self.away.items() if at <= now]:
            self.listeners.pop(address).wait()
            self.listen([address])
            del self.away[address]
