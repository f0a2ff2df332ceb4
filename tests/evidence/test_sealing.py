"""The log is signed as it grows, once a second at most, and what stops that is said and stops nothing else."""

import logging
import time

import pytest
from django.db import transaction
from tests.evidence.conftest import AT, ORIGIN, Grow

from clearline.engine.events import SECOND
from clearline.evidence.actions import Entered, append, keep
from clearline.evidence.keys import Keys
from clearline.evidence.models import Checkpoint
from clearline.evidence.queries import latest
from clearline.evidence.sealing import Sealing


def sizes() -> list[int]:
    return list(Checkpoint.objects.order_by("size").values_list("size", flat=True))


def test_it_signs_what_grew_once_a_second(keys: Keys, grow: Grow) -> None:
    seal = Sealing(keys.folder, ORIGIN, lambda: AT).look
    for tenth in range(25):
        grow(1)
        seal(AT + tenth * SECOND // 10)
    assert sizes() == [1, 11, 21]
    seal(AT + 9 * SECOND)
    seal(AT + 19 * SECOND)
    assert sizes() == [1, 11, 21, 25]


def test_it_signs_by_itself_until_it_is_stopped(keys: Keys, transactional_db: None) -> None:  # noqa: ARG001
    with transaction.atomic():
        append([Entered(AT, "event", "token-1", bytes(32))])
    handed: list[int] = []

    def stored(made: Checkpoint) -> Checkpoint:
        handed.append(made.size)
        return keep(made)

    sealing = Sealing(keys.folder, ORIGIN, lambda: AT, stored)
    sealing.start()
    until = time.monotonic() + 20
    while not handed and time.monotonic() < until:
        time.sleep(0.05)
    sealing.stop()
    assert handed == sizes() == [1]


def test_a_clock_that_went_back_does_not_stop_it(keys: Keys, grow: Grow) -> None:
    seal = Sealing(keys.folder, ORIGIN, lambda: AT).look
    grow(1)
    seal(AT)
    grow(1)
    seal(AT - 7_200 * SECOND)
    assert sizes() == [1, 2]


def test_a_log_that_went_back_is_not_signed_and_that_is_said_once(
    keys: Keys, grow: Grow, caplog: pytest.LogCaptureFixture
) -> None:
    keys.last.keep(100, bytes(32))
    seal = Sealing(keys.folder, ORIGIN, lambda: AT).look
    with caplog.at_level(logging.ERROR):
        for second in range(3):
            grow(1)
            seal(AT + second * SECOND)
    (said,) = [one.getMessage() for one in caplog.records]
    assert "the database went back" in said
    assert latest() is None
    keys.last.path.unlink()
    seal(AT + 9 * SECOND)
    assert sizes() == [3]
