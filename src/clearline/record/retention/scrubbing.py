"""Takes the content of timelines away: bodies, the rows that follow from them, and the secrets when nothing is left."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from django.db import connection
from django.db.models import Model

from clearline.engine.events import Instant
from clearline.people.models import Person
from clearline.record import deeds
from clearline.record.contact_rows import renew_contact
from clearline.record.models import (
    Call,
    Contact,
    Deleted,
    Deletion,
    Duty,
    Event,
    EventOn,
    Finding,
    Notice,
    Order,
    Recording,
    RightsRequest,
    Timeline,
)
from clearline.record.recordings import actions as recordings
from clearline.record.retention.classes import Klass, class_of, classes
from clearline.record.rooms import rooms
from clearline.record.watching import stored


class Part(NamedTuple):
    """A class of record on one timeline."""

    timeline: Timeline
    klass: Klass


def scrub(parts: Sequence[Part], by: Person | None, why: str, at: Instant) -> Deletion:
    """Deletes these parts in the caller's transaction, with an entry for the batch and one for each part."""
    gone = {part: events_of(part) for part in parts}
    batch = _batch(gone, by, why, at)
    events = {pk for found in gone.values() for pk in found}
    Event.objects.filter(pk__in=events).update(body=None)
    for room in rooms():
        room.scrubbed(events)
    timelines = {part.timeline.pk: part.timeline for part in parts}
    touched = set(EventOn.objects.filter(event__in=events).values_list("timeline", flat=True)) | set(
        timelines
    )
    # Whoever watches them reads them anew, and withdraws nothing: what would explain a finding may be gone.
    Timeline.objects.filter(pk__in=touched).update(erased=at)
    _rows(parts)
    calls = [part.timeline.subject for part in parts if part.klass.id == SOUND]
    recordings.deleted(calls, why, str(by.uid) if by else deeds.HOUSE, at)
    owners = set(Event.objects.filter(pk__in=events).values_list("owner", flat=True)) | set(timelines)
    destroy_secrets(owners)
    return batch


def events_of(part: Part) -> list[int]:
    """The events of that class which stand on the timeline and still say something."""
    rows = EventOn.objects.filter(timeline=part.timeline, event__body__isnull=False)
    types = dict(rows.values_list("event", "event__type"))
    kinds: dict[int, set[str]] = defaultdict(set)
    for event, kind in EventOn.objects.filter(event__in=list(types)).values_list("event", "timeline__kind"):
        kinds[event].add(kind)
    return [event for event, name in types.items() if class_of(name, kinds[event]) is part.klass]


def speaks(part: Part) -> bool:
    """Whether anything is left of it."""
    sound = part.klass.id == SOUND and recordings.with_sound([part.timeline.subject]).exists()
    return sound or bool(events_of(part))


def destroy_secrets(timelines: Iterable[int]) -> None:
    """Forgets the keys of what has no content left: from then on the log says nothing of it."""
    wanted = set(timelines)
    speaking = set(
        Event.objects.filter(owner__in=wanted, body__isnull=False).values_list("owner", flat=True).distinct()
    ) | set(
        Finding.objects.filter(timeline__in=wanted, body__isnull=False).values_list("timeline", flat=True)
    )
    personal = {one.on for one in classes().values()}
    Timeline.objects.filter(pk__in=wanted - speaking, kind__in=personal).update(secret=None, wakes=None)


def sweep(others: Sequence[type[Model]] = ()) -> None:
    """Makes the disk forget what was deleted, outside of any transaction; it takes as long as the database is large."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            swept: list[type[Model]] = [*SWEPT, *others]
            tables = [model._meta.db_table for model in swept]  # noqa: SLF001 - Django's name
            for table in tables:
                cursor.execute(f"VACUUM (FULL) {connection.ops.quote_name(table)}")


SWEPT = (Event, Finding, Duty, Call, Order, Contact, Timeline, Notice, Recording)
SOUND = "recordings"  # the class that muted copies are of


def _batch(gone: Mapping[Part, Collection[int]], by: Person | None, why: str, at: Instant) -> Deletion:
    batch = Deletion(at=at, by=by, why=why, secret=deeds.new_secret())
    rows = [
        Deleted(batch=batch, timeline=part.timeline, klass=part.klass.id, bodies=len(found))
        for part, found in gone.items()
    ]
    indices = deeds.enter(deeds.batched(batch, rows), *map(deeds.deleted, rows))
    batch.entry = indices.start
    batch.save(force_insert=True)
    for row, index in zip(rows, indices[1:], strict=True):
        row.entry = index
    Deleted.objects.bulk_create(rows)
    return batch


def _rows(parts: Sequence[Part]) -> None:
    """What follows from events is written anew, or emptied."""
    of: dict[str, list[Timeline]] = defaultdict(list)
    for part in parts:
        of[part.klass.id].append(part.timeline)
    words = [*of["words"], *of["call_facts"]]
    Finding.objects.filter(timeline__in=words).update(body=None)
    Duty.objects.filter(timeline__in=words).delete()
    Call.objects.filter(timeline__in=of["call_facts"]).update(
        contact=None, places=[], legs=[], reason="", campaign=""
    )
    Order.objects.filter(timeline__in=of["orders"]).update(contact=None, total="", currency="")
    finite = [*of["call_facts"], *of["orders"], *of["subscriptions"], *of["requests"]]
    Finding.objects.filter(timeline__in=finite).update(body=None)
    Duty.objects.filter(timeline__in=finite).delete()
    Timeline.objects.filter(pk__in=[one.pk for one in finite]).update(contact=None, wakes=None)
    RightsRequest.objects.filter(timeline__in=of["requests"]).update(answer="", kept=[])
    for timeline in {
        one.pk: one for name in ("consents", "do_not_call", "contact") for one in of[name]
    }.values():
        Finding.objects.filter(timeline=timeline).update(body=None)
        if timeline.contact is not None:
            renew_contact(timeline.contact, stored(timeline))
