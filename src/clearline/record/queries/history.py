"""What happened on a timeline that calls and orders share, part by part."""

from typing import Final, NamedTuple

from django.db.models import Exists, OuterRef

from clearline.engine.events import UTTERANCE
from clearline.people.models import Person
from clearline.record.models import Event, EventOn, Timeline
from clearline.record.queries import reach
from clearline.record.queries.cursors import Cursor, newest

SHOWN: Final = 20
PLACES: Final = ("call", "order", "subscription")  # kinds that have a page


class Happened(NamedTuple):
    """An event, and the other calls and orders on which it stands, too."""

    event: Event
    on: list[Timeline]


def history(
    who: Person, kind: str, subject: str, after: Cursor | None
) -> tuple[list[Happened], Cursor | None]:
    """Events on a timeline but for words, newest first, and where the next part begins.

    What happened on a call of somebody else stays theirs. Whether they may see the timeline was asked before.
    """
    rows = (
        EventOn.objects.filter(timeline__kind=kind, timeline__subject=subject)
        .exclude(event__type=UTTERANCE)
        .select_related("event")
    )
    within = reach.agents(who, "see calls")
    if within is not None:
        # Asked of the event's own places, one by one: joined, SQLite would begin with all calls there are.
        others = Timeline.objects.filter(pk=OuterRef("timeline"), kind="call").exclude(call__agent__in=within)
        rows = rows.exclude(Exists(EventOn.objects.filter(Exists(others), event=OuterRef("event"))))
    part = list(newest(rows, "at", after)[: SHOWN + 1])
    shown = part[:SHOWN]
    on: dict[int, list[Timeline]] = {}
    places = EventOn.objects.filter(event__in=[row.event_id for row in shown], timeline__kind__in=PLACES)
    for place in places.exclude(timeline__kind=kind, timeline__subject=subject).select_related("timeline"):
        on.setdefault(place.event_id, []).append(place.timeline)
    following = Cursor(shown[-1].at, shown[-1].pk) if len(part) > SHOWN else None
    return [Happened(row.event, on.get(row.event_id, [])) for row in shown], following
