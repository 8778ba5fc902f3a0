#!/usr/bin/env python3
"""interop_page.py ROWS PAGE: writes the tables of docs/SERVERS.md from the rows that a run of the matrix has made.

Everything between the two marks of the page is replaced. A row that is missing is an error: the page shows one run.
"""

import datetime
import json
import pathlib
import sys

BEGIN = "<!-- made by `make interop` -->\n"
END = "<!-- end of what `make interop` made -->\n"
TABLES = ["Logins", "Commands", "Ends and connections", "Files"]


def table(heading, rows):
    head, *body = rows
    lines = ["| " + " | ".join(row) + " |" for row in body]
    return [f"### {heading}", "", "| " + " | ".join(head) + " |", "|" + "---|" * len(head), *lines, ""]


def differences(rows):
    lines = ["### What differs, and why", ""]
    for row in rows:
        reasons = {}
        for cell in row["cells"]:
            if cell["reason"]:
                reasons.setdefault((cell["reason"], cell["seen"]), []).append(cell["column"])
        if reasons:
            lines += [f"**{row['server']}**", ""]
            for (reason, seen), columns in reasons.items():
                told = seen.removeprefix("no: ")
                lines.append(f"- {', '.join(columns)}: `{told}`: {reason}")
            lines.append("")
    return lines


def made(rows):
    today = datetime.date.today().isoformat()
    lines = table("Versions", [["server", "from", "version", "tried on"]] + [
        [row["server"], row["origin"], row["version"], today] for row in rows
    ])
    for heading in TABLES:
        columns = [cell["column"] for cell in rows[0]["cells"] if cell["table"] == heading]
        lines += table(heading, [["server", *columns]] + [
            [row["server"]] + [cell["shown"] for cell in row["cells"] if cell["table"] == heading] for row in rows
        ])
    return "\n".join(lines + differences(rows))


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: interop_page.py ROWS PAGE")
    rows, page = (pathlib.Path(name) for name in sys.argv[1:])
    found = sorted((json.loads(path.read_text()) for path in rows.glob("*.json")), key=lambda row: row["place"])
    if [row["place"] for row in found] != list(range(len(found))) or not found:
        sys.exit(f"interop_page.py: error: not every server has a row in {rows}")
    text = page.read_text()
    before, _, rest = text.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        sys.exit(f"interop_page.py: error: {page} has no marks")
    page.write_text(f"{before}{BEGIN}\n{made(found)}\n{END}{after}")


main()
