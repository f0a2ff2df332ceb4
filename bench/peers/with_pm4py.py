"""pm4py's `conformance_declare`, over a table or an event log."""

from collections.abc import Callable
from typing import Any

import pm4py
from bench.peers.answering import Request, answer
from bench.peers.event_table import event_table


def prepare(request: Request) -> Callable[[Request], list[list[list[str]]]]:
    """The broken `constraints` of each of `traces`."""
    table = event_table(request["traces"])
    log = pm4py.convert_to_event_log(table) if request["objects"] else table
    model: dict[str, dict[Any, Any]] = {}
    for name, *places in request["constraints"]:
        key = places[0] if len(places) == 1 else tuple(places)
        model.setdefault(name, {})[key] = {"support": 1.0, "confidence": 1.0}

    def run(_: Request) -> list[list[list[str]]]:
        return [
            [[name, *([key] if isinstance(key, str) else key)] for name, key in one["deviations"]]
            for one in pm4py.conformance_declare(log, model)
        ]

    return run


if __name__ == "__main__":
    answer(prepare)
