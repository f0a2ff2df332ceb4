"""How things are measured and told: CPU time in turns, ratios, Markdown tables, the machine."""

import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

Seconds = float
Contender = Callable[[], Seconds]
"""Does its work once; the CPU seconds that it took."""


class Part(NamedTuple):
    """What one part of the bench found: its name, heading and Markdown."""

    name: str
    title: str
    text: str


def timed(work: Callable[[], Any]) -> Contender:
    """The work as a contender of this process."""

    def run() -> Seconds:
        begun = time.process_time()
        work()
        return time.process_time() - begun

    return run


def in_turns(contenders: Mapping[str, Contender], rounds: int) -> dict[str, Seconds]:
    """The median of each; in every round each has its turn, so that a busy moment strikes all of them."""
    taken: dict[str, list[Seconds]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, contender in contenders.items():
            taken[name].append(contender())
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A Markdown table; all columns but the first stand right."""
    lines = [
        f"| {' | '.join(head)} |",
        f"|---|{'---:|' * (len(head) - 1)}",
        *(f"| {' | '.join(map(_shown, row))} |" for row in rows),
    ]
    return "\n".join(lines)


def goal(what: str, wanted: float, measured: float) -> tuple[str, str, str, str]:
    """A row of goals: at least so many times, and how it came out."""
    return what, f">= {wanted:g}", f"{measured:.3g}", "held" if measured >= wanted else "**missed**"


def machine() -> str:
    """One line about where and when this was measured."""
    about = Path("/proc/cpuinfo")
    models = (
        [line for line in about.read_text().splitlines() if "model name" in line] if about.exists() else []
    )
    model = models[0].partition(":")[2].strip() if models else platform.processor() or platform.machine()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    return (
        f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}, {sys.platform}, "
        f"{date.today().isoformat()}; load when it was measured {load:.1f}"  # noqa: DTZ011, TID251
    )


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)
