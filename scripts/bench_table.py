"""The table that bench.py prints, what its figures belong to, and how its times are taken: in turns, as medians."""

import os
import statistics
import subprocess
import time


class Table:
    """The lines, printed as they come."""

    columns = "{:<44} {:>10} {:>10} {:>6}  {:<16} {}"

    def __init__(self):
        self.missed = 0
        print(self.columns.format("what", "ours", "theirs", "ratio", "goal", ""))

    def line(self, what, ours, theirs, ratio, goal, reached):
        verdict = {None: "", True: "ok", False: "MISSED"}[reached]
        load = os.getloadavg()[0]
        is_time = ours.endswith("s") and not ratio
        if reached is False and is_time and load > os.cpu_count() + 1:
            # Others had the processor for part of the time: the figure is theirs, too.
            verdict += f" at load {load:.0f}"
        self.missed += reached is False
        print(self.columns.format(what, ours, theirs, ratio, goal, verdict).rstrip(), flush=True)

    def limit(self, what, ours, below, unit):
        """A figure of ours alone, that has to be below a number (None: no goal)."""
        goal = "" if below is None else f"< {below:g} {unit}"
        reached = None if below is None else ours < below
        self.line(what, f"{ours:.1f} {unit}", "", "", goal, reached)

    def ratio(self, what, ours, theirs, at_most, unit="ms"):
        """A figure of ours beside theirs; `at_most` for the ratio (None: no goal)."""
        goal = "" if at_most is None else f"ratio <= {at_most:g}"
        ratio = ours / theirs
        reached = None if at_most is None else ratio <= at_most
        texts = [f"{number:.1f} {unit}" for number in (ours, theirs)]
        self.line(what, *texts, f"{ratio:.2f}", goal, reached)


def median_ms(rounds, *sides):
    """The median of each side in milliseconds; each gives its own seconds, or is timed."""
    times = [[] for _ in sides]
    for _ in range(rounds):
        for side, taken in zip(sides, times):
            begun = time.perf_counter()
            own = side()
            taken.append(own if isinstance(own, float) else time.perf_counter() - begun)
    return [statistics.median(taken) * 1000 for taken in times]


def machine(binary):
    """What the figures belong to."""
    with open("/proc/cpuinfo", encoding="ascii") as file:
        model = next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), "?")
    ssh = subprocess.run(["ssh", "-V"], capture_output=True, text=True, check=True).stderr.split(",")[0]
    load = " ".join(f"{number:.1f}" for number in os.getloadavg())
    yield f"{time.strftime('%Y-%m-%d %H:%M')}, {os.cpu_count()} x {model}, Linux {os.uname().release}, load {load}"
    yield f"{ssh}; {binary}, {os.path.getsize(binary)} bytes"
