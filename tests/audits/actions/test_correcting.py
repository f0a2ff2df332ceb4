"""A corrective action is followed until the calls show that it has helped."""

from collections.abc import Callable

import pytest
from tests.audits.conftest import DAY, RULE, soon
from tests.characters import Cast
from tests.record.conftest import BAD, GOOD, LATER, Take, call

from clearline.audits.actions import correcting
from clearline.audits.actions.correcting import Opening
from clearline.audits.checking import look
from clearline.audits.models import Action
from clearline.audits.tasks import KINDS
from clearline.engine.events import SECOND, Instant
from clearline.record import jobs
from clearline.record.actions.ticking import tick
from clearline.record.days import day_of
from clearline.record.errors import RefusedError
from clearline.record.models import Duty, Event, Finding
from clearline.record.watching import Watches
from clearline.review.models import Triage

pytestmark = pytest.mark.django_db(transaction=True)
Opened = Callable[..., Action]


@pytest.fixture
def opened(many: Cast, watches: Watches) -> Opened:
    def opened(**more: object) -> Action:
        told: dict[str, object] = {
            "title": "Pause before the code",
            "owner": many.bob,
            "due": soon(10),
            "rule": RULE,
        }
        return correcting.opened(many.alice, Opening(**{**told, **more}), LATER, watches)  # type: ignore[arg-type]

    return opened


def done(people: Cast, row: Action, watches: Watches) -> Action:
    """Completed by Bob and agreed to by Alice."""
    correcting.completed(people.bob, row, "The script has a pause now.", LATER + DAY, watches)
    return correcting.approved(people.alice, row, LATER + DAY + SECOND, watches)


def worked(at: Instant) -> None:
    while jobs.work(lambda: at, KINDS):
        pass


def calls_since(take: Take, *lines: str, count: int, good: int = 0) -> None:
    for number in range(count + good):
        told = lines if number < count else GOOD
        at = LATER + 2 * DAY + number * 60 * SECOND
        take(call(*told, name=f"s-{number:03d}", at=at, agent="a-1"), at=at + 3_600 * SECOND)


def test_its_day_is_a_duty_that_is_met_by_completing_it(many: Cast, opened: Opened, watches: Watches) -> None:
    row = opened()
    assert Duty.objects.filter(rule="action-in-time", timeline__subject=row.uid).exists()
    correcting.completed(many.bob, row, "The script has a pause now.", LATER + DAY, watches)
    assert not Duty.objects.filter(rule="action-in-time").exists()


def test_one_that_is_overdue_is_a_finding_and_goes_up_once(opened: Opened, watches: Watches) -> None:
    row = opened(due=soon(1))
    tick(LATER + 3 * DAY, watches)
    assert Finding.objects.filter(rule="action-in-time", timeline__subject=row.uid).exists()
    worked(LATER + 3 * DAY)
    row.refresh_from_db()
    assert row.escalated is None
    for _ in range(2):  # after downtime, and again
        worked(LATER + 30 * DAY)
    assert Event.objects.filter(type="action.escalated").count() == 1


def test_its_owner_completes_it_and_somebody_else_agrees(
    many: Cast, opened: Opened, watches: Watches
) -> None:
    row = opened(steps=("Write it", "Train it"))
    with pytest.raises(RefusedError, match="only its owner"):
        correcting.completed(many.alice, row, "I have seen it myself.", LATER + 1, watches)
    correcting.step_done(many.bob, row, 1, LATER + 2, watches)
    with pytest.raises(RefusedError, match="no such step"):
        correcting.step_done(many.bob, row, 2, LATER + 3, watches)
    with pytest.raises(RefusedError, match="what shows"):
        correcting.completed(many.bob, row, "done", LATER + 4, watches)
    correcting.completed(many.bob, row, "The script has a pause now.", LATER + 5, watches)
    mine = opened(owner=many.alice)
    correcting.completed(many.alice, mine, "The script has a pause now.", LATER + 6, watches)
    with pytest.raises(RefusedError, match="second person"):
        correcting.approved(many.alice, mine, LATER + 7, watches)


def test_what_helped_is_closed_by_itself(many: Cast, opened: Opened, watches: Watches, take: Take) -> None:
    row = done(many, opened(), watches)
    calls_since(take, *GOOD, count=60)
    worked(LATER + 40 * DAY)
    row.refresh_from_db()
    assert (row.state, row.checks[-1]["effect"]) == ("closed", "helped")


def test_what_did_not_help_is_opened_again_by_itself_and_is_due_anew(
    many: Cast, opened: Opened, watches: Watches, take: Take
) -> None:
    row = done(many, opened(), watches)
    calls_since(take, *BAD, count=20, good=40)
    worked(LATER + 40 * DAY)
    row.refresh_from_db()
    assert (row.state, row.times, row.approved_by) == ("open", 2, None)
    assert Duty.objects.filter(rule="action-in-time", timeline__subject=row.uid, overdue=False).exists()
    steps = list(
        Event.objects.filter(type__startswith="action.").order_by("entry").values_list("type", flat=True)
    )
    assert steps[-2:] == ["action.checked", "action.reopened"]


def test_with_few_calls_it_is_looked_at_later(
    many: Cast, opened: Opened, watches: Watches, take: Take
) -> None:
    row = done(many, opened(), watches)
    calls_since(take, *GOOD, count=5)
    worked(LATER + 40 * DAY)
    row.refresh_from_db()
    assert (row.state, row.checks[-1]["effect"]) == ("approved", "too early to say")
    assert row.check_by is not None
    assert row.check_by > day_of(LATER + 40 * DAY)


def test_without_a_rule_there_is_nothing_to_look_at(many: Cast, opened: Opened, watches: Watches) -> None:
    assert done(many, opened(rule=""), watches).state == "closed"


def test_what_people_dismissed_does_not_count_against_an_action(
    many: Cast, opened: Opened, take: Take
) -> None:
    row = opened()
    calls_since(take, *BAD, count=2, good=2)
    row.completed = LATER + DAY
    at = LATER + 5 * DAY
    assert look(row, at).after == (2, 4)
    found = Finding.objects.filter(rule=RULE, question=False, timeline__subject="s-000")
    for one in found:
        Triage.objects.create(finding=one.uid, state=Triage.State.DISMISSED, decided_by=many.alice)
    assert found
    assert look(row, at).after == (1, 4)
