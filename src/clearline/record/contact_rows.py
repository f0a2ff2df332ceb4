"""A contact as its events tell it: how it is reached, where it may be, what it agreed to, and what it bought."""

from collections.abc import Iterable, Sequence
from typing import Any

import phonenumbers
from phonenumbers import timezone

from clearline.engine.durations import Calendar, Span, reach
from clearline.engine.events import Event
from clearline.evidence import many
from clearline.formats.phones import number_in_full
from clearline.record.models import Consent, Contact, ContactPoint, Relationship

LASTING = {
    "order.placed": ("order", Span(18, "mo", "18mo")),
    "contact.inquired": ("inquiry", Span(3, "mo", "3mo")),
}
"""How long an established business relationship lasts: 18 months from a purchase, 3 from an inquiry (16 CFR 310.2(q))."""
STOPPING = frozenset({"dnc.requested", "dnc.added"})
TELLING = frozenset(
    {
        "contact.created",
        "contact.updated",
        "contact.seen",
        "consent.given",
        "consent.revoked",
        *STOPPING,
        *LASTING,
    }
)
"""Events that change what is known of a contact."""

_POINTS = {
    "number": ContactPoint.Kind.PHONE,
    "email": ContactPoint.Kind.EMAIL,
    "address": ContactPoint.Kind.POST,
}
_UNKNOWN_ZONE = "Etc/Unknown"
_CHANNELS = {"phone": "call", "voice": "call", "sms": "text", "any": ""}
"""Other words for a channel; one that is for any channel names none."""


class _Rows:
    """The rows that hang on some contacts."""

    def __init__(self) -> None:
        self.points: list[ContactPoint] = []
        self.consents: list[Consent] = []
        self.relationships: list[Relationship] = []


def renew_contacts(told: Sequence[tuple[Contact, Sequence[Event]]]) -> None:
    """Writes contacts and all that hangs on them anew from their events."""
    standing = [(contact, events) for contact, events in told if contact.erased is None]
    if not standing:
        return
    rows = _Rows()
    for contact, events in standing:
        _fold(contact, events, rows)
    contacts = [contact for contact, _ in standing]
    many.update(
        Contact,
        ["name", "language", "places", "zones"],
        [(one.name, one.language, one.places, one.zones, one.pk) for one in contacts],
    )
    for some in (contacts[at : at + 5_000] for at in range(0, len(contacts), 5_000)):
        ContactPoint.objects.filter(contact__in=some).delete()
        Consent.objects.filter(contact__in=some).delete()
        Relationship.objects.filter(contact__in=some).delete()
    ContactPoint.objects.bulk_create(rows.points, batch_size=2_000)
    Consent.objects.bulk_create(rows.consents, batch_size=2_000)
    Relationship.objects.bulk_create(rows.relationships, batch_size=2_000)


def renew_contact(contact: Contact, events: Sequence[Event]) -> None:
    """The same for one."""
    renew_contacts([(contact, events)])


def _fold(contact: Contact, events: Iterable[Event], rows: _Rows) -> None:
    """The contact as its events tell it, from nothing."""
    contact.name = contact.language = ""
    contact.places, contact.zones = [], []
    points: dict[tuple[str, str], ContactPoint] = {}
    consents: list[Consent] = []
    events = list(events)
    for event in events:
        if event.type in {"contact.created", "contact.updated"}:
            _update(contact, event, points)
        elif event.type == "consent.given":
            consents.append(_consent(contact, event))
        elif event.type == "consent.revoked" or event.type in STOPPING:
            _revoke(consents, event)
        elif event.type in LASTING:
            rows.relationships.append(_relationship(contact, event))
    for event in events:
        if event.type == "contact.seen":
            _see(contact, event, points)
    _place(contact, points.values())
    rows.points += points.values()
    rows.consents += consents


def _relationship(contact: Contact, event: Event) -> Relationship:
    basis, span = LASTING[event.type]
    seller = _text(event.data.get("seller"), 120)
    until = reach(event.at, span, Calendar())
    return Relationship(
        contact=contact, basis=basis, seller=seller, event=event.id, since=event.at, until=until
    )


def zones_of(number: str) -> list[str]:
    """Every time zone that a number in E.164 may be in; the number alone does not tell which."""
    found = timezone.time_zones_for_number(phonenumbers.parse(number))
    return sorted(zone for zone in found if zone != _UNKNOWN_ZONE)


def _update(contact: Contact, event: Event, points: dict[tuple[str, str], ContactPoint]) -> None:
    """What an event does not say stays as it was."""
    data = event.data
    contact.name = _text(data.get("name"), 200) or contact.name
    contact.language = _text(data.get("language"), 16) or contact.language
    contact.places = _texts(data["places"]) if "places" in data else contact.places
    contact.zones = _texts(data["zone"]) if "zone" in data else contact.zones
    for name, kind in _POINTS.items():
        if name in data:
            for known in [key for key in points if key[0] == kind]:
                del points[known]
    _add_points(contact, event, points)


def _see(contact: Contact, event: Event, points: dict[tuple[str, str], ContactPoint]) -> None:
    """What an order or a ticket shows of somebody adds to what is known, and never takes the place of it."""
    data = event.data
    contact.name = contact.name or _text(data.get("name"), 200)
    contact.language = contact.language or _text(data.get("language"), 16)
    contact.places = [*contact.places, *_texts(data.get("places", []))]
    contact.zones = [*contact.zones, *_texts(data.get("zone", []))]
    _add_points(contact, event, points)


def _add_points(contact: Contact, event: Event, points: dict[tuple[str, str], ContactPoint]) -> None:
    for name, kind in _POINTS.items():
        for value in _texts(event.data.get(name, [])):
            full = number_in_full(value) if kind is ContactPoint.Kind.PHONE else None
            row = ContactPoint(contact=contact, kind=kind, value=(full or value)[:200], since=event.at)
            row.zones = zones_of(full) if full else []
            row.places = _region(full) if full else []
            points.setdefault((kind, row.value), row)


def _region(number: str) -> list[str]:
    region = phonenumbers.region_code_for_number(phonenumbers.parse(number))
    return [region] if region else []


def _place(contact: Contact, points: Iterable[ContactPoint]) -> None:
    """Every place and zone that the contact may be in: those that were told, and those of its numbers."""
    points = list(points)
    contact.zones = sorted({*contact.zones, *(zone for point in points for zone in point.zones)})
    contact.places = sorted({*contact.places, *(place for point in points for place in point.places)})


def _consent(contact: Contact, event: Event) -> Consent:
    data = event.data
    return Consent(
        contact=contact,
        kind=_text(data.get("kind"), 40),
        purpose=_text(data.get("purpose"), 40),
        channel=_text(data.get("channel"), 20),
        technology=_text(data.get("technology"), 40),
        number=_text(data.get("number"), 40),
        seller=_text(data.get("seller"), 120),
        wording=_text(data.get("wording"), 4_000),
        event=event.id,
        granted=event.at,
    )


def _revoke(consents: Iterable[Consent], event: Event) -> None:
    """A revocation takes back what it names: where it names no purpose or channel, all of them.

    A consent that names none was for calls, too; the end of a newsletter does not take it back. Who asks not to be called
    takes back every consent to calls and messages, in whatever way they asked.
    """
    purpose, channel = event.data.get("purpose"), _channel(_text(event.data.get("channel"), 20))
    for consent in consents:
        agreed = _channel(consent.channel)
        if event.type in STOPPING:
            named = agreed != "email"
        else:
            named = (purpose in (None, consent.purpose) or not consent.purpose) and (
                channel in ("", agreed) or (not agreed and channel != "email")
            )
        if named and consent.revoked is None:
            consent.revoked, consent.revoked_by = event.at, event.id


def _channel(told: str) -> str:
    told = told.strip().casefold()
    return _CHANNELS.get(told, told)


def _text(value: Any, longest: int) -> str:
    return str(value)[:longest] if isinstance(value, str | int | float) else ""


def _texts(value: Any) -> list[str]:
    """One text or several: a contact may have two numbers."""
    several = value if isinstance(value, list) else [value]
    return [str(one)[:200] for one in several if isinstance(one, str) and one]
