"""What the record asks of the gate: the entries of its decisions, what opens them, and how they are forgotten."""

from collections.abc import Collection, Iterator
from typing import Final

import msgspec
from django.db.models import Exists, OuterRef, Q, QuerySet

from clearline.evidence.models import Entry
from clearline.evidence.openings import Opening
from clearline.gate import attempts
from clearline.gate.actions.deciding import SOURCE
from clearline.gate.entries import KIND, opening
from clearline.gate.models import Decision
from clearline.record.identities import NAMELESS
from clearline.record.models import Event
from clearline.record.rooms import Room, Timelines

_AT_ONCE: Final = 2_000  # rows in memory
_ABOUT: Final = ("contact", "call", "campaign", "agent")  # columns of a decision, and kinds of timelines
FORGOTTEN: Final = {"body": None, "secret": None, "number": "", "contact": ""}
MADE: Final = (Decision.State.RESERVED, Decision.State.PLACED)  # kept as the events are by which they count


def indices(within: range, timelines: Timelines) -> Iterator[int]:
    """The entries of decisions."""
    return _rows(within, timelines).values_list("entry", flat=True).iterator()


def openings(within: range, timelines: Timelines) -> Iterator[Opening]:
    """What opens them, as far as they were not erased."""
    for row in _rows(within, timelines).iterator(_AT_ONCE):
        opened = opening(row)
        if opened is not None:
            yield opened


def faults() -> Iterator[str]:
    """Decisions that are gone, and rows that say something else than what was decided."""
    there = Decision.objects.filter(entry=OuterRef("index"))
    for index in Entry.objects.filter(~Exists(there), kind=KIND).values_list("index", flat=True).iterator():
        yield f"entry {index}: its decision is not in the record"
    named = Entry.objects.filter(
        index=OuterRef("entry"), kind=KIND, at=OuterRef("asked"), actor=OuterRef("actor")
    )
    for entry in Decision.objects.filter(~Exists(named)).values_list("entry", flat=True).iterator():
        yield f"entry {entry}: the row of its decision names another time or asker than the entry"
    for row in Decision.objects.exclude(body=None).order_by("entry").iterator(_AT_ONCE):
        if row.secret is None or not _agrees(row):
            yield f"entry {row.entry}: the row of its decision says something else than its content"


def scrubbed(events: Collection[int]) -> None:
    """The reservations among these events lost their content, and so do the decisions that made them."""
    names = Event.objects.filter(pk__in=events, source=SOURCE).values_list("name", flat=True)
    Decision.objects.filter(uid__in={name.partition(".")[0] for name in names}).update(**FORGOTTEN)


def erased(contact: str, numbers: Collection[str]) -> None:
    """What was decided about a contact, and was no call, is forgotten with them; calls are kept as long as events are."""
    about = Q(contact=contact) | Q(number__in=numbers) | Q(contact__in=[NAMELESS + one for one in numbers])
    Decision.objects.filter(about).exclude(state__in=MADE).update(**FORGOTTEN)


ROOM: Final = Room(indices, openings, faults, scrubbed, erased)


def _rows(within: range, timelines: Timelines) -> QuerySet[Decision]:
    found = Decision.objects.filter(entry__gte=within.start, entry__lt=within.stop).order_by("entry")
    if timelines is None:
        return found
    about = Q(pk__in=())
    for kind in _ABOUT:
        about |= Q(**{f"{kind}__in": timelines.filter(kind=kind).values("subject")})
    return found.filter(about)


def _agrees(row: Decision) -> bool:
    try:
        told = msgspec.json.decode(bytes(row.body or b""), type=attempts.Decision)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    attempt = told.attempt
    said = (told.uid, told.at, told.answer.value, told.not_before, told.number)
    asked = (attempt.campaign, attempt.agent, attempt.purpose, attempt.technology)
    return said == (row.uid, row.at, row.answer, row.not_before, row.number) and asked == (
        row.campaign,
        row.agent,
        row.purpose,
        row.technology,
    )
