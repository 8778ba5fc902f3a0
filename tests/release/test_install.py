"""install.sh against a local HTTP server: what it verifies it installs whole, and what it refuses leaves nothing behind.

Needs dash, busybox, curl, wget, openssl, setpriv and cosign.
"""

import os
import signal
import subprocess

import pytest

from mirror import BINARY, PROGRAM, REPOSITORY, ROOT, SHELLS, VERSION, Authority, Machine, Mirror, run, tool, workflow

DOWNLOADERS = ["curl", "wget", "busybox wget"]
INSTALLED = [".local", ".local/bin", ".local/bin/mcp-ssh"]


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


class Release:
    """The files of a release, signed, on a server."""

    def __init__(self, folder, authority):
        self.folder, self.authority = folder, authority
        for arch in ("amd64", "arm64"):
            (folder / f"mcp-ssh-{VERSION}-linux-{arch}").write_text(PROGRAM.format(VERSION) + f"# {arch}\n" * 2000)
        run(ROOT / "scripts/release/stamp-install.sh", REPOSITORY, VERSION, folder)
        self.script = (folder / "install.sh").read_bytes()
        self.sign()
        self.mirror = Mirror(folder)

    def sign(self, identity=None, **how):
        sums = run("sha256sum", "--", *(path.name for path in self.folder.glob("mcp-ssh-*")), cwd=self.folder)
        (self.folder / "SHA256SUMS").write_bytes(sums)
        bundle = self.authority.signed(sums, identity or workflow(), **how)
        (self.folder / "SHA256SUMS.sigstore.json").write_text(bundle)

    def change(self, name=BINARY):
        """One byte at the end."""
        data = (self.folder / name).read_bytes()
        (self.folder / name).write_bytes(data[:-1] + b"!")

    def install(self, machine, shell="dash", script=None, prefix=(), **variables):
        """As `curl … | sh` does: the script comes on stdin."""
        environment = machine.environment(**({"MCP_SSH_BASE_URL": self.mirror.url} | variables))
        name, *words = SHELLS[shell]
        return subprocess.run([*prefix, tool(name, name), *words], input=script or self.script, env=environment, capture_output=True, timeout=60)


@pytest.fixture
def release(tmp_path, authority):
    (tmp_path / "release").mkdir()
    release = Release(tmp_path / "release", authority)
    yield release
    release.mirror.close()


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path, "curl")


@pytest.fixture
def with_cosign(tmp_path, authority):
    return Machine(tmp_path, "curl", root=authority.root)


def installed(end, machine):
    assert end.returncode == 0, end.stderr.decode()
    assert machine.left() == INSTALLED
    path = machine.home / ".local/bin/mcp-ssh"
    assert path.stat().st_mode & 0o777 == 0o755
    return path


def refused(end, machine, why, left=()):
    assert end.returncode == 1, end.stderr.decode()
    assert why in end.stderr.decode()
    assert end.stdout == b""
    assert machine.left() == list(left)


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("downloader", DOWNLOADERS)
def test_the_sum_that_the_script_carries(release, tmp_path, shell, downloader):
    machine = Machine(tmp_path, downloader)
    end = release.install(machine, shell)
    path = installed(end, machine)
    assert path.read_bytes() == (release.folder / BINARY).read_bytes()
    assert "you trust whoever gave you this script" in end.stderr.decode()
    assert release.mirror.asked == [BINARY]
    said = f'installed: mcp-ssh {VERSION} in {path}\nnot in your PATH; add to ~/.profile: PATH={path.parent}:"$PATH"\n'
    assert end.stdout.decode() == said + f"next: {path} init ~/mcp-ssh\n"


@pytest.mark.parametrize("shell", SHELLS)
def test_the_signature_of_the_workflow(release, with_cosign, shell):
    end = release.install(with_cosign, shell)
    installed(end, with_cosign)
    assert f"verified by cosign: signed by {workflow()}" in end.stderr.decode()


def test_a_script_of_the_source_tree_takes_what_cosign_verifies(release, with_cosign):
    source = (ROOT / "install.sh").read_bytes()
    named = {"MCP_SSH_VERSION": f"v{VERSION}", "MCP_SSH_REPOSITORY": REPOSITORY}
    installed(release.install(with_cosign, script=source, **named), with_cosign)


def test_where_it_is_found_the_name_is_enough(release, machine):
    folder = machine.home / "own bin"
    path = f"{machine.bin}:{folder}"
    end = release.install(machine, MCP_SSH_BIN_DIR=folder, PATH=path)
    assert end.stdout.decode() == f"installed: mcp-ssh {VERSION} in {folder}/mcp-ssh\nnext: mcp-ssh init ~/mcp-ssh\n"
    assert machine.left() == ["own bin", "own bin/mcp-ssh"]


def test_an_older_one_is_replaced_and_a_link_is_not_followed(release, machine):
    folder, other = machine.home / ".local/bin", machine.home / "other"
    folder.mkdir(parents=True)
    other.write_text("old")
    (folder / "mcp-ssh").symlink_to(other)
    assert release.install(machine).returncode == 0
    assert other.read_text() == "old"
    assert not (folder / "mcp-ssh").is_symlink()


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("downloader", DOWNLOADERS)
def test_half_of_a_file(release, tmp_path, shell, downloader):
    machine = Machine(tmp_path, downloader)
    release.mirror.cut = BINARY
    end = release.install(machine, shell)
    # wget asks for the other half, and is refused by the sum at the latest.
    assert end.returncode == 1
    assert "nothing is installed" in end.stderr.decode()
    assert machine.left() == []


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("downloader", DOWNLOADERS)
def test_a_file_that_is_not_there(release, tmp_path, shell, downloader):
    machine = Machine(tmp_path, downloader)
    (release.folder / BINARY).unlink()
    refused(release.install(machine, shell), machine, f"{BINARY} could not be downloaded; nothing is installed")


@pytest.mark.parametrize("shell", SHELLS)
def test_another_sum(release, machine, shell):
    release.change()
    refused(release.install(machine, shell), machine, "is not the one of the release: its SHA-256 is ")


def test_another_sum_that_the_workflow_signed(release, with_cosign):
    release.change()
    release.sign()
    refused(release.install(with_cosign), with_cosign, "is not the one of the release: its SHA-256 is ")


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    "how",
    [
        {"identity": workflow("other/mcp-ssh-orchestrator")},
        {"identity": workflow(version="0.1.1")},
        {"identity": workflow().replace("release.yml", "test.yml")},
        {"issuer": "https://accounts.google.com"},
    ],
)
def test_another_signer(release, with_cosign, shell, how):
    release.sign(**how)
    refused(release.install(with_cosign, shell), with_cosign, f"cosign does not find that {workflow()} signed this release")


def test_sums_that_changed_after_they_were_signed(release, with_cosign):
    release.change("SHA256SUMS")
    refused(release.install(with_cosign), with_cosign, "cosign does not find that ")


def test_signed_sums_without_this_file(release, with_cosign):
    source = (ROOT / "install.sh").read_bytes()
    release.change()
    named = {"MCP_SSH_VERSION": VERSION, "MCP_SSH_REPOSITORY": REPOSITORY}
    refused(release.install(with_cosign, script=source, **named), with_cosign, "is not the one that was signed: SHA256SUMS has no ")


@pytest.mark.parametrize("name", ["SHA256SUMS", "SHA256SUMS.sigstore.json"])
def test_a_signature_that_is_not_there(release, with_cosign, name):
    (release.folder / name).unlink()
    refused(release.install(with_cosign), with_cosign, f"/{name} could not be downloaded; nothing is installed")


def test_a_script_that_knows_no_sum(release, machine):
    source = (ROOT / "install.sh").read_bytes()
    refused(release.install(machine, script=source), machine, "this copy is not of a release: set MCP_SSH_VERSION")
    named = {"MCP_SSH_VERSION": VERSION, "MCP_SSH_REPOSITORY": REPOSITORY}
    refused(release.install(machine, script=source, **named), machine, "this script carries no sum of it, and there is no cosign")
    refused(release.install(machine, MCP_SSH_VERSION="0.0.9"), machine, "this script carries no sum of it, and there is no cosign")
    assert release.mirror.asked == []


@pytest.mark.parametrize("system, machine_name, why", [
    ("Darwin", "arm64", "there is no release for Darwin"),
    ("Linux", "riscv64", "there is no release for Linux on riscv64"),
])
def test_another_platform(release, machine, system, machine_name, why):
    machine.program("uname", f'[ "$1" = -s ] && echo {system} || echo {machine_name}')
    refused(release.install(machine), machine, why)


@pytest.mark.parametrize("shell", SHELLS)
def test_arm64_gets_its_own(release, machine, shell):
    machine.program("uname", '[ "$1" = -s ] && echo Linux || echo aarch64')
    path = installed(release.install(machine, shell), machine)
    assert path.read_text().endswith("# arm64\n")


@pytest.mark.parametrize("shell", SHELLS)
def test_a_directory_of_that_name(release, machine, shell):
    (machine.home / ".local/bin/mcp-ssh").mkdir(parents=True)
    refused(release.install(machine, shell), machine, "/mcp-ssh is a directory; remove it", INSTALLED)


@pytest.mark.parametrize("shell", SHELLS)
def test_a_target_on_which_nothing_can_be_written(release, machine, shell):
    alone = [tool("unshare", "util-linux"), "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    mount = f'{tool("mount", "mount")} -t tmpfs -o ro none "$HOME" && exec "$@"'
    prefix = [*alone, tool("sh", "dash"), "-c", mount, "sh"]
    # busybox's `test -w` goes by the mode alone, so that it is found out later.
    why = "could not be made; nothing is installed" if shell == "busybox" else "cannot be written to; set MCP_SSH_BIN_DIR"
    refused(release.install(machine, shell, prefix=prefix), machine, why)


def test_a_disk_that_is_full(release, machine):
    alone = [tool("unshare", "util-linux"), "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    # Room for the folders, not for the file.
    mount = f'{tool("mount", "mount")} -t tmpfs -o size=4k none "$HOME" && "$@"; end=$?; echo "left: $(ls -A "$HOME")" >&2; exit $end'
    prefix = [*alone, tool("sh", "dash"), "-c", mount, "sh"]
    end = release.install(machine, prefix=prefix, PATH=f"{machine.bin}:/usr/bin:/bin")
    refused(end, machine, f"{BINARY} could not be written to {machine.home}/.local/bin: is it full?")
    assert end.stderr.decode().endswith("left: \n")


def test_a_file_in_the_place_of_a_folder(release, machine):
    (machine.home / ".local").write_text("")
    refused(release.install(machine), machine, "/.local is not a directory", [".local"])


def test_a_binary_that_does_not_run_or_is_of_another_version(release, machine):
    for program, why in [("#!/no/such\n", "the binary does not run here"), (PROGRAM.format("9.9.9"), "says that it is `mcp-ssh 9.9.9`")]:
        (release.folder / BINARY).write_text(program)
        run(ROOT / "scripts/release/stamp-install.sh", REPOSITORY, VERSION, release.folder)
        refused(release.install(machine, script=(release.folder / "install.sh").read_bytes()), machine, why)


@pytest.mark.parametrize("variables, why", [
    ({"MCP_SSH_VERSION": "0.1.0/../x"}, "is no version"),
    ({"MCP_SSH_REPOSITORY": "acme"}, "is no OWNER/NAME"),
    ({"MCP_SSH_REPOSITORY": "a/b/c"}, "is no OWNER/NAME"),
    ({"HOME": None}, "HOME is not set"),
])
def test_what_makes_no_sense(release, machine, variables, why):
    refused(release.install(machine, **variables), machine, why)


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("downloader", DOWNLOADERS)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupted_while_it_downloads(release, tmp_path, shell, downloader, number):
    machine = Machine(tmp_path, downloader)
    release.mirror.held = BINARY
    name, *words = SHELLS[shell]
    environment = machine.environment(MCP_SSH_BASE_URL=release.mirror.url)
    pipes = {name: subprocess.PIPE for name in ("stdin", "stdout", "stderr")}
    with subprocess.Popen([tool(name, name), *words], env=environment, **pipes) as process:
        process.stdin.write(release.script)
        process.stdin.close()
        assert release.mirror.reached.wait(30)
        process.send_signal(number)
        said = process.stderr.read().decode()
        assert process.wait(30) == 128 + number
    assert f"ended by {number.name[3:]}; nothing is installed" in said
    assert machine.left() == []


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_that_was_cut_runs_nothing_and_ends_with_a_fault(release, machine, shell):
    lines = release.script.splitlines(keepends=True)
    assert lines[-2:] == [b'main "$@"\n', b"}\n"]
    ends = [sum(map(len, lines[:count])) for count in range(2, len(lines), 7)] + [len(release.script) - len(b"}\n")]
    for cut in ends:
        end = release.install(machine, shell, script=release.script[:cut])
        assert (end.stdout, machine.left(), release.mirror.asked) == (b"", [], []), cut
        assert end.returncode != 0 and end.stderr, cut


@pytest.mark.parametrize("words, why", [
    (["acme", VERSION], "is no OWNER/NAME"),
    (["acme/x'y", VERSION], "is no OWNER/NAME"),
    ([REPOSITORY, "1"], "is no version"),
    ([REPOSITORY, "0.1.1"], "there is no "),
])
def test_the_stamp_refuses(release, words, why):
    end = subprocess.run([ROOT / "scripts/release/stamp-install.sh", *words, release.folder], capture_output=True, text=True)
    assert end.returncode == 1
    assert why in end.stderr
