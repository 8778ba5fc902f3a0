"""The man pages: they say all that the help says, and their readers (mandoc, groff, man) have nothing to complain of.

Needs mandoc, groff and man.
"""

import os
import re
import subprocess

import pytest

from mirror import ROOT, run, tool
from release_parts import EPOCH, NATIVE



def made(folder, **variables):
    run(ROOT / "scripts/man.py", NATIVE, folder, env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH, **variables})
    return {path.stem: path for path in folder.iterdir()}


@pytest.fixture(scope="session")
def pages(tmp_path_factory):
    return made(tmp_path_factory.mktemp("man"))


def helped(*words):
    return run(NATIVE, "help", *words, env={}).decode()


def commands(*words):
    """The commands that a help lists: the words at its second column."""
    _, _, listed = helped(*words).partition("\nCommands:\n")
    for line in listed.partition("\n\n")[0].splitlines():
        if line[2] != " ":
            yield (*words, line.split()[0])
            yield from commands(*words, line.split()[0])


def shown(page):
    """What a reader sees of the page below its synopsis, with one blank where it has several or ends a line."""
    text = run(tool("mandoc", "mandoc"), "-T", "utf8", page).decode()
    text = re.sub(".\b", "", text)
    marks = {"\u2010": "-", "\u2212": "-", "\u2019": "'", "\u2018": "`", "\u02dc": "~"}
    return re.sub(r"\s+", " ", "".join(marks.get(letter, letter) for letter in text)).partition(" DESCRIPTION ")[2]


def said(help_text):
    """Each option, command, argument, status and example of a help, and each line of what it says of them."""
    part = None
    for line in help_text.splitlines():
        if line.endswith(":") and not line.startswith(" "):
            part = line
        elif part in ("Examples:", "Notes:", "Error codes:"):
            yield line.strip()
        elif part and line.strip():
            # Two columns.
            yield from line[:20].strip().split(", ")
            yield line[20:]


def test_there_is_one_for_each_command(pages):
    names = ["mcp-ssh", *("-".join(["mcp-ssh", *words]) for words in commands())]
    assert len(names) > 20 and "mcp-ssh-audit-verify" in names
    assert sorted(pages) == sorted(names)


@pytest.mark.parametrize("words", [(), *commands()])
def test_all_that_the_help_says_is_in_the_page(pages, words):
    text, listed = shown(pages["-".join(["mcp-ssh", *words])]), helped(*words)
    assert "--help" in said(listed)
    assert [piece for piece in said(listed) if piece.replace("`", "") not in text] == []
    for option, value in re.findall(r"(--?[A-Za-z][\w-]*) <([^>]*)>", listed.splitlines()[0]):
        assert re.search(rf"{re.escape(option)}(, --[\w-]+)? {re.escape(value)}", text)


def test_a_lost_option_is_noticed(pages):
    page = pages["mcp-ssh-check"]
    whole = page.read_text()
    try:
        page.write_text(whole.replace("\n\\fB\\-\\-coverage\\fR\n", "\nX\n"))
        with pytest.raises(AssertionError):
            test_all_that_the_help_says_is_in_the_page(pages, ("check",))
    finally:
        page.write_text(whole)


def test_their_readers_have_nothing_to_complain_of(pages):
    utf8 = {**os.environ, "LC_ALL": "C.UTF-8"}
    for page in pages.values():
        for command in (
            [tool("mandoc", "mandoc"), "-T", "lint", page],
            [tool("groff", "groff"), "-man", "-ww", "-T", "utf8", "-z", page],
            [tool("man", "man-db"), "--warnings", "-l", "-Tutf8", "-Z", page],
        ):
            end = subprocess.run(command, capture_output=True, text=True, env=utf8)
            complaints = end.stderr + (end.stdout if "lint" in command else "")
            assert (end.returncode, complaints) == (0, ""), page.name
        name = run(tool("lexgrog", "man-db"), page).decode()
        assert f'"{page.stem} - ' in name


def test_they_are_the_same_twice_and_know_no_environment(pages, tmp_path):
    again = made(tmp_path, MCP_SSH_CONFIG_DIR="/elsewhere", HOME="/nowhere")
    assert {name: page.read_text() for name, page in pages.items()} == {name: page.read_text() for name, page in again.items()}
    assert '"2026-11-22"' in pages["mcp-ssh"].read_text()


def test_a_help_with_a_part_that_it_does_not_know_is_refused(tmp_path):
    binary = tmp_path / "mcp-ssh"
    binary.write_text("#!/bin/sh\n[ $1 = help ] || { echo mcp-ssh 1; exit; }\nprintf 'Usage: mcp-ssh\\n\\nSaid.\\n\\nSecrets:\\n  x\\n'\n")
    binary.chmod(0o755)
    end = subprocess.run([ROOT / "scripts/man.py", binary, tmp_path / "man"], capture_output=True, text=True)
    assert end.returncode == 1
    assert end.stderr == "man.py: error: the help has a part `Secrets:`, which has no place in a man page\n"
