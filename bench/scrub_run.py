"""Goes through a file of leads in a process of its own, with a home of its own: python -m bench.scrub_run HOME LEADS LISTED"""

import json
import random
import resource
import sys
import time
from pathlib import Path
from typing import Any

from clearline.config.starting import start

start()

from bench.registry import write  # noqa: E402
from django.core.management import call_command  # noqa: E402

from clearline.engine.events import Event  # noqa: E402
from clearline.gate.attempts import Attempt  # noqa: E402
from clearline.gate.lists.loading import Brought, load  # noqa: E402
from clearline.gate.places import AREA_CODES, ZIP  # noqa: E402
from clearline.gate.scrubs.running import Wanted  # noqa: E402
from clearline.gate.scrubs.running import run as scrub  # noqa: E402
from clearline.record.actions.append import Received, append  # noqa: E402
from clearline.record.judging import judging  # noqa: E402
from clearline.record.watching import Watches  # noqa: E402

KNOWN, MADE = (
    2_000,
    1_795_392_000_000_000 + 16 * 3_600_000_000,
)  # 2026-11-23, in the middle of the American day


def run(folder: Path, leads: int, listed: int) -> list[dict[str, Any]]:
    """All of it in this process, in which Django has started for a home of its own."""

    call_command("migrate", verbosity=0)
    watches = Watches(judging)
    american = [
        int(code) for code, places in AREA_CODES.items() if any(one.startswith("US-") for one in places)
    ]
    write(folder / "ftc.txt", listed, american)
    (folder / "small.txt").write_text("\n".join(f"512555{one:04}" for one in range(10_000)))
    for name, path in (("ftc", "ftc.txt"), ("US-TX", "small.txt"), ("litigators", "small.txt")):
        load(Brought(name, folder / path, MADE), MADE, watches)
    numbers = file(folder / "leads.csv", leads)
    found: list[dict[str, Any]] = []
    for what in ("strangers", "some are customers"):
        begun, before = time.perf_counter(), time.process_time()
        wanted = Wanted(
            folder / "leads.csv",
            Attempt(purpose="marketing", technology="human_manual", campaign="k"),
            folder / "clean.csv",
        )
        summary = scrub(wanted, MADE + 60_000_000, Watches(judging))
        found.append(
            {
                "file": what,
                "known": KNOWN if found else 0,
                "decided": summary.decided,
                "skipped": summary.skipped,
                "seconds": time.perf_counter() - begun,
                "cpu": time.process_time() - before,
                "resident": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1_024,
            }
        )
        told = [
            Event(f"k-{one}", "contact.created", MADE, {"number": f"+1{number}"}, {"contact": f"k-{one}"})
            for one, number in enumerate(numbers[:KNOWN])
        ]
        append([Received("bench", event, "bench") for event in told], MADE, watches)
    return found


def file(path: Path, count: int) -> list[int]:
    """Leads of all states, one in ten with a number of another one; their numbers."""
    some = random.Random(11)
    states = sorted(
        {place for places in AREA_CODES.values() for place in places if place.startswith("US-")}
        & set().union(*ZIP.values())
    )
    areas = {state: [int(code) for code, places in AREA_CODES.items() if state in places] for state in states}
    codes = {state: [code for code, places in ZIP.items() if state in places] for state in states}
    forms = ("{0}", "+1{0}", "({1}) {2}-{3}", "{1}-{2}-{3}")
    numbers = []
    with path.open("w", encoding="utf-8") as leads:
        leads.write("name,phone,zip,state,note\n")
        for place in range(count):
            home = some.choice(states)
            area = some.choice(areas[home if some.random() < 0.9 else some.choice(states)])
            numbers.append(area * 10_000_000 + some.randrange(2_000_000, 10_000_000))
            told = str(numbers[-1])
            shown = forms[place % 4].format(told, told[:3], told[3:6], told[6:])
            code = f"{some.choice(codes[home])}{some.randrange(100):02}"
            leads.write(f'Person {place},{shown},{code},{home[3:]},"likes, so they say, tents"\n')
    return numbers


if __name__ == "__main__":
    start()
    print(json.dumps(run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
