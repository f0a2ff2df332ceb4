"""Courses are assigned, and withdrawn with a reason: each is an event, and a duty by the rules of the programme."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple
from uuid import uuid4

from django.db import transaction

from clearline.engine.events import Instant
from clearline.people.models import Person
from clearline.record.days import day_of, end_of
from clearline.record.errors import RefusedError
from clearline.record.watching import Watches
from clearline.rulebook.courses import Course
from clearline.training.entering import Step, entered, let
from clearline.training.models import Assignment

DAYS: Final = 14  # to pass a course, where nobody says otherwise
SHORTEST: Final = 10  # characters of a reason


class Wanted(NamedTuple):
    """A course for somebody, and why."""

    person: Person
    course: Course
    because: Assignment.Because
    due: date
    told: str = ""


def assigned(by: Person | None, wanted: Sequence[Wanted], at: Instant, watches: Watches) -> list[Assignment]:
    """Assigns courses, all or none; whoever has one of them to do already is left as they are. By none: by the house."""
    for one in wanted:
        if by is not None:
            let(by, "assign courses", one.person)
        if one.due < day_of(at):
            raise RefusedError("the day is over: name a later one")
        if not one.person.is_active:
            raise RefusedError(f"{one.person.name} works here no more")
    with transaction.atomic():
        taken = _open({one.person.pk for one in wanted})
        rows = [
            Assignment(
                uid=uuid4().hex,
                person=one.person,
                course=one.course.id,
                version=one.course.version,
                because=one.because,
                told=one.told[:200],
                by=by,
                assigned=at,
                due=one.due,
            )
            for one in {(one.person.pk, one.course.id): one for one in wanted}.values()
            if (one.person.pk, one.course.id) not in taken
        ]
        steps = [Step(row.person, f"assignment.{row.uid}", "course.assigned", _told(row), at) for row in rows]
        if steps:
            entered(by, steps, at, watches)
        Assignment.objects.bulk_create(rows)
    return rows


def withdrawn(by: Person | None, row: Assignment, reason: str, at: Instant, watches: Watches) -> Assignment:
    """It need not be done any more, and why; that it was assigned stays."""
    if by is not None:
        let(by, "assign courses", row.person)
    if len(reason.strip()) < SHORTEST:
        raise RefusedError("say why it need not be done, so that somebody else can follow it")
    with transaction.atomic():
        row = Assignment.objects.select_for_update(of=("self",)).select_related("person").get(pk=row.pk)
        if row.state != Assignment.State.OPEN:
            raise RefusedError(f"it is {row.state} by now")
        row.state, row.ended, row.ended_by = Assignment.State.WITHDRAWN, at, by
        row.reason = reason.strip()[:200]
        told = {"course": row.course, "assignment": row.uid, "reason": row.reason}
        name = f"assignment.{row.uid}.withdrawn"
        entered(by, [Step(row.person, name, "course.withdrawn", told, at)], at, watches)
        row.save()
    return row


def in_days(at: Instant, days: int = DAYS) -> date:
    """The last day of so many."""
    return day_of(at) + timedelta(days=days)


def _told(row: Assignment) -> dict[str, str]:
    return {
        "course": row.course,
        "version": row.version,
        "because": row.because,
        "told": row.told,
        "due": end_of(row.due),
        "assignment": row.uid,
    }


def _open(people: Iterable[int]) -> set[tuple[int, str]]:
    rows = Assignment.objects.filter(person__in=list(people), state=Assignment.State.OPEN)
    return set(rows.values_list("person", "course"))
