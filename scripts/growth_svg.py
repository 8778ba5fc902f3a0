"""The picture docs/growth.svg: processor time by the number of hosts, both by powers of ten, for light and dark pages.

Takes lines, name -> hosts -> milliseconds. Gives the text of an SVG whose description has every figure.
"""

import math
from html import escape

WIDTH, HEIGHT = 720, 400
# The room for the figures at the left, the names at the right, and what is above and below.
LEFT, RIGHT, TOP, BOTTOM = 64, 190, 44, 48
STYLE = """
text { font: 13px ui-sans-serif, system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: #24292f }
.page { fill: #ffffff; stroke: #d0d7de }
.grid { stroke: #d8dee4 } .faint { fill: #57606a }
.line { fill: none; stroke-width: 2 } .line.floor { stroke-dasharray: 5 4 }
.l0 { stroke: #0550ae } .l1 { stroke: #116329 } .l2 { stroke: #6e7781 }
.f0 { fill: #0550ae } .f1 { fill: #116329 } .f2 { fill: #57606a }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .page { fill: #0d1117; stroke: #30363d }
  .grid { stroke: #21262d } .faint { fill: #8b949e }
  .l0 { stroke: #79c0ff } .l1 { stroke: #56d364 } .l2 { stroke: #8b949e }
  .f0 { fill: #79c0ff } .f1 { fill: #56d364 } .f2 { fill: #8b949e }
}
"""


def said(milliseconds):
    """A time in the unit that suits it."""
    return f"{milliseconds / 1000:g} s" if milliseconds >= 1000 else f"{milliseconds:g} ms"


def drawn(lines):
    """The picture; the last line is dashed."""
    hosts = sorted({count for points in lines.values() for count in points})
    times = [time for points in lines.values() for time in points.values()]
    lowest, highest = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))
    first, last = math.log10(hosts[0]), math.log10(hosts[-1])

    def across(count):
        return LEFT + (math.log10(count) - first) / (last - first) * (WIDTH - LEFT - RIGHT)

    def down(time):
        return TOP + (highest - math.log10(time)) / (highest - lowest) * (HEIGHT - TOP - BOTTOM)

    each = (f"{name}: " + ", ".join(f"{count:,} hosts {time:.1f} ms" for count, time in its.items()) for name, its in lines.items())
    picture = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img"'
        ' aria-labelledby="title description">',
        '<title id="title">Processor time of mcp-ssh by the number of hosts</title>',
        f'<desc id="description">Drawn by scripts/growth_svg.py from one run of scripts/bench_thousand.py. {escape("; ".join(each))}.</desc>',
        f"<style>{STYLE}</style>",
        f'<rect class="page" x="0.5" y="0.5" width="{WIDTH - 1}" height="{HEIGHT - 1}" rx="8"/>',
        f'<text x="{LEFT}" y="26">processor time of mcp-ssh for one command on each host</text>',
    ]
    for power in range(lowest, highest + 1):
        y = down(10**power)
        picture.append(f'<line class="grid" x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}"/>')
        picture.append(f'<text class="faint" x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{said(10**power)}</text>')
    for count in hosts:
        x = across(count)
        picture.append(f'<line class="grid" x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}"/>')
        picture.append(f'<text class="faint" x="{x:.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{count:,}</text>')
    picture.append(f'<text class="faint" x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 10}" text-anchor="middle">hosts</text>')
    for number, (name, points) in enumerate(lines.items()):
        dashed = " floor" if number == len(lines) - 1 else ""
        corners = " ".join(f"{across(count):.1f},{down(time):.1f}" for count, time in points.items())
        picture.append(f'<polyline class="line l{number}{dashed}" points="{corners}"/>')
        picture += [f'<circle class="f{number}" cx="{across(count):.1f}" cy="{down(time):.1f}" r="3"/>' for count, time in points.items()]
    # A name stands beside the end of its line, and never over another name.
    y = 0
    for number, (name, points) in sorted(enumerate(lines.items()), key=lambda line: -line[1][1][hosts[-1]]):
        time = points[hosts[-1]]
        y = max(down(time) + 4, y + 18)
        picture.append(f'<text class="f{number}" x="{WIDTH - RIGHT + 10}" y="{y:.1f}">{escape(name)}: {time:.0f} ms</text>')
    return "\n".join([*picture, "</svg>", ""])
