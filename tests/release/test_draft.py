"""The draft of a release, and what is refused before anything is signed, pushed or drafted: a file that no sum covers.

Needs cosign; a stand is in the place of the workflow's identity, and a `gh` that only tells what it was asked.
"""

import hashlib
import os

import pytest

from artefacts import RELEASE, ROOT, VERSION, fails, program, run
from mirror import Authority, tool, workflow
from test_scripts import edit, original, tree  # noqa: F401

REPOSITORY = "Acme/mcp-ssh-orchestrator"


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


def summed(folder, authority, version=VERSION, identity=None):
    """The sums of every file, signed."""
    for name in ("SHA256SUMS", "SHA256SUMS.sigstore.json"):
        (folder / name).unlink(missing_ok=True)
    sums = "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(folder.iterdir())).encode()
    (folder / "SHA256SUMS").write_bytes(sums)
    (folder / "SHA256SUMS.sigstore.json").write_text(authority.signed(sums, identity or workflow(REPOSITORY, version)))


class TestDraft:
    @pytest.fixture
    def dist(self, tmp_path, authority):
        folder = tmp_path / "dist"
        folder.mkdir()
        (folder / f"mcp-ssh-{VERSION}-linux-amd64").write_text("binary")
        (folder / f"mcp-ssh-{VERSION}-kit.fingerprint").write_text("f" * 64 + "\n")
        (folder / "image-digests").write_text("d" * 64 + f"  mcp-ssh-orchestrator:{VERSION}\n")
        summed(folder, authority)
        (tmp_path / "root.json").write_bytes(authority.root.read_bytes())
        return folder

    def draft(self, dist, root=ROOT, how=run, **environment):
        folder = program(dist.parent / "bin", "gh", f'''
            printf '%s\\n' "$@" >{dist.parent}/asked
            while [ "$1" != --notes-file ]; do shift; done
            cp "$2" {dist.parent}/notes''')
        trusting = f"--trusted-root {dist.parent}/root.json --insecure-ignore-tlog --insecure-ignore-sct"
        program(folder, "cosign", f'exec {tool("cosign", "cosign")} "$@" {trusting}')
        environment = {"PATH": f"{folder}:{os.environ['PATH']}", "GITHUB_REPOSITORY": "Acme/mcp-ssh-orchestrator", **environment}
        return how(root / "scripts/release/draft.sh", dist, env=environment)

    def test_every_file_and_the_notes(self, dist):
        self.draft(dist)
        asked = (dist.parent / "asked").read_text().splitlines()
        assert asked[:6] == ["release", "create", f"v{VERSION}", "--repo", "Acme/mcp-ssh-orchestrator", "--draft"]
        assert "--verify-tag" in asked and "--prerelease" not in asked
        assert sorted(asked[-5:]) == sorted(str(path) for path in dist.iterdir())
        notes = (dist.parent / "notes").read_text()
        assert notes.startswith(run(RELEASE / "notes.sh"))
        identity = f"https://github.com/Acme/mcp-ssh-orchestrator/.github/workflows/release.yml@refs/tags/v{VERSION}"
        for words in (identity, f"ghcr.io/acme/mcp-ssh-orchestrator@sha256:{'d' * 64}", f"fingerprint `{'f' * 64}`"):
            assert words in notes

    def test_a_pre_release_is_called_one(self, dist, tree, authority):
        edit(tree, "Cargo.toml", f'version = "{VERSION}"', 'version = "9.0.0-rc.1"')
        edit(tree, "CHANGELOG.md", f"## [{VERSION}]", "## [9.0.0-rc.1]")
        (dist / "mcp-ssh-9.0.0-rc.1-kit.fingerprint").write_text("f" * 64)
        (dist / "image-digests").write_text("d" * 64 + "  mcp-ssh-orchestrator:9.0.0-rc.1\n")
        summed(dist, authority, "9.0.0-rc.1")
        self.draft(dist, tree)
        assert "--prerelease" in (dist.parent / "asked").read_text().splitlines()

    def test_what_is_refused(self, dist):
        assert "GITHUB_REPOSITORY names no repository" in self.draft(dist, how=fails, GITHUB_REPOSITORY="")
        (dist / f"mcp-ssh-{VERSION}-linux-amd64").write_text("another")
        assert "is not what its SHA256SUMS says" in self.draft(dist, how=fails)
        (dist / "SHA256SUMS.sigstore.json").write_text("")
        assert "is not what its SHA256SUMS says" in self.draft(dist, how=fails)
        assert not (dist.parent / "asked").exists()

    def test_a_bundle_that_signs_nothing(self, dist):
        for text in ("", "{}", "not a bundle"):
            (dist / "SHA256SUMS.sigstore.json").write_text(text)
            said = self.draft(dist, how=fails)
            assert "nobody has signed SHA256SUMS" in said or "has not signed SHA256SUMS" in said
        assert not (dist.parent / "asked").exists()

    @pytest.mark.parametrize("identity", [
        workflow("other/mcp-ssh-orchestrator"), workflow(REPOSITORY, "9.9.9"), workflow(REPOSITORY).replace("release.yml", "ci.yml"),
    ])
    def test_sums_that_another_one_signed(self, dist, authority, identity):
        summed(dist, authority, identity=identity)
        assert "has not signed SHA256SUMS" in self.draft(dist, how=fails)
        assert not (dist.parent / "asked").exists()

    @pytest.mark.parametrize("name", ["more", ".hidden", "SHA256SUMS.old"])
    @pytest.mark.parametrize("script", ["draft.sh", "push.sh", "sign.sh"])
    def test_a_file_that_no_sum_covers(self, dist, script, name):
        (dist / name).write_text("of nobody")
        if script == "draft.sh":
            said = self.draft(dist, how=fails)
        else:
            said = fails(RELEASE / script, dist, env={**os.environ, "IMAGE": "127.0.0.1:9/x"})
        assert f"has files that SHA256SUMS does not cover: {name}" in said
        assert not (dist.parent / "asked").exists()


def test_the_image_gets_its_tag_after_it_is_signed(tmp_path, authority):
    dist, asked = tmp_path / "dist", tmp_path / "asked"
    (dist / "kit").mkdir(parents=True)
    (dist / "kit/provenance.json").write_text('{"predicate": {}}')
    run("tar", "-cf", f"mcp-ssh-{VERSION}-kit.tar", "--remove-files", "kit", cwd=dist)
    run("tar", "-cf", f"mcp-ssh-{VERSION}.oci.tar", "-T", "/dev/null", cwd=dist)
    names = {"": "a", "-amd64": "b", "-arm64": "c"}
    lines = [f"{letter * 64}  mcp-ssh-orchestrator:{VERSION}{suffix}\n" for suffix, letter in names.items()]
    (dist / "image-digests").write_text("".join(lines))
    summed(dist, authority)
    image = f"127.0.0.1:9/x@sha256:{'a' * 64}"
    folder = program(tmp_path / "bin", "crane", f'echo "crane $1 ${{*: -1}}" >>{asked}; [ "$1" != push ] || echo {image}')
    program(folder, "cosign", f'echo "cosign $1" >>{asked}')
    said = run(RELEASE / "push.sh", dist, env={"PATH": f"{folder}:{os.environ['PATH']}", "IMAGE": "127.0.0.1:9/x"})
    assert said == f"{image}\n"
    # Nothing is `latest` before a person has published it.
    steps = [f"crane push {image}", "cosign sign", *["cosign attest"] * 4, f"crane tag {VERSION}"]
    assert asked.read_text().splitlines() == steps
