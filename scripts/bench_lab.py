"""What bench.py and soak.py run against: OpenSSH servers on loopback, configurations, MCP clients.

Gives a `Lab`, which owns a folder, an account and every process that was started from here, and
ends all of them when it is left, however that happens. The servers listen on loopback only.
"""

import contextlib
import ctypes
import getpass
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

SSHD = "/usr/sbin/sshd"
# sshd's MAX_LISTEN_SOCKS: the addresses that one of them listens on.
HOSTS_PER_SSHD = 16
# prctl(2): what our servers leave behind becomes our child, and is ended with the rest.
PR_SET_CHILD_SUBREAPER = 36
# Longer than any answer may take; a bench that hangs says so instead.
ANSWER_SECONDS = 60
SSHD_CONFIG = """
AuthorizedKeysFile {folder}/authorized_keys
HostKey {folder}/host_key
Ciphers chacha20-poly1305@openssh.com,aes128-gcm@openssh.com
KexAlgorithms curve25519-sha256
KbdInteractiveAuthentication no
LogLevel ERROR
MaxStartups 1000
PasswordAuthentication no
PermitRootLogin no
PidFile none
PrintLastLog no
PrintMotd no
StrictModes no
Subsystem sftp internal-sftp
UseDNS no
UsePAM no
"""
# Prints as many bytes as it is told, in lines.
PRINTER = "#!/bin/sh\nexec yes 'sixty-three bytes of output in each line, like those of a log file' | head -c \"$1\"\n"


def die(message):
    """The last words, on stderr."""
    sys.exit(f"{os.path.basename(sys.argv[0])}: error: {message}")


def say(message):
    """Progress, on stderr, so that stdout stays free for results."""
    print(f"{os.path.basename(sys.argv[0])}: {message}", file=sys.stderr, flush=True)


def run(*command, **options):
    """Runs a command that has to succeed; what it printed."""
    options = {"stdin": subprocess.DEVNULL, "capture_output": True, "text": True} | options
    done = subprocess.run([str(word) for word in command], **options)
    if done.returncode != 0:
        die(f"{' '.join(map(str, command[:6]))} …: status {done.returncode}: {done.stderr or ''}")
    return done.stdout


def processes():
    """Every process: pid -> (parent, command line)."""
    found = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError, ValueError):
            with open(f"/proc/{name}/stat", "rb") as file:
                parent = int(file.read().rpartition(b")")[2].split()[1])
            with open(f"/proc/{name}/cmdline", "rb") as file:
                found[int(name)] = (parent, file.read())
    return found


def descendants(root):
    """The pids below a process."""
    table = processes()
    below, queue = [], [root]
    while queue:
        parent = queue.pop()
        children = [pid for pid, (its, _) in table.items() if its == parent]
        below += children
        queue += children
    return below


def end(pids):
    """Kills processes that we started, by pid."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def reap():
    """Takes the statuses of children that have ended; false when there is no child left."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
        return True
    except ChildProcessError:
        return False


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def memory(pid, field):
    """A field of /proc/PID/status that is counted in kB, in KiB."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        for line in file:
            if line.startswith(field + ":"):
                return int(line.split()[1])
    return 0


def processor_ms(pid):
    """The processor time of a process so far."""
    with open(f"/proc/{pid}/schedstat", encoding="ascii") as file:
        return int(file.read().split()[0]) / 1e6


def outcome(result):
    """What a tool gave: structured, or an error's text, which is JSON when it has details."""
    if "structuredContent" in result:
        return result["structuredContent"]
    text = result["content"][0]["text"]
    with contextlib.suppress(ValueError):
        return json.loads(text)
    return {"error": text}


class Lab:
    """A folder, an account to log in to, a key, and servers. A context manager."""

    def __init__(self, binary, hosts):
        self.binary = os.path.abspath(binary)
        self.port = free_port()
        self.addresses = [f"127.0.{1 + index // 200}.{1 + index % 200}" for index in range(hosts)]
        self.account = None
        self.listeners = {}

    def __enter__(self):
        if not os.access(self.binary, os.X_OK):
            die(f"no binary at {self.binary}; run: make static")
        if not os.access(SSHD, os.X_OK):
            die(f"{SSHD} is missing; run: apt-get install openssh-server")
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: sys.exit(1))
        self.folder = tempfile.mkdtemp(prefix="mcp-ssh-bench-")
        try:
            self.make_account()
            self.make_files()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        # A second signal must not leave half of it behind.
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        end(sshd.pid for sshd in self.listeners.values())
        while reap():
            end(descendants(os.getpid()))
            time.sleep(0.01)
        if self.account:
            subprocess.run(["userdel", "--force", self.account], capture_output=True, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def make_account(self):
        """OpenSSH delivers no signals to sessions of root's, so root makes itself an account."""
        if os.getuid() != 0:
            self.user = getpass.getuser()
            return
        os.makedirs("/run/sshd", exist_ok=True)
        self.account = self.user = f"mcpsshbench{os.getpid()}"
        options = ("--no-create-home", "--home-dir", "/", "--shell", "/bin/sh")
        run("useradd", *options, self.account)
        # An account without a password is locked for sshd; `*` lets keys in.
        run("usermod", "--password", "*", self.account)

    def make_files(self):
        os.chmod(self.folder, 0o711)
        for name in ("host_key", "user_key"):
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", self.path(name))
        shutil.copy(self.path("user_key.pub"), self.path("authorized_keys"))
        os.chmod(self.path("authorized_keys"), 0o644)
        self.write("sshd_config", SSHD_CONFIG.format(folder=self.folder))
        self.write("print", PRINTER)
        os.chmod(self.path("print"), 0o755)
        with open(self.path("host_key.pub"), encoding="ascii") as file:
            kind, key = file.read().split()[:2]
        lines = [f"[{address}]:{self.port} {kind} {key}\n" for address in self.addresses]
        self.write("known_hosts", "".join(lines))

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def listen(self, addresses):
        """Starts one sshd on some of the addresses, and waits until it listens."""
        listen = [word for address in addresses for word in ("-o", f"ListenAddress={address}:{self.port}")]
        log = self.path("sshd.log")
        command = [SSHD, "-D", "-f", self.path("sshd_config"), "-E", log, *listen]
        # A daemon leads a session of its own.
        sshd = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
        self.listeners[addresses[0]] = sshd
        deadline = time.monotonic() + ANSWER_SECONDS
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection((addresses[-1], self.port)).close()
                return
            if sshd.poll() is not None or time.monotonic() > deadline:
                with open(log, encoding="utf-8") as file:
                    die(f"sshd does not listen: {file.read()}")
            time.sleep(0.005)

    def listen_all(self):
        for start in range(0, len(self.addresses), HOSTS_PER_SSHD):
            self.listen(self.addresses[start : start + HOSTS_PER_SSHD])

    def reap_orphans(self, others):
        """Takes the statuses of what killed servers left behind; `others` has an owner."""
        owned = {sshd.pid for sshd in self.listeners.values()} | set(others)
        for pid, (parent, _) in processes().items():
            if parent == os.getpid() and pid not in owned:
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)

    def site(self, name, hosts, commands, limits="", port=None):
        """A configuration for `serve`: `hosts` are (alias, address, tag)."""
        for folder in ("config", "keys", "secrets"):
            os.makedirs(self.path(name, folder), mode=0o700)
        shutil.copy(self.path("known_hosts"), self.path(name, "keys"))
        shutil.copy(self.path("user_key"), self.path(name, "keys", "key"))
        os.chmod(self.path(name, "keys", "key"), 0o400)
        entry = f'entries:\n  - name: "bench"\n    username: "{self.user}"\n    key_path: "key"\n'
        self.write(f"{name}/config/credentials.yml", entry)
        line = '  - alias: "{}"\n    host: "{}"\n    port: {}\n    credentials: "bench"\n    tags: ["{}"]\n'
        lines = [line.format(alias, address, port or self.port, tag) for alias, address, tag in hosts]
        self.write(f"{name}/config/servers.yml", "hosts:\n" + "".join(lines))
        policy = f'rules:\n  - action: "allow"\n    commands: {json.dumps(commands)}\n'
        network = 'network:\n  allow_cidrs: ["127.0.0.0/8"]\n'
        self.write(f"{name}/config/policy.yml", limits + network + policy)
        return Site(self, name)

    def ssh(self, address, *options):
        """The command line of OpenSSH's client that does what ours does."""
        return ["ssh", *self.ssh_options(), *options, f"{self.user}@{address}"]

    def ssh_options(self):
        return [
            *("-F", "none", "-p", str(self.port), "-i", self.path("user_key")),
            *("-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-o", "LogLevel=ERROR"),
            *("-o", "PreferredAuthentications=publickey", "-o", "GlobalKnownHostsFile=/dev/null"),
            *("-o", f"UserKnownHostsFile={self.path('known_hosts')}"),
        ]


class Site:
    """A configuration that `mcp-ssh` can be started with."""

    def __init__(self, lab, name):
        self.lab = lab
        self.name = name

    def command(self, *words):
        folder = self.lab.path(self.name)
        binary, verb, *rest = self.lab.binary, *words
        folders = [f"--{kind}={folder}/{kind}" for kind in ("config", "keys", "secrets")]
        return [binary, verb, *folders, *rest]

    def serve(self, piped_stderr=False):
        return Client(self, piped_stderr)


class Client:
    """An MCP client on the two pipes of a server of its own. A context manager."""

    def __init__(self, site, piped_stderr):
        self.stderr_path = site.lab.path(site.name, "stderr")
        with open(self.stderr_path, "ab") as stderr:
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": stderr}
            if piped_stderr:
                pipes["stderr"] = subprocess.PIPE
            self.process = subprocess.Popen(site.command("serve"), bufsize=0, **pipes)
        self.pid = self.process.pid
        os.set_blocking(self.process.stdin.fileno(), False)
        self.pieces = []
        self.has_line = False
        self.last_id = 0
        client = {"name": "bench", "version": "1"}
        hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client}
        self.request("initialize", hello)
        self.send([{"jsonrpc": "2.0", "method": "notifications/initialized"}])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def number(self, method, params):
        self.last_id += 1
        return {"jsonrpc": "2.0", "id": self.last_id, "method": method, "params": params}

    def send(self, messages, deadline=None):
        """Writes messages; takes in what is answered meanwhile, so that neither side waits."""
        deadline = deadline or time.monotonic() + ANSWER_SECONDS
        rest = memoryview(b"".join(json.dumps(message).encode() + b"\n" for message in messages))
        while rest:
            readable = self.wait(deadline, [self.process.stdin])
            if readable:
                self.read()
                continue
            with contextlib.suppress(BlockingIOError):
                rest = rest[os.write(self.process.stdin.fileno(), rest) :]

    def wait(self, deadline, writable=()):
        """Waits; whether there is something to read."""
        left = deadline - time.monotonic()
        ready, able, _ = select.select([self.process.stdout], writable, [], max(left, 0))
        if not ready and not able:
            with open(self.stderr_path, "rb") as file:
                tail = file.read()[-2000:].decode(errors="replace")
            die(f"the server did not answer in {ANSWER_SECONDS} s; the end of its stderr:\n{tail}")
        return ready

    def readable(self, seconds):
        return bool(select.select([self.process.stdout], [], [], seconds)[0])

    def read(self):
        piece = os.read(self.process.stdout.fileno(), 1 << 20)
        if not piece:
            die(f"the server has ended with status {self.process.wait()}")
        self.pieces.append(piece)
        self.has_line |= b"\n" in piece

    def messages(self):
        """What has been read so far."""
        if not self.has_line:
            return []
        *lines, rest = b"".join(self.pieces).split(b"\n")
        self.pieces, self.has_line = [rest], False
        return [json.loads(line) for line in lines]

    def answers(self, ids):
        """The answers to requests that were sent: id -> result."""
        deadline = time.monotonic() + ANSWER_SECONDS
        found = {}
        while len(found) < len(ids):
            for message in self.messages():
                if message.get("id") in ids:
                    found[message["id"]] = message
            if len(found) < len(ids):
                self.wait(deadline)
                self.read()
        return found

    def request(self, method, params):
        message = self.number(method, params)
        self.send([message])
        answer = self.answers({message["id"]})[message["id"]]
        if "result" not in answer:
            die(f"{method}: {answer.get('error')}")
        return answer["result"]

    def call(self, tool, **arguments):
        return outcome(self.request("tools/call", {"name": tool, "arguments": arguments}))

    def calls(self, tool, many):
        """Sends many calls at once; their results, when all are there."""
        calls = [self.number("tools/call", {"name": tool, "arguments": one}) for one in many]
        self.send(calls)
        answers = self.answers({call["id"] for call in calls})
        return [outcome(answers[call["id"]]["result"]) for call in calls]

    def tools(self):
        return {tool["name"] for tool in self.request("tools/list", {})["tools"]}
