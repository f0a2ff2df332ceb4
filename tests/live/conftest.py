"""Rules that calls are watched by, compiled once, and calls as examples of rules write them."""

import pytest

from clearline.engine.events import Event, Instant
from clearline.live.running import Rules, Running
from clearline.record.judging import Judging

NOON: Instant = 1_790_000_000_000_000


@pytest.fixture(scope="session")
def rules() -> Rules:
    """The shipped packs, of a shop that has answered nothing."""
    by = Judging((), dict, portable=True)
    program = by.program("call")
    assert program is not None
    return Rules(by.rulebook, program, by.known)


def end_of(event: Event) -> Instant:
    return event.at + round(float(event.data.get("seconds", 0)) * 1_000_000)


def told(running: Running, events: list[Event]) -> None:
    """Passes on events at once, each as it is over."""
    for event in events:
        running.happened(event, end_of(event))


@pytest.fixture(scope="session")
def shop() -> Judging:
    """Compiled once; of a shop that has answered nothing."""
    return Judging((), dict, portable=True)
