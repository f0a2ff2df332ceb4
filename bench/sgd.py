"""Looks for calls without a yes in compliant dialogues; every report is a false alarm: python -m bench.sgd FILE"""

import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.lines import Judge, arguments, json_lines, write

from clearline.engine.events import SECOND, UTTERANCE, Event

SPEAKERS = {"USER": "customer", "SYSTEM": "agent"}
SHOP_RULE = "yes-before-deed"  # the shipped shop-policy's rule, beside that of the bench pack `sgd`

Calls = Collection[tuple[str, str]]


def events(turns: Sequence[Mapping[str, Any]], transactional: Calls) -> list[Event]:
    """What happens in a dialogue; turn n is second n. A call is made before the words that report it."""
    found: list[Event] = []
    for index, (kind, data) in happenings(turns, transactional):
        found.append(Event(f"{index}.{len(found)}", kind, index * SECOND, data, seq=len(found)))
    return found


def happenings(
    turns: Sequence[Mapping[str, Any]], transactional: Calls
) -> Iterator[tuple[int, tuple[str, dict[str, Any]]]]:
    for index, turn in enumerate(turns):
        speaker = SPEAKERS[turn["speaker"]]
        yield index, ("turn.began", {"by": speaker})
        for frame in turn["frames"]:
            call = frame.get("service_call")
            if call and (frame["service"], call["method"]) in transactional:
                yield index, ("order.placed", {"service": frame["service"], "method": call["method"]})
        yield index, (UTTERANCE, {"by": speaker, "text": turn["utterance"]})
    yield len(turns), ("call.ended", {})


def main() -> None:
    (path,) = arguments("usage: python -m bench.sgd FILE.jsonl.xz", 1)
    rows = json_lines(Path(path))
    transactional = {(service, intent) for service, intent in next(rows)["transactional"]}
    judge = Judge(["sgd"], [SHOP_RULE])
    judged = ((row["dialogue_id"], judge.judge(events(row["turns"], transactional))) for row in rows)
    write(judged, sys.stdout, sys.stderr)


if __name__ == "__main__":
    main()
