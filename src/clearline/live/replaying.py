"""A finished call as it would have come live: words as they were said, then the words that stay."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from msgspec.structs import replace

from clearline.engine.events import SECOND, UTTERANCE, Event, Instant
from clearline.engine.monitor import in_order

WORDS: Final = 3  # after so many a recogniser says what it has so far
PACE: Final = SECOND * 2 // 5  # a word takes, where nobody knows
SETTLES: Final = SECOND * 3 // 10  # until words that were said stay


class Step(NamedTuple):
    """An event, when it becomes known, and whether its words may still change."""

    at: Instant
    event: Event
    partial: bool = False


def steps(events: Iterable[Event]) -> list[Step]:
    """Everything in the order in which it would have become known."""
    found = [step for event in in_order(events) for step in _steps(event)]
    return sorted(found, key=lambda step: step.at)  # stable: what is known at once keeps its order


def _steps(event: Event) -> Iterator[Step]:
    if event.type != UTTERANCE:
        yield Step(event.at, event)
        return
    words = str(event.data.get("text", "")).split()
    taken = event.data.get("seconds")
    length = round(taken * SECOND) if isinstance(taken, int | float) else len(words) * PACE
    for count in range(WORDS, len(words), WORDS):
        data = {"by": event.data.get("by", "unknown"), "text": " ".join(words[:count])}
        said = length * count // len(words)
        yield Step(event.at + said, replace(event, data={**data, "seconds": said / SECOND}), partial=True)
    yield Step(event.at + length + SETTLES, event)
