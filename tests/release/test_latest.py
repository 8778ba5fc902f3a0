"""`latest` in the registry: what a published release makes of it, and what it leaves or refuses.

The workflow's identity, its authority and the registry are a stand's (tests/kit/stand.py); no log has the signatures.
"""

import io
import os
import tarfile

import pytest

from artefacts import RELEASE, VERSION, fails, program
from making import LABELS, Image, Index
from stand import REGISTRY, REPOSITORY, WORKFLOW, Stand
from test_scripts import edit, original, tree  # noqa: F401

IMAGE = f"{REGISTRY}/{REPOSITORY}"
TITLE = "org.opencontainers.image.version"
# Every version of which a test pushes an index, and who signs it.
VERSIONS = ["0.0.9", "0.1.0-rc.1", VERSION, "0.1.1", "0.10.0", "1.0.0-rc.1"]


def index(version):
    """The index of a version; each has one digest."""
    labels = {name: text for name, text in LABELS.items() if name != TITLE} | ({TITLE: version} if version else {})
    return Index([Image([("mcp-ssh", f"\x7fELF {version}".encode())], name=f"mcp-ssh-orchestrator:{version}")], labels=labels)


@pytest.fixture(scope="module")
def stand(tmp_path_factory):
    made = Stand(tmp_path_factory.mktemp("stand"))
    for version in VERSIONS:
        made.certified(version, WORKFLOW.replace(f"v{VERSION}", f"v{version}"))
    made.certified("build", WORKFLOW.replace("release.yml", "build.yml"))
    for version in [*VERSIONS, ""]:
        tarfile.open(fileobj=io.BytesIO(index(version).archive())).extractall(made.folder / f"index{version}")
    return made


def pushed(version, signer=None, tag=None):
    """Commands that push the index of a version under a tag, signed."""
    push = f'pushed=$(crane push index{version} {IMAGE}:{tag or version} 2>/dev/null)\n'
    return push + (f'SIGNER={signer} cosign sign --yes --recursive "$pushed" 2>/dev/null\n' if signer != "" else "")


def release(version, signer=None):
    return pushed(version, version if signer is None else signer)


def moved(script=RELEASE / "latest.sh", version=VERSION):
    """latest.sh, and what `latest` is after it; its status is the last line."""
    return f"""
        IMAGE={IMAGE.replace("samerfarida", "SamerFarida")} GITHUB_REPOSITORY={REPOSITORY} {script} v{version} && status=0 || status=$?
        crane digest {IMAGE}:latest 2>/dev/null || echo none
        echo "$status"
    """


def ended(stand, commands):
    """What was printed, what `latest` is, the status, and what was said."""
    end = stand.ends(commands)
    assert end.returncode == 0, end.stderr
    *said, latest, status = end.stdout.splitlines()
    return said, latest, status, end.stderr


def test_the_first_release(stand):
    said, latest, status, _ = ended(stand, release(VERSION) + moved())
    assert (latest, status) == (index(VERSION).digest, "0")
    assert said == [f"{IMAGE}:latest is {VERSION}, {index(VERSION).digest}"]


@pytest.mark.parametrize("before", ["0.0.9", "0.1.0-rc.1"])
def test_an_older_latest_goes_forward(stand, before):
    there = release(before) + f'crane tag "$pushed" latest 2>/dev/null\n'
    _, latest, status, _ = ended(stand, there + release(VERSION) + moved())
    assert (latest, status) == (index(VERSION).digest, "0")


@pytest.mark.parametrize("before", ["0.1.1", "0.10.0", "1.0.0-rc.1"])
def test_a_newer_latest_stays(stand, before):
    there = release(before) + f'crane tag "$pushed" latest 2>/dev/null\n'
    said, latest, status, told = ended(stand, there + release(VERSION) + moved())
    assert (latest, status) == (index(before).digest, "0")
    assert said == [f"{IMAGE}:latest is {before}, {index(before).digest}"]
    assert f"`latest` is {before}, which is newer than {VERSION}: it stays" in told


def test_numbers_are_compared_and_not_letters(stand, tree):
    edit(tree, "Cargo.toml", f'version = "{VERSION}"', 'version = "0.10.0"')
    there = release("0.1.1") + f'crane tag "$pushed" latest 2>/dev/null\n'
    _, latest, status, _ = ended(stand, there + release("0.10.0") + moved(tree / "scripts/release/latest.sh", "0.10.0"))
    assert (latest, status) == (index("0.10.0").digest, "0")


def test_a_second_time_it_is_there_already(stand):
    said, latest, status, told = ended(stand, release(VERSION) + moved() + moved())
    assert (latest, status) == (index(VERSION).digest, "0")
    assert f"`latest` is {VERSION} already" in told


@pytest.mark.parametrize("signer", ["", "build", "0.0.9"], ids=["nobody", "another workflow", "another tag"])
def test_what_release_yml_has_not_signed_at_this_tag_is_not_latest(stand, signer):
    _, latest, status, told = ended(stand, release(VERSION, signer) + moved())
    assert (latest, status) == ("none", "1")
    assert f"{WORKFLOW} has not signed {index(VERSION).digest}, which the registry has as {VERSION}" in told


@pytest.mark.parametrize("there, why", [
    # Somebody who can write the registry says to be the newest of all.
    (pushed("0.10.0", "", "latest"), f"v0.10.0 has not signed {index('0.10.0').digest}"),
    (pushed("0.10.0", VERSION, "latest"), f"v0.10.0 has not signed {index('0.10.0').digest}"),
    (pushed("", "", "latest"), "which says no version"),
], ids=["unsigned", "signed as another version", "without a version"])
def test_a_latest_of_nobody_is_looked_at_by_a_person(stand, there, why):
    _, latest, status, told = ended(stand, release(VERSION) + there + moved())
    assert status == "1" and latest != index(VERSION).digest
    assert why in told


@pytest.mark.parametrize("newer, is_latest", [
    (release("0.10.0"), False), (release("0.1.1"), False), (release("1.0.0-rc.1"), True), (release("0.0.9"), True),
    (pushed("0.10.0", ""), True), (pushed("0.10.0", "0.0.9"), True),
], ids=["newer", "a little newer", "a pre-release", "older", "not signed", "signed as another"])
def test_where_there_is_none_a_newer_release_that_is_signed_keeps_its_place(stand, newer, is_latest):
    _, latest, status, told = ended(stand, newer + release(VERSION) + moved())
    assert (latest, status) == ((index(VERSION).digest, "0") if is_latest else ("none", "1")), told
    assert is_latest or "has no `latest`, and " in told and f"is newer than {VERSION}" in told


def test_one_image_of_the_index_is_not_latest(stand):
    one = f'crane tag "{IMAGE}@{index(VERSION).images[0].digest}" {VERSION} 2>/dev/null\n'
    _, latest, status, told = ended(stand, release(VERSION) + one + moved())
    assert (latest, status) == ("none", "1")
    assert f"which the registry has as {VERSION}, is not the index of that version" in told


def test_a_registry_without_that_version(stand):
    _, latest, status, told = ended(stand, release("0.0.9") + moved())
    assert (latest, status) == ("none", "1")
    assert f"{IMAGE} has no {VERSION}" in told


class TestRefusals:
    """Before anything is asked."""

    ENVIRONMENT = {"PATH": os.environ["PATH"], "IMAGE": "127.0.0.1:9/x", "GITHUB_REPOSITORY": REPOSITORY}

    @pytest.mark.parametrize("tag", [VERSION, "v9.9.9", f"v{VERSION}-rc.1", f"refs/tags/v{VERSION}"])
    def test_another_tag(self, tag):
        said = fails(RELEASE / "latest.sh", env={**self.ENVIRONMENT, "GITHUB_REF_NAME": tag})
        assert f"its release is v{VERSION}" in said

    def test_a_pre_release(self, tree):
        edit(tree, "Cargo.toml", f'version = "{VERSION}"', 'version = "9.0.0-rc.1"')
        said = fails(tree / "scripts/release/latest.sh", "v9.0.0-rc.1", env=self.ENVIRONMENT)
        assert "9.0.0-rc.1 is a pre-release" in said

    @pytest.mark.parametrize("name, why", [
        ("IMAGE", "IMAGE names no repository"), ("GITHUB_REPOSITORY", "GITHUB_REPOSITORY names no repository"),
    ])
    def test_what_is_not_set(self, name, why):
        assert why in fails(RELEASE / "latest.sh", f"v{VERSION}", env={**self.ENVIRONMENT, name: ""})

    def test_no_tag(self):
        assert "no tag" in fails(RELEASE / "latest.sh", env=self.ENVIRONMENT)

    def test_the_registry_is_logged_into_for_this_run_alone(self, tmp_path):
        folder = program(tmp_path / "bin", "crane", f'[ "$1" = auth ]; echo "$@" "$(cat)" "$DOCKER_CONFIG" >{tmp_path}/asked')
        login = {"REGISTRY_USER": "acme", "REGISTRY_PASSWORD": "of this run", "PATH": f"{folder}:{os.environ['PATH']}"}
        fails(RELEASE / "latest.sh", f"v{VERSION}", env={**self.ENVIRONMENT, "IMAGE": "GHCR.io/Acme/x", **login})
        *words, folder = (tmp_path / "asked").read_text().split()
        assert words == "auth login ghcr.io --username acme --password-stdin of this run".split()
        assert not os.path.exists(folder)
