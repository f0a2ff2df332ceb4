"""Calls are drawn so that nobody can choose, graded by people apart from each other, and agreed on."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.characters import Cast
from tests.record.conftest import Take
from tests.review.grading.conftest import DAY, Grader, talk

from clearline.engine.durations import moment_of
from clearline.engine.events import Instant
from clearline.people.models import Person
from clearline.record.errors import RefusedError
from clearline.record.models import Call, Duty, Event, Finding, Timeline
from clearline.record.watching import Watches
from clearline.record.watching import read as read_event
from clearline.review.actions import grading, sampling
from clearline.review.actions.grading import Said
from clearline.review.models import Grade, Sample
from clearline.review.queries.given import given_of
from clearline.rulebook.scorecards import Scorecard
from clearline.statistics.sampling import draw

pytestmark = pytest.mark.django_db


def wanted(card: Scorecard, at: Instant, *graders: Person, **more: Any) -> sampling.Wanted:
    told = {"size": 4, "twice": 2, "team": None, "due": (moment_of(at) + timedelta(days=7)).date()}
    return sampling.Wanted(card, at - 3 * DAY, at, graders=graders, **(told | more))


def drawn(who: Person, wanted: sampling.Wanted, at: Instant, watches: Watches) -> Sample:
    return sampling.drawn(who, sampling.seeded(who, wanted, at, watches), wanted.card, at, watches)


def test_the_seed_is_logged_before_the_draw_and_who_knows_it_draws_the_same(
    people: Cast, card: Scorecard, at: Instant, watches: Watches
) -> None:
    asked = wanted(card, at, people.anna, people.alice)
    sample = sampling.seeded(people.anna, asked, at, watches)
    assert sample.population == 8
    assert not Grade.objects.exists()
    sampling.drawn(people.anna, sample, card, at, watches)
    seeded, told = Event.objects.filter(type__startswith="sample.").order_by("entry")
    assert (seeded.type, told.type) == ("sample.seeded", "sample.drawn")
    calls = [call for call, _ in read_event(bytes(told.body or b"")).data["calls"]]
    again = draw([f"c-{n}" for n in range(6)] + ["d-0", "d-1"], 4, bytes.fromhex(sample.seed))
    assert calls == [one.unit for one in again]
    assert not Finding.objects.filter(timeline__kind="sample").exists()
    assert Duty.objects.get(timeline__kind="sample").rule == "sample-graded-in-time"


def test_a_draw_without_a_logged_seed_is_a_finding(take: Take, at: Instant) -> None:
    from clearline.engine.events import Event as Happened

    take([Happened("x", "sample.drawn", at, {"due": "2030-01-01"}, {"sample": "x"})], at)
    assert Finding.objects.get().rule == "sample-seeded-before-drawn"


def test_calls_that_came_since_the_seed_was_logged_are_not_smuggled_in(
    people: Cast, card: Scorecard, at: Instant, watches: Watches, take: Take
) -> None:
    sample = sampling.seeded(people.anna, wanted(card, at, people.anna, people.alice), at, watches)
    take(talk("late", at - DAY), at)
    with pytest.raises(RefusedError, match="no longer those"):
        sampling.drawn(people.anna, sample, card, at, watches)
    assert not Grade.objects.exists()


def test_nobody_grades_a_team_of_their_own(
    people: Cast, card: Scorecard, at: Instant, watches: Watches
) -> None:
    with pytest.raises(RefusedError, match="calls of 1 of 2 agents"):
        sampling.seeded(people.anna, wanted(card, at, people.bob, twice=0), at, watches)
    drawn(people.anna, wanted(card, at, people.bob, people.anna, size=8, twice=0), at, watches)
    by = Grade.objects.values_list("agent", "gradings__grader__name")
    assert {name for agent, name in by if agent == "a-1"} == {"Anna"}
    assert "Bob" in {name for agent, name in by if agent == "a-9"}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"size": 9}, "there are 8 calls"),
        ({"size": 0}, "draw 1 to"),
        ({"twice": 5}, "graded twice"),
        ({"graders": ()}, "name who grades"),
    ],
)
def test_a_sample_that_can_t_be_is_refused_in_words(
    people: Cast, card: Scorecard, at: Instant, watches: Watches, more: dict[str, Any], words: str
) -> None:
    asked = wanted(card, at, people.anna, people.alice)._replace(**more)
    with pytest.raises(RefusedError, match=words):
        sampling.seeded(people.anna, asked, at, watches)


def test_of_no_calls_none_are_drawn(card: Scorecard, people: Cast, at: Instant, watches: Watches) -> None:
    asked = wanted(card, at, people.anna, people.alice)._replace(since=at - 9 * DAY, until=at - 8 * DAY)
    with pytest.raises(RefusedError, match="nothing to draw from"):
        sampling.seeded(people.anna, asked, at, watches)
    with pytest.raises(RefusedError, match="analyst or an officer"):
        sampling.seeded(people.bob, asked, at, watches)


def test_a_grade_stands_on_the_call_and_the_agent_and_changes_no_verdict(
    people: Cast, card: Scorecard, at: Instant, watches: Watches, grader: Grader
) -> None:
    row = Call.objects.get(timeline__subject="c-0")
    before = list(Finding.objects.values_list("uid", "withdrawn"))
    grade = grading.calibration(people.anna, row, card, [people.anna, people.alice], at, watches)
    grader.grades(people.anna, grade, hold="no")
    event = Event.objects.get(type="grade.given")
    on = Timeline.objects.filter(standing__event=event).values_list("kind", "subject")
    assert set(on) == {("call", "c-0"), ("agent", "a-1")}
    assert list(Finding.objects.values_list("uid", "withdrawn")) == before
    row.refresh_from_db()
    assert (row.state, row.agent, row.timeline.ended) == ("evaluated", "a-1", row.ended)
    with pytest.raises(RefusedError, match="graded this call already"):
        grader.grades(people.anna, grade)
    with pytest.raises(RefusedError, match="not given to you"):
        grader.grades(people.bob, grade)


def test_those_who_differ_agree_with_a_reason_and_then_the_agent_may_see_it(
    people: Cast, card: Scorecard, at: Instant, watches: Watches, grader: Grader
) -> None:
    row = Call.objects.get(timeline__subject="c-0")
    grade = grading.calibration(people.anna, row, card, [people.anna, people.alice], at, watches)
    grader.grades(people.anna, grade, hold="no")
    with pytest.raises(RefusedError, match="not all have graded"):
        grading.agreed(people.anna, grade, card, {}, at, watches)
    grader.grades(people.alice, grade, listened="partly")
    with pytest.raises(RefusedError, match="not yet"):
        grading.released(people.bob, grade, at, watches)
    with pytest.raises(RefusedError, match="say for each question why"):
        grading.agreed(people.anna, grade, card, {"hold": Said("no", "so")}, at, watches)
    why = "Sixty seconds of silence, and no word before."
    with pytest.raises(RefusedError, match="each question"):
        grading.agreed(people.anna, grade, card, {"hold": Said("no", why)}, at, watches)
    said = {"hold": Said("no", why), "listened": Said("fully", "She asked for the order at once.")}
    grading.agreed(people.anna, grade, card, said, at, watches)
    final = given_of([Grade.objects.select_related("agreed").get()])[grade.pk].settled
    assert final is not None
    assert final.score.share == pytest.approx(6 / 7)
    assert [one.answer for one in final.answers if one.question == "hold"] == ["no"]
    grading.released(people.bob, grade, at, watches)
    with pytest.raises(RefusedError, match="already"):
        grading.released(people.bob, grade, at, watches)


def test_a_sample_that_is_graded_to_the_end_has_no_duty_left(
    people: Cast, card: Scorecard, at: Instant, watches: Watches, grader: Grader
) -> None:
    sample = drawn(people.anna, wanted(card, at, people.anna, people.alice), at, watches)
    for grade in Grade.objects.filter(sample=sample):
        for one in grade.gradings.all():
            assert Duty.objects.filter(timeline__kind="sample").exists()
            grader.grades(one.grader, grade)
    sample.refresh_from_db()
    assert sample.graded == at
    assert not Duty.objects.filter(timeline__kind="sample").exists()


def test_what_a_grader_who_left_did_not_grade_goes_to_somebody_else(
    people: Cast, card: Scorecard, at: Instant, watches: Watches, grader: Grader
) -> None:
    row = Call.objects.get(timeline__subject="c-0")
    grade = grading.calibration(people.anna, row, card, [people.anna, people.alice], at, watches)
    with pytest.raises(RefusedError, match="may not grade this call"):
        grading.handed_over(people.anna, grade, people.alice, people.bob, card, at, watches)
    helen = Person.objects.invited(email="helen@shop.example", name="Helen", role="analyst")
    grading.handed_over(people.anna, grade, people.alice, helen, card, at, watches)
    grader.grades(helen, grade)
    with pytest.raises(RefusedError, match="not given to you"):
        grader.grades(people.alice, grade)


def test_a_scorecard_that_changes_between_two_gradings_leaves_nothing_open(
    people: Cast, card: Scorecard, at: Instant, watches: Watches, grader: Grader
) -> None:
    sample = drawn(people.anna, wanted(card, at, people.anna, people.alice), at, watches)
    for grade in Grade.objects.filter(sample=sample):
        grader.grades(grade.gradings.order_by("pk")[0].grader, grade)
    edited = replace(card, hash="f" * 64)
    for grade in Grade.objects.filter(sample=sample, done=None):
        with pytest.raises(RefusedError, match="can still grade it"):
            grading.set_aside(people.alice, grade, card, at, watches)
        grading.set_aside(people.alice, grade, edited, at, watches)
        assert [one.done for one in grade.gradings.all()] == [at]
    sample.refresh_from_db()
    assert sample.graded == at
    assert not Duty.objects.filter(timeline__kind="sample").exists()
