"""install.sh and the others on the machine: what it verified is what it installs, it writes into nobody else's folder, and the
lines that it prints can be pasted.

Needs root, dash, bash, busybox and curl.
"""

import os
import shlex
import subprocess

import pytest

from mirror import BINARY, SHELLS, VERSION, Machine, tool
from test_install import INSTALLED, Release, authority, installed, machine, refused, release  # noqa: F401

SOMEBODY = 65533
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")


@pytest.mark.parametrize("shell", SHELLS)
def test_nothing_is_read_again_from_a_folder_that_another_user_can_change(release, machine, shell):
    """What was verified is in no folder of TMPDIR; the one beside the binary is nobody else's."""
    machine.tmp.chmod(0o777)
    seen = machine.home.parent / "seen"
    machine.program("sha256sum", f'ls -ldn "$HOME"/.local/bin/.mcp-ssh.*/ >{seen}; ls "$TMPDIR" >>{seen}; exec {tool("sha256sum", "coreutils")} "$@"')
    installed(release.install(machine, shell), machine)
    [folder] = seen.read_text().splitlines()
    assert folder.split()[0].startswith("drwx------") and folder.split()[2] == str(os.geteuid())


@as_root
@pytest.mark.parametrize("shell", SHELLS)
def test_the_home_of_another_user(release, machine, shell):
    os.chown(machine.home, SOMEBODY, SOMEBODY)
    refused(release.install(machine, shell), machine, f"{machine.home} is of UID {SOMEBODY}, not yours (0): call sudo with -H")
    assert release.mirror.asked == []


@as_root
def test_a_folder_that_was_asked_for_below_one_of_another_user(release, machine):
    other = machine.home / "other"
    (other / "bin").mkdir(parents=True)
    os.chown(other, SOMEBODY, SOMEBODY)
    for folder in (other, other / "bin", other / "new/bin"):
        refused(release.install(machine, MCP_SSH_BIN_DIR=folder), machine, f"{other} is of UID {SOMEBODY}", ["other", "other/bin"])


@as_root
@pytest.mark.parametrize("shell", SHELLS)
def test_a_link_to_a_folder_of_another_user(release, machine, tmp_path, shell):
    other = tmp_path / "other"
    other.mkdir()
    os.chown(other, SOMEBODY, SOMEBODY)
    (machine.home / ".local").mkdir()
    (machine.home / ".local/bin").symlink_to(other)
    refused(release.install(machine, shell), machine, f"{other} is of UID {SOMEBODY}", INSTALLED[:2])
    assert list(other.iterdir()) == []


def test_a_link_to_a_folder_of_ones_own(release, machine, tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    (machine.home / ".local").mkdir()
    (machine.home / ".local/bin").symlink_to(own)
    assert release.install(machine).returncode == 0
    assert [path.name for path in own.iterdir()] == ["mcp-ssh"]


@pytest.mark.parametrize("shell", SHELLS)
def test_a_folder_that_everybody_can_change(release, machine, shell):
    folder = machine.home / "shared"
    folder.mkdir()
    folder.chmod(0o777)
    refused(release.install(machine, shell, MCP_SSH_BIN_DIR=folder), machine, f"every user can change {folder}", ["shared"])
    folder.chmod(0o1777)
    assert release.install(machine, shell, MCP_SSH_BIN_DIR=folder).returncode == 0


@pytest.mark.parametrize("shell", SHELLS)
def test_the_lines_that_are_printed_can_be_pasted(release, tmp_path, shell):
    machine = Machine(tmp_path, "curl")
    folder = machine.home / "it's $(touch x) `touch x` \"a\" b"
    end = release.install(machine, shell, MCP_SSH_BIN_DIR=folder)
    assert end.returncode == 0, end.stderr
    _, path, following = end.stdout.decode().splitlines()
    assert shlex.split(following.removeprefix("next: "))[:2] == [f"{folder}/mcp-ssh", "init"]
    line = path.partition("~/.profile: ")[2] + '\nprintf %s "$PATH"'
    said = subprocess.run([tool("dash", "dash"), "-c", line], cwd=tmp_path, env={"PATH": "/before"}, capture_output=True, text=True)
    assert said.stdout == f"{folder}:/before"
    assert not (tmp_path / "x").exists()
    assert release.mirror.asked == [BINARY] and VERSION in end.stdout.decode()
