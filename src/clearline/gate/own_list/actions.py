"""Writes the own do-not-call list: a request is on it at once, at every contact of its number, and vendors are owed it."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from django.db import transaction
from django.db.models import Max

from clearline.engine.events import Event, Instant
from clearline.evidence.actions import done, lock
from clearline.formats.phones import number_in_full
from clearline.gate.models import DoNotCall, Vendor
from clearline.gate.organisation import organisation
from clearline.record.actions.append import Outcome, Received, append
from clearline.record.errors import RefusedError
from clearline.record.identities import NAMELESS
from clearline.record.models import ContactPoint, EventOn, Timeline
from clearline.record.models import Event as Stored
from clearline.record.watching import Watches, read

SOURCE: Final = "clearline"
REQUESTED, ADDED, DUE, COPIED = "dnc.requested", "dnc.added", "dnc.copy_due", "dnc.copied"
_AFTER: Final = 1 << 30  # steps of one instant keep their order: these follow whatever else stands there
CHANNELS: Final = ("call", "text", "mail", "web", "person")


class Request(NamedTuple):
    """Somebody asks not to be called: by their number, or as a contact with all numbers of theirs."""

    number: str = ""  # in E.164
    contact: str = ""
    channel: str = "call"
    call: str = ""  # on which they said so
    asked: Instant | None = None  # now, where nobody says when


class _Line(NamedTuple):
    """A request as it was stored, with those numbers that it is about."""

    entry: int
    at: Instant
    contact: str
    numbers: tuple[str, ...]


def request(told: Request, actor: str, at: Instant, watches: Watches) -> list[DoNotCall]:
    """Takes a request in; from now on the gate denies. The lines of the list that it makes."""
    asked = at if told.asked is None else told.asked
    if not told.number and not told.contact:
        raise RefusedError("say which number or which contact is not to be called")
    if told.channel not in CHANNELS:
        raise RefusedError(f"a request comes by one of: {', '.join(CHANNELS)}")
    if told.number and number_in_full(told.number) != told.number:
        raise RefusedError("write the number with its country code, as +12025550143")
    known = [told.contact] if told.contact else _contacts([told.number]).get(told.number, [])
    subjects = {"contact": known[0] if known else NAMELESS + told.number}
    if told.call:
        subjects["call"] = told.call
    data = {"channel": told.channel, "scope": "all", "by": actor}
    if told.number:
        data["number"] = told.number
    with transaction.atomic():
        lock()
        event = Event(str(uuid.uuid4()), REQUESTED, asked, data, subjects, _place(subjects["contact"]))
        (answer,) = _append([event], actor, at, watches)
        return spread(Stored.objects.filter(entry=answer), actor, at, watches)


def spread(events: Iterable[Stored], actor: str, at: Instant, watches: Watches) -> list[DoNotCall]:
    """Brings stored requests to the list, to every contact of their numbers, and to what vendors are owed.

    Done twice for the same request, it changes nothing.
    """
    lines = [line for event in events for line in _lines(event)]
    if not lines:
        return []
    vendors = list(Vendor.objects.filter(until=None).order_by("pk"))
    at_number = _contacts({number for line in lines for number in line.numbers})
    made: list[Event] = []
    for line in lines:
        made += _told(line, at_number, at)
        if line.numbers:
            made += [
                _ours(f"dnc.{line.entry}.due.{vendor.pk}", DUE, at, vendor=vendor.name) for vendor in vendors
            ]
    with transaction.atomic():
        lock()
        _append(made, actor, at, watches)
        rows = [
            DoNotCall(number=number, at=line.at, entry=line.entry)
            for line in lines
            for number in line.numbers
        ]
        DoNotCall.objects.bulk_create(rows, ignore_conflicts=True)
    return rows


def copied(vendor: str, until: int, actor: str, at: Instant, watches: Watches) -> int:
    """A vendor confirms that their copy holds all lines up to an entry of the log; how many they still owe."""
    with transaction.atomic():
        lock()
        row = Vendor.objects.select_for_update().filter(name=vendor, until=None).first()
        if row is None:
            raise RefusedError("there is no such vendor: an officer enters it on the page of lists")
        confirmed = DoNotCall.objects.filter(entry__gt=row.copied, entry__lte=until)
        last = confirmed.aggregate(last=Max("entry"))["last"]
        if last is not None:
            row.copied = last
            row.save(update_fields=["copied"])
        owed = DoNotCall.objects.filter(entry__gt=row.copied).count()
        if last is not None:
            made = [_ours(f"dnc.{last}.copied.{row.pk}", COPIED, at, vendor=vendor, until=last)]
            if owed:  # what came meanwhile is owed anew
                made.append(_ours(f"dnc.{last}.still.{row.pk}", DUE, at, vendor=vendor))
            _append(made, actor, at, watches)
        return owed


def entered(name: str, actor: str, at: Instant) -> Vendor:
    """A vendor who has a copy of the list from now on: all lines of it are owed."""
    name = name.strip()
    if not name or Vendor.objects.filter(name=name, until=None).exists():
        raise RefusedError("name a vendor who is not among them yet")
    with transaction.atomic():
        lock()
        row, _ = Vendor.objects.update_or_create(
            name=name, defaults={"since": at, "until": None, "copied": -1}
        )
        done("vendor.entered", actor, {"vendor": name, "by": actor}, at)
    return row


def left(vendor: Vendor, actor: str, at: Instant) -> None:
    """The vendor has no copy any more."""
    with transaction.atomic():
        lock()
        if Vendor.objects.filter(pk=vendor.pk, until=None).update(until=at):
            done("vendor.left", actor, {"vendor": vendor.name, "by": actor}, at)


def _lines(event: Stored) -> list[_Line]:
    """The request of each contact that an event stands on; none of an event whose content was erased."""
    if event.body is None:
        return []
    told = read(bytes(event.body)).data.get("number")
    number = number_in_full(told) if isinstance(told, str) else None
    subjects = EventOn.objects.filter(event=event, timeline__kind="contact").values_list(
        "timeline__subject", flat=True
    )
    return [
        _Line(event.entry, event.at, subject, (number,) if number else _numbers(subject))
        for subject in sorted(subjects)
    ]


def _told(line: _Line, at_number: Mapping[str, Sequence[str]], at: Instant) -> list[Event]:
    """The line at every contact that it is about."""
    on = dict.fromkeys([line.contact])
    for number in line.numbers:
        on |= dict.fromkeys([NAMELESS + number, *at_number.get(number, ())])
    return [
        Event(
            f"dnc.{line.entry}.{place}.added",
            ADDED,
            at,
            {"list": "own", "scope": "all"},
            {"contact": one},
            _AFTER,
        )
        for place, one in enumerate(on)
        if one != line.contact or not _added_since(line)
    ]


def _added_since(line: _Line) -> bool:
    """Whether whoever sent the request has said that it is on the list, too."""
    return EventOn.objects.filter(
        timeline__kind="contact", timeline__subject=line.contact, event__type=ADDED, at__gte=line.at
    ).exists()


def _ours(name: str, kind: str, at: Instant, **data: Any) -> Event:
    """What happens between the organisation and its vendors; what is still owed follows what was copied."""
    return Event(name, kind, at, data, {"organisation": organisation()}, _AFTER + (kind == DUE))


def _numbers(subject: str) -> tuple[str, ...]:
    if subject.startswith(NAMELESS):
        return (subject.removeprefix(NAMELESS),)
    found = ContactPoint.objects.filter(contact__subject=subject, kind=ContactPoint.Kind.PHONE)
    return tuple(
        sorted(value for value in found.values_list("value", flat=True) if number_in_full(value) == value)
    )


def _contacts(numbers: Iterable[str]) -> dict[str, list[str]]:
    """Of each number the contacts that have it."""
    found: dict[str, list[str]] = {}
    rows = ContactPoint.objects.filter(kind=ContactPoint.Kind.PHONE, value__in=list(numbers)).order_by("pk")
    for value, subject in rows.values_list("value", "contact__subject"):
        found.setdefault(value, []).append(subject)
    return found


def _place(contact: str) -> int:
    """After all that stands on the timeline, so that steps of one instant keep their order."""
    found = Timeline.objects.filter(kind="contact", subject=contact).values_list("length", flat=True).first()
    return found or 0


def _append(events: Sequence[Event], actor: str, at: Instant, watches: Watches) -> list[int]:
    """The entries of the events; RefusedError where the record does not take one."""
    answers = append([Received(SOURCE, event, actor) for event in events], at, watches) if events else []
    for answer in answers:
        if (
            answer.outcome is Outcome.REFUSED
        ):  # what is known, or was told at another moment, stands as it was told
            raise RefusedError(f"the record did not take it: {answer.reason}")
    return [answer.entry for answer in answers if answer.entry is not None]
