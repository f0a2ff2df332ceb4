"""Connections as they are asked for: by their page, and by the edge that takes deliveries in."""

from collections.abc import Collection
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from django.db.models import QuerySet

from clearline.engine.events import Instant
from clearline.formats.streaming.frames import name_of
from clearline.intake.models import Connection
from clearline.people.models import Person
from clearline.people.permissions import may
from clearline.people.sealing import opened
from clearline.record.models import Event

SECRET, OLDER = "secret", "older"


class Sender(NamedTuple):
    """A connection with its secrets opened, the newest first."""

    pk: int
    name: str
    prefix: str
    seller: str
    secrets: tuple[str, ...]


def connections(who: Person) -> QuerySet[Connection]:
    """All connections, for whoever may see how the installation is set up."""
    rows = Connection.objects.order_by("name")
    return rows if may(who, "see settings") else rows.none()


def senders(kind: str) -> list[Sender]:
    """Who may send deliveries of this kind."""
    return [
        Sender(row.pk, row.name, row.prefix, row.seller, _secrets(row))
        for row in Connection.objects.filter(kind=kind).order_by("pk")
    ]


def newest(row: Connection) -> str | None:
    """Its secret; None where this home can't open it, as after a backup that was restored without its keys."""
    return _opened(row.secret, row, SECRET)


def _secrets(row: Connection) -> tuple[str, ...]:
    found = (newest(row), _opened(row.older, row, OLDER) if row.older else None)
    return tuple(one for one in found if one is not None)


def _opened(kept: bytes | memoryview, row: Connection, place: str) -> str | None:
    try:
        return opened(bytes(kept), str(row.uid), place)
    except InvalidTag:
        return None


def began(source: str, calls: Collection[str]) -> dict[str, Instant]:
    """When calls of a sender started, of those whose start is stored."""
    names = {name_of(call, "started"): call for call in calls}
    rows = Event.objects.filter(source=source, name__in=names).values_list("name", "at")
    return {names[name]: at for name, at in rows}


def stored(source: str, names: Collection[str]) -> set[str]:
    """Which of a sender's events are stored, by the ids that it gave them."""
    return set(Event.objects.filter(source=source, name__in=names).values_list("name", flat=True))


def connected() -> list[tuple[str, str]]:
    """Everybody who is connected: the name, and what it is."""
    return [(one.name, one.get_kind_display()) for one in Connection.objects.order_by("name")]
