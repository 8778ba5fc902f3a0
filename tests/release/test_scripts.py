"""The scripts that the workflows run, each on a copy of the checkout: what they make, and what they refuse."""

import hashlib
import os
import re
import shutil
import subprocess

import pytest

from artefacts import RELEASE, ROOT, VERSION, checkout, commit, fails, program, run

UNPINNED = "PIN-BEFORE-USE"
MAINTAINER = "deploy/debian/maintainer"


@pytest.fixture(scope="session")
def original(tmp_path_factory):
    return checkout(tmp_path_factory.mktemp("checkout") / "tree")


@pytest.fixture
def tree(original, tmp_path):
    """A checkout of its own, with every action and image pinned, and somebody who answers for the package."""
    folder = tmp_path / "tree"
    shutil.copytree(original, folder)
    for path in (folder / ".github/workflows").iterdir():
        text = path.read_text().replace(f"sha256:{UNPINNED}", "sha256:" + "0" * 64).replace(f"@{UNPINNED}", "@" + "0" * 40)
        path.write_text(text.replace(UNPINNED, "a pin"))
    log = (folder / "CHANGELOG.md").read_text()
    (folder / "CHANGELOG.md").write_text(re.sub(r"(?s)(\n## \[Unreleased\]\n).*?(\n## )", r"\1\2", log))
    (folder / MAINTAINER).write_text("Ada Lovelace <ada@example.org>\n")
    commit(folder)
    return folder


def edit(tree, name, old, new):
    path = tree / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def script(tree, name):
    return tree / "scripts/release" / name


class TestReady:
    def test_a_tag_that_is_the_version(self, tree):
        run(script(tree, "ready.sh"), f"v{VERSION}")
        run(script(tree, "ready.sh"), env={**os.environ, "GITHUB_REF_NAME": f"v{VERSION}"})

    @pytest.mark.parametrize("tag", [VERSION, "v9.9.9", f"v{VERSION}-rc.1", f"refs/tags/v{VERSION}", f"v{VERSION}\n"])
    def test_another_tag(self, tree, tag):
        assert f"a release of it is v{VERSION}" in fails(script(tree, "ready.sh"), tag)

    def test_no_tag(self, tree):
        assert "no tag" in fails(script(tree, "ready.sh"), env={"PATH": os.environ["PATH"]})

    def test_this_checkout_is_not_ready_while_something_waits_for_its_commit(self, original):
        assert "still to be pinned" in fails(script(original, "ready.sh"), f"v{VERSION}")

    @pytest.mark.parametrize("old, new, why", [
        ("@" + "0" * 40, "@v4", "an action that names no commit"),
        ("@" + "0" * 40, "@" + "0" * 39, "an action that names no commit"),
        ("@" + "0" * 40, f"@{UNPINNED}", "still to be pinned"),
        ("sha256:" + "0" * 64, f"sha256:{UNPINNED}", "still to be pinned"),
    ])
    def test_what_is_not_pinned(self, tree, old, new, why):
        edit(tree, ".github/workflows/release.yml", old, new)
        commit(tree)
        assert why in fails(script(tree, "ready.sh"), f"v{VERSION}")

    @pytest.mark.parametrize("name", [(ROOT / MAINTAINER).read_text(), "", "Ada\n", "ada@example.org\n", "Ada <ada>\n", "A <a@b> <c@d>\n"])
    def test_a_package_for_which_nobody_answers(self, tree, name):
        (tree / MAINTAINER).write_text(name)
        commit(tree)
        assert "nobody answers for the Debian package" in fails(script(tree, "ready.sh"), f"v{VERSION}")

    def test_changes_that_are_not_committed(self, tree):
        (tree / "more").write_text("")
        assert "changes that are not committed" in fails(script(tree, "ready.sh"), f"v{VERSION}")

    def test_a_version_that_the_changelog_does_not_have(self, tree):
        edit(tree, "Cargo.toml", f'version = "{VERSION}"', 'version = "9.9.9"')
        assert "has not one section `## [9.9.9]`" in fails(script(tree, "ready.sh"), "v9.9.9")


    @pytest.mark.parametrize("text", ["- more\n", "### Added\n", "\n\n  - more\n\n"])
    def test_changes_that_no_version_has(self, tree, text):
        edit(tree, "CHANGELOG.md", "## [Unreleased]\n", f"## [Unreleased]\n{text}")
        commit(tree)
        assert "CHANGELOG.md has text below `[Unreleased]`" in fails(script(tree, "ready.sh"), f"v{VERSION}")


class TestVersion:
    def test_it_is_the_one_of_cargo_toml(self):
        assert run(RELEASE / "version.sh") == f"{VERSION}\n"

    @pytest.mark.parametrize("version", ["1.2", "1.2.3.4", "v1.2.3", "1.2.3 ", "1.2.3;x", ""])
    def test_another_form(self, tree, version):
        edit(tree, "Cargo.toml", f'version = "{VERSION}"', f'version = "{version}"')
        assert "has no version such as 1.2.3" in fails(script(tree, "version.sh"))

    def test_a_pre_release(self, tree):
        edit(tree, "Cargo.toml", f'version = "{VERSION}"', 'version = "1.2.3-rc.1"')
        assert run(script(tree, "version.sh")) == "1.2.3-rc.1\n"


class TestNotes:
    LOG = """\
# Changelog

## [Unreleased]

- later

## [1.2.0] - 2026-11-30

### Added

- this

## [1.1.0]

- `## [x]` before

[1.2.0]: https://example.com
"""

    def notes(self, tmp_path, version, log=LOG, how=run):
        (tmp_path / "CHANGELOG.md").write_text(log)
        return how(RELEASE / "notes.sh", tmp_path / "CHANGELOG.md", version)

    def test_the_section_of_the_version(self, tmp_path):
        assert self.notes(tmp_path, "1.2.0") == "### Added\n\n- this\n"
        assert self.notes(tmp_path, "1.1.0") == "- `## [x]` before\n"

    @pytest.mark.parametrize("version", ["1.2", "1.2.1", "1x2.0", ".*"])
    def test_a_version_without_one(self, tmp_path, version):
        assert "has not one section" in self.notes(tmp_path, version, how=fails)

    def test_two_sections_or_an_empty_one(self, tmp_path):
        assert "has not one section" in self.notes(tmp_path, "1.2.0", self.LOG + "\n## [1.2.0]\n\n- again\n", how=fails)
        assert "says nothing of 1.3.0" in self.notes(tmp_path, "1.3.0", self.LOG + "\n## [1.3.0]\n\n \n", how=fails)

    def test_this_version_has_notes(self):
        notes = run(RELEASE / "notes.sh")
        section = (ROOT / "CHANGELOG.md").read_text().split(f"\n## [{VERSION}]")[1].split("\n", 1)[1].split("\n## ")[0]
        assert notes.split() == re.sub(r"(?m)^\[[^]]+\]: .*", "", section).split()


class TestMachine:
    def machine(self, tmp_path, *words, how=run):
        (tmp_path / "home").mkdir(exist_ok=True)
        folder = program(tmp_path / "bin", "rustup", f'printf "%s\\n" "$*" >>{tmp_path}/asked')
        environment = {"PATH": f"{folder}:{os.environ['PATH']}", "HOME": str(tmp_path / "home")}
        environment |= {"GITHUB_WORKSPACE": "/somewhere/else", "GITHUB_PATH": str(tmp_path / "paths")}
        how(RELEASE / "machine.sh", *words, env=environment)
        asked = tmp_path / "asked"
        return asked.read_text().splitlines() if asked.exists() else []

    @pytest.mark.parametrize("word, version", [
        ("stable", "stable"),
        ("oldest", re.search(r'rust-version = "(.*)"', (ROOT / "Cargo.toml").read_text())[1]),
        ("locked", re.search(r"toolchain rust: rustup \(rustc (\S+) ", (ROOT / "reproducible.lock").read_text())[1]),
    ])
    def test_the_rust_that_is_asked_for(self, tmp_path, word, version):
        asked = self.machine(tmp_path, word)
        assert asked == [f"toolchain install {version} --profile minimal --component clippy,rustfmt,rust-src", f"default {version}"]
        assert (tmp_path / "paths").read_text() == f"{tmp_path}/home/.cargo/bin\n"

    def test_git_trusts_the_checkout(self, tmp_path):
        assert self.machine(tmp_path) == []
        assert "directory = /somewhere/else" in (tmp_path / "home/.gitconfig").read_text()

    def test_another_word(self, tmp_path):
        assert self.machine(tmp_path, "nightly", how=fails) == []


def test_every_script_has_a_head_and_is_short():
    for path in sorted(RELEASE.glob("*.sh")):
        lines = path.read_text().splitlines()
        assert lines[0] == "#!/usr/bin/env bash"
        assert lines[1].startswith(f"# {path.name}"), path
        assert len(lines) < 200, path
        assert subprocess.run(["bash", "-n", path]).returncode == 0
