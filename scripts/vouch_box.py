"""A namespace in which vouch.py runs programs under strace, and the files that they may look at.

`Box` starts this file's text inside fresh namespaces (user, mount, pid, net, ipc, uts), as an ordinary user or
as root of the user namespace. There /tmp, /run, /var/tmp and /dev/shm are empty, and only loopback is up. It takes one
JSON object a line, `{argv, stdin, seconds, traced}`, and answers `{status, output, errors, trace, asked}`: `asked` is what
the daemons of vouch_daemons.py were asked for. After each command it kills what is left over.
"""

import gzip
import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import zipfile

TREE = "/tmp/tree"
HOME = "/tmp/home"
WORK = "/tmp/box"
ENVIRONMENT = {
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": HOME,
    "LANG": "C",
    "TERM": "dumb",
    "USER": "somebody",
}
# An id without files of its own; whoever starts this as root drops to it first, so that root of the namespace owns
# nothing of the machine.
UNPRIVILEGED = 60999
FILE_LIMIT = 4 * 1024 * 1024
KEPT = 6000

# The calls that could change something. With --seccomp-bpf only these stop the program.
TRACED = (
    "execve,execveat,clone,clone3,fork,vfork,open,openat,openat2,creat,unlink,unlinkat,rename,renameat,renameat2,"
    "link,linkat,symlink,symlinkat,mkdir,"
    "mkdirat,mknod,mknodat,rmdir,chmod,fchmod,fchmodat,chown,lchown,fchown,fchownat,utime,utimes,utimensat,"
    "futimesat,truncate,setxattr,lsetxattr,fsetxattr,removexattr,lremovexattr,fremovexattr,mount,umount2,pivot_root,"
    "chroot,setns,move_mount,fsopen,open_tree,kill,tkill,tgkill,rt_sigqueueinfo,rt_tgsigqueueinfo,pidfd_send_signal,"
    "connect,bind,listen,sendto,sendmsg,sendmmsg,sethostname,setdomainname,settimeofday,clock_settime,adjtimex,"
    "clock_adjtime,reboot,syslog,swapon,swapoff,init_module,finit_module,delete_module,kexec_load,acct,quotactl,"
    "setpriority,sched_setscheduler,sched_setparam,sched_setattr,sched_setaffinity,ioprio_set,prlimit64,shmget,shmctl,"
    "semget,semctl,msgget,msgctl,mq_open,mq_unlink,ptrace,process_vm_readv,process_vm_writev,bpf,perf_event_open,"
    "add_key,keyctl,request_key,io_uring_setup,ioctl,fallocate,iopl,ioperm,name_to_handle_at,open_by_handle_at"
)

SETUP = """
for place in /tmp /run /var/tmp /dev/shm; do [ -d "$place" ] && mount -t tmpfs none "$place"; done
ip link set lo up 2>/dev/null
mkdir -p /run/systemd/system
chmod 777 /run /run/systemd
chmod 1777 /tmp
"""


class Box:
    """Programs run here; `root` says as whom."""

    def __init__(self, root, setup=()):
        code = ""
        for part in ("vouch_daemons.py", "vouch_box.py"):
            with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), part), encoding="utf-8") as file:
                code += file.read() + "\n"
        inner = [] if root else ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
        script = SETUP + "\n".join(setup) + '\nexec "$@"'
        command = ["unshare", "--user", "--map-root-user", "--mount", "--pid", "--net", "--ipc", "--uts", "--fork"]
        command += ["--kill-child", "--mount-proc", "sh", "-c", script, "sh", *inner, "python3", "-c", code]
        drop = {"user": UNPRIVILEGED, "group": UNPRIVILEGED, "extra_groups": []} if os.getuid() == 0 else {}
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd="/", env=ENVIRONMENT, **drop
        )

    def run(self, argv, stdin=None, seconds=5.0, traced=True):
        """What a command does: its status (None: it had to be stopped), output, errors, trace."""
        request = {"argv": argv, "stdin": stdin, "seconds": seconds, "traced": traced}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"vouch: error: the namespace ended while it ran {argv}; user namespaces must be allowed")
        return json.loads(answer)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def serve():
    """The loop inside the namespace."""
    make_tree()
    before = snapshot()
    daemons = Daemons()  # noqa: F821 - of vouch_daemons.py, whose text stands before this one.
    for line in sys.stdin:
        try:
            answer = once(**json.loads(line))
            answer["asked"] = daemons.take()
        except OSError as error:
            answer = {"status": 126, "output": "", "errors": str(error), "trace": []}
        after = snapshot()
        if after != before:
            answer["changed"] = sorted(name for name, _ in before ^ after)[:5]
            shutil.rmtree(TREE, ignore_errors=True)
            make_tree()
            before = snapshot()
        print(json.dumps(answer), flush=True)


def once(argv, stdin, seconds, traced):
    trace = f"{WORK}/trace"
    strace = ["strace", "--seccomp-bpf", "-f", "-qqq", "-s", "200", "-e", "signal=none", "-e", f"trace={TRACED}"]
    command = [*strace, "-o", trace, "--", *argv] if traced else argv
    given = f"{WORK}/stdin" if stdin else "/dev/null"
    if stdin:
        with open(given, "w", encoding="utf-8") as file:
            file.write(stdin)
    with open(given, "rb") as source, open(f"{WORK}/out", "wb+") as out, open(f"{WORK}/err", "wb+") as err:
        process = subprocess.Popen(
            command, stdin=source, stdout=out, stderr=err, cwd=TREE, env=ENVIRONMENT, start_new_session=True,
            preexec_fn=limit,
        )
        try:
            status = process.wait(seconds)
        except subprocess.TimeoutExpired:
            status = None
        kill_all(process)
        return {"status": status, "output": kept(out), "errors": kept(err), "trace": lines(trace) if traced else []}


def limit():
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_LIMIT, FILE_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def kill_all(process):
    """This is the first process of its namespace: all others are what the command left."""
    try:
        if os.getpid() == 1:
            os.kill(-1, signal.SIGKILL)
        process.wait()
        while os.waitpid(-1, 0)[0]:
            pass
    except (ProcessLookupError, ChildProcessError):
        pass


def kept(file):
    file.seek(0)
    return file.read(KEPT).decode(errors="replace")


def lines(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read().splitlines()


def snapshot():
    """Each file below the tree and the home: its name with its mode, size and time."""
    found = set()
    for place in (TREE, HOME):
        for folder, folders, files in os.walk(place):
            for name in folders + files:
                path = os.path.join(folder, name)
                state = os.lstat(path)
                found.add((path, (state.st_mode, state.st_size, state.st_mtime_ns, state.st_uid)))
    return found


TEXTS = {
    "text": "alpha beta 10\ngamma delta 9\nalpha beta 10\nroot:x:0:0:/root\n",
    "numbers": "3\n1\n2\n",
    "sorted": "a 1\nb 2\nc 3\n",
    "data.json": '{"a": [1, {"b": "c"}]}\n',
    "data.csv": "name,size\na,1\nb,2\n",
    "data.yaml": "a: 1\nb: [1, 2]\n",
    "data.xml": "<?xml version='1.0'?><a><b c='d'>e</b></a>\n",
    "dir/inner": "inner\n",
    "dir/deeper/more": "more\n",
    "-dashed": "a name like an option\n",
    ".hidden": "hidden\n",
    "empty": "",
}


def make_tree():
    """Files of many kinds, and a repository where there is git."""
    for place in (TREE, HOME, WORK):
        os.makedirs(place, exist_ok=True)
    os.chdir(TREE)
    os.makedirs("dir/deeper", exist_ok=True)
    for name, text in TEXTS.items():
        with open(name, "w", encoding="utf-8") as file:
            file.write(text)
    os.symlink("text", "link")
    with gzip.open("text.gz", "wt") as file:
        file.write(TEXTS["text"])
    with tarfile.open("files.tar", "w") as archive:
        archive.add("text")
    with tarfile.open("files.tar.gz", "w:gz") as archive:
        archive.add("text")
    with zipfile.ZipFile("files.zip", "w") as archive:
        archive.write("text")
    database = sqlite3.connect("data.db")
    database.executescript("CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 'x');")
    database.close()
    for packer, ending in (("bzip2", "bz2"), ("xz", "xz"), ("zstd", "zst"), ("lz4", "lz4")):
        if shutil.which(packer):
            quiet([packer, "-k", "text"] if packer != "lz4" else ["lz4", "text", "text.lz4"])
    if shutil.which("git"):
        name = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        quiet(["git", "init", "-q", "-b", "main"])
        quiet(["git", "add", "text", "dir"])
        quiet(["git", *name, "commit", "-q", "-m", "one"])
        quiet(["git", "add", "numbers"])
        quiet(["git", *name, "commit", "-q", "-m", "two"])
        quiet(["git", "tag", "v1"])


def quiet(command):
    subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, env=ENVIRONMENT, check=False)


# Inside the namespace this text is not a file.
if __name__ == "__main__" and "__file__" not in globals():
    serve()
