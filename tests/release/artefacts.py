"""What the tests of a release share: where its parts are, and the repository's own helpers for kits and the stand."""

import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/kit"))
TARGET = ROOT / "target"
RELEASE = ROOT / "scripts/release"
VERSION = re.search(r'^version = "(.*)"', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)[1]
# Where each architecture's parts are.
PARTS = {"amd64": TARGET, "arm64": TARGET / "arm64/target"}
os.environ["PATH"] += f":{TARGET}/sid/usr/bin"


def part(path):
    """A file that `make dist` left, which has to be there."""
    if not path.exists():
        raise FileNotFoundError(f"no {path.relative_to(ROOT)}; run: make dist")
    return path


def run(*command, **options):
    """What a command prints; it has to succeed."""
    end = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    assert end.returncode == 0, f"{command}: {end.stdout}{end.stderr}"
    return end.stdout


def fails(*command, **options):
    """What a command says on stderr when it ends with 1."""
    end = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    assert end.returncode == 1, f"{command}: {end.returncode}: {end.stdout}{end.stderr}"
    return end.stderr


def program(folder, name, script):
    """A program that stands for another, in a folder for PATH."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/usr/bin/env bash\nset -euo pipefail\n{script}\n")
    path.chmod(0o755)
    return folder


def checkout(folder):
    """The files of this checkout as they are now, as a commit of its own: what a script of a release looks at."""
    names = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT).split("\0")
    names = [name for name in names if name and (ROOT / name).exists()]
    folder.mkdir()
    subprocess.run(["tar", "-cf", folder / "all.tar", "--null", "-T", "-"], input="\0".join(names).encode(), cwd=ROOT, check=True)
    run("tar", "-xf", "all.tar", cwd=folder)
    (folder / "all.tar").unlink()
    run("git", "init", "--quiet", cwd=folder)
    commit(folder)
    return folder


def commit(folder):
    who = {"GIT_AUTHOR_NAME": "test", "GIT_AUTHOR_EMAIL": "test", "GIT_COMMITTER_NAME": "test", "GIT_COMMITTER_EMAIL": "test"}
    run("git", "add", "--all", cwd=folder)
    run("git", "commit", "--quiet", "--message", "test", cwd=folder, env={**os.environ, **who})
