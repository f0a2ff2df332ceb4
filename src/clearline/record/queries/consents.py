"""The registry of consents: what was agreed to, in which words, and where the log holds what shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.db.models import Exists, OuterRef

from clearline.people.models import Person
from clearline.people.permissions import Reach
from clearline.people.permissions import reach as reaches
from clearline.record.models import Consent, Event, EventOn
from clearline.record.queries import reach
from clearline.record.queries.parts import Order, Part, cursor, part
from clearline.record.watching import read

ORDER: Final = Order("-granted", "granted", "granted")
LOOKED: Final = 5_000
CHOICES: Final = ("kind", "purpose", "channel", "technology")


class Evidence(NamedTuple):
    """A consent with the log's entries of the events that gave it and took it back."""

    consent: Consent
    granted: int | None
    revoked: int | None
    shown: str  # by what the person gave it: web form, call, letter


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks the registry for; what is empty is not asked for."""

    kind: str = ""
    purpose: str = ""
    channel: str = ""
    technology: str = ""
    stands: str = ""  # yes or no
    place: str = ""  # a cursor


def consents(who: Person, wanted: Wanted) -> Part[Consent]:
    """Consents of the contacts within reach, the newest first."""
    rows = Consent.objects.select_related("contact").prefetch_related("contact__points")
    if reaches(who, "see consents") is not Reach.ALL:
        rows = rows.filter(Exists(reach.contacts(who).filter(pk=OuterRef("contact"))))
    rows = rows.filter(**{name: value for name in CHOICES if (value := getattr(wanted, name))})
    if wanted.stands:
        rows = rows.filter(revoked__isnull=wanted.stands == "yes")
    return part(rows, Consent.objects.all(), ORDER, cursor(wanted.place, ORDER))


def words() -> dict[str, list[str]]:
    """The words that the newest consents are told in: kinds, purposes, channels, technologies."""
    newest = Consent.objects.order_by("-granted", "-pk").values(*CHOICES)[:LOOKED]
    told: dict[str, set[str]] = {name: set() for name in CHOICES}
    for row in newest:
        for name, found in told.items():
            found.add(row[name])
    return {name: sorted(found - {""}) for name, found in told.items()}


def evidence(consents: Sequence[Consent]) -> list[Evidence]:
    """Where the log holds what gave each consent and what took it back."""
    times = {at for one in consents for at in (one.granted, one.revoked) if at is not None}
    rows = EventOn.objects.filter(
        timeline__kind="contact",
        timeline__subject__in={one.contact.subject for one in consents},
        at__in=times,
    ).select_related("event")
    events = {f"{row.event.source}/{row.event.name}": row.event for row in rows}
    return [
        Evidence(
            one,
            _entry(events.get(one.event)),
            _entry(events.get(one.revoked_by)),
            _shown(events.get(one.event)),
        )
        for one in consents
    ]


def _entry(event: Event | None) -> int | None:
    return None if event is None else event.entry


def _shown(event: Event | None) -> str:
    if event is None or event.body is None:
        return ""
    return str(read(bytes(event.body)).data.get("evidence", ""))[:200]
