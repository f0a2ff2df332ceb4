"""The lines of an example: what happens when, and what a rule has to say of it."""

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from clearline.engine.durations import (
    WRITTEN,
    Calendar,
    instant_of,
    moment_of,
    parse_span,
    reach,
    read_instant,
)
from clearline.engine.errors import RuleError
from clearline.engine.events import SECOND, UTTERANCE, Event, Instant
from clearline.rulebook.faults import meant

MONDAY = instant_of(datetime(2026, 1, 5, tzinfo=UTC))  # second 0 of examples that name no date
SPEAKERS = ("agent", "customer", "system", "unknown")
TIMED = {"broken": "at", "due": "by"}
WORDS = ("kept", "broken", "due", "open", "unknown", "never came up", "ended first", "does not apply")

LINE = re.compile(r"(\S+)\s+(?:(\w+):\s*(.*)|(\w+(?:\.\w+)+)((?:\s.*)?))", re.DOTALL)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}(T\S+)?")
SECONDS = re.compile(r"\d+(?:\.(\d+))?")
PAIR = re.compile(r"\s*(\w+)=")


class Outcome(NamedTuple):
    """A state of a rule; for broken the first breach, for due the deadline."""

    word: str
    at: Instant | None = None
    grain: Instant = 0  # how exactly the time was written

    def is_at(self, at: Instant | None) -> bool:
        """Whether the time is the written one, as exactly as it was written."""
        return self.at is None or (at is not None and 2 * abs(at - self.at) <= self.grain)


def read_events(lines: Iterable[str]) -> list[Event]:
    """The events of an example; a RuleError where a line says none."""
    start = None
    events = []
    for number, line in enumerate(lines):
        start = begin(line) if start is None else start
        events.append(read_event(line, number, start))
    return events


def begin(line: str) -> Instant:
    """The start of an example: the time of its first line if that is dated, else a Monday at midnight UTC."""
    first = line.split(" ", 1)[0]
    return _instant(first, MONDAY) if DATE.fullmatch(first) else MONDAY


def read_event(line: str, number: int, start: Instant) -> Event:
    """The event of one line, the `number`th of its example."""
    found = LINE.fullmatch(line.strip())
    if found is None:
        raise RuleError(f"`{line}` is no event. Write `4 agent: words` or `4 call.ended`, the time first", 1)
    time, speaker, words, kind, pairs = found.groups()
    first, _, last = (time, "", "") if DATE.match(time) else time.partition("-")
    at = _instant(first, start)
    if speaker is None:
        if last:
            raise RuleError(f"`{time}`: only words have a length; an event has one time", 1)
        return Event(f"{number:04}", kind, at, _pairs(pairs, found.start(5)), seq=number)
    if speaker not in SPEAKERS:
        raise RuleError(f"`{speaker}` is nobody who speaks. {meant(speaker, SPEAKERS)}", found.start(2) + 1)
    data: dict[str, Any] = {"by": speaker, "text": words}
    if last:
        data["seconds"] = (_instant(last, start) - at) / SECOND
        if data["seconds"] <= 0:
            raise RuleError(f"`{time}` ends before it begins", 1)
    return Event(f"{number:04}", UTTERANCE, at, data, seq=number)


def read_outcome(text: str, start: Instant) -> Outcome:
    """What `is` says of a rule."""
    if text in WORDS:
        return Outcome(text)
    word, _, rest = text.partition(" ")
    by, _, time = rest.partition(" ")
    if TIMED.get(word) != by or not time:
        told = ", ".join([*WORDS, "broken at TIME", "due by TIME"])
        raise RuleError(f"`{text}` says nothing of a rule. Write one of: {told}", 1)
    seconds = SECONDS.fullmatch(time)
    decimals = len(seconds.group(1) or "") if seconds else 0
    return Outcome(word, _instant(time, start), SECOND // 10**decimals)


def spoken_time(at: Instant, start: Instant) -> str:
    """A time of an example, as its author would write it."""
    if start != MONDAY:
        return f"{moment_of(at):%Y-%m-%dT%H:%M:%S}"
    days, rest = divmod(at - start, 86_400 * SECOND)
    seconds = f"{rest / SECOND:.3f}".rstrip("0").rstrip(".")
    if days < 1:
        return seconds
    return f"{days}d+{seconds}" if rest else f"{days}d"


def _instant(text: str, start: Instant) -> Instant:
    """A time: seconds from the start, spans, several with +, or a date."""
    if DATE.fullmatch(text):
        found = read_instant(text, Calendar())
        if found is None:
            raise RuleError(f"`{text}` is no date. Write it like 2026-11-02T10:00", 1)
        return found
    at = start
    for part in text.split("+"):
        if SECONDS.fullmatch(part):
            at += round(float(part) * SECOND)
        elif WRITTEN.fullmatch(part):
            at = reach(at, parse_span(part), Calendar())
        else:
            raise RuleError(
                f"`{text}` is no time. Write seconds from the start (4.5), 2h, 1d+30 or a date", 1
            )
    return at


def _pairs(text: str, column: int) -> dict[str, Any]:
    """The fields of an event: JSON where it is JSON, else text up to the next space."""
    data: dict[str, Any] = {}
    at, end = 0, len(text.rstrip())
    while at < end:
        found = PAIR.match(text, at)
        if found is None:
            told = "Write key=value; text with spaces stands in double quotes"
            field = text[at:].strip()
            raise RuleError(f"`{field}` is no field. {told}", column + text.index(field, at) + 1)
        data[found.group(1)], at = _value(text, found.end())
    return data


def _value(text: str, at: int) -> tuple[Any, int]:
    try:
        value, end = json.JSONDecoder().raw_decode(text, at)
    except json.JSONDecodeError:
        value, end = "", -1
    if end < 0 or not (end == len(text) or text[end].isspace()):
        word = re.compile(r"\S*").match(text, at)
        assert word is not None
        value, end = word.group(), word.end()
    return value, end
