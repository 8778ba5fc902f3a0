"""The index that was built: made again it is the same, each platform is configured alike, and Docker takes the right one."""

import io
import json
import os
import subprocess
import tarfile

import pytest

from artefacts import PARTS, ROOT, TARGET, VERSION, part, run
from making import sha256
from stand import REPOSITORY

SERVER = "io.modelcontextprotocol.server.name"
IMAGE = f"mcp-ssh-orchestrator:{VERSION}"
# Docker in namespaces of its own runs what is for another machine by this, which is gone with the mount namespace.
QEMU = TARGET / "sid/usr/bin/qemu-aarch64"
ARM64_ELF = rb"\x7fELF\x02\x01\x01" + rb"\x00" * 9 + rb"\x02\x00\xb7\x00"
ELF_MASK = rb"\xff" * 7 + rb"\x00" + rb"\xff" * 8 + rb"\xfe" + rb"\xff" * 3


def archive(path):
    with tarfile.open(path) as tar:
        return {entry.name: tar.extractfile(entry).read() for entry in tar if entry.isreg()}


@pytest.fixture(scope="module")
def index():
    return archive(part(TARGET / "index/mcp-ssh.oci.tar"))


def blob(files, digest):
    return files["blobs/" + digest.replace(":", "/")]


def digest():
    return part(TARGET / "index/digest").read_text().strip()


def manifests(index):
    return {one["platform"]["architecture"]: one for one in json.loads(blob(index, digest()))["manifests"]}


def configuration(index, architecture):
    manifest = json.loads(blob(index, manifests(index)[architecture]["digest"]))
    return json.loads(blob(index, manifest["config"]["digest"]))


@pytest.mark.parametrize("order", [("amd64", "arm64"), ("arm64", "amd64")])
def test_it_is_made_again_byte_for_byte(tmp_path, order):
    images = [part(PARTS[one] / "image/mcp-ssh.tar") for one in order]
    run(ROOT / "scripts/index.py", tmp_path / "out", *images, env={**os.environ, "TZ": "Asia/Tokyo", "LC_ALL": "C"})
    for name in ("mcp-ssh.oci.tar", "digest"):
        assert (tmp_path / "out" / name).read_bytes() == part(TARGET / "index" / name).read_bytes()


def test_it_has_the_two_images_as_they_were_built(index):
    found = manifests(index)
    assert sorted(found) == ["amd64", "arm64"]
    for architecture, parts in PARTS.items():
        assert found[architecture]["digest"] == part(parts / "image/digest").read_text().strip()
        files = archive(parts / "image/mcp-ssh.tar")
        blobs = {name: data for name, data in files.items() if name.startswith("blobs/")}
        assert blobs.items() <= index.items()
        manifest = json.loads(blob(index, found[architecture]["digest"]))
        [layer] = manifest["layers"]
        with tarfile.open(fileobj=io.BytesIO(blob(index, layer["digest"]))) as tar:
            assert [(entry.name, entry.mode, entry.uid) for entry in tar] == [("mcp-ssh", 0o755, 0)]
            assert tar.extractfile("mcp-ssh").read() == (parts / "static/mcp-ssh").read_bytes()


def test_every_blob_is_what_it_is_called(index):
    for name, data in index.items():
        assert name in ("index.json", "oci-layout") or name == f"blobs/sha256/{sha256(data)}"


def test_both_platforms_are_configured_alike(index):
    both = {one: configuration(index, one) for one in PARTS}
    for architecture, whole in both.items():
        assert (whole.pop("architecture"), whole.pop("os")) == (architecture, "linux")
        whole.pop("rootfs")
    assert both["amd64"] == both["arm64"]
    assert both["amd64"]["config"]["User"] == "10001:10001"
    assert both["amd64"]["config"]["Entrypoint"] == ["/mcp-ssh"]


def test_the_label_is_the_name_in_the_registry(index):
    name = f"io.github.{REPOSITORY}"
    said = [configuration(index, one)["config"]["Labels"][SERVER] for one in PARTS]
    said.append(json.loads(blob(index, digest()))["annotations"][SERVER])
    said += [json.loads(path.read_text())["name"] for path in ROOT.glob("server.json")]
    assert said == [name] * len(said)


def docker(*words):
    assert "DOCKER_HOST" in os.environ, "no engine; run: make test-release"
    return run("docker", *words)


@pytest.fixture(scope="module")
def loaded():
    docker("load", "--input", part(TARGET / "index/mcp-ssh.oci.tar"))
    yield
    docker("image", "rm", "--force", IMAGE)


def binary_of(*options):
    """The SHA-256 of the program in a container."""
    container = docker("create", *options, IMAGE).strip()
    try:
        data = subprocess.run(["docker", "cp", f"{container}:/mcp-ssh", "-"], check=True, capture_output=True).stdout
    finally:
        docker("rm", container)
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        return sha256(tar.extractfile("mcp-ssh").read())


def test_docker_takes_the_index_and_of_it_what_is_asked_for(loaded):
    assert docker("image", "inspect", "--format", "{{.Id}}", IMAGE).strip() == digest()
    for architecture, parts in PARTS.items():
        expected = sha256((parts / "static/mcp-ssh").read_bytes())
        assert binary_of("--platform", f"linux/{architecture}") == expected
    machine = {"x86_64": "amd64", "aarch64": "arm64"}[os.uname().machine]
    assert binary_of() == sha256((PARTS[machine] / "static/mcp-ssh").read_bytes())


def test_docker_runs_each(loaded):
    assert docker("run", "--rm", "--network", "none", IMAGE, "--version") == f"mcp-ssh {VERSION}\n"
    rule = b":mcp-ssh-aarch64:M::" + ARM64_ELF + b":" + ELF_MASK + b":" + str(part(QEMU)).encode() + b":F"
    script = """
        set -eu
        mount -t binfmt_misc none /proc/sys/fs/binfmt_misc
        printf %s "$0" >/proc/sys/fs/binfmt_misc/register
        exec "$@"
    """
    command = ["docker", "run", "--rm", "--network", "none", "--platform", "linux/arm64", IMAGE, "--version"]
    if os.uname().machine == "x86_64":
        # Nothing here runs it without: so it is the other one.
        assert subprocess.run(command, capture_output=True).returncode != 0
        command = ["unshare", "--mount", "sh", "-c", script, rule.decode(), *command]
    assert run(*command) == f"mcp-ssh {VERSION}\n"
