"""One log in the database that the environment names: python -m bench.logs FOLDER ENTRIES SECONDS BATCH..."""

from clearline.config.starting import start

start()

import json  # noqa: E402
import os  # noqa: E402
import resource  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Sequence  # noqa: E402
from pathlib import Path  # noqa: E402
from statistics import median  # noqa: E402
from typing import Any  # noqa: E402

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from clearline.evidence import actions, openings, queries  # noqa: E402
from clearline.evidence.checking import check  # noqa: E402
from clearline.evidence.exporting import Order, export  # noqa: E402
from clearline.evidence.keys import open_keys  # noqa: E402

PROOFS = 200
AT = 1_795_392_000_000_000  # 2026-11-23


def figures(folder: Path, count: int, seconds: float, batches: Sequence[int]) -> dict[str, Any]:
    """Everything that is measured, by its word."""
    call_command("migrate", verbosity=0)
    told: dict[str, Any] = {"appends": {str(size): appends(size, seconds) for size in batches}}
    began, had = time.perf_counter(), queries.head_size()
    while queries.head_size() < count:
        append(5_000)
    size = queries.head_size()
    told |= {"entries": size, "fill": (size - had) / (time.perf_counter() - began)}
    if connection.vendor == "postgresql":
        connection.cursor().execute("ANALYZE")
    keys = open_keys(folder / "keys", "shop.example/log")
    told["checkpoint"] = taken(lambda: actions.checkpoint(keys, AT)) * 1_000
    places = range(0, size, max(size // PROOFS, 1))
    proofs = [taken(lambda index=index: queries.inclusion(index, size)) for index in places]
    told |= {"proof": median(proofs) * 1_000, "slowest": max(proofs) * 1_000}
    found: list[str] = []
    told["check"] = size / taken(lambda: found.extend(check(keys, ())))
    assert found == []
    order = Order(openings.WHOLE, folder / "pack", zipped=False, actor="house")
    told["export"] = size / taken(lambda: export(order, keys, AT, lambda one: one))
    told["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    return told


def taken(work: Any) -> float:
    """Seconds by the clock."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def appends(size: int, seconds: float) -> float:
    """Entries a second in transactions of a size."""
    append(size)
    began, done = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        append(size)
        done += size
    return done / (time.perf_counter() - began)


def append(size: int) -> None:
    """One transaction."""
    with transaction.atomic():
        actions.append([actions.Entered(AT + n, "event", "token-1", os.urandom(32)) for n in range(size)])


if __name__ == "__main__":
    place, entries, span, *sizes = sys.argv[1:]
    print(json.dumps(figures(Path(place), int(entries), float(span), [int(one) for one in sizes])))
