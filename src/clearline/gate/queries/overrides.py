"""Overrides, as far as somebody's role reaches."""

from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from clearline.engine.events import Instant
from clearline.gate.models import Override
from clearline.people.models import Person
from clearline.people.permissions import Reach
from clearline.people.permissions import reach as reaches
from clearline.record.models import Event
from clearline.record.queries import reach

SHOWN: Final = 100
STEPS: Final = ("asked", "approved", "refused")


def overrides(who: Person) -> QuerySet[Override]:
    """All, or those that they asked for or that are about a contact within reach."""
    far = reaches(who, "see overrides")
    if far is None:
        return Override.objects.none()
    rows = Override.objects.select_related("asked_by", "approved_by")
    if far is Reach.ALL:
        return rows
    return rows.filter(Q(asked_by=who) | Exists(reach.contacts(who).filter(subject=OuterRef("contact"))))


def override(who: Person, uid: str) -> Override:
    """One that they may see; Override.DoesNotExist for all others, there or not."""
    return overrides(who).get(uid=uid)


def waiting(who: Person, at: Instant) -> list[Override]:
    """Those that wait for a second person, the ones that end first in front."""
    rows = overrides(who).filter(approved=None, refused=None, until__gt=at)
    return list(rows.order_by("until", "pk")[:SHOWN])


def decided(who: Person, at: Instant) -> list[Override]:
    """Those that were decided, or that nobody decided in time; the newest first."""
    rows = overrides(who).exclude(approved=None, refused=None, until__gt=at)
    return list(rows.order_by("-asked", "-pk")[:SHOWN])


def standing(row: Override, at: Instant) -> str:
    """waiting, refused, stands, ended (its time is over) or lapsed (nobody decided in time)."""
    if row.refused is not None:
        return "refused"
    if row.approved is not None:
        return "stands" if at < row.until else "ended"
    return "waiting" if at < row.until else "lapsed"


def entries(row: Override) -> dict[str, int]:
    """The log's entries of its steps."""
    names = {f"override.{row.uid}.{step}": step for step in STEPS}
    found = Event.objects.filter(source="clearline", name__in=names).values_list("name", "entry")
    return {names[name]: entry for name, entry in found}
