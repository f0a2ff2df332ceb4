"""What the page draws of a timeline: the talk, what else happened, and what was due when."""

from typing import Literal

import msgspec

from clearline.engine.events import SECOND, UTTERANCE, Event, Instant
from clearline.engine.rules import Rule
from clearline.reports.masked import MaskedTalk, masked_text
from clearline.reports.reviewed import Reviewed, Seconds
from clearline.reports.watching import End, Stretch


class Said(msgspec.Struct, frozen=True):
    """An utterance, masked."""

    id: str
    at: Seconds
    lasts: Seconds | None
    by: Literal["agent", "customer", "system", "unknown"]
    text: str


class Happened(msgspec.Struct, frozen=True):
    """An event that is no utterance."""

    id: str
    at: Seconds
    type: str


class Bar(msgspec.Struct, frozen=True):
    """A stretch of a rule's lane."""

    rule: str
    due: bool
    since: Seconds
    deadline: Seconds | None
    until: Seconds
    end: End


class Drawing(msgspec.Struct, frozen=True):
    """Everything of a timeline that its line leaves out."""

    lasts: Seconds
    events: list[Said | Happened]
    bars: list[Bar]


class Review(msgspec.Struct, frozen=True):
    """A timeline that was judged and, for the page, its drawing."""

    line: Reviewed
    drawing: Drawing | None = None


def draw(talk: MaskedTalk, stretches: list[Stretch], came_up: set[Rule]) -> Drawing:
    """The drawing of a timeline, with lanes for the rules that came up."""
    start = talk.events[0].at
    lasts = max((event.at for event in talk.events), default=start)
    return Drawing(
        _since(start, lasts),
        [_event(talk.event(event), start) for event in talk.events],
        [_bar(one, start) for one in stretches if one.rule in came_up],
    )


def _event(event: Event, start: Instant) -> Said | Happened:
    at = _since(start, event.at)
    if event.type != UTTERANCE:
        return Happened(masked_text(event.id), at, masked_text(event.type))
    data = event.data
    by = data.get("by", "unknown")
    return Said(masked_text(event.id), at, data.get("seconds"), by, str(data.get("text", "")))


def _bar(one: Stretch, start: Instant) -> Bar:
    deadline = None if one.deadline is None else _since(start, one.deadline)
    return Bar(one.rule.id, one.due, _since(start, one.since), deadline, _since(start, one.until), one.end)


def _since(start: Instant, at: Instant) -> Seconds:
    return round((at - start) / SECOND, 3)
