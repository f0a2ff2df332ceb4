"""A score is the weighted share of what applied; a critical no fails the card; a rule answers beside a person."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.characters import Cast
from tests.record.conftest import Take, call
from tests.review.grading.conftest import DAY, FINE, Grader, talk

from clearline.engine.events import SECOND, Instant
from clearline.engine.events import Event as Happened
from clearline.record.errors import RefusedError
from clearline.record.judging import Judging
from clearline.record.models import Call, Event
from clearline.record.watching import Watches
from clearline.review.actions import grading
from clearline.review.automatic import automatic
from clearline.review.models import Grade
from clearline.review.queries.given import given_of
from clearline.review.scoring import Answered, Given, Score, differing, scored, settled
from clearline.rulebook.scorecards import NO, NOT_APPLICABLE, YES, Question, Scorecard


def asked(*weights: float, critical: int = -1) -> Scorecard:
    questions = tuple(
        Question(f"q{n}", "?", "", weight, n == critical, (), optional=True, rule="")
        for n, weight in enumerate(weights)
    )
    return Scorecard(
        "c", "p", Path("c.toml"), "", "", independent=True, blind=True, questions=questions, hash=""
    )


def said(*answers: str) -> dict[str, str]:
    return {f"q{n}": one for n, one in enumerate(answers)}


def test_what_does_not_apply_counts_neither_way() -> None:
    assert scored(asked(1, 3), said(YES, NO)) == (0.25, False)
    assert scored(asked(1, 3), said(YES, NOT_APPLICABLE)) == (1.0, False)


def test_where_nothing_applied_there_is_no_score_and_not_a_hundred_percent() -> None:
    assert scored(asked(1, 3), said(NOT_APPLICABLE, NOT_APPLICABLE)) == (None, False)


def test_a_critical_no_fails_the_card_however_high_the_score() -> None:
    assert scored(asked(1, 99, critical=0), said(NO, YES)) == (0.99, True)
    assert not scored(asked(1, 99, critical=0), said(NOT_APPLICABLE, NO)).failed


@given(st.lists(st.tuples(st.floats(0.1, 9), st.sampled_from([YES, NO, NOT_APPLICABLE])), min_size=1))
def test_a_better_answer_never_costs(rows: list[tuple[float, str]]) -> None:
    card = asked(*(weight for weight, _ in rows))
    before = scored(card, said(*(answer for _, answer in rows))).share
    after = scored(card, said(*(YES if answer == NO else answer for _, answer in rows))).share
    assert before is None or (0 <= before <= 1 and after == pytest.approx(1))


def one(answer: str, note: str = "") -> Given:
    return Given((Answered("q0", "?", answer, note),), Score(1.0, failed=False))


def test_what_all_said_stands_with_the_notes_of_all_and_what_they_differ_in_does_not() -> None:
    same = settled([one(YES, "clear"), one(YES, "polite")], None)
    assert same is not None
    assert same.answers[0].note == "clear\npolite"
    assert settled([one(YES), one(NO)], None) is None
    assert differing([one(YES), one(NO)]) == ["q0"]
    assert settled([one(YES), one(NO)], one(NO)) == one(NO)


@pytest.mark.django_db
def test_kept_is_yes_broken_is_no_and_what_never_came_up_does_not_apply(
    take: Take, at: Instant, card: Scorecard, shop: Judging
) -> None:
    take(talk("broken", at - DAY, held=True), at)
    take(talk("never", at - DAY), at)
    told = talk("kept", at - DAY, held=True)
    words = {"by": "agent", "text": "May I put you on a brief hold?"}
    told.append(Happened("kept-said", "utterance", at - DAY + 98 * SECOND, words, {"call": "kept"}))
    take(told, at)
    found = {
        name: automatic(Call.objects.get(timeline__subject=name), card, shop)["hold"].answer
        for name in ("broken", "never", "kept")
    }
    assert found == {"broken": "no", "never": "not applicable", "kept": "yes"}


@pytest.mark.django_db
def test_what_nobody_can_know_is_left_to_the_person(
    take: Take, at: Instant, card: Scorecard, shop: Judging
) -> None:
    lines = (
        "0 call.started direction=inbound purpose=service recorded=false",
        "1 call.answered",
        "10 agent: Shall I cancel it?",
        "20 customer: What does it cost?",
        "30 order.cancelled",
        "60 call.ended",
    )
    take(call(*lines, name="unsure", at=at - DAY, agent="a-1"), at)
    row = Call.objects.get(timeline__subject="unsure")
    assert row.questions > 0
    assert automatic(row, card, shop)["agreed"].answer == "unknown"


@pytest.mark.django_db
def test_a_grade_belongs_to_the_version_it_was_begun_with(
    people: Cast, card: Scorecard, grader: Grader, at: Instant, watches: Watches
) -> None:
    from dataclasses import replace

    row = Call.objects.get(timeline__subject="c-0")
    grade = grading.calibration(people.alice, row, card, [people.anna, people.alice], at, watches)
    grader.card = replace(card, hash="f" * 64)  # edited since
    grader.grades(people.anna, grade)
    grade.refresh_from_db()
    assert grade.version == "f" * 16
    grader.card = card
    with pytest.raises(RefusedError, match="changed since somebody else graded"):
        grader.grades(people.alice, grade)


@pytest.mark.django_db
def test_all_questions_are_answered_or_none_is_saved(
    people: Cast, card: Scorecard, at: Instant, watches: Watches
) -> None:
    row = Call.objects.get(timeline__subject="c-0")
    grade = grading.calibration(people.alice, row, card, [people.anna, people.alice], at, watches)
    for answers in ({}, FINE | {"hold": "perhaps"}, FINE | {"listened": NOT_APPLICABLE}):
        told = {name: grading.Said(answer) for name, answer in answers.items()}
        with pytest.raises(RefusedError, match="not answered yet"):
            grading.given(people.anna, grade, card, told, {}, at, watches)
    assert not Event.objects.filter(type="grade.given").exists()


@pytest.mark.django_db
def test_a_card_number_in_a_note_is_not_kept_and_answers_go_with_their_event(
    people: Cast, card: Scorecard, at: Instant, watches: Watches
) -> None:
    row = Call.objects.get(timeline__subject="c-0")
    grade = grading.calibration(people.alice, row, card, [people.anna, people.alice], at, watches)
    told = {name: grading.Said(answer, "She read 4242 4242 4242 4242 out.") for name, answer in FINE.items()}
    grading.given(people.anna, grade, card, told, {}, at, watches)
    event = Event.objects.get(type="grade.given")
    assert b"4242" not in bytes(event.body or b"")
    Event.objects.filter(pk=event.pk).update(body=None)  # as an erasure does
    of = given_of(Grade.objects.select_related("agreed"))[grade.pk]
    assert of.erased
    assert of.by_grader == {}
    assert of.settled is None
