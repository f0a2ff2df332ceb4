"""A house that stops between a request and the list goes on where it stopped when it starts again."""

import time
from collections.abc import Callable

import pytest
from tests.record.conftest import LATER, NOON, received

from clearline.engine.events import Event
from clearline.gate.models import DoNotCall
from clearline.gate.own_list import actions
from clearline.gate.own_list.actions import Request
from clearline.gate.own_list.spreading import Spreading
from clearline.record.actions.append import append
from clearline.record.models import Duty, EventOn
from clearline.record.watching import Watches

pytestmark = pytest.mark.django_db(transaction=True)
EARLIER, LATEST = "+12025550143", "+13035559999"


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def run(true: Callable[[], bool]) -> None:
    """One life of the house."""
    thread = Spreading(lambda: LATER + 1, every=0.01)
    thread.start()
    try:
        until(true)
    finally:
        thread.stop()


def test_what_was_left_behind_later_requests_is_brought_after_a_restart(watches: Watches) -> None:
    actions.entered("Dial & Co", "alice", NOON)
    texted = Event("t-1", "dnc.requested", NOON, {"number": EARLIER}, {"contact": "k-1"})
    append(received([texted], "texts"), NOON, watches)
    actions.request(Request(number=LATEST), "ada", LATER, watches)
    assert [row.number for row in DoNotCall.objects.all()] == [LATEST]  # and then the house stopped
    run(lambda: DoNotCall.objects.count() == 2)
    due = EventOn.objects.filter(timeline__kind="organisation", event__type="dnc.copy_due")
    assert due.count() == 2
    assert Duty.objects.filter(rule="copies-at-vendors").exists()
    assert (
        actions.copied("Dial & Co", DoNotCall.objects.latest("entry").entry, "token-1", LATER + 2, watches)
        == 0
    )
    append(
        received(
            [Event("t-2", "dnc.requested", NOON, {"number": "+14155550111"}, {"contact": "k-2"})], "texts"
        ),
        LATER,
        watches,
    )
    run(lambda: DoNotCall.objects.count() == 3)
    assert due.count() == 3, "nothing is owed twice"
