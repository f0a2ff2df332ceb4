"""Two dialers that ask at once can't both get the third call of three, on whichever database."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from tests.gate.conftest import HOUR, NOBODY, NOON, attempt
from tests.record.conftest import received

from clearline.engine.events import Event
from clearline.gate.actions.deciding import Asking, LoggedGate
from clearline.gate.models import Decision
from clearline.record.actions.append import append
from clearline.record.judging import Judging
from clearline.record.watching import Watches
from clearline.record.writer import Writer

ROUNDS = 4


@pytest.fixture
def house(transactional_db: Any, shop: Judging) -> Judging:  # noqa: ARG001 # opens the database
    organisation = {"organisation": "shop"}
    told = Event("l-1", "list.loaded", NOON - HOUR, {"list": "us-national"}, organisation)
    append(received([told], "house"), NOON, Watches(lambda: shop))
    return shop


@pytest.fixture
def writer(house: Judging) -> Iterator[Writer]:
    made = Writer(lambda: house, lambda: NOON)
    made.start()
    yield made
    made.stop()


def test_they_ask_through_the_one_writer(writer: Writer) -> None:
    gate = LoggedGate(lambda _: NOBODY)

    def dial(dialer: int) -> list[str]:
        asking = [Asking(attempt(), f"token-{dialer}")]
        return [writer.submit(asking, gate.decide).result(30)[0].decision.answer.value for _ in range(ROUNDS)]

    with ThreadPoolExecutor(8) as dialers:
        answers = [answer for some in dialers.map(dial, range(8)) for answer in some]
    assert answers.count("allow") == 3
    assert Decision.objects.filter(state="reserved").count() == 3


def test_they_ask_processes_that_know_nothing_of_each_other(house: Judging) -> None:
    def dial(_: int) -> list[str]:
        gate, watches = LoggedGate(lambda _: NOBODY), Watches(lambda: house)
        asking = [Asking(attempt(), "token-1")]
        try:
            return [gate.decide(asking, NOON, watches)[0].decision.answer.value for _ in range(ROUNDS)]
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as dialers:
        answers = [answer for some in dialers.map(dial, range(3)) for answer in some]
    assert answers.count("allow") == 3
