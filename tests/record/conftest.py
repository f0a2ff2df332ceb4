"""A shop with a few events, and a record to put them into."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from tests.characters import Cast
from tests.characters import cast as made

from clearline.engine.events import SECOND, Event
from clearline.evidence.models import Entry
from clearline.evidence.queries import head_size, inclusion, leaf, tree
from clearline.record.actions.append import Answer, Received, append
from clearline.record.deeds import Deed
from clearline.record.judging import Judging
from clearline.record.watching import Watches
from clearline.rulebook.lines import read_event
from clearline.seal import merkle
from clearline.seal.commitments import check

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


def opens(deed: Deed, index: int) -> Entry:
    """The entry at an index, which holds this deed to the byte."""
    entry, one = Entry.objects.get(index=index), deed.opening(index)
    assert one is not None
    check(bytes(entry.commitment), one.key, one.payload)
    assert (entry.at, entry.kind, entry.actor) == (deed.at, deed.kind, deed.actor)
    return entry


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


@pytest.fixture
def people(take: Take) -> Cast:
    """The cast, after a day with a bad call of Ada's, a good one, one that runs, and one of Charlie's."""
    cast = made()
    kim = Event(
        "k-0", "contact.created", NOON, {"name": "Kim Farrow", "number": "+12025550143"}, {"contact": "k-1"}
    )
    take([kim, *call(*BAD, name="bad", agent="a-1", contact="k-1")])
    take(call(*GOOD, name="good", at=NOON + 600 * SECOND, agent="a-1", contact="k-1"))
    take(call(*GOOD[:2], name="running", at=NOON + 900 * SECOND, agent="a-1"))
    take(call(*BAD, name="others", at=NOON + 1_200 * SECOND, agent="a-9", contact="k-2"))
    return cast


BAD = (
    '0 call.started direction=inbound purpose=service recorded=true places=["US-CA"]',
    "1 recording.started",
    "2 call.answered",
    "5 agent: Thank you for calling Northwind, how can I help?",
    "9 customer: Take my card, 4242 4242 4242 4242, and the code is 737.",
    "20 agent: The agent's marmalade is on its way.",
    "40 agent: I refund you twenty dollars today.",
    "80 call.ended",
)
GOOD = (
    '0 call.started direction=inbound purpose=service recorded=false places=["US-NY"]',
    "1 call.answered",
    "3 agent: Thank you for calling Northwind.",
    "9 customer: Never mind.",
    "20 call.ended",
)
