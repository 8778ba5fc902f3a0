"""What files cost beside `sftp` and `scp`: a large one, many small ones, and the memory that a huge one takes.

Both sides use the same sshd and its one cipher. Root mounts a tmpfs for what is copied and for the copies, so that no
disk is measured. The sides take turns. Each copy is compared with its source, outside of the time.
"""

import contextlib
import filecmp
import os
import shutil
import subprocess
import tempfile
import time

from bench_lab import die, memory, run
from bench_table import median_ms

ROUNDS = 7
PIECE = 1 << 20
LARGE = 100 * 10**6
HUGE = 1 << 30
SMALL = 1000
SMALL_BYTES = 1024
# 1,000 runs of `scp` take a quarter of a minute.
SMALL_ROUNDS = 3
# The whole process, whatever the size of the file.
MEMORY_MIB = 16
# 0.8 of sftp's throughput takes 1.25 of its time.
AT_MOST = 1.25


@contextlib.contextmanager
def folders(lab):
    """A folder here and a folder of the account to log in to; in memory, where this is root."""
    folder = tempfile.mkdtemp(prefix="mcp-ssh-bench-files-")
    mounted = os.getuid() == 0
    if mounted:
        run("mount", "-t", "tmpfs", "-o", f"size={4 * HUGE},mode=0755", "tmpfs", folder)
    try:
        os.chmod(folder, 0o755)
        here, there = (os.path.join(folder, name) for name in ("here", "there"))
        for path in (here, there):
            os.mkdir(path, 0o755)
        if mounted:
            shutil.chown(there, lab.user)
        yield here, there
    finally:
        if mounted:
            run("umount", "--lazy", folder)
        shutil.rmtree(folder)


def site_for(lab, there):
    """A configuration in which the account's folder may be read and written."""
    paths = f'read: ["{there}/*", "{there}/small/*"], write: ["{there}/*"]'
    limits = f"limits: {{max_seconds: 300}}\nfiles:\n- {{action: allow, {paths}, max_bytes: {2 * HUGE}}}\n"
    return lab.site("files", [("host-0", lab.addresses[0], "fleet")], ["true"], limits)


def content(path, size):
    """A file of bytes that nothing can compress."""
    with open(path, "wb") as file:
        for start in range(0, size, PIECE):
            file.write(os.urandom(min(PIECE, size - start)))


def turned(source, copy, *words):
    """A side that makes a copy: its time, without what is done before and after."""

    def side():
        with contextlib.suppress(FileNotFoundError):
            os.remove(copy)
        begun = time.perf_counter()
        run(*words)
        taken = time.perf_counter() - begun
        if not filecmp.cmp(source, copy, shallow=False):
            die(f"{words[0]} made another file of {source}")
        return taken

    return side


def bench_large(lab, table, site, here, there):
    """One large file in both directions."""
    address, options = lab.addresses[0], lab.ssh_options()
    options[options.index("-p")] = "-P"
    peer = f"{lab.user}@{address}"
    for name, source, copy, verb in (
        ("get", f"{there}/large", f"{here}/copy", lambda its, to: [f"get {its} {to}", f"{peer}:{its}", to]),
        ("put", f"{here}/large", f"{there}/copy", lambda its, to: [f"put {its} {to}", its, f"{peer}:{to}"]),
    ):
        content(source, LARGE)
        batch, *ends = verb(source, copy)
        lab.write("batch", batch + "\n")
        words = ("get", "host-0", source, copy) if name == "get" else ("put", source, "host-0", copy)
        figures = median_ms(
            ROUNDS,
            turned(source, copy, *site.command(*words)),
            turned(source, copy, "sftp", "-q", *options, "-b", lab.path("batch"), peer),
            turned(source, copy, "scp", "-q", *options, *ends),
        )
        ours, sftp, scp = figures
        table.ratio(f"{name} of 100 MB / sftp", ours, sftp, AT_MOST)
        table.ratio(f"{name} of 100 MB / scp", ours, scp, None)
        os.remove(source)
        os.remove(copy)


def bench_small(lab, table, site, here, there, masters):
    """1,000 small files, a call each over one kept connection."""
    folder, copies = os.path.join(there, "small"), os.path.join(here, "small")
    os.mkdir(folder, 0o755)
    names = [f"file-{n:03}" for n in range(SMALL)]
    for name in names:
        content(os.path.join(folder, name), SMALL_BYTES)
    options = [*lab.ssh_options(), *masters]
    options[options.index("-p")] = "-P"
    peer = f"{lab.user}@{lab.addresses[0]}"

    def fresh(words_of_all):
        def side():
            shutil.rmtree(copies, ignore_errors=True)
            os.mkdir(copies)
            begun = time.perf_counter()
            for words in words_of_all:
                run(*words)
            return time.perf_counter() - begun

        return side

    with site.serve() as client:

        def ours():
            for name in names:
                result = client.call("ssh_read_file", alias="host-0", path=f"{folder}/{name}")
                if result.get("bytes") != SMALL_BYTES:
                    die(f"a file was not read: {result}")

        ours()
        figures = median_ms(
            SMALL_ROUNDS,
            ours,
            fresh([("scp", "-q", *options, f"{peer}:{folder}/{name}", copies) for name in names]),
            fresh([("scp", "-q", "-r", *options, f"{peer}:{folder}", copies)]),
        )
    mine, each, tree = figures
    table.ratio("1,000 files of 1 KiB, kept / scp each, kept", mine, each, 1)
    table.ratio("1,000 files of 1 KiB, kept / one scp -r, kept", mine, tree, None)
    shutil.rmtree(folder)


def peak(words):
    """The peak memory of a command that has to succeed, in MiB; looked at until it ends.

    wait4(2) does not tell it: that counts what this process had when it forked.
    """
    # A few records, which fit into a pipe.
    outputs = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    process = subprocess.Popen([str(word) for word in words], stdin=subprocess.DEVNULL, text=True, **outputs)
    highest = 0
    while process.poll() is None:
        with contextlib.suppress(OSError):
            highest = max(highest, memory(process.pid, "VmHWM"))
        time.sleep(0.002)
    if process.returncode != 0:
        die(f"{words[1]} of a huge file: status {process.returncode}: {process.stderr.read()}")
    return highest / 1024


def bench_huge(table, site, here, there):
    """A file that is much larger than the memory it may take."""
    source, copy = f"{there}/huge", f"{here}/huge"
    content(source, HUGE)
    table.limit("peak resident, get of 1 GiB", peak(site.command("get", "host-0", source, copy)), MEMORY_MIB, "MiB")
    if not filecmp.cmp(source, copy, shallow=False):
        die("get made another file of 1 GiB")
    os.remove(source)
    table.limit("peak resident, put of 1 GiB", peak(site.command("put", copy, "host-0", source)), MEMORY_MIB, "MiB")
    if not filecmp.cmp(source, copy, shallow=False):
        die("put made another file of 1 GiB")


def bench_files(lab, table, masters):
    """All of it."""
    with folders(lab) as (here, there):
        site = site_for(lab, there)
        bench_large(lab, table, site, here, there)
        bench_small(lab, table, site, here, there, masters)
        bench_huge(table, site, here, there)
