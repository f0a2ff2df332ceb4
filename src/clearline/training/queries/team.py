"""Who is on time, who is late, whose certificates end."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Exists, OuterRef

from clearline.engine.events import Instant
from clearline.people.models import Person
from clearline.people.queries import within
from clearline.record.days import day_of
from clearline.rulebook.rulebook import Rulebook
from clearline.training.lasting import AHEAD
from clearline.training.models import Assignment, Certificate, MicroLesson


class Ending(NamedTuple):
    """A certificate that ends within four weeks, or has ended and was not renewed."""

    person: Person
    row: Certificate
    over: bool


class Standing(NamedTuple):
    """How somebody stands."""

    person: Person
    open: list[tuple[Assignment, str, bool]]  # what they have to do: with its title, and whether it is late
    lessons: int  # short ones that wait
    late_lessons: int
    certificates: int  # that count
    ending: list[Ending]

    @property
    def late(self) -> int:
        return sum(late for _, _, late in self.open) + self.late_lessons

    @property
    def over(self) -> bool:
        """Whether a certificate has ended."""
        return any(one.over for one in self.ending)


def standing(who: Person, rulebook: Rulebook, at: Instant, team: str = "") -> list[Standing]:
    """Everybody within reach, those who are late first."""
    people = within(who, "see training").filter(is_active=True).select_related("team")
    if team:
        people = people.filter(team__uid=team)
    found = list(people.order_by("name", "pk"))
    open_, lessons = _open(found), _lessons(found)
    certificates = _newest(found)
    today = day_of(at)
    rows = []
    for one in found:
        courses = [(row, _title(rulebook, row.course), row.due < today) for row in open_[one.pk]]
        held = certificates[one.pk]
        ending = [Ending(one, row, row.until <= at) for row in held if row.until <= at + AHEAD]
        late = sum(row.due < today for row in lessons[one.pk])
        valid = sum(row.until > at for row in held)
        rows.append(Standing(one, courses, len(lessons[one.pk]), late, valid, ending))
    return sorted(rows, key=lambda one: (-one.late, -len(one.ending), one.person.name))


def counted(who: Person, at: Instant) -> tuple[int, int]:
    """How many others within reach are late, and how many have a certificate that ends or has ended; in two questions."""
    people, today = within(who, "see training").filter(is_active=True).exclude(pk=who.pk), day_of(at)
    late = [
        kind.objects.filter(person__in=people, state=kind.State.OPEN, due__lt=today).values_list("person")
        for kind in (Assignment, MicroLesson)
    ]
    newer = Certificate.objects.filter(
        person=OuterRef("person"), course=OuterRef("course"), until__gt=OuterRef("until")
    )
    ending = Certificate.objects.filter(~Exists(newer), person__in=people, until__lte=at + AHEAD)
    return late[0].union(late[1]).count(), ending.values("person").distinct().count()


def _open(people: Sequence[Person]) -> dict[int, list[Assignment]]:
    found = defaultdict(list)
    rows = Assignment.objects.filter(person__in=people, state=Assignment.State.OPEN)
    for row in rows.order_by("due", "course"):
        found[row.person_id].append(row)
    return found


def _lessons(people: Sequence[Person]) -> dict[int, list[MicroLesson]]:
    found = defaultdict(list)
    for row in MicroLesson.objects.filter(person__in=people, state=MicroLesson.State.OPEN):
        found[row.person_id].append(row)
    return found


def _newest(people: Sequence[Person]) -> dict[int, list[Certificate]]:
    newest: dict[tuple[int, str], Certificate] = {}
    for row in Certificate.objects.filter(person__in=people).order_by("passed", "pk"):
        newest[row.person_id, row.course] = row
    found = defaultdict(list)
    for row in sorted(newest.values(), key=lambda one: (one.until, one.title)):
        found[row.person_id].append(row)
    return found


def _title(rulebook: Rulebook, course: str) -> str:
    return rulebook.courses[course].title if course in rulebook.courses else course
