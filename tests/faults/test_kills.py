"""Killed at any moment, as often as you like: what was answered is there, once, and everything else agrees with it."""

import random
import signal
import time

import pytest
from tests.faults.conftest import ORDEAL, Build, Postgres
from tests.faults.house import House
from tests.faults.sender import Sender, acknowledged

KILLS = 1_000 if ORDEAL else 3
WAITS = 120.0  # seconds for an answer after a start, on a busy machine


@pytest.fixture(params=["sqlite", "postgresql", "postgresql that is killed, too"])
def struck(request: pytest.FixtureRequest, build: Build) -> tuple[House, Postgres | None]:
    """A house, and the PostgreSQL that is to be struck with it, if one is."""
    if request.param == "sqlite":
        return build(), None
    postgres = request.getfixturevalue("postgres")
    return build(postgres.database()), postgres if "killed" in request.param else None


def test_nothing_that_was_answered_is_lost_and_nothing_stands_twice(
    struck: tuple[House, Postgres | None],
) -> None:
    house, postgres = struck
    dice = random.Random(7)
    senders = [Sender(house, f"s{number}") for number in range(4)]
    house.start()
    for sender in senders:
        sender.start()
    for _ in range(KILLS):
        answers_again(senders)
        time.sleep(dice.uniform(0.05, 0.6))
        if postgres is not None:
            postgres.kill()
        house.kill(signal.SIGKILL)
        if postgres is not None:
            postgres.start()
        house.start()
    for sender in senders:
        sender.stop()
    house.stop()
    answered = acknowledged(senders)
    told = house.audit()
    assert [sender.wrong for sender in senders] == [[]] * len(senders)
    assert told["faults"] == []
    assert {name: told["events"].get(name) for name in answered} == answered
    assert len(answered) > KILLS
    assert told["findings"]
    assert set().union(*(sender.answers for sender in senders)) <= {0, 202, 503}


def answers_again(senders: list[Sender]) -> None:
    """Waits until somebody was answered anew: each time it is struck while it works."""
    before, limit = sum(len(one.entries) for one in senders), time.monotonic() + WAITS
    while sum(len(one.entries) for one in senders) == before:
        assert time.monotonic() < limit, [one.answers for one in senders]
        time.sleep(0.02)
