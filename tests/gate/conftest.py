"""A shop that may call: fresh lists with nobody on them, and a gate that writes its answers."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.record.conftest import received, shop, take, watches

from clearline.engine.durations import instant_of
from clearline.engine.events import SECOND, Event, Instant
from clearline.gate.actions.deciding import Answered, Asking, LoggedGate
from clearline.gate.attempts import Attempt
from clearline.gate.lists.current import Found, Listed
from clearline.record.actions.append import append
from clearline.record.watching import Watches

__all__ = ["shop", "take", "watches"]  # fixtures of the record
NOON = instant_of(datetime(2026, 11, 23, 20, tzinfo=UTC))  # in Oregon
HOUR = 3_600 * SECOND
OREGON = "+15035550123"
FRESH = Listed("us-national", "s-1", NOON - 8 * HOUR, NOON - 8 * HOUR, "0" * 64, "", 1_000)
NOBODY = Found(registry=False, states={}, litigators=False, asked=(FRESH,))
Ask = Callable[..., list[Answered]]
Tell = Callable[[Sequence[Event]], None]


def attempt(number: str = OREGON, **told: Any) -> Attempt:
    """A sales call by hand."""
    return Attempt(number=number, **{"purpose": "marketing", "technology": "human_manual", **told})


def contact(name: str = "k-1", number: str = OREGON, **data: Any) -> Event:
    return Event(f"{name}-0", "contact.created", NOON - HOUR, {"number": number, **data}, {"contact": name})


def agent(name: str, *, course: str = "passed", at: Instant = NOON - HOUR) -> Event:
    """Somebody who passed the course on opting out, or of whom it is required."""
    return Event(f"{name}-{course}", f"course.{course}", at, {"course": "opting-out"}, {"agent": name})


@pytest.fixture
def ready(watches: Watches, db: Any) -> Watches:  # noqa: ARG001 # opens the database
    """Somebody fetched the registry this morning, and looked for emergencies."""
    house = {"organisation": "shop"}
    morning = NOON - 8 * HOUR
    told = [
        Event("l-1", "list.loaded", morning, {"list": "us-national"}, house),
        Event("e-1", "emergencies.checked", morning, {"places": []}, house),
    ]
    append(received(told, "house"), NOON, watches)
    return watches


@pytest.fixture
def ask(ready: Watches) -> Ask:
    """Asks the gate, all attempts in one batch."""
    gate = LoggedGate(lambda _: NOBODY)

    def ask(*attempts: Attempt, at: Instant = NOON, check: bool = False) -> list[Answered]:
        return gate.decide([Asking(one, "token-1", check) for one in attempts], at, ready)

    return ask


@pytest.fixture
def tell(ready: Watches) -> Tell:
    """The record hears of events."""

    def tell(events: Sequence[Event]) -> None:
        append(received(events, "shop"), NOON, ready)

    return tell
