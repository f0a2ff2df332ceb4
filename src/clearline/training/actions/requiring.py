"""Agents sell only with a course: an officer says so, and each agent's timeline, which the gate reads, learns it."""

from collections.abc import Iterable

from django.db import transaction

from clearline.engine.events import Instant
from clearline.people.models import Person, Role
from clearline.record.errors import RefusedError
from clearline.record.models import EventOn
from clearline.record.watching import Watches, read
from clearline.rulebook.rulebook import Rulebook
from clearline.training.entering import Step, entered, let
from clearline.training.lasting import gates
from clearline.training.models import Requirement


def required(by: Person, course: str, rulebook: Rulebook, at: Instant, watches: Watches) -> Requirement:
    """From now on the gate lets only those sell who hold the certificate."""
    let(by, "require courses")
    if course not in gates(rulebook):
        raise RefusedError(f"no rule of the gate asks for the course {course}")
    with transaction.atomic():
        row, _ = Requirement.objects.get_or_create(course=course, defaults={"since": at, "by": by})
        asked_of(by, agents(), course, at, watches)
    return row


def waived(by: Person, course: str, at: Instant, watches: Watches) -> None:
    """The gate lets everybody sell again, certified or not."""
    let(by, "require courses")
    with transaction.atomic():
        if not Requirement.objects.filter(course=course).delete()[0]:
            return
        stood = asked([one.agent or "" for one in agents()], course)
        steps = [
            Step(one, f"{course}.{one.uid}.waived.{at}", "course.waived", {"course": course}, at)
            for one in agents()
            if one.agent in stood
        ]
        if steps:
            entered(by, steps, at, watches)


def asked_of(by: Person | None, people: Iterable[Person], course: str, at: Instant, watches: Watches) -> None:
    """Tells the timelines of those who take calls and do not know it yet."""
    people = [one for one in people if one.agent]
    known = asked([one.agent or "" for one in people], course)
    steps = [
        Step(one, f"{course}.{one.agent}.required.{at}", "course.required", {"course": course}, at)
        for one in people
        if one.agent not in known
    ]
    if steps:
        entered(by, steps, at, watches)


def agents() -> list[Person]:
    """Everybody who takes calls."""
    return list(Person.objects.filter(role=Role.AGENT, is_active=True).exclude(agent=None))


def asked(agents: Iterable[str], course: str) -> set[str]:
    """Those agents of whom a course is required, by their timelines."""
    rows = EventOn.objects.filter(
        timeline__kind="agent",
        timeline__subject__in=list(agents),
        event__type__in=["course.required", "course.waived"],
        event__body__isnull=False,
    )
    found: dict[str, bool] = {}
    for subject, body in rows.order_by("at", "pk").values_list("timeline__subject", "event__body"):
        event = read(bytes(body or b""))
        if event.data.get("course") == course:
            found[subject] = event.type == "course.required"
    return {subject for subject, on in found.items() if on}
