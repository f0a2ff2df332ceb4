"""Calling hours: whether every row of the law's tables allows a moment in every zone, and when all of them next do."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

import msgspec
from holidays import country_holidays

from clearline.engine.durations import instant_of, moment_of
from clearline.engine.events import SECOND, Instant
from clearline.gate.places import SUBDIVIDED

MINUTE = 60 * SECOND
DIALLING = 2  # minutes after its decision in which a call may be dialled
RINGING = 2  # minutes that it may ring then: none begins so late that it could be answered after hours
HORIZON = 14  # days that are searched for an opening
NATIONAL, STATES = "calling_hours", "state_hours"  # tables of the pack
DAY = 24 * 60
KEPT = 1 << 14  # answers that are remembered

Windows = tuple[tuple[int, int], ...]  # minutes of the day, from and up to


class HoursError(ValueError):
    """A table of hours says what can't be read."""


class Told(NamedTuple):
    """What the tables say of a moment."""

    national: bool | None  # None: a place without a row, or no zone is known
    state: bool | None  # the same of states and provinces; true where none of the places has a row
    opens: Instant | None  # closed now, open everywhere at once from then on; None where not in 14 days
    words: str  # local times where it is open, and what closes it where it is not


class Row(NamedTuple):
    """One row in force from and up to (not including) a day; a holiday without windows of its own is like any day."""

    place: str
    since: date
    until: date
    days: tuple[Windows, ...]  # Monday to Sunday
    holidays: Windows | None
    calendars: tuple[str, ...]  # whose holidays
    only: frozenset[str]  # technologies, all where it is empty

    def windows(self, day: date) -> tuple[Windows, str]:
        """The windows of a day, and the name of the holiday that it is."""
        if self.holidays is not None:
            for calendar in self.calendars:
                if day in (found := holidays_of(calendar, day.year)):
                    return self.holidays, found[day]
        return self.days[day.weekday()], ""

    def concerns(self, technology: str) -> bool:
        """Whether the row is about calls of that kind; it is where the kind is not known."""
        return not self.only or not technology or technology in self.only


class Closed(NamedTuple):
    """A row that closes a moment in a zone."""

    row: Row
    zone: str
    local: datetime

    def words(self) -> str:
        windows, holiday = self.row.windows(self.local.date())
        there = f"{self.local:%H:%M} in {self.zone}"
        if not windows:
            return f"{there}, {holiday or f'a {self.local:%A}'}, when {self.row.place} allows no calls"
        day = f"{there}, {holiday}" if holiday else there
        allowed = " and ".join(f"{_clock(start)} to {_clock(end)}" for start, end in windows)
        return f"{day}, {self.row.place} allows {allowed}"


class Hours:
    """The tables `calling_hours` (by country) and `state_hours` (by part of a country), ready to be asked.

    A window begins with its first minute and ends `DIALLING` and `RINGING` minutes before its end; every row holds in every zone.
    Answers hold for the whole minute: zones differ by whole minutes since 1972.
    """

    def __init__(self, tables: Mapping[str, Mapping[str, object]]) -> None:
        self._national = _rows(NATIONAL, tables[NATIONAL])
        self._states = _rows(STATES, tables[STATES])
        self._answer = lru_cache(KEPT)(self._told)

    def open(
        self, places: tuple[str, ...], zones: tuple[str, ...], at: Instant, *, technology: str = ""
    ) -> Told:
        """Whether all rows for the places allow the moment in all zones, and from when on they do."""
        return self._answer(places, zones, at // MINUTE, technology)

    def _told(self, places: tuple[str, ...], zones: tuple[str, ...], minute: int, technology: str) -> Told:
        if not places or not zones:
            return Told(None, None, None, "nobody knows where this number is")
        if no_zones := [zone for zone in zones if zone not in _known_zones()]:
            return Told(
                None, None, None, f"nobody knows the time there: {no_zones[0][:40]!r} is no time zone"
            )
        strange = [place for place in places if place[:2] not in self._national]
        countries = dict.fromkeys(place[:2] for place in places)
        national = _concerning((self._national.get(country, ()) for country in countries), technology)
        states = _concerning(map(self._state_rows, places), technology)
        moment = moment_of(minute * MINUTE)
        early, late = closed(national, zones, moment), closed(states, zones, moment)
        if not (strange or early or late):
            return Told(True, True, None, _local_times(zones, moment))
        opens = None if strange else _opens((*national, *states), zones, moment)
        told = [f"no calling hours are known for {', '.join(strange)}"] if strange else []
        told += [found[0].words() for found in (early, late) if found]
        return Told(None if strange else not early, not late, opens, "; ".join(told))

    def _state_rows(self, place: str) -> Iterable[Row]:
        """The rows of a part of a country; all of them where nobody knows which part."""
        if place in SUBDIVIDED:
            return (row for one, rows in self._states.items() if one[:2] == place for row in rows)
        return self._states.get(place, ())


def closed(rows: Iterable[Row], zones: Iterable[str], moment: datetime) -> list[Closed]:
    """Every row and zone that does not allow the moment."""
    locals_ = [(zone, moment.astimezone(ZoneInfo(zone))) for zone in zones]
    return [Closed(row, zone, local) for row in rows for zone, local in locals_ if not _allows(row, local)]


@cache
def _known_zones() -> set[str]:
    return available_timezones()


@lru_cache(1024)
def holidays_of(calendar: str, year: int) -> Mapping[date, str]:
    """Public holidays of a country or a part of it (US, US-RI), also as they are observed, with their names."""
    country, _, part = calendar.partition("-")
    return dict(country_holidays(country, subdiv=part or None, years=year, language="en_US").items())


def _allows(row: Row, local: datetime) -> bool:
    day = local.date()
    if not row.since <= day < row.until:
        return True
    now = local.hour * 60 + local.minute
    return any(start <= now < end - DIALLING - RINGING for start, end in row.windows(day)[0])


def _opens(rows: tuple[Row, ...], zones: tuple[str, ...], moment: datetime) -> Instant | None:
    """The first moment that all rows allow: it can only be one at which some window begins."""
    last = moment + timedelta(days=HORIZON)
    for start in sorted(_starts(rows, zones, moment)):
        if moment < start <= last and not closed(rows, zones, start):
            return instant_of(start)
    return None


def _starts(rows: tuple[Row, ...], zones: tuple[str, ...], moment: datetime) -> set[datetime]:
    """Every moment of the next days at which a window of a row begins in a zone."""
    found = set()
    for zone in map(ZoneInfo, zones):
        first = moment.astimezone(zone).date()
        for day in (first + timedelta(days=ahead) for ahead in range(HORIZON + 2)):
            for start, _ in {window for row in rows for window in row.windows(day)[0]}:
                local = datetime.combine(day, time(start // 60, start % 60), zone)
                found.add(local.astimezone(moment.tzinfo))
    return found


def _local_times(zones: tuple[str, ...], moment: datetime) -> str:
    return ", ".join(f"{moment.astimezone(ZoneInfo(zone)):%H:%M} in {zone}" for zone in zones)


def _concerning(rows: Iterable[Iterable[Row]], technology: str) -> tuple[Row, ...]:
    return tuple(row for some in rows for row in some if row.concerns(technology))


class RowTable(msgspec.Struct, forbid_unknown_fields=True):
    """A row as a pack writes it; `status`, `sources` and `note` are for people."""

    status: str
    since: str = msgspec.field(
        name="from", default="0001-01-01"
    )  # texts: conditions read tables, and know no dates
    until: str = msgspec.field(name="to", default="9999-12-31")
    every_day: list[str] = []
    weekdays: list[str] | None = None
    saturdays: list[str] | None = None
    sundays: list[str] | None = None
    holidays: list[str] | None = None
    calendars: list[str] = []
    only: list[str] = []
    cites: list[str] = []
    sources: list[str] = []
    note: str = ""


def _rows(table: str, places: Mapping[str, object]) -> dict[str, tuple[Row, ...]]:
    return {place: tuple(_read(table, place, rows)) for place, rows in places.items()}


def _read(table: str, place: str, rows: object) -> Iterator[Row]:
    try:
        for row in msgspec.convert(rows, list[RowTable]):
            weekdays, saturdays, sundays, holidays = (
                None if texts is None else tuple(map(_window, texts))
                for texts in (row.weekdays, row.saturdays, row.sundays, row.holidays)
            )
            usual = tuple(map(_window, row.every_day))
            days = (
                *[usual if weekdays is None else weekdays] * 5,
                *(usual if one is None else one for one in (saturdays, sundays)),
            )
            yield Row(
                place,
                date.fromisoformat(row.since),
                date.fromisoformat(row.until),
                days,
                holidays,
                tuple(row.calendars or [place]),
                frozenset(row.only),
            )
    except (msgspec.ValidationError, ValueError) as error:
        raise HoursError(f"{table}.{place} in tables.toml: {error}; mend that row") from error


def _window(text: str) -> tuple[int, int]:
    """`09:00-20:00` as minutes of the day."""
    start, _, end = text.partition("-")
    found = _minutes(start), _minutes(end)
    if not found[0] < found[1] <= DAY:
        raise ValueError(f"`{text}` is no window of a day")
    return found


def _minutes(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
