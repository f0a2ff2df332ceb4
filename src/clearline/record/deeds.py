"""What people decided, as the evidence log holds it: each row carries the secret that opens its own entry."""

import secrets
from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from typing import Any, Final, NamedTuple

from django.db.models import QuerySet

from clearline.engine.events import Instant
from clearline.evidence.actions import Entered, append
from clearline.evidence.openings import DAMAGED, Opening, rising
from clearline.people.models import Person
from clearline.record.identities import canonical
from clearline.record.models import Deleted, Deletion, Hold, RetentionChoice, ShopAnswers, Timeline
from clearline.seal.commitments import commitment, entry_key

HOUSE = "house"  # who acts when nobody is logged in


class Deed(NamedTuple):
    """All that an entry says of a deed, and the secret that opens it; none: it was erased."""

    kind: str
    at: Instant
    by: Person | None
    told: Any
    secret: "bytes | memoryview[int] | None"
    name: str = ""  # tells deeds of one kind under one secret apart

    @property
    def actor(self) -> str:
        return str(self.by.uid) if self.by else HOUSE

    def opening(self, entry: int) -> Opening | None:
        """What opens the entry at an index."""
        if self.secret is None:
            return None
        return Opening(
            entry, entry_key(bytes(self.secret), f"{self.kind} {self.name}".rstrip()), canonical(self.told)
        )


class _Rows(NamedTuple):
    """Rows that tell of deeds, and their field with the index of the entry."""

    found: QuerySet[Any]
    entry: str
    deed: Callable[[Any], Deed]


def new_secret() -> bytes:
    return secrets.token_bytes(32)


def enter(*deeds: Deed) -> range:
    """Enters deeds, none of them erased, in the caller's transaction; their indices."""
    opened = [one for one in (deed.opening(0) for deed in deeds) if one is not None]
    return append(
        [
            Entered(deed.at, deed.kind, deed.actor, commitment(one.key, one.payload))
            for deed, one in zip(deeds, opened, strict=True)
        ]
    )


def answered(row: ShopAnswers) -> Deed:
    """The shop said something of itself."""
    return Deed("shop.answered", row.at, row.by, row.answers, row.secret)


def decided(row: RetentionChoice) -> Deed:
    """How long a class is kept."""
    told = [row.klass, row.area, row.span, row.overruled, row.reason]
    return Deed("retention.decided", row.at, row.by, told, row.secret)


def placed(row: Hold) -> Deed:
    """A hold was placed."""
    told = {
        "uid": str(row.uid),
        "scope": row.scope,
        "timeline": row.timeline_id,
        "since": row.since,
        "until": row.until,
        "reason": row.reason,
    }
    return Deed("hold.placed", row.placed, row.placed_by, told, row.secret)


def released(row: Hold) -> Deed:
    """A hold was released."""
    told = [str(row.uid), row.released_why]
    return Deed("hold.released", row.released or 0, row.released_by, told, row.secret)


def batched(row: Deletion, gone: Iterable[Deleted]) -> Deed:
    """Some parts of the record were deleted together."""
    told = [_part(one) for one in gone]
    return Deed(f"{row.why}.batch", row.at, row.by, told, row.secret)


def deleted(row: Deleted) -> Deed:
    """One of these parts was deleted."""
    batch, name = row.batch, f"{row.timeline_id} {row.klass}"
    return Deed(f"{batch.why}.deleted", batch.at, batch.by, _part(row), batch.secret, name)


def deeds(within: range, timelines: QuerySet[Timeline] | None = None) -> Iterator[tuple[int, Deed | None]]:
    """Deeds by the index of their entry, all or those about some timelines; none for a damaged row."""
    return merge(*(_of(rows, within) for rows in _about(timelines)), key=lambda one: one[0])


def indices(within: range, timelines: QuerySet[Timeline] | None = None) -> Iterator[int]:
    """The indices of their entries, in rising order; rows are not looked into."""
    streams = []
    for rows in _about(timelines):
        there = rows.found.filter(**{f"{rows.entry}__gte": within.start, f"{rows.entry}__lt": within.stop})
        streams.append(there.order_by(rows.entry).values_list(rows.entry, flat=True).iterator())
    return merge(*streams)


def openings(within: range, timelines: QuerySet[Timeline] | None = None) -> Iterator[Opening]:
    """What opens their entries; what was erased is passed over."""
    for entry, deed in deeds(within, timelines):
        opened = deed.opening(entry) if deed else Opening(entry, *DAMAGED)
        if opened is not None:
            yield opened


def _of(rows: _Rows, within: range) -> Iterator[tuple[int, Deed | None]]:
    for entry, row in rising(rows.found, rows.entry, within):
        yield entry, rows.deed(row) if row else None


def _about(timelines: QuerySet[Timeline] | None) -> list[_Rows]:
    if timelines is None:
        return [*_OF_HOUSE, *_OF_TIMELINES]
    return [rows._replace(found=rows.found.filter(timeline__in=timelines)) for rows in _OF_TIMELINES]


def _part(row: Deleted) -> list[Any]:
    return [row.timeline_id, row.klass, row.bodies]


_OF_HOUSE: Final = (
    _Rows(ShopAnswers.objects.select_related("by"), "entry", answered),
    _Rows(RetentionChoice.objects.select_related("by"), "entry", decided),
    _Rows(
        Deletion.objects.select_related("by"),
        "entry",
        lambda row: batched(row, row.gone.order_by("entry")),
    ),
)
_OF_TIMELINES: Final = (
    _Rows(Hold.objects.select_related("placed_by"), "entry", placed),
    _Rows(Hold.objects.select_related("released_by"), "released_entry", released),
    _Rows(Deleted.objects.select_related("batch__by"), "entry", deleted),
)
