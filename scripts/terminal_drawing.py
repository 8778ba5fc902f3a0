"""Lines of a terminal as an SVG: text as text, light and dark, no script, nothing from elsewhere.

Takes lines with the colours of a terminal (SGR, ECMA-48 8.3.117) and the number of columns; gives the text of the file.
Refuses every control sequence but those colours.
"""

import re
from xml.sax.saxutils import escape

# A column and a row, in units of the picture. The width of each line is fixed, whatever font a reader has.
ADVANCE, HEIGHT, SIZE = 7.8, 18, 13
MARGIN, HEAD = 16, 44
# What a terminal calls 31, 32 and so on, and 1 and 2, by the class that the style below gives it.
CLASSES = {"1": "strong", "2": "faint", "31": "red", "32": "green", "33": "yellow", "34": "blue", "36": "cyan"}
COLOUR = re.compile(r"\x1b\[([0-9;]*)m")

STYLE = """
text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre; fill: #24292f }
.screen { fill: #ffffff; stroke: #d0d7de }
.typed, .strong { font-weight: bold }
.prompt, .faint { fill: #6e7781 }
.red { fill: #b3121d } .green { fill: #116329 } .yellow { fill: #7d4e00 } .blue { fill: #0550ae } .cyan { fill: #1b7c83 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .screen { fill: #0d1117; stroke: #30363d }
  .prompt, .faint { fill: #8b949e }
  .red { fill: #ff7b72 } .green { fill: #56d364 } .yellow { fill: #e3b341 } .blue { fill: #79c0ff } .cyan { fill: #76e3ea }
}
"""


def plain(line):
    """A line without its colours."""
    return COLOUR.sub("", line)


def wrapped(line, columns):
    """The rows that a terminal needs for a line."""
    rows = []
    while len(plain(line)) > columns:
        head, line = cut(line, columns)
        rows.append(head)
    return [*rows, line]


def cut(line, columns):
    """A line with colours in two, behind so many letters; a colour that is open goes on."""
    seen, at, colour = 0, 0, ""
    while seen < columns:
        found = COLOUR.match(line, at)
        if found:
            colour, at = found.group(), found.end()
        else:
            seen, at = seen + 1, at + 1
    return line[:at], colour + line[at:]


def pieces(line):
    """The pieces of a line, each with its class."""
    kind, at = "", 0
    for found in COLOUR.finditer(line):
        if found.start() > at:
            yield kind, line[at : found.start()]
        names = [CLASSES[code] for code in found.group(1).split(";") if code in CLASSES]
        kind, at = " ".join(names), found.end()
    if line[at:]:
        yield kind, line[at:]


def row(line, y):
    """A line of the picture."""
    if line.startswith("$ "):
        parts = [("prompt", "$ "), ("typed", line[2:])]
    else:
        parts = list(pieces(line))
    text = plain(line)
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in text):
        raise ValueError(f"a control sequence that is no colour: {line!r}")
    inner = "".join(f'<tspan class="{kind}">{escape(part)}</tspan>' if kind else escape(part) for kind, part in parts)
    width = f"{len(text) * ADVANCE:.1f}"
    return f'<text x="{MARGIN}" y="{y}" textLength="{width}" xml:space="preserve">{inner}</text>'


def drawn(lines, columns, title, description):
    """The whole file."""
    rows, y = [], HEAD
    for line in lines:
        if line.startswith("$ ") and rows:
            y += HEIGHT // 2
        if plain(line):
            rows.append(row(line, y))
        y += HEIGHT
    width, height = round(columns * ADVANCE + 2 * MARGIN), y
    dots = "".join(f'<circle class="prompt" cx="{MARGIN + 4 + 16 * at}" cy="18" r="5"/>' for at in range(3))
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            'role="img" aria-labelledby="title description">',
            f'<title id="title">{escape(title)}</title>',
            f'<desc id="description">{escape(description)}</desc>',
            f"<style>{STYLE}</style>",
            f'<rect class="screen" x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8"/>',
            dots,
            *rows,
            "</svg>",
            "",
        ]
    )
