"""In a plain Debian without Rust: one line installs the release from a local server, a conversation of `init` ends with the
first answer of a real sshd, and the next command runs there.

Needs root, debootstrap and an archive of Debian.
"""

import os
import shutil

import pytest

from debian import Debian, Sshd, converse, fingerprint
from mirror import ROOT, VERSION, Mirror, run
from release_parts import binary

REPOSITORY = "samerfarida/mcp-ssh-orchestrator"
PACKAGES = ["curl", "openssh-server", "procps"]
INSTALL = "curl -fsSL {}/install.sh | MCP_SSH_BASE_URL={} sh"


@pytest.fixture
def mirror(tmp_path):
    """A release with the binary that was built; the other architecture's is there by its name alone."""
    for arch in ("amd64", "arm64"):
        shutil.copy(binary("amd64"), tmp_path / f"mcp-ssh-{VERSION}-linux-{arch}")
    run(ROOT / "scripts/release/stamp-install.sh", REPOSITORY, VERSION, tmp_path)
    mirror = Mirror(tmp_path)
    yield mirror
    mirror.close()


@pytest.fixture
def debian():
    if os.geteuid() != 0:
        pytest.skip("only root can enter a Debian of its own")
    debian = Debian("plain", PACKAGES)
    debian.run("""\
for name in newcomer ops; do useradd --create-home --shell /bin/bash "$name"; done
install -d -m 0700 -o newcomer -g newcomer /home/newcomer/.ssh
install -d -m 0700 -o ops -g ops /home/ops/.ssh
ssh-keygen -q -N '' -t ed25519 -f /home/newcomer/.ssh/id_ed25519
chown newcomer:newcomer /home/newcomer/.ssh/*
install -m 0600 -o ops -g ops /home/newcomer/.ssh/id_ed25519.pub /home/ops/.ssh/authorized_keys
""")
    yield debian
    debian.close()


@pytest.fixture
def sshd(debian):
    sshd = Sshd(debian)
    yield sshd
    sshd.close()


def test_from_one_line_to_the_first_answer(debian, mirror, sshd):
    for absent in ("cargo", "rustc", "gcc", "git"):
        assert debian.tried(f"command -v {absent}").returncode == 1, absent

    said = debian.run(INSTALL.format(mirror.url, mirror.url), "newcomer")
    assert f"installed: mcp-ssh {VERSION} in /home/newcomer/.local/bin/mcp-ssh\n" in said
    assert mirror.asked == ["install.sh", f"mcp-ssh-{VERSION}-linux-amd64"]
    assert said.endswith("next: mcp-ssh init ~/mcp-ssh\n")

    talk = debian.terminal(["mcp-ssh", "init", "mcp-ssh"], "newcomer")
    converse(talk, f"127.0.0.1:{sshd.port}", "ops", fingerprint(debian))
    talk.wait('"mcpServers"')
    assert talk.end() == 0, talk.said
    # The line that tells the next commands where all is, as it was printed.
    export = next(line.strip() for line in talk.said.splitlines() if line.lstrip().startswith("export MCP_SSH_CONFIG_DIR="))

    said = debian.run(f"{export}\nmcp-ssh run web-1 -- uptime", "newcomer")
    assert "load average" in said
    denied = debian.tried(f"{export}\nmcp-ssh run web-1 -- cat /etc/shadow", "newcomer")
    assert denied.returncode == 77, denied.stderr


def test_what_is_done_in_there_is_not_of_this_machine_nor_of_the_next_one(debian):
    debian.run("touch /usr/bin/left && useradd somebody")
    assert not os.path.exists("/usr/bin/left")
    second = Debian("plain", PACKAGES)
    try:
        assert second.tried("test -e /usr/bin/left || id somebody").returncode == 1
    finally:
        second.close()


def test_a_conversation_that_does_not_come_is_noticed(debian):
    talk = debian.terminal(["sh", "-c", "printf 'First: '; read answer; echo \"$answer\""])
    talk.answer("First: ", "said")
    with pytest.raises(AssertionError, match="`Second: ` does not come"):
        talk.wait("Second: ")
    assert talk.end() == 0
