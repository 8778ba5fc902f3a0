"""A plain Debian to try things in, and a terminal in it.

Takes the name of a tree that scripts/debian.sh made. Gives a copy-on-write of it in namespaces of its own, an sshd of its
own, and conversations on a terminal. Nothing of it stays: what is written is in memory, and its processes end with it.
"""

import os
import pty
import re
import shutil
import socket
import subprocess
import threading

from mirror import ROOT

# $1 is the tree; the others are folders of this machine and their places in there, one after the other. The last line tells
# that it is there, and lasts as long as somebody holds the other end.
ENTERED = """\
set -e
mount -t tmpfs -o mode=0755 none /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay -o "lowerdir=$1,upperdir=/mnt/upper,workdir=/mnt/work" none /mnt/root
mount --rbind /dev /mnt/root/dev
mount -t proc none /mnt/root/proc
mount -t tmpfs -o mode=0755 none /mnt/root/run
cp /etc/resolv.conf /etc/hosts /mnt/root/etc/
shift
while [ "$#" -gt 0 ]; do
    mkdir -p "/mnt/root$2"
    mount --bind "$1" "/mnt/root$2"
    mount -o remount,bind,ro "/mnt/root$2"
    shift 2
done
exec chroot /mnt/root sh -c 'echo entered; cat'
"""
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Debian:
    """The tree `name`, with those packages, and folders of this machine at other places, which it cannot write into."""

    def __init__(self, name, packages, shared=None):
        subprocess.run([ROOT / "scripts/debian.sh", name, *packages], check=True)
        tree = ROOT / "target/debian" / name
        namespaces = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
        places = [place for pair in (shared or {}).items() for place in pair]
        command = [*namespaces, "bash", "-c", ENTERED, "bash", tree, *places]
        self.holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        said = self.holder.stdout.readline()
        assert said == b"entered\n", said
        # The first process in there is the one child of unshare.
        children = f"/proc/{self.holder.pid}/task/{self.holder.pid}/children"
        with open(children, encoding="ascii") as file:
            self.first = file.read().split()[0]

    def entering(self, user="root", **variables):
        """The words that run what follows in there as that user, in their home."""
        home = "/root" if user == "root" else f"/home/{user}"
        own = {"HOME": home, "USER": user, "LOGNAME": user, "PATH": f"{home}/.local/bin:{PATH}", "TERM": "xterm", "NO_COLOR": "1"}
        pairs = [f"{name}={value}" for name, value in (own | variables).items()]
        enter = ["nsenter", f"--target={self.first}", "--mount", "--pid", "--root", "--wd", "--"]
        become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--"]
        return [*enter, *become, "env", "-i", f"--chdir={home}", *pairs]

    def run(self, script, user="root", **variables):
        """What a script of bash says; its failure is the test's."""
        end = self.tried(script, user, **variables)
        assert end.returncode == 0, f"{script}: {end.returncode}\n{end.stdout}{end.stderr}"
        return end.stdout

    def tried(self, script, user="root", **variables):
        command = [*self.entering(user, **variables), "bash", "-euo", "pipefail", "-c", script]
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)

    def terminal(self, words, user="root", **variables):
        return Terminal([*self.entering(user, **variables), *words])

    def close(self):
        self.holder.stdin.close()
        self.holder.stdout.close()
        self.holder.wait()


class Sshd:
    """The sshd of a Debian, with the keys and accounts that are there. Each connection is handed to one of its own, so that
    no port has to be free."""

    def __init__(self, debian):
        self.debian, self.running = debian, []
        debian.run("mkdir -p /run/sshd && ssh-keygen -q -A")
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                wire, _ = self.listener.accept()
            except OSError:
                return
            with wire:
                command = [*self.debian.entering(), "/usr/sbin/sshd", "-i", "-o", "LogLevel=QUIET"]
                self.running.append(subprocess.Popen(command, stdin=wire, stdout=wire))

    def close(self):
        # Wakes `accept`, which a close alone does not.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for process in self.running:
            process.kill()
            process.wait()


class Terminal:
    """A person at a terminal, who answers each question when it is there."""

    def __init__(self, words):
        self.said, self.passed, self.status = "", 0, None
        self.pid, self.screen = pty.fork()
        if self.pid == 0:
            try:
                os.execvp(shutil.which(words[0]), words)
            finally:
                os._exit(127)

    def wait(self, text):
        while (at := self.said.find(text, self.passed)) < 0:
            if not self.read():
                raise AssertionError(f"`{text}` does not come:\n{self.said}")
        self.passed = at + len(text)

    def answer(self, question, line):
        self.wait(question)
        os.write(self.screen, f"{line}\n".encode())

    def read(self):
        try:
            data = os.read(self.screen, 65536)
        except OSError:
            # Linux says so when the last one who had the terminal is gone.
            data = b""
        self.said += data.decode(errors="replace").replace("\r\n", "\n")
        return data

    def end(self):
        """The exit status, once all is said."""
        while self.read():
            pass
        os.close(self.screen)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def converse(terminal, host, user, fingerprint):
    """A newcomer's conversation with `mcp-ssh init`, up to its last question."""
    terminal.answer("Host (empty", host)
    terminal.wait("shows this key:")
    terminal.wait(fingerprint)
    terminal.answer("Is it the host's own?", "yes")
    terminal.answer("User on that host", user)
    terminal.answer("Its name for the assistant", "web-1")
    terminal.answer("[~/.ssh/id_ed25519]: ", "")
    terminal.answer("Policy [look]", "")
    terminal.wait("ok    host key")
    terminal.wait("`uptime` ended with status 0")
    terminal.answer("Client (empty", "claude-code")


def fingerprint(debian):
    """What the host itself says of its key."""
    said = debian.run("ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub")
    return re.search(r"SHA256:\S+", said)[0]
