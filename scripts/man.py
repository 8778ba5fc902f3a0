#!/usr/bin/env python3
"""man.py BINARY FOLDER: the man pages in FOLDER, one for mcp-ssh and one for each of its commands.

Each page is what `BINARY help COMMAND` says, in the order of a man page; nothing is written twice. The date is that of
SOURCE_DATE_EPOCH. Refuses a help text with a part that it does not know.
"""

import os
import pathlib
import re
import subprocess
import sys
import textwrap
import time

PROGRAM = "mcp-ssh"
# The parts of a help text, and of a page.
PARTS = {
    "Positional Arguments:": "ARGUMENTS",
    "Options:": "OPTIONS",
    "Commands:": "COMMANDS",
    "Examples:": "EXAMPLES",
    "Notes:": "NOTES",
    "Error codes:": "EXIT STATUS",
}
# Where argh begins the descriptions of a list.
COLUMN = 20


def read(help_text):
    """The usage, the paragraph below it, and the lines of each part."""
    usage, _, rest = help_text.partition("\n")
    parts, lines = {}, []
    description = lines
    for line in rest.splitlines():
        if line.endswith(":") and not line.startswith(" "):
            if line not in PARTS:
                raise SystemExit(f"man.py: error: the help has a part `{line}`, which has no place in a man page")
            lines = parts.setdefault(PARTS[line], [])
        elif line:
            lines.append(line)
    return usage.removeprefix("Usage: "), " ".join(description), parts


def entries(lines):
    """The names of a list, each with its description."""
    found = []
    for line in lines:
        named = line[2] != " "
        if named and line[COLUMN - 1 : COLUMN] == " ":
            found.append((line[2:COLUMN].strip(), [line[COLUMN:]]))
        elif named:
            found.append((line.strip(), []))
        else:
            found[-1][1].append(line.strip())
    return [(name, " ".join(text)) for name, text in found]


def escaped(text):
    """Text that roff prints as it is."""
    marks = {"\\": "\\e", "-": "\\-", "`": "\\(ga", "'": "\\(aq", "~": "\\(ti", "^": "\\(ha"}
    return "".join(marks.get(letter, letter) for letter in text)


def filled(text):
    """Lines of less than 80 characters, each sentence on lines of its own; a dot at a line's beginning is no request."""
    lines = []
    for sentence in re.sub(r"([.?!]) (?=[A-Z])", r"\1\n", text).split("\n"):
        lines += textwrap.wrap(sentence, 78, break_long_words=False, break_on_hyphens=False)
    return "\n".join("\\&" + line if line.startswith(".") else line for line in lines)


def prose(text):
    """Text to read; what stands between backquotes is bold."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        pieces = [text]
    return filled("".join(f"\\fB{escaped(piece)}\\fR" if place % 2 else escaped(piece) for place, piece in enumerate(pieces)))


def option(name, values):
    """`-n, --lines` with the value that the usage gives it."""
    words = [word.strip() for word in name.split(",")]
    value = next((values[word] for word in words if word in values), None)
    shown = ", ".join(f"\\fB{escaped(word)}\\fR" for word in words)
    return shown + (f" \\fI{escaped(value)}\\fR" if value else "")


def synopsis(usage):
    """The usage: words as they are typed bold, what stands for something else in italics."""
    shown = re.sub(r"<([^>]*)>", lambda value: f"\\fI{escaped(value[1])}\\fR", usage.removeprefix(PROGRAM))
    pieces = re.split(r"(\\fI.*?\\fR)", shown)
    for place in range(0, len(pieces), 2):
        pieces[place] = re.sub(r"-{1,2}[A-Za-z][\w-]*|--(?=\])", lambda word: f"\\fB{escaped(word[0])}\\fR", pieces[place])
    return f"\\fB{escaped(PROGRAM)}\\fR" + re.sub(r"^( [a-z][a-z -]*)(?= |$)", lambda word: f"\\fB{escaped(word[1])}\\fR", "".join(pieces))


def page(words, help_text, version, date, others):
    usage, description, parts = read(help_text)
    name = "-".join([PROGRAM, *words])
    title = re.split(r"[.:;] |[.]$", description)[0]
    if len(title) > 75:
        title = title.split(",")[0].removesuffix(" and")
    lines = [f'.TH {escaped(name.upper())} 1 "{date}" "{PROGRAM} {version}" "User Commands"']
    lines += [".SH NAME", filled(f"{escaped(name)} \\- {escaped(title[0].lower() + title[1:])}")]
    lines += [".SH SYNOPSIS", filled(synopsis(usage)), ".SH DESCRIPTION", prose(description)]
    values = dict(re.findall(r"(--?[A-Za-z][\w-]*) <([^>]*)>", usage))
    for part in ("ARGUMENTS", "OPTIONS", "COMMANDS"):
        if part in parts:
            lines.append(f".SH {part}")
        for entry, text in entries(parts.get(part, [])):
            if part == "OPTIONS":
                shown = option(entry, values)
            else:
                shown = f"\\f{'B' if part == 'COMMANDS' else 'I'}{escaped(entry)}\\fR"
            lines += [".TP", shown, prose(text)]
    if words and "OPTIONS" in parts:
        lines += [".PP", f"The options of \\fB{escaped(PROGRAM)}\\fR(1) may be given here, too."]
    if "NOTES" in parts:
        lines += [".SH NOTES", prose(" ".join(line.strip() for line in parts["NOTES"]))]
    if "EXIT STATUS" in parts:
        lines.append(".SH EXIT STATUS")
    for line in parts.get("EXIT STATUS", []):
        status, text = line.split(maxsplit=1)
        lines += [".TP", f"\\fB{status}\\fR", prose(text)]
    if "EXAMPLES" in parts:
        lines += [".SH EXAMPLES", ".nf", *(escaped(line.strip()) for line in parts["EXAMPLES"]), ".fi"]
    seen = [f"\\fB{escaped(other)}\\fR(1)" for other in sorted(others) if other != name]
    lines += [".SH SEE ALSO", ",\n".join(seen)]
    return "\n".join(lines) + "\n"


def commands(words, helped):
    """Every command below these words, by its words."""
    _, _, parts = read(helped(words))
    for name, _ in entries(parts.get("COMMANDS", [])):
        yield (*words, name)
        yield from commands((*words, name), helped)


def main():
    if len(sys.argv) != 3:
        raise SystemExit("usage: man.py BINARY FOLDER")
    binary, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])

    def said(*words):
        # The help ends with no environment of the caller's in it.
        return subprocess.run([binary, *words], check=True, capture_output=True, text=True, env={}).stdout

    version = said("--version").split()[1]
    date = time.strftime("%Y-%m-%d", time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", "0"))))
    pages = [(), *commands((), lambda words: said("help", *words))]
    names = ["-".join([PROGRAM, *words]) for words in pages]
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(f"{PROGRAM}*.1"):
        old.unlink()
    for words, name in zip(pages, names):
        related = [other for other in names if other == PROGRAM or not words or other.startswith(f"{PROGRAM}-{words[0]}")]
        (folder / f"{name}.1").write_text(page(words, said("help", *words), version, date, related))


main()
