"""extras.sh: all that users install from is beside the binaries, under the sums that are signed, and true of one another."""

import hashlib
import json
import os
import shutil
import subprocess

import pytest

from mirror import ROOT, VERSION, Machine, Mirror, run, tool
from release_parts import EPOCH, binary

MADE = [
    "docker-catalogue.yaml",
    "install.sh",
    f"mcp-ssh-{VERSION}-linux-amd64.mcpb",
    f"mcp-ssh-{VERSION}-linux-arm64.mcpb",
    f"mcp-ssh_{VERSION}_amd64.deb",
    f"mcp-ssh_{VERSION}_arm64.deb",
    "server.json",
]


def sums(dist):
    lines = [line.split("  ", 1) for line in (dist / "SHA256SUMS").read_text().splitlines()]
    return {name: digest for digest, name in lines}


def parts(dist):
    """The files of dist.sh that extras.sh looks at."""
    for arch in ("amd64", "arm64"):
        shutil.copy(binary(arch), dist / f"mcp-ssh-{VERSION}-linux-{arch}")
    (dist / "image-digests").write_text(f"{'1' * 64}  mcp-ssh-orchestrator:{VERSION}\n")
    (dist / "SHA256SUMS").write_bytes(run("sha256sum", "--", *sorted(path.name for path in dist.iterdir()), cwd=dist))


def extras(dist, **variables):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GITHUB_")}
    environment |= {"SOURCE_DATE_EPOCH": EPOCH, **variables}
    return subprocess.run([ROOT / "scripts/release/extras.sh", dist], capture_output=True, text=True, env=environment)


@pytest.fixture(scope="module")
def dist(tmp_path_factory):
    dist = tmp_path_factory.mktemp("release") / "dist"
    dist.mkdir()
    parts(dist)
    end = extras(dist)
    assert end.returncode == 0, end.stderr
    return dist


def test_everything_is_there_under_one_list_of_sums(dist):
    names = sorted(path.name for path in dist.iterdir())
    binaries = [f"mcp-ssh-{VERSION}-linux-{arch}" for arch in ("amd64", "arm64")]
    assert names == sorted([*MADE, *binaries, "image-digests", "SHA256SUMS"])
    listed = sums(dist)
    assert sorted(listed) == [name for name in names if name != "SHA256SUMS"]
    for name, digest in listed.items():
        assert hashlib.sha256((dist / name).read_bytes()).hexdigest() == digest


def test_they_are_true_of_one_another(dist):
    listed, script = sums(dist), (dist / "install.sh").read_text()
    for arch in ("amd64", "arm64"):
        assert f"sum_{arch}='{listed[f'mcp-ssh-{VERSION}-linux-{arch}']}'" in script
    packages = json.loads((dist / "server.json").read_text())["packages"]
    assert [package["fileSha256"] for package in packages[1:]] == [listed[f"mcp-ssh-{VERSION}-linux-{arch}.mcpb"] for arch in ("amd64", "arm64")]


def test_the_real_binary_is_installed_from_it(dist, tmp_path):
    machine = Machine(tmp_path, "curl")
    mirror = Mirror(dist)
    try:
        environment = machine.environment(MCP_SSH_BASE_URL=mirror.url)
        with open(dist / "install.sh", "rb") as script:
            run(tool("dash", "dash"), stdin=script, env=environment)
    finally:
        mirror.close()
    installed = machine.home / ".local/bin/mcp-ssh"
    assert installed.read_bytes() == binary("amd64").read_bytes()
    assert run(installed, "--version").decode() == f"mcp-ssh {VERSION}\n"


def test_the_same_parts_give_the_same_files(dist, tmp_path):
    again = tmp_path / "dist"
    again.mkdir()
    parts(again)
    assert extras(again, TZ="Asia/Tokyo").returncode == 0
    assert (again / "SHA256SUMS").read_text() == (dist / "SHA256SUMS").read_text()


def test_parts_that_changed_are_refused(tmp_path):
    parts(tmp_path)
    (tmp_path / "image-digests").write_text("")
    end = extras(tmp_path)
    assert end.returncode == 1
    assert end.stderr.endswith(f"error: {tmp_path} is not what its SHA256SUMS says\n")
    assert not (tmp_path / "install.sh").exists()
