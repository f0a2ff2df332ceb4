"""Clearline's own lines of events: CloudEvents 1.0, one JSON object a line, in and out.

A line names its timelines by one extension attribute each, `"call": "c-17"`, `"order": "1001"`, and where several
events share an instant their order by `seq`. Lines are grouped into conversations by call; those of no call by the
first other timeline that they name.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec

from clearline.engine.events import UTTERANCE, Event, Instant
from clearline.formats.conversation import Conversation
from clearline.formats.errors import BadShape, masked
from clearline.formats.text import cleaned, parsed, shaped
from clearline.formats.turns import EPOCH, instant

FORMAT = "Clearline event lines"

_DATED: Instant = 366 * 86400 * 1_000_000  # earlier instants count from zero
_DEEPEST = 32
_READ = frozenset({"specversion", "id", "type", "time", "seq", "data", "replaces", "voids"})
_SPENT = frozenset({"source", "datacontenttype"})  # nothing is lost without them
_FOREIGN = """
    authid authtype causationid correlationid data_base64 dataref dataschema expirytime partitionkey recordedtime
    sampledrate sequence sequencetype severitytext subject traceparent tracestate
"""  # of CloudEvents and its documented extensions: no timelines
OWN = _READ | _SPENT | set(_FOREIGN.split())
"""Attributes that name no timeline."""
_KIND = re.compile(r"[a-z0-9]{1,20}")

_NotNegative = Annotated[float, msgspec.Meta(ge=0)]
_Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class _Utterance(msgspec.Struct):
    by: Literal["agent", "customer", "system", "unknown"]
    text: str
    seconds: _NotNegative = 0
    words: list[Annotated[list[str | float | None], msgspec.Meta(min_length=3, max_length=4)]] = []
    confidence: _Share = 1


class _Line(msgspec.Struct):
    specversion: Literal["1.0"]
    id: Annotated[str, msgspec.Meta(min_length=1)]
    type: Annotated[str, msgspec.Meta(min_length=1)]
    time: datetime
    seq: int = 0
    data: dict[str, Any] = {}
    replaces: str = ""
    voids: str = ""


def write(events: Iterable[Event]) -> bytes:
    """The events as lines in UTF-8; ValueError where an event does not fit into a CloudEvent."""
    return b"".join(msgspec.json.encode(_line(event)) + b"\n" for event in events)


def parse(text: str) -> tuple[Event, ...]:
    """The events of all lines as they stand, in the order of the lines; the inverse of `write`."""
    return tuple(_parse(text, Counter()))


def read(text: str) -> list[Conversation]:
    """The events of all lines, grouped into calls and other timelines."""
    left: Counter[str] = Counter()
    groups: dict[tuple[str, str], list[Event]] = {}
    seen: dict[str, Event] = {}
    for event in _parse(text, left):
        known = seen.setdefault(event.id, event)
        if known is event:
            groups.setdefault(_timeline(event), []).append(_clean(event, left))
        elif known == event:
            left["lines that say the same event again left out"] += 1
        else:
            raise BadShape(
                f"two events have the id {masked(event.id, 40)}",
                "whole file",
                "Give each event an id of its own.",
            )
    notes = tuple(f"in the whole file, {what}: {count:,}" for what, count in left.items())
    return [_grouped(kind, events, notes) for (kind, _), events in groups.items()]


def _grouped(kind: str, events: list[Event], notes: tuple[str, ...]) -> Conversation:
    ordered = sorted(events, key=lambda event: event.order)
    if ordered != events:
        notes += ("events did not stand in order and were sorted",)
    if kind == "call":
        types = {event.type for event in events}
        notes += tuple(f"no {each} event" for each in ("call.started", "call.ended") if each not in types)
    return Conversation(FORMAT, tuple(ordered), notes, ordered[-1].at >= _DATED)


def _timeline(event: Event) -> tuple[str, str]:
    """Kind and id of the timeline by which an event is grouped."""
    if "call" in event.subjects:
        return "call", event.subjects["call"]
    return next(iter(event.subjects.items()), ("", ""))


def _parse(text: str, left: Counter[str]) -> Iterator[Event]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield _event(line, number, left)


def _event(line: str, number: int, left: Counter[str]) -> Event:
    members = parsed(line, dict[str, Any], number)
    told = shaped(members, _Line, number)
    subjects = {}
    for name, value in members.items():
        if _is_kind(name) and isinstance(value, str):
            subjects[name] = value
        elif name not in _READ and name not in _SPENT:
            left[f"attributes `{masked(name, 30)}` not taken over"] += 1
    if told.time.tzinfo is None:
        raise _wrong("the time has no zone", number, "End it with Z, or with an offset like +01:00.")
    if _deeper(told.data, _DEEPEST):
        raise _wrong("the data are nested too deeply", number, f"Keep them within {_DEEPEST} levels.")
    if told.type == UTTERANCE and not told.voids:
        _check(shaped(told.data, _Utterance, number), number)
    return Event(
        told.id, told.type, instant(told.time), told.data, subjects, told.seq, told.replaces, told.voids
    )


def _check(said: _Utterance, number: int) -> None:
    for word, *times in said.words:
        if not isinstance(word, str) or not all(isinstance(time, float) for time in times[:2]):
            raise _wrong(
                "a word is not [word, start, end]", number, "Give text first, then seconds as numbers."
            )


def _clean(event: Event, left: Counter[str]) -> Event:
    if event.type != UTTERANCE or event.voids:
        return event
    text, out = cleaned(event.data["text"])
    if not out:
        return event
    left["control characters taken out of the text"] += out
    return msgspec.structs.replace(event, data={**event.data, "text": text})


def _line(event: Event) -> dict[str, Any]:
    wrong = [kind for kind in event.subjects if not _is_kind(kind)]
    if wrong:
        raise ValueError(
            f"a CloudEvent cannot name a timeline {wrong[0]!r}; use up to 20 small letters and digits"
        )
    if not event.id or not event.type:
        raise ValueError("a CloudEvent needs an id and a type")
    try:
        time = EPOCH + timedelta(microseconds=event.at)
    except OverflowError as fault:
        raise ValueError(f"event {event.id!r} lies outside the years 1 to 9999") from fault
    needed = {"specversion": "1.0", "id": event.id, "source": "clearline", "type": event.type, "time": time}
    further = {"seq": event.seq, "replaces": event.replaces, "voids": event.voids, "data": event.data}
    return {**needed, **event.subjects, **{name: value for name, value in further.items() if value}}


def _is_kind(name: str) -> bool:
    """Whether an attribute can name a timeline."""
    return name not in OWN and _KIND.fullmatch(name) is not None


def _deeper(value: Any, levels: int) -> bool:
    """Whether a value from JSON is nested deeper than `levels`."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return bool(inner) and (levels == 0 or any(_deeper(each, levels - 1) for each in inner))


def _wrong(what: str, number: int, mend: str) -> BadShape:
    return BadShape(what, f"line {number:,}", mend)
