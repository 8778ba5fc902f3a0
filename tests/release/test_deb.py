"""The Debian packages: the same bytes twice, lintian says nothing, and in a copy of this machine they come and go whole.

Needs root, dpkg-deb, lintian, man, systemd-analyze, bash, zsh and fish.
"""

import os
import shutil
import subprocess
import tarfile

import pytest

from mirror import ROOT, VERSION, run, tool
from release_parts import BINARIES, EPOCH, NATIVE, binary

# A copy-on-write of this machine, in a namespace of its own: $1 is a package, $2 what runs in there.
COPY = """\
set -e
mount -t tmpfs none /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work none /mnt/root
mount --rbind /dev /mnt/root/dev
mount -t proc none /mnt/root/proc
mount -t tmpfs none /mnt/root/run
mount -t tmpfs none /mnt/root/tmp
cp "$1" /mnt/root/tmp/
find /mnt/upper -mindepth 1 >/mnt/before
chroot /mnt/root bash -euo pipefail -c "$2"
# What is there that was not; dpkg's own notes and the accounts' backups aside.
find /mnt/upper -mindepth 1 -not -type d | sed s,/mnt/upper,, | grep -vE '^/(var/(lib/dpkg|log|cache)|etc/[a-z.]+-?$|etc/.pwd.lock)' || true
"""


def made(arch, folder, **variables):
    variables = {"MCP_SSH_RUNS": str(NATIVE), "SOURCE_DATE_EPOCH": EPOCH, **variables}
    subprocess.run([ROOT / "scripts/deb.sh", arch, binary(arch), folder], check=True, env={**os.environ, **variables})
    return folder / f"mcp-ssh_{VERSION}_{arch}.deb"


@pytest.fixture(scope="session", params=list(BINARIES))
def package(request, tmp_path_factory):
    return made(request.param, tmp_path_factory.mktemp("deb"))


@pytest.fixture(scope="session")
def native(tmp_path_factory):
    return made("amd64", tmp_path_factory.mktemp("native"))


@pytest.fixture
def tree(package, tmp_path):
    run("dpkg-deb", "--extract", package, tmp_path / "tree")
    return tmp_path / "tree"


def in_a_copy(package, script):
    """What the script says in a copy of this machine, and which files are left there."""
    command = [tool("unshare", "util-linux"), "--mount", "--pid", "--fork", "bash", "-c", COPY, "bash", package, script]
    end = subprocess.run(command, capture_output=True, text=True)
    assert end.returncode == 0, end.stderr + end.stdout
    return end.stdout


def test_the_same_bytes_twice(package, tmp_path):
    arch = package.stem.rpartition("_")[2]
    # Another umask, zone, language and folder.
    os.umask(0o077)
    try:
        again = made(arch, tmp_path / "elsewhere", TZ="Pacific/Auckland", LC_ALL="de_DE.UTF-8", HOME="/nowhere")
    finally:
        os.umask(0o022)
    assert again.read_bytes() == package.read_bytes()


def test_lintian_says_nothing(package):
    end = subprocess.run([tool("lintian", "lintian"), "-EIL", "+pedantic", "--allow-root", package], capture_output=True, text=True)
    assert (end.returncode, end.stdout) == (0, ""), end.stderr


def test_the_binary_is_the_one_that_was_released(package, tree):
    arch = package.stem.rpartition("_")[2]
    assert (tree / "usr/bin/mcp-ssh").read_bytes() == binary(arch).read_bytes()
    assert run("dpkg-deb", "--field", package, "Package", "Version", "Architecture").decode().split("\n")[:3] == [
        "Package: mcp-ssh", f"Version: {VERSION}", f"Architecture: {arch}"]
    with tarfile.open(fileobj=subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE).stdout, mode="r|") as files:
        owners = {(entry.uname, entry.gname, entry.mode & 0o7022) for entry in files}
    assert owners == {("root", "root", 0)}


def test_every_command_has_its_page(tree):
    pages = [path.name for path in (tree / "usr/share/man/man1").iterdir()]
    assert "mcp-ssh-audit-verify.1.gz" in pages and "mcp-ssh.1.gz" in pages and len(pages) > 20


def test_the_completions_are_those_of_the_binary(tree):
    for shell, place in {
        "bash": "bash-completion/completions/mcp-ssh",
        "zsh": "zsh/vendor-completions/_mcp-ssh",
        "fish": "fish/vendor_completions.d/mcp-ssh.fish",
    }.items():
        path = tree / "usr/share" / place
        assert path.read_bytes() == run(NATIVE, "completions", shell)
        run(tool(shell, shell), "-n", path)


def test_the_units_are_those_of_deploy_with_the_packages_path(tree):
    for source in (ROOT / "deploy/systemd").iterdir():
        unit = (tree / "usr/lib/systemd/system" / source.name).read_text()
        assert "/usr/local" not in unit
        documented = source.read_text().replace("/usr/local/bin/mcp-ssh", "/usr/bin/mcp-ssh").splitlines()
        assert [line for line in unit.splitlines() if line != "Documentation=man:mcp-ssh(1)"] == documented
    assert "ExecPaths=/usr/bin/mcp-ssh" in (tree / "usr/lib/systemd/system/mcp-ssh@.service").read_text()


def test_a_binary_of_another_machine_or_none_is_refused(tmp_path):
    for arch, binary, why in [
        ("arm64", NATIVE, "is not for arm64"),
        ("riscv64", NATIVE, "there is no package for `riscv64`"),
        ("amd64", "/nowhere", "there is no /nowhere"),
    ]:
        end = subprocess.run([ROOT / "scripts/deb.sh", arch, binary, tmp_path], capture_output=True, text=True)
        assert end.returncode == 1 and why in end.stderr
    assert list(tmp_path.iterdir()) == []


def test_installed_it_works(native):
    said = in_a_copy(native, """
        dpkg --install /tmp/mcp-ssh_*.deb >/dev/null
        dpkg --verify mcp-ssh
        mcp-ssh --version
        mcp-ssh init /tmp/made >/dev/null
        man --where mcp-ssh mcp-ssh-check
        getent passwd mcp-ssh | cut -d: -f3,7
        systemd-analyze verify /usr/lib/systemd/system/mcp-ssh.socket 2>&1 | grep mcp-ssh || true
        test ! -e /etc/systemd/system/sockets.target.wants/mcp-ssh.socket
    """)
    pages = [f"/usr/share/man/man1/{name}.1.gz" for name in ("mcp-ssh", "mcp-ssh-check")]
    expected = [f"mcp-ssh {VERSION}", *pages, "10001:/usr/sbin/nologin"]
    assert said.splitlines()[:4] == expected
    # Files, and Debian's note on which links the purge takes.
    others = [line for line in said.splitlines()[4:] if not line.startswith("/usr/")]
    assert others == ["/var/lib/systemd/deb-systemd-helper-enabled/mcp-ssh.socket.dsh-also"], said


@pytest.mark.parametrize("how", ["--remove", "--purge"])
def test_removed_it_is_gone(native, how):
    said = in_a_copy(native, f"""
        dpkg --install /tmp/mcp-ssh_*.deb >/dev/null
        systemctl enable mcp-ssh.socket >/dev/null
        test -L /etc/systemd/system/sockets.target.wants/mcp-ssh.socket
        dpkg {how} mcp-ssh >/dev/null
        test ! -e /usr/bin/mcp-ssh
        test ! -e /usr/share/doc/mcp-ssh
        dpkg-query --show --showformat '${{Status}}' mcp-ssh 2>/dev/null || true
    """)
    left = [line for line in said.splitlines() if "mcp-ssh" in line]
    # A removed package may be installed again: what the operator enabled ends with the purge.
    assert (left == []) == (how == "--purge"), left
    assert not [line for line in left if line.startswith("/usr/")]


def test_installed_over_itself_it_is_whole(native):
    said = in_a_copy(native, "dpkg -i /tmp/mcp-ssh_*.deb >/dev/null; dpkg -i /tmp/mcp-ssh_*.deb >/dev/null; dpkg --verify mcp-ssh; mcp-ssh --version")
    assert said.splitlines()[0] == f"mcp-ssh {VERSION}"


def test_the_overlay_is_not_this_machine(native):
    in_a_copy(native, "dpkg -i /tmp/mcp-ssh_*.deb >/dev/null")
    status = subprocess.run(["dpkg-query", "--show", "mcp-ssh"], capture_output=True)
    assert status.returncode != 0 or shutil.which("mcp-ssh") == "/usr/bin/mcp-ssh"
