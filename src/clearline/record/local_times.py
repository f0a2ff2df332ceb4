"""What time it is now wherever a contact may be."""

from datetime import UTC, datetime
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from clearline.engine.events import SECOND, Instant
from clearline.record.models import Contact, ContactPoint


class LocalTime(NamedTuple):
    """A zone, what time it is there (empty where nobody knows the zone), and the points that may be in it."""

    zone: str
    now: str
    points: list[ContactPoint]


def local_times(contact: Contact, points: list[ContactPoint], at: Instant) -> list[LocalTime]:
    """Every zone that a contact may be in, the earliest time of day first."""
    moment = datetime.fromtimestamp(at // SECOND, UTC)
    found = [(_there(zone, moment), zone) for zone in contact.zones]
    ordered = sorted(found, key=lambda one: (one[0] is None, one[0] and one[0].replace(tzinfo=None), one[1]))
    return [
        LocalTime(zone, f"{there:%A %H:%M}" if there else "", [one for one in points if zone in one.zones])
        for there, zone in ordered
    ]


def _there(zone: str, moment: datetime) -> datetime | None:
    return moment.astimezone(ZoneInfo(zone)) if zone in _zones() else None


@cache
def _zones() -> set[str]:
    return available_timezones()
