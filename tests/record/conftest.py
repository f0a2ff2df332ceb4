"""A shop with a few events, and a record to put them into."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from clearline.engine.events import SECOND, Event
from clearline.evidence.models import Entry
from clearline.evidence.queries import head_size, inclusion, leaf, tree
from clearline.record.actions.append import Answer, Received, append
from clearline.record.judging import Judging
from clearline.record.watching import Watches
from clearline.rulebook.lines import read_event
from clearline.seal import merkle

NOON = 1_790_000_000 * SECOND
LATER = NOON + 3_600 * SECOND
Take = Callable[..., list[Answer]]


def call(*lines: str, name: str = "c-1", at: int = NOON, **subjects: str) -> list[Event]:
    """A call as examples of rules write it, on a day."""
    events = [read_event(line, number, 0) for number, line in enumerate(lines)]
    return [
        Event(f"{name}-{number}", event.type, at + event.at, event.data, {"call": name, **subjects}, number)
        for number, event in enumerate(events)
    ]


def received(events: Sequence[Event], source: str = "telephony") -> list[Received]:
    return [Received(source, event, "token-1") for event in events]


def proofs_hold() -> None:
    """Every entry is still what its proof says."""
    size = head_size()
    root = merkle.root(size, tree(size))
    for row in Entry.objects.all():
        merkle.verify_inclusion(
            merkle.leaf_hash(leaf(row)), row.index, size, inclusion(row.index, size), root
        )


@pytest.fixture(scope="session")
def shop() -> Judging:
    """Compiled once; of a shop that has answered nothing."""
    return Judging((), dict, portable=True)


@pytest.fixture
def watches(shop: Judging) -> Watches:
    return Watches(lambda: shop)


@pytest.fixture
def take(watches: Watches, db: Any) -> Take:  # noqa: ARG001
    """Takes events in, an hour after noon."""

    def take(events: Sequence[Event], at: int = LATER, source: str = "telephony") -> list[Answer]:
        return append(received(events, source), at, watches)

    return take
