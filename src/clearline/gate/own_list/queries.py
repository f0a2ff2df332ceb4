"""What stands on the own do-not-call list, and what vendors have not confirmed yet."""

from typing import NamedTuple

from django.db.models import Min, QuerySet

from clearline.engine.events import Instant
from clearline.gate.models import DoNotCall, Vendor
from clearline.people.models import Person
from clearline.people.permissions import may


class Owes(NamedTuple):
    """A vendor, how many lines they have not confirmed, and since when the first of them waits."""

    vendor: Vendor
    lines: int
    since: Instant | None


def lines(who: Person, since: int = -1) -> QuerySet[DoNotCall]:
    """The lines after an entry of the log, in order; none for those who may not exchange the list."""
    rows = DoNotCall.objects.filter(entry__gt=since).order_by("entry", "pk")
    return rows if may(who, "exchange the own list") else rows.none()


def count(who: Person) -> int:
    """How many numbers stand on it."""
    rows = DoNotCall.objects.values("number").distinct()
    return rows.count() if may(who, "see lists") else 0


def owing(who: Person) -> list[Owes]:
    """All vendors who have a copy, with what they owe."""
    if not may(who, "see lists"):
        return []
    found = []
    for vendor in Vendor.objects.filter(until=None).order_by("name"):
        waits = DoNotCall.objects.filter(entry__gt=vendor.copied)
        first = waits.aggregate(first=Min("at"))["first"]
        found.append(Owes(vendor, waits.count(), None if first is None else max(first, vendor.since)))
    return found
