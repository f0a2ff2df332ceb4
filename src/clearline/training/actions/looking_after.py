"""What the house does by itself: courses for whoever joins, again when something changes or ends, none that is taught no more."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from clearline.engine.events import Event, Instant
from clearline.people.models import Person
from clearline.record.days import day_of
from clearline.record.judging import Judging
from clearline.record.models import Event as Stored
from clearline.record.watching import Watches, read
from clearline.rulebook.courses import Course
from clearline.rulebook.rulebook import Rulebook
from clearline.training.actions.assigning import Wanted, assigned, in_days, withdrawn
from clearline.training.actions.requiring import agents, asked_of
from clearline.training.actions.testing import certified
from clearline.training.entering import Step, entered
from clearline.training.lasting import AHEAD
from clearline.training.models import Assignment, Certificate, Requirement, Seen

GONE: Final = "The course is not taught any more."
OF: Final = "certificate"  # in the event that tells a certificate again
ELSEWHERE: Final = "It was passed elsewhere."
_LATELY: Final = 500  # events in a part


@dataclass(frozen=True, slots=True)
class _Standing:
    """What there is: the newest certificate of each person and course, and what was ever assigned because of a role."""

    certificates: dict[tuple[int, str], Certificate]
    given: set[tuple[int, str, str]]  # person, course, version: assigned as they stand


def looked_after(judging: Judging, at: Instant, watches: Watches) -> list[Assignment]:
    """Brings all of it up to date; what was assigned."""
    rulebook = judging.rulebook
    with transaction.atomic():
        _credited(rulebook, at, watches)
        _cleared(rulebook, at, watches)
        for row in Requirement.objects.all():
            asked_of(None, agents(), row.course, at, watches)
        people = list(Person.objects.filter(is_active=True).order_by("pk"))
        standing = _standing()
        changed = _changed(rulebook)
        wanted = [
            one
            for person in people
            for course in taught(judging)
            if (one := _wanted(person, course, standing, changed, at)) is not None
        ]
        return assigned(None, wanted, at, watches) if wanted else []


def taught(judging: Judging) -> list[Course]:
    """The courses of packs that concern the shop, by title."""
    book, packs = judging.rulebook, judging.packs
    ruling = {rule.pack for rule in book.rules.values()}  # the others concern everybody
    found = [
        one
        for one in book.courses.values()
        if packs is None or one.pack not in ruling or {one.pack, *one.serves} & packs
    ]
    return sorted(found, key=lambda one: one.title)


def _wanted(
    person: Person, course: Course, standing: _Standing, changed: dict[str, list[str]], at: Instant
) -> Wanted | None:
    """What somebody has to do about a course; nothing where they have it, or had it taken off them by a person."""
    because = Assignment.Because
    held = standing.certificates.get((person.pk, course.id))
    if held is None:
        if person.role in course.roles and not _given(standing, person, course):
            return Wanted(person, course, because.ROLE, in_days(at))
        return None
    if held.until <= at + AHEAD and not _given(standing, person, course, since=held):
        return Wanted(person, course, because.EXPIRY, max(day_of(held.until), in_days(at, 7)))
    if held.version and _meaning(held.version) != _meaning(course.version):
        if not _given(standing, person, course):
            return Wanted(person, course, because.VERSION, in_days(at))
        return None
    if course.id in changed and held.until > at:
        return Wanted(person, course, because.RULE, in_days(at), ", ".join(changed[course.id]))
    return None


def _given(standing: _Standing, person: Person, course: Course, since: Certificate | None = None) -> bool:
    """Whether this version was assigned to them before; or anything was, since a certificate."""
    if since is not None:
        return Assignment.objects.filter(
            person=person, course=course.id, assigned__gt=since.passed, because=Assignment.Because.EXPIRY
        ).exists()
    return (person.pk, course.id, _meaning(course.version)) in standing.given


def _standing() -> _Standing:
    rows = Certificate.objects.order_by("passed", "pk")
    given = Assignment.objects.values_list("person", "course", "version")
    return _Standing(
        {(row.person_id, row.course): row for row in rows},
        {(person, course, _meaning(version)) for person, course, version in given},
    )


def _meaning(version: str) -> str:
    """The hash of a version: its number may be counted anew."""
    return version.rpartition("-")[2]


def _changed(rulebook: Rulebook) -> dict[str, list[str]]:
    """Courses with the titles of their rules that have changed since the last look; at the first look none have."""
    of_rule: dict[str, set[str]] = defaultdict(set)
    for course in rulebook.courses.values():
        for name in course.rules:
            of_rule[name].add(course.id)
    for rule in rulebook.rules.values():
        if rule.lesson in rulebook.courses:
            of_rule[rule.id].add(rule.lesson)
    seen = dict(Seen.objects.values_list("rule", "version"))
    found: dict[str, list[str]] = defaultdict(list)
    for name in sorted(of_rule):
        rule = rulebook.rules[name]
        if name in seen and _meaning(seen[name]) != _meaning(rule.version):
            for course_id in of_rule[name]:
                found[course_id].append(rule.title)
        if seen.get(name) != rule.version:
            Seen.objects.update_or_create(rule=name, defaults={"version": rule.version})
    return dict(found)


def _credited(rulebook: Rulebook, at: Instant, watches: Watches) -> None:
    """Rows for events `course.passed` that came from elsewhere; what was assigned by then is owed no more."""
    people = {one.agent: one for one in Person.objects.exclude(agent=None)}
    people |= {str(one.uid): one for one in Person.objects.all()}
    told = set()
    known = set(Certificate.objects.values_list("entry", flat=True))
    for event, entry in _passed():
        told.add((event.subjects.get("agent"), event.data.get("course"), event.at))
        if entry in known or OF in event.data:
            continue
        person = people.get(event.subjects.get("person", "")) or people.get(event.subjects.get("agent", ""))
        course = str(event.data.get("course", ""))
        if person is None or not course:
            continue
        title = rulebook.courses[course].title if course in rulebook.courses else course
        open_ = Assignment.objects.filter(person=person, course=course, state=Assignment.State.OPEN)
        if "person" not in event.subjects:
            for row in open_.filter(assigned__lte=event.at):
                withdrawn(None, row, ELSEWHERE, at, watches)
        certified(person, course, title, event.at, entry, rulebook)
    _moved(told, at, watches)


def _moved(told: Collection[tuple[str | None, Any, Instant]], at: Instant, watches: Watches) -> None:
    """Whoever got another id in the telephony keeps their certificates, and the gate learns it."""
    rows = Certificate.objects.filter(until__gt=at, person__is_active=True).exclude(person__agent=None)
    steps = [
        Step(
            row.person,
            f"certificate.{row.uid}.{row.person.agent}",
            "course.passed",
            {"course": row.course, "version": row.version, OF: row.uid},
            row.passed,
        )
        for row in rows.select_related("person")
        if (row.person.agent, row.course, row.passed) not in told
    ]
    if steps:
        entered(None, steps, at, watches)


def _passed() -> Iterator[tuple[Event, int]]:
    rows = Stored.objects.filter(type="course.passed", body__isnull=False).order_by("at", "pk")
    for entry, body in rows.values_list("entry", "body").iterator(_LATELY):
        yield read(bytes(body or b"")), entry


def _cleared(rulebook: Rulebook, at: Instant, watches: Watches) -> None:
    """Courses that are gone, and people who have left, owe nothing; a course that can't be read just now is not gone."""
    there = set(rulebook.courses) | {path.parent.name for path in rulebook.beside}
    for row in Assignment.objects.filter(state=Assignment.State.OPEN).select_related("person"):
        if row.course not in there:
            withdrawn(None, row, GONE, at, watches)
        elif not row.person.is_active:
            withdrawn(None, row, "They work here no more.", at, watches)
