"""What is known of lists: which are current and when they must be fetched again, what waits for a person."""

from typing import Final

from django.db.models import QuerySet

from clearline.engine.events import SECOND, Instant
from clearline.gate.lists import names
from clearline.gate.lists.names import Sort
from clearline.gate.models import Snapshot
from clearline.record.models import Job

DAY: Final = 86_400 * SECOND
SOON: Final = 6 * DAY  # before that a page says so
LOAD: Final = "gate.load"  # the kind of job that loads what was uploaded
SHOWN: Final = 20


def current() -> QuerySet[Snapshot]:
    """The current snapshots, by name."""
    return Snapshot.objects.filter(state=Snapshot.State.CURRENT).order_by("name")


def held() -> QuerySet[Snapshot]:
    """Snapshots that wait for a person, the latest first."""
    return Snapshot.objects.filter(state=Snapshot.State.HELD).order_by("-loaded")


def former() -> QuerySet[Snapshot]:
    """The latest snapshots that are not asked any more, and those that were refused."""
    states = (Snapshot.State.PAST, Snapshot.State.REFUSED)
    return Snapshot.objects.filter(state__in=states).order_by("-loaded", "-pk")[:SHOWN]


def coming() -> QuerySet[Job]:
    """Uploads that are being read."""
    return Job.objects.filter(kind=LOAD, done=None).order_by("pk")


def due(row: Snapshot) -> Instant | None:
    """By when the list has to be fetched again; None where no law that we know says."""
    return None if names.sort(row.name) is Sort.LITIGATORS else row.made + names.oldest(row.name)
