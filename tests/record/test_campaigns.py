"""Campaigns: their calls counted as they come, and the share that may be abandoned."""

import random
from collections import Counter
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from tests.record.conftest import NOON, Take

from clearline.engine.events import SECOND, Event
from clearline.engine.monitor import in_order
from clearline.record.models import Campaign, CampaignDay
from clearline.record.queries.campaigns import DAY, LENGTH, LIMIT, RECENT, Window, current, window, windows

START = NOON - 20 * DAY
K = {"campaign": "k-9"}


def told(uid: str, kind: str, at: int, replaces: str = "", voids: str = "", **data: object) -> Event:
    return Event(uid, kind, at, data, K, 0, replaces, voids)


def counts() -> dict[int, tuple[int, int, int]]:
    return {row.day: (row.placed, row.answered, row.abandoned) for row in CampaignDay.objects.all()}


@pytest.mark.django_db
def test_a_campaign_is_what_its_events_tell(take: Take) -> None:
    take([told("b", "campaign.updated", START + DAY, seller="Heron", name="Tents, again")])
    take([told("a", "campaign.started", START, name="Tents", purpose="marketing")])
    row = Campaign.objects.get()
    assert (row.name, row.purpose, row.seller, row.started) == ("Tents, again", "marketing", "Heron", START)
    take([told("c", "event.voided", START + 2 * DAY, voids="b"), told("d", "campaign.ended", NOON)])
    row = Campaign.objects.get()
    assert (row.name, row.seller, row.ended) == ("Tents", "", NOON)


@pytest.mark.django_db
def test_calls_count_once_on_their_day_and_machines_do_not_answer(take: Take) -> None:
    events = [
        told("1", "call.placed", START),
        told("2", "call.answered", START, machine=False),
        told("3", "call.abandoned", START + 1),
        told("4", "call.answered", START + 2, machine=True),
        told("5", "call.placed", START + DAY),
    ]
    take(events)
    take(events)
    assert counts() == {START // DAY: (1, 1, 1), START // DAY + 1: (1, 0, 0)}


@pytest.mark.django_db
@pytest.mark.parametrize("machine", ["true", "yes", 1, None, [], "false"])
def test_what_nobody_can_read_was_no_person(take: Take, machine: object) -> None:
    take([told("1", "call.answered", START, machine=machine)])
    assert not any(map(any, counts().values()))


@pytest.mark.django_db
def test_a_reservation_that_is_confirmed_on_another_day_moves(take: Take) -> None:
    take([told("reserved", "call.placed", START)])
    take([told("confirmed", "call.placed", START + DAY, replaces="reserved")])
    assert counts() == {START // DAY: (0, 0, 0), START // DAY + 1: (1, 0, 0)}
    take([told("again", "call.placed", START + DAY, replaces="reserved")])
    assert counts()[START // DAY] == (0, 0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(8))
def test_any_order_of_arrival_counts_the_same(take: Take, seed: int) -> None:
    dice = random.Random(seed)
    events: list[Event] = []
    for number in range(40):
        named = dice.choice([*(one.id for one in events), "41"]) if dice.random() < 0.4 else ""
        voids = dice.random() < 0.5
        kind = dice.choice(["call.placed", "call.answered", "call.abandoned", "campaign.updated"])
        at = START + dice.randrange(4) * DAY
        events.append(told(str(number), kind, at, "" if voids else named, named if voids else ""))
    stands = Counter((one.at // DAY, one.type) for one in in_order(events))
    dice.shuffle(events)
    while events:
        some, events = events[:7], events[7:]
        take(some)
    kinds = ("call.placed", "call.answered", "call.abandoned")
    days = {day for day, kind in stands if kind in kinds}
    found = {day: row for day, row in counts().items() if any(row)}
    assert found == {day: tuple(stands[day, kind] for kind in kinds) for day in days}


@pytest.mark.django_db
def test_each_thirty_days_from_the_start_have_a_share_of_their_own(take: Take) -> None:
    take([told("s", "campaign.started", START)])
    days = [START + 29 * DAY, START + 30 * DAY]
    take([told(f"a{at}{n}", "call.answered", at + n) for at in days for n in range(4)], START + 31 * DAY)
    take([told("x", "call.abandoned", days[1] + SECOND)], START + 31 * DAY)
    first, second = windows(Campaign.objects.get(), START + 31 * DAY)
    assert (first.first, first.answered, first.share) == (START // DAY, 4, 0)
    assert (second.first, second.answered, second.share) == (START // DAY + LENGTH, 4, 0.25)
    assert window("k-9", days[1] + DAY).share == 0.25
    assert window("k-9", days[0]).share == 0
    assert [one.share for one in current([Campaign.objects.get()], days[1])] == [0.25]


@pytest.mark.django_db
def test_who_starts_a_campaign_again_has_no_new_share_to_abandon(take: Take) -> None:
    take([told("s", "campaign.started", START)])
    take([told("x", "call.abandoned", START + DAY), told("y", "call.answered", START + DAY)])
    take([told("t", "campaign.started", START + 2 * DAY)])
    assert Campaign.objects.get().started == START
    assert window("k-9", NOON).share == 1
    Campaign.objects.all().delete()
    import_module("clearline.record.migrations.0002_campaigns").count(apps, connection.schema_editor())
    assert Campaign.objects.get().started == START


@pytest.mark.django_db
def test_a_campaign_that_nobody_said_had_started_began_with_its_first_call(take: Take) -> None:
    take([told("1", "call.answered", START + DAY)])
    assert window("k-9", NOON).first == START // DAY + 1
    assert window("nobody", NOON).share == 0


def test_the_share_can_be_passed_only_by_more_than_what_is_left() -> None:
    told = made([(100, 1)] * 10)
    assert (told.answered, told.abandoned, told.left) == (1000, 10, 20)
    assert made([(100, 1)] * 9 + [(120, 21)]).over is False
    assert made([(100, 1)] * 9 + [(121, 22)]).over is True


def test_a_pace_below_the_limit_never_passes_it() -> None:
    told = made([(100, 2)] * 10)
    assert told.passes() is None
    assert told.left_at_end() == 3 * LENGTH - 20


def test_a_pace_above_the_limit_passes_it_on_a_day() -> None:
    told = made([(100, 0)] * 3 + [(100, 4)] * RECENT)
    passes = told.passes()
    assert passes is not None
    days = (passes - told.at) / DAY
    assert 28 + 4 * days == pytest.approx(0.03 * (1000 + 100 * days), abs=0.01)


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 12)), min_size=1, max_size=LENGTH))
def test_what_is_left_is_as_much_as_may_be(days: list[tuple[int, int]]) -> None:
    told = made([(answered + abandoned, abandoned) for answered, abandoned in days])
    more, one_too_many = told.left, told.left + 1
    assert told.over is (more < 0)
    assert told.abandoned + more <= LIMIT * (told.answered + more)
    assert told.abandoned + one_too_many > LIMIT * (told.answered + one_too_many)
    passes = told.passes()
    assert passes is None or told.at <= passes < told.until


def made(days: list[tuple[int, int]]) -> Window:
    """A period with these calls answered and abandoned, day by day, at the end of the last."""
    rows = tuple(
        CampaignDay(day=number, answered=answered, abandoned=abandoned)
        for number, (answered, abandoned) in enumerate(days)
    )
    return Window("k-9", len(days) * DAY - 1, 0, rows)


@pytest.mark.django_db
def test_what_an_older_record_holds_is_counted_when_it_is_brought_up_to_date(take: Take) -> None:
    take([told("s", "campaign.started", START, name="Tents")])
    take(
        [
            told("r", "call.placed", START),
            told("a", "call.answered", START + 2),
            told("x", "call.abandoned", NOON),
        ]
    )
    take(
        [
            told("p", "call.placed", START + DAY, replaces="r"),
            told("m", "call.answered", NOON, machine=True),
        ]
    )
    before, row = counts(), Campaign.objects.values("subject", "name", "started").get()
    Campaign.objects.all().delete()
    import_module("clearline.record.migrations.0002_campaigns").count(apps, connection.schema_editor())
    assert {day: found for day, found in before.items() if any(found)} == counts()
    assert Campaign.objects.values("subject", "name", "started").get() == row
    take([told("r2", "call.placed", START, voids="p")])
    assert sum(placed for placed, _, _ in counts().values()) == 0
