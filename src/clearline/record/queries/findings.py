"""One finding, from when it was raised to when it was withdrawn."""

from datetime import datetime
from typing import Final, NamedTuple

import msgspec

from clearline.engine.durations import instant_of
from clearline.engine.events import SECOND, Instant
from clearline.people.models import Person
from clearline.record.models import EventOn, Finding
from clearline.record.queries import reach
from clearline.record.watching import read
from clearline.reports import reviewed
from clearline.reports.masked import MaskedTalk

AROUND: Final = 30 * SECOND  # of what was said before and after
LINES: Final = 12


class Said(NamedTuple):
    """One line of what was said around a finding."""

    at: Instant
    by: str
    text: str
    meant: bool  # it is what shows the finding, or set it off


def lives(who: Person, uid: str) -> list[Finding]:
    """Each time that this breach was raised, the latest first; empty where they may not see it."""
    rows = reach.findings(who).filter(uid=uid).select_related("timeline__call")
    return list(rows.order_by("-pk"))


def told(row: Finding) -> reviewed.Finding | None:
    """What it says; None where that was erased."""
    return None if row.body is None else msgspec.json.decode(bytes(row.body), type=reviewed.Finding)


def around(row: Finding, told: reviewed.Finding | None) -> list[Said]:
    """What was said on its timeline around it, masked as everywhere; of a long stretch the last lines."""
    meant = {} if told is None else {one.event: one.at for one in (told.trigger, told.place) if one}
    times = [row.at, *(instant_of(datetime.fromisoformat(at)) for at in meant.values())]
    since, until = max(min(times), row.at - 4 * AROUND) - AROUND, row.at + AROUND
    places = EventOn.objects.filter(
        timeline=row.timeline_id, event__type="utterance", event__body__isnull=False
    ).filter(at__gte=since, at__lte=until)
    bodies = places.order_by("-at", "-pk").values_list("event__body", flat=True)[: LINES + 1]
    events = sorted((read(bytes(body)) for body in bodies if body is not None), key=lambda one: one.order)
    talk = MaskedTalk(events)
    return [
        Said(one.at, str(one.data.get("by", "")), str(one.data.get("text", "")), one.id in meant)
        for one in map(talk.event, events[-LINES:])
    ]
