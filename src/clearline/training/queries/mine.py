"""What somebody has to learn, and what they have earned."""

from typing import NamedTuple

from clearline.engine.events import Instant
from clearline.people.models import Person
from clearline.people.permissions import may
from clearline.record.days import day_of
from clearline.rulebook.courses import Course
from clearline.rulebook.rulebook import Rulebook
from clearline.training.lasting import AHEAD
from clearline.training.models import Assignment, Attempt, Certificate, MicroLesson


class Due(NamedTuple):
    """A course to be passed."""

    row: Assignment
    course: Course | None  # none: it can't be read just now
    late: bool
    begun: bool


class Short(NamedTuple):
    """A lesson about a rule that was missed."""

    row: MicroLesson
    title: str
    late: bool


class Held(NamedTuple):
    """The newest certificate of a course."""

    row: Certificate
    valid: bool
    soon: bool  # it ends


def due(who: Person, rulebook: Rulebook, at: Instant) -> list[Due]:
    """What is assigned to somebody, the nearest day first."""
    today = day_of(at)
    found = Assignment.objects.filter(person=who, state=Assignment.State.OPEN).select_related("by")
    rows = list(found.order_by("due", "course"))
    tests = Attempt.objects.filter(person=who, finished=None)
    running = set(tests.values_list("course", flat=True)) if rows else set()
    return [
        Due(row, rulebook.courses.get(row.course), row.due < today, row.course in running) for row in rows
    ]


def short(who: Person, rulebook: Rulebook, at: Instant) -> list[Short]:
    """Lessons that wait for somebody."""
    today = day_of(at)
    rows = MicroLesson.objects.filter(person=who, state=MicroLesson.State.OPEN).order_by("due", "pk")
    rules = rulebook.rules
    return [
        Short(row, rules[row.rule].title if row.rule in rules else row.rule, row.due < today) for row in rows
    ]


def held(who: Person, at: Instant) -> list[Held]:
    """Their certificates, the one that ends first at the top; of each course the newest."""
    newest = {row.course: row for row in Certificate.objects.filter(person=who).order_by("passed", "pk")}
    rows = sorted(newest.values(), key=lambda one: (one.until, one.title))
    return [Held(row, row.until > at, at < row.until <= at + AHEAD) for row in rows]


def certificate(who: Person, uid: str) -> Certificate | None:
    """One's own, or of somebody whose training one may see."""
    row = Certificate.objects.filter(uid=uid).select_related("person").first()
    if row is None or (row.person_id != who.pk and not may(who, "see training", row.person)):
        return None
    return row
