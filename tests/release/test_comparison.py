#!/usr/bin/env python3
"""docs/COMPARISON.md can be checked: each cell has a source or says that nothing is stated, and each source is there.

A source is a mark such as [i3], whose letter is the column's; "Sources" says what it is. A link into the repository of
another program names a commit, so that it goes on showing what was read.
"""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs/COMPARISON.md").read_text()
# The columns behind the first, by the letter of their marks.
COLUMNS = {
    "mcp-ssh": "o", "infrabroker": "i", "ssh-mcp": "s", "Python": "p", "ssh-mcp-pro": "r", "classfang": "c",
}  # fmt: skip
MARK = re.compile(r"\[([oisprc])(\d+)\]")


def cells(page):
    """The cells of the tables that compare: the row, the column, the text."""
    for table in re.findall(r"^\| \| .*\n\|[-|]+\|\n(?:\|.*\n)+", page, re.M):
        head, _, *rows = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in table.splitlines()]
        for row in rows:
            for column, cell in zip(head[1:], row[1:], strict=True):
                yield row[0], column, cell


def faults(page):
    """What cannot be checked."""
    found, used = [], set()
    for row, column, cell in cells(page):
        marks = MARK.findall(cell)
        used.update(letter + number for letter, number in marks)
        if not marks and cell != "not stated":
            found.append(f"{row}, {column}: no source")
        if any(letter != COLUMNS[column] for letter, _ in marks):
            found.append(f"{row}, {column}: a source of another column")
    _, _, sources = page.partition("\n## Sources\n")
    sources, _, links = sources.partition("\n[ib]: ")
    given = set(re.findall(r"(?<![\w/.-])[oisprc]\d+(?=[\s,])", sources))
    found += [f"{mark}: not among the sources" for mark in sorted(used - given)]
    found += [f"{mark}: no cell has it" for mark in sorted(given - used)]
    defined = dict(re.findall(r"^\[([\w-]+)\]: (\S+)$", f"[ib]: {links}", re.M))
    named = set(re.findall(r"\]\[([\w-]+)\]", page))
    found += [f"[{name}]: no such link" for name in sorted(named - set(defined))]
    found += [f"[{name}]: nobody follows it" for name in sorted(set(defined) - named)]
    for name, link in defined.items():
        if "/blob/" in link and not re.search(r"/blob/[0-9a-f]{40}/", link):
            found.append(f"[{name}]: no commit")
    return found


class Comparison(unittest.TestCase):
    def test_each_cell_can_be_checked(self):
        self.assertEqual(faults(PAGE), [])
        columns = [column for _, column, _ in cells(PAGE)]
        self.assertEqual(set(columns), set(COLUMNS))
        self.assertGreater(len(columns), 100)

    def test_what_cannot_be_checked_is_found(self):
        for old, new in (
            (" [p3] |", " |"),
            (" [p3] |", " [c3] |"),
            (" [p3] |", " [p9] |"),
            ("; p3 [", "; ["),
            ("[py-ssh]: ", "[py-other]: "),
            ("/blob/0157b90f6de9ae0bff64de79d416c65132ca5e62/", "/blob/main/"),
        ):
            self.assertIn(old, PAGE)
            with self.subTest(old=old, new=new):
                self.assertNotEqual(faults(PAGE.replace(old, new)), [])

    def test_it_is_dated_and_names_a_version_of_each(self):
        self.assertRegex(PAGE, r"\*\*20\d\d-\d\d-\d\d\*\*")
        for column in COLUMNS:
            self.assertRegex(PAGE, rf"(?m)^\| {re.escape(column)} \|[^|]+\| \d+\.\d+\.\d+")

    def test_the_readme_agrees_on_the_date(self):
        date = re.search(r"\*\*(20\d\d-\d\d-\d\d)\*\*", PAGE).group(1)
        self.assertIn(f"As of {date}.", (ROOT / "README.md").read_text())

    def test_the_readme_installs_as_the_guide_does(self):
        # Whose blocks tests/release/test_guide.py runs.
        readme, guide = ((ROOT / name).read_text() for name in ("README.md", "docs/INSTALL.md"))
        blocks = re.compile(r"^```sh release\n(.*?)^```$", re.M | re.S)
        self.assertEqual(len(blocks.findall(readme)), 1)
        self.assertIn(blocks.findall(readme)[0], blocks.findall(guide))


if __name__ == "__main__":
    unittest.main()
