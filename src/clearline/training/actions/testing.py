"""Tests: questions are drawn, answered once, and a certificate is given to whoever knows enough."""

import random
import secrets
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import uuid4

from django.db import transaction

from clearline.engine.events import Instant
from clearline.people.models import Person
from clearline.record.errors import RefusedError
from clearline.record.watching import Watches
from clearline.rulebook.asking import ORDER, WORDS, Question
from clearline.rulebook.courses import Course
from clearline.rulebook.rulebook import Rulebook
from clearline.training.entering import Step, entered
from clearline.training.lasting import until
from clearline.training.models import Assignment, Attempt, Certificate

Answers = Mapping[str, Sequence[int]]
_CHANGED: Final = "the course was changed while you were answering: begin the test again"


def begun(person: Person, course: Course, at: Instant, seed: str = "") -> Attempt:
    """A test with freshly drawn questions; one that was begun and not finished goes on."""
    running = (
        Attempt.objects.filter(person=person, course=course.id, finished=None).order_by("-began").first()
    )
    if running is not None and running.version == course.version:
        return running
    lot = random.Random(seed or secrets.token_hex(16))  # noqa: S311 # which questions are asked is no secret
    drawn = [[one.id, _shuffled(one, lot)] for one in lot.sample(course.questions, course.asks)]
    return Attempt.objects.create(
        uid=uuid4().hex, person=person, course=course.id, version=course.version, drawn=drawn, began=at
    )


def answered(
    person: Person, attempt: Attempt, answers: Answers, rulebook: Rulebook, at: Instant, watches: Watches
) -> Attempt:
    """Marks a test; a pass is an event that the gate and the programme know from then on."""
    with transaction.atomic():
        row = Attempt.objects.select_for_update().get(pk=attempt.pk)
        if row.person_id != person.pk:
            raise RefusedError("it is somebody else's test")
        if row.finished is not None:
            return row  # sent twice
        course = rulebook.courses.get(row.course)
        if course is None or course.version != row.version:
            raise RefusedError(_CHANGED)
        asked = [course.question(name) for name, _ in row.drawn]
        row.answers = {name: list(answers.get(name, ())) for name, _ in row.drawn}
        row.right = sum(one is not None and one.is_right(row.answers[one.id]) for one in asked)
        row.finished, row.passed = at, course.passes(row.right, len(asked))
        told = {
            "course": course.id,
            "version": course.version,
            "right": row.right,
            "asked": len(asked),
            "attempt": row.uid,
            "questions": {one.id: one.is_right(row.answers[one.id]) for one in asked if one},
        }
        kind = "course.passed" if row.passed else "course.failed"
        (answer,) = entered(person, [Step(person, f"attempt.{row.uid}", kind, told, at)], at, watches)
        row.save()
        if row.passed:
            certified(person, course.id, course.title, at, answer.entry or 0, rulebook, row)
    return row


def certified(
    person: Person,
    course: str,
    title: str,
    passed: Instant,
    entry: int,
    rulebook: Rulebook,
    attempt: Attempt | None = None,
) -> Certificate:
    """The row of an event `course.passed`; what was assigned is done."""
    row, _ = Certificate.objects.get_or_create(
        entry=entry,
        defaults={
            "uid": uuid4().hex,
            "person": person,
            "course": course,
            "version": attempt.version if attempt else "",
            "title": title[:160],
            "passed": passed,
            "until": until(rulebook, passed),
            "right": attempt.right if attempt else None,
            "asked": len(attempt.drawn) if attempt else None,
        },
    )
    Assignment.objects.filter(
        person=person, course=course, state=Assignment.State.OPEN, assigned__lte=passed
    ).update(state=Assignment.State.PASSED, ended=passed)
    return row


def _shuffled(question: Question, lot: random.Random) -> list[int]:
    """In which order its choices are shown; words of a transcript stay where they are."""
    numbers = list(range(len(question.choices)))
    if question.kind == WORDS:
        return numbers
    lot.shuffle(numbers)
    if question.kind == ORDER and tuple(numbers) == question.key:
        numbers.reverse()  # else nothing would be asked
    return numbers
