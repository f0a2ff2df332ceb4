"""An audit can't be bent: who audits is independent, who draws can't choose, and nothing is claimed that was not shown."""

import json

import pytest
from tests.audits.conftest import DAY, RULE, planned, soon
from tests.characters import Cast
from tests.record.conftest import GOOD, LATER, NOON, Take, call

from clearline.audits.actions import auditing
from clearline.audits.documents.oscal import documents
from clearline.audits.drawing import digest, population, size
from clearline.audits.drawing import drawn as draw
from clearline.audits.models import Audit, Nonconformity
from clearline.audits.queries import audits as queries
from clearline.engine.events import SECOND
from clearline.record.actions.ticking import tick
from clearline.record.days import midnight
from clearline.record.errors import RefusedError
from clearline.record.judging import judging
from clearline.record.models import Duty, Event, Finding
from clearline.record.watching import Watches

pytestmark = pytest.mark.django_db


def answer_all(by: Cast, audit: Audit, watches: Watches) -> list[str]:
    """What anybody would say: the bad calls don't conform."""
    wrong = []
    for number, paper in enumerate(audit.papers.order_by("place")):
        bad = Finding.objects.filter(timeline__subject=paper.call, rule=RULE).exists()
        told = ("nonconforming", "The code is heard.") if bad else ("conforming", "")
        auditing.answered(by.anna, audit, paper.call, *told, LATER + 10 + number, watches)
        wrong += [paper.call] if bad else []
    return wrong


def test_the_seed_stands_in_the_log_before_the_draw_and_anybody_draws_the_same(audit: Audit) -> None:
    steps = Event.objects.filter(type__startswith="audit.").order_by("entry").values_list("type", flat=True)
    assert list(steps) == ["audit.planned", "audit.assigned", "audit.seeded", "audit.drawn"]
    units = population(audit)
    assert digest(units) == audit.digest
    again = [one.unit for one in draw(audit, units, bytes.fromhex(audit.seed))]
    assert again == list(audit.papers.order_by("place").values_list("call", flat=True))
    assert not Finding.objects.filter(rule="seed-before-draw").exists()


def test_nobody_draws_before_the_seed_is_logged_and_no_seed_is_chosen_twice(
    many: Cast, watches: Watches
) -> None:
    row = planned(many, LATER, watches)
    auditing.assigned(many.alice, row, many.anna, LATER + 1, watches)
    with pytest.raises(RefusedError, match="log the seed first"):
        auditing.sample_drawn(many.anna, row, LATER + 2, watches)
    auditing.seeded(many.anna, row, LATER + 3, watches)
    with pytest.raises(RefusedError, match="already"):
        auditing.seeded(many.anna, row, LATER + 4, watches)


def test_nobody_audits_their_own_team_and_an_auditor_who_joins_it_stops(many: Cast, watches: Watches) -> None:
    row = planned(many, LATER, watches, teams=("Tents",))
    many.anna.team = many.ada.team
    many.anna.save()
    with pytest.raises(RefusedError, match="in a team that is audited"):
        auditing.assigned(many.alice, row, many.anna, LATER + 1, watches)
    many.anna.team = None
    many.anna.save()
    auditing.assigned(many.alice, row, many.anna, LATER + 2, watches)
    many.anna.team = many.ada.team
    many.anna.save()
    with pytest.raises(RefusedError, match="in a team that is audited"):
        auditing.seeded(many.anna, row, LATER + 3, watches)


def test_an_auditor_who_leaves_is_replaced_and_what_they_said_stays(
    audit: Audit, many: Cast, watches: Watches
) -> None:
    first = audit.papers.order_by("place")[0]
    auditing.answered(many.anna, audit, first.call, "conforming", "", LATER + 5, watches)
    many.anna.is_active = False
    many.anna.save()
    with pytest.raises(RefusedError, match="no more"):
        auditing.answered(many.anna, audit, first.call, "conforming", "", LATER + 6, watches)
    auditing.assigned(many.alice, audit, many.alice, LATER + 7, watches)
    auditing.answered(
        many.alice, audit, first.call, "cannot be judged", "The sound is gone.", LATER + 8, watches
    )
    first.refresh_from_db()
    assert (first.answer, first.by) == ("cannot be judged", many.alice)
    assert Event.objects.filter(type="audit.answered").count() == 2


def test_it_is_concluded_once_all_is_answered_and_claims_only_what_the_sample_bears(
    audit: Audit, many: Cast, watches: Watches
) -> None:
    with pytest.raises(RefusedError, match="not answered yet"):
        auditing.concluded(many.anna, audit, LATER + 5, watches)
    wrong = answer_all(many, audit, watches)
    assert wrong
    with pytest.raises(RefusedError, match="establish it first"):
        auditing.concluded(many.anna, audit, LATER + 900, watches)
    made = Nonconformity(title="Codes are heard on recordings", grade="major", rule=RULE, calls=wrong)
    auditing.established(many.anna, audit, made, LATER + 901, watches)
    row = auditing.concluded(many.anna, audit, LATER + 902, watches)
    assert row.claim.startswith("It was not shown that fewer than 10 %")
    told = queries.whole(row, judging().rulebook, LATER + 903)
    assert told.estimate is not None
    assert told.estimate.low <= told.estimate.value <= told.estimate.high
    assert f'"{RULE}"' in json.dumps(documents(told)["assessment-results.json"])
    with pytest.raises(RefusedError, match="concluded by now"):
        auditing.answered(many.anna, audit, wrong[0], "conforming", "", LATER + 904, watches)


def test_a_call_that_was_not_blamed_shows_no_nonconformity(
    audit: Audit, many: Cast, watches: Watches
) -> None:
    first = audit.papers.order_by("place")[0]
    made = Nonconformity(title="Codes are heard", grade="minor", rule=RULE, calls=[first.call])
    with pytest.raises(RefusedError, match="not found to be nonconforming"):
        auditing.established(many.anna, audit, made, LATER + 5, watches)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"since": NOON - 9 * DAY, "until": NOON - 8 * DAY}, "nothing to draw from"),
        ({"rate": 0.001}, "nothing can be shown|Accept fewer"),
    ],
)
def test_too_few_calls_are_said_in_words(
    many: Cast, watches: Watches, more: dict[str, object], told: str
) -> None:
    row = planned(many, LATER, watches, accepts=3 if "rate" in more else 0, **more)
    auditing.assigned(many.alice, row, many.anna, LATER + 1, watches)
    auditing.seeded(many.anna, row, LATER + 2, watches)
    with pytest.raises(RefusedError, match=told):
        auditing.sample_drawn(many.anna, row, LATER + 3, watches)


def test_its_day_in_the_plan_is_a_duty_and_becomes_overdue_by_itself(many: Cast, watches: Watches) -> None:
    row = planned(many, LATER, watches, due=soon(5))
    duty = Duty.objects.get(rule="audit-in-time")
    assert not duty.overdue
    tick(LATER + 7 * DAY, watches)
    assert Finding.objects.get(rule="audit-in-time").timeline.subject == row.uid


def test_a_day_is_a_day_on_both_sides_of_the_change_of_clocks(many: Cast, watches: Watches) -> None:
    row = planned(many, LATER, watches, due=soon(60))  # over the change in autumn
    deadline = Duty.objects.get(rule="audit-in-time").deadline
    assert deadline is not None
    assert deadline // DAY == (midnight(row.due) + DAY - SECOND) // DAY


def test_a_sample_of_each_team_leaves_none_out_and_can_be_drawn_again(
    many: Cast, take: Take, watches: Watches
) -> None:
    for number in range(4):
        take(call(*GOOD, name=f"b-{number}", at=NOON + number * 60 * SECOND, agent="a-9"))
    row = planned(many, LATER, watches, by_team=True)
    auditing.assigned(many.alice, row, many.anna, LATER + 1, watches)
    auditing.seeded(many.anna, row, LATER + 2, watches)
    row = auditing.sample_drawn(many.anna, row, LATER + 3, watches)
    assert set(row.papers.values_list("team", flat=True)) == {"Tents", "Boots"}
    units = population(row)
    assert row.papers.count() == size(row, units)
    again = [one.unit for one in draw(row, units, bytes.fromhex(row.seed))]
    assert again == list(row.papers.order_by("place").values_list("call", flat=True))
    for more in ({"by_risk": True}, {"accepts": 1}):
        with pytest.raises(RefusedError, match="accepts no call in breach"):
            planned(many, LATER, watches, by_team=True, **more)
