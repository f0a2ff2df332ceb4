"""Two minutes a day: questions come again when they are about to be forgotten, as `fsrs` reckons."""

from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

from django.db import transaction
from fsrs import Card as Memory
from fsrs import Rating, Scheduler

from clearline.engine.durations import instant_of, moment_of
from clearline.engine.events import Instant
from clearline.people.models import Person
from clearline.record.days import bounds, day_of
from clearline.record.errors import RefusedError
from clearline.rulebook.asking import Question
from clearline.rulebook.rulebook import Rulebook
from clearline.training.models import Assignment, Card, Certificate

A_DAY: Final = 6  # questions, which take two minutes
NEW: Final = 3  # of them that were never asked
_SCHEDULER: Final = Scheduler(enable_fuzzing=False)  # the same answers at the same times give the same days


class Asked(NamedTuple):
    """A question of today."""

    course: str
    question: Question


class Today(NamedTuple):
    """What is left of today's questions, and how many were answered."""

    next: Asked | None
    left: int
    done: int


def today(person: Person, rulebook: Rulebook, at: Instant) -> Today:
    """What is due is asked first, then what is new; of courses that somebody has passed."""
    begins, ends = bounds(day_of(at))
    cards = list(Card.objects.filter(person=person).order_by("due", "pk"))
    answered = sum(begins <= one.last < ends for one in cards)
    fresh = sum(begins <= one.first < ends for one in cards)
    due = [
        Asked(one.course, question)
        for one in cards
        if one.due < ends
        and not begins <= one.last < ends
        and (question := _of(rulebook, one.course, one.question))
    ]
    known = {(one.course, one.question) for one in cards}
    new = list(_new(person, rulebook, known))[: max(0, NEW - fresh)]
    left = [*due, *new][: max(0, A_DAY - answered)]
    return Today(left[0] if left else None, len(left), answered)


def practised(
    person: Person, course: str, name: str, answer: Collection[int], rulebook: Rulebook, at: Instant
) -> tuple[Question, bool]:
    """Marks an answer and reckons when it is asked again; a second answer on one day changes nothing."""
    question = _of(rulebook, course, name)
    if question is None:
        raise RefusedError("this question is not asked any more: go on with the next")
    right = question.is_right(answer)
    with transaction.atomic():
        row = Card.objects.select_for_update().filter(person=person, course=course, question=name).first()
        if row is not None and day_of(row.last) == day_of(at):
            return question, right
        if row is None:
            row = Card(person=person, course=course, question=name, first=at)
        rating = Rating.Good if right else Rating.Again
        memory = Memory.from_dict(row.state) if row.state else Memory(card_id=1, due=moment_of(at))
        memory, _ = _SCHEDULER.review_card(memory, rating, moment_of(at))
        row.state, row.due, row.last = memory.to_dict(), instant_of(memory.due), at
        row.answered, row.right = row.answered + 1, row.right + right
        row.save()
    return question, right


def _new(person: Person, rulebook: Rulebook, known: Collection[tuple[str, str]]) -> Iterator[Asked]:
    passed = Certificate.objects.filter(person=person).values_list("course", flat=True)
    begun = Assignment.objects.filter(person=person, state=Assignment.State.PASSED)
    for name in sorted({*passed, *begun.values_list("course", flat=True)}):
        course = rulebook.courses.get(name)
        for one in course.questions if course else ():
            if (name, one.id) not in known:
                yield Asked(name, one)


def _of(rulebook: Rulebook, course: str, name: str) -> Question | None:
    found = rulebook.courses.get(course)
    return found.question(name) if found else None
