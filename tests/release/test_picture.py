#!/usr/bin/env python3
"""The picture of the README: docs/terminal.svg is a picture and nothing else, and shows what the binary says today.

MCP_SSH_BINARY names the binary; without it the newer one of `make static` and `cargo build` is taken. Needs OpenSSH's sshd.
Runs alone (`tests/release/test_picture.py`), under pytest, and as a part of `make test` (tests/docs/shown.rs).
"""

import os
import sys
import unittest
import xml.etree.ElementTree as tree
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import terminal_drawing  # noqa: E402
import terminal_svg  # noqa: E402

SVG = "{http://www.w3.org/2000/svg}"
# What the picture is made of. None of these runs anything, and none leads elsewhere without an attribute that does.
ELEMENTS = {"svg", "title", "desc", "style", "rect", "circle", "text", "tspan"}
ATTRIBUTES = {
    "viewBox", "width", "height", "role", "aria-labelledby", "id", "class", "x", "y", "cx", "cy", "r", "rx",
    "textLength", "{http://www.w3.org/XML/1998/namespace}space",
}  # fmt: skip
MAX_BYTES = 30_000


def binary():
    built = [ROOT / "target/static/mcp-ssh", ROOT / "target/debug/mcp-ssh"]
    named = os.environ.get("MCP_SSH_BINARY")
    found = [Path(named)] if named else [path for path in built if path.exists()]
    assert found, "no binary here: set MCP_SSH_BINARY, or run `make static`"
    return max(found, key=lambda path: path.stat().st_mtime)


def faults(text):
    """What a picture must not have, and this text has."""
    try:
        root = tree.fromstring(text)
    except tree.ParseError as error:
        return [f"no XML: {error}"]
    found = []
    for element in root.iter():
        name = element.tag.removeprefix(SVG)
        if name not in ELEMENTS:
            found.append(f"an element {name}")
        found += [f"an attribute {key} of {name}" for key in element.attrib if key not in ATTRIBUTES]
        if name == "style" and any(word in element.text for word in ("url(", "@import", "@font-face", "\\")):
            found.append("a style that leads elsewhere")
    if "<!" in text or "<?" in text:
        found.append("a declaration")
    if len(text.encode()) > MAX_BYTES:
        found.append("too many bytes")
    return found


class Picture(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.text = terminal_svg.PICTURE.read_text()

    def shown(self, text):
        return ["".join(row.itertext()) for row in tree.fromstring(text).iter(f"{SVG}text")]

    def test_it_is_a_picture_and_nothing_else(self):
        self.assertEqual(faults(self.text), [])

    def test_something_else_is_found(self):
        for extra in (
            "<script>alert(1)</script>",
            '<image href="https://example.com/a.png"/>',
            '<text onload="x()">a</text>',
            "<style>@import 'x.css';</style>",
            "<style>text { fill: url(https://example.com) }</style>",
            "<foreignObject/>",
            "<text>",
            f"<desc>{'x' * MAX_BYTES}</desc>",
        ):
            with self.subTest(extra=extra):
                self.assertNotEqual(faults(self.text.replace("</svg>", f"{extra}</svg>")), [])
        self.assertNotEqual(faults(f'<!DOCTYPE svg [<!ENTITY a "b">]>{self.text}'), [])

    def test_it_has_a_light_and_a_dark_side(self):
        light, dark = self.text.split("@media (prefers-color-scheme: dark)")
        for name in (".screen", ".prompt", ".red", ".green", ".yellow", "text {"):
            self.assertIn(name, light)
            self.assertIn(name, dark.split("</style>")[0])

    def test_it_says_what_was_replaced(self):
        said = tree.fromstring(self.text).findtext(f"{SVG}desc")
        readme = " ".join((ROOT / "README.md").read_text().split())
        for _, _, name in terminal_svg.REPLACED:
            self.assertIn(name, said)
            self.assertIn(name, readme)

    def test_it_shows_what_the_binary_says_today(self):
        fresh = terminal_svg.picture(binary())
        self.assertEqual(self.shown(self.text), self.shown(fresh), "run `make picture` and look at what changed")
        self.assertEqual(self.text, fresh)

    def test_it_shows_each_part(self):
        shown = "\n".join(self.shown(self.text))
        for part in ("$ mcp-ssh doctor", "$ mcp-ssh plan", "$ mcp-ssh run", "denied on `web-1`", "load average", "audit"):
            self.assertIn(part, shown)

    def test_a_control_sequence_that_is_no_colour_is_refused(self):
        with self.assertRaises(ValueError):
            terminal_drawing.drawn(["\x1b[2Jgone"], 80, "t", "d")

    def test_a_long_line_is_cut_where_a_terminal_cuts_it(self):
        for line, rows in (
            ("abcdef", ["abc", "def"]),
            ("abc", ["abc"]),
            ("", [""]),
            ("\x1b[31mabcd\x1b[0me", ["\x1b[31mabc", "\x1b[31md\x1b[0me"]),
        ):
            self.assertEqual(terminal_drawing.wrapped(line, 3), rows)


if __name__ == "__main__":
    unittest.main()
