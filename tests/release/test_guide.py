"""docs/INSTALL.md is run as it stands, in a copy of this machine with a release on loopback in GitHub's place; and what
Cargo.toml tells cargo-binstall leads to the files of a release.

Needs root, sudo, man and cosign.
"""

import re
import shutil
import subprocess
import tomllib

import pytest

from mirror import ROOT, VERSION, Authority, Mirror, run, tool, workflow
from release_parts import BINARIES, binary

REPOSITORY = "samerfarida/mcp-ssh-orchestrator"
GUIDE = (ROOT / "docs/INSTALL.md").read_text()
RELEASES = f"https://github.com/{REPOSITORY}/releases"
BLOCKS = re.findall(r"^```sh release\n(.*?)^```$", GUIDE, re.M | re.S)
# A copy-on-write of this machine, in a namespace of its own: $1 is a folder of programs before all others, $2 the script.
COPY = """\
set -e
mount -t tmpfs none /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work none /mnt/root
mount --rbind /dev /mnt/root/dev
mount -t proc none /mnt/root/proc
mount -t tmpfs none /mnt/root/run
mkdir /mnt/root/run/before
cp -r "$1"/. /mnt/root/run/before
mkdir -p /mnt/root/home/reader
exec chroot /mnt/root env -i HOME=/home/reader PATH=/run/before:/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive \\
    MCP_SSH_BASE_URL="$3" bash -euo pipefail -c "cd; $2"
"""


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    folder = tmp_path_factory.mktemp("release")
    dist = folder / "dist"
    dist.mkdir()
    for arch in BINARIES:
        shutil.copy(binary(arch), dist / f"mcp-ssh-{VERSION}-linux-{arch}")
    run(ROOT / "scripts/release/stamp-install.sh", REPOSITORY, VERSION, dist)
    run(ROOT / "scripts/deb.sh", "amd64", binary("amd64"), dist)
    sums = run("sha256sum", "--", *sorted(path.name for path in dist.iterdir()), cwd=dist)
    authority = Authority(folder)
    (dist / "SHA256SUMS").write_bytes(sums)
    (dist / "SHA256SUMS.sigstore.json").write_text(authority.signed(sums, workflow(REPOSITORY)))
    before = folder / "before"
    before.mkdir()
    shutil.copy(authority.root, before / "root.json")
    shutil.copy(tool("cosign", "cosign"), before / "cosign.real")
    trusting = "--trusted-root /run/before/root.json --insecure-ignore-tlog --insecure-ignore-sct"
    (before / "cosign").write_text(f'#!/bin/sh\nexec cosign.real "$@" {trusting}\n')
    (before / "cosign").chmod(0o755)
    mirror = Mirror(dist)
    yield mirror, before
    mirror.close()


def follow(release, block, after):
    """What is said by the block, and then by `after`, on a machine whose GitHub is the mirror."""
    mirror, before = release
    assert RELEASES in block
    for place in ("latest/download", f"download/v{VERSION}"):
        block = block.replace(f"{RELEASES}/{place}", mirror.url)
    # Plain HTTP, which these two words forbid.
    block = block.replace("--proto '=https' --tlsv1.2 ", "")
    assert "github.com" not in block.replace(workflow(REPOSITORY), "")
    command = [tool("unshare", "util-linux"), "--mount", "--pid", "--fork", "bash", "-c", COPY, "bash", before, f"{block}\n{after}", mirror.url]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize("block, where", zip(BLOCKS, ["~/.local/bin/mcp-ssh", "~/bin/mcp-ssh", "~/.local/bin/mcp-ssh", "/usr/bin/mcp-ssh"]))
def test_a_block_installs_it(release, block, where):
    end = follow(release, block, f"{where} --version\nsha256sum <{where}")
    assert end.returncode == 0, end.stderr
    digest = run("sha256sum", binary("amd64")).decode().split()[0]
    assert end.stdout.endswith(f"mcp-ssh {VERSION}\n{digest}  -\n")


def test_every_block_is_run():
    assert len(BLOCKS) == 4
    assert GUIDE.count("curl --proto") == 4


def test_a_changed_release_stops_each_of_them(release):
    mirror, _ = release
    changed = [mirror.folder / name for name in (f"mcp-ssh-{VERSION}-linux-amd64", f"mcp-ssh_{VERSION}_amd64.deb")]
    whole = [path.read_bytes() for path in changed]
    for path, data in zip(changed, whole):
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    try:
        for block in BLOCKS:
            end = follow(release, block, "")
            assert end.returncode != 0, block
            assert "is not the one of the release" in end.stderr or "computed checksum did NOT match" in end.stderr
    finally:
        for path, data in zip(changed, whole):
            path.write_bytes(data)


def test_a_script_that_is_not_there_or_comes_by_half_ends_the_first_line_with_a_fault(release):
    mirror, _ = release
    path, whole = mirror.folder / "install.sh", (mirror.folder / "install.sh").read_bytes()
    try:
        mirror.cut = "install.sh"
        half = follow(release, BLOCKS[0], "")
        path.unlink()
        absent = follow(release, BLOCKS[0], "")
    finally:
        mirror.cut = None
        path.write_bytes(whole)
    for end in (half, absent):
        assert end.returncode != 0 and end.stderr.startswith("curl: ")


def test_cargo_binstall_is_led_to_the_binaries():
    package = tomllib.loads((ROOT / "Cargo.toml").read_text())["package"]
    told = package["metadata"]["binstall"]
    assert told["pkg-fmt"] == "bin" and f"cargo binstall --git {package['repository']} {package['name']}" in GUIDE
    addresses = {}
    for target, override in told["overrides"].items():
        text = override["pkg-url"]
        for name, value in {"repo": package["repository"], "version": package["version"]}.items():
            text = text.replace(f"{{ {name} }}", value)
        addresses[target] = text
    expected = {"x86_64": "amd64", "aarch64": "arm64"}
    assert addresses == {
        f"{machine}-unknown-linux-{libc}": f"{RELEASES}/download/v{VERSION}/mcp-ssh-{VERSION}-linux-{arch}"
        for machine, arch in expected.items() for libc in ("gnu", "musl")}
