"""Compares the rows of the record with what the log says of them: each fault one line."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import chain, islice
from typing import Final, NamedTuple

import msgspec
from django.db.models import Exists, Model, OuterRef, Q

from clearline.engine.events import Event as Told
from clearline.evidence.models import Deed, Entry
from clearline.evidence.openings import Opening
from clearline.people.acts import actor, acts
from clearline.people.models import Act
from clearline.record import deeds
from clearline.record.models import Event, EventOn, Finding, Hold, RightsRequest, Timeline
from clearline.record.openings import openings
from clearline.record.rooms import rooms
from clearline.reports.reviewing import rfc3339

_AT_ONCE: Final = 2_000  # rows in memory
_ENDLESS: Final = range((1 << 63) - 1)


class _Judged(msgspec.Struct):
    """What a row says of a finding, in its body."""

    rule: str
    version: str
    pack: str
    severity: str
    at: str
    doubts: list[str] = []


def content() -> Iterator[Opening]:
    """What opens every entry whose content is still there."""
    return openings(_ENDLESS)


def faults() -> Iterator[str]:
    """Rows that say something else than what was entered, or are not there."""
    yield from _without_rows()
    yield from _orphans()
    yield from _gone()
    yield from _events()
    yield from _findings()
    yield from _deeds()
    for room in rooms():
        yield from room.faults()


def _without_rows() -> Iterator[str]:
    """Entries of which nothing is left, not even that it was erased."""
    above = (room.indices(_ENDLESS, None) for room in rooms())
    done = (deeds.indices(_ENDLESS), _rising(Act, "index"), _rising(Deed, "index"), *above)
    rows: dict[str, tuple[str, Iterator[int]]] = {
        "event": ("its event", _rising(Event, "entry")),
        "finding.raised": ("the finding that was raised", _rising(Finding, "entry")),
        "finding.withdrawn": ("the finding that was withdrawn", _rising(Finding, "withdrawn_entry")),
    }
    for kind, (word, there) in rows.items():
        for index in _unmatched(_rising(Entry, "index", kind=kind), there):
            yield f"entry {index}: {word} is not in the record"
    for index in _unmatched(_rising(Entry, "index", ~Q(kind__in=rows)), merge(*done)):
        yield f"entry {index}: what was done is not in the record"


def _rising(model: type[Model], field: str, *some: Q, **of: str) -> Iterator[int]:
    """The values of a field with indices, in order."""
    rows = model._default_manager.filter(*some, **of, **{f"{field}__isnull": False})  # noqa: SLF001 - Django's name
    return rows.order_by(field).values_list(field, flat=True).iterator()


def _unmatched(entries: Iterator[int], rows: Iterator[int]) -> Iterator[int]:
    """Those of the first that are not among the second; both rise."""
    here = next(rows, None)
    for index in entries:
        while here is not None and here < index:
            here = next(rows, None)
        if here != index:
            yield index


def _orphans() -> Iterator[str]:
    """Rows whose timeline, and so whose key, is not there."""
    owned = Event.objects.filter(~Exists(Timeline.objects.filter(pk=OuterRef("owner_id"))))
    judged = Finding.objects.filter(~Exists(Timeline.objects.filter(pk=OuterRef("timeline_id"))))
    for rows, word in ((owned, "event"), (judged, "finding")):
        for entry in rows.values_list("entry", flat=True).iterator():
            yield f"entry {entry}: its {word} belongs to no timeline"


def _gone() -> Iterator[str]:
    """Content that is missing where nothing was erased."""
    lost = Event.objects.filter(body=None, owner__erased=None).exclude(places__timeline__erased__gt=0)
    for entry in lost.values_list("entry", flat=True).iterator():
        yield f"entry {entry}: its event lost its content, and nobody erased it"
    judged = Finding.objects.filter(body=None, timeline__erased=None)
    for entry in judged.values_list("entry", flat=True).iterator():
        yield f"entry {entry}: its finding lost its content, and nobody erased it"
    for entry in Event.objects.exclude(body=None).filter(owner__secret=None).values_list("entry", flat=True):
        yield f"entry {entry}: its event has content, and the key is gone"
    for entry in Hold.objects.filter(secret=None).exclude(reason="").values_list("entry", flat=True):
        yield f"entry {entry}: its hold has a reason, and the key is gone"
    if RightsRequest.objects.filter(kind=RightsRequest.Kind.ERASURE).exists():
        return
    forgotten = Q(about__isnull=False, about__secret=None)
    for index in Act.objects.filter(what="").exclude(forgotten).values_list("index", flat=True).iterator():
        yield f"entry {index}: what was done lost its words, and nobody erased them"
    for index in Deed.objects.filter(Q(key=None) | Q(payload=None)).values_list("index", flat=True):
        yield f"entry {index}: what was done with the log lost its content, and nobody erased it"


class _Row(NamedTuple):
    pk: int
    entry: int
    source: str
    name: str
    type: str
    at: int
    seq: int
    received: int
    body: bytes


def _events() -> Iterator[str]:
    after = -(1 << 63)
    rows = Event.objects.exclude(body=None).order_by("entry")
    fields = _Row._fields
    while some := [_Row(*one) for one in rows.filter(entry__gt=after).values_list(*fields)[:_AT_ONCE]]:
        after = some[-1].entry
        places = defaultdict(set)
        standing = EventOn.objects.filter(event__in=[one.pk for one in some])
        for pk, kind, subject, at in standing.values_list(
            "event", "timeline__kind", "timeline__subject", "at"
        ):
            places[pk].add((kind, subject, at))
        entered = dict(Entry.objects.filter(index__in=[one.entry for one in some]).values_list("index", "at"))
        for one in some:
            if not _agrees(one, places[one.pk]) or entered.get(one.entry) != one.received:
                yield f"entry {one.entry}: the row of its event says something else than its content"


def _agrees(row: _Row, places: Iterable[tuple[str, str, int]]) -> bool:
    try:
        told = msgspec.json.decode(bytes(row.body), type=Told)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    named = (told.id, told.type, told.at, told.seq)
    stands = {(kind, subject, told.at) for kind, subject in told.subjects.items()}
    return named == (f"{row.source}/{row.name}", row.type, row.at, row.seq) and stands == places


def _findings() -> Iterator[str]:
    rows = Finding.objects.exclude(body=None)
    for row in rows.order_by("pk").iterator(chunk_size=_AT_ONCE):
        if not _says_so(row):
            yield f"entry {row.entry}: the row of its finding says something else than its content"
    named = EventOn.objects.filter(
        timeline__kind="agent",
        timeline__subject=OuterRef("agent"),
        event__places__timeline=OuterRef("timeline"),
    )
    unnamed = (
        Finding.objects.exclude(body=None).exclude(agent="").filter(~Exists(named), timeline__erased=None)
    )
    for entry in unnamed.values_list("entry", flat=True).iterator():
        yield f"entry {entry}: its finding names an agent of whom no event tells"
    moved = Finding.objects.filter(
        ~Exists(Entry.objects.filter(index=OuterRef("entry"), at=OuterRef("raised"), kind="finding.raised"))
    )
    for entry in moved.values_list("entry", flat=True).iterator():
        yield f"entry {entry}: its finding was not raised then"
    half = Finding.objects.filter(withdrawn=None) ^ Finding.objects.filter(withdrawn_entry=None)
    for entry in half.values_list("entry", flat=True):
        yield f"entry {entry}: its finding is half withdrawn"


def _says_so(row: Finding) -> bool:
    try:
        told = msgspec.json.decode(bytes(row.body or b""), type=_Judged)
        at = rfc3339(row.at)
    except (msgspec.DecodeError, UnicodeDecodeError, OverflowError, ValueError):
        return False
    said = (told.rule, told.version, told.pack, told.severity, told.at, bool(told.doubts))
    return said == (row.rule, row.version, row.pack, row.severity, at, row.question)


def _deeds() -> Iterator[str]:
    """Rows of what people did or decided that name another kind, time or person than their entries."""
    rows = chain(
        ((index, (act.at, act.kind, actor(act)) if act else None) for index, act in acts(_ENDLESS)),
        ((i, (deed.at, deed.kind, deed.actor) if deed else None) for i, deed in deeds.deeds(_ENDLESS)),
    )
    while some := list(islice(rows, _AT_ONCE)):
        there = Entry.objects.filter(index__in=[index for index, _ in some])
        entered = {index: tuple(told) for index, *told in there.values_list("index", "at", "kind", "actor")}
        for index, told in some:
            if told is None or entered.get(index) != told:
                yield f"entry {index}: the row of what was done says something else than the entry"
