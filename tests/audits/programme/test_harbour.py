"""The safe harbour holds only while each element does, and is lost from the moment at which the first one fails."""

import pytest
from tests.audits.programme.conftest import DAY, Give
from tests.characters import Cast
from tests.record.conftest import LATER, NOON, call, received

from clearline.audits.models import Audit
from clearline.audits.programme.harbour import Harbour, harbour
from clearline.engine.events import SECOND, Event
from clearline.people.models import Person
from clearline.record.actions.append import append
from clearline.record.judging import judging
from clearline.record.models import Call, Timeline
from clearline.record.watching import Watches

pytestmark = pytest.mark.django_db


def copy(watches: Watches, at: int) -> None:
    """A copy of the registry, fetched then."""
    loaded = Event(f"l-{at}", "list.loaded", at, {"list": "us-national"}, {"organisation": "shop"})
    append(received([loaded]), max(at, LATER), watches)


def found(people: Cast, at: int = LATER) -> Harbour:
    one = harbour(people.alice, judging(), at)
    assert one
    return one


@pytest.fixture
def whole(people: Cast, give: Give, watches: Watches) -> Cast:
    """Everything is in place."""
    give("dnc-procedures", ago=100)
    for agent in ("a-1", "a-9"):
        give("opting-out-course", ago=100, who=agent)
    copy(watches, NOON - 2 * DAY)
    Audit.objects.create(
        uid="AU-1",
        title="Requests",
        rules=["opt-out-recorded-at-once"],
        since=NOON - 90 * DAY,
        until=NOON - 60 * DAY,
        due="2026-01-01",
        planned_by=people.alice,
        planned=NOON - 60 * DAY,
        rate=0.05,
        confidence=0.95,
        concluded=NOON - 30 * DAY,
        state=Audit.State.CONCLUDED,
    )
    return people


def test_it_holds_while_everything_is_in_place(whole: Cast) -> None:
    one = found(whole)
    assert [(each.place, each.since) for each in one.elements] == [
        (place, None) for place in ("(i)", "(ii)", "(iii)", "(iv)", "(v)")
    ]
    assert one.lost is None


def test_a_copy_of_the_registry_loses_it_the_instant_it_is_older_than_31_days(
    whole: Cast, watches: Watches
) -> None:
    last = NOON - 2 * DAY + 31 * DAY
    assert found(whole, last).lost is None
    assert found(whole, last + 1).lost == last + 1
    assert found(whole, last + 5 * DAY).lost == last + 1  # and stays so since then
    copy(watches, last + 5 * DAY)
    assert found(whole, last + 5 * DAY).lost is None
    assert [(one.since, one.until) for one in found(whole, last + 6 * DAY).gaps] == [
        (last + 1, last + 5 * DAY)
    ]


def test_one_agent_without_the_course_loses_it_since_they_came(whole: Cast) -> None:
    Person.objects.invited(email="n@shop.example", name="Nora", role="agent", agent="a-10")
    Timeline.objects.create(kind="agent", subject="a-10", secret=b"0" * 32, first=NOON + 60)
    one = found(whole)
    assert one.lost == NOON + 60
    assert [each.place for each in one.elements if each.since] == ["(ii)"]


def test_a_request_that_was_not_noted_in_time_loses_it(whole: Cast, watches: Watches) -> None:
    lines = call(
        "0 call.started direction=outbound purpose=marketing",
        "1 call.answered",
        "30 customer: Please take me off your list.",
        "40 call.ended",
        name="asks",
        at=NOON + DAY,
        agent="a-1",
    )
    append(received(lines), NOON + 3 * DAY, watches)
    one = found(whole, NOON + 3 * DAY)
    assert [each.place for each in one.elements if each.since] == ["(iii)"]
    assert one.lost == NOON + DAY + (30 + 5 * 60) * SECOND


def test_nothing_at_all_is_lost_since_the_record_begins_and_nobody_says_for_longer(people: Cast) -> None:
    one = found(people)
    first = Call.objects.order_by("started")[0].started
    assert (one.lost, one.known) == (first, first)
    assert harbour(people.bob, judging(), LATER) is None
