#!/usr/bin/env python3
"""newcomer.py [newcomer|root]…: the blocks of README.md and docs/INSTALL.md as they stand, by somebody who is new here.

They have a bare Debian with git, make, gcc, sudo, an sshd for a host to try, and the Rust of this machine, and clone the
last commit: first an ordinary user who may use sudo, then root. What a block asks is answered at a terminal. Each block that
is not run is told with the reason, and counted. Needs root; everything but the Debian itself is in memory and goes with it.

MCP_SSH_STATIC names a static binary that is there already: `make static` then copies it in place of a build of ten minutes,
which is told.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

from debian import Debian, Sshd, converse, fingerprint
from mirror import ROOT

PACKAGES = ["ca-certificates", "curl", "gcc", "git", "libc6-dev", "make", "openssh-server", "procps", "sudo"]
GUIDES = ["README.md", "docs/INSTALL.md"]
BLOCK = re.compile(r"^```sh ?(\w*)\n(.*?)^```$", re.M | re.S)
CLONE = "mcp-ssh-orchestrator"
# What is not run here, by a word of it, and where it is.
ELSEWHERE = {
    "releases/": "nothing is published: tests/release/test_guide.py and test_debian.py run it against a local release",
    "make kit": "needs a Docker engine of its own: a step of .ci/run",
}
RUST = "/opt/rust"
# `make` where the binary is there already.
BUILT = """\
mkdir /opt/built
cat >/opt/built/static && chmod 0755 /opt/built/static
printf '%s\\n' '#!/bin/sh' 'if [ "$*" != static ]; then exec /usr/bin/make "$@"; fi' \\
    'exec install -D /opt/built/static target/static/mcp-ssh' >/opt/built/make
chmod 0755 /opt/built/make
"""
ACCOUNTS = """\
for name in newcomer ops; do useradd --create-home --shell /bin/bash "$name"; done
echo 'newcomer ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/newcomer
install -d -m 0700 -o ops -g ops /home/ops/.ssh
for home in /root /home/newcomer; do
    install -d -m 0700 "$home/.ssh" "$home/.cargo"
    ssh-keygen -q -N '' -t ed25519 -f "$home/.ssh/id_ed25519"
    cat "$home/.ssh/id_ed25519.pub" >>/home/ops/.ssh/authorized_keys
    cp -r /opt/cargo/registry "$home/.cargo/"
done
chown ops:ops /home/ops/.ssh/authorized_keys
chown -R newcomer:newcomer /home/newcomer
"""


def toolchain():
    """The Rust that runs here, cargo's crates, and whom this machine trusts: it may have a proxy with an authority of its own."""
    sysroot = subprocess.run(["rustc", "--print", "sysroot"], capture_output=True, text=True, check=True).stdout.strip()
    crates = pathlib.Path(os.environ.get("CARGO_HOME", pathlib.Path.home() / ".cargo"))
    return {os.path.realpath(sysroot): RUST, str(crates): "/opt/cargo", "/etc/ssl/certs": "/etc/ssl/certs"}


class Newcomer:
    """One who tries the blocks; `home` is theirs."""

    def __init__(self, debian, sshd, user):
        self.debian, self.sshd, self.user = debian, sshd, user
        self.variables = {"PATH": f"/opt/built:{RUST}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
        # What an earlier block prints for the next ones.
        self.exports = ""

    def build(self, block):
        """Each block begins in the clone."""
        talk = self.terminal(f"cd {CLONE}\n{block}")
        return talk.end(), talk.said

    def use(self, block):
        """After an installation; `init` is a conversation with a host that is there."""
        begins = "init ~/mcp-ssh" in block
        talk = self.terminal(("rm -rf ~/mcp-ssh\n" if begins else self.exports) + block)
        if begins:
            try:
                converse(talk, f"127.0.0.1:{self.sshd.port}", "ops", fingerprint(self.debian))
            except AssertionError as fault:
                return 1, str(fault)
        status = talk.end()
        for line in talk.said.splitlines():
            if line.lstrip().startswith("export MCP_SSH_CONFIG_DIR="):
                self.exports = line.strip() + "\n"
        return status, talk.said

    def terminal(self, script):
        return self.debian.terminal(["bash", "-euo", "pipefail", "-c", script], self.user, **self.variables)

    def tried(self, guide):
        """How many blocks of the guide ran, how many did not, and which failed."""
        ran, left, failed = 0, 0, []
        for kind, block in BLOCK.findall((ROOT / guide).read_text()):
            first = block.splitlines()[0]
            reason = next((why for word, why in ELSEWHERE.items() if word in block), None)
            if reason:
                print(f"{self.user}: {guide}: not run: {first}: {reason}", flush=True)
                left += 1
                continue
            status, said = self.build(block) if kind == "build" else self.use(block)
            print(f"{self.user}: {guide}: {'ran' if status == 0 else f'FAILED, {status}'}: {first}", flush=True)
            ran += 1
            if status != 0:
                print(said[-2000:], flush=True)
                failed.append(first)
        return ran, left, failed


def main(users):
    ran, left, failed = 0, 0, []
    debian = Debian("newcomer", PACKAGES, toolchain())
    sshd = Sshd(debian)
    try:
        debian.run(ACCOUNTS)
        with tempfile.TemporaryDirectory() as folder:
            bundle = pathlib.Path(folder) / "bundle"
            # A bundle belongs to nobody, so that git takes it from whoever made it.
            subprocess.run(["git", "-C", ROOT, "bundle", "create", "--quiet", bundle, "HEAD"], check=True)
            with open(bundle, "rb") as source:
                subprocess.run([*debian.entering(), "sh", "-c", "cat >/opt/source.bundle"], stdin=source, check=True)
        if built := os.environ.get("MCP_SSH_STATIC"):
            print(f"`make static` copies {built}: it builds nothing", flush=True)
            with open(built, "rb") as binary:
                subprocess.run([*debian.entering(), "sh", "-ec", BUILT], stdin=binary, check=True)
        for user in users:
            debian.run(f"git clone --quiet /opt/source.bundle {CLONE}", user)
            newcomer = Newcomer(debian, sshd, user)
            for guide in GUIDES:
                counts = newcomer.tried(guide)
                ran, left, failed = ran + counts[0], left + counts[1], failed + counts[2]
            debian.run("rm -f /usr/local/bin/mcp-ssh")
    finally:
        sshd.close()
        debian.close()
    print(f"{ran} blocks ran, {len(failed)} of them failed, {left} are run elsewhere")
    return 1 if failed or not ran else 0


if __name__ == "__main__":
    if os.geteuid() != 0:
        sys.exit("newcomer.py: error: only root can make a Debian to try it in")
    sys.exit(main(sys.argv[1:] or ["newcomer", "root"]))
