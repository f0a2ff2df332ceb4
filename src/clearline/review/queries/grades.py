"""Grades, samples and what waits for a grader, as far as somebody's role reaches."""

from typing import Final, NamedTuple

from django.db.models import Count, Q, QuerySet

from clearline.people.models import Person
from clearline.people.permissions import MAY, Reach, may
from clearline.people.permissions import reach as reaches
from clearline.record.queries import reach
from clearline.review.models import Grade, Grading, Sample
from clearline.review.queries.given import Of, given_of

SHOWN: Final = 100


class Listed(NamedTuple):
    """A grade with what may be said of it now."""

    grade: Grade
    of: Of
    standing: str  # waiting, apart (they differ), settled, released, erased


def grades(who: Person) -> QuerySet[Grade]:
    """Those of calls within reach, and those that they were given to grade; an agent's once they are released."""
    far = reaches(who, "see grades")
    if far is None:
        return Grade.objects.none()
    rows = Grade.objects.select_related("call__timeline", "sample", "agreed", "released_by")
    if far is Reach.ALL:
        return rows
    within = Q(agent__in=reach.agents(who, "see grades") or [])
    if far is Reach.OWN:
        return rows.filter(within).exclude(released=None)
    given = Grading.objects.filter(grader=who).values("grade")
    return rows.filter(within | Q(pk__in=given))


def grade(who: Person, uid: str) -> Grade:
    """One that they may see; Grade.DoesNotExist for all others, there or not."""
    return grades(who).get(uid=uid)


def listed(rows: QuerySet[Grade], shown: int = SHOWN) -> list[Listed]:
    """The newest, each with how it stands. Answers are in it: `seen` says whether they may be shown yet."""
    found = list(rows.order_by("-asked", "-pk")[:shown])
    of = given_of(found)
    return [Listed(one, of[one.pk], standing(one, of[one.pk])) for one in found]


def standing(row: Grade, of: Of) -> str:
    """How far it is."""
    if of.erased:
        return "erased"
    if row.done is None:
        return "waiting"
    if row.released is not None:
        return "released"
    return "apart" if of.settled is None else "settled"


def takes_part(who: Person, row: Grade) -> bool:
    """Whether they were given it to grade."""
    return row.gradings.filter(grader=who).exists()


def queue(who: Person) -> QuerySet[Grading]:
    """What they still have to grade: those that are due first in front, then the oldest."""
    rows = (
        Grading.objects.filter(grader=who, done=None) if may(who, "grade calls") else Grading.objects.none()
    )
    return rows.select_related("grade__call__timeline", "grade__sample").order_by(
        "grade__sample__due", "grade__asked", "pk"
    )


def own(who: Person, uid: str) -> Grading:
    """Their own part of a grade; Grading.DoesNotExist where they have none."""
    rows = Grading.objects.filter(grader=who) if may(who, "grade calls") else Grading.objects.none()
    return rows.select_related("grade__call__timeline", "grade__call__contact", "grade__sample").get(
        grade__uid=uid
    )


def samples(who: Person) -> QuerySet[Sample]:
    """All of them, with how many gradings were asked for and how many are done."""
    rows = Sample.objects.select_related("by") if may(who, "see samples") else Sample.objects.none()
    return rows.annotate(
        asked=Count("grades__gradings"),
        answered=Count("grades__gradings", filter=Q(grades__gradings__done__isnull=False)),
    ).order_by("-seeded", "-pk")


def sample(who: Person, uid: str) -> Sample:
    """One that they may see; Sample.DoesNotExist for all others, there or not."""
    return samples(who).get(uid=uid)


def graders(who: Person) -> QuerySet[Person]:
    """Those whom they may ask to grade; who does this is no secret to those who ask."""
    if not (may(who, "draw samples") or may(who, "open calibrations")):
        return Person.objects.none()
    return Person.objects.filter(role__in=list(MAY["grade calls"]), is_active=True).order_by("name", "pk")
