"""Which calls run, and all that was stored of them."""

from collections.abc import Iterable
from typing import NamedTuple

from clearline.engine.events import Event, Instant
from clearline.engine.monitor import ORDER
from clearline.live.running import PANEL
from clearline.record.models import Call, Timeline
from clearline.record.watching import stored_of


class Runs(NamedTuple):
    """A call that had not ended when it was last heard of."""

    call: str
    agent: str
    last: Instant


class Stored(NamedTuple):
    """A call as the record has it, with what its agent was shown."""

    ended: bool
    events: list[Event]


def running_calls(since: Instant) -> list[Runs]:
    """Calls that have not ended, and of which something was heard since."""
    rows = Call.objects.filter(ended=None, timeline__ended=None, timeline__last__gte=since)
    found = rows.values_list("timeline__subject", "agent", "timeline__last")
    return [Runs(call, agent, last or since) for call, agent, last in found]


def stored_events(calls: Iterable[str]) -> dict[str, Stored]:
    """All that was stored of these calls, in order."""
    rows = list(Timeline.objects.filter(kind__in=("call", PANEL), subject__in=list(calls)))
    events = stored_of(rows)
    ended = {row.subject for row in rows if row.kind == "call" and row.ended is not None}
    found: dict[str, list[Event]] = {row.subject: [] for row in rows}
    for row in rows:
        found[row.subject] += events.get(row.pk, ())
    return {call: Stored(call in ended, sorted(some, key=ORDER)) for call, some in found.items()}
