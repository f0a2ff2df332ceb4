"""Spans of time as the law counts them, and how far they reach."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from clearline.engine.errors import SentenceError
from clearline.engine.events import SECOND, Instant

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NEVER: Instant = 253_402_300_799_999_999  # the last microsecond of the year 9999
FIXED = {"s": SECOND, "m": 60 * SECOND, "h": 3600 * SECOND, "d": 86_400 * SECOND}
NAMES = {
    "s": "second",
    "m": "minute",
    "h": "hour",
    "d": "day",
    "bd": "business day",
    "mo": "month",
    "y": "year",
}
WRITTEN = re.compile(r"(\d+(?:\.\d+)?)(s|m|h|d|bd|mo|y)")
SATURDAY = 5
LONGEST = {"us": 36_600 * FIXED["d"], "bd": 26_100, "mo": 1200, "y": 100}  # a century
END_OF_DAY = time.max.replace(fold=1)  # where clocks are set back before midnight, the second time it strikes


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: microseconds for fixed units, else whole business days, months or years."""

    amount: int
    unit: str  # "us", "bd", "mo" or "y"
    written: str

    def times(self, count: int) -> Span:
        return Span(self.amount * count, self.unit, self.written)

    def __str__(self) -> str:
        found = WRITTEN.fullmatch(self.written)
        if found is None:
            return self.written
        number, unit = found.groups()
        return f"{number} {NAMES[unit]}{'' if number == '1' else 's'}"


@dataclass(frozen=True, slots=True)
class Calendar:
    """Where the clock hangs: the local zone, and the days on which no business is done."""

    zone: tzinfo = UTC
    holidays: frozenset[date] = frozenset()


def parse_span(text: str) -> Span:
    """Read `30s`, `5m`, `24h`, `31d`, `10bd`, `18mo` or `1y`."""
    found = WRITTEN.fullmatch(text)
    if found is None:
        raise SentenceError(f"{text!r} is not a span of time: write 30s, 5m, 24h, 31d, 10bd, 18mo or 1y")
    number, unit = found.groups()
    if unit not in FIXED and "." in number:
        raise SentenceError(f"{text!r}: {NAMES[unit]}s are counted whole")
    kind = "us" if unit in FIXED else unit
    amount = float(number) * FIXED.get(unit, 1)
    if amount > LONGEST[kind]:
        raise SentenceError(f"{text!r} is longer than a century")
    return Span(round(amount), kind, text)


def reach(at: Instant, span: Span, calendar: Calendar) -> Instant:
    """The last instant that is within the span of `at`; exactly T apart is within T.

    Business days, months and years last to the end of the local day: 18 months are not 540 days, and
    business days are counted from the day after.
    """
    if span.unit == "us":
        return min(at + span.amount, NEVER)
    try:
        local = moment_of(at).astimezone(calendar.zone).date()
        last = _business(local, span.amount, calendar) if span.unit == "bd" else _months(local, span)
        return instant_of(datetime.combine(last, END_OF_DAY, calendar.zone))
    except (OverflowError, ValueError):  # beyond the year 9999
        return NEVER


def moment_of(at: Instant) -> datetime:
    """The instant as a date and time in UTC, held within the years 1 to 9999."""
    try:
        return EPOCH + timedelta(microseconds=at)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC) if at > 0 else datetime.min.replace(tzinfo=UTC)


def instant_of(moment: datetime) -> Instant:
    """The instant of an aware date and time."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def read_instant(text: object, calendar: Calendar) -> Instant | None:
    """The instant that an RFC 3339 time says, or the end of the local day that a date says; None if neither."""
    if not isinstance(text, str):
        return None
    try:
        if len(text) == len("2026-11-23"):
            return instant_of(datetime.combine(date.fromisoformat(text), END_OF_DAY, calendar.zone))
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant_of(moment if moment.tzinfo else moment.replace(tzinfo=calendar.zone))


def _months(day: date, span: Span) -> date:
    months = day.year * 12 + day.month - 1 + span.amount * (12 if span.unit == "y" else 1)
    year, month = divmod(months, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), first_of_next - timedelta(days=1))


def _business(day: date, count: int, calendar: Calendar) -> date:
    while count > 0:
        day += timedelta(days=1)
        if day.weekday() < SATURDAY and day not in calendar.holidays:
            count -= 1
    return day
