"""A release from its parts to its users: laid out, signed by the workflow, pushed; then verified as the guides say.

The workflow's identity, its authority and the registry are a stand's (tests/kit/stand.py); no log has the signatures.
"""

import json
import os
import shutil
import subprocess

import pytest

from artefacts import PARTS, RELEASE, ROOT, TARGET, VERSION, fails, part, run
from making import sha256
from stand import ISSUER, REGISTRY, REPOSITORY, WORKFLOW, Stand
from test_keyless import SEED, published

NAME = f"mcp-ssh-{VERSION}"
IMAGE = f"{REGISTRY}/{REPOSITORY}"
FILES = [f"{NAME}-linux-{architecture}{kind}" for architecture in PARTS for kind in ("", ".cdx.json", ".docker.tar", ".toolchain")]
FILES += [f"{NAME}-third-party.md", f"{NAME}.oci.tar", f"{NAME}.openvex.json", "SHA256SUMS", "image-digests"]
# As GitHub tells a job of release.yml.
GITHUB = {
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": REPOSITORY,
    "GITHUB_REF": f"refs/tags/v{VERSION}",
    "GITHUB_WORKFLOW_REF": f"{REPOSITORY}/.github/workflows/release.yml@refs/tags/v{VERSION}",
}
# SEED's image has no owner in the registry of its stand.
SEED = SEED.replace(f"{REGISTRY}/mcp-ssh-orchestrator", IMAGE)
NAMED = f"--certificate-identity {WORKFLOW} --certificate-oidc-issuer {ISSUER}"


@pytest.fixture(scope="module")
def commit():
    """The one that the images were built from."""
    labels = json.loads(run("tar", "-xOf", part(TARGET / "index/mcp-ssh.oci.tar"), "blobs/sha256/" + digest("index")))["annotations"]
    return labels["org.opencontainers.image.revision"].removesuffix("-dirty")


def digest(which):
    path = {"index": TARGET / "index/digest", **{one: parts / "image/digest" for one, parts in PARTS.items()}}[which]
    return part(path).read_text().strip().removeprefix("sha256:")


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    """A folder with links to the parts, of which a test may replace one."""
    part(TARGET / "vex/mcp-ssh.openvex.json")
    folder = tmp_path_factory.mktemp("parts")
    for name in ("static", "image", "sbom", "index", "vex", "arm64/target/static", "arm64/target/image", "arm64/target/sbom"):
        (folder / name).mkdir(parents=True)
        for path in part(TARGET / name).iterdir():
            (folder / name / path.name).symlink_to(path)
    return folder


@pytest.fixture(scope="module")
def dist(parts, tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist") / "dist"
    run(RELEASE / "dist.sh", parts, folder)
    return folder


@pytest.fixture(scope="module")
def stand(tmp_path_factory):
    made = Stand(tmp_path_factory.mktemp("stand"))
    made.certified("build", WORKFLOW.replace("release.yml", "build.yml"))
    return made


@pytest.fixture(scope="module")
def signed(dist, stand, commit, tmp_path_factory):
    folder = tmp_path_factory.mktemp("signed") / "dist"
    shutil.copytree(dist, folder)
    run(RELEASE / "sign.sh", folder, env={**stand.environment, **GITHUB, "GITHUB_SHA": commit})
    return folder


def test_every_file_of_a_release_is_there_and_covered(dist, parts, tmp_path):
    assert sorted(path.name for path in dist.iterdir()) == sorted(FILES)
    run("sha256sum", "--check", "--strict", "SHA256SUMS", cwd=dist)
    covered = [line.split("  ")[1] for line in (dist / "SHA256SUMS").read_text().splitlines()]
    assert sorted([*covered, "SHA256SUMS"]) == sorted(FILES)
    lines = (dist / "image-digests").read_text().splitlines()
    names = {"": "index", "-amd64": "amd64", "-arm64": "arm64"}
    assert lines == [f"{digest(which)}  mcp-ssh-orchestrator:{VERSION}{suffix}" for suffix, which in names.items()]
    run(RELEASE / "dist.sh", parts, tmp_path / "again")
    for name in FILES:
        assert (dist / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def replaced(parts, tmp_path, name, data):
    folder = tmp_path / "parts"
    shutil.copytree(parts, folder, symlinks=True)
    (folder / name).unlink()
    (folder / name).write_bytes(data)
    return fails(RELEASE / "dist.sh", folder, tmp_path / "dist")


def test_parts_of_two_builds_are_refused(parts, tmp_path):
    read = lambda name: (parts / name).read_bytes()
    for number, (name, data, why) in enumerate([
        ("static/mcp-ssh", b"another", "the image for amd64 does not hold"),
        ("arm64/target/static/mcp-ssh", read("static/mcp-ssh"), "the image for arm64 does not hold"),
        ("arm64/target/sbom/sbom.cdx.json", read("sbom/sbom.cdx.json"), "the SBOM for arm64 is of another binary"),
        ("arm64/target/image/digest", read("image/digest"), "the index is of other images"),
    ]):
        (tmp_path / str(number)).mkdir()
        assert why in replaced(parts, tmp_path / str(number), name, data)


def test_the_sums_are_signed_by_the_workflow_and_by_no_other(signed, stand, tmp_path):
    verify = f"cosign verify-blob {NAMED} --bundle SHA256SUMS.sigstore.json SHA256SUMS"
    run("bash", "-c", verify, cwd=signed, env=stand.environment)
    run("sha256sum", "--check", "--strict", "SHA256SUMS", cwd=signed)
    covered = {line.split("  ")[1] for line in (signed / "SHA256SUMS").read_text().splitlines()}
    assert covered == {path.name for path in signed.iterdir()} - {"SHA256SUMS", "SHA256SUMS.sigstore.json"}
    assert {f"{NAME}-kit.tar", f"{NAME}-kit.fingerprint"} <= covered
    for name in ("SHA256SUMS", "SHA256SUMS.sigstore.json"):
        shutil.copy(signed / name, tmp_path / name)
    other = verify.replace("release.yml", "build.yml")
    assert "expected SAN value" in fails("bash", "-c", f"{other} || exit 1", cwd=tmp_path, env=stand.environment)
    (tmp_path / "SHA256SUMS").write_text("changed")
    assert subprocess.run(["bash", "-c", verify], cwd=tmp_path, env=stand.environment, capture_output=True).returncode != 0


def test_the_kit_is_of_both_architectures_and_verifies_with_the_fingerprint(signed, tmp_path, commit):
    run("tar", "-xf", signed / f"{NAME}-kit.tar", cwd=tmp_path)
    fingerprint = (signed / f"{NAME}-kit.fingerprint").read_text().strip()
    for route in ("cosign", "openssl"):
        said = run(ROOT / "cosign/verify.sh", "--with", route, fingerprint, tmp_path / "kit")
        assert f"verified: index mcp-ssh-orchestrator:{VERSION} sha256:{digest('index')}\n" in said
        assert said.endswith(f"verified: built from commit {commit}, signed by key {fingerprint}\n")
    provenance = json.loads((tmp_path / "kit/provenance.json").read_text())["predicate"]
    assert provenance["runDetails"]["builder"]["id"] == WORKFLOW
    [source, _] = provenance["buildDefinition"]["resolvedDependencies"]
    assert source["uri"] == f"git+https://github.com/{REPOSITORY}@refs/tags/v{VERSION}"
    # Nothing that could sign is left.
    assert not [path.name for path in (tmp_path / "kit").iterdir() if b"PRIVATE KEY-----\n" in path.read_bytes()[:100]]


def test_docker_loads_the_index_of_the_kit(signed, tmp_path):
    assert "DOCKER_HOST" in os.environ, "no engine; run: make test-release"
    run("tar", "-xf", signed / f"{NAME}-kit.tar", cwd=tmp_path)
    fingerprint = (signed / f"{NAME}-kit.fingerprint").read_text().strip()
    said = run(tmp_path / "kit/verify.sh", "--with", "openssl", "--load", fingerprint)
    assert said.endswith(f"loaded: mcp-ssh-orchestrator:{VERSION} is sha256:{digest('index')}\n")
    run("docker", "image", "rm", f"mcp-ssh-orchestrator:{VERSION}")


def test_files_that_changed_after_the_build_are_not_signed(dist, stand, tmp_path):
    shutil.copytree(dist, tmp_path / "dist")
    (tmp_path / "dist" / f"{NAME}-linux-arm64").write_bytes(b"another")
    for name in ("sign.sh", "push.sh"):
        environment = {**stand.environment, "IMAGE": IMAGE}
        assert "is not what its SHA256SUMS says" in fails(RELEASE / name, tmp_path / "dist", env=environment)
    assert not (tmp_path / "dist/SHA256SUMS.sigstore.json").exists()


def test_what_is_pushed_is_verified_as_the_guides_say(signed, stand):
    push = f'IMAGE={IMAGE.replace("samerfarida", "SamerFarida")} {RELEASE}/push.sh {signed} >pushed 2>log || {{ cat log >&2; exit 1; }}\n'
    latest = f"IMAGE={IMAGE} GITHUB_REPOSITORY={REPOSITORY} {RELEASE}/latest.sh v{VERSION} >/dev/null\n"
    guide = published("cosign/README.md", "IDENTITY=").replace("OWNER", REPOSITORY.partition("/")[0])
    guide = guide.replace(f"ghcr.io/{REPOSITORY}@sha256:…", '"$(cat pushed)"')
    kinds = "".join(
        f"cosign verify-attestation --type {kind} {NAMED} {IMAGE}@sha256:{digest(which)} | jq -r .payload | base64 -d >{which}.{kind}\n"
        for which, kind in (("amd64", "cyclonedx"), ("arm64", "cyclonedx"), ("index", "openvex"), ("index", "slsaprovenance1"))
    )
    of_each = "".join(f"cosign verify {NAMED} {IMAGE}@sha256:{digest(which)} >/dev/null\n" for which in PARTS)
    platforms = "".join(f"crane digest --platform linux/{which} {IMAGE}:latest >{which}.pulled\n" for which in PARTS)
    end = stand.ends(f"{push}{latest}{SEED}{guide}\n{kinds}{of_each}{platforms}")
    assert end.returncode == 0, end.stderr
    assert (stand.folder / "pushed").read_text() == f"{IMAGE}@sha256:{digest('index')}\n"
    for which in PARTS:
        assert (stand.folder / f"{which}.pulled").read_text().strip() == f"sha256:{digest(which)}"
        stated = json.loads((stand.folder / f"{which}.cyclonedx").read_text())
        [hashed] = stated["predicate"]["metadata"]["component"]["hashes"]
        assert hashed["content"] == sha256((PARTS[which] / "static/mcp-ssh").read_bytes())
    assert json.loads((stand.folder / "index.openvex").read_text())["predicate"] == json.loads((signed / f"{NAME}.openvex.json").read_text())
    assert json.loads((stand.folder / "index.slsaprovenance1").read_text())["predicate"]["runDetails"]["builder"]["id"] == WORKFLOW


def test_what_another_workflow_pushed_is_not_taken(signed, stand):
    push = f"IMAGE={IMAGE} SIGNER=build {RELEASE}/push.sh {signed} >/dev/null 2>&1\n"
    end = stand.ends(push + SEED.replace(":latest", f":{VERSION}"))
    assert end.returncode != 0
    assert "expected SAN value" in end.stderr


def test_a_registry_that_calls_the_index_otherwise_is_refused(signed, stand, tmp_path):
    program = tmp_path / "bin/crane"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\n[ "$1" != push ] || {{ echo {IMAGE}@sha256:{"0" * 64}; exit 0; }}\necho "$@" >>{tmp_path}/more\n')
    program.chmod(0o755)
    environment = {**stand.environment, "IMAGE": IMAGE, "PATH": f"{program.parent}:{stand.environment['PATH']}"}
    assert f"and the build made sha256:{digest('index')}" in fails(RELEASE / "push.sh", signed, env=environment)
    assert not (tmp_path / "more").exists()


def test_the_registry_is_logged_into_for_this_push_alone(signed, stand, tmp_path):
    program = tmp_path / "bin/crane"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\n[ "$1" = auth ] || exit 1\necho "$@" "$(cat)" "$DOCKER_CONFIG" >{tmp_path}/asked\n')
    program.chmod(0o755)
    login = {"REGISTRY_USER": "acme", "REGISTRY_PASSWORD": "of this run", "PATH": f"{program.parent}:{stand.environment['PATH']}"}
    fails(RELEASE / "push.sh", signed, env={**stand.environment, "IMAGE": "GHCR.io/Acme/x", **login})
    *words, folder = (tmp_path / "asked").read_text().split()
    assert words == "auth login ghcr.io --username acme --password-stdin of this run".split()
    assert not os.path.exists(folder)
